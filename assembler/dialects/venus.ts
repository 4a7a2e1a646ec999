/**
 * The dialect of Venus: blanks are commas, `.import` brings in another file, comparisons have three
 * operands, and lines like `#define` are preprocessed.
 */
import type { Arguments } from "../arguments.ts";
import type { Assembler } from "../assembler.ts";
import { alignTo } from "../directives/layout.ts";
import type { Directive } from "../directives.ts";
import type { Statement } from "../unit.ts";
import { byName, type Dialect, pseudo } from "./dialect.ts";
import { segment, startSegmentAt } from "./segments.ts";

/** `.import "file"`: another source becomes a part of the program. */
function importFile(assembler: Assembler, args: Arguments): void {
  const first = args.peek();
  const last = args.tokens.at(-1);
  const path = first?.kind === "string" ? args.string() : args.rest().replace(/^'(.*)'$/, "$1");
  if (first === undefined || last === undefined || path === undefined || path === "") {
    args.string();
    return;
  }
  const mention = { source: assembler.source, start: first.start, end: last.end };
  assembler.unit.imports.push({ mention, path, isBinary: false });
}

function align(assembler: Assembler, args: Arguments): void {
  const power = args.integer("The alignment", 0, 8);
  if (power !== undefined) alignTo(assembler, 2 ** power, undefined, 0);
}

function dataStart(assembler: Assembler, args: Arguments): void {
  const address = args.constant("The address");
  if (address !== undefined) startSegmentAt(assembler, ".data", BigInt.asUintN(32, address));
}

/** `.register_size 32`: must agree with the architecture. */
function registerSize(assembler: Assembler, args: Arguments): void {
  const from = args.at;
  const bits = args.constant("The size of registers");
  if (bits === undefined || bits === BigInt(assembler.xlen)) return;
  assembler.reportAt("other-register-size", args.mention(from), {
    bits: String(bits),
    march: `rv${assembler.xlen}`,
  });
}

const own: readonly Directive[] = [
  {
    name: ".import",
    operands: '"file"',
    summary: "Makes another source a part of the program.",
    run: importFile,
  },
  {
    name: ".data",
    operands: "",
    summary: "Goes to the data.",
    run: (assembler, args) => segment(assembler, args, ".data"),
  },
  {
    name: ".text",
    operands: "",
    summary: "Goes to the code.",
    run: (assembler, args) => segment(assembler, args, ".text"),
  },
  {
    name: ".data_start",
    operands: "address",
    summary: "Says where the data begins.",
    run: dataStart,
  },
  {
    name: ".register_size",
    operands: "bits",
    summary: "Says how wide the registers are, 32 or 64 bits.",
    run: registerSize,
  },
  {
    name: ".align",
    operands: "power",
    summary: "Aligns to 2 to the power of a number of bytes, from 0 to 8.",
    run: align,
  },
];

/** A comparison of two registers by subtraction or by its opposite. */
const comparisons = [
  ["seq", "sub rd, rs1, rs2; sltiu rd, rd, 1", "are equal"],
  ["sne", "sub rd, rs1, rs2; sltu rd, zero, rd", "differ"],
  ["sge", "slt rd, rs1, rs2; xori rd, rd, 1", "are greater or equal, signed"],
  ["sgeu", "sltu rd, rs1, rs2; xori rd, rd, 1", "are greater or equal, unsigned"],
  ["sle", "slt rd, rs2, rs1; xori rd, rd, 1", "are less or equal, signed"],
  ["sleu", "sltu rd, rs2, rs1; xori rd, rd, 1", "are less or equal, unsigned"],
] as const;

/** Warns about `jalr ra, 4(t0)`, which the simulator itself refuses. */
function read(assembler: Assembler, { tokens }: Statement, at: number): boolean {
  const name = tokens[at];
  const parenthesis = tokens.findIndex(({ kind, text }) => kind === "operator" && text === "(");
  if (name?.text.toLowerCase() !== "jalr" || parenthesis < at) return false;
  assembler.report("refused-by-venus", name.start, name.end);
  return false;
}

export const venus: Dialect = {
  name: "venus",
  title: "Venus",
  rules: {
    hasSlashComments: false,
    blanksSeparate: true,
    hasOctal: false,
    wrapsHexadecimal: true,
    hasUnicodeEscapes: true,
    hasNumericLabels: true,
  },
  directives: byName(own),
  pseudoInstructions: comparisons.map(([mnemonic, expansion, what]) =>
    pseudo(mnemonic, "rd, rs1, rs2", expansion, `Sets 1 when two registers ${what}, else 0.`),
  ),
  symbols: new Map(),
  segmentAddresses: { ".text": 0n, ".data": 0x10000000n },
  hasFixedSizes: true,
  ignoresUnknownDirectives: false,
  startsAtText: false,
  isPreprocessed: true,
  read,
};
