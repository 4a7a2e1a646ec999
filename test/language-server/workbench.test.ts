/**
 * What an editor shows around the text: inlay hints, code lenses, call hierarchy, selection ranges,
 * linked editing, highlights of registers, declarations and sections of symbols, edits of colours.
 */
import assert from "node:assert/strict";
import type { Range } from "vscode-languageserver";
import {
  incomingCalls,
  outgoingCalls,
  prepareCallHierarchy,
} from "../../language-server/call-hierarchy.ts";
import { codeLenses, resolveLens } from "../../language-server/code-lenses.ts";
import { declaration, implementation } from "../../language-server/definition.ts";
import { documentHighlights } from "../../language-server/document-highlight.ts";
import { documentLinks } from "../../language-server/document-links.ts";
import { defaultLenses, readHints, readLenses } from "../../language-server/hint-settings.ts";
import { inlayHints } from "../../language-server/inlay-hints.ts";
import { linkedEditing } from "../../language-server/linked-editing.ts";
import { selectionRanges } from "../../language-server/selection-ranges.ts";
import { semanticTokens, semanticTokensDelta } from "../../language-server/semantic-tokens.ts";
import { open } from "./fixture.ts";

const place = ({ start, end }: Range) =>
  `${start.line + 1}:${start.character + 1}-${end.character + 1}`;

describe("inlay hints", () => {
  const text = "nop\nla a0, x\nli a1, 1\n.data\nx: .word 1\n";
  const whole = { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } };
  const shown = async (settings: object, range = whole, from = text) => {
    const { analysis } = await open(from);
    return inlayHints(analysis, range, readHints(settings)).map(
      ({ position, label }) => `${position.line + 1}:${position.character + 1} ${label}`,
    );
  };

  it("show what an instruction becomes, where it becomes several", async () => {
    assert.deepEqual(await shown({}), ["2:9 = auipc a0, …; addi a0, a0, …"]);
    const commented = "call f # it\ncall f; nop // it\ncall f /* it */\nf:\n";
    assert.deepEqual(await shown({}, whole, commented), [
      "1:12 = auipc ra, …; jalr ra, …(ra)",
      "2:7 = auipc ra, …; jalr ra, …(ra)",
      "3:16 = auipc ra, …; jalr ra, …(ra)",
    ]);
  });

  it("show offsets and encodings where settings ask for them", async () => {
    assert.deepEqual(await shown({ address: true, expansion: false }), [
      "1:1 0x0000",
      "2:1 0x0002",
      "3:1 0x000a",
      "5:4 0x0000",
    ]);
    assert.deepEqual(await shown({ encoding: true, expansion: false }), [
      "1:4 0x0001",
      "2:9 0x00000517 0x00050513",
      "3:9 0x4585",
    ]);
    assert.deepEqual(await shown({ expansion: false }), []);
  });

  it("show only what is in the range", async () => {
    const range = { start: { line: 2, character: 0 }, end: { line: 3, character: 0 } };
    assert.deepEqual(await shown({ encoding: true }, range), ["3:9 0x4585"]);
  });

  it("work in preprocessed files and the dialects", async () => {
    const { analysis } = await open("#define N 0x12345\nli a0, N\n", {}, {}, "\0", "main.S");
    const [hint] = inlayHints(analysis, whole, readHints({}));
    assert.match(String(hint?.label), /lui a0, 0x12; addiw? a0, a0, 837/);
    assert.equal(
      (await shown({}, whole, "# hartbeat: dialect=rars\nla a0 x\n.data\nx: .word 1")).length,
      1,
    );
  });
});

describe("hints of loops and the stack", () => {
  const labels = async (text: string, settings: object = {}) => {
    const { analysis } = await open(text);
    const range = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
    const hints = inlayHints(analysis, range, readHints({ expansion: false, ...settings }));
    return hints.map(({ position, label }) => `${position.line + 1} ${label}`);
  };

  const loops: [title: string, text: string, hints: string[]][] = [
    ["down to zero", "f: li t0, 10\n1: addi t0, t0, -1\n bnez t0, 1b\n ret", ["3 10 times"]],
    [
      "up to a number",
      "f: li t0, 0\n li t1, 7\n1: addi t0, t0, 2\n blt t0, t1, 1b\n ret",
      ["4 4 times"],
    ],
    [
      "up to and with a number, without a sign",
      "f: li t0, 1\n li t1, 7\n1: addi t0, t0, 1\n bleu t0, t1, 1b\n ret",
      ["4 7 times"],
    ],
    ["once", "f: li t0, 1\n1: addi t0, t0, -1\n bgtz t0, 1b\n ret", ["3 once"]],
    [
      "with the test in front",
      "f: li t0, 0\n li t1, 5\n1: bge t0, t1, 2f\n addi t0, t0, 1\n j 1b\n2: ret",
      ["3 5 times"],
    ],
    [
      "that may be left earlier",
      "f: li t0, 8\n1: lw a1, 0(a0)\n beqz a1, 2f\n addi t0, t0, -1\n bnez t0, 1b\n2: ret",
      ["5 at most 8 times"],
    ],
    [
      "one inside the other",
      "f: li t0, 3\n1: li t1, 4\n2: addi t1, t1, -1\n bnez t1, 2b\n addi t0, t0, -1\n" +
        " bnez t0, 1b\n ret",
      ["4 4 times", "6 3 times"],
    ],
    ["that steps over its end", "f: li t0, 5\n1: addi t0, t0, -2\n bnez t0, 1b\n ret", []],
    ["of a number that is not known", "f: addi a0, a0, -1\n bnez a0, f\n ret", []],
    [
      "whose counter a call may change",
      "f: li t0, 9\n1: call g\n addi t0, t0, -1\n bnez t0, 1b\n ret\ng: ret",
      [],
    ],
    [
      "whose counter changes only sometimes",
      "f: li t0, 9\n1: beqz a0, 2f\n addi t0, t0, -1\n2: addi a0, a0, 1\n bnez t0, 1b\n ret",
      [],
    ],
  ];
  for (const [title, text, hints] of loops) {
    it(`count a loop ${title}`, async () => assert.deepEqual(await labels(text), hints));
  }

  it("show where the stack pointer is", async () => {
    const text =
      "f: addi sp, sp, -32\n sd ra, 24(sp)\n call g\n ld ra, 24(sp)\n addi sp, sp, 32\n ret";
    assert.deepEqual(await labels(text), ["1 sp = entry - 32", "5 sp = entry"]);
    assert.deepEqual(await labels(text, { stack: false }), []);
  });

  it("show which call of the environment is made", async () => {
    const text = "_start: li a7, 93\n ecall\n lw a7, 0(a0)\n ecall";
    assert.deepEqual(await labels(text), ["2 exit(status)"]);
    assert.deepEqual(await labels(text, { call: false }), []);
    assert.deepEqual(await labels(`# hartbeat: dialect=venus\n li a0 10\n ecall`), ["3 exit()"]);
  });

  it("count no loops where settings say so", async () => {
    const text = "f: li t0, 10\n1: addi t0, t0, -1\n bnez t0, 1b\n ret";
    assert.deepEqual(await labels(text, { loop: false }), []);
  });
});

describe("code lenses", () => {
  it("run entry points and count references across files", async () => {
    const files = { "util.s": ".globl helper\nhelper: ret\n call again\n" };
    const text = ".globl _start, again\n_start: call helper\ncall again\nagain: ret\n";
    const { analysis, workspace, uri } = await open(text, files);
    const lenses = await Promise.all(
      codeLenses(analysis, defaultLenses).map((lens) => resolveLens(workspace, lens)),
    );
    assert.deepEqual(
      lenses.map(({ range, command }) => `${range.start.line + 1} ${command?.title}`),
      ["2 Run", "2 Debug", "2 1 reference", "4 3 references"],
    );
    assert.deepEqual(lenses[0]?.command?.arguments, [uri]);
    assert.equal(codeLenses(analysis, readLenses({ run: false })).length, 2);
    assert.equal(codeLenses(analysis, readLenses({ run: false, references: false })).length, 0);
  });
});

describe("lenses of tests", () => {
  it("stand above exported functions whose names say so", async () => {
    const text = ".globl test_sum, testing\ntest_sum: ret\ntest_own: ret\ntesting: ret\n";
    const { analysis, uri } = await open(text);
    const lenses = codeLenses(analysis, readLenses({ references: false }));
    assert.deepEqual(
      lenses.map(({ range, command }) => [
        range.start.line + 1,
        command?.title,
        command?.arguments,
      ]),
      [
        [2, "Run Test", [uri, "test_sum"]],
        [2, "Debug Test", [uri, "test_sum"]],
      ],
    );
  });
});

describe("call hierarchy", () => {
  const files = {
    "util.s": ".globl helper\nhelper:\n call main\n ret\n.globl other\nother: tail helper\n",
  };
  const text = ".globl main\nmain:\n call he|lper\n jal local\n call helper\n ret\nlocal: j main\n";

  it("goes both ways, through the files of the workspace", async () => {
    const { analysis, workspace, position } = await open(text, files);
    const [item] = (await prepareCallHierarchy(workspace, analysis, position)) ?? [];
    assert.ok(item);
    assert.deepEqual([item.name, item.uri], ["helper", "file:///work/util.s"]);
    const incoming = await incomingCalls(workspace, item);
    assert.deepEqual(
      incoming.map(({ from, fromRanges }) => [from.name, fromRanges.map(place)]),
      [
        ["other", ["6:13-19"]],
        ["main", ["3:7-13", "5:7-13"]],
      ],
    );
    const outgoing = await outgoingCalls(workspace, item);
    assert.deepEqual(
      outgoing.map(({ to }) => to.name),
      ["main"],
    );
    const [main] =
      (await prepareCallHierarchy(workspace, analysis, { line: 5, character: 1 })) ?? [];
    assert.ok(main);
    assert.deepEqual(
      (await outgoingCalls(workspace, main)).map(({ to }) => to.name),
      ["helper", "local"],
    );
    assert.deepEqual(
      (await incomingCalls(workspace, main)).map(({ from }) => from.name),
      ["local", "helper"],
    );
  });
});

describe("selection ranges", () => {
  it("grow from the token to the document", async () => {
    const text = ".text\nmain:\n  lw a0, 4(s|p) # x\n  ret\n";
    const { analysis, position } = await open(text);
    const [range] = selectionRanges(analysis, [position]);
    const texts: string[] = [];
    for (let at = range; at !== undefined; at = at.parent) {
      texts.push(analysis.document.getText(at.range));
    }
    assert.deepEqual(texts, [
      "sp",
      "4(sp)",
      "a0, 4(sp)",
      "lw a0, 4(sp)",
      "  lw a0, 4(sp) # x",
      "main:\n  lw a0, 4(sp) # x\n  ret",
      ".text\nmain:\n  lw a0, 4(sp) # x\n  ret",
      analysis.text,
    ]);
  });
});

describe("linked editing", () => {
  const linked = async (text: string, files = {}) => {
    const { analysis, workspace, position } = await open(text, files);
    const found = await linkedEditing(workspace, analysis, position);
    return found?.ranges.map(place) ?? null;
  };

  it("links the places of a label, a constant, a parameter", async () => {
    assert.deepEqual(await linked("lo|op: j loop"), ["1:1-5", "1:9-13"]);
    assert.deepEqual(await linked(".eqv si|ze 4\nli a0, size", {}), ["1:6-10", "2:8-12"]);
    assert.deepEqual(await linked(".macro m a\nli \\|a, 1\n.endm"), ["1:10-11", "2:5-6"]);
  });

  it("leaves alone what is shared, undefined or numeric", async () => {
    assert.equal(await linked(".globl f\n|f: j f", { "b.s": "call f" }), null);
    assert.equal(await linked("j f|oo\nj foo"), null);
    assert.equal(await linked("1: j 1|b"), null);
  });
});

describe("highlights of registers", () => {
  it("tell writes from reads, in the function, by whatever name", async () => {
    const text = ".globl f, g\nf: add a|0, x10, a1\nlw a1, 4(a0)\nmv a0, a1\nret\ng: li a0, 1\n";
    const { analysis, position } = await open(text);
    assert.deepEqual(
      documentHighlights(analysis, position).map(({ range, kind }) => [place(range), kind]),
      [
        ["2:8-10", 3],
        ["2:12-15", 2],
        ["3:10-12", 2],
        ["4:4-6", 3],
      ],
    );
  });
});

describe("declarations and sections", () => {
  it("lead to the directives", async () => {
    const { analysis, workspace, position } = await open(".globl f\n.text\nf: ret\ncall |f\n");
    const declared = await declaration(workspace, analysis, position);
    assert.deepEqual(
      declared.map(({ range }) => place(range)),
      ["1:8-9"],
    );
    assert.deepEqual(
      implementation(analysis, position).map(({ range }) => place(range)),
      ["2:1-6"],
    );
  });
});

describe("document links", () => {
  it("lead from the preprocessor's and the assembler's inclusions", async () => {
    const files = { "a.h": "#define A 1\n", "b.s": "nop\n", "c.bin": "x" };
    const text = '#include "a.h"\n.include "b.s"\n.incbin "c.bin"\n.include "absent.s"\n';
    const { analysis } = await open(text, files, {}, "\0", "main.S");
    assert.deepEqual(
      documentLinks(analysis)
        .map(({ target, range }) => `${range.start.line + 1} ${target}`)
        .sort(),
      ["1 file:///work/a.h", "2 file:///work/b.s", "3 file:///work/c.bin"],
    );
  });
});

describe("semantic tokens as edits", () => {
  it("turn the answer before into this one", async () => {
    const texts = [
      "a: j a\nb: j b\n",
      "a: j a\nnew: j new\nb: j b\n",
      "b: j b\n",
      "",
      "c: li a0, 1\n",
    ];
    let previous = semanticTokens((await open(texts[0] as string)).analysis);
    for (const text of texts) {
      const { analysis } = await open(text);
      const delta = semanticTokensDelta(analysis, previous.resultId ?? "", previous);
      const whole = semanticTokens(analysis);
      assert.ok("edits" in delta);
      const data = [...previous.data];
      for (const edit of delta.edits) {
        assert.equal(edit.start % 5, 0);
        data.splice(edit.start, edit.deleteCount, ...(edit.data ?? []));
      }
      assert.deepEqual(data, whole.data);
      assert.equal(delta.resultId, whole.resultId);
      previous = whole;
    }
  });
});
