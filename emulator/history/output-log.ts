/**
 * What a run has written, as far as it is kept: the last megabyte, in the order of writing. A
 * terminal that opens later shows it.
 */
import type { OutputPosition } from "./snapshots.ts";

/** Bytes that were written to a stream one after the other. */
export interface OutputChunk {
  readonly stream: 1 | 2;
  readonly bytes: Uint8Array;
}

/** A chunk that grows; `start` is how much the stream had before. */
interface Chunk {
  readonly stream: 1 | 2;
  readonly start: number;
  readonly bytes: Uint8Array;
  length: number;
}

const chunkSize = 4096;

/** The output of a run. */
export class OutputLog {
  readonly #limit: number;
  #chunks: Chunk[] = [];
  #size = 0;
  /** Chunks before this one are forgotten. */
  #first = 0;

  /** @param limit bytes that are kept, a chunk more or less */
  constructor(limit = 1 << 20) {
    this.#limit = limit;
  }

  /** What is kept, as pieces of a stream each. */
  get chunks(): OutputChunk[] {
    return this.#chunks
      .slice(this.#first)
      .map(({ stream, bytes, length }) => ({ stream, bytes: bytes.subarray(0, length) }));
  }

  /** Adds output; `position` is what the stream has had before. */
  add(stream: 1 | 2, bytes: Uint8Array, position: number): void {
    let last = this.#chunks.at(-1);
    const fits = last?.stream === stream && last.length + bytes.length <= last.bytes.length;
    if (last === undefined || !fits) {
      const room = new Uint8Array(Math.max(chunkSize, bytes.length));
      last = { stream, start: position, bytes: room, length: 0 };
      this.#chunks.push(last);
    }
    last.bytes.set(bytes, last.length);
    last.length += bytes.length;
    this.#size += bytes.length;
    while (this.#size > this.#limit && this.#first < this.#chunks.length - 1) {
      this.#size -= this.#chunks[this.#first++]?.length ?? 0;
    }
    if (this.#first > 1024) {
      this.#chunks = this.#chunks.slice(this.#first);
      this.#first = 0;
    }
  }

  /** Forgets what was written after a point. */
  dropAfter(position: OutputPosition): void {
    for (let index = this.#chunks.length - 1; index >= this.#first; index--) {
      const chunk = this.#chunks[index] as Chunk;
      const kept = Math.max(0, Math.min(chunk.length, position[chunk.stream] - chunk.start));
      this.#size -= chunk.length - kept;
      chunk.length = kept;
      if (kept === 0) this.#chunks.splice(index, 1);
    }
  }

  /** The same output, to go on otherwise. */
  copy(): OutputLog {
    const log = new OutputLog(this.#limit);
    log.#chunks = this.#chunks
      .slice(this.#first)
      .map((chunk) => ({ ...chunk, bytes: chunk.bytes.slice() }));
    log.#size = this.#size;
    return log;
  }
}
