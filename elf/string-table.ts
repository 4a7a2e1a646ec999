/**
 * String tables with shared tails: a string that ends another one is not stored again, so `.text`
 * lies inside `.rela.text`. Found by sorting the strings by their reversed text, where a string
 * stands directly before those that end with it. The order of the stored ones is that of addition.
 */

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
    const encoder = new TextEncoder();
    const offsets = new Map<string, number>([["", 0]]);
    const pieces: Uint8Array[] = [new Uint8Array(1)];
    let size = 1;
    for (const text of this.#strings) {
      if (hosts.has(text)) continue;
      const bytes = encoder.encode(`${text}\0`);
      offsets.set(text, size);
      pieces.push(bytes);
      size += bytes.length;
    }
    for (const [text, host] of hosts) {
      const shift = encoder.encode(host).length - encoder.encode(text).length;
      offsets.set(text, (offsets.get(host) as number) + shift);
    }
    const data = new Uint8Array(size);
    let at = 0;
    for (const piece of pieces) {
      data.set(piece, at);
      at += piece.length;
    }
    return { data, offsetOf: (text) => offsets.get(text) ?? 0 };
  }

  /** For each string that ends another one, the longest stored string that it ends. */
  #hosts(): Map<string, string> {
    const reverse = (text: string) => [...text].reverse().join("");
    const sorted = [...this.#strings]
      .map((text) => ({ text, key: reverse(text) }))
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
