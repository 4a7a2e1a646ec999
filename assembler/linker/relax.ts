/**
 * Linker relaxation: far calls become near ones, addresses near the global pointer need no upper
 * part, and the padding before aligned code shrinks to what is needed. Every pass computes from the
 * current addresses what can go; passes repeat until nothing changes. psABI, "Linker Relaxation".
 */
import { R_RISCV, SHF } from "../../elf/constants.ts";
import type { Relocation } from "../../elf/model.ts";
import { addressOf, type Definition, type InputSection, meaningOf, type Program } from "./input.ts";

/** What became of a relocation. */
export type Relaxed = "jal" | "c.j" | "c.jal" | "gone" | "gp";

/** The changed relocations, by relocation. */
export type Relaxations = Map<Relocation, Relaxed>;

/** What relaxation needs to know of the program. */
export interface RelaxContext {
  readonly program: Program;
  readonly hasCompressed: boolean;
  /** The value of gp while the program runs; undefined when it may not be relied on. */
  globalPointer(): bigint | undefined;
}

interface Candidate {
  readonly input: InputSection;
  readonly relocations: { relocation: Relocation; isRelaxable: boolean }[];
}

/** The sections that relaxation may change. */
export class Relaxation {
  readonly #context: RelaxContext;
  readonly #candidates: Candidate[] = [];
  readonly relaxed: Relaxations = new Map();
  /** Upper parts by the lower parts that belong to them, and the other way round. */
  readonly #lowerParts = new Map<Relocation, Relocation[]>();
  readonly upperPart = new Map<Relocation, { relocation: Relocation; input: InputSection }>();
  readonly #lowerBySymbol = new Map<
    Definition,
    { relocation: Relocation; isRelaxable: boolean }[]
  >();
  #pass = 0;

  constructor(context: RelaxContext) {
    this.#context = context;
    const hiAt = new Map<InputSection, Map<number, Relocation>>();
    for (const input of context.program.sections) {
      if ((input.section.flags & SHF.EXECINSTR) === 0n) continue;
      const { relocations } = input;
      const list: Candidate["relocations"] = [];
      const uppers = new Map<number, Relocation>();
      for (const [index, relocation] of relocations.entries()) {
        if (relocation.type === R_RISCV.RELAX) continue;
        const next = relocations[index + 1];
        const isRelaxable = next?.type === R_RISCV.RELAX && next.offset === relocation.offset;
        list.push({ relocation, isRelaxable });
        if (isUpperPcRelative(relocation.type)) uppers.set(Number(relocation.offset), relocation);
      }
      hiAt.set(input, uppers);
      this.#candidates.push({ input, relocations: list });
    }
    for (const { relocations } of this.#candidates) {
      for (const entry of relocations) this.#pair(entry, hiAt);
    }
  }

  #pair(
    entry: { relocation: Relocation; isRelaxable: boolean },
    hiAt: ReadonlyMap<InputSection, ReadonlyMap<number, Relocation>>,
  ): void {
    const { relocation } = entry;
    const { type, symbol } = relocation;
    const meaning = symbol && meaningOf(this.#context.program, symbol);
    if (meaning === undefined) return;
    if (type === R_RISCV.PCREL_LO12_I || type === R_RISCV.PCREL_LO12_S) {
      const { section, value } = meaning;
      const upper = section && hiAt.get(section)?.get(Number(value));
      if (section === undefined || upper === undefined) return;
      this.upperPart.set(relocation, { relocation: upper, input: section });
      const lower = this.#lowerParts.get(upper) ?? [];
      lower.push(relocation);
      this.#lowerParts.set(upper, lower);
    } else if (type === R_RISCV.LO12_I || type === R_RISCV.LO12_S) {
      const list = this.#lowerBySymbol.get(meaning) ?? [];
      list.push(entry);
      this.#lowerBySymbol.set(meaning, list);
    }
  }

  /** One pass over all code; says whether anything changed. */
  pass(isOn: boolean): boolean {
    this.#pass++;
    let hasChanged = false;
    for (const candidate of this.#candidates) {
      if (this.#passOver(candidate, isOn)) hasChanged = true;
    }
    return hasChanged;
  }

  #passOver({ input, relocations }: Candidate, isOn: boolean): boolean {
    const removed: { at: number; count: number; total: number }[] = [];
    let total = 0;
    const remove = (at: number, count: number) => {
      total += count;
      removed.push({ at, count, total });
    };
    const base = (input.output?.address ?? 0n) + input.offset;
    for (const { relocation, isRelaxable } of relocations) {
      const { type } = relocation;
      const at = Number(relocation.offset);
      if (type === R_RISCV.ALIGN) {
        const padding = Number(relocation.addend);
        let alignment = 4;
        while (alignment <= padding) alignment *= 2;
        const here = Number((base + BigInt(at - total)) % BigInt(alignment));
        const needed = (alignment - here) % alignment;
        if (needed <= padding && padding > needed) remove(at + needed, padding - needed);
        continue;
      }
      if (!isRelaxable || !isOn) continue;
      const before = this.relaxed.get(relocation);
      const now = this.#relax(input, relocation, base + BigInt(at - total));
      // After some passes a relaxation may only be taken back, so that there is an end.
      const settled = this.#pass > 12 && before === undefined ? undefined : now;
      if (settled === undefined) this.relaxed.delete(relocation);
      else this.relaxed.set(relocation, settled);
      if (settled === "jal") remove(at + 4, 4);
      else if (settled === "c.j" || settled === "c.jal") remove(at + 2, 6);
      else if (settled === "gone") remove(at, 4);
    }
    const isSame =
      removed.length === input.removed.length &&
      removed.every(
        ({ at, count }, index) =>
          input.removed[index]?.at === at && input.removed[index]?.count === count,
      );
    input.removed = removed;
    return !isSame;
  }

  #relax(input: InputSection, relocation: Relocation, here: bigint): Relaxed | undefined {
    switch (relocation.type) {
      case R_RISCV.CALL:
      case R_RISCV.CALL_PLT:
        return this.#relaxCall(input, relocation, here);
      case R_RISCV.HI20:
        return this.#relaxUpper(relocation);
      case R_RISCV.LO12_I:
      case R_RISCV.LO12_S:
        return this.#isNearPointer(this.#targetOf(relocation)) ? "gp" : undefined;
      case R_RISCV.PCREL_HI20:
        return this.#relaxUpperPcRelative(relocation);
      case R_RISCV.PCREL_LO12_I:
      case R_RISCV.PCREL_LO12_S: {
        const upper = this.upperPart.get(relocation);
        return upper !== undefined && this.relaxed.get(upper.relocation) === "gone"
          ? "gp"
          : undefined;
      }
      default:
        return undefined;
    }
  }

  #relaxCall(input: InputSection, relocation: Relocation, here: bigint): Relaxed | undefined {
    const target = this.#targetOf(relocation);
    if (target === undefined) return undefined;
    const distance = target - here;
    // Room for alignments that may grow while other code shrinks.
    const slack = 4096n;
    const { data } = input.section;
    const at = Number(relocation.offset);
    const link = ((data[at + 5] ?? 0) & 0x0f) * 2 + ((data[at + 4] ?? 0) >> 7);
    if (this.#context.hasCompressed && distance >= -2000n && distance < 2000n) {
      if (link === 0) return "c.j";
      if (link === 1 && this.#context.program.bits === 32) return "c.jal";
    }
    return distance >= -0x100000n + slack && distance < 0x100000n - slack ? "jal" : undefined;
  }

  /** lui goes when every lower part of its symbol can be reached from gp. */
  #relaxUpper(relocation: Relocation): Relaxed | undefined {
    const { symbol } = relocation;
    const meaning = symbol && meaningOf(this.#context.program, symbol);
    if (meaning === undefined || !this.#isNearPointer(this.#targetOf(relocation))) return undefined;
    const lower = this.#lowerBySymbol.get(meaning) ?? [];
    const isSafe = lower.every(
      ({ relocation: low, isRelaxable }) => isRelaxable && this.#isNearPointer(this.#targetOf(low)),
    );
    return isSafe ? "gone" : undefined;
  }

  #relaxUpperPcRelative(relocation: Relocation): Relaxed | undefined {
    const { symbol } = relocation;
    const meaning = symbol && meaningOf(this.#context.program, symbol);
    const isCode =
      meaning?.section !== undefined && (meaning.section.section.flags & SHF.EXECINSTR) !== 0n;
    if (meaning === undefined || isCode || meaning.name === "__global_pointer$") return undefined;
    return this.#isNearPointer(this.#targetOf(relocation)) && this.#lowerParts.has(relocation)
      ? "gone"
      : undefined;
  }

  #isNearPointer(target: bigint | undefined): boolean {
    const pointer = this.#context.globalPointer();
    if (pointer === undefined || target === undefined) return false;
    const distance = target - pointer;
    return distance >= -2000n && distance < 2000n;
  }

  #targetOf({ symbol, addend }: Relocation): bigint | undefined {
    const meaning = symbol && meaningOf(this.#context.program, symbol);
    return meaning === undefined ? undefined : addressOf(meaning) + addend;
  }
}

/** Relocations of auipc, which lower parts refer to by its label. */
export function isUpperPcRelative(type: number): boolean {
  return (
    type === R_RISCV.PCREL_HI20 ||
    type === R_RISCV.GOT_HI20 ||
    type === R_RISCV.TLS_GOT_HI20 ||
    type === R_RISCV.TLS_GD_HI20
  );
}
