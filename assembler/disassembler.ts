/**
 * From bytes to text, as GNU objdump writes it, with pseudo-instructions or without. What is no
 * instruction of the architecture, or has bits that the syntax cannot show, is shown as data, so
 * that the text always assembles to the same bytes.
 */
import { lowerPart, upperPart } from "../isa/address-parts.ts";
import { aliasOf } from "../isa/aliases.ts";
import type { Architecture } from "../isa/architecture.ts";
import { csrNameIn, type PrivilegedEdition } from "../isa/csr-editions.ts";
import { createFinder, type Finder, lengthOf } from "../isa/decoder.ts";
import {
  dynamicRounding,
  encodingOf,
  extract,
  type Field,
  fenceText,
  kindOfName,
  type OperandKind,
  type OperandValues,
  operandPattern,
  roundingModes,
  vectorTypeText,
} from "../isa/encoding.ts";
import { expansionOf } from "../isa/expansion.ts";
import { floatConstantTexts } from "../isa/float-constants.ts";
import type { Instruction } from "../isa/instruction.ts";
import { fName, vName, xName } from "../isa/registers.ts";

/** How to write. */
export interface DisassemblyOptions {
  /** Whether to print pseudo-instructions and the base instructions of compressed ones. */
  readonly aliases: boolean;
  /** What stands between < and > after an address: "main" or "main+0x4". */
  readonly symbolFor?: (address: bigint) => string | undefined;
  /** The value of __global_pointer$, for the addresses that loads relative to gp make. */
  readonly globalPointer?: bigint;
  /** The edition of the privileged manual that says what CSRs are called; the latest by default. */
  readonly privilegedEdition?: PrivilegedEdition;
}

/** One instruction, or a piece of data that is none. */
export interface DisassembledLine {
  readonly address: bigint;
  /** In bytes. */
  readonly length: number;
  readonly bytes: Uint8Array;
  /** The mnemonic, or ".4byte" and the like for data. */
  readonly mnemonic: string;
  /** The operands, separated by commas without spaces. */
  readonly operands: string;
  /** An address that this instruction completes, without the "# ". */
  readonly comment?: string;
  /** The address that a jump or branch names. */
  readonly target?: bigint;
  /** Mnemonic, tab, operands, and the comment after " # ". */
  readonly text: string;
}

/** Stands in operands for the address that a jump names. */
const targetMark = "\0";

/** Words whose readings are kept; programs have many instructions, of few kinds. */
const readingLimit = 1 << 17;

/** What is printed for a word, and what following addresses through registers needs to know. */
interface Reading {
  readonly mnemonic: string;
  readonly operands: string;
  /** Of a jump: how far it goes. */
  readonly distance: bigint | undefined;
  readonly base: Instruction;
  readonly baseValues: OperandValues;
  readonly lower: ReturnType<typeof lowerPart>;
  /** Whether it may load or complete an address. */
  readonly isWatched: boolean;
  /** The mnemonic of a compressed instruction. */
  readonly short: string | undefined;
  readonly offsetShown: boolean;
}

/** Reads instructions one after another; it remembers the upper parts of addresses. */
export class Disassembler {
  #architecture: Architecture;
  readonly #options: DisassemblyOptions;
  #find: Finder;
  readonly #upper = new Map<number, bigint>();
  /** What is printed for words that have been met; null for what is no instruction. */
  #readings = new Map<number, Reading | null>();
  /** The same for the architectures that were left. */
  readonly #others = new Map<Architecture, [Finder, Map<number, Reading | null>]>();

  constructor(architecture: Architecture, options: DisassemblyOptions) {
    this.#architecture = architecture;
    this.#options = options;
    this.#find = createFinder(architecture, options.aliases);
  }

  /** Takes what follows for instructions of another architecture. */
  change(architecture: Architecture): void {
    if (architecture === this.#architecture) return;
    this.#others.set(this.#architecture, [this.#find, this.#readings]);
    this.#architecture = architecture;
    [this.#find, this.#readings] = this.#others.get(architecture) ?? [
      createFinder(architecture, this.#options.aliases),
      new Map(),
    ];
  }

  /** The line for the bytes at `offset`, which lie at `address`; at least one byte is there. */
  line(bytes: Uint8Array, offset: number, address: bigint): DisassembledLine {
    const available = bytes.length - offset;
    const low = (bytes[offset] ?? 0) | ((bytes[offset + 1] ?? 0) << 8);
    const length = lengthOf(low);
    if (available < length) {
      return data(address, bytes.slice(offset, offset + Math.min(available, 2)));
    }
    const own = bytes.slice(offset, offset + length);
    if (length > 4) return data(address, own);
    const word = length === 2 ? low : new DataView(own.buffer, own.byteOffset).getUint32(0, true);
    const reading = this.#reading(word);
    if (reading === undefined) return data(address, own);
    const { mnemonic, operands, lower } = reading;
    const target =
      reading.distance === undefined
        ? undefined
        : BigInt.asUintN(this.#architecture.xlen, address + reading.distance);
    const text =
      target === undefined ? operands : operands.replace(targetMark, () => this.#address(target));
    const completed = reading.isWatched ? this.#complete(reading, lower, address) : undefined;
    const comment = completed === undefined ? undefined : this.#address(completed);
    return line(address, own, mnemonic, text, comment, target);
  }

  /** What is printed for a word, wherever it stands; undefined for what is no instruction. */
  #reading(word: number): Reading | undefined {
    let reading = this.#readings.get(word);
    if (reading === undefined) {
      const found = this.#find(word);
      reading = (found && this.#read(found.instruction, word)) ?? null;
      if (this.#readings.size >= readingLimit) this.#readings.clear();
      this.#readings.set(word, reading);
    }
    return reading ?? undefined;
  }

  #read(instruction: Instruction, word: number): Reading | undefined {
    const values = extract(instruction, word);
    const { fields } = encodingOf(instruction);
    if (fields.some(({ name, shown }) => !shown && values[name] !== 0)) return undefined;
    if (instruction.distinct === true) {
      const registers = fields.filter(({ kind }) => kind === "x").map(({ name }) => values[name]);
      if (new Set(registers).size < registers.length) return undefined;
    }
    const { xlen } = this.#architecture;
    const expansion =
      instruction.expansion === undefined ? undefined : expansionOf(instruction, xlen);
    const base = expansion?.base ?? instruction;
    const baseValues = expansion?.values(values) ?? values;
    const shown = this.#shown(instruction, values, base, baseValues);
    const offset = fields.find(({ kind }) => kind === "target");
    const operands = shown.syntax
      .replaceAll(", ", ",")
      .replace(/,rm$/, shown.values["rm"] === dynamicRounding ? "" : ",rm")
      .replace(/,vm$/, shown.values["vm"] === 1 ? "" : ",vm")
      .replace(operandPattern, (name) => {
        const value = shown.values[name];
        if (value === undefined) return name;
        const kind = shown.kindOf(name);
        if (kind === "csr") return this.#csrText(Number(value));
        return operandText(kind, Number(value), offset !== undefined);
      });
    const lower = lowerPart(base, baseValues);
    return {
      mnemonic: shown.mnemonic,
      operands,
      distance: offset === undefined ? undefined : BigInt(values[offset.name] ?? 0),
      base,
      baseValues,
      lower,
      // Where no operand is shown, as for ret, objdump looks at none.
      isWatched:
        shown.syntax !== "" &&
        (lower !== undefined || upperPart(base, baseValues, 0n) !== undefined),
      short: base === instruction ? undefined : instruction.mnemonic,
      offsetShown: /imm/.test(shown.syntax),
    };
  }

  #csrText(address: number): string {
    const { privilegedEdition = "1.12" } = this.#options;
    return csrNameIn(address, privilegedEdition) ?? `0x${address.toString(16)}`;
  }

  /** What is printed for an instruction: its alias, its base instruction or itself. */
  #shown(
    instruction: Instruction,
    values: OperandValues,
    base: Instruction,
    baseValues: OperandValues,
  ) {
    const itself = (one: Instruction, own: OperandValues) => ({
      mnemonic: one.mnemonic,
      syntax: one.syntax,
      values: own,
      kindOf: kindsOf(encodingOf(one).fields),
    });
    const hint =
      instruction.hint === true ||
      encodingOf(instruction).fields.some(
        (field) => field.kind === "x" && field.hint === values[field.name],
      );
    const own = hint ? undefined : aliasOf(instruction, values, this.#architecture);
    if ((!this.#options.aliases && own?.pseudo.isPrinted !== true) || hint) {
      return itself(instruction, values);
    }
    const alias =
      own ?? (base === instruction ? undefined : aliasOf(base, baseValues, this.#architecture));
    if (alias === undefined) return itself(base, baseValues);
    const { mnemonic, syntax } = alias.pseudo;
    return { mnemonic, syntax, values: alias.values, kindOf: kindsOf(encodingOf(base).fields) };
  }

  /** An address with the symbol that it belongs to. */
  #address(address: bigint): string {
    const symbol = this.#options.symbolFor?.(address);
    const digits = address.toString(16);
    return symbol === undefined ? `0x${digits}` : `${digits} <${symbol}>`;
  }

  /** The address that an instruction completes, and note of the upper part that it loads. */
  #complete(
    { base, baseValues, short, offsetShown }: Reading,
    lower: Reading["lower"],
    address: bigint,
  ): bigint | undefined {
    const upper = upperPart(base, baseValues, address);
    if (upper !== undefined) this.#upper.set(upper.register, upper.value);
    if (lower === undefined) return undefined;
    // Objdump follows additions whose offset it shows, and of the compressed ones only these two.
    if (lower.use === "add" && !offsetShown) return undefined;
    if (short !== undefined && short !== "c.addi" && short !== "c.addiw") return undefined;
    const start = this.#start(lower.register);
    if (start === undefined) return undefined;
    const sum = start + lower.offset;
    const { xlen } = this.#architecture;
    return BigInt.asUintN(xlen, lower.word ? BigInt.asIntN(32, sum) : sum);
  }

  /** What a register is known to hold; an upper part is used once. */
  #start(register: number): bigint | undefined {
    const upper = this.#upper.get(register);
    this.#upper.delete(register);
    if (upper !== undefined) return register === 0 ? 0n : upper;
    if (register === 3) return this.#options.globalPointer;
    return register === 0 || register === 4 ? 0n : undefined;
  }
}

/** All lines of a piece of memory that starts at `address`. */
export function disassemble(
  bytes: Uint8Array,
  address: bigint,
  architecture: Architecture,
  options: DisassemblyOptions,
): DisassembledLine[] {
  const disassembler = new Disassembler(architecture, options);
  const lines: DisassembledLine[] = [];
  for (let offset = 0; offset < bytes.length; offset += lines.at(-1)?.length ?? 1) {
    lines.push(disassembler.line(bytes, offset, address + BigInt(offset)));
  }
  return lines;
}

/** An operand; `targetMark` for the address that a jump names. */
function operandText(kind: OperandKind, value: number, hasTarget: boolean): string {
  switch (kind) {
    case "x":
      return xName(value);
    case "f":
      return fName(value);
    case "v":
      return vName(value);
    case "mask":
      return value === 0 ? "v0.t" : "";
    case "vtype":
      return vectorTypeText(value);
    case "shamt":
      return `0x${value.toString(16)}`;
    case "upper":
      return `0x${(value >>> 12).toString(16)}`;
    case "target":
      return hasTarget ? targetMark : `${value}`;
    case "constant":
      return floatConstantTexts[value] ?? String(value);
    case "rounding":
      return roundingModes[value] ?? "unknown";
    case "fence":
      return fenceText(value) || "unknown";
    default:
      return `${value}`;
  }
}

/** The kinds of a pseudo-instruction's operands are those of its base instruction's. */
const kindsOf =
  (fields: readonly Field[]) =>
  (name: string): OperandKind =>
    fields.find((field) => field.name === name)?.kind ?? kindOfName(name);

/** A line for what is no instruction. */
function data(address: bigint, bytes: Uint8Array): DisassembledLine {
  const digits = [...bytes].map((byte) => byte.toString(16).padStart(2, "0"));
  const { length } = bytes;
  if (![2, 4, 8].includes(length)) {
    return line(address, bytes, ".byte", digits.map((byte) => `0x${byte}`).join(", "));
  }
  const value = digits
    .reverse()
    .join("")
    .replace(/^0+(?=.)/, "");
  return line(address, bytes, `.${length}byte`, `0x${value}`);
}

function line(
  address: bigint,
  bytes: Uint8Array,
  mnemonic: string,
  operands: string,
  comment?: string,
  target?: bigint,
): DisassembledLine {
  const instruction = operands === "" ? mnemonic : `${mnemonic}\t${operands}`;
  const text = comment === undefined ? instruction : `${instruction} # ${comment}`;
  return {
    address,
    length: bytes.length,
    bytes,
    mnemonic,
    operands,
    ...(comment === undefined ? {} : { comment }),
    ...(target === undefined ? {} : { target }),
    text,
  };
}
