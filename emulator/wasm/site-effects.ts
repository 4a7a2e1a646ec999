/**
 * The effects of instructions at many places: found once for each word, since most do the same
 * everywhere, and those that depend on where they are do so by adding their address.
 */
import type { Decoded } from "../../isa/decoder.ts";
import { type Effects, effectsOf } from "../../isa/effects.ts";

interface Known {
  /** At address 0. */
  readonly effects: Effects;
  /** What moves with the address: where control goes, or what is written. */
  readonly moves: "nothing" | "target" | "result" | "unknown";
}

const known = { 32: new WeakMap<Decoded, Known>(), 64: new WeakMap<Decoded, Known>() } as const;

/** As `effectsOf`, for a decoded instruction of which there may be many. */
export function effectsAt(decoded: Decoded, address: bigint, xlen: 32 | 64): Effects {
  let found = known[xlen].get(decoded);
  if (found === undefined) {
    found = examine(decoded, xlen);
    known[xlen].set(decoded, found);
  }
  const { effects, moves } = found;
  switch (moves) {
    case "nothing":
      return effects;
    case "target":
      return { ...effects, target: BigInt.asUintN(xlen, (effects.target ?? 0n) + address) };
    default:
      return effectsOf(decoded, address, xlen);
  }
}

/** Compares the effects at two addresses. */
function examine(decoded: Decoded, xlen: 32 | 64): Known {
  const distance = 0x1000n;
  const [effects, other] = [effectsOf(decoded, 0n, xlen), effectsOf(decoded, distance, xlen)];
  const isSame = {
    target: effects.target === other.target,
    result:
      effects.result?.base === other.result?.base &&
      effects.result?.offset === other.result?.offset,
    memory: effects.memory?.offset === other.memory?.offset,
  };
  if (!isSame.memory || !isSame.result) return { effects, moves: "unknown" };
  if (isSame.target) return { effects, moves: "nothing" };
  const moved = BigInt.asUintN(xlen, (effects.target ?? 0n) + distance);
  return { effects, moves: moved === other.target ? "target" : "unknown" };
}
