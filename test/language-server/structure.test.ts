/** Document and workspace symbols, folding, semantic tokens: the shape of a source. */
import assert from "node:assert/strict";
import type { DocumentSymbol } from "vscode-languageserver";
import { documentSymbols } from "../../language-server/document-symbols.ts";
import { foldingRanges } from "../../language-server/folding.ts";
import {
  semanticTokens,
  semanticTokensDelta,
  tokenLegend,
} from "../../language-server/semantic-tokens.ts";
import { workspaceSymbols } from "../../language-server/workspace-symbols.ts";
import { open } from "./fixture.ts";

const program = `# A program.
# It has all kinds of parts.
        .equ    size, 4 * 8
        .macro  push register
        addi    sp, sp, -8
        sd      \\register, 0(sp)
        .endm

        .text
        .globl  main
main:   push    ra
        call    helper
.Lloop: bnez    a0, .Lloop
again:  j       again
helper: ret

        .data
message: .asciz "hello"
numbers:
        .word   1, 2, 3
        .if     size > 4
        .zero   4
        .else
        .zero   8
        .endif
        .comm   shared, 8, 8
/*
  The end.
*/
`;

/** An outline as text: name, kind and lines, indented. */
function drawn(symbols: readonly DocumentSymbol[], indent = ""): string[] {
  return symbols.flatMap(({ name, kind, detail = "", range, children = [] }) => {
    const lines = `${range.start.line + 1}-${range.end.line + 1}`;
    return [
      `${indent}${name} ${kind} ${lines}${detail === "" ? "" : ` ${detail}`}`,
      ...drawn(children, `${indent}  `),
    ];
  });
}

describe("document symbols", () => {
  it("nest functions and data in sections, local labels in functions", async () => {
    const { analysis } = await open(program);
    assert.deepEqual(drawn(documentSymbols(analysis)), [
      "size 14 3-3 4 * 8",
      "push 25 4-7 register",
      ".text 3 9-15",
      "  main 12 11-14",
      "    .Lloop 20 13-13",
      "    again 20 14-14",
      "  helper 12 15-15",
      ".data 3 17-26",
      "  message 13 18-18 .asciz",
      "  numbers 13 19-19 .word",
      "  shared 13 26-26 .comm",
    ]);
  });

  it("have what calls of macros define, the preprocessor's and the assembler's", async () => {
    const text = `#define ENTRY(name) .globl name; name:
        .macro func n, rest
        .text
        .type \\n, @function
\\n\\rest:
        .endm
        .macro const n
        .section .rodata
\\n:
        .endm
ENTRY(first)
        nop
inner:  ret
        func second
        ret
        const table
        .word 1
`;
    const { analysis } = await open(text, {}, {}, "§", "main.S");
    assert.deepEqual(drawn(documentSymbols(analysis)), [
      "func 25 2-6 n, rest",
      "const 25 7-10 n",
      "first 12 11-13 ENTRY",
      "  inner 20 13-13",
      "second 12 14-15 func",
      "table 13 16-16 const",
    ]);
    const again = (await open(text.replace("ENTRY(first)", "first:"), {}, {}, "§")).analysis;
    assert.deepEqual(drawn(documentSymbols(again)).slice(2, 4), [
      "first 12 11-13",
      "  inner 20 13-13",
    ]);
  });

  it("keep each name inside its range, and children inside their parents", async () => {
    const { analysis } = await open(program);
    const at = (position: { line: number; character: number }) =>
      analysis.document.offsetAt(position);
    const check = (symbol: DocumentSymbol) => {
      const { range, selectionRange, children = [] } = symbol;
      assert.ok(at(range.start) <= at(selectionRange.start), symbol.name);
      assert.ok(at(selectionRange.end) <= at(range.end), symbol.name);
      for (const child of children) {
        assert.ok(at(range.start) <= at(child.range.start), child.name);
        assert.ok(at(child.range.end) <= at(range.end), child.name);
        check(child);
      }
    };
    for (const symbol of documentSymbols(analysis)) check(symbol);
  });
});

describe("workspace symbols", () => {
  it("find definitions in all files by letters in order", async () => {
    const files = { "util.s": "print_int: ret\nprint_hex: ret\n.equ print_max, 1\n" };
    const { workspace } = await open("main: ret\nprinter: ret", files);
    const names = async (query: string) =>
      (await workspaceSymbols(workspace, query)).map(({ name }) => name).sort();
    assert.deepEqual(await names("pri"), ["print_hex", "print_int", "print_max", "printer"]);
    assert.deepEqual(await names("PRHX"), ["print_hex"]);
    assert.deepEqual(await names("zzz"), []);
    assert.equal((await names("")).length, 5);
  });
});

describe("folding", () => {
  it("folds comments, macros, conditionals, functions and sections", async () => {
    const { analysis } = await open(program);
    const ranges = foldingRanges(analysis).map(
      ({ startLine, endLine, kind }) =>
        `${startLine + 1}-${endLine + 1}${kind === undefined ? "" : ` ${kind}`}`,
    );
    for (const range of [
      "1-2 comment",
      "4-6",
      "9-15",
      "11-14",
      "17-26",
      "21-22",
      "23-24",
      "27-29 comment",
    ]) {
      assert.ok(ranges.includes(range), `${range} is not in ${ranges.join(", ")}`);
    }
  });

  it("folds marked regions, one inside the other", async () => {
    const { analysis } = await open("# region a\n# region b\nnop\n# endregion\n# endregion\n");
    const regions = foldingRanges(analysis).filter(({ kind }) => kind === "region");
    assert.deepEqual(
      regions.map(({ startLine, endLine }) => [startLine, endLine]),
      [
        [1, 3],
        [0, 4],
      ],
    );
  });

  it("survives blocks without an end and ends without a block", async () => {
    for (const text of [".endm\n.macro a\n", ".if 1\n.else\n", ".endif\n.endr\n", "/*\n\n"]) {
      foldingRanges((await open(text)).analysis);
    }
  });
});

describe("semantic tokens", () => {
  /** Tokens as "text type modifiers". */
  async function tokensOf(text: string, from?: number, to?: number): Promise<string[]> {
    const { analysis } = await open(text, {}, {}, "\0");
    const range =
      from === undefined || to === undefined
        ? undefined
        : { start: { line: from, character: 0 }, end: { line: to, character: 0 } };
    const { data } = semanticTokens(analysis, range);
    const lines = analysis.text.split("\n");
    const found: string[] = [];
    let line = 0;
    let character = 0;
    for (let at = 0; at < data.length; at += 5) {
      const [down = 0, right = 0, length = 0, type = 0, bits = 0] = data.slice(at, at + 5);
      line += down;
      character = down === 0 ? character + right : right;
      const modifiers = tokenLegend.tokenModifiers.filter((_, bit) => bits & (1 << bit));
      const word = lines[line]?.slice(character, character + length);
      found.push([word, tokenLegend.tokenTypes[type], ...modifiers].join(" "));
    }
    return found;
  }

  it("tell labels, constants, macros, parameters, registers and CSRs apart", async () => {
    assert.deepEqual(
      await tokensOf(
        ".globl f\nf: li a0, n\n1: j 1b\nn = 3\n.macro m p\nmv \\p, zero\n.endm\nm t0\n" +
          "csrr a1, cycle\ncall out\n.Lx: j .Lx",
      ),
      [
        "f function declaration static",
        "f function definition static",
        "a0 register",
        "n variable readonly",
        "1 label definition",
        "1b label",
        "n variable definition readonly",
        "m macro definition",
        "p parameter definition",
        "p parameter",
        "zero register readonly",
        "m macro",
        "t0 register",
        "a1 register",
        "cycle property readonly",
        "out function",
        ".Lx label definition",
        ".Lx label",
      ],
    );
  });

  it("answer for a range only what is in it", async () => {
    const text = "a: j a\nb: j b\nc: j c\n";
    assert.deepEqual(await tokensOf(text, 1, 2), ["b function definition", "b function"]);
  });

  it("say shortly when nothing changed", async () => {
    const { analysis } = await open("a: j a");
    const { resultId = "" } = semanticTokens(analysis);
    assert.deepEqual(semanticTokensDelta(analysis, resultId), { resultId, edits: [] });
    assert.ok("data" in semanticTokensDelta(analysis, "something else"));
  });
});
