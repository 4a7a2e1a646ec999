/** Where code lies: the frames of memory that instructions are fetched from. */
import type { Hart } from "./hart.ts";
import { frameSize, type PhysicalMemory } from "./memory.ts";
import { Access } from "./translation.ts";
import type { RecordTables } from "./wasm/records.ts";

/** The frame that the hart fetches from at an address; undefined where it cannot. */
export function frameOfCode({ buffer, translator }: Hart, pc: bigint): number | undefined {
  const low = Number(BigInt.asUintN(32, pc));
  const high = Number(pc >> 32n);
  const at = buffer.lookup(Access.execute, low, high);
  if (at >= 0) return at - (low % frameSize);
  const frame = translator.resolve(high * 0x10_0000 + (low >>> 12), Access.execute);
  if (frame < 0) return undefined;
  buffer.enter(Access.execute, low, high, frame);
  return frame;
}

/** Makes the page of an address ready to run; false where it cannot be fetched from. */
export function openCodePage(
  hart: Hart,
  pc: bigint,
  records: RecordTables,
  memory: PhysicalMemory,
): boolean {
  if (pc & BigInt(hart.instructionAlignment - 1)) return false;
  const frame = frameOfCode(hart, pc);
  if (frame === undefined || !records.provide(frame)) return false;
  memory.markCode(frame);
  return true;
}
