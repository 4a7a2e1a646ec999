/**
 * Random code that always comes to an end: statements of every kind that a program has, nested to a
 * small depth. Loops count registers down that nothing in them writes, every jump leads to a label
 * of the same chunk, and some registers point into the data and move only a little. All else is
 * free: operands, rounding modes, invalid words, misaligned and failing accesses, code that changes.
 */
import type { Architecture } from "../../isa/architecture.ts";
import { createDecoder } from "../../isa/decoder.ts";
import { type Effects, effectsOf } from "../../isa/effects.ts";
import { encode, encodingOf, type Field, fits, type OperandValues } from "../../isa/encoding.ts";
import type { Instruction } from "../../isa/instruction.ts";
import { available, instructions } from "../../isa/instructions.ts";
import type { RandomNumbers } from "../emulator/programs.ts";
import { CodeWriter } from "./code-writer.ts";
import { places } from "./places.ts";

/** Registers that point into the data; x8 to x10 also fit compressed instructions. */
export const pointers = [2, 8, 9, 10] as const;
/** Registers that count loops, by the depth of the loop. */
const counters = [27, 26] as const;
const kept: ReadonlySet<number> = new Set([0, ...pointers, ...counters]);
/** Registers that indirect jumps and patches of code go through. */
const temporaries = [5, 6, 7, 28, 29, 30, 31] as const;
/** Registers for other addresses; they fit compressed instructions. */
const bases = [11, 12, 13, 14, 15] as const;
/** Pages where one machine or the other has its stack, which the other has not. */
const elsewhere = [
  [0x40000, 0x42000],
  [0x1f000, 0x20001],
] as const;
const dataStart = places.data;
const dataPages = places.dataSize / 4096;

type Kind = "integer" | "float" | "memory" | "atomic";

/** The random code of one architecture. */
export class CodeGenerator {
  readonly #random: RandomNumbers;
  readonly #xlen: 32 | 64;
  readonly #architecture: Architecture;
  readonly #decode: ReturnType<typeof createDecoder>;
  readonly #byKind: Readonly<Record<Kind, Instruction[]>>;
  /** Whether the chunk may have faults in any number; else they are rare, and loops run long. */
  #isRough = false;

  /** @param leftOut mnemonics that the code must not have */
  constructor(architecture: Architecture, random: RandomNumbers, leftOut: ReadonlySet<string>) {
    this.#random = random;
    this.#xlen = architecture.xlen;
    this.#architecture = architecture;
    this.#decode = createDecoder(architecture);
    this.#byKind = { integer: [], float: [], memory: [], atomic: [] };
    for (const instruction of instructions) {
      if (!available(instruction, architecture) || leftOut.has(instruction.mnemonic)) continue;
      if ((instruction.execute ?? instruction.expansion) === undefined) continue;
      const kind = this.#kindOf(instruction);
      if (kind !== undefined) this.#byKind[kind].push(instruction);
    }
  }

  /** The words of one chunk, without what ends it. */
  chunk(): readonly number[] {
    const writer = new CodeWriter(this.#xlen, this.#decode);
    this.#isRough = this.#random.below(3) === 0;
    this.#statements(writer, 4 + this.#random.below(20), 0);
    return writer.words();
  }

  /** Whether something that may fault may stand here. */
  #mayFault(): boolean {
    return this.#isRough || this.#random.below(30) === 0;
  }

  #kindOf(instruction: Instruction): Kind | undefined {
    // Whatever the operands are, the kind is the same; CSRs and system instructions have none.
    const effects = this.#sample(instruction);
    if (effects === undefined || effects.control !== "next" || effects.csr !== undefined) {
      return undefined;
    }
    const { memory } = effects;
    if (["fence.i", "wfi", "sfence.vma"].includes(instruction.mnemonic)) return undefined;
    if (memory !== undefined) {
      return memory.kind === "load" || memory.kind === "store" ? "memory" : "atomic";
    }
    return effects.readsF.length + effects.writesF.length > 0 ? "float" : "integer";
  }

  #sample(instruction: Instruction): Effects | undefined {
    for (let attempt = 0; attempt < 20; attempt++) {
      const values = this.#operands(instruction, undefined);
      const decoded = values && this.#decode(encode(instruction, values));
      if (decoded) return effectsOf(decoded, 0n, this.#xlen);
    }
    return undefined;
  }

  #statements(writer: CodeWriter, count: number, depth: number): void {
    for (let n = 0; n < count; n++) this.#statement(writer, depth);
  }

  #statement(writer: CodeWriter, depth: number): void {
    const kind = this.#random.below(100);
    if (kind >= 70 && kind < 73 && this.#mayFault()) this.#invalid(writer);
    else if (kind < 30) this.#operation(writer, "integer");
    else if (kind < 46) this.#operation(writer, "float");
    else if (kind < 64) this.#operation(writer, "memory");
    else if (kind < 68) this.#atomic(writer);
    else if (kind < 71) this.#csr(writer);
    else if (kind < 75) this.#movePointer(writer);
    else if (kind < 83) this.#forward(writer, depth);
    else if (kind < 86) this.#call(writer);
    else if (kind < 88) this.#indirect(writer, depth);
    else if (kind < 89) this.#patch(writer);
    else if (kind < 90) this.#middle(writer);
    else if (kind < 91) this.#astray(writer);
    else if (depth < counters.length) this.#loop(writer, depth);
    else this.#operation(writer, "integer");
  }

  /** An instruction of a kind that leaves the kept registers alone. */
  #operation(writer: CodeWriter, kind: Kind): void {
    const isWild = kind === "memory" && this.#random.below(24) === 0 && this.#mayFault();
    const base = isWild ? this.#address(writer) : this.#random.pick(pointers);
    for (;;) {
      const instruction = this.#random.pick(this.#byKind[kind]);
      const values = this.#operands(instruction, kind === "integer" ? undefined : base);
      if (values === undefined) continue;
      const word = encode(instruction, values);
      const effects = this.#allowed(word);
      if (effects === undefined) continue;
      if (effects.memory !== undefined && effects.memory.base !== base) continue;
      writer.word(word);
      return;
    }
  }

  /** Makes an address at which there is nothing under any machine; returns its register. */
  #address(writer: CodeWriter): number {
    const random = this.#random;
    const register = random.pick(bases);
    let page = random.below(1 << 20);
    while (elsewhere.some(([from, to]) => page >= from && page < to)) page = random.below(1 << 20);
    writer.add("lui", { rd: register, imm: (page << 12) | 0 });
    if (this.#xlen === 64 && random.below(2) === 0) {
      writer.add("slli", { rd: register, rs1: register, shamt: 8 + random.below(24) });
    }
    return register;
  }

  /** The effects of a word that may stand anywhere; undefined where it may not. */
  #allowed(word: number): Effects | undefined {
    const decoded = this.#decode(word);
    if (decoded === undefined) return undefined;
    const effects = effectsOf(decoded, 0n, this.#xlen);
    const isFree = effects.control === "next" && !effects.writesX.some((x) => kept.has(x));
    // The counters are not the same on two machines.
    const counts = effects.csr !== undefined && effects.csr.address >> 8 === 0xc;
    return isFree && !counts ? effects : undefined;
  }

  #operands(instruction: Instruction, base: number | undefined): OperandValues | undefined {
    const { fields } = encodingOf(instruction);
    const values: Record<string, number> = {};
    for (const field of fields) {
      const isBase = field.name.startsWith("rs1") && field.kind === "x" && base !== undefined;
      const value = isBase && fits(field, base) ? base : this.#operand(field);
      if (value === undefined) return undefined;
      values[field.name] = value;
    }
    return values;
  }

  #operand(field: Field): number | undefined {
    const random = this.#random;
    for (let attempt = 0; attempt < 50; attempt++) {
      const span = Math.floor((field.max - field.min) / field.multiple) + 1;
      let value = field.min + random.below(span) * field.multiple;
      const isNear = field.kind !== "x" && field.kind !== "f" && random.below(3) > 0;
      if (isNear && field.name === "imm") value = (random.below(64) - 32) * field.multiple;
      if (field.kind === "rounding") value = random.pick([0, 1, 2, 3, 4, 7, 7, 7, 7]);
      if (field.kind === "csr") value = random.pick([1, 2, 3]);
      if (fits(field, value)) return value;
    }
    return undefined;
  }

  /** One AMO or LR anywhere, or LR and SC around something that is no access. */
  #atomic(writer: CodeWriter): void {
    const random = this.#random;
    const width = this.#xlen === 64 ? random.pick([".w", ".d"]) : ".w";
    const base = random.pick(pointers);
    const address = random.pick(temporaries);
    if (random.below(2) === 0) {
      // Atomic accesses must be aligned; now and then this one need not be.
      const isAny = random.below(8) === 0 && this.#mayFault();
      writer.add("andi", { rd: address, rs1: base, imm: isAny ? -1 : -8 });
      const own = this.#byKind.atomic.filter(
        ({ mnemonic }) => !mnemonic.startsWith("sc.") && mnemonic.endsWith(width),
      );
      const instruction = random.pick(own);
      const values = { rs1: address, rs2: random.below(32), rd: this.#free() };
      const word = encode(instruction, { ...this.#operands(instruction, address), ...values });
      writer.word((word | this.#ordering()) >>> 0);
      return;
    }
    // An address that is always good, and nothing between that faults: see known-differences.ts.
    writer.add("lui", { rd: address, imm: dataStart + 4096 * random.below(dataPages) });
    writer.add("addi", { rd: address, rs1: address, imm: 8 * random.below(64) });
    if (random.below(8) > 0) writer.add(`lr${width}`, { rd: this.#freeBut(address), rs1: address });
    const end = writer.size + 8 * random.below(2);
    while (writer.size < end) this.#operationBut(writer, address);
    writer.add(`sc${width}`, { rd: this.#free(), rs1: address, rs2: random.below(32) });
  }

  /** The bits aq and rl. */
  #ordering(): number {
    return this.#random.below(4) << 25;
  }

  /** An operation that does not write a register, and that cannot fault. */
  #operationBut(writer: CodeWriter, register: number): void {
    for (;;) {
      const instruction = this.#random.pick(this.#byKind.integer);
      const values = this.#operands(instruction, undefined);
      if (values === undefined) continue;
      const word = encode(instruction, values);
      const effects = this.#allowed(word);
      if (effects === undefined || effects.writesX.includes(register)) continue;
      writer.word(word);
      return;
    }
  }

  /** A register that may be written. */
  #free(): number {
    for (;;) {
      const register = this.#random.below(32);
      if (!kept.has(register) || register === 0) return register;
    }
  }

  /** A register that may be written and is not the given one. */
  #freeBut(register: number): number {
    for (;;) {
      const free = this.#free();
      if (free !== register) return free;
    }
  }

  /** A CSR instruction, mostly on the floating-point ones, else on one that a process has not. */
  #csr(writer: CodeWriter): void {
    const random = this.#random;
    const name = random.pick(["csrrw", "csrrs", "csrrc", "csrrwi", "csrrsi", "csrrci"]);
    const isOther = random.below(3) === 0 && this.#mayFault();
    const csr = random.pick(isOther ? [0x300, 0x180, 0x7c0, 0x9, 0xf14, 0x3a0] : [1, 2, 3]);
    const source = name.endsWith("i") ? { uimm: random.below(32) } : { rs1: random.below(32) };
    writer.add(name, { rd: this.#free(), csr, ...source });
  }

  /** A valid word with some bits turned, unless that would do something that must not stand here. */
  #invalid(writer: CodeWriter): void {
    const random = this.#random;
    if (random.below(8) === 0) {
      // What only the privileged levels may do, and the word that is never one.
      const name = random.pick(["mret", "sret", "wfi", "sfence.vma", "c.unimp"]);
      writer.add(name);
      return;
    }
    const isIllegal = random.below(2) === 0;
    for (;;) {
      let word = random.next();
      if (random.below(4) > 0) {
        const instruction = random.pick(instructions);
        if (!available(instruction, this.#architecture)) continue;
        const values = this.#operands(instruction, random.pick(pointers));
        if (values === undefined) continue;
        word = encode(instruction, values);
        for (let n = random.below(3); n >= 0; n--) word = (word ^ (1 << random.below(32))) >>> 0;
      }
      if ((word & 3) !== 3) word &= 0xffff;
      if (this.#decode(word) !== undefined) {
        if (isIllegal) continue;
        const effects = this.#allowed(word);
        if (effects === undefined) continue;
        const { memory } = effects;
        if (memory !== undefined && !pointers.some((one) => one === memory.base)) continue;
        if (memory !== undefined && memory.kind !== "load" && memory.kind !== "store") continue;
      }
      writer.word(word);
      return;
    }
  }

  #movePointer(writer: CodeWriter): void {
    const pointer = this.#random.pick(pointers);
    if (pointer === 2 && this.#random.below(3) === 0) {
      writer.add("c.addi16sp", { imm: this.#random.pick([16, -16, 32, -32]) });
      return;
    }
    const near = [1, 2, 4, 8, 16, -1, -4, -8];
    const imm = this.#random.pick(this.#isRough ? [...near, 24, 64, -40, 256] : near);
    writer.add("addi", { rd: pointer, rs1: pointer, imm });
  }

  /** A branch or a jump over some statements. */
  #forward(writer: CodeWriter, depth: number): void {
    const random = this.#random;
    const end = writer.label();
    const [rs1, rs2] = [random.below(32), random.below(32)];
    const kind = random.below(10);
    const branch = random.pick(["beq", "bne", "blt", "bge", "bltu", "bgeu"]);
    if (kind === 0) {
      if (random.below(2) === 0) writer.addTo("jal", end, { rd: this.#free() });
      else writer.addTo(this.#xlen === 32 && random.below(2) === 0 ? "c.jal" : "c.j", end);
    } else if (kind < 3) {
      const name = random.pick(["c.beqz", "c.bnez"]);
      writer.addTo(name, end, { "rs1'": 8 + random.below(8) });
      // As much as fits into the reach of a compressed branch.
      for (let n = random.below(4); n >= 0; n--) this.#operation(writer, "integer");
      writer.place(end);
      return;
    } else writer.addTo(branch, end, { rs1, rs2: random.below(3) === 0 ? 0 : rs2 });
    this.#statements(writer, 1 + random.below(4), Math.max(depth, 1));
    writer.place(end);
  }

  /** A call of a small function behind the place, which returns. */
  #call(writer: CodeWriter): void {
    const random = this.#random;
    const [callee, end] = [writer.label(), writer.label()];
    const link = 1;
    if (random.below(2) === 0) writer.addTo("jal", callee, { rd: link });
    else {
      const start = writer.here();
      const through = random.pick(temporaries);
      writer.add("auipc", { rd: through, imm: 0 });
      if (random.below(2) === 0) writer.addTo("jalr", callee, { rd: link, rs1: through }, start);
      else {
        writer.addTo("addi", callee, { rd: through, rs1: through }, start);
        writer.add("c.jalr", { rs1: through });
      }
    }
    for (let n = random.below(3); n > 0; n--) this.#operation(writer, "memory");
    writer.addTo("jal", end, { rd: 0 });
    writer.place(callee);
    // A leaf: it must come back.
    const saved = random.pick(temporaries);
    if (random.below(2) === 0) {
      if (random.below(2) === 0) writer.add("c.jr", { rs1: link });
      else writer.add("jalr", { rd: 0, rs1: link, imm: 0 });
    } else {
      writer.add("addi", { rd: saved, rs1: link, imm: 0 });
      for (let n = random.below(4); n > 0; n--) this.#operationBut(writer, saved);
      writer.add("jalr", { rd: 0, rs1: saved, imm: random.below(2) });
    }
    writer.place(end);
  }

  /** A computed jump: one of two ways, chosen by a register. */
  #indirect(writer: CodeWriter, depth: number): void {
    const random = this.#random;
    const [first, second, end] = [writer.label(), writer.label(), writer.label()];
    const through = random.pick(temporaries);
    const chosen = random.pick(temporaries.filter((one) => one !== through));
    writer.add("andi", { rd: chosen, rs1: random.below(32), imm: 4 });
    const start = writer.here();
    writer.add("auipc", { rd: through, imm: 0 });
    writer.add("add", { rd: through, rs1: through, rs2: chosen });
    writer.addTo(
      "jalr",
      first,
      { rd: random.below(2) === 0 ? 0 : this.#free(), rs1: through },
      start,
    );
    writer.place(first);
    writer.addTo("jal", second, { rd: 0 });
    this.#statements(writer, 1 + random.below(3), Math.max(depth, 1));
    writer.addTo("jal", end, { rd: 0 });
    writer.place(second);
    this.#statements(writer, 1 + random.below(3), Math.max(depth, 1));
    writer.place(end);
  }

  /** Changes an instruction behind the place, with fence.i, so that it reads another number. */
  #patch(writer: CodeWriter): void {
    const random = this.#random;
    const [through, word] = [5, 6];
    const slot = writer.label();
    const start = writer.here();
    writer.add("auipc", { rd: through, imm: 0 });
    writer.addTo("lw", slot, { rd: word, rs1: through }, start);
    // The lowest bits of the immediate of an addi.
    writer.add("lui", { rd: 7, imm: 0x100000 * (1 + random.below(7)) });
    writer.add("xor", { rd: word, rs1: word, rs2: 7 });
    writer.addTo("sw", slot, { rs2: word, rs1: through }, start);
    writer.add("fence.i");
    for (let n = random.below(2); n > 0; n--) this.#operation(writer, "float");
    writer.place(slot);
    writer.add("addi", { rd: 28, rs1: random.below(32), imm: 0 });
  }

  /** A jump into the middle of an instruction, whose upper half is one of its own. */
  #middle(writer: CodeWriter): void {
    const random = this.#random;
    const inner = writer.label();
    const compressed = encode(writer.instruction("c.addi"), {
      rd: random.pick(temporaries),
      imm: 1 + random.below(31),
    });
    writer.addTo(random.pick(["bne", "beq"]), inner, { rs1: random.below(32), rs2: 0 });
    const outer = encode(writer.instruction("lui"), { rd: random.pick(temporaries), imm: 0 });
    const at = writer.size;
    writer.word((outer | (compressed << 16)) >>> 0);
    inner.at = at + 2;
  }

  /** A jump to where no code is: through a pointer into the data. */
  #astray(writer: CodeWriter): void {
    const random = this.#random;
    if (random.below(3) > 0 || !this.#mayFault()) {
      this.#movePointer(writer);
      return;
    }
    writer.add("jalr", { rd: this.#free(), rs1: random.pick(pointers), imm: random.below(64) });
  }

  #loop(writer: CodeWriter, depth: number): void {
    const random = this.#random;
    const counter = counters[depth] as number;
    const most = depth === 0 ? random.pick([3, 30, 100, this.#isRough ? 100 : 600]) : 12;
    writer.add("addi", { rd: counter, rs1: 0, imm: 1 + random.below(most) });
    const start = writer.here();
    this.#statements(writer, 1 + random.below(6), depth + 1);
    writer.add("addi", { rd: counter, rs1: counter, imm: -1 });
    // A forward branch over a jump reaches as far as any body is long.
    const end = writer.label();
    if (writer.size - (start.at as number) < 3000 && random.below(4) > 0) {
      writer.addTo("bne", start, { rs1: counter, rs2: 0 });
    } else {
      writer.addTo("beq", end, { rs1: counter, rs2: 0 });
      writer.addTo("jal", start, { rd: 0 });
    }
    writer.place(end);
  }
}
