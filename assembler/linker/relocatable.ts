/**
 * Several objects into one object, as by ld's `-r`: sections of one name become one, symbols move
 * along, and relocations stay what they are, with new places. Nothing is relaxed, merged or
 * resolved; sections of COMDAT groups stay apart, since the last link chooses among them.
 */
import { ET, R_RISCV, SHF, SHT, STB, STT } from "../../elf/constants.ts";
import type { ElfFile, ElfSymbol, Relocation, Section } from "../../elf/model.ts";
import { placeless } from "../../elf/object-view.ts";
import { assignSections, type Step } from "./assign.ts";
import { Layout } from "./layout.ts";
import { mergeAttributes, mergeFlags } from "./merge-attributes.ts";
import { isDebug, type OrphanHandling } from "./orphans.ts";
import { sectionOf } from "./output.ts";
import {
  type InputFile,
  InputSection,
  LinkSymbol,
  OutputSection,
  type Program,
} from "./program.ts";
import type { Script, ScriptPlace } from "./script.ts";

/** The order of sections in the object: what is not named here follows what is most like it. */
export const relocatableScript = `SECTIONS {
  ${[
    ".interp", ".note.gnu.build-id", ".init", ".plt", ".text", ".fini", ".rodata", ".rodata1",
    ".sdata2", ".sbss2", ".eh_frame_hdr", ".eh_frame", ".gcc_except_table", ".tdata", ".tbss",
    ".jcr", ".data", ".data1", ".got", ".sdata", ".sbss", ".bss", ".stab", ".stabstr", ".comment",
    ".debug_aranges", ".debug_pubnames", ".debug_info", ".debug_abbrev", ".debug_line",
    ".debug_frame", ".debug_str", ".debug_loc", ".debug_macinfo", ".debug_pubtypes",
    ".debug_ranges", ".debug_addr", ".debug_line_str", ".debug_loclists", ".debug_macro",
    ".debug_names", ".debug_rnglists", ".debug_str_offsets", ".debug_sup",
  ].map((name) => `${name} 0 : { *(${name}${name === ".text" ? " .stub .gnu.warning" : ""}) }`).join("\n  ")}
}`; // biome-ignore format: a table

/** How to join. */
export interface JoinOptions {
  readonly orphans: OrphanHandling | undefined;
  readonly pageSize: number;
  /** As for the layout. */
  readonly provided: ReadonlySet<ScriptPlace>;
  /** Whether debug information or all symbols that need not be there are left out. */
  readonly strip: "debug" | "all" | undefined;
  /** Discards what nothing reaches, once sections have their places. */
  readonly collect: (() => void) | undefined;
}

/** One object from all that was loaded. Symbols of the script must have been made. */
export function joinObjects(program: Program, script: Script, options: JoinOptions): ElfFile {
  const isApart = ({ origin }: InputSection) => origin.group !== undefined;
  const steps = assignSections(program, script, options.orphans, isApart);
  const outputs = steps.filter((step) => step instanceof OutputSection);
  options.collect?.();
  placeAll(program, script, steps, options);
  const isStripped = ({ name }: OutputSection) => options.strip !== undefined && isDebug.test(name);
  return new Join(
    program,
    outputs.filter((output) => !isStripped(output)),
  ).run();
}

/** Gives inputs and symbols of the script their places in output sections. */
function placeAll(program: Program, script: Script, steps: readonly Step[], options: JoinOptions) {
  const { pageSize, provided } = options;
  const layout = new Layout(program, script, steps, {
    pageSize,
    isRelro: false,
    isCodeWritable: false,
    provided,
    sectionStarts: new Map(),
    segmentStarts: new Map(),
    headersSize: () => 0,
  });
  layout.run();
  layout.finish();
}

class Join {
  readonly #program: Program;
  readonly #sections = new Map<OutputSection, Section>();
  readonly #sectionSymbols = new Map<OutputSection, ElfSymbol>();
  readonly #globals = new Map<LinkSymbol, ElfSymbol>();
  readonly #locals = new Map<InputFile, (ElfSymbol | undefined)[]>();
  readonly #symbols: ElfSymbol[] = [];

  constructor(program: Program, outputs: readonly OutputSection[]) {
    this.#program = program;
    for (const output of outputs) {
      const isThere = output.inputs.some(({ isDiscarded }) => !isDiscarded) || output.size > 0;
      if (isThere && !output.isRemoved) this.#addSection(output);
    }
  }

  run(): ElfFile {
    const { files, globals, bits } = this.#program;
    for (const file of files) this.#addLocals(file);
    for (const symbol of globals.values()) this.#addGlobal(symbol);
    this.#nameGroups();
    for (const [output, section] of this.#sections) {
      for (const input of output.inputs)
        if (!input.isDiscarded) this.#addRelocations(input, section);
    }
    return {
      class: bits,
      type: ET.REL,
      machine: files[0]?.object.machine ?? 0,
      flags: mergeFlags(this.#program),
      entry: 0n,
      sections: [...this.#sections.values()],
      segments: [],
      symbols: this.#symbols,
    };
  }

  #addSection(output: OutputSection): void {
    const first = output.inputs.find(({ isDiscarded }) => !isDiscarded);
    const section = sectionOf(output, contentOf(output), this.#program.bits);
    if (output.statement === undefined) section.address = 0n;
    const group = first?.origin.group;
    if (group !== undefined) {
      section.group = group;
      section.flags |= SHF.GROUP;
    }
    const merged =
      output.type === SHT.RISCV_ATTRIBUTES ? mergeAttributes(this.#program) : undefined;
    if (merged !== undefined) {
      section.data = merged.data;
      section.size = merged.size;
    }
    this.#sections.set(output, section);
    const symbol = { name: "", value: 0n, size: 0n, binding: STB.LOCAL, visibility: 0, section };
    this.#sectionSymbols.set(output, { ...symbol, type: STT.SECTION });
    this.#symbols.push(this.#sectionSymbols.get(output) as ElfSymbol);
  }

  #addLocals(file: InputFile): void {
    const { object } = file;
    const made: (ElfSymbol | undefined)[] = [undefined];
    for (let index = 1; index < Math.min(object.firstGlobal, object.symbolCount); index++) {
      const symbol = this.#localOf(file, index);
      made.push(symbol);
      if (symbol !== undefined && symbol.type !== STT.SECTION) this.#symbols.push(symbol);
    }
    this.#locals.set(file, made);
  }

  /** A local symbol of a file; undefined where it is in a section that is not there. */
  #localOf(file: InputFile, index: number): ElfSymbol | undefined {
    const { object } = file;
    const place = object.symbolSection(index);
    const type = object.symbolType(index);
    const symbol = {
      name: object.symbolName(index),
      value: object.exactValue(index),
      size: BigInt(object.symbolSize(index)),
      binding: STB.LOCAL,
      type,
      visibility: object.symbolVisibility(index),
    };
    if (place === placeless.absolute) return { ...symbol, section: "absolute" };
    if (place === placeless.undefined) return { ...symbol, section: "undefined" };
    const input = file.sectionAt[place];
    const output = input?.isDiscarded === false ? input.output : undefined;
    const section = output && this.#sections.get(output);
    if (input === undefined || output === undefined || section === undefined) return undefined;
    if (type === STT.SECTION) return this.#sectionSymbols.get(output);
    return { ...symbol, value: symbol.value + BigInt(input.offset), section };
  }

  #addGlobal(global: LinkSymbol): void {
    const { section, kind, binding } = global;
    const output = section instanceof OutputSection ? section : section?.output;
    const home = output && this.#sections.get(output);
    const offset = section instanceof InputSection ? section.offset : 0;
    const isOpen = kind === "undefined" || kind === "weak-undefined";
    if (section instanceof InputSection && section.isDiscarded) return;
    if (isOpen && !global.isReferenced && global.file === undefined) return;
    const symbol: ElfSymbol = {
      name: global.name,
      value: isOpen ? 0n : (global.exact ?? BigInt(global.value + offset)),
      size: isOpen ? 0n : BigInt(global.size),
      binding: kind === "weak-undefined" || kind === "weak" ? STB.WEAK : binding,
      type: isOpen ? STT.NOTYPE : global.type,
      visibility: global.visibility,
      section: isOpen ? "undefined" : kind === "common" ? "common" : (home ?? "absolute"),
    };
    this.#globals.set(global, symbol);
    this.#symbols.push(symbol);
  }

  /** A group is known by a symbol; one of its own is in the section that encodes the group. */
  #nameGroups(): void {
    const names = new Set(this.#symbols.map(({ name }) => name));
    for (const { group } of this.#sections.values()) {
      if (group === undefined || names.has(group)) continue;
      names.add(group);
      const place = { value: 0n, size: 0n, type: STT.NOTYPE, visibility: 0 };
      this.#symbols.push({ name: group, ...place, binding: STB.LOCAL, section: "undefined" });
    }
  }

  #addRelocations(input: InputSection, section: Section): void {
    const { file, origin } = input;
    if (file === undefined) return;
    const { object } = file;
    const isDebug = section.name.startsWith(".debug");
    for (const { words, count } of origin.relocations) {
      const step = object.relocationWords;
      for (let at = 0; at < count * step; at += step) {
        const index = object.relocationSymbol(words, at);
        const symbol = this.#symbolAt(file, index);
        const offset = BigInt(object.relocationOffset(words, at) + input.offset);
        const isGone = index !== 0 && symbol === undefined;
        // Debug information of what another copy of a group stands for says nothing.
        if (isGone && isDebug) continue;
        const addend = BigInt(object.relocationAddend(words, at) + this.#shiftOf(file, index));
        const type = object.relocationType(words, at);
        const relocation: Relocation = { offset, type, symbol, addend };
        const none = { offset, type: R_RISCV.NONE, symbol: undefined, addend: 0n };
        section.relocations.push(isGone ? none : relocation);
      }
    }
  }

  #symbolAt(file: InputFile, index: number): ElfSymbol | undefined {
    const { object } = file;
    if (index < object.firstGlobal) return this.#locals.get(file)?.[index];
    const global = file.known(index);
    return global instanceof LinkSymbol ? this.#globals.get(global) : undefined;
  }

  /** How far a section's own symbol has moved, which relocations take up in their addends. */
  #shiftOf({ object, sectionAt }: InputFile, index: number): number {
    if (index === 0 || index >= object.firstGlobal) return 0;
    if (object.symbolType(index) !== STT.SECTION) return 0;
    return sectionAt[object.symbolSection(index)]?.offset ?? 0;
  }
}

/** The bytes of inputs, one behind the other, and what the script puts between them. */
function contentOf(output: OutputSection): Uint8Array {
  if (output.type === SHT.NOBITS) return new Uint8Array(0);
  const data = new Uint8Array(output.size);
  for (const { isDiscarded, type, offset, data: bytes } of output.inputs) {
    if (!isDiscarded && type !== SHT.NOBITS) data.set(bytes, offset);
  }
  for (const { offset, data: bytes } of output.written) data.set(bytes, offset);
  return data;
}
