/**
 * The campaign of the privileged architecture: random page tables, protection, interrupts,
 * privileged instructions and values of CSRs, as bare-metal programs on our engines in turn and on
 * QEMU's `virt` machine.
 */
import { engineNames } from "../../emulator/engines.ts";
import { suites } from "../emulator/privileged/comparison.ts";
import { findTool } from "../tools.ts";
import type { Campaign } from "./campaign.ts";

/** Runs every suite, round by round. */
export const privileged: Campaign = {
  name: "privileged",
  summary: "paging, protection, traps, interrupts and CSRs on our board and on QEMU's",
  async run({ seconds, seed, print }) {
    for (const name of ["qemu-system-riscv32", "qemu-system-riscv64"]) {
      if (findTool(name) === undefined) throw new Error(`This needs ${name} on PATH.`);
    }
    const end = Date.now() + 1000 * seconds;
    const known = new Map<string, number>();
    let cases = 0;
    let round = 0;
    do {
      for (const [index, suite] of suites.entries()) {
        const engine = engineNames[(round + index) % engineNames.length] ?? "evaluator";
        const found = await suite.compare(seed + round, engine);
        cases += found.cases;
        for (const [reason, times] of found.explained) {
          known.set(reason, (known.get(reason) ?? 0) + times);
        }
        if (found.unexplained.length > 0) {
          print(`${suite.name} otherwise than QEMU on the ${engine}, with --seed ${seed + round}:`);
          for (const line of found.unexplained.slice(0, 5)) print(`  ${line}`);
          return false;
        }
      }
      round++;
    } while (Date.now() < end);
    print(`${cases} cases in ${round} rounds; known differences:`);
    for (const [reason, times] of known) print(`${String(times).padStart(8)} ${reason}`);
    return true;
  },
};
