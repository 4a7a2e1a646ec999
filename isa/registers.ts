// biome-ignore-all format: signatures and tables read better by hand
/**
 * The integer and floating-point registers: architectural and ABI names, role and who saves them
 * across a call (RISC-V ABIs Specification, "Register Convention").
 */

/** One register of a file of 32. */
export interface Register {
  /** 0 to 31. */
  readonly index: number;
  /** The architectural name, e.g. "x10" or "f10". */
  readonly name: string;
  /** The name of the calling convention, e.g. "a0" or "fa0". */
  readonly abi: string;
  readonly role: "zero" | "link" | "pointer" | "temporary" | "saved" | "argument";
  /** Who keeps the value across a call; "none" where it never changes in a function. */
  readonly saver: "caller" | "callee" | "none";
  /** One sentence for a person. */
  readonly summary: string;
}

type Role = Register["role"];
type Saver = Register["saver"];
type Row = readonly [abi: string, role: Role, saver: Saver, summary: string];

/** `count` registers of the same kind, named by a prefix and a number that starts at `first`. */
const series = (
  prefix: string, first: number, count: number, role: Role, saver: Saver, summary: string,
): Row[] =>
  Array.from({ length: count }, (_, n): Row => [`${prefix}${first + n}`, role, saver, summary]);

const numbered = (letter: "x" | "f", rows: readonly Row[]): readonly Register[] =>
  rows.map(([abi, role, saver, summary], index) =>
    ({ index, name: `${letter}${index}`, abi, role, saver, summary }));

/** The integer registers, by index. */
export const xRegisters: readonly Register[] = numbered("x", [
  ["zero", "zero", "none", "Always 0; what is written to it is dropped."],
  ["ra", "link", "caller", "Return address."],
  ["sp", "pointer", "callee", "Stack pointer, aligned to 16 bytes at a call."],
  ["gp", "pointer", "none", "Global pointer; programs leave it alone."],
  ["tp", "pointer", "none", "Thread pointer; programs leave it alone."],
  ...series("t", 0, 3, "temporary", "caller", "Temporary; a call may change it."),
  ["s0", "saved", "callee", "Saved register, or frame pointer (fp)."],
  ["s1", "saved", "callee", "Saved register; a function restores it."],
  ...series("a", 0, 2, "argument", "caller", "Function argument and return value."),
  ...series("a", 2, 6, "argument", "caller", "Function argument; a7 also names the system call."),
  ...series("s", 2, 10, "saved", "callee", "Saved register; a function restores it."),
  ...series("t", 3, 4, "temporary", "caller", "Temporary; a call may change it."),
]);

/** The floating-point registers, by index. */
export const fRegisters: readonly Register[] = numbered("f", [
  ...series("ft", 0, 8, "temporary", "caller", "Floating-point temporary; a call may change it."),
  ...series("fs", 0, 2, "saved", "callee", "Floating-point saved register."),
  ...series("fa", 0, 2, "argument", "caller", "Floating-point argument and return value."),
  ...series("fa", 2, 6, "argument", "caller", "Floating-point argument."),
  ...series("fs", 2, 10, "saved", "callee", "Floating-point saved register."),
  ...series("ft", 8, 4, "temporary", "caller", "Floating-point temporary; a call may change it."),
]);

const indexByName = (registers: readonly Register[]): Map<string, number> =>
  new Map(registers.flatMap(({ name, abi, index }) => [[name, index], [abi, index]]));

const xIndex = indexByName(xRegisters).set("fp", 8);
const fIndex = indexByName(fRegisters);

/** The index of a vector register, "v0" to "v31", or undefined. */
export function vRegisterIndex(name: string): number | undefined {
  return /^v(\d|[12]\d|3[01])$/.test(name) ? Number(name.slice(1)) : undefined;
}

/** The name of vector register `index`, 0 to 31. */
export const vName = (index: number): string => `v${index}`;

/** The index of an integer register by either name (also "fp"), or undefined. */
export function xRegisterIndex(name: string): number | undefined {
  return xIndex.get(name);
}

/** The index of a floating-point register by either name, or undefined. */
export function fRegisterIndex(name: string): number | undefined {
  return fIndex.get(name);
}

/** The ABI name of integer register `index`, 0 to 31. */
export function xName(index: number): string {
  return (xRegisters[index] as Register).abi;
}

/** The ABI name of floating-point register `index`, 0 to 31. */
export function fName(index: number): string {
  return (fRegisters[index] as Register).abi;
}