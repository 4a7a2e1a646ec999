/**
 * Which loads and stores of a block share one check of rights. Accesses off the same register, or
 * off what was added to it, are known distances apart: one check over the bytes of all of them,
 * made at the first, lets the others go unchecked. Nothing in a block can take rights away, since
 * what could leaves the region; and when the check fails, the first access leaves before anything
 * has changed. What a block has found holds in the blocks that only it goes on to.
 */
import type { Effects } from "../../isa/effects.ts";
import { Access } from "../translation.ts";
import type { Site } from "./region.ts";

/** The check to make at an access, or none where an earlier one covers it. */
export type AccessPlan = AccessCheck | "covered";

/** Bytes that are wanted from a register's value on, plus `from`. */
export interface AccessCheck {
  readonly access: Access;
  readonly from: bigint;
  /** 1 to {@link widest}. */
  readonly bytes: number;
}

/** So that no check is over more than two pages. */
const widest = 4096n;

/** A register's value: one that is not known, by a number, and what has been added to it. */
interface Place {
  readonly root: number;
  readonly distance: bigint;
}

/** Bytes off a root that have been checked, or are to be. */
interface Span {
  readonly root: number;
  start: bigint;
  end: bigint;
  access: Access;
}

/** An access of the block, and the check that it waits for. */
interface Member {
  readonly site: Site;
  readonly start: bigint;
  readonly group: Span;
}

/** What is known at a place in a region. */
export interface AccessFacts {
  readonly places: ReadonlyMap<number, Place>;
  readonly checked: readonly Span[];
  /** The next number for a value that is not known; those below 32 are the registers' own. */
  readonly nextRoot: number;
}

/** Where nothing is known: at the start of a region, after calls, where control flow joins. */
export const noFacts: AccessFacts = { places: new Map(), checked: [], nextRoot: 32 };

const covers = (span: Span, root: number, start: bigint, end: bigint, access: Access): boolean =>
  span.root === root &&
  span.start <= start &&
  span.end >= end &&
  (span.access === Access.write || access === Access.read);

/** The plans for the loads and stores of a block, and what is known at its end. */
export function planAccesses(
  sites: readonly Site[],
  xlen: 32 | 64,
  facts: AccessFacts,
): { plans: ReadonlyMap<Site, AccessPlan>; facts: AccessFacts } {
  const places = new Map(facts.places);
  let { nextRoot } = facts;
  const placeOf = (register: number): Place =>
    places.get(register) ?? { root: register, distance: 0n };
  const plans = new Map<Site, AccessPlan>();
  const groups: Span[] = [];
  const members: Member[] = [];
  for (const site of sites) {
    const { memory, writesX, result } = site.effects;
    const isPlain = memory?.kind === "load" || memory?.kind === "store";
    if (isPlain && memory.base !== undefined) {
      const { root, distance } = placeOf(memory.base);
      const start = BigInt.asIntN(xlen, distance + memory.offset);
      const end = start + BigInt(memory.width / 8);
      const access = memory.kind === "load" ? Access.read : Access.write;
      if (facts.checked.some((span) => covers(span, root, start, end, access))) {
        plans.set(site, "covered");
      } else {
        const group = join(groups, { root, start, end, access });
        members.push({ site, start, group });
      }
    }
    const found = result === undefined ? undefined : moved(placeOf, result, xlen);
    for (const register of writesX) {
      places.set(register, found ?? { root: nextRoot++, distance: 0n });
    }
  }
  const begun = new Set<Span>();
  for (const { site, start, group } of members) {
    if (begun.has(group)) {
      plans.set(site, "covered");
      continue;
    }
    begun.add(group);
    const from = (site.effects.memory?.offset ?? 0n) + group.start - start;
    plans.set(site, { access: group.access, from, bytes: Number(group.end - group.start) });
  }
  return { plans, facts: { places, checked: [...facts.checked, ...groups], nextRoot } };
}

/** The group that the bytes go into: one off the same root that stays narrow, or a new one. */
function join(groups: Span[], wanted: Span): Span {
  for (const group of groups) {
    if (group.root !== wanted.root) continue;
    const start = group.start < wanted.start ? group.start : wanted.start;
    const end = group.end > wanted.end ? group.end : wanted.end;
    if (end - start > widest) continue;
    group.start = start;
    group.end = end;
    if (wanted.access === Access.write) group.access = Access.write;
    return group;
  }
  groups.push(wanted);
  return wanted;
}

function moved(
  placeOf: (register: number) => Place,
  { base, offset }: NonNullable<Effects["result"]>,
  xlen: 32 | 64,
): Place | undefined {
  if (base === undefined) return undefined;
  const { root, distance } = placeOf(base);
  return { root, distance: BigInt.asIntN(xlen, distance + offset) };
}
