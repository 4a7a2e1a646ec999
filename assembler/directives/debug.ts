/** Directives for debuggers and tools: files, lines, call frames, identification. */
import type { Arguments } from "../arguments.ts";
import type { Assembler } from "../assembler.ts";
import type { Directive } from "../directives.ts";
import { frameDirectives } from "./frame.ts";

/** `.file "name"`, or `.file number "directory" "name"`. */
function file(assembler: Assembler, args: Arguments): void {
  const token = args.peek();
  if (token?.kind === "integer") {
    args.at++;
    const first = args.string();
    if (first === undefined) return;
    const second = args.peek()?.kind === "string" ? args.string() : undefined;
    if (args.peek()?.text === "md5") args.rest();
    const number = Number(BigInt.asUintN(31, token.value ?? 0n));
    assembler.lines.setFile(number, second ?? first, second === undefined ? undefined : first);
    return;
  }
  const name = args.string();
  if (name !== undefined) assembler.fileSymbols.push(name);
}

/** `.loc file line column options…`. */
function location(assembler: Assembler, args: Arguments): void {
  const fileNumber = args.integer("The file number", 0, 0x7fffffff);
  const line = args.integer("The line", 0, 0x7fffffff);
  if (fileNumber === undefined || line === undefined) return;
  if (!assembler.lines.hasFile(fileNumber)) {
    const number = String(fileNumber);
    assembler.report("unknown-file-number", args.name.start, args.name.end, { number });
    args.rest();
    return;
  }
  const row = {
    file: fileNumber,
    line,
    column: 0,
    isStatement: assembler.lines.isStatement,
    isBasicBlock: false,
    isPrologueEnd: false,
    isEpilogueBegin: false,
    discriminator: 0,
    view: false,
  };
  if (args.peek()?.kind === "integer") row.column = args.integer("The column", 0, 0x7fffffff) ?? 0;
  while (!args.isAtEnd) {
    const option = args.symbolName();
    if (option === undefined) return;
    switch (option.text) {
      case "is_stmt":
        row.isStatement = (args.constant("is_stmt") ?? 1n) !== 0n;
        assembler.lines.isStatement = row.isStatement;
        break;
      case "basic_block":
        row.isBasicBlock = true;
        break;
      case "prologue_end":
        row.isPrologueEnd = true;
        break;
      case "epilogue_begin":
        row.isEpilogueBegin = true;
        break;
      case "isa":
        args.constant("isa");
        break;
      case "discriminator":
        row.discriminator = args.integer("The discriminator", 0, 0x7fffffff) ?? 0;
        break;
      case "view":
        viewLabel(assembler, args);
        break;
      default:
        assembler.report("trailing-text", option.start, option.end, { text: option.text });
        return;
    }
  }
  assembler.lines.locate(assembler, row);
}

/** `view LVU1` numbers the rows of one address; the label is 0 for the first. */
function viewLabel(assembler: Assembler, args: Arguments): void {
  if (args.take("-")) {
    args.rest();
    return;
  }
  const token = args.peek();
  if (token?.kind === "integer") {
    args.at++;
    return;
  }
  const name = args.symbolName();
  if (name !== undefined) assembler.lines.view(assembler, name.text);
}

/** `.ident "text"` goes to `.comment`. */
function ident(assembler: Assembler, args: Arguments): void {
  const text = args.string();
  if (text === undefined) return;
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
  ignored(".loc_mark_labels", "Asks for a row at each label; not used here."),
  ignored(".line", "Sets the line number; not used here."),
  ignored(".list", "Steers listings; not used here."),
  ignored(".nolist", "Steers listings; not used here."),
  ignored(".title", "Steers listings; not used here."),
  ignored(".eject", "Steers listings; not used here."),
  {
    name: ".gnu_attribute",
    operands: "tag, value",
    summary: "Notes an attribute of GNU's; not used here.",
    run: (_, args) => {
      args.constant("The tag");
      if (args.separator()) args.rest();
    },
  },
  ignored(".addrsig", "Notes for a linker; not used here."),
  ignored(".addrsig_sym", "Notes for a linker; not used here."),
];
