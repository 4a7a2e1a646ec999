/** Directives that steer the assembler: conditions, macros, repetitions, inclusion, messages. */
import type { Arguments } from "../arguments.ts";
import type { Assembler } from "../assembler.ts";
import { suggestion } from "../diagnostics.ts";
import type { Directive } from "../directives.ts";
import { defineMacro, repeat, repeatFor } from "../macros.ts";
import { SourceText } from "../source.ts";
import { readNear } from "./data.ts";

const compare = (name: string, summary: string, holds: (value: bigint) => boolean): Directive => ({
  name,
  operands: "expression",
  summary,
  run(assembler, args) {
    const value = args.constant("The condition");
    assembler.openCondition(args.name, value !== undefined && holds(value));
  },
});

const condition = (
  name: string,
  operands: string,
  summary: string,
  holds: (assembler: Assembler, args: Arguments) => boolean,
): Directive => ({
  name,
  operands,
  summary,
  run: (assembler, args) => assembler.openCondition(args.name, holds(assembler, args)),
});

function isDefined(assembler: Assembler, args: Arguments): boolean {
  const token = args.symbolName();
  const symbol = token && assembler.symbols.find(token.text);
  if (token !== undefined && symbol !== undefined) {
    symbol.addReference({ source: assembler.source, start: token.start, end: token.end });
  }
  return symbol?.isDefined === true || symbol?.common !== undefined;
}

/** `.ifc a, b` compares texts; quotes in single form group. */
function sameText(_assembler: Assembler, args: Arguments): boolean {
  const text = args.rest();
  const quoted = /^\s*'([^']*)'\s*,\s*'([^']*)'\s*$/.exec(text);
  if (quoted !== null) return quoted[1] === quoted[2];
  const comma = text.indexOf(",");
  if (comma < 0) return text.trim() === "";
  return text.slice(0, comma).trim() === text.slice(comma + 1).trim();
}

function sameStrings(_assembler: Assembler, args: Arguments): boolean {
  const left = args.string();
  if (left === undefined || !args.separator()) return false;
  return left === args.string();
}

const branch = (name: string, operands: string, summary: string): Directive => ({
  name,
  operands,
  summary,
  run: (assembler, args) => assembler.condition(name, args),
});

/** `.include "file"`. */
function include(assembler: Assembler, args: Arguments): void {
  const token = args.peek();
  const path = args.string();
  if (path === undefined || token === undefined) return;
  args.end();
  const mention = { source: assembler.source, start: token.start, end: token.end };
  const { content, found } = readNear(assembler, path);
  assembler.unit.inclusions.push({
    mention,
    path,
    isBinary: false,
    ...(found === undefined ? {} : { found }),
  });
  if (content === undefined || found === undefined) {
    assembler.reportAt("file-not-found", mention, { name: path });
    return;
  }
  const text = typeof content === "string" ? content : new TextDecoder().decode(content);
  const origin = assembler.origin("inclusion");
  const source = new SourceText(found, text, undefined, [], origin);
  if (assembler.insert(source, false)) assembler.unit.files.push(source);
}

/** The text of a message: a string, or all that stands there. */
function say(code: string, fallback: string) {
  return (assembler: Assembler, args: Arguments): void => {
    const { name } = args;
    if (code === "user-message" && args.peek()?.kind !== "string") {
      args.string();
      args.rest();
      return;
    }
    const isText = assembler.dialect.name === "gnu" && !args.isAtEnd;
    const text = isText || args.peek()?.kind === "string" ? args.string() : args.rest();
    if (text === undefined) args.rest();
    assembler.report(code, name.start, name.end, { text: text || fallback });
  };
}

function purge(assembler: Assembler, args: Arguments): void {
  do {
    const name = args.symbolName();
    if (name === undefined) return;
    if (assembler.macros.delete(name.text.toLowerCase())) continue;
    assembler.report("unknown-macro", name.start, name.end, {
      name: name.text,
      suggestion: suggestion(name.text, assembler.macros.keys()),
    });
  } while (args.comma());
}

function exitMacro(assembler: Assembler, { name }: Arguments): void {
  if (assembler.exitMacro()) return;
  assembler.report("end-without-start", name.start, name.end, { name: name.text });
}

/** `.fail number`: an error, or from 500 on a warning. */
function fail(assembler: Assembler, args: Arguments): void {
  const value = args.isAtEnd ? 0n : (args.constant("The number") ?? 0n);
  const code = value >= 500n ? "fail-warned" : "fail-encountered";
  assembler.report(code, args.name.start, args.name.end, { value: String(value) });
}

const misplaced = (name: string, summary: string): Directive => ({
  name,
  operands: "",
  summary,
  run: (assembler, args) =>
    assembler.report("end-without-start", args.name.start, args.name.end, { name: args.name.text }),
});

export const controlDirectives: readonly Directive[] = [
  compare(".if", "Assembles what follows when a value is not 0.", (value) => value !== 0n),
  compare(".ifne", "Assembles what follows when a value is not 0.", (value) => value !== 0n),
  compare(".ifeq", "Assembles what follows when a value is 0.", (value) => value === 0n),
  compare(".ifgt", "Assembles what follows when a value is positive.", (value) => value > 0n),
  compare(".ifge", "Assembles what follows when a value is 0 or positive.", (value) => value >= 0n),
  compare(".iflt", "Assembles what follows when a value is negative.", (value) => value < 0n),
  compare(".ifle", "Assembles what follows when a value is 0 or negative.", (value) => value <= 0n),
  condition(".ifdef", "symbol", "Assembles what follows when a symbol is defined.", isDefined),
  condition(
    ".ifndef",
    "symbol",
    "Assembles what follows when a symbol is not defined.",
    (assembler, args) => !isDefined(assembler, args),
  ),
  condition(
    ".ifnotdef",
    "symbol",
    "Assembles what follows when a symbol is not defined.",
    (assembler, args) => !isDefined(assembler, args),
  ),
  condition(
    ".ifb",
    "text",
    "Assembles what follows when nothing stands there.",
    (_, args) => args.rest() === "",
  ),
  condition(
    ".ifnb",
    "text",
    "Assembles what follows when something stands there.",
    (_, args) => args.rest() !== "",
  ),
  condition(".ifc", "text, text", "Assembles what follows when two texts are equal.", sameText),
  condition(
    ".ifnc",
    "text, text",
    "Assembles what follows when two texts differ.",
    (assembler, args) => !sameText(assembler, args),
  ),
  condition(
    ".ifeqs",
    '"text", "text"',
    "Assembles what follows when two strings are equal.",
    sameStrings,
  ),
  condition(
    ".ifnes",
    '"text", "text"',
    "Assembles what follows when two strings differ.",
    (assembler, args) => !sameStrings(assembler, args),
  ),
  branch(
    ".elseif",
    "expression",
    "Assembles what follows when no branch before was and this holds.",
  ),
  branch(".else", "", "Assembles what follows when no branch before was."),
  branch(".endif", "", "Ends a condition."),
  branch(".elsec", "", "Assembles what follows when no branch before was."),
  branch(".endc", "", "Ends a condition."),
  {
    name: ".macro",
    operands: "name parameter, …",
    summary: "Defines a macro, up to .endm.",
    run: defineMacro,
  },
  {
    name: ".exitm",
    operands: "",
    summary: "Leaves a macro early.",
    run: exitMacro,
  },
  {
    name: ".mexit",
    operands: "",
    summary: "Leaves a macro early.",
    run: exitMacro,
  },
  { name: ".purgem", operands: "name, …", summary: "Forgets macros.", run: purge },
  {
    name: ".altmacro",
    operands: "",
    summary: "Switches on LOCAL, % and <> in macros.",
    run: (assembler) => {
      assembler.usesAlternateMacros = true;
    },
  },
  {
    name: ".noaltmacro",
    operands: "",
    summary: "Switches off what .altmacro switched on.",
    run: (assembler) => {
      assembler.usesAlternateMacros = false;
    },
  },
  misplaced(".endm", "Ends a macro."),
  misplaced(".endr", "Ends a repetition."),
  { name: ".rept", operands: "count", summary: "Repeats what follows, up to .endr.", run: repeat },
  { name: ".rep", operands: "count", summary: "Repeats what follows, up to .endr.", run: repeat },
  {
    name: ".irp",
    operands: "name, value, …",
    summary: "Repeats what follows for each value, up to .endr.",
    run: (assembler, args) => repeatFor(assembler, args, false),
  },
  {
    name: ".irpc",
    operands: "name, characters",
    summary: "Repeats what follows for each character, up to .endr.",
    run: (assembler, args) => repeatFor(assembler, args, true),
  },
  {
    name: ".irep",
    operands: "name, value, …",
    summary: "Repeats what follows for each value, up to .endr.",
    run: (assembler, args) => repeatFor(assembler, args, false),
  },
  {
    name: ".irepc",
    operands: "name, characters",
    summary: "Repeats what follows for each character, up to .endr.",
    run: (assembler, args) => repeatFor(assembler, args, true),
  },
  {
    name: ".mri",
    operands: "number",
    summary: "Switches to the language of MRI, which is not read here.",
    run(assembler, args) {
      const value = args.isAtEnd ? 0n : args.constant("The number");
      if (value) assembler.report("no-mri", args.name.start, args.name.end);
    },
  },
  {
    name: ".abort",
    operands: "",
    summary: "Stops the assembler with an error.",
    run: (assembler, args) => {
      args.rest();
      assembler.report("given-up", args.name.start, args.name.end);
      assembler.finish();
    },
  },
  { name: ".fail", operands: "number", summary: "Gives an error or a warning.", run: fail },
  { name: ".include", operands: '"file"', summary: "Reads another file here.", run: include },
  {
    name: ".end",
    operands: "",
    summary: "Ends the source; what follows is not read.",
    run: (assembler, args) => {
      args.rest();
      assembler.finish();
    },
  },
  {
    name: ".print",
    operands: '"text"',
    summary: "Prints a message.",
    run: say("user-message", ""),
  },
  {
    name: ".warning",
    operands: '"text"',
    summary: "Gives a warning.",
    run: say("user-warning", ".warning directive invoked in source file"),
  },
  {
    name: ".error",
    operands: '"text"',
    summary: "Gives an error.",
    run: say("user-error", ".error directive invoked in source file"),
  },
  {
    name: ".err",
    operands: "",
    summary: "Gives an error.",
    run: say("user-error", ".err encountered"),
  },
];
