/**
 * Small freestanding programs for comparing our engines with QEMU: assembled by GNU as into one
 * flat piece, run by both, and compared by the bytes that they write to standard output.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Engine } from "../../emulator/engine.ts";
import { createEngine, type EngineName } from "../../emulator/engines.ts";
import { Hart } from "../../emulator/hart.ts";
import { PhysicalMemory } from "../../emulator/memory.ts";
import { AddressSpace, Right } from "../../emulator/translation.ts";
import { type Architecture, parseArchitecture } from "../../isa/architecture.ts";

/** Where programs are linked to. */
export const programBase = 0x10000n;

/** An assembled program: its ELF file for QEMU, and its bytes from {@link programBase} on. */
export interface Program {
  readonly elf: string;
  readonly image: Uint8Array;
  readonly xlen: 32 | 64;
  /** Removes the files. */
  dispose(): void;
}

/** Assembles and links a program whose entry is `_start`. */
export function assembleProgram(text: string, xlen: 32 | 64): Program {
  const folder = mkdtempSync(join(tmpdir(), "hartbeat-"));
  const path = (name: string): string => join(folder, name);
  const tool = (name: string, ...args: string[]): void => {
    execFileSync(`riscv64-unknown-elf-${name}`, args, { stdio: ["ignore", "pipe", "pipe"] });
  };
  writeFileSync(path("program.s"), text);
  const abi = xlen === 64 ? "lp64d" : "ilp32d";
  tool("as", `-march=rv${xlen}gc`, `-mabi=${abi}`, path("program.s"), "-o", path("program.o"));
  const emulation = `elf${xlen}lriscv`;
  const address = `0x${programBase.toString(16)}`;
  tool(
    "ld",
    "-m",
    emulation,
    "-z",
    "max-page-size=4096",
    "-Ttext",
    address,
    path("program.o"),
    "-o",
    path("program"),
  );
  tool("objcopy", "-O", "binary", path("program"), path("image"));
  return {
    elf: path("program"),
    image: readFileSync(path("image")),
    xlen,
    dispose: () => rmSync(folder, { recursive: true }),
  };
}

/** What a program wrote to standard output under QEMU with a CPU model. */
export function runOnQemu(program: Program, cpu: string): Uint8Array {
  const done = spawnSync(`qemu-riscv${program.xlen}`, ["-cpu", cpu, program.elf], {
    maxBuffer: 1 << 30,
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (done.status !== 0) {
    throw new Error(`QEMU ended with ${done.status ?? done.signal}: ${done.stderr}`);
  }
  return done.stdout;
}

/** The CPU options that this QEMU has, of which a later spelling replaces an earlier one. */
export function qemuCpu(program: Program, options: readonly (readonly string[])[]): string {
  const works = (cpu: string): boolean =>
    spawnSync(`qemu-riscv${program.xlen}`, ["-cpu", cpu, program.elf], { stdio: "ignore" })
      .status === 0;
  const model = `rv${program.xlen}`;
  const chosen = options.flatMap((spellings) => {
    const known = spellings.find((name) => works(`${model},${name}=true`));
    return known === undefined ? [] : [`${known}=true`];
  });
  return [model, ...chosen].join(",");
}

/** A machine with nothing but a hart, memory and two system calls. */
export interface Bench {
  readonly hart: Hart;
  readonly space: AddressSpace;
  readonly memory: PhysicalMemory;
  readonly engine: Engine;
}

export function createBench(
  march: string,
  process = true,
  engineName: EngineName = "evaluator",
  hotness?: number,
): Bench {
  const architecture = architectureOf(march);
  const memory = new PhysicalMemory(64 << 20);
  const space = new AddressSpace(memory, architecture.xlen);
  const hart = new Hart({
    id: 0,
    xlen: architecture.xlen,
    flen: architecture.extensions.has("d") ? 64 : architecture.extensions.has("f") ? 32 : 0,
    extensions: architecture.extensions,
    memory,
    translator: space,
    process,
  });
  const engine = createEngine(engineName, memory, architecture, hart.flen, hotness);
  return { hart, space, memory, engine };
}

export function architectureOf(march: string): Architecture {
  const parsed = parseArchitecture(march);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.architecture;
}

const writeCall = 64n;
const exitCall = 93n;

/**
 * What a program wrote under one of our engines; throws for any trap but a write or exit call.
 * @param hotness jumps to an address until it is translated
 */
export function runProgram(
  program: Program,
  march: string,
  engineName: EngineName,
  hotness?: number,
): Uint8Array {
  const { hart, space, engine } = createBench(march, true, engineName, hotness);
  const all = Right.read | Right.write | Right.execute;
  space.map(programBase, BigInt(program.image.length), all);
  space.write(programBase, program.image);
  hart.pc = programBase;
  const output: Uint8Array[] = [];
  for (;;) {
    const stop = engine.run(hart, 1_000_000_000);
    if (stop.reason !== "trap" || stop.trap.cause !== 8) {
      throw new Error(`stopped at ${hart.pc.toString(16)}: ${describe(stop)}`);
    }
    if (hart.x(17) === exitCall) return Buffer.concat(output);
    if (hart.x(17) !== writeCall) throw new Error(`system call ${hart.x(17)}`);
    output.push(space.read(hart.x(11), Number(hart.x(12))));
    hart.pc += 4n;
  }
}

const describe = (value: unknown): string =>
  JSON.stringify(value, (_, part) => (typeof part === "bigint" ? `0x${part.toString(16)}` : part));

/** The end of a program: writes the bytes from `out` to `out_end` and exits. */
export const epilogue = `
  la a1, out
  la a2, out_end
  sub a2, a2, a1
  li a0, 1
  li a7, ${writeCall}
  ecall
  li a0, 0
  li a7, ${exitCall}
  ecall
`;

/** A sequence of pseudo-random numbers, the same for the same seed (mulberry32). */
export class RandomNumbers {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** An integer of 32 random bits. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }

  /** An integer from 0 to count − 1. */
  below(count: number): number {
    return this.next() % count;
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)] as Item;
  }

  bits(count: number): bigint {
    const all = (BigInt(this.next()) << 32n) | BigInt(this.next());
    return BigInt.asUintN(count, all);
  }
}
