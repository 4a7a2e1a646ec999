/**
 * Directives about names that linkers and shared objects know: weak aliases, versions, relocations
 * at any place, offsets of structures. GNU as manual, "`.weakref`", "`.symver`", "`.reloc`",
 * "`.struct`".
 */
import { R_RISCV, SHF, SHT, STB, STT } from "../../elf/constants.ts";
import type { Arguments } from "../arguments.ts";
import type { Assembler } from "../assembler.ts";
import { suggestion } from "../diagnostics.ts";
import type { Directive } from "../directives.ts";
import { number } from "../expressions.ts";
import type { AssemblySymbol } from "../symbols.ts";

function named(assembler: Assembler, args: Arguments): AssemblySymbol | undefined {
  const token = args.symbolName();
  if (token === undefined) return undefined;
  const symbol = assembler.symbols.get(token.text);
  symbol.addReference({ source: assembler.source, start: token.start, end: token.end });
  return symbol;
}

/** `.weakref alias, target`: the alias stands for the target, which need not be there. */
function weakReference(assembler: Assembler, args: Arguments): void {
  const from = args.at;
  const alias = named(assembler, args);
  if (alias === undefined || !args.separator()) return;
  const mention = args.mention(from);
  const target = named(assembler, args);
  if (target === undefined) return;
  if (alias.isDefined) {
    assembler.reportAt("duplicate-symbol", mention, { name: alias.name });
    return;
  }
  for (let at: AssemblySymbol | undefined = target; at !== undefined; at = at.weakTarget) {
    if (at !== alias) continue;
    assembler.reportAt("circular", mention, { name: alias.name });
    return;
  }
  alias.weakTarget = target;
  alias.addDefinition(mention);
}

/** The characters of a name with a version: all up to a comma. */
function versionedName(args: Arguments, text: string): string {
  const first = args.peek();
  let name = "";
  for (let token = first; token !== undefined && token.text !== ","; token = args.peek()) {
    name += text.slice(token.start, token.end);
    args.at++;
  }
  return name;
}

/** `.symver name, name@version`: the symbol has another name in shared objects. */
function version(assembler: Assembler, args: Arguments): void {
  const symbol = named(assembler, args);
  if (symbol === undefined || !args.separator()) return;
  const from = args.at;
  const name = versionedName(args, assembler.source.text);
  const visibility = args.take(",") ? args.symbolName()?.text : undefined;
  const mention = args.mention(from);
  if (!/^[^@].*@/.test(name)) {
    assembler.reportAt("bad-version", mention, { name });
    return;
  }
  symbol.addVersion({ name, mention });
  if (visibility === "local") symbol.binding = STB.LOCAL;
  if (visibility === "hidden") symbol.isHiddenByVersion = true;
  if (visibility === "remove") symbol.isRemovedByVersion = true;
}

/** `.version "text"` goes to the section `.note`. */
function noteVersion(assembler: Assembler, args: Arguments): void {
  const text = args.string();
  if (text === undefined) return;
  const section = assembler.impliedSection(".note");
  section.type = SHT.NOTE;
  section.alignment = 4;
  const { subsection, previous } = assembler;
  assembler.subsection = section.subsection(0);
  const note = assembler.subsection;
  note.append(text.length + 1, 4);
  note.append(0, 4);
  note.append(1, 4);
  const padded = Math.ceil((text.length + 1) / 4) * 4;
  note.appendBytes(Uint8Array.from({ length: padded }, (_, at) => text.charCodeAt(at) || 0));
  assembler.subsection = subsection;
  assembler.previous = previous;
}

const generic: Readonly<Record<string, number>> = {
  BFD_RELOC_NONE: R_RISCV.NONE,
  BFD_RELOC_32: R_RISCV["32"],
  BFD_RELOC_64: R_RISCV["64"],
};

/** `.reloc offset, name, expression`: a relocation as it is written. */
function relocation(assembler: Assembler, args: Arguments): void {
  const from = args.at;
  const place = args.expression();
  if (place === undefined || !args.separator()) return;
  const mention = args.mention(from);
  const token = args.symbolName();
  if (token === undefined) return;
  const types: Readonly<Record<string, number>> = R_RISCV;
  const type = generic[token.text] ?? types[token.text.replace(/^R_RISCV_/, "")];
  const isNamed = token.text in generic || token.text.startsWith("R_RISCV_");
  if (type === undefined || !isNamed) {
    assembler.report("unknown-relocation", token.start, token.end, {
      name: token.text,
      suggestion: suggestion(
        token.text,
        Object.keys(types).map((name) => `R_RISCV_${name}`),
      ),
    });
    args.at = args.tokens.length;
    return;
  }
  const value = args.take(",") ? args.expression() : undefined;
  assembler.subsection.section.relocations.push({ place, type, value, mention });
}

/** `.struct offset`: labels have offsets as values from here on, up to another section. */
function structure(assembler: Assembler, args: Arguments): void {
  const offset = args.assumesZero() ? 0n : args.constant("The offset");
  if (offset === undefined) return;
  assembler.enterAbsolute(offset);
}

/** `.lsym name, value`: a local symbol. */
function localSymbol(assembler: Assembler, args: Arguments): void {
  const token = args.symbolName();
  if (token === undefined || !args.separator()) return;
  const value = args.constant("The value");
  const symbol = assembler.symbols.get(token.text);
  const mention = { source: assembler.source, start: token.start, end: token.end };
  if (symbol.isDefined) {
    assembler.reportAt("duplicate-symbol", mention, { name: token.text });
  } else if (value !== undefined) {
    symbol.expression = number(value);
    symbol.addDefinition(mention);
  }
}

/** `.tls_common symbol, size, alignment`: a common block of each thread. */
function threadCommon(assembler: Assembler, args: Arguments): void {
  const from = args.at;
  const symbol = named(assembler, args);
  if (symbol === undefined || !args.separator()) return;
  const size = args.integer("The size", 0, 0x7fffffff);
  const alignment = args.comma() ? args.integer("The alignment", 1, 1 << 24) : 1;
  if (size === undefined || alignment === undefined) return;
  const mention = args.mention(from);
  if (symbol.isDefined) {
    assembler.reportAt("duplicate-symbol", mention, { name: symbol.name });
    return;
  }
  symbol.common = { size: BigInt(size), alignment: BigInt(alignment) };
  symbol.binding = STB.GLOBAL;
  symbol.type = STT.TLS;
  symbol.addDefinition(mention);
}

/** `.attach_to_group name`: the section belongs to a group. */
function attach(assembler: Assembler, args: Arguments): void {
  const token = args.symbolName();
  if (token === undefined) return;
  const { section } = assembler.subsection;
  section.group = token.text;
  section.flags |= SHF.GROUP;
}

/** What would need a relocation that RISC-V does not have. */
const impossible = (name: string, operands: string): Directive => ({
  name,
  operands,
  summary: "Needs a relocation that RISC-V does not have.",
  takesAll: true,
  run: (assembler, { name: token }) =>
    assembler.report("no-such-relocation", token.start, token.end, { name }),
});

/** A directive that is read and has no effect. */
export const ignored = (name: string, operands: string, summary: string): Directive => ({
  name,
  operands,
  summary,
  takesAll: true,
  run: () => {},
});

export const nameDirectives: readonly Directive[] = [
  {
    name: ".weakref",
    operands: "alias, symbol",
    summary: "Makes an alias whose use does not need the symbol to be there.",
    run: weakReference,
  },
  {
    name: ".symver",
    operands: "symbol, name@version",
    summary: "Gives a symbol a version in shared objects.",
    run: version,
  },
  {
    name: ".version",
    operands: '"text"',
    summary: "Notes a version in the section .note.",
    run: noteVersion,
  },
  {
    name: ".reloc",
    operands: "offset, relocation, expression",
    summary: "Puts a relocation at a place.",
    run: relocation,
  },
  {
    name: ".struct",
    operands: "offset",
    summary: "Goes to offsets of a structure: labels are numbers there.",
    run: structure,
  },
  {
    name: ".offset",
    operands: "offset",
    summary: "Goes to offsets of a structure: labels are numbers there.",
    run: structure,
  },
  {
    name: ".lsym",
    operands: "symbol, expression",
    summary: "Gives a local symbol a value.",
    run: localSymbol,
  },
  {
    name: ".tls_common",
    operands: "symbol, size, alignment",
    summary: "Declares a block of each thread that all files share.",
    run: threadCommon,
  },
  {
    name: ".attach_to_group",
    operands: "name",
    summary: "Makes the section a part of a group.",
    run: attach,
  },
  impossible(".vtable_entry", "class, offset"),
  impossible(".vtable_inherit", "class, class"),
  impossible(".rva", "expression, …"),
  {
    name: ".linkonce",
    operands: "",
    summary: "Was for object files of another format.",
    takesAll: true,
    run: (assembler, { name }) => assembler.report("no-linkonce", name.start, name.end),
  },
  ignored(".func", "name, label", "Starts a function for an older kind of debug information."),
  ignored(".endfunc", "", "Ends a function for an older kind of debug information."),
  ignored(".sbttl", '"text"', "Steers listings; not used here."),
];
