/** Why a program cannot be started: one factory a reason, one sentence that says what to do. */

/** A launch that cannot be done; `message` is for the user. */
export class LaunchError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "LaunchError";
  }
}

const hex = (value: bigint): string => `0x${value.toString(16)}`;

export function isObjectFile(): LaunchError {
  return new LaunchError(
    "This is an object file, which has no addresses yet: link it into an executable first.",
  );
}

export function isNotExecutable(type: number): LaunchError {
  return new LaunchError(
    `The ELF file's type is ${type}, not an executable: build a statically linked program.`,
  );
}

export function noInterpreter(path: string): LaunchError {
  return new LaunchError(
    `The program needs the dynamic linker ${path}, which is not in the mounted folders: ` +
      "mount a folder at / that has it and the libraries, or link the program with -static.",
  );
}

export function wrongInterpreter(path: string, xlen: 32 | 64): LaunchError {
  return new LaunchError(
    `The dynamic linker ${path} is not one for RV${xlen}: mount the libraries of that architecture.`,
  );
}

export function hasNothingToLoad(): LaunchError {
  return new LaunchError(
    "The program has no segment to load: link it, and check that its .text section is not empty.",
  );
}

export function segmentTooHigh(address: bigint, end: bigint, xlen: 32 | 64): LaunchError {
  return new LaunchError(
    `The segment from ${hex(address)} to ${hex(end)} does not fit the ${xlen}-bit address space: ` +
      "check the linker script.",
  );
}

export function segmentTooLarge(address: bigint, size: bigint): LaunchError {
  return new LaunchError(
    `The segment at ${hex(address)} takes ${size} bytes, more than the machine's memory: ` +
      "make the program's data smaller or the memory limit larger.",
  );
}

export function segmentOverStack(address: bigint): LaunchError {
  return new LaunchError(
    `The segment at ${hex(address)} lies where the stack has to be: link the program elsewhere.`,
  );
}

export function entryOutside(entry: bigint): LaunchError {
  return new LaunchError(
    `The entry point ${hex(entry)} is not in an executable segment: ` +
      "define _start in .text, or give the linker another entry with -e.",
  );
}

export function needsQuad(): LaunchError {
  return new LaunchError(
    "The program is built for the Q extension (quad floating point), which is not available: " +
      "build it with -mabi=lp64d or -mabi=ilp32d.",
  );
}

export function argumentsTooLong(): LaunchError {
  return new LaunchError(
    "The arguments and environment variables take more than 128 KiB: pass fewer or shorter ones.",
  );
}
