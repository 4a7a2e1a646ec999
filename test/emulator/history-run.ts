/** Runs with a history for tests, and what their host sees of them. */
import type { ElfFile } from "../../elf/model.ts";
import type { EngineName } from "../../emulator/engines.ts";
import {
  History,
  type HistoryOptions,
  type RecordedStart,
} from "../../emulator/history/history.ts";
import type { HostReply, Stop } from "../../emulator/machine.ts";
import { createProcess } from "../../emulator/process/process.ts";
import type { SavedProcess } from "../../emulator/process/saved-process.ts";

/** How all programs here are started. */
export const processStart = {
  environment: "linux",
  args: [],
  name: "program",
  variables: {},
  mounts: {},
  terminal: { streams: new Set([0, 1, 2]), columns: 80, rows: 24 },
} as const;

/** A run with its history, and what the host saw of it. */
export class Run {
  readonly history: History<SavedProcess>;
  output = "";
  /** How many times the host was asked. */
  questions = 0;
  #clock = 0;

  /** @param recorded where the run begins, if not anew; see `History` */
  constructor(
    file: ElfFile,
    engine: EngineName,
    options: HistoryOptions = {},
    input = "",
    recorded?: RecordedStart<SavedProcess>,
  ) {
    let inputLeft = input;
    let time = 1_700_000_000_000_000_000n;
    let seed = 1;
    this.#reply = (kind) => {
      this.questions++;
      if (kind !== "read-console") return { kind: "error", error: "ENOENT" };
      const data = new TextEncoder().encode(inputLeft.slice(0, 5));
      inputLeft = inputLeft.slice(5);
      return { kind: "console", data, ended: data.length === 0 };
    };
    this.history = new History(
      {
        output: (_stream, bytes) => {
          this.output += new TextDecoder().decode(bytes);
        },
        now: () => {
          this.questions++;
          time += 1_234_567n;
          return time;
        },
        random: (length) => {
          this.questions++;
          return new Uint8Array(length).fill(seed++);
        },
      },
      (host) => createProcess({ file, engine, hotness: 2, host, ...processStart }),
      // Time goes on by one with every look at the clock, so snapshots come after so many pieces.
      { clock: () => this.#clock++, interval: 4, ...options },
      recorded,
    );
  }

  readonly #reply: (kind: string) => HostReply;

  /** Runs on by at most so many instructions, with the host's answers. */
  run(budget: number): Stop {
    let left = budget;
    for (;;) {
      const before = this.history.instructions;
      const stop = this.history.run(left);
      left -= Number(this.history.instructions - before);
      if (stop.reason === "waiting") this.history.answer(this.#reply(stop.request.kind));
      else if (stop.reason !== "budget" || left <= 0) return stop;
      if (left <= 0) return { reason: "budget" };
    }
  }

  /** A digest of all that the machine is. */
  state(): string {
    return `${this.history.instructions} ${this.history.digest()}`;
  }
}

export function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** Runs to the end in pieces; the states at their ends. */
export function record(run: Run, piece: number): { states: Map<bigint, string>; stop: Stop } {
  const states = new Map<bigint, string>();
  for (;;) {
    const stop = run.run(piece);
    if (stop.reason !== "budget") return { states, stop };
    states.set(run.history.instructions, run.state());
  }
}
