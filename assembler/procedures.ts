/**
 * Pseudo-instructions whose expansion must be computed: constants, addresses and far calls. The
 * sequences are those of GNU as (`li` loads 32 bits by lui and addi, more by shifting and adding).
 */
import { R_RISCV } from "../elf/constants.ts";
import { encode as encodeWord } from "../isa/encoding.ts";
import type { Instruction } from "../isa/instruction.ts";
import { instructionsNamed } from "../isa/instructions.ts";
import type { Procedure, PseudoInstruction } from "../isa/pseudo.ts";
import { xRegisterIndex } from "../isa/registers.ts";
import type { Assembler } from "./assembler.ts";
import { evaluate, evaluateNumber, symbolValue } from "./expressions.ts";
import { type Bindings, type Bound, emit, emitWithFixup, markCode } from "./instructions.ts";
import { distanceSoFar } from "./layout.ts";
import type { Token } from "./lexer.ts";

type Symbolic = Exclude<Bound, number>;

/** The base instruction of a mnemonic for an XLEN. */
function base(assembler: Assembler, mnemonic: string): Instruction {
  const found = instructionsNamed(mnemonic).find(
    ({ xlen }) => (xlen ?? assembler.xlen) === assembler.xlen,
  );
  if (found === undefined) throw new Error(`no instruction ${mnemonic}`);
  return found;
}

const isRegister = (bound: Bound | undefined): bound is number => typeof bound === "number";

/** A comparison with a constant as one with the constant below; with 0 where that wraps. */
function lessByOne(
  assembler: Assembler,
  expansion: string,
  { imm, ...others }: Bindings,
  name: Token,
): void {
  const [mnemonic = ""] = expansion.split(" ");
  if (imm === undefined || isRegister(imm)) return;
  const written = evaluateNumber(imm.expression, distanceSoFar);
  const isWrapped = assembler.xlen === 32 && typeof written === "bigint" && written >> 31n === 1n;
  const value = isWrapped ? BigInt.asIntN(32, written) : written;
  const isUnsigned = mnemonic.endsWith("u.vi");
  if (value === 0n && isUnsigned) {
    // Nothing is less than 0, and everything is not: the elements are compared with themselves.
    const same = mnemonic === "vmsleu.vi" ? "vmsne.vv" : "vmseq.vv";
    emit(assembler, base(assembler, same), { ...others, vs1: others["vs2"] ?? 0 }, name);
    return;
  }
  if (typeof value === "bigint" && (value < -15n || value > 16n)) {
    assembler.reportAt("out-of-range", imm.mention, {
      value: String(value),
      name: "the immediate",
      mnemonic: name.text,
      range: "-15 to 16",
    });
    return;
  }
  const less = typeof value === "bigint" ? Number(value) - 1 : imm;
  emit(assembler, base(assembler, mnemonic), { ...others, imm: less }, name);
}

/** Greater or equal as not less (V, "Vector Integer Compare Instructions"). */
function notLess(assembler: Assembler, expansion: string, bindings: Bindings, name: Token): void {
  const { vd = 0, vs2 = 0, rs1 = 0, vm, vt } = bindings;
  const put = (mnemonic: string, operands: Bindings) =>
    emit(assembler, base(assembler, mnemonic), operands, name);
  const mask = (mnemonic: string, to: Bound, first: Bound, second: Bound) =>
    put(mnemonic, { vd: to, vs2: first, vs1: second });
  const [compare = ""] = expansion.split(" ");
  if (vm !== undefined && (vt === 0 || (vt === undefined && vd === 0))) {
    assembler.report("mask-needs-temporary", name.start, name.end, { name: name.text });
    return;
  }
  if (vm === undefined) {
    put(compare, { vd, vs2, rs1 });
    mask("vmnand.mm", vd, vd, vd);
  } else if (vt === undefined) {
    put(compare, { vd, vs2, rs1, vm });
    mask("vmxor.mm", vd, vd, 0);
  } else if (vd === 0) {
    put(compare, { vd: vt, vs2, rs1, vm });
    mask("vmandn.mm", vd, vd, vt);
  } else {
    put(compare, { vd: vt, vs2, rs1, vm });
    mask("vmandn.mm", vt, 0, vt);
    mask("vmandn.mm", vd, vd, 0);
    mask("vmor.mm", vd, vt, vd);
  }
}

/** Expands a pseudo-instruction by its procedure. */
export function runProcedure(
  assembler: Assembler,
  pseudo: PseudoInstruction,
  bindings: Bindings,
  name: Token,
): void {
  const { procedure, expansion } = pseudo;
  const rd = bindings["rd"];
  if (procedure === "li") {
    const imm = bindings["imm"];
    if (isRegister(rd) && imm !== undefined) loadConstant(assembler, rd, imm, name);
    return;
  }
  if (procedure === "less-by-one") {
    lessByOne(assembler, expansion, bindings, name);
    return;
  }
  if (procedure === "not-less") {
    notLess(assembler, expansion, bindings, name);
    return;
  }
  const symbol = bindings["symbol"];
  if (symbol === undefined || isRegister(symbol)) return;
  if (!isAddress(assembler, symbol, pseudo, bindings, name)) return;
  if (isAbsoluteAccess(assembler, pseudo, bindings, symbol, name)) return;
  const wide = assembler.xlen === 64 ? "ld" : "lw";
  const rt = bindings["rt"];
  switch (procedure) {
    case "call":
    case "tail":
    case "jump": {
      const [, temporary = "t1"] = /^auipc (\w+)/.exec(expansion) ?? [];
      const link = /jalr (\w+)/.exec(expansion)?.[1] ?? "zero";
      const register = (text: string) => {
        const bound = bindings[text];
        return isRegister(bound) ? bound : (xRegisterIndex(text) ?? 0);
      };
      // With a link register of the user's, GNU as puts the address into t1.
      const isOther = procedure === "call" && rd !== undefined;
      farCall(assembler, isOther ? 6 : register(temporary), register(link), symbol);
      return;
    }
    case "la":
      if (assembler.code.pic)
        pair(assembler, rd, rd, symbol, R_RISCV.GOT_HI20, wide, "rd", "got_pcrel_hi");
      else pair(assembler, rd, rd, symbol, R_RISCV.PCREL_HI20, "addi", "rd", "pcrel_hi");
      return;
    case "lla":
      pair(assembler, rd, rd, symbol, R_RISCV.PCREL_HI20, "addi", "rd", "pcrel_hi");
      return;
    case "lga":
      pair(assembler, rd, rd, symbol, R_RISCV.GOT_HI20, wide, "rd", "got_pcrel_hi");
      return;
    case "la.tls.gd":
      pair(assembler, rd, rd, symbol, R_RISCV.TLS_GD_HI20, "addi", "rd", "tls_gd_pcrel_hi");
      return;
    case "la.tls.ie":
      pair(assembler, rd, rd, symbol, R_RISCV.TLS_GOT_HI20, wide, "rd", "tls_ie_pcrel_hi");
      return;
    case "load":
      pair(assembler, rd, rd, symbol, R_RISCV.PCREL_HI20, pseudo.mnemonic, "rd", "pcrel_hi");
      return;
    case "store":
      pair(
        assembler,
        rt,
        bindings["rs2"],
        symbol,
        R_RISCV.PCREL_HI20,
        pseudo.mnemonic,
        "rs2",
        "pcrel_hi",
      );
      return;
    case "load-float":
      pair(
        assembler,
        rt,
        bindings["fd"],
        symbol,
        R_RISCV.PCREL_HI20,
        pseudo.mnemonic,
        "fd",
        "pcrel_hi",
      );
      return;
    case "store-float":
      pair(
        assembler,
        rt,
        bindings["fs2"],
        symbol,
        R_RISCV.PCREL_HI20,
        pseudo.mnemonic,
        "fs2",
        "pcrel_hi",
      );
      return;
    case undefined:
      return;
  }
}

/** The role of the register that a load or store moves, by its procedure. */
const movedRegister: Readonly<Partial<Record<Procedure, string>>> = {
  load: "rd",
  store: "rs2",
  "load-float": "fd",
  "store-float": "fs2",
};

/** In the simulators' dialects a load or store takes a plain address, which may need lui. */
function isAbsoluteAccess(
  assembler: Assembler,
  { procedure, mnemonic }: PseudoInstruction,
  bindings: Bindings,
  { expression, mention }: Symbolic,
  name: Token,
): boolean {
  const role = procedure && movedRegister[procedure];
  if (assembler.dialect.name === "gnu" || role === undefined) return false;
  const value = evaluateNumber(expression, distanceSoFar);
  const moved = bindings[role];
  const temporary = procedure === "load" ? moved : bindings["rt"];
  if (typeof value !== "bigint" || !isRegister(moved) || !isRegister(temporary)) return false;
  if (BigInt.asIntN(32, value) !== value && BigInt.asUintN(32, value) !== value) {
    assembler.reportAt("value-out-of-range", mention, {
      value: String(value),
      range: "an address of 32 bits",
    });
    return true;
  }
  const low = BigInt.asIntN(12, value);
  const high = BigInt.asIntN(32, value - low);
  const hasHigh = high !== 0n;
  if (hasHigh) emit(assembler, base(assembler, "lui"), { rd: temporary, imm: Number(high) }, name);
  const rs1 = hasHigh ? temporary : 0;
  emit(assembler, base(assembler, mnemonic), { [role]: moved, rs1, imm: Number(low) }, name);
  return true;
}

/**
 * Whether the symbol operand is symbol + number. `la rd, number` is nearly `li`, as GNU has it.
 */
function isAddress(
  assembler: Assembler,
  { expression, functionName, mention }: Symbolic,
  pseudo: PseudoInstruction,
  bindings: Bindings,
  name: Token,
): boolean {
  if (functionName !== undefined && functionName !== "plt") {
    assembler.reportAt("wrong-function", mention, {
      function: functionName,
      mnemonic: pseudo.mnemonic,
    });
    return false;
  }
  const linear = evaluate(expression, distanceSoFar);
  if (typeof linear === "string" || linear.subtract !== undefined) {
    const error = typeof linear === "string" ? linear : "not-linear";
    assembler.reportAt(error, mention, { what: "The address", name: "" });
    return false;
  }
  if (linear.add !== undefined) return true;
  const rd = bindings["rd"];
  if ((pseudo.procedure === "la" || pseudo.procedure === "lla") && isRegister(rd)) {
    // Numbers have 64 bits, and addresses as many as registers.
    const isUnsigned = linear.constant >= 0n && linear.constant < 1n << BigInt(assembler.xlen);
    const address = isUnsigned ? BigInt.asIntN(assembler.xlen, linear.constant) : linear.constant;
    if (BigInt.asIntN(32, address) !== address) {
      assembler.reportAt("value-out-of-range", mention, {
        value: String(linear.constant),
        range: "an address of 32 bits",
      });
    } else loadNumber(assembler, rd, address, name, true);
    return false;
  }
  const isGnu = assembler.dialect.name === "gnu";
  if (isGnu && pseudo.procedure !== undefined && checksSymbol.has(pseudo.procedure)) {
    assembler.reportAt("needs-symbol", mention, { mnemonic: pseudo.mnemonic });
    return false;
  }
  return true;
}

/** What goes to the place of a symbol, and to no number. */
const checksSymbol: ReadonlySet<string> = new Set(["load", "store", "load-float", "store-float"]);

function loadConstant(assembler: Assembler, rd: number, imm: Bound, name: Token): void {
  if (isRegister(imm)) return;
  const { expression, mention, functionName } = imm;
  if (functionName !== undefined) {
    // `li a0, %lo(symbol)` is addi.
    emit(assembler, base(assembler, "addi"), { rd, rs1: 0, imm }, name);
    return;
  }
  const written = evaluateNumber(expression, distanceSoFar);
  // Numbers have 64 bits.
  const isWrapped = typeof written === "bigint" && written >> 63n === 1n;
  const value = isWrapped && assembler.xlen === 32 ? BigInt.asIntN(64, written) : written;
  if (typeof value !== "bigint") {
    assembler.reportAt(value, mention, { what: "The constant of `li`", name: "" });
    return;
  }
  const { xlen } = assembler;
  if (value >= 1n << BigInt(xlen) || value < -(1n << BigInt(xlen - 1))) {
    assembler.reportAt("value-out-of-range", mention, {
      value: String(value),
      range: `a number of ${xlen} bits`,
    });
    return;
  }
  if (isShortUpper(assembler, rd, value)) {
    emit(assembler, base(assembler, "lui"), { rd, imm: Number(value) }, name);
    return;
  }
  const number = BigInt.asIntN(xlen, value);
  // A small negative number of RV32 without its sign is not compressed.
  if (xlen === 32 && number !== value && BigInt.asIntN(12, number) === number) {
    emit(assembler, base(assembler, "addi"), { rd, rs1: 0, imm: Number(number) }, name, "no");
    return;
  }
  loadNumber(assembler, rd, number, name);
}

/** Whether C.LUI alone does it: then it is an instruction like any other. */
function isShortUpper({ code }: Assembler, rd: number, value: bigint): boolean {
  const reaches = value >= -0x20000n && value < 0x20000n;
  return (
    code.hasCompressed && rd !== 0 && rd !== 2 && value !== 0n && reaches && value % 4096n === 0n
  );
}

/** lui, addi(w), and for more than 32 bits slli and addi on top of the shifted rest. */
function loadNumber(
  assembler: Assembler,
  rd: number,
  value: bigint,
  name: Token,
  isPart = false,
): void {
  const lower = BigInt.asIntN(12, value);
  const step = (mnemonic: string, bindings: Bindings) =>
    emit(assembler, base(assembler, mnemonic), bindings, name);
  if (BigInt.asIntN(32, value) !== value) {
    let upper = value - lower;
    let shift = 12;
    while (((upper >> BigInt(shift)) & 1n) === 0n) shift++;
    upper = BigInt.asIntN(64, upper) >> BigInt(shift);
    loadNumber(assembler, rd, upper, name, true);
    step("slli", { rd, rs1: rd, shamt: shift });
    if (lower !== 0n) step("addi", { rd, rs1: rd, imm: Number(lower) });
    return;
  }
  const upper = BigInt.asIntN(32, value - lower);
  const hasUpper = value - lower !== 0n;
  if (hasUpper) {
    step("lui", { rd, imm: Number(upper) });
    // GNU as treats it as an upper part that may be relaxed, behind which a fragment ends.
    assembler.subsection.close(undefined);
  }
  // GNU as takes x0 for a register that is not loaded yet.
  if (lower === 0n && hasUpper && rd !== 0) return;
  // GNU as has addiw for a part that needs no lui, though addi could be shorter.
  const isWide = assembler.xlen === 64 && (hasUpper || isPart);
  const values = { rd, rs1: hasUpper ? rd : 0, imm: Number(lower) };
  // `li zero, 0` is no c.nop with GNU as.
  const isNothing = rd === 0 && !hasUpper && !isPart;
  emit(
    assembler,
    base(assembler, isWide ? "addiw" : "addi"),
    values,
    name,
    isNothing ? "no" : "short",
  );
}

/** auipc and jalr, which the linker may turn into one jump. */
function farCall(assembler: Assembler, temporary: number, link: number, symbol: Symbolic): void {
  markCode(assembler);
  const bound = { ...symbol, functionName: "pcrel_hi" };
  emitWithFixup(
    assembler,
    base(assembler, "auipc"),
    { rd: temporary, imm: 0 },
    R_RISCV.CALL_PLT,
    bound,
  );
  const jalr = base(assembler, "jalr");
  const values = { rd: link, rs1: temporary, imm: 0 };
  assembler.subsection.append(encodeWord(jalr, values), 4);
  assembler.statement.instructions++;
  assembler.subsection.close(undefined);
}

/** auipc with the upper part of an address, and an instruction with the lower part. */
function pair(
  assembler: Assembler,
  temporary: Bound | undefined,
  value: Bound | undefined,
  symbol: Symbolic,
  type: number,
  mnemonic: string,
  role: string,
  functionName: string,
): void {
  if (!isRegister(temporary) || !isRegister(value)) return;
  const second = base(assembler, mnemonic);
  markCode(assembler);
  const { mention } = symbol;
  const label = assembler.symbols.latePlace(
    assembler.subsection.current,
    assembler.subsection.current.length,
  );
  const upper = { ...symbol, functionName };
  emitWithFixup(assembler, base(assembler, "auipc"), { rd: temporary, imm: 0 }, type, upper);
  const isStore = role === "rs2" || role === "fs2";
  const low = { expression: symbolValue(label), functionName: "pcrel_lo", mention };
  const lowType = isStore ? R_RISCV.PCREL_LO12_S : R_RISCV.PCREL_LO12_I;
  emitWithFixup(assembler, second, { [role]: value, rs1: temporary, imm: 0 }, lowType, low);
}
