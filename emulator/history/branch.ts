/**
 * A branch: one course that a run has taken, from its start to its end. Branches that begin alike
 * share what they share as objects: the inputs and the snapshots before the point where they part.
 */
import type { Entry } from "./journal.ts";
import { OutputLog } from "./output-log.ts";
import { OutputMarks } from "./output-marks.ts";
import type { FileChange } from "./rewound-files.ts";
import type { OutputPosition, Snapshot } from "./snapshots.ts";

/** What is known of one course of a run. */
export interface Branch<Saved = unknown> {
  name: string;
  readonly entries: Entry[];
  readonly snapshots: Snapshot<Saved>[];
  /** What it has changed of the host's files; nothing in a recording, which has no host. */
  readonly changes: FileChange[];
  /** The instruction count at which it parted from another. */
  readonly since: bigint;
  /** The instruction count of its present: how far it ever came. */
  end: bigint;
  /** The output that had been written there. */
  written: OutputPosition;
  readonly marks: OutputMarks;
  readonly log: OutputLog;
  /** Holds when the program has ended there. */
  hasEnded: boolean;
  /** Holds when it comes from a recording and is not gone on with. */
  isSealed: boolean;
  /** The instruction count at which it was left. */
  at: bigint;
}

/** Branches that a run may have, so that lists of them stay short. */
export const branchLimit = 32;

/** The branch of a run that begins; `entries` are the inputs that its beginning has taken. */
export function firstBranch<Saved>(entries: Entry[]): Branch<Saved> {
  return {
    name: "main",
    entries,
    snapshots: [],
    changes: [],
    since: 0n,
    end: 0n,
    written: { 1: 0, 2: 0 },
    marks: new OutputMarks(),
    log: new OutputLog(),
    hasEnded: false,
    isSealed: false,
    at: 0n,
  };
}

/** A branch that parts from another where a run is now. */
export function forkOf<Saved>(
  { entries, snapshots, changes, marks, log }: Branch<Saved>,
  name: string,
  here: { at: bigint; inputs: number; output: OutputPosition },
): Branch<Saved> {
  const fork: Branch<Saved> = {
    name,
    entries: entries.slice(0, here.inputs),
    snapshots: snapshots.filter(({ at }) => at <= here.at),
    changes: changes.filter(({ inputs }) => inputs <= here.inputs),
    since: here.at,
    end: here.at,
    written: here.output,
    marks: marks.copy(),
    log: log.copy(),
    hasEnded: false,
    isSealed: false,
    at: here.at,
  };
  fork.marks.dropFrom(here.at);
  fork.log.dropAfter(here.output);
  return fork;
}
