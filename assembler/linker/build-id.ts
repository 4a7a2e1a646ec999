/**
 * The note `.note.gnu.build-id`, by which an executable is found together with its debug
 * information: a hash of all that is in the file (SHA-1, as in FIPS 180-4), or given bytes.
 */
import { SHF, SHT } from "../../elf/constants.ts";
import type { Section } from "../../elf/model.ts";
import { madeSection } from "./offset-table.ts";
import type { InputSection } from "./program.ts";

/** How many bytes of a hash are taken, or the bytes themselves. */
export type BuildId = { readonly length: 16 | 20 } | { readonly bytes: Uint8Array };

/** Bytes of the note before what it says. */
const headerSize = 16;
/** NT_GNU_BUILD_ID. */
const noteType = 3;

/** The note, with an identifier of zeros as yet. */
export function buildIdSection(id: BuildId): InputSection {
  const length = "bytes" in id ? id.bytes.length : id.length;
  const size = headerSize + Math.ceil(length / 4) * 4;
  const section = madeSection(".note.gnu.build-id", SHT.NOTE, SHF.ALLOC, 4, size);
  const view = new DataView(section.data.buffer);
  view.setUint32(0, 4, true);
  view.setUint32(4, length, true);
  view.setUint32(8, noteType, true);
  section.data.set(new TextEncoder().encode("GNU\0"), 12);
  return section;
}

/** Fills in the identifier, once everything else is final: `note` is where the note stands. */
export function identify(id: BuildId, note: Uint8Array, sections: readonly Section[]): void {
  const place = note.subarray(headerSize);
  if ("bytes" in id) {
    place.set(id.bytes);
    return;
  }
  const hash = new Sha1();
  const encoder = new TextEncoder();
  for (const { name, address, size, data } of sections) {
    hash.add(encoder.encode(`${name} ${address} ${size}\n`));
    hash.add(data);
  }
  place.set(hash.digest().subarray(0, id.length));
}

/** Of the four times twenty rounds of SHA-1. */
const constants = Int32Array.of(0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6);

/** A hash that is fed piece by piece. */
class Sha1 {
  readonly #state = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0);
  readonly #words = new Int32Array(80);
  readonly #block = new Uint8Array(64);
  #filled = 0;
  #length = 0;

  add(data: Uint8Array): void {
    this.#length += data.length;
    for (let at = 0; at < data.length; ) {
      const count = Math.min(64 - this.#filled, data.length - at);
      this.#block.set(data.subarray(at, at + count), this.#filled);
      this.#filled += count;
      at += count;
      if (this.#filled === 64) this.#mix();
    }
  }

  digest(): Uint8Array {
    const bits = this.#length * 8;
    this.add(Uint8Array.of(0x80));
    if (this.#filled > 56) this.add(new Uint8Array(64 - this.#filled));
    const view = new DataView(this.#block.buffer);
    this.#block.fill(0, this.#filled);
    view.setUint32(56, Math.floor(bits / 2 ** 32));
    view.setUint32(60, bits >>> 0);
    this.#mix();
    const result = new DataView(new ArrayBuffer(20));
    for (const [index, word] of this.#state.entries()) result.setInt32(index * 4, word);
    return new Uint8Array(result.buffer);
  }

  #mix(): void {
    const words = this.#words;
    const view = new DataView(this.#block.buffer);
    for (let at = 0; at < 16; at++) words[at] = view.getInt32(at * 4);
    for (let at = 16; at < 80; at++) {
      const word =
        (words[at - 3] as number) ^
        (words[at - 8] as number) ^
        (words[at - 14] as number) ^
        (words[at - 16] as number);
      words[at] = (word << 1) | (word >>> 31);
    }
    const state = this.#state;
    let a = state[0] as number;
    let b = state[1] as number;
    let c = state[2] as number;
    let d = state[3] as number;
    let e = state[4] as number;
    // Written without arrays: this is done for every byte of a program.
    for (let at = 0; at < 80; at++) {
      let choice = b ^ c ^ d;
      if (at < 20) choice = (b & c) | (~b & d);
      else if (at >= 40 && at < 60) choice = (b & c) | (b & d) | (c & d);
      const constant = constants[(at / 20) | 0] as number;
      const next = (((a << 5) | (a >>> 27)) + choice + e + constant + (words[at] as number)) | 0;
      e = d;
      d = c;
      c = (b << 30) | (b >>> 2);
      b = a;
      a = next;
    }
    state[0] = (state[0] as number) + a;
    state[1] = (state[1] as number) + b;
    state[2] = (state[2] as number) + c;
    state[3] = (state[3] as number) + d;
    state[4] = (state[4] as number) + e;
    this.#filled = 0;
  }
}
