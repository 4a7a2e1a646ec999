/**
 * The operands of an instruction whose encoding is at hand: registers by number, immediates as an
 * interpretation's words, each made when the meaning asks for it.
 */
import type { OperandValues } from "./encoding.ts";
import type { Operands } from "./instruction.ts";

/** See the file's head. */
export class KnownOperands<Word> implements Operands<Word, number, number, number> {
  readonly #values: OperandValues;
  readonly #word: (value: number | bigint) => Word;

  /** @param word makes a word of a number */
  constructor(values: OperandValues, word: (value: number | bigint) => Word) {
    this.#values = values;
    this.#word = word;
  }

  get rd(): number {
    return Number(this.#values["rd"] ?? 0);
  }
  get rs1(): number {
    return Number(this.#values["rs1"] ?? 0);
  }
  get rs2(): number {
    return Number(this.#values["rs2"] ?? 0);
  }
  get fd(): number {
    return Number(this.#values["fd"] ?? 0);
  }
  get fs1(): number {
    return Number(this.#values["fs1"] ?? 0);
  }
  get fs2(): number {
    return Number(this.#values["fs2"] ?? 0);
  }
  get fs3(): number {
    return Number(this.#values["fs3"] ?? 0);
  }
  get rm(): number {
    return Number(this.#values["rm"] ?? 0);
  }
  get imm(): Word {
    return this.#word(this.#values["imm"] ?? 0);
  }
  get shamt(): Word {
    return this.#word(this.#values["shamt"] ?? 0);
  }
  get csr(): Word {
    return this.#word(this.#values["csr"] ?? 0);
  }
  get uimm(): Word {
    return this.#word(this.#values["uimm"] ?? 0);
  }
  get constant(): Word {
    return this.#word(this.#values["constant"] ?? 0);
  }
}
