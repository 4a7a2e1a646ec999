/** Diagnostics as an editor shows them: sources with the expected messages under the spots. */
import assert from "node:assert/strict";
import { codeActions } from "../../language-server/code-actions.ts";
import { diagnose } from "../../language-server/diagnostics.ts";
import { type Files, open, readMarks, root } from "./fixture.ts";

const severities = ["", "error", "warning", "information", "hint"];

interface Case {
  readonly title: string;
  readonly text: string;
  readonly files?: Files;
}

const cases: readonly Case[] = [
  {
    title: "nothing about a good program",
    text: `
        .globl _start
_start: la a0, message
        call print
        li a7, 93
        ecall
print:  ret
        .data
message: .asciz "hi"
`,
  },
  {
    title: "nothing about a good program of RARS",
    text: `# hartbeat: dialect=rars
        .eqv EXIT 10
        .macro print(%value)
again:  mv a0 %value
        li a7 1
        ecall
        .end_macro
        .data
table:  .word 1 2 3
              4 : 5
        .text
        lw t0 table
        print(t0)
        print t0
        li a7 EXIT
        ecall
`,
  },
  {
    title: "mistakes in a program of Venus",
    text: `# hartbeat: dialect=venus
        seq t0 t1 t2
        sne t0 t1
               ^^ error: \`sne\` needs another operand
`,
  },
  {
    title: "an unknown instruction",
    text: `
        ecal
        ^^^^ error: Unknown instruction \`ecal\`. Did you mean \`ecall\`?
`,
  },
  {
    title: "an operand that does not fit",
    text: `
        addi a0, a0, 5000
                     ^^^^ error: 5000 does not fit
`,
  },
  {
    title: "a wrong operand behind characters outside the basic plane",
    text: `
        .ascii "𝄞" ; addi a0, 3, 1
                               ^ error: An integer register is expected here
`,
  },
  {
    title: "a label that is defined twice",
    text: `
x:      nop
x:      nop
^ error: \`x\` is defined already.
`,
  },
  {
    title: "a typo in the name of a symbol",
    text: `
        call prinft
             ^^^^^^ warning: \`prinft\` is not defined in this file, nor made global
print:  ret
`,
  },
  {
    title: "nothing about a symbol that another file of the workspace makes global",
    text: "\n        call helper\n",
    files: { "util.s": ".globl helper\nhelper: ret" },
  },
  {
    title: "a symbol that another file keeps to itself",
    text: `
        call helper
             ^^^^^^ warning: \`helper\` is not defined
`,
    files: { "util.s": "helper: ret" },
  },
  {
    title: "nothing about a symbol that a macro of another file may define",
    text: "\n        call helper\n",
    files: { "util.s": ".macro func name\n.globl \\name\n\\name:\n.endm\nfunc helper\nret" },
  },
  {
    title: "nothing about symbols that are declared, or that the linker has",
    text: `
        .extern printf
        .weak hook
        call printf
        call hook
        la gp, __global_pointer$
`,
  },
  {
    title: "nothing about what a compiler wrote for a library",
    text: '\n        call printf@plt\n        .ident "GCC: (Debian) 12.2.0"\n',
  },
  {
    title: "nothing about a symbol that is only asked for",
    text: "\n        .ifdef DEBUG\n        nop\n        .endif\n",
  },
  {
    title: "a mistake in a macro's body, at the body",
    text: `
        .macro bad r
        addo \\r, \\r
        ^^^^ error: Unknown instruction \`addo\`
        .endm
        bad a0
`,
  },
  {
    title: "nothing when an included file is there",
    text: '\n        .include "inc.s"\n        inc a0\n        call shared\n',
    files: { "inc.s": ".macro inc r\naddi \\r, \\r, 1\n.endm\nshared: ret" },
  },
  {
    title: "an included file that is not there",
    text: `
        .include "nowhere.s"
                 ^^^^^^^^^^^ error: The file "nowhere.s" is not found: name its folder in the setting \`hartbeat.include\`, or keep a compile_commands.json in the workspace folder. Other mistakes are shown once it is found.
`,
  },
  {
    title: "a mistake in an included file, at the line that includes it",
    text: `
        .include "inc.s"
                 ^^^^^^^ error: In inc.s: Unknown instruction \`oops\`.
`,
    files: { "inc.s": " nop\n oops a0\n" },
  },
  {
    title: "an instruction that the header's architecture lacks",
    text: `
# hartbeat: march=rv32i
        mul a0, a0, a1
        ^^^ error: \`mul\` needs extension zmmul
`,
  },
  {
    title: "an unknown word in the header line",
    text: `
# hartbeat: mach=rv32i
            ^^^^^^^^^^ warning: Unknown option \`mach\` in this header
`,
  },
];

describe("diagnostics", () => {
  for (const { title, text, files = {} } of cases) {
    it(`report ${title}`, async () => {
      const { source, expectations } = readMarks(text);
      const { workspace, uri } = await open(source, files, {}, "\0");
      const found = (await diagnose(workspace, uri)).map(({ range, severity = 0, message }) => {
        assert.equal(range.start.line, range.end.line);
        return {
          line: range.start.line,
          start: range.start.character,
          end: range.end.character,
          text: `${severities[severity]}: ${message}`,
        };
      });
      const shown = found.map((one) => {
        const like = expectations.find(
          ({ line, start, text: expected }) =>
            line === one.line && start === one.start && one.text.startsWith(expected),
        );
        return like === undefined ? one : { ...one, text: like.text };
      });
      assert.deepEqual(shown, expectations);
    });
  }

  it("name the first definition and the macro call as related places", async () => {
    const { workspace, uri } = await open("x: nop\nx: nop\n.macro m\nbad\n.endm\n m\n");
    const [duplicate, inMacro] = await diagnose(workspace, uri);
    assert.equal(duplicate?.relatedInformation?.[0]?.location.range.start.line, 0);
    assert.equal(inMacro?.range.start.line, 3);
    assert.equal(inMacro?.relatedInformation?.[0]?.location.range.start.line, 5);
    assert.equal(inMacro?.relatedInformation?.[0]?.location.uri, `${root}/main.s`);
  });

  it("follow an included file that is open and edited", async () => {
    const { workspace, uri } = await open('.include "inc.s"\n', { "inc.s": "nop" });
    assert.deepEqual(await diagnose(workspace, uri), []);
    workspace.open({ uri: `${root}/inc.s`, languageId: "riscv", version: 1, text: "nop" });
    const end = { line: 0, character: 3 };
    const range = { start: { line: 0, character: 0 }, end };
    workspace.change(`${root}/inc.s`, 2, [{ range, text: "nope" }]);
    const [first] = await diagnose(workspace, uri);
    assert.match(String(first?.message), /^In inc\.s: Unknown instruction `nope`/);
    workspace.close(`${root}/inc.s`);
    assert.deepEqual(await diagnose(workspace, uri), []);
  });

  it("read an included file of a name with blanks and signs", async () => {
    const { workspace, uri } = await open('.include "my file #1.s"\n', {
      "my%20file%20%231.s": "nop",
    });
    assert.deepEqual(await diagnose(workspace, uri), []);
  });

  it("judge an included file as it is read where it is included", async () => {
    const files = { "whole.s": '.macro two a\n\\a\n\\a\n.endm\nn = 1\n.include "main.s"\n' };
    const { workspace, uri } = await open(" two nop\n li a0, n\n j nowhere\n addo a0\n", files);
    const found = await diagnose(workspace, uri);
    assert.deepEqual(
      found.map(({ code, range }) => [code, range.start.line]),
      [
        ["unknown-instruction", 3],
        ["undefined-symbol", 2],
      ],
    );
    const alone = await open(" two nop\n");
    assert.equal((await diagnose(alone.workspace, alone.uri))[0]?.code, "unknown-instruction");
  });

  it("call no name unknown that a file of C or a linker script mentions", async () => {
    const files = { "main.c": "DEFINE(handler)\n", "kernel.ld": "_end = .;\n" };
    const { workspace, uri } = await open("call handler\nla a0, _end\ncall handle\n", files);
    const found = await diagnose(workspace, uri);
    assert.deepEqual(
      found.map(({ code, range }) => [code, range.start.line]),
      [["undefined-symbol", 2]],
    );
  });

  it("take the architecture from the program that names the file as its source", async () => {
    const files = { "whole.s": "# hartbeat: march=rv32i sources=main.s\n" };
    const { workspace, uri } = await open("addw a0, a0, a1\n", files);
    assert.match(String((await diagnose(workspace, uri))[0]?.message), /needs RV64/);
  });

  it("follow the settings where the header says nothing", async () => {
    const { workspace, uri } = await open("sd a0, 0(sp)\n", {}, { march: "rv32i" });
    assert.match(String((await diagnose(workspace, uri))[0]?.message), /needs RV64/);
    workspace.configure({ march: "rv64i" });
    assert.deepEqual(await diagnose(workspace, uri), []);
  });
});

describe("symbols of large projects", () => {
  it("are not called undefined, since not all files are looked at", async () => {
    const files = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, at) => [`c/${at}.c`, "int x;\n"]));
    const codes = async (count: number) => {
      const { workspace, uri } = await open("        call elsewhere\n", files(count));
      return (await diagnose(workspace, uri)).map(({ code }) => code);
    };
    assert.deepEqual(await codes(3), ["undefined-symbol"]);
    assert.deepEqual(await codes(600), []);
    const scripts = { "link/board.ldS": "SECTIONS { PROVIDE(_stack_top = .); }\n" };
    const { workspace, uri } = await open("        la sp, _stack_top\n", scripts);
    assert.deepEqual(await diagnose(workspace, uri), []);
  });
});

describe("codes of diagnostics", () => {
  it("link to their explanations", async () => {
    const { workspace, uri } = await open('ecal\n call nowhere\n.include "b.s"', {
      "b.s": "frob\n",
    });
    workspace.docs = "file:///docs";
    const links = (await diagnose(workspace, uri)).map((one) => one.codeDescription?.href);
    assert.deepEqual(links.sort(), [
      "file:///docs/diagnostics.md#included",
      "file:///docs/diagnostics.md#undefined-symbol",
      "file:///docs/diagnostics.md#unknown-instruction",
    ]);
  });
});

describe("quick fixes", () => {
  const fixes: [text: string, title: string, result: string][] = [
    ["ec|al\n", "Change to ecall", "ecall\n"],
    ["jm|p x\nx: nop\n", "Change to j", "j x\nx: nop\n"],
    [".wrod| 1\n", "Change to .word", ".word 1\n"],
    [
      "call prin|t_itn\nprint_int: ret\n",
      "Change to print_int",
      "call print_int\nprint_int: ret\n",
    ],
    [
      "add| t0 t1 t2\nli a7 10\n",
      "Read this file as RARS does",
      "# hartbeat: dialect=rars\nadd t0 t1 t2\nli a7 10\n",
    ],
    [
      "# hartbeat: march=rv32|i\nli a0, LED_MATRIX_0_BASE\n.x\n",
      "Read this file as Ripes does",
      "# hartbeat: dialect=ripes march=rv32i\nli a0, LED_MATRIX_0_BASE\n.x\n",
    ],
    ["call| outside\n", "", ""],
    ["call outs|ide\n", "Declare outside with .extern", "        .extern outside\ncall outside\n"],
    [
      "cp|op a0, a1\n",
      "Add the extension zbb: march=rv64gc_zbb",
      "# hartbeat: march=rv64gc_zbb\ncpop a0, a1\n",
    ],
    [
      "# hartbeat: march=rv32i\nmu|l a0, a1, a2\n",
      "Add the extension m: march=rv32im",
      "# hartbeat: march=rv32im\nmul a0, a1, a2\n",
    ],
  ];
  for (const [text, title, result] of fixes) {
    it(`${title === "" ? "offer nothing" : title} at ${JSON.stringify(text)}`, async () => {
      const { workspace, analysis, position, uri } = await open(text);
      const range = { start: position, end: position };
      const actions = await codeActions(workspace, analysis, {
        textDocument: { uri },
        range,
        context: { diagnostics: [] },
      });
      const action = actions.find((one) => one.title === title);
      if (title === "") return assert.deepEqual(actions, []);
      assert.ok(action, actions.map((one) => one.title).join(", "));
      let edited = analysis.text;
      for (const edit of action.edit?.changes?.[uri] ?? []) {
        const { start, end } = edit.range;
        edited =
          edited.slice(0, analysis.document.offsetAt(start)) +
          edit.newText +
          edited.slice(analysis.document.offsetAt(end));
      }
      assert.equal(edited, result);
    });
  }
});
