/**
 * What can be caught: the exceptions that a hart can raise (privileged manual, "Machine Cause (mcause) Register"), and
 * failures that end a program: how they are grouped for the person to choose, and what is said of one that stopped the program.
 */
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { Failure, Trap } from "../emulator/machine.ts";
import { formatHex } from "./formats.ts";

/** What a cause means; `at` is the trap's value as text. */
interface Cause {
  readonly name: string;
  readonly describe: (at: string) => string;
}

const fetch = (name: string, why: string): Cause => ({
  name,
  describe: (at) => `There is no instruction to run at ${at}: ${why}.`,
});
const load = (name: string, why: string): Cause => ({
  name,
  describe: (at) => `The load from ${at} is not possible: ${why}.`,
});
const store = (name: string, why: string): Cause => ({
  name,
  describe: (at) => `The store to ${at} is not possible: ${why}.`,
});

/** By code. */
const causes: Readonly<Record<number, Cause>> = {
  0: fetch("Instruction address misaligned", "the address is not that of an instruction"),
  1: fetch("Instruction access fault", "the memory there does not exist or cannot be executed"),
  2: {
    name: "Illegal instruction",
    describe: (bits) => `The bits ${bits} are no instruction that this hart may run.`,
  },
  4: load("Load address misaligned", "the address is not a multiple of the size"),
  5: load("Load access fault", "the memory there does not exist or cannot be read"),
  6: store("Store or AMO address misaligned", "the address is not a multiple of the size"),
  7: store("Store or AMO access fault", "the memory there does not exist or cannot be written"),
  12: fetch("Instruction page fault", "no executable page is mapped there"),
  13: load("Load page fault", "no readable page is mapped there"),
  15: store("Store or AMO page fault", "no writable page is mapped there"),
};

/** What the person can choose, and the codes, or the failure, that it stands for. */
const filters: readonly {
  readonly filter: string;
  readonly label: string;
  readonly description: string;
  readonly causes: readonly number[];
  readonly failure?: Failure;
}[] = [
  {
    filter: "illegal",
    label: "Illegal instructions",
    description: "Stops at an instruction that this hart does not have or may not run.",
    causes: [2],
  },
  {
    filter: "fetch",
    label: "Jumps to where no code is",
    description: "Stops when the next instruction cannot be fetched.",
    causes: [0, 1, 12],
  },
  {
    filter: "load",
    label: "Bad loads",
    description: "Stops at a load from memory that is not there, not readable, or misaligned.",
    causes: [4, 5, 13],
  },
  {
    filter: "store",
    label: "Bad stores",
    description: "Stops at a store to memory that is not there, not writable, or misaligned.",
    causes: [6, 7, 15],
  },
  {
    filter: "calls",
    label: "Failed environment calls",
    description: "Stops at an ecall that cannot be done and would end the program.",
    causes: [],
    failure: "call",
  },
  {
    filter: "signals",
    label: "Fatal signals",
    description: "Stops where the program sends itself a signal that ends it, as abort() does.",
    causes: [],
    failure: "signal",
  },
];

/** What failures are called. */
export const failureNames: Readonly<Record<Failure, string>> = {
  call: "Failed environment call",
  signal: "Fatal signal",
};

/** The filters as the capabilities announce them. */
export const exceptionFilters: DebugProtocol.ExceptionBreakpointsFilter[] = filters.map(
  ({ filter, label, description }) => ({
    filter,
    label,
    description,
    default: true,
    supportsCondition: true,
    conditionDescription: "An expression, for example a0 == 0",
  }),
);

/** The codes of a filter; undefined where there is no such filter. */
export function causesOf(filter: string): readonly number[] | undefined {
  return filters.find((known) => known.filter === filter)?.causes;
}

/** The failure that a filter stands for, if it stands for one. */
export function failureOf(filter: string): Failure | undefined {
  return filters.find((known) => known.filter === filter)?.failure;
}

/** A name for a cause. */
export function causeName(cause: number): string {
  return causes[cause]?.name ?? `Exception ${cause}`;
}

/** The causes that code which has no end runs into. */
const endless: ReadonlySet<number> = new Set([1, 2, 12]);

/** One sentence on a trap behind the last instruction; undefined where the cause is another. */
export function describePastEnd({ cause }: Trap): string | undefined {
  if (!endless.has(cause)) return undefined;
  return (
    "The program ran past its last instruction: " +
    "let it end itself there with the exit call, li a7, 93 and ecall, with its exit code in a0."
  );
}

/** One sentence on a trap. */
export function describeTrap({ cause, value, pc }: Trap, xlen: 32 | 64): string {
  const place = formatHex(pc, xlen);
  const text = cause === 2 ? formatHex(value, value > 0xffffn ? 32 : 16) : formatHex(value, xlen);
  return causes[cause]?.describe(text) ?? `Exception ${cause} was raised at ${place}.`;
}
