/**
 * `npm run suites`: assembles the inputs of the test suites of GNU as and of LLVM's assembler, and
 * the assembly of LLVM's run-time library, with two versions of GNU as and with us. The sources are
 * fetched as packages of Debian. Prints what became of them in a table, the reasons of what is
 * explained, and each difference; an argument is a pattern for the suites and paths that are
 * wanted. Ends with 1 where something throws or takes long.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { debianSource, newerBinutils } from "../debian.ts";
import { findTool } from "../tools.ts";
import { compiledCases, gnuCases, llvmCases, type SuiteCase } from "./suite-cases.ts";
import { type Binutils, judge, type Outcome } from "./suite-comparison.ts";
import { reasonOf } from "./suite-reasons.ts";

const store = join(import.meta.dirname, "..", "..", "out", "suites");

/** The folders of GNU's suite whose sources mean something for RISC-V. */
// biome-ignore format: one line
const folders = [
  "riscv", "all", "elf", "macros", "cfi", "cfi-sframe", "lns", "symver", "ieee-fp", "mri",
];

async function allCases(): Promise<SuiteCase[]> {
  const binutils = await debianSource("binutils", ["*/gas/testsuite/gas/*"]);
  const parts = ["*/llvm/test/MC/*", "*/compiler-rt/lib/builtins/*"];
  const llvm = await debianSource("llvm-toolchain-19", parts);
  const gas = join(binutils, "gas/testsuite/gas");
  const mc = join(llvm, "llvm/test/MC");
  return [
    ...folders.flatMap((folder) => gnuCases(`gas/${folder}`, join(gas, folder))),
    ...llvmCases("llvm/RISCV", join(mc, "RISCV"), true),
    ...llvmCases("llvm/ELF", join(mc, "ELF"), false),
    ...llvmCases("llvm/AsmParser", join(mc, "AsmParser"), false),
    ...compiledCases("builtins", join(llvm, "compiler-rt/lib/builtins/riscv"), store),
  ];
}

/** The installed binutils and newer ones, or why there are none. */
async function binutils(): Promise<readonly Binutils[] | string> {
  const [as, objdump] = ["as", "objdump"].map((name) => findTool(`riscv64-unknown-elf-${name}`));
  if (as === undefined || objdump === undefined)
    return "needs GNU binutils for riscv64-unknown-elf";
  const newer = await newerBinutils();
  const installed = { version: "2.40", as: [as], objdump: [objdump] };
  return typeof newer === "string" ? newer : [installed, { version: "2.44", ...newer }];
}

const columns = ["equal", "rejected", "explained", "different", "fault"] as const;
type Column = (typeof columns)[number];

function columnOf({ kind }: Outcome, reason: string | undefined): Column {
  if (kind === "fault" || kind === "slow") return "fault";
  if (kind === "equal" || kind === "rejected") return kind;
  return reason === undefined ? "different" : "explained";
}

async function main(): Promise<number> {
  mkdirSync(store, { recursive: true });
  const tools = await binutils();
  if (typeof tools === "string") {
    console.error(`The suites are compared with two versions of GNU as: ${tools}.`);
    return 2;
  }
  const wanted = new RegExp(process.argv[2] ?? "");
  const table: Record<string, Record<Column | "cases", number>> = {};
  const reasons = new Map<string, number>();
  let hasFault = false;
  for (const one of await allCases()) {
    const title = [one.suite, one.path.split("/").at(-1), ...one.args].join(" ");
    if (!wanted.test(`${title} ${one.path}`)) continue;
    const outcome = judge(one, tools, store);
    const reason = reasonOf(outcome, one);
    const column = columnOf(outcome, reason);
    const zeros = Object.fromEntries(columns.map((name) => [name, 0])) as Record<Column, number>;
    table[one.suite] ??= { cases: 0, ...zeros };
    const row = table[one.suite];
    if (row !== undefined) {
      row.cases++;
      row[column]++;
    }
    if (column === "explained") reasons.set(reason ?? "", (reasons.get(reason ?? "") ?? 0) + 1);
    hasFault ||= column === "fault";
    if (column !== "different" && column !== "fault") continue;
    console.log(`${outcome.kind}: ${title}`);
    for (const text of outcome.found.slice(0, 6)) console.log(`    ${text}`);
  }
  console.table(table);
  for (const [reason, count] of [...reasons].sort(([, a], [, b]) => b - a)) {
    console.log(`  ${count} ${reason}`);
  }
  return hasFault ? 1 : 0;
}

process.exitCode = await main();
