/**
 * Programs in the languages of RARS, Venus and Ripes, of the kinds that courses have: each is built
 * by its header comment alone and runs, and prints what its comments say. Marks in comments:
 * `prints:` the output as a JSON string, `input:` likewise, `code:` the exit code, `warns:` a warning.
 */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { assemble } from "../../assembler/assemble.ts";
import { build } from "../../assembler/build.ts";
import { guessDialect } from "../../assembler/dialects/guess.ts";
import type { DialectName } from "../../assembler/dialects.ts";
import { runProcess } from "../process/run-process.ts";

const folder = join(import.meta.dirname, "dialects");

interface Expected {
  readonly prints: string;
  readonly input: string;
  readonly code: number;
  readonly warnings: readonly string[];
}

function marksOf(text: string): Expected {
  const mark = (name: string) =>
    [...text.matchAll(new RegExp(`^# ${name}: (.*)$`, "gm"))].map(([, value]) => value as string);
  const [prints = '""'] = mark("prints");
  const [input = '""'] = mark("input");
  const [code = "0"] = mark("code");
  return {
    prints: JSON.parse(prints),
    input: JSON.parse(input),
    code: Number(code),
    warnings: mark("warns"),
  };
}

describe("dialects: programs", () => {
  for (const name of readdirSync(folder).filter((file) => file.endsWith(".s"))) {
    it(name, async () => {
      const path = join(folder, name);
      const expected = marksOf(await readFile(path, "utf8"));
      const built = await build([path], {}, { readFile });
      const messages = built.diagnostics.map(({ range, message }) => ({
        line: range.start.line + 1,
        message,
      }));
      assert.deepEqual(
        messages.map(({ message }) => message),
        expected.warnings,
        JSON.stringify(messages),
      );
      assert.ok(built.file);
      const { environment } = built;
      const result = await runProcess(built.file, { environment, input: expected.input });
      assert.deepEqual(
        { prints: result.stdout, code: result.code, stderr: result.stderr },
        { prints: expected.prints, code: expected.code, stderr: "" },
      );
    });
  }
});

/** The errors of a source, as "line: message". */
function errorsOf(dialect: DialectName, text: string): string[] {
  const { diagnostics } = assemble("a.s", text, { dialect, readFile: () => undefined });
  return diagnostics.map(({ range, message }) => `${range.start.line + 1}: ${message}`);
}

describe("dialects: mistakes", () => {
  const cases: readonly [title: string, DialectName, text: string, errors: readonly string[]][] = [
    [
      "slashes are no comment",
      "rars",
      "nop // x",
      ["1: `// x` is one operand too many: `nop` takes no operands."],
    ],
    [
      "a macro with other numbers of arguments",
      "rars",
      ".macro m(%a)\n.end_macro\nm(1, 2)",
      ["3: Macro `m` takes 1 argument, not 2."],
    ],
    [
      "the same macro twice",
      "rars",
      ".macro m(%a)\n.end_macro\n.macro m(%b)\n.end_macro",
      ["3: Macro `m` with 1 parameters is defined already."],
    ],
    [
      "a parameter without its sign",
      "rars",
      ".macro m(a)\n.end_macro",
      ["1: `a` is no parameter of a macro; write it as `%a`."],
    ],
    ["a macro without its end", "rars", ".macro m(%a)\nnop", ["1: `.macro` has no `.endm`."]],
    ["an end without its macro", "rars", ".end_macro", ["1: `.end_macro` has nothing to end."]],
    [
      "a count that is none",
      "rars",
      ".data\n.word 1 : 0",
      ["2: 0 is out of range; 1 to 33554432 is allowed."],
    ],
    ["a name without its text", "rars", ".eqv X", ["1: A value is missing here."]],
    [
      "an alignment that Venus does not have",
      "venus",
      ".data\n.align 9",
      ["2: 9 is out of range; 0 to 8 is allowed."],
    ],
    [
      "registers of another size",
      "venus",
      ".register_size 64",
      [
        "1: The registers of rv32 do not have 64 bits; choose another architecture with march=rv64g.",
      ],
    ],
    [
      "an import of nothing",
      "venus",
      ".import",
      ["1: A string in double quotes is expected here."],
    ],
    [
      "an alignment that is no power of two",
      "ripes",
      ".align 12",
      ["1: An alignment must be a power of two, at most 2^24, not 12."],
    ],
  ];
  for (const [title, dialect, text, errors] of cases) {
    it(`${dialect}: ${title}`, () => assert.deepEqual(errorsOf(dialect, text), errors));
  }

  it("ends for macros that call themselves", () => {
    const [error] = errorsOf("rars", ".macro m(%a)\nm(%a)\n.end_macro\nm(1)");
    assert.match(error ?? "", /nested more than/);
  });

  it("takes another command and not the header's where the command line says so", async () => {
    const files: Record<string, string> = { "a.s": "li a0 1\nli a7 93\necall\n" };
    const host = { readFile: async (name: string) => new TextEncoder().encode(files[name] ?? "") };
    const gnu = await build(["a.s"], {}, host);
    assert.equal(gnu.file, undefined);
    const rars = await build(["a.s"], { dialect: "rars" }, host);
    assert.equal(rars.file?.class, 32);
    assert.equal(rars.environment, "rars");
    const settings = { march: "rv64gc", environment: "linux", dialect: "venus" } as const;
    const venus = await build(["a.s"], { defaults: settings }, host);
    assert.equal(venus.environment, "venus");
    assert.equal(venus.file?.class, 32);
  });
});

describe("dialects: guesses", () => {
  const guesses: readonly [string, DialectName | undefined][] = [
    [".macro p(%x)\n li a7, 1\n.end_macro", "rars"],
    [".data\na: .word 0 : 20", "rars"],
    [".eqv N 10\nli a7, 34\necall", "rars"],
    ["add t0 t1 t2\nli a7 10\necall", "rars"],
    ["add t0, t1, t2\nmv a0 a1\nadd t0, t1, t2\nsub t0, t1, t2\nli a7, 93\necall", undefined],
    ["csrrw zero, utvec, t0\nuret", "rars"],
    [".import utils.s\nli a0 10\necall", "venus"],
    ["la a1, text\nli a0, 4\necall\nseq t0, t1, t2", "venus"],
    ["li a0, LED_MATRIX_0_BASE", "ripes"],
    [".macro m a, b\n add \\a, \\a, \\b\n.endm\nli a7, 93\necall", undefined],
    ['.string ".end_macro" # .end_macro\nli a7, 64\necall', undefined],
  ];
  for (const [text, dialect] of guesses) {
    it(JSON.stringify(text), () => assert.equal(guessDialect(text)?.dialect, dialect));
  }

  it("are offered where a source has errors, and nothing is changed", async () => {
    const text = ".text\n add t0 t1 t2\n li a7 10\n ecall\n";
    const host = { readFile: async () => new TextEncoder().encode(text) };
    const { diagnostics } = await build(["a.s"], {}, host);
    const offer = diagnostics.find(({ code }) => code === "looks-like");
    assert.equal(
      offer?.message,
      "This looks like a program for RARS: operands have no commas between them. Write `# hartbeat: dialect=rars` in its first line to have it read as one.",
    );
    assert.ok(diagnostics.some(({ severity }) => severity === "error"));
  });
});
