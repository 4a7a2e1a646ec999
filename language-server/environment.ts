/**
 * The environment that a source is written for, and the calls that its `ecall`s make where the
 * number is known: as a page for hover, as a hint, and as what completion offers for the number.
 */
import type { CompletionItem } from "vscode-languageserver";
import { dialectTargets } from "../assembler/dialects.ts";
import { xName, xRegisterIndex } from "../isa/registers.ts";
import type { Analysis, Settings } from "./analysis.ts";
import { type EnvironmentCall, environmentCalls } from "./environment-calls.ts";
import { completionItemKind } from "./protocol.ts";
import { flowAround } from "./register-flow.ts";
import type { Statement } from "./syntax.ts";

type EnvironmentName = keyof typeof environmentCalls;

/** The environment that the source itself says, by its header or its dialect. */
export const statedEnvironment = ({ header, dialect }: Analysis): EnvironmentName | undefined =>
  header.environment ?? dialectTargets[dialect.name].environment;

/** The environment that the source says, else that of the settings, else `linux`. */
export const environmentOf = (
  analysis: Analysis,
  settings: Settings = analysis.settings,
): EnvironmentName => statedEnvironment(analysis) ?? settings.environment ?? "linux";

/** The call that an `ecall` makes; undefined where its number is not known or not there. */
export function environmentCallAt(
  analysis: Analysis,
  statement: Statement,
): EnvironmentCall | undefined {
  const flow = flowAround(analysis, statement.head?.start ?? statement.start);
  const [step] = flow?.stepsOf(analysis.assembledAt(statement)) ?? [];
  if (flow === undefined || step === undefined || step.effects.trap !== "call") return undefined;
  const { register, calls } = environmentCalls[environmentOf(analysis)];
  const value = flow.stateBefore(step)?.x[register];
  return value?.kind === "number"
    ? calls[Number(BigInt.asIntN(32, BigInt(value.offset)))]
    : undefined;
}

/** A call as it is written in C's manner, `exit(status)`. */
export const callText = ([name, operands]: EnvironmentCall): string => `${name}(${operands})`;

/** The page of the call that an `ecall` makes; "" where it is not known. */
export function environmentCallPage(analysis: Analysis, statement: Statement): string {
  const call = environmentCallAt(analysis, statement);
  if (call === undefined) return "";
  return `Here: **\`${callText(call)}\`** of the environment ${environmentOf(analysis)}. ${call[2]}`;
}

/** Whether a statement loads a number into the register that holds the number of a call. */
function loadsNumber(analysis: Analysis, { head, operands }: Statement): boolean {
  const { register } = environmentCalls[environmentOf(analysis)];
  const [first] = operands[0]?.tokens ?? [];
  return head?.text.toLowerCase() === "li" && xRegisterIndex(first?.text ?? "") === register;
}

/** What a number means that is loaded for a call; "" where it is another number. */
export function callNumberPage(analysis: Analysis, statement: Statement, value: bigint): string {
  if (!loadsNumber(analysis, statement)) return "";
  const name = environmentOf(analysis);
  const call = environmentCalls[name].calls[Number(value)];
  if (call === undefined) return "";
  return `As the number of a call of the environment ${name}: **\`${callText(call)}\`** ${call[2]}`;
}

/** The calls of the environment, where the number of one is to be loaded. */
export function callNumberItems(analysis: Analysis, statement: Statement): CompletionItem[] {
  if (!loadsNumber(analysis, statement)) return [];
  const { register, calls } = environmentCalls[environmentOf(analysis)];
  return Object.entries(calls).map(([number, call]) => ({
    label: call[0],
    labelDetails: { detail: `(${call[1]})`, description: number },
    detail: `${number} in ${xName(register)}: ${call[2]}`,
    kind: completionItemKind.constant,
    insertText: number,
    sortText: `0${number.padStart(5, "0")}`,
  }));
}
