/**
 * The device by which a program ends the machine (SiFive's test finisher): the low half of the word
 * that is written says how, the high half is the exit code of a failure.
 */
import type { Width } from "../../isa/semantics.ts";
import type { Device } from "../privileged/physical-space.ts";

const ending = { fail: 0x3333, pass: 0x5555, reset: 0x7777 } as const;

/** Ends the machine when it is written to. */
export class TestFinisher implements Device {
  readonly name = "test";
  readonly #end: (code: number) => void;

  /** @param end takes the exit code */
  constructor(end: (code: number) => void) {
    this.#end = end;
  }

  read(_offset: number, _width: Width): bigint {
    return 0n;
  }

  write(offset: number, _width: Width, value: bigint): boolean {
    if (offset !== 0) return true;
    const word = Number(value & 0xffff_ffffn);
    const how = word & 0xffff;
    if (how === ending.fail) this.#end(word >>> 16);
    else if (how === ending.pass || how === ending.reset) this.#end(0);
    return true;
  }
}
