/**
 * How registers flow through the function around a place: who set a register, who reads it next,
 * what is known of its value. Only the function's own statements are decoded and analysed, with the
 * analyses of the lints, so the answer comes quickly in a long file; what it calls is taken to keep
 * to the calling convention.
 */
import { operandNodes } from "../assembler/instructions.ts";
import { firstFrom } from "../assembler/source.ts";
import type { Statement as UnitStatement } from "../assembler/unit.ts";
import { R_RISCV, STB, STT } from "../elf/constants.ts";
import { fRegisterIndex, xRegisterIndex } from "../isa/registers.ts";
import type { Analysis } from "./analysis.ts";
import { type Code, readCode, type Step } from "./lints/code.ts";
import {
  type Block,
  buildGraph,
  callerF,
  callerX,
  type Graph,
  type LintFunction,
} from "./lints/graph.ts";
import { findDefined, findLive, type Registers } from "./lints/registers.ts";
import { followValues, type State, type ValueFlow } from "./lints/values.ts";
import type { Statement } from "./syntax.ts";

/** A register by its file and number. */
export interface RegisterName {
  readonly file: "x" | "f";
  readonly index: number;
}

/** The register of a name, whichever of its names that is. */
export function registerNamed(name: string): RegisterName | undefined {
  const [x, f] = [xRegisterIndex(name), fRegisterIndex(name)];
  if (x !== undefined) return { file: "x", index: x };
  return f === undefined ? undefined : { file: "f", index: f };
}

/** What gives a register its value: a step, a call that may change it, or the function's caller. */
export interface Setter {
  readonly kind: "step" | "call" | "entry";
  readonly step: Step | undefined;
  /** The function that the caller entered; without a name in code that belongs to none. */
  readonly entered?: LintFunction | undefined;
}

/**
 * What takes a register's value: a step that reads it, a call that may take it as an argument, or
 * the function's caller behind its end.
 */
export interface Reader {
  readonly kind: "step" | "call" | "end";
  readonly step: Step;
}

const argumentBits = 0x3fc00;
const savedX = ~(callerX | 0x1f);

/** The flow through one function. */
export class RegisterFlow {
  readonly analysis: Analysis;
  readonly code: Code;
  readonly graph: Graph;
  readonly #before: number[][];
  readonly #steps = new Map<UnitStatement, Step[]>();
  #values: ValueFlow | undefined;
  #live: ReturnType<typeof findLive> | undefined;
  #defined: ReturnType<typeof findDefined> | undefined;

  constructor(analysis: Analysis, own: readonly UnitStatement[]) {
    this.analysis = analysis;
    this.code = readCode(analysis, own);
    this.graph = buildGraph(analysis, this.code, () => false);
    const { blocks } = this.graph;
    this.#before = blocks.map(() => []);
    for (const { index, next, weak, fallsThrough } of blocks) {
      for (const to of next) this.#before[to]?.push(index);
      if (weak >= 0) this.#before[weak]?.push(index);
      if (fallsThrough) this.#before[index + 1]?.push(index);
    }
    for (const step of this.code.steps) {
      const known = this.#steps.get(step.statement);
      if (known === undefined) this.#steps.set(step.statement, [step]);
      else known.push(step);
    }
  }

  /** The instructions that a statement became. */
  stepsOf(statement: UnitStatement | undefined): readonly Step[] {
    return (statement && this.#steps.get(statement)) ?? [];
  }

  /** The first step of this document that begins at an offset or behind it. */
  firstFrom(offset: number): Step | undefined {
    return this.code.steps.find(({ statement }) => {
      const start = placeOf(this.analysis, statement);
      return start !== undefined && start >= offset;
    });
  }

  blockOf(step: Step): Block {
    return this.graph.blocks[this.graph.blockOf[step.index] as number] as Block;
  }

  /** The blocks that may run before a block. */
  before(block: Block): readonly number[] {
    return this.#before[block.index] ?? [];
  }

  get values(): ValueFlow {
    this.#values ??= followValues(this.code, this.graph);
    return this.#values;
  }

  /** What is known before a step; undefined where nothing leads to it. */
  stateBefore(step: Step): State | undefined {
    const block = this.blockOf(step);
    const state = this.values.before(block);
    if (state === undefined) return undefined;
    for (let at = block.start; at < step.index; at++) {
      this.values.step(state, this.code.steps[at] as Step);
    }
    return state;
  }

  /** The registers whose values are needed when control comes to a step, or behind it. */
  liveAt(step: Step, isBehind: boolean): Registers {
    // In the editor a function is taken to return as the calling convention has it.
    this.#live ??= findLive(this.code, this.graph, () => true);
    const block = this.blockOf(step);
    const set = this.#live.after(block);
    const last = isBehind ? step.index + 1 : step.index;
    for (let at = block.end - 1; at >= last; at--) {
      this.#live.step(set, this.code.steps[at] as Step, block);
    }
    return set;
  }

  /** The registers that have a value when control comes to a step, or behind it. */
  definedAt(step: Step, isBehind: boolean): Registers {
    this.#defined ??= findDefined(this.code, this.graph);
    const block = this.blockOf(step);
    const set = this.#defined.before(block);
    const last = isBehind ? step.index + 1 : step.index;
    for (let at = block.start; at < last; at++) {
      this.#defined.step(set, this.code.steps[at] as Step);
    }
    return set;
  }

  /** How a step gives a register a new value; undefined where it does not. */
  writes(step: Step, { file, index }: RegisterName): "step" | "call" | undefined {
    const bit = 1 << index;
    if (((file === "x" ? step.writesX : step.writesF) & bit) !== 0) return "step";
    const { control, trap } = step.effects;
    if (trap === "call") return file === "x" && index === 10 ? "call" : undefined;
    if (control !== "call") return undefined;
    return ((file === "x" ? callerX : callerF) & bit) !== 0 ? "call" : undefined;
  }

  /** How a step takes a register's value; undefined where it does not. */
  reads(step: Step, { file, index }: RegisterName): Reader["kind"] | undefined {
    const bit = 1 << index;
    if (((file === "x" ? step.readsX : step.readsF) & bit) !== 0) return "step";
    const { control, trap } = step.effects;
    const isArgument = (argumentBits & bit) !== 0;
    if (control === "call" || (trap === "call" && file === "x")) {
      return isArgument ? "call" : undefined;
    }
    const { leaves, end } = this.blockOf(step);
    if (step.index !== end - 1) return undefined;
    if (leaves === "tail") return isArgument ? "call" : undefined;
    if (leaves !== "return") return undefined;
    const isResult = index === 10 || index === 11;
    const isSaved = ((file === "x" ? savedX : ~callerF) & bit) !== 0;
    return isResult || isSaved ? "end" : undefined;
  }

  /** Everything that may have given a register the value that it has before a step. */
  settersOf(step: Step, register: RegisterName): Setter[] {
    const found: Setter[] = [];
    const seen = new Set<number>();
    const walk = (block: Block, from: number): number[] => {
      for (let at = from; at >= block.start; at--) {
        const one = this.code.steps[at] as Step;
        const kind = this.writes(one, register);
        if (kind === undefined) continue;
        found.push({ kind, step: one });
        return [];
      }
      const before = this.before(block);
      const entered = this.graph.functionAt(block.start);
      const isEntry = entered !== undefined || before.length === 0;
      if (isEntry && !found.some(({ kind }) => kind === "entry")) {
        found.push({ kind: "entry", step: undefined, entered });
      }
      return [...before];
    };
    const queue = walk(this.blockOf(step), step.index - 1);
    for (let index = queue.pop(); index !== undefined; index = queue.pop()) {
      if (seen.has(index)) continue;
      seen.add(index);
      const block = this.graph.blocks[index] as Block;
      queue.push(...walk(block, block.end - 1));
    }
    return found.sort((a, b) => (a.step?.index ?? -1) - (b.step?.index ?? -1));
  }

  /** Everything that may take the value that a register has behind a step. */
  readersOf(step: Step, register: RegisterName): Reader[] {
    return this.#readersFrom(this.blockOf(step), step.index + 1, register);
  }

  /** Everything that may take the value that a register has where the function begins. */
  readersOfEntry(register: RegisterName): Reader[] {
    const [first] = this.graph.blocks;
    return first === undefined ? [] : this.#readersFrom(first, first.start, register);
  }

  #readersFrom(start: Block, from: number, register: RegisterName): Reader[] {
    const found = new Map<Step, Reader>();
    const seen = new Set<number>();
    const walk = (block: Block, first: number): number[] => {
      for (let at = first; at < block.end; at++) {
        const one = this.code.steps[at] as Step;
        const kind = this.reads(one, register);
        if (kind !== undefined) found.set(one, { kind, step: one });
        if (this.writes(one, register) !== undefined) return [];
      }
      const next = block.weak < 0 ? block.next : [...block.next, block.weak];
      return block.fallsThrough ? [...next, block.index + 1] : [...next];
    };
    const queue = walk(start, from);
    for (let index = queue.pop(); index !== undefined; index = queue.pop()) {
      if (seen.has(index)) continue;
      seen.add(index);
      const block = this.graph.blocks[index];
      if (block !== undefined) queue.push(...walk(block, block.start));
    }
    return [...found.values()].sort((a, b) => a.step.index - b.step.index);
  }
}

/**
 * Functions that are longer are looked at in overlapping parts: from one or two thousand statements
 * before a place to as many behind it, so that places side by side share a part.
 */
const part = 1000;

const flows = new WeakMap<Analysis, Map<UnitStatement, RegisterFlow>>();

/** The flow through the function around an offset; undefined where there is no code. */
export function flowAround(analysis: Analysis, offset: number): RegisterFlow | undefined {
  const { statements, starts } = analysis.written;
  const around = functionAround(analysis, offset);
  const [first, last] = [statements[around.first], statements[around.last]];
  if (first === undefined || last === undefined || starts.length === 0) return undefined;
  const all = flows.get(analysis) ?? new Map<UnitStatement, RegisterFlow>();
  const known = all.get(first);
  if (known !== undefined) return known;
  const own = withExpansions(analysis, first, last);
  if (own.every(({ kind }) => kind !== "instruction")) return undefined;
  const flow = new RegisterFlow(analysis, own);
  flows.set(analysis, all.set(first, flow));
  return flow;
}

/** The statements of the function around an offset: from one that may be entered to the next. */
function functionAround(analysis: Analysis, offset: number): { first: number; last: number } {
  const { statements, starts } = analysis.written;
  const called = calledSymbols(analysis);
  const isEntry = (at: number) => {
    const labels = statements[at]?.labels ?? [];
    return labels.some(
      ({ binding, type, name }) => binding !== STB.LOCAL || type === STT.FUNC || called.has(name),
    );
  };
  let first = firstFrom(starts, offset + 1) - 1;
  let last = Math.max(first, 0);
  const cell = Math.floor(last / part);
  const lowest = Math.max(0, (cell - 1) * part);
  while (first > lowest && !isEntry(first)) first--;
  const highest = Math.min(statements.length - 1, (cell + 2) * part);
  while (last < highest && !isEntry(last + 1)) last++;
  return { first: Math.max(first, 0), last };
}

const calls: ReadonlySet<number> = new Set([R_RISCV.CALL, R_RISCV.CALL_PLT]);
const calledNames = new WeakMap<Analysis, ReadonlySet<string>>();

/** The names of symbols that are called by their whole address, as `call` and `tail` do. */
function calledSymbols(analysis: Analysis): ReadonlySet<string> {
  let names = calledNames.get(analysis);
  if (names === undefined) {
    const found = new Set<string>();
    for (const { relocations } of analysis.assembly.object.sections) {
      for (const { type, symbol } of relocations) {
        if (symbol !== undefined && calls.has(type)) found.add(symbol.name);
      }
    }
    names = found;
    calledNames.set(analysis, names);
  }
  return names;
}

/** Where a statement begins in this document; undefined where it was written elsewhere. */
export function placeOf({ unit }: Analysis, { source, start }: UnitStatement): number | undefined {
  if (source === unit.source) return start;
  if (source.origin !== undefined) return undefined;
  const place = source.writtenAt(start);
  return place.source === unit.source ? place.offset : undefined;
}

/** The assembled statements from one of this document to another, with what calls became. */
function withExpansions(
  analysis: Analysis,
  first: UnitStatement,
  last: UnitStatement,
): UnitStatement[] {
  const { statements } = analysis.unit;
  const from = statements.indexOf(first);
  let to = statements.indexOf(last, from);
  while (to + 1 < statements.length) {
    const next = statements[to + 1];
    if (next === undefined || placeOf(analysis, next) !== undefined) break;
    to++;
  }
  return statements.slice(from, to + 1);
}

/** A register where it is written in a statement of the document. */
export interface RegisterToken {
  readonly start: number;
  readonly end: number;
  readonly isWritten: boolean;
  readonly isRead: boolean;
}

/** The tokens that name a register in a statement, and what is done with it there. */
export function registerTokens(
  flow: RegisterFlow,
  statement: Statement,
  register: RegisterName,
): RegisterToken[] {
  const assembled = flow.analysis.assembledAt(statement);
  const steps = flow.stepsOf(assembled);
  const bit = 1 << register.index;
  const bits = (step: Step, what: "reads" | "writes") =>
    register.file === "x" ? step[`${what}X`] : step[`${what}F`];
  const isChanged = steps.some((step) => (bits(step, "writes") & bit) !== 0);
  const found: { start: number; end: number; isWritten: boolean; isRead: boolean }[] = [];
  const nodes = assembled === undefined ? [] : operandNodes(assembled);
  for (const [index, { tokens }] of statement.operands.entries()) {
    const role = nodes[index]?.role ?? "";
    for (const { kind, text, start, end } of tokens) {
      const named = kind === "name" ? registerNamed(text) : undefined;
      if (named?.file !== register.file || named.index !== register.index) continue;
      const isWritten = /^(rd|fd|rt)\b/.test(role) && (isChanged || register.index === 0);
      found.push({ start, end, isWritten, isRead: !isWritten });
    }
  }
  // `c.add a0, a1` reads what it writes, by one name.
  let writtenBefore = false;
  const readsIt = steps.some((step) => {
    const reads = (bits(step, "reads") & bit) !== 0 && !writtenBefore;
    writtenBefore ||= (bits(step, "writes") & bit) !== 0;
    return reads;
  });
  if (readsIt && found.every(({ isRead }) => !isRead)) {
    for (const token of found) token.isRead = true;
  }
  return found;
}

/** The document's statement that a step was written in; undefined in macros and other files. */
export function statementOf(analysis: Analysis, { statement }: Step): Statement | undefined {
  const start = placeOf(analysis, statement);
  return start === undefined ? undefined : analysis.statementAt(start);
}
