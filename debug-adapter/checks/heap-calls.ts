/**
 * The calls of the C library's allocators: what each takes in its arguments, and what it gives or
 * takes away when it returns.
 */

/** What a call of an allocator asks for, by its first three arguments. */
export interface HeapCall {
  /** The bytes of the block that it gives; undefined where it gives none. */
  readonly size?: (a: number, b: number, c: number) => number;
  /** The block that it takes away: its first argument. */
  readonly takes?: boolean;
  /** Whether all that it gives is written. */
  readonly isWritten?: boolean;
  /** Whether the block's address is put where the first argument points to; else it is the result. */
  readonly isStored?: boolean;
}

const aligned: HeapCall = { size: (_, size) => size };

/** By the names of their functions. */
export const heapCalls: Readonly<Record<string, HeapCall>> = {
  malloc: { size: (size) => size },
  calloc: { size: (count, size) => count * size, isWritten: true },
  realloc: { size: (_, size) => size, takes: true },
  reallocarray: { size: (_, count, size) => count * size, takes: true },
  free: { takes: true },
  cfree: { takes: true },
  memalign: aligned,
  aligned_alloc: aligned,
  posix_memalign: { size: (_, __, size) => size, isStored: true },
  valloc: { size: (size) => size },
  pvalloc: { size: (size) => Math.ceil(size / 4096) * 4096 },
  // They look into what belongs to the allocator.
  malloc_usable_size: {},
  malloc_trim: {},
  malloc_stats: {},
  malloc_info: {},
  mallinfo: {},
  mallinfo2: {},
  mallopt: {},
};

/** A call of an allocator that has not returned. */
export interface PendingCall {
  readonly name: string;
  readonly call: HeapCall;
  /** The first argument. */
  readonly argument: number;
  readonly size: number;
  /** Where it returns to, and the stack pointer there. */
  readonly returns: number;
  readonly sp: number;
  readonly at: number;
}
