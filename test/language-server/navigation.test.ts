/** Definition, references, highlights and rename: where the names stand, and what an edit changes. */
import assert from "node:assert/strict";
import { definition } from "../../language-server/definition.ts";
import { documentHighlights } from "../../language-server/document-highlight.ts";
import { documentLinks } from "../../language-server/document-links.ts";
import { references } from "../../language-server/references.ts";
import { prepareRename, RenameRefused, rename } from "../../language-server/rename.ts";
import { baseName } from "../../language-server/uris.ts";
import { type Files, open } from "./fixture.ts";

interface Place {
  readonly uri: string;
  readonly range: { start: { line: number; character: number } };
}

/** "main.s:1:5", lines and columns from 1. */
const shown = ({ uri, range: { start } }: Place): string =>
  `${baseName(uri)}:${start.line + 1}:${start.character + 1}`;

const files: Files = {
  "util.s": ".globl helper\nhelper: ret\nlocal: j local\n",
  "other.s": "call helper\ncall own\n",
  "inc.s": ".macro inc r\naddi \\r, \\r, 1\n.endm\nshared: ret\n",
  "user.s": '.include "inc.s"\ncall shared\n',
  "kernel/main.c":
    "int printed;\nstatic long\ttime (void)\n{\n  return read_clock();\n}\nvoid kernel_main(int hart) {\n}\n",
  "lib.rs": '#[no_mangle]\npub extern "C" fn handle(cause: usize) {}\n',
  "kernel.ld": "SECTIONS {\n .bss : { PROVIDE(__bss_end = .); stack_top = . + 64; }\n}\n",
};

describe("go to definition", () => {
  const cases: [text: string, places: string[]][] = [
    ["main: nop\n j ma|in", ["main.s:1:1"]],
    ["ma|in: nop", ["main.s:1:1"]],
    [".equ n, 4\nli a0, n|", ["main.s:1:6"]],
    ["n = 4\nn = 5\nli a0, |n", ["main.s:1:1", "main.s:2:1"]],
    ["1: nop\n1: nop\n j 1|b\n1: nop", ["main.s:2:1"]],
    ["1: nop\n j 1|f\n1: nop", ["main.s:3:1"]],
    [".macro push r\nsd \\r, 0(sp)\n.endm\n pu|sh ra", ["main.s:1:8"]],
    [".macro push r\nsd \\|r, 0(sp)\n.endm", ["main.s:1:13"]],
    [".macro a r\n.irp x, 1, 2\n.byte \\|x\n.endr\n.endm", ["main.s:2:6"]],
    ['.macro say text\n.ascii "\\te|xt"\n.endm', ["main.s:1:12"]],
    ["call hel|per", ["util.s:2:1"]],
    ["call kernel|_main", ["main.c:6:6"]],
    ["call ti|me", ["main.c:2:13"]],
    ["la a0, pri|nted", ["main.c:1:5"]],
    ["call read_cl|ock", []],
    ["la a0, han|dle", ["lib.rs:2:19"]],
    ["la a0, __bss|_end", ["kernel.ld:2:19"]],
    ["la sp, stack|_top", ["kernel.ld:2:35"]],
    ["call lo|cal", []],
    ['.include "inc.s"\nin|c a0', ["inc.s:1:8"]],
    ['.include "inc.s"\ncall sha|red', ["inc.s:4:1"]],
    ['.include "in|c.s"', ["inc.s:1:1"]],
    [".macro f name\n\\name: ret\n.endm\nf fresh\ncall fre|sh", ["main.s:4:3"]],
    ["a|ddi a0, a0, 1", []],
    ["# ma|in\nmain: nop", []],
  ];
  for (const [text, places] of cases) {
    it(JSON.stringify(text), async () => {
      const { workspace, analysis, position } = await open(text, files);
      const found = await definition(workspace, analysis, position);
      assert.deepEqual(found.map(shown), places);
    });
  }
});

describe("find references", () => {
  const cases: [text: string, places: string[]][] = [
    [
      "ma|in: nop\n j main\n.word main + 4\n.if 0\n la a0, main\n.endif",
      ["main.s:1:1", "main.s:2:4", "main.s:3:7", "main.s:5:9"],
    ],
    ["x: nop\n mv x5, x6\n lw a0, %lo(x)(x7)\n j |x", ["main.s:1:1", "main.s:3:13", "main.s:4:4"]],
    ["1|: j 1b\n j 1b\n1: j 1b", ["main.s:1:1", "main.s:1:6", "main.s:2:4"]],
    [
      ".globl hel|per\ncall helper",
      ["main.s:1:8", "main.s:2:6", "util.s:1:8", "util.s:2:1", "other.s:1:6"],
    ],
    [".globl own\nown|: ret", ["main.s:1:8", "main.s:2:1", "other.s:2:6"]],
    ["own|: ret", ["main.s:1:1"]],
    // Two programs side by side: each has its own.
    [".globl helper\nhelper|: ret", ["main.s:1:8", "main.s:2:1", "other.s:1:6"]],
    [
      ".macro m a, b\nadd \\a, \\a, \\b\nadd \\b, \\|a, a\n.endm",
      ["main.s:1:10", "main.s:2:6", "main.s:2:10", "main.s:3:10"],
    ],
    ['.include "inc.s"\ncall sha|red', ["main.s:2:6", "inc.s:4:1", "user.s:2:6"]],
  ];
  for (const [text, places] of cases) {
    it(JSON.stringify(text), async () => {
      const { workspace, analysis, position } = await open(text, files);
      const found = await references(workspace, analysis, position, true);
      const expected = places.filter((place) => !place.startsWith("user.s"));
      const own = found.map(shown).filter((place) => !place.startsWith("user.s"));
      assert.deepEqual(own, expected);
      const uses = await references(workspace, analysis, position, false);
      assert.ok(
        uses.length < found.length ||
          !found.some(({ uri }) => uri.endsWith("main.s")) ||
          !analysis.occurrences.all.some(({ role }) => role === "definition"),
      );
    });
  }
});

describe("highlights", () => {
  it("mark definitions as writes and uses as reads", async () => {
    const { analysis, position } = await open("x|: j x\n.globl x");
    const found = documentHighlights(analysis, position);
    assert.deepEqual(
      found.map(({ kind }) => kind),
      [3, 2, 2],
    );
  });
});

describe("links", () => {
  it("lead from .include to the file", async () => {
    const { analysis } = await open('.include "inc.s"\n.include "nowhere.s"', files);
    assert.deepEqual(
      documentLinks(analysis).map(({ target }) => target),
      ["file:///work/inc.s"],
    );
  });
});

describe("rename", () => {
  const cases: [text: string, name: string, result: string][] = [
    ["ma|in: j main # main", "start", "start: j start # main"],
    [".L|1: j .L1", "loop", "loop: j loop"],
    ["1|: j 1b\nj 1f\n1: nop", "7", "7: j 7b\nj 1f\n1: nop"],
    [".macro m| a\n.endm\nm 1\nM 2", "n", ".macro n a\n.endm\nn 1\nn 2"],
    [
      '.macro m a|, b\nadd \\a, \\b\\()\\a\n.ascii "\\a"\n.endm',
      "c",
      '.macro m c, b\nadd \\c, \\b\\()\\c\n.ascii "\\c"\n.endm',
    ],
    ["n| = 1\n.if n > 0\nli a0, n*n\n.endif", "k", "k = 1\n.if k > 0\nli a0, k*k\n.endif"],
    ['"a b|": j "a b"', "c", '"c": j "a b"'],
  ];
  for (const [text, name, result] of cases) {
    it(`${JSON.stringify(text)} to ${name}`, async () => {
      const { workspace, analysis, position, uri } = await open(text);
      const prepared = prepareRename(analysis, position);
      assert.ok(prepared);
      assert.ok(prepared.placeholder.length > 0);
      const edit = await rename(workspace, analysis, position, name);
      const edits = [...(edit?.changes?.[uri] ?? [])].sort(
        (a, b) =>
          b.range.start.line - a.range.start.line ||
          b.range.start.character - a.range.start.character,
      );
      let edited = analysis.text;
      for (const { range, newText } of edits) {
        const [start, end] = [range.start, range.end].map((at) => analysis.document.offsetAt(at));
        edited = edited.slice(0, start) + newText + edited.slice(end);
      }
      assert.equal(edited, result);
    });
  }

  it("reaches every file that shares the symbol", async () => {
    const { workspace, analysis, position } = await open("call hel|per", files);
    const edit = await rename(workspace, analysis, position, "assist");
    const counts = Object.entries(edit?.changes ?? {}).map(
      ([uri, edits]) => `${baseName(uri)} ${edits.length}`,
    );
    assert.deepEqual(counts, ["main.s 1", "util.s 2", "other.s 1"]);
  });

  const refused: [text: string, name: string, why: RegExp][] = [
    ["x|: nop", "a b", /not a name/],
    ["x|: nop", "1x", /not a name/],
    ["x|: nop", "", /not a name/],
    ["x|: nop", "a0", /register/],
    ["x|: nop\ny: nop", "y", /defined in this file already/],
    ["1|: nop", "x", /must be a number/],
    ["1|: nop\n2: nop", "2", /already/],
    [".macro m a|, b\nadd \\a, \\b, \\a\n.endm", "b", /parameter "b" already/],
    ["call hel|per", "local", /defined in util\.s already/],
    ["# hartbeat: sources=util.s\n.globl own\nown|: ret", "helper", /defined in util\.s already/],
  ];
  for (const [text, name, why] of refused) {
    it(`refuses "${name}" for ${JSON.stringify(text)}`, async () => {
      const { workspace, analysis, position } = await open(text, files);
      await assert.rejects(rename(workspace, analysis, position, name), (error: unknown) => {
        assert.ok(error instanceof RenameRefused);
        assert.match(error.message, why);
        return true;
      });
    });
  }

  it("renames what headers define, in all that include them", async () => {
    const header = ".macro bump r\n addi \\r, \\r, 1\n.endm\nshared: ret\n";
    const other = '#include "defs.h"\nother: bump a1\n call shared\n';
    const all: Files = {
      "defs.h": header,
      "other.S": other,
      "own.S": ".macro bump\n.endm\n bump\n",
    };
    const cases: [text: string, name: string, places: string[]][] = [
      ['#include "defs.h"\n bu|mp a0\n', "step", ["defs.h:1:8", "main.S:2:2", "other.S:2:8"]],
      ['#include "defs.h"\n call sha|red\n', "part", ["defs.h:4:1", "main.S:2:7", "other.S:3:7"]],
    ];
    for (const [text, name, places] of cases) {
      const { analysis, workspace, position } = await open(text, all, {}, "|", "main.S");
      const edit = await rename(workspace, analysis, position, name);
      const found = Object.entries(edit?.changes ?? {}).flatMap(([uri, edits]) =>
        edits.map(({ range }) => shown({ uri, range })),
      );
      assert.deepEqual(found.sort(), places);
    }
  });

  it("renames names of the preprocessor in every source that reads them", async () => {
    const defs = "#define SIZE 4\n#define TWICE(a) (2 * a + SIZE)\n";
    const other = '#include "defs.h"\n#if SIZE > 2\nli a1, SIZE\n#endif\n';
    const stranger = "#define SIZE 9\nli a0, SIZE\n";
    const all: Files = { "defs.h": defs, "other.S": other, "stranger.S": stranger };
    const text = '#include "defs.h"\nli a0, SI|ZE\n#ifdef SIZE\nx: j x # SIZE\n#endif\n';
    const { analysis, workspace, position } = await open(text, all, {}, "|", "main.S");
    assert.equal(prepareRename(analysis, position)?.placeholder, "SIZE");
    const edit = await rename(workspace, analysis, position, "WIDTH");
    const places = Object.entries(edit?.changes ?? {}).flatMap(([uri, edits]) =>
      edits.map(({ range }) => shown({ uri, range })),
    );
    assert.deepEqual(places.sort(), [
      "defs.h:1:9",
      "defs.h:2:27",
      "main.S:2:8",
      "main.S:3:8",
      "main.S:4:10",
      "other.S:2:5",
      "other.S:3:8",
    ]);
    await assert.rejects(rename(workspace, analysis, position, "TWICE"), /already/);
    await assert.rejects(rename(workspace, analysis, position, "a.b"), /no name of the pre/);
    assert.deepEqual((await definition(workspace, analysis, position)).map(shown), ["defs.h:1:9"]);
    assert.equal((await references(workspace, analysis, position, false)).length, 6);
    assert.equal(documentHighlights(analysis, position).length, 3);
    const symbol = await rename(workspace, analysis, { line: 3, character: 0 }, "y");
    assert.equal(symbol?.changes?.[analysis.uri]?.length, 2);
  });

  it("has nothing to rename at a mnemonic or in a comment", async () => {
    for (const text of ["a|dd a0, a0, a1", "# x|", ".cfi_offset r|a, -8"]) {
      const { analysis, position } = await open(text);
      assert.equal(prepareRename(analysis, position), null);
    }
  });
});
