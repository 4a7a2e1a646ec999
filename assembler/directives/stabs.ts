/**
 * Debug information in the old format "stabs", as GNU as writes it: entries of 12 bytes in `.stab`
 * (offset of a string, type, other, description, value) and strings in `.stabstr`. The first entry
 * names the file and tells how many entries and how many bytes of strings follow.
 */
import { SHT } from "../../elf/constants.ts";
import type { Arguments } from "../arguments.ts";
import type { Assembler } from "../assembler.ts";
import type { Directive } from "../directives.ts";
import { difference, type Expression, number, symbolValue } from "../expressions.ts";
import type { Subsection } from "../sections.ts";
import type { AssemblySymbol, Mention } from "../symbols.ts";

const entrySize = 12;

interface Table {
  readonly entries: Subsection;
  readonly strings: Subsection;
  /** Where both end so far. */
  readonly entriesEnd: AssemblySymbol;
  readonly stringsEnd: AssemblySymbol;
  /** Bytes of strings so far. */
  length: number;
}

/** By the names of their sections. */
const tables = new WeakMap<Assembler, Map<string, Table>>();

const binary = (operator: string, left: Expression, right: Expression): Expression => ({
  op: "binary",
  operator,
  left,
  right,
});

function append(entries: Subsection, value: Expression, size: number, mention: Mention): void {
  const { current: fragment, section } = entries;
  const offset = fragment.length;
  section.fixups.push({ fragment, offset, size, value, type: undefined, relax: false, mention });
  entries.appendZeros(size);
}

/** The offset of a string, which is added. */
function stringOffset(table: Table, text: string): number {
  if (text === "") return 0;
  const offset = table.length;
  const bytes = Uint8Array.from(`${text}\0`, (character) => character.charCodeAt(0));
  table.strings.appendBytes(bytes);
  table.length += bytes.length;
  return offset;
}

/** The two sections of a file, begun when the first entry comes. */
function tableOf(assembler: Assembler, mention: Mention, name: string): Table {
  const all = tables.get(assembler) ?? new Map<string, Table>();
  tables.set(assembler, all);
  const known = all.get(name);
  if (known !== undefined) return known;
  const { symbols, source } = assembler;
  const section = assembler.impliedSection(name);
  // GNU as completes what is of those that tools know.
  const isStandard = name.startsWith(".stab");
  if (isStandard) section.entrySize = BigInt(entrySize);
  section.alignment = 4;
  section.linkedTo = `${name}str`;
  const entries = section.subsection(0);
  const stringSection = assembler.impliedSection(`${name}str`);
  if (isStandard) stringSection.type = SHT.STRTAB;
  const strings = stringSection.subsection(0);
  const [start, entriesEnd] = [0, 0].map(() => symbols.place(entries.current, 0));
  const [first, stringsEnd] = [0, 0].map(() => symbols.place(strings.current, 0));
  if (start === undefined || entriesEnd === undefined) throw new Error("no entries");
  if (first === undefined || stringsEnd === undefined) throw new Error("no strings");
  const table: Table = { entries, strings, entriesEnd, stringsEnd, length: 1 };
  all.set(name, table);
  strings.appendZeros(1);
  entries.append(stringOffset(table, source.file), 4);
  entries.append(0, 2);
  const size = difference(entriesEnd, start);
  const count = binary("-", binary("/", size, number(BigInt(entrySize))), number(1n));
  append(entries, isStandard ? count : number(0n), 2, mention);
  append(entries, isStandard ? difference(stringsEnd, first) : number(0n), 4, mention);
  return table;
}

/** `.stabs "text", type, other, description, value`; without the text or the value by kind. */
function stab(assembler: Assembler, args: Arguments, kind: "s" | "n" | "d", name = ".stab"): void {
  const text = kind === "s" ? args.string() : "";
  if (text === undefined || (kind === "s" && !args.separator())) return;
  const from = args.at;
  const type = args.integer("The type", 0, 255);
  if (type === undefined || !args.separator()) return;
  const other = args.integer("The second number", -128, 255);
  if (other === undefined || !args.separator()) return;
  const description = args.integer("The description", -32768, 65535);
  if (description === undefined || (kind !== "d" && !args.separator())) return;
  const value = kind === "d" ? symbolValue(assembler.here()) : args.expression();
  if (value === undefined) return;
  const mention = args.mention(from);
  const table = tableOf(assembler, mention, name);
  const { entries, strings, entriesEnd, stringsEnd } = table;
  entries.append(stringOffset(table, text), 4);
  entries.append(type, 1);
  entries.append(other & 0xff, 1);
  entries.append(description & 0xffff, 2);
  append(entries, value, 4, mention);
  entriesEnd.fragment = entries.current;
  entriesEnd.offset = entries.current.length;
  stringsEnd.fragment = strings.current;
  stringsEnd.offset = strings.current.length;
}

const stabDirective = (kind: "s" | "n" | "d", operands: string): Directive => ({
  name: `.stab${kind}`,
  operands,
  summary: "Puts an entry of debug information in the format stabs.",
  run: (assembler, args) => stab(assembler, args, kind),
});

export const stabDirectives: readonly Directive[] = [
  stabDirective("s", '"text", type, other, description, value'),
  {
    name: ".xstabs",
    operands: '"section", "text", type, other, description, value',
    summary: "Puts an entry of debug information in the format stabs into a section.",
    run(assembler, args) {
      const name = args.string();
      if (name !== undefined && args.separator()) stab(assembler, args, "s", name);
    },
  },
  stabDirective("n", "type, other, description, value"),
  stabDirective("d", "type, other, description"),
];
