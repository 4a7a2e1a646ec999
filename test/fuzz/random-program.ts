/**
 * A random program: chunks of random code, each with the registers that it starts with, and the
 * contents of the data. The same seed gives the same program. What surrounds the chunks is in
 * `recorder.ts`.
 */
import type { Architecture } from "../../isa/architecture.ts";
import { boxed, randomFloat, randomInteger } from "../emulator/operands.ts";
import { architectureOf, RandomNumbers } from "../emulator/programs.ts";
import { places } from "./places.ts";
import { CodeGenerator, pointers } from "./random-code.ts";

/** The registers at the start of a chunk. */
export interface Registers {
  /** x1 to x31. */
  readonly x: readonly bigint[];
  readonly f: readonly bigint[];
  readonly fcsr: number;
}

export interface Chunk {
  readonly words: readonly number[];
  readonly start: Registers;
}

export interface RandomProgram {
  readonly march: string;
  readonly seed: number;
  readonly architecture: Architecture;
  readonly chunks: readonly Chunk[];
  /** `dataSize` and then `constantsSize` bytes. */
  readonly data: Uint8Array;
}

/**
 * The program of a seed.
 * @param leftOut mnemonics that it must not have
 */
export function randomProgram(
  march: string,
  seed: number,
  chunkCount: number,
  leftOut: ReadonlySet<string> = new Set(),
): RandomProgram {
  const architecture = architectureOf(march);
  const random = new RandomNumbers(seed);
  const generator = new CodeGenerator(architecture, random, leftOut);
  const chunks = Array.from({ length: chunkCount }, () => ({
    words: generator.chunk(),
    start: randomRegisters(random, architecture.xlen),
  }));
  const data = new Uint8Array(places.dataSize + places.constantsSize);
  for (let at = 0; at < data.length; at++) data[at] = random.next() >>> 24;
  return { march, seed, architecture, chunks, data };
}

function randomRegisters(random: RandomNumbers, xlen: 32 | 64): Registers {
  const x = Array.from({ length: 31 }, (_, index) =>
    pointers.some((pointer) => pointer === index + 1)
      ? randomPointer(random)
      : randomInteger(random, xlen),
  );
  const f = Array.from({ length: 32 }, () => {
    const format = random.pick(["half", "single", "single", "double", "double"] as const);
    return boxed(random, format, randomFloat(random, format));
  });
  // Mostly to nearest with the inexact flag raised, as in a program that has run for a while.
  const rounding = random.pick([0, 0, 0, 0, 1, 2, 3, 4]);
  const flags = random.pick([1, 1, 1, 0, random.below(32)]);
  return { x, f, fcsr: rounding * 32 + flags };
}

/** Into the middle of the data, or near the end of a page, of the data, or of what can be read. */
function randomPointer(random: RandomNumbers): bigint {
  const { data, dataSize, constants, constantsSize } = places;
  const near = (end: number): number => end - random.below(40);
  switch (random.below(8)) {
    case 0:
      return BigInt(near(data + 4096 * (1 + random.below(dataSize / 4096))));
    case 1:
      return BigInt(near(constants + constantsSize));
    case 2:
      return BigInt(data + random.below(40));
    case 3:
      return BigInt(data + 1024 + random.below(dataSize - 2048));
    default:
      return BigInt(data + 1024 + 8 * random.below((dataSize - 2048) / 8));
  }
}
