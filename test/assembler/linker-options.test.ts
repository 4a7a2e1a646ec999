/**
 * Small links by the options of GNU ld, compared with it: segments, sections, bytes and symbols
 * with the sections that they are told from; and what is accepted, with or without a warning.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { assemble } from "../../assembler/assemble.ts";
import { run as runLink } from "../../cli/commands/link.ts";
import { SHT, STT } from "../../elf/constants.ts";
import type { ElfFile } from "../../elf/model.ts";
import { readElf } from "../../elf/reader.ts";
import { writeElf } from "../../elf/writer.ts";
import { requireTools } from "../tools.ts";

const start = ".globl _start\n_start: li a0, 1\n";
const data = ".data\n.globl d\nd: .word 1, 2\n.bss\n.globl z\nz: .space 8\n";
const code = `${start}la a1, d\nlw a2, z\nret\n${data}`;
const sections = "SECTIONS { .text : { *(.text*) } .data : { *(.data*) } .bss : { *(.bss) } }";

/** A link: what it shows, options, sources, and a script. */
const links: readonly (readonly [
  what: string,
  options: string,
  sources: readonly string[],
  script?: string,
])[] = [
  ["symbols at the ends of sections", "", [code]],
  ["symbols of sections that stay empty", "", [start]],
  [
    "symbols behind a change of the location counter",
    "",
    [code],
    "SECTIONS { . = 0x1000; a = .; .text : { *(.text) } b = .; . = ALIGN(64); c = .; .data : { *(.data) } d1 = ABSOLUTE(.); .bss : { *(.bss) } _end = .; . = . + 8; e = .; }",
  ],
  [
    "symbols from regions",
    "",
    [code],
    "MEMORY { r : ORIGIN = 0x8000, LENGTH = 4K } SECTIONS { .text : { *(.text .data .bss) s = .; o = ORIGIN(r) + 4; } >r } top = ORIGIN(r) + LENGTH(r);",
  ],
  ["data alone", "-e 0", [data]],
  ["a script without a name to start at", "", [`.text\nnop\n${code}`], sections],
  ["a number to start at", "-e 0x1234", [code]],
  ["a name that is not there to start at", "-e nowhere", [code]],
  [
    "symbols that a script hides, and those that an object hides",
    "",
    [`${code}.text\n.globl h\n.hidden h\nh: .word __init_array_start\n`],
  ],
  ["attributes among others", "", [code], "SECTIONS { .all : { *(*) } }"],
  ["attributes behind the rest", "", [`${code}.section .comment.x\n.word 1\n`], sections],
  [
    "orphans of every kind",
    "",
    [
      `${code}.section .more,"ax"\nnop\n.section .ro,"a"\n.word 1\n.section .rw,"aw"\n.word 2\n.section .zeros,"aw",@nobits\n.space 4\n.section .n,"a",@note\n.word 0\n.section .t,"awT"\n.word 3\n.section .info\n.word 4\n`,
    ],
    sections,
  ],
  [
    "orphans of one name and two kinds",
    "",
    [`${code}.section .o,"aw"\n.word 1\n`, `.section .o,"aw",@nobits\n.space 4\n`],
  ],
  [
    "orphans that are warned of",
    "--orphan-handling=warn",
    [`${code}.section .o,"a"\n.word 1\n`],
    sections,
  ],
  [
    "orphans that are refused",
    "--orphan-handling=error",
    [`${code}.section .o,"a"\n.word 1\n`],
    sections,
  ],
  [
    "orphans that are thrown away",
    "--orphan-handling=discard",
    [`${code}.section .o,"a"\n.word 1\n`],
    sections,
  ],
  ["code that is writable", "-N", [code]],
  ["no pages", "-n", [code]],
  ["no pages, in a script", "-n", [code], sections],
  ["memory that can be written and run", "", [code], "SECTIONS { .all : { *(*) } }"],
  ["the same without a word", "--no-warn-rwx-segments", [code], "SECTIONS { .all : { *(*) } }"],
  [
    "program headers",
    "",
    [code],
    "PHDRS { h PT_PHDR PHDRS; t PT_LOAD FILEHDR PHDRS; w PT_LOAD; } SECTIONS { . = 0x10000 + SIZEOF_HEADERS; .text : { *(.text) } :t .data 0x20000 : { *(.data) } :w .bss : { *(.bss) } }",
  ],
  [
    "zeros before what is loaded",
    "",
    [code],
    "SECTIONS { .text : { *(.text) } .bss : { *(.bss) } .data : { *(.data) } }",
  ],
  [
    "thread-local zeros before data",
    "",
    [`${code}.section .tbss,"awT",@nobits\n.space 4\n.data\n.p2align 4\n.word 1\n`],
  ],
  [
    "sorting by the command line",
    "--sort-section=name",
    [`${code}.section .text.b,"ax"\n.word 2\n.section .text.a,"ax"\n.word 1\n`],
    sections,
  ],
  ["sorted commons", "--sort-common", [`${code}.comm c1,1,1\n.comm c8,8,8\n.comm c4,4,4\n`]],
  [
    "hidden symbols with entries in the offset table",
    "",
    [`${start}.option pic\nla a0, h\ncall k\n.globl h, k\n.hidden h, k\nh: nop\nk: nop\n`],
  ],
  [
    "notes in the order of their alignments",
    "",
    [
      `${start}.section .note.a,"a",@note\n.p2align 2\n.word 1\n.section .note.b,"a",@note\n.p2align 3\n.dword 2\n.section .note.c,"a",@note\n.p2align 2\n.word 3\n`,
    ],
  ],
  ["a note that identifies the program", "--build-id=0x0123456789abcdef", [code]],
  [
    "debug information of what is left out",
    "--gc-sections",
    [
      `${start}.section .text.u,"ax"\nu: nop\nnop\nv: ret\n.section .debug_x\n.dword u\n.byte 3\n.uleb128 5\n.reloc ., R_RISCV_NONE\n.section .debug_ranges\n.dword u, v\n.section .debug_y\n.byte v - u\n.half 1\n`,
    ],
  ],
  [
    "what numbers and places give outside of sections",
    "",
    [code],
    `${sections.slice(0, -1)} a = ADDR(.data) + 4; } b = ADDR(.data); c = d; e = d + 1; f = SIZEOF(.data) + ADDR(.data); g = z - d; h = g + 1; i = MAX(ADDR(.data), 5); j = ALIGN(d, 64); k = !b; m = -d; n = b ? . : 0;`,
  ],
  [
    "symbols at the ends of a section, of the linker and of the script",
    "",
    [
      `${code}.text\nla a0, __start_own\nla a0, __stop_own\nla a0, __start_its\n.section own,"a"\n.word 1\n.section its,"a"\n.word 2\n`,
    ],
    `SECTIONS { .text : { *(.text*) } own : { *(own) } its : { __start_its = .; *(its) } }`,
  ],
  [
    "notes and what they refer to, kept from collection",
    "--gc-sections",
    [
      `${start}.section .note.x,"",@note\n.dword t\n.section .text.t,"ax"\nt: ret\n.section .text.u,"ax"\nu: ret\n`,
    ],
  ],
  [
    "what goes along with what is kept",
    "--gc-sections",
    [
      `${start}call f\n.section .text.f,"ax"\nf: ret\n.section .along,"ao",.text.f\n.word 1\n.section .text.g,"ax"\ng: ret\n.section .gone,"ao",.text.g\n.word 2\n`,
    ],
  ],
  [
    "symbols that several statements provide",
    "--defsym=p=3",
    [code],
    `PROVIDE(p = 1); q = 2; PROVIDE(q = 5); PROVIDE(s = 7); ${sections} r = p + q + s; twice = _start;`,
  ],
  [
    "forms of scripts that are seldom seen",
    "",
    [code],
    `MEMORY { m : ORIGIN = 0x1000, LENGTH = 4K , n (rw) : o = 0x4000, l = 1K }
     SECTIONS { .text : { *(.text) } >m .note.y (READONLY (TYPE = SHT_NOTE)) : { LONG(1) } >m
       .data : { *(.data) ASSERT(. < 0x8000, far); } >n .bss : { *(.bss) } >n = 0 /DISCARD/ : { *(.comment) } }`,
  ],
  [
    "an offset table that is out of reach but for absolute addresses",
    "",
    [`${start}.option pic\nla a0, d\n.data\nd: .dword 1\n`],
    `SECTIONS { .data 0x1000 : { *(.data) *(.got) } .text 0x800000000 : { *(.text) } }`,
  ],
  [
    "an address outside of its region",
    "",
    [code],
    "MEMORY { m : ORIGIN = 0x1000, LENGTH = 4K } SECTIONS { .text 0x8000 : { *(.text) } >m .data : { *(.data .bss) } >m }",
  ],
  ["an insertion at nothing", "", [code], "SECTIONS { .x : { *(.x) } } INSERT AFTER .nowhere;"],
  ["the size of a section that no statement makes", "", [code], `${sections} a = SIZEOF(.none);`],
  [
    "relocations of a loaded kind among orphans",
    "",
    [`${start}la a0, f\n.globl f\n.type f, @gnu_indirect_function\nf: ret\n`],
  ],
  ["a jump to an odd place", "--defsym=f=_start+1", [`${start}jal f\n`]],
  [
    "code that a script forgets",
    "",
    [code],
    "SECTIONS { . = 0x1000; .data : { *(.data) } . = 0x2000; .bss : { *(.bss) } }",
  ],
  [
    "joined objects",
    "-r",
    [
      `${code}.text\ncall other\n.Lhere: .dword .Lhere\n.section .debug_x\n.word d - z\n`,
      `.globl other\nother: beqz a0, other\n.align 3\n.weak w\nlla a0, w\n${data.replaceAll(/\b([dz])\b:/g, "$1_2:").replaceAll(/globl ([dz])/g, "globl $1_2")}.comm c,4,4\n.section .note.GNU-stack\n`,
    ],
  ],
  [
    "joined objects of groups",
    "-r",
    [
      `${start}.section .text.f,"axG",@progbits,f,comdat\n.weak f\nf: ret\n`,
      `.text\ncall f\n.section .text.f,"axG",@progbits,f,comdat\n.weak f\nf: ret\n`,
    ],
  ],
  ["joined objects with room for common symbols", "-r -d", [`${code}.comm c,4,4\n`]],
  [
    "joined objects of what is reached",
    "-r --gc-sections -e _start",
    [`${start}.section .text.u,"ax"\nnop\n`],
  ],
];

interface Outcome {
  readonly isGood: boolean;
  readonly hasWords: boolean;
}

/** Our linker as the terminal has it, with what it writes to standard error taken away. */
async function ours(args: readonly string[]): Promise<Outcome> {
  const write = process.stderr.write;
  let text = "";
  process.stderr.write = ((part: string) => {
    text += part;
    return true;
  }) as typeof write;
  try {
    const code = await runLink({}, args);
    return { isGood: code === 0, hasWords: text !== "" };
  } finally {
    process.stderr.write = write;
  }
}

function theirs(ld: string, args: readonly string[]): Outcome {
  const { status, stderr } = spawnSync(ld, args, { encoding: "utf8" });
  return { isGood: status === 0, hasWords: stderr !== "" };
}

/** All that a file says, a line each. */
function linesOf({ type, entry, flags, sections: all, segments, symbols }: ElfFile): string[] {
  const hex = (value: bigint) => value.toString(16);
  const own = ({ section }: ElfFile["symbols"][number]) =>
    typeof section === "object" ? section.name : section;
  const tables: readonly number[] = [SHT.STRTAB, SHT.SYMTAB];
  return [
    `type ${type} entry ${hex(entry)} flags ${flags}`,
    ...all
      .filter((one) => !tables.includes(one.type))
      .flatMap((one) => [
        `${one.name} type ${one.type} flags ${hex(one.flags & ~0x40n)} at ${hex(one.address)} size ${one.size} align ${one.alignment} ${one.type === SHT.NOBITS ? "" : Buffer.from(one.data).toString("hex")}`,
        ...one.relocations.map(
          ({ offset, type: kind, symbol, addend }) =>
            `  ${hex(offset)} ${kind} ${symbol === undefined ? "" : symbol.name || own(symbol)} ${addend}`,
        ),
      ]),
    ...segments.map((one) =>
      [
        one.type,
        one.flags,
        one.offset,
        one.virtualAddress,
        one.physicalAddress,
        one.fileSize,
        one.memorySize,
        one.alignment,
      ]
        .map((value) => value.toString(16))
        .join(" "),
    ),
    ...symbols
      .filter(
        ({ name, type: kind }) =>
          kind !== STT.SECTION && kind !== STT.FILE && !/^(\$|$)/.test(name),
      )
      .map(
        (symbol) =>
          `${symbol.name} = ${hex(symbol.value)} size ${symbol.size} ${symbol.binding} ${symbol.type} ${symbol.visibility} ${own(symbol)}`,
      )
      .sort(),
  ];
}

describe("options of GNU ld", () => {
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "options-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  for (const [what, options, sources, script] of links) {
    it(what, async function () {
      const [ld = ""] = requireTools(this, "riscv64-unknown-elf-ld");
      const objects = sources.map((source, index) => {
        const path = join(folder, `${index}.o`);
        const { object, diagnostics } = assemble("a.s", source, { readFile: () => undefined });
        assert.deepEqual(
          diagnostics.filter(({ severity }) => severity === "error"),
          [],
        );
        writeFileSync(path, writeElf(object));
        return path;
      });
      const flags = options === "" ? [] : options.split(" ");
      if (script !== undefined) {
        writeFileSync(join(folder, "script.ld"), script);
        flags.push("-T", join(folder, "script.ld"));
      }
      const [mine, other] = [join(folder, "mine"), join(folder, "other")];
      const outcome = await ours([...flags, ...objects, "-o", mine]);
      assert.deepEqual(outcome, theirs(ld, [...flags, ...objects, "-o", other]));
      if (!outcome.isGood) return;
      const [left, right] = [mine, other].map((path) =>
        linesOf(readElf(new Uint8Array(readFileSync(path)))),
      );
      assert.deepEqual(left, right);
    });
  }
});
