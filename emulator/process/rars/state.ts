/** What the RARS calls keep for a program. */
import { type Codec, double, mapOf, record, text, unsigned } from "../../history/codec.ts";
import type { OpenFile } from "../descriptors.ts";
import { JavaRandom } from "../java-numbers.ts";
import { openFile } from "../saved-process.ts";
import type { TeachingCall } from "../teaching.ts";

/** What the calls of RARS remember. */
export class RarsState {
  /** Generators by stream number, made when first used. */
  readonly streams = new Map<number, JavaRandom>();
  /** Paths of open files by descriptor: a file cannot be open twice. */
  readonly paths = new Map<OpenFile, string>();

  /** The generator of a stream; `seed` is asked for when it is new. */
  stream(number: number, seed: () => bigint): JavaRandom {
    let random = this.streams.get(number);
    if (random === undefined) {
      random = new JavaRandom(seed());
      this.streams.set(number, random);
    }
    return random;
  }

  /** Restarts a stream from a seed. */
  seed(number: number, seed: bigint): void {
    this.streams.set(number, new JavaRandom(seed));
  }
}

/** The state in recordings. */
export const savedRars: Codec<RarsState> = record<RarsState, "streams" | "paths">(
  {
    streams: mapOf(
      double,
      record<JavaRandom, "seed">({ seed: unsigned(48) }, () => new JavaRandom(0n)),
    ),
    paths: mapOf(openFile, text),
  },
  () => new RarsState(),
);

export type RarsCall = TeachingCall<RarsState>;
