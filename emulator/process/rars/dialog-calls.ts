/** The RARS calls that ask the person by a dialog. */

import type { HostReply, HostRequest } from "../../machine.ts";
import type { Steps } from "../console.ts";
import type { Guest } from "../guest.ts";
import { javaText, parseJavaDouble, parseJavaInt } from "../java-numbers.ts";
import { readDouble, readSingle, signed32, writeDouble, writeSingle } from "../teaching.ts";
import type { RarsCall } from "./state.ts";

type Dialog = Extract<HostRequest, { kind: "dialog" }>;

/** What an input dialog says in a1. */
const Status = { OK: 0, BAD: -1, CANCELLED: -2, EMPTY: -3, TOO_LONG: -4 } as const;

const severities = ["error", "information", "warning", "question"] as const;

function* ask(
  dialog: Dialog["dialog"],
  severity: Dialog["severity"],
  text: string,
): Steps<Extract<HostReply, { kind: "dialog" }>> {
  const reply = yield { kind: "dialog", dialog, severity, text };
  if (reply.kind !== "dialog") throw new Error(`the host answered a dialog with "${reply.kind}"`);
  return reply;
}

function setStatus(guest: Guest, status: number): void {
  guest.hart.setX(11, BigInt(status));
}

/** Asks for text and hands what was typed to `accept`, which returns the status. */
function* input(guest: Guest, message: bigint, accept: (text: string) => number): Steps<number> {
  const reply = yield* ask("input", "question", guest.memory.readString(message));
  if (reply.button === "cancel") return Status.CANCELLED;
  return reply.text === "" ? Status.EMPTY : accept(reply.text);
}

/** Asks for a number; without a good one the target becomes 0. */
const inputNumber = (
  number: number,
  name: string,
  parse: (text: string) => number | undefined,
  store: (guest: Guest, value: number) => void,
  target: string,
): RarsCall => ({
  number,
  name,
  arguments: "a0 message",
  summary: `Asks for a number into ${target}; a1 says how that went.`,
  *handler(guest, _, [message = 0n]) {
    let value: number | undefined;
    const status = yield* input(guest, message, (text) => {
      value = parse(text);
      return value === undefined ? Status.BAD : Status.OK;
    });
    store(guest, value ?? 0);
    setStatus(guest, status);
  },
});

/** Shows a message with a value behind it. */
const messageWith = (
  number: number,
  name: string,
  argument: string,
  text: (guest: Guest, value: bigint) => string,
): RarsCall => ({
  number,
  name,
  arguments: `a0 message, ${argument}`,
  summary: "Shows a message and a value.",
  *handler(guest, _, [message = 0n, value = 0n]) {
    yield* ask("message", "information", guest.memory.readString(message) + text(guest, value));
  },
});

export const dialogCalls: readonly RarsCall[] = [
  {
    number: 50,
    name: "ConfirmDialog",
    arguments: "a0 message",
    summary: "Asks a question; a0 becomes 0 for yes, 1 for no, 2 for cancel.",
    *handler(guest, _, [message = 0n]) {
      const { button } = yield* ask("confirm", "question", guest.memory.readString(message));
      guest.hart.setX(10, BigInt(["yes", "no", "cancel"].indexOf(button)));
    },
  },
  inputNumber(
    51,
    "InputDialogInt",
    parseJavaInt,
    (guest, value) => guest.hart.setX(10, BigInt(value)),
    "a0",
  ),
  inputNumber(
    52,
    "InputDialogFloat",
    parseJavaDouble,
    (guest, value) => writeSingle(guest, 10, value),
    "fa0",
  ),
  inputNumber(
    53,
    "InputDialogDouble",
    parseJavaDouble,
    (guest, value) => writeDouble(guest, 10, value),
    "fa0",
  ),
  {
    number: 54,
    name: "InputDialogString",
    arguments: "a0 message, a1 buffer, a2 size",
    summary: "Asks for text into a buffer; a1 says how that went.",
    *handler(guest, _, [message = 0n, buffer = 0n, size]) {
      const status = yield* input(guest, message, (text) => {
        const bytes = new TextEncoder().encode(text);
        const room = signed32(size) - 1;
        if (room < 0) return Status.TOO_LONG;
        // As the simulator stores it: cut, with a line feed where there is room.
        const isCut = bytes.length > room;
        const end = bytes.length < room ? [10, 0] : [0];
        guest.memory.write(buffer, Uint8Array.from([...bytes.subarray(0, room), ...end]));
        return isCut ? Status.TOO_LONG : Status.OK;
      });
      setStatus(guest, status);
    },
  },
  {
    number: 55,
    name: "MessageDialog",
    arguments: "a0 message, a1 type",
    summary: "Shows a message: 0 error, 1 information, 2 warning, 3 question.",
    *handler(guest, _, [message = 0n, type]) {
      const severity = severities[signed32(type)] ?? "information";
      yield* ask("message", severity, guest.memory.readString(message));
    },
  },
  messageWith(56, "MessageDialogInt", "a1 integer", (_, value) => String(signed32(value))),
  messageWith(58, "MessageDialogDouble", "fa0 value", (guest) =>
    javaText(readDouble(guest, 10), "double"),
  ),
  messageWith(
    59,
    "MessageDialogString",
    "a1 string",
    (guest, address) => ` ${guest.memory.readString(address)}`,
  ),
  messageWith(60, "MessageDialogFloat", "fa1 value", (guest) =>
    javaText(readSingle(guest, 11), "float"),
  ),
];
