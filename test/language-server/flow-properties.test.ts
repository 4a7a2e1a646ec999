/**
 * What is said of the flow of registers is true of programs as they run: random functions give the
 * same results after registers were renamed, and loops run as often as their hints say.
 */
import assert from "node:assert/strict";
import { TextDocument } from "vscode-languageserver-textdocument";
import { readHints } from "../../language-server/hint-settings.ts";
import { inlayHints } from "../../language-server/inlay-hints.ts";
import { rename } from "../../language-server/rename.ts";
import { buildProgram } from "../process/build-program.ts";
import { runProcess } from "../process/run-process.ts";
import { open } from "./fixture.ts";

/** Numbers of a fixed sequence: linear congruence, Numerical Recipes' constants. */
function sequence(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

/** What a call may change, but for its results. */
const clobbered = ["t0", "t1", "t2", "t3", "t4", "t5", "t6", "a2", "a3", "a4", "a5", "a6", "a7"];

/** Calls f with some arguments and writes what it returns. */
const caller = `
        .globl  _start, f
_start: li      s2, 5
again:  mv      a0, s2
        slli    a1, s2, 7
        xori    a2, s2, 85
        call    f
        la      a3, results
        sd      a0, 0(a3)
        sd      a1, 8(a3)
        li      a0, 1
        mv      a1, a3
        li      a2, 16
        li      a7, 64
        ecall
        addi    s2, s2, -1
        bnez    s2, again
        li      a0, 0
        li      a7, 93
        ecall
# As the convention allows, a function leaves nothing in the registers that its caller saves.
g:      xor     a0, a0, a1
        addi    a1, a1, 3
${clobbered.map((name, at) => `        li      ${name}, ${at - 7}`).join("\n")}
        ret
        .bss
        .balign 16
results: .zero 16
        .text
`;

const names = ["t0", "t1", "t2", "t3", "t4", "t5", "t6", "a0", "a1", "a2", "a3", "a4", "s1"];

/** A function of random instructions, with branches forward, a loop and perhaps a call. */
function randomFunction(random: (limit: number) => number): string {
  const any = () => names[random(names.length)] as string;
  const lines = ["f:      addi    sp, sp, -32", " sd ra, 0(sp)", " sd s1, 8(sp)", " sd s0, 16(sp)"];
  // Every register has a value, so that the result depends on nothing else.
  for (const name of names) if (!/^a[012]$/.test(name)) lines.push(` li ${name}, ${random(4000)}`);
  const count = 10 + random(14);
  const loopFrom = random(count);
  const hasLoop = random(2) === 0;
  for (let at = 0; at < count; at++) {
    if (hasLoop && at === loopFrom) lines.push(" li s0, 3", "6:");
    const choice = random(10);
    if (choice < 4)
      lines.push(` ${["add", "sub", "xor", "and"][random(4)]} ${any()}, ${any()}, ${any()}`);
    else if (choice < 6) lines.push(` addi ${any()}, ${any()}, ${random(100)}`);
    else if (choice < 7) lines.push(` mv ${any()}, ${any()}`);
    else if (choice < 8) lines.push(` c.add ${any()}, ${any()}`);
    else if (choice < 9 && !hasLoop)
      lines.push(` blt ${any()}, ${any()}, 7f`, ` li ${any()}, 9`, "7:");
    else if (random(3) === 0) lines.push(" call g");
  }
  if (hasLoop) lines.push(" addi s0, s0, -1", " bnez s0, 6b");
  lines.push(" ld s0, 16(sp)", " ld s1, 8(sp)", " ld ra, 0(sp)", " addi sp, sp, 32", " ret", "");
  return lines.join("\n");
}

async function resultOf(text: string): Promise<string> {
  const { stdout, code, reason } = await runProcess(await buildProgram(text), { limit: 100_000n });
  return JSON.stringify([stdout, code, reason]);
}

/** Code that prints the words at s6 in decimal, a line each, and ends. */
const printing = `
next:   lw      a0, 0(s6)
        addi    s6, s6, 4
        la      t2, buffer + 15
        li      t3, 10
        li      t4, 10
        sb      t3, 0(t2)
9:      remu    t5, a0, t4
        addi    t5, t5, 48
        addi    t2, t2, -1
        sb      t5, 0(t2)
        divu    a0, a0, t4
        bnez    a0, 9b
        la      a2, buffer + 16
        sub     a2, a2, t2
        mv      a1, t2
        li      a0, 1
        li      a7, 64
        ecall
        la      t0, counts + 400
        bltu    s6, t0, next
        li      a0, 0
        li      a7, 93
        ecall
        .data
buffer: .zero   16
        .text
`;

describe("renamed registers", function () {
  this.timeout(30_000);

  it("leave the results of random functions as they are", async () => {
    let accepted = 0;
    for (let seed = 1; seed <= 5; seed++) {
      const random = sequence(seed);
      const original = caller + randomFunction(random);
      let text = original;
      const start = text.indexOf("f:      addi");
      let own = 0;
      for (let attempt = 0; attempt < 30 && own < 6; attempt++) {
        const { workspace, analysis, uri } = await open(text, {}, {}, "\u0000");
        const places = [...text.slice(start).matchAll(/\b[tas]\d\b/g)].map(({ index }) => index);
        const at = start + (places[random(places.length)] as number);
        const name = [...names, "t3", "t4", "a5", "a6"][random(names.length + 4)] as string;
        const position = analysis.document.positionAt(at);
        const edit = await rename(workspace, analysis, position, name).catch(() => null);
        const edits = edit?.changes?.[uri] ?? [];
        const changed = TextDocument.applyEdits(analysis.document, edits);
        if (changed === text) continue;
        text = changed;
        own++;
      }
      accepted += own;
      assert.equal(await resultOf(text), await resultOf(original), `${seed}: ${original}\n${text}`);
    }
    assert.ok(accepted >= 12, `${accepted} renames`);
  });
});

describe("hints of loops", function () {
  this.timeout(30_000);

  it("say how often loops run", async () => {
    const random = sequence(99);
    const loops: string[] = [];
    const branches = ["bne", "blt", "bge", "bltu", "bgeu", "beq"];
    for (let at = 0; at < 100; at++) {
      const branch = branches[random(branches.length)] as string;
      const [first, bound] = [random(60) - 20, random(60) - 20];
      const steps = [random(9) - 4, random(3) === 0 ? random(5) - 2 : 0];
      const operands = random(2) === 0 ? "t0, t1" : "t1, t0";
      const isTop = random(3) === 0;
      const body = [` addi t0, t0, ${steps[0]}`, ` addi t1, t1, ${steps[1]}`, " addi s3, s3, 1"];
      const test = isTop ? [` ${branch} ${operands}, 2f`] : [];
      // A loop that does not end soon is left by its count; the test never says so.
      const guard = [" addi s4, s4, -1", " beqz s4, 3f"];
      const back = isTop ? [" j 1b"] : [` ${branch} ${operands}, 1b`];
      loops.push(
        [` li t0, ${first}`, ` li t1, ${bound}`, " li s3, 0", " li s4, 200", "1:"]
          .concat(test, body, guard, back, ["2:", "3:"])
          .concat([" sw s3, 0(s5)", " addi s5, s5, 4"])
          .join("\n"),
      );
    }
    const head = ".globl _start\n_start: la s5, counts\n";
    const text = `${head}${loops.join("\n")}\n la s6, counts\n${printing} .bss\n .balign 4\ncounts: .zero 400\n`;
    const { analysis } = await open(text, {}, {}, "\u0000");
    const range = { start: { line: 0, character: 0 }, end: { line: 9999, character: 0 } };
    const hinted = new Map<number, string>();
    for (let from = 0; from < analysis.document.lineCount; from += 200) {
      const part = {
        start: { line: from, character: 0 },
        end: { line: Math.min(from + 199, range.end.line), character: 999 },
      };
      const shown = readHints({ expansion: false, stack: false });
      for (const { position, label } of inlayHints(analysis, part, shown)) {
        hinted.set(position.line, String(label));
      }
    }
    const { stdout } = await runProcess(await buildProgram(text), { limit: 10_000_000n });
    const counts = stdout.trim().split("\n").map(Number);
    assert.equal(counts.length, loops.length, stdout);
    let line = 2;
    let told = 0;
    for (const [at, loop] of loops.entries()) {
      const lines = loop.split("\n");
      const own = lines.flatMap((_, index) => hinted.get(line + index) ?? []);
      line += lines.length;
      const times = /^(?:at most )?(?:(\d+) times|(once))$/.exec(own[0] ?? "");
      if (times === null) continue;
      const expected = times[2] === undefined ? Number(times[1]) : 1;
      // The guard ends a turn that it leaves before the count.
      if (expected >= 200) assert.ok((counts[at] ?? 0) >= 200, `${loop}\n${own}`);
      else assert.equal(counts[at], expected, `${loop}\n${own}`);
      told++;
    }
    assert.ok(told >= 30, `${told} loops`);
  });
});
