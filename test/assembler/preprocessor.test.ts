/**
 * The C preprocessor: what it makes of sources, places in them, mistakes; and, where the tools are
 * there, the predefined macros, the tokens and the objects against GCC's.
 */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AssembleOptions, assemble } from "../../assembler/assemble.ts";
import { build } from "../../assembler/build.ts";
import { predefinedMacros } from "../../assembler/preprocessor/predefined.ts";
import { preprocess } from "../../assembler/preprocessor/preprocessor.ts";
import { SourceText } from "../../assembler/source.ts";
import { readDebugInformation } from "../../elf/dwarf/index.ts";
import { readElf } from "../../elf/reader.ts";
import { parseArchitecture } from "../../isa/architecture.ts";
import { requireTool, runTool, tryTool } from "../tools.ts";
import { differences } from "./object-comparison.ts";

const folder = join(import.meta.dirname, "preprocessed");
const read = (path: string): Uint8Array | undefined => {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
};

/** Architectures, their ABI, and macros of the command line. */
const targets = [
  ["rv64gc", "lp64d", {}],
  ["rv32imac_zicsr", "ilp32", {}],
  ["rv64imafdc", "lp64", { PREFER_SIZE_OVER_SPEED: "1" }],
] as const;

function architectureOf(march: string) {
  const parsed = parseArchitecture(march);
  assert.ok(parsed.ok);
  return parsed.architecture;
}

function preprocessed(text: string, files: Readonly<Record<string, string>> = {}) {
  return preprocess(new SourceText("main.S", text), {
    predefined: predefinedMacros(architectureOf("rv64gc"), { mabi: "lp64d" }),
    folders: ["include"],
    readFile: (path) => files[path],
  });
}

const words = (text: string) => text.replace(/\s+/g, " ").trim();

describe("preprocessor", () => {
  const texts: readonly [title: string, text: string, result: string][] = [
    ["replaces names", "#define A 1\nA a AA", "1 a AA"],
    ["replaces calls", "#define F(x, y) y-x\nF(1, (2, 3)) F F(,)", "(2, 3)-1 F -"],
    ["makes strings", '#define S(x) #x\nS( a  "b\\n" ) S()', '"a \\"b\\\\n\\"" ""'],
    ["pastes", "#define P(a, b) a ## b\nP(x, 1) P(, y) P(z,) P(.L, 1)", "x1 y z .L1"],
    [
      "takes variable arguments",
      "#define V(f, ...) f(__VA_ARGS__)\n#define N(f, r...) f , ## r\nV(a) V(a, b, c) N(1) N(1, 2)",
      "a() a(b, c) 1 1 , 2",
    ],
    [
      "takes text for where there are variable arguments",
      "#define F(a, ...) f(a __VA_OPT__(,) __VA_ARGS__)\n#define G(x, ...) x ## __VA_OPT__(tail) end\n#define I(...) __VA_OPT__(a (b)) __VA_ARGS__\n#define L(...) __VA_OPT__(x) ## y\nF(1) F(1, 2) F(1,) G(a) G(a, b) I() I(9) L() L(1)",
      "f(1 ) f(1 , 2) f(1 ) a end atail end a (b) 9 y xy",
    ],
    ["does not repeat a macro in itself", "#define x x + y\n#define y x\nx y", "x + x x + y"],
    ["takes calls over lines", "#define F(x) [x]\nF (\n1\n) b", "[1] b"],
    [
      "knows where it is",
      '__LINE__\n__FILE__ __COUNTER__ __COUNTER__\n#line 40 "b.S"\n__LINE__ __FILE__',
      '1 "main.S" 0 1 40 "b.S"',
    ],
    [
      "keeps comments of the assembler",
      "# don't 'see A\n  #unknown A\n# 1 \"x\"\nnop # A",
      "# don't 'see A #unknown A # 1 \"x\" nop # A",
    ],
    ["drops comments of C", "a /* b\n c */ d // e\nf", "a d f"],
    ["joins lines", "#define A 1 \\\n 2\nA b\\\nc", "1 2 bc"],
    [
      "expands arguments first",
      "#define A 7\n#define S(x) #x\n#define X(x) S(x) x\nX(A) S(A)",
      '"7" 7 "A"',
    ],
    [
      "chooses by conditions",
      "#if __riscv_xlen == 64 && defined __riscv_d\na\n#else\nb\n#endif\n#ifndef X\nc\n#elif 1\nd\n#endif",
      "a c",
    ],
    [
      "chooses by names",
      "#ifdef A\na\n#elifdef __riscv\nb\n#elifndef A\nc\n#endif\n#if 0\n#elifndef A\nd\n#elifdef B(\n#endif",
      "b d",
    ],
    [
      "skips what is not chosen",
      "#if 0\n#if 1\n#else\n#error no\n#endif\n#elif 0\n#else\nx\n#endif",
      "x",
    ],
  ];
  for (const [title, text, result] of texts) {
    it(title, () => {
      const { source, diagnostics } = preprocessed(text);
      assert.deepEqual(diagnostics, []);
      assert.equal(words(source.text), result);
    });
  }

  const conditions: readonly [text: string, holds: boolean][] = [
    ["1 + 2 * 3 == 7", true],
    ["(1, 2) == 2", true],
    ["-1 > 0u", true],
    ["1 ? 0 : 1 / 0", false],
    ["0 && 1 / 0", false],
    ["~0 == -1 && !0 && +1", true],
    ["0x7fffffffffffffff + 1 < 0", true],
    ["1 << 3 == 010 && 0b11 == 3", true],
    ["'a' == 97 && '\\n' == 10 && '\\x41' == 'A' && '\\101' == 65", true],
    ["-8 >> 1 == -4 && -7 / 2 == -3 && -7 % 2 == -1", true],
    ["unknown || UNKNOWN(", false],
    ["defined(__ASSEMBLER__) && !defined X", true],
    ["18446744073709551615 == -1", true],
    ["1 ? 2 : 0 ? 3 : 4", true],
  ];
  for (const [text, holds] of conditions) {
    it(`finds that ${text} ${holds ? "holds" : "does not hold"}`, () => {
      const { source } = preprocessed(`#if ${text}\nyes\n#endif`);
      assert.equal(words(source.text), holds ? "yes" : "");
    });
  }

  const mistakes: readonly [text: string, errors: readonly string[]][] = [
    ["#if 1\nnop", ["1: `#if` has no `#endif`."]],
    [
      "#endif\n#else",
      ["1: `#endif` has no `#if` before it.", "2: `#else` has no `#if` before it."],
    ],
    ["nop\n#if 1 +\n#endif", ["2: A value is missing here."]],
    ["#if 1 / 0\n#endif", ["1: This divides by zero."]],
    [
      "#if (1\n#endif\n#if 1.5\n#endif",
      ["1: A closing `)` is missing.", "3: `1.5` is no integer."],
    ],
    ["#define F(x) x\nF(1", ["2: The call of macro `F` has no `)`."]],
    ["#define F(x, y) x\nF(1)", ["2: Macro `F` takes 2 arguments, not 1."]],
    ["#define 3", ["1: A name is expected here."]],
    [
      "#define F(x, x) x\n#define G(x\n#define H ## 1",
      [
        "1: There are two parameters `x`.",
        "2: The list of parameters has no `)`.",
        "3: `##` needs a token on both sides.",
      ],
    ],
    ["#define A 1\n#define A 2\n#define A 2", ["2: `A` is defined already, with another text."]],
    [
      "nop\n#include",
      ['2: A file is expected here, as in `#include "file"` or `#include <file>`.'],
    ],
    [
      // As GCC, which ends there.
      "  #include <none.h>\n#include\n#include <never.h>\n#if 1 +\n frobnicate",
      [
        '1: The file "none.h" is not found, so nothing below is checked; name its folder by `hartbeat.include`, `include=` or -I.',
      ],
    ],
    ["#error stop it\n#warning careful", ["1: stop it", "2: careful"]],
    ["nop /* never", ["1: This comment has no `*/`."]],
  ];
  for (const [text, errors] of mistakes) {
    it(`says what is wrong in ${JSON.stringify(text)}`, () => {
      const { diagnostics } = preprocessed(text);
      assert.deepEqual(
        diagnostics.map(({ range, message }) => `${range.start.line + 1}: ${message}`),
        errors,
      );
    });
  }

  it("ends for files that include themselves, and for macros that grow", function () {
    this.timeout(60_000);
    const self = preprocessed('#include "main.S"', { "main.S": '#include "main.S"' });
    assert.match(self.diagnostics[0]?.message ?? "", /nested more than 200 deep/);
    const lines = ["#define M0 x x x x x x x x"];
    for (let level = 1; level < 9; level++) {
      lines.push(`#define M${level} ${`M${level - 1} `.repeat(10)}`);
    }
    const grown = preprocessed(`${lines.join("\n")}\nM8`);
    assert.match(grown.diagnostics[0]?.message ?? "", /more text here than/);
  });

  const files = {
    "p/main.S":
      '#include "defs.h"\n_start: LOAD(a0, 5)\n  BAD(a1)\n  addi a0, a0, LARGE\n  EXIT ; nop\n',
    "p/defs.h":
      "#define LOAD(r, n) li r, n\n#define LARGE 5000\n#define BAD(r) addx r, r\n#include <more.h>\nwrong\n",
    "lib/more.h": "#define EXIT li a7, 93; \\\n  ecall\n",
  } as Readonly<Record<string, string>>;

  it("includes what the command line names, and the next file of a name", () => {
    const found: Readonly<Record<string, string>> = {
      "first.h": "#define A 1",
      "one/second.h": "#define B A",
      "one/a.h": "one\n#include_next <a.h>",
      "two/a.h": "two\n#include_next <a.h>",
      "three/a.h": "three",
    };
    const { source, diagnostics } = preprocess(new SourceText("main.S", "B\n#include <a.h>\nend"), {
      predefined: [],
      folders: ["one", "two", "three"],
      forced: ["first.h", "second.h", "third.h"],
      readFile: (path) => found[path],
    });
    assert.equal(words(source.text), "1 one two three end");
    assert.deepEqual(
      diagnostics.map(({ message }) => message),
      [
        'The file "third.h" is not found, so nothing below is checked; name its folder by `hartbeat.include`, `include=` or -I.',
      ],
    );
  });

  it("says where mistakes are: in the included file, at the call of a macro", () => {
    const options: AssembleOptions = { folders: ["lib"], readFile: (path) => files[path] };
    const { diagnostics, unit } = assemble("p/main.S", files["p/main.S"] ?? "", options);
    const found = diagnostics.map(({ file, range: { start }, message }) => {
      return `${file}:${start.line + 1}:${start.character + 1}: ${message.slice(0, 22)}`;
    });
    assert.deepEqual(found, [
      "p/defs.h:5:1: Unknown instruction `w",
      "p/main.S:3:3: Unknown instruction `a",
      "p/main.S:4:16: 5000 does not fit: the",
    ]);
    assert.deepEqual(
      unit.inclusions.map(({ path }) => path),
      ["defs.h", "more.h"],
    );
  });

  it("gives the debugger the lines of the file, those of a macro's call for what it makes", async () => {
    const good: Record<string, string> = {
      ...files,
      "p/main.S":
        "# hartbeat: include=../lib define=N=7\n#include <more.h>\n_start:\n  li a0, N\n  EXIT\n",
    };
    const { file, diagnostics } = await build(
      ["p/main.S"],
      {},
      {
        readFile: async (path) => {
          const text = good[path.replace("p/../", "")];
          if (text === undefined) throw new Error(`no ${path}`);
          return new TextEncoder().encode(text);
        },
      },
    );
    assert.deepEqual(diagnostics, []);
    assert.ok(file);
    const { lines: table } = readDebugInformation(file);
    const lines = new Set<string>();
    for (let address = file.entry; address < file.entry + 8n; address += 2n) {
      const found = table.lookup(address);
      if (found !== undefined) lines.add(`${found.row.path}:${found.row.line}`);
    }
    assert.deepEqual([...lines], ["p/main.S:4", "p/main.S:5"]);
  });

  it("leaves files of other names alone", () => {
    const { diagnostics } = assemble("a.s", "#define A nop\nA\n", { readFile: () => undefined });
    assert.equal(diagnostics.length, 1);
    const venus = assemble("a.s", "#define A nop\nA # comment A don't\n", {
      dialect: "venus",
      readFile: () => undefined,
    });
    assert.deepEqual(venus.diagnostics, []);
  });
});

describe("preprocessor, against GCC", () => {
  for (const [march, mabi, macros] of targets) {
    it(`${march}/${mabi}: the predefined macros`, function () {
      const gcc = requireTool(this, "riscv64-unknown-elf-gcc");
      const options = [`-march=${march}`, `-mabi=${mabi}`, "-E", "-dM", "-x", "assembler-with-cpp"];
      const theirs = runTool(gcc, [...options, "/dev/null"])
        .trim()
        .split("\n");
      const ours = new Set(
        predefinedMacros(architectureOf(march), { mabi }).map((text) => `#define ${text}`.trim()),
      );
      const version = /^#define __(VERSION__|GNUC\w*__|GXX_ABI_VERSION)/;
      assert.deepEqual(
        theirs.filter((line) => !ours.has(line.trim()) && !version.test(line)),
        [],
      );
      // GCC 12 does not say that M contains Zmmul.
      const known = new Set(theirs.map((line) => line.trim()));
      const extra = [...ours].filter((line) => !known.has(line) && !version.test(line));
      assert.deepEqual(extra, ["#define __riscv_zmmul 1000000"]);
    });

    const sources = readdirSync(folder).filter((name) => name.endsWith(".S"));
    it(`${march}/${mabi}: objects of ${sources.length} sources`, function () {
      this.timeout(60_000);
      const gcc = requireTool(this, "riscv64-unknown-elf-gcc");
      const scratch = mkdtempSync(join(tmpdir(), "preprocessed-"));
      const found: string[] = [];
      for (const name of sources) {
        const path = join(folder, name);
        const object = join(scratch, "case.o");
        const defines = Object.entries(macros).map(([key, value]) => `-D${key}=${value}`);
        const include = join(folder, "include");
        const options = [`-march=${march}`, `-mabi=${mabi}`, ...defines, "-I", include];
        const gnu = tryTool(gcc, [...options, "-c", path, "-o", object]);
        if (gnu.code !== 0) {
          found.push(`${name}: GCC refuses it: ${gnu.stderr}`);
          continue;
        }
        const ours = assemble(path, readFileSync(path, "utf8"), {
          march,
          mabi,
          macros,
          folders: [include],
          readFile: read,
        });
        for (const { file, message, range } of ours.diagnostics) {
          found.push(`${name}: ${file} line ${range.start.line + 1}: ${message}`);
        }
        for (const line of differences(ours.object, readElf(readFileSync(object)))) {
          found.push(`${name}: ${line}`);
        }
        const text = runTool(gcc, [...options, "-E", "-P", path]);
        const mine = preprocess(new SourceText(path, readFileSync(path, "utf8")), {
          predefined: predefinedMacros(architectureOf(march), { mabi }),
          define: macros,
          folders: [include],
          readFile: read,
        });
        if (words(text) !== words(mine.source.text)) found.push(`${name}: other text`);
      }
      rmSync(scratch, { recursive: true });
      assert.deepEqual(found, []);
    });
  }
});
