/**
 * Finds a region: the basic blocks that direct jumps and branches reach from an entry, with the
 * return points of calls, up to a number of instructions. What lies beyond is left by an exit.
 * Blocks come in reverse postorder, with their dominators (Cooper, Harvey and Kennedy, "A Simple,
 * Fast Dominance Algorithm"), for structured code.
 */
import type { Decoded } from "../../isa/decoder.ts";
import { type Effects, effectsOf } from "../../isa/effects.ts";

/** One instruction of a region. */
export interface Site {
  readonly pc: bigint;
  readonly decoded: Decoded;
  readonly effects: Effects;
}

/** A basic block. */
export interface Block {
  readonly start: bigint;
  readonly sites: readonly Site[];
  /** The address after its last instruction. */
  readonly end: bigint;
  /** How control goes on after the last site; "leave" where the instruction at `end` is rare. */
  readonly control: "next" | "branch" | "jump" | "call" | "exit" | "leave";
  /** Where a branch or a jump goes. */
  readonly target: bigint | undefined;
}

/** The blocks that are translated as one function. */
export interface Region {
  readonly entry: bigint;
  /** In reverse postorder; the first is the entry's. */
  readonly blocks: readonly Block[];
  /** The index of the block at an address. */
  readonly indexes: ReadonlyMap<bigint, number>;
  /** Of each block, the index of its immediate dominator; the entry's is itself. */
  readonly dominators: readonly number[];
  /** How many instructions all blocks have. */
  readonly size: number;
}

/** Instructions in a region, at most: V8's optimiser takes more than linear time. */
const largestRegion = 400;
/** Instructions in a region that other regions have too, at most: then it goes over to them. */
const mostCovered = 80;

/** What region formation asks of the machine. */
export interface CodeReader {
  readonly xlen: 32 | 64;
  /** The instruction at the address, or undefined where a region must not have one. */
  fetch(pc: bigint): Decoded | undefined;
  /** Holds where generated code can do the instruction. */
  isCommon(decoded: Decoded): boolean;
  /** Holds where other regions have the instruction already. */
  isCovered(pc: bigint): boolean;
}

/** The region that is entered at an address; undefined when it would be empty. */
export function findRegion(entry: bigint, reader: CodeReader): Region | undefined {
  const { sites, leaders } = explore(entry, reader);
  if (!sites.has(entry)) return undefined;
  const blocks = new Map<bigint, Block>();
  for (const leader of leaders) {
    if (sites.has(leader)) blocks.set(leader, blockAt(leader, sites, leaders));
  }
  const ordered = order(entry, blocks);
  return regionOf(entry, sites.size < largestRegion ? ordered : trim(ordered));
}

/**
 * Collects instructions, the blocks first that are the fewest instructions away from the entry: so
 * what a branch skips is in the region together with where it is skipped to.
 */
function explore(entry: bigint, reader: CodeReader) {
  const sites = new Map<bigint, Site>();
  const leaders = new Set<bigint>([entry]);
  const waiting = [{ pc: entry, distance: 0 }];
  let covered = 0;
  while (waiting.length > 0 && sites.size < largestRegion && covered < mostCovered) {
    let nearest = 0;
    for (let at = 1; at < waiting.length; at++) {
      if ((waiting[at] as Way).distance < (waiting[nearest] as Way).distance) nearest = at;
    }
    let { pc, distance } = waiting[nearest] as Way;
    waiting[nearest] = waiting.at(-1) as Way;
    waiting.pop();
    while (!sites.has(pc) && sites.size < largestRegion) {
      const decoded = reader.fetch(pc);
      if (decoded === undefined || !reader.isCommon(decoded)) break;
      const effects = effectsOf(decoded, pc, reader.xlen);
      sites.set(pc, { pc, decoded, effects });
      if (reader.isCovered(pc)) covered++;
      distance++;
      pc = BigInt.asUintN(reader.xlen, pc + BigInt(decoded.length));
      if (effects.control === "next") continue;
      const found = [
        ...(effects.control === "branch" || effects.control === "call" ? [pc] : []),
        ...(effects.control !== "call" && effects.target !== undefined ? [effects.target] : []),
      ];
      for (const leader of found) {
        if (!leaders.has(leader)) waiting.push({ pc: leader, distance });
        leaders.add(leader);
      }
      break;
    }
  }
  return { sites, leaders };
}

interface Way {
  readonly pc: bigint;
  /** How many instructions lie between the entry and it, at least. */
  readonly distance: number;
}

/**
 * Cuts a region that is at its limit off where the fewest jumps lead across: where the ways through
 * the code meet. So the next region begins at that one place, and not at each of many.
 */
function trim(blocks: readonly Block[]): readonly Block[] {
  const indexes = indexesOf(blocks);
  const edges = blocks.flatMap((block, from) =>
    successors(block).map((address) => ({ from, to: indexes.get(address) ?? Infinity, address })),
  );
  let size = 0;
  let best = { cut: blocks.length, ways: Infinity };
  for (let cut = 1; cut <= blocks.length; cut++) {
    size += (blocks[cut - 1] as Block).sites.length;
    if (2 * size < largestRegion) continue;
    const across = edges.filter(({ from, to }) => (from < cut ? to >= cut : to < cut));
    const ways = new Set(across.map(({ address }) => address)).size;
    if (ways <= best.ways) best = { cut, ways };
  }
  return blocks.slice(0, best.cut);
}

function blockAt(
  start: bigint,
  sites: ReadonlyMap<bigint, Site>,
  leaders: ReadonlySet<bigint>,
): Block {
  const own: Site[] = [];
  let pc = start;
  for (;;) {
    const site = sites.get(pc);
    // Past the region's limit, or before a rare instruction: whoever goes on there finds out.
    if (site === undefined) {
      return { start, sites: own, end: pc, control: "leave", target: undefined };
    }
    own.push(site);
    pc = site.pc + BigInt(site.decoded.length);
    const { control, target } = site.effects;
    if (control === "branch") return { start, sites: own, end: pc, control, target };
    if (control === "call") return { start, sites: own, end: pc, control, target };
    if (control === "jump" && target !== undefined) {
      return { start, sites: own, end: pc, control, target };
    }
    if (control !== "next") return { start, sites: own, end: pc, control: "exit", target };
    if (leaders.has(pc)) return { start, sites: own, end: pc, control: "next", target: undefined };
  }
}

/** The addresses to which a block goes on. */
export function successors({ control, end, target }: Block): bigint[] {
  switch (control) {
    case "next":
    case "call":
      return [end];
    case "branch":
      return [end, target as bigint];
    case "jump":
      return [target as bigint];
    default:
      return [];
  }
}

/** The blocks that are reached from the entry, in reverse postorder. */
function order(entry: bigint, blocks: ReadonlyMap<bigint, Block>): readonly Block[] {
  const postorder: Block[] = [];
  const visited = new Set<bigint>([entry]);
  // An explicit stack: a region may be a long chain.
  const stack = [{ block: blocks.get(entry) as Block, next: 0 }];
  while (stack.length > 0) {
    const top = stack.at(-1) as { block: Block; next: number };
    const following = successors(top.block)[top.next++];
    if (following === undefined) {
      postorder.push(top.block);
      stack.pop();
    } else if (!visited.has(following)) {
      const block = blocks.get(following);
      visited.add(following);
      if (block !== undefined) stack.push({ block, next: 0 });
    }
  }
  return postorder.reverse();
}

const indexesOf = (blocks: readonly Block[]): ReadonlyMap<bigint, number> =>
  new Map(blocks.map((block, index) => [block.start, index]));

function regionOf(entry: bigint, blocks: readonly Block[]): Region {
  const indexes = indexesOf(blocks);
  const size = blocks.reduce((sum, block) => sum + block.sites.length, 0);
  return { entry, blocks, indexes, dominators: findDominators(blocks, indexes), size };
}

function findDominators(
  blocks: readonly Block[],
  indexes: ReadonlyMap<bigint, number>,
): readonly number[] {
  const predecessors: number[][] = blocks.map(() => []);
  blocks.forEach((block, index) => {
    for (const address of successors(block)) {
      const to = indexes.get(address);
      if (to !== undefined) predecessors[to]?.push(index);
    }
  });
  const dominators: (number | undefined)[] = blocks.map(() => undefined);
  dominators[0] = 0;
  const intersect = (a: number, b: number): number => {
    while (a !== b) {
      while (a > b) a = dominators[a] as number;
      while (b > a) b = dominators[b] as number;
    }
    return a;
  };
  for (let changed = true; changed; ) {
    changed = false;
    for (let index = 1; index < blocks.length; index++) {
      let dominator: number | undefined;
      for (const from of predecessors[index] as number[]) {
        if (dominators[from] === undefined) continue;
        dominator = dominator === undefined ? from : intersect(from, dominator);
      }
      if (dominators[index] !== dominator) {
        dominators[index] = dominator;
        changed = true;
      }
    }
  }
  return dominators as number[];
}

/** Holds when block a dominates block b. */
export function dominates({ dominators }: Region, a: number, b: number): boolean {
  while (b > a) b = dominators[b] as number;
  return a === b;
}
