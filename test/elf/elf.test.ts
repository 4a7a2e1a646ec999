/**
 * Reading and writing ELF: against what GNU tools make, read and say, and, where there are no tools,
 * against files that are built here from the model.
 */
import assert from "node:assert/strict";
import { chmodSync } from "node:fs";
import { attributesOf, attributesSection, readAttributes } from "../../elf/attributes.ts";
import {
  EM,
  ET,
  PF,
  PT,
  R_RISCV,
  relocationName,
  SHF,
  SHT,
  STB,
  STT,
} from "../../elf/constants.ts";
import { ElfError } from "../../elf/errors.ts";
import { segmentsOf } from "../../elf/layout.ts";
import type { ElfFile, ElfSymbol, Section } from "../../elf/model.ts";
import { readElf, requireRiscv } from "../../elf/reader.ts";
import { SymbolTable } from "../../elf/symbols.ts";
import { writeElf } from "../../elf/writer.ts";
import { requireTool, requireTools, runTool, tryTool } from "../tools.ts";
import { emptySection } from "./sections.ts";
import { assembly, c, Workshop } from "./sources.ts";

const gcc = "riscv64-unknown-elf-gcc";
const readelf = "riscv64-unknown-elf-readelf";
const linker = "riscv64-unknown-elf-ld";
const rv32 = ["-march=rv32imac", "-mabi=ilp32"];
const rv64 = ["-march=rv64gc", "-mabi=lp64d"];

const cxx = `
template <class T> T square(T x) { static T last; last += x; return x * x + last; }
inline int both(int a) { return square(a) + a; }
int use(int a, long b) { return both(a) + (int)square(b); }
`;

/** Files of GNU tools: a title, the compiler, the source's name and text, the options. */
const samples: [title: string, tool: string, name: string, text: string, options: string[]][] = [
  ["object, RV64", gcc, "a.c", c, [...rv64, "-g", "-O1", "-c"]],
  ["object, RV32", gcc, "b.c", c, [...rv32, "-g", "-O1", "-c", "-ffunction-sections"]],
  ["assembled object", gcc, "c.s", assembly, [...rv32, "-Wa,-g", "-c"]],
  ["executable, RV64", gcc, "d.c", c, [...rv64, "-g", "-O2", "-nostdlib", "-static"]],
  ["executable, RV32", gcc, "e.s", assembly, [...rv32, "-nostdlib", "-static"]],
  ["object with groups", "riscv64-linux-gnu-g++", "f.cc", cxx, ["-g", "-c"]],
  [
    "static executable with libc",
    "riscv64-linux-gnu-gcc",
    "g.c",
    '#include <stdio.h>\nint main(void) { return printf("%f", 1.5); }\n',
    ["-g", "-static"],
  ],
];

/** A model as plain data, symbols and sections by number, for comparing. */
function dump(file: ElfFile) {
  const section = (where: ElfSymbol["section"]) =>
    typeof where === "string" ? where : file.sections.indexOf(where);
  // Of the segment that holds the file's headers only the rest is compared.
  const bytes = (data: Uint8Array, offset: bigint) =>
    Buffer.from(offset === 0n ? data.subarray(64 + 56 * file.segments.length) : data).toString(
      "hex",
    );
  return {
    ...file,
    sections: file.sections.map(({ fileOffset: _, ...rest }) => ({
      ...rest,
      data: Buffer.from(rest.data).toString("hex"),
      relocations: rest.relocations.map((relocation) => ({
        ...relocation,
        symbol: relocation.symbol && file.symbols.indexOf(relocation.symbol),
      })),
    })),
    segments: file.segments.map((segment) => ({
      ...segment,
      data: bytes(segment.data, segment.offset),
    })),
    symbols: file.symbols.map(({ number: _, ...symbol }) => ({
      ...symbol,
      section: section(symbol.section),
    })),
  };
}

/** Where two byte strings differ first; undefined if they are equal. */
function firstDifference(a: Uint8Array, b: Uint8Array): string | undefined {
  if (Buffer.compare(a, b) === 0) return undefined;
  const at = a.findIndex((byte, index) => byte !== b[index]);
  return `lengths ${a.length} and ${b.length}, first difference at ${at}`;
}

describe("ELF", () => {
  const workshop = new Workshop();
  after(() => workshop.remove());

  for (const [title, tool, name, text, options] of samples) {
    describe(title, () => {
      let path = "";
      let original: Uint8Array = new Uint8Array();
      let written: Uint8Array = new Uint8Array();
      before(function () {
        this.timeout(20_000);
        path = workshop.build(requireTool(this, tool), name, text, options);
        original = workshop.read(path);
        written = writeElf(readElf(original));
      });

      it("is the same model after writing and reading", () => {
        assert.deepEqual(dump(readElf(written)), dump(readElf(original)));
      });

      if (!["f.cc", "g.c"].includes(name)) {
        it("is written with the same bytes", () => {
          assert.equal(firstDifference(written, original), undefined);
        });
      }

      it("is written so that readelf has no complaint", function () {
        const output = workshop.write(`${name}.rewritten`, written);
        const { code, stderr } = tryTool(requireTool(this, readelf), ["-aW", output]);
        assert.equal(stderr, "");
        assert.equal(code, 0);
      });

      it("has the symbols and sections that readelf lists", function () {
        const output = runTool(requireTool(this, readelf), ["-sW", "-SW", path]);
        const file = readElf(original);
        const symbols = new Map<string, number>();
        for (const symbol of file.symbols) {
          if (symbol.type === STT.SECTION || symbol.name === "") continue;
          const key = `${symbol.value.toString(16).padStart(file.class / 4, "0")} ${symbol.name}`;
          symbols.set(key, (symbols.get(key) ?? 0) + 1);
        }
        const listed = [
          ...output.matchAll(/^ *\d+: ([0-9a-f]+) +\S+ (\S+) +\S+ +\S+ +\S+ (\S+ ?)$/gm),
        ].filter(([, , type, label]) => type !== "SECTION" && !label?.includes("^"));
        assert.ok(listed.length >= 3);
        for (const [, value, , label] of listed) {
          assert.ok(symbols.get(`${value} ${label}`), `no symbol ${value} ${label}`);
        }
        for (const { name: section } of file.sections) assert.ok(output.includes(section));
      });
    });
  }

  it("writes objects that ld links to the same program", function () {
    const [compiler, ld] = requireTools(this, gcc, linker) as [string, string];
    const path = workshop.build(compiler, "linked.c", c, [...rv64, "-g", "-O1", "-c"]);
    const copy = workshop.write("copy.o", writeElf(readElf(workshop.read(path))));
    const [first, second] = [path, copy].map((input) => {
      const output = `${input}.linked`;
      runTool(ld, ["-r", input, "-o", output]);
      return workshop.read(output);
    });
    assert.ok(first && second);
    assert.equal(firstDifference(first, second), undefined);
  });

  it("gives segments to placed sections, which qemu runs", function () {
    const qemu = requireTool(this, "qemu-riscv64");
    const path = workshop.write("program", writeElf(program()));
    chmodSync(path, 0o755);
    assert.equal(tryTool(qemu, [path]).code, 42);
  });

  it("reads what it writes, without any tool", () => {
    for (const bits of [32, 64] as const) {
      const file = object(bits);
      const again = readElf(writeElf(file));
      assert.deepEqual(dump(again), dump({ ...file, symbols: localsFirst(file.symbols) }));
      assert.equal(again.sections[0]?.group, "signature");
      const executable = { ...program(), class: bits, flags: 0 };
      executable.segments = segmentsOf(executable.sections, bits);
      assert.deepEqual(readElf(writeElf(executable)).entry, executable.entry);
    }
  });

  it("keeps more sections than 16 bits can count", () => {
    const sections = Array.from({ length: 70_000 }, (_, index) => emptySection(`.s${index % 10}`));
    const file: ElfFile = { ...object(64), sections, symbols: [] };
    assert.equal(readElf(writeElf(file)).sections.length, sections.length);
  });

  describe("errors", () => {
    const bytes = () => writeElf(object(64));
    const changed = (at: number, ...values: number[]) => {
      const copy = bytes();
      copy.set(values, at);
      return copy;
    };
    const cases: [title: string, input: () => Uint8Array, code: string, text: RegExp][] = [
      ["nothing", () => new Uint8Array(0), "not-elf", /not an ELF file/],
      ["a text", () => new TextEncoder().encode("#!/bin/sh\n"), "not-elf", /not an ELF file/],
      ["only the magic", () => bytes().subarray(0, 7), "truncated", /file header/],
      ["half a header", () => bytes().subarray(0, 40), "truncated", /file header/],
      ["half a file", () => bytes().subarray(0, 200), "truncated", /section header table/],
      ["class 7", () => changed(4, 7), "unknown-class", /class is 7/],
      ["big-endian", () => changed(5, 2), "big-endian", /little-endian/],
      ["x86-64", () => changed(18, 62, 0), "wrong-machine", /x86-64, not for RISC-V/],
      ["odd header sizes", () => changed(58, 63), "corrupt", /63 bytes, not 64/],
      ["a name section that is none", () => changed(62, 99), "corrupt", /section 99/],
    ];
    for (const [title, input, code, text] of cases) {
      it(title, () => {
        assert.throws(
          () => requireRiscv(readElf(input())),
          (error) => {
            assert.ok(error instanceof ElfError);
            assert.equal(error.code, code);
            assert.match(error.message, text);
            assert.match(error.message, /^[A-Z].*\.$/);
            return true;
          },
        );
      });
    }

    it("refuses to write what points outside of the model", () => {
      const file = object(64);
      const stray: ElfSymbol = { ...(file.symbols[0] as ElfSymbol), section: emptySection(".x") };
      assert.throws(
        () => writeElf({ ...file, symbols: [...file.symbols, stray] }),
        /not among the/,
      );
      assert.throws(() => writeElf({ ...file, symbols: [] }), /not among the symbols/);
      const overlapping = [code(0x1000n), code(0x1002n)];
      assert.throws(() => segmentsOf(overlapping, 64), /overlap in memory/);
    });
  });

  describe("symbol table", () => {
    const text = { ...emptySection(".text"), address: 0x1000n, size: 0x100n, flags: 6n };
    const symbol = (name: string, value: bigint, more: Partial<ElfSymbol> = {}): ElfSymbol => ({
      name,
      value,
      size: 0n,
      binding: STB.LOCAL,
      type: STT.NOTYPE,
      visibility: 0,
      section: text,
      ...more,
    });
    const table = new SymbolTable({
      ...object(64),
      type: ET.EXEC,
      sections: [text],
      symbols: [
        symbol("$xrv64gc", 0x1000n),
        symbol("start", 0x1000n),
        symbol("main", 0x1020n, { type: STT.FUNC, binding: STB.GLOBAL, size: 0x10n }),
        symbol("alias", 0x1020n),
        symbol(".L1", 0x1024n),
        symbol("$d", 0x1026n),
        symbol("outer", 0x1080n, { type: STT.FUNC, size: 0x20n }),
        symbol("inner", 0x1088n, { type: STT.FUNC, size: 0x8n }),
        symbol("loop", 0x1040n),
        symbol("loop", 0x1050n, { binding: STB.GLOBAL }),
        symbol("absolute", 0x1044n, { section: "absolute" }),
      ],
    });
    const cases: [address: bigint, place: string | undefined][] = [
      [0xfffn, undefined],
      [0x1000n, "start"],
      [0x1010n, "start+16"],
      [0x1020n, "main"],
      [0x102cn, "main+12"],
      [0x1030n, undefined],
      [0x1048n, "loop+8"],
      [0x107fn, "loop+47"],
      [0x108cn, "inner+4"],
      [0x1090n, "outer+16"],
      [0x10a0n, undefined],
      [0x1100n, undefined],
    ];
    for (const [address, expected] of cases) {
      it(`finds ${expected ?? "nothing"} at 0x${address.toString(16)}`, () => {
        const place = table.functionAt(address);
        const offset = place?.offset === 0n ? "" : `+${place?.offset}`;
        assert.equal(place && place.symbol.name + offset, expected);
      });
    }
    it("finds names, global ones first", () => {
      assert.equal(table.byName("loop")?.value, 0x1050n);
      assert.equal(table.byName("absolute")?.value, 0x1044n);
      assert.equal(table.byName("$d"), undefined);
      assert.equal(table.byName("missing"), undefined);
    });
  });

  describe("attributes", () => {
    it("are those that readelf shows", function () {
      const tool = requireTool(this, readelf);
      const attributes = {
        arch: "rv64i2p1_m2p0",
        stackAlign: 16,
        unalignedAccess: true,
        privSpec: { major: 1, minor: 12, revision: 3 },
      };
      const sections = [attributesSection(attributes)];
      const path = workshop.write(
        "attributes.o",
        writeElf({ ...object(64), sections, symbols: [] }),
      );
      const text = runTool(tool, ["-A", path]);
      assert.match(text, /Tag_RISCV_arch: "rv64i2p1_m2p0"/);
      assert.match(text, /Tag_RISCV_stack_align: 16-bytes/);
      assert.match(text, /Tag_RISCV_unaligned_access: Unaligned access/);
      assert.match(text, /Tag_RISCV_priv_spec: 1\s.*minor: 12\s.*revision: 3/s);
      assert.deepEqual(attributesOf(readElf(workshop.read(path))), attributes);
    });
    it("are written with the bytes of GNU tools", function () {
      const path = workshop.build(requireTool(this, gcc), "h.c", c, [...rv64, "-c"]);
      const section = readElf(workshop.read(path)).sections.find(
        ({ type }) => type === SHT.RISCV_ATTRIBUTES,
      ) as Section;
      assert.deepEqual(attributesSection(readAttributes(section.data)).data, section.data.slice());
    });
    it("that are damaged are an error, not a hang", () => {
      const { data } = attributesSection({ arch: "rv32i" });
      // One byte says the version, and that there are no attributes.
      for (let length = 2; length < data.length; length++) {
        assert.throws(() => readAttributes(data.slice(0, length)), ElfError);
      }
    });
  });

  it("knows relocations by their names", () => {
    assert.equal(relocationName(R_RISCV[32]), "R_RISCV_32");
    assert.equal(relocationName(R_RISCV.CALL_PLT), "R_RISCV_CALL_PLT");
    assert.equal(relocationName(200), "R_RISCV_<200>");
  });
});

function localsFirst(symbols: ElfSymbol[]): ElfSymbol[] {
  const isLocal = ({ binding }: ElfSymbol) => binding === STB.LOCAL;
  return [...symbols.filter(isLocal), ...symbols.filter((symbol) => !isLocal(symbol))];
}

/** A section of code at an address: exit(42). */
function code(address: bigint): Section {
  // li a7, 93; li a0, 42; ecall
  const words = [0x05d00893, 0x02a00513, 0x00000073];
  const data = new Uint8Array(new Uint32Array(words).buffer);
  const flags = SHF.ALLOC | SHF.EXECINSTR;
  return emptySection(".text", { address, data, size: BigInt(data.length), flags, alignment: 4n });
}

function program(): ElfFile {
  const text = code(0x10100n);
  const data = emptySection(".data", {
    address: 0x12000n,
    data: new Uint8Array([1, 2, 3]),
    size: 3n,
    flags: SHF.ALLOC | SHF.WRITE,
  });
  const bss = emptySection(".bss", {
    type: SHT.NOBITS,
    address: 0x12010n,
    size: 0x5000n,
    flags: SHF.ALLOC | SHF.WRITE,
  });
  const sections = [text, data, bss, attributesSection({ arch: "rv64i2p1" })];
  const segments = segmentsOf(sections, 64);
  assert.deepEqual(
    segments.map(({ type, flags }) => [type, flags]),
    [
      [PT.RISCV_ATTRIBUTES, PF.R],
      [PT.LOAD, PF.R | PF.X],
      [PT.LOAD, PF.R | PF.W],
    ],
  );
  assert.deepEqual([segments[2]?.fileSize, segments[2]?.memorySize], [3n, 0x5010n]);
  return {
    class: 64,
    type: ET.EXEC,
    machine: EM.RISCV,
    flags: 0,
    entry: 0x10100n,
    sections,
    segments,
    symbols: [],
  };
}

/** A relocatable file with every kind of symbol, a group and negative addends. */
function object(bits: 32 | 64): ElfFile {
  const text = emptySection(".text.f", {
    data: new Uint8Array(8),
    size: 8n,
    flags: SHF.ALLOC | SHF.EXECINSTR | SHF.GROUP,
    group: "signature",
  });
  const data = emptySection(".data", {
    data: new Uint8Array(4),
    size: 4n,
    link: 1,
    flags: SHF.LINK_ORDER,
  });
  const symbol = (name: string, section: ElfSymbol["section"], binding: number): ElfSymbol => ({
    name,
    value: 4n,
    size: 1n,
    binding,
    type: STT.OBJECT,
    visibility: 2,
    section,
  });
  const symbols = [
    symbol("signature", text, STB.WEAK),
    symbol("übung", text, STB.LOCAL),
    symbol("missing", "undefined", STB.GLOBAL),
    symbol("constant", "absolute", STB.GLOBAL),
    symbol("shared", "common", STB.GLOBAL),
  ];
  text.relocations = [
    { offset: 0n, type: R_RISCV.CALL_PLT, symbol: symbols[2], addend: -4n },
    { offset: 0n, type: R_RISCV.RELAX, symbol: undefined, addend: 0n },
  ];
  return {
    class: bits,
    type: ET.REL,
    machine: EM.RISCV,
    flags: 5,
    entry: 0n,
    sections: [text, data],
    segments: [],
    symbols,
  };
}
