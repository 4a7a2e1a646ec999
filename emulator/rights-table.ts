/**
 * The rights of pages as generated code asks for them when a process lies in a window of linear
 * memory: a byte of denied rights for each page below 4 GiB. The byte also says what is denied on
 * this page or on the next one, so that one look covers an access that crosses. Whatever is out of
 * the ordinary is denied: no right, no frame yet, a frame that is not in the window, a page that is
 * watched, shared or, for writing, one with decoded code. What may be written may be read.
 */
import { frameSize, type PhysicalMemory, rightsTableSize, type Window } from "./memory.ts";

/** Bits of a page's byte. Those of "this page or the next" are {@link shiftToNext} further up. */
export const Denied = { read: 1, write: 2, both: 3 } as const;
export const shiftToNext = 2;

const pages = rightsTableSize;
const nothing = Denied.both | (Denied.both << shiftToNext);

/** The table of denied rights of a machine with a window. */
export class RightsTable {
  readonly #memory: PhysicalMemory;
  readonly #window: Window;
  /** Masks a page's number to its place in the window. */
  readonly #mask: number;
  /** Of frames in the window that have been in use, the page. */
  readonly #pages = new Map<number, number>();

  constructor(memory: PhysicalMemory, window: Window) {
    this.#memory = memory;
    this.#window = window;
    this.#mask = (window.mask >>> 12) & (pages - 1);
    memory.bytes.fill(nothing, window.rights, window.rights + pages);
  }

  /** The frame that is the page's place, whether or not it is in use; −1 where it has none. */
  placeOf(page: number): number {
    const { base, last } = this.#window;
    return page <= Number(last) / frameSize ? base + (page & this.#mask) * frameSize : -1;
  }

  /** Takes the page's place; undefined where that is not free or the memory is at its limit. */
  claim(page: number): number | undefined {
    const frame = this.placeOf(page);
    if (frame < 0 || !this.#memory.claim(frame)) return undefined;
    this.#pages.set(frame, page);
    return frame;
  }

  /** The page whose place the frame is, if it has been in use. */
  pageAt(frame: number): number | undefined {
    return this.#pages.get(frame);
  }

  /** Says what is denied on a page, in bits of {@link Denied}. */
  set(page: number, denied: number): void {
    const { bytes } = this.#memory;
    const at = this.#window.rights + page;
    // Where the window ends, the next page's frame is not the next frame.
    const isLast = (page & this.#mask) === this.#mask;
    const after = isLast ? Denied.both : (bytes[at + 1] as number) & Denied.both;
    bytes[at] = denied | ((denied | after) << shiftToNext);
    if ((page & this.#mask) === 0) return;
    const before = (bytes[at - 1] as number) & Denied.both;
    bytes[at - 1] = before | ((before | denied) << shiftToNext);
  }
}
