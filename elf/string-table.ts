/**
 * String tables with shared tails: a string that ends another one is not stored again, so `.text`
 * lies inside `.rela.text`. Found by sorting the strings by their reversed text, where a string
 * stands directly before those that end with it. The order of the stored ones is that of addition.
 */

const encoder = new TextEncoder();
/** Has a character for each byte. */
const byteDecoder = new TextDecoder("latin1");

/** Texts with their bytes in reverse, one character a byte; done for all at once, on bytes. */
function reversed(texts: readonly string[]): string[] {
  const bytes = encoder.encode(texts.join("\0")).reverse();
  return byteDecoder.decode(bytes).split("\0").reverse();
}

/** A string table under construction. */
export class StringTable {
  readonly #strings = new Set<string>();

  /** Notes that the string is needed. */
  add(text: string): void {
    if (text !== "") this.#strings.add(text);
  }

  /** The table's bytes (UTF-8, zero-terminated, first the empty string) and where each string is. */
  finish(): { data: Uint8Array; offsetOf: (text: string) => number } {
    const hosts = this.#hosts();
    const stored = [...this.#strings].filter((text) => !hosts.has(text));
    const joined = stored.length === 0 ? "\0" : `\0${stored.join("\0")}\0`;
    const data = encoder.encode(joined);
    const sizeOf =
      data.length === joined.length
        ? (text: string) => text.length
        : (text: string) => encoder.encode(text).length;
    const offsets = new Map<string, number>([["", 0]]);
    let size = 1;
    for (const text of stored) {
      offsets.set(text, size);
      size += sizeOf(text) + 1;
    }
    for (const [text, host] of hosts) {
      offsets.set(text, (offsets.get(host) as number) + sizeOf(host) - sizeOf(text));
    }
    return { data, offsetOf: (text) => offsets.get(text) ?? 0 };
  }

  /** For each string that ends another one, the longest stored string that it ends. */
  #hosts(): Map<string, string> {
    const texts = [...this.#strings];
    const keys = reversed(texts);
    const textOf = new Map(keys.map((key, index) => [key, texts[index] as string]));
    keys.sort();
    const hosts = new Map<string, string>();
    for (let index = keys.length - 2; index >= 0; index--) {
      const shorter = keys[index] as string;
      const longer = keys[index + 1] as string;
      if (!longer.startsWith(shorter)) continue;
      const host = textOf.get(longer) as string;
      hosts.set(textOf.get(shorter) as string, hosts.get(host) ?? host);
    }
    return hosts;
  }
}
