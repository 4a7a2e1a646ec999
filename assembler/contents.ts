/** The bytes of a fragment once everything has its address. */

import { R_RISCV } from "../elf/constants.ts";
import type { Assembler } from "./assembler.ts";
import { evaluateNumber } from "./expressions.ts";
import { advanceBytes } from "./frames.ts";
import { distanceInSection, gapOf, originOf } from "./layout.ts";
import { encodeLeb128 } from "./leb128.ts";
import { patchImmediate } from "./patch.ts";
import { rowStep } from "./row-steps.ts";
import type { Fragment, Tail } from "./sections.ts";

/** Writes a fragment's fixed bytes and its tail into the section's data. */
export function fillFragment(data: Uint8Array, fragment: Fragment, assembler: Assembler): void {
  const { start, length, address, subsection, tail } = fragment;
  const { bytes } = subsection;
  // Most fragments end with a branch and are short: a view of the bytes would cost more.
  if (length > 100) data.set(bytes.subarray(start, start + length), address);
  else for (let at = 0; at < length; at++) data[address + at] = bytes[start + at] as number;
  if (tail !== undefined) fillTail(data, address + length, fragment, tail, assembler);
}

function fillTail(
  data: Uint8Array,
  at: number,
  fragment: Fragment,
  tail: Tail,
  assembler: Assembler,
): void {
  const { tailSize: size } = fragment;
  switch (tail.kind) {
    case "align":
      fillAlignment(data, at, size, fragment, tail, assembler);
      return;
    case "origin": {
      data.fill(tail.fill, at, at + size);
      const target = originOf(fragment, tail.target);
      if (target === undefined)
        assembler.reportAt("not-constant", tail.mention, { what: "The origin" });
      else if (target < BigInt(at)) {
        assembler.reportAt("origin-backwards", tail.mention, {
          target: String(target),
          current: String(at),
        });
      }
      return;
    }
    case "space": {
      const count = evaluateNumber(tail.count, distanceInSection);
      if (typeof count !== "bigint") {
        assembler.reportAt(count, tail.mention, { what: "The count", name: "" });
      }
      const { pattern } = tail;
      if (pattern.every((byte) => byte === 0)) return;
      for (let offset = 0; offset < size; offset += pattern.length) data.set(pattern, at + offset);
      return;
    }
    case "branch":
      fillBranch(data, at, size, tail);
      return;
    case "leb128": {
      const value = evaluateNumber(tail.value, distanceInSection);
      if (typeof value === "bigint") data.set(encodeLeb128(value, tail.isSigned), at);
      return;
    }
    case "advance":
      if (size > 0) data.set(advanceBytes(gapOf(tail)), at);
      return;
    case "row":
      data.set(rowStep(tail, gapOf(tail)).bytes, at);
      return;
  }
}

function fillAlignment(
  data: Uint8Array,
  at: number,
  size: number,
  fragment: Fragment,
  tail: Tail & { kind: "align" },
  assembler: Assembler,
): void {
  const end = at + size;
  if (tail.fill !== undefined) {
    const { value, width } = tail.fill;
    let left = at;
    if (size % width !== 0 && tail.mention !== undefined) {
      const values = { size: String(size), width: String(width) };
      assembler.reportAt("padding-width", tail.mention, values);
    }
    for (; (end - left) % width !== 0; left++) data[left] = 0;
    for (; left < end; left += width) {
      for (let index = 0; index < width; index++) {
        data[left + index] = Number(BigInt.asUintN(8, value >> BigInt(8 * index)));
      }
    }
    return;
  }
  // With relaxation on at the end of the file, GNU as leaves zeros here, as `R_RISCV_ALIGN` has
  // its no-operations elsewhere.
  if (!fragment.subsection.section.isCode || assembler.code.relax) return;
  // Odd bytes first, then a two-byte and four-byte no-operations.
  let left = at;
  if ((end - left) % 2 === 1) data[left++] = 0;
  if ((end - left) % 4 === 2) {
    data[left++] = 0x01;
    data[left++] = 0x00;
  }
  for (; left < end; left += 4) data.set([0x13, 0, 0, 0], left);
}

/** The bits that turn beq into bne, and so on. */
const inversion = 1 << 12;
/** The bit that turns c.beqz into c.bnez. */
const shortInversion = 1 << 13;

function fillBranch(
  data: Uint8Array,
  at: number,
  size: number,
  tail: Tail & { kind: "branch" },
): void {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const { short = 0, long } = tail;
  const jal = 0x6f;
  if (size === 2) view.setUint16(at, short, true);
  else if (size === 4) view.setUint32(at, long, true);
  else if (size === 6) {
    view.setUint16(at, short ^ shortInversion, true);
    patchImmediate(data, at, R_RISCV.RVC_BRANCH, 6n);
    view.setUint32(at + 2, jal, true);
  } else {
    view.setUint32(at, (long ^ inversion) >>> 0, true);
    patchImmediate(data, at, R_RISCV.BRANCH, 8n);
    view.setUint32(at + 4, jal, true);
  }
}
