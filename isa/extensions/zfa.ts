// biome-ignore-all format: the rows are a table
/**
 * Additional floating-point instructions (unprivileged manual, chapter "Zfa Extension"): constants,
 * minimum and maximum that give a NaN for a NaN, rounding to a whole number, comparisons that are
 * quiet, the conversion of JavaScript, and moves of the halves of doubles on RV32.
 */
import { type Execute, family, type Instruction } from "../instruction.ts";
import type { Format } from "../semantics.ts";

const on = (execute: Execute): Execute => (m, operands) => {
  m.checkFloat();
  execute(m, operands);
};

const rows = [
  { format: "single", suffix: "s", fmt: "00", extension: "zfa" },
  { format: "double", suffix: "d", fmt: "01", extension: "zfa_d" },
  { format: "half", suffix: "h", fmt: "10", extension: "zfa_zfh" },
] as const;

const ofFormat = (
  { format, suffix, fmt, extension }: { format: Format; suffix: string; fmt: string;
    extension: string },
): Instruction[] => {
  const { instruction } = family({ extension });
  // Constants and these two need less than all of half precision.
  const minimal = family({ extension: suffix === "h" ? "zfa_zfh" : extension }).instruction;
  const extreme = (name: string, funct3: string, step: "floatMinimum" | "floatMaximum",
    what: string) =>
    instruction(`${name}.${suffix}`, `00101${fmt} fs2 fs1 ${funct3} fd 1010011`, "fd, fs1, fs2",
      `Takes the ${what} of two ${format}-precision numbers; NaN where one of them is.`,
      on((m, { fd, fs1, fs2 }) =>
        m.writeF(format, fd, m[step](format, m.readF(format, fs1), m.readF(format, fs2), true))));
  const whole = (name: string, code: string, isTold: boolean, summary: string) =>
    instruction(`${name}.${suffix}`, `01000${fmt} ${code} fs1 rm fd 1010011`, "fd, fs1, rm",
      summary, (m, { fd, fs1, rm }) => {
        m.checkFloat();
        m.checkRounding(rm);
        m.writeF(format, fd, m.floatRound(format, rm, m.readF(format, fs1), isTold));
      });
  const compare = (
    name: string, funct3: string, step: "floatLess" | "floatLessOrEqual", relation: string,
  ) =>
    instruction(`${name}.${suffix}`, `10100${fmt} fs2 fs1 ${funct3} rd 1010011`, "rd, fs1, fs2",
      `Sets 1 when the first number ${relation} the second, else 0; quiet NaNs raise nothing.`,
      on((m, { rd, fs1, fs2 }) => {
        const a = m.readF(format, fs1);
        const b = m.readF(format, fs2);
        // What equals itself is a number; a signaling NaN raises invalid here.
        const areNumbers = m.both(m.floatEqual(format, a, a), m.floatEqual(format, b, b));
        m.writeX(rd, m.choose(areNumbers, () => m.truth(m[step](format, a, b)),
          () => m.constant(0)));
      }));
  return [
    minimal(`fli.${suffix}`, `11110${fmt} 00001 constant 000 fd 1010011`, "fd, constant",
      `Loads one of 32 ${format}-precision numbers.`, on((m, { fd, constant }) =>
        m.writeF(format, fd, m.floatConstant(format, constant)))),
    extreme("fminm", "010", "floatMinimum", "lesser"),
    extreme("fmaxm", "011", "floatMaximum", "greater"),
    whole("fround", "00100", false, `Rounds a ${format}-precision number to a whole one.`),
    whole("froundnx", "00101", true,
      `Rounds a ${format}-precision number to a whole one, and raises inexact where that changed it.`),
    compare("fleq", "100", "floatLessOrEqual", "is less than or equal to"),
    compare("fltq", "101", "floatLess", "is less than"),
  ];
};

const doubles = family({ extension: "zfa_d" });
const pairs = family({ extension: "zfa_d", xlen: 32 });

/** An instruction as Q has it. */
const quadruple = ({ execute: _, ...one }: Instruction): Instruction => ({
  ...one,
  extension: "zfa_q",
  mnemonic: one.mnemonic.replace(/\.d$/, ".q"),
  row: one.row.replace(/^([01]{5})01 /, "$111 "),
  summary: one.summary.replace("double", "quadruple"),
  encodedOnly: true,
});

const wideHalves = family({ extension: "zfa_q", xlen: 64 });

/** Zfa. */
export const zfa: readonly Instruction[] = [
  ...rows.flatMap(ofFormat),
  doubles.instruction("fcvtmod.w.d", "1100001 01000 fs1 001 rd 1010011", "rd, fs1, rtz",
    "Converts a double-precision number to a word, modulo 2^32, as JavaScript does.",
    on((m, { rd, fs1 }) => m.writeX(rd, m.floatToWordModulo(m.readF("double", fs1))))),
  pairs.instruction("fmvh.x.d", "1110001 00001 fs1 000 rd 1010011", "rd, fs1",
    "Copies the upper half of a double-precision number to an integer register.",
    on((m, { rd, fs1 }) => m.writeX(rd, m.floatUpperWord(m.readRawF("double", fs1))))),
  pairs.instruction("fmvp.d.x", "1011001 rs2 rs1 000 fd 1010011", "fd, rs1, rs2",
    "Makes a double-precision number of two integer registers, the first one its lower half.",
    on((m, { fd, rs1, rs2 }) =>
      m.writeF("double", fd, m.floatFromWords(m.readX(rs1), m.readX(rs2))))),
  ...ofFormat(rows[1]).map(quadruple),
  wideHalves.encoded("fmvh.x.q", "1110011 00001 fs1 000 rd 1010011", "rd, fs1",
    "Copies the upper half of a quadruple-precision number to an integer register."),
  wideHalves.encoded("fmvp.q.x", "1011011 rs2 rs1 000 fd 1010011", "fd, rs1, rs2",
    "Makes a quadruple-precision number of two integer registers."),
];