/**
 * Call stacks where no process is: on a board, in the handlers of traps. Each program stops at its
 * label `here`; below it stands the stack that is expected, the innermost frame first.
 */
import assert from "node:assert/strict";
import { build } from "../../assembler/build.ts";
import { CallStack } from "../../debug-adapter/frames.ts";
import { Program } from "../../debug-adapter/program.ts";
import { Board, loadsOf } from "../../emulator/system/board.ts";
import { architectureOf } from "../emulator/programs.ts";

const start = `
      .globl _start
_start:
      la    sp, stack
      la    t0, entry
      addi  t0, t0, MODE
      csrw  mtvec, t0
      la    t0, other
      csrw  mscratch, t0
      call  work
      nop
      .globl work
      .type work, @function
work: addi  sp, sp, -32
      sd    ra, 24(sp)
      sd    s1, 16(sp)
      li    s1, 7
      call  inner
      ld    ra, 24(sp)
      addi  sp, sp, 32
      ret
      .globl inner
      .type inner, @function
inner: li   s2, 9
      li    t1, 5
fault: lw   a0, 1(zero)
      ret
`;
const data = `
      .bss
      .balign 16
      .space 1024
stack:
      .space 1024
other:
`;

const cases: readonly { title: string; mode: number; handler: string; stack: readonly string[] }[] =
  [
    {
      title: "a handler on the stack that it finds",
      mode: 0,
      handler: `
      .globl entry
      .type entry, @function
      .balign 4
entry: addi sp, sp, -48
      sd    ra, 40(sp)
      sd    t1, 32(sp)
      sd    s2, 24(sp)
      li    s2, 1
      li    t1, 2
      call  handle
      ld    ra, 40(sp)
      addi  sp, sp, 48
      mret
      .globl handle
      .type handle, @function
handle: addi sp, sp, -16
      sd    ra, 8(sp)
      sd    s2, 0(sp)
      li    s2, 3
here: nop
      ret`,
      stack: [
        "handle s2=3",
        "entry s2=1",
        "<trap: Load access fault>",
        "inner s2=9",
        "work s2=9",
        "_start s2=9",
      ],
    },
    {
      title: "a handler with a stack of its own, out of a table",
      mode: 1,
      handler: `
      .balign 256
      .globl entry
entry: j    handle
      j     handle
      .globl handle
      .type handle, @function
handle: csrrw sp, mscratch, sp
      addi  sp, sp, -32
      sd    ra, 8(sp)
      sd    s2, 0(sp)
      li    s2, 3
here: nop
      mret`,
      stack: ["handle s2=3", "<trap: Load access fault>", "inner s2=9", "work s2=9", "_start s2=9"],
    },
    {
      title: "a trap in a handler, whose own cause is gone",
      mode: 0,
      handler: `
      .globl entry
      .type entry, @function
      .balign 4
entry: addi sp, sp, -48
      sd    ra, 40(sp)
      bnez  s3, here
      li    s3, 1
      lw    a0, 1(zero)
here: nop
      mret`,
      stack: ["entry s2=9", "<trap: Load access fault>", "entry s2=9", "<an earlier trap>"],
    },
  ];

describe("call stacks on a board", () => {
  for (const { title, mode, handler, stack } of cases) {
    it(`lead out of ${title}`, async () => {
      const text = `${start.replace("MODE", String(mode))}${handler}${data}`;
      const options = { march: "rv64imac_zicsr", textAddress: 0x8000_0000n, entry: "_start" };
      const host = { readFile: async () => new TextEncoder().encode(text) };
      const { file, diagnostics } = await build(["bare.s"], options, host);
      assert.deepEqual(diagnostics, []);
      const architecture = architectureOf("rv64imac_zicsr");
      const board = new Board({
        architecture,
        load: loadsOf(file!),
        ramSize: 1 << 20,
        host: { output: () => undefined },
      });
      const program = new Program("bare.s", file!, architecture);
      board.setBreakpoints([program.symbols.byName("here")!.value]);
      assert.equal(board.run(10_000).reason, "breakpoint");
      const calls = new CallStack(program, board, board.hart);
      const seen: string[] = [];
      for (let frame = calls.frame(0); frame !== undefined; frame = calls.frame(seen.length)) {
        const name = program.functionAt(frame.at)?.name;
        seen.push(
          frame.mark === undefined ? `${name} s2=${frame.x(18)?.value}` : `<${frame.mark}>`,
        );
      }
      assert.deepEqual(seen, stack);
    });
  }
});
