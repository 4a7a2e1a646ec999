/**
 * Instructions written one after the other, with jumps to labels that are placed later. Each item
 * keeps its length, so that a minimiser can put no-operations in the place of any of them.
 */
import { type Decoder, isCompressed } from "../../isa/decoder.ts";
import { encode, type OperandValues } from "../../isa/encoding.ts";
import type { Instruction } from "../../isa/instruction.ts";
import { instructionsNamed } from "../../isa/instructions.ts";

/** A place in the code; `at` is its offset from the start, once it is placed. */
export interface Label {
  at: number | undefined;
}

interface Item {
  readonly length: 2 | 4;
  /** The word, given the item's own offset. */
  readonly word: (at: number) => number;
}

/** Code from its first instruction on. */
export class CodeWriter {
  readonly xlen: 32 | 64;
  readonly decode: Decoder;
  readonly #items: Item[] = [];
  #size = 0;

  constructor(xlen: 32 | 64, decode: Decoder) {
    this.xlen = xlen;
    this.decode = decode;
  }

  /** Bytes so far. */
  get size(): number {
    return this.#size;
  }

  /** The instruction of this XLEN with the mnemonic. */
  instruction(mnemonic: string): Instruction {
    const found = instructionsNamed(mnemonic).find(({ xlen }) => (xlen ?? this.xlen) === this.xlen);
    if (found === undefined) throw new Error(`no ${mnemonic} on RV${this.xlen}`);
    return found;
  }

  /** A word as it is; its low bits tell its length. */
  word(word: number): void {
    this.#add(isCompressed(word) ? 2 : 4, () => word >>> 0);
  }

  add(mnemonic: string, values: OperandValues = {}): void {
    this.word(encode(this.instruction(mnemonic), values));
  }

  /** An instruction whose operand "imm" is the distance to a label from `from`, or from itself. */
  addTo(mnemonic: string, label: Label, values: OperandValues = {}, from?: Label): void {
    const instruction = this.instruction(mnemonic);
    const isShort = mnemonic.startsWith("c.");
    this.#add(isShort ? 2 : 4, (at) => {
      if (label.at === undefined) throw new Error("a label was not placed");
      return encode(instruction, { ...values, imm: label.at - (from?.at ?? at) });
    });
  }

  label(): Label {
    return { at: undefined };
  }

  place(label: Label): void {
    label.at = this.#size;
  }

  /** A label here. */
  here(): Label {
    return { at: this.#size };
  }

  /** The words of all items, in order. */
  words(): readonly number[] {
    let at = 0;
    return this.#items.map(({ length, word }) => {
      const value = word(at);
      at += length;
      return value;
    });
  }

  #add(length: 2 | 4, word: (at: number) => number): void {
    this.#items.push({ length, word });
    this.#size += length;
  }
}

/** The bytes of words, of which compressed ones take two bytes. */
export function bytesOf(words: readonly number[]): Uint8Array {
  return Uint8Array.from(
    words.flatMap((word) =>
      Array.from({ length: isCompressed(word) ? 2 : 4 }, (_, n) => (word >>> (8 * n)) & 0xff),
    ),
  );
}
