/** A hart as history shows it: writes to its registers are changes from outside, and are told. */
import type { HartState } from "../machine.ts";

/** See the file's head. */
export class EditedHart implements HartState {
  readonly hart: HartState;
  readonly #edit: () => void;

  /** @param edit called before each write */
  constructor(hart: HartState, edit: () => void) {
    this.hart = hart;
    this.#edit = edit;
  }

  get id(): number {
    return this.hart.id;
  }
  get name(): string {
    return this.hart.name;
  }
  get pc(): bigint {
    return this.hart.pc;
  }
  set pc(value: bigint) {
    this.#edit();
    this.hart.pc = value;
  }
  x(index: number): bigint {
    return this.hart.x(index);
  }
  setX(index: number, value: bigint): void {
    this.#edit();
    this.hart.setX(index, value);
  }
  f(index: number): bigint {
    return this.hart.f(index);
  }
  setF(index: number, value: bigint): void {
    this.#edit();
    this.hart.setF(index, value);
  }
  csr(address: number): bigint | undefined {
    return this.hart.csr(address);
  }
  setCsr(address: number, value: bigint): boolean {
    this.#edit();
    return this.hart.setCsr(address, value);
  }
}
