/**
 * Which loads and stores share one check of rights. Addresses are followed through a block as a
 * value that is not known, its root, plus a range: accesses off the same register, off what was
 * added to it, or to a table by a small index, are within a known span. One check over the span of
 * all of them, made at the first, lets the others go unchecked. Nothing in between can take rights
 * away, since what could leaves the region; and when the check fails, the first access leaves before
 * anything has changed. What every turn of a loop would check in the same way is checked before it.
 * What a block has found holds in the blocks that it dominates, as far as no
 * call and no write of a register is on the way.
 */
import { effectsOf, type KnownWord, type MemoryEffect } from "../../isa/effects.ts";
import { Access } from "../translation.ts";
import type { Site } from "./region.ts";

/** The check to make at an access, or none where an earlier one covers it. */
export type AccessPlan = AccessCheck | "covered";

/** Bytes that are wanted from a register's value on, plus `from`. */
export interface AccessCheck {
  readonly access: Access;
  /** Undefined for fixed addresses. */
  readonly register: number | undefined;
  readonly from: bigint;
  /** 1 to {@link widest}. */
  readonly bytes: number;
}

/** So that no check is over more than two pages. */
const widest = 4096n;

/** Bytes off a root, or of fixed addresses, that have been checked or are to be. */
interface Span {
  readonly root: number | undefined;
  start: bigint;
  end: bigint;
  access: Access;
}

/** A span, and what it is checked by: the register that holds its root plus a number. */
interface Group {
  readonly span: Span;
  readonly first: Site;
  readonly register: number | undefined;
  readonly offset: bigint;
}

/** By root, a register that holds it plus a number. */
type Holders = ReadonlyMap<number, { readonly register: number; readonly offset: bigint }>;

/** What is known at a place in a region. */
export interface AccessFacts {
  /** Values of registers; where one is missing it is the value at the region's start. */
  readonly values: ReadonlyMap<number, KnownWord>;
  readonly checked: readonly Span[];
  /** The next number for a value that is not known; those below 32 are the registers' own. */
  readonly nextRoot: number;
}

/** Where nothing is known: at the start of a region and after calls. */
export const noFacts: AccessFacts = { values: new Map(), checked: [], nextRoot: 32 };

/** What is known when registers (bit n for register n) may have been written since. */
export function forget(facts: AccessFacts, registers: number): AccessFacts {
  const values = new Map(facts.values);
  let { nextRoot } = facts;
  for (let register = 1; register < 32; register++) {
    if ((registers >>> register) & 1) values.set(register, root(nextRoot++));
  }
  return { values, checked: facts.checked, nextRoot };
}

const root = (base: number): KnownWord => ({ base, offset: 0n, extent: 0n });

/**
 * Fixed addresses on several pages have little in common: what is written, and the table of
 * addresses before it that may only be read.
 */
const isInPage = (start: bigint, end: bigint): boolean => start >> 12n === (end - 1n) >> 12n;

const covers = (span: Span, wanted: Span): boolean =>
  span.root === wanted.root &&
  span.start <= wanted.start &&
  span.end >= wanted.end &&
  (span.access === Access.write || wanted.access === Access.read);

/** The plans for the loads and stores of a block, and what is known at its end. */
export function planAccesses(
  sites: readonly Site[],
  xlen: 32 | 64,
  facts: AccessFacts,
): { plans: ReadonlyMap<Site, AccessPlan>; facts: AccessFacts } {
  const block = new BlockAccesses(xlen, facts);
  for (const site of sites) block.add(site);
  return { plans: block.finish().plans, facts: block.facts };
}

/**
 * The checks that can be made once before a loop: those of accesses that each turn makes, off
 * registers that no turn writes and by fixed addresses.
 * @param sites the instructions that each turn begins with, in their order
 * @param facts what is known where a turn begins
 * @param kept the registers that no turn writes, bit n for register n
 * @returns the checks, and what is known when they have been made
 */
export function planAhead(
  sites: readonly Site[],
  xlen: 32 | 64,
  facts: AccessFacts,
  kept: number,
): { checks: readonly AccessCheck[]; facts: AccessFacts } {
  const holders = new Map<number, { register: number; offset: bigint }>();
  for (let register = 1; register < 32; register++) {
    const { base, offset, extent } = facts.values.get(register) ?? root(register);
    if (((kept >>> register) & 1) === 0 || base === undefined || extent > 0n) continue;
    if (!holders.has(base)) holders.set(base, { register, offset });
  }
  const ahead = new BlockAccesses(xlen, facts, holders);
  for (const site of sites) ahead.add(site);
  const { plans, checked } = ahead.finish();
  const checks = [...plans.values()].filter((plan) => plan !== "covered");
  return { checks, facts: { ...facts, checked } };
}

class BlockAccesses {
  readonly #xlen: 32 | 64;
  readonly #values: Map<number, KnownWord>;
  readonly #checked: readonly Span[];
  #nextRoot: number;
  readonly #groups: Group[] = [];
  readonly #plans = new Map<Site, AccessPlan>();
  readonly #holders: Holders | undefined;

  /** @param holders where given, only accesses off the roots that these registers hold count */
  constructor(xlen: 32 | 64, { values, checked, nextRoot }: AccessFacts, holders?: Holders) {
    this.#holders = holders;
    this.#xlen = xlen;
    this.#values = new Map(values);
    this.#checked = checked;
    this.#nextRoot = nextRoot;
  }

  #valueOf(register: number): KnownWord {
    return this.#values.get(register) ?? root(register);
  }

  /** A value that nothing else is known to be related to. */
  #renew(register: number): KnownWord {
    const value = root(this.#nextRoot++);
    this.#values.set(register, value);
    return value;
  }

  add(site: Site): void {
    const { memory, writesX } = site.effects;
    if (memory?.kind === "load" || memory?.kind === "store") this.#access(site, memory);
    if (writesX.length === 0) return;
    const result = this.#resultOf(site);
    for (const register of writesX) {
      if (result === undefined) this.#renew(register);
      else this.#values.set(register, result);
    }
  }

  /** The instruction's meaning is asked again only where it reads a number that is known. */
  #resultOf({ decoded, pc, effects }: Site): KnownWord | undefined {
    const { readsX, result } = effects;
    if (readsX.some((register) => this.#valueOf(register).base === undefined)) {
      return effectsOf(decoded, pc, this.#xlen, (register) => this.#valueOf(register)).result;
    }
    return result?.base === undefined ? result : this.#sum(result.base, result);
  }

  /** A register's value plus what is known of a number. */
  #sum(register: number, { offset, extent }: Pick<KnownWord, "offset" | "extent">): KnownWord {
    const value = this.#valueOf(register);
    const sum = BigInt.asIntN(this.#xlen, value.offset + offset);
    return { base: value.base, offset: sum, extent: value.extent + extent };
  }

  #access(site: Site, own: MemoryEffect): void {
    if (own.extent === undefined || own.base === undefined) return;
    const memory = this.#sum(own.base, { offset: own.offset, extent: own.extent });
    const bytes = BigInt(own.width / 8);
    const access = own.kind === "load" ? Access.read : Access.write;
    let wanted: Span = {
      root: memory.base,
      start: memory.offset,
      end: memory.offset + memory.extent + bytes,
      access,
    };
    const holder = this.#holderOf(site, wanted, memory.extent);
    if (holder === undefined) {
      if (this.#holders !== undefined) return;
      // What is known is too little to go by.
      const { base } = this.#renew(own.base);
      wanted = { root: base, start: own.offset, end: own.offset + bytes, access };
    }
    if (this.#checked.some((span) => covers(span, wanted)) || this.#join(wanted)) {
      this.#plans.set(site, "covered");
      return;
    }
    const { register, offset } = holder ?? { register: own.base, offset: 0n };
    this.#groups.push({ span: wanted, first: site, register, offset });
    this.#plans.set(site, "covered");
  }

  /** A register with the span's root plus a number; it is the access's own where that is exact. */
  #holderOf(
    { effects }: Site,
    { root: wanted, start, end }: Span,
    extent: bigint,
  ): { register: number | undefined; offset: bigint } | undefined {
    if (end - start > widest) return undefined;
    if (wanted === undefined) return { register: undefined, offset: 0n };
    if (this.#holders !== undefined) return this.#holders.get(wanted);
    const own = effects.memory?.base;
    if (extent === 0n && own !== undefined) {
      return { register: own, offset: this.#valueOf(own).offset };
    }
    for (let register = 1; register < 32; register++) {
      const value = this.#valueOf(register);
      if (value.base === wanted && value.extent === 0n) return { register, offset: value.offset };
    }
    return undefined;
  }

  /** Makes a span of the block wider, so that it has the bytes that are wanted too, if it may be. */
  #join(wanted: Span): boolean {
    for (const { span } of this.#groups) {
      if (span.root !== wanted.root) continue;
      const start = span.start < wanted.start ? span.start : wanted.start;
      const end = span.end > wanted.end ? span.end : wanted.end;
      if (end - start > widest || (wanted.root === undefined && !isInPage(start, end))) continue;
      [span.start, span.end] = [start, end];
      if (wanted.access === Access.write) span.access = Access.write;
      return true;
    }
    return false;
  }

  finish(): { plans: ReadonlyMap<Site, AccessPlan>; checked: readonly Span[] } {
    for (const { span, first, register, offset } of this.#groups) {
      const from = BigInt.asIntN(this.#xlen, span.start - offset);
      const bytes = Number(span.end - span.start);
      this.#plans.set(first, { access: span.access, register, from, bytes });
    }
    const checked = [...this.#checked, ...this.#groups.map(({ span }) => span)];
    return { plans: this.#plans, checked };
  }

  get facts(): AccessFacts {
    return { values: this.#values, checked: this.finish().checked, nextRoot: this.#nextRoot };
  }
}
