// biome-ignore-all format: rows of one kind read better by hand
/**
 * The steps on what stays in the hart's state whichever code runs: the reservation of LR and SC,
 * and the control of floating point (privileged manual, "Extension Context Status in mstatus
 * Register"). Where x and f registers are, and where control goes, is still for the subclass.
 */
import type { Value } from "./emitter.ts";
import { FloatEmitter } from "./float-emitter.ts";

/** FS of mstatus: the floating-point state differs from what was saved. */
export const dirty = 3;

/** The steps that are the same in the interpreter and in regions. */
export abstract class StateEmitter<X, F, Rounding> extends FloatEmitter<X, F, Rounding> {
  /** A control word of the hart (i32), by its offset. */
  protected control(offset: number): Value {
    const emit = () => {
      this.hart();
      this.code.memory("i32.load", offset);
    };
    return { type: "i32", size: 2, emit };
  }

  protected isReserved(address: Value, width: 32 | 64): Value {
    const { reservation, reservationWidth } = this.layout.state;
    const word = this.xlen === 64 ? "i64" : "i32";
    const emit = () => {
      this.hart();
      this.code.memory(`${word}.load`, reservation);
    };
    const sameAddress = this.equal({ type: word, size: 2, emit }, address);
    const sameWidth = this.operation("i32", "i32.eq", this.control(reservationWidth),
      this.int("i32", BigInt(width)));
    return this.both(sameAddress, sameWidth);
  }

  protected reserve(address: Value | undefined, width: 32 | 64): void {
    const { reservation, reservationWidth } = this.layout.state;
    if (address !== undefined) {
      this.hart();
      address.emit();
      this.code.memory(this.xlen === 64 ? "i64.store" : "i32.store", reservation);
    }
    this.hart();
    this.code.i32(address === undefined ? 0 : width).memory("i32.store", reservationWidth);
  }

  /** Holds where the inexact flag of fflags is raised. */
  protected inexactFlag(): Value {
    return this.operation("i32", "i32.and", this.control(this.layout.state.flags),
      this.int("i32", 1n));
  }

  /** Holds where FS of mstatus is not Off. */
  protected floatStateIsOn(): Value {
    return this.operation("i32", "i32.ne", this.control(this.layout.state.floatState),
      this.int("i32", 0n));
  }

  /** Sets FS of mstatus to Dirty. */
  protected markDirty(): void {
    this.hart();
    this.code.i32(dirty).memory("i32.store", this.layout.state.floatState);
  }

  /**
   * What a CSR instruction writes into the flags or the rounding mode.
   * @returns stores the five flags from bit 0, or the mode from the bit that is given
   */
  protected floatControl(value: Value): { flags(): void; rounding(from: 0 | 5): void } {
    const { flags, rounding } = this.layout.state;
    const low = this.keep(this.xlen === 64 ? this.operation("i32", "i32.wrap_i64", value) : value);
    const store = (offset: number, shift: bigint, mask: bigint) => {
      this.hart();
      const shifted = this.operation("i32", "i32.shr_u", low, this.int("i32", shift));
      this.operation("i32", "i32.and", shifted, this.int("i32", mask)).emit();
      this.code.memory("i32.store", offset);
    };
    return {
      flags: () => store(flags, 0n, 31n),
      rounding: (from) => store(rounding, BigInt(from), 7n),
    };
  }

  /** Without compressed instructions a target that is no multiple of 4 traps. */
  protected checkTarget(target: Value): void {
    if (this.layout.instructionAlignment === 2) return;
    this.require(this.equal(this.keep(this.and(target, this.constant(2))), this.constant(0)));
  }
}