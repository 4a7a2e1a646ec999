/** Functions that expressions call leave nothing behind: states before and after are the same. */
import assert from "node:assert/strict";
import { RequestError } from "../../debug-adapter/errors.ts";
import { Excursions } from "../../debug-adapter/excursions.ts";
import { evaluate } from "../../debug-adapter/expressions/evaluator.ts";
import { FrameEnvironment } from "../../debug-adapter/frame-environment.ts";
import { CallStack } from "../../debug-adapter/frames.ts";
import { CalledFunctions } from "../../debug-adapter/function-calls.ts";
import { Program } from "../../debug-adapter/program.ts";
import type { ElfFile } from "../../elf/model.ts";
import { Run, random } from "../emulator/history-run.ts";
import { buildProgram } from "../process/build-program.ts";

const text = `
    .globl _start
_start:
    li   s0, 0
loop:
    mv   a0, s0
    call weigh
    la   t0, total
    ld   t1, 0(t0)
    add  t1, t1, a0
    sd   t1, 0(t0)
    call say
    addi s0, s0, 1
    li   t0, 40
    blt  s0, t0, loop
    li   a0, 0
    li   a7, 93
    ecall
weigh:                      # the sum of the numbers to a0, on the stack
    addi sp, sp, -16
    sd   ra, 8(sp)
    sd   a0, 0(sp)
    beqz a0, 1f
    addi a0, a0, -1
    call weigh
    ld   t0, 0(sp)
    add  a0, a0, t0
1:  ld   ra, 8(sp)
    addi sp, sp, 16
    ret
say:
    li   a0, 1
    la   a1, dot
    li   a2, 1
    li   a7, 64
    ecall
    ret
note:
    la   t0, total
    sd   a0, 0(t0)
    ret
spin:
    j    spin
fault:
    ld   a0, 0(zero)
    ret
    .data
total: .dword 0
dot:   .ascii "."
`;

/** What is called, and what comes of it. */
const calls = [
  ["(long)weigh(9)", "45"],
  ["(int)weigh(100)", "5050"],
  ["(long)say()", "the call of say was given up and undone: it makes an environment call"],
  ["(long)note(7)", "the call of note was given up and undone: it writes 0x"],
  ["(long)spin()", "the call of spin was given up and undone: it has not returned in time"],
  ["(long)fault()", "the call of fault was given up and undone: it raises an exception"],
] as const;

class Session {
  readonly run: Run;
  readonly #program: Program;
  readonly #functions: CalledFunctions;

  constructor(file: ElfFile) {
    this.run = new Run(file, "translator");
    const { history } = this.run;
    const { xlen, extensions } = history;
    this.#program = new Program("program", file, { xlen, base: "i", extensions });
    const excursions = new Excursions(history, () => {
      history.catchExceptions(new Set());
    });
    this.#functions = new CalledFunctions(
      this.#program,
      excursions,
      (pc) => `0x${pc.toString(16)}`,
    );
  }

  value(expression: string): string {
    const { history } = this.run;
    const frame = new CallStack(this.#program, history, history.current).frame(0);
    assert(frame !== undefined);
    const environment = new FrameEnvironment(this.#program, history, frame);
    environment.calls = {
      call: (...given) => this.#functions.call(...given, environment),
    };
    try {
      return String(evaluate(expression, environment, false).value.data);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      return error.message.replace(/^T/, "t");
    }
  }
}

describe("calls of functions in expressions", function () {
  this.timeout(30_000);

  it("leave the state, the history and the output as they were, now and in the past", async () => {
    const file = await buildProgram(text);
    const plain = new Run(file, "translator");
    const last = plain.run(1_000_000);
    const session = new Session(file);
    const { run } = session;
    const { history } = run;
    const look = () =>
      [run.state(), history.end, history.isInPast, history.outputPosition, run.output] as const;
    const pick = random(7);
    const states = new Map<bigint, string>();
    const callAll = (wanted: typeof calls | (typeof calls)[number][]) => {
      for (const [expression, expected] of wanted) {
        const before = look();
        const value = session.value(expression);
        assert(value.startsWith(expected), `${expression}: ${value}`);
        assert.deepEqual(look(), before, expression);
      }
    };
    for (let turn = 0; turn < 12; turn++) {
      run.run(1 + pick(700));
      states.set(history.instructions, run.state());
      callAll(turn === 3 ? calls : [calls[0], calls[turn % 4]!]);
    }
    const [first] = states.keys();
    for (const [count, state] of [...states].reverse()) {
      history.goTo(count);
      assert.equal(run.state(), state);
      callAll(count === first ? calls : [calls[1], calls[2]]);
      assert.equal(history.instructions, count);
    }
    assert.deepEqual(run.run(1_000_000), last);
    assert.equal(run.state(), plain.state());
    assert.equal(run.output, plain.output);
  });
});
