/**
 * What the test suites of other assemblers assemble, and with which options: GNU's say it in lines
 * `#as:` of the files beside the sources, LLVM's in lines `RUN:` of the sources themselves.
 */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { findTool, tryTool } from "../tools.ts";

/** A source and the options of GNU as that it is assembled with. */
export interface SuiteCase {
  readonly suite: string;
  readonly path: string;
  readonly args: readonly string[];
}

/** The text of a case. Comments as in C++, which LLVM's have, are not GNU as's. */
export function textOf({ suite, path }: SuiteCase): string {
  const text = readFileSync(path, "utf8");
  return /^llvm/.test(suite) ? text.replaceAll(/^([^"\n]*?)\/\/.*$/gm, "$1") : text;
}

/** All files below a folder whose names end in one of some ways. */
export function filesBelow(folder: string, endings: RegExp): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => endings.test(name))
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .sort();
}

/** The same cases without repetitions. */
function unique(cases: readonly SuiteCase[]): SuiteCase[] {
  const keyOf = ({ path, args }: SuiteCase) => `${path} ${args.join(" ")}`;
  return [...new Map(cases.map((one) => [keyOf(one), one])).values()];
}

const generic = (suite: string, path: string): SuiteCase[] =>
  ["rv64gc", "rv32gcv", "rv64gcv_zba_zbb_zbc_zbs_zicbom_zfh"].map((march) => ({
    suite,
    path,
    args: [`-march=${march}`],
  }));

/** The sources of a folder of GNU's suite, with the options of all the files that name them. */
export function gnuCases(suite: string, folder: string): SuiteCase[] {
  const cases = filesBelow(folder, /\.d$/).flatMap((path) => {
    const text = readFileSync(path, "latin1");
    const option = (name: string) => new RegExp(`^#${name}:[ \t]*(.*)$`, "m").exec(text)?.[1];
    const source = join(dirname(path), option("source") ?? basename(path).replace(/\.d$/, ".s"));
    if (!existsSync(source)) return [];
    const args = (option("as") ?? "").split(/\s+/).filter((word) => word !== "");
    return [{ suite, path: source, args }];
  });
  const others = filesBelow(folder, /\.s$/).flatMap((path) =>
    cases.some((one) => one.path === path) && /riscv$/.test(folder)
      ? []
      : [{ suite, path, args: [] }],
  );
  return unique([...cases, ...others]);
}

/** Sources for the C preprocessor, as GCC's leaves them; they are written into a folder. */
export function compiledCases(suite: string, folder: string, store: string): SuiteCase[] {
  const gcc = findTool("riscv64-unknown-elf-gcc");
  if (gcc === undefined) return [];
  return filesBelow(folder, /\.S$/).flatMap((path) =>
    ["rv64gc", "rv32imac", "rv32e"].flatMap((march): SuiteCase[] => {
      const abi = { rv64gc: "lp64d", rv32imac: "ilp32" }[march] ?? "ilp32e";
      const target = [`-march=${march}`, `-mabi=${abi}`];
      const name = `${basename(path, ".S")}-${march}.s`;
      const { code, stdout } = tryTool(gcc, [...target, "-E", "-P", "-I", folder, path]);
      if (code !== 0) return [];
      writeFileSync(join(store, name), stdout);
      return [{ suite, path: join(store, name), args: target }];
    }),
  );
}

/** What LLVM calls otherwise than GNU, or does by another option. */
function marchOf(triple: string, attributes: string): string[] {
  const base = /riscv32/.test(triple) ? "rv32" : "rv64";
  const switches = attributes.split(",").map((text) => text.trim());
  const names = switches
    .filter((text) => !text.startsWith("-"))
    .map((text) => text.replace(/^\+?(experimental-)?/, ""))
    .filter((text) => !/^(relax|no-.*|forced-atomics|unaligned-.*|reserve-.*|)$/.test(text))
    .filter((text) => !/^(32bit|64bit|e|sm|save-restore)$/.test(text));
  const integers = switches.some((text) => /^\+?e$/.test(text)) ? "e" : "i";
  const letters = names.filter((name) => name.length === 1);
  const order = "mafdqcbvh";
  const sorted = [...order].filter((letter) => letters.includes(letter)).join("");
  const long = names.filter((name) => name.length > 1);
  const relax = switches.some((text) => /^\+?relax$/.test(text)) ? [] : ["-mno-relax"];
  return [`-march=${[base + integers + sorted, ...long].join("_")}`, ...relax];
}

/** The sources of a folder of LLVM's, with their own options and some of everything. */
export function llvmCases(suite: string, folder: string, isForRiscv: boolean): SuiteCase[] {
  return unique(
    filesBelow(folder, /\.s$/).flatMap((path) => {
      const text = readFileSync(path, "latin1").replaceAll(/\\\n[#;/ \t]*(RUN:)?/g, " ");
      const runs = [...text.matchAll(/RUN:(.*llvm-mc.*)/g)].map(([, line = ""]) => line);
      const cases = runs.flatMap((line) => {
        const triple = /-triple[= ]+(\S+)/.exec(line)?.[1] ?? "";
        if (!/riscv/.test(triple)) return [];
        const attributes = /-mattr[= ]+(\S+)/.exec(line)?.[1] ?? "";
        const symbols = [...line.matchAll(/-defsym[= ]+(\S+)/g)].map(
          ([, symbol = ""]) => `--defsym=${symbol}`,
        );
        return [{ suite, path, args: [...marchOf(triple, attributes), ...symbols] }];
      });
      const some = isForRiscv ? generic(suite, path) : [{ suite, path, args: [] }];
      return [...cases, ...some];
    }),
  );
}
