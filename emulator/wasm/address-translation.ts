// biome-ignore-all format: rows of one kind read better by hand
/**
 * The step from a virtual to a linear address, as WebAssembly. Where the process lies in a window
 * of linear memory, the address is the base plus the low bits of the virtual one, and a table of
 * denied rights, a byte a page, is asked first. Otherwise an entry of the software TLB gives the
 * page's distance from its frame. Either way what is denied or not known leaves, before anything
 * has changed; so does an access that reaches into a page where that is denied.
 */
import { Denied, shiftToNext } from "../rights-table.ts";
import { Access } from "../translation.ts";
import type { Code } from "./code.ts";
import type { StateLayout, WindowLayout } from "./layout.ts";

/** What translation needs of the code around it. */
export interface Surroundings {
  readonly code: Code;
  readonly layout: StateLayout;
  /** Writes the linear address of the hart's state. */
  hart(): void;
  leave(): void;
  /** Takes a condition from the stack and leaves where it holds. */
  leaveIf(): void;
}

/** The first of the bytes that are wanted: a local that holds a word. */
export interface Wanted {
  readonly access: Access;
  readonly virtual: number;
  /** At most 4096. */
  readonly bytes: number;
  /** Where they cannot reach into the next page. */
  readonly isAligned: boolean;
}

const pageMask = -4096;

/** Writes the low 32 bits of a word in a local. */
export function writeLow({ code, layout }: Pick<Surroundings, "code" | "layout">, local: number) {
  code.get(local);
  if (layout.xlen === 64) code.op("i32.wrap_i64");
}

/** Leaves unless all of the bytes may be accessed where they are in the window. */
export function writeWindowCheck(around: Surroundings, window: WindowLayout, wanted: Wanted): void {
  const { code, layout } = around;
  const { virtual, bytes } = wanted;
  if (layout.xlen === 64) {
    code.get(virtual).i64(window.last).op("i64.gt_u");
    around.leaveIf();
  }
  const own = wanted.access === Access.read ? Denied.read : Denied.write;
  const denied = (bits: number) => {
    writeLow(around, virtual);
    code.i32(12).op("i32.shr_u").memory("i32.load8_u", window.rights).i32(bits).op("i32.and");
  };
  if (wanted.isAligned || bytes === 1) {
    denied(own);
    around.leaveIf();
    return;
  }
  // Most often neither this page nor the next is denied.
  code.block((done) => {
    code.block((fails) => {
      denied(own << shiftToNext);
      code.op("i32.eqz").brIf(done);
      denied(own);
      code.brIf(fails);
      writeLow(around, virtual);
      code.i32(~pageMask).op("i32.and").i32(frameBytes - bytes).op("i32.le_u").brIf(done);
    });
    around.leave();
  });
}

const frameBytes = -pageMask;

/**
 * Finds the page in the software TLB or leaves; the distance from a virtual to its linear address
 * is then in `distance` (i32). The tag of a crossing access is not that of its last byte's page.
 */
export function writeBufferLookup(around: Surroundings, wanted: Wanted, distance: number): void {
  const { code, layout } = around;
  const { virtual, bytes, access } = wanted;
  const isLong = layout.xlen === 64;
  const offset = layout.buffer(access);
  around.hart();
  writeLow(around, virtual);
  code.i32(12 - layout.entryShift).op("i32.shr_u");
  code.i32(layout.entryMask).op("i32.and").op("i32.add").set(distance);
  code.get(distance).memory(isLong ? "i64.load" : "i32.load", offset);
  code.get(virtual);
  if (bytes > 1 && !wanted.isAligned) {
    if (isLong) code.i64(BigInt(bytes - 1)).op("i64.add");
    else code.i32(bytes - 1).op("i32.add");
  }
  if (isLong) code.i64(BigInt(pageMask)).op("i64.and").op("i64.ne");
  else code.i32(pageMask).op("i32.and").op("i32.ne");
  around.leaveIf();
  code.get(distance).memory("i32.load", offset + layout.entryDistance).set(distance);
}