/**
 * The calls that are under way, with what each must find again when it returns: where to, the stack
 * pointer, the registers that a callee keeps. A program may have several stacks (coroutines, other
 * contexts); each has its own calls, and going over to another is noticed by where it goes on.
 */

/** A call that is under way. */
export interface Call {
  /** Where it returns to, and the stack pointer there. */
  readonly returns: number;
  readonly sp: number;
  /** The count of instructions before the call. */
  readonly at: number;
}

/** Calls that are remembered of one stack; of a deeper recursion, the innermost. */
const deepest = 1 << 20;
/** Stacks that are remembered. */
const stackLimit = 64;
/** Calls that are looked through for one that a return may belong to. */
const searched = 1 << 12;

/** The calls of one stack, in arrays: a call is an index, 0 the outermost. */
class Calls {
  depth = 0;
  returns = new Float64Array(64);
  sp = new Float64Array(64);
  at = new Float64Array(64);
  saved: Uint32Array;
  readonly #width: number;

  constructor(width: number) {
    this.#width = width;
    this.saved = new Uint32Array(64 * width);
  }

  push(returns: number, sp: number, at: number): void {
    if (this.depth === this.returns.length) this.#grow();
    const index = this.depth++;
    this.returns[index] = returns;
    this.sp[index] = sp;
    this.at[index] = at;
  }

  #grow(): void {
    if (this.depth >= deepest) {
      // The outer half is forgotten: their returns are not checked.
      const half = this.depth >> 1;
      for (const list of [this.returns, this.sp, this.at]) list.copyWithin(0, half);
      this.saved.copyWithin(0, half * this.#width);
      this.depth -= half;
      return;
    }
    const twice = (list: Float64Array<ArrayBuffer>) => {
      const more = new Float64Array(2 * list.length);
      more.set(list);
      return more;
    };
    this.returns = twice(this.returns);
    this.sp = twice(this.sp);
    this.at = twice(this.at);
    const saved = new Uint32Array(2 * this.saved.length);
    saved.set(this.saved);
    this.saved = saved;
  }

  find(returns: number, sp: number): number {
    const last = Math.max(0, this.depth - searched);
    for (let index = this.depth - 1; index >= last; index--) {
      if (this.returns[index] === returns && this.sp[index] === sp) return index;
    }
    return -1;
  }
}

/** See the file's head. */
export class ShadowStack {
  readonly #width: number;
  #calls: Calls;
  /** The stacks that are not in use, those first that were left longest ago. */
  #others: Calls[] = [];

  /** @param width how many 32-bit words of registers are kept of each call */
  constructor(width: number) {
    this.#width = width;
    this.#calls = new Calls(width);
  }

  get isEmpty(): boolean {
    return this.#calls.depth === 0;
  }

  /** The innermost call. */
  get top(): Call | undefined {
    const { depth } = this.#calls;
    return depth === 0 ? undefined : this.#callAt(depth - 1);
  }

  #callAt(index: number): Call {
    const { returns, sp, at } = this.#calls;
    return { returns: returns[index]!, sp: sp[index]!, at: at[index]! };
  }

  /**
   * The innermost call whose frame lies around an address, if it has one, and an address in the
   * function that was called; undefined where that is the one that runs.
   */
  around(address: number): (Call & { readonly inside: number | undefined }) | undefined {
    const { depth, sp } = this.#calls;
    // The frame of a callee lies below the caller's sp.
    for (let index = depth - 1; index >= Math.max(0, depth - searched); index--) {
      if (sp[index]! <= address) continue;
      const inside = index + 1 < depth ? this.#calls.returns[index + 1]! - 2 : undefined;
      return { ...this.#callAt(index), inside };
    }
    return undefined;
  }

  /** A call is made; the words that it keeps are those of the registers at these places. */
  push(returns: number, sp: number, at: number, registers: Uint32Array, places: Uint8Array): void {
    const calls = this.#calls;
    calls.push(returns, sp, at);
    const start = (calls.depth - 1) * this.#width;
    const { saved } = calls;
    for (let index = 0; index < places.length; index++) {
      saved[start + index] = registers[places[index]!]!;
    }
  }

  /** Whether the innermost call returns there. */
  returnsTo(target: number): boolean {
    const { depth, returns } = this.#calls;
    return depth > 0 && returns[depth - 1] === target;
  }

  /** The stack pointer that the innermost call must come back with. */
  get sp(): number {
    return this.#calls.sp[this.#calls.depth - 1] ?? 0;
  }

  /** The index of the first word of the innermost call that is another now; -1 for none. */
  changed(registers: Uint32Array, places: Uint8Array): number {
    const { depth, saved } = this.#calls;
    const start = (depth - 1) * this.#width;
    for (let index = 0; index < places.length; index++) {
      if (saved[start + index] !== registers[places[index]!]) return index;
    }
    return -1;
  }

  /** A word that the innermost call has kept. */
  saved(index: number): number {
    return this.#calls.saved[(this.#calls.depth - 1) * this.#width + index] ?? 0;
  }

  pop(): void {
    if (this.#calls.depth > 0) this.#calls.depth--;
  }

  /** Whether some call on some stack returns there with this stack pointer. */
  knows(returns: number, sp: number): boolean {
    return [this.#calls, ...this.#others].some((calls) => calls.find(returns, sp) >= 0);
  }

  /** Returns to a call that is not the innermost one; false where none is known. */
  unwindTo(returns: number, sp: number): boolean {
    const index = this.#calls.find(returns, sp);
    if (index >= 0) {
      this.#calls.depth = index;
      return true;
    }
    for (const other of this.#others) {
      const found = other.find(returns, sp);
      if (found < 0) continue;
      other.depth = found;
      this.#others = this.#others.filter((one) => one !== other);
      this.#leave();
      this.#calls = other;
      return true;
    }
    return false;
  }

  /** Goes on at a stack pointer where no call is known to return: up the same stack, or elsewhere. */
  jumpTo(sp: number): void {
    const calls = this.#calls;
    const { depth } = calls;
    if (depth > 0 && sp >= calls.sp[depth - 1]! && sp <= calls.sp[0]!) {
      while (calls.depth > 0 && calls.sp[calls.depth - 1]! <= sp) calls.depth--;
      return;
    }
    this.#leave();
    this.#calls = new Calls(this.#width);
  }

  #leave(): void {
    if (this.#calls.depth === 0) return;
    this.#others.push(this.#calls);
    if (this.#others.length > stackLimit) this.#others.shift();
  }
}
