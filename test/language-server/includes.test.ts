/** Included files of projects: found by settings, by compilation databases and by looking around. */
import assert from "node:assert/strict";
import { R_RISCV } from "../../elf/constants.ts";
import { readSettings } from "../../language-server/analysis.ts";
import { codeActions } from "../../language-server/code-actions.ts";
import { diagnose } from "../../language-server/diagnostics.ts";
import { documentLinks } from "../../language-server/document-links.ts";
import { lint } from "../../language-server/lints/lint.ts";
import { buildProgram } from "../../language-server/program.ts";
import { type Files, open, root } from "./fixture.ts";

const source = "#include <board/uart.h>\n        .globl f\nf:      WRITE(a0, PORT)\n        ret\n";
const uart =
  "#ifndef __ASSEMBLY__\nvoid put(int c);\n#endif\n#include <sizes.h>\n" +
  "#define WRITE(r, to) li r, to + WORD\n#define PORT 0x100\n";
const sizes = "#define WORD 4\n";

/** Everything that the editor shows for `arch/entry.S`, a line each. */
async function shown(files: Files, settings: object = {}, text = source) {
  const opened = await open(text, files, readSettings(settings), "§", "arch/entry.S");
  const { workspace, uri, analysis } = opened;
  const found = [...(await diagnose(workspace, uri)), ...lint(analysis, analysis.settings)];
  const lines = found.map(({ range: { start }, severity, message }) => {
    return `${start.line + 1}: ${severity}: ${message}`;
  });
  return { ...opened, found, lines };
}

const database = (rows: object) => JSON.stringify(rows);

describe("included files of projects", () => {
  const named: readonly [title: string, files: Files, settings: object][] = [
    [
      "paths of settings are from the workspace folder",
      { "headers/board/uart.h": uart, "common/sizes.h": sizes },
      { include: ["headers", "${workspaceFolder}/common/"], define: ["__ASSEMBLY__"] },
    ],
    [
      "settings name files that come first",
      {
        "headers/board/uart.h": uart,
        "first.h": `#define __ASSEMBLY__\n${sizes}`,
        "headers/sizes.h": "",
      },
      { include: ["headers"], forcedInclude: ["first.h"] },
    ],
    [
      "a compilation database has a command for the source",
      {
        "compile_commands.json": database([
          {
            directory: "/work/out",
            file: "../arch/entry.S",
            command: "cc -I ../headers -isystem /work/common -D__ASSEMBLY__ -c ../arch/entry.S",
          },
        ]),
        "headers/board/uart.h": uart,
        "common/sizes.h": sizes,
      },
      {},
    ],
    [
      "a compilation database has one for a neighbour in C",
      {
        "build/compile_commands.json": database([
          { directory: "/work", file: "far/x.c", arguments: ["cc", "-Inowhere"] },
          { directory: "/work", file: "arch/main.c", arguments: ["cc", "-Iheaders", "-Icommon"] },
        ]),
        "headers/board/uart.h": uart,
        "common/sizes.h": sizes,
      },
      {},
    ],
  ];
  for (const [title, files, settings] of named) {
    it(title, async () => {
      const { lines } = await shown(files, settings);
      assert.deepEqual(lines, []);
    });
  }

  it("takes architecture, position independence and macros from a command", async () => {
    const command =
      "cc -march=rv32imc -mabi=ilp32 -fPIC '-DN(x)=x + \"1\"' -DEMPTY= -UN2 -c arch/entry.S";
    const files = {
      "compile_commands.json": database([{ directory: root, file: "arch/entry.S", command }]),
    };
    const text = "        .globl f\nf:      la a0, other\nEMPTY\n        ret\n";
    const { analysis } = await shown(files, {}, text);
    assert.equal(analysis.architecture.xlen, 32);
    const [first] = analysis.assembly.object.sections[0]?.relocations ?? [];
    assert.equal(first?.type, R_RISCV.GOT_HI20);
  });

  it("looks around for folders that nobody names, and says so", async () => {
    const files = { "include/board/uart.h": uart, "arch/include/sizes.h": sizes };
    const { lines, analysis, workspace, found, uri } = await shown(files);
    assert.deepEqual(lines, [
      "1: 4: Found in a folder include that lies near; name it in `hartbeat.include`, so that " +
        "programs that are built find the file too.",
    ]);
    assert.deepEqual(
      documentLinks(analysis).map(({ target }) => target),
      [`${root}/include/board/uart.h`],
    );
    const fixes = async () => {
      const range = found[0]?.range;
      assert.ok(range);
      const context = { diagnostics: [], only: ["quickfix"] };
      return codeActions(workspace, analysis, { textDocument: { uri }, range, context });
    };
    const header = await fixes();
    assert.deepEqual(
      header.map(({ title, edit }) => [title, edit?.changes?.[uri]?.[0]?.newText]),
      [["Add include=../include to this file's header line", "# hartbeat: include=../include\n"]],
    );
    workspace.docs = "file:///docs";
    const [setting] = await fixes();
    assert.deepEqual(setting?.command?.arguments, [uri, "include"]);
    const { messages } = await buildProgram(workspace, uri);
    assert.deepEqual(messages, []);
  });

  it("says once what is missing, and nothing that follows from it", async () => {
    const files = { "include/board/uart.h": uart, "elsewhere/lib/sizes.h": sizes };
    const text = source.replace("ret", "wrong\n        addi t0, t1, 1\n        call nobody");
    const { lines, workspace, analysis, uri, found } = await shown(files, {}, text);
    assert.deepEqual(lines, [
      '1: 1: The file "sizes.h", which uart.h includes, is not found: name its folder in the ' +
        "setting `hartbeat.include`, or keep a compile_commands.json in the workspace folder. " +
        "Other mistakes are shown once it is found.",
    ]);
    const context = { diagnostics: [], only: ["quickfix"] };
    const range = found[0]?.range;
    assert.ok(range);
    const fixes = await codeActions(workspace, analysis, { textDocument: { uri }, range, context });
    assert.deepEqual(
      fixes.map(({ title }) => title),
      ["Add include=../elsewhere/lib to this file's header line"],
    );
  });

  it("reads a database anew when it changes, and survives one that is none", async () => {
    const rows = [
      { directory: root, file: "arch/entry.S", arguments: ["cc", "-DPORT=1", "-DWORD=2"] },
    ];
    const files: Record<string, string> = { "compile_commands.json": "[{}, 3, " };
    const text = "        .globl f\nf:      li a0, PORT + WORD\n        ret\n";
    const opened = await shown(files, {}, text);
    assert.notEqual(opened.lines.length, 0);
    files["compile_commands.json"] = database(rows);
    opened.workspace.forget(`${root}/compile_commands.json`);
    assert.deepEqual(await diagnose(opened.workspace, opened.uri), []);
  });
});
