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
  /** The versions that were asked for, where they were: "2p0". */
  readonly versions?: Readonly<Record<string, string>>;
  /** The edition of the manual whose versions the others have; the latest by default. */
  readonly edition?: IsaEdition;
}

/** Editions of the unprivileged manual that give extensions their versions, the latest last. */
export const isaEditions = ["2.2", "20190608", "20191213"] as const;
export type IsaEdition = (typeof isaEditions)[number];

/** Versions in earlier editions, where they are others than the latest. */
const earlierVersions: Readonly<Record<IsaEdition, Readonly<Record<string, string>>>> = {
  "2.2": { i: "2p0", a: "2p0", f: "2p0", d: "2p0", q: "2p0", zicsr: "", zifencei: "" },
  "20190608": { a: "2p0" },
  "20191213": {},
};

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

/** Extensions that GNU names beside one, and that are all there is to say of it. */
const known = (summary: string, ...implies: string[]): Extension => ({
  version: "1p0",
  summary,
  ...(implies.length > 0 ? { implies } : {}),
});

/** The lengths that a vector register may be promised to have at least, in bits. */
const vectorLengths = [32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536];

const vectorLengthExtensions = Object.fromEntries(
  vectorLengths.map((length, position) => [
    `zvl${length}b`,
    known(
      `vector registers of at least ${length} bits`,
      ...vectorLengths.slice(position - 1, position).map((shorter) => `zvl${shorter}b`),
    ),
  ]),
);

/** The extensions that are known; {@link canonical} tells the order of naming. */
export const extensions: Readonly<Record<string, Extension>> = {
  e: { version: "1p9", summary: "base integer instructions with sixteen registers" },
  i: { version: "2p1", summary: "base integer instructions" },
  m: { version: "2p0", implies: ["zmmul"], summary: "multiplication and division" },
  a: { version: "2p1", contains: ["zaamo", "zalrsc"], summary: "atomic instructions" },
  f: { version: "2p2", implies: ["zicsr"], summary: "single-precision floating point" },
  d: { version: "2p2", implies: ["f"], summary: "double-precision floating point" },
  q: { version: "2p2", implies: ["d"], summary: "quadruple-precision floating point" },
  c: { version: "2p0", contains: ["zca"], summary: "compressed instructions" },
  b: known("bit manipulation", "zba", "zbb", "zbs"),
  v: known("vector operations", "d", "zve64d", "zvl128b"),
  h: known("hypervisor", "zicsr"),
  zic64b: known("cache blocks of 64 bytes"),
  zicbom: known("cache-block management"),
  zicbop: known("cache-block prefetch"),
  zicboz: known("cache-block zeroing"),
  ziccamoa: known("atomic instructions on main memory"),
  ziccif: known("atomic instruction fetch from main memory"),
  zicclsm: known("misaligned accesses to main memory"),
  ziccrse: known("reservations that succeed eventually"),
  zicfilp: known("landing pads", "zicsr"),
  zicfiss: known("shadow stacks", "zicsr", "zimop"),
  zicntr: { version: "2p0", implies: ["zicsr"], summary: "base counters and timers" },
  zicond: known("conditional zeroing"),
  zicsr: { version: "2p0", summary: "control and status registers" },
  zifencei: { version: "2p0", summary: "instruction-fetch fence" },
  zihintntl: known("hints about reuse of memory"),
  zihintpause: { version: "2p0", summary: "pause hint" },
  zihpm: { version: "2p0", implies: ["zicsr"], summary: "hardware performance counters" },
  zimop: known("may-be-operations"),
  zmmul: known("multiplication without division"),
  za64rs: known("reservation sets of at most 64 bytes"),
  za128rs: known("reservation sets of at most 128 bytes"),
  zaamo: known("atomic memory operations"),
  zabha: known("atomic bytes and halfwords", "zaamo"),
  zacas: known("compare-and-swap", "zaamo"),
  zalrsc: known("load-reserved and store-conditional"),
  zawrs: known("waiting for a reserved location"),
  zama16b: known("misaligned atomic accesses within 16 bytes"),
  zfa: known("additional floating-point instructions", "f"),
  zfbfmin: known("conversions of BF16", "zfhmin"),
  zfh: known("half-precision floating point", "zfhmin"),
  zfhmin: known("half-precision loads, stores, conversions", "f"),
  zfinx: known("single precision in integer registers", "zicsr"),
  zdinx: known("double precision in integer registers", "zfinx"),
  zqinx: known("quadruple precision in integer registers", "zdinx"),
  zca: known("compressed instructions without floating point"),
  zcb: known("more compressed instructions", "zca"),
  zcmop: known("compressed may-be-operations", "zca"),
  zcmp: known("pushes and pops", "zca"),
  zcmt: known("jumps by a table", "zca", "zicsr"),
  zcd: known("compressed double-precision accesses", "zca", "d"),
  zcf: known("compressed single-precision accesses", "zca", "f"),
  zba: known("address generation"),
  zbb: known("basic bit manipulation"),
  zbc: known("carry-less multiplication"),
  zbkb: known("bit manipulation for cryptography"),
  zbkc: known("carry-less multiplication for cryptography"),
  zbkx: known("crossbar permutations"),
  zbs: known("single-bit instructions"),
  zk: known("scalar cryptography", "zkn", "zkr", "zkt"),
  zkn: known("NIST algorithms", "zbkb", "zbkc", "zbkx", "zkne", "zknd", "zknh"),
  zknd: known("AES decryption"),
  zkne: known("AES encryption"),
  zknh: known("SHA-2 hash functions"),
  zkr: known("entropy source"),
  zks: known("ShangMi algorithms", "zbkb", "zbkc", "zbkx", "zksed", "zksh"),
  zksed: known("SM4 block cipher"),
  zksh: known("SM3 hash function"),
  zkt: known("execution time that does not depend on data"),
  ztso: { version: "0p1", summary: "total store ordering" },
  zve32x: known("vectors of integers up to 32 bits", "zvl32b"),
  zve32f: known("vectors up to single precision", "f", "zvl32b", "zve32x"),
  zve64x: known("vectors of integers up to 64 bits", "zve32x", "zvl64b"),
  zve64f: known("vectors of 64-bit integers and single precision", "zve32f", "zve64x", "zvl64b"),
  zve64d: known("vectors up to double precision", "d", "zve64f"),
  ...vectorLengthExtensions,
  zvbb: known("vector bit manipulation", "zvkb"),
  zvbc: known("vector carry-less multiplication"),
  zvfbfmin: known("vector conversions of BF16", "zve32f"),
  zvfbfwma: known("vector multiply-add of BF16", "zve32f", "zfbfmin"),
  zvfh: known("vectors of half precision", "zvfhmin", "zfhmin"),
  zvfhmin: known("vector conversions of half precision", "zve32f"),
  zvkb: known("vector bit manipulation for cryptography"),
  zvkg: known("vector GCM"),
  zvkn: known("vector NIST algorithms", "zvkned", "zvknhb", "zvkb", "zvkt"),
  zvknc: known("vector NIST algorithms with carry-less multiplication", "zvkn", "zvbc"),
  zvkned: known("vector AES"),
  zvkng: known("vector NIST algorithms with GCM", "zvkn", "zvkg"),
  zvknha: known("vector SHA-256"),
  zvknhb: known("vector SHA-256 and SHA-512"),
  zvks: known("vector ShangMi algorithms", "zvksed", "zvksh", "zvkb", "zvkt"),
  zvksc: known("vector ShangMi algorithms with carry-less multiplication", "zvks", "zvbc"),
  zvksed: known("vector SM4"),
  zvksg: known("vector ShangMi algorithms with GCM", "zvks", "zvkg"),
  zvksh: known("vector SM3"),
  zvkt: known("vector execution time that does not depend on data"),
  zhinx: known("half precision in integer registers", "zhinxmin"),
  zhinxmin: known("half-precision conversions in integer registers", "zfinx"),
  sha: known(
    "augmented hypervisor",
    "h",
    "ssstateen",
    "shcounterenw",
    "shvstvala",
    "shtvala",
    "shvstvecd",
    "shvsatpa",
    "shgatpa",
  ),
  shcounterenw: known("counters that a hypervisor can enable", "h"),
  shgatpa: known("modes of guest translation", "h"),
  shtvala: known("guest addresses at guest page faults", "h"),
  shvsatpa: known("modes of translation of guests", "h"),
  shvstvala: known("addresses in vstval", "h"),
  shvstvecd: known("direct mode of vstvec", "h"),
  smaia: known("advanced interrupts of machine mode", "ssaia"),
  smcntrpmf: known("filters of cycle and instret", "zicsr"),
  smcsrind: known("indirect CSRs of machine mode", "sscsrind"),
  smctr: known("control transfer records of machine mode", "zicsr"),
  smdbltrp: known("double traps of machine mode", "zicsr"),
  smrnmi: known("resumable non-maskable interrupts"),
  smepmp: known("enhanced protection of physical memory", "zicsr"),
  smstateen: known("control of extension state by machine mode", "ssstateen"),
  ssaia: known("advanced interrupts of supervisor mode", "zicsr"),
  ssccptr: known("page tables in main memory"),
  sscounterenw: known("counters that supervisors can enable", "zicsr"),
  sscsrind: known("indirect CSRs of supervisor mode", "zicsr"),
  ssctr: known("control transfer records of supervisor mode", "zicsr"),
  ssdbltrp: known("double traps of supervisor mode", "zicsr"),
  ssnpm: known("pointer masking for user mode, chosen by supervisors", "zicsr"),
  sstvala: known("addresses in stval", "zicsr"),
  sstvecd: known("direct mode of stvec", "zicsr"),
  ssu64xl: known("user mode of 64 bits", "zicsr"),
  supm: known("pointer masking in user mode"),
  sscofpmf: known("overflow of performance counters", "zicsr"),
  ssstateen: known("control of extension state by supervisor mode", "zicsr"),
  sstc: known("supervisor timer", "zicsr"),
  svade: known("page faults where accessed and dirty bits are to be set", "zicsr"),
  svadu: known("accessed and dirty bits set by hardware", "zicsr"),
  svbare: known("mode without translation", "zicsr"),
  svinval: known("fine-grained invalidation of address translation"),
  svnapot: known("contiguous pages of translation"),
  svpbmt: known("memory types of pages"),
  xtheadba: known("T-Head's address generation"),
  xtheadbb: known("T-Head's basic bit manipulation"),
  xtheadbs: known("T-Head's single-bit instruction"),
  xtheadcmo: known("T-Head's cache management"),
  xtheadcondmov: known("T-Head's conditional moves"),
  xtheadfmemidx: known("T-Head's indexed floating-point accesses"),
  xtheadfmv: known("T-Head's moves of halves of doubles"),
  xtheadint: known("T-Head's interrupt instructions"),
  xtheadmac: known("T-Head's multiply-accumulate instructions"),
  xtheadmemidx: known("T-Head's indexed accesses"),
  xtheadmempair: known("T-Head's accesses of two registers"),
  xtheadsync: known("T-Head's synchronisation of harts"),
};

/** Names that stand for several extensions. */
const groups: Readonly<Record<string, readonly string[]>> = {
  g: ["i", "m", "a", "f", "d", "zicsr", "zifencei"],
};

const rva20 = "rv64imafdc_zicsr_ziccamoa_ziccif_zicclsm_ziccrse_zicntr_za128rs";
const rva22 =
  "rv64imafdc_zicsr_zic64b_zicbom_zicbop_zicboz_ziccamoa_ziccif_zicclsm_ziccrse_zicntr_" +
  "zihintpause_zihpm_za64rs_zfhmin_zba_zbb_zbs_zkt";
const rva23 = rva22
  .replace("fdc_", "fdcbv_")
  .concat("_zvfhmin_zvbb_zvkt_zihintntl_zicond_zimop_zcmop_zcb_zfa_zawrs_supm");
const rvb23 = rva22
  .replace("fdc_", "fdcb_")
  .replace("_zfhmin", "")
  .concat("_zihintntl_zicond_zimop_zcmop_zcb_zfa_zawrs");
/** What profiles ask of supervisors, by year. */
const supervisor20 = "_zifencei_svbare_svade_ssccptr_sstvecd_sstvala";
const supervisor22 = `${supervisor20}_sscounterenw_svpbmt_svinval`;
const supervisor23 = `${supervisor22}_svnapot_sstc_sscofpmf_ssu64xl`;

/** Profiles ("RISC-V Profiles"), each as the march string that it stands for. */
const profiles: Readonly<Record<string, string>> = {
  rvi20u32: "rv32i",
  rvi20u64: "rv64i",
  rva20u64: rva20,
  rva20s64: rva20 + supervisor20,
  rva22u64: rva22,
  rva22s64: rva22 + supervisor22,
  rva23u64: rva23,
  rva23s64: `${rva23}${supervisor23}_ssnpm_sha`,
  rvb23u64: rvb23,
  rvb23s64: rvb23 + supervisor23,
};

/** The march string of the default architecture. */
export const defaultMarch = "rv64gc";

/** An architecture, or one sentence that says what is wrong with its name. */
export type ParsedArchitecture =
  | { readonly ok: true; readonly architecture: Architecture }
  | { readonly ok: false; readonly error: string };

/** Underscores, then a long name with its version, or a letter with its. */
const nextName = /^_*(?:([zsx][a-z0-9]*?)(\d+(?:p\d+)?)?(?=_|$)|([a-y])(\d+(?:p\d+)?)?)/;

/**
 * Reads a march string such as "rv64gc", "rv32imac_zba", "rv64i2p1_m2p0", or the name of a profile
 * with more behind it, as in "rva22u64_zbc". Extensions may come in any order, after the base.
 */
export function parseArchitecture(march: string, edition?: IsaEdition): ParsedArchitecture {
  const profile = /^rv[a-z]\d\d[us]\d\d(?=_|$)/.exec(march)?.[0] ?? "";
  const text = (profiles[profile] ?? profile) + march.slice(profile.length);
  const start = /^rv(32|64)([ieg])/.exec(text);
  if (start === null) {
    return fail(march, `it must start with rv32 or rv64 and a base (i, e or g), as in rv64gc`);
  }
  const xlen = Number(start[1]) as 32 | 64;
  const names = new Set<string>();
  const versions: Record<string, string> = {};
  let rest = text.slice(4).replace(/_+$/, "");
  while (rest !== "") {
    const [whole, long, longVersion, letter, letterVersion] = nextName.exec(rest) ?? [];
    const name = long ?? letter;
    if (whole === undefined || name === undefined) {
      return fail(march, `"${rest}" is not the name of an extension`);
    }
    const version = longVersion ?? letterVersion;
    const members = groups[name] ?? [name];
    const isKnown = members.every((member) => extensions[member] !== undefined);
    if (!isKnown && !(version !== undefined && isVersioned(name))) {
      return fail(march, unknown(name, version));
    }
    for (const member of members) names.add(member);
    if (version !== undefined && members.length === 1) {
      versions[name] = withMinor(version);
    }
    rest = rest.slice(whole.length);
  }
  const base: Architecture["base"] = start[2] === "e" ? "e" : "i";
  const edited = edition === undefined ? {} : { edition };
  return checked({ xlen, base, extensions: names, versions, ...edited }, march);
}

/** An architecture with what its extensions imply, unless they contradict each other. */
function checked(given: Architecture, text: string): ParsedArchitecture {
  const architecture = complete(given);
  const conflict = conflictIn(architecture);
  return conflict === undefined ? { ok: true, architecture } : fail(text, conflict);
}

/** A version with both of its numbers. */
const withMinor = (version: string) => (version.includes("p") ? version : `${version}p0`);

/** Whether any extension may have that name, if a version is given with it. */
const isVersioned = (name: string) =>
  name.length === 1 ? letterOrder.includes(name) : /^x./.test(name) && !/\dp$/.test(name);

const unknown = (name: string, version: string | undefined): string =>
  isVersioned(name) && version === undefined
    ? `the extension "${name}" is not known here; write its version too, as in ${name}1p0`
    : `the extension "${name}" is not known here`;

const fail = (march: string, why: string): ParsedArchitecture => ({
  ok: false,
  error: `The architecture "${march}" cannot be used: ${why}.`,
});

/**
 * An architecture with extensions added (`+zba`) and taken away (`-c`), or started anew by a whole
 * march string. What others imply stays.
 */
export function changeArchitecture(
  from: Architecture,
  changes: readonly string[],
): ParsedArchitecture {
  const { xlen, base, edition } = from;
  let names = new Set(from.extensions);
  let versions: Record<string, string> = { ...from.versions };
  for (const change of changes) {
    const [whole, long, longVersion, letter, letterVersion] = nextName.exec(change.slice(1)) ?? [];
    const name = long ?? letter ?? "";
    const version = longVersion ?? letterVersion;
    if (/^[+-]/.test(change) && (whole === undefined || change.slice(1) !== whole)) {
      return fail(change, `"${change.slice(1)}" is not the name of an extension`);
    }
    if (!/^[+-]/.test(change)) {
      const parsed = parseArchitecture(change, edition);
      if (!parsed.ok) return parsed;
      names = new Set(parsed.architecture.extensions);
      versions = { ...parsed.architecture.versions };
    } else if (change.startsWith("-")) {
      names.delete(name);
      for (const part of partsOf(name)) names.delete(part);
    } else {
      for (const member of groups[name] ?? [name]) {
        const isKnown = extensions[member] !== undefined;
        // A vendor's without a version is nobody's, as GNU as has it.
        if (!isKnown && version === undefined && /^x./.test(member) && isVersioned(member))
          continue;
        if (!isKnown && !(version !== undefined && isVersioned(member))) {
          return fail(change, unknown(member, version));
        }
        // What is there keeps its version.
        if (version !== undefined && !names.has(name)) versions[name] = withMinor(version);
        names.add(member);
      }
    }
  }
  const edited = edition === undefined ? {} : { edition };
  return checked({ xlen, base, extensions: names, versions, ...edited }, changes.join(", "));
}

/**
 * An architecture with every extension that does not contradict those which it has, as for reading
 * code parts of which are for other harts than the rest.
 */
export function widened(architecture: Architecture): Architecture {
  let wide = complete({ ...architecture, versions: architecture.versions ?? {} });
  for (const name of Object.keys(extensions)) {
    const names = new Set([...wide.extensions, name]);
    const more = complete({ ...wide, versions: wide.versions ?? {}, extensions: names });
    if (conflictIn(more) === undefined) wide = more;
  }
  return wide;
}

/** What the letters c and a stand for. */
const compressedParts = ["zca", "zcf", "zcd"];
const atomicParts = ["zaamo", "zalrsc"];
/** Extensions beside whose names GNU writes that of Zca, also where there is C. */
const withZca = ["zcb", "zcmop", "zcmp", "zcmt"];

const partsOf = (letter: string) =>
  letter === "c" ? compressedParts : letter === "a" ? atomicParts : [];

function add(names: Set<string>, name: string): void {
  names.add(name);
  const { implies = [], contains = [] } = extensions[name] ?? {};
  for (const other of [...implies, ...contains]) if (!names.has(other)) add(names, other);
}

/** The version of an extension: the one that was asked for, or that of the edition. */
function versionOf(name: string, { versions = {}, edition = "20191213" }: Architecture): string {
  return versions[name] ?? earlierVersions[edition][name] ?? extensions[name]?.version ?? "";
}

/** Adds what the extensions imply, and what depends on several of them at once. */
function complete(given: Architecture): Architecture {
  const { xlen, base, versions = {}, edition } = given;
  const names = new Set<string>();
  for (const name of given.extensions) add(names, name);
  for (const name of ["i", "sm", "s"]) names.add(name);
  // Up to its version 2.0 the base had these within it.
  const [major = 0, minor = 0] = versionOf("i", given).split("p").map(Number);
  if (major < 2 || (major === 2 && minor < 1))
    for (const old of ["zicsr", "zifencei"]) names.add(old);
  if (names.has("c") && names.has("d")) names.add("zcd");
  if (names.has("c") && names.has("f") && xlen === 32) names.add("zcf");
  const hasVersions = Object.keys(versions).length > 0;
  return {
    ...{ xlen, base, extensions: names },
    ...(hasVersions ? { versions } : {}),
    ...(edition === undefined ? {} : { edition }),
  };
}

/** Why extensions cannot stand together, if they cannot. */
function conflictIn(architecture: Architecture): string | undefined {
  const { xlen, extensions: names } = architecture;
  if (xlen === 32 && names.has("q") && /^([01]p|2p[01]$)/.test(versionOf("q", architecture))) {
    return `before version 2.2 the extension "q" exists for rv64 only`;
  }
  if (xlen === 64 && names.has("zcf")) return `the extension "zcf" exists for rv32 only`;
  if (names.has("zfinx") && names.has("f")) {
    return "floating point is either in registers of its own (f) or in integer registers (zfinx)";
  }
  const hasLength = vectorLengths.some((length) => names.has(`zvl${length}b`));
  if (hasLength && !names.has("zve32x"))
    return "a vector length (zvl…b) needs v or a zve… extension";
  return undefined;
}

const letterOrder = "eigmafdqlcbkjtpvnh";

/** A key by which names sort in canonical order: letters, z by their second letter, s, x. */
function canonical(name: string): string {
  const place = (letter: string) => String.fromCharCode(65 + letterOrder.indexOf(letter));
  if (name.length === 1) return `1${place(name)}`;
  if (name.startsWith("z")) return `2${place(name.charAt(1))}${name}`;
  return name.startsWith("s") ? `3${name}` : `4${name}`;
}

const byCode = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** The canonical name, as GNU as writes it into the attributes: "rv64i2p1_m2p0_…". */
export function architectureString(architecture: Architecture): string {
  const { xlen, base, extensions: present, versions = {}, edition = "20191213" } = architecture;
  const hidden = new Set<string>([base === "e" ? "i" : "e", "s", "sm"]);
  for (const letter of ["a", "c"]) {
    if (present.has(letter)) for (const part of partsOf(letter)) hidden.add(part);
  }
  if (withZca.some((name) => present.has(name))) hidden.delete("zca");
  const names = [...present]
    .filter((name) => !hidden.has(name))
    // What was part of the base has no version of its own.
    .filter((name) => versions[name] !== undefined || earlierVersions[edition][name] !== "")
    .sort((a, b) => byCode(canonical(a), canonical(b)))
    .map((name) => `${name}${versionOf(name, architecture)}`);
  return `rv${xlen}${names.join("_")}`;
}

/** The ABIs of the RISC-V ELF psABI ("Integer Calling Convention" and what follows), by name. */
// biome-ignore format: one line a width
export const abiNames = [
  "ilp32", "ilp32e", "ilp32f", "ilp32d",
  "lp64", "lp64e", "lp64f", "lp64d",
] as const;

/** The ABI that GNU as assumes: "lp64d", "ilp32" (also where there is F alone), "ilp32e", … */
export function defaultAbi({ xlen, base, extensions: present }: Architecture): string {
  const integers = xlen === 64 ? "lp64" : "ilp32";
  return integers + (present.has("q") ? "q" : present.has("d") ? "d" : base === "e" ? "e" : "");
}

/** Whether it has an extension: "zba", all of several "zfhmin_d", or one of several "zbb|zbkb". */
export function hasExtension({ extensions: present }: Architecture, name: string): boolean {
  return name.split("|").some((one) => one.split("_").every((part) => present.has(part)));
}

/** The calling conventions by name, as -mabi takes them. */
const abis = /^(i?)lp(32|64)([efdq]?)$/;

/** Why a calling convention (`lp64d`) does not go with an architecture; undefined where it does. */
export function abiConflict(abi: string, architecture: Architecture): string | undefined {
  const { xlen, base, extensions: present } = architecture;
  const [, integers, bits, kind = ""] = abis.exec(abi) ?? [];
  if (bits === undefined || (integers === "i") !== (bits === "32")) return "there is no such ABI";
  if (Number(bits) !== xlen) return `it is one of RV${bits}, and the architecture is RV${xlen}`;
  if (base === "e" && kind !== "e") return `an architecture with E goes with ${integers}lp${bits}e`;
  if (/[fdq]/.test(kind) && !present.has(kind)) {
    return `it passes values in registers of the extension ${kind.toUpperCase()}, which is off`;
  }
  return undefined;
}
