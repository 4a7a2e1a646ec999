/** The calls of Ripes: the number in a7, arguments from a0 on, results in a0 and a1. */

import { record } from "../history/codec.ts";
import type { Steps } from "./console.ts";
import { OpenFlag } from "./descriptors.ts";
import { fail } from "./errno.ts";
import { currentDirectory, openFile, read, seek, tryFile, write } from "./file-access.ts";
import { type Guest, indexCalls } from "./guest.ts";
import { putTime } from "./rars/system-calls.ts";
import {
  exit,
  exitWith,
  printCharacter,
  printString,
  readSingle,
  signed32,
  type TeachingCall,
  TeachingEnvironment,
} from "./teaching.ts";

type RipesCall = TeachingCall<object>;

/** The simulator's own flags of open, and ours. */
const flagBits = [
  [0x100, OpenFlag.CREATE],
  [0x200, OpenFlag.EXCLUSIVE],
  [0x1000, OpenFlag.TRUNCATE],
  [0x2000, OpenFlag.APPEND],
] as const;

function openFlags(flags: number): number {
  if ((flags & 3) === 3) fail("EINVAL");
  return flagBits.reduce(
    (result, [theirs, ours]) => (flags & theirs ? result | ours : result),
    flags & 3,
  );
}

function* open(guest: Guest, path: bigint, flags: number): Steps<number> {
  return yield* openFile(guest, guest.memory.readString(path), openFlags(flags));
}

function* close(guest: Guest, fd: number): Steps<number> {
  yield* guest.descriptors.close(fd);
  return 0;
}

/** As printf's %g: six significant digits, without zeros at the end. */
function generalText(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value < 0 ? "-inf" : "inf";
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  const exponent = Number(value.toExponential(5).split("e")[1]);
  if (exponent >= -4 && exponent < 6) return String(Number(value.toPrecision(6)));
  const digits = String(Number(value.toExponential(5).split("e")[0]));
  return `${digits}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

/** All Ripes calls, by number. */
export const ripesCalls: readonly RipesCall[] = [
  {
    number: 1,
    name: "PrintInt",
    arguments: "a0 integer",
    summary: "Prints an integer.",
    handler: (guest, _, [value = 0n]) =>
      guest.console.print(String(BigInt.asIntN(guest.xlen, value))),
  },
  {
    number: 2,
    name: "PrintFloat",
    arguments: "a0 bits of a float",
    summary: "Prints a float.",
    handler: (guest, _, [value = 0n]) => {
      const view = new DataView(new ArrayBuffer(4));
      view.setUint32(0, Number(value & 0xffff_ffffn));
      // Harts with float registers pass the value there.
      guest.console.print(
        generalText(guest.hart.flen > 0 ? readSingle(guest, 10) : view.getFloat32(0)),
      );
    },
  },
  {
    number: 4,
    name: "PrintString",
    arguments: "a0 string",
    summary: "Prints a string.",
    handler: printString,
  },
  {
    number: 10,
    name: "Exit",
    arguments: "",
    summary: "Ends the program with code 0.",
    handler: exit,
  },
  {
    number: 11,
    name: "PrintChar",
    arguments: "a0 character",
    summary: "Prints a character.",
    handler: printCharacter,
  },
  {
    number: 17,
    name: "GetCWD",
    arguments: "a0 buffer, a1 size",
    summary: "The current directory's path; a0 becomes −1 where the buffer is too short.",
    handler: currentDirectory,
  },
  {
    number: 30,
    name: "TimeMs",
    arguments: "",
    summary: "Milliseconds since 1970 into a0 and a1.",
    handler: (guest) => putTime(guest),
  },
  {
    number: 31,
    name: "Cycles",
    arguments: "",
    summary: "Instructions so far into a0 and a1.",
    handler: (guest) => {
      guest.hart.setX(10, BigInt.asUintN(32, guest.hart.instret));
      guest.hart.setX(11, guest.hart.instret >> 32n);
    },
  },
  {
    number: 34,
    name: "PrintIntHex",
    arguments: "a0 integer",
    summary: "Prints it in hexadecimal.",
    handler: (guest, _, [value = 0n]) =>
      guest.console.print(`0x${value.toString(16).padStart(guest.xlen / 4, "0")}`),
  },
  {
    number: 35,
    name: "PrintIntBinary",
    arguments: "a0 integer",
    summary: "Prints it in binary.",
    handler: (guest, _, [value = 0n]) =>
      guest.console.print(`0b${value.toString(2).padStart(guest.xlen, "0")}`),
  },
  {
    number: 36,
    name: "PrintIntUnsigned",
    arguments: "a0 integer",
    summary: "Prints an unsigned integer.",
    handler: (guest, _, [value = 0n]) => guest.console.print(String(value)),
  },
  {
    number: 57,
    name: "Close",
    arguments: "a0 fd",
    summary: "Closes a file.",
    handler: (guest, _, [fd]) => tryFile(guest, close(guest, signed32(fd))),
  },
  {
    number: 62,
    name: "LSeek",
    arguments: "a0 fd, a1 offset, a2 whence",
    summary: "Moves a file's position; a0 becomes the new one.",
    handler: seek,
  },
  {
    number: 63,
    name: "Read",
    arguments: "a0 fd, a1 buffer, a2 size",
    summary: "Reads; a0 becomes the count or −1.",
    handler: read,
  },
  {
    number: 64,
    name: "Write",
    arguments: "a0 fd, a1 buffer, a2 size",
    summary: "Writes; a0 becomes the count or −1.",
    handler: write,
  },
  {
    number: 93,
    name: "Exit2",
    arguments: "a0 code",
    summary: "Ends the program with a code.",
    handler: exitWith,
  },
  {
    number: 214,
    name: "Brk",
    arguments: "a0 address",
    summary: "Sets the heap's end.",
    handler: (guest, _, [end = 0n]) => {
      guest.heap.resize(end);
      guest.hart.setX(10, guest.heap.end);
    },
  },
  {
    number: 1024,
    name: "Open",
    arguments: "a0 path, a1 flags",
    summary: "Opens a file with the simulator's flags; a0 becomes its descriptor or −1.",
    handler: (guest, _, [path = 0n, flags]) => tryFile(guest, open(guest, path, signed32(flags))),
  },
];

const byNumber = indexCalls(ripesCalls);

/** Serves a process with the calls of Ripes. */
export class RipesEnvironment extends TeachingEnvironment<object> {
  constructor() {
    super("Ripes", byNumber, 17, 10, {}, record({}));
  }
}
