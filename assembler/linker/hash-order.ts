/**
 * The order in which GNU ld's table of symbols gives them: a hash table with chains, which grows
 * to the next of a list of primes. Where ld walks its table, as for the offset table and common
 * symbols, its output follows this order, and ours does the same.
 */

const primes = [
  4093, 8191, 16381, 32749, 65521, 131071, 262139, 524287, 1048573, 2097143, 4194301,
] as const;
const firstSize = 4051;

/** Names with a smaller hash are hashed by arithmetic of 32 bits: it grows by 2^25 a byte at most. */
const smallLimit = 2 ** 31 - 2 ** 26;

/** The hash of a name, below 2^53. */
function hashOf(name: string): number {
  const { length } = name;
  let hash = 0;
  for (let at = 0; at < length; at++) {
    const code = name.charCodeAt(at);
    if (code > 127 || hash > smallLimit) return longHashOf(name);
    const sum = hash + code + (code << 17);
    hash = sum ^ (sum >>> 2);
  }
  if (hash > smallLimit || length > 100) return longHashOf(name);
  const sum = hash + length + (length << 17);
  return sum ^ (sum >>> 2);
}

function longHashOf(name: string): number {
  let hash = 0;
  const xorShifted = (value: number): number => {
    const shifted = Math.floor(value / 4);
    const high = Math.floor(value / 0x100000000) ^ Math.floor(shifted / 0x100000000);
    return (high >>> 0) * 0x100000000 + (((value | 0) ^ (shifted | 0)) >>> 0);
  };
  const bytes = new TextEncoder().encode(name);
  for (const byte of bytes) hash = xorShifted(hash + byte + byte * 0x20000);
  return xorShifted(hash + bytes.length + bytes.length * 0x20000);
}

interface Link<Item> {
  readonly item: Item;
  readonly hash: number;
  next: Link<Item> | undefined;
}

/**
 * Those of named items that are wanted, in the order of the table when all were entered in this
 * order. The others count, since the table grows with them, but their hashes do not matter.
 */
export function hashOrder<Item>(
  items: ReadonlyMap<string, Item>,
  isWanted: (item: Item) => boolean,
): Item[] {
  let table: (Link<Item> | undefined)[] = new Array(firstSize).fill(undefined);
  let count = 0;
  for (const [name, item] of items) {
    if (isWanted(item)) {
      const hash = hashOf(name);
      const index = hash % table.length;
      table[index] = { item, hash, next: table[index] };
    }
    count++;
    if (count > Math.floor((table.length * 3) / 4)) table = grown(table);
  }
  const order: Item[] = [];
  for (const head of table) {
    for (let link = head; link !== undefined; link = link.next) order.push(link.item);
  }
  return order;
}

/** A larger table; runs of equal hashes move together, to the front of their new chains. */
function grown<Item>(table: readonly (Link<Item> | undefined)[]): (Link<Item> | undefined)[] {
  const size = primes.find((prime) => prime > table.length) ?? table.length * 2 + 1;
  const larger: (Link<Item> | undefined)[] = new Array(size).fill(undefined);
  for (const head of table) {
    let rest = head;
    while (rest !== undefined) {
      const chain = rest;
      let last = rest;
      while (last.next !== undefined && last.next.hash === chain.hash) last = last.next;
      rest = last.next;
      const index = chain.hash % size;
      last.next = larger[index];
      larger[index] = chain;
    }
  }
  return larger;
}
