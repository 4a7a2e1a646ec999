/** The environments' calls as texts, by the tables that serve them. */
import type { HartState } from "../machine.ts";
import type { EnvironmentName } from "./layout.ts";
import { linuxCalls } from "./linux/environment.ts";
import { rarsCalls } from "./rars/environment.ts";
import { ripesCalls } from "./ripes.ts";
import { venusCalls } from "./venus.ts";

/** By environment: the register of the number, and the calls. */
export const environmentCallTables = {
  linux: [17, linuxCalls],
  rars: [17, rarsCalls],
  venus: [10, venusCalls],
  ripes: [17, ripesCalls],
} as const;

/** a0, the first argument of a Linux call. */
const firstArgument = 10;

const numberText = (value: bigint): string =>
  value < 1n << 12n && value >= -4096n
    ? String(value)
    : `0x${BigInt.asUintN(64, value).toString(16)}`;

/** The call that a hart is about to make, as in `write(1, 0x11000, 5)`. */
export function describeCall(environment: EnvironmentName, hart: HartState, xlen: 32 | 64): string {
  const [register, calls] = environmentCallTables[environment];
  const number = Number(BigInt.asIntN(32, hart.x(register)));
  const call = calls.find((one) => one.number === number);
  if (call === undefined) return `call ${number}`;
  // Those of the teaching simulators take what they want from where they want it.
  if (environment !== "linux") return call.name;
  const count = call.arguments.trim() === "" ? 0 : call.arguments.split(",").length;
  const values = Array.from({ length: count }, (_, index) =>
    numberText(BigInt.asIntN(xlen, hart.x(firstArgument + index))),
  );
  return `${call.name}(${values.join(", ")})`;
}
