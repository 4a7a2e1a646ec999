/**
 * What a step of an instruction throws to end the instruction in a trap. It is caught by the
 * engine that runs the instruction and never leaves it.
 */
export class TrapSignal {
  /** The exception code. */
  readonly cause: number;
  /** What mtval will hold; undefined stands for the instruction's bits. */
  readonly value: bigint | undefined;

  constructor(cause: number, value: bigint | undefined) {
    this.cause = cause;
    this.value = value;
  }
}
