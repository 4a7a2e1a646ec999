/**
 * Finds a region: the basic blocks that direct jumps and branches reach from an entry, with the
 * return points of calls, up to a number of instructions. What lies beyond is left by an exit.
 * Blocks come in reverse postorder, with their dominators (Cooper, Harvey and Kennedy, "A Simple,
 * Fast Dominance Algorithm"), for structured code.
 */
import type { Decoded } from "../../isa/decoder.ts";
import type { Effects } from "../../isa/effects.ts";
import { sharedEntries } from "./irreducible.ts";
import { effectsAt } from "./site-effects.ts";

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
  /**
   * How control goes on after the last site; "leave" where the instruction at `end` is rare. A
   * "switch" may also go elsewhere than to its targets; a "dispatch" has no instruction, and goes
   * on to the target that those name who go on to it.
   */
  readonly control: "next" | "branch" | "jump" | "call" | "exit" | "leave" | "switch" | "dispatch";
  /** Where a branch or a jump goes. */
  readonly target: bigint | undefined;
  /** Where a switch or a dispatch may go. */
  readonly targets?: readonly bigint[];
}

/** The blocks that are translated as one function. */
export interface Region {
  readonly entry: bigint;
  /** In reverse postorder; the first is the entry's. */
  readonly blocks: readonly Block[];
  /** The index of the block at an address. */
  readonly indexes: ReadonlyMap<bigint, number>;
  /** The start of the dispatch through which control goes on to an address, where there is one. */
  readonly via: ReadonlyMap<bigint, bigint>;
  /** Of each block, the index of its immediate dominator; the entry's is itself. */
  readonly dominators: readonly number[];
  /** How many instructions all blocks have. */
  readonly size: number;
}

/** Instructions in a region, at most: V8's optimiser takes more than linear time. */
const largestRegion = 400;
/** The same for a region that jumps by a table. */
const largestSwitch = 1000;
/** How much nearer the more frequent of two targets of such a jump is than the other. */
const targetDistance = 8;
/** Instructions in a region that other regions have too, at most: then it goes over to them. */
const mostCovered = 160;
/** So many regions may have the same instruction; another one that comes to it ends there. */
const mostCopies = 4;

/** What region formation asks of the machine. */
export interface CodeReader {
  readonly xlen: 32 | 64;
  /** The instruction at the address, or undefined where a region must not have one. */
  fetch(pc: bigint): Decoded | undefined;
  /** Holds where generated code can do the instruction. */
  isCommon(decoded: Decoded): boolean;
  /** Where the indirect jump at the address is known to go, the most frequent first. */
  targetsOf(pc: bigint): readonly bigint[];
  /** How many regions have the instruction already. */
  copies(pc: bigint): number;
  /** Holds where another region begins. */
  isEntry(pc: bigint): boolean;
}

/** The region that is entered at an address; undefined when it would be empty. */
export function findRegion(entry: bigint, reader: CodeReader): Region | undefined {
  const { sites, leaders, limit } = explore(entry, reader);
  if (!sites.has(entry)) return undefined;
  const blocks = new Map<bigint, Block>();
  for (const leader of leaders) {
    if (sites.has(leader)) {
      blocks.set(
        leader,
        blockAt(leader, sites, leaders, (pc) => reader.targetsOf(pc)),
      );
    }
  }
  const ordered = order(entry, blocks, new Map());
  return regionOf(entry, sites.size < limit ? ordered : trim(ordered, limit));
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
  const isConnecting = reader.copies(entry) > 0;
  let limit = largestRegion;
  while (waiting.length > 0 && sites.size < limit && covered < mostCovered) {
    let nearest = 0;
    for (let at = 1; at < waiting.length; at++) {
      if ((waiting[at] as Way).distance < (waiting[nearest] as Way).distance) nearest = at;
    }
    let { pc, distance } = waiting[nearest] as Way;
    waiting[nearest] = waiting.at(-1) as Way;
    waiting.pop();
    while (!sites.has(pc) && sites.size < limit) {
      const decoded = reader.fetch(pc);
      if (decoded === undefined || !reader.isCommon(decoded)) break;
      if (isConnecting && sites.size > 0 && reader.isEntry(pc)) break;
      if (sites.size > 0 && reader.copies(pc) >= mostCopies) break;
      const effects = effectsAt(decoded, pc, reader.xlen);
      const site = { pc, decoded, effects };
      sites.set(pc, site);
      if (reader.copies(pc) > 0) covered++;
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
      if (effects.control !== "jump" || effects.target !== undefined) break;
      for (const leader of reader.targetsOf(site.pc)) {
        distance += targetDistance;
        limit = largestSwitch;
        if (!leaders.has(leader)) waiting.push({ pc: leader, distance });
        leaders.add(leader);
      }
      break;
    }
  }
  return { sites, leaders, limit };
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
function trim(blocks: readonly Block[], limit: number): readonly Block[] {
  const indexes = indexesOf(blocks);
  const edges = blocks.flatMap((block, from) =>
    successors(block, new Map()).map((address) => ({
      from,
      to: indexes.get(address) ?? Infinity,
      address,
    })),
  );
  let size = 0;
  let best = { cut: blocks.length, ways: Infinity };
  for (let cut = 1; cut <= blocks.length; cut++) {
    size += (blocks[cut - 1] as Block).sites.length;
    if (2 * size < limit) continue;
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
  targetsOf: (pc: bigint) => readonly bigint[],
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
    if (control === "jump") {
      const targets = targetsOf(site.pc);
      if (targets.length > 0) {
        return { start, sites: own, end: pc, control: "switch", target, targets };
      }
    }
    if (control !== "next") return { start, sites: own, end: pc, control: "exit", target };
    if (leaders.has(pc)) return { start, sites: own, end: pc, control: "next", target: undefined };
  }
}

/** The addresses to which a block goes on, through dispatches. */
export function successors(block: Block, via: ReadonlyMap<bigint, bigint>): readonly bigint[] {
  if (block.control === "dispatch") return block.targets as readonly bigint[];
  const direct = directSuccessors(block);
  return via.size === 0 ? direct : direct.map((address) => via.get(address) ?? address);
}

function directSuccessors({ control, end, target, targets }: Block): readonly bigint[] {
  switch (control) {
    case "next":
    case "call":
      return [end];
    case "branch":
      return [end, target as bigint];
    case "jump":
      return [target as bigint];
    case "switch":
      return targets as readonly bigint[];
    default:
      return [];
  }
}

/** The blocks that are reached from the entry, in reverse postorder. */
function order(
  entry: bigint,
  blocks: ReadonlyMap<bigint, Block>,
  via: ReadonlyMap<bigint, bigint>,
): readonly Block[] {
  const postorder: Block[] = [];
  const first = via.get(entry) ?? entry;
  const visited = new Set<bigint>([first]);
  // An explicit stack: a region may be a long chain.
  const stack = [{ block: blocks.get(first) as Block, next: 0 }];
  while (stack.length > 0) {
    const top = stack.at(-1) as { block: Block; next: number };
    const following = successors(top.block, via)[top.next++];
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
  const size = blocks.reduce((sum, block) => sum + block.sites.length, 0);
  const indexes = indexesOf(blocks);
  const none = new Map<bigint, bigint>();
  const dominators = findDominators(blocks, indexes, none);
  const region = { entry, blocks, indexes, via: none, dominators, size };
  const isReducible = blocks.every((block, from) =>
    successors(block, none).every((address) => {
      const to = indexes.get(address);
      return to === undefined || to > from || dominates(region, to, from);
    }),
  );
  return isReducible ? region : withDispatches(region);
}

/** The region with a dispatch before each cycle that is entered at several blocks. */
function withDispatches({ entry, blocks, indexes, size }: Region): Region {
  const via = new Map<bigint, bigint>();
  const all = new Map(blocks.map((block) => [block.start, block]));
  const graph = blocks.map((block) =>
    successors(block, via).flatMap((address) => indexes.get(address) ?? []),
  );
  for (const [index, entries] of sharedEntries(graph).entries()) {
    // No instruction is at an odd address.
    const start = BigInt(2 * index + 1);
    const targets = entries.map((one) => (blocks[one] as Block).start);
    for (const target of targets) via.set(target, start);
    const block: Block = {
      start,
      sites: [],
      end: start,
      control: "dispatch",
      target: undefined,
      targets,
    };
    all.set(start, block);
  }
  const ordered = order(entry, all, via);
  const orderedIndexes = indexesOf(ordered);
  const dominators = findDominators(ordered, orderedIndexes, via);
  return { entry, blocks: ordered, indexes: orderedIndexes, via, dominators, size };
}

function findDominators(
  blocks: readonly Block[],
  indexes: ReadonlyMap<bigint, number>,
  via: ReadonlyMap<bigint, bigint>,
): readonly number[] {
  const predecessors: number[][] = blocks.map(() => []);
  blocks.forEach((block, index) => {
    for (const address of successors(block, via)) {
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
