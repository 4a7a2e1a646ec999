/** Which parts of a run were looked at for something, and where it was found. */

/** Instruction counts from `from` to before `to`. */
export interface Span {
  readonly from: bigint;
  readonly to: bigint;
}

/** Something that happened at an instruction count. */
export interface Happening {
  readonly at: bigint;
  readonly text: string;
}

/** Happenings that are kept of one kind; beyond, what was found is forgotten and looked for anew. */
const limit = 20_000;

/** The parts that were looked at, disjoint and in ascending order, with what was found in them. */
export class Scanned {
  #spans: Span[] = [];
  #found: Happening[] = [];

  clear(): void {
    this.#spans = [];
    this.#found = [];
  }

  /** Forgets what is at a count and after it. */
  dropFrom(count: bigint): void {
    this.#spans = this.#spans.flatMap(({ from, to }) =>
      from >= count ? [] : [{ from, to: to < count ? to : count }],
    );
    this.#found = this.#found.filter(({ at }) => at < count);
  }

  /** Notes what is known to have happened without a look. */
  note(happening: Happening): void {
    if (this.#found.some(({ at }) => at === happening.at)) return;
    this.#found.push(happening);
    this.#found.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  }

  /** Notes that a part was looked at, and what happened there. */
  add(from: bigint, to: bigint, found: readonly Happening[]): void {
    if (this.#found.length + found.length > limit) this.clear();
    const before = this.#spans.filter((span) => span.to < from);
    const after = this.#spans.filter((span) => span.from > to);
    const touching = this.#spans.slice(before.length, this.#spans.length - after.length);
    const start = touching.reduce((least, span) => (span.from < least ? span.from : least), from);
    const end = touching.reduce((most, span) => (span.to > most ? span.to : most), to);
    this.#spans = [...before, { from: start, to: end }, ...after];
    const known = new Set(this.#found.filter(({ at }) => at >= from - 1n).map(({ at }) => at));
    const fresh = found.filter(({ at }) => !known.has(at));
    if (fresh.length === 0) return;
    const isLater = this.#found.length === 0 || fresh[0]!.at > this.#found.at(-1)!.at;
    this.#found.push(...fresh);
    if (!isLater) this.#found.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  }

  /** The first part within a span that was not looked at. */
  gap({ from, to }: Span): Span | undefined {
    let start = from;
    for (const span of this.#spans) {
      if (span.to <= start) continue;
      if (span.from > start) return { from: start, to: span.from < to ? span.from : to };
      start = span.to;
      if (start >= to) return undefined;
    }
    return start < to ? { from: start, to } : undefined;
  }

  /** The parts within a span that were looked at. */
  within({ from, to }: Span): Span[] {
    return this.#spans
      .filter((span) => span.to > from && span.from < to)
      .map((span) => ({
        from: span.from > from ? span.from : from,
        to: span.to < to ? span.to : to,
      }));
  }

  /** What was found from one count to another, both included. */
  found({ from, to }: Span): Happening[] {
    return this.#found.filter(({ at }) => at >= from && at <= to);
  }
}
