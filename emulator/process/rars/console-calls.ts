/** The RARS calls that read and write the console, and those that end the program. */

import type { Steps } from "../console.ts";
import type { Guest } from "../guest.ts";
import { javaText, parseJavaDouble, parseJavaInt } from "../java-numbers.ts";
import {
  exit,
  exitWith,
  printCharacter,
  printString,
  readDouble,
  readLine,
  readSingle,
  signed32,
  stopWith,
  unsigned32,
  writeDouble,
  writeSingle,
} from "../teaching.ts";
import type { RarsCall } from "./state.ts";

const hexText = (value: number): string => `0x${value.toString(16).padStart(8, "0")}`;
const binaryText = (value: number): string => value.toString(2).padStart(32, "0");

/**
 * Stores a line as fgets would: at most `size` − 1 bytes, a line feed where there is room for one,
 * and a zero. With a size below 1 nothing is stored.
 */
function storeLine(guest: Guest, address: bigint, size: number, line: Uint8Array): void {
  if (size < 1) return;
  const room = size - 1;
  const bytes = [...line.subarray(0, room)];
  if (bytes.length < room) bytes.push(10);
  guest.memory.write(address, Uint8Array.from([...bytes, 0]));
}

/** Reads a line and converts it; stops the program where that cannot be done. */
function* readNumber(
  guest: Guest,
  call: string,
  what: string,
  convert: (line: string) => number | undefined,
): Steps<number | undefined> {
  const line = yield* readLine(guest);
  const value = line === undefined ? undefined : convert(line);
  if (line === undefined) stopWith(guest, call, "the input has ended");
  else if (value === undefined) stopWith(guest, call, `the input "${line}" is not ${what}`);
  return value;
}

export const consoleCalls: readonly RarsCall[] = [
  {
    number: 1,
    name: "PrintInt",
    arguments: "a0 integer",
    summary: "Prints an integer in decimal.",
    handler: (guest, _, [value]) => guest.console.print(String(signed32(value))),
  },
  {
    number: 2,
    name: "PrintFloat",
    arguments: "fa0 value",
    summary: "Prints a float.",
    handler: (guest) => guest.console.print(javaText(readSingle(guest, 10), "float")),
  },
  {
    number: 3,
    name: "PrintDouble",
    arguments: "fa0 value",
    summary: "Prints a double.",
    handler: (guest) => guest.console.print(javaText(readDouble(guest, 10), "double")),
  },
  {
    number: 4,
    name: "PrintString",
    arguments: "a0 string",
    summary: "Prints a zero-terminated string.",
    handler: printString,
  },
  {
    number: 5,
    name: "ReadInt",
    arguments: "",
    summary: "Reads an integer from a line into a0.",
    *handler(guest) {
      const what = "an integer from -2147483648 to 2147483647";
      const value = yield* readNumber(guest, "ReadInt", what, parseJavaInt);
      if (value !== undefined) guest.hart.setX(10, BigInt(value));
    },
  },
  {
    number: 6,
    name: "ReadFloat",
    arguments: "",
    summary: "Reads a float from a line into fa0.",
    *handler(guest) {
      const value = yield* readNumber(guest, "ReadFloat", "a number", parseJavaDouble);
      if (value !== undefined) writeSingle(guest, 10, value);
    },
  },
  {
    number: 7,
    name: "ReadDouble",
    arguments: "",
    summary: "Reads a double from a line into fa0.",
    *handler(guest) {
      const value = yield* readNumber(guest, "ReadDouble", "a number", parseJavaDouble);
      if (value !== undefined) writeDouble(guest, 10, value);
    },
  },
  {
    number: 8,
    name: "ReadString",
    arguments: "a0 buffer, a1 size",
    summary: "Reads a line into a buffer.",
    *handler(guest, _, [address = 0n, size]) {
      const line = yield* guest.console.readLine();
      if (line === undefined) stopWith(guest, "ReadString", "the input has ended");
      else storeLine(guest, address, signed32(size), line);
    },
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
    number: 12,
    name: "ReadChar",
    arguments: "",
    summary: "Reads a line and puts its first character into a0; a line feed for an empty line.",
    *handler(guest) {
      const line = yield* readLine(guest);
      if (line === undefined) stopWith(guest, "ReadChar", "the input has ended");
      else guest.hart.setX(10, BigInt(line === "" ? 10 : line.charCodeAt(0)));
    },
  },
  {
    number: 34,
    name: "PrintIntHex",
    arguments: "a0 integer",
    summary: "Prints 0x and eight hexadecimal digits.",
    handler: (guest, _, [value]) => guest.console.print(hexText(unsigned32(value))),
  },
  {
    number: 35,
    name: "PrintIntBinary",
    arguments: "a0 integer",
    summary: "Prints 32 binary digits.",
    handler: (guest, _, [value]) => guest.console.print(binaryText(unsigned32(value))),
  },
  {
    number: 36,
    name: "PrintIntUnsigned",
    arguments: "a0 integer",
    summary: "Prints an unsigned integer in decimal.",
    handler: (guest, _, [value]) => guest.console.print(String(unsigned32(value))),
  },
  {
    number: 93,
    name: "Exit2",
    arguments: "a0 code",
    summary: "Ends the program with a code.",
    handler: exitWith,
  },
];
