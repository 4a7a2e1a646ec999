/**
 * Applies relocations to the bytes of the output. psABI, section "Relocations": each type with the
 * value that it computes from S (symbol), A (addend), P (place), G (entry of the offset table).
 */
import { R_RISCV, relocationName } from "../../elf/constants.ts";
import type { Relocation } from "../../elf/model.ts";
import { encode, type OperandValues } from "../../isa/encoding.ts";
import { instructionsNamed } from "../../isa/instructions.ts";
import type { Diagnostic } from "../diagnostics.ts";
import { encodeLeb128 } from "../layout.ts";
import { patchImmediate } from "../patch.ts";
import {
  addressOf,
  type Definition,
  type InputSection,
  linkError,
  meaningOf,
  moved,
  type Program,
} from "./input.ts";
import { isUpperPcRelative, type Relaxation } from "./relax.ts";

/** What relocating needs besides the program. */
export interface RelocateContext {
  readonly program: Program;
  readonly relaxation: Relaxation;
  readonly diagnostics: Diagnostic[];
  readonly globalPointer: bigint;
  /** Start of the thread-local template. */
  readonly threadStart: bigint;
  /** The address of a symbol's entry in the global offset table. */
  offsetEntry(definition: Definition | undefined, relocation: Relocation): bigint;
}

/** The bytes of an input section in the output: what relaxation left, relocations applied. */
export function relocated(context: RelocateContext, input: InputSection): Uint8Array {
  const data = shrink(input);
  const base = (input.output?.address ?? 0n) + input.offset;
  for (const relocation of input.relocations) {
    const at = moved(input, Number(relocation.offset));
    apply(context, input, data, relocation, at, base + BigInt(at));
  }
  return data;
}

/** Copies what is not removed, and writes new padding where alignments shrank. */
function shrink({ section, removed, relocations }: InputSection): Uint8Array {
  const { data } = section;
  if (removed.length === 0) return data.slice();
  const gone = removed.reduce((sum, { count }) => sum + count, 0);
  const result = new Uint8Array(data.length - gone);
  let from = 0;
  let to = 0;
  for (const { at, count } of removed) {
    result.set(data.subarray(from, at), to);
    to += at - from;
    from = at + count;
  }
  result.set(data.subarray(from), to);
  const input = { section, removed, relocations } as unknown as InputSection;
  for (const { type, offset, addend } of relocations) {
    if (type !== R_RISCV.ALIGN) continue;
    const start = moved(input, Number(offset));
    const end = moved(input, Number(offset + addend));
    let left = start;
    for (; end - left >= 4; left += 4) result.set([0x13, 0, 0, 0], left);
    if (end - left === 2) result.set([0x01, 0x00], left);
  }
  return result;
}

const fitsSigned = (value: bigint, bits: number) => BigInt.asIntN(bits, value) === value;

function read(data: Uint8Array, at: number, size: number): bigint {
  let value = 0n;
  for (let index = size - 1; index >= 0; index--)
    value = (value << 8n) | BigInt(data[at + index] ?? 0);
  return value;
}

function write(data: Uint8Array, at: number, size: number, value: bigint): void {
  for (let index = 0; index < size && at + index < data.length; index++) {
    data[at + index] = Number(BigInt.asUintN(8, value >> BigInt(8 * index)));
  }
}

/** Sizes of data relocations, and what they do with the value that is there. */
const arithmetic: Readonly<
  Record<number, { size: number; operation: "add" | "subtract" | "set"; bits: number }>
> = {
  [R_RISCV.ADD8]: { size: 1, operation: "add", bits: 8 },
  [R_RISCV.ADD16]: { size: 2, operation: "add", bits: 16 },
  [R_RISCV.ADD32]: { size: 4, operation: "add", bits: 32 },
  [R_RISCV.ADD64]: { size: 8, operation: "add", bits: 64 },
  [R_RISCV.SUB8]: { size: 1, operation: "subtract", bits: 8 },
  [R_RISCV.SUB16]: { size: 2, operation: "subtract", bits: 16 },
  [R_RISCV.SUB32]: { size: 4, operation: "subtract", bits: 32 },
  [R_RISCV.SUB64]: { size: 8, operation: "subtract", bits: 64 },
  [R_RISCV.SUB6]: { size: 1, operation: "subtract", bits: 6 },
  [R_RISCV.SET6]: { size: 1, operation: "set", bits: 6 },
  [R_RISCV.SET8]: { size: 1, operation: "set", bits: 8 },
  [R_RISCV.SET16]: { size: 2, operation: "set", bits: 16 },
  [R_RISCV.SET32]: { size: 4, operation: "set", bits: 32 },
};

function apply(
  context: RelocateContext,
  input: InputSection,
  data: Uint8Array,
  relocation: Relocation,
  at: number,
  place: bigint,
): void {
  const { program, relaxation, globalPointer, threadStart } = context;
  const { type, symbol, addend } = relocation;
  if (
    type === R_RISCV.NONE ||
    type === R_RISCV.RELAX ||
    type === R_RISCV.ALIGN ||
    type === R_RISCV.TPREL_ADD
  )
    return;
  const meaning = symbol && meaningOf(program, symbol);
  const isMissing = symbol !== undefined && meaning === undefined;
  const target = (meaning === undefined ? 0n : addressOf(meaning)) + addend;
  const overflow = (value: bigint, bits: number) => {
    if (fitsSigned(value, bits)) return;
    context.diagnostics.push(
      linkError("relocation-overflow", input.file, {
        name:
          symbol?.name || meaning?.name || `address 0x${BigInt.asUintN(64, target).toString(16)}`,
        relocation: relocationName(type),
        value: String(value),
      }),
    );
  };
  const kind = relaxation.relaxed.get(relocation);
  const numeric = arithmetic[type];
  if (numeric !== undefined) {
    const { size, operation, bits } = numeric;
    const before = read(data, at, size);
    const changed =
      operation === "set" ? target : operation === "add" ? before + target : before - target;
    const mask = (1n << BigInt(bits)) - 1n;
    write(data, at, size, (before & ~mask) | (changed & mask));
    return;
  }
  switch (type) {
    case R_RISCV["32"]:
      write(data, at, 4, target);
      return;
    case R_RISCV["64"]:
      write(data, at, 8, target);
      return;
    case R_RISCV["32_PCREL"]:
    case R_RISCV.PLT32:
      overflow(target - place, 32);
      write(data, at, 4, target - place);
      return;
    case R_RISCV.SET_ULEB128:
      writeLeb128(data, at, () => target);
      return;
    case R_RISCV.SUB_ULEB128:
      writeLeb128(data, at, (before) => before - target);
      return;
    case R_RISCV.TLS_DTPREL32:
      write(data, at, 4, target - threadStart - 0x800n);
      return;
    case R_RISCV.TLS_DTPREL64:
      write(data, at, 8, target - threadStart - 0x800n);
      return;
    case R_RISCV.BRANCH:
    case R_RISCV.JAL:
    case R_RISCV.RVC_BRANCH:
    case R_RISCV.RVC_JUMP: {
      const distance = isMissing ? 0n : target - place;
      overflow(
        distance,
        type === R_RISCV.JAL
          ? 21
          : type === R_RISCV.BRANCH
            ? 13
            : type === R_RISCV.RVC_JUMP
              ? 12
              : 9,
      );
      patchImmediate(data, at, type, distance);
      return;
    }
    case R_RISCV.CALL:
    case R_RISCV.CALL_PLT:
      applyCall(
        data,
        at,
        kind,
        linkOf(input, relocation),
        isMissing ? 0n : target - place,
        overflow,
      );
      return;
    case R_RISCV.HI20:
      if (kind === "gone") return;
      if (program.bits === 64) overflow(target + 0x800n, 32);
      patchImmediate(data, at, type, target + 0x800n);
      return;
    case R_RISCV.LO12_I:
    case R_RISCV.LO12_S:
      if (kind === "gp") relativeToPointer(data, at, type, target - globalPointer);
      else patchImmediate(data, at, type, target);
      return;
    case R_RISCV.TPREL_HI20:
      patchImmediate(data, at, type, target - threadStart + 0x800n);
      return;
    case R_RISCV.TPREL_LO12_I:
    case R_RISCV.TPREL_LO12_S:
      patchImmediate(data, at, type, target - threadStart);
      return;
    case R_RISCV.PCREL_LO12_I:
    case R_RISCV.PCREL_LO12_S:
      applyLower(context, input, data, relocation, at, kind);
      return;
    default:
      break;
  }
  if (isUpperPcRelative(type)) {
    if (kind === "gone") return;
    const distance = upperDistance(context, relocation, place);
    if (program.bits === 64) overflow(distance + 0x800n, 32);
    patchImmediate(data, at, type, distance + 0x800n);
    return;
  }
  context.diagnostics.push(
    linkError("unsupported-relocation", input.file, { relocation: relocationName(type) }),
  );
}

/** The distance that an auipc and its lower part cover. */
function upperDistance(context: RelocateContext, relocation: Relocation, place: bigint): bigint {
  const meaning = relocation.symbol && meaningOf(context.program, relocation.symbol);
  if (relocation.type !== R_RISCV.PCREL_HI20) {
    return context.offsetEntry(meaning, relocation) - place;
  }
  if (meaning === undefined && relocation.symbol !== undefined) return -place;
  return (meaning === undefined ? 0n : addressOf(meaning)) + relocation.addend - place;
}

function applyLower(
  context: RelocateContext,
  input: InputSection,
  data: Uint8Array,
  relocation: Relocation,
  at: number,
  kind: string | undefined,
): void {
  const upper = context.relaxation.upperPart.get(relocation);
  if (upper === undefined) {
    context.diagnostics.push(linkError("missing-pair", input.file, {}));
    return;
  }
  const { relocation: high, input: home } = upper;
  const start =
    (home.output?.address ?? 0n) + home.offset + BigInt(moved(home, Number(high.offset)));
  const distance = upperDistance(context, high, start);
  if (kind === "gp") {
    relativeToPointer(
      data,
      at,
      relocation.type,
      distance + start + relocation.addend - context.globalPointer,
    );
  } else patchImmediate(data, at, relocation.type, distance + relocation.addend);
}

/** Gives a load, store or addi the base register gp. */
function relativeToPointer(data: Uint8Array, at: number, type: number, offset: bigint): void {
  const gp = 3;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const word = view.getUint32(at, true);
  view.setUint32(at, ((word & ~(31 << 15)) | (gp << 15)) >>> 0, true);
  const plain =
    type === R_RISCV.LO12_S || type === R_RISCV.PCREL_LO12_S ? R_RISCV.LO12_S : R_RISCV.LO12_I;
  patchImmediate(data, at, plain, offset);
}

function applyCall(
  data: Uint8Array,
  at: number,
  kind: string | undefined,
  link: number,
  distance: bigint,
  overflow: (value: bigint, bits: number) => void,
): void {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (kind === "c.j" || kind === "c.jal") {
    view.setUint16(at, jumpWord(kind, {}), true);
    patchImmediate(data, at, R_RISCV.RVC_JUMP, distance);
    overflow(distance, 12);
    return;
  }
  if (kind === "jal") {
    view.setUint32(at, jumpWord(kind, { rd: link }), true);
    patchImmediate(data, at, R_RISCV.JAL, distance);
    overflow(distance, 21);
    return;
  }
  overflow(distance + 0x800n, 32);
  patchImmediate(data, at, R_RISCV.HI20, distance + 0x800n);
  patchImmediate(data, at + 4, R_RISCV.LO12_I, distance);
}

/** A jump whose offset is still 0. */
function jumpWord(mnemonic: string, operands: OperandValues): number {
  const [instruction] = instructionsNamed(mnemonic);
  if (instruction === undefined) throw new Error(`${mnemonic} is no instruction`);
  return encode(instruction, { ...operands, imm: 0 });
}

/** The link register of a far call: that of its jalr, which relaxation may have taken out. */
function linkOf({ section: { data } }: InputSection, { offset }: Relocation): number {
  const at = Number(offset) + 4;
  return (((data[at + 1] ?? 0) & 0x0f) << 1) | ((data[at] ?? 0) >> 7);
}

/** A ULEB128 number keeps its length. */
function writeLeb128(data: Uint8Array, at: number, change: (before: bigint) => bigint): void {
  let length = 0;
  let before = 0n;
  do {
    before |= BigInt((data[at + length] ?? 0) & 0x7f) << BigInt(7 * length);
  } while (((data[at + length++] ?? 0) & 0x80) !== 0);
  const bytes = encodeLeb128(change(before) & ((1n << BigInt(7 * length)) - 1n), false);
  for (let index = 0; index < length; index++) {
    data[at + index] = ((bytes[index] ?? 0) & 0x7f) | (index < length - 1 ? 0x80 : 0);
  }
}
