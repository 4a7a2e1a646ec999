/**
 * The Linux calls on memory. Mappings are placed above the stack, in the lowest gap that fits, so
 * that the address space stays dense; a hint beyond is no place for one. A mapped file is a copy of its content: a shared one is not written back.
 */
import type { Steps } from "../console.ts";
import { fail } from "../errno.ts";
import type { Guest } from "../guest.ts";
import { mapEnd, mapStart } from "../layout.ts";
import { at, int, type LinuxCall } from "./state.ts";

const pageSize = 4096n;
/** Pages below this address are never given out (vm.mmap_min_addr). */
const lowestMapping = 0x10000n;

const MapFlag = { SHARED: 1, FIXED: 0x10, ANONYMOUS: 0x20, NO_REPLACE: 0x100000 } as const;

const roundUp = (value: bigint): bigint => (value + pageSize - 1n) & ~(pageSize - 1n);

/** The lowest free range of `length` bytes where mappings go, or undefined. */
function findRoom(guest: Guest, length: bigint): bigint | undefined {
  let start = mapStart;
  for (const region of guest.space.regions()) {
    if (region.end <= start) continue;
    if (region.start - start >= length) break;
    start = region.end;
  }
  return start + length <= mapEnd ? start : undefined;
}

function* map(guest: Guest, args: readonly bigint[], unit: bigint): Steps<bigint> {
  const [hint, flags, rights] = [at(args, 0), int(args[3]), int(args[2]) & 7];
  const length = roundUp(at(args, 1));
  if (length === 0n) fail("EINVAL");
  if (length >= 1n << 32n) fail("ENOMEM");
  const isFixed = (flags & (MapFlag.FIXED | MapFlag.NO_REPLACE)) !== 0;
  if (isFixed && hint % pageSize !== 0n) fail("EINVAL");
  const offset = at(args, 5) * unit;
  if (offset % pageSize !== 0n) fail("EINVAL");
  let content: Uint8Array = new Uint8Array(0);
  if ((flags & MapFlag.ANONYMOUS) === 0) {
    const { node } = guest.descriptors.get(int(args[4]));
    if (node.kind === "file") {
      yield* guest.fileSystem.load(node);
      content = guest.fileSystem.readAt(node, Number(offset), Number(length));
    } else if (node.kind !== "zero") fail("ENODEV");
  }
  const isPossible = hint >= lowestMapping && hint + length <= mapEnd;
  const canUseHint = isPossible && guest.space.isFree(hint & ~(pageSize - 1n), length);
  if (flags & MapFlag.NO_REPLACE && !guest.space.isFree(hint, length)) fail("EEXIST");
  const start = isFixed ? hint : canUseHint ? hint & ~(pageSize - 1n) : findRoom(guest, length);
  if (start === undefined || start < lowestMapping) fail("ENOMEM");
  if (!guest.space.map(start, length, rights, "mmap")) fail("ENOMEM");
  guest.space.write(start, content);
  return start;
}

/** Moves a mapping's content to a larger place. */
function move(guest: Guest, old: bigint, oldSize: bigint, size: bigint): bigint {
  const rights = guest.space.rightsAt(old) ?? fail("EFAULT");
  const start = findRoom(guest, size) ?? fail("ENOMEM");
  if (!guest.space.map(start, size, rights, "mmap")) fail("ENOMEM");
  for (let done = 0n; done < oldSize; done += pageSize) {
    guest.space.write(start + done, guest.space.read(old + done, Number(pageSize)));
  }
  guest.space.unmap(old, oldSize);
  return start;
}

function remap(guest: Guest, args: readonly bigint[]): bigint {
  const [old, oldSize, size] = [at(args, 0), roundUp(at(args, 1)), roundUp(at(args, 2))];
  const [mayMove, isFixed] = [(int(args[3]) & 1) !== 0, (int(args[3]) & 2) !== 0];
  if (old % pageSize !== 0n || size === 0n || oldSize === 0n || isFixed) fail("EINVAL");
  if (size >= 1n << 32n) fail("ENOMEM");
  if (size <= oldSize) {
    if (size < oldSize) guest.space.unmap(old + size, oldSize - size);
    return old;
  }
  const region = guest.space.regions().find(({ start, end }) => start <= old && end > old);
  if (region === undefined || region.end < old + oldSize) fail("EFAULT");
  const { rights } = region;
  const [end, growth] = [old + oldSize, size - oldSize];
  if (end + growth <= mapEnd && guest.space.isFree(end, growth)) {
    return guest.space.map(end, growth, rights, "mmap") ? old : fail("ENOMEM");
  }
  return mayMove ? move(guest, old, oldSize, size) : fail("ENOMEM");
}

export const memoryCalls: readonly LinuxCall[] = [
  {
    number: 214,
    name: "brk",
    arguments: "address",
    summary: "Moves the end of the heap; returns where it is.",
    handler: (guest, _, args) => {
      guest.heap.resize(at(args, 0));
      return guest.heap.end;
    },
  },
  {
    number: 215,
    name: "munmap",
    arguments: "address, length",
    summary: "Unmaps memory.",
    handler: (guest, _, args) => {
      const [start, length] = [at(args, 0), roundUp(at(args, 1))];
      if (start % pageSize !== 0n || length === 0n) fail("EINVAL");
      guest.space.unmap(start, length);
      return 0;
    },
  },
  {
    number: 216,
    name: "mremap",
    arguments: "old address, old size, new size, flags",
    summary: "Grows, cuts or moves a mapping.",
    handler: (guest, _, args) => remap(guest, args),
  },
  {
    number: 222,
    name: "mmap",
    arguments: "address, length, protection, flags, fd, offset",
    summary: "Maps memory or a file's content (on RV32, the offset is in pages).",
    handler: (guest, _, args) => map(guest, args, guest.xlen === 32 ? pageSize : 1n),
  },
  {
    number: 226,
    name: "mprotect",
    arguments: "address, length, protection",
    summary: "Changes the rights of mapped memory.",
    handler: (guest, _, args) => {
      const [start, length] = [at(args, 0), roundUp(at(args, 1))];
      if (start % pageSize !== 0n) fail("EINVAL");
      if (length === 0n) return 0;
      return guest.space.protect(start, length, int(args[2]) & 7) ? 0 : fail("ENOMEM");
    },
  },
  {
    number: 227,
    name: "msync",
    arguments: "address, length, flags",
    summary: "Accepted; mappings are copies.",
    handler: () => 0,
  },
  {
    number: 233,
    name: "madvise",
    arguments: "address, length, advice",
    summary: "Accepted; MADV_DONTNEED gives fresh zeros.",
    handler: (guest, _, args) => {
      const [start, length] = [at(args, 0), roundUp(at(args, 1))];
      if (start % pageSize !== 0n) fail("EINVAL");
      const isDontNeed = int(args[2]) === 4;
      const region = guest.space.regions().find((one) => one.start <= start && one.end > start);
      if (!isDontNeed || region === undefined) return 0;
      if (region.end < start + length) fail("ENOMEM");
      guest.space.map(start, length, region.rights, region.name);
      return 0;
    },
  },
];
