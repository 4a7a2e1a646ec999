/**
 * The memory of one machine: a single `WebAssembly.Memory`, handed out in frames of 4 KiB on
 * demand, so that engines of every kind see hart state, translation buffers and guest RAM at
 * fixed offsets of one linear memory. A frame is named by its byte offset.
 *
 * Growing replaces the underlying buffer; whoever keeps a view of it rebinds it in `onGrow`.
 */

/** Bytes in a frame, which is also the page size of the guest. */
export const frameSize = 4096;

const wasmPage = 65536;
/** A linear memory is grown by at least this many bytes, so that growing stays rare. */
const growthStep = 1 << 20;
/** Offsets fit an i32 of WebAssembly and stay exact in a JavaScript number. */
const largestLimit = 0x1_0000_0000 - wasmPage;

/** Is told that bytes `start` to `end` (offsets in the frame) of decoded code have changed. */
export type CodeListener = (frame: number, start: number, end: number) => void;

/** The one linear memory of a machine, handed out in frames. */
export class PhysicalMemory {
  /** The linear memory itself, for modules that import it. */
  readonly linear: WebAssembly.Memory;
  /** The most bytes that it may grow to. */
  readonly limit: number;
  /** Views of the whole linear memory, valid until the next growth: never keep a copy of them. */
  bytes: Uint8Array;
  view: DataView;

  #next = 0;
  readonly #free: number[] = [];
  /** Frames that more than one page uses, with the number of users beyond the first. */
  readonly #shares = new Map<number, number>();
  readonly #code = new Set<number>();
  readonly #growListeners: (() => void)[] = [];
  readonly #codeListeners: CodeListener[] = [];
  readonly #markListeners: (() => void)[] = [];

  /** @param limit the most bytes to use, rounded up to 64 KiB; at most 4 GiB − 64 KiB */
  constructor(limit = 1 << 30) {
    const rounded = Math.ceil(limit / wasmPage) * wasmPage;
    this.limit = Math.min(Math.max(rounded, growthStep), largestLimit);
    this.linear = new WebAssembly.Memory({
      initial: growthStep / wasmPage,
      maximum: this.limit / wasmPage,
    });
    this.bytes = new Uint8Array(this.linear.buffer);
    this.view = new DataView(this.linear.buffer);
  }

  /** Frames that can still be allocated. */
  get freeFrames(): number {
    return this.#free.length + (this.limit - this.#next) / frameSize;
  }

  /** Calls `listener` after each growth, and once now: it (re)binds views of the buffer. */
  onGrow(listener: () => void): void {
    this.#growListeners.push(listener);
    listener();
  }

  /** Calls `listener` whenever bytes of a frame marked by {@link markCode} change or go away. */
  onCodeChange(listener: CodeListener): void {
    this.#codeListeners.push(listener);
  }

  /** Calls `listener` when a frame starts to hold decoded code and writes must be noticed. */
  onCodeMark(listener: () => void): void {
    this.#markListeners.push(listener);
  }

  /** A zeroed frame, or undefined when the limit is reached. */
  allocateFrame(): number | undefined {
    const reused = this.#free.pop();
    if (reused === undefined) return this.allocateRun(frameSize);
    this.bytes.fill(0, reused, reused + frameSize);
    return reused;
  }

  /** Zeroed consecutive frames of at least `length` bytes, or undefined at the limit. */
  allocateRun(length: number): number | undefined {
    const start = this.#next;
    const end = start + Math.ceil(length / frameSize) * frameSize;
    if (end > this.bytes.length && !this.#grow(end)) return undefined;
    this.#next = end;
    return start;
  }

  /** Adds a user of the frame (copy-on-write). */
  share(frame: number): void {
    this.#shares.set(frame, (this.#shares.get(frame) ?? 0) + 1);
  }

  /** Holds when more than one page uses the frame. */
  isShared(frame: number): boolean {
    return this.#shares.has(frame);
  }

  /** Removes a user of the frame; the last one gives it back. */
  release(frame: number): void {
    const others = this.#shares.get(frame);
    if (others !== undefined) {
      if (others === 1) this.#shares.delete(frame);
      else this.#shares.set(frame, others - 1);
      return;
    }
    if (this.#code.has(frame)) {
      this.codeWritten(frame, 0, frameSize);
      this.#code.delete(frame);
    }
    this.#free.push(frame);
  }

  /** Says that an engine keeps code decoded from the frame, so that writes to it are noticed. */
  markCode(frame: number): void {
    if (this.#code.has(frame)) return;
    this.#code.add(frame);
    for (const listener of this.#markListeners) listener();
  }

  /** Holds when writes to the frame must be told by {@link codeWritten}. */
  holdsCode(frame: number): boolean {
    return this.#code.has(frame);
  }

  /** Tells the engines that bytes `start` to `end` of the frame have changed. */
  codeWritten(frame: number, start: number, end: number): void {
    for (const listener of this.#codeListeners) listener(frame, start, end);
  }

  #grow(needed: number): boolean {
    if (needed > this.limit) return false;
    const size = this.bytes.length;
    const wanted = Math.min(Math.max(needed, size + Math.max(growthStep, size >> 2)), this.limit);
    try {
      this.linear.grow(Math.ceil((wanted - size) / wasmPage));
    } catch {
      return false; // the host has no more memory: the same to the guest as the limit
    }
    this.bytes = new Uint8Array(this.linear.buffer);
    this.view = new DataView(this.linear.buffer);
    for (const listener of this.#growListeners) listener();
    return true;
  }
}
