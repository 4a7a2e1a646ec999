/**
 * The dialect of RARS: data aligned to its size, lists that go on over lines, `value : count`,
 * `.eqv` that replaces text, and loads and stores at plain addresses. Its macros are in
 * `rars-macros.ts`. Facts from the simulator's help and behaviour.
 */

import { instructionsNamed } from "../../isa/instructions.ts";
import { pseudoInstructionsNamed } from "../../isa/pseudo.ts";
import { Arguments } from "../arguments.ts";
import type { Assembler } from "../assembler.ts";
import { dataDirectives } from "../directives/data.ts";
import { alignTo } from "../directives/layout.ts";
import { type Directive, directives } from "../directives.ts";
import { floatBytes } from "../floats.ts";
import type { Token } from "../lexer.ts";
import { sectionLimit } from "../sections.ts";
import type { Statement } from "../unit.ts";
import { byName, type Dialect, pseudo } from "./dialect.ts";
import { separateOperands } from "./operands.ts";
import { callRarsMacro, defineRarsMacro } from "./rars-macros.ts";
import { segment } from "./segments.ts";

/** What a source has switched on so far. */
interface State {
  /** Whether data is aligned to its size; `.align 0` ends it up to the next `.data`. */
  alignsData: boolean;
  /** The directive whose list goes on when a line starts with a value. */
  list: Directive | undefined;
}

const states = new WeakMap<Assembler, State>();

function stateOf(assembler: Assembler): State {
  let state = states.get(assembler);
  if (state === undefined) {
    state = { alignsData: true, list: undefined };
    states.set(assembler, state);
  }
  return state;
}

/** So many statements back labels are looked for that stand right before aligned data. */
const labelReach = 64;

/** Aligns the place to a power of two; labels that stand there go with it. */
function alignData(assembler: Assembler, size: number): void {
  const { fragment, offset } = assembler.place();
  const isFirst = fragment.index === 0 && offset % size === 0;
  const { section } = assembler.subsection;
  if (size === 1 || !stateOf(assembler).alignsData || section.isCode) return;
  section.alignment = Math.max(section.alignment, size);
  if (isFirst) return;
  alignTo(assembler, size, undefined, 0);
  const aligned = assembler.place();
  const { statements } = assembler.unit;
  for (const { labels } of statements.slice(-labelReach)) {
    for (const label of labels) {
      if (label.fragment !== fragment || label.offset !== offset) continue;
      label.fragment = aligned.fragment;
      label.offset = aligned.offset;
    }
  }
}

/** The number of repetitions behind a colon, 1 where there is none. */
function repetitions(args: Arguments, size: number): number {
  if (!args.take(":")) return 1;
  return args.integer("The count", 1, Math.floor(sectionLimit / size)) ?? 0;
}

function integers(assembler: Assembler, args: Arguments, size: number): void {
  alignData(assembler, size);
  if (args.isAtEnd) return;
  do {
    const from = args.at;
    const value = args.expression();
    if (value === undefined) return;
    const mention = args.mention(from);
    let count = repetitions(args, size);
    if (value.op === "number" && value.value === 0n) {
      assembler.subsection.appendZeros(size * count);
      continue;
    }
    for (; count > 0 && !assembler.subsection.section.hasOverflowed; count--) {
      assembler.data(size, value, mention);
    }
  } while (args.comma());
}

function floats(assembler: Assembler, args: Arguments, size: 4 | 8): void {
  alignData(assembler, size);
  if (args.isAtEnd) return;
  do {
    const from = args.at;
    const sign = args.take("-") ? "-" : "";
    if (sign === "") args.take("+");
    const token = args.peek();
    if (token === undefined) {
      args.expression();
      return;
    }
    args.at++;
    const bytes = floatBytes(sign + token.text, size);
    const mention = args.mention(from);
    let count = repetitions(args, size);
    if (bytes === undefined) {
      assembler.reportAt("bad-number", mention, { text: token.text });
      continue;
    }
    if (!assembler.takesBytes(mention)) return;
    for (; count > 0 && !assembler.subsection.section.hasOverflowed; count--) {
      assembler.subsection.appendBytes(bytes);
    }
  } while (args.comma());
}

/** A directive whose list may go on in the following lines. */
function list(
  name: string,
  operands: string,
  summary: string,
  run: (assembler: Assembler, args: Arguments) => void,
): Directive {
  const directive: Directive = {
    name,
    operands,
    summary,
    run(assembler, args) {
      stateOf(assembler).list = directive;
      run(assembler, args);
    },
  };
  return directive;
}

const numbers = (name: string, size: number, summary: string) =>
  list(name, "value : count, …", summary, (assembler, args) => integers(assembler, args, size));

const text = (name: string) => {
  const plain = dataDirectives.find((directive) => directive.name === name) as Directive;
  return list(name, plain.operands, plain.summary, plain.run);
};

/** `.eqv name text`: the name stands for the text from here on. */
function substitute(assembler: Assembler, args: Arguments): void {
  const name = args.symbolName();
  if (name === undefined) return;
  args.take(",");
  const replacement = args.tokens.slice(args.at).filter(({ start, end }) => end > start);
  args.at = args.tokens.length;
  if (replacement.length === 0) {
    assembler.report("missing-expression", name.start, name.end);
    return;
  }
  assembler.substitutions.set(name.text, replacement);
  const symbol = assembler.symbols.get(name.text);
  symbol.addDefinition({ source: assembler.source, start: name.start, end: name.end });
  symbol.isSubstitution = true;
}

/** `.align n`: to 2ⁿ; 0 ends the alignment of data to its size. */
function align(assembler: Assembler, args: Arguments): void {
  const power = args.integer("The alignment", 0, 24);
  if (power === undefined) return;
  if (power === 0 && !assembler.subsection.section.isCode) stateOf(assembler).alignsData = false;
  else alignTo(assembler, 2 ** power, undefined, 0);
}

/** `.extern symbol, size`: a block that all files share. */
function external(assembler: Assembler, args: Arguments): void {
  const from = args.at;
  const name = args.symbolName();
  if (name === undefined) return;
  if (args.isAtEnd) return;
  args.at = from;
  directives.get(".comm")?.run(assembler, args);
}

/** The data segment, in which the alignment of data begins anew. */
function dataSegment(assembler: Assembler, args: Arguments): void {
  stateOf(assembler).alignsData = true;
  segment(assembler, args, ".data");
}

const own: readonly Directive[] = [
  numbers(".byte", 1, "Puts numbers of one byte."),
  numbers(".half", 2, "Puts numbers of two bytes, aligned."),
  numbers(".word", 4, "Puts numbers of four bytes, aligned."),
  numbers(".dword", 8, "Puts numbers of eight bytes, aligned."),
  list(".float", "value : count, …", "Puts single-precision numbers, aligned.", (assembler, args) =>
    floats(assembler, args, 4),
  ),
  list(
    ".double",
    "value : count, …",
    "Puts double-precision numbers, aligned.",
    (assembler, args) => floats(assembler, args, 8),
  ),
  text(".ascii"),
  text(".asciz"),
  text(".asciiz"),
  text(".string"),
  {
    name: ".eqv",
    operands: "name text",
    summary: "Makes a name stand for the text behind it.",
    run: substitute,
  },
  {
    name: ".align",
    operands: "power",
    summary: "Aligns to 2 to the power of a number of bytes; 0 ends the alignment of data.",
    run: align,
  },
  {
    name: ".extern",
    operands: "symbol, size",
    summary: "Declares a block that all files share.",
    run: external,
  },
  {
    name: ".data",
    operands: "address",
    summary: "Goes to the data, at an address where one is given.",
    run: dataSegment,
  },
  {
    name: ".text",
    operands: "address",
    summary: "Goes to the code, at an address where one is given.",
    run: (assembler, args) => segment(assembler, args, ".text"),
  },
  {
    name: ".macro",
    operands: "name(%parameter, …)",
    summary:
      "Defines a macro, up to .end_macro; others of its name have other numbers of parameters.",
    run: defineRarsMacro,
  },
  {
    name: ".end_macro",
    operands: "",
    summary: "Ends a macro.",
    run: (assembler, { name }) =>
      assembler.report("end-without-start", name.start, name.end, { name: name.text }),
  },
];

const stores = ["sb", "sh", "sw", "sd"];

const pseudoInstructions = [
  pseudo("b", "imm", "jal zero, imm", "Jumps."),
  ...stores.map((mnemonic) =>
    pseudo(mnemonic, "rs2, imm", `${mnemonic} rs2, imm(zero)`, "Stores at a small address."),
  ),
  ...["flw", "fld"].map((mnemonic) =>
    pseudo(mnemonic, "fd, imm", `${mnemonic} fd, imm(zero)`, "Loads from a small address."),
  ),
  ...["fsw", "fsd"].map((mnemonic) =>
    pseudo(mnemonic, "fs2, imm", `${mnemonic} fs2, imm(zero)`, "Stores at a small address."),
  ),
  // Registers stand before CSRs here.
  pseudo("csrw", "rs1, csr", "csrrw zero, csr, rs1", "Writes a CSR."),
  pseudo("csrs", "rs1, csr", "csrrs zero, csr, rs1", "Sets bits of a CSR."),
  pseudo("csrc", "rs1, csr", "csrrc zero, csr, rs1", "Clears bits of a CSR."),
];

/** Whether a list of the data segment goes on with the token. */
function goesOn(assembler: Assembler, token: Token): boolean {
  if (assembler.subsection.section.isCode) return false;
  if (token.kind === "integer" || token.kind === "float" || token.kind === "string") return true;
  if (token.kind === "operator") return token.text === "-" || token.text === "+";
  if (token.kind !== "name" || token.text.startsWith(".")) return false;
  const word = token.text.toLowerCase();
  return instructionsNamed(word).length === 0 && pseudoInstructionsNamed(word).length === 0;
}

/** Calls of macros, and lines that go on with a list. */
function read(assembler: Assembler, statement: Statement, at: number): boolean {
  const name = statement.tokens[at];
  if (name === undefined) return false;
  if (name.kind === "name" && callRarsMacro(assembler, statement, at)) return true;
  const { list: open } = stateOf(assembler);
  if (open === undefined || !goesOn(assembler, name)) return false;
  statement.kind = "directive";
  const tokens = separateOperands(statement.tokens.slice(at), false);
  const args = new Arguments(assembler, name, tokens, 0);
  open.run(assembler, args);
  args.end();
  return true;
}

export const rars: Dialect = {
  name: "rars",
  title: "RARS",
  rules: {
    hasSlashComments: false,
    blanksSeparate: true,
    hasOctal: true,
    wrapsHexadecimal: true,
    hasUnicodeEscapes: true,
    hasNumericLabels: false,
  },
  directives: byName(own),
  pseudoInstructions,
  symbols: new Map(),
  segmentAddresses: { ".text": 0x400000n, ".data": 0x10010000n },
  hasFixedSizes: true,
  ignoresUnknownDirectives: true,
  startsAtText: true,
  isPreprocessed: false,
  read,
};
