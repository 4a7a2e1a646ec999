/**
 * Builds what is measured, into `out/bench`: the programs with Debian's cross compilers, each named
 * by a hash of its source and flags, so that nothing is built twice; and the command line from the
 * sources as they are, so that a stale or half-built `dist` is never measured.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { type BuildOptions, build as bundle } from "esbuild";
import { debianFolder } from "../test/debian.ts";
import type { Program, Target } from "./corpus.ts";

/** Where everything goes that is made. */
export const outFolder = fileURLToPath(new URL("../out/bench/", import.meta.url));

const own = fileURLToPath(new URL("./", import.meta.url));
const headers = join(own, "programs");
const runtime = join(own, "runtime", "bare-linux.c");

interface Toolchain {
  readonly c: string;
  readonly cxx?: string;
  readonly flags: readonly string[];
  /** Sources linked with every program. */
  readonly with: readonly string[];
}

const toolchains: Readonly<Record<Target, Toolchain>> = {
  rv64: {
    c: "riscv64-linux-gnu-gcc",
    cxx: "riscv64-linux-gnu-g++",
    flags: ["-O2", "-static"],
    with: [],
  },
  rv32: {
    c: "riscv64-unknown-elf-gcc",
    flags: [
      "-O2",
      "--specs=picolibc.specs",
      "-march=rv32imafdc",
      "-mabi=ilp32d",
      "-nostartfiles",
      "-Wl,--defsym=__flash_size=0x1000000,--defsym=__ram_size=0x4000000",
    ],
    with: [runtime],
  },
  native: { c: "gcc", cxx: "g++", flags: ["-O2"], with: [] },
};

export class BenchError extends Error {}

/** Whether the program is written for the target. */
export function isFor(program: Program, target: Target): boolean {
  return program.only === undefined || program.only.includes(target);
}

/** The path of the program built for the target. Throws a BenchError that says what is missing. */
export function buildProgram(program: Program, target: Target): string {
  if (program.debian !== undefined) return join(debianFolder, program.debian.path);
  const toolchain = toolchains[target];
  const source = sourceOf(program);
  const compiler = source.endsWith(".cpp") ? toolchain.cxx : toolchain.c;
  if (compiler === undefined) throw new BenchError(`${program.name} is not for ${target}`);
  const hash = createHash("sha256").update([compiler, ...toolchain.flags].join(" "));
  for (const file of [source, ...toolchain.with, join(headers, "bench.h")]) {
    hash.update(readFileSync(file));
  }
  const folder = join(outFolder, target);
  const path = join(folder, `${program.name}-${hash.digest("hex").slice(0, 12)}`);
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true });
  const inputs = [...toolchain.flags, `-I${headers}`, ...toolchain.with, source];
  const made = `${path}.${process.pid}`;
  const done = spawnSync(compiler, [...inputs, "-lm", "-o", made], { encoding: "utf8" });
  if (done.error !== undefined) {
    throw new BenchError(`${compiler} does not start: install it, as CONTRIBUTING.md says`);
  }
  if (done.status !== 0) throw new BenchError(`${program.name} cannot be built:\n${done.stderr}`);
  renameSync(made, path);
  return path;
}

function sourceOf({ name, generated }: Program): string {
  if (generated === undefined) {
    const c = join(headers, `${name}.c`);
    return existsSync(c) ? c : join(headers, `${name}.cpp`);
  }
  const text = generated.source();
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 12);
  const path = join(outFolder, `${name}-${hash}.${generated.ending}`);
  mkdirSync(outFolder, { recursive: true });
  if (!existsSync(path)) writeFileSync(path, text);
  return path;
}

/** What is wanted of `scripts/build.mjs`, which is plain JavaScript. */
interface BuildScript {
  bundleOptions(source: string, out: string, host: string): BuildOptions;
}

/** Bundles the command line from the sources; returns its path. */
export function buildCommandLine(): Promise<string> {
  return bundleProgram("cli/main.ts", `cli-${process.pid}.mjs`);
}

/** Bundles a script of the benchmarks' own; returns its path. */
export function buildScript(source: string): Promise<string> {
  return bundleProgram(source, basename(source).replace(".ts", ".mjs"));
}

async function bundleProgram(source: string, name: string): Promise<string> {
  const script = new URL("../scripts/build.mjs", import.meta.url);
  const { bundleOptions } = (await import(script.href)) as BuildScript;
  await bundle(bundleOptions(source, `out/bench/${name}`, "program"));
  return join(outFolder, name);
}
