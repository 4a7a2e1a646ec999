/**
 * Gives every fragment its address. Sizes of tails start from an estimate and are corrected, pass
 * by pass, until none changes; branches that are out of reach become long ones. This is the
 * relaxation of GNU as (`relax_segment`), with the same order of steps, so that sizes agree.
 */

import { STB } from "../elf/constants.ts";
import { type Expression, evaluate, evaluateNumber } from "./expressions.ts";
import { encodeLeb128 } from "./leb128.ts";
import { rowStep } from "./row-steps.ts";
import { type Fragment, type SectionBuilder, sectionLimit, type Tail } from "./sections.ts";

/** Reports a tail that cannot be laid out. */
export type LayoutReport = (tail: Tail, code: string, values: Record<string, string>) => void;

/**
 * The distance between two places while the file is still being read: known within a fragment, and
 * between fragments of one subsection when no tail of an unknown size lies in between.
 */
export function distanceSoFar(
  from: Fragment,
  fromOffset: number,
  to: Fragment,
  toOffset: number,
): number | undefined {
  if (from.subsection !== to.subsection) return undefined;
  from.subsection.isMeasured = true;
  if (from === to) return toOffset - fromOffset;
  const { fragments } = from.subsection;
  const isForward = from.index < to.index;
  const [first, last] = isForward ? [from, to] : [to, from];
  let gap = 0;
  for (let { index } = first; index < fragments.length; index++) {
    const fragment = fragments[index] as Fragment;
    if (fragment === last) {
      return isForward ? gap + toOffset - fromOffset : -(gap + fromOffset - toOffset);
    }
    if (fragment.tail !== undefined) return undefined;
    gap += fragment.length;
  }
  return undefined;
}

/** How far the end of a fragment is from the start of its subsection; tails count as nothing. */
export function distanceTo({ subsection, index, length }: Fragment): number {
  let distance = length;
  for (const fragment of subsection.fragments.slice(0, index)) {
    distance += fragment.length;
    const { tail } = fragment;
    if (tail?.kind === "align") distance = Math.ceil(distance / tail.alignment) * tail.alignment;
    if (tail?.kind === "space" && tail.count.op === "number") {
      distance += Number(tail.count.value) * tail.pattern.length;
    }
  }
  return distance;
}

/** The distance by final addresses. */
export function distanceInSection(
  from: Fragment,
  fromOffset: number,
  to: Fragment,
  toOffset: number,
): number | undefined {
  if (from.subsection.section !== to.subsection.section) return undefined;
  return to.address + toOffset - from.address - fromOffset;
}

/**
 * The distance as far as the linker cannot change it any more: by final addresses, and in code that
 * may be relaxed not at all.
 */
export function distanceForLinker(
  from: Fragment,
  fromOffset: number,
  to: Fragment,
  toOffset: number,
): number | undefined {
  const { section } = from.subsection;
  if (section !== to.subsection.section) return undefined;
  if (section.isCode) return undefined;
  return to.address + toOffset - from.address - fromOffset;
}

distanceForLinker.leavesUndefined = true;

const branchReach = 4096;
const shortBranchReach = 256;
const shortJumpReach = 2048;

/** Lays out a section; returns its size in bytes. */
export function layOut(section: SectionBuilder, report: LayoutReport): number {
  const fragments = section.fragments();
  let address = 0;
  for (const fragment of fragments) {
    fragment.address = address;
    address += fragment.length;
    fragment.tailSize = estimate(fragment, address, report);
    address += fragment.tailSize;
  }
  // Alternating sizes are possible in theory; after some passes sizes may only grow.
  for (let pass = 0; pass < 200; pass++) {
    let stretch = 0;
    let hasChanged = false;
    for (const fragment of fragments) {
      fragment.address += stretch;
      const { tail } = fragment;
      if (tail === undefined) continue;
      let size = tailSize(fragment, tail, report);
      if (pass > 100) size = Math.max(size, fragment.tailSize);
      if (size !== fragment.tailSize) {
        stretch += size - fragment.tailSize;
        fragment.tailSize = size;
        hasChanged = true;
      }
    }
    if (!hasChanged) break;
  }
  const last = fragments.at(-1);
  return last === undefined ? 0 : last.address + last.length + last.tailSize;
}

function estimate(fragment: Fragment, end: number, report: LayoutReport): number {
  const { tail } = fragment;
  if (tail === undefined) return 0;
  if (tail.kind === "align" || tail.kind === "branch") return tailSize(fragment, tail, report);
  if (tail.kind === "origin") return 0;
  return end < 0 ? 0 : tailSize(fragment, tail, report);
}

function tailSize(fragment: Fragment, tail: Tail, report: LayoutReport): number {
  const end = fragment.address + fragment.length;
  switch (tail.kind) {
    case "align": {
      const gap = (tail.alignment - (end % tail.alignment)) % tail.alignment;
      return gap > tail.maximum ? 0 : gap;
    }
    case "branch":
      return branchSize(fragment, tail, end);
    case "leb128": {
      const value = numberOf(tail.value);
      return value === undefined ? 1 : encodeLeb128(value, tail.isSigned).length;
    }
    case "advance":
      return advanceSize(gapOf(tail));
    case "row":
      return rowStep(tail, gapOf(tail)).bytes.length;
    case "space": {
      const count = numberOf(tail.count);
      if (count === undefined || count <= 0n) return 0;
      const size = count * BigInt(tail.pattern.length);
      if (size <= BigInt(sectionLimit)) return Number(size);
      report(tail, "section-too-large", {
        section: fragment.subsection.section.name,
        limit: String(sectionLimit),
      });
      return 0;
    }
    case "origin": {
      const target = originOf(fragment, tail.target);
      if (target === undefined) return 0;
      if (target > BigInt(sectionLimit)) {
        report(tail, "section-too-large", {
          section: fragment.subsection.section.name,
          limit: String(sectionLimit),
        });
        return 0;
      }
      return Math.max(0, Number(target) - end);
    }
  }
}

/** The offset in its section that `.org` asks for. */
export function originOf(fragment: Fragment, target: Expression): bigint | undefined {
  const value = evaluate(target, distanceInSection);
  if (typeof value === "string" || value.subtract !== undefined) return undefined;
  const { add } = value;
  if (add === undefined) return value.constant;
  if (add.fragment?.subsection.section !== fragment.subsection.section) return undefined;
  return BigInt(add.fragment.address + add.offset) + value.constant;
}

function numberOf(expression: Expression): bigint | undefined {
  const value = evaluateNumber(expression, distanceInSection);
  return typeof value === "bigint" ? value : undefined;
}

/** The distance that a DW_CFA_advance_loc or a step of the line table covers. */
export function gapOf(tail: Tail & { kind: "advance" | "row" }): number {
  const { from, to } = tail;
  if (from.fragment === undefined || to.fragment === undefined) return 0;
  return to.fragment.address + to.offset - from.fragment.address - from.offset;
}

/** Bytes of a DW_CFA_advance_loc over a gap. */
export function advanceSize(gap: number): number {
  if (gap === 0) return 0;
  return gap < 0x40 ? 1 : gap < 0x100 ? 2 : gap < 0x10000 ? 3 : 5;
}

function branchSize(fragment: Fragment, tail: Tail & { kind: "branch" }, end: number): number {
  const { target, short, isJump } = tail;
  const longest = isJump ? 4 : 8;
  let place = target;
  let offset = tail.addend;
  if (target.expression !== undefined) {
    const value = evaluate(target.expression, distanceInSection);
    if (typeof value === "string" || value.add === undefined || value.subtract !== undefined) {
      return longest;
    }
    place = value.add;
    offset += value.constant;
  }
  const isNear =
    place.fragment !== undefined &&
    place.binding !== STB.WEAK &&
    target.binding !== STB.WEAK &&
    place.fragment.subsection.section === fragment.subsection.section;
  if (!isNear || place.fragment === undefined) return longest;
  const distance = place.fragment.address + place.offset + Number(offset) - end;
  const reaches = (reach: number) => distance >= -reach && distance < reach;
  if (short !== undefined && reaches(isJump ? shortJumpReach : shortBranchReach)) return 2;
  if (reaches(branchReach)) return 4;
  if (isJump) return 4;
  return short === undefined ? 8 : 6;
}
