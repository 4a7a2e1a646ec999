/**
 * Lints: each rule's own example has its finding and the example put right has none; further
 * sources with the expected messages under the spots; silence where nothing is wrong; what GCC
 * makes of C programs has no findings at all.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { TextDocument } from "vscode-languageserver-textdocument";
import { codeActions } from "../../language-server/code-actions.ts";
import { allowances, lint } from "../../language-server/lints/lint.ts";
import { rules } from "../../language-server/lints/rules.ts";
import { open, readMarks } from "./fixture.ts";

const severities = ["", "error", "warning", "information", "hint"];

async function lintsOf(text: string, settings = {}, name = "main.s") {
  const { analysis } = await open(text, {}, settings, "\u0000", name);
  const errors = analysis.assembly.diagnostics.filter(({ severity }) => severity === "error");
  assert.deepEqual(errors, []);
  return lint(analysis, analysis.settings, "file:///docs");
}

interface Case {
  readonly title: string;
  readonly text: string;
  readonly settings?: object;
}

const cases: Case[] = [
  {
    title: "a temporary that only one path sets is not reported",
    text: `
        .globl f
f:      beqz a0, 1f
        li t0, 1
1:      add a0, a0, t0
        ret
`,
  },
  {
    title: "a temporary that the caller in the file sets is defined in the callee",
    text: `
        .globl f
f:      addi sp, sp, -16
        sd ra, 8(sp)
        li t3, 4
        call g
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
g:      add a0, a0, t3
        ret
`,
  },
  {
    title: "a floating-point temporary that nothing sets",
    text: `
        .globl f
f:      fadd.d fa0, fa0, ft0
                         ^^^ warning: Nothing sets \`ft0\` before it is used here.
        ret
`,
  },
  {
    title: "a register over a call of a function that leaves it alone, and of one that does not",
    text: `
        .globl f
f:      addi sp, sp, -16
        sd ra, 8(sp)
        li t0, 4
        call keeps
        add a0, a0, t0
        call changes
        add a0, a0, t0
                    ^^ warning: The call before may have changed \`t0\`
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
keeps:  li t1, 2
        add a0, a0, t1
        ret
changes: li t0, 2
        add a0, a0, t0
        ret
`,
  },
  {
    title: "a saved register that is saved on one path only",
    text: `
        .globl f
f:      addi sp, sp, -16
        beqz a0, 1f
        sd s1, 8(sp)
        mv s1, a0
        j 2f
1:      mv s1, a1
2:      mv a0, s1
        ld s1, 8(sp)
        addi sp, sp, 16
        ret
`,
  },
  {
    title: "saved registers through a frame pointer and a frame of variable size",
    text: `
        .globl f
f:      addi sp, sp, -32
        sd s0, 16(sp)
        sd ra, 24(sp)
        addi s0, sp, 32
        slli a0, a0, 4
        sub sp, sp, a0
        mv a0, sp
        call puts
        addi sp, s0, -32
        ld s0, 16(sp)
        ld ra, 24(sp)
        addi sp, sp, 32
        ret
`,
  },
  {
    title: "a frame that is larger than an immediate",
    text: `
        .globl f
f:      li t0, -4096
        add sp, sp, t0
        sd ra, 8(sp)
        call puts
        ld ra, 8(sp)
        li t0, 4096
        add sp, sp, t0
        ret
`,
  },
  {
    title: "a loop that takes from the stack at each turn",
    text: `
        .globl f
f:      mv t0, sp
1:      addi sp, sp, -16
        sd a0, 0(sp)
        addi a0, a0, -1
        bnez a0, 1b
        ^^^^^^^^^^^ warning: From here the code behind runs with sp 16 bytes below
        mv sp, t0
        ret
`,
  },
  {
    title: "a tail call with a frame that was not given back",
    text: `
        .globl f
f:      addi sp, sp, -16
        tail puts
        ^^^^^^^^^ warning: sp is 16 bytes below its value at the entry of the function.
`,
  },
  {
    title: "ra saved in the caller's frame",
    text: `
        .globl f
f:      addi sp, sp, -16
        sd ra, 16(sp)
        ^^^^^^^^^^^^^ warning: \`ra\` is saved 0 bytes above the function's frame
        call puts
        ld ra, 16(sp)
        addi sp, sp, 16
        ret
`,
  },
  {
    title: "the end of a program is no fall-through, whatever environment it is of",
    text: `# hartbeat: environment=rars march=rv32im
main:   li a0, 3
        jal show
        li a7, 10
        ecall
show:   li a7, 1
        ecall
        ret
`,
  },
  {
    title: "a call that only RARS has",
    text: `main:   li a7, 10
        ecall
        ^^^^^ warning: The environment linux has no call 10 (in \`a7\`); RARS has one, and \`# hartbeat: dialect=rars\` lets the source be read so.
`,
  },
  {
    title: "an unknown call of Venus, whose number is in a0",
    text: `# hartbeat: environment=venus march=rv32im
main:   li a0, 77
        ecall
        ^^^^^ warning: The environment venus has no call 77 (in \`a0\`).
        li a0, 10
        ecall
`,
  },
  {
    title: "code that handles traps has its own calls, and registers that programs have not",
    text: `
        .globl entry
entry:  csrrw tp, mscratch, tp
        sd t0, 8(tp)
        li a7, 5000
        ecall
        mret
`,
  },
  {
    title: "a compare-and-swap loop",
    text: `
        .globl f
f:
1:      lr.w t0, (a0)
        bne t0, a1, 2f
        sc.w t1, a2, (a0)
        bnez t1, 1b
2:      sext.w a0, t0
        ret
`,
  },
  {
    title: "two store-conditionals for one reservation",
    text: `
        .globl f
f:      lr.w t0, (a0)
        sc.w t1, a2, (a0)
        sc.w t1, a2, (a0)
        ^^^^^^^^^^^^^^^^^ warning: This never succeeds: another store-conditional
        mv a0, t1
        ret
`,
    settings: { lints: { "unused-value": "off" } },
  },
  {
    title: "a table of jumps",
    text: `
        .globl f
f:      la t0, table
        slli a0, a0, 3
        add t0, t0, a0
        ld t0, 0(t0)
        jr t0
one:    li a0, 1
        ret
two:    li a0, 2
        ret
        .section .rodata
        .align 3
table:  .dword one, two
`,
  },
  {
    title: "an atomic access off its alignment on the stack",
    text: `
        .globl f
f:      addi sp, sp, -16
        addi t0, sp, 2
        amoadd.w a0, a1, (t0)
        ^^^^^^^^^^^^^^^^^^^^^ warning: This address is no multiple of 4.
        addi sp, sp, 16
        ret
`,
  },
  {
    title: "signatures: results that are not declared are lost, arguments may be floating-point",
    text: `
        .globl main
main:   addi sp, sp, -16
        sd ra, 8(sp)
        call f
        fmv.d.x fa1, zero
        call g
        mv a0, a1
               ^^ warning: The call before may have changed \`a1\`
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
f:      ret             # args: none; returns: none
# args: fa0 fa1
# returns: a0
g:      feq.d a0, fa0, fa1
        li a1, 0
        ret
`,
    settings: { lints: { "unused-value": "off" } },
  },
  {
    title: "levels that the settings give",
    text: `
        add zero, a0, a1
            ^^^^ error: x0 is always 0
`,
    settings: { lints: { "write-to-zero": "error" } },
  },
  {
    title: "what comments allow, on the line and before it",
    text: `
        add zero, a0, a1        # hartbeat: allow write-to-zero
        # hartbeat: allow unused-value, write-to-zero
        add zero, a0, a1
        add zero, a0, a1
            ^^^^ warning: x0 is always 0
`,
  },
  {
    title: "a macro's body, once for all its calls",
    text: `
        .macro drop
        add zero, a0, a1
            ^^^^ warning: x0 is always 0
        .endm
        drop
        drop
`,
  },
];

cases.push(
  {
    title: "signatures behind other words; prose is none",
    text: `
        .globl main
main:   addi sp, sp, -16
        sd ra, 8(sp)
        li a0, 1
        call f
        add a0, a0, a1
                    ^^ warning: The call before may have changed \`a1\`
        call g
        add a0, a0, a1
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
# Doubles; args: a0; returns: a0
f:      slli a0, a0, 1
        li a1, 0
        ret
# Halves; returns: the number and what is left
g:      andi a1, a0, 1
        srli a0, a0, 1
        ret
`,
    settings: { lints: { "unused-value": "off" } },
  },
  {
    title: "shifts of words by more than they have",
    text: `
        .globl f
f:      li t0, 40
        sllw a0, a0, t0
        ^^^^^^^^^^^^^^^ warning: A shift by 40 is one by 8: words have 32 bits.
        sll a0, a0, t0
        li t1, 31
        srlw a0, a0, t1
        ret
`,
  },
  {
    title: "addresses in position-independent code, and outside of it",
    text: `
        .globl f, shared
        .hidden own
        .globl own
f:      lla a0, shared
        .option push
        .option pic
        lla a0, local
        lla a0, own
        la a1, shared
        lui a2, %hi(local)
        ^^^^^^^^^^^^^^^^^^ warning: The address of \`local\` is fixed
        lla a3, elsewhere
        ^^^^^^^^^^^^^^^^^ warning: The address of \`elsewhere\` may be another module's
        .option pop
        lui a4, %hi(local)
        ret
        .data
shared: .word 1
own:    .word 1
local:  .word 1
`,
    settings: { lints: { "unused-value": "off" } },
  },
  {
    title: "vector code, in a file for harts without it",
    text: `
        .globl add_up
        .type add_up, @function
add_up: .option push
        .option arch, +v
        vsetvli t0, zero, e32, m1, ta, ma
        vmv.v.i v8, 0
1:      vsetvli t0, a1, e32, m1, tu, ma
        vle32.v v9, (a0)
        sub a1, a1, t0
        slli t0, t0, 2
        add a0, a0, t0
        vadd.vv v8, v8, v9
        bnez a1, 1b
        .p2align 3
        vmv.x.s a0, v8
        ret
        .option pop
        .size add_up, .-add_up
`,
  },
  {
    title: "functions that are called over other registers than ra",
    text: `
        .globl outer
outer:  mv t6, a0
        mv a0, a1
        jal t0, inner
        add a0, a0, t6
        jal t5, deeper
        add a0, a0, t4
        ret
inner:  slli a0, a0, 1
        jr t0
        .globl deeper
deeper: add t4, t6, a0
        jr t5
        .globl frame
frame:  addi sp, sp, -16
        sd s0, 8(sp)
        li s0, 1
        jr t0
`,
  },
  {
    title: "a local label is an entry of its function, and comments say what is meant",
    text: `
        .globl twice, thrice, next
        .type twice, @function
        .type thrice, @function
        .type next, @function
thrice: slli t0, a0, 1
        add a0, a0, t0
        jal zero, .Ltail
twice:  slli a0, a0, 1
        # fall through
next:   addi a0, a0, 1
        ^^^^^^^^^^^^^^ warning: Control runs on into the function \`last\`
last:   addi a0, a0, 2
.Ltail: ret
        .globl other
other:  addi sp, sp, -16
        sd ra, 8(sp)
        call last
        call .Ltail
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
`,
  },
  {
    title: "contexts are saved as they are, and comments name what a caller brings",
    text: `
        .globl save, veneer, entered
save:   sd t0, 0(a0)
        sd t1, 8(a0)
        sd t2, 16(a0)
        sd t3, 24(a0)
        sd t4, 32(a0)
        sd t5, 40(a0)
        sd t6, 48(a0)
        sd s0, 56(a0)
        ret
# Called from tables, which pass their own arguments in t0-t2.
veneer: add a0, a0, t1
        add a0, a0, t3
                    ^^ warning: Nothing sets \`t3\`
        ret
entered: addi sp, sp, -16
        sd t1, 8(sp)
        mv a0, t1
        addi sp, sp, 16
        ret
`,
  },
  {
    title: "instructions as numbers, and what ends a reservation",
    text: `
        .globl own, drop
own:    .word 0x62a00073
        ret
drop:   lr.w t0, (a0)
        beqz t0, 1f
        sc.w x0, t0, (a0)
1:      sc.w x0, t0, (a0)
        mv a0, t0
        ret
`,
  },
  {
    title: "lines of repetitions, whose last result only is dropped",
    text: `
        .globl sum
sum:    mv t0, a0
        li a0, 0
        .rept 3
        lbu t1, (t0)
        addi t0, t0, 1
        add a0, a0, t1
        .endr
        .rept 2
        li t2, 1
           ^^ hint: Nothing uses this value of \`t2\`
        .endr
        ret
`,
  },
  {
    title: "calls of Linux that cannot be made here",
    text: `# hartbeat: environment=linux
        .globl spawn
spawn:  li a7, 435
        ecall
        ^^^^^ warning: Linux has the call 435 (in \`a7\`), but here it gives -ENOSYS.
        ret
`,
  },
);

describe("the lints", () => {
  for (const { id, example, fixed } of rules) {
    it(`${id}: its example has it, and not when put right`, async () => {
      const found = await lintsOf(example);
      assert.ok(
        found.some(({ code }) => code === id),
        JSON.stringify(found.map(({ code, message }) => [code, message])),
      );
      assert.deepEqual(
        (await lintsOf(fixed)).map(({ code, message }) => `${code}: ${message}`),
        [],
      );
      // Silenced everywhere, none is left.
      const lines = example.split("\n").map((line) => `${line} # hartbeat: allow ${id}`);
      const left = await lintsOf(lines.join("\n").replace(/^(# hartbeat: env.*?) # .*/, "$1"));
      assert.deepEqual(
        left.filter(({ code }) => code === id),
        [],
      );
    });
  }

  for (const { title, text, settings } of cases) {
    it(title, async () => {
      const { source, expectations } = readMarks(text);
      const found = await lintsOf(source, settings);
      const shown = found.map(({ range: { start, end }, severity, message }, index) => {
        const expected = expectations[index]?.text ?? "";
        const whole = `${severities[severity ?? 0]}: ${message}`;
        const text = whole.startsWith(expected) && expected !== "" ? expected : whole;
        return { line: start.line, start: start.character, end: end.character, text };
      });
      assert.deepEqual(shown, expectations);
    });
  }

  const repairs: [title: string, text: string, id: string, result: string][] = [
    [
      "Give the stack pointer its value back",
      "        .globl f\nf:      addi sp, sp, -32\n        beqz a0, 1f\n        nop\n1:      ret\n",
      "stack-imbalance",
      "        .globl f\nf:      addi sp, sp, -32\n        beqz a0, 1f\n        nop\n" +
        "1:      addi    sp, sp, 32\n        ret\n",
    ],
    [
      "Return before it",
      "        .type f, @function\n        .type g, @function\nf:      li a0, 1\ng:      ret",
      "fall-through",
      "        .type f, @function\n        .type g, @function\nf:      li a0, 1\n        ret\ng:      ret",
    ],
    [
      "Align value to 4 bytes",
      "        .globl f\nf:      la a1, value\n        lw a0, 0(a1)\n        ret\n        .data\n" +
        'text:   .asciz "ab"\nvalue:  .word 5\n',
      "misaligned-access",
      "        .globl f\nf:      la a1, value\n        lw a0, 0(a1)\n        ret\n        .data\n" +
        'text:   .asciz "ab"\n        .balign 4\nvalue:  .word 5\n',
    ],
    [
      "Take it with la",
      "        .option pic\n        .globl f, v\nf:      lla a0, v\n        ret\n",
      "absolute-in-pic",
      "        .option pic\n        .globl f, v\nf:      la a0, v\n        ret\n",
    ],
    [
      "Write tail",
      "        .globl f\nf:      j 1f\n        .zero 2000000\n1:      ret\n",
      "target-beyond-reach",
      "        .globl f\nf:      tail 1f\n        .zero 2000000\n1:      ret\n",
    ],
    [
      "Remove this line",
      "        nop\n        add zero, a0, a1\n",
      "write-to-zero",
      "        nop\n",
    ],
  ];
  for (const [title, text, id, result] of repairs) {
    it(`${id} has the fix "${title}"`, async () => {
      const { workspace, analysis, uri } = await open(text);
      const found = lint(analysis, {}).find(({ code }) => code === id);
      assert.ok(found);
      const params = { range: found.range, context: { diagnostics: [] }, textDocument: { uri } };
      const actions = await codeActions(workspace, analysis, params);
      const action = actions.find((one) => one.title === title);
      const changed = TextDocument.applyEdits(
        analysis.document,
        action?.edit?.changes?.[uri] ?? [],
      );
      assert.equal(changed, result);
      const left = (await lintsOf(changed)).filter(({ code }) => code === id);
      assert.deepEqual(left, []);
    });
  }

  it("have names of their own, and links to their explanations", async () => {
    assert.equal(new Set(rules.map(({ id }) => id)).size, rules.length);
    const [first] = await lintsOf("add zero, a0, a1");
    assert.equal(first?.codeDescription?.href, "file:///docs/lints.md#write-to-zero");
  });

  it("are repaired and allowed by quick fixes", async () => {
    const { workspace, analysis } = await open(
      "        .globl f\nf:      la t0, f\n        sw a0, 0(t0)\n        jr t0\n",
    );
    const range = { start: { line: 2, character: 10 }, end: { line: 2, character: 10 } };
    const actions = await codeActions(workspace, analysis, {
      range,
      context: { diagnostics: [] },
      textDocument: analysis,
    });
    assert.deepEqual(
      actions.map(({ title, edit }) => [title, edit?.changes?.[analysis.uri]?.[0]?.newText]),
      [
        ["Add fence.i", "        fence.i\n"],
        ["Allow missing-code-fence on this line", " # hartbeat: allow missing-code-fence"],
      ],
    );
  });

  it("are quick: 20,000 lines in a moment", async () => {
    const part = (name: number) => `
        .globl f${name}
f${name}: addi sp, sp, -16
        sd ra, 8(sp)
        beqz a0, 1f
        lw a1, 0(a0)
        add a0, a0, a1
        call f0
        addi a0, a0, ${name % 2000}
1:      ld ra, 8(sp)
        addi sp, sp, 16
        ret`;
    const { analysis } = await open(Array.from({ length: 1670 }, (_, at) => part(at)).join(""));
    const other = await open(analysis.text);
    const again = await open(analysis.text);
    lint(analysis, {});
    const times = [other, again].map((one) => {
      const started = performance.now();
      assert.equal(lint(one.analysis, {}).length, 0);
      return performance.now() - started;
    });
    const best = Math.min(...times);
    console.log(`      ${analysis.document.lineCount} lines: ${best.toFixed(0)} ms`);
    assert.ok(best < 3000, `${best} ms`);
  });

  it("are allowed by the comments of a text, by line", () => {
    const text =
      "nop # hartbeat: allow a, b\n  // hartbeat: allow c\nnop\n# hartbeat: march=rv32i\n";
    const shown = [...allowances(text)].map(([line, ids]) => [line, [...ids]]);
    assert.deepEqual(shown, [
      [0, ["a", "b"]],
      [2, ["c"]],
    ]);
  });

  const examples = fileURLToPath(new URL("../../examples/", import.meta.url));
  for (const name of readdirSync(examples, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".s")) continue;
    it(`find nothing wrong with examples/${name}`, async () => {
      const found = await lintsOf(readFileSync(join(examples, name), "utf8"));
      const shown = found.filter(({ severity = 4 }) => severity < 4);
      assert.deepEqual(
        shown.map(({ range, message }) => `${range.start.line + 1}: ${message}`),
        [],
      );
    });
  }
});
