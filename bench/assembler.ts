/**
 * The assembler by GNU as, on one large file that GCC wrote: user time of the whole process less
 * that for an empty file, the most memory held, and the growth of time with the file's length.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { largeSource } from "../test/assembler/compiled-sources.ts";
import { BenchError } from "./build.ts";
import type { Options } from "./compare.ts";
import { peakOf, run, runWithPeak } from "./measure.ts";
import { atMost, type Report, table } from "./report.ts";

const folder = join(dirname(fileURLToPath(import.meta.url)), "..", "out", "bench");
const target = ["-march=rv64gc", "-mabi=lp64d"];

/** Parts of the generated source that make 100,000 lines of assembly and more. */
const partsOfOne = 420;

/** Assembly of so many parts, made once. */
function assemblyOf(parts: number): string {
  const path = join(folder, `assembler-${parts}.s`);
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true });
  const source = join(folder, `assembler-${parts}.c`);
  writeFileSync(source, largeSource(parts));
  const made = `${path}.${process.pid}`;
  const options = ["-O1", "-g", "-w", "-ffreestanding", ...target, "-S", source, "-o", made];
  const done = spawnSync("riscv64-linux-gnu-gcc", options, { encoding: "utf8" });
  if (done.error !== undefined)
    throw new BenchError("the assembler's benchmark needs riscv64-linux-gnu-gcc");
  if (done.status !== 0)
    throw new BenchError(`the large source cannot be compiled:\n${done.stderr}`);
  renameSync(made, path);
  return path;
}

/** The assembler by GNU as: time, memory, growth. */
export function assembler({ cli, runs, small, progress }: Options): Report {
  const object = join(folder, `assembler-${process.pid}.o`);
  const ours = (path: string) => [
    process.execPath, cli, "asm", "--march", "rv64gc", "--mabi", "lp64d", "-o", object, path,
  ]; // biome-ignore format: one command
  const theirs = (path: string) => ["riscv64-unknown-elf-as", ...target, "-o", object, path];
  const empty = join(folder, "assembler-empty.s");
  mkdirSync(folder, { recursive: true });
  writeFileSync(empty, "");
  const wrong: string[] = [];
  const factors = small ? [1, 2] : [1, 2, 4];
  const files = factors.map((factor) => {
    progress(`compiling ${factor} times the source`);
    return assemblyOf(factor * partsOfOne);
  });
  const times = new Map<string, { own: number; reference: number }>();
  for (let round = 0; round < runs; round++) {
    for (const path of [empty, ...files]) {
      progress(path);
      const [own, reference] = [run(ours(path)), run(theirs(path))];
      if (own.code !== 0 || reference.code !== 0) wrong.push(own.errors + reference.errors);
      const before = times.get(path) ?? { own: Infinity, reference: Infinity };
      times.set(path, {
        own: Math.min(before.own, own.user),
        reference: Math.min(before.reference, reference.user),
      });
    }
  }
  const least = (path: string) => times.get(path) as { own: number; reference: number };
  const start = least(empty);
  const rows = files.map((path) => {
    const { own, reference } = least(path);
    const lines = readFileSync(path, "utf8").split("\n").length - 1;
    const [net, referenceNet] = [own - start.own, reference - start.reference];
    return { lines, own, reference, net, ratio: net / referenceNet };
  });
  const first = files[0] as string;
  progress("memory");
  const memory = { own: runWithPeak(ours(first)).peak, reference: peakOf(theirs(first)) };
  spawnSync("rm", ["-f", object]);
  console.log(
    table([
      ["lines", "hartbeat, s", "as, s", "less start, s", "ratio"],
      ["0", start.own.toFixed(2), start.reference.toFixed(2)],
      ...rows.map(({ lines, own, reference, net, ratio }) => [
        `${lines}`,
        own.toFixed(2),
        reference.toFixed(2),
        net.toFixed(2),
        ratio.toFixed(2),
      ]),
      ["memory, MiB", memory.own.toFixed(0), memory.reference.toFixed(0)],
    ]),
  );
  const [one, last] = [rows[0], rows.at(-1)] as [(typeof rows)[0], (typeof rows)[0]];
  const goals = [
    atMost(`assembler: user time of ${one.lines} lines by GNU as`, one.ratio, 1.5),
    atMost("assembler: memory by GNU as", memory.own / memory.reference, 4),
    atMost(
      "assembler: a line of the longest file by one of the shortest",
      last.net / last.lines / (one.net / one.lines),
      1.25,
    ),
  ];
  return { goals, wrong, rows: [...rows, { memory }] };
}
