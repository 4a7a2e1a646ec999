/**
 * A digest of a machine's whole state: 64 bits that differ where a register, a CSR, a byte of
 * memory, a file or anything else that a system call remembers differs. Two lanes of 32 bits, each
 * a multiplicative hash of the words (Knuth, The Art of Computer Programming, 6.4); it finds
 * mistakes, not forgeries.
 */
import { BinaryWriter } from "./codec.ts";
import type { RecordableMachine } from "./recordable.ts";
import type { OutputPosition } from "./snapshots.ts";

class Hash {
  #a = 0x9e37_79b9;
  #b = 0x85eb_ca6b;

  add(word: number): void {
    this.#a = Math.imul(this.#a ^ word, 0x0100_0193);
    this.#b = Math.imul((this.#b << 13) | (this.#b >>> 19), 5) + Math.imul(word, 0xcc9e_2d51);
  }

  /** @param bytes whole words; they begin at an address that four divides */
  addBytes(bytes: Uint8Array): void {
    const { buffer, byteOffset, length } = bytes;
    for (const word of new Int32Array(buffer, byteOffset, length >> 2)) this.add(word);
  }

  get text(): string {
    const hex = (lane: number) => (lane >>> 0).toString(16).padStart(8, "0");
    return hex(this.#a) + hex(this.#b);
  }
}

/** The digest, as 16 hexadecimal digits. A call under way is given up, and made again. */
export function digestOf<Saved>(machine: RecordableMachine<Saved>, output: OutputPosition): string {
  const hash = new Hash();
  const out = new BinaryWriter();
  machine.saved.write(machine.save(), out);
  out.natural(output[1]);
  out.natural(output[2]);
  const state = out.finish();
  const padded = new Uint8Array((state.length + 3) & ~3);
  padded.set(state);
  hash.addBytes(padded);
  const { pages } = machine;
  for (const page of [...pages.inUse()].sort((a, b) => a - b)) {
    const contents = pages.contents(page);
    // A page that was only touched is the same as one that was not.
    if (contents === undefined || isZero(contents)) continue;
    hash.add(page);
    hash.addBytes(contents);
  }
  return hash.text;
}

function isZero({ buffer, byteOffset, length }: Uint8Array): boolean {
  return new Int32Array(buffer, byteOffset, length >> 2).every((word) => word === 0);
}
