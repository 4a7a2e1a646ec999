/**
 * The program's input and output. Output is collected for some milliseconds and sent in pieces; a
 * program that writes faster than the client takes is held up, so nothing grows without bound.
 * Input is a queue of bytes from which the program takes; when it is empty the program waits, and
 * nothing else does.
 */

/** Milliseconds between two pieces of output. */
const interval = 20;
/** Bytes that are collected before the program is held up. */
const limit = 1 << 16;
/** Bytes of input that may wait to be read. */
const inputLimit = 1 << 20;

/** The program's standard streams, as the client shows and fills them. */
export class Terminal {
  readonly #send: (stream: 1 | 2, text: string, bytes: number) => void;
  readonly #drained: () => Promise<void>;
  readonly #decoders = { 1: new TextDecoder(), 2: new TextDecoder() };
  #pieces: { stream: 1 | 2; bytes: Uint8Array }[] = [];
  #size = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #flushed: (() => void)[] = [];

  #input: Uint8Array[] = [];
  #inputSize = 0;
  /** The end was typed: it holds for one read. */
  #hasEnded = false;
  /** The whole input is known: its end holds for good. */
  #isClosed = false;
  #arrived: (() => void) | undefined;

  /** @param send gets text, and how many bytes of output it is */
  constructor(
    send: (stream: 1 | 2, text: string, bytes: number) => void,
    drained: () => Promise<void>,
  ) {
    this.#send = send;
    this.#drained = drained;
  }

  /** Takes output of the program. */
  write(stream: 1 | 2, bytes: Uint8Array): void {
    const last = this.#pieces.at(-1);
    // The machine may use the bytes again, so they are copied.
    if (last?.stream === stream && last.bytes.length + bytes.length < 4096) {
      const joined = new Uint8Array(last.bytes.length + bytes.length);
      joined.set(last.bytes);
      joined.set(bytes, last.bytes.length);
      last.bytes = joined;
    } else {
      this.#pieces.push({ stream, bytes: bytes.slice() });
    }
    this.#size += bytes.length;
    this.#timer ??= setTimeout(() => this.#flushLater(), interval);
  }

  /** Whether the program must wait for {@link relieved} before it may run on. */
  get isFull(): boolean {
    return this.#size >= limit;
  }

  /** Resolves when what was collected is sent. */
  relieved(): Promise<void> {
    if (this.#size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#flushed.push(resolve));
  }

  async #flushLater(): Promise<void> {
    await this.#drained();
    this.flush();
  }

  /** Sends at once what was collected. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const pieces = this.#pieces;
    this.#pieces = [];
    this.#size = 0;
    let stream: 1 | 2 = 1;
    let text = "";
    let bytes = 0;
    for (const piece of pieces) {
      if (piece.stream !== stream && text !== "") {
        this.#send(stream, text, bytes);
        text = "";
        bytes = 0;
      }
      stream = piece.stream;
      bytes += piece.bytes.length;
      text += this.#decoders[stream].decode(piece.bytes, { stream: true });
    }
    if (bytes > 0) this.#send(stream, text, bytes);
    for (const resolve of this.#flushed.splice(0)) resolve();
  }

  /** Adds input from the person; false when too much is waiting already. */
  type(text: string, ended: boolean): boolean {
    const bytes = new TextEncoder().encode(text);
    if (this.#inputSize + bytes.length > inputLimit) return false;
    if (bytes.length > 0) this.#input.push(bytes);
    this.#inputSize += bytes.length;
    if (ended) this.#hasEnded = true;
    if (this.hasInput) this.#arrived?.();
    return true;
  }

  /** Whether a read would not wait. */
  get hasInput(): boolean {
    return this.#inputSize > 0 || this.#hasEnded || this.#isClosed;
  }

  /** Resolves when there is input or its end. */
  inputArrives(): Promise<void> {
    if (this.hasInput) return Promise.resolve();
    return new Promise((resolve) => {
      this.#arrived = resolve;
    });
  }

  /** Takes all input that is there. An end that was typed holds for one read after the rest. */
  take(): { data: Uint8Array; ended: boolean } {
    const data = new Uint8Array(this.#inputSize);
    let at = 0;
    for (const piece of this.#input) {
      data.set(piece, at);
      at += piece.length;
    }
    this.#input = [];
    this.#inputSize = 0;
    const ended = this.#hasEnded || this.#isClosed;
    this.#hasEnded = false;
    return { data, ended };
  }

  /** Takes one line of the input without its end; undefined at the end of the input. */
  async readLine(): Promise<string | undefined> {
    let line = new Uint8Array(0);
    for (;;) {
      await this.inputArrives();
      const { data, ended } = this.take();
      const joined = new Uint8Array(line.length + data.length);
      joined.set(line);
      joined.set(data, line.length);
      line = joined;
      const end = line.indexOf(10);
      if (end >= 0) {
        const rest = line.slice(end + 1);
        if (rest.length > 0) this.#input.push(rest);
        this.#inputSize = rest.length;
        // An end that was typed behind the line is for the next read.
        this.#hasEnded = ended && !this.#isClosed;
        return new TextDecoder().decode(line.subarray(0, end)).replace(/\r$/, "");
      }
      if (ended) return line.length === 0 ? undefined : new TextDecoder().decode(line);
    }
  }

  /** Makes a text the whole input. */
  close(text: string): void {
    const bytes = new TextEncoder().encode(text);
    this.#input.push(bytes);
    this.#inputSize += bytes.length;
    this.#isClosed = true;
    this.#arrived?.();
  }

  /** Whether the input is fixed, so that nothing can be typed. */
  get isClosed(): boolean {
    return this.#isClosed;
  }
}
