/**
 * A register's live range at a place: all instructions that set the one value, or one of the values
 * that meet, and all that read it ("web" in compilers' language). It is what a person means by a
 * variable in a register, so definition, references and rename of a register are about it. The range
 * grows from one place by turns: the readers of each setter, the setters of each reader.
 */
import type { Position, TextEdit } from "vscode-languageserver";
import { fName, xName } from "../isa/registers.ts";
import type { Step } from "./lints/code.ts";
import type { Block } from "./lints/graph.ts";
import {
  flowAround,
  type Reader,
  type RegisterFlow,
  type RegisterName,
  registerNamed,
  registerTokens,
  type Setter,
  statementOf,
} from "./register-flow.ts";
import { type Statement, tokenAt } from "./syntax.ts";
import type { Analysis } from "./workspace.ts";

/** A register where the cursor is. */
export interface RegisterPlace {
  readonly flow: RegisterFlow;
  readonly register: RegisterName;
  readonly statement: Statement;
  readonly start: number;
  readonly end: number;
  readonly isWritten: boolean;
  readonly isRead: boolean;
}

/** The register that is an instruction's operand at a position; undefined where there is none. */
export function registerPlaceAt(analysis: Analysis, position: Position): RegisterPlace | undefined {
  const offset = analysis.offsetAt(position);
  const statement = analysis.statementAt(offset);
  const token = tokenAt(statement, offset);
  if (token?.kind !== "name" || token === statement.head) return undefined;
  const register = registerNamed(token.text);
  if (register === undefined || statement.labels.includes(token)) return undefined;
  const flow = flowAround(analysis, offset);
  const own = flow && registerTokens(flow, statement, register);
  const found = own?.find(({ start }) => start === token.start);
  if (flow === undefined || found === undefined) return undefined;
  if (flow.stepsOf(analysis.assembledAt(statement)).length === 0) return undefined;
  return { flow, register, statement, ...found };
}

const bitsOf = (step: Step, what: "reads" | "writes", { file, index }: RegisterName) =>
  (((file === "x" ? step[`${what}X`] : step[`${what}F`]) >>> index) & 1) === 1;

/** The step of a place's statement that reads the register first. */
function readerAt({ flow, register, statement }: RegisterPlace): Step | undefined {
  const steps = flow.stepsOf(flow.analysis.assembledAt(statement));
  return steps.find((step) => bitsOf(step, "reads", register));
}

/** The step of a place's statement that sets the register last. */
function setterAt({ flow, register, statement }: RegisterPlace): Step | undefined {
  const steps = flow.stepsOf(flow.analysis.assembledAt(statement));
  return steps.findLast((step) => bitsOf(step, "writes", register));
}

/** What may have set the register that is read at a place; empty where it is only written. */
export function settersAt(place: RegisterPlace): Setter[] {
  const step = place.isRead ? readerAt(place) : undefined;
  return step === undefined ? [] : place.flow.settersOf(step, place.register);
}

/** What may read next the value that the register has behind a place. */
export function readersBehind(place: RegisterPlace): Reader[] {
  const { flow, register, statement } = place;
  const steps = flow.stepsOf(flow.analysis.assembledAt(statement));
  const last = steps.at(-1);
  return last === undefined || register.index === (register.file === "x" ? 0 : -1)
    ? []
    : flow.readersOf(last, register);
}

/** A live range. */
export interface LiveRange {
  readonly setters: ReadonlySet<Step>;
  readonly readers: ReadonlySet<Step>;
  /** Why it cannot have another register; undefined where it can. */
  readonly obstacle: string | undefined;
  /** Where it is written in this document. */
  readonly places: readonly {
    readonly start: number;
    readonly end: number;
    readonly access: "read" | "write";
  }[];
}

const lineOf = ({ analysis }: RegisterFlow, step: Step): string => {
  const statement = statementOf(analysis, step);
  if (statement === undefined) return "a macro";
  const { line } = analysis.document.positionAt(statement.tokens[0]?.start ?? statement.start);
  return `line ${line + 1}`;
};
const at = (flow: RegisterFlow, step: Step): string => `in ${lineOf(flow, step)}`;

/** The live range to which a place belongs. */
export function liveRangeOf(place: RegisterPlace): LiveRange {
  const { flow, register } = place;
  const setters = new Set<Step>();
  const readers = new Set<Step>();
  let obstacle: string | undefined;
  let isEntry = false;
  const pending: { step: Step; isSetter: boolean }[] = [];
  const add = (step: Step, isSetter: boolean) => {
    const known = isSetter ? setters : readers;
    if (known.has(step)) return;
    known.add(step);
    pending.push({ step, isSetter });
  };
  const read = (found: readonly Reader[]) => {
    for (const { kind, step } of found) {
      if (kind === "step") add(step, false);
      else if (kind === "call")
        obstacle ??= `the call ${at(flow, step)} may take it as an argument`;
      else obstacle ??= `the caller may need it behind the end ${at(flow, step)}`;
    }
  };
  const enter = () => {
    if (isEntry) return;
    isEntry = true;
    obstacle ??= "it comes from the function's caller";
    read(flow.readersOfEntry(register));
  };
  const [setter, reader] = [setterAt(place), readerAt(place)];
  if (place.isWritten && setter !== undefined) add(setter, true);
  if (place.isRead && reader !== undefined) add(reader, false);
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { step, isSetter } = next;
    if (isSetter) read(flow.readersOf(step, register));
    else {
      for (const one of flow.settersOf(step, register)) {
        if (one.kind === "entry") enter();
        else if (one.step !== undefined && one.kind === "step") add(one.step, true);
        else if (one.step !== undefined) {
          obstacle ??= `it comes from the call ${at(flow, one.step)}`;
          read(flow.readersOf(one.step, register));
        }
      }
    }
    if (isOneName(flow, step, register)) {
      if (bitsOf(step, "writes", register)) add(step, true);
      if (bitsOf(step, "reads", register)) add(step, false);
    }
  }
  const places: { start: number; end: number; access: "read" | "write" }[] = [];
  const seen = new Set<number>();
  for (const [steps, access] of [
    [setters, "write"],
    [readers, "read"],
  ] as const) {
    for (const step of steps) {
      const statement = statementOf(flow.analysis, step);
      const tokens = statement === undefined ? [] : registerTokens(flow, statement, register);
      const own = tokens.filter((one) => (access === "write" ? one.isWritten : one.isRead));
      const isInner = access === "read" && isSetInside(flow, step, register);
      if (own.length === 0 && !isInner) {
        obstacle ??= `the instruction ${at(flow, step)} uses it without naming it`;
      }
      for (const { start, end } of own) {
        if (!seen.has(start)) places.push({ start, end, access });
        seen.add(start);
      }
    }
  }
  places.sort((a, b) => a.start - b.start);
  return { setters, readers, obstacle, places };
}

/** Whether one name in a statement stands for the register both where it is read and written. */
function isOneName(flow: RegisterFlow, step: Step, register: RegisterName): boolean {
  const statement = statementOf(flow.analysis, step);
  if (statement === undefined) return false;
  return registerTokens(flow, statement, register).some((one) => one.isRead && one.isWritten);
}

/** Whether an earlier step of the same statement has set what a step reads. */
function isSetInside(flow: RegisterFlow, step: Step, register: RegisterName): boolean {
  return flow
    .stepsOf(step.statement)
    .some((one) => one.index < step.index && bitsOf(one, "writes", register));
}

/**
 * Why a live range cannot have another register: what the register holds meanwhile is needed, or
 * something else sets it; undefined where nothing speaks against it.
 */
export function conflict(
  { flow, register }: RegisterPlace,
  { setters, readers }: LiveRange,
  other: RegisterName,
): string | undefined {
  if (other.file !== register.file) return "it is of the other register file";
  if (other.file === "x" && other.index === 0) return "x0 is always 0";
  if (other.file === "x" && other.index < 5) {
    return "the calling convention gives it another purpose";
  }
  const bit = 1 << other.index;
  const name = other.file === "x" ? xName(other.index) : fName(other.index);
  const isLive = (step: Step, isBehind: boolean) => {
    const set = flow.liveAt(step, isBehind);
    return ((other.file === "x" ? set.x : set.f) & bit) !== 0;
  };
  for (const step of setters) {
    if (isLive(step, true))
      return `${name} holds a value that is needed behind ${lineOf(flow, step)}`;
  }
  // Backward from the readers to the setters: where the range's value is needed.
  const queue = [...readers];
  const seen = new Set<Step>();
  for (let step = queue.pop(); step !== undefined; step = queue.pop()) {
    if (seen.has(step)) continue;
    seen.add(step);
    if (isLive(step, false)) return `${name} holds a value that is needed ${at(flow, step)}`;
    for (const before of stepsBefore(flow, step)) {
      if (setters.has(before)) continue;
      if (flow.writes(before, other) !== undefined) {
        return `${name} gets another value ${at(flow, before)}`;
      }
      queue.push(before);
    }
  }
  return undefined;
}

function stepsBefore(flow: RegisterFlow, step: Step): Step[] {
  const block = flow.blockOf(step);
  if (step.index > block.start) return [flow.code.steps[step.index - 1] as Step];
  return flow.before(block).map((index) => {
    const { end } = flow.graph.blocks[index] as Block;
    return flow.code.steps[end - 1] as Step;
  });
}

/** The edits that give a range another register's name. */
export function renamedRange(analysis: Analysis, range: LiveRange, newName: string): TextEdit[] {
  return range.places.map((one) => ({ range: analysis.range(one), newText: newName }));
}
