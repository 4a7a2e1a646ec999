// biome-ignore-all format: rows of one kind read better by hand
/**
 * Writes the body of one WebAssembly function: instructions, structured control flow with labels
 * instead of relative depths, and locals that are handed out again when a scope ends, so that a
 * function of many independent parts stays small (WebAssembly core specification, chapter
 * "Binary Format", "Instructions").
 */

import { Bytes } from "./bytes.ts";

export type ValueType = "i32" | "i64" | "f32" | "f64";

const typeCode: Readonly<Record<ValueType, number>> = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c };
const noResult = 0x40;

/** Opcodes without immediates, by their names in the specification. */
export const opcodes = {
  unreachable: 0x00, return: 0x0f, drop: 0x1a, select: 0x1b,
  "i32.eqz": 0x45, "i32.eq": 0x46, "i32.ne": 0x47, "i32.lt_s": 0x48, "i32.lt_u": 0x49,
  "i32.gt_s": 0x4a, "i32.gt_u": 0x4b, "i32.le_s": 0x4c, "i32.le_u": 0x4d, "i32.ge_s": 0x4e,
  "i32.ge_u": 0x4f,
  "i64.eqz": 0x50, "i64.eq": 0x51, "i64.ne": 0x52, "i64.lt_s": 0x53, "i64.lt_u": 0x54,
  "i64.gt_s": 0x55, "i64.gt_u": 0x56, "i64.le_s": 0x57, "i64.le_u": 0x58, "i64.ge_s": 0x59,
  "i64.ge_u": 0x5a,
  "f32.eq": 0x5b, "f32.ne": 0x5c, "f32.lt": 0x5d, "f32.gt": 0x5e, "f32.le": 0x5f, "f32.ge": 0x60,
  "f64.eq": 0x61, "f64.ne": 0x62, "f64.lt": 0x63, "f64.gt": 0x64, "f64.le": 0x65, "f64.ge": 0x66,
  "i32.clz": 0x67, "i32.ctz": 0x68, "i32.popcnt": 0x69, "i32.add": 0x6a, "i32.sub": 0x6b,
  "i32.mul": 0x6c, "i32.div_s": 0x6d, "i32.div_u": 0x6e, "i32.rem_s": 0x6f, "i32.rem_u": 0x70,
  "i32.and": 0x71, "i32.or": 0x72, "i32.xor": 0x73, "i32.shl": 0x74, "i32.shr_s": 0x75,
  "i32.shr_u": 0x76, "i32.rotl": 0x77, "i32.rotr": 0x78,
  "i64.clz": 0x79, "i64.ctz": 0x7a, "i64.popcnt": 0x7b, "i64.add": 0x7c, "i64.sub": 0x7d,
  "i64.mul": 0x7e, "i64.div_s": 0x7f, "i64.div_u": 0x80, "i64.rem_s": 0x81, "i64.rem_u": 0x82,
  "i64.and": 0x83, "i64.or": 0x84, "i64.xor": 0x85, "i64.shl": 0x86, "i64.shr_s": 0x87,
  "i64.shr_u": 0x88, "i64.rotl": 0x89, "i64.rotr": 0x8a,
  "f32.abs": 0x8b, "f32.neg": 0x8c, "f32.ceil": 0x8d, "f32.floor": 0x8e, "f32.trunc": 0x8f,
  "f32.nearest": 0x90, "f32.sqrt": 0x91, "f32.add": 0x92, "f32.sub": 0x93, "f32.mul": 0x94,
  "f32.div": 0x95, "f32.min": 0x96, "f32.max": 0x97, "f32.copysign": 0x98,
  "f64.abs": 0x99, "f64.neg": 0x9a, "f64.ceil": 0x9b, "f64.floor": 0x9c, "f64.trunc": 0x9d,
  "f64.nearest": 0x9e, "f64.sqrt": 0x9f, "f64.add": 0xa0, "f64.sub": 0xa1, "f64.mul": 0xa2,
  "f64.div": 0xa3, "f64.min": 0xa4, "f64.max": 0xa5, "f64.copysign": 0xa6,
  "i32.wrap_i64": 0xa7, "i32.trunc_f32_s": 0xa8, "i32.trunc_f32_u": 0xa9,
  "i32.trunc_f64_s": 0xaa, "i32.trunc_f64_u": 0xab, "i64.extend_i32_s": 0xac,
  "i64.extend_i32_u": 0xad, "i64.trunc_f32_s": 0xae, "i64.trunc_f32_u": 0xaf,
  "i64.trunc_f64_s": 0xb0, "i64.trunc_f64_u": 0xb1,
  "f32.convert_i32_s": 0xb2, "f32.convert_i32_u": 0xb3, "f32.convert_i64_s": 0xb4,
  "f32.convert_i64_u": 0xb5, "f32.demote_f64": 0xb6, "f64.convert_i32_s": 0xb7,
  "f64.convert_i32_u": 0xb8, "f64.convert_i64_s": 0xb9, "f64.convert_i64_u": 0xba,
  "f64.promote_f32": 0xbb, "i32.reinterpret_f32": 0xbc, "i64.reinterpret_f64": 0xbd,
  "f32.reinterpret_i32": 0xbe, "f64.reinterpret_i64": 0xbf,
  "i32.extend8_s": 0xc0, "i32.extend16_s": 0xc1, "i64.extend8_s": 0xc2, "i64.extend16_s": 0xc3,
  "i64.extend32_s": 0xc4,
} as const;

/** Operations on vectors, of which the first lane is used, with their immediates. */
export const vectorOpcodes = {
  "f32x4.splat": [0xfd, 0x13], "f64x2.splat": [0xfd, 0x14],
  "f32x4.extract_lane 0": [0xfd, 0x1f, 0], "f64x2.extract_lane 0": [0xfd, 0x21, 0],
  "f32x4.relaxed_madd": [0xfd, 0x85, 0x02], "f32x4.relaxed_nmadd": [0xfd, 0x86, 0x02],
  "f64x2.relaxed_madd": [0xfd, 0x87, 0x02], "f64x2.relaxed_nmadd": [0xfd, 0x88, 0x02],
} as const;

/** Loads and stores: opcode, and the alignment hint, always 1: guest addresses may be odd. */
export const accesses = {
  "i32.load": 0x28, "i64.load": 0x29, "f32.load": 0x2a, "f64.load": 0x2b,
  "i32.load8_s": 0x2c, "i32.load8_u": 0x2d, "i32.load16_s": 0x2e, "i32.load16_u": 0x2f,
  "i64.load8_s": 0x30, "i64.load8_u": 0x31, "i64.load16_s": 0x32, "i64.load16_u": 0x33,
  "i64.load32_s": 0x34, "i64.load32_u": 0x35,
  "i32.store": 0x36, "i64.store": 0x37, "f32.store": 0x38, "f64.store": 0x39,
  "i32.store8": 0x3a, "i32.store16": 0x3b,
  "i64.store8": 0x3c, "i64.store16": 0x3d, "i64.store32": 0x3e,
} as const;

export type Opcode = keyof typeof opcodes;
export type VectorOpcode = keyof typeof vectorOpcodes;
export type AccessOpcode = keyof typeof accesses;

/** Where a branch may go: the end of a block or an if, or the start of a loop. */
export interface Label {
  readonly depth: number;
}

/** The body of one function, written instruction by instruction. */
export class Code {
  readonly #bytes = new Bytes(4096);
  readonly #locals: ValueType[] = [];
  /** Locals that no scope holds, by type. */
  readonly #free: Record<ValueType, number[]> = { i32: [], i64: [], f32: [], f64: [] };
  readonly #parameters: number;
  #taken: number[] = [];
  #depth = 0;

  /** @param parameters how many parameters the function has; they are the first locals */
  constructor(parameters: number) {
    this.#parameters = parameters;
  }

  /** The body in binary form: its locals, its instructions and the closing `end`. */
  finish(): Uint8Array {
    const groups: [count: number, type: ValueType][] = [];
    for (const type of this.#locals) {
      const last = groups.at(-1);
      if (last?.[1] === type) last[0] += 1;
      else groups.push([1, type]);
    }
    const body = new Bytes(this.#bytes.length + 64);
    body.unsigned(groups.length);
    for (const [count, type] of groups) {
      body.unsigned(count);
      body.byte(typeCode[type]);
    }
    body.append(this.#bytes.view);
    body.byte(0x0b);
    return body.view;
  }

  /** How many locals there are, parameters included. */
  get localCount(): number {
    return this.#parameters + this.#locals.length;
  }

  /** Takes a local until the scope ends; its value is what was left in it. */
  local(type: ValueType): number {
    let index = this.#free[type].pop();
    if (index === undefined) {
      index = this.#parameters + this.#locals.length;
      this.#locals.push(type);
    }
    this.#taken.push(index);
    return index;
  }

  /** Gives back the locals that `body` takes. */
  scope(body: () => void): void {
    const outer = this.#taken;
    this.#taken = [];
    try {
      body();
    } finally {
      this.#give(this.#taken);
      this.#taken = outer;
    }
  }

  #give(locals: readonly number[]): void {
    for (const index of locals) {
      this.#free[this.#locals[index - this.#parameters] as ValueType].push(index);
    }
  }

  /**
   * Writes what `body` writes, or nothing and false where it throws such an error.
   * @param errorClass what may be thrown; anything else is passed on
   */
  attempt(errorClass: new () => Error, body: () => void): boolean {
    const [length, depth, taken] = [this.#bytes.length, this.#depth, this.#taken];
    const before = taken.length;
    try {
      body();
      return true;
    } catch (error) {
      if (!(error instanceof errorClass)) throw error;
      this.#bytes.truncate(length);
      this.#depth = depth;
      this.#give(taken.splice(before));
      return false;
    }
  }

  op(name: Opcode): this {
    this.#bytes.byte(opcodes[name]);
    return this;
  }

  vector(name: VectorOpcode): this {
    this.#bytes.append(vectorOpcodes[name]);
    return this;
  }

  i32(value: number): this {
    this.#bytes.byte(0x41);
    this.#bytes.signed(value | 0);
    return this;
  }

  i64(value: bigint): this {
    this.#bytes.byte(0x42);
    this.#bytes.signedLong(BigInt.asIntN(64, value));
    return this;
  }

  f64(value: number): this {
    this.#bytes.byte(0x44);
    this.#bytes.append(new Uint8Array(new Float64Array([value]).buffer));
    return this;
  }

  f32(value: number): this {
    this.#bytes.byte(0x43);
    this.#bytes.append(new Uint8Array(new Float32Array([value]).buffer));
    return this;
  }

  get(local: number): this {
    this.#bytes.byte(0x20);
    this.#bytes.unsigned(local);
    return this;
  }

  set(local: number): this {
    this.#bytes.byte(0x21);
    this.#bytes.unsigned(local);
    return this;
  }

  tee(local: number): this {
    this.#bytes.byte(0x22);
    this.#bytes.unsigned(local);
    return this;
  }

  /** An i32 that is known only later; what comes back writes it, from 0 up. */
  laterI32(): (value: number) => void {
    this.#bytes.byte(0x41);
    const at = this.#bytes.length;
    this.#bytes.append([0x80, 0x80, 0x80, 0x80, 0]);
    return (value) => {
      for (let index = 0; index < 5; index++) {
        this.#bytes.put(at + index, ((value >> (7 * index)) & 127) | (index < 4 ? 128 : 0));
      }
    };
  }

  /** A load or store at the address on the stack plus `offset`, with alignment 1. */
  memory(name: AccessOpcode, offset = 0): this {
    this.#bytes.byte(accesses[name]);
    this.#bytes.byte(0);
    this.#bytes.unsigned(offset);
    return this;
  }

  /** A block whose label is its end. */
  block(body: (label: Label) => void): void {
    this.#structure(0x02, noResult, body);
  }

  /** A loop whose label is its start. */
  loop(body: (label: Label) => void): void {
    this.#structure(0x03, noResult, body);
  }

  /** Takes a condition (i32) from the stack. */
  if(yes: (label: Label) => void, no?: () => void, result?: ValueType): void {
    this.#structure(0x04, result === undefined ? noResult : typeCode[result], (label) => {
      yes(label);
      if (no !== undefined) {
        this.#bytes.byte(0x05);
        no();
      }
    });
  }

  br(label: Label): this {
    this.#bytes.byte(0x0c);
    this.#bytes.unsigned(this.#depth - label.depth);
    return this;
  }

  brIf(label: Label): this {
    this.#bytes.byte(0x0d);
    this.#bytes.unsigned(this.#depth - label.depth);
    return this;
  }

  /** Calls a function of the module by its index. */
  call(index: number): this {
    this.#bytes.byte(0x10);
    this.#bytes.unsigned(index);
    return this;
  }

  /**
   * Calls the function of table 0 at the index on the stack, with a signature by its number.
   */
  callIndirect(type: number): this {
    this.#bytes.byte(0x11);
    this.#bytes.unsigned(type);
    this.#bytes.byte(0);
    return this;
  }

  /** Takes an index from the stack; `otherwise` where it is past the last label. */
  brTable(labels: readonly Label[], otherwise: Label): this {
    this.#bytes.byte(0x0e);
    this.#bytes.unsigned(labels.length);
    for (const label of labels) this.#bytes.unsigned(this.#depth - label.depth);
    this.#bytes.unsigned(this.#depth - otherwise.depth);
    return this;
  }

  #structure(opcode: number, type: number, body: (label: Label) => void): void {
    this.#bytes.byte(opcode);
    this.#bytes.byte(type);
    this.#depth += 1;
    body({ depth: this.#depth });
    this.#depth -= 1;
    this.#bytes.byte(0x0b);
  }
}