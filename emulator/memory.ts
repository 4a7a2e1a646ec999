/**
 * The memory of one machine: a single `WebAssembly.Memory`, handed out in frames of 4 KiB on
 * demand, so that engines of every kind see hart state, translation buffers and guest RAM at
 * fixed offsets of one linear memory. A frame is named by its byte offset.
 *
 * With a window, guest pages have their places: all that is allocated lies below the window, and a
 * frame of the window is claimed by the page whose place it is. Only frames in use count towards
 * the limit; a page of the host's that was never touched costs nothing.
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

/** Where a window begins: below it is room for what the machine itself needs. */
const windowBase = 64 << 20;
/** No window is longer, so that an address in it is a positive number of 32 bits. */
const longestWindow = 2 ** 31;

/** What a frame of linear memory is, in a machine with a window. */
const FrameState = { fresh: 0, claimed: 1, stale: 2, own: 3 } as const;

/** The part of linear memory in which guest pages have fixed places. */
export interface WindowShape {
  /** All ones, or one less than a power of 2: an address lies at the base + (address & mask). */
  readonly mask: number;
  /** The last address that may have a place in it; below 2^31 its test is short. */
  readonly last: bigint;
  /** Bytes that the program uses of it at once; it grows as far as it must. */
  readonly start: number;
}

/** A window, and the table of its pages' rights. */
export interface Window {
  readonly base: number;
  /** As in {@link WindowShape}. */
  readonly mask: number;
  /** The last address that may have a place in it. */
  readonly last: bigint;
  /** Where the table of denied rights lies, which `rights-table.ts` fills. */
  readonly rights: number;
}

/** Bytes of that table: one for each page below 4 GiB. */
export const rightsTableSize = 2 ** 20;

/** With less memory than this a window takes too much of it. */
const leastLimit = 8 << 20;

/** Is told that bytes `start` to `end` (offsets in the frame) of decoded code have changed. */
export type CodeListener = (frame: number, start: number, end: number) => void;

/** The one linear memory of a machine, handed out in frames. */
export class PhysicalMemory {
  /** The linear memory itself, for modules that import it. */
  readonly linear: WebAssembly.Memory;
  /** The most bytes that may be in use. */
  readonly limit: number;
  /** The most bytes that the linear memory may grow to. */
  readonly extent: number;
  /** The window of guest pages; undefined without one. */
  readonly window: Window | undefined;
  /** Views of the whole linear memory, valid until the next growth: never keep a copy of them. */
  bytes: Uint8Array;
  view: DataView;

  #next = 0;
  /** One past the last byte of what runs are taken from. */
  #end: number;
  /** Frames in use. */
  #used = 0;
  readonly #free: number[] = [];
  /** With a window: of each frame, what it is. */
  readonly #states: Uint8Array;
  /** Frames that more than one page uses, with the number of users beyond the first. */
  readonly #shares = new Map<number, number>();
  readonly #code = new Set<number>();
  readonly #growListeners: (() => void)[] = [];
  readonly #codeListeners: CodeListener[] = [];
  readonly #markListeners: ((frame: number) => void)[] = [];

  /**
   * @param limit the most bytes to use, rounded up to 64 KiB; at most 4 GiB − 64 KiB
   * @param shape the window, if there is to be one; where the host has no room for it there is none
   */
  constructor(limit = 1 << 30, shape?: WindowShape) {
    const rounded = Math.ceil(limit / wasmPage) * wasmPage;
    this.limit = Math.min(Math.max(rounded, growthStep), largestLimit);
    const windowed = shape === undefined ? undefined : windowedMemory(shape, this.limit);
    this.extent = windowed?.extent ?? this.limit;
    this.#states = new Uint8Array(windowed === undefined ? 0 : this.extent / frameSize);
    this.#end = windowed === undefined ? this.limit : windowBase;
    this.linear =
      windowed?.linear ??
      new WebAssembly.Memory({
        initial: growthStep / wasmPage,
        maximum: this.limit / wasmPage,
      });
    this.bytes = new Uint8Array(this.linear.buffer);
    this.view = new DataView(this.linear.buffer);
    if (shape === undefined || windowed === undefined) return;
    const rights = this.allocateRun(rightsTableSize) as number;
    this.window = { base: windowBase, mask: shape.mask, last: shape.last, rights };
  }

  /** Frames that can still be allocated. */
  get freeFrames(): number {
    return this.limit / frameSize - this.#used;
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
  onCodeMark(listener: (frame: number) => void): void {
    this.#markListeners.push(listener);
  }

  /** A zeroed frame, or undefined when the limit is reached. */
  allocateFrame(): number | undefined {
    const reused = this.#free.pop();
    if (reused === undefined) return this.allocateRun(frameSize);
    this.#used++;
    this.bytes.fill(0, reused, reused + frameSize);
    return reused;
  }

  /** Zeroed consecutive frames of at least `length` bytes, or undefined at the limit. */
  allocateRun(length: number): number | undefined {
    const frames = Math.ceil(length / frameSize);
    if (frames > this.freeFrames) return undefined;
    const size = frames * frameSize;
    if (this.#next + size > this.#end && !this.#takeFromWindow(size)) return undefined;
    const start = this.#next;
    if (start + size > this.bytes.length && !this.#grow(start + size)) return undefined;
    this.#next += size;
    this.#used += frames;
    return start;
  }

  /** When what is below the window is used up, the end of the window serves for runs. */
  #takeFromWindow(size: number): boolean {
    const start = this.bytes.length;
    const end = start + Math.max(size, growthStep);
    if (this.#states.length === 0 || !this.#grow(end)) return false;
    this.#states.fill(FrameState.own, start / frameSize, end / frameSize);
    [this.#next, this.#end] = [start, end];
    return true;
  }

  /**
   * Takes a certain frame of the window for the page whose place it is, zeroed; false where it is
   * in use already, past the window, or the limit is reached.
   */
  claim(frame: number): boolean {
    const index = frame / frameSize;
    const state = this.#states[index];
    const isOpen = state === FrameState.fresh || state === FrameState.stale;
    if (!isOpen || this.freeFrames === 0) return false;
    if (frame + frameSize > this.bytes.length && !this.#grow(frame + frameSize)) return false;
    if (state === FrameState.stale) this.bytes.fill(0, frame, frame + frameSize);
    this.#states[index] = FrameState.claimed;
    this.#used++;
    return true;
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
    this.#used--;
    const index = frame / frameSize;
    if (this.#states[index] === FrameState.claimed) this.#states[index] = FrameState.stale;
    else this.#free.push(frame);
  }

  /** Says that an engine keeps code decoded from the frame, so that writes to it are noticed. */
  markCode(frame: number): void {
    if (this.#code.has(frame)) return;
    this.#code.add(frame);
    for (const listener of this.#markListeners) listener(frame);
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
    if (needed > this.extent) return false;
    const size = this.bytes.length;
    const wanted = Math.min(Math.max(needed, size + Math.max(growthStep, size / 4)), this.extent);
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

/** The linear memory for a window and how far it may grow; undefined where the host has no room. */
function windowedMemory({ mask, start }: WindowShape, limit: number) {
  if (limit < leastLimit) return undefined;
  const used = Math.ceil(Math.min(start, longestWindow) / wasmPage) * wasmPage;
  const largest = Math.min(windowBase + used + limit, largestLimit);
  const extent = mask === -1 ? Math.min(largest, windowBase + longestWindow) : largest;
  const initial = (windowBase + used) / wasmPage;
  try {
    return { linear: new WebAssembly.Memory({ initial, maximum: extent / wasmPage }), extent };
  } catch {
    return undefined;
  }
}
