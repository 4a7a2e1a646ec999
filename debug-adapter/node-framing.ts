/**
 * Messages on a pair of Node's streams, each behind a header that says its length in bytes: the base
 * protocol of the Debug Adapter Protocol. What is no message is told and passed over: reading goes
 * on at the next header that names a length, wherever that stands.
 */

/** Longest message that is read, in bytes: that of a file's text is far below. */
const longestMessage = 1 << 26;
/** Longest header; what is longer has no end that would be waited for. */
const longestHeader = 1 << 12;
const headerEnd = "\r\n\r\n";

/** Puts messages together again out of the pieces in which they arrive. */
export class MessageReader {
  readonly #take: (message: unknown) => void;
  readonly #refuse: (fault: string) => void;
  /** What has arrived and was not read, in its pieces, and how much that is. */
  #pieces: Buffer[] = [];
  #size = 0;
  /** Bytes that there must be before it is worth looking. */
  #needed = 0;

  /**
   * @param take gets each message
   * @param refuse is told in a sentence what could not be read
   */
  constructor(take: (message: unknown) => void, refuse: (fault: string) => void) {
    this.#take = take;
    this.#refuse = refuse;
  }

  /** The next bytes of the stream. */
  accept(bytes: Buffer): void {
    this.#pieces.push(bytes);
    this.#size += bytes.length;
    if (this.#size < this.#needed) return;
    let rest = this.#pieces.length === 1 ? bytes : Buffer.concat(this.#pieces);
    for (let next: Buffer | undefined = rest; next !== undefined; ) {
      rest = next;
      next = this.#read(rest);
    }
    this.#pieces = [rest];
    this.#size = rest.length;
  }

  /** Reads a message; what is left then, or undefined where more has to arrive. */
  #read(bytes: Buffer): Buffer | undefined {
    this.#needed = 0;
    const end = bytes.indexOf(headerEnd);
    if (end < 0) {
      if (bytes.length <= longestHeader) return undefined;
      this.#refuse("A header without an end was passed over.");
      // The beginning of a header may be the last that has arrived.
      return bytes.subarray(bytes.length - headerEnd.length);
    }
    const start = end + headerEnd.length;
    const header = bytes.toString("latin1", Math.max(0, end - longestHeader), end);
    const length = lengthIn(header);
    if (length === undefined) {
      this.#refuse('A header without a sensible "Content-Length" was passed over.');
      return bytes.subarray(start);
    }
    if (bytes.length < start + length) {
      this.#needed = start + length;
      return undefined;
    }
    this.#parse(bytes.toString("utf8", start, start + length));
    return bytes.subarray(start + length);
  }

  #parse(text: string): void {
    let message: unknown;
    try {
      message = JSON.parse(text);
    } catch {
      this.#refuse("A message that is not JSON was passed over.");
      return;
    }
    this.#take(message);
  }
}

/** The length that a header says; the last one counts, since rubbish may stand before it. */
function lengthIn(header: string): number | undefined {
  const found = [...header.matchAll(/content-length[ \t]*:[ \t]*(\d+)[ \t]*(?=\r\n|$)/gi)].at(-1);
  const length = Number(found?.[1]);
  return length <= longestMessage ? length : undefined;
}

/** Writes a message with its header. */
export function writeMessage(stream: NodeJS.WritableStream, message: unknown): void {
  const text = JSON.stringify(message);
  stream.write(`Content-Length: ${Buffer.byteLength(text)}${headerEnd}${text}`);
}
