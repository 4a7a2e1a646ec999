/**
 * The engines against each other: random instructions of every extension, with operands that are
 * special more often than not, run by the evaluator and by the interpreter, with a window of guest
 * pages and without, at once. After each
 * stretch, at a random count, both harts and memories must be equal, traps included.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { Engine, EngineStop } from "../../emulator/engine.ts";
import { EvaluatorEngine } from "../../emulator/evaluator-engine.ts";
import { Hart } from "../../emulator/hart.ts";
import { InterpreterEngine } from "../../emulator/interpreter.ts";
import { PhysicalMemory } from "../../emulator/memory.ts";
import { AddressSpace, Right } from "../../emulator/translation.ts";
import { parseArchitecture } from "../../isa/architecture.ts";
import { createDecoder } from "../../isa/decoder.ts";
import { encode, encodingOf, type Field, fits } from "../../isa/encoding.ts";
import type { Instruction } from "../../isa/instruction.ts";
import { available, instructions } from "../../isa/instructions.ts";

const march = (xlen: number) => `rv${xlen}gc_zba_zbb_zbc_zbs_zicond_zfh`;
const codeStart = 0x10000n;
const codeSize = 0x3000;
const dataStart = 0x20000n;
const dataSize = 0x4000;

/** A repeatable generator (xorshift, 32 bits). */
function random(seed: number): (below: number) => number {
  let state = seed | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

interface Rig {
  readonly hart: Hart;
  readonly space: AddressSpace;
  readonly engine: Engine;
}

const shape = { mask: -1, last: 0x7fff_ffffn, start: 1 << 20 };

function rig(xlen: 32 | 64, kind: "evaluator" | "interpreter", hasWindow = false): Rig {
  const parsed = parseArchitecture(march(xlen));
  assert.ok(parsed.ok);
  const { architecture } = parsed;
  const memory = new PhysicalMemory(64 << 20, hasWindow ? shape : undefined);
  const space = new AddressSpace(memory, xlen);
  space.map(codeStart, BigInt(codeSize), Right.read | Right.write | Right.execute, "code");
  space.map(dataStart, BigInt(dataSize), Right.read | Right.write, "data");
  const hart = new Hart({
    id: 0,
    xlen,
    flen: 64,
    extensions: architecture.extensions,
    memory,
    translator: space,
    process: true,
  });
  const engine =
    kind === "evaluator"
      ? new EvaluatorEngine(memory, createDecoder(architecture))
      : new InterpreterEngine(memory, architecture, 64);
  return { hart, space, engine };
}

const specialWords = [0n, 1n, 2n, 31n, 0x7fffffffn, 0x80000000n, 0xffffffffn, 0x7fffffffffffffffn];
const specialFloats = [
  0n,
  0x8000000000000000n,
  0x3ff0000000000000n,
  0x7ff0000000000000n,
  0x7ff8000000000000n,
  0x7ff0000000000001n,
  0x0000000000000001n,
  0x7fefffffffffffffn,
  0xffffffff3f800000n,
  0xffffffff7f800001n,
  0xffffffff00000001n,
  0xffffffff80000000n,
  0xffffffff7f7fffffn,
  0xffffffffffff3c00n,
  0x41dfffffffc00000n,
  0xc3e0000000000000n,
];

type Pick = (below: number) => number;

function randomWord(pick: Pick): bigint {
  return (BigInt(pick(2 ** 32)) << 32n) | BigInt(pick(2 ** 32));
}

function randomX(pick: Pick): bigint {
  const kind = pick(4);
  if (kind < 2) return dataStart + BigInt(pick(dataSize));
  if (kind === 2) return specialWords[pick(specialWords.length)] as bigint;
  return randomWord(pick);
}

/** Ordinary numbers, so that arithmetic takes the common way, as well as special ones. */
function randomF(pick: Pick): bigint {
  const kind = pick(4);
  if (kind === 0) return specialFloats[pick(specialFloats.length)] as bigint;
  if (kind === 1) return randomWord(pick);
  const bits = new DataView(new ArrayBuffer(8));
  const number = (pick(2000) - 1000) / (1 + pick(7));
  if (kind === 2) bits.setFloat64(0, number);
  else {
    bits.setUint32(0, 0xffffffff);
    bits.setFloat32(4, number);
  }
  return bits.getBigUint64(0);
}

function operand(field: Field, pick: Pick): number {
  for (;;) {
    const span = (field.max - field.min) / field.multiple + 1;
    let value = field.min + pick(span) * field.multiple;
    if (field.kind === "immediate" && pick(2) === 0) value = pick(16) * field.multiple;
    // Forwards and not far, so that most jumps stay in the code.
    if (field.kind === "target") value = 4 * (1 + pick(8));
    if (field.kind === "csr") value = [1, 2, 3, 0xc00, 0xc02, 0x300][pick(6)] as number;
    if (field.kind === "rounding" && pick(2) === 0) value = 7;
    if (fits(field, value)) return value;
  }
}

/** A stretch of random code: instructions of the architecture, now and then a random word. */
function randomCode(usable: readonly Instruction[], pick: Pick): Uint8Array {
  const bytes = new Uint8Array(codeSize);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at + 4 <= codeSize; ) {
    const instruction = usable[pick(usable.length)] as Instruction;
    const { fields, length } = encodingOf(instruction);
    const values = Object.fromEntries(fields.map((field) => [field.name, operand(field, pick)]));
    const word = pick(100) === 0 ? pick(2 ** 32) : encode(instruction, values);
    if (length === 2) view.setUint16(at, word & 0xffff, true);
    else view.setUint32(at, word, true);
    at += length;
  }
  return bytes;
}

function digest(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}

/** All that the guest could see of a hart, as text. */
function state({ hart, space }: Rig, stop: EngineStop): string {
  const trap = stop.reason === "trap" ? `${stop.trap.cause} ${hex(stop.trap.value)}` : "";
  const lines = [
    `${stop.reason} ${trap} pc ${hex(hart.pc)} retired ${hart.instret}`,
    `flags ${hart.flags} rounding ${hart.rounding} FS ${hart.floatState}`,
    `reservation ${hart.reservationWidth && hex(hart.reservation)}`,
    ...Array.from({ length: 32 }, (_, n) => `x${n} ${hex(hart.x(n))}`),
    ...Array.from({ length: 32 }, (_, n) => `f${n} ${hex(hart.f(n))}`),
    `data ${digest(space.read(dataStart, dataSize))}`,
    `code ${digest(space.read(codeStart, codeSize))}`,
  ];
  return lines.join("\n");
}

for (const xlen of [32, 64] as const) {
  it(`interpreters and evaluator agree on random RV${xlen} code`, function () {
    this.timeout(60_000);
    const seed = Number(process.env["HARTBEAT_SEED"] ?? 20_231) + xlen;
    const rounds = Number(process.env["HARTBEAT_ROUNDS"] ?? 60);
    const pick = random(seed);
    const rigs = [
      rig(xlen, "evaluator"),
      rig(xlen, "interpreter"),
      rig(xlen, "interpreter", true),
    ] as const;
    const parsed = parseArchitecture(march(xlen));
    assert.ok(parsed.ok);
    const usable = instructions.filter((one) => available(one, parsed.architecture));
    let total = 0;
    for (let round = 0; round < rounds; round++) {
      const code = randomCode(usable, pick);
      const data = Uint8Array.from({ length: dataSize }, () => pick(256));
      for (const { space } of rigs) {
        space.write(codeStart, code);
        space.write(dataStart, data);
      }
      let trail = "";
      for (let stretch = 0; stretch < 60; stretch++) {
        const xs = Array.from({ length: 32 }, () => randomX(pick));
        const fs = Array.from({ length: 32 }, () => randomF(pick));
        const pc = codeStart + BigInt(2 * pick(codeSize / 2));
        const flags = pick(2) === 0 ? 1 : pick(32);
        const rounding = pick(3) === 0 ? pick(5) : 0;
        const budget = 1 + pick(40);
        const states = rigs.map((one) => {
          const { hart, engine } = one;
          for (const [index, value] of xs.entries()) hart.setX(index, value);
          for (const [index, value] of fs.entries()) hart.setF(index, value);
          hart.flags = flags;
          hart.rounding = rounding;
          hart.pc = pc;
          const before = hart.instret;
          const stop = engine.run(hart, budget);
          if (one === rigs[0]) total += Number(hart.instret - before);
          return state(one, stop);
        });
        trail = `round ${round} stretch ${stretch} from ${hex(pc)} budget ${budget}`;
        assert.equal(states[1], states[0], `seed ${seed} ${trail}`);
        assert.equal(states[2], states[0], `seed ${seed} ${trail}, in a window`);
      }
    }
    assert.ok(total > rounds * 60, `only ${total} instructions retired`);
  });
}
