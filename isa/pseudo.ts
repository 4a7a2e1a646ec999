// biome-ignore-all format: the rows are a table
/**
 * Pseudo-instructions: other ways to write instructions (RISC-V Assembly Programmer's Manual,
 * "A listing of standard RISC-V pseudoinstructions", and what GNU as has beyond it).
 *
 * An expansion is instructions separated by "; ". Its operands are those of the row's syntax,
 * registers, CSRs and numbers. Where it depends on values or on the code around it, a procedure
 * of the assembler makes it, and the text here shows its general form.
 */

/** The expansions that need computing. */
export type Procedure =
  /** The shortest sequence that loads a constant. */
  | "li"
  /** The address of a symbol: `la` goes through the global offset table in code for -fpic. */
  | "la" | "lla" | "lga" | "la.tls.gd" | "la.tls.ie"
  /** A comparison with a constant, made with the one below it. */
  | "less-by-one"
  /** A vector comparison by the inverse of the opposite one. */
  | "not-less"
  /** A far jump, relaxed by the linker. */
  | "call" | "tail" | "jump"
  /** A load or store at a symbol. */
  | "load" | "store" | "load-float" | "store-float";

/** One way to write an instruction or several. */
export interface PseudoInstruction {
  readonly mnemonic: string;
  /** Operands in source order, named as in instructions; `symbol` and `rt`, a register, besides. */
  readonly syntax: string;
  /** What it becomes, e.g. "addi rd, rs1, 0". */
  readonly expansion: string;
  readonly procedure?: Procedure;
  /** Whether the disassembler prints it for the instruction that it expands to. */
  readonly alias: boolean;
  /** Whether it is printed also where no aliases are wanted. */
  readonly isPrinted?: boolean;
  /** Extensions that it needs beyond those of its expansion. */
  readonly extension?: string;
  readonly xlen?: 32 | 64;
  /** One sentence for a person. */
  readonly summary: string;
}

type Extra = Partial<
  Pick<PseudoInstruction, "procedure" | "extension" | "xlen" | "isPrinted">
>;

const define = (alias: boolean) =>
  (mnemonic: string, syntax: string, expansion: string, summary: string, extra: Extra = {}):
  PseudoInstruction => ({ mnemonic, syntax, expansion, alias, summary, ...extra });

/** One that the disassembler prints. */
const alias = define(true);
/** One that is only written. */
const written = define(false);

const constants: readonly PseudoInstruction[] = [
  alias("nop", "", "addi zero, zero, 0", "Does nothing."),
  alias("li", "rd, imm", "addi rd, zero, imm", "Loads a constant.", { procedure: "li" }),
  alias("mv", "rd, rs1", "addi rd, rs1, 0", "Copies a register."),
  written("move", "rd, rs1", "addi rd, rs1, 0", "Copies a register."),
  alias("unimp", "", "c.unimp", "Is never a valid instruction.", { extension: "zca" }),
  alias("unimp", "", "csrrw zero, cycle, zero", "Is never a valid instruction.", {
    isPrinted: true,
  }),
];

const arithmetic: readonly PseudoInstruction[] = [
  alias("not", "rd, rs1", "xori rd, rs1, -1", "Inverts all bits of a register."),
  alias("neg", "rd, rs2", "sub rd, zero, rs2", "Negates a register."),
  alias("negw", "rd, rs2", "subw rd, zero, rs2", "Negates the low word of a register."),
  alias("sext.w", "rd, rs1", "addiw rd, rs1, 0", "Sign-extends a word."),
  alias("seqz", "rd, rs1", "sltiu rd, rs1, 1", "Sets 1 when a register is 0, else 0."),
  alias("snez", "rd, rs2", "sltu rd, zero, rs2", "Sets 1 when a register is not 0, else 0."),
  alias("sltz", "rd, rs1", "slt rd, rs1, zero", "Sets 1 when a register is negative, else 0."),
  alias("sgtz", "rd, rs2", "slt rd, zero, rs2", "Sets 1 when a register is positive, else 0."),
  written("sgt", "rd, rs1, rs2", "slt rd, rs2, rs1",
    "Sets 1 when the first register is greater, both signed, else 0."),
  written("sgtu", "rd, rs1, rs2", "sltu rd, rs2, rs1",
    "Sets 1 when the first register is greater, both unsigned, else 0."),
  alias("zext.b", "rd, rs1", "andi rd, rs1, 255", "Zero-extends a byte."),
  alias("zext.w", "rd, rs1", "add.uw rd, rs1, zero", "Zero-extends a word.", { extension: "zba" }),
  written("zext.w", "rd, rs1", "slli rd, rs1, 32; srli rd, rd, 32", "Zero-extends a word.",
    { xlen: 64 }),
];

/** Extensions of short integers for a hart that has no instruction for them. */
const extensions: readonly PseudoInstruction[] = ([32, 64] as const).flatMap((xlen) => [
  written("sext.b", "rd, rs1", `slli rd, rs1, ${xlen - 8}; srai rd, rd, ${xlen - 8}`,
    "Sign-extends a byte.", { xlen }),
  written("sext.h", "rd, rs1", `slli rd, rs1, ${xlen - 16}; srai rd, rd, ${xlen - 16}`,
    "Sign-extends a halfword.", { xlen }),
  written("zext.h", "rd, rs1", `slli rd, rs1, ${xlen - 16}; srli rd, rd, ${xlen - 16}`,
    "Zero-extends a halfword.", { xlen }),
]);

/** The mnemonic of a register operation with a constant as its last operand. */
const withConstant: readonly PseudoInstruction[] = [
  written("slt", "rd, rs1, imm", "slti rd, rs1, imm", "The same as slti."),
  written("sltu", "rd, rs1, imm", "sltiu rd, rs1, imm", "The same as sltiu."),
  ...[
    ["add", "addi", "imm"], ["and", "andi", "imm"], ["or", "ori", "imm"], ["xor", "xori", "imm"],
    ["addw", "addiw", "imm"],
    ["sll", "slli", "shamt"], ["srl", "srli", "shamt"], ["sra", "srai", "shamt"],
    ["sllw", "slliw", "shamt"], ["srlw", "srliw", "shamt"], ["sraw", "sraiw", "shamt"],
    ["ror", "rori", "shamt"], ["rorw", "roriw", "shamt"],
    ["bclr", "bclri", "shamt"], ["bext", "bexti", "shamt"], ["binv", "binvi", "shamt"],
    ["bset", "bseti", "shamt"],
  ].map(([mnemonic = "", base, operand]) =>
    alias(mnemonic, `rd, rs1, ${operand}`, `${base} rd, rs1, ${operand}`, `The same as ${base}.`)),
];

const branches: readonly PseudoInstruction[] = [
  alias("beqz", "rs1, imm", "beq rs1, zero, imm", "Branches when a register is 0."),
  alias("bnez", "rs1, imm", "bne rs1, zero, imm", "Branches when a register is not 0."),
  alias("blez", "rs2, imm", "bge zero, rs2, imm", "Branches when a register is 0 or negative."),
  alias("bgez", "rs1, imm", "bge rs1, zero, imm", "Branches when a register is 0 or positive."),
  alias("bltz", "rs1, imm", "blt rs1, zero, imm", "Branches when a register is negative."),
  alias("bgtz", "rs2, imm", "blt zero, rs2, imm", "Branches when a register is positive."),
  written("bgt", "rs1, rs2, imm", "blt rs2, rs1, imm",
    "Branches when the first register is greater, both signed."),
  written("ble", "rs1, rs2, imm", "bge rs2, rs1, imm",
    "Branches when the first register is less or equal, both signed."),
  written("bgtu", "rs1, rs2, imm", "bltu rs2, rs1, imm",
    "Branches when the first register is greater, both unsigned."),
  written("bleu", "rs1, rs2, imm", "bgeu rs2, rs1, imm",
    "Branches when the first register is less or equal, both unsigned."),
];

const jumps: readonly PseudoInstruction[] = [
  alias("ret", "", "jalr zero, 0(ra)", "Returns from a function."),
  alias("j", "imm", "jal zero, imm", "Jumps."),
  alias("jal", "imm", "jal ra, imm", "Calls a function that is near."),
  alias("jr", "rs1", "jalr zero, 0(rs1)", "Jumps to the address in a register."),
  alias("jr", "imm(rs1)", "jalr zero, imm(rs1)", "Jumps to a register plus an offset."),
  written("jr", "rs1, imm", "jalr zero, imm(rs1)", "Jumps to a register plus an offset."),
  alias("jalr", "rs1", "jalr ra, 0(rs1)", "Calls the function whose address is in a register."),
  alias("jalr", "imm(rs1)", "jalr ra, imm(rs1)",
    "Calls the function at a register plus an offset."),
  written("jalr", "rs1, imm", "jalr ra, imm(rs1)",
    "Calls the function at a register plus an offset."),
  alias("jalr", "rd, rs1", "jalr rd, 0(rs1)",
    "Jumps to the address in a register and puts the return address into a register."),
  written("jalr", "rd, rs1, imm", "jalr rd, imm(rs1)",
    "Jumps to a register plus an offset and puts the return address into a register."),
  written("call", "symbol", "auipc ra, %pcrel_hi(symbol); jalr ra, %pcrel_lo(symbol)(ra)",
    "Calls a function anywhere.", { procedure: "call" }),
  written("call", "rd, symbol", "auipc rd, %pcrel_hi(symbol); jalr rd, %pcrel_lo(symbol)(rd)",
    "Calls a function anywhere, with another link register.", { procedure: "call" }),
  written("tail", "symbol", "auipc t1, %pcrel_hi(symbol); jalr zero, %pcrel_lo(symbol)(t1)",
    "Goes on with another function, which returns to this one's caller.", { procedure: "tail" }),
  written("jump", "symbol, rt", "auipc rt, %pcrel_hi(symbol); jalr zero, %pcrel_lo(symbol)(rt)",
    "Jumps anywhere.", { procedure: "jump" }),
];

const addresses: readonly PseudoInstruction[] = [
  written("la", "rd, symbol", "auipc rd, %pcrel_hi(symbol); addi rd, rd, %pcrel_lo(symbol)",
    "Loads the address of a symbol.", { procedure: "la" }),
  written("lla", "rd, symbol", "auipc rd, %pcrel_hi(symbol); addi rd, rd, %pcrel_lo(symbol)",
    "Loads the address of a symbol of this program, relative to pc.", { procedure: "lla" }),
  written("lga", "rd, symbol",
    "auipc rd, %got_pcrel_hi(symbol); l{w|d} rd, %pcrel_lo(symbol)(rd)",
    "Loads the address of a symbol from the global offset table.", { procedure: "lga" }),
  written("la.tls.gd", "rd, symbol",
    "auipc rd, %tls_gd_pcrel_hi(symbol); addi rd, rd, %pcrel_lo(symbol)",
    "Loads the address of the descriptor of a thread-local symbol.", { procedure: "la.tls.gd" }),
  written("la.tls.ie", "rd, symbol",
    "auipc rd, %tls_ie_pcrel_hi(symbol); l{w|d} rd, %pcrel_lo(symbol)(rd)",
    "Loads the offset of a thread-local symbol from tp.", { procedure: "la.tls.ie" }),
];

/** Loads and stores whose address is a symbol. */
const accesses: readonly PseudoInstruction[] = [
  ...["lb", "lh", "lw", "lbu", "lhu", "lwu", "ld"].map((mnemonic) =>
    written(mnemonic, "rd, symbol",
      `auipc rd, %pcrel_hi(symbol); ${mnemonic} rd, %pcrel_lo(symbol)(rd)`,
      "Loads from the address of a symbol.", { procedure: "load" })),
  ...["sb", "sh", "sw", "sd"].map((mnemonic) =>
    written(mnemonic, "rs2, symbol, rt",
      `auipc rt, %pcrel_hi(symbol); ${mnemonic} rs2, %pcrel_lo(symbol)(rt)`,
      "Stores to the address of a symbol; rt is changed.", { procedure: "store" })),
  ...["flh", "flw", "fld"].map((mnemonic) =>
    written(mnemonic, "fd, symbol, rt",
      `auipc rt, %pcrel_hi(symbol); ${mnemonic} fd, %pcrel_lo(symbol)(rt)`,
      "Loads from the address of a symbol; rt is changed.", { procedure: "load-float" })),
  ...["fsh", "fsw", "fsd"].map((mnemonic) =>
    written(mnemonic, "fs2, symbol, rt",
      `auipc rt, %pcrel_hi(symbol); ${mnemonic} fs2, %pcrel_lo(symbol)(rt)`,
      "Stores to the address of a symbol; rt is changed.", { procedure: "store-float" })),
];

const formats = [
  ["h", "half", "zfh", "f"], ["s", "single", "f", "f"], ["d", "double", "d", "f"],
  ["q", "quadruple", "q", "f"], ["q", "quadruple", "zqinx", "r"],
  ["h", "half", "zhinx", "r"], ["s", "single", "zfinx", "r"], ["d", "double", "zdinx", "r"],
] as const;

// The copy has the same register twice; it is printed only where both are the same.
const floats: readonly PseudoInstruction[] = [
  ...formats.flatMap(([suffix, format, extension, r]) => [
    alias(`fmv.${suffix}`, `${r}d, ${r}s1`, `fsgnj.${suffix} ${r}d, ${r}s1, ${r}s1`,
      `Copies a ${format}-precision number.`, { extension }),
    alias(`fneg.${suffix}`, `${r}d, ${r}s1`, `fsgnjn.${suffix} ${r}d, ${r}s1, ${r}s1`,
      `Negates a ${format}-precision number.`, { extension }),
    alias(`fabs.${suffix}`, `${r}d, ${r}s1`, `fsgnjx.${suffix} ${r}d, ${r}s1, ${r}s1`,
      `Takes the absolute value of a ${format}-precision number.`, { extension }),
    written(`fgt.${suffix}`, `rd, ${r}s1, ${r}s2`, `flt.${suffix} rd, ${r}s2, ${r}s1`,
      "Sets 1 when the first number is greater than the second, else 0.", { extension }),
    written(`fge.${suffix}`, `rd, ${r}s1, ${r}s2`, `fle.${suffix} rd, ${r}s2, ${r}s1`,
      "Sets 1 when the first number is greater than or equal to the second, else 0.", { extension }),
  ]),
  written("fmv.x.s", "rd, fs1", "fmv.x.w rd, fs1", "The older name of fmv.x.w."),
  written("fmv.s.x", "fd, rs1", "fmv.w.x fd, rs1", "The older name of fmv.w.x."),
];

/** Access to a CSR by a name of its own. */
const named = (
  csr: string, read: string, write: string, writeImmediate: string | undefined, what: string,
): PseudoInstruction[] => [
  alias(read, "rd", `csrrs rd, ${csr}, zero`, `Reads ${what}.`, { extension: "f|zfinx" }),
  alias(write, "rs1", `csrrw zero, ${csr}, rs1`, `Writes ${what}.`, { extension: "f|zfinx" }),
  alias(write, "rd, rs1", `csrrw rd, ${csr}, rs1`, `Writes ${what}; rd gets the old value.`,
    { extension: "f|zfinx" }),
  ...(writeImmediate === undefined ? [] : [
    written(writeImmediate, "uimm", `csrrwi zero, ${csr}, uimm`, `Writes ${what}.`,
      { extension: "f|zfinx" }),
    alias(writeImmediate, "rd, uimm", `csrrwi rd, ${csr}, uimm`,
      `Writes ${what}; rd gets the old value.`, { extension: "f|zfinx" }),
  ]),
];

const statusRegisters: readonly PseudoInstruction[] = [
  ...named("fcsr", "frcsr", "fscsr", undefined, "the floating-point control and status register"),
  ...named("fflags", "frflags", "fsflags", "fsflagsi", "the floating-point exception flags"),
  ...named("frm", "frrm", "fsrm", "fsrmi", "the floating-point rounding mode"),
  written("frsr", "rd", "csrrs rd, fcsr, zero", "The older name of frcsr.",
    { extension: "f|zfinx" }),
  written("fssr", "rs1", "csrrw zero, fcsr, rs1", "The older name of fscsr.",
    { extension: "f|zfinx" }),
  written("fssr", "rd, rs1", "csrrw rd, fcsr, rs1", "The older name of fscsr.",
    { extension: "f|zfinx" }),
  ...["cycle", "time", "instret"].flatMap((name) => [
    // The base has them, though not what they stand for.
    alias(`rd${name}`, "rd", `csrrs rd, ${name}, zero`, `Reads the CSR ${name}.`, {
      extension: "i",
    }),
    alias(`rd${name}h`, "rd", `csrrs rd, ${name}h, zero`, `Reads the CSR ${name}h.`, {
      xlen: 32, extension: "i",
    }),
  ]),
  alias("csrr", "rd, csr", "csrrs rd, csr, zero", "Reads a CSR."),
  alias("csrw", "csr, rs1", "csrrw zero, csr, rs1", "Writes a CSR."),
  alias("csrs", "csr, rs1", "csrrs zero, csr, rs1", "Sets bits of a CSR."),
  alias("csrc", "csr, rs1", "csrrc zero, csr, rs1", "Clears bits of a CSR."),
  written("csrwi", "csr, uimm", "csrrwi zero, csr, uimm", "Writes a 5-bit constant into a CSR."),
  written("csrsi", "csr, uimm", "csrrsi zero, csr, uimm", "Sets bits of a CSR by a constant."),
  written("csrci", "csr, uimm", "csrrci zero, csr, uimm", "Clears bits of a CSR by a constant."),
  ...["w", "s", "c"].flatMap((letter) => [
    alias(`csr${letter}`, "csr, uimm", `csrr${letter}i zero, csr, uimm`,
      `The same as csr${letter}i.`),
    alias(`csrr${letter}`, "rd, csr, uimm", `csrr${letter}i rd, csr, uimm`,
      `The same as csrr${letter}i.`),
  ]),
];

const others: readonly PseudoInstruction[] = [
  alias("fence", "", "fence iorw, iorw", "Orders all memory accesses."),
  alias("sfence.vma", "", "sfence.vma zero, zero", "Makes all changes of page tables seen."),
  alias("sfence.vma", "rs1", "sfence.vma rs1, zero",
    "Makes changes of page tables for an address seen."),
  ...["hfence.vvma", "hfence.gvma"].flatMap((name) => [
    alias(name, "", `${name} zero, zero`, "Makes all changes of translation seen."),
    alias(name, "rs1", `${name} rs1, zero`, "Makes changes of the translation of an address seen."),
  ]),
  written("scall", "", "ecall", "The older name of ecall."),
  written("sbreak", "", "ebreak", "The older name of ebreak."),
];

const vectors: readonly PseudoInstruction[] = [
  alias("vneg.v", "vd, vs2, vm", "vrsub.vx vd, vs2, zero, vm", "Negates elements."),
  alias("vnot.v", "vd, vs2, vm", "vxor.vi vd, vs2, -1, vm", "Inverts the bits of elements."),
  alias("vwcvt.x.x.v", "vd, vs2, vm", "vwadd.vx vd, vs2, zero, vm",
    "Sign-extends elements to twice the width."),
  alias("vwcvtu.x.x.v", "vd, vs2, vm", "vwaddu.vx vd, vs2, zero, vm",
    "Zero-extends elements to twice the width."),
  alias("vncvt.x.x.w", "vd, vs2, vm", "vnsrl.wx vd, vs2, zero, vm",
    "Keeps the lower halves of elements."),
  alias("vfneg.v", "vd, vs2, vm", "vfsgnjn.vv vd, vs2, vs2, vm", "Negates numbers."),
  alias("vfabs.v", "vd, vs2, vm", "vfsgnjx.vv vd, vs2, vs2, vm", "Takes absolute values."),
  alias("vmmv.m", "vd, vs2", "vmand.mm vd, vs2, vs2", "Copies a mask."),
  written("vmcpy.m", "vd, vs2", "vmand.mm vd, vs2, vs2", "The older name of vmmv.m."),
  alias("vmclr.m", "vd", "vmxor.mm vd, vd, vd", "Clears all bits of a mask."),
  alias("vmset.m", "vd", "vmxnor.mm vd, vd, vd", "Sets all bits of a mask."),
  alias("vmnot.m", "vd, vs2", "vmnand.mm vd, vs2, vs2", "Inverts a mask."),
  ...[["vmandnot.mm", "vmandn.mm"], ["vmornot.mm", "vmorn.mm"], ["vfredsum.vs", "vfredusum.vs"],
    ["vfwredsum.vs", "vfwredusum.vs"]].map(([name = "", newer = ""]) => {
    const syntax = name.endsWith(".mm") ? "vd, vs2, vs1" : "vd, vs2, vs1, vm";
    return written(name, syntax, `${newer} ${syntax}`, `The older name of ${newer}.`);
  }),
  written("vpopc.m", "rd, vs2, vm", "vcpop.m rd, vs2, vm", "The older name of vcpop.m."),
  written("vfrsqrte7.v", "vd, vs2, vm", "vfrsqrt7.v vd, vs2, vm", "The older name of vfrsqrt7.v."),
  written("vfrece7.v", "vd, vs2, vm", "vfrec7.v vd, vs2, vm", "The older name of vfrec7.v."),
  written("vle1.v", "vd, (rs1)", "vlm.v vd, (rs1)", "The older name of vlm.v."),
  written("vse1.v", "vs3, (rs1)", "vsm.v vs3, (rs1)", "The older name of vsm.v."),
  ...[1, 2, 4, 8].map((count) =>
    alias(`vl${count}r.v`, "vd, (rs1)", `vl${count}re8.v vd, (rs1)`, "Loads whole registers.")),
  ...["vmsgt.vv vmslt.vv", "vmsgtu.vv vmsltu.vv", "vmsge.vv vmsle.vv", "vmsgeu.vv vmsleu.vv",
    "vmfgt.vv vmflt.vv", "vmfge.vv vmfle.vv"].map((names) => {
    const [name = "", base = ""] = names.split(" ");
    return written(name, "vd, vs1, vs2, vm", `${base} vd, vs2, vs1, vm`,
      `The same as ${base} with the elements exchanged.`);
  }),
  ...[["vmslt.vi", "vmsle.vi"], ["vmsltu.vi", "vmsleu.vi"], ["vmsge.vi", "vmsgt.vi"],
    ["vmsgeu.vi", "vmsgtu.vi"]].map(([name = "", base = ""]) =>
    written(name, "vd, vs2, imm, vm", `${base} vd, vs2, imm, vm`,
      `The same as ${base} with a constant that is less by 1.`, { procedure: "less-by-one" })),
  ...["vmsge.vx vmslt.vx", "vmsgeu.vx vmsltu.vx"].flatMap((names) => {
    const [name = "", base = ""] = names.split(" ");
    return [
      written(name, "vd, vs2, rs1, vm", `${base} vd, vs2, rs1, vm; vmnand.mm vd, vd, vd`,
        "Sets the bits of a mask where elements are greater or equal.",
        { procedure: "not-less" }),
      written(name, "vd, vs2, rs1, vm, vt", `${base} vt, vs2, rs1; vmandn.mm vd, vd, vt`,
        "Sets the bits of a mask where elements are greater or equal; vt is changed.",
        { procedure: "not-less" }),
    ];
  }),
];

/** A compressed instruction printed without its prefix. */
const printed = (mnemonic: string, syntax: string, expansion: string): PseudoInstruction =>
  alias(mnemonic, syntax, expansion, "The same as the compressed instruction.");

/** What the disassembler prints for compressed instructions, where it is not their expansion. */
export const compressedAliases: readonly PseudoInstruction[] = [
  printed("add", "rd, rd, imm", "c.addi rd, imm"),
  printed("add", "sp, sp, imm", "c.addi16sp sp, imm"),
  printed("add", "rd', sp, uimm", "c.addi4spn rd', sp, uimm"),
  printed("sext.w", "rd, rd", "c.addiw rd, 0"),
  printed("addw", "rd, rd, imm", "c.addiw rd, imm"),
  printed("sll", "rd, rd, shamt", "c.slli rd, shamt"),
  printed("srl", "rd', rd', shamt", "c.srli rd', shamt"),
  printed("sra", "rd', rd', shamt", "c.srai rd', shamt"),
  printed("and", "rd', rd', imm", "c.andi rd', imm"),
  printed("mv", "rd, rs2", "c.mv rd, rs2"),
  printed("jal", "imm", "c.jal imm"),
];

/** Every pseudo-instruction; of several with a mnemonic the first that fits is meant. */
export const pseudoInstructions: readonly PseudoInstruction[] = [
  ...constants, ...arithmetic, ...extensions, ...withConstant, ...branches, ...jumps,
  ...addresses, ...accesses, ...floats, ...statusRegisters, ...vectors, ...others,
];

const byMnemonic = new Map<string, PseudoInstruction[]>();
for (const pseudo of pseudoInstructions) {
  const namesakes = byMnemonic.get(pseudo.mnemonic);
  if (namesakes === undefined) byMnemonic.set(pseudo.mnemonic, [pseudo]);
  else namesakes.push(pseudo);
}

/** The pseudo-instructions with a mnemonic, in the order in which to try them. */
export function pseudoInstructionsNamed(mnemonic: string): readonly PseudoInstruction[] {
  return byMnemonic.get(mnemonic) ?? [];
}