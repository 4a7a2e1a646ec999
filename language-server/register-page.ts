/**
 * What is known of a register at the place where it stands: the value that it has, who set it, and
 * who reads it next; as markdown, for hover and completion.
 */
import { fName, xName } from "../isa/registers.ts";
import type { Step } from "./lints/code.ts";
import type { Value } from "./lints/values.ts";
import { type RegisterPlace, readersBehind, registerPlaceAt, settersAt } from "./live-ranges.ts";
import {
  flowAround,
  type Reader,
  type RegisterFlow,
  type RegisterName,
  type Setter,
  statementOf,
} from "./register-flow.ts";
import type { Analysis } from "./workspace.ts";

/** More places than this are only counted. */
const shownPlaces = 4;

/** The part of a register's page that is about the place at an offset; "" where nothing is known. */
export function registerFlowPage(analysis: Analysis, offset: number): string {
  const place = registerPlaceAt(analysis, analysis.document.positionAt(offset));
  if (place === undefined || (place.register.file === "x" && place.register.index === 0)) return "";
  const { flow, register, statement } = place;
  const [first] = flow.stepsOf(analysis.assembledAt(statement));
  const lines: string[] = [];
  if (place.isRead && first !== undefined) {
    const value = valueText(flow.stateBefore(first)?.[register.file][register.index], register);
    if (value !== undefined) lines.push(`Holds ${value} here.`);
    lines.push(`Set ${list(settersAt(place).map((one) => setterText(flow, one)))}.`);
  }
  lines.push(readersText(place));
  return lines.map((line) => `- ${line}`).join("\n");
}

function readersText(place: RegisterPlace): string {
  const readers = readersBehind(place).map((one) => readerText(place.flow, one));
  const verb = place.isWritten ? "This value is read" : "Read next";
  return readers.length === 0
    ? "Nothing reads this value behind this instruction."
    : `${verb} ${list(readers)}.`;
}

/** What a register holds, in words; undefined where that is not known. */
export function valueText(value: Value | undefined, own: RegisterName): string | undefined {
  if (value === undefined) return undefined;
  const { kind, register, offset, symbol } = value;
  const more = offset === 0 ? "" : offset > 0 ? ` + ${offset}` : ` - ${-offset}`;
  switch (kind) {
    case "number":
      return offset < 10 && offset >= 0
        ? `${offset}`
        : `${offset} (${offset < 0 ? "-" : ""}0x${Math.abs(offset).toString(16)})`;
    case "symbol": {
      const name = symbol?.name.trim() ?? "";
      return name === "" ? undefined : `the address of \`${name}\`${more}`;
    }
    case "entry": {
      if (isEntryOf(value, own)) return "what it held where the function begins";
      const name = register < 32 ? xName(register) : fName(register - 32);
      return `what \`${name}\` held where the function begins${more}`;
    }
    case "called":
      return "the return address of a call in this function";
    default:
      return undefined;
  }
}

function setterText(flow: RegisterFlow, { kind, step, entered }: Setter): string {
  if (kind === "entry" || step === undefined) {
    const { name = "" } = entered ?? {};
    return name === "" ? "before this code" : `by the caller of \`${name}\``;
  }
  return kind === "call" ? `by the call ${placeText(flow, step)}` : `${placeText(flow, step)}`;
}

function readerText(flow: RegisterFlow, { kind, step }: Reader): string {
  if (kind === "end") return `by the caller, behind the end ${placeText(flow, step, false)}`;
  const text = placeText(flow, step);
  return kind === "call" ? `perhaps by the call ${text}` : text;
}

/** "in line 7 (`add a0, a0, a1`)". */
function placeText({ analysis }: RegisterFlow, step: Step, isQuoted = true): string {
  const statement = statementOf(analysis, step);
  if (statement === undefined) return "in a macro's expansion";
  const { head, tokens } = statement;
  const [from, last] = [head ?? tokens[0], tokens.at(-1)];
  const line = analysis.document.positionAt(from?.start ?? statement.start).line + 1;
  const text = analysis.text.slice(from?.start ?? 0, last?.end ?? 0).replace(/\s+/g, " ");
  return isQuoted && text !== "" ? `in line ${line} (\`${text}\`)` : `in line ${line}`;
}

function list(texts: readonly string[]): string {
  const shown = [...new Set(texts)];
  const more = shown.length - shownPlaces;
  const parts = more > 0 ? [...shown.slice(0, shownPlaces), `in ${more} more places`] : shown;
  return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}

/** What a register is to the code at an offset. */
export interface RegisterRole {
  /** Whether its value is needed behind. */
  readonly isLive: boolean;
  /** Whether something has given it a value. */
  readonly isDefined: boolean;
  /** Whether it holds what it held where the function begins. */
  readonly isUnchanged: boolean;
  /** What else it holds, where that is known. */
  readonly value: string | undefined;
}

/**
 * What each register is at an offset: before the instruction that begins there or behind, even while
 * the line that the cursor is in is not complete; undefined where there is no code around.
 */
export function registerRoles(
  analysis: Analysis,
  offset: number,
): ((register: RegisterName) => RegisterRole) | undefined {
  const flow = flowAround(analysis, offset);
  if (flow === undefined) return undefined;
  const { end } = analysis.statementAt(offset);
  const next = flow.firstFrom(end);
  const step = next ?? flow.code.steps.at(-1);
  if (step === undefined) return undefined;
  const isBehind = next === undefined;
  const [live, defined] = [flow.liveAt(step, isBehind), flow.definedAt(step, isBehind)];
  const state = isBehind ? undefined : flow.stateBefore(step);
  const has = (set: { x: number; f: number }, { file, index }: RegisterName) =>
    (((file === "x" ? set.x : set.f) >>> index) & 1) === 1;
  return (register) => {
    const value = state?.[register.file][register.index];
    const isUnchanged = value !== undefined && isEntryOf(value, register);
    return {
      isLive: has(live, register),
      isDefined: has(defined, register),
      isUnchanged,
      value: isUnchanged ? undefined : valueText(value, register),
    };
  };
}

/** Whether a value is what a register had where the function begins. */
const isEntryOf = ({ kind, register, offset }: Value, { file, index }: RegisterName): boolean =>
  kind === "entry" && offset === 0 && register === index + (file === "f" ? 32 : 0);
