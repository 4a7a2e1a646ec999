/**
 * Recordings and branches: a run that was written and read again has the same states at the same
 * points, on another engine too, and asks its host nothing; what is no recording, or a damaged one,
 * is refused in one clause.
 */
import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import {
  faultOf,
  type RecordingHead,
  readRecording,
  writeRecording,
} from "../../debug-adapter/recording.ts";
import type { ElfFile } from "../../elf/model.ts";
import { readElf } from "../../elf/reader.ts";
import { writeElf } from "../../elf/writer.ts";
import type { EngineName } from "../../emulator/engines.ts";
import { branchLimit } from "../../emulator/history/branch.ts";
import { FormatError } from "../../emulator/history/codec.ts";
import type { RecordedStart } from "../../emulator/history/history.ts";
import { pack, unpack } from "../../emulator/history/recording-file.ts";
import type { SavedProcess } from "../../emulator/process/saved-process.ts";
import { buildProgram } from "../process/build-program.ts";
import { historyPrograms } from "./history-programs.ts";
import { processStart, Run, random, record } from "./history-run.ts";

const headOf = (file: ElfFile): RecordingHead => ({
  program: "program.s",
  written: 1_700_000_000_000,
  image: writeElf(file),
  interpreter: undefined,
  start: processStart,
  build: { sources: ["program.s"], march: "rv64gc" },
  files: new Map([["program.s", new TextEncoder().encode("# é\n")]]),
  bookmarks: [{ at: 3n, label: "here", branch: "main" }],
});

const write = (run: Run, file: ElfFile) => writeRecording(headOf(file), run.history);

async function open(bytes: Uint8Array, engine: EngineName = "translator"): Promise<Run> {
  const { head, start } = await readRecording(bytes);
  return new Run(readElf(head.image), engine, {}, "", start as RecordedStart<SavedProcess>);
}

/** The branches in one line each. */
const branchesOf = ({ history }: Run) =>
  history.branches.map(
    ({ name, isCurrent, since, end, at }) => `${name}${isCurrent ? "*" : ""} ${since} ${end} ${at}`,
  );

describe("recordings", function () {
  this.timeout(30_000);

  for (const { name, text, input } of historyPrograms) {
    it(`hold all of: ${name}`, async () => {
      const file = await buildProgram(text);
      const run = new Run(file, "translator", {}, input);
      const { states, stop } = record(run, 211);
      const bytes = await write(run, file);
      for (const engine of ["translator", "evaluator"] as const) {
        const opened = await open(bytes, engine);
        const counts = [...states.keys()];
        const pick = random(7);
        for (let turn = 0; turn < 12; turn++) {
          const count = counts[pick(counts.length)] as bigint;
          opened.history.goTo(count);
          equal(opened.state(), states.get(count), `at ${count}`);
        }
        deepEqual(opened.run(10_000_000), stop);
        equal(opened.questions, 0);
        equal(opened.output, "", "output is not written again");
        const log = opened.history.writtenOutput.map(({ bytes: part }) => Buffer.from(part));
        equal(Buffer.concat(log).toString(), run.output);
      }
    });
  }

  it("keep their head", async () => {
    const file = await buildProgram(historyPrograms[0]?.text ?? "");
    const run = new Run(file, "translator");
    run.run(100);
    const { head } = await readRecording(await write(run, file));
    deepEqual({ ...head, interpreter: head.interpreter }, headOf(file));
  });

  it("end with a reason, and go on when asked", async () => {
    const [, program] = historyPrograms;
    const file = await buildProgram(program?.text ?? "");
    const run = new Run(file, "translator", {}, "abc");
    run.run(150);
    const { instructions } = run.history;
    const opened = await open(await write(run, file));
    deepEqual(opened.history.run(1_000_000), { reason: "end" });
    equal(opened.history.instructions, instructions);
    equal(opened.state(), run.state());
    deepEqual(opened.history.run(5), { reason: "end" });
    equal(opened.questions, 0);
    equal(opened.history.unseal(), true);
    equal(opened.run(1_000_000).reason, "exit");
    ok(opened.questions > 0);
    // From the past, what was recorded stays as a branch.
    const again = await open(await write(run, file));
    again.history.goTo(100n);
    equal(again.history.unseal(), true);
    equal(again.history.isInPast, false);
    deepEqual(branchesOf(again), [`main 0 ${instructions} 100`, "branch 1* 100 100 100"]);
    again.history.switchTo("main");
    deepEqual(again.history.run(1_000_000), { reason: "end" });
    equal(again.state(), run.state());
  });

  it("are small, however many snapshots there were", async () => {
    const file = await buildProgram(historyPrograms[0]?.text ?? "");
    const run = new Run(file, "translator");
    while (run.run(19).reason === "budget");
    const { history } = run;
    ok(history.kept.counts.length > 150, `${history.kept.counts.length}`);
    const opened = await open(await write(run, file));
    ok(opened.history.kept.counts.length <= 128);
    for (let at = 12n; at < history.end; at += 5_000n) {
      history.goTo(at);
      opened.history.goTo(at);
      equal(opened.state(), run.state());
    }
  });

  it("refuse what is no recording", async () => {
    const file = await buildProgram("  .globl _start\n_start: nop\n");
    const run = new Run(file, "translator");
    run.run(1);
    const good = await write(run, file);
    const changed = (change: (bytes: Uint8Array) => void) => {
      const copy = good.slice();
      change(copy);
      return copy;
    };
    const cases: [string, Uint8Array, RegExp][] = [
      ["nothing", new Uint8Array(0), /^it is no recording of Hartbeat$/],
      ["another file", writeElf(file), /^it is no recording of Hartbeat$/],
      ["a cut", good.subarray(0, good.length - 1), /^its end is missing$/],
      ["a newer one", changed((bytes) => bytes.set([2], 8)), /version 2, which only a newer/],
      ["a changed byte", changed((bytes) => bytes.set([bytes[60]! ^ 1], 60)), /^it is damaged$/],
      ["a changed length", changed((bytes) => bytes.set([1], 18)), /^it is damaged$/],
      ["more behind it", Uint8Array.of(...good, 0), /^it is damaged$/],
    ];
    for (const [what, bytes, expected] of cases) {
      await rejects(readRecording(bytes), (error) => {
        match(faultOf(error), expected, what);
        return true;
      });
    }
  });

  it("refuse what a version with other parts has written", async () => {
    const file = await buildProgram("  .globl _start\n_start: nop\n");
    const run = new Run(file, "translator");
    run.run(1);
    const content = await unpack(await write(run, file));
    content[0]! ^= 1;
    const read = readRecording(await pack(content.slice()));
    equal(await read.catch(faultOf), "it was written by another version of Hartbeat");
  });

  it("unpack no more than their header says", async () => {
    const bomb = await pack(new Uint8Array(8 << 20));
    ok(bomb.length < 20_000);
    new DataView(bomb.buffer).setUint32(16, 1000, true);
    const content = await unpack(resealed(bomb)).catch(faultOf);
    equal(content, "it unpacks to more than there can be");
  });

  it("refuse damaged contents behind good checksums, without hanging", async function () {
    this.timeout(60_000);
    const file = await buildProgram(historyPrograms[2]?.text ?? "");
    const run = new Run(file, "translator");
    record(run, 173);
    const content = await unpack(await write(run, file));
    const pick = random(4242);
    const refused = new Map<string, number>();
    for (let turn = 0; turn < 30; turn++) {
      const bytes = content.slice();
      if (turn % 5 === 0) bytes.fill(0xff, pick(bytes.length));
      else for (let n = pick(8); n >= 0; n--) bytes[pick(bytes.length)] = pick(256);
      const cut = turn % 7 === 0 ? bytes.subarray(0, pick(bytes.length)) : bytes;
      const packed = await pack(cut.slice());
      try {
        const opened = await open(packed, "evaluator");
        opened.history.goTo(opened.history.end < 5000n ? opened.history.end : 5000n);
      } catch (error) {
        const kind = (error as Error).constructor.name;
        refused.set(kind, (refused.get(kind) ?? 0) + 1);
      }
    }
    ok((refused.get(FormatError.name) ?? 0) > 3, JSON.stringify([...refused]));
  });
});

/** A file whose checksum is right again. */
function resealed(file: Uint8Array<ArrayBuffer>): Uint8Array {
  let value = 0xffff_ffff;
  for (const byte of [...file.subarray(0, 20), ...file.subarray(24)]) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? 0xedb8_8320 : 0);
  }
  new DataView(file.buffer).setUint32(20, ~value >>> 0, true);
  return file;
}

describe("branches", function () {
  this.timeout(30_000);
  const program = historyPrograms[0]?.text ?? "";

  /** A run to the end, and a second course of it from the middle on. */
  async function forked(limit?: number) {
    const file = await buildProgram(program);
    const run = new Run(file, "translator", limit === undefined ? {} : { limit });
    const { states } = record(run, 397);
    const middle = [...states.keys()][Math.floor(states.size / 2)] as bigint;
    run.history.goTo(middle);
    equal(run.history.keepFuture(), true);
    run.history.current.setX(18, 12_345n);
    const other = record(run, 397).states;
    return { file, run, middle, states, other };
  }

  async function check(run: Run, states: ReadonlyMap<bigint, string>) {
    const pick = random(3);
    const counts = [...states.keys()];
    for (let turn = 0; turn < 20; turn++) {
      const count = counts[pick(counts.length)] as bigint;
      run.history.goTo(count);
      equal(run.state(), states.get(count), `${run.history.branch} at ${count}`);
    }
  }

  it("are switched between, each with its own states", async () => {
    const { run, middle, states, other } = await forked();
    const { history } = run;
    equal(history.branch, "branch 1");
    ok([...other].some(([count, state]) => states.get(count) !== state));
    for (let turn = 0; turn < 3; turn++) {
      await check(run, other);
      history.switchTo("main");
      await check(run, states);
      history.switchTo("branch 1");
    }
    history.goTo(middle - 5n);
    history.rename("main", "before");
    deepEqual(
      history.branches.map(({ name, since }) => [name, since]),
      [
        ["before", 0n],
        ["branch 1", middle],
      ],
    );
    history.remove("before");
    await check(run, other);
    equal(history.branches.length, 1);
  });

  it("are in recordings", async () => {
    const { file, run, states, other } = await forked();
    run.history.goTo(1000n);
    const opened = await open(await write(run, file));
    deepEqual(
      branchesOf(opened).map((line) => line.replace(/ \d+$/, "")),
      branchesOf(run).map((line) => line.replace(/ \d+$/, "")),
    );
    equal(opened.history.leftAt, 1000n);
    await check(opened, other);
    opened.history.switchTo("main");
    await check(opened, states);
    equal(opened.questions, 0);
  });

  it("keep within the bytes of the history together", async () => {
    const { run, states, other } = await forked(12 * 4096);
    const { history } = run;
    for (let turn = 0; turn < 4; turn++) {
      history.goTo(history.end - 500n);
      equal(history.keepFuture(), true);
      history.current.setX(18, BigInt(turn));
      record(run, 397);
    }
    ok(history.kept.bytes <= 12 * 4096 * 3, `${history.kept.bytes} bytes`);
    history.switchTo("branch 1");
    await check(run, other);
    history.switchTo("main");
    await check(run, states);
  });

  it("are not without number", async () => {
    const { run } = await forked();
    const { history } = run;
    const there = history.end - 10n;
    for (let turn = 2; turn < branchLimit; turn++) {
      history.goTo(there);
      equal(history.keepFuture(), true);
    }
    equal(history.keepFuture(), false);
  });
});
