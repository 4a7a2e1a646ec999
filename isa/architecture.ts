/**
 * What a hart has: its base and its extensions, as the -march strings of GNU as and GCC name
 * them (RISC-V unprivileged manual, "ISA Extension Naming Conventions").
 */

/** A base and its extensions. */
export interface Architecture {
  readonly xlen: 32 | 64;
  readonly base: "i" | "e";
  /**
   * Lower case, those that others imply included: "i", "m", "zicsr", … "i" is there for base "e"
   * too, whose instructions are the same; "sm" and "s", the privileged levels, always are.
   */
  readonly extensions: ReadonlySet<string>;
}

/** An extension that is known: what its name brings along. */
export interface Extension {
  /** As GNU writes it into the attributes, e.g. "2p1". */
  readonly version: string;
  /** Extensions that it needs, and that GNU names beside it. */
  readonly implies?: readonly string[];
  /** Extensions that are parts of it, and that GNU does not name where the whole is named. */
  readonly contains?: readonly string[];
  /** What it adds, as a noun phrase. */
  readonly summary: string;
}

/** The extensions that are known, in the canonical order of naming. */
export const extensions: Readonly<Record<string, Extension>> = {
  e: { version: "1p9", summary: "base integer instructions with sixteen registers" },
  i: { version: "2p1", summary: "base integer instructions" },
  m: { version: "2p0", implies: ["zmmul"], summary: "multiplication and division" },
  a: { version: "2p1", summary: "atomic instructions" },
  f: { version: "2p2", implies: ["zicsr"], summary: "single-precision floating point" },
  d: { version: "2p2", implies: ["f"], summary: "double-precision floating point" },
  c: { version: "2p0", contains: ["zca"], summary: "compressed instructions" },
  zicntr: { version: "2p0", implies: ["zicsr"], summary: "base counters and timers" },
  zicond: { version: "1p0", summary: "conditional zeroing" },
  zicsr: { version: "2p0", summary: "control and status registers" },
  zifencei: { version: "2p0", summary: "instruction-fetch fence" },
  zihintpause: { version: "2p0", summary: "pause hint" },
  zihpm: { version: "2p0", implies: ["zicsr"], summary: "hardware performance counters" },
  zmmul: { version: "1p0", summary: "multiplication without division" },
  zfh: { version: "1p0", implies: ["zfhmin"], summary: "half-precision floating point" },
  zfhmin: { version: "1p0", implies: ["f"], summary: "half-precision loads, stores, conversions" },
  zca: { version: "1p0", summary: "compressed instructions without floating point" },
  zcd: { version: "1p0", implies: ["zca", "d"], summary: "compressed double-precision accesses" },
  zcf: { version: "1p0", implies: ["zca", "f"], summary: "compressed single-precision accesses" },
  zba: { version: "1p0", summary: "address generation" },
  zbb: { version: "1p0", summary: "basic bit manipulation" },
  zbc: { version: "1p0", summary: "carry-less multiplication" },
  zbs: { version: "1p0", summary: "single-bit instructions" },
};

/** Names that stand for several extensions. */
const groups: Readonly<Record<string, readonly string[]>> = {
  g: ["i", "m", "a", "f", "d", "zicsr", "zifencei"],
  b: ["zba", "zbb", "zbs"],
};

/** The march string of the default architecture. */
export const defaultMarch = "rv64gc";

/** An architecture, or one sentence that says what is wrong with its name. */
export type ParsedArchitecture =
  | { readonly ok: true; readonly architecture: Architecture }
  | { readonly ok: false; readonly error: string };

/**
 * Reads a march string such as "rv64gc", "rv32imac_zba", "rv64i2p1_m2p0". Versions are read and
 * ignored; single letters may come in any order.
 */
export function parseArchitecture(march: string): ParsedArchitecture {
  const start = /^rv(32|64)([ieg])/.exec(march);
  if (start === null) {
    return fail(march, `it must start with rv32 or rv64 and a base (i, e or g), as in rv64gc`);
  }
  const xlen = Number(start[1]) as 32 | 64;
  const names = new Set<string>();
  let rest = march.slice(4);
  while (rest !== "") {
    const [whole, long, letter] =
      /^_?(?:([zsx][a-z0-9]*?)(?:\d+(?:p\d+)?)?(?=_|$)|([a-y])(?:\d+(?:p\d+)?)?)/.exec(rest) ?? [];
    const name = long ?? letter;
    if (whole === undefined || name === undefined) {
      return fail(march, `"${rest}" is not the name of an extension`);
    }
    const members = groups[name] ?? [name];
    if (members.some((member) => extensions[member] === undefined)) {
      return fail(march, `the extension "${name}" is not known here`);
    }
    if (name === "zcf" && xlen === 64)
      return fail(march, `the extension "zcf" exists for rv32 only`);
    for (const member of members) add(names, member);
    rest = rest.slice(whole.length);
  }
  return { ok: true, architecture: complete(xlen, start[2] === "e" ? "e" : "i", names) };
}

const fail = (march: string, why: string): ParsedArchitecture => ({
  ok: false,
  error: `The architecture "${march}" cannot be used: ${why}.`,
});

function add(names: Set<string>, name: string): void {
  if (names.has(name)) return;
  names.add(name);
  const { implies = [], contains = [] } = extensions[name] as Extension;
  for (const other of [...implies, ...contains]) add(names, other);
}

/** Adds what depends on several names at once. */
function complete(xlen: 32 | 64, base: "i" | "e", names: Set<string>): Architecture {
  for (const name of ["i", "sm", "s"]) names.add(name);
  if (names.has("c") && names.has("d")) names.add("zcd");
  if (names.has("c") && names.has("f") && xlen === 32) names.add("zcf");
  return { xlen, base, extensions: names };
}

/** The canonical name, as GNU as writes it into the attributes: "rv64i2p1_m2p0_…". */
export function architectureString(architecture: Architecture): string {
  const { xlen, base, extensions: present } = architecture;
  const hidden = new Set<string>([base === "e" ? "i" : "e"]);
  if (present.has("c")) for (const part of ["zca", "zcf", "zcd"]) hidden.add(part);
  const names = Object.entries(extensions)
    .filter(([name]) => present.has(name) && !hidden.has(name))
    .map(([name, { version }]) => `${name}${version}`);
  return `rv${xlen}${names.join("_")}`;
}

/** The ABIs of the RISC-V ELF psABI ("Integer Calling Convention" and what follows), by name. */
// biome-ignore format: one line a width
export const abiNames = [
  "ilp32", "ilp32e", "ilp32f", "ilp32d",
  "lp64", "lp64e", "lp64f", "lp64d",
] as const;

/** The ABI that GCC and GNU as assume: "lp64d", "ilp32", "ilp32e", … */
export function defaultAbi({ xlen, base, extensions: present }: Architecture): string {
  const integers = xlen === 64 ? "lp64" : "ilp32";
  if (base === "e") return `${integers}e`;
  return integers + (present.has("d") ? "d" : present.has("f") ? "f" : "");
}

/** Whether the architecture has an extension, or all of several joined by "_". */
export function hasExtension({ extensions: present }: Architecture, name: string): boolean {
  return name.split("_").every((part) => present.has(part));
}
