/**
 * Chooses the output section of each input section and the addresses of all: the default layouts of
 * the environments. Sections of one output section follow each other in the order of the inputs.
 */
import { SHF, SHT } from "../../elf/constants.ts";
import { alignUp } from "../../elf/layout.ts";
import type { InputSection, OutputSection } from "./input.ts";

/** The environments whose memory maps are known. */
export type LayoutName = "linux" | "rars" | "venus" | "ripes";

/** Where code and data begin, and which sections come first. */
export interface MemoryLayout {
  readonly textAddress: bigint;
  /** Undefined: data follows the code, on a page of its own. */
  readonly dataAddress: bigint | undefined;
  /** The address of `__global_pointer$`; undefined: near the small data. */
  readonly globalPointer: bigint | undefined;
  /** Whether `.data` comes before constants, so that it begins where programs expect it. */
  readonly isDataFirst: boolean;
  readonly pageSize: bigint;
}

export const layouts: Readonly<Record<LayoutName, MemoryLayout>> = {
  linux: {
    textAddress: 0x10000n,
    dataAddress: undefined,
    globalPointer: undefined,
    isDataFirst: false,
    pageSize: 0x1000n,
  },
  rars: {
    textAddress: 0x400000n,
    dataAddress: 0x10010000n,
    globalPointer: 0x10008000n,
    isDataFirst: true,
    pageSize: 0x1000n,
  },
  venus: {
    textAddress: 0n,
    dataAddress: 0x10000000n,
    globalPointer: 0x10000000n,
    isDataFirst: true,
    pageSize: 0x1000n,
  },
  ripes: {
    textAddress: 0n,
    dataAddress: 0x10000000n,
    globalPointer: 0x10000000n,
    isDataFirst: true,
    pageSize: 0x1000n,
  },
};

/** Output names by the beginnings of input names. */
const gathered = [
  ".text",
  ".rodata",
  ".srodata",
  ".tdata",
  ".tbss",
  ".data",
  ".sdata",
  ".sbss",
  ".bss",
  ".init_array",
  ".fini_array",
  ".preinit_array",
  ".eh_frame",
  ".gcc_except_table",
  ".ctors",
  ".dtors",
];

/** The output section of an input section by its name. */
export function outputName(name: string): string {
  if (name === ".srodata" || name.startsWith(".srodata.")) return ".rodata";
  for (const prefix of gathered)
    if (name === prefix || name.startsWith(`${prefix}.`)) return prefix;
  return name;
}

/** Parts of memory, in order; each begins where permissions change. */
function part({ flags, type, name }: OutputSection, isDataFirst: boolean): number {
  if ((flags & SHF.ALLOC) === 0n) return 9;
  if ((flags & SHF.EXECINSTR) !== 0n) return 0;
  if ((flags & SHF.WRITE) === 0n) return isDataFirst ? 3 : 1;
  if ((flags & SHF.TLS) !== 0n) return type === SHT.NOBITS ? 2.2 : 2.1;
  if (type === SHT.NOBITS) return name === ".sbss" ? 4 : 5;
  if (isDataFirst) return name === ".data" ? 2 : 2.5;
  if (name === ".sdata") return 2.9;
  if (name === ".got") return 2.8;
  return name === ".data" ? 2.7 : 2.5;
}

const order = [".init", ".text", ".fini"];

/** Makes the output sections, in the order of memory. */
export function gather(inputs: readonly InputSection[], layout: MemoryLayout): OutputSection[] {
  const outputs = new Map<string, OutputSection>();
  for (const input of inputs) {
    const { section } = input;
    const isAllocated = (section.flags & SHF.ALLOC) !== 0n;
    // An input section with an address is a section of its own there.
    const isPlaced = section.address !== 0n;
    const name = isAllocated && !isPlaced ? outputName(section.name) : section.name;
    let output = outputs.get(name);
    if (output === undefined) {
      output = {
        name,
        type: section.type,
        flags: 0n,
        alignment: 1n,
        entrySize: section.entrySize,
        address: 0n,
        size: 0n,
        inputs: [],
        ...(isPlaced ? { fixedAddress: section.address } : {}),
      };
      outputs.set(name, output);
    }
    if (output.type === SHT.NOBITS && section.type !== SHT.NOBITS) output.type = section.type;
    output.flags |= section.flags & ~(SHF.GROUP | SHF.INFO_LINK | SHF.LINK_ORDER);
    if (output.entrySize !== section.entrySize) output.entrySize = 0n;
    if (section.alignment > output.alignment) output.alignment = section.alignment;
    output.inputs.push(input);
    input.output = output;
  }
  const list = [...outputs.values()];
  for (const output of list) {
    const isMerged = output.inputs.every(({ section }) => (section.flags & SHF.MERGE) !== 0n);
    if (!isMerged || output.entrySize === 0n) output.flags &= ~(SHF.MERGE | SHF.STRINGS);
    if (/^\.(init|fini|preinit)_array$/.test(output.name)) sortByPriority(output);
  }
  const position = new Map(list.map((output, index) => [output, index]));
  return list.sort(
    (a, b) =>
      part(a, layout.isDataFirst) - part(b, layout.isDataFirst) ||
      (part(a, layout.isDataFirst) === 0 ? order.indexOf(a.name) - order.indexOf(b.name) : 0) ||
      (position.get(a) ?? 0) - (position.get(b) ?? 0),
  );
}

/** `.init_array.100` comes before `.init_array.200`, and both before `.init_array`. */
function sortByPriority(output: OutputSection): void {
  const priority = ({ section }: InputSection) => {
    const number = Number(section.name.split(".").at(-1));
    return Number.isInteger(number) ? number : 65536;
  };
  output.inputs.sort((a, b) => priority(a) - priority(b));
}

/** The size of an input section after relaxation. */
export function sizeOf({ section, removed }: InputSection): bigint {
  let gone = 0;
  for (const { count } of removed) gone += count;
  return section.size - BigInt(gone);
}

/** Gives all sections their addresses; called again after each pass of relaxation. */
export function place(outputs: readonly OutputSection[], layout: MemoryLayout): void {
  let address = layout.textAddress;
  let previous: OutputSection | undefined;
  for (const output of outputs) {
    let size = 0n;
    for (const input of output.inputs) {
      size = alignUp(size, input.section.alignment);
      input.offset = size;
      size += sizeOf(input);
    }
    output.size = size;
    if ((output.flags & SHF.ALLOC) === 0n) {
      output.address = 0n;
      continue;
    }
    if (output.fixedAddress !== undefined) {
      output.address = output.fixedAddress;
      continue;
    }
    const rights = (section: OutputSection) => section.flags & (SHF.WRITE | SHF.EXECINSTR);
    const isCode = (section: OutputSection) => (section.flags & SHF.EXECINSTR) !== 0n;
    if (
      !isCode(output) &&
      (previous === undefined || isCode(previous)) &&
      layout.dataAddress !== undefined
    ) {
      address =
        layout.dataAddress > address ? layout.dataAddress : alignUp(address, layout.pageSize);
    } else if (previous !== undefined && rights(previous) !== rights(output)) {
      address = alignUp(address, layout.pageSize);
    }
    address = alignUp(address, output.alignment);
    output.address = address;
    // Zeros of threads take no room: each thread has its own.
    const isThreadZeros = output.type === SHT.NOBITS && (output.flags & SHF.TLS) !== 0n;
    if (!isThreadZeros) address += size;
    if (!isThreadZeros) previous = output;
  }
}
