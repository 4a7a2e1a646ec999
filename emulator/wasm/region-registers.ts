/**
 * Which registers a region must load and store, and where. A register is dirty where it may have
 * been written since it was last stored: every way out must store it. It is live where it may be
 * read, or stored by a way out, before it is written: there its local must hold it. Both are found
 * by the usual iteration over the blocks, forwards and backwards. A call stores what is dirty, and
 * loads what is live behind it, since the callee may have changed every register.
 */
import type { Effects } from "../../isa/effects.ts";
import { type Block, type Region, successors } from "./region.ts";

/** A set of registers: bit n is register n. */
export interface RegisterSet {
  readonly x: number;
  readonly f: number;
}

export const noRegisters: RegisterSet = { x: 0, f: 0 };

const bits = (registers: readonly number[]): number => {
  let set = 0;
  for (const register of registers) set |= 1 << register;
  return set;
};

/** All registers of both sets. */
export const union = (a: RegisterSet, b: RegisterSet): RegisterSet => ({
  x: a.x | b.x,
  f: a.f | b.f,
});

const without = (a: RegisterSet, b: RegisterSet): RegisterSet => ({
  x: a.x & ~b.x,
  f: a.f & ~b.f,
});

const same = (a: RegisterSet, b: RegisterSet): boolean => a.x === b.x && a.f === b.f;

/** What an instruction writes. */
export const written = ({ writesX, writesF }: Effects): RegisterSet => ({
  x: bits(writesX),
  f: bits(writesF),
});

/** Of blocks already summed up: both analyses ask. */
const summaries = new WeakMap<Block, { uses: RegisterSet; writes: RegisterSet }>();

/** The registers of a set, ascending. */
export function numbers(set: number): number[] {
  const result: number[] = [];
  for (let left = set; left !== 0; left &= left - 1) result.push(31 - Math.clz32(left & -left));
  return result;
}

/** What is dirty and what is live where each block begins. */
export interface RegionRegisters {
  readonly dirty: readonly RegisterSet[];
  readonly live: readonly RegisterSet[];
}

/** What a block reads before it writes, and what it writes. */
function summary(block: Block): { uses: RegisterSet; writes: RegisterSet } {
  let known = summaries.get(block);
  if (known === undefined) {
    let [usesX, usesF, writesX, writesF] = [0, 0, 0, 0];
    for (const { effects } of block.sites) {
      for (const register of effects.readsX) usesX |= (1 << register) & ~writesX;
      for (const register of effects.readsF) usesF |= (1 << register) & ~writesF;
      for (const register of effects.writesX) writesX |= 1 << register;
      for (const register of effects.writesF) writesF |= 1 << register;
    }
    known = { uses: { x: usesX, f: usesF }, writes: { x: writesX, f: writesF } };
    summaries.set(block, known);
  }
  return known;
}

/** Finds what is dirty and live at the start of each block of a region. */
export function registersOf({ blocks, indexes, via }: Region): RegionRegisters {
  const summed = blocks.map(summary);
  const following = blocks.map((block) =>
    successors(block, via).flatMap((address) => indexes.get(address) ?? []),
  );
  const dirty = blocks.map(() => noRegisters);
  const after = (index: number) =>
    union(dirty[index] as RegisterSet, (summed[index] as { writes: RegisterSet }).writes);
  for (let changed = true; changed; ) {
    changed = false;
    for (const [index, { control }] of blocks.entries()) {
      if (control === "call") continue;
      const out = after(index);
      for (const next of following[index] as number[]) {
        const joined = union(dirty[next] as RegisterSet, out);
        if (same(joined, dirty[next] as RegisterSet)) continue;
        dirty[next] = joined;
        changed = true;
      }
    }
  }
  const live = blocks.map(() => noRegisters);
  for (let changed = true; changed; ) {
    changed = false;
    for (let index = blocks.length - 1; index >= 0; index--) {
      const { uses, writes } = summed[index] as { uses: RegisterSet; writes: RegisterSet };
      // Whatever is dirty is stored by some way out: the block's end may be one.
      let out = after(index);
      if (blocks[index]?.control !== "call") {
        for (const next of following[index] as number[]) {
          out = union(out, live[next] as RegisterSet);
        }
      }
      const here = union(union(uses, dirty[index] as RegisterSet), without(out, writes));
      if (same(here, live[index] as RegisterSet)) continue;
      live[index] = here;
      changed = true;
    }
  }
  return { dirty, live };
}

/** At the start of each block: the registers that may be read before they are written or reloaded. */
export function readBeforeWritten({ blocks, indexes, via }: Region): readonly RegisterSet[] {
  const summed = blocks.map(summary);
  const result = summed.map(({ uses }) => uses);
  for (let changed = true; changed; ) {
    changed = false;
    for (let index = blocks.length - 1; index >= 0; index--) {
      const block = blocks[index] as Block;
      if (block.control === "call") continue;
      let out = noRegisters;
      for (const address of successors(block, via)) {
        const next = indexes.get(address);
        if (next !== undefined) out = union(out, result[next] as RegisterSet);
      }
      const { uses, writes } = summed[index] as { uses: RegisterSet; writes: RegisterSet };
      const here = union(uses, without(out, writes));
      if (same(here, result[index] as RegisterSet)) continue;
      result[index] = here;
      changed = true;
    }
  }
  return result;
}
