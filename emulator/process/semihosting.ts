/**
 * RISC-V semihosting: an EBREAK between two marked no-operations asks the host for a service; the
 * operation is in a0, and a1 holds a value or points to a block of words ("RISC-V Semihosting",
 * after "Semihosting for AArch32 and AArch64"). Programs that use it are bare-metal images which
 * touch machine-mode registers, so their hart runs in machine mode. ECALL in them makes the Linux
 * calls that bare-metal C libraries know.
 */

import { PF, PT } from "../../elf/constants.ts";
import type { ElfFile } from "../../elf/model.ts";
import { type Codec, natural, record } from "../history/codec.ts";
import type { Steps } from "./console.ts";
import { OpenFlag } from "./descriptors.ts";
import { errorNumbers, fail, SystemCallError } from "./errno.ts";
import { openFile } from "./file-access.ts";
import {
  type Call,
  type Continuation,
  type Environment,
  type Guest,
  indexCalls,
  settle,
} from "./guest.ts";
import { largestTransfer } from "./memory-view.ts";

/** slli x0, x0, 0x1f; ebreak; srai x0, x0, 7 */
const sequence = [0x01f01013, 0x00100073, 0x40705013] as const;
/** A byte of it that is rare in code, and where it is. */
const [rareByte, rareAt] = [0xf0, 2];

/** Whether the program contains the semihosting sequence. */
export function hasSemihosting(file: ElfFile): boolean {
  return file.segments.some(({ type, flags, data }) => {
    if (type !== PT.LOAD || (flags & PF.X) === 0) return false;
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    for (let found = data.indexOf(rareByte, rareAt); ; found = data.indexOf(rareByte, found + 1)) {
      const at = found - rareAt;
      if (found < 0 || at + 12 > data.length) return false;
      if (at % 2 !== 0) continue;
      if (sequence.every((word, index) => view.getUint32(at + 4 * index, true) === word))
        return true;
    }
  });
}

interface SemihostingState {
  /** The error number of the last call that failed. */
  error: number;
}

type Operation = Call<SemihostingState, bigint | number>;

/** "The program ended", the reason that EXIT gives when all is well. */
const applicationExit = 0x20026n;

/** The flags of open for the modes of fopen: r r+ w w+ a a+, each also with b. */
const openModes = [
  OpenFlag.READ_ONLY,
  OpenFlag.READ_WRITE,
  OpenFlag.WRITE_ONLY | OpenFlag.CREATE | OpenFlag.TRUNCATE,
  OpenFlag.READ_WRITE | OpenFlag.CREATE | OpenFlag.TRUNCATE,
  OpenFlag.WRITE_ONLY | OpenFlag.CREATE | OpenFlag.APPEND,
  OpenFlag.READ_WRITE | OpenFlag.CREATE | OpenFlag.APPEND,
] as const;

/** The magic "SHFB", then: EXIT_EXTENDED exists, and :tt has standard error. */
const features = Uint8Array.of(0x53, 0x48, 0x46, 0x42, 3);

/** The word at `index` of the parameter block. */
function parameter(guest: Guest, args: readonly bigint[], index: number): bigint {
  const address = (args[0] ?? 0n) + BigInt(index * guest.memory.wordBytes);
  return guest.memory.readWord(address);
}

/** A parameter that is a descriptor or a size. */
function number(guest: Guest, args: readonly bigint[], index: number): number {
  return Number(parameter(guest, args, index));
}

/** A string parameter: its address and its length are two words of the block. */
function text(guest: Guest, args: readonly bigint[], address: number, length: number): string {
  const size = number(guest, args, length);
  if (size > 4096) fail("ENAMETOOLONG");
  return new TextDecoder().decode(guest.memory.read(parameter(guest, args, address), size));
}

function* open(guest: Guest, args: readonly bigint[]): Steps<number> {
  const path = text(guest, args, 0, 2);
  const mode = number(guest, args, 1) >> 1;
  const { descriptors } = guest;
  // ":tt" is the console: reading, writing and appending mean the three standard streams.
  if (path === ":tt") return descriptors.install(descriptors.get(Math.min(mode >> 1, 2)));
  if (path === ":semihosting-features") {
    const node = guest.fileSystem.anonymous("file", features);
    return descriptors.install(descriptors.open(node, OpenFlag.READ_ONLY));
  }
  return yield* openFile(guest, path, openModes[mode] ?? fail("EINVAL"));
}

function exitCode(reason: bigint, code: bigint): number {
  return reason === applicationExit ? Number(code & 255n) : 1;
}

function exitExtended(guest: Guest, args: readonly bigint[]): number {
  guest.exit(exitCode(parameter(guest, args, 0), parameter(guest, args, 1)));
  return 0;
}

/** The block of HEAPINFO: heap base and limit, stack base and limit; 0 means "not known". */
function heapInformation(guest: Guest, args: readonly bigint[]): number {
  const block = parameter(guest, args, 0);
  for (let index = 0; index < 4; index++) {
    guest.memory.writeWord(block + BigInt(index * guest.memory.wordBytes), 0n);
  }
  return 0;
}

/** The operations, by number. Failures give −1 and set what ERRNO returns. */
export const operations: readonly Operation[] = [
  {
    number: 0x01,
    name: "SYS_OPEN",
    arguments: "path, mode, length",
    summary: "Opens a file.",
    handler: (guest, _, args) => open(guest, args),
  },
  {
    number: 0x02,
    name: "SYS_CLOSE",
    arguments: "fd",
    summary: "Closes a file.",
    *handler(guest, _, args) {
      yield* guest.descriptors.close(number(guest, args, 0));
      return 0;
    },
  },
  {
    number: 0x03,
    name: "SYS_WRITEC",
    arguments: "character pointer",
    summary: "Writes a byte.",
    handler: (guest, _, args) => {
      guest.console.write(1, guest.memory.read(args[0] ?? 0n, 1));
      return 0;
    },
  },
  {
    number: 0x04,
    name: "SYS_WRITE0",
    arguments: "string",
    summary: "Writes a string.",
    handler: (guest, _, args) => {
      guest.console.write(1, guest.memory.readStringBytes(args[0] ?? 0n));
      return 0;
    },
  },
  {
    number: 0x05,
    name: "SYS_WRITE",
    arguments: "fd, buffer, count",
    summary: "Writes; returns the number of bytes that were not written.",
    *handler(guest, _, args) {
      const size = number(guest, args, 2);
      const bytes = guest.memory.read(parameter(guest, args, 1), Math.min(size, largestTransfer));
      const file = guest.descriptors.get(number(guest, args, 0));
      return size - (yield* guest.descriptors.write(file, bytes));
    },
  },
  {
    number: 0x06,
    name: "SYS_READ",
    arguments: "fd, buffer, count",
    summary: "Reads; returns the number of bytes that were not read.",
    *handler(guest, _, args) {
      const size = number(guest, args, 2);
      const file = guest.descriptors.get(number(guest, args, 0));
      const bytes = yield* guest.descriptors.read(file, Math.min(size, largestTransfer));
      guest.memory.write(parameter(guest, args, 1), bytes);
      return size - bytes.length;
    },
  },
  {
    number: 0x07,
    name: "SYS_READC",
    arguments: "",
    summary: "Reads a byte from the console.",
    *handler(guest) {
      return (yield* guest.console.read(1))[0] ?? -1;
    },
  },
  {
    number: 0x08,
    name: "SYS_ISERROR",
    arguments: "status",
    summary: "Whether a result is an error.",
    handler: (guest, _, args) =>
      BigInt.asIntN(guest.xlen, parameter(guest, args, 0)) < 0n ? 1 : 0,
  },
  {
    number: 0x09,
    name: "SYS_ISTTY",
    arguments: "fd",
    summary: "Whether a file is a terminal.",
    handler: (guest, _, args) => {
      const { node, stream } = guest.descriptors.get(number(guest, args, 0));
      return node.kind === "console" && guest.terminal.streams.has(stream) ? 1 : 0;
    },
  },
  {
    number: 0x0a,
    name: "SYS_SEEK",
    arguments: "fd, position",
    summary: "Moves to a position.",
    *handler(guest, _, args) {
      const file = guest.descriptors.get(number(guest, args, 0));
      if (file.node.kind !== "file") fail("ESPIPE");
      yield* guest.fileSystem.load(file.node);
      file.offset = number(guest, args, 1);
      return 0;
    },
  },
  {
    number: 0x0c,
    name: "SYS_FLEN",
    arguments: "fd",
    summary: "A file's length.",
    *handler(guest, _, args) {
      const { node } = guest.descriptors.get(number(guest, args, 0));
      return (yield* guest.fileSystem.status(node)).size;
    },
  },
  {
    number: 0x0d,
    name: "SYS_TMPNAM",
    arguments: "buffer, identifier, length",
    summary: "A name for a temporary file.",
    handler: (guest, _, args) => {
      const path = new TextEncoder().encode(`/tmp/semihosting-${number(guest, args, 1) & 255}\0`);
      if (path.length > number(guest, args, 2)) fail("ERANGE");
      guest.memory.write(parameter(guest, args, 0), path);
      return 0;
    },
  },
  {
    number: 0x0e,
    name: "SYS_REMOVE",
    arguments: "path, length",
    summary: "Removes a file.",
    *handler(guest, _, args) {
      const node = yield* guest.fileSystem.lookup(guest.directory, text(guest, args, 0, 1), false);
      if (node.kind === "directory") fail("EISDIR");
      yield* guest.fileSystem.remove(node);
      return 0;
    },
  },
  {
    number: 0x0f,
    name: "SYS_RENAME",
    arguments: "old path, length, new path, length",
    summary: "Renames a file.",
    *handler(guest, _, args) {
      const files = guest.fileSystem;
      const node = yield* files.lookup(guest.directory, text(guest, args, 0, 1), false);
      const target = yield* files.locate(guest.directory, text(guest, args, 2, 3), false);
      if (target.name === "") fail("EBUSY");
      yield* files.rename(node, target.parent, target.name, target.node);
      return 0;
    },
  },
  {
    number: 0x10,
    name: "SYS_CLOCK",
    arguments: "",
    summary: "Hundredths of a second since the start.",
    handler: (guest) => (guest.host.now() - guest.started) / 10_000_000n,
  },
  {
    number: 0x11,
    name: "SYS_TIME",
    arguments: "",
    summary: "Seconds since 1970.",
    handler: (guest) => guest.host.now() / 1_000_000_000n,
  },
  {
    number: 0x13,
    name: "SYS_ERRNO",
    arguments: "",
    summary: "Why the last call failed.",
    handler: (_, state) => state.error,
  },
  {
    number: 0x15,
    name: "SYS_GET_CMDLINE",
    arguments: "buffer, size",
    summary: "The command line.",
    handler: (guest, _, args) => {
      const line = new TextEncoder().encode(`${guest.args.join(" ")}\0`);
      if (line.length > number(guest, args, 1)) fail("ERANGE");
      guest.memory.write(parameter(guest, args, 0), line);
      guest.memory.writeWord(
        (args[0] ?? 0n) + BigInt(guest.memory.wordBytes),
        BigInt(line.length - 1),
      );
      return 0;
    },
  },
  {
    number: 0x16,
    name: "SYS_HEAPINFO",
    arguments: "block",
    summary: "Where heap and stack are.",
    handler: (guest, _, args) => heapInformation(guest, args),
  },
  {
    number: 0x18,
    name: "SYS_EXIT",
    arguments: "reason, or reason and code on RV64",
    summary: "Ends the program.",
    handler: (guest, _, args) => {
      if (guest.xlen === 64) return exitExtended(guest, args);
      guest.exit(exitCode(args[0] ?? 0n, 0n));
      return 0;
    },
  },
  {
    number: 0x20,
    name: "SYS_EXIT_EXTENDED",
    arguments: "reason, code",
    summary: "Ends the program with a code.",
    handler: (guest, _, args) => exitExtended(guest, args),
  },
  {
    number: 0x30,
    name: "SYS_ELAPSED",
    arguments: "result",
    summary: "Ticks since the start.",
    handler: (guest, _, args) => {
      guest.memory.writeNumber(args[0] ?? 0n, 8, guest.hart.instret);
      return 0;
    },
  },
  {
    number: 0x31,
    name: "SYS_TICKFREQ",
    arguments: "",
    summary: "Ticks in a second.",
    handler: () => 1_000_000_000,
  },
];

const byNumber = indexCalls(operations);

/** Serves a bare-metal program: semihosting at EBREAK, Linux calls at ECALL. */
export class SemihostingEnvironment implements Environment {
  #own: SemihostingState = { error: 0 };
  readonly #calls: Environment;

  /** @param calls what serves ECALL */
  constructor(calls: Environment) {
    this.#calls = calls;
  }

  get saved(): Codec<object> {
    return record<{ own: SemihostingState; calls: object }>({
      own: record<SemihostingState>({ error: natural() }),
      calls: this.#calls.saved,
    });
  }

  get state(): object {
    return { own: this.#own, calls: this.#calls.state };
  }

  set state(state: object) {
    const { own, calls } = state as { own: SemihostingState; calls: object };
    this.#own = own;
    this.#calls.state = calls;
  }

  call(guest: Guest): Steps<Continuation> {
    return this.#calls.call(guest);
  }

  breakpoint(guest: Guest, pc: bigint): Steps<Continuation> | undefined {
    const bytes = guest.space.read(pc - 4n, 12);
    if (bytes.length < 12) return undefined;
    const view = new DataView(bytes.buffer, bytes.byteOffset, 12);
    const isMarked = sequence.every((word, index) => view.getUint32(4 * index, true) === word);
    return isMarked ? this.#operation(guest) : undefined;
  }

  *#operation(guest: Guest): Steps<Continuation> {
    const { hart } = guest;
    const operation = byNumber.get(Number(hart.x(10)));
    if (operation === undefined) {
      guest.note(`The program asked for semihosting operation ${hart.x(10)}, which is unknown.`);
      hart.setX(10, -1n);
      return "next";
    }
    try {
      const result = yield* settle(operation.handler(guest, this.#own, [hart.x(11)]));
      hart.setX(10, BigInt(result));
    } catch (error) {
      if (!(error instanceof SystemCallError)) throw error;
      this.#own.error = errorNumbers[error.error];
      hart.setX(10, -1n);
    }
    return "next";
  }
}
