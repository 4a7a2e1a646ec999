/**
 * Who is to blame: what last wrote the register with the wrong value, and where that was loaded from
 * memory, what last wrote the memory. The run is gone back in for it, for a moment at most.
 */
import type { History } from "../../emulator/history/history.ts";
import { effectsOf } from "../../isa/effects.ts";
import { fName, xName } from "../../isa/registers.ts";
import type { Backward } from "../backward.ts";
import type { Program } from "../program.ts";
import type { Cause, Finding } from "./checks.ts";

/** Milliseconds after which the search for a cause is given up. */
const patience = 1500;

/**
 * The causes of a finding, the deepest first; the machine comes back to where it is.
 * @param describe an instruction and its place, for a person
 */
export async function causesOf(
  finding: Finding,
  history: History,
  backward: Backward,
  program: Program,
  describe: (pc: bigint) => string,
): Promise<readonly Cause[]> {
  const { suspect } = finding;
  if (suspect === undefined || suspect.kind === "memory") return finding.causes;
  const home = history.keepHere();
  if (home === undefined) return finding.causes;
  const floor = finding.causes[0]?.at ?? history.start;
  const timer = setTimeout(() => backward.pause(), patience);
  const found: Cause[] = [];
  try {
    const { kind, index } = suspect;
    const read = () => (kind === "x" ? history.current.x(index) : history.current.f(index));
    const write = await backward.changeBefore(finding.at, floor, read);
    if (write !== undefined && (await backward.goTo(write))) {
      const name = (kind === "x" ? xName : fName)(index);
      const label = `${name} was last changed by ${describe(history.current.pc)}`;
      found.unshift({ label, at: write });
      const loaded = loadedFrom(program, history);
      const store = loaded && (await backward.writeBefore(write, floor, loaded));
      if (store !== undefined && (await backward.goTo(store))) {
        const label = `what ${name} was loaded with was written by ${describe(history.current.pc)}`;
        found.unshift({ label, at: store });
      }
    }
  } finally {
    clearTimeout(timer);
    history.comeBack(home);
    history.release(home);
  }
  return [...found, ...finding.causes];
}

/** The memory that the next instruction loads from, if it does. */
function loadedFrom(program: Program, history: History) {
  const { current } = history;
  const decoded = program.decodeBytes(history.readMemory(current, current.pc, 4));
  const memory = decoded && effectsOf(decoded, 0n, history.xlen).memory;
  if (memory?.kind !== "load" || memory.base === undefined) return undefined;
  const address = BigInt.asUintN(history.xlen, current.x(memory.base) + memory.offset);
  return { address, length: memory.width / 8 };
}
