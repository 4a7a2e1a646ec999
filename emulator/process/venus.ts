/**
 * The calls of Venus: the number in a0, arguments from a1 on, results in a0. The C library call
 * 0x3cc takes its function from a6 and manages blocks of the heap: first fit, neighbours joined.
 */
import { type Codec, list, mapOf, natural, optional, record, unsigned } from "../history/codec.ts";
import type { Steps } from "./console.ts";
import { OpenFlag } from "./descriptors.ts";
import { fail } from "./errno.ts";
import { openFile, read, tryFile, writeFile } from "./file-access.ts";
import { type Guest, indexCalls } from "./guest.ts";
import {
  exit,
  exitWith,
  printCharacter,
  printString,
  signed32,
  stopWith,
  type TeachingCall,
  TeachingEnvironment,
  unsigned32,
} from "./teaching.ts";

/** A piece of the heap; addresses in bytes. */
interface Block {
  readonly start: bigint;
  readonly size: bigint;
}

/** The heap's blocks, and the characters of an input under way. */
class VenusState {
  readonly used = new Map<bigint, bigint>();
  unused: Block[] = [];
  /** Characters of the line that the program polls, once it asked for one. */
  input: number[] | undefined;

  get activeBlocks(): number {
    return this.used.size;
  }

  /** The address of a new block, or 0 where there is no room. */
  allocate(guest: Guest, bytes: number): bigint {
    if (bytes < 0) return 0n;
    const size = (BigInt(Math.max(bytes, 1)) + 7n) & ~7n;
    const index = this.unused.findIndex((block) => block.size >= size);
    const found = this.unused[index];
    if (found !== undefined) {
      const rest = { start: found.start + size, size: found.size - size };
      this.unused.splice(index, 1, ...(rest.size > 0n ? [rest] : []));
      this.used.set(found.start, size);
      return found.start;
    }
    const start = (guest.heap.end + 7n) & ~7n;
    if (!guest.heap.resize(start + size)) return 0n;
    this.used.set(start, size);
    return start;
  }

  /** Frees a block; false where the address is not one. */
  free(address: bigint): boolean {
    const size = this.used.get(address);
    if (size === undefined) return false;
    this.used.delete(address);
    const blocks = [...this.unused, { start: address, size }];
    blocks.sort((a, b) => (a.start < b.start ? -1 : 1));
    this.unused = [];
    for (const block of blocks) {
      const last = this.unused.at(-1);
      if (last !== undefined && last.start + last.size === block.start) {
        this.unused[this.unused.length - 1] = { start: last.start, size: last.size + block.size };
      } else this.unused.push(block);
    }
    return true;
  }

  /** The size of a block in bytes. */
  sizeOf(address: bigint): bigint | undefined {
    return this.used.get(address);
  }
}

/** The state in recordings. */
const savedVenus: Codec<VenusState> = record<VenusState, "used" | "unused" | "input">(
  {
    used: mapOf(unsigned(), unsigned()),
    unused: list(record<Block>({ start: unsigned(), size: unsigned() })),
    input: optional(list(natural(0x10ffff))),
  },
  () => new VenusState(),
);

type VenusCall = TeachingCall<VenusState>;

/** Flags of open by the simulator's modes: r, w, a, r+, w+, a+. */
const modes = [
  OpenFlag.READ_ONLY,
  OpenFlag.WRITE_ONLY | OpenFlag.CREATE | OpenFlag.TRUNCATE,
  OpenFlag.WRITE_ONLY | OpenFlag.CREATE | OpenFlag.APPEND,
  OpenFlag.READ_WRITE,
  OpenFlag.READ_WRITE | OpenFlag.CREATE | OpenFlag.TRUNCATE,
  OpenFlag.READ_WRITE | OpenFlag.CREATE | OpenFlag.APPEND,
] as const;

function* open(guest: Guest, path: bigint, mode: number): Steps<number> {
  return yield* openFile(guest, guest.memory.readString(path), modes[mode] ?? fail("EINVAL"));
}

/** Writes `count` items of `size` bytes; returns how many were written. */
function* write(
  guest: Guest,
  fd: number,
  buffer: bigint,
  count: number,
  size: number,
): Steps<number> {
  if (count < 0 || size <= 0) return 0;
  return Math.floor((yield* writeFile(guest, fd, buffer, count * size)) / size);
}

function* close(guest: Guest, fd: number): Steps<number> {
  yield* guest.descriptors.close(fd);
  return 0;
}

function* flush(guest: Guest, fd: number): Steps<number> {
  yield* guest.fileSystem.flush(guest.descriptors.get(fd).node);
  return 0;
}

function* isAtEnd(guest: Guest, fd: number): Steps<number> {
  const file = guest.descriptors.get(fd);
  if (file.node.kind !== "file") return 0;
  yield* guest.fileSystem.load(file.node);
  return file.offset >= file.node.size ? 1 : 0;
}

/** As `atoi`: leading spaces, a sign, digits; 0 for anything else. */
function integerOf(text: string): number {
  const value = BigInt(/^\s*([+-]?\d+)/.exec(text)?.[1]?.replace("+", "") ?? "0");
  return Number(BigInt.asIntN(32, value));
}

/** What a6 selects of the C library call. */
const libraryFunctions: Readonly<
  Record<number, (guest: Guest, state: VenusState, a1: bigint, a2: bigint) => bigint>
> = {
  1: (guest, state, size) => state.allocate(guest, signed32(size)),
  2: (guest, state, count, size) => {
    const bytes = signed32(count) * signed32(size);
    const address = state.allocate(guest, bytes);
    if (address !== 0n) guest.memory.write(address, new Uint8Array(bytes));
    return address;
  },
  3: (guest, state, old, size) => {
    const before = state.sizeOf(old) ?? 0n;
    const address = state.allocate(guest, signed32(size));
    if (address === 0n || before === 0n) return address;
    const kept = before < size ? before : size;
    guest.memory.write(address, guest.memory.read(old, Number(kept)));
    state.free(old);
    return address;
  },
  4: (guest, state, address) => {
    if (address !== 0n && !state.free(address)) {
      stopWith(guest, "free", `0x${address.toString(16)} is not the address of a block in use`);
    }
    return 0n;
  },
  5: (_, state) => BigInt(state.activeBlocks),
};

/** Answers a poll for input: 2 and the next character, 0 at the end of the line. */
function* pollInput(guest: Guest, state: VenusState): Steps<void> {
  if (state.input === undefined) {
    const line = yield* guest.console.readLine();
    state.input =
      line === undefined
        ? []
        : [...new TextDecoder().decode(line)].map(
            (character) => character.codePointAt(0) as number,
          );
  }
  const next = state.input.shift();
  guest.hart.setX(10, next === undefined ? 0n : 2n);
  if (next !== undefined) guest.hart.setX(11, BigInt(next));
}

/** All Venus calls, by number. */
export const venusCalls: readonly VenusCall[] = [
  {
    number: 1,
    name: "print_int",
    arguments: "a1 integer",
    summary: "Prints an integer.",
    handler: (guest, _, [value]) => guest.console.print(String(signed32(value))),
  },
  {
    number: 4,
    name: "print_string",
    arguments: "a1 string",
    summary: "Prints a string.",
    handler: printString,
  },
  {
    number: 5,
    name: "atoi",
    arguments: "a1 string",
    summary: "Converts a string; result in a0.",
    handler: (guest, _, [address = 0n]) =>
      guest.hart.setX(10, BigInt(integerOf(guest.memory.readString(address)))),
  },
  {
    number: 9,
    name: "sbrk",
    arguments: "a1 bytes",
    summary: "Allocates heap memory; a0 becomes its address.",
    handler: (guest, _, [bytes]) => {
      const before = guest.heap.end;
      const isMoved = guest.heap.resize(before + BigInt(signed32(bytes)));
      guest.hart.setX(10, isMoved ? before : -1n);
    },
  },
  {
    number: 10,
    name: "exit",
    arguments: "",
    summary: "Ends the program with code 0.",
    handler: exit,
  },
  {
    number: 11,
    name: "print_character",
    arguments: "a1 character",
    summary: "Prints a character.",
    handler: printCharacter,
  },
  {
    number: 13,
    name: "open",
    arguments: "a1 path, a2 mode",
    summary: "Opens a file: r, w, a, r+, w+, a+ are 0 to 5; a0 becomes its descriptor or −1.",
    handler: (guest, _, [path = 0n, mode]) => tryFile(guest, open(guest, path, signed32(mode))),
  },
  {
    number: 14,
    name: "read",
    arguments: "a1 fd, a2 buffer, a3 size",
    summary: "Reads; a0 becomes the count or −1.",
    handler: read,
  },
  {
    number: 15,
    name: "write",
    arguments: "a1 fd, a2 buffer, a3 count, a4 item size",
    summary: "Writes; a0 becomes the number of items or −1.",
    handler: (guest, _, [fd, buffer = 0n, count, size]) =>
      tryFile(guest, write(guest, signed32(fd), buffer, signed32(count), signed32(size))),
  },
  {
    number: 16,
    name: "close",
    arguments: "a1 fd",
    summary: "Closes a file; a0 becomes 0 or −1.",
    handler: (guest, _, [fd]) => tryFile(guest, close(guest, signed32(fd))),
  },
  {
    number: 17,
    name: "exit2",
    arguments: "a1 code",
    summary: "Ends the program with a code.",
    handler: exitWith,
  },
  {
    number: 18,
    name: "fflush",
    arguments: "a1 fd",
    summary: "Writes a file back.",
    handler: (guest, _, [fd]) => tryFile(guest, flush(guest, signed32(fd))),
  },
  {
    number: 19,
    name: "feof",
    arguments: "a1 fd",
    summary: "Whether a file is at its end.",
    handler: (guest, _, [fd]) => tryFile(guest, isAtEnd(guest, signed32(fd))),
  },
  {
    number: 20,
    name: "ferror",
    arguments: "a1 fd",
    summary: "Whether a file had an error: no.",
    handler: (guest) => guest.hart.setX(10, 0n),
  },
  {
    number: 34,
    name: "print_hex",
    arguments: "a1 integer",
    summary: "Prints 0x and eight hexadecimal digits.",
    handler: (guest, _, [value]) =>
      guest.console.print(`0x${unsigned32(value).toString(16).toUpperCase().padStart(8, "0")}`),
  },
  {
    number: 0x130,
    name: "start_input",
    arguments: "",
    summary: "Begins to read a line.",
    handler: (_, state) => {
      state.input = undefined;
    },
  },
  {
    number: 0x131,
    name: "poll_input",
    arguments: "",
    summary: "The line's next character: a0 becomes 2 and a1 the character, or a0 becomes 0.",
    handler: (guest, state) => pollInput(guest, state),
  },
  {
    number: 0x3cc,
    name: "c_library",
    arguments: "a6 function, a1, a2",
    summary: "Calls malloc (1), calloc (2), realloc (3), free (4) or counts the blocks (5).",
    handler: (guest, state, [a1 = 0n, a2 = 0n]) => {
      const selected = signed32(guest.hart.x(16));
      const run = libraryFunctions[selected];
      if (run === undefined) stopWith(guest, "c_library", `a6 is ${selected}, not 1 to 5`);
      else guest.hart.setX(10, run(guest, state, a1, a2));
    },
  },
];

const byNumber = indexCalls(venusCalls);

/** Serves a process with the calls of Venus. */
export class VenusEnvironment extends TeachingEnvironment<VenusState> {
  constructor() {
    super("Venus", byNumber, 10, 11, new VenusState(), savedVenus);
  }
}
