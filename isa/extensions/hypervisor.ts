// biome-ignore-all format: the rows are a table
/**
 * The hypervisor's instructions (privileged manual, chapter "H Extension") and Svinval (chapter
 * "Svinval Extension").
 */
import { family, type Instruction } from "../instruction.ts";

const guest = family({ extension: "h" });
const guest64 = family({ extension: "h", xlen: 64 });
const invalidation = family({ extension: "svinval" });

const fence = (define: typeof guest, mnemonic: string, funct7: string, summary: string) =>
  define.encoded(mnemonic, `${funct7} rs2 rs1 000 00000 1110011`, "rs1, rs2", summary);

const load = (unit: string, funct7: string, code: string, summary: string, define = guest) =>
  define.encoded(unit, `${funct7} ${code} rs1 100 rd 1110011`, "rd, (rs1)", summary);

const store = (unit: string, funct7: string, summary: string, define = guest) =>
  define.encoded(unit, `${funct7} rs2 rs1 100 00000 1110011`, "rs2, (rs1)", summary);

/** H. */
export const hypervisor: readonly Instruction[] = [
  fence(guest, "hfence.vvma", "0010001", "Makes changes of a guest's page tables seen."),
  fence(guest, "hfence.gvma", "0110001",
    "Makes changes of the tables that translate guest physical addresses seen."),
  load("hlv.b", "0110000", "00000", "Loads a byte of the guest and sign-extends it."),
  load("hlv.bu", "0110000", "00001", "Loads a byte of the guest and zero-extends it."),
  load("hlv.h", "0110010", "00000", "Loads a halfword of the guest and sign-extends it."),
  load("hlv.hu", "0110010", "00001", "Loads a halfword of the guest and zero-extends it."),
  load("hlvx.hu", "0110010", "00011", "Loads a halfword that the guest may execute."),
  load("hlv.w", "0110100", "00000", "Loads a word of the guest and sign-extends it."),
  load("hlv.wu", "0110100", "00001", "Loads a word of the guest and zero-extends it.", guest64),
  load("hlvx.wu", "0110100", "00011", "Loads a word that the guest may execute."),
  load("hlv.d", "0110110", "00000", "Loads a doubleword of the guest.", guest64),
  store("hsv.b", "0110001", "Stores a byte for the guest."),
  store("hsv.h", "0110011", "Stores a halfword for the guest."),
  store("hsv.w", "0110101", "Stores a word for the guest."),
  store("hsv.d", "0110111", "Stores a doubleword for the guest.", guest64),
];

/** Svinval. */
export const svinval: readonly Instruction[] = [
  fence(invalidation, "sinval.vma", "0001011", "Forgets translations of an address."),
  invalidation.encoded("sfence.w.inval", "0001100 00000 00000 000 00000 1110011", "",
    "Orders earlier stores before invalidations that follow."),
  invalidation.encoded("sfence.inval.ir", "0001100 00001 00000 000 00000 1110011", "",
    "Orders earlier invalidations before what follows."),
  fence(invalidation, "hinval.vvma", "0010011", "Forgets translations of a guest's address."),
  fence(invalidation, "hinval.gvma", "0110011",
    "Forgets translations of a guest physical address."),
];