/**
 * The output half of a 16550 serial port (National Semiconductor PC16550D data sheet): what is
 * written to the transmitter goes to the host at once, so it is always ready. Nothing is received,
 * and no interrupts are raised.
 */
import type { Width } from "../../isa/semantics.ts";
import type { Device } from "../privileged/physical-space.ts";

/** Offsets of the registers. */
const register = {
  data: 0,
  interruptEnable: 1,
  interruptIdentification: 2,
  lineControl: 3,
  lineStatus: 5,
  end: 8,
} as const;

/** Line control: the first two registers are those of the rate. */
const divisorAccess = 0x80;
/** Line status: the transmitter is empty. */
const transmitterEmpty = 0x60;
/** Interrupt identification: none is pending. */
const nonePending = 0x01;

/** A serial port that writes to the host. */
export class Serial implements Device {
  readonly name = "serial";
  readonly #output: (bytes: Uint8Array) => void;
  readonly #registers = new Uint8Array(register.end);

  constructor(output: (bytes: Uint8Array) => void) {
    this.#output = output;
  }

  read(offset: number, _width: Width): bigint | undefined {
    switch (offset) {
      case register.data:
        return this.#hasDivisor ? BigInt(this.#registers[offset] ?? 0) : 0n;
      case register.interruptIdentification:
        return BigInt(nonePending);
      case register.lineStatus:
        return BigInt(transmitterEmpty);
      default:
        return BigInt(this.#registers[offset] ?? 0);
    }
  }

  write(offset: number, _width: Width, value: bigint): boolean {
    const byte = Number(value & 0xffn);
    if (offset === register.data && !this.#hasDivisor) this.#output(Uint8Array.of(byte));
    else this.#registers[offset] = byte;
    return true;
  }

  get #hasDivisor(): boolean {
    return ((this.#registers[register.lineControl] ?? 0) & divisorAccess) !== 0;
  }
}
