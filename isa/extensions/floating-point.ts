// biome-ignore-all format: the rows are a table
/**
 * F, D, Zfh and Zfhmin: one table over three formats (unprivileged manual, chapters "F Extension",
 * "D Extension", "Zfh and Zfhmin Extensions"). The two fmt bits of a row and the suffix of a
 * mnemonic name the format.
 */
import { type Execute, family, type Instruction } from "../instruction.ts";
import type { Format, Semantics, SignInjection } from "../semantics.ts";

interface Row {
  readonly format: Format;
  readonly suffix: "h" | "s" | "d";
  /** The fmt field. */
  readonly fmt: string;
  /** The funct3 of its loads and stores. */
  readonly funct3: string;
  /** The extension that computes in it. */
  readonly extension: string;
  /** The extension that loads, stores and moves it. */
  readonly minimal: string;
}

const single: Row = { format: "single", suffix: "s", fmt: "00", funct3: "010", extension: "f",
  minimal: "f" };
const double: Row = { format: "double", suffix: "d", fmt: "01", funct3: "011", extension: "d",
  minimal: "d" };
const half: Row = { format: "half", suffix: "h", fmt: "10", funct3: "001", extension: "zfh",
  minimal: "zfhmin" };

/** Checks that floating point is on, then takes the steps. */
const on = (execute: Execute): Execute => (m, operands) => {
  m.checkFloat();
  execute(m, operands);
};

/** Checks also the rounding mode. */
const rounded = (execute: Execute): Execute => (m, operands) => {
  m.checkFloat();
  m.checkRounding(operands.rm);
  execute(m, operands);
};

type Arithmetic =
  "floatAdd" | "floatSubtract" | "floatMultiply" | "floatDivide" | "floatMinimum" | "floatMaximum";

const moves = ({ format, suffix, fmt, funct3, minimal }: Row): Instruction[] => {
  const { instruction } = family({ extension: minimal });
  const unit = { h: "h", s: "w", d: "d" }[suffix];
  const move = family({ extension: minimal, ...(suffix === "d" ? { xlen: 64 } : {}) }).instruction;
  return [
    instruction(`fl${unit}`, `imm[11:0] rs1 ${funct3} fd 0000111`, "fd, imm(rs1)",
      `Loads a ${format}-precision number.`, on((m, { fd, rs1, imm }) =>
        m.writeF(format, fd, m.loadFloat(format, m.add(m.readX(rs1), imm))))),
    instruction(`fs${unit}`, `imm[11:5] fs2 rs1 ${funct3} imm[4:0] 0100111`, "fs2, imm(rs1)",
      `Stores a ${format}-precision number.`, on((m, { fs2, rs1, imm }) =>
        m.storeFloat(format, m.add(m.readX(rs1), imm), m.readRawF(format, fs2)))),
    move(`fmv.x.${unit}`, `11100${fmt} 00000 fs1 000 rd 1010011`, "rd, fs1",
      `Copies the bits of a ${format}-precision number to an integer register.`,
      on((m, { rd, fs1 }) => m.writeX(rd, m.floatBits(format, m.readRawF(format, fs1))))),
    move(`fmv.${unit}.x`, `11110${fmt} 00000 rs1 000 fd 1010011`, "fd, rs1",
      `Copies the bits of an integer register to a ${format}-precision number.`,
      on((m, { fd, rs1 }) => m.writeF(format, fd, m.floatFromBits(format, m.readX(rs1))))),
  ];
};

const arithmetic = ({ format, suffix, fmt, extension }: Row): Instruction[] => {
  const { instruction } = family({ extension });
  const binary = (
    name: string, funct5: string, funct3: string, step: Arithmetic, summary: string,
  ): Instruction =>
    funct3 === "rm"
      ? instruction(`${name}.${suffix}`, `${funct5}${fmt} fs2 fs1 rm fd 1010011`,
          "fd, fs1, fs2, rm", summary, rounded((m, { fd, fs1, fs2, rm }) =>
            m.writeF(format, fd, operate(m, step, format, rm, m.readF(format, fs1),
              m.readF(format, fs2)))))
      : instruction(`${name}.${suffix}`, `${funct5}${fmt} fs2 fs1 ${funct3} fd 1010011`,
          "fd, fs1, fs2", summary, on((m, { fd, fs1, fs2, rm }) =>
            m.writeF(format, fd, operate(m, step, format, rm, m.readF(format, fs1),
              m.readF(format, fs2)))));
  const sign = (
    name: string, funct3: string, how: SignInjection, summary: string,
  ): Instruction =>
    instruction(`${name}.${suffix}`, `00100${fmt} fs2 fs1 ${funct3} fd 1010011`, "fd, fs1, fs2",
      summary, on((m, { fd, fs1, fs2 }) =>
        m.writeF(format, fd,
          m.floatSignInject(format, how, m.readF(format, fs1), m.readF(format, fs2)))));
  const noun = `${format}-precision numbers`;
  return [
    binary("fadd", "00000", "rm", "floatAdd", `Adds two ${noun}.`),
    binary("fsub", "00001", "rm", "floatSubtract", `Subtracts two ${noun}.`),
    binary("fmul", "00010", "rm", "floatMultiply", `Multiplies two ${noun}.`),
    binary("fdiv", "00011", "rm", "floatDivide", `Divides two ${noun}.`),
    instruction(`fsqrt.${suffix}`, `01011${fmt} 00000 fs1 rm fd 1010011`, "fd, fs1, rm",
      `Takes the square root of a ${format}-precision number.`, rounded((m, { fd, fs1, rm }) =>
        m.writeF(format, fd, m.floatSquareRoot(format, rm, m.readF(format, fs1))))),
    sign("fsgnj", "000", "copy", "Takes the first number with the sign of the second."),
    sign("fsgnjn", "001", "negate",
      "Takes the first number with the opposite of the sign of the second."),
    sign("fsgnjx", "010", "xor", "Takes the first number with the product of both signs."),
    binary("fmin", "00101", "000", "floatMinimum", `Takes the lesser of two ${noun}.`),
    binary("fmax", "00101", "001", "floatMaximum", `Takes the greater of two ${noun}.`),
  ];
};

/** One of the steps that make a number of two. */
function operate<W, C, Float, X, F, Rounding>(
  m: Semantics<W, C, Float, X, F, Rounding>, step: Arithmetic, format: Format, rm: Rounding,
  a: Float, b: Float,
): Float {
  if (step === "floatMinimum" || step === "floatMaximum") return m[step](format, a, b);
  return m[step](format, rm, a, b);
}

const fused = ({ format, suffix, fmt, extension }: Row): Instruction[] => {
  const { instruction } = family({ extension });
  const define = (
    name: string, opcode: string, product: "plus" | "minus", addend: "plus" | "minus",
    summary: string,
  ): Instruction =>
    instruction(`${name}.${suffix}`, `fs3 ${fmt} fs2 fs1 rm fd ${opcode}`,
      "fd, fs1, fs2, fs3, rm", summary, rounded((m, { fd, fs1, fs2, fs3, rm }) => {
        const a = m.readF(format, fs1);
        const b = m.readF(format, fs2);
        const c = m.readF(format, fs3);
        m.writeF(format, fd, m.floatMultiplyAdd(format, rm,
          product === "plus" ? a : m.floatNegate(format, a), b,
          addend === "plus" ? c : m.floatNegate(format, c)));
      }));
  return [
    define("fmadd", "1000011", "plus", "plus", "Computes fs1 × fs2 + fs3, rounded once."),
    define("fmsub", "1000111", "plus", "minus", "Computes fs1 × fs2 - fs3, rounded once."),
    define("fnmsub", "1001011", "minus", "plus", "Computes -(fs1 × fs2) + fs3, rounded once."),
    define("fnmadd", "1001111", "minus", "minus", "Computes -(fs1 × fs2) - fs3, rounded once."),
  ];
};

const comparisons = ({ format, suffix, fmt, extension }: Row): Instruction[] => {
  const { instruction } = family({ extension });
  const compare = (
    name: string, funct3: string, step: "floatEqual" | "floatLess" | "floatLessOrEqual",
    relation: string,
  ): Instruction =>
    instruction(`${name}.${suffix}`, `10100${fmt} fs2 fs1 ${funct3} rd 1010011`, "rd, fs1, fs2",
      `Sets 1 when the first number ${relation} the second, else 0.`, on((m, { rd, fs1, fs2 }) =>
        m.writeX(rd, m.truth(m[step](format, m.readF(format, fs1), m.readF(format, fs2))))));
  return [
    compare("feq", "010", "floatEqual", "equals"),
    compare("flt", "001", "floatLess", "is less than"),
    compare("fle", "000", "floatLessOrEqual", "is less than or equal to"),
    instruction(`fclass.${suffix}`, `11100${fmt} 00000 fs1 001 rd 1010011`, "rd, fs1",
      `Sets the one bit that tells the class of a ${format}-precision number.`,
      on((m, { rd, fs1 }) => m.writeX(rd, m.floatClassify(format, m.readF(format, fs1))))),
  ];
};

const integers = [
  { name: "w", code: "00000", width: 32, kind: "signed", noun: "a signed word" },
  { name: "wu", code: "00001", width: 32, kind: "unsigned", noun: "an unsigned word" },
  { name: "l", code: "00010", width: 64, kind: "signed", noun: "a signed doubleword" },
  { name: "lu", code: "00011", width: 64, kind: "unsigned", noun: "an unsigned doubleword" },
] as const;

const integerConversions = ({ format, suffix, fmt, extension }: Row): Instruction[] =>
  integers.flatMap(({ name, code, width, kind, noun }) => {
    const { instruction } = family({ extension, ...(width === 64 ? { xlen: 64 } : {}) });
    // Every word has an exact double, so the assembler's syntax has no rounding mode there.
    const rounding = suffix === "d" && width === 32 ? "" : ", rm";
    return [
      instruction(`fcvt.${name}.${suffix}`, `11000${fmt} ${code} fs1 rm rd 1010011`, "rd, fs1, rm",
        `Converts a ${format}-precision number to ${noun}.`, rounded((m, { rd, fs1, rm }) =>
          m.writeX(rd, m.floatToInteger(format, rm, m.readF(format, fs1), width, kind)))),
      instruction(`fcvt.${suffix}.${name}`, `11010${fmt} ${code} rs1 rm fd 1010011`,
        `fd, rs1${rounding}`, `Converts ${noun} to a ${format}-precision number.`,
        rounded((m, { fd, rs1, rm }) =>
          m.writeF(format, fd, m.integerToFloat(format, rm, m.readX(rs1), width, kind)))),
    ];
  });

/** To a wider format nothing is rounded, and the assembler's syntax has no rounding mode. */
const conversion = (from: Row, to: Row, extension: string, way: "widens" | "narrows") =>
  family({ extension }).instruction(`fcvt.${to.suffix}.${from.suffix}`,
    `01000${to.fmt} 000${from.fmt} fs1 rm fd 1010011`, way === "widens" ? "fd, fs1" : "fd, fs1, rm",
    `Converts a ${from.format}-precision number to ${to.format} precision.`,
    rounded((m, { fd, fs1, rm }) =>
      m.writeF(to.format, fd,
        m.floatConvert(from.format, to.format, rm, m.readF(from.format, fs1)))));

const all = (row: Row): Instruction[] => [
  ...moves(row), ...arithmetic(row), ...fused(row), ...comparisons(row), ...integerConversions(row),
];

/** F. */
export const f: readonly Instruction[] = all(single);

/** D. */
export const d: readonly Instruction[] = [
  ...all(double),
  conversion(single, double, "d", "widens"),
  conversion(double, single, "d", "narrows"),
];

/** Zfh and Zfhmin. */
export const zfh: readonly Instruction[] = [
  ...all(half),
  conversion(half, single, "zfhmin", "widens"),
  conversion(single, half, "zfhmin", "narrows"),
  conversion(half, double, "zfhmin_d", "widens"),
  conversion(double, half, "zfhmin_d", "narrows"),
];

/** An instruction of D as Q has it: another format field, another suffix. */
const quadruple = ({ execute: _, ...one }: Instruction): Instruction => ({
  ...one,
  extension: "q",
  mnemonic: one.mnemonic.replace(/\.d\b/, ".q").replace(/^f([ls])d$/, "f$1q"),
  row: one.row.replace(/^([01]{5})01 /, "$111 ").replace(/^fs3 01 /, "fs3 11 ")
    .replace(/ 011 (fd 0000111|imm\[4:0\] 0100111)$/, " 100 $1"),
  syntax: /^fcvt\.d\./.test(one.mnemonic) ? "fd, rs1" : one.syntax,
  summary: one.summary.replace("double", "quadruple"),
  encodedOnly: true,
});

const betweenFormats = (
  to: string, toFmt: string, from: string, fromFmt: string, extension: string, syntax: string,
) =>
  family({ extension }).encoded(`fcvt.${to}.${from}`,
    `01000${toFmt} 000${fromFmt} fs1 rm fd 1010011`, syntax,
    "Converts a number to another precision.");

/** Q. Conversions from a doubleword are written without a rounding mode, though it is taken. */
export const q: readonly Instruction[] = [
  ...all(double).filter(({ mnemonic }) => !/^fmv/.test(mnemonic)).map(quadruple),
  betweenFormats("q", "11", "s", "00", "q", "fd, fs1"),
  betweenFormats("q", "11", "d", "01", "q", "fd, fs1"),
  betweenFormats("s", "00", "q", "11", "q", "fd, fs1, rm"),
  betweenFormats("d", "01", "q", "11", "q", "fd, fs1, rm"),
  betweenFormats("q", "11", "h", "10", "zfhmin_q", "fd, fs1"),
  betweenFormats("h", "10", "q", "11", "zfhmin_q", "fd, fs1, rm"),
];

const inIntegers: Readonly<Record<string, string>> = {
  f: "zfinx", d: "zdinx", q: "zqinx", zfh: "zhinx", zfhmin: "zhinxmin", zfhmin_d: "zhinxmin_zdinx",
  zfhmin_q: "zhinxmin_zqinx",
};

/** The same encodings with x registers; loads, stores and moves between the files fall away. */
const overIntegers = ({ execute: _, ...one }: Instruction): Instruction[] =>
  /^f([ls].|mv\..*)$/.test(one.mnemonic) ? [] : [{
    ...one,
    extension: inIntegers[one.extension] ?? one.extension,
    row: one.row.replace(/\bf(?=d\b|s\d\b)/g, "r"),
    syntax: one.syntax.replace(/\bf(?=d\b|s\d\b)/g, "r"),
    encodedOnly: true,
  }];

/** Zfinx, Zdinx, Zhinx and Zhinxmin. */
export const zfinx: readonly Instruction[] = [...f, ...d, ...q, ...zfh].flatMap(overIntegers);