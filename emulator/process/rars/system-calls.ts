/** The RARS calls on memory, time, sound and random numbers. */
import type { Guest } from "../guest.ts";
import { signed32, stopWith, writeDouble, writeSingle } from "../teaching.ts";
import type { RarsCall, RarsState } from "./state.ts";

/** A stream that was never seeded begins anywhere. */
function stream(guest: Guest, state: RarsState, number: bigint | undefined) {
  return state.stream(signed32(number), () =>
    new DataView(guest.host.random(8).slice().buffer).getBigInt64(0),
  );
}

/** MIDI arguments out of range get the simulator's defaults: pitch 60, one second, volume 100. */
function duration(value: bigint | undefined): number {
  const milliseconds = signed32(value);
  return milliseconds < 0 ? 1000 : milliseconds;
}

/** Sets a0 and a1 to the halves of the time in milliseconds since 1970. */
export function putTime(guest: Guest): void {
  const time = guest.host.now() / 1_000_000n;
  guest.hart.setX(10, BigInt.asIntN(32, time));
  guest.hart.setX(11, BigInt.asIntN(32, time >> 32n));
}

/** Moves the heap's end by a number of bytes; a0 gets the old end. */
function sbrk(guest: Guest, bytes: number): void {
  const before = guest.heap.end;
  if (bytes < 0) {
    stopWith(guest, "Sbrk", `it cannot give back memory, but the request is for ${bytes} bytes`);
  } else if (guest.heap.resize((before + BigInt(bytes) + 3n) & ~3n)) {
    guest.hart.setX(10, before);
  } else stopWith(guest, "Sbrk", `there is no room for ${bytes} bytes`);
}

export const systemCalls: readonly RarsCall[] = [
  {
    number: 9,
    name: "Sbrk",
    arguments: "a0 bytes",
    summary: "Allocates heap memory; a0 becomes its address.",
    handler: (guest, _, [bytes]) => sbrk(guest, signed32(bytes)),
  },
  {
    number: 30,
    name: "Time",
    arguments: "",
    summary: "Milliseconds since 1970 into a0 and a1.",
    handler: (guest) => putTime(guest),
  },
  {
    number: 31,
    name: "MidiOut",
    arguments: "a0 pitch, a1 ms, a2 instrument, a3 volume",
    summary: "Accepted; there is no sound.",
    handler: () => undefined,
  },
  {
    number: 32,
    name: "Sleep",
    arguments: "a0 ms",
    summary: "Waits.",
    *handler(_guest, _state, [time]) {
      if (signed32(time) > 0) yield { kind: "sleep", milliseconds: signed32(time) };
    },
  },
  {
    number: 33,
    name: "MidiOutSync",
    arguments: "a0 pitch, a1 ms, a2 instrument, a3 volume",
    summary: "Waits as long as the note would sound; there is no sound.",
    *handler(_guest, _state, [, time]) {
      if (duration(time) > 0) yield { kind: "sleep", milliseconds: duration(time) };
    },
  },
  {
    number: 40,
    name: "RandSeed",
    arguments: "a0 stream, a1 seed",
    summary: "Seeds a generator.",
    handler: (_, state, [number, seed = 0n]) =>
      state.seed(signed32(number), BigInt(signed32(seed))),
  },
  {
    number: 41,
    name: "RandInt",
    arguments: "a0 stream",
    summary: "A random integer into a0.",
    handler: (guest, state, [number]) =>
      guest.hart.setX(10, BigInt(stream(guest, state, number).nextInt())),
  },
  {
    number: 42,
    name: "RandIntRange",
    arguments: "a0 stream, a1 bound",
    summary: "A random integer from 0 to the bound minus 1 into a0.",
    handler: (guest, state, [number, bound]) => {
      const limit = signed32(bound);
      if (limit <= 0) stopWith(guest, "RandIntRange", `the bound ${limit} is not positive`);
      else guest.hart.setX(10, BigInt(stream(guest, state, number).nextBelow(limit)));
    },
  },
  {
    number: 43,
    name: "RandFloat",
    arguments: "a0 stream",
    summary: "A random float from 0 to 1 into fa0.",
    handler: (guest, state, [number]) =>
      writeSingle(guest, 10, stream(guest, state, number).nextFloat()),
  },
  {
    number: 44,
    name: "RandDouble",
    arguments: "a0 stream",
    summary: "A random double from 0 to 1 into fa0.",
    handler: (guest, state, [number]) =>
      writeDouble(guest, 10, stream(guest, state, number).nextDouble()),
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
];
