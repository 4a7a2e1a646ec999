// biome-ignore-all format: the rows are a table
/**
 * Cache-block management, prefetch and zeroing (unprivileged manual, chapter "CMO Extensions"), and
 * waiting for a reserved location (chapter "Zawrs Extension").
 */
import { family, type Instruction } from "../instruction.ts";

const management = family({ extension: "zicbom" });
const zeroing = family({ extension: "zicboz" });
const prefetching = family({ extension: "zicbop" });
const waiting = family({ extension: "zawrs" });

/** Zicbom and Zicboz. */
export const zicbo: readonly Instruction[] = [
  management.encoded("cbo.clean", "000000000001 rs1 010 00000 0001111", "(rs1)",
    "Writes the cache block at an address back to memory."),
  management.encoded("cbo.flush", "000000000010 rs1 010 00000 0001111", "(rs1)",
    "Writes the cache block at an address back to memory and forgets it."),
  management.encoded("cbo.inval", "000000000000 rs1 010 00000 0001111", "(rs1)",
    "Forgets the cache block at an address."),
  zeroing.encoded("cbo.zero", "000000000100 rs1 010 00000 0001111", "(rs1)",
    "Fills the cache block at an address with zeros."),
];

const prefetch = (letter: string, code: string, what: string): Instruction =>
  prefetching.instruction(`prefetch.${letter}`, `imm[11:5] ${code} rs1 110 00000 0010011`,
    "imm(rs1)", `Hints that the cache block at an address is about to be ${what}.`,
    (m) => m.fence());

/** Zicbop: ORI instructions whose result is dropped. */
export const zicbop: readonly Instruction[] = [
  prefetch("i", "00000", "executed"), prefetch("r", "00001", "read"),
  prefetch("w", "00011", "written"),
];

/** Zawrs. A wait may end at any time, so it ends at once. */
export const zawrs: readonly Instruction[] = [
  waiting.instruction("wrs.nto", "000000001101 00000 000 00000 1110011", "",
    "Waits until the reserved location may have been written.", (m) => m.fence()),
  waiting.instruction("wrs.sto", "000000011101 00000 000 00000 1110011", "",
    "Waits for a short time until the reserved location may have been written.",
    (m) => m.fence()),
];