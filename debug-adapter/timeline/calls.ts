/**
 * Which functions a run was in. Exactly: a block of instructions is run one by one from the call
 * stack at its beginning, and calls and returns are followed. Roughly, for what is too long for
 * that: the call stacks at some points, as a sampling profiler takes them.
 */
import type { History } from "../../emulator/history/history.ts";
import { effectsOf } from "../../isa/effects.ts";
import { CallStack } from "../frames.ts";
import type { Program } from "../program.ts";
import type { Span } from "./scanned.ts";

/** A function that was active from one count to another. */
export interface CallSpan extends Span {
  /** 0 for the outermost. */
  readonly depth: number;
  readonly name: string;
  /** How many calls this stands for, where they are too short to be told apart. */
  readonly calls: number;
}

/** Instructions of a block. */
const blockSize = 1n << 16n;
/** Blocks and samples that are kept. */
const blockLimit = 48;
const sampleLimit = 4096;
/** Frames that a stack is looked at for, and levels that are told. */
const frameLimit = 256;
const depthLimit = 32;

interface Call {
  readonly name: string;
  /** Where it returns to; undefined where that is not known. */
  readonly returns: bigint | undefined;
}

/** The stack at the beginning of a block, the outermost first, and how it changes. */
interface Block {
  readonly to: bigint;
  readonly stack: readonly string[];
  /** At each count, how many calls end, and the function that begins, if one does. */
  readonly changes: readonly { readonly at: bigint; readonly ended: number; name?: string }[];
}

/** What an instruction means for the call stack. */
interface Control {
  readonly kind: "next" | "call" | "return" | "jump" | "trap";
  readonly next: bigint;
}

/** The functions of a run, as far as they are known. */
export class Calls {
  readonly #history: History;
  readonly #program: Program;
  readonly #blocks = new Map<bigint, Block>();
  #samples: { readonly at: bigint; readonly stack: readonly string[] }[] = [];
  readonly #controls = new Map<bigint, Control>();
  readonly #places = new Map<bigint, { readonly name: string; readonly isStart: boolean }>();

  constructor(history: History, program: Program) {
    this.#history = history;
    this.#program = program;
  }

  /** Forgets what is at a count and after it. */
  dropFrom(count: bigint): void {
    this.#samples = this.#samples.filter(({ at }) => at < count);
    for (const [from, { to }] of this.#blocks) if (to > count) this.#blocks.delete(from);
  }

  /** The blocks of a span that are not known. */
  missing({ from, to }: Span): Span[] {
    const spans: Span[] = [];
    const { start, end } = this.#history;
    for (let at = (from / blockSize) * blockSize; at < to; at += blockSize) {
      const block = {
        from: at < start ? start : at,
        to: at + blockSize < end ? at + blockSize : end,
      };
      if (block.from < block.to && this.#blocks.get(block.from)?.to !== block.to) spans.push(block);
    }
    return spans;
  }

  /** Traces a block; the machine must be at its beginning, and is at its end then. */
  *trace({ from, to }: Span, isDue: () => boolean): Generator<void, void> {
    const history = this.#history;
    const stack = this.#stack();
    const names = stack.map(({ name }) => name);
    const changes: { at: bigint; ended: number; name?: string }[] = [];
    for (let at = from; at < to; ) {
      const { pc } = history.current;
      const { kind, next } = this.#controlAt(pc);
      // A trap that is delivered retires nothing by itself.
      const before = at;
      while (history.instructions === before) history.run(1);
      at = history.instructions;
      if (kind === "next") continue;
      const here = history.current.pc;
      const change = this.#follow(stack, kind, next, here);
      if (change !== undefined) changes.push({ at, ...change });
      if (isDue()) yield;
    }
    this.#blocks.delete(from);
    this.#blocks.set(from, { to, stack: names, changes });
    const [oldest] = this.#blocks.keys();
    if (this.#blocks.size > blockLimit && oldest !== undefined) this.#blocks.delete(oldest);
  }

  /** What has become of the stack when control went on `here` instead of at `next`. */
  #follow(
    stack: Call[],
    kind: Control["kind"],
    next: bigint,
    here: bigint,
  ): { ended: number; name?: string } | undefined {
    if (kind === "return") {
      const level = stack.findLastIndex(({ returns }) => returns === here);
      const ended = level >= 0 ? stack.length - level : stack.length > 1 ? 1 : 0;
      stack.length -= ended;
      return ended === 0 ? undefined : { ended };
    }
    if (here === next) return undefined;
    const { name, isStart } = this.#placeOf(here);
    // A trap leads to a signal's handler; the call by which that ends, to what was interrupted.
    if (kind === "trap" && stack.at(-1)?.name === name) return undefined;
    if (kind === "call" || kind === "trap") {
      stack.push({ name, returns: next });
      return { ended: 0, name };
    }
    if (!isStart || stack.at(-1)?.name === name) return undefined;
    const tail = stack.pop();
    stack.push({ name, returns: tail?.returns });
    return { ended: tail === undefined ? 0 : 1, name };
  }

  #placeOf(pc: bigint): { readonly name: string; readonly isStart: boolean } {
    let place = this.#places.get(pc);
    if (place === undefined) {
      const found = this.#program.functionAt(pc);
      place = { name: found?.name ?? "?", isStart: found?.start === pc };
      this.#places.set(pc, place);
    }
    return place;
  }

  #controlAt(pc: bigint): Control {
    const known = this.#controls.get(pc);
    if (known !== undefined) return known;
    const history = this.#history;
    const decoded = this.#program.decodeBytes(history.readMemory(history.current, pc, 4));
    const next = BigInt.asUintN(history.xlen, pc + BigInt(decoded?.length ?? 4));
    const effect = decoded === undefined ? "trap" : effectsOf(decoded).control;
    const control: Control = { kind: effect === "branch" ? "next" : effect, next };
    // Code that changes is decoded anew now and then.
    if (this.#controls.size > 1 << 16) this.#controls.clear();
    this.#controls.set(pc, control);
    return control;
  }

  /** The call stack here, the outermost first, without functions that are inlined. */
  #stack(): Call[] {
    const history = this.#history;
    const frames = new CallStack(this.#program, history, history.current);
    const calls: Call[] = [];
    for (let index = 0; index < frameLimit; index++) {
      const frame = frames.frame(index);
      if (frame === undefined) break;
      if (frame.scope?.isInlined === true) continue;
      const name = this.#program.functionAt(frame.at)?.name ?? "?";
      calls.push({ name, returns: frame.caller()?.pc });
    }
    return calls.reverse();
  }

  /** Takes a sample where the machine is. */
  sample(): void {
    const at = this.#history.instructions;
    const index = this.#samples.findLastIndex((sample) => sample.at <= at);
    if (this.#samples[index]?.at === at) return;
    const stack = this.#stack().map(({ name }) => name);
    this.#samples.splice(index + 1, 0, { at, stack });
    if (this.#samples.length > sampleLimit)
      this.#samples = this.#samples.filter((_, number) => number % 2 === 0);
  }

  /** Whether a sample was taken between two counts. */
  hasSample({ from, to }: Span): boolean {
    return this.#samples.some(({ at }) => at >= from && at < to);
  }

  /** The functions within a span; those shorter than `least` are taken together. */
  within(span: Span, isExact: boolean, least: bigint): CallSpan[] {
    const builder = new SpanBuilder(span, least);
    if (isExact) this.#addBlocks(span, builder);
    else {
      const first = this.#samples.findLastIndex(({ at }) => at <= span.from);
      for (const { at, stack } of this.#samples.slice(Math.max(0, first))) {
        if (at > span.to) break;
        builder.become(at, stack);
      }
    }
    return builder.finish();
  }

  #addBlocks(span: Span, builder: SpanBuilder): void {
    const blocks = [...this.#blocks]
      .filter(([from, { to }]) => to > span.from && from < span.to)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    let end: bigint | undefined;
    for (const [from, { to, stack, changes }] of blocks) {
      if (end !== undefined && from !== end) builder.become(end, []);
      builder.become(from, stack);
      for (const { at, ended, name } of changes) builder.change(at, ended, name);
      end = to;
    }
    if (end !== undefined && end < span.to) builder.become(end, []);
  }
}

/** Makes spans from a stack that changes. */
class SpanBuilder {
  readonly #span: Span;
  readonly #least: bigint;
  readonly #open: { name: string; from: bigint }[] = [];
  readonly #spans: CallSpan[] = [];
  /** By depth, where the last span that takes short ones together is. */
  readonly #short: (number | undefined)[] = [];

  constructor(span: Span, least: bigint) {
    this.#span = span;
    this.#least = least;
  }

  /** The stack is another now; what both have at the outside goes on. */
  become(at: bigint, stack: readonly string[]): void {
    let same = 0;
    while (same < stack.length && this.#open[same]?.name === stack[same]) same++;
    this.change(at, this.#open.length - same, undefined);
    for (const name of stack.slice(same)) this.#open.push({ name, from: at });
  }

  change(at: bigint, ended: number, name: string | undefined): void {
    for (let count = 0; count < ended; count++) this.#close(at);
    if (name !== undefined) this.#open.push({ name, from: at });
  }

  #close(at: bigint): void {
    const closed = this.#open.pop();
    if (closed === undefined) return;
    const depth = this.#open.length;
    const { from: first, to: last } = this.#span;
    const from = closed.from > first ? closed.from : first;
    const to = at < last ? at : last;
    if (depth >= depthLimit || from >= to) return;
    const { name } = closed;
    if (to - from >= this.#least) {
      this.#short[depth] = undefined;
      this.#spans.push({ depth, name, from, to, calls: 1 });
      return;
    }
    const index = this.#short[depth];
    const before = index === undefined ? undefined : this.#spans[index];
    if (index !== undefined && before !== undefined && from - before.to < this.#least) {
      const common = before.name === name ? name : "";
      this.#spans[index] = { ...before, to, name: common, calls: before.calls + 1 };
      return;
    }
    this.#short[depth] = this.#spans.length;
    this.#spans.push({ depth, name, from, to, calls: 1 });
  }

  finish(): CallSpan[] {
    while (this.#open.length > 0) this.#close(this.#span.to);
    return this.#spans;
  }
}
