/**
 * The console of a process: output goes straight to the host, input comes in pieces through
 * "read-console" requests and is kept here until it is read. A reply stays in the buffer even when
 * the call that asked for it is abandoned, so no input is ever lost.
 */
import type { Host, HostReply, HostRequest } from "../machine.ts";
import type { Stateful } from "./saved-state.ts";

/** What a call needs of its host on the way to its result: each request is answered by a reply. */
export type Steps<Result> = Generator<HostRequest, Result, HostReply>;

/** Input that has come and was not read. */
interface ConsoleState {
  buffer: Uint8Array;
  /** Where in the buffer the bytes begin that were not read yet. */
  start: number;
  hasEnded: boolean;
}

/** The standard streams of a process, as the environments use them. */
export class Console implements Stateful<ConsoleState> {
  readonly #host: Host;
  state: ConsoleState = { buffer: new Uint8Array(0), start: 0, hasEnded: false };

  constructor(host: Host) {
    this.#host = host;
  }

  /** Takes what the host answered to "read-console". */
  accept(data: Uint8Array, ended: boolean): void {
    const joined = new Uint8Array(this.available + data.length);
    joined.set(this.state.buffer.subarray(this.state.start));
    joined.set(data, this.available);
    this.state.buffer = joined;
    this.state.start = 0;
    this.state.hasEnded = ended;
  }

  /** Bytes that can be read without asking the host. */
  get available(): number {
    return this.state.buffer.length - this.state.start;
  }

  /** Waits until there are bytes; false at the end of the input. */
  *fill(): Steps<boolean> {
    while (this.available === 0) {
      // A terminal's end of file ends one read; the next one may find new input.
      if (this.state.hasEnded) {
        this.state.hasEnded = false;
        return false;
      }
      yield { kind: "read-console" };
    }
    return true;
  }

  /** Up to `length` bytes, at least one but at the end of the input. */
  *read(length: number): Steps<Uint8Array> {
    if (length === 0 || !(yield* this.fill())) return new Uint8Array(0);
    return this.#take(length);
  }

  /** A line without its end ("\n" or "\r\n"), or undefined at the end of the input. */
  *readLine(): Steps<Uint8Array | undefined> {
    if (!(yield* this.fill())) return undefined;
    // Only what is new is searched, so a long line costs its length once.
    let searched = 0;
    let end = this.#find(10, searched);
    while (end < 0 && !this.state.hasEnded) {
      searched = this.available;
      yield { kind: "read-console" };
      end = this.#find(10, searched);
    }
    const line = this.#take(end < 0 ? this.available : end + 1);
    const length = line.at(-1) === 10 ? line.length - 1 : line.length;
    return line.subarray(0, line[length - 1] === 13 ? length - 1 : length);
  }

  /** Writes to standard output (1) or standard error (2). */
  write(stream: 1 | 2, bytes: Uint8Array): void {
    if (bytes.length > 0) this.#host.output(stream, bytes);
  }

  /** Writes text to standard output. */
  print(text: string): void {
    this.write(1, new TextEncoder().encode(text));
  }

  #find(byte: number, from: number): number {
    const at = this.state.buffer.indexOf(byte, this.state.start + from);
    return at < 0 ? -1 : at - this.state.start;
  }

  #take(length: number): Uint8Array {
    const taken = this.state.buffer.slice(this.state.start, this.state.start + length);
    this.state.start += taken.length;
    return taken;
  }
}
