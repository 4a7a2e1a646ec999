/**
 * Random lines with instructions, made from the syntax and the ranges of the tables in `isa/`:
 * operands are mostly sound, with a liking for the ends of their ranges and what lies behind them.
 */
import { type Architecture, hasExtension } from "../../isa/architecture.ts";
import { csrs } from "../../isa/csrs.ts";
import { operandField } from "../../isa/encoding.ts";
import type { Instruction } from "../../isa/instruction.ts";
import { available, instructions } from "../../isa/instructions.ts";
import { type PseudoInstruction, pseudoInstructions } from "../../isa/pseudo.ts";
import { fRegisters, xRegisters } from "../../isa/registers.ts";
import { isLaterCsr } from "../isa/samples.ts";

export type Random = (limit: number) => number;

export const pick = <Item>(random: Random, items: readonly Item[]): Item =>
  items[random(items.length)] as Item;

/** Mnemonics that GNU as 2.40 lacks. */
const newer =
  /^(czero\.|ntl\.|lga\b|c\.(lbu|lhu?|sb|sh|zext|sext|not|mul)|f(li|minm|maxm|round|roundnx|leq|ltq|mvh|mvp|cvtmod)\b)/;

type Form = Pick<Instruction, "mnemonic" | "syntax"> & { readonly instruction?: Instruction };

/** What an architecture has, as forms to write. */
export function formsFor(architecture: Architecture): readonly Form[] {
  const own = instructions
    .filter((one) => available(one, architecture))
    .map((instruction) => ({
      mnemonic: instruction.mnemonic,
      syntax: instruction.syntax,
      instruction,
    }));
  const isPossible = ({ xlen, extension, expansion }: PseudoInstruction) =>
    (xlen ?? architecture.xlen) === architecture.xlen &&
    (extension === undefined || hasExtension(architecture, extension)) &&
    expansion
      .split("; ")
      .every((text) => own.some(({ mnemonic }) => mnemonic === text.split(" ")[0]));
  return [...own, ...pseudoInstructions.filter(isPossible)].filter(
    ({ mnemonic }) => !newer.test(mnemonic),
  );
}

/** The most used registers come most often. */
const xNames = [
  ...xRegisters.map(({ name }) => name),
  "a0",
  "a1",
  "a2",
  "sp",
  "zero",
  "x0",
  "x31",
  "fp",
  "s1",
  "a5",
];
const fNames = [...fRegisters.map(({ name }) => name), "fa0", "fa1", "fs0", "f31"];
const near = [0, 1, -1, 2, 4, 8, 16, 31, 32, 63, 64, -16, -32, -33, 124, 128, 252, 256, 496, 504, 508, 512, 1020, 1024, 2047, 2048, -2048, -2049, 4095, 4096]; // biome-ignore format: a list
const isTarget = ({ mnemonic }: Form) => /^(c\.)?(b(eq|ne|lt|ge|gt|le)\w*|j|jal)$/.test(mnemonic);

/** A constant for `li`, of any size that the width has. */
export function constant(random: Random, xlen: number): string {
  switch (random(5)) {
    case 0:
      return String(pick(random, near));
    case 1:
      return `0x${random(0x7fffffff).toString(16)}`;
    case 2:
      return `-0x${random(0x7fffffff).toString(16)}`;
    case 3: {
      const bits = random(xlen);
      const value = (1n << BigInt(bits)) + BigInt(random(3) - 1);
      return random(2) === 0 ? String(value) : `${-(value < 1n << BigInt(xlen - 1) ? value : 1n)}`;
    }
    default:
      if (xlen === 32) return String(random(0x7fffffff));
      return `0x${random(0x7fffffff).toString(16)}${random(0x7fffffff).toString(16).padStart(8, "0")}`;
  }
}

function immediate(
  random: Random,
  { mnemonic, instruction }: Form,
  name: string,
  xlen: number,
): string {
  const field = instruction === undefined ? undefined : operandField(instruction, name);
  if (field === undefined) {
    if (name === "uimm") return String(random(32));
    return mnemonic === "li" ? constant(random, xlen) : String(pick(random, near.slice(0, -9)));
  }
  const { min, max, multiple, kind } = field;
  if (kind === "upper")
    return String(pick(random, [0, 1, 31, 32, random(0xfffff), 0xfffff, 0x7ffff, 0xfffe1]));
  const step = Math.max(1, multiple);
  switch (random(8)) {
    case 0:
      return String(min);
    case 1:
      return String(max);
    case 2:
      return String(pick(random, near));
    default:
      return String(min + step * random(Math.floor((max - min) / step) + 1));
  }
}

const roundings = ["rne", "rtz", "rdn", "rup", "rmm", "dyn"];
const popular = ["s0", "s1", "a0", "a1", "a2", "a3", "a4", "a5"];
const popularFloats = ["fs0", "fs1", "fa0", "fa3", "fa5"];
const csrNames = csrs.filter((csr) => !isLaterCsr(csr)).map(({ name }) => name);

/** A random operand of a form. */
function operand(
  random: Random,
  form: Form,
  name: string,
  xlen: number,
  symbol: () => string,
): string {
  switch (name) {
    case "vd":
    case "vs1":
    case "vs2":
    case "vs3":
    case "vt":
      return `v${1 + random(31)}`;
    case "vm":
      return "v0.t";
    case "vtype":
      return `e${8 << random(4)}, ${pick(random, ["m1", "m2", "mf2", "m8"])}, ${pick(random, ["ta", "tu"])}, ${pick(random, ["ma", "mu"])}`;
    case "csr":
      return random(4) === 0
        ? String(random(4096))
        : pick(random, ["mstatus", "cycle", "fcsr", ...csrNames]);
    case "rm":
      return pick(random, roundings);
    case "pred":
    case "succ":
      return pick(random, ["r", "w", "rw", "iorw", "i", "o", "ir", "orw"]);
    case "symbol":
      return symbol();
    case "imm":
      return isTarget(form) ? symbol() : immediate(random, form, name, xlen);
    case "sp":
    case "zero":
    case "v0":
      return name;
  }
  if (/^(fd|fs\d)'$/.test(name)) return pick(random, popularFloats);
  if (/^(rd|rs\d)'$/.test(name)) return pick(random, popular);
  if (/^f(d|s\d)$/.test(name)) return pick(random, fNames);
  if (/^r(d|s\d|t)$/.test(name)) return pick(random, xNames);
  return immediate(random, form, name, xlen);
}

/** A line with an instruction of one of the forms; `symbol` names where it may branch. */
export function instructionLine(
  random: Random,
  forms: readonly Form[],
  xlen: number,
  symbol: () => string,
): string {
  const form = pick(random, forms);
  const { mnemonic, syntax } = form;
  const shape =
    /, (rm|vm)$/.test(syntax) && random(2) === 0 ? syntax.replace(/, [^,]*$/, "") : syntax;
  const text = shape.replace(/[a-z]+\d?'?/g, (name) => operand(random, form, name, xlen, symbol));
  return `${mnemonic} ${text}`.trimEnd();
}
