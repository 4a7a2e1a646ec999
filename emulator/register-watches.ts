/**
 * Watched registers. Which of them an instruction uses is a function of its bits, so a page of code
 * is looked through once, as if an instruction began at every second byte of it, and only those that
 * use one are ever looked at while the program runs.
 */
import type { Architecture } from "../isa/architecture.ts";
import { createDecoder, type Decoder, isCompressed } from "../isa/decoder.ts";
import { effectsOf } from "../isa/effects.ts";
import { frameOfCode } from "./code-pages.ts";
import type { Hart } from "./hart.ts";
import type { RegisterUse, RegisterWatchpoint } from "./machine.ts";
import { frameSize, type PhysicalMemory } from "./memory.ts";

/** What an instruction does with a watched register. */
type Touch = Omit<RegisterUse, "before">;

/** The registers that a run watches; see the file's head. */
export class RegisterWatches {
  readonly #memory: PhysicalMemory;
  readonly #watched: readonly RegisterWatchpoint[];
  readonly #decode: Decoder;
  /** By the bits of an instruction: undefined where it touches nothing that is watched. */
  readonly #touches = new Map<number, readonly Touch[] | undefined>();

  constructor(
    memory: PhysicalMemory,
    architecture: Architecture,
    watched: readonly RegisterWatchpoint[],
  ) {
    this.#memory = memory;
    this.#watched = watched;
    this.#decode = createDecoder(architecture);
  }

  /** The offsets in a frame, from one to another, at which an instruction may use a register. */
  *offsets(frame: number, from: number, to: number): Iterable<number> {
    const { view } = this.#memory;
    for (let offset = from & ~1; offset < to; offset += 2) {
      const low = view.getUint16(frame + offset, true);
      const isShort = isCompressed(low);
      // The rest of an instruction that crosses into another page is not known here.
      const isCut = !isShort && offset + 4 > frameSize;
      if (isCut || this.#touchesOf(isShort ? low : view.getUint32(frame + offset, true)))
        yield offset;
    }
  }

  /** What the next instruction would do with watched registers, and what they hold now. */
  usesBy(hart: Hart): readonly RegisterUse[] | undefined {
    const word = this.#fetch(hart);
    const touches = word === undefined ? undefined : this.#touchesOf(word);
    return touches?.map((touch) => ({ ...touch, before: registerOf(hart, touch) }));
  }

  /** Of what an instruction has done, when it has run, what stops the run; undefined: nothing. */
  stopping(hart: Hart, uses: readonly RegisterUse[]): readonly RegisterUse[] | undefined {
    return stoppingUses(hart, this.#watched, uses);
  }

  #fetch(hart: Hart): number | undefined {
    const low = this.#fetchHalf(hart, hart.pc);
    if (low === undefined || isCompressed(low)) return low;
    const high = this.#fetchHalf(hart, BigInt.asUintN(hart.xlen, hart.pc + 2n));
    return high === undefined ? undefined : (low | (high << 16)) >>> 0;
  }

  #fetchHalf(hart: Hart, address: bigint): number | undefined {
    const frame = frameOfCode(hart, address);
    if (frame === undefined) return undefined;
    return this.#memory.view.getUint16(frame + Number(address & 0xffen), true);
  }

  #touchesOf(word: number): readonly Touch[] | undefined {
    let found = this.#touches.get(word);
    if (found !== undefined || this.#touches.has(word)) return found;
    found = this.#look(word);
    this.#touches.set(word, found);
    return found;
  }

  #look(word: number): readonly Touch[] | undefined {
    const decoded = this.#decode(word);
    if (decoded === undefined) return undefined;
    const { readsX, writesX, readsF, writesF } = effectsOf(decoded);
    const registers = new Map(this.#watched.map((one) => [`${one.kind}${one.index}`, one]));
    const touches = [...registers.values()].flatMap(({ kind, index }) => {
      const reads = (kind === "x" ? readsX : readsF).includes(index);
      const writes = (kind === "x" ? writesX : writesF).includes(index);
      return reads || writes ? [{ kind, index, reads, writes }] : [];
    });
    return touches.length === 0 ? undefined : touches;
  }
}

/** What a register holds. */
export const registerOf = (
  hart: Hart,
  { kind, index }: Pick<RegisterUse, "kind" | "index">,
): bigint => (kind === "x" ? hart.x(index) : hart.f(index));

/** The uses of registers that stop a run in which these are watched, if one of them does. */
export function stoppingUses(
  hart: Hart,
  watched: readonly RegisterWatchpoint[],
  uses: readonly RegisterUse[],
): readonly RegisterUse[] | undefined {
  const isWanted = (use: RegisterUse) =>
    watched.some(({ kind, index, access, isEvery }) => {
      if (kind !== use.kind || index !== use.index) return false;
      if (use.reads && access !== "write") return true;
      if (!use.writes || access === "read") return false;
      return isEvery || registerOf(hart, use) !== use.before;
    });
  return uses.some(isWanted) ? uses : undefined;
}
