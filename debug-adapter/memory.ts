/** Reading and writing memory by DAP's memory references, which are addresses in hexadecimal. */
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { HartState, Machine } from "../emulator/machine.ts";
import { badArgument, notMapped } from "./errors.ts";
import { formatAddress } from "./formats.ts";

/** Bytes that one request may ask for. */
const limit = 1 << 24;

/** The address that a reference and an offset in bytes mean, wrapped to XLEN bits. */
export function parseReference(
  reference: string,
  offset: number | undefined,
  xlen: 32 | 64,
  argument = "memoryReference",
): bigint {
  const text = typeof reference === "string" ? reference.trim() : "";
  if (!/^(0x[0-9a-f]+|\d+)$/i.test(text)) {
    throw badArgument(argument, "an address such as 0x10000");
  }
  return BigInt.asUintN(xlen, BigInt(text) + BigInt(offset ?? 0));
}

/** Reads as far as memory is mapped; says how many bytes from there on are not. */
export function readMemory(
  machine: Machine,
  hart: HartState,
  { memoryReference, offset, count }: DebugProtocol.ReadMemoryArguments,
): NonNullable<DebugProtocol.ReadMemoryResponse["body"]> {
  const address = parseReference(memoryReference, offset, machine.xlen);
  if (!Number.isSafeInteger(count) || count < 0) throw badArgument("count", "a number from 0");
  const wanted = Math.min(count, limit);
  const bytes = machine.readMemory(hart, address, wanted);
  const unreadable = wanted - bytes.length;
  return {
    address: formatAddress(address),
    data: toBase64(bytes),
    ...(unreadable > 0
      ? { unreadableBytes: gapAt(machine, hart, address + BigInt(bytes.length), unreadable) }
      : {}),
  };
}

/** How many bytes from an unmapped address on are not mapped, at most `length`. */
function gapAt(machine: Machine, hart: HartState, address: bigint, length: number): number {
  const next = machine.memoryMap(hart).find(({ end, start }) => start >= address && end > start);
  if (next === undefined) return length;
  const gap = next.start - address;
  return gap < BigInt(length) ? Math.max(1, Number(gap)) : length;
}

/** What a write did. */
export interface Written {
  readonly address: bigint;
  readonly count: number;
}

export function writeMemory(
  machine: Machine,
  hart: HartState,
  { memoryReference, offset, data, allowPartial }: DebugProtocol.WriteMemoryArguments,
): Written {
  const address = parseReference(memoryReference, offset, machine.xlen);
  const bytes = fromBase64(data);
  const mapped = machine.readMemory(hart, address, bytes.length).length;
  if (mapped < bytes.length && !(allowPartial && mapped > 0)) {
    throw notMapped(formatAddress(address + BigInt(mapped)), bytes.length - mapped);
  }
  const count = machine.writeMemory(hart, address, bytes.subarray(0, mapped));
  return { address, count };
}

function toBase64(bytes: Uint8Array): string {
  let text = "";
  // Function arguments are limited in number.
  for (let at = 0; at < bytes.length; at += 8192) {
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  }
  return btoa(text);
}

function fromBase64(data: string): Uint8Array {
  try {
    return Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
  } catch {
    throw badArgument("data", "bytes in base64");
  }
}
