/**
 * What can be wrong with an ELF file or its debug information: one factory a failure, one whole
 * sentence each, which says what to do where something can be done.
 */
import { machineName } from "./constants.ts";

/** A file that cannot be read, or a model that cannot be written. `message` is for the user. */
export class ElfError extends Error {
  /** Names the failure, for tests and for callers that treat one kind apart. */
  readonly code: ElfErrorCode;

  constructor(code: ElfErrorCode, message: string) {
    super(message);
    this.name = "ElfError";
    this.code = code;
  }
}

/** The kinds of {@link ElfError}. */
export type ElfErrorCode =
  | "not-elf"
  | "truncated"
  | "big-endian"
  | "unknown-class"
  | "wrong-machine"
  | "corrupt"
  | "compressed"
  | "separate"
  | "debug-information"
  | "unwritable"
  | "corrupt-archive";

/** The magic number is not there. */
export function notElf(): ElfError {
  return new ElfError(
    "not-elf",
    "This is not an ELF file: choose an object file or an executable that a RISC-V assembler, " +
      "compiler or linker made.",
  );
}

/** Something lies behind the end of the file. `what` is a noun phrase. */
export function truncated(what: string): ElfError {
  return new ElfError(
    "truncated",
    `The ELF file is truncated: ${what} lies behind the end of the file, so build or copy it again.`,
  );
}

/** The file's data encoding is not little-endian. */
export function bigEndian(): ElfError {
  return new ElfError(
    "big-endian",
    "The ELF file is not little-endian, so it is not for the RISC-V machines that run here; " +
      "build it for a little-endian target.",
  );
}

/** EI_CLASS is neither 32 nor 64. */
export function unknownClass(value: number): ElfError {
  return new ElfError(
    "unknown-class",
    `The ELF file's class is ${value}, neither 32-bit nor 64-bit: the file is damaged.`,
  );
}

/** The file is for another machine. */
export function wrongMachine(machine: number): ElfError {
  return new ElfError(
    "wrong-machine",
    `This ELF file is for ${machineName(machine)}, not for RISC-V: ` +
      "build it with a RISC-V toolchain, such as riscv64-unknown-elf-gcc.",
  );
}

/** A table contradicts itself. `what` is a clause. */
export function corrupt(what: string): ElfError {
  return new ElfError("corrupt", `The ELF file is damaged: ${what}.`);
}

/** A debug section is compressed, which cannot be read here. */
export function compressedSection(name: string): ElfError {
  return new ElfError(
    "compressed",
    `The debug section ${name} is compressed: link with -gz=none, or run ` +
      "objcopy --decompress-debug-sections, to see source lines.",
  );
}

/** An archive that contradicts itself. `what` is a clause. */
export function corruptArchive(what: string): ElfError {
  return new ElfError("corrupt-archive", `The archive is damaged: ${what}; make it again with ar.`);
}

/** Debug information of a unit is in a file of its own. */
export function separateDebugInformation(unit: string, file: string): ElfError {
  return new ElfError(
    "separate",
    `The debug information of ${unit} is in the separate file ${file}, which is not read: ` +
      "compile without -gsplit-dwarf to see its functions.",
  );
}

/** Debug information that contradicts itself or the standard. `what` is a clause. */
export function debugInformation(what: string): ElfError {
  return new ElfError("debug-information", `The debug information cannot be read: ${what}.`);
}

/** A model that has no file form. `what` is a clause. */
export function unwritable(what: string): ElfError {
  return new ElfError("unwritable", `The ELF file cannot be written: ${what}.`);
}
