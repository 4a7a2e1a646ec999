/**
 * Which CSRs belong to which edition of the privileged manual, by name, and what a CSR needs of an
 * architecture. The names come and go with the manual's section "CSR Listing"; the editions are
 * those that assemblers can be asked for. Names that are in no table here belong to all editions.
 */
import { type Architecture, hasExtension } from "./architecture.ts";
import { type Csr, csrByAddress, csrByName, namesAt } from "./csrs.ts";
import { encodingOf, type OperandValues } from "./encoding.ts";
import type { Instruction } from "./instruction.ts";

/** Editions of the privileged manual, in their order. */
export const privilegedEditions = ["1.9.1", "1.10", "1.11", "1.12"] as const;
export type PrivilegedEdition = (typeof privilegedEditions)[number];

/** The edition that assemblers note in objects where none was asked for. */
export const defaultPrivilegedEdition: PrivilegedEdition = "1.11";

/** The edition of a version number, as attributes of objects have it. */
export function privilegedEditionOf(numbers: readonly number[]): PrivilegedEdition | undefined {
  const text = numbers.join(".").replace(/(?<=\..*)\.0$/, "");
  return privilegedEditions.find((edition) => edition === text);
}

/** The first edition that has a CSR. */
const since: readonly (readonly [PrivilegedEdition, RegExp])[] = [
  ["1.10", /^(satp|[usm]tval|[sm]counteren|pmpcfg[0-3]|pmpaddr(\d|1[0-5]))$/],
  ["1.11", /^mcountinhibit$/],
  ["1.12", /^(mconfigptr|[ms]envcfgh?|mseccfgh?|mstatush|mtinst|mtval2|pmpcfg\d+|pmpaddr\d+)$/],
];

/** The first edition that no longer has one. */
const until: readonly (readonly [PrivilegedEdition, RegExp])[] = [
  ["1.10", /^([usm]badaddr|sptbr|m[ush]counteren|m[id]?(base|bound))$/],
  ["1.12", /^(u(status|ie|tvec|scratch|epc|cause|tval|ip)|s[ei]deleg)$/],
];

const position = (edition: PrivilegedEdition) => privilegedEditions.indexOf(edition);

/** Whether an edition has a CSR of that name. */
export function isInEdition(name: string, edition: PrivilegedEdition): boolean {
  const first = since.find(([, names]) => names.test(name))?.[0];
  const last = until.find(([, names]) => names.test(name))?.[0];
  const at = position(edition);
  return (
    (first === undefined || at >= position(first)) && (last === undefined || at < position(last))
  );
}

/** What an edition calls the CSR at an address; undefined where it has none there. */
export function csrNameIn(address: number, edition: PrivilegedEdition): string | undefined {
  const name = csrByAddress(address)?.name;
  const others = namesAt(address);
  // What an edition had before the address was given to another one comes first.
  const gone = others.filter((one) => until.some(([, names]) => names.test(one)));
  const names = [...gone, ...(name === undefined ? [] : [name]), ...others];
  return names.find((one) => isInEdition(one, edition));
}

/** Where CSRs are listed by the part of the manual that has them, or with what they are for. */
const needs: Readonly<Record<string, string>> = {
  v: "zve32x",
  sm: "",
  s: "",
  sdtrig: "",
  sdext: "",
  zicntr: "",
  zihpm: "",
};

/** The CSRs that two extensions have. */
const shared: readonly (readonly [RegExp, string])[] = [
  [/^v?s(iselect|ireg)$/, "ssaia|sscsrind"],
  [/^m(iselect|ireg)$/, "smaia|smcsrind"],
];

/** Those that only RV32 has: upper halves, and every other one of these. */
const isNarrow = ({ name, xlen }: Csr) => xlen === 32 || /^pmpcfg\d*[13579]$/.test(name);

/** What a CSR needs that an architecture does not have, as in "h and sstc"; empty for nothing. */
export function missingForCsr(name: string, architecture: Architecture): string {
  const csr = csrByName(name);
  if (csr === undefined) return "";
  const isGuests = csr.privilege === "hypervisor" && !/^(hcontext|vsctrctl)$/.test(name);
  const both = shared.find(([names]) => names.test(name))?.[1];
  const own = both ?? needs[csr.extension] ?? csr.extension;
  const wanted = [
    ...(isNarrow(csr) && architecture.xlen !== 32 ? ["RV32"] : []),
    ...(isGuests && !hasExtension(architecture, "h") ? ["h"] : []),
    ...(own === "" || own === "h" || hasExtension(architecture, own) ? [] : [own]),
  ];
  return wanted.join(" and ").replaceAll("|", " or ");
}

/** Whether an instruction writes a CSR that can only be read. */
export function writesReadOnlyCsr(instruction: Instruction, values: OperandValues): boolean {
  if (instruction.extension !== "zicsr") return false;
  const address = Number(values["csr"] ?? 0);
  const isSwap = (encodingOf(instruction).match & 0x3000) === 0x1000;
  return address >> 10 === 3 && (isSwap || Number(values["rs1"] ?? values["uimm"] ?? 0) !== 0);
}
