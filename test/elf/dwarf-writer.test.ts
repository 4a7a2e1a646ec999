/**
 * Debug sections as written here against those that GNU `as` writes for the same program, byte by
 * byte, and as the linker and objdump see them after relaxation.
 */
import assert from "node:assert/strict";
import {
  type FrameDescription,
  type FrameInstruction,
  type FrameOperation,
  writeDebugFrames,
  writeExceptionFrames,
} from "../../elf/dwarf/frame-writer.ts";
import { readDebugInformation } from "../../elf/dwarf/index.ts";
import { type LineEntries, type LineUnit, writeDebugUnit } from "../../elf/dwarf/line-writer.ts";
import { localLabel } from "../../elf/dwarf/section-builder.ts";
import type { ElfFile, ElfSymbol, Section } from "../../elf/model.ts";
import { readElf } from "../../elf/reader.ts";
import { writeElf } from "../../elf/writer.ts";
import { requireTools, runTool } from "../tools.ts";
import { assembly, Workshop } from "./sources.ts";

const assembler = "riscv64-unknown-elf-as";
const linker = "riscv64-unknown-elf-ld";
const objdump = "riscv64-unknown-elf-objdump";
const targets = [
  { bits: 32, options: ["-march=rv32imac", "-mabi=ilp32"], emulation: "elf32lriscv" },
  { bits: 64, options: ["-march=rv64imac", "-mabi=lp64"], emulation: "elf64lriscv" },
] as const;

/** Rows that are far apart, in several files, with columns and flags. */
const annotated = `
  .file 1 "part/one.c"
  .file 2 "/else/where/two.c"
  .globl _start
  .text
_start:
  .loc 1 10 3
  addi sp, sp, -16
  .loc 2 5 7 is_stmt 0
  nop
  .loc 1 11 4 is_stmt 1 discriminator 300
  call _start
  .loc 1 12 4 prologue_end
  nop
  .loc 1 900 4 basic_block epilogue_begin
  nop
  .skip 60000
  .loc 1 2
  nop
`;

/** A relocation in a form that can be compared between files. */
const shape = (section: Section | undefined) =>
  section?.relocations.map(({ offset, type, symbol, addend }) => {
    const where = typeof symbol?.section === "object" ? symbol.section.name : symbol?.section;
    return `${offset} ${type} ${where}+${(symbol?.value ?? 0n) + addend}`;
  });

const named = (file: ElfFile, name: string): Section => {
  const section = file.sections.find((candidate) => candidate.name === name);
  assert.ok(section, `no section ${name}`);
  return section;
};

/** The rows in an object's line table, with labels in the sections of another object. */
function entriesOf(reference: ElfFile, object: ElfFile, sections: string[]): LineEntries[] {
  const debug = readDebugInformation(reference);
  const [program] = debug.lines.programs;
  assert.ok(program);
  return program.sequences.map(({ start, first, last }, index) => {
    const section = named(object, sections[index] as string);
    const label = (value: bigint) => ({ symbol: localLabel(section, value) });
    const rows = [];
    for (let at = first; at < last; at++) {
      const row = program.row(at, start);
      rows.push({ ...row, ...label(row.address), file: program.fileOf(at) });
    }
    return { rows, start: label(0n), end: label(program.row(last, start).address) };
  });
}

/** The object with debug sections for the rows. */
function withLines(object: ElfFile, unit: LineUnit): ElfFile {
  const labels = unit.sequences.flatMap(({ rows, start, end }) =>
    [...rows, start, end].map(({ symbol }) => symbol),
  );
  const { sections, symbols } = writeDebugUnit(unit);
  return {
    ...object,
    sections: [...object.sections, ...sections],
    symbols: [...object.symbols, ...new Set([...labels, ...symbols])],
  };
}

describe("DWARF writer", () => {
  const workshop = new Workshop();
  after(() => workshop.remove());

  for (const { bits, options, emulation } of targets) {
    for (const version of [2, 3, 4, 5] as const) {
      it(`writes the lines that as writes, RV${bits}, version ${version}`, function () {
        const [as, ld, dump] = requireTools(this, assembler, linker, objdump) as string[];
        const plain = workshop.build(as as string, "lines.s", assembly, [...options]);
        const object = readElf(workshop.read(plain));
        const flags = [...options, `-gdwarf-${version}`];
        const expectedPath = workshop.build(as as string, "lines.s", assembly, flags);
        const reference = readElf(workshop.read(expectedPath));
        const file = { name: `${workshop.folder}/lines.s` };
        const directory = process.cwd();
        const split = { name: "lines.s", directory: workshop.folder };
        const made = withLines(object, {
          class: bits,
          version,
          directory,
          files: [split, split],
          sequences: entriesOf(reference, object, [".text", ".text.other"]),
          producer: "test",
        });
        const [ours, theirs] = [named(made, ".debug_line"), named(reference, ".debug_line")];
        assert.deepEqual(hexOf(ours.data), hexOf(theirs.data));
        assert.deepEqual(shape(ours), shape(theirs));

        const linked = (name: string, path: string) => {
          const output = `${workshop.folder}/${name}`;
          runTool(ld as string, ["-m", emulation, path, "-o", output]);
          const text = runTool(dump as string, ["-WL", "-Wr", output]);
          return text.split("\n").slice(2).join("\n");
        };
        const path = workshop.write("ours.o", writeElf(made));
        assert.deepEqual(
          linesOnly(linked("ours", path)),
          linesOnly(linked("theirs", expectedPath)),
        );
        const debug = readDebugInformation(readElf(workshop.read(`${workshop.folder}/ours`)));
        const [unit] = debug.compileUnits;
        assert.equal(unit?.name, file.name);
        assert.equal(unit?.directory, directory);
        const [text, other] = unit?.ranges ?? [];
        assert.ok(text && other, "the unit has no two ranges");
        assert.equal(debug.lines.lookup(text.low)?.row.line, 6);
        assert.equal(debug.info.unitAt(other.low), unit);
        assert.deepEqual(debug.errors, []);
      });
    }

    it(`writes files, columns and flags as as does, RV${bits}`, function () {
      const [as] = requireTools(this, assembler) as [string];
      const path = workshop.build(as, "annotated.s", annotated, [...options]);
      const reference = readElf(workshop.read(path));
      const { sections } = writeDebugUnit({
        class: bits,
        version: 3,
        directory: "/",
        files: [
          { name: "" },
          { name: "one.c", directory: "part" },
          { name: "two.c", directory: "/else/where" },
        ],
        sequences: entriesOf(reference, reference, [".text"]),
        producer: "test",
      });
      const theirs = named(reference, ".debug_line");
      assert.deepEqual(hexOf(sections[0]?.data), hexOf(theirs.data));
      assert.deepEqual(shape(sections[0]), shape(theirs));
    });

    for (const kind of [".eh_frame", ".debug_frame"] as const) {
      it(`writes ${kind} as as does, RV${bits}`, function () {
        const [as] = requireTools(this, assembler) as [string];
        const source = `.cfi_sections ${kind}\n${frameSource}`;
        const path = workshop.build(as, "frames.s", source, [...options]);
        const reference = readElf(workshop.read(path));
        const text = named(reference, ".text");
        const frames = describeFunctions(text);
        const write = kind === ".eh_frame" ? writeExceptionFrames : writeDebugFrames;
        // As knows short distances here; .skip could have any length to it.
        const isSize = (to: ElfSymbol) => frames.some(({ end }) => end.symbol === to);
        const { section } = write(frames, {
          class: bits,
          isFinal: (from, to) => to.symbol.value - from.symbol.value < 64n && !isSize(to.symbol),
        });
        const theirs = named(reference, kind);
        assert.deepEqual(hexOf(section.data), hexOf(theirs.data));
        assert.deepEqual(shape(section), shape(theirs));
      });
    }
  }

  it("lets the linker change distances between frame instructions", function () {
    const [as, ld, dump] = requireTools(this, assembler, linker, objdump) as string[];
    const source = "_start:\n  call _start\n  .skip 70\n  call _start\n  ret\n";
    const path = workshop.build(as as string, "relaxed.s", source, ["-march=rv64imac"]);
    const object = readElf(workshop.read(path));
    const text = named(object, ".text");
    const place = (value: bigint) => ({ symbol: localLabel(text, value) });
    const [start, first, second, end] = [0n, 8n, 86n, text.size].map(place);
    assert.ok(start && first && second && end);
    const { section, symbols } = writeExceptionFrames(
      [
        {
          start,
          end,
          instructions: [
            { kind: "def-cfa-offset", offset: 16, place: first },
            { kind: "def-cfa-offset", offset: 0, place: second },
          ],
        },
      ],
      { class: 64 },
    );
    const labels = [start, first, second, end].map(({ symbol }) => symbol);
    const made: ElfFile = {
      ...object,
      sections: [...object.sections, section],
      symbols: [...object.symbols, ...labels, ...symbols],
    };
    const output = `${workshop.folder}/relaxed`;
    const input = workshop.write("relaxed.o", writeElf(made));
    runTool(ld as string, [input, "-Ttext=0x10000", "-e", "0x10000", "-o", output]);
    const frames = runTool(dump as string, ["-WF", output]);
    // Both calls shrink from 8 bytes to 4 (RV64 has no shorter call).
    assert.match(frames, /pc=0+10000\.\.0+10050/);
    assert.match(frames, /0+10004 sp\+16/);
    assert.match(frames, /0+1004e sp\+0/);
  });
});

/** Assembly lines, each with its size in bytes or with the operation that it asks for. */
const functions: [text: string, meaning: number | FrameOperation][][] = [
  [
    ["addi sp, sp, -64", 2],
    [".cfi_def_cfa_offset 64", { kind: "def-cfa-offset", offset: 64 }],
    ["sw ra, 60(sp)", 2],
    [".cfi_offset ra, -8", { kind: "offset", register: 1, offset: -8 }],
    [".cfi_offset 33, -16", { kind: "offset", register: 33, offset: -16 }],
    ["addi s0, sp, 64", 2],
    [".cfi_def_cfa s0, 0", { kind: "def-cfa", register: 8, offset: 0 }],
    [".cfi_remember_state", { kind: "remember-state" }],
    [".skip 100", 100],
    [".cfi_val_offset s1, -8", { kind: "value-offset", register: 9, offset: -8 }],
    [".cfi_register s2, s3", { kind: "register", register: 18, other: 19 }],
    [".cfi_undefined s4", { kind: "undefined", register: 20 }],
    [".cfi_same_value s5", { kind: "same-value", register: 21 }],
    [".skip 300", 300],
    [".cfi_restore_state", { kind: "restore-state" }],
    [".cfi_restore ra", { kind: "restore", register: 1 }],
    [".cfi_def_cfa_register sp", { kind: "def-cfa-register", register: 2 }],
    [".skip 70000", 70000],
    [".cfi_escape 0x0f, 2, 0x72, 8", { kind: "escape", bytes: [0x0f, 2, 0x72, 8] }],
    ["ret", 2],
  ],
  [
    ["nop", 2],
    [".cfi_offset s1, 8", { kind: "offset", register: 9, offset: 8 }],
    [".cfi_def_cfa_offset -8", { kind: "def-cfa-offset", offset: -8 }],
    ["ret", 2],
  ],
];

const frameSource = functions
  .map((lines) => [".cfi_startproc", ...lines.map(([text]) => text), ".cfi_endproc", ""].join("\n"))
  .join("");

/** The functions one after the other, from the start of a section. */
function describeFunctions(section: Section): FrameDescription[] {
  let address = 0n;
  const here = () => ({ symbol: localLabel(section, address) });
  return functions.map((lines) => {
    const start = here();
    const instructions: FrameInstruction[] = [];
    for (const [, meaning] of lines) {
      if (typeof meaning === "number") address += BigInt(meaning);
      else instructions.push({ ...meaning, place: here() });
    }
    return { start, end: here(), instructions };
  });
}

function hexOf(data: Uint8Array | undefined): string {
  return Buffer.from(data ?? [])
    .toString("hex")
    .replace(/.{32}/g, "$&\n");
}

/** Lines of an objdump listing that hold rows. */
function linesOnly(text: string): string[] {
  return text.split("\n").filter((line) => /\b0x[0-9a-f]+\b/.test(line));
}
