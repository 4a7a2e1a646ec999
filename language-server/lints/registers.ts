/**
 * Two classical analyses of sets of registers: which may have been defined where a step runs
 * (forward, from the entries) and which may be read after it (backward, liveness). Both take what
 * calls do from the summaries of the functions, or from the calling convention.
 */
import { R_RISCV } from "../../elf/constants.ts";
import type { Code, Step } from "./code.ts";
import { type Block, callerF, callerX, type Graph, type LintFunction } from "./graph.ts";

/** Sets of registers, as bits. */
export interface Registers {
  x: number;
  f: number;
}

/** The registers that may be defined, and those that a call took the value of. */
export interface Definitions extends Registers {
  lostX: number;
  lostF: number;
}

/** x0, ra, sp, gp, tp. */
const pointersX = 0x1f;
const argumentsX = 0x3fc00;
const argumentsF = 0x3fc00;
const resultsX = 0xc00;
const resultsF = 0xc00;
const savedX = ~(callerX | pointersX);
const savedF = ~callerF;
const all = -1;

/** The registers that have a value at each block's start. */
export interface DefinedRegisters {
  before(block: Block): Definitions;
  /** Runs a step over the set. */
  step(set: Definitions, step: Step): void;
}

/** What a function is entered with, as far as the convention or its signature says. */
function atEntry({ isHandler, isPrivate, signature, ...one }: LintFunction) {
  if (isHandler || (isPrivate && signature === undefined)) return { x: all, f: all };
  const { isTyped, isGlobal, isProgramStart, name } = one;
  const isStart = isProgramStart || name === "_start";
  const keeps = (isTyped || isGlobal) && !isStart;
  // A function inside of another has its static chain in t2.
  const chain = /\.\d+$/.test(name) ? 0x80 : 0;
  return {
    x: pointersX | chain | (signature?.argumentsX ?? argumentsX) | (keeps ? savedX : 0),
    f: (signature?.argumentsF ?? argumentsF) | (keeps ? savedF : 0),
  };
}

/** Whether a call goes to an address beside a label of the file, computed: into code of its own. */
const isWithin = ({ target, relocation }: Step) =>
  target < 0 && relocation?.type === R_RISCV.PCREL_LO12_I;

/** Finds what may be defined. */
export function findDefined(
  code: Code,
  { blocks, functions, blockOf, functionAt, landings }: Graph,
) {
  const x = new Int32Array(blocks.length);
  const f = new Int32Array(blocks.length);
  const lostX = new Int32Array(blocks.length);
  const lostF = new Int32Array(blocks.length);
  const before = ({ index }: Block): Definitions => ({
    x: x[index] as number,
    f: f[index] as number,
    lostX: lostX[index] as number,
    lostF: lostF[index] as number,
  });
  const queue: number[] = [];
  const queued = new Uint8Array(blocks.length);
  const enqueue = (index: number) => {
    if (queued[index] === 1) return;
    queued[index] = 1;
    queue.push(index);
  };
  const seen = new Uint8Array(blocks.length);
  const add = (into: Int32Array, index: number, bits: number) => {
    const old = into[index] as number;
    into[index] = old | bits;
    return (old | bits) !== old;
  };
  const arrive = (index: number, set: Registers, lost = { x: 0, f: 0 }) => {
    const changes = [
      add(x, index, set.x),
      add(f, index, set.f),
      add(lostX, index, lost.x),
      add(lostF, index, lost.f),
      seen[index] === 0,
    ];
    seen[index] = 1;
    if (changes.includes(true)) enqueue(index);
  };
  const step = (set: Definitions, one: Step) => {
    const { control, trap } = one.effects;
    if (control === "call") {
      const callee = one.target < 0 ? undefined : functionAt(one.target);
      if (callee?.isPrivate === true || (one.writesX & 2) === 0 || isWithin(one)) {
        // Its callers know what it leaves where.
        set.x = callee === undefined ? all : set.x | callee.changesX | resultsX;
        set.f = callee === undefined ? all : set.f | callee.changesF | resultsF;
        return;
      }
      const [changedX, changedF] = [callee?.changesX ?? callerX, callee?.changesF ?? callerF];
      const { signature } = callee ?? {};
      // What only the callee has set may be a result of its own convention.
      const ownX = callee === undefined ? 0 : changedX & ~set.x & ~argumentsX;
      const ownF = callee === undefined ? 0 : changedF & ~set.f & ~argumentsF;
      set.lostX |= set.x & changedX & callerX;
      set.lostF |= set.f & changedF & callerF;
      set.x = (set.x & ~(changedX & callerX)) | (signature?.returnsX ?? resultsX) | ownX | 2;
      set.f = (set.f & ~(changedF & callerF)) | (signature?.returnsF ?? resultsF) | ownF;
    } else if (trap === "call") {
      set.x |= resultsX;
      set.f |= resultsF;
    }
    set.x |= one.writesX;
    set.f |= one.writesF;
    set.lostX &= ~set.x;
    set.lostF &= ~set.f;
  };
  for (const one of functions) {
    if (!one.isPart) arrive(blockOf[one.start] as number, atEntry(one));
  }
  for (const index of landings) arrive(index, { x: all, f: all });
  for (;;) {
    const index = queue.pop();
    if (index === undefined) break;
    queued[index] = 0;
    const block = blocks[index] as Block;
    const set = before(block);
    for (let at = block.start; at < block.end; at++) {
      const one = code.steps[at] as Step;
      const { control } = one.effects;
      const enters = control === "call" || (control !== "next" && block.leaves === "tail");
      const callee = enters && one.target >= 0 ? functionAt(one.target) : undefined;
      // Registers beyond the convention that a caller sets are defined in what it calls.
      if (callee !== undefined && callee.signature === undefined) {
        arrive(blockOf[callee.start] as number, { x: set.x, f: set.f });
      }
      step(set, one);
    }
    const lost = { x: set.lostX, f: set.lostF };
    for (const next of block.next) arrive(next, set, lost);
    if (block.weak >= 0) arrive(block.weak, set, lost);
    if (block.fallsThrough) arrive(block.index + 1, set, lost);
  }
  return { before, step } satisfies DefinedRegisters;
}

/** The registers that may be read after each block. */
export interface LiveRegisters {
  after(block: Block): Registers;
  /** Goes backward over a step. */
  step(set: Registers, step: Step, block: Block): void;
}

/** Whether what a function leaves to its callers is what the calling convention says. */
const isCallable = ({ isTyped, isGlobal, isPrivate }: LintFunction) =>
  !isPrivate && (isTyped || isGlobal);

/**
 * Finds what may be read.
 * @param isConventional whether a function keeps to the calling convention when it returns
 */
export function findLive(code: Code, graph: Graph, isConventional = isCallable): LiveRegisters {
  const { blocks, functions, functionAt, blockOf, landings } = graph;
  const x = new Int32Array(blocks.length);
  const f = new Int32Array(blocks.length);
  /** Blocks whose liveness depends on a block's: those before it, and callers of its function. */
  const before: number[][] = blocks.map(() => []);
  for (const { index, target, effects } of code.steps) {
    if (effects.control !== "call" || target < 0) continue;
    before[blockOf[target] as number]?.push(blockOf[index] as number);
  }
  for (const { index, next, weak } of blocks) {
    for (const to of next) before[to]?.push(index);
    if (weak >= 0) before[weak]?.push(index);
  }
  const atEnd = ({ leaves, owner, next, weak }: Block): Registers => {
    const one = functions[owner];
    if (leaves === undefined && (next.length > 0 || weak >= 0)) return { x: 0, f: 0 };
    if (leaves === "never") return { x: 0, f: 0 };
    if (leaves !== "return" || one === undefined || !isConventional(one)) {
      return { x: all, f: all };
    }
    const { signature } = one;
    return {
      x: pointersX | savedX | (signature?.returnsX ?? resultsX),
      f: savedF | (signature?.returnsF ?? resultsF),
    };
  };
  const step = (set: Registers, one: Step) => {
    set.x &= ~one.writesX;
    set.f &= ~one.writesF;
    const { control, trap } = one.effects;
    if (control === "call") {
      const callee = one.target < 0 ? undefined : functionAt(one.target);
      const { signature } = callee ?? {};
      const isPrivate = callee?.isPrivate ?? (one.writesX & 2) === 0;
      if (!isPrivate && (callee === undefined || callee.isTyped || signature !== undefined)) {
        set.x &= ~((callee?.changesX ?? callerX) & callerX & ~resultsX);
        set.f &= ~((callee?.changesF ?? callerF) & callerF & ~resultsF);
        set.x |= pointersX | 0xa0 | (signature?.argumentsX ?? argumentsX);
        set.f |= signature?.argumentsF ?? argumentsF;
        if (callee !== undefined && signature === undefined) {
          const entry = blockOf[callee.start] as number;
          set.x |= x[entry] as number;
          set.f |= f[entry] as number;
        }
        // An exception may lead from the call to a place that the unwinder knows.
        if (landings.size > 0) {
          set.x |= savedX;
          set.f |= savedF;
        }
      } else {
        set.x = all;
        set.f = all;
      }
    } else if (trap === "call") {
      set.x |= argumentsX;
      set.f |= argumentsF;
    } else if (trap !== undefined) {
      set.x = all;
      set.f = all;
    }
    set.x |= one.readsX;
    set.f |= one.readsF;
  };
  const queue = blocks.map(({ index }) => index);
  const queued = new Uint8Array(blocks.length).fill(1);
  const after = (block: Block): Registers => {
    const set = atEnd(block);
    for (const next of block.next) {
      set.x |= x[next] as number;
      set.f |= f[next] as number;
    }
    if (block.weak >= 0) {
      set.x |= x[block.weak] as number;
      set.f |= f[block.weak] as number;
    }
    return set;
  };
  for (;;) {
    const index = queue.pop();
    if (index === undefined) break;
    queued[index] = 0;
    const block = blocks[index] as Block;
    const set = after(block);
    for (let at = block.end - 1; at >= block.start; at--) step(set, code.steps[at] as Step);
    if (set.x === x[index] && set.f === f[index]) continue;
    x[index] = set.x;
    f[index] = set.f;
    for (const from of before[index] as number[]) {
      if (queued[from] === 1) continue;
      queued[from] = 1;
      queue.push(from);
    }
  }
  return { after, step };
}
