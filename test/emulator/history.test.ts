/**
 * Time travel: a program is run once and its state noted at many points; then any of them is gone to
 * in random order, backwards and forwards, and must be what it was: registers, memory, output, and
 * what the system calls remember. The host must see each output once, and each question once.
 */
import { deepEqual, equal, throws } from "node:assert/strict";
import { createHash } from "node:crypto";
import type { ElfFile } from "../../elf/model.ts";
import type { EngineName } from "../../emulator/engines.ts";
import { History, type HistoryOptions } from "../../emulator/history/history.ts";
import type { HostReply, Stop } from "../../emulator/machine.ts";
import { createProcess } from "../../emulator/process/process.ts";
import { buildProgram } from "../process/build-program.ts";
import { historyPrograms } from "./history-programs.ts";

/** A run with its history, and what the host saw of it. */
class Run {
  readonly history: History;
  output = "";
  /** How many times the host was asked. */
  questions = 0;
  #clock = 0;

  constructor(file: ElfFile, engine: EngineName, options: HistoryOptions = {}, input = "") {
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
      (host) => createProcess({ file, environment: "linux", engine, hotness: 2, host, mounts: {} }),
      // Time goes on by one with every look at the clock, so snapshots come after so many pieces.
      { clock: () => this.#clock++, interval: 4, ...options },
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

  /** A digest of all that can be seen of the machine. */
  state(): string {
    const { history } = this;
    const { current } = history;
    const hash = createHash("sha256");
    const registers = Array.from({ length: 32 }, (_, n) => `${current.x(n)} ${current.f(n)}`);
    hash.update(`${current.pc} ${current.csr(3)} ${registers.join(" ")}`);
    for (const { start, end, name, permissions } of history.memoryMap(current)) {
      hash.update(`${start} ${end} ${name} ${permissions}`);
      // The ends of what is long: of the stack only the top is in use.
      const size = Number(end - start);
      for (const from of size > 1 << 17 ? [0, size - 65_536] : [0]) {
        hash.update(history.readMemory(current, start + BigInt(from), Math.min(size, 131_072)));
      }
    }
    const { 1: out, 2: err } = history.outputPosition;
    return `${history.instructions} ${out} ${err} ${hash.digest("hex")}`;
  }
}

function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** Runs to the end in pieces; the states at their ends. */
function record(run: Run, piece: number): { states: Map<bigint, string>; stop: Stop } {
  const states = new Map<bigint, string>();
  for (;;) {
    const stop = run.run(piece);
    if (stop.reason !== "budget") return { states, stop };
    states.set(run.history.instructions, run.state());
  }
}

for (const engine of ["translator", "evaluator"] as const) {
  describe(`history with the ${engine}`, function () {
    this.timeout(30_000);

    for (const { name, text, input } of historyPrograms) {
      it(`goes to any point of: ${name}`, async () => {
        const file = await buildProgram(text);
        const run = new Run(file, engine, {}, input);
        const { states, stop } = record(run, 173);
        equal(stop.reason, "exit");
        const { output, questions } = run;
        const counts = [...states.keys()];
        const pick = random(99);
        for (let turn = 0; turn < 60; turn++) {
          const count = counts[pick(counts.length)] as bigint;
          run.history.goTo(count);
          equal(run.state(), states.get(count), `at ${count}`);
        }
        // From the past, the run comes to the same end.
        deepEqual(run.run(10_000_000), stop);
        equal(run.output, output, "no output twice");
        equal(run.questions, questions, "nothing asked twice");
      });
    }

    it("keeps within its bytes, and still goes everywhere", async () => {
      const file = await buildProgram(historyPrograms[0]?.text ?? "");
      const run = new Run(file, engine, { limit: 12 * 4096 });
      const { states } = record(run, 97);
      const { counts, bytes } = run.history.kept;
      equal(bytes <= 12 * 4096 + 8 * 4096, true, `${bytes} bytes in ${counts.length} snapshots`);
      for (const [count, state] of [...states].reverse()) {
        run.history.goTo(count);
        equal(run.state(), state, `at ${count}`);
      }
    });

    it("drops the future when the past is changed, and remembers the change", async () => {
      const file = await buildProgram(historyPrograms[0]?.text ?? "");
      const run = new Run(file, engine);
      const { states } = record(run, 97);
      const { history } = run;
      const middle = [...states.keys()][Math.floor(states.size / 2)] as bigint;
      history.goTo(middle);
      equal(history.isInPast, true);
      history.current.setX(28, 12_345n);
      equal(history.isInPast, false);
      equal(history.end, middle);
      const changed = run.state();
      run.run(500);
      equal(run.state() === states.get(history.instructions), false);
      const later = run.state();
      const at = history.instructions;
      history.goTo(middle - 5n);
      equal(history.current.x(28) === 12_345n, false, "the change comes later");
      history.goTo(at);
      equal(run.state(), later);
      history.goTo(middle);
      equal(run.state(), changed);
      throws(() => history.goTo(history.end + 1n), RangeError);
    });

    it("stops at the same breakpoints in the past", async () => {
      const file = await buildProgram(historyPrograms[0]?.text ?? "");
      const place = file.symbols.find((symbol) => symbol.name === "loop")?.value ?? 0n;
      const run = new Run(file, engine);
      const { history } = run;
      history.setBreakpoints([place]);
      const hits = () => {
        const found: bigint[] = [];
        while (run.run(10_000_000).reason === "breakpoint") found.push(history.instructions);
        return found;
      };
      const forward = hits();
      equal(forward.length > 10, true);
      history.goTo(history.start);
      // The first instruction is the breakpoint's own in neither direction.
      deepEqual(hits(), forward);
    });
  });
}
