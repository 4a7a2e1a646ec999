/** Linker scripts: where things go, and what is wrong with them, in the tables below. */
import assert from "node:assert/strict";
import { assemble } from "../../assembler/assemble.ts";
import { type LinkInput, type LinkOptions, link } from "../../assembler/link.ts";
import { parseScript } from "../../assembler/linker/script-parser.ts";
import { readArchive } from "../../elf/archive.ts";
import { writeElf } from "../../elf/writer.ts";
import { archiveOf } from "../fuzz/linker.ts";

const objectOf = (source: string) =>
  assemble("a.s", source, { march: "rv64gc", readFile: () => undefined }).object;

const input = (source: string, name = "a.o"): LinkInput => ({ name, object: objectOf(source) });

const source =
  '.globl _start\n_start: nop\n.section .text.b,"ax"\n.word 2\n.section .text.a,"ax"\n.word 1\n.data\n.globl d\nd: .quad 5\n.bss\n.globl z\nz: .space 24';

function linked(script: string, inputs = [input(source)], options: LinkOptions = {}) {
  const read = parseScript(script, "test.ld");
  assert.deepEqual(read.diagnostics, []);
  return link(inputs, { script: read.script, ...options });
}

/** A script, and the values of symbols that it gives, or the places of sections. */
const values: readonly (readonly [
  what: string,
  script: string,
  expected: Record<string, number>,
])[] = [
  [
    "the location counter and alignment",
    "SECTIONS { . = 0x1000; .text : { *(.text*) a = .; . = ALIGN(64); b = .; } c = . + 4; }",
    { a: 0x100a, b: 0x1040, c: 0x1044, _start: 0x1000 },
  ],
  [
    "numbers inside of a section relative to it",
    "SECTIONS { . = 0x2000; .text : { . = 0x10; in = .; n = 8; *(.text*) } }",
    { in: 0x2010, n: 0x2008, _start: 0x2010 },
  ],
  [
    "regions, load addresses and sizes",
    `MEMORY { rom (rx) : ORIGIN = 0x80000000, LENGTH = 64K  ram (w) : org = 0x90000000, len = 1M }
     SECTIONS { .text : { *(.text*) } >rom
       .data : { d0 = .; *(.data) } >ram AT>rom  .bss : { *(.bss) } >ram }
     load = LOADADDR(.data); size = SIZEOF(.bss); top = ORIGIN(ram) + LENGTH(ram);`,
    { d0: 0x90000000, load: 0x8000000a, size: 24, top: 0x90100000, z: 0x90000010 },
  ],
  [
    "provided symbols only where they are wanted",
    "PROVIDE(d = 1); a = DEFINED(nothing) ? 1 : 2; PROVIDE(y = 7); b = y + 1; SECTIONS { .text : { *(*) } }",
    { a: 2, b: 8 },
  ],
  [
    "operators and functions",
    "a = MAX(3, 5) * 2 - (7 & ~2) << 1; b = (1 ? 2K : 3) / 0x10; c = ALIGN(5, 8) | !0; d1 = LOG2CEIL(9); SECTIONS { .text : { *(*) } }",
    { a: (10 - 5) << 1, b: 128, c: 9, d1: 4 },
  ],
  [
    "sorted sections",
    "SECTIONS { . = 0; .text : { *(.text) *(SORT_BY_NAME(.text.*)) LONG(0x11223344) end = .; } }",
    { end: 14, _start: 0 },
  ],
];

/** A script that is wrong; the line, the column and a piece of the message. */
const mistakes: readonly (readonly [script: string, line: number, column: number, text: RegExp])[] =
  [
    ["SECTIONS {\n  .text : { *(.text)\n", 3, 1, /input sections.*expected/],
    ["FOO(bar)", 1, 1, /`FOO` is no command/],
    ["a = 1", 1, 6, /`;` is expected/],
    ["MEMORY { ram : LENGTH = 1 }", 1, 16, /ORIGIN is expected/],
    ["SECTIONS { .text { } }", 1, 18, /a number, a symbol or an expression/],
    ["SECTIONS { OVERLAY : { } }", 1, 12, /OVERLAY needs sections/],
    ["INCLUDE none.ld", 1, 9, /"none.ld" cannot be read/],
    ["/* open", 1, 1, /no closing/],
    ["OUTPUT_ARCH(arm)", 1, 12, /not RISC-V/],
  ];

/** What linking with a script reports: code, line, column, a piece of the message. */
const reports: readonly (readonly [script: string, code: string, line: number, text: RegExp])[] = [
  [
    'SECTIONS { .text : { *(*) } }\nASSERT(1 == 2, "one is not two")',
    "script-assertion",
    2,
    /one is not two/,
  ],
  [
    "MEMORY { ram : ORIGIN = 0, LENGTH = 20 }\nSECTIONS { .text : { *(*) } >ram }",
    "region-overflow",
    1,
    /overflows by \d+ bytes at \.text/,
  ],
  ["SECTIONS { .text : { *(*) } >rom }", "linker-script", 1, /no memory region `rom`/],
  ["SECTIONS { .text : { *(.text) . = 0; } }", "linker-script", 1, /cannot go back/],
  ["SECTIONS { .text : { *(*) } }\na = nowhere;", "linker-script", 2, /`nowhere` is not defined/],
  ["SECTIONS { .text : { *(*) } }\na = 1 / 0;", "linker-script", 2, /divides by zero/],
];

describe("linker scripts", () => {
  for (const [what, script, expected] of values) {
    it(`place ${what}`, () => {
      const { file, diagnostics } = linked(script, [input(`${source}\n.data\n.quad y\n.weak y`)], {
        entry: "_start",
      });
      assert.deepEqual(diagnostics, []);
      for (const [name, value] of Object.entries(expected)) {
        const symbol = file.symbols.find((one) => one.name === name);
        assert.equal(Number(symbol?.value), value, name);
      }
    });
  }

  for (const [script, line, column, text] of mistakes) {
    it(`are refused with a place: ${JSON.stringify(script)}`, () => {
      const [diagnostic] = parseScript(script, "test.ld").diagnostics;
      assert.match(diagnostic?.message ?? "", text);
      const { start } = diagnostic?.range ?? { start: { line: -1, character: -1 } };
      assert.deepEqual([start.line + 1, start.character + 1], [line, column]);
    });
  }

  for (const [script, code, line, text] of reports) {
    it(`report ${code}: ${JSON.stringify(script)}`, () => {
      const { diagnostics } = linked(script);
      const found = diagnostics.find((one) => one.code === code);
      assert.match(found?.message ?? JSON.stringify(diagnostics), text);
      assert.equal((found?.range.start.line ?? -1) + 1, line);
    });
  }
});

describe("linking archives", () => {
  const member = (name: string, text: string, symbols: string[]) => ({
    name,
    data: writeElf(objectOf(text)),
    symbols,
  });
  const library = (...members: Parameters<typeof archiveOf>[0]): LinkInput => ({
    name: "lib.a",
    archive: readArchive(archiveOf(members)),
  });
  const f = member("f.o", ".globl f\nf: call g", ["f"]);
  const g = member("g.o", ".globl g\ng: ret", ["g"]);
  const defined = (inputs: readonly LinkInput[], options: LinkOptions = {}) => {
    const { file, diagnostics } = link(inputs, { layout: "conventional", ...options });
    const names = file.symbols.filter(({ name }) => /^[a-z]$/.test(name)).map(({ name }) => name);
    return [names.sort().join(""), diagnostics.map(({ code }) => code).join()];
  };
  const start = (body: string) => input(`.globl _start\n_start: ${body}`);

  it("takes members that are wanted, and what these want", () => {
    assert.deepEqual(defined([start("call f"), library(f, g)]), ["fg", ""]);
    assert.deepEqual(defined([start("call f"), library(g, f)]), ["fg", ""]);
    assert.deepEqual(defined([start("call g"), library(f, g)]), ["g", ""]);
    assert.deepEqual(defined([start("nop"), library(f, g)]), ["", ""]);
  });

  it("searches archives in order, and groups until nothing is found", () => {
    const [one, two] = [library(g), library(f)];
    assert.deepEqual(defined([start("call f"), one, two])[1], "undefined-symbol");
    assert.deepEqual(defined([start("call f"), { group: [one, two] }]), ["fg", ""]);
  });

  it("takes no member for a weak reference, and all with --whole-archive", () => {
    assert.deepEqual(defined([start("nop\n.weak g\n.quad g"), library(f, g)])[1], "");
    const whole = { ...(library(f, g) as Extract<LinkInput, { archive: unknown }>), isWhole: true };
    assert.deepEqual(defined([start("nop"), whole]), ["fg", ""]);
    assert.deepEqual(defined([start("nop"), library(f, g)], { wanted: ["g"] }), ["g", ""]);
  });

  it("leaves out what nothing reaches, but for what is kept", () => {
    const text =
      '.globl _start\n_start: call a\n.section .text.a,"ax"\n.globl a\na: ret\n.section .text.b,"ax"\n.globl b\nb: ret\n.section .init_array,"aw"\n.quad c\n.section .text.c,"ax"\n.globl c\nc: ret';
    assert.deepEqual(defined([input(text)], { collectsGarbage: true }), ["ac", ""]);
    assert.deepEqual(defined([input(text)]), ["abc", ""]);
  });

  it("says who uses what is missing, and where it is defined twice", () => {
    const user = input(
      ".globl _start\n.type _start, @function\n_start: call fob\n.size _start, .-_start\n.globl foo\nfoo: ret",
    );
    const { diagnostics } = link([user], { layout: "conventional" });
    assert.equal(
      diagnostics[0]?.message,
      "`fob` is not defined in any of the files, but used in `_start`. Did you mean `foo`?",
    );
    const twice = link([start("nop"), input(".globl _start\n_start: nop", "b.o")], {});
    assert.equal(twice.diagnostics[0]?.message, "`_start` is defined in a.o already.");
    assert.equal(twice.diagnostics[0]?.related?.[0]?.file, "a.o");
  });

  it("leads references to wrappers, and takes the first of two definitions", () => {
    const caller = start("call f\n.globl __wrap_f\n__wrap_f: call __real_f");
    const symbols = { wrapped: ["f"] };
    assert.deepEqual(defined([caller, library(f, g)], { symbols }), ["fg", ""]);
    assert.deepEqual(defined([start("call f"), library(f, g)], { symbols })[1], "undefined-symbol");
    const again = input(".globl f\nf: nop\nnop\nret", "b.o");
    const both = [start("call f\n.globl f\nf: ret"), again];
    assert.deepEqual(defined(both)[1], "multiply-defined");
    assert.deepEqual(defined(both, { symbols: { takesFirst: true } }), ["f", ""]);
  });

  it("fails where a symbol that is required is missing, and drops local symbols", () => {
    assert.deepEqual(defined([start("nop"), library(f, g)], { required: ["g"] }), ["g", ""]);
    assert.deepEqual(defined([start("nop")], { required: ["g"] })[1], "undefined-symbol");
    const local = [start("nop\nl: nop")];
    assert.deepEqual(defined(local), ["l", ""]);
    assert.deepEqual(defined(local, { dropsLocals: true }), ["", ""]);
  });

  it("leads jumps to weak symbols that nothing defines to 0, or to themselves where 0 is far", () => {
    const jump = input(".weak w\n.globl _start\n_start: .option norvc\nj w\n");
    const wordAt = (address: number) => {
      const { file } = linked(`SECTIONS { . = ${address}; .text : { *(.text) } }`, [jump]);
      const { data } = file.sections.find(({ name }) => name === ".text") ?? { data: undefined };
      return new DataView((data as Uint8Array).buffer).getUint32(0, true);
    };
    assert.equal(wordAt(0x1000), 0x800ff06f);
    assert.equal(wordAt(0x80000000), 0x0000006f);
  });

  it("says how full the regions of memory are", () => {
    const { memoryUsage } = linked(
      "MEMORY { rom (rx) : ORIGIN = 0, LENGTH = 64K  ram (w) : ORIGIN = 0x10000, LENGTH = 48 } SECTIONS { .text : { *(.text*) } >rom .data : { *(.data) } >ram .bss : { *(.bss) } >ram }",
      undefined,
      { wantsMemoryUsage: true },
    );
    assert.deepEqual(memoryUsage?.split("\n").slice(1, 3), [
      "             rom:          10 B        64 KB      0.02%",
      "             ram:          32 B         48 B     66.67%",
    ]);
  });
});
