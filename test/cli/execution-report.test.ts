/** The profile and the coverage that `hartbeat run` writes, for a program whose counts are plain. */
import assert from "node:assert/strict";
import { build } from "../../assembler/build.ts";
import { coverageText, profileText } from "../../cli/execution-report.ts";
import { createProcess } from "../../emulator/process/process.ts";
import { parseArchitecture } from "../../isa/architecture.ts";

const source = `        .globl _start
_start: li      s0, 3
loop:   mv      a0, s0
        call    twice
        addi    s0, s0, -1
        bnez    s0, loop
        beqz    s0, leave
        li      a0, 99
leave:  li      a7, 93
        ecall

        .globl twice
        .type twice, @function
twice:  slli    a0, a0, 1
        ret
`;

describe("execution report", () => {
  const make = async () => {
    const host = { readFile: async () => Buffer.from(source) };
    const { file } = await build(["/work/count.s"], { march: "rv64gc" }, host);
    assert.ok(file);
    const machine = createProcess({
      file,
      environment: "linux",
      counts: true,
      host: { output: () => undefined, now: () => 0n, random: (n) => new Uint8Array(n) },
    });
    assert.equal(machine.run(1000).reason, "exit");
    const counts = machine.executionCounts?.();
    const parsed = parseArchitecture("rv64gc");
    assert.ok(counts !== undefined && parsed.ok);
    return { counts, file, architecture: parsed.architecture };
  };

  it("is lcov's format, with every line that has code", async () => {
    const { counts, file } = await make();
    assert.equal(
      coverageText(counts, file),
      `TN:
SF:/work/count.s
FN:2,_start
FN:3,loop
FN:9,leave
FN:14,twice
FNDA:1,_start
FNDA:3,loop
FNDA:1,leave
FNDA:3,twice
FNF:4
FNH:4
DA:2,1
DA:3,3
DA:4,3
DA:5,3
DA:6,3
DA:7,1
DA:8,0
DA:9,1
DA:10,1
DA:14,3
DA:15,3
LF:11
LH:10
end_of_record
`,
    );
  });

  it("names the functions, lines and instructions that ran most", async () => {
    const { counts, file, architecture } = await make();
    const text = profileText(counts, file, architecture);
    assert.match(text, /^22 instructions, at 10 addresses\n/);
    assert.match(text, /\nFunctions\nshare +instructions +entered +function\n/);
    assert.match(text, /\n27\.3% +6 +3 +twice\n/);
    assert.match(text, /\n13\.6% +3 +\/work\/count\.s:14\n/);
    assert.match(text, /\n13\.6% +3 +[0-9a-f]+ +twice\+0x2 +ret\n/);
  });

  it("has nothing to say of a run that was not counted", () => {
    assert.equal(
      coverageText(new Map(), {
        class: 64,
        type: 2,
        machine: 243,
        flags: 0,
        entry: 0n,
        sections: [],
        segments: [],
        symbols: [],
      }),
      "",
    );
  });
});
