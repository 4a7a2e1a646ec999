/**
 * Time travel: a program is run once and its state noted at many points; then any of them is gone to
 * in random order, backwards and forwards, and must be what it was: registers, memory, output, and
 * what the system calls remember. The host must see each output once, and each question once.
 */
import { deepEqual, equal, throws } from "node:assert/strict";
import { buildProgram } from "../process/build-program.ts";
import { historyPrograms } from "./history-programs.ts";
import { Run, random, record } from "./history-run.ts";

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

    it("comes back from looks elsewhere to the very same point, edits and all", async () => {
      const file = await buildProgram(historyPrograms[0]?.text ?? "");
      const run = new Run(file, engine, { limit: 64 * 4096 });
      const { history } = run;
      const pick = random(7);
      for (let turn = 0; turn < 12; turn++) {
        const stop = run.run(200 + pick(300));
        if (stop.reason === "exit") break;
        if (turn % 3 === 0) history.current.setX(28, BigInt(turn));
        const state = run.state();
        const end = history.instructions;
        for (let look = 0; look < 3; look++) {
          const place = history.keepHere();
          if (place === undefined) throw new Error("nothing waits here");
          equal(history.keepHere(), place, "it is kept once");
          history.goTo(BigInt(pick(Number(end))));
          history.run(Math.min(pick(50) + 1, Number(end - history.instructions)));
          history.comeBack(place);
          equal(run.state(), state, `at ${end}`);
          equal(history.end, end);
          equal(history.isInPast, false);
          if (look < 2) history.release(place);
        }
      }
      const { counts } = history.kept;
      equal(counts.length < 40, true, `${counts.length} snapshots`);
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
