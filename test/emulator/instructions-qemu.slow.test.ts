/**
 * Single instructions with random operands against QEMU: for each instruction of each extension
 * a run of cases that load registers, execute it once and store what it changed.
 */
import assert from "node:assert/strict";
import { engineNames } from "../../emulator/engines.ts";
import type { Architecture } from "../../isa/architecture.ts";
import { createDecoder } from "../../isa/decoder.ts";
import { type Effects, effectsOf } from "../../isa/effects.ts";
import { encode, encodingOf, type Field, type OperandValues } from "../../isa/encoding.ts";
import type { Instruction } from "../../isa/instruction.ts";
import { available, instructions } from "../../isa/instructions.ts";
import { requireTools, runTool } from "../tools.ts";
import { boxed, randomFloat, randomInteger } from "./operands.ts";
import {
  architectureOf,
  assembleProgram,
  epilogue,
  qemuCpu,
  RandomNumbers,
  runOnQemu,
  runProgram,
} from "./programs.ts";

const base = "imafdc_zicsr_zifencei_zihintpause";
/** As QEMU spells them, by version; one that it does not know is left out and said. */
const options = [
  ["zba"],
  ["zbb"],
  ["zbc"],
  ["zbs"],
  ["zbkb"],
  ["zbkc"],
  ["zbkx"],
  ["zknh"],
  ["zksh"],
  ["zfh", "Zfh"],
  ["zicond", "x-zicond"],
  ["zfa"],
  ["zcb"],
  ["zimop"],
  ["zcmop"],
  ["xtheadba"],
  ["xtheadbb"],
  ["xtheadbs"],
  ["xtheadcondmov"],
  ["xtheadfmemidx"],
  ["xtheadmac"],
  ["xtheadmemidx"],
  ["xtheadsync"],
];

/** What the installed QEMU is wrong about, with the reason; the plain tests have these. */
const qemuErrors: readonly { mnemonic: string; before: number; reason: string }[] = [
  { mnemonic: "ctzw", before: 8, reason: "QEMU before 8.0 counts past bit 31 when all 32 are 0" },
];

const casesEach = 24;
/** Stored for each case: a0, a1, a2, sp, ra, t1 and fcsr, then fa0 and fa3. */
const storedX = ["a0", "a1", "a2", "sp", "ra", "t1", "t0"] as const;
const storedF = ["fa0", "fa3"] as const;
/** x8 to x15 also fit compressed instructions. a5 points into `scratch`. */
const xChoices = { rd: [12, 10, 0], rs1: [10, 0, 11], rs2: [11, 10, 0] } as const;
const fChoices = { fd: [13, 10], fs1: [10, 11], fs2: [11, 10], fs3: [12, 10] } as const;
const scratchSize = 8192;
const fcsrs = [1, 2, 3];

/** A value for an operand that is no register; the target of a jump is the next 4-byte slot. */
function immediate(random: RandomNumbers, field: Field, length: number): number {
  if (field.kind === "target") return length + 4;
  if (field.kind === "csr") return random.pick(fcsrs);
  if (field.name === "rm") return random.pick([0, 1, 2, 3, 4, 7]);
  for (;;) {
    const steps = Math.floor((field.max - field.min) / field.multiple) + 1;
    const value =
      random.below(4) === 0
        ? random.pick([field.min, 0, field.multiple, field.max - (field.max % field.multiple)])
        : field.min + random.below(steps) * field.multiple;
    const fitting = value >= field.min && value <= field.max && value % field.multiple === 0;
    if (fitting && !field.excluded.includes(value)) return value;
  }
}

/** A register for an operand: among the choices for its role, one that the field can hold. */
function register(random: RandomNumbers, field: Field): number {
  const role = field.name.replace("'", "") as keyof typeof xChoices | keyof typeof fChoices;
  const choices = { ...xChoices, ...fChoices }[role];
  const fitting = choices.filter(
    (index) => index >= field.min && index <= field.max && !field.excluded.includes(index),
  );
  // The first is the usual one; the others make operands coincide, or x0.
  return random.below(3) > 0 ? fitting[0]! : random.pick(fitting);
}

function operandsOf(random: RandomNumbers, instruction: Instruction): OperandValues {
  const { fields, length } = encodingOf(instruction);
  return Object.fromEntries(
    fields.map((field) => [
      field.name,
      field.kind === "x" || field.kind === "f"
        ? register(random, field)
        : immediate(random, field, length),
    ]),
  );
}

interface Case {
  readonly instruction: Instruction;
  readonly text: string;
  readonly values: OperandValues;
}

class CaseWriter {
  readonly #random: RandomNumbers;
  readonly #xlen: 32 | 64;
  readonly #decode: ReturnType<typeof createDecoder>;
  readonly #word: string;
  readonly #load: string;
  readonly #store: string;

  constructor(random: RandomNumbers, architecture: Architecture) {
    const { xlen } = architecture;
    this.#random = random;
    this.#xlen = xlen;
    this.#decode = createDecoder(architecture);
    [this.#word, this.#load, this.#store] =
      xlen === 64 ? [".quad", "ld", "sd"] : [".word", "lw", "sw"];
  }

  /** One case of the instruction; undefined where it cannot stand in a program like this. */
  write(instruction: Instruction): Case | undefined {
    let values = operandsOf(this.#random, instruction);
    const base = Object.keys(values).find((name) => name.startsWith("rs1"));
    const pointed = base === undefined ? values : { ...values, [base]: 15 };
    const effects = this.#effects(instruction, pointed);
    if (effects.control === "trap" || leavesUserMode(instruction)) return undefined;
    const follows = effects.control === "next" || effects.control === "branch";
    const indirect = !follows && effects.target === undefined;
    if (effects.memory !== undefined || indirect) values = pointed;
    // An index would lead anywhere; and registers that must differ do.
    const isIndexed = effects.memory !== undefined && "uimm" in values && "rs2" in values;
    if (isIndexed) values = { ...values, rs2: 0 };
    if (instruction.distinct === true && values["rd"] === values["rs1"]) return undefined;
    const word = encode(instruction, values);
    const { length } = encodingOf(instruction);
    const offset = Number(values["imm"] ?? 0);
    const a5 = indirect
      ? `la a5, 2f${offset > 0 ? `-${offset}` : `+${-offset}`}`
      : this.#pointer(effects);
    const text = `
  .pushsection .data
  ${this.#word} ${this.#integers().join(", ")}
  .balign 8
  .quad ${this.#floats(instruction).join(", ")}
  .popsection
  li t0, ${this.#random.below(5) * 32 + this.#random.pick([0, 0, 1, 31])}
  fscsr t0
  ${["a0", "a1", "a2", "ra"].map((name, n) => `${this.#load} ${name}, ${(n * this.#xlen) / 8}(s1)`).join("\n  ")}
  ${["fa0", "fa1", "fa2", "fa3"].map((name, n) => `fld ${name}, ${this.#xlen / 2 + 8 * n}(s1)`).join("\n  ")}
  addi s1, s1, ${this.#xlen / 2 + 32}
  la sp, scratch + 2048
  li t1, 0
  ${a5}
  .option push
  .option norelax
  ${length === 2 ? ".half" : ".word"} ${word}
  .4byte 0x00130313 # addi t1, t1, 1: shows whether a jump was taken
2:
  .option pop
  frcsr t0
  ${storedX.map((name, n) => `${this.#store} ${name}, ${8 * n}(s0)`).join("\n  ")}
  ${storedF.map((name, n) => `fsd ${name}, ${8 * (storedX.length + n)}(s0)`).join("\n  ")}
  addi s0, s0, ${caseBytes}
`;
    return { instruction, text, values };
  }

  #effects(instruction: Instruction, values: OperandValues): Effects {
    const decoded = this.#decode(encode(instruction, values));
    assert.ok(decoded, `${instruction.mnemonic} ${JSON.stringify(values)} does not decode`);
    return effectsOf(decoded, 0n, this.#xlen);
  }

  /** a5 somewhere in the scratch memory, aligned where the access must be. */
  #pointer({ memory }: Effects): string {
    const aligned =
      memory === undefined || memory.kind === "load" || memory.kind === "store"
        ? 0
        : memory.width / 8;
    const middle = 3072 + this.#random.below(64);
    return `la a5, scratch + ${aligned > 0 ? middle - (middle % aligned) : middle}`;
  }

  #integers(): bigint[] {
    return Array.from({ length: 4 }, () => randomInteger(this.#random, this.#xlen));
  }

  #floats({ mnemonic }: Instruction): bigint[] {
    const last = mnemonic.split(".").at(-1) ?? "";
    const format = ({ h: "half", s: "single" } as const)[last] ?? "double";
    return Array.from({ length: 4 }, () =>
      boxed(this.#random, format, randomFloat(this.#random, format)),
    );
  }
}

const caseBytes = 8 * (storedX.length + storedF.length);

/** Instructions of the privileged levels, which a process may not execute. */
function leavesUserMode({ extension }: Instruction): boolean {
  return extension === "sm" || extension === "s";
}

function programText(cases: readonly Case[], random: RandomNumbers): string {
  return `.data
.balign 16
operands:
.text
.globl _start
_start:
  la s0, out
  la s1, operands
${cases.map(({ text }) => text).join("")}
${epilogue}
.data
.balign 16
out: .space ${cases.length * caseBytes}
scratch: .quad ${Array.from({ length: scratchSize / 8 }, () => random.bits(64)).join(", ")}
out_end:
`;
}

/** Instruction by instruction what differs, at most one case each. */
function differences(cases: readonly Case[], ours: Uint8Array, theirs: Uint8Array): string[] {
  const found = new Map<Instruction, string>();
  for (const [index, { instruction, values }] of cases.entries()) {
    const [a, b] = [ours, theirs].map((bytes) => new DataView(bytes.buffer, index * caseBytes));
    const changed = [...storedX, ...storedF].flatMap((name, n) => {
      const [mine, other] = [a!.getBigUint64(8 * n, true), b!.getBigUint64(8 * n, true)];
      return mine === other ? [] : [`${name} ${mine.toString(16)}, QEMU ${other.toString(16)}`];
    });
    if (changed.length === 0 || found.has(instruction)) continue;
    found.set(
      instruction,
      `${instruction.mnemonic} ${JSON.stringify(values)}: ${changed.join("; ")}`,
    );
  }
  return [...found.values()];
}

/** The extensions that QEMU has too, as our architecture string and as its CPU model. */
function commonCpu(xlen: 32 | 64): { march: string; cpu: string } {
  const program = assembleProgram(`.globl _start\n_start: li a0, 0\n li a7, 93\n ecall\n`, xlen);
  try {
    const cpu = qemuCpu(program, options);
    const known = options.filter((names) => names.some((name) => cpu.includes(`${name}=`)));
    const unknown = options.filter((names) => !known.includes(names)).map(([name]) => name);
    if (unknown.length > 0) console.log(`      not compared, unknown to this QEMU: ${unknown}`);
    return { march: [`rv${xlen}${base}`, ...known.map(([name]) => name)].join("_"), cpu };
  } finally {
    program.dispose();
  }
}

/** Whether the installed QEMU is known to be wrong about it; says so. */
function qemuIsWrong({ mnemonic }: Instruction, version: number): boolean {
  const error = qemuErrors.find((each) => each.mnemonic === mnemonic && version < each.before);
  if (error !== undefined) console.log(`      not compared: ${mnemonic}, ${error.reason}`);
  return error !== undefined;
}

/** The major version of an emulator. */
function qemuVersion(path: string): number {
  return Number(/version (\d+)/.exec(runTool(path, ["--version"]))?.[1] ?? 0);
}

function compare(
  march: string,
  cpu: string,
  compared: readonly Instruction[],
  seed: number,
): number {
  const random = new RandomNumbers(seed);
  const architecture = architectureOf(march);
  const writer = new CaseWriter(random, architecture);
  const cases = compared
    .flatMap((instruction) => Array.from({ length: casesEach }, () => writer.write(instruction)))
    .filter((each) => each !== undefined);
  const program = assembleProgram(programText(cases, random), architecture.xlen);
  try {
    const theirs = new Uint8Array(runOnQemu(program, cpu));
    assert.equal(theirs.length, cases.length * caseBytes + scratchSize);
    for (const name of engineNames) {
      const ours = new Uint8Array(runProgram(program, march, name));
      const found = differences(cases, ours, theirs);
      const where = `${name}, seed ${seed}`;
      assert.equal(found.length, 0, `${where}, ${found.length}:\n${found.slice(0, 20).join("\n")}`);
      assert.ok(Buffer.from(ours).equals(Buffer.from(theirs)), `${where}: stored memory differs`);
    }
    return cases.length;
  } finally {
    program.dispose();
  }
}

describe("single instructions against QEMU", () => {
  for (const xlen of [64, 32] as const) {
    it(`change the same registers and memory on RV${xlen}`, function () {
      this.timeout(0);
      const [, qemu] = requireTools(this, "riscv64-unknown-elf-as", `qemu-riscv${xlen}`);
      const version = qemuVersion(qemu!);
      const { march, cpu } = commonCpu(xlen);
      const compared = instructions.filter(
        (instruction) =>
          available(instruction, architectureOf(march)) &&
          (instruction.execute ?? instruction.expansion) !== undefined &&
          !qemuIsWrong(instruction, version),
      );
      let cases = compare(march, cpu, compared, 1);
      assert.ok(cases >= 4000, `only ${cases} cases`);
      const rounds = Number(process.env["HARTBEAT_FUZZ"] ?? 0);
      for (let round = 0; round < rounds; round++) {
        cases += compare(march, cpu, compared, Date.now() % 2 ** 31);
      }
      if (rounds > 0) console.log(`      ${cases} cases`);
    });
  }
});
