/**
 * The static linker: relocatable objects in, an executable out. Sections of one name are joined,
 * symbols resolved, code relaxed, addresses chosen for the environment, relocations applied.
 * Reading order: this file, `linker/input.ts`, `place.ts`, `relax.ts`, `relocate.ts`, `tables.ts`.
 */
import { attributesOf, attributesSection } from "../elf/attributes.ts";
import { EF_RISCV, EM, ET, SHF, SHT, STB, STT } from "../elf/constants.ts";
import { segmentsOf } from "../elf/layout.ts";
import type { ElfFile, ElfSymbol, Section } from "../elf/model.ts";
import type { Diagnostic } from "./diagnostics.ts";
import {
  addressOf,
  type Definition,
  linkError,
  meaningOf,
  moved,
  type OutputSection,
  type Program,
  reportUndefined,
  resolve,
} from "./linker/input.ts";
import { gather, type LayoutName, layouts, type MemoryLayout, place } from "./linker/place.ts";
import { Relaxation } from "./linker/relax.ts";
import { relocated } from "./linker/relocate.ts";
import { mentions, OffsetTable, placeCommons, provideSymbols } from "./linker/tables.ts";
import { startCode } from "./start.ts";

/** How to link. */
export interface LinkOptions {
  /** The symbol to start at: by default `_start`, else `main`, else the first instruction. */
  entry?: string;
  textAddress?: bigint;
  dataAddress?: bigint;
  /** The environment whose memory map to use, "linux" by default. */
  layout?: LayoutName;
  /** Whether to start at the code's first instruction even where there is a global `main`. */
  startsAtText?: boolean;
  /** Whether to relax, true by default. */
  relax?: boolean;
}

/** An executable, or as much of it as could be made, and what is wrong. */
export interface LinkResult {
  file: ElfFile;
  diagnostics: Diagnostic[];
}

/** Links objects. Never throws: what cannot be linked is reported. */
export function link(
  inputs: readonly { name: string; object: ElfFile }[],
  options: LinkOptions = {},
): LinkResult {
  const diagnostics: Diagnostic[] = [];
  const name = inputs[0]?.name ?? "program";
  try {
    return linkAll(inputs, options, diagnostics);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    diagnostics.push(linkError("internal", name, { reason }));
    return { file: emptyFile(inputs[0]?.object.class ?? 64), diagnostics };
  }
}

function emptyFile(bits: 32 | 64): ElfFile {
  return {
    class: bits,
    type: ET.EXEC,
    machine: EM.RISCV,
    flags: 0,
    entry: 0n,
    sections: [],
    segments: [],
    symbols: [],
  };
}

function linkAll(
  inputs: readonly { name: string; object: ElfFile }[],
  options: LinkOptions,
  diagnostics: Diagnostic[],
): LinkResult {
  const bits = inputs[0]?.object.class ?? 64;
  const layout = layoutOf(options);
  const start =
    options.entry === undefined && (options.layout ?? "linux") === "linux"
      ? startObject(inputs)
      : undefined;
  const objects = start === undefined ? inputs : [...inputs, { name: "start", object: start }];
  if (!agree(inputs, diagnostics)) return { file: emptyFile(bits), diagnostics };
  const program = resolve(objects, diagnostics);
  if (start !== undefined) promoteMain(program);
  placeCommons(program);
  // Filled below: the offset table is a section too, and wants to know all symbols first.
  const outputs: OutputSection[] = [];
  const pointer = () => layout.globalPointer ?? smallData(outputs);
  provideSymbols(program, outputs, pointer);
  const table = new OffsetTable(program);
  outputs.push(...gather(program.sections, layout));
  reportUndefined(program, diagnostics);
  place(outputs, layout);
  const relaxation = relax(program, outputs, layout, pointer, options);
  const overlap = overlapOf(outputs);
  if (overlap !== undefined)
    diagnostics.push(linkError("layout-overlap", inputs[0]?.name ?? "", { what: overlap }));
  const threadStart = outputs.find(({ flags }) => (flags & SHF.TLS) !== 0n)?.address ?? 0n;
  table.fill(addressOf, threadStart);
  const context = {
    program,
    relaxation,
    diagnostics,
    globalPointer: pointer(),
    threadStart,
    offsetEntry: (
      definition: Definition | undefined,
      relocation: Parameters<OffsetTable["addressOf"]>[1],
    ) => table.addressOf(definition, relocation),
  };
  const sections = new Map<OutputSection, Section>();
  for (const output of outputs) {
    const data = new Uint8Array(output.type === SHT.NOBITS ? 0 : Number(output.size));
    for (const input of output.inputs) {
      if (input.section.type === SHT.NOBITS) continue;
      data.set(relocated(context, input), Number(input.offset));
    }
    sections.set(output, sectionOf(output, data));
  }
  const file: ElfFile = {
    class: bits,
    type: ET.EXEC,
    machine: EM.RISCV,
    flags: objects.reduce(
      (flags, { object }) => flags | (object.flags & EF_RISCV.RVC),
      inputs[0]?.object.flags ?? 0,
    ),
    entry: entryOf(program, outputs, options, diagnostics),
    sections: [...sections.values()],
    segments: [],
    symbols: symbolsOf(program, sections),
  };
  const attributes = mergedAttributes(inputs);
  if (attributes !== undefined) file.sections.push(attributes);
  if (overlap === undefined) file.segments = segmentsOf(file.sections, bits, layout.pageSize);
  return { file, diagnostics };
}

function layoutOf({ layout = "linux", textAddress, dataAddress }: LinkOptions): MemoryLayout {
  const base = layouts[layout];
  return {
    ...base,
    textAddress: textAddress ?? base.textAddress,
    dataAddress: dataAddress ?? base.dataAddress,
  };
}

/** Start code for a Linux program that has `main` but no `_start`. */
function startObject(inputs: readonly { object: ElfFile }[]): ElfFile | undefined {
  const has = (name: string) =>
    inputs.some(({ object }) =>
      object.symbols.some((symbol) => symbol.name === name && typeof symbol.section === "object"),
    );
  const first = inputs[0]?.object;
  if (first === undefined || has("_start") || !has("main")) return undefined;
  return startCode(first);
}

/** A `main` without `.globl` is meant all the same when there is no other. */
function promoteMain(program: Program): void {
  if (program.globals.has("main")) return;
  for (const { object } of program.objects) {
    const main = object.symbols.find(
      ({ name, section }) => name === "main" && typeof section === "object",
    );
    const definition = main && program.definitions.get(main);
    if (definition === undefined) continue;
    program.globals.set("main", definition);
    return;
  }
}

/** Whether all inputs are for the same machine. */
function agree(
  inputs: readonly { name: string; object: ElfFile }[],
  diagnostics: Diagnostic[],
): boolean {
  const first = inputs[0];
  if (first === undefined) return true;
  let agrees = true;
  for (const { name, object } of inputs) {
    if (object.class !== first.object.class) {
      diagnostics.push(
        linkError("mixed-classes", name, {
          name,
          bits: String(object.class),
          first: String(first.object.class),
        }),
      );
      agrees = false;
    } else if (((object.flags ^ first.object.flags) & EF_RISCV.FLOAT_ABI) !== 0) {
      diagnostics.push(linkError("mixed-float", name, { name, first: first.name }));
    }
  }
  return agrees;
}

/** Where gp points in a program for Linux: so that most of the small data is in reach. */
function smallData(outputs: readonly OutputSection[]): bigint {
  const data =
    outputs.find(({ name }) => name === ".sdata") ??
    outputs.find(({ name }) => name === ".data") ??
    outputs.find(({ name }) => name === ".sbss" || name === ".bss");
  return (data?.address ?? 0n) + 0x800n;
}

function relax(
  program: Program,
  outputs: readonly OutputSection[],
  layout: MemoryLayout,
  pointer: () => bigint,
  options: LinkOptions,
): Relaxation {
  // gp may be relied on where the program loads it itself.
  const usesPointer = mentions(program, "__global_pointer$");
  const relaxation = new Relaxation({
    program,
    hasCompressed: program.objects.every(({ object }) => (object.flags & EF_RISCV.RVC) !== 0),
    globalPointer: () => (usesPointer ? pointer() : undefined),
  });
  for (let pass = 0; pass < 40; pass++) {
    const hasChanged = relaxation.pass(options.relax !== false);
    place(outputs, layout);
    if (!hasChanged) break;
  }
  return relaxation;
}

/** Two loaded sections at one address, as a clause. */
function overlapOf(outputs: readonly OutputSection[]): string | undefined {
  const loaded = outputs
    .filter(
      ({ flags, size, type }) =>
        (flags & SHF.ALLOC) !== 0n &&
        size > 0n &&
        !((flags & SHF.TLS) !== 0n && type === SHT.NOBITS),
    )
    .sort((a, b) => (a.address < b.address ? -1 : 1));
  for (const [index, section] of loaded.entries()) {
    const next = loaded[index + 1];
    if (next !== undefined && section.address + section.size > next.address) {
      return `${section.name} and ${next.name} overlap at 0x${next.address.toString(16)}`;
    }
  }
  return undefined;
}

function sectionOf(output: OutputSection, data: Uint8Array): Section {
  const { name, type, flags, address, size, alignment, entrySize } = output;
  return {
    name,
    type,
    flags,
    address,
    size,
    data,
    alignment,
    entrySize,
    link: 0,
    info: 0,
    relocations: [],
  };
}

function entryOf(
  program: Program,
  outputs: readonly OutputSection[],
  { entry, layout = "linux", startsAtText = false }: LinkOptions,
  diagnostics: Diagnostic[],
): bigint {
  if (entry !== undefined) {
    const definition = program.globals.get(entry) ?? localNamed(program, entry);
    if (definition !== undefined) return addressOf(definition);
    diagnostics.push(linkError("no-entry", program.objects[0]?.name ?? "", { name: entry }));
  }
  const start =
    program.globals.get("_start") ??
    localNamed(program, "_start") ??
    (layout === "linux" || startsAtText ? undefined : program.globals.get("main"));
  if (start !== undefined && start.section !== undefined) return addressOf(start);
  const code =
    outputs.find(
      ({ flags, size, name }) => (flags & SHF.EXECINSTR) !== 0n && size > 0n && name === ".text",
    ) ?? outputs.find(({ flags, size }) => (flags & SHF.EXECINSTR) !== 0n && size > 0n);
  if (code === undefined) {
    diagnostics.push(linkError("no-code", program.objects[0]?.name ?? "", {}));
    return 0n;
  }
  return code.address;
}

function localNamed(program: Program, wanted: string): Definition | undefined {
  for (const [symbol, definition] of program.definitions) {
    if (symbol.name === wanted && definition.section !== undefined) return definition;
  }
  return undefined;
}

/** The symbols of the executable, with addresses. */
function symbolsOf(program: Program, sections: ReadonlyMap<OutputSection, Section>): ElfSymbol[] {
  const symbols: ElfSymbol[] = [];
  const place = (definition: Definition): ElfSymbol => {
    const { symbol, section, value } = definition;
    const output = section?.output && sections.get(section.output);
    let { size } = symbol;
    if (section !== undefined && size > 0n && symbol.section !== "common") {
      const from = moved(section, Number(value));
      size = BigInt(moved(section, Number(value + size)) - from);
    }
    const { name, binding, type, visibility } = symbol;
    const kind = type === STT.COMMON ? STT.OBJECT : type;
    return {
      name,
      binding,
      visibility,
      type: kind,
      size,
      value: addressOf(definition),
      section: output ?? "absolute",
    };
  };
  const seen = new Set<Definition>();
  for (const { object } of program.objects) {
    for (const symbol of object.symbols) {
      if (
        symbol.type === STT.SECTION ||
        (symbol.name.startsWith(".L") && symbol.binding === STB.LOCAL)
      )
        continue;
      const definition =
        symbol.binding === STB.LOCAL ? program.definitions.get(symbol) : meaningOf(program, symbol);
      if (definition === undefined || seen.has(definition)) continue;
      seen.add(definition);
      symbols.push(place(definition));
    }
  }
  for (const definition of program.globals.values()) {
    if (seen.has(definition)) continue;
    seen.add(definition);
    symbols.push(place(definition));
  }
  return symbols;
}

/** The attributes of the executable: those of the first input, which the others must fit. */
function mergedAttributes(inputs: readonly { object: ElfFile }[]): Section | undefined {
  for (const { object } of inputs) {
    const attributes = attributesOf(object);
    if (attributes.arch !== undefined) return attributesSection(attributes);
  }
  return undefined;
}
