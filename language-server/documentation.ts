/**
 * What a hover or a completion says about a word of the language, as markdown: instructions,
 * pseudo-instructions, directives, registers and CSRs. Everything comes from the definitions.
 */
import type { Directive } from "../assembler/directives.ts";
import { type Architecture, extensions } from "../isa/architecture.ts";
import type { Csr } from "../isa/csrs.ts";
import { operandNames } from "../isa/encoding.ts";
import type { Instruction } from "../isa/instruction.ts";
import { available } from "../isa/instructions.ts";
import { pseudocodeOf } from "../isa/pseudocode.ts";
import type { Register } from "../isa/registers.ts";
import { pictureOf } from "./encoding-picture.ts";
import { describeOperand, type Form } from "./forms.ts";

/** The chapters of the unprivileged and privileged manuals that define the extensions. */
const chapters: Readonly<Record<string, string>> = {
  i: "RV32I Base Integer Instruction Set; RV64I Base Integer Instruction Set",
  m: '"M" Extension for Integer Multiplication and Division',
  zmmul: '"M" Extension for Integer Multiplication and Division',
  a: '"A" Extension for Atomic Instructions',
  zaamo: '"A" Extension for Atomic Instructions',
  zalrsc: '"A" Extension for Atomic Instructions',
  f: '"F" Extension for Single-Precision Floating-Point',
  d: '"D" Extension for Double-Precision Floating-Point',
  c: '"C" Extension for Compressed Instructions',
  zca: '"C" Extension for Compressed Instructions',
  zcf: '"C" Extension for Compressed Instructions',
  zcb: '"Zc*" Extension for Code Size Reduction',
  zcd: '"C" Extension for Compressed Instructions',
  zicsr: '"Zicsr" Extension for Control and Status Register Instructions',
  zifencei: '"Zifencei" Extension for Instruction-Fetch Fence',
  zicntr: '"Zicntr" and "Zihpm" Extensions for Counters',
  zihpm: '"Zicntr" and "Zihpm" Extensions for Counters',
  zihintpause: '"Zihintpause" Extension for Pause Hint',
  zihintntl: '"Zihintntl" Extension for Non-Temporal Locality Hints',
  zimop: '"Zimop" Extension for May-Be-Operations',
  zcmop: '"Zcmop" Extension for Compressed May-Be-Operations',
  zfa: '"Zfa" Extension for Additional Floating-Point Instructions',
  zacas: '"Zacas" Extension for Atomic Compare-and-Swap Instructions',
  zabha: '"Zabha" Extension for Byte and Halfword Atomic Memory Operations',
  zicond: '"Zicond" Extension for Integer Conditional Operations',
  zfh: '"Zfh" and "Zfhmin" Extensions for Half-Precision Floating-Point',
  zfhmin: '"Zfh" and "Zfhmin" Extensions for Half-Precision Floating-Point',
  zba: '"B" Extension for Bit Manipulation, Zba',
  zbb: '"B" Extension for Bit Manipulation, Zbb',
  zbc: '"B" Extension for Bit Manipulation, Zbc',
  zbs: '"B" Extension for Bit Manipulation, Zbs',
  zbkb: "Cryptography Extensions: Scalar & Entropy Source Instructions",
  zbkx: "Cryptography Extensions: Scalar & Entropy Source Instructions",
  zknd: "Cryptography Extensions: Scalar & Entropy Source Instructions",
  zkne: "Cryptography Extensions: Scalar & Entropy Source Instructions",
  zknh: "Cryptography Extensions: Scalar & Entropy Source Instructions",
  zksed: "Cryptography Extensions: Scalar & Entropy Source Instructions",
  zksh: "Cryptography Extensions: Scalar & Entropy Source Instructions",
  zicbom: '"CMO" Extensions for Base Cache Management Operation ISA',
  zicbop: '"CMO" Extensions for Base Cache Management Operation ISA',
  zicboz: '"CMO" Extensions for Base Cache Management Operation ISA',
  zawrs: '"Zawrs" Extension for Wait-on-Reservation-Set Instructions',
  zfinx: '"Zfinx", "Zdinx", "Zhinx", "Zhinxmin": Floating-Point in Integer Registers',
  zdinx: '"Zfinx", "Zdinx", "Zhinx", "Zhinxmin": Floating-Point in Integer Registers',
  zhinx: '"Zfinx", "Zdinx", "Zhinx", "Zhinxmin": Floating-Point in Integer Registers',
  zhinxmin: '"Zfinx", "Zdinx", "Zhinx", "Zhinxmin": Floating-Point in Integer Registers',
  svinval: '"Svinval" Extension for Fine-Grained Address-Translation (privileged manual)',
  zve64x: '"V" Standard Extension for Vector Operations',
  q: '"Q" Extension for Quad-Precision Floating-Point',
  zqinx: '"Q" Extension for Quad-Precision Floating-Point',
  v: '"V" Standard Extension for Vector Operations',
  zve32x: '"V" Standard Extension for Vector Operations',
  zve32f: '"V" Standard Extension for Vector Operations',
  s: "Supervisor-Level ISA (privileged manual)",
  sm: "Machine-Level ISA (privileged manual)",
  h: "Hypervisor Extension (privileged manual)",
};

/** Where an extension is defined; those of T-Head have a manual of their own. */
const chapterOf = (name: string): string | undefined =>
  name.startsWith("xthead") ? "T-Head ISA Extension Specification" : chapters[name];

/** A fenced block of monospaced text. */
export const fenced = (text: string, language = "text") => `\`\`\`${language}\n${text}\n\`\`\``;

/** The name of an extension as the manual writes it: "M", "Zba", "C and D". */
export function extensionTitle(extension: string): string {
  const all = (names: string) =>
    names
      .split("_")
      .map((name) => (name[0] ?? "").toUpperCase() + name.slice(1))
      .join(" and ");
  return extension.split("|").map(all).join(" or ");
}

/** "RV64, extension M (multiplication and division); chapter …". */
export function originOf(extension: string, xlen: 32 | 64 | undefined): string {
  const only = xlen === undefined ? "" : `RV${xlen} only, `;
  const names = extension.split(/[_|]/);
  const summary = names.map((name) => extensions[name]?.summary).find((text) => text !== undefined);
  const chapter = names.map(chapterOf).find((text) => text !== undefined);
  return (
    `*${only}extension ${extensionTitle(extension)}${summary === undefined ? "" : ` (${summary})`}` +
    `${chapter === undefined ? "" : `; manual: ${chapter}`}*`
  );
}

/** Head line and sentence of a form. */
export function formHead({ mnemonic, syntax, summary }: Form): string {
  return `${fenced(`${mnemonic} ${syntax}`.trim(), "riscv")}\n${summary}`;
}

/** A list of the operands of a form, what each is and may be. */
export function operandList(form: Form): string {
  const names = [...new Set(operandNames(form.syntax))];
  return names.map((name) => `- \`${name}\`: ${describeOperand(form, name)}`).join("\n");
}

/** What an instruction does, as statements; for its own XLEN where it has only one. */
export function meaning(instruction: Instruction, { xlen }: Architecture): string {
  return fenced(pseudocodeOf(instruction, instruction.xlen ?? xlen));
}

/** The whole page of a form; `word` is this very encoding where there is one. */
export function formPage(form: Form, architecture: Architecture): string {
  const { instruction, pseudo } = form;
  const parts = [formHead(form), operandList(form)];
  if (pseudo !== undefined) {
    parts.push(
      `Pseudo-instruction for\n${fenced(pseudo.expansion.split("; ").join("\n"), "riscv")}`,
    );
  }
  if (instruction !== undefined) {
    parts.push(meaning(instruction, architecture), fenced(pictureOf(instruction)));
    parts.push(originOf(instruction.extension, instruction.xlen));
    if (!available(instruction, architecture)) parts.push(missingNote);
  }
  return parts.filter((part) => part !== "").join("\n\n");
}

/** Says that the program's architecture lacks it. */
export const missingNote = "The architecture of this file does not have it.";

/** The page of a directive. */
export function directivePage({ name, operands, summary }: Directive): string {
  return `${fenced(`${name} ${operands}`.trim(), "riscv")}\n${summary}`;
}

const savers = {
  caller: ", saved by the caller",
  callee: ", saved by the callee",
  none: "",
} as const;

/** The page of a register. */
export function registerPage({ name, abi, summary, saver }: Register): string {
  const also = name === "x8" ? ", `fp`" : "";
  return `**\`${abi}\`** (\`${name}\`${also})${savers[saver]}\n\n${summary}`;
}

/** The page of a CSR, with its fields as they are for the architecture. */
export function csrPage(csr: Csr, { xlen }: Architecture): string {
  const access = csr.access === "ro" ? "read-only" : "read and write";
  const address = `0x${csr.address.toString(16).padStart(3, "0")}`;
  const fields = (csr.fields ?? []).filter((field) => (field.xlen ?? xlen) === xlen);
  const rows = fields.map(
    ({ name, high, low, summary }) =>
      `| ${high === low ? high : `${high}:${low}`} | \`${name}\` | ${summary} |`,
  );
  const table =
    rows.length === 0 ? "" : ["| bits | field | |", "|---|---|---|", ...rows].join("\n");
  return [
    `**\`${csr.name}\`** CSR ${address}`,
    csr.summary,
    `${access}, from ${csr.privilege} mode on`,
    table,
    originOf(csr.extension, csr.xlen),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}
