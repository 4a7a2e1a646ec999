/**
 * Completions in the debug console: local and global variables, registers, CSRs, symbols, types and
 * functions that begin with what is typed; behind a dot or an arrow the members of what stands
 * before it, or the fields of a CSR.
 */
import type { DebugProtocol } from "@vscode/debugprotocol";
import { csrByName, csrs } from "../../isa/csrs.ts";
import { fRegisters, xRegisters } from "../../isa/registers.ts";
import { RequestError } from "../errors.ts";
import type { Program } from "../program.ts";
import { type Environment, historyFunctions } from "./environment.ts";
import { evaluate } from "./evaluator.ts";
import { type Member, type Type, typeName, typeNames } from "./types.ts";

/** Completions that are given at most. */
const limit = 200;
/** Structures within structures are looked into this deep. */
const deepest = 8;

type Kind = DebugProtocol.CompletionItemType;

/** The variables of the program that are in scope, by name. */
export interface Variables {
  readonly locals: readonly string[];
  readonly globals: readonly string[];
}

/** Collects what begins with what is typed. */
class Offers {
  readonly items: DebugProtocol.CompletionItem[] = [];
  readonly #seen = new Set<string>();
  readonly #typed: string;
  readonly #column: number;
  readonly #sigil: string;

  constructor(typed: string, column: number) {
    this.#sigil = typed.startsWith("$") ? "$" : "";
    this.#typed = typed.slice(this.#sigil.length);
    this.#column = column;
  }

  add(name: string, type: Kind, detail: string): void {
    const isNew = !this.#seen.has(name) && this.items.length < limit;
    if (!isNew || !name.toLowerCase().startsWith(this.#typed.toLowerCase())) return;
    this.#seen.add(name);
    const length = this.#sigil.length + this.#typed.length;
    const start = this.#column - length;
    this.items.push({ label: `${this.#sigil}${name}`, type, detail, start, length });
  }
}

/**
 * What may stand at a column (from 0) of a text. Numbers, and words behind which no name can
 * follow, have none.
 */
export function complete(
  text: string,
  column: number,
  program: Program,
  environment: Environment,
  { locals, globals }: Variables = { locals: [], globals: [] },
): DebugProtocol.CompletionItem[] {
  const before = text.slice(0, column);
  const members = membersAt(before, column, environment);
  if (members !== undefined) return members;
  const typed = /(?:^|[^\w.$])([A-Za-z_$.][\w.$]*)?$/.exec(before)?.[1] ?? "";
  const offers = new Offers(typed, column);
  const hasDollar = typed.startsWith("$");
  const isBegun = typed.length > (hasDollar ? 1 : 0);
  if (!hasDollar) for (const name of locals) offers.add(name, "variable", "local variable");
  offerRegisters(offers, environment, isBegun);
  if (hasDollar) return offers.items;
  for (const name of globals) offers.add(name, "variable", "variable of the program");
  for (const name of program.symbols.names()) {
    if (name.startsWith(".L")) continue;
    const isCode = program.isCode(program.symbols.byName(name)?.value ?? 0n);
    offers.add(name, isCode ? "function" : "field", "symbol");
  }
  for (const [name, what] of Object.entries(historyFunctions)) offers.add(name, "method", what);
  if (isBegun) {
    for (const name of typeNames) offers.add(name, "keyword", "type");
    offers.add("sizeof", "keyword", "the bytes of a type or value");
  }
  return offers.items;
}

function offerRegisters(offers: Offers, environment: Environment, isBegun: boolean): void {
  for (const { abi, name, summary } of xRegisters) {
    offers.add(abi, "variable", `${name}: ${summary}`);
  }
  const floats = environment.flen > 0 ? fRegisters : [];
  for (const { abi, name, summary } of floats) offers.add(abi, "variable", `${name}: ${summary}`);
  offers.add("pc", "variable", "The address of the next instruction.");
  if (isBegun) {
    for (const { name, abi } of [...xRegisters, ...floats]) offers.add(name, "variable", abi);
  }
  for (const { name, summary } of csrs) {
    if (environment.findRegister(name)?.kind === "csr") offers.add(name, "variable", summary);
  }
}

/** Members behind a dot or arrow at the end; undefined where what is before it has none. */
function membersAt(
  before: string,
  column: number,
  environment: Environment,
): DebugProtocol.CompletionItem[] | undefined {
  const [, base, typed = ""] = /^(.*?)(?:\.|->)([A-Za-z_]\w*)?$/.exec(before) ?? [];
  const subject = base === undefined ? "" : operandAtEnd(base);
  if (subject === "") return undefined;
  const offers = new Offers(typed, column);
  const name = subject.replace(/^\$/, "");
  const csr = csrByName(name);
  if (csr !== undefined && environment.findRegister(name)?.kind === "csr") {
    for (const field of csr.fields ?? []) {
      if (field.xlen !== undefined && field.xlen !== environment.xlen) continue;
      const bits =
        field.high === field.low ? `bit ${field.low}` : `bits ${field.high}:${field.low}`;
      offers.add(field.name, "field", bits);
    }
    return offers.items;
  }
  const type = typeOf(subject, environment);
  const whole = type?.kind === "pointer" ? type.to : type;
  if (whole?.kind !== "structure") return undefined;
  offerMembers(offers, whole.members, 0);
  return offers.items;
}

function offerMembers(offers: Offers, members: readonly Member[], depth: number): void {
  for (const { name, type, isBase } of members) {
    const isInside = name === "" || isBase === true;
    if (!isInside) offers.add(name, "field", typeName(type));
    else if (type.kind === "structure" && depth < deepest) {
      offerMembers(offers, type.members, depth + 1);
    }
  }
}

function typeOf(text: string, environment: Environment): Type | undefined {
  try {
    return evaluate(text, environment, false).value.type;
  } catch (error) {
    if (error instanceof RequestError) return undefined;
    throw error;
  }
}

/** The name, with its members, indexes and parentheses, that a text ends with. */
function operandAtEnd(text: string): string {
  let at = text.length;
  let depth = 0;
  for (; at > 0; at--) {
    const character = text[at - 1]!;
    if (/[\])]/.test(character)) depth++;
    else if (/[[(]/.test(character)) {
      if (depth === 0) break;
      depth--;
    } else if (depth === 0) {
      const isArrow = character === ">" && text[at - 2] === "-";
      if (isArrow) at--;
      else if (!/[\w$.:]/.test(character)) break;
    }
  }
  return depth === 0 ? text.slice(at) : "";
}
