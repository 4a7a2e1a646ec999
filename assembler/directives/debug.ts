/** Directives for debuggers and tools: files, lines, call frames, identification. */
import type { Arguments } from "../arguments.ts";
import type { Assembler } from "../assembler.ts";
import type { Directive } from "../directives.ts";
import { number } from "../expressions.ts";
import type { Location, View } from "../lines.ts";
import { frameDirectives } from "./frame.ts";

/** `.file "name"`, or `.file number "directory" "name" md5 sum`. */
function file(assembler: Assembler, args: Arguments): void {
  const token = args.peek();
  if (token?.kind === "integer") {
    numberedFile(assembler, args);
    return;
  }
  const name = args.string();
  if (name === undefined) return;
  assembler.symbols.file(name);
  assembler.lines.logicalFile = name;
  const { source, statement } = assembler;
  const marked = source.markedAt(statement.start);
  if (marked !== undefined) source.mark(statement.start, name, marked.line + 1);
}

function numberedFile(assembler: Assembler, args: Arguments): void {
  const { lines, options } = assembler;
  const value = args.peek()?.value ?? 0n;
  args.at++;
  const index = Number(BigInt.asUintN(31, value));
  if (index === 0) lines.version = 5;
  const first = args.string();
  if (first === undefined) return;
  const more = args.peek();
  if (more !== undefined && lines.version < 5) {
    assembler.report("needs-dwarf-5", more.start, more.end, { text: more.text });
    args.rest();
    return;
  }
  const second = args.peek()?.kind === "string" ? args.string() : undefined;
  let md5: Uint8Array | undefined;
  if (args.peek()?.text === "md5") {
    args.at++;
    const start = args.at;
    const value = args.constant("The MD5 sum");
    if (value === undefined) return;
    md5 = new Uint8Array(16);
    let rest = sumOf(args, start) ?? value;
    if (rest >> 64n === 0n) assembler.reportAt("md5-too-small", args.mention(start));
    for (let at = 0; at < 16; at++, rest >>= 8n) md5[at] = Number(rest & 0xffn);
  }
  lines.useSourcesOwn();
  const directory = second === undefined ? undefined : first;
  const working = options.directory ?? "";
  if (!lines.files.assign(index, second ?? first, directory, md5, working)) {
    const { start, end } = args.name;
    assembler.report("file-number-taken", start, end, { number: String(index) });
  }
}

/** The sum as it is written: numbers of expressions have 64 bits. */
function sumOf({ tokens, at }: Arguments, start: number): bigint | undefined {
  const token = at === start + 1 ? tokens[start] : undefined;
  return token?.kind === "integer" ? token.value : undefined;
}

/** `.loc file line column options…`. */
function location(assembler: Assembler, args: Arguments): void {
  const { lines } = assembler;
  lines.flush(assembler);
  const file = args.integer("The file number", 0, 0x7fffffff);
  const line = args.integer("The line", 0, 0x7fffffff);
  if (file === undefined || line === undefined) return;
  if (lines.files.files[file] === undefined) {
    const number = String(file);
    assembler.report("unknown-file-number", args.name.start, args.name.end, { number });
    args.rest();
    return;
  }
  const change: Partial<Location> = { file, line };
  let view: View | undefined;
  if (args.peek()?.kind === "integer")
    change.column = args.integer("The column", 0, 0x7fffffff) ?? 0;
  while (!args.isAtEnd) {
    const option = args.symbolName();
    if (option === undefined) return;
    switch (option.text) {
      case "is_stmt":
        change.isStatement = (args.integer("is_stmt", 0, 1) ?? 1) !== 0;
        break;
      case "basic_block":
        change.isBasicBlock = true;
        break;
      case "prologue_end":
        change.isPrologueEnd = true;
        break;
      case "epilogue_begin":
        change.isEpilogueBegin = true;
        break;
      case "isa":
        change.isa = args.integer("isa", 0, 0x7fffffff) ?? 0;
        break;
      case "discriminator":
        change.discriminator = args.integer("The discriminator", 0, 0x7fffffff) ?? 0;
        break;
      case "view":
        view = viewOf(assembler, args);
        if (view === undefined) return;
        break;
      default:
        assembler.report("trailing-text", option.start, option.end, { text: option.text });
        return;
    }
  }
  lines.locate(assembler, change, view);
}

/** `view LVU1` gives the label the number of the row among those of one address. */
function viewOf(assembler: Assembler, args: Arguments): View | undefined {
  const { at } = args;
  const isReset = args.take("-");
  if (isReset || args.peek()?.kind === "integer") {
    const value = args.integer("The view", 0, 0);
    return value === undefined
      ? undefined
      : { symbol: undefined, isReset, mention: args.mention(at) };
  }
  const name = args.symbolName();
  if (name === undefined) return undefined;
  const symbol = assembler.symbols.get(name.text);
  const mention = args.mention(at);
  if (symbol.isDefined || symbol.common !== undefined) {
    assembler.reportAt("duplicate-symbol", mention, { name: name.text });
    return undefined;
  }
  // It has its value once all rows are known.
  symbol.expression = number(0n);
  symbol.addDefinition(mention);
  return { symbol, isReset: false, mention };
}

/** `.loc_mark_labels 1`: labels of code begin basic blocks, and have rows. */
function markLabels(assembler: Assembler, args: Arguments): void {
  const value = args.integer("This", 0, 1);
  if (value !== undefined) assembler.lines.marksLabels = value !== 0;
}

/** `.line number`: the next line of the source is the one behind that. */
function line(assembler: Assembler, args: Arguments): void {
  const value = args.isAtEnd ? 0 : args.integer("The line", 0, 0x7ffffffe);
  const { source, statement } = assembler;
  const { logicalFile } = assembler.lines;
  if (value === undefined || logicalFile === undefined || source.origin !== undefined) return;
  source.mark(statement.start, logicalFile, value + 1);
}

/** `.linefile number "name"`, which may have the flags of the C preprocessor behind it. */
function lineFile(assembler: Assembler, args: Arguments): void {
  const value = args.integer("The line", 0, 0x7fffffff);
  const name = args.peek()?.kind === "string" ? args.string() : assembler.lines.logicalFile;
  args.rest();
  const { source, statement } = assembler;
  if (value === undefined || name === undefined || source.origin !== undefined) return;
  assembler.lines.logicalFile = name;
  source.mark(statement.start, name, value);
}

/** The tag "compatibility", whose value is a number and a string. */
const compatibility = 32;

/** `.gnu_attribute tag, value`: odd tags have a string, even ones a number. */
function gnuAttribute({ gnuAttributes }: Assembler, args: Arguments): void {
  const tag = args.integer("The tag", 0, 0x7fffffff);
  if (tag === undefined || !args.separator()) return;
  const value = tag % 2 === 1 ? args.string() : args.integer("The value", 0, 0xffffffff);
  if (value === undefined) return;
  if (tag !== compatibility || typeof value !== "number") {
    gnuAttributes.set(tag, value);
    return;
  }
  const text = args.separator() ? args.string() : undefined;
  if (text !== undefined) gnuAttributes.set(tag, [value, text]);
}

/** `.ident "text"` goes to `.comment`. */
function ident(assembler: Assembler, args: Arguments): void {
  let text = args.string();
  if (text === undefined) return;
  while (args.peek()?.kind === "string") text += args.string() ?? "";
  const isNew = !assembler.hasSection(".comment");
  const section = assembler.impliedSection(".comment");
  section.flags = 0x30n;
  section.entrySize = 1n;
  const subsection = section.subsection(0);
  if (isNew) subsection.appendZeros(1);
  subsection.appendBytes(Uint8Array.from(`${text}\0`, (character) => character.charCodeAt(0)));
}

const ignored = (name: string, summary: string): Directive => ({
  name,
  operands: "",
  summary,
  takesAll: true,
  run: () => {},
});

export const debugDirectives: readonly Directive[] = [
  {
    name: ".file",
    operands: 'number "directory" "name"',
    summary: "Names a source file.",
    run: file,
  },
  {
    name: ".loc",
    operands: "file line column",
    summary: "Says which source line follows.",
    run: location,
  },
  { name: ".ident", operands: '"text"', summary: "Notes who made the file.", run: ident },
  ...frameDirectives,
  {
    name: ".loc_mark_labels",
    operands: "enable",
    summary: "Asks for a row of the line table at each label.",
    run: markLabels,
  },
  {
    name: ".linefile",
    operands: 'number "name"',
    summary: "Says which line of which file follows, as a preprocessor's `# number` does.",
    run: lineFile,
  },
  {
    name: ".line",
    operands: "number",
    summary: "Says which line of the source it stands for.",
    run: line,
  },
  ignored(".list", "Steers listings; not used here."),
  ignored(".nolist", "Steers listings; not used here."),
  ignored(".title", "Steers listings; not used here."),
  ignored(".eject", "Steers listings; not used here."),
  {
    name: ".gnu_attribute",
    operands: "tag, value",
    summary: "Notes an attribute of vendor gnu in the object.",
    run: gnuAttribute,
  },
  ignored(".addrsig", "Notes for a linker; not used here."),
  ignored(".addrsig_sym", "Notes for a linker; not used here."),
];
