/** Lets GDB work at jobs by a script of its own, for comparing what it says with what we say. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tryTool } from "../tools.ts";

/**
 * What GDB answers to each job. It keeps to one width in a process, so there is one for each QEMU.
 * @param script Python that reads jobs from the file that HARTBEAT_JOBS names, and writes answers
 * @param folder for the files between
 */
export function answersOfGdb<Answer>(
  jobs: readonly { readonly qemu: string }[],
  script: string,
  folder: string,
): Answer[] {
  const all: Answer[] = [];
  for (const qemu of ["qemu-riscv64", "qemu-riscv32"]) {
    const some = [...jobs.keys()].filter((index) => jobs[index]!.qemu === qemu);
    const file = join(folder, `${qemu}.json`);
    writeFileSync(file, JSON.stringify(some.map((index) => jobs[index])));
    process.env["HARTBEAT_JOBS"] = file;
    const { stderr } = tryTool("gdb-multiarch", ["-nx", "-batch", "-x", script]);
    assert.doesNotMatch(stderr, /Traceback/, stderr);
    const answers = JSON.parse(readFileSync(`${file}.answers`, "utf8")) as Answer[];
    for (const [at, index] of some.entries()) all[index] = answers[at]!;
  }
  return all;
}
