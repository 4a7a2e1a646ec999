/** What was probably meant by a word that is no instruction, as a sentence behind the complaint. */
import { suggestion } from "./diagnostics.ts";

/** What the instructions of other processors are called here. */
const foreign: Readonly<Record<string, string>> = {
  b: "j",
  bra: "j",
  jmp: "j",
  bal: "jal",
  bl: "call",
  bx: "jr",
  syscall: "ecall",
  svc: "ecall",
  swi: "ecall",
  int: "ecall",
  mov: "mv",
  movi: "li",
  ldi: "li",
  ldr: "lw",
  ldrb: "lbu",
  str: "sw",
  strb: "sb",
  shl: "sll",
  shr: "srl",
  sar: "sra",
  eor: "xor",
  hlt: "wfi",
  halt: "wfi",
};

const noFlags =
  "RISC-V has no flags: `beq`, `blt` and other branches compare two registers themselves";
const noStack =
  "RISC-V has no such instruction: change sp with `addi`, and load or store beside it";
const noConstant = "Put the number into a register with `li` first";

/** What other processors have, and RISC-V does in another way. */
const otherWays: Readonly<Record<string, string>> = {
  cmp: noFlags,
  test: noFlags,
  push: noStack,
  pop: noStack,
  subi: "`addi` with a negative number subtracts",
  muli: noConstant,
  divi: noConstant,
  remi: noConstant,
  inc: "`addi rd, rd, 1` counts up",
  dec: "`addi rd, rd, -1` counts down",
};

/** `isLabel` says that the word stands alone and that the source names a symbol like it. */
export function meant(word: string, isLabel: boolean, names: Iterable<string>): string {
  if (isLabel) return ` A label ends in a colon: \`${word}:\`.`;
  const lower = word.toLowerCase();
  const known = foreign[lower];
  if (known !== undefined) return ` Did you mean \`${known}\`?`;
  const way = otherWays[lower];
  if (way !== undefined) return ` ${way}.`;
  const all = [...names];
  const longer = all.find((name) => name.startsWith(`${lower}.`));
  return longer === undefined ? suggestion(lower, all) : ` Did you mean \`${longer}\`?`;
}
