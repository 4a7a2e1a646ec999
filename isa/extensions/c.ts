// biome-ignore-all format: the rows are a table
/**
 * Compressed instructions (unprivileged manual, chapter "C Extension"), by quadrant. Each stands
 * for one base instruction. Rows leave out what is reserved and take in what is a hint: those
 * do nothing, as their expansions do.
 */
import type { Instruction } from "../instruction.ts";

/** Defines the instructions of one part of C. */
const part = (extension: string, xlen?: 32 | 64) =>
  (mnemonic: string, row: string, syntax: string, expansion: string, summary: string):
  Instruction =>
    ({ mnemonic, row, syntax, extension, ...(xlen === undefined ? {} : { xlen }), summary,
      expansion });

const zca = part("zca");
const rv32 = part("zca", 32);
const rv64 = part("zca", 64);
const zcf = part("zcf", 32);
const zcd = part("zcd");

/** The all-zero halfword, never valid; it can be written and is shown, and has no meaning. */
const unimplemented: Instruction = {
  mnemonic: "c.unimp", row: "0000000000000000", syntax: "", extension: "zca",
  summary: "Is never a valid instruction.",
};

const quadrant0: readonly Instruction[] = [
  zca("c.addi4spn", "000 nzuimm[5:4|9:6|2|3] rd' 00", "rd', sp, uimm", "addi rd', sp, uimm",
    "Adds a positive multiple of 4 to the stack pointer."),
  zcd("c.fld", "001 uimm[5:3] rs1' uimm[7:6] fd' 00", "fd', uimm(rs1')", "fld fd', uimm(rs1')",
    "Loads a double-precision number."),
  zca("c.lw", "010 uimm[5:3] rs1' uimm[2|6] rd' 00", "rd', uimm(rs1')", "lw rd', uimm(rs1')",
    "Loads a word and sign-extends it."),
  zcf("c.flw", "011 uimm[5:3] rs1' uimm[2|6] fd' 00", "fd', uimm(rs1')", "flw fd', uimm(rs1')",
    "Loads a single-precision number."),
  rv64("c.ld", "011 uimm[5:3] rs1' uimm[7:6] rd' 00", "rd', uimm(rs1')", "ld rd', uimm(rs1')",
    "Loads a doubleword."),
  zcd("c.fsd", "101 uimm[5:3] rs1' uimm[7:6] fs2' 00", "fs2', uimm(rs1')", "fsd fs2', uimm(rs1')",
    "Stores a double-precision number."),
  zca("c.sw", "110 uimm[5:3] rs1' uimm[2|6] rs2' 00", "rs2', uimm(rs1')", "sw rs2', uimm(rs1')",
    "Stores the low word of a register."),
  zcf("c.fsw", "111 uimm[5:3] rs1' uimm[2|6] fs2' 00", "fs2', uimm(rs1')", "fsw fs2', uimm(rs1')",
    "Stores a single-precision number."),
  rv64("c.sd", "111 uimm[5:3] rs1' uimm[7:6] rs2' 00", "rs2', uimm(rs1')", "sd rs2', uimm(rs1')",
    "Stores a doubleword."),
];

/** Hints for this XLEN: shifts by 0, which mean 64 in RV128. */
const zeroShifts: readonly Instruction[] = [
  zca("c.slli64", "000 0 rd 00000 10", "rd", "slli rd, rd, 0", "Does nothing."),
  zca("c.srli64", "100 0 00 rd' 00000 01", "rd'", "srli rd', rd', 0", "Does nothing."),
  zca("c.srai64", "100 0 01 rd' 00000 01", "rd'", "srai rd', rd', 0", "Does nothing."),
].map((instruction) => ({ ...instruction, hint: true }));

const quadrant1: readonly Instruction[] = [
  { ...zca("c.nop", "000 0 00000 00000 01", "", "addi zero, zero, 0", "Does nothing."),
    special: true },
  { ...zca("c.nop", "000 nzimm[5] 00000 nzimm[4:0] 01", "imm", "addi zero, zero, imm",
      "Does nothing; the number is a hint."),
    special: true, hint: true },
  zca("c.addi", "000 imm[5] rd~0 imm[4:0]~0 01", "rd, imm", "addi rd, rd, imm",
    "Adds an immediate to a register."),
  rv32("c.jal", "001 imm[11|4|9:8|10|6|7|3:1|5] 01", "imm", "jal ra, imm",
    "Jumps by an offset and puts the return address into ra."),
  rv64("c.addiw", "001 imm[5] rd≠0 imm[4:0] 01", "rd, imm", "addiw rd, rd, imm",
    "Adds an immediate to the low word of a register and sign-extends the sum."),
  zca("c.li", "010 imm[5] rd~0 imm[4:0] 01", "rd, imm", "addi rd, zero, imm",
    "Loads an immediate."),
  zca("c.addi16sp", "011 nzimm[9] 00010 nzimm[4|6|8:7|5] 01", "sp, imm", "addi sp, sp, imm",
    "Adds a multiple of 16 to the stack pointer."),
  zca("c.lui", "011 nzimm[17] rd≠2~0 nzimm[16:12] 01", "rd, imm", "lui rd, imm",
    "Loads a 6-bit immediate into bits 17 to 12 of a register and sign-extends it."),
  rv32("c.srli", "100 0 00 rd' nzshamt[4:0] 01", "rd', shamt", "srli rd', rd', shamt",
    "Shifts a register right by a constant, filling with zeros."),
  rv32("c.srai", "100 0 01 rd' nzshamt[4:0] 01", "rd', shamt", "srai rd', rd', shamt",
    "Shifts a register right by a constant, filling with the sign."),
  rv64("c.srli", "100 nzshamt[5] 00 rd' nzshamt[4:0] 01", "rd', shamt", "srli rd', rd', shamt",
    "Shifts a register right by a constant, filling with zeros."),
  rv64("c.srai", "100 nzshamt[5] 01 rd' nzshamt[4:0] 01", "rd', shamt", "srai rd', rd', shamt",
    "Shifts a register right by a constant, filling with the sign."),
  zca("c.andi", "100 imm[5] 10 rd' imm[4:0] 01", "rd', imm", "andi rd', rd', imm",
    "And of a register and an immediate."),
  zca("c.sub", "100 0 11 rd' 00 rs2' 01", "rd', rs2'", "sub rd', rd', rs2'",
    "Subtracts the second register from the first."),
  zca("c.xor", "100 0 11 rd' 01 rs2' 01", "rd', rs2'", "xor rd', rd', rs2'",
    "Exclusive or of two registers."),
  zca("c.or", "100 0 11 rd' 10 rs2' 01", "rd', rs2'", "or rd', rd', rs2'",
    "Or of two registers."),
  zca("c.and", "100 0 11 rd' 11 rs2' 01", "rd', rs2'", "and rd', rd', rs2'",
    "And of two registers."),
  rv64("c.subw", "100 1 11 rd' 00 rs2' 01", "rd', rs2'", "subw rd', rd', rs2'",
    "Subtracts the low words of two registers and sign-extends the difference."),
  rv64("c.addw", "100 1 11 rd' 01 rs2' 01", "rd', rs2'", "addw rd', rd', rs2'",
    "Adds the low words of two registers and sign-extends the sum."),
  zca("c.j", "101 imm[11|4|9:8|10|6|7|3:1|5] 01", "imm", "jal zero, imm", "Jumps by an offset."),
  zca("c.beqz", "110 imm[8|4:3] rs1' imm[7:6|2:1|5] 01", "rs1', imm", "beq rs1', zero, imm",
    "Branches when a register is 0."),
  zca("c.bnez", "111 imm[8|4:3] rs1' imm[7:6|2:1|5] 01", "rs1', imm", "bne rs1', zero, imm",
    "Branches when a register is not 0."),
];

const quadrant2: readonly Instruction[] = [
  rv32("c.slli", "000 0 rd~0 nzshamt[4:0] 10", "rd, shamt", "slli rd, rd, shamt",
    "Shifts a register left by a constant."),
  rv64("c.slli", "000 nzshamt[5] rd~0 nzshamt[4:0] 10", "rd, shamt", "slli rd, rd, shamt",
    "Shifts a register left by a constant."),
  zcd("c.fldsp", "001 uimm[5] fd uimm[4:3|8:6] 10", "fd, uimm(sp)", "fld fd, uimm(sp)",
    "Loads a double-precision number from the stack."),
  zca("c.lwsp", "010 uimm[5] rd≠0 uimm[4:2|7:6] 10", "rd, uimm(sp)", "lw rd, uimm(sp)",
    "Loads a word from the stack and sign-extends it."),
  zcf("c.flwsp", "011 uimm[5] fd uimm[4:2|7:6] 10", "fd, uimm(sp)", "flw fd, uimm(sp)",
    "Loads a single-precision number from the stack."),
  rv64("c.ldsp", "011 uimm[5] rd≠0 uimm[4:3|8:6] 10", "rd, uimm(sp)", "ld rd, uimm(sp)",
    "Loads a doubleword from the stack."),
  zca("c.jr", "100 0 rs1≠0 00000 10", "rs1", "jalr zero, 0(rs1)",
    "Jumps to the address in a register."),
  zca("c.mv", "100 0 rd~0 rs2≠0 10", "rd, rs2", "add rd, zero, rs2", "Copies a register."),
  zca("c.ebreak", "100 1 00000 00000 10", "", "ebreak", "Returns control to the debugger."),
  zca("c.jalr", "100 1 rs1≠0 00000 10", "rs1", "jalr ra, 0(rs1)",
    "Jumps to the address in a register and puts the return address into ra."),
  zca("c.add", "100 1 rd~0 rs2≠0 10", "rd, rs2", "add rd, rd, rs2", "Adds two registers."),
  zcd("c.fsdsp", "101 uimm[5:3|8:6] fs2 10", "fs2, uimm(sp)", "fsd fs2, uimm(sp)",
    "Stores a double-precision number to the stack."),
  zca("c.swsp", "110 uimm[5:2|7:6] rs2 10", "rs2, uimm(sp)", "sw rs2, uimm(sp)",
    "Stores the low word of a register to the stack."),
  zcf("c.fswsp", "111 uimm[5:2|7:6] fs2 10", "fs2, uimm(sp)", "fsw fs2, uimm(sp)",
    "Stores a single-precision number to the stack."),
  rv64("c.sdsp", "111 uimm[5:3|8:6] rs2 10", "rs2, uimm(sp)", "sd rs2, uimm(sp)",
    "Stores a doubleword to the stack."),
];

const zcb = part("zcb");

/** Zcb, some of which shortens other extensions' instructions. */
const more: readonly Instruction[] = [
  zcb("c.lbu", "100000 rs1' uimm[0|1] rd' 00", "rd', uimm(rs1')", "lbu rd', uimm(rs1')",
    "Loads a byte and zero-extends it."),
  zcb("c.lhu", "100001 rs1' 0 uimm[1] rd' 00", "rd', uimm(rs1')", "lhu rd', uimm(rs1')",
    "Loads a halfword and zero-extends it."),
  zcb("c.lh", "100001 rs1' 1 uimm[1] rd' 00", "rd', uimm(rs1')", "lh rd', uimm(rs1')",
    "Loads a halfword and sign-extends it."),
  zcb("c.sb", "100010 rs1' uimm[0|1] rs2' 00", "rs2', uimm(rs1')", "sb rs2', uimm(rs1')",
    "Stores the low byte of a register."),
  zcb("c.sh", "100011 rs1' 0 uimm[1] rs2' 00", "rs2', uimm(rs1')", "sh rs2', uimm(rs1')",
    "Stores the low halfword of a register."),
  part("zcb_zmmul")("c.mul", "100111 rd' 10 rs2' 01", "rd', rs2'", "mul rd', rd', rs2'",
    "Multiplies two registers."),
  zcb("c.zext.b", "100111 rd' 1100001", "rd'", "andi rd', rd', 255", "Zero-extends a byte."),
  part("zcb_zbb")("c.sext.b", "100111 rd' 1100101", "rd'", "sext.b rd', rd'",
    "Sign-extends a byte."),
  part("zcb_zbb")("c.zext.h", "100111 rd' 1101001", "rd'", "zext.h rd', rd'",
    "Zero-extends a halfword."),
  part("zcb_zbb")("c.sext.h", "100111 rd' 1101101", "rd'", "sext.h rd', rd'",
    "Sign-extends a halfword."),
  part("zcb_zba", 64)("c.zext.w", "100111 rd' 1110001", "rd'", "add.uw rd', rd', zero",
    "Zero-extends a word."),
  zcb("c.not", "100111 rd' 1110101", "rd'", "xori rd', rd', -1", "Inverts all bits of a register."),
];

/** C: Zca, Zcf and Zcd; and Zcb. */
export const c: readonly Instruction[] = [
  unimplemented, ...quadrant0, ...quadrant1, ...quadrant2, ...zeroShifts, ...more,
];