/**
 * The linker by GNU ld, on static programs with their libraries: user time of the whole process
 * less that for a link of next to nothing, and the most memory held.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { BenchError, outFolder } from "./build.ts";
import type { Options } from "./compare.ts";
import { peakOf, run, runWithPeak } from "./measure.ts";
import { atMost, type Report, table } from "./report.ts";

const compiler = "riscv64-linux-gnu-g++";
const ld = "riscv64-linux-gnu-ld";

/** What is linked: sources in C and C++, with and without debug information. */
const programs = [
  {
    name: "C",
    language: "c",
    flags: ["-O2"],
    source: `#include <stdio.h>
int main(int count, char **words) { printf("%d %s %f\\n", count, words[0], count / 3.0); }
`,
  },
  {
    name: "C++",
    language: "c++",
    flags: ["-O2"],
    source: `#include <iostream>
#include <map>
#include <regex>
int main() {
  std::map<std::string, int> seen{{"a", 1}};
  for (auto &[name, count] : seen) std::cout << name << count << "\\n";
  return std::regex_match("aaa", std::regex("a+"));
}
`,
  },
  {
    name: "C++ -g",
    language: "c++",
    flags: ["-O1", "-g"],
    source: `#include <algorithm>
#include <iostream>
#include <map>
#include <regex>
#include <sstream>
#include <vector>
int main() {
  std::map<std::string, int> seen;
  std::stringstream words("a b c a");
  for (std::string word; words >> word;) seen[word]++;
  std::vector<std::pair<std::string, int>> all(seen.begin(), seen.end());
  std::sort(all.begin(), all.end());
  for (auto &[name, count] : all) std::cout << name << count << "\\n";
  return std::regex_match("aaa", std::regex("a+"));
}
`,
  },
] as const;

function compile(path: string, args: readonly string[], input: string): void {
  const done = spawnSync(compiler, [...args, "-c", "-o", path, "-"], { input, encoding: "utf8" });
  if (done.error !== undefined) throw new BenchError(`the linker's benchmark needs ${compiler}`);
  if (done.status !== 0) throw new BenchError(`a source cannot be compiled:\n${done.stderr}`);
}

function found(name: string): string {
  return spawnSync(compiler, [`-print-file-name=${name}`], { encoding: "utf8" }).stdout.trim();
}

/** The linker by GNU ld: time and memory. */
export function linker({ cli, runs, small, progress }: Options): Report {
  const folder = join(outFolder, `linker-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  const output = join(folder, "program");
  const reference = join(folder, "reference");
  const ours = (args: readonly string[]) => [process.execPath, cli, "link", ...args, "-o", output];
  const theirs = (args: readonly string[]) => [ld, ...args, "-o", reference];
  const empty = join(folder, "empty.o");
  compile(empty, ["-x", "assembler"], ".globl _start\n_start: ret\n");
  const start = ["crt1.o", "crti.o", "crtbeginT.o"].map(found);
  const libraries = ["libstdc++.a", "libm.a", "libgcc.a", "libgcc_eh.a", "libc.a"].map(found);
  const end = ["crtend.o", "crtn.o"].map(found);
  const cases = programs
    .filter((_, index) => !small || index < 2)
    .map(({ name, language, flags, source }) => {
      progress(`compiling ${name}`);
      const object = join(folder, `${name}.o`);
      compile(object, [...flags, "-x", language], source);
      const group = ["--start-group", ...libraries, "--end-group"];
      return { name, args: ["-static", ...start, object, ...group, ...end] };
    });
  const wrong: string[] = [];
  const times = new Map<string, { own: number; reference: number }>();
  for (let round = 0; round < runs; round++) {
    for (const { name, args } of [{ name: "nothing", args: [empty] }, ...cases]) {
      progress(name);
      const [own, other] = [run(ours(args)), run(theirs(args))];
      if (own.code !== 0 || other.code !== 0) wrong.push(`${name}: ${own.errors}${other.errors}`);
      const before = times.get(name) ?? { own: Infinity, reference: Infinity };
      times.set(name, {
        own: Math.min(before.own, own.user),
        reference: Math.min(before.reference, other.user),
      });
    }
  }
  const least = (name: string) => times.get(name) as { own: number; reference: number };
  const nothing = least("nothing");
  const rows = cases.map(({ name, args }) => {
    progress(`${name}: memory`);
    const { own, reference: other } = least(name);
    const net = own - nothing.own;
    const memory = { own: runWithPeak(ours(args)).peak, reference: peakOf(theirs(args)) };
    const size = readFileSync(output).length;
    return { name, size, own, reference: other, net, ratio: net / other, memory };
  });
  rmSync(folder, { recursive: true });
  console.log(
    table([
      ["program", "bytes", "hartbeat, s", "ld, s", "less start, s", "ratio", "MiB", "ld, MiB"],
      ["nothing", "", nothing.own.toFixed(2), nothing.reference.toFixed(2)],
      ...rows.map(({ name, size, own, reference: other, net, ratio, memory }) => [
        name,
        `${size}`,
        own.toFixed(2),
        other.toFixed(2),
        net.toFixed(2),
        ratio.toFixed(2),
        memory.own.toFixed(0),
        memory.reference.toFixed(0),
      ]),
    ]),
  );
  // A program in C takes ld so little that Node's own memory and the archives are all that is seen.
  const large = rows.filter(({ name }) => name !== "C");
  const goals = large.flatMap(({ name, ratio, memory }) => [
    atMost(`linker: user time of ${name} by GNU ld`, ratio, 4),
    atMost(`linker: memory of ${name} by GNU ld`, memory.own / memory.reference, 4),
  ]);
  return { goals, wrong, rows };
}
