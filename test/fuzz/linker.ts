/**
 * Bad input for the linker: scripts from a grammar and with damage, archives and objects with
 * damage, linked together. Whatever they are, linking returns in time, with a file or diagnostics,
 * never with "internal" or an exception that is not `ElfError`.
 */
import { assemble } from "../../assembler/assemble.ts";
import { type LinkInput, link } from "../../assembler/link.ts";
import { conventional, memoryMaps, scriptOf } from "../../assembler/linker/default-scripts.ts";
import { openInput } from "../../assembler/linker/inputs.ts";
import { parseScript } from "../../assembler/linker/script-parser.ts";
import type { ElfFile } from "../../elf/model.ts";
import { readElf } from "../../elf/reader.ts";
import { writeElf } from "../../elf/writer.ts";
import type { Campaign } from "./campaign.ts";

/** No single case may take longer, in milliseconds; sound ones take a few. */
const patience = 4_000;

type Random = (limit: number) => number;

/** Marsaglia's xorshift: the same numbers for the same seed. */
export function generator(seed: number): Random {
  let state = seed | 1;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

const pick = <Item>(random: Random, items: readonly Item[]): Item =>
  items[random(items.length)] as Item;

const names = ["a", "_start", ".", "x.y", "__end", ".text", ".data", "ram", "flash", "$s", '"q s"'];
const functions = [
  "ADDR", "LOADADDR", "SIZEOF", "ALIGNOF", "DEFINED", "ORIGIN", "LENGTH", "ABSOLUTE", "ALIGN",
  "MAX", "MIN", "NEXT", "LOG2CEIL", "DATA_SEGMENT_ALIGN", "DATA_SEGMENT_RELRO_END",
  "DATA_SEGMENT_END", "CONSTANT", "SEGMENT_START", "ASSERT",
] as const; // biome-ignore format: a table

/** A random expression, mostly sound. */
function expression(random: Random, depth = 0): string {
  const inner = () => expression(random, depth + 1);
  switch (random(depth > 4 ? 2 : 8)) {
    case 0:
      return pick(random, [
        "0",
        "1",
        "8",
        "0x1000",
        "0x80000000",
        "4K",
        "1M",
        "0xffffffffffffffff",
        "07",
      ]);
    case 1:
      return pick(random, names);
    case 2:
      return `(${inner()} ${pick(random, ["+", "-", "*", "/", "%", "<<", ">>", "&", "|", "==", "<", "&&"])} ${inner()})`;
    case 3:
      return `${pick(random, ["-", "~", "!"])}${inner()}`;
    case 4:
      return `(${inner()} ? ${inner()} : ${inner()})`;
    case 5:
      return `${pick(random, functions)}(${random(2) === 0 ? pick(random, names) : `${inner()}, ${inner()}`})`;
    default:
      return `${pick(random, functions)}(${inner()})`;
  }
}

function body(random: Random): string {
  switch (random(9)) {
    case 0:
      return `. = ${expression(random)};`;
    case 1:
      return `${pick(random, names)} = ${expression(random)};`;
    case 2:
      return `KEEP (*(SORT_BY_NAME(${pick(random, [".text.*", ".data*", "*", ".[a-d]*"])})))`;
    case 3:
      return `${pick(random, ["BYTE", "SHORT", "LONG", "QUAD"])}(${expression(random)})`;
    case 4:
      return `FILL(0x${random(65536).toString(16)})`;
    case 5:
      return `PROVIDE(${pick(random, names)} = ${expression(random)});`;
    case 6:
      return `INPUT_SECTION_FLAGS(${random(2) === 0 ? "!" : ""}${pick(random, ["SHF_ALLOC", "SHF_WRITE & SHF_ALLOC", "0x4", "SHF_NONE"])}) *(${pick(random, ["*", ".data*"])})`;
    default:
      return `*(${pick(random, [".text .text.*", ".data", "COMMON", ".bss*", ".rodata"])})`;
  }
}

const several = (random: Random, most: number, make: () => string) =>
  Array.from({ length: random(most) }, make).join(" ");

/** A random script of the grammar. */
export function randomScript(random: Random): string {
  const overlay = () =>
    `OVERLAY ${random(3) === 0 ? "" : expression(random)} : ${random(2) === 0 ? `AT(${expression(random)})` : ""} { ${several(random, 4, () => `${pick(random, [".o1", ".o2", ".text"])} { ${several(random, 3, () => body(random))} }`)} } ${random(4) === 0 ? ">ram AT>flash" : ""}`;
  const versions = random(8) === 0 ? `VERSION { V${random(3)} { global: a; local: *; }; }` : "";
  const statement = (): string =>
    random(9) === 0
      ? overlay()
      : random(3) === 0
        ? `${pick(random, names)} = ${expression(random)};`
        : `${pick(random, [".text", ".data", ".bss", ".x", "/DISCARD/"])} ${random(4) === 0 ? expression(random) : ""} : ${random(4) === 0 ? `AT(${expression(random)})` : ""} ${random(5) === 0 ? "ALIGN(16)" : ""} { ${several(random, 5, () => body(random))} } ${random(4) === 0 ? ">ram AT>flash" : ""}`;
  const memory =
    random(2) === 0
      ? `MEMORY { ram (wx) : ORIGIN = ${expression(random)}, LENGTH = ${expression(random)} flash (rx) : ORIGIN = 0x1000, LENGTH = 64K }`
      : "";
  return `${memory} ENTRY(_start) SECTIONS { ${several(random, 8, statement)} } ${random(4) === 0 ? `ASSERT(${expression(random)}, "no")` : ""} ${versions}`;
}

/** Replaces, removes, doubles or swaps a few pieces of a text. */
export function damagedText(text: string, random: Random): string {
  let result = text;
  for (let count = 1 + random(4); count > 0; count--) {
    const at = random(result.length + 1);
    const length = random(12);
    const piece = result.slice(at, at + length);
    const replaced = pick(random, [
      "",
      piece + piece,
      "(",
      ")",
      "{",
      "}",
      ";",
      ":",
      "*",
      "0x",
      '"',
      "/*",
      String.fromCharCode(random(256)),
    ]);
    result = result.slice(0, at) + replaced + result.slice(at + length);
  }
  return result;
}

function damagedBytes(bytes: Uint8Array, random: Random): Uint8Array {
  const copy = bytes.slice(0, random(12) === 0 ? random(bytes.length) : bytes.length);
  for (let count = 1 + random(6); count > 0; count--) {
    copy[random(copy.length || 1)] = random(3) === 0 ? 255 : random(256);
  }
  return copy;
}

/** An archive of GNU's kind around objects, with an index. */
export function archiveOf(
  members: readonly { name: string; data: Uint8Array; symbols: string[] }[],
): Uint8Array {
  const encoder = new TextEncoder();
  const header = (name: string, size: number) =>
    encoder.encode(
      `${name.padEnd(16)}${"0".padEnd(12)}${"0".padEnd(6)}${"0".padEnd(6)}${"644".padEnd(8)}${String(size).padEnd(10)}\`\n`,
    );
  const symbols = members.flatMap((member) => member.symbols);
  const text = encoder.encode(symbols.map((name) => `${name}\0`).join(""));
  const indexSize = 4 + 4 * symbols.length + text.length;
  let offset = 8 + 60 + indexSize + (indexSize & 1);
  const offsets = members.map(({ data }) => {
    const at = offset;
    offset += 60 + data.length + (data.length & 1);
    return at;
  });
  const result = new Uint8Array(offset);
  const view = new DataView(result.buffer);
  result.set(encoder.encode("!<arch>\n"));
  result.set(header("/", indexSize), 8);
  view.setUint32(68, symbols.length);
  let at = 72;
  for (const [index, member] of members.entries()) {
    for (const _ of member.symbols) {
      view.setUint32(at, offsets[index] ?? 0);
      at += 4;
    }
  }
  result.set(text, at);
  for (const [index, { name, data }] of members.entries()) {
    result.set(header(`${name}/`, data.length), offsets[index] ?? 0);
    result.set(data, (offsets[index] ?? 0) + 60);
  }
  return result;
}

const sources = [
  '.globl _start\n_start: call f\nlui a0, %hi(x)\naddi a0, a0, %lo(x)\n.p2align 4\nla a1, y\nla.tls.ie a2, t\n.data\nx: .quad y, x - y\n.section .text.k,"axG",@progbits,k,comdat\nk: ret',
  '.globl f, y\nf: .cfi_startproc\naddi sp, sp, -16\n.cfi_def_cfa_offset 16\nret\n.cfi_endproc\n.section .rodata.str1.1,"aMS",@progbits,1\ny: .string "abc"\n.string "bc"\n.comm c, 8, 8\n.section .tdata,"awT"\n.globl t\nt: .word 1\n.section .init_array.5,"aw"\n.quad f',
] as const;

/** The parts that cases are made of. */
export interface Parts {
  readonly objects: readonly Uint8Array[];
  readonly archive: Uint8Array;
  readonly scripts: readonly string[];
}

/** Assembles the parts. */
export function makeParts(): Parts {
  const objects = sources.map((source, index) =>
    writeElf(
      assemble(`${index}.s`, source, { march: "rv64gc", debug: true, readFile: () => undefined })
        .object,
    ),
  );
  const [first = new Uint8Array(), second = new Uint8Array()] = objects;
  return {
    objects,
    archive: archiveOf([
      { name: "second.o", data: second, symbols: ["f", "y", "t"] },
      { name: "first.o", data: first, symbols: ["_start"] },
    ]),
    scripts: [conventional(64), scriptOf(memoryMaps.linux), scriptOf(memoryMaps.rars)],
  };
}

/** One case; a sentence when something is wrong. */
export async function runCase(parts: Parts, random: Random): Promise<string | undefined> {
  const kind = random(4);
  const text =
    kind === 0
      ? damagedText(pick(random, parts.scripts), random)
      : kind === 1
        ? damagedText(randomScript(random), random)
        : randomScript(random);
  const started = performance.now();
  const { script } = parseScript(text, "fuzz.ld");
  const open = async (name: string, bytes: Uint8Array): Promise<LinkInput | undefined> =>
    (await openInput(name, bytes, random(4) === 0, async () => bytes)).input;
  const object =
    random(2) === 0
      ? damagedBytes(parts.objects[0] as Uint8Array, random)
      : (parts.objects[0] as Uint8Array);
  const archive = random(3) === 0 ? damagedBytes(parts.archive, random) : parts.archive;
  const inputs = [await open("a.o", object), await open("b.a", archive)].filter(
    (one) => one !== undefined,
  );
  const { file, diagnostics } = link(inputs, {
    ...(random(3) === 0
      ? { layout: pick(random, ["linux", "conventional", "rars"] as const) }
      : { script }),
    collectsGarbage: random(2) === 0,
    isRelro: random(2) === 0,
    wantsFrameHeader: random(2) === 0,
    wantsMap: random(2) === 0,
  });
  const time = performance.now() - started;
  if (time > patience) return `took ${Math.round(time)} ms:\n${text}`;
  const internal = diagnostics.find(({ code }) => code === "internal");
  if (internal !== undefined) return `${internal.message}\n${text}`;
  if (diagnostics.some(({ severity }) => severity === "error")) return undefined;
  return written(file, text);
}

/** What was linked without an error can be written and read again. */
function written(file: ElfFile, text: string): string | undefined {
  try {
    readElf(writeElf(file));
    return undefined;
  } catch (error) {
    return `${(error as Error).message}\n${text}`;
  }
}

/** The campaign. */
export const linker: Campaign = {
  name: "linker",
  summary: "bad linker scripts, archives and objects end in diagnostics, soon",
  async run({ seconds, seed, print }) {
    const parts = makeParts();
    const end = performance.now() + seconds * 1000;
    let count = 0;
    for (; performance.now() < end; count++) {
      const fault = await runCase(parts, generator((seed + count) * 2654435761)).catch(
        (error: Error) => error.stack ?? error.message,
      );
      if (fault === undefined) continue;
      print(`case ${seed + count}: ${fault}`);
      return false;
    }
    print(`${count} cases, none with a fault`);
    return true;
  },
};
