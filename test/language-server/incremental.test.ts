/** Random edits: what is kept from version to version equals what is read afresh. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { dialects } from "../../assembler/dialects.ts";
import type { Fragment } from "../../assembler/sections.ts";
import type { Mention } from "../../assembler/symbols.ts";
import type { Analysis } from "../../language-server/analysis.ts";
import { diagnose } from "../../language-server/diagnostics.ts";
import { type Host, noHost } from "../../language-server/host.ts";
import { hover } from "../../language-server/hover.ts";
import { type Lexed, lex } from "../../language-server/lexed-lines.ts";
import { lint } from "../../language-server/lints/lint.ts";
import { semanticTokens } from "../../language-server/semantic-tokens.ts";
import { Workspace } from "../../language-server/workspace.ts";

const example = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../../examples/${name}`, import.meta.url)), "utf8");

/** Numbers of a fixed sequence: linear congruence, Numerical Recipes' constants. */
function sequence(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

const pieces = [
  ..."\n;\"'#/*\\,:() \t1",
  "/*",
  "*/",
  "//",
  "a0, 0x10",
  "\r\n",
  "1e",
  "'\\n'",
  " nop\n",
  ".macro m\n",
  ".endm\n",
  "",
];

/** A place, how many characters go, and what comes. */
function randomEdit(random: (limit: number) => number, length: number): [number, number, string] {
  const at = random(length + 1);
  const removed = Math.min(length - at, random(4) === 0 ? random(60) : random(3));
  const count = random(3);
  const text = Array.from({ length: count }, () => pieces[random(pieces.length)]).join("");
  return [at, removed, text];
}

describe("incremental state", function () {
  // Machines that do more than this at a time need several times the usual seconds.
  this.timeout(60_000);

  it("has the tokens of a fresh reading after each of many edits", () => {
    for (const { rules } of [dialects.gnu, dialects.rars]) {
      for (let seed = 1; seed <= 20; seed++) {
        const random = sequence(seed);
        let text = seed % 4 === 0 ? "" : example(seed % 2 === 0 ? "macros.s" : "dialect-rars.s");
        let kept: Lexed = lex(text, rules);
        for (let count = 0; count < 40; count++) {
          const [at, removed, piece] = randomEdit(random, text.length);
          text = text.slice(0, at) + piece + text.slice(at + removed);
          kept = lex(text, rules, kept);
          assert.deepEqual(kept.statements, lex(text, rules).statements, `${seed}, edit ${count}`);
        }
      }
    }
  });

  it("takes over what an edit does not touch", () => {
    const { rules } = dialects.gnu;
    const before = lex("nop\nnop\nnop\nnop\n", rules);
    const after = lex("nop\nret\nnop\nnop\n", rules, before);
    const same = after.statements.map((one, index) => one === before.statements[index]);
    assert.deepEqual(same, [true, false, true, true, true]);
  });

  it("gives the answers of a document that is opened with the text", async () => {
    const uri = "file:///work/main.s";
    for (let seed = 1; seed <= 6; seed++) {
      const random = sequence(seed);
      let text = example(["macros.s", "strings.s", "dialect-rars.s"][seed % 3] as string);
      const workspace = new Workspace(noHost);
      workspace.open({ uri, languageId: "riscv", version: 1, text });
      for (let version = 2; version < 22; version++) {
        const [at, removed, piece] = randomEdit(random, text.length);
        const before = await workspace.analyze(uri);
        assert.ok(before);
        const range = before.range({ start: at, end: at + removed });
        workspace.change(uri, version, [{ range, text: piece }]);
        const edited = await workspace.analyze(uri);
        assert.ok(edited);
        ({ text } = edited);
        const fresh = new Workspace(noHost);
        fresh.open({ uri, languageId: "riscv", version, text });
        const whole = await fresh.analyze(uri);
        assert.ok(whole);
        assert.deepEqual(await diagnose(workspace, uri), await diagnose(fresh, uri), `${seed}`);
        assert.deepEqual(semanticTokens(edited).data, semanticTokens(whole).data);
        assert.deepEqual(edited.assembly.object.sections, whole.assembly.object.sections);
        assert.deepEqual(lint(edited, {}), lint(whole, {}), `${seed}`);
        assert.deepEqual(edited.occurrences.all, whole.occurrences.all);
        const position = edited.document.positionAt(Math.min(at, text.length));
        assert.deepEqual(
          await hover(workspace, edited, position),
          await hover(fresh, whole, position),
        );
      }
    }
  });

  it("still answers for a version of which the next one was made", async () => {
    const workspace = new Workspace(noHost);
    const texts = ["f:\n nop\n li a0, 1\n ret\n", "f:\n nop\n li a0, 100000\n ret\n"];
    const [text = "", next = ""] = texts;
    workspace.open({ uri: typedIn, languageId: "riscv", version: 1, text });
    const before = await workspace.analyze(typedIn);
    const revisable = before?.assembly.revisable;
    workspace.change(typedIn, 2, [{ text: next }]);
    const after = await workspace.analyze(typedIn);
    assert.ok(before && after && revisable !== undefined);
    assert.equal(after.assembly.revisable, revisable);
    const sizes = [before, after].map(({ assembly }) => assembly.object.sections[0]?.data.length);
    assert.deepEqual(sizes, [6, 10]);
  });

  it("makes a version of the one before, and all of it is as if it were assembled anew", async () => {
    let taken = 0;
    let edits = 0;
    for (let seed = 1; seed <= 10; seed++) {
      const random = sequence(seed);
      const workspace = new Workspace(host);
      let text = sources[seed % sources.length] as string;
      workspace.open({ uri: typedIn, languageId: "riscv", version: 1, text });
      let before = await workspace.analyze(typedIn);
      const undone: string[] = [];
      for (let version = 2; version < 42; version++) {
        const next = random(8) === 0 ? undone.pop() : undefined;
        undone.push(text);
        text = next ?? typing(text, random);
        const revisable = before?.assembly.revisable;
        workspace.change(typedIn, version, [{ text }]);
        const edited = await workspace.analyze(typedIn);
        assert.ok(edited);
        // Of what is asked for in between more may be kept.
        if (random(2) === 0) lint(edited, {});
        const fresh = new Workspace(host);
        fresh.open({ uri: typedIn, languageId: "riscv", version, text });
        const whole = await fresh.analyze(typedIn);
        assert.ok(whole);
        const where = `seed ${seed}, version ${version}`;
        assert.deepEqual(await diagnose(workspace, typedIn), await diagnose(fresh, typedIn), where);
        assert.deepEqual(pictureOf(edited), pictureOf(whole), where);
        if (random(3) === 0) assert.deepEqual(lint(edited, {}), lint(whole, {}), where);
        edits++;
        if (edited.assembly.revisable === revisable) taken++;
        before = edited;
      }
    }
    assert.ok(taken > edits / 8, `${taken} of ${edits} edits`);
  });
});

const typedIn = "file:///work/typed.s";
const host: Host = {
  ...noHost,
  readFile: (uri) =>
    uri.endsWith("/defined.s")
      ? Promise.resolve(new TextEncoder().encode(included))
      : Promise.reject(new Error(`there is no ${uri}`)),
};

/** What an edit could spoil: code and data around, places with and without names, options. */
const sources = [
  `        .text
        .globl  main
main:
        addi    sp, sp, -16
        li      a0, 123456
        beqz    a0, .Lend       # forward
        la      a1, table
1:      lw      a2, 4(a1)
        call    other
        addi    a1, a1, 4
        bnez    a2, 1b
.Lend:  addi    sp, sp, 16
        ret
        .size   main, .-main
        .balign 16
other:  li      t0, -1
        ret
        .data
table:  .word   1, 2, other
        .byte   3
        .asciz  "text"
        .word   4
`,
  `        .data
start:  .byte   1, 2, 3
        .half   4
end:
        .equ    length, end - start
        .text
f:      li      a0, length
        nop

        nop
        csrr    a0, mcycle
        jal     f
        j       .
        .section .rodata
        .word   5
        .word   end - start
        .text
        ret
`,
  `        .option push
        .option norvc
g:      addi    a0, a0, 1
        .option pop
        addi    a0, a0, 1
        .if     1
        li      a1, 5
        .else
        li      a1, 6
        .endif
        .rept   2
        nop
        .endr
h:      add     a0, a0, a1
        ret
`,
  `        .include "defined.s"
        .macro  twice register, by=1
        slli    \\register, \\register, \\by
        add     \\register, \\register, zero
        .endm
m:      addi    a0, a0, COUNT
        twice   a0
        addi    a1, a1, 2
        li      a2, 77
        .rept   2
        mv      a3, a2
        .endr
        twice   a1, 3
        given   a4
        twice   nothing
        nop
        .macro  later name
        call    \\name
        .endm
        addi    a0, a0, 1
        later   m
        ret
`,
  `f:      addi    a0, a0, 1
        addi    a0, a0, 2
        .macro  twice register
        slli    \\register, \\register, 1
        .endm
        li      a2, 77
        .section .text.more, "ax"
        .p2align 3
k:      addi    a0, a0, 3
        .uleb128 k - f
        mv      a0, a1
        .text
        ret
`,
];

/** What the sources include. */
const included = `        .equ    COUNT, 3
        .macro  given register
        addi    \\register, \\register, 1
        .endm
`;

const words = [
  ..." ,#:;ax10\n",
  "a0",
  "sp",
  "a1, a2",
  "nop",
  "        nop\n",
  "        addi    a0, a0, 7\n",
  "        li      a0, 0x12345\n",
  "        .word   9\n",
  "        .byte   1\n",
  "\n",
  "\n        j       f\n",
  "        .option norvc\n",
  "        .if 0\n",
  "        .endif\n",
  "        .data\n",
  "new:\n",
  "        .macro m\n",
  "        .endm\n",
  "main",
  "4096",
];

/** The text after something was typed, or a line taken away. */
function typing(text: string, random: (limit: number) => number): string {
  const at = random(text.length + 1);
  const line = text.lastIndexOf("\n", at - 1) + 1;
  const end = text.indexOf("\n", at) + 1 || text.length;
  switch (random(6)) {
    case 0:
      return text.slice(0, line) + text.slice(end);
    case 1:
      return text.slice(0, at) + text.slice(Math.min(at + 1, text.length));
    case 2:
      return text.slice(0, line) + words[random(words.length)] + text.slice(line);
    default:
      return text.slice(0, at) + words[random(10 + random(words.length - 9))] + text.slice(at);
  }
}

/** All that an analysis says of statements, names and the object. */
function pictureOf({ assembly }: Analysis) {
  const { object, unit } = assembly;
  const place = ({ fragment, offset }: { fragment: Fragment; offset: number }) =>
    `${fragment.subsection.section.name} ${fragment.address + offset}`;
  const mentions = (list: readonly Mention[]) =>
    list.map(({ source, start, end }) => {
      const { range } = source.placeOf(start, end);
      return [source.text.slice(start, end), range.start, range.end];
    });
  return {
    statements: unit.statements.map((one) => ({
      text: one.source.text.slice(one.start, one.end),
      place: one.source.placeOf(one.start, one.end),
      kind: one.kind,
      name: one.name?.text,
      labels: one.labels.map(({ name }) => name),
      form: one.form?.syntax,
      instructions: one.instructions,
      from: place(one.from),
      to: place(one.to),
    })),
    symbols: unit.symbols.all.map((one) => ({
      name: one.name,
      place: one.fragment && place({ fragment: one.fragment, offset: one.offset }),
      definitions: mentions(one.definitions),
      references: mentions(one.references),
    })),
    macros: unit.macros.map(({ name, source, start, end, mention, references, parameters }) => ({
      name,
      body: source.text.slice(start, end),
      places: mentions([mention, ...references]),
      parameters: parameters.map((one) => mentions([one.mention, ...one.references])),
    })),
    inclusions: unit.inclusions.map(({ mention, path }) => [path, mentions([mention])]),
    object,
  };
}
