/**
 * Where in a run output was written. Marks that lie close together are one; as the run grows, what
 * counts as close grows too, so that there are never more marks than the limit.
 */

/** Output that was written at an instruction count or soon after it. */
export interface OutputMark {
  readonly at: bigint;
  /** Bytes written to standard output (1) and standard error (2). */
  readonly 1: number;
  readonly 2: number;
}

type Sum = { -readonly [Key in keyof OutputMark]: OutputMark[Key] };

/** The marks of a run, in ascending order. */
export class OutputMarks {
  readonly #limit: number;
  #marks: Sum[] = [];
  /** Instructions that two marks are apart, at least. */
  #distance = 1n;

  /** @param limit how many marks there may be */
  constructor(limit = 512) {
    this.#limit = limit;
  }

  get list(): readonly OutputMark[] {
    return this.#marks;
  }

  /** Notes output; counts do not descend. */
  add(at: bigint, stream: 1 | 2, length: number): void {
    this.#note({ at, 1: 0, 2: 0, [stream]: length });
    while (this.#marks.length > this.#limit) {
      this.#distance *= 2n;
      const marks = this.#marks;
      this.#marks = [];
      for (const mark of marks) this.#note(mark);
    }
  }

  #note(mark: Sum): void {
    const last = this.#marks.at(-1);
    if (last === undefined || mark.at - last.at >= this.#distance) {
      this.#marks.push(mark);
      return;
    }
    last[1] += mark[1];
    last[2] += mark[2];
  }

  /** The same marks, to go on otherwise. */
  copy(): OutputMarks {
    const copy = new OutputMarks(this.#limit);
    copy.#marks = this.#marks.map((mark) => ({ ...mark }));
    copy.#distance = this.#distance;
    return copy;
  }

  /** Forgets the marks from an instruction count on. */
  dropFrom(at: bigint): void {
    while ((this.#marks.at(-1)?.at ?? -1n) >= at) this.#marks.pop();
  }
}
