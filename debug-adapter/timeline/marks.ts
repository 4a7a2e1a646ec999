/**
 * What happened in a recorded run, for a timeline: breakpoints that would be hit, writes to chosen
 * memory, system calls, exceptions, and which functions were active. It is found by running parts of
 * the run again, at full speed with stops at what is looked for. What was found of a part is kept, so
 * each is run once; a look that is interrupted goes on the next time. Nothing slows down recording.
 */
import type { History } from "../../emulator/history/history.ts";
import type { Stop, Trap, Watchpoint } from "../../emulator/machine.ts";
import type { Program } from "../program.ts";
import { type CallSpan, Calls } from "./calls.ts";
import { type Happening, Scanned, type Span } from "./scanned.ts";

/** What is marked. */
export const markKinds = ["breakpoint", "write", "call", "exception"] as const;
export type MarkKind = (typeof markKinds)[number];

/** One or several happenings that are close together. */
export interface Mark extends Happening {
  readonly kind: MarkKind;
  readonly count: number;
}

/** What is known of a span. */
export interface Picture {
  readonly marks: readonly Mark[];
  readonly calls: readonly CallSpan[];
  /** Whether the calls are all that there were, and not from samples. */
  readonly isExact: boolean;
  /** The parts that were looked at for everything. */
  readonly scanned: readonly Span[];
  /** The kinds of which there are too many in the span for all to be marked. */
  readonly cut: readonly MarkKind[];
}

/** What marks need of the debugger. */
export interface MarkServices {
  readonly history: History;
  readonly program: Program;
  /** Addresses of the person's breakpoints, and a number that changes with them. */
  breakpoints(): { readonly version: number; readonly addresses: readonly bigint[] };
  /** What the breakpoints at the pc mean; undefined: nothing. */
  arrive(): string | undefined;
  /** The memory whose writes are marked. */
  watched(): readonly Watchpoint[];
  /** What was written, where the machine has just stopped at watched memory. */
  describeWrite(stop: Extract<Stop, { reason: "watchpoint" }>): string;
  describeCall(): string;
  describeTrap(trap: Trap): string;
}

/** Spans up to this length are traced instruction by instruction. */
export const exactLimit = 1n << 20n;
/** Marks of a kind in one span, beyond which the kind is no longer looked for there. */
const kindLimit = 4000;
/** Columns that marks and calls are gathered in, and samples of the call stack in a span. */
const columns = 512n;
const sampleCount = 128n;
/** Snapshots of a span whose call stacks are looked at first. */
const overviewCount = 48;
/** The causes of exceptions that are looked for; calls of the environment among them. */
const causes = Array.from({ length: 16 }, (_, cause) => cause);
const callCauses: ReadonlySet<number> = new Set([8, 9, 11]);

/** Looks at a run, as far as it is asked to. */
export class Marks {
  readonly #services: MarkServices;
  readonly #calls: Calls;
  readonly #scanned: Readonly<Record<MarkKind, Scanned>> = {
    breakpoint: new Scanned(),
    write: new Scanned(),
    call: new Scanned(),
    exception: new Scanned(),
  };
  #breakpointVersion = "";
  #writeVersion = "";
  /** The span that was looked at last, and the kinds given up there. */
  #span: Span = { from: 0n, to: 0n };
  #cut = new Set<MarkKind>();

  constructor(services: MarkServices) {
    this.#services = services;
    this.#calls = new Calls(services.history, services.program);
  }

  /** Forgets what is at a count and after it: another run goes on from there. */
  dropFrom(count: bigint): void {
    this.#calls.dropFrom(count);
    for (const scanned of Object.values(this.#scanned)) scanned.dropFrom(count);
  }

  /** Notes an exception that the program has stopped at: at the run's end no look finds it. */
  noteException(at: bigint, trap: Trap): void {
    this.#scanned.exception.note({ at, text: this.#services.describeTrap(trap) });
  }

  /** Looks at what is not known of a span yet; see {@link Work} in excursions.ts. */
  *look(span: Span, isDue: () => boolean): Generator<void, void> {
    this.#renew(span);
    const isExact = span.to - span.from <= exactLimit;
    if (isExact) {
      for (const block of this.#calls.missing(span)) {
        yield* this.#seek(block.from, isDue);
        yield* this.#calls.trace(block, isDue);
        yield;
      }
    } else yield* this.#overlook(span);
    yield* this.#sweep(span, isDue, isExact ? undefined : stepOf(span));
    if (isExact) return;
    const step = stepOf(span);
    for (let at = (span.from / step + 1n) * step; at < span.to; at += step) {
      if (this.#calls.hasSample({ from: at - step / 2n, to: at + step / 2n })) continue;
      yield* this.#seek(at, isDue);
      this.#calls.sample();
      yield;
    }
  }

  /** What is known of a span. */
  picture(span: Span): Picture {
    this.#renew(span);
    const isExact = span.to - span.from <= exactLimit;
    const width = (span.to - span.from) / columns + 1n;
    const marks = markKinds.flatMap((kind) => gather(kind, this.#scanned[kind].found(span), width));
    return {
      marks: marks.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)),
      calls: this.#calls.within(span, isExact, isExact ? width : 0n),
      isExact,
      scanned: this.#scannedWithin(span),
      cut: [...this.#cut],
    };
  }

  #scannedWithin(span: Span): Span[] {
    const kinds = markKinds.filter((kind) => !this.#cut.has(kind));
    let parts: Span[] = [span];
    for (const kind of kinds) {
      parts = parts.flatMap((part) => this.#scanned[kind].within(part));
    }
    return parts;
  }

  /** Forgets what was found for breakpoints and memory that are others now. */
  #renew(span: Span): void {
    const { version } = this.#services.breakpoints();
    const watched = this.#services.watched().map(({ address, length }) => `${address}:${length}`);
    if (`${version}` !== this.#breakpointVersion) this.#scanned.breakpoint.clear();
    if (watched.join() !== this.#writeVersion) this.#scanned.write.clear();
    this.#breakpointVersion = `${version}`;
    this.#writeVersion = watched.join();
    if (span.from === this.#span.from && span.to === this.#span.to) return;
    this.#span = span;
    this.#cut = new Set();
  }

  *#seek(count: bigint, isDue: () => boolean): Generator<void, void> {
    const { history } = this.#services;
    this.#arm([]);
    history.approach(count);
    while (history.instructions < count) {
      history.run(Number(count - history.instructions), isDue);
      if (isDue()) yield;
    }
  }

  #arm(kinds: readonly MarkKind[]): void {
    const { history, breakpoints, watched } = this.#services;
    history.setBreakpoints(kinds.includes("breakpoint") ? breakpoints().addresses : []);
    history.setWatchpoints(kinds.includes("write") ? watched() : []);
    history.watchRegisters([]);
    const caught = causes.filter((cause) =>
      kinds.includes(callCauses.has(cause) ? "call" : "exception"),
    );
    history.catchExceptions(new Set(caught));
    history.catchFailures(new Set());
  }

  /** The call stacks at snapshots: a first picture, at once. */
  *#overlook({ from, to }: Span): Generator<void, void> {
    const { history } = this.#services;
    const counts = history.kept.counts.filter((at) => at >= from && at <= to);
    const every = Math.ceil(counts.length / overviewCount);
    this.#arm([]);
    for (const at of counts.filter((_, index) => index % every === 0)) {
      if (this.#calls.hasSample({ from: at, to: at + 1n })) continue;
      history.goToSnapshot(at);
      this.#calls.sample();
      yield;
    }
  }

  /** Runs through the parts that were not looked at for some kind, and takes samples on the way. */
  *#sweep(span: Span, isDue: () => boolean, step: bigint | undefined): Generator<void, void> {
    for (;;) {
      const gaps = markKinds.flatMap((kind) => {
        const gap = this.#cut.has(kind) ? undefined : this.#scanned[kind].gap(span);
        return gap === undefined ? [] : [{ kind, ...gap }];
      });
      if (gaps.length === 0) return;
      const from = gaps.reduce((least, gap) => (gap.from < least ? gap.from : least), span.to);
      const kinds = gaps.filter((gap) => gap.from === from).map(({ kind }) => kind);
      const ends = gaps.map((gap) => (gap.from === from ? gap.to : gap.from));
      const to = ends.reduce((least, end) => (end < least ? end : least), span.to);
      yield* this.#sweepPart({ from, to }, kinds, isDue, step);
    }
  }

  *#sweepPart(
    part: Span,
    kinds: readonly MarkKind[],
    isDue: () => boolean,
    step: bigint | undefined,
  ): Generator<void, void> {
    const { history, arrive } = this.#services;
    yield* this.#seek(part.from, isDue);
    this.#arm(kinds);
    const found: Record<MarkKind, Happening[]> = {
      breakpoint: [],
      write: [],
      call: [],
      exception: [],
    };
    let noted = part.from;
    const note = (): void => {
      const here = history.instructions;
      for (const kind of kinds) {
        this.#scanned[kind].add(noted, here, found[kind]);
        found[kind] = [];
      }
      noted = here;
    };
    const hit = (kind: MarkKind, at: bigint, text: string) => {
      if (kinds.includes(kind)) found[kind].push({ at, text });
    };
    const text = arrive();
    if (text !== undefined) hit("breakpoint", part.from, text);
    while (history.instructions < part.to) {
      const here = history.instructions;
      const sampled = step === undefined ? part.to : (here / step + 1n) * step;
      const until = sampled < part.to ? sampled : part.to;
      this.#consider(history.run(Number(until - here), isDue), hit);
      if (step !== undefined && history.instructions === sampled) this.#calls.sample();
      const most = Math.max(...kinds.map((kind) => found[kind].length));
      const isPause = isDue();
      if (!isPause && most < kindLimit / 8) continue;
      note();
      if (isPause) yield;
      const full = kinds.filter((kind) => this.#scanned[kind].found(this.#span).length > kindLimit);
      for (const kind of full) this.#cut.add(kind);
      if (full.length > 0) return;
    }
    note();
  }

  #consider(stop: Stop, hit: (kind: MarkKind, at: bigint, text: string) => void): void {
    const { history, arrive, describeCall, describeTrap, describeWrite } = this.#services;
    const at = history.instructions;
    if (stop.reason === "breakpoint") {
      const text = arrive();
      if (text !== undefined) hit("breakpoint", at, text);
    } else if (stop.reason === "watchpoint") hit("write", at - 1n, describeWrite(stop));
    else if (stop.reason === "exception") {
      if (callCauses.has(stop.trap.cause)) hit("call", at, describeCall());
      else hit("exception", at, describeTrap(stop.trap));
    }
  }
}

/** How far samples are apart: a power of two, so that those of a part serve for the whole. */
function stepOf({ from, to }: Span): bigint {
  let step = 1n;
  while (step * sampleCount < to - from) step *= 2n;
  return step;
}

/** Takes happenings together that lie in one column. */
function gather(kind: MarkKind, found: readonly Happening[], width: bigint): Mark[] {
  const marks: Mark[] = [];
  for (const { at, text } of found) {
    const last = marks.at(-1);
    if (last !== undefined && at - last.at < width)
      marks[marks.length - 1] = { ...last, count: last.count + 1 };
    else marks.push({ kind, at, text, count: 1 });
  }
  return marks;
}
