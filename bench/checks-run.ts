/**
 * One run of a program for `bench -- checks`, as a process of its own: for a number of instructions,
 * plainly or with checks of the run. Prints what was measured as one line of JSON.
 */
import { readFileSync } from "node:fs";
import process from "node:process";
import { Checker } from "../debug-adapter/checks/checker.ts";
import { type CheckName, checkNames } from "../debug-adapter/checks/checks.ts";
import { Program } from "../debug-adapter/program.ts";
import { readElf } from "../elf/reader.ts";
import { createProcess } from "../emulator/process/process.ts";

/** What a run has measured. */
export interface ChecksRun {
  readonly instructions: number;
  /** User time in milliseconds. */
  readonly user: number;
  readonly findings: readonly string[];
}

const [path = "", mode = "", budget = "", ...args] = process.argv.slice(2);
const calls: readonly CheckName[] = ["saved-registers", "stack-pointer", "return-address"];
const file = readElf(readFileSync(path));
const machine = createProcess({
  file,
  environment: "linux",
  args,
  host: { output: () => undefined, now: () => 0n, random: (length) => new Uint8Array(length) },
});
const { xlen, extensions } = machine;
const program = new Program(path, file, { xlen, base: "i", extensions });
const names = mode === "calls" ? calls : mode === "all" ? checkNames : [];
const checker = new Checker(new Set(names), program, {
  xlen,
  readMemory: (address, length) => machine.readMemory(machine.current, address, length),
  regions: () => machine.memoryMap(machine.current),
});
checker.stops = false;
if (names.length > 0) machine.observe?.(checker);
const before = process.cpuUsage();
machine.run(Number(budget));
const { user } = process.cpuUsage(before);
const run: ChecksRun = {
  instructions: Number(machine.instructions),
  user: user / 1000,
  findings: checker.findings.map(({ text }) => text),
};
console.log(JSON.stringify(run));
