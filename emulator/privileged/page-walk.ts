/**
 * The page-table walk (privileged manual, "Virtual Address Translation Process") for Sv32, Sv39,
 * Sv48 and Sv57. It only finds the leaf entry; who may use the page is for the caller.
 */

/** How a mode of satp divides an address. */
export interface PagingScheme {
  readonly name: string;
  readonly levels: number;
  /** Bits of the page number that index one table. */
  readonly indexBits: 9 | 10;
  /** Bytes in a page-table entry. */
  readonly entrySize: 4 | 8;
}

const wide = { indexBits: 9, entrySize: 8 } as const;

/** The schemes by XLEN and by satp.MODE; 0 is bare. */
export const pagingSchemes: Readonly<Record<32 | 64, ReadonlyMap<number, PagingScheme>>> = {
  32: new Map([[1, { name: "Sv32", levels: 2, indexBits: 10, entrySize: 4 }]]),
  64: new Map([
    [8, { name: "Sv39", levels: 3, ...wide }],
    [9, { name: "Sv48", levels: 4, ...wide }],
    [10, { name: "Sv57", levels: 5, ...wide }],
  ]),
};

/** Bits of a page-table entry. */
export const entryBits = {
  valid: 1,
  read: 2,
  write: 4,
  execute: 8,
  user: 16,
  global: 32,
  accessed: 64,
  dirty: 128,
} as const;

/** What the walk reads page-table entries by. */
export interface EntryReader {
  /** The entry at a physical address, unsigned, or undefined where it cannot be read. */
  readEntry(address: number, size: 4 | 8): bigint | undefined;
}

/** A leaf: its entry, and where that and the page are. */
export interface Leaf {
  /** The physical page number of the page, superpages taken into account. */
  readonly page: number;
  /** The low ten bits of the entry. */
  readonly flags: number;
  /** The entry's physical address. */
  readonly entryAddress: number;
  /** The physical addresses of all entries on the way, this one included. */
  readonly trail: readonly number[];
}

/** Why there is no leaf: an entry is missing or invalid, or it cannot be read. */
export type WalkFailure = "page-fault" | "access-fault";

/** A table at this page or above lies outside of any memory. */
const firstVacantPage = 2 ** 41;

/**
 * Walks from the root table.
 * @param root the physical page number of the root table
 * @param page the virtual page number: XLEN − 12 bits
 */
export function walk(
  scheme: PagingScheme,
  root: number,
  page: number,
  reader: EntryReader,
): Leaf | WalkFailure {
  const { levels, indexBits, entrySize } = scheme;
  if (!isCanonical(scheme, page)) return "page-fault";
  let table = root;
  const trail: number[] = [];
  for (let level = levels - 1; level >= 0; level--) {
    if (table >= firstVacantPage) return "access-fault";
    const below = 2 ** (indexBits * level);
    const index = Math.floor(page / below) % 2 ** indexBits;
    const entryAddress = table * 4096 + index * entrySize;
    const entry = reader.readEntry(entryAddress, entrySize);
    if (entry === undefined) return "access-fault";
    trail.push(entryAddress);
    const flags = Number(entry & 0x3ffn);
    // Bits 63:54 belong to extensions that are not there.
    const target = Number(entry >> 10n);
    const { valid, read, write, execute, user, accessed, dirty } = entryBits;
    if ((flags & valid) === 0 || (flags & (read | write)) === write) return "page-fault";
    if (entrySize === 8 && target >= 2 ** 44) return "page-fault";
    if ((flags & (read | execute)) === 0) {
      if (flags & (user | accessed | dirty)) return "page-fault";
      table = target;
      continue;
    }
    if (target % below !== 0) return "page-fault"; // a misaligned superpage
    return { page: target + (page % below), flags, entryAddress, trail };
  }
  return "page-fault"; // no leaf at the last level
}

/** Holds when the bits above the scheme's are all copies of its highest one. */
function isCanonical({ levels, indexBits, entrySize }: PagingScheme, page: number): boolean {
  if (entrySize === 4) return true; // all bits of the address are used
  const bits = levels * indexBits;
  const upper = Math.floor(page / 2 ** (bits - 1));
  return upper === 0 || upper === 2 ** (53 - bits) - 1;
}
