/**
 * The input journal: whatever a machine got from outside, in the order in which it asked. Replayed,
 * it takes the place of the host: the machine asks the same and gets the same, and the host's files,
 * clock and console are left alone.
 */
import type { Host, HostReply } from "../machine.ts";

/** One input. */
export type Entry =
  | { readonly kind: "now"; readonly time: bigint }
  | { readonly kind: "random"; readonly bytes: Uint8Array }
  | { readonly kind: "reply"; readonly reply: HostReply };

/** Thrown when a replay asks for something else than the run did: a defect of ours. */
export class ReplayError extends Error {}

/** The inputs of a run, and how many of them the present has behind it. */
export class Journal {
  #entries: Entry[];
  /** How many entries have been used. */
  position = 0;

  constructor(entries: Entry[]) {
    this.#entries = entries;
  }

  /** Goes on with the inputs of another course of the run, which begin alike. */
  use(entries: Entry[], position: number): void {
    this.#entries = entries;
    this.position = position;
  }

  get length(): number {
    return this.#entries.length;
  }

  /** Holds when what is asked for next is new. */
  get isAtEnd(): boolean {
    return this.position === this.#entries.length;
  }

  /** Notes a new input. */
  add(entry: Entry): void {
    if (!this.isAtEnd) throw new Error(`entry ${this.position} of ${this.length} is not the last`);
    this.#entries.push(entry);
    this.position++;
  }

  /** The next input of the kind, which a replay asks for. */
  take<Kind extends Entry["kind"]>(kind: Kind): Extract<Entry, { kind: Kind }> {
    const entry = this.#entries[this.position];
    if (entry?.kind !== kind) {
      throw new ReplayError(`input ${this.position} is ${entry?.kind ?? "missing"}, not ${kind}`);
    }
    this.position++;
    return entry as Extract<Entry, { kind: Kind }>;
  }

  /** Forgets the inputs that the present does not have behind it. */
  dropFuture(): void {
    this.#entries.length = this.position;
  }
}

/** A host whose inputs go through a journal; output is passed on the first time only. */
export class JournalHost implements Host {
  readonly #host: Host;
  readonly #journal: Journal;
  readonly #written: (stream: 1 | 2, bytes: Uint8Array) => void;
  /** Holds while what runs has run before. */
  isReplaying = false;
  /** Passes output on also when it is written again. */
  repeatsOutput = false;

  /** @param written told of all output */
  constructor(host: Host, journal: Journal, written: (stream: 1 | 2, bytes: Uint8Array) => void) {
    this.#host = host;
    this.#journal = journal;
    this.#written = written;
  }

  output(stream: 1 | 2, bytes: Uint8Array): void {
    this.#written(stream, bytes);
    if (!this.isReplaying || this.repeatsOutput) this.#host.output(stream, bytes);
  }

  now(): bigint {
    if (!this.#journal.isAtEnd) return this.#journal.take("now").time;
    const time = this.#host.now();
    this.#journal.add({ kind: "now", time });
    return time;
  }

  random(length: number): Uint8Array {
    if (!this.#journal.isAtEnd) return this.#journal.take("random").bytes;
    const bytes = this.#host.random(length);
    this.#journal.add({ kind: "random", bytes });
    return bytes;
  }
}
