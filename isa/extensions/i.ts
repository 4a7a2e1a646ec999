// biome-ignore-all format: the rows are a table
/**
 * RV32I and RV64I, the base integer instruction sets (unprivileged manual, chapters "RV32I Base
 * Integer Instruction Set" and "RV64I Base Integer Instruction Set"), in the manual's order.
 */
import { family, type Instruction } from "../instruction.ts";
import type { Width } from "../semantics.ts";

const { instruction, alu, immediate, branch } = family({ extension: "i" });
const rv64 = family({ extension: "i", xlen: 64 });
const rv32 = family({ extension: "i", xlen: 32 });

const load = (
  mnemonic: string, funct3: string, width: Width, kind: "signed" | "unsigned", summary: string,
  define = instruction,
): Instruction =>
  define(mnemonic, `imm[11:0] rs1 ${funct3} rd 0000011`, "rd, imm(rs1)", summary,
    (m, { rd, rs1, imm }) => m.writeX(rd, m.load(width, kind, m.add(m.readX(rs1), imm))));

const store = (
  mnemonic: string, funct3: string, width: Width, summary: string, define = instruction,
): Instruction =>
  define(mnemonic, `imm[11:5] rs2 rs1 ${funct3} imm[4:0] 0100011`, "rs2, imm(rs1)", summary,
    (m, { rs1, rs2, imm }) => m.store(width, m.add(m.readX(rs1), imm), m.readX(rs2)));

const upper: readonly Instruction[] = [
  instruction("lui", "imm[31:12] rd 0110111", "rd, imm",
    "Loads a 20-bit immediate into the upper bits of a register.",
    (m, { rd, imm }) => m.writeX(rd, imm)),
  instruction("auipc", "imm[31:12] rd 0010111", "rd, imm",
    "Adds a 20-bit upper immediate to the address of this instruction.",
    (m, { rd, imm }) => m.writeX(rd, m.add(m.pc(), imm))),
];

const jumps: readonly Instruction[] = [
  instruction("jal", "imm[20|10:1|11|19:12] rd 1101111", "rd, imm",
    "Jumps by an offset and puts the return address into a register.",
    (m, { rd, imm }) => m.jumpAndLink(rd, m.add(m.pc(), imm))),
  instruction("jalr", "imm[11:0] rs1 000 rd 1100111", "rd, imm(rs1)",
    "Jumps to a register plus an offset and puts the return address into a register.",
    (m, { rd, rs1, imm }) =>
      m.jumpAndLink(rd, m.and(m.add(m.readX(rs1), imm), m.constant(-2)))),
];

const branches: readonly Instruction[] = [
  branch("beq", "imm[12|10:5] rs2 rs1 000 imm[4:1|11] 1100011",
    "Branches when two registers are equal.", (m, a, b) => m.equal(a, b)),
  branch("bne", "imm[12|10:5] rs2 rs1 001 imm[4:1|11] 1100011",
    "Branches when two registers differ.", (m, a, b) => m.not(m.equal(a, b))),
  branch("blt", "imm[12|10:5] rs2 rs1 100 imm[4:1|11] 1100011",
    "Branches when the first register is less, both signed.", (m, a, b) => m.less(a, b)),
  branch("bge", "imm[12|10:5] rs2 rs1 101 imm[4:1|11] 1100011",
    "Branches when the first register is greater or equal, both signed.",
    (m, a, b) => m.not(m.less(a, b))),
  branch("bltu", "imm[12|10:5] rs2 rs1 110 imm[4:1|11] 1100011",
    "Branches when the first register is less, both unsigned.",
    (m, a, b) => m.lessUnsigned(a, b)),
  branch("bgeu", "imm[12|10:5] rs2 rs1 111 imm[4:1|11] 1100011",
    "Branches when the first register is greater or equal, both unsigned.",
    (m, a, b) => m.not(m.lessUnsigned(a, b))),
];

const loads: readonly Instruction[] = [
  load("lb", "000", 8, "signed", "Loads a byte and sign-extends it."),
  load("lh", "001", 16, "signed", "Loads a halfword and sign-extends it."),
  load("lw", "010", 32, "signed", "Loads a word and sign-extends it."),
  load("lbu", "100", 8, "unsigned", "Loads a byte and zero-extends it."),
  load("lhu", "101", 16, "unsigned", "Loads a halfword and zero-extends it."),
  load("lwu", "110", 32, "unsigned", "Loads a word and zero-extends it.", rv64.instruction),
  load("ld", "011", 64, "signed", "Loads a doubleword.", rv64.instruction),
];

const stores: readonly Instruction[] = [
  store("sb", "000", 8, "Stores the low byte of a register."),
  store("sh", "001", 16, "Stores the low halfword of a register."),
  store("sw", "010", 32, "Stores the low word of a register."),
  store("sd", "011", 64, "Stores a doubleword.", rv64.instruction),
];

const immediates: readonly Instruction[] = [
  immediate("addi", "imm[11:0] rs1 000 rd 0010011",
    "Adds an immediate to a register.", (m, a, b) => m.add(a, b)),
  immediate("slti", "imm[11:0] rs1 010 rd 0010011",
    "Sets 1 when a register is less than an immediate, both signed, else 0.",
    (m, a, b) => m.truth(m.less(a, b))),
  immediate("sltiu", "imm[11:0] rs1 011 rd 0010011",
    "Sets 1 when a register is less than an immediate, both unsigned, else 0.",
    (m, a, b) => m.truth(m.lessUnsigned(a, b))),
  immediate("xori", "imm[11:0] rs1 100 rd 0010011",
    "Exclusive or of a register and an immediate.", (m, a, b) => m.xor(a, b)),
  immediate("ori", "imm[11:0] rs1 110 rd 0010011",
    "Or of a register and an immediate.", (m, a, b) => m.or(a, b)),
  immediate("andi", "imm[11:0] rs1 111 rd 0010011",
    "And of a register and an immediate.", (m, a, b) => m.and(a, b)),
  rv32.shift("slli", "0000000 shamt[4:0] rs1 001 rd 0010011",
    "Shifts a register left by a constant.", (m, a, b) => m.shiftLeft(a, b)),
  rv32.shift("srli", "0000000 shamt[4:0] rs1 101 rd 0010011",
    "Shifts a register right by a constant, filling with zeros.", (m, a, b) => m.shiftRight(a, b)),
  rv32.shift("srai", "0100000 shamt[4:0] rs1 101 rd 0010011",
    "Shifts a register right by a constant, filling with the sign.",
    (m, a, b) => m.shiftRightArithmetic(a, b)),
  rv64.shift("slli", "000000 shamt[5:0] rs1 001 rd 0010011",
    "Shifts a register left by a constant.", (m, a, b) => m.shiftLeft(a, b)),
  rv64.shift("srli", "000000 shamt[5:0] rs1 101 rd 0010011",
    "Shifts a register right by a constant, filling with zeros.", (m, a, b) => m.shiftRight(a, b)),
  rv64.shift("srai", "010000 shamt[5:0] rs1 101 rd 0010011",
    "Shifts a register right by a constant, filling with the sign.",
    (m, a, b) => m.shiftRightArithmetic(a, b)),
];

const registers: readonly Instruction[] = [
  alu("add", "0000000 rs2 rs1 000 rd 0110011", "Adds two registers.", (m, a, b) => m.add(a, b)),
  alu("sub", "0100000 rs2 rs1 000 rd 0110011", "Subtracts the second register from the first.",
    (m, a, b) => m.subtract(a, b)),
  alu("sll", "0000000 rs2 rs1 001 rd 0110011",
    "Shifts a register left by the low bits of another.", (m, a, b) => m.shiftLeft(a, b)),
  alu("slt", "0000000 rs2 rs1 010 rd 0110011",
    "Sets 1 when the first register is less, both signed, else 0.",
    (m, a, b) => m.truth(m.less(a, b))),
  alu("sltu", "0000000 rs2 rs1 011 rd 0110011",
    "Sets 1 when the first register is less, both unsigned, else 0.",
    (m, a, b) => m.truth(m.lessUnsigned(a, b))),
  alu("xor", "0000000 rs2 rs1 100 rd 0110011", "Exclusive or of two registers.",
    (m, a, b) => m.xor(a, b)),
  alu("srl", "0000000 rs2 rs1 101 rd 0110011",
    "Shifts a register right by the low bits of another, filling with zeros.",
    (m, a, b) => m.shiftRight(a, b)),
  alu("sra", "0100000 rs2 rs1 101 rd 0110011",
    "Shifts a register right by the low bits of another, filling with the sign.",
    (m, a, b) => m.shiftRightArithmetic(a, b)),
  alu("or", "0000000 rs2 rs1 110 rd 0110011", "Or of two registers.", (m, a, b) => m.or(a, b)),
  alu("and", "0000000 rs2 rs1 111 rd 0110011", "And of two registers.", (m, a, b) => m.and(a, b)),
];

const words: readonly Instruction[] = [
  rv64.immediate("addiw", "imm[11:0] rs1 000 rd 0011011",
    "Adds an immediate to the low word of a register and sign-extends the sum.",
    (m, a, b) => m.signExtend(m.add(a, b), 32)),
  rv64.shift("slliw", "0000000 shamt[4:0] rs1 001 rd 0011011",
    "Shifts the low word of a register left by a constant and sign-extends the result.",
    (m, a, b) => m.signExtend(m.shiftLeft(a, b), 32)),
  rv64.shift("srliw", "0000000 shamt[4:0] rs1 101 rd 0011011",
    "Shifts the low word of a register right by a constant, filling with zeros; sign-extends.",
    (m, a, b) => m.signExtend(m.shiftRight(m.zeroExtend(a, 32), b), 32)),
  rv64.shift("sraiw", "0100000 shamt[4:0] rs1 101 rd 0011011",
    "Shifts the low word of a register right by a constant, filling with its sign.",
    (m, a, b) => m.shiftRightArithmetic(m.signExtend(a, 32), b)),
  rv64.alu("addw", "0000000 rs2 rs1 000 rd 0111011",
    "Adds the low words of two registers and sign-extends the sum.",
    (m, a, b) => m.signExtend(m.add(a, b), 32)),
  rv64.alu("subw", "0100000 rs2 rs1 000 rd 0111011",
    "Subtracts the low words of two registers and sign-extends the difference.",
    (m, a, b) => m.signExtend(m.subtract(a, b), 32)),
  rv64.alu("sllw", "0000000 rs2 rs1 001 rd 0111011",
    "Shifts a low word left by the low five bits of another register; sign-extends.",
    (m, a, b) => m.signExtend(m.shiftLeft(a, m.and(b, m.constant(31))), 32)),
  rv64.alu("srlw", "0000000 rs2 rs1 101 rd 0111011",
    "Shifts a low word right by the low five bits of another register; sign-extends.",
    (m, a, b) => m.signExtend(m.shiftRight(m.zeroExtend(a, 32), m.and(b, m.constant(31))), 32)),
  rv64.alu("sraw", "0100000 rs2 rs1 101 rd 0111011",
    "Shifts a low word right by the low five bits of another register, filling with its sign.",
    (m, a, b) => m.shiftRightArithmetic(m.signExtend(a, 32), m.and(b, m.constant(31)))),
];

const ordering: readonly Instruction[] = [
  instruction("fence", "fm pred succ rs1 000 rd 0001111", "pred, succ",
    "Orders the memory accesses before it with those after it.", (m) => m.fence()),
  instruction("fence.tso", "1000 0011 0011 00000 000 00000 0001111", "",
    "Orders loads before it with all accesses after it, and stores with stores.",
    (m) => m.fence()),
];

const environment: readonly Instruction[] = [
  instruction("ecall", "000000000000 00000 000 00000 1110011", "",
    "Asks the execution environment for a service.", (m) => m.environmentCall()),
  instruction("ebreak", "000000000001 00000 000 00000 1110011", "",
    "Returns control to the debugger.", (m) => m.breakpoint()),
];

/** RV32I and RV64I; RV32E differs only in having sixteen registers. */
export const i: readonly Instruction[] = [
  ...upper, ...jumps, ...branches, ...loads, ...stores,
  ...immediates, ...registers, ...words, ...ordering, ...environment,
];