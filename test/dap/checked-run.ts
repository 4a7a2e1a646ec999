/** Runs programs with all checks on, and gives what they found as lines of text. */
import { Checker } from "../../debug-adapter/checks/checker.ts";
import { type CheckName, checkNames, type Finding } from "../../debug-adapter/checks/checks.ts";
import { Program } from "../../debug-adapter/program.ts";
import type { ElfFile } from "../../elf/model.ts";
import { type Given, type Result, runProcess } from "../process/run-process.ts";

/** What a program did, and what was found: `heap: The store of …`. */
export interface CheckedResult extends Result {
  readonly found: readonly string[];
  readonly findings: readonly Finding[];
}

/** Runs an executable with checks. */
export async function runChecked(
  program: ElfFile | Uint8Array,
  given: Given = {},
  names: readonly CheckName[] = checkNames,
): Promise<CheckedResult> {
  let checker: Checker | undefined;
  const result = await runProcess(program, {
    ...given,
    prepare: (machine, file) => {
      const { xlen, extensions } = machine;
      const base = extensions.has("e") ? "e" : "i";
      checker = new Checker(
        new Set(names),
        new Program("program", file, { xlen, base, extensions }),
        {
          xlen,
          readMemory: (address, length) => machine.readMemory(machine.current, address, length),
          regions: () => machine.memoryMap(machine.current),
        },
      );
      checker.stops = false;
      machine.observe?.(checker);
    },
  });
  const { findings = [] } = checker ?? {};
  return { ...result, findings, found: findings.map(({ check, text }) => `${check}: ${text}`) };
}
