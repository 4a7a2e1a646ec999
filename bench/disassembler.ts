/**
 * The disassembler by GNU objdump, over big binaries of Debian's riscv64 port: lines, lines that
 * differ, and user time, with aliases and without.
 */
import { readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { compareDisassembly, debianBinaries } from "../test/cli/debian-binaries.ts";
import { debianRoot } from "../test/debian.ts";
import { BenchError } from "./build.ts";
import type { Options } from "./compare.ts";
import { run } from "./measure.ts";
import { atMost, type Report, table } from "./report.ts";

const objdump = "riscv64-unknown-elf-objdump";

/** The disassembler by GNU objdump: text and time. */
export async function disassembler({ cli, small, progress }: Options): Promise<Report> {
  const binaries = small ? debianBinaries.slice(0, 2) : debianBinaries;
  const root = await debianRoot(binaries.map(([name]) => name)).catch((error: Error) => {
    throw new BenchError(`Debian's packages cannot be fetched: ${error.message.split("\n")[0]}`);
  });
  const wrong: string[] = [];
  const rows: { path: string; lines: number; different: number; own: number; other: number }[] = [];
  for (const [, path] of binaries) {
    const file = realpathSync(join(root, path));
    for (const aliases of [true, false]) {
      progress(path);
      const own = run([
        process.execPath,
        cli,
        "objdump",
        "-d",
        ...(aliases ? [] : ["--no-aliases"]),
        file,
      ]);
      const other = run([objdump, "-d", ...(aliases ? [] : ["-M", "no-aliases"]), file]);
      const { lines, different } = compareDisassembly(own.output, other.output);
      const name = aliases ? path : `${path}, no aliases`;
      if (different.length > 0) wrong.push(`${name}: ${different[0]}`);
      const count = different.length;
      rows.push({ path: name, lines, different: count, own: own.user, other: other.user });
    }
    progress(`${path}: ${readFileSync(file).length} bytes`);
  }
  console.log(
    table([
      ["binary", "lines", "different", "hartbeat, s", "objdump, s", "ratio"],
      ...rows.map(({ path, lines, different, own, other }) => [
        path,
        `${lines}`,
        `${different}`,
        own.toFixed(2),
        other.toFixed(2),
        (own / other).toFixed(2),
      ]),
    ]),
  );
  const sum = (key: "own" | "other" | "different") =>
    rows.reduce((total, row) => total + row[key], 0);
  const goals = [
    atMost("disassembler: lines that differ", sum("different"), 0),
    atMost("disassembler: user time of all by objdump", sum("own") / sum("other"), 2),
  ];
  return { goals, wrong, rows };
}
