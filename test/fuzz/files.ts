/**
 * Bad input for the readers of ELF, archives and debug information: objects and archives with
 * damaged bytes. Whatever they are, reading and every question that a debugger asks end soon, with
 * an answer or with an `ElfError`.
 */
import assert from "node:assert/strict";
import { assemble } from "../../assembler/assemble.ts";
import { readArchive } from "../../elf/archive.ts";
import { attributesOf } from "../../elf/attributes.ts";
import { evaluateLocation } from "../../elf/dwarf/expression.ts";
import { readDebugInformation } from "../../elf/dwarf/index.ts";
import { unwindAll } from "../../elf/dwarf/unwind.ts";
import { ElfError } from "../../elf/errors.ts";
import type { ElfFile } from "../../elf/model.ts";
import { readElf } from "../../elf/reader.ts";
import { SymbolTable } from "../../elf/symbols.ts";
import { writeElf } from "../../elf/writer.ts";
import type { Campaign } from "./campaign.ts";
import { archiveOf, generator } from "./linker.ts";

/** No single file may take longer, in milliseconds. */
const patience = 4_000;

/** Asks everything that a debugger asks. Throws nothing but our own mistakes. */
export function exercise(bytes: Uint8Array): void {
  let file: ElfFile;
  try {
    file = readElf(bytes);
    attributesOf(file);
  } catch (error) {
    assert.ok(error instanceof ElfError, String(error));
    return;
  }
  new SymbolTable(file).functionAt(0x10100n);
  const debug = readDebugInformation(file);
  for (const path of debug.lines.files()) debug.lines.locations(path);
  for (const unit of debug.compileUnits) {
    for (const scope of debug.info.functionsOf(unit)) {
      debug.bodyAddress(scope);
      evaluate(scope.frameBase);
    }
  }
  for (const address of [0n, file.entry, 0x10110n, 0xffffffffn]) {
    debug.lines.lookup(address);
    debug.functionsAt(address);
  }
  for (const entry of debug.frames.entries.slice(0, 50)) {
    for (const { frameAddress } of debug.frames.rows(entry)) {
      if (frameAddress?.kind === "expression") evaluate(frameAddress.expression);
    }
  }
  const registers = new Map([
    [1, file.entry],
    [2, 0x8000n],
  ]);
  const frame = { pc: file.entry, isCaller: false, registers };
  unwindAll(frame, (address) => address & 0xffffn, debug.frames, 8, 50);
  for (const error of debug.errors) assert.match(error.message, /^[A-Z].*\.$/);
}

function evaluate(expression: Uint8Array | undefined): void {
  if (expression === undefined) return;
  try {
    evaluateLocation(expression, { addressSize: 8, register: () => 1n, memory: () => 2n });
  } catch (error) {
    assert.ok(error instanceof ElfError, String(error));
  }
}

/** A small object with lines, a unit and frames. */
export function sample(dwarf: 2 | 3 | 4 | 5): Uint8Array {
  const rows = Array.from(
    { length: 16 },
    (_, line) => `.loc 1 ${line} ${line % 3}\nadd a0, a0, a1`,
  );
  const source = `
    .file 1 "a.s"
    .file 2 "sub/b.s"
    .cfi_sections .debug_frame
    .cfi_startproc
    .loc 2 5
    addi sp, sp, -16
    .cfi_def_cfa_offset 16
    sd ra, 8(sp)
    .cfi_offset ra, -8
    ${rows.join("\n")}
    .cfi_escape 0x0f, 2, 0x72, 8
    ret
    .cfi_endproc
    .section .text.other, "ax"
    .loc 1 3
    ret`;
  const options = { dwarf, directory: "/work", producer: "test", readFile: () => undefined };
  return writeElf(assemble("a.s", source, options).object);
}

/** A few changed bytes, words or a piece copied elsewhere. */
export function mutate(
  original: Uint8Array,
  random: (limit: number) => number,
  round: number,
): Uint8Array {
  const bytes = original.slice();
  const interesting = [0, 1, 0x7f, 0x80, 0xff];
  for (let change = 0; change <= random(1 + (round % 12)); change++) {
    const at = random(bytes.length);
    switch (random(4)) {
      case 0:
        bytes[at] = random(256);
        break;
      case 1:
        bytes[at] = interesting[random(interesting.length)] as number;
        break;
      case 2:
        bytes.fill(random(2) * 255, at, at + 1 + random(8));
        break;
      default: {
        const from = random(bytes.length);
        bytes.copyWithin(at, from, from + random(64));
      }
    }
  }
  return bytes;
}

/** Reads an archive and its members. */
function exerciseArchive(bytes: Uint8Array): void {
  try {
    const archive = readArchive(bytes);
    for (const index of archive.symbolNames.keys()) archive.memberOf(index);
    for (const member of archive.members) {
      const data = member.read();
      if (data !== undefined) exercise(data);
    }
  } catch (error) {
    assert.ok(error instanceof ElfError, String(error));
  }
}

/** The campaign. */
export const files: Campaign = {
  name: "files",
  summary: "damaged objects and archives are read or refused, soon",
  async run({ seconds, seed, print }) {
    const objects = [sample(2), sample(5)];
    const data = objects[1] ?? new Uint8Array();
    const archive = archiveOf([{ name: "a.o", data, symbols: ["a"] }]);
    const end = performance.now() + seconds * 1000;
    let count = 0;
    for (; performance.now() < end; count++) {
      const random = generator((seed + count) * 2654435761);
      const original = objects[random(3)];
      const bytes = mutate(original ?? archive, random, random(24));
      const start = performance.now();
      try {
        if (original === undefined) exerciseArchive(bytes);
        else exercise(bytes);
        assert.ok(performance.now() - start < patience, "takes too long");
      } catch (error) {
        print(`case ${seed + count}: ${(error as Error).stack}`);
        return false;
      }
    }
    print(`${count} cases, none with a fault`);
    return true;
  },
};
