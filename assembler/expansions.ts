/**
 * What GNU as does not say of macros, and a debugger needs to step into them: which instructions a
 * call or a repetition became, and from which lines of its body. It is written as a unit of its own
 * behind the one that GNU as writes: a partial unit, which debuggers leave alone that do not look
 * for it, with an inlined subroutine for each expansion and a line table of the bodies. In that
 * table line 0 stands for code that no expansion made. DWARF 5, sections 3.1.1 and 3.3.8.
 */
import { DW_AT, DW_FORM, DW_LANG, DW_TAG } from "../elf/dwarf/constants.ts";
import type { Assembler } from "./assembler.ts";
import { DebugWriter, endOf } from "./debug-writer.ts";
import { LineFiles } from "./line-files.ts";
import { type NumberedRow, writeLineTable } from "./line-table.ts";
import type { SectionBuilder, Subsection } from "./sections.ts";
import type { Origin, SourceText } from "./source.ts";
import type { AssemblySymbol } from "./symbols.ts";

/** The first instruction of a line of an expansion; without a text, of what no expansion made. */
interface Entry {
  readonly at: AssemblySymbol;
  readonly text: SourceText | undefined;
  readonly file: string;
  readonly line: number;
}

/** Programs with more entries have no information about expansions. */
const entryLimit = 200_000;

/** The version of the unit and of its line table. */
const version = 3;

/** Collects the lines of expansions while a source is read, and writes them at its end. */
export class Expansions {
  readonly #entries = new Map<Subsection, Entry[]>();
  #count = 0;

  /** Notes an instruction at an offset of the text that is read. */
  note(assembler: Assembler, text: SourceText, offset: number): void {
    const { subsection } = assembler;
    let list = this.#entries.get(subsection);
    const last = list?.at(-1);
    if (text.origin === undefined) {
      if (last?.text === undefined) return;
      list?.push({ at: assembler.here(), text: undefined, file: "", line: 0 });
      return;
    }
    const { file, line } = text.bodyLineOf(offset);
    if (last?.text === text && last.line === line && last.file === file) return;
    if (++this.#count > entryLimit) return;
    if (list === undefined) {
      list = [];
      this.#entries.set(subsection, list);
    }
    list.push({ at: assembler.here(), text, file, line });
  }

  /** Writes the unit; before the layout. */
  finish(assembler: Assembler, directory: string): void {
    if (this.#count === 0 || this.#count > entryLimit) return;
    const sections = new Map<SectionBuilder, Entry[]>();
    for (const [{ section }, list] of [...this.#entries].sort(([a], [b]) => a.number - b.number)) {
      if (section.isCode) sections.set(section, [...(sections.get(section) ?? []), ...list]);
    }
    const files = new LineFiles();
    const rows = new Map<SectionBuilder, NumberedRow[]>();
    for (const [section, list] of sections) {
      rows.set(
        section,
        list.map((entry) => rowOf(entry, files)),
      );
    }
    const info = new DebugWriter(assembler, ".debug_info");
    const abbreviations = new DebugWriter(assembler, ".debug_abbrev");
    const tables = { table: new DebugWriter(assembler, ".debug_line").label(), abbreviations };
    const writer = new ExpansionWriter(info, DebugWriter.strings(assembler, ".debug_str"), files);
    const places = [...sections].map(([section, list]) => ({
      list,
      end: endOf(assembler, section),
    }));
    writer.writeUnit(tables, directory, places);
    // The calls have named their files by now.
    writeLineTable(assembler, { files, rows, version, directory });
  }
}

function rowOf({ at, text, file, line }: Entry, files: LineFiles): NumberedRow {
  return {
    at,
    file: text === undefined ? 1 : files.numberOf(file),
    line,
    column: 0,
    isa: 0,
    isStatement: true,
    isBasicBlock: false,
    isPrologueEnd: false,
    isEpilogueBegin: false,
    discriminator: 0,
    view: undefined,
  };
}

/** The expansions around an instruction, the outermost first. */
function originsOf(text: SourceText | undefined): SourceText[] {
  const chain: SourceText[] = [];
  for (let at = text; at?.origin !== undefined; at = at.origin.source) chain.unshift(at);
  return chain;
}

/** The macro's name, or the directive that repeats. */
function nameOf({ source, start, title, isCall }: Origin): string {
  if (isCall === true) return title.slice(title.lastIndexOf(" ") + 1);
  return /\.\w+/.exec(source.text.slice(start, start + 200))?.[0] ?? title;
}

const unitCode = 1;
const expansionCode = 2;

class ExpansionWriter {
  readonly #info: DebugWriter;
  readonly #strings: DebugWriter;
  readonly #files: LineFiles;
  readonly #names = new Map<string, AssemblySymbol>();

  constructor(info: DebugWriter, strings: DebugWriter, files: LineFiles) {
    this.#info = info;
    this.#strings = strings;
    this.#files = files;
  }

  #name(text: string): AssemblySymbol {
    let label = this.#names.get(text);
    if (label === undefined) {
      label = this.#strings.labelled(text);
      this.#names.set(text, label);
    }
    return label;
  }

  writeUnit(
    { table, abbreviations }: { table: AssemblySymbol; abbreviations: DebugWriter },
    directory: string,
    places: readonly { list: readonly Entry[]; end: AssemblySymbol }[],
  ): void {
    const info = this.#info;
    const start = abbreviations.label();
    abbreviations.uleb(unitCode).uleb(DW_TAG.partial_unit).byte(1);
    abbreviations.uleb(DW_AT.stmt_list).uleb(DW_FORM.data4);
    abbreviations.uleb(DW_AT.comp_dir).uleb(DW_FORM.strp);
    abbreviations.uleb(DW_AT.language).uleb(DW_FORM.data2).bytes([0, 0]);
    abbreviations.uleb(expansionCode).uleb(DW_TAG.inlined_subroutine).byte(1);
    abbreviations.uleb(DW_AT.name).uleb(DW_FORM.strp);
    abbreviations.uleb(DW_AT.call_file).uleb(DW_FORM.udata);
    abbreviations.uleb(DW_AT.call_line).uleb(DW_FORM.udata);
    abbreviations.uleb(DW_AT.low_pc).uleb(DW_FORM.addr);
    abbreviations.uleb(DW_AT.high_pc).uleb(DW_FORM.addr).bytes([0, 0, 0]);
    const end = info.length();
    info.number(version, 2).offset(start).byte(info.word);
    info.uleb(unitCode).offset(table).offset(this.#name(directory));
    info.number(DW_LANG.Mips_Assembler, 2);
    for (const { list, end: last } of places) {
      const items = list.map((entry) => ({ at: entry.at, chain: originsOf(entry.text) }));
      this.#writeLevel(items, 0, items.length, 0, last);
    }
    info.byte(0);
    end();
  }

  /** The expansions at a depth, of items `from` to `to`. */
  #writeLevel(
    items: readonly { at: AssemblySymbol; chain: readonly SourceText[] }[],
    from: number,
    to: number,
    depth: number,
    last: AssemblySymbol,
  ): void {
    const info = this.#info;
    for (let index = from; index < to; ) {
      const text = items[index]?.chain[depth];
      let next = index + 1;
      while (next < to && items[next]?.chain[depth] === text) next++;
      const { origin } = text ?? {};
      const first = items[index];
      if (origin !== undefined && first !== undefined) {
        const call = origin.source.bodyLineOf(origin.start);
        info.uleb(expansionCode).offset(this.#name(nameOf(origin)));
        info.uleb(this.#files.numberOf(call.file)).uleb(call.line);
        info.address(first.at).address(items[next]?.at ?? last);
        this.#writeLevel(items, index, next, depth + 1, last);
        info.byte(0);
      }
      index = next;
    }
  }
}
