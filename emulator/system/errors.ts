/** Why a system cannot be started: one factory a reason, one sentence that says what to do. */
import { LaunchError } from "../process/errors.ts";

const hex = (value: number): string => `0x${value.toString(16)}`;

/** Something to be loaded does not lie in RAM as a whole; addresses and sizes in bytes. */
export function outsideRam(
  address: number,
  size: number,
  ram: { readonly start: number; readonly size: number },
): LaunchError {
  const [start, end] = [hex(ram.start), hex(ram.start + ram.size)];
  return new LaunchError(
    `The program has ${size} bytes for ${hex(address)}, and RAM is from ${start} to ${end}: link it there or give the machine more memory.`,
  );
}
