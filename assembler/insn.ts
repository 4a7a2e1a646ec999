/**
 * `.insn`: instructions that the tables do not have, by format (`.insn r opcode, funct3, …`) or as
 * a number. GNU as manual, section "RISC-V Instruction Formats".
 */
import { R_RISCV } from "../elf/constants.ts";
import { fRegisterIndex, xRegisterIndex } from "../isa/registers.ts";
import type { Arguments } from "./arguments.ts";
import type { Assembler } from "./assembler.ts";
import { evaluateNumber } from "./expressions.ts";
import { addFixup, appendBranch, type Bound, markCode } from "./instructions.ts";
import { distanceSoFar } from "./layout.ts";
import { type Operand, readOperands } from "./operands.ts";

/** A field of a format: its operand and the place of its lowest bit. */
type Part =
  | { readonly kind: "number"; readonly bits: number; readonly at: number; readonly most?: number }
  | { readonly kind: "register"; readonly at: number }
  /** Registers x8 to x15 in three bits. */
  | { readonly kind: "popular"; readonly at: number }
  | {
      readonly kind:
        | "i"
        | "s"
        | "u"
        | "memory-i"
        | "memory-s"
        | "b"
        | "j"
        | "cb"
        | "cj"
        | "ci"
        | "ciw"
        | "css"
        /** An offset with one of x8 to x15 as its base. */
        | "memory-cl";
    };

const field = (bits: number, at: number): Part => ({ kind: "number", bits, at });
const register = (at: number): Part => ({ kind: "register", at });
const popular = (at: number): Part => ({ kind: "popular", at });
const opcode = field(7, 0);
const shortOpcode: Part = { kind: "number", bits: 2, at: 0, most: 2 };
const funct3 = field(3, 12);
const shortFunct3 = field(3, 13);

/** Operands by format name; several where a format can be written in several ways. */
const formats: Readonly<Record<string, readonly (readonly Part[])[]>> = {
  r: [
    [opcode, funct3, field(7, 25), register(7), register(15), register(20)],
    [opcode, funct3, field(2, 25), register(7), register(15), register(20), register(27)],
  ],
  r4: [[opcode, funct3, field(2, 25), register(7), register(15), register(20), register(27)]],
  i: [
    [opcode, funct3, register(7), register(15), { kind: "i" }],
    [opcode, funct3, register(7), { kind: "memory-i" }],
  ],
  s: [[opcode, funct3, register(20), { kind: "memory-s" }]],
  b: [[opcode, funct3, register(15), register(20), { kind: "b" }]],
  sb: [
    [opcode, funct3, register(15), register(20), { kind: "b" }],
    [opcode, funct3, register(20), { kind: "memory-s" }],
  ],
  u: [[opcode, register(7), { kind: "u" }]],
  j: [[opcode, register(7), { kind: "j" }]],
  uj: [[opcode, register(7), { kind: "j" }]],
  cr: [[shortOpcode, field(4, 12), register(7), register(2)]],
  ci: [[shortOpcode, shortFunct3, register(7), { kind: "ci" }]],
  ciw: [[shortOpcode, shortFunct3, popular(2), { kind: "ciw" }]],
  css: [[shortOpcode, shortFunct3, register(2), { kind: "css" }]],
  cl: [[shortOpcode, shortFunct3, popular(2), { kind: "memory-cl" }]],
  cs: [[shortOpcode, shortFunct3, popular(2), { kind: "memory-cl" }]],
  ca: [[shortOpcode, field(6, 10), field(2, 5), popular(7), popular(2)]],
  cb: [[shortOpcode, shortFunct3, popular(7), { kind: "cb" }]],
  cj: [[shortOpcode, shortFunct3, { kind: "cj" }]],
};

const opcodeNames: Readonly<Record<string, number>> = {
  load: 0x03,
  load_fp: 0x07,
  custom_0: 0x0b,
  misc_mem: 0x0f,
  op_imm: 0x13,
  auipc: 0x17,
  op_imm_32: 0x1b,
  store: 0x23,
  store_fp: 0x27,
  custom_1: 0x2b,
  amo: 0x2f,
  op: 0x33,
  lui: 0x37,
  op_32: 0x3b,
  madd: 0x43,
  msub: 0x47,
  nmsub: 0x4b,
  nmadd: 0x4f,
  op_fp: 0x53,
  op_v: 0x57,
  custom_2: 0x5b,
  branch: 0x63,
  jalr: 0x67,
  jal: 0x6f,
  system: 0x73,
  custom_3: 0x7b,
  c0: 0,
  c1: 1,
  c2: 2,
};

/** Handles `.insn`. */
export function insn(assembler: Assembler, args: Arguments): void {
  const first = args.peek();
  const format = first?.kind === "name" ? formats[first.text.toLowerCase()] : undefined;
  if (first === undefined || format === undefined) {
    insnNumber(assembler, args);
    return;
  }
  const operands = readOperands(args.tokens, args.at + 1);
  args.at = args.tokens.length;
  const parts = format.find(
    (candidate) =>
      candidate.length === operands.length &&
      operands.every(
        (operand, index) =>
          (operand.kind === "memory") === (candidate[index]?.kind.startsWith("memory") ?? false),
      ),
  );
  if (parts === undefined) {
    assembler.report("trailing-text", first.start, (args.tokens.at(-1) ?? first).end, {
      text: `.insn ${first.text} with ${operands.length} operands`,
    });
    return;
  }
  const isShort = first.text.toLowerCase().startsWith("c");
  if (isShort && !assembler.code.hasCompressed) {
    assembler.report("no-compressed-format", first.start, first.end, { name: first.text });
    return;
  }
  assembler.mark("instructions");
  let word = 0;
  let target: Exclude<Bound, number> | undefined;
  const noteTarget = (bound: Exclude<Bound, number>) => {
    target = bound;
  };
  for (const [index, part] of parts.entries()) {
    const bits = place(assembler, args, operands[index] as Operand, part, noteTarget);
    if (bits === undefined) return;
    word |= bits;
  }
  if (!isShort && (word & 3) !== 3) {
    assembler.report("value-out-of-range", first.start, first.end, {
      value: `0x${(word & 127).toString(16)}`,
      range: "an opcode whose lower two bits are ones",
    });
    return;
  }
  markCode(assembler);
  if (target !== undefined) {
    const isJump = parts.some(({ kind }) => kind === "j");
    appendBranch(assembler, { isJump, short: undefined, long: word >>> 0 }, target);
    return;
  }
  if (!assembler.takesBytes(args.mention(0))) return;
  assembler.subsection.append(word >>> 0, isShort ? 2 : 4);
}

/** `.insn value` and `.insn length, value`. */
function insnNumber(assembler: Assembler, args: Arguments): void {
  const from = args.at;
  const value = args.constant("The instruction");
  if (value === undefined) return;
  const isPair = args.take(",");
  const word = isPair ? args.constant("The instruction") : value;
  if (word === undefined) return;
  const natural = lengthOf(word);
  const length = isPair ? Number(value) : natural;
  const mention = args.mention(from);
  if (length !== natural || word < 0n || word >= 1n << BigInt(8 * length)) {
    assembler.reportAt("value-out-of-range", mention, {
      value: `0x${(word < 0n ? BigInt.asUintN(64, word) : word).toString(16)}`,
      range: `an encoding of ${natural} bytes`,
    });
    return;
  }
  markCode(assembler);
  if (assembler.takesBytes(mention)) assembler.subsection.appendBig(word, length);
}

/** Bytes of an instruction by its lowest bits. Unprivileged manual, "Expanded Instruction-Length Encoding". */
function lengthOf(word: bigint): number {
  const low = Number(word & 0x7fffn);
  if ((low & 3) !== 3) return 2;
  if ((low & 0x1f) !== 0x1f) return 4;
  if ((low & 0x3f) === 0x1f) return 6;
  if ((low & 0x7f) === 0x3f) return 8;
  const more = (low >> 12) & 7;
  return more === 7 ? 2 : 10 + 2 * more;
}

function place(
  assembler: Assembler,
  args: Arguments,
  operand: Operand,
  part: Part,
  noteTarget: (target: Exclude<Bound, number>) => void,
): number | undefined {
  const start = args.tokens[operand.first]?.start ?? args.name.start;
  const end = args.tokens[operand.last - 1]?.end ?? args.name.end;
  const mention = { source: assembler.source, start, end };
  const fail = (range: string): undefined => {
    assembler.reportAt("value-out-of-range", mention, {
      value: assembler.source.text.slice(start, end),
      range,
    });
    return undefined;
  };
  if (part.kind === "register" || part.kind === "popular") {
    const index = xRegisterIndex(operand.name ?? "") ?? fRegisterIndex(operand.name ?? "");
    if (index === undefined) return fail("a register");
    if (part.kind === "register") return index << part.at;
    return index >= 8 && index < 16 ? (index - 8) << part.at : fail("a register from x8 to x15");
  }
  const named = part.kind === "number" ? opcodeNames[operand.name?.toLowerCase() ?? ""] : undefined;
  if (part.kind === "number" && named !== undefined) return named << part.at;
  const isShortMemory = part.kind === "memory-cl";
  if (isShortMemory && (operand.register < 8 || operand.register > 15)) {
    return fail("a register from x8 to x15");
  }
  const base =
    operand.kind !== "memory"
      ? 0
      : isShortMemory
        ? (operand.register - 8) << 7
        : operand.register << 15;
  if (operand.kind === "memory" && operand.from === operand.to) return base;
  const expression = assembler.expression(args.tokens, operand.from, operand.to);
  if (expression === undefined) return undefined;
  const symbolic = relocationOf(part, operand.functionName?.toLowerCase());
  if (symbolic !== undefined && (part.kind === "b" || part.kind === "j")) {
    noteTarget({ expression, functionName: undefined, mention });
    return base;
  }
  const known = evaluateNumber(expression, distanceSoFar);
  if (typeof known !== "bigint" || part.kind === "cb" || part.kind === "cj") {
    if (symbolic === undefined) return fail("a number");
    const size = part.kind === "cb" || part.kind === "cj" ? 2 : 4;
    addFixup(assembler, symbolic, { expression, functionName: undefined, mention }, size);
    return base;
  }
  if (operand.functionName !== undefined && symbolic === undefined) return fail("a number");
  const value = Number(computed(known, operand.functionName?.toLowerCase()));
  switch (part.kind) {
    case "number": {
      const most = part.most ?? 2 ** part.bits - 1;
      return value >= 0 && value <= most ? value << part.at : fail(`0 to ${most}`);
    }
    case "i":
    case "memory-i":
      return value >= -2048 && value < 2048 ? base | (value << 20) : fail("-2048 to 2047");
    case "s":
    case "memory-s":
      if (value < -2048 || value >= 2048) return fail("-2048 to 2047");
      return base | (((value >> 5) & 0x7f) << 25) | ((value & 0x1f) << 7);
    case "u":
      return value >= 0 && value < 1 << 20 ? value << 12 : fail("0 to 0xfffff");
    case "ci":
      return value >= -32 && value < 32
        ? (((value >> 5) & 1) << 12) | ((value & 0x1f) << 2)
        : fail("-32 to 31");
    case "css":
      return value >= 0 && value < 64 ? value << 7 : fail("0 to 63");
    case "memory-cl":
      return value >= 0 && value < 32
        ? base | ((value & 3) << 5) | ((value >> 2) << 10)
        : fail("0 to 31");
    case "ciw":
      return value >= 0 && value < 256 ? value << 5 : fail("0 to 255");
  }
}

/** `%hi` and `%lo` of a number. */
function computed(value: bigint, functionName: string | undefined): bigint {
  if (functionName === "hi") return BigInt.asUintN(20, (value + 0x800n) >> 12n);
  return functionName === "lo" ? BigInt.asIntN(12, value) : value;
}

function relocationOf({ kind }: Part, functionName: string | undefined): number | undefined {
  switch (`${kind} ${functionName ?? ""}`.trim()) {
    case "b":
      return R_RISCV.BRANCH;
    case "j":
      return R_RISCV.JAL;
    case "cb":
      return R_RISCV.RVC_BRANCH;
    case "cj":
      return R_RISCV.RVC_JUMP;
    case "u hi":
      return R_RISCV.HI20;
    case "u pcrel_hi":
      return R_RISCV.PCREL_HI20;
    case "i lo":
    case "memory-i lo":
      return R_RISCV.LO12_I;
    case "i pcrel_lo":
    case "memory-i pcrel_lo":
      return R_RISCV.PCREL_LO12_I;
    case "memory-s lo":
      return R_RISCV.LO12_S;
    case "memory-s pcrel_lo":
      return R_RISCV.PCREL_LO12_S;
    default:
      return undefined;
  }
}
