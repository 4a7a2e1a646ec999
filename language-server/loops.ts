/**
 * Counted loops: natural loops with one way back, whose test compares registers that change by a
 * fixed number each time round or not at all, from numbers that are known before the loop. The test
 * itself is run over the values of a turn, so whatever branch it is, its own definition decides.
 */
import { effectsOf, type KnownWord } from "../isa/effects.ts";
import type { Step } from "./lints/code.ts";
import type { Block } from "./lints/graph.ts";
import type { RegisterFlow } from "./register-flow.ts";

/** How often a loop's body runs. */
export interface CountedLoop {
  /** The branch that decides whether it goes on. */
  readonly test: Step;
  readonly count: bigint;
  /** Whether it may be left earlier by another way. */
  readonly isBound: boolean;
}

/** A register of a test: its value in front of the loop and what each turn adds. */
interface Counter {
  readonly start: bigint;
  readonly step: bigint;
  /** Whether the addition comes in front of the test. */
  readonly isEarly: boolean;
}

/** The loops of a function that are counted. */
export function countedLoops(flow: RegisterFlow): CountedLoop[] {
  const { blocks, blockOf } = flow.graph;
  const found: CountedLoop[] = [];
  for (const latch of blocks) {
    const last = flow.code.steps[latch.end - 1];
    if (last === undefined || last.target < 0 || last.target > last.index) continue;
    const { control } = last.effects;
    const header = blocks[blockOf[last.target] as number];
    if ((control !== "branch" && control !== "jump") || header?.start !== last.target) continue;
    const loop = naturalLoop(flow, header, latch);
    const counted = loop && countOf(flow, header, latch, loop);
    if (counted !== undefined) found.push(counted);
  }
  return found;
}

/** The blocks of a loop; undefined where it has more than one way in or back. */
function naturalLoop(flow: RegisterFlow, header: Block, latch: Block): Set<Block> | undefined {
  const loop = new Set([header]);
  const queue = [latch];
  for (let block = queue.pop(); block !== undefined; block = queue.pop()) {
    if (loop.has(block)) continue;
    loop.add(block);
    const before = flow.before(block);
    if (before.length === 0 || flow.graph.functionAt(block.start) !== undefined) return undefined;
    for (const index of before) queue.push(flow.graph.blocks[index] as Block);
  }
  const ways = flow.before(header).map((index) => flow.graph.blocks[index] as Block);
  return ways.some((one) => loop.has(one) && one !== latch) ? undefined : loop;
}

function countOf(
  flow: RegisterFlow,
  header: Block,
  latch: Block,
  loop: ReadonlySet<Block>,
): CountedLoop | undefined {
  const { blocks, blockOf } = flow.graph;
  const { steps } = flow.code;
  const exits = [...loop].filter(
    ({ next, leaves, weak }) =>
      leaves !== undefined || weak >= 0 || next.some((to) => !loop.has(blocks[to] as Block)),
  );
  const decides = [latch, header].find(
    (block) => exits.includes(block) && steps[block.end - 1]?.effects.control === "branch",
  );
  const test = decides && steps[decides.end - 1];
  if (decides === undefined || test === undefined || test.target < 0) return undefined;
  const goesOn = loop.has(blocks[blockOf[test.target] as number] as Block);
  if (decides.next.length !== 2) return undefined;
  const counters = new Map<number, Counter>();
  for (const register of test.effects.readsX) {
    const counter = counterOf(flow, register, header, latch, loop, decides);
    if (counter === undefined) return undefined;
    counters.set(register, counter);
  }
  const isTaken = (turn: bigint) =>
    effectsOf(test.decoded, 0n, flow.code.architecture.xlen, (register): KnownWord => {
      const { start = 0n, step = 0n, isEarly = true } = counters.get(register) ?? {};
      const offset = start + step * (isEarly ? turn : turn - 1n);
      return { base: undefined, offset: BigInt.asIntN(64, offset), extent: 0n };
    }).isTaken === goesOn;
  const turns = firstEnd([...counters.values()], isTaken);
  if (turns === undefined) return undefined;
  const count = decides === latch ? turns : turns - 1n;
  return { test, count, isBound: exits.length > 1 };
}

/** What a register of the test does in the loop; undefined where that is not regular. */
function counterOf(
  flow: RegisterFlow,
  register: number,
  header: Block,
  latch: Block,
  loop: ReadonlySet<Block>,
  decides: Block,
): Counter | undefined {
  const name = { file: "x", index: register } as const;
  const start = numberBefore(flow, register, header, loop);
  if (start === undefined) return undefined;
  let change: Step | undefined;
  for (const block of loop) {
    for (let at = block.start; at < block.end; at++) {
      const step = flow.code.steps[at] as Step;
      if (flow.writes(step, name) === undefined) continue;
      // Only the first and the last block of the loop run once each time round.
      if (change !== undefined || (block !== header && block !== latch)) return undefined;
      change = step;
    }
  }
  if (change === undefined) return { start, step: 0n, isEarly: true };
  const { result, control } = change.effects;
  const isAddition = result?.base === register && result.extent === 0n && control === "next";
  if (!isAddition || change.relocation !== undefined) return undefined;
  const isEarly = decides === latch || flow.blockOf(change) === decides;
  return { start, step: result.offset, isEarly };
}

/** The number that a register has wherever a loop is entered. */
function numberBefore(
  flow: RegisterFlow,
  register: number,
  header: Block,
  loop: ReadonlySet<Block>,
): bigint | undefined {
  let number: number | undefined;
  const entries = flow.before(header).map((index) => flow.graph.blocks[index] as Block);
  if (flow.graph.functionAt(header.start) !== undefined) return undefined;
  for (const block of entries) {
    if (loop.has(block)) continue;
    const state = flow.values.before(block);
    if (state === undefined) continue;
    for (let at = block.start; at < block.end; at++) {
      flow.values.step(state, flow.code.steps[at] as Step);
    }
    const value = state.x[register];
    if (value?.kind !== "number") return undefined;
    if (number !== undefined && number !== value.offset) return undefined;
    number = value.offset;
  }
  return number === undefined ? undefined : BigInt(number);
}

/**
 * The first turn, from 1, whose test ends the loop. The values move along a line, so a comparison
 * changes only where the two are equal or next to it.
 */
function firstEnd(
  counters: readonly Counter[],
  goesOn: (turn: bigint) => boolean,
): bigint | undefined {
  const [one, other] = counters;
  if (one === undefined) return undefined;
  const speed = one.step - (other?.step ?? 0n);
  const at = (counter: Counter | undefined) =>
    counter === undefined ? 0n : counter.start - (counter.isEarly ? 0n : counter.step);
  if (speed === 0n) return undefined;
  const middle = (at(other) - at(one)) / speed;
  for (const turn of [1n, middle - 1n, middle, middle + 1n, middle + 2n]) {
    if (turn < 1n || goesOn(turn)) continue;
    if (turn === 1n || (goesOn(1n) && goesOn(turn - 1n) && goesOn((turn + 1n) / 2n))) return turn;
  }
  return undefined;
}
