/**
 * The corpus: programs in the styles that emulators are judged by, each with the argument that
 * makes it short enough for a quick check. Without an argument a program runs one to three seconds
 * under QEMU. All print a checksum, so that no engine is fast by being wrong.
 */
import { branches, largeCode, manyFunctions, straightCode } from "./generate.ts";

/** What a program is built for. */
export type Target = "rv64" | "rv32" | "native";

/** A program of Debian's riscv64 port; its arguments are guest paths and the like. */
export interface DebianProgram {
  readonly package: string;
  readonly path: string;
  readonly arguments: { readonly full: readonly string[]; readonly small: readonly string[] };
}

export interface Program {
  readonly name: string;
  /** What it stands for. */
  readonly style: string;
  /** Its argument for `--size small`: about a tenth of what it does otherwise. */
  readonly small: string;
  /** The targets that it can be built for, where not all. */
  readonly only?: readonly Target[];
  /** Debian's own build of it, in place of a source of ours. */
  readonly debian?: DebianProgram;
  /** Its source, by the ending of its name, where it is generated; otherwise in `programs/`. */
  readonly generated?: { readonly ending: "c" | "s"; readonly source: () => string };
}

// There is no C++ library for bare-metal RV32.
const hosted: readonly Target[] = ["rv64", "native"];

/** Programs of ours. */
const own: readonly Program[] = [
  { name: "integer-loop", style: "a small integer loop", small: "30" },
  { name: "core-mix", style: "lists, matrices, a state machine and a CRC", small: "3000" },
  { name: "records", style: "records, procedures and strings", small: "900000" },
  { name: "pointer-chase", style: "cache misses along pointers", small: "6" },
  { name: "recursion", style: "calls and returns", small: "2" },
  { name: "indirect-calls", style: "calls through tables", small: "400" },
  { name: "bytecode", style: "a bytecode interpreter", small: "4" },
  { name: "words", style: "strings and a hash table", small: "160" },
  { name: "lz", style: "compression and expansion", small: "120" },
  { name: "aes", style: "AES by bytes", small: "160000" },
  { name: "sha256", style: "SHA-256", small: "50000" },
  { name: "montgomery", style: "products of double words", small: "9000" },
  { name: "quicksort", style: "sorting", small: "4" },
  { name: "sieve", style: "a sieve of bytes and of bits", small: "12" },
  { name: "n-body", style: "double precision with roots", small: "120" },
  { name: "matrix-double", style: "matrices of doubles", small: "15" },
  { name: "matrix-float", style: "matrices of floats", small: "9" },
  { name: "fused-multiply-add", style: "fused operations", small: "1200" },
  { name: "dct", style: "JPEG: prefix codes, transform, colours", small: "320" },
  { name: "trees", style: "decision trees over floats", small: "15000" },
  {
    name: "branches",
    style: "a Petri net: large functions full of branches",
    small: "12000",
    generated: { ending: "c", source: branches },
  },
  {
    name: "large-code",
    style: "more than 20,000 hot instructions",
    small: "2400",
    generated: { ending: "c", source: largeCode },
  },
  {
    name: "objects",
    style: "C++: virtual calls, containers, exceptions",
    small: "50",
    only: hosted,
  },
  { name: "templates", style: "C++: templates, a priority queue", small: "210", only: hosted },
];

const rows = (count: number) => [
  ...["-cmd", "create table size(n)", "-cmd", `insert into size values(${count})`],
  ...[":memory:", ".read /bench/queries.sql"],
];

/** Programs as Debian builds them, dynamically linked. */
const debian: readonly (Program & { readonly debian: DebianProgram })[] = [
  {
    name: "lua",
    style: "Debian's Lua: tables, strings, closures, coroutines",
    small: "",
    only: ["rv64"],
    debian: {
      package: "lua5.4",
      path: "usr/bin/lua5.4",
      arguments: { full: ["/bench/mix.lua", "12"], small: ["/bench/mix.lua", "1"] },
    },
  },
  {
    name: "gzip",
    style: "Debian's gzip, best compression",
    small: "",
    only: ["rv64"],
    debian: {
      package: "gzip",
      path: "usr/bin/gzip",
      arguments: { full: ["-9cn", "/bench/text-full"], small: ["-9cn", "/bench/text-small"] },
    },
  },
  {
    name: "sqlite3",
    style: "Debian's SQLite: inserts, joins, grouping",
    small: "",
    only: ["rv64"],
    debian: {
      package: "sqlite3",
      path: "usr/bin/sqlite3",
      arguments: { full: rows(150_000), small: rows(15_000) },
    },
  },
];

/** All programs that are measured. */
export const corpus: readonly Program[] = [...own, ...debian];

/** Programs that single questions are put to; not in the mean. */
export const probes = {
  hello: { name: "hello", style: "starting", small: "" },
  long: { name: "sieve", style: "ten billion instructions, for history", small: "2" },
  calls: { name: "system-calls", style: "100,000 system calls, for history", small: "2500" },
  straight: {
    name: "straight-code",
    style: "1,000,000 distinct instructions, run once",
    small: "",
    only: ["rv64"],
    generated: { ending: "s", source: straightCode },
  },
  functions: {
    name: "many-functions",
    style: "as many hot functions as its argument says, up to 10,000",
    small: "100",
    generated: { ending: "c", source: manyFunctions },
  },
} as const satisfies Record<string, Program>;
