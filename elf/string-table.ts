/**
 * String tables with shared tails: a string that ends another one is not stored again, so `.text`
 * lies inside `.rela.text`. Found by sorting the strings by their reversed text, where a string
 * stands directly before those that end with it. The order of the stored ones is that of addition.
 */

const encoder = new TextEncoder();

/** The characters of a text from its end to its beginning. */
function reversed(text: string): string {
  let result = "";
  for (let at = text.length - 1; at >= 0; at--) result += text[at];
  return result;
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
    const sorted = [...this.#strings]
      .map((text) => ({ text, key: reversed(text) }))
      .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
    const hosts = new Map<string, string>();
    for (let index = sorted.length - 2; index >= 0; index--) {
      const shorter = sorted[index] as { text: string; key: string };
      const longer = sorted[index + 1] as { text: string; key: string };
      if (!longer.key.startsWith(shorter.key)) continue;
      hosts.set(shorter.text, hosts.get(longer.text) ?? longer.text);
    }
    return hosts;
  }
}
