/** Fixes of operands and rewritings: a text with a selection, a title, and the text afterwards. */
import assert from "node:assert/strict";
import { TextDocument } from "vscode-languageserver-textdocument";
import { oppositeBranch } from "../../isa/branches.ts";
import { encodingOf } from "../../isa/encoding.ts";
import { instructionsNamed } from "../../isa/instructions.ts";
import { pseudoInstructionsNamed } from "../../isa/pseudo.ts";
import { readSettings } from "../../language-server/analysis.ts";
import { codeActions } from "../../language-server/code-actions.ts";
import { diagnose } from "../../language-server/diagnostics.ts";
import { type Files, open, root } from "./fixture.ts";

/** The actions at a selection from `|` to the next `|`, or to the same place. */
async function actionsAt(marked: string, files: Files = {}, only?: string[]) {
  const { workspace, uri, analysis, position } = await open(
    marked.replace(/\|([^|]*)\|/, "|$1"),
    files,
  );
  const length = /\|([^|]*)\|/.exec(marked)?.[1]?.length ?? 0;
  const end = analysis.document.positionAt(analysis.document.offsetAt(position) + length);
  const context = { diagnostics: [], ...(only === undefined ? {} : { only }) };
  const range = { start: position, end };
  const actions = await codeActions(workspace, analysis, { textDocument: { uri }, range, context });
  return { actions, analysis, uri, workspace };
}

async function applied(marked: string, title: string): Promise<string> {
  const { actions, analysis, uri } = await actionsAt(marked);
  const action = actions.find((one) => one.title === title);
  assert.ok(action, actions.map((one) => one.title).join("; ") || "no actions");
  return TextDocument.applyEdits(analysis.document, action.edit?.changes?.[uri] ?? []);
}

/** The code of a text, without its symbols. */
async function codeOf(text: string): Promise<string> {
  const { assembly } = (await open(text, {}, {}, "\0")).analysis;
  assert.deepEqual(assembly.diagnostics, []);
  const section = assembly.object.sections.find(({ name }) => name === ".text");
  return Buffer.from(section?.data ?? []).toString("hex");
}

describe("fixes of operands", () => {
  const fixes: [text: string, title: string, result: string][] = [
    [
      "main: li a7, 10\n ec|all\n",
      "Read this file as RARS does",
      "# hartbeat: dialect=rars\nmain: li a7, 10\n ecall\n",
    ],
    [
      "addi a0, a1, 50|00",
      "Load the number into a0 first",
      "li      a0, 5000\n        add     a0, a1, a0",
    ],
    [
      "f: addi a0, a0, 50|00 # c",
      "Load the number into t0 first",
      "f: li      t0, 5000\n        add     a0, a0, t0 # c",
    ],
    [
      "addiw t0, t0, 50|00\n",
      "Load the number into t1 first",
      "li      t1, 5000\n        addw    t0, t0, t1\n",
    ],
    [
      "sltiu a0, a1, 50|00",
      "Load the number into a0 first",
      "li      a0, 5000\n        sltu    a0, a1, a0",
    ],
    [
      "lw a0, 50|00(a1)",
      "Load the number into a0 first",
      "li      a0, 5000\n        add     a0, a1, a0\n        lw      a0, 0(a0)",
    ],
    [
      "sw a0, 50|00(a1)",
      "Load the number into t0 first",
      "li      t0, 5000\n        add     t0, a1, t0\n        sw      a0, 0(t0)",
    ],
    [
      "fld fa0, 50|00(a1)",
      "Load the number into t0 first",
      "li      t0, 5000\n        add     t0, a1, t0\n        fld     fa0, 0(t0)",
    ],
    ["mv a0| a1", "Write a0, a1", "mv a0, a1"],
    ["sw a0, a1|, 4", "Write 4(a1)", "sw a0, 4(a1)"],
    ["csrr a0, mstats|u", "Change to mstatus", "csrr a0, mstatus"],
    ["cs|rw a0, mstatus", "Write csrw mstatus, a0", "csrw mstatus, a0"],
    ["x: lw a0, x|(a1)", "Write %lo(x)(a1)", "x: lw a0, %lo(x)(a1)"],
    ["x: addi a0, a0, |x", "Write %lo(x)", "x: addi a0, a0, %lo(x)"],
    ["x: lui a0, |x", "Write %hi(x)", "x: lui a0, %hi(x)"],
    ["x: li a0, |x", "Load the address of x with la", "x: la a0, x"],
    ["x: addi a0, zero, |x", "Load the address of x with la", "x: la      a0, x"],
  ];
  for (const [text, title, result] of fixes) {
    it(`${title} at ${JSON.stringify(text)}`, async () => {
      assert.equal(await applied(text, title), result);
      const { workspace, uri } = await open(result, {}, {}, "\0");
      assert.deepEqual(await diagnose(workspace, uri), []);
    });
  }

  it("offer no register where all are used, and none for shifts", async () => {
    const uses = ["t0", "t1", "t2", "t3", "t4", "t5", "t6"].map((name) => `mv ${name}, a0\n`);
    assert.deepEqual((await actionsAt(`f: ${uses.join("")}addi a0, a0, 50|00\n`)).actions, []);
    assert.deepEqual((await actionsAt("slli a0, a1, 7|0\n")).actions, []);
  });

  it("make a symbol global in the file that defines it", async () => {
    const files = { "util.s": "nop\nfoo: ret\n" };
    const { actions } = await actionsAt("call f|oo\n", files);
    const action = actions.find(({ title }) => title === "Make foo global in util.s");
    const [edit] = action?.edit?.changes?.[`${root}/util.s`] ?? [];
    assert.deepEqual(edit, {
      range: { start: { line: 1, character: 0 }, end: { line: 1, character: 0 } },
      newText: "        .globl  foo\n",
    });
  });

  it("look for included files where a folder of the workspace has them", async () => {
    const text = '#include "lib/defs.h"\n frobnicate\n';
    const files = { "boards/lib/defs.h": "#define SIZE 4\n" };
    const settings = readSettings({ include: ["boards"] });
    const found = await open(text, files, settings, "|", "src/deep/main.S");
    assert.deepEqual(
      (await diagnose(found.workspace, found.uri)).map(({ code }) => code),
      ["unknown-instruction"],
    );

    const { workspace, analysis, uri } = await open(text, files, {}, "|", "src/deep/main.S");
    workspace.docs = "file:///docs";
    const [missing, ...others] = await diagnose(workspace, uri);
    assert.ok(missing);
    assert.deepEqual([missing.code, others], ["included-file-not-found", []]);
    const context = { diagnostics: [] };
    const { range } = missing;
    const request = { textDocument: { uri }, range, context };
    const actions = await codeActions(workspace, analysis, request);
    assert.deepEqual(
      actions.map(({ title }) => title),
      ["Add boards to hartbeat.include", "Add include=../../boards to this file's header line"],
    );
    assert.deepEqual(actions[0]?.command?.arguments, [uri, "boards"]);
    const edits = actions[1]?.edit?.changes?.[uri] ?? [];
    const header = "# hartbeat: include=../../boards\n";
    assert.equal(TextDocument.applyEdits(analysis.document, edits), header + text);
    const said = await open(header + text, files, {}, "|", "src/deep/main.S");
    assert.deepEqual(
      (await diagnose(said.workspace, said.uri)).map(({ code }) => code),
      ["unknown-instruction"],
    );
  });
});

describe("rewritings", () => {
  const invert = "Branch around a jump, which reaches further";
  const macro = "Extract into the macro extracted";
  const own = "Extract into the function extracted";

  it("invert a branch over a jump", async () => {
    assert.equal(
      await applied("f: b|eqz a0, far # c\nnop\nfar:", invert),
      "f: bnez a0, 1f # c\n        j       far\n1:\nnop\nfar:",
    );
    assert.equal(
      await applied("1: bl|t a0, a1, 1b", invert),
      "1: bge a0, a1, 2f\n        j       1b\n2:",
    );
    assert.equal(
      await applied("# hartbeat: dialect=rars\nf: b|ne a0 a1 f", invert),
      "# hartbeat: dialect=rars\nf: beq a0 a1 around\n        j       f\naround:",
    );
    assert.deepEqual((await actionsAt("j| x\nx:")).actions, []);
  });

  it("know the opposite of each branch from the encoding", () => {
    for (const name of ["beq", "bne", "blt", "bge", "bltu", "bgeu"]) {
      const match = (mnemonic: string) => {
        const [one] = instructionsNamed(mnemonic);
        assert.ok(one);
        return encodingOf(one).match;
      };
      assert.equal(match(oppositeBranch(name) ?? "") ^ match(name), 1 << 12, name);
    }
    for (const name of ["beqz", "bltz", "blez", "bgt", "bgtu"]) {
      const expansion = (mnemonic: string) => pseudoInstructionsNamed(mnemonic)[0]?.expansion ?? "";
      const [base = "", ...operands] = expansion(name).split(" ");
      const other = [oppositeBranch(base), ...operands].join(" ");
      assert.equal(expansion(oppositeBranch(name) ?? ""), other, name);
    }
  });

  const program = [
    ".globl f",
    "f:      addi    a0, a0, 1",
    "|        slli    a0, a0, 2 # times four",
    "        mv      a1, a0",
    "|        ret",
    "",
  ].join("\n");

  it("take instructions out into a macro that becomes the same code", async () => {
    const result = await applied(program, macro);
    assert.equal(
      result,
      [
        "        .macro  extracted",
        "        slli    a0, a0, 2 # times four",
        "        mv      a1, a0",
        "        .endm",
        "",
        ".globl f",
        "f:      addi    a0, a0, 1",
        "        extracted",
        "        ret",
        "",
      ].join("\n"),
    );
    assert.equal(await codeOf(result), await codeOf(program.replaceAll("|", "")));
  });

  it("take instructions out into a function, called by t0 from a leaf", async () => {
    assert.equal(
      await applied(program, own),
      [
        ".globl f",
        "f:      addi    a0, a0, 1",
        "        jal     t0, extracted",
        "        ret",
        "",
        "extracted:",
        "        slli    a0, a0, 2 # times four",
        "        mv      a1, a0",
        "        jr      t0",
        "",
      ].join("\n"),
    );
  });

  it("keep the return address of calls in what is taken out", async () => {
    const text =
      "f: addi sp, sp, -16\n sd ra, 8(sp)\n| mv a0, a1\n call g\n| ld ra, 8(sp)\n addi sp, sp, 16\n ret\ng: ret\n";
    const result = await applied(text, own);
    assert.match(result, /sd ra, 8\(sp\)\n call {4}extracted\n ld ra/);
    assert.match(
      result,
      /extracted:\n addi {4}sp, sp, -16\n sd {6}ra, 8\(sp\)\n mv a0, a1\n call g\n ld {6}ra, 8\(sp\)\n addi {4}sp, sp, 16\n ret\ng: ret/,
    );
    await codeOf(result);
  });

  for (const [reason, text] of [
    ["a label", "f: nop\n|x: nop\n|ret\n"],
    ["a directive", "f: nop\n|.word 1\n|ret\n"],
    ["a numeric label", "f: 1: nop\n|j 1b\n|ret\n"],
    ["an empty selection", "f: nop\n|nop\nret\n"],
    ["what is in a macro", ".macro m\nnop\n|nop\n|nop\n.endm\nf: ret\n"],
  ] as const) {
    it(`take nothing out of ${reason}`, async () => {
      const { actions } = await actionsAt(text, {}, ["refactor"]);
      assert.deepEqual(
        actions.filter(({ kind }) => kind === "refactor.extract"),
        [],
      );
    });
  }

  it("make no function where its return address or its end is not safe", async () => {
    for (const text of [
      "f: nop\n|nop\nret\n|nop\n",
      "f: nop\n|nop\n|nop\n",
      "f: mv t0, a0\n|nop\n|ret\n",
      "f: nop\n|mv ra, a0\n|ret\n",
    ]) {
      const { actions } = await actionsAt(text, {}, ["refactor.extract"]);
      assert.deepEqual(
        actions.map(({ title }) => title),
        [macro],
        text,
      );
    }
  });
});

describe("organising declarations", () => {
  const organised = async (text: string) => {
    const { actions, analysis, uri } = await actionsAt(`|${text}`, {}, ["source.organizeImports"]);
    const [action] = actions;
    return action && TextDocument.applyEdits(analysis.document, action.edit?.changes?.[uri] ?? []);
  };

  it("sorts each run of them by directive and name, without what is there twice", async () => {
    const text =
      " .extern puts\n .globl main # entry\n .globl add\n .global add\n .extern atoi\n\n" +
      " .weak b\n .weak a\nmain: call puts\nadd: ret\n";
    assert.equal(
      await organised(text),
      " .globl add\n .globl main # entry\n .extern atoi\n .extern puts\n\n" +
        " .weak a\n .weak b\nmain: call puts\nadd: ret\n",
    );
  });

  it("leaves what is in order, comments between them, and lines with more in them", async () => {
    assert.equal(await organised(".globl a\n.globl b\na: b: ret\n"), undefined);
    assert.equal(await organised(".globl b\n# The other.\n.globl a\na: b: ret\n"), undefined);
    assert.equal(await organised(".globl b; nop\n.globl a\na: b: ret\n"), undefined);
  });

  it("is not offered where nobody asks for it", async () => {
    const { actions } = await actionsAt("|.globl b\n.globl a\na: b: ret\n");
    assert.deepEqual(
      actions.filter(({ kind }) => kind?.startsWith("source")),
      [],
    );
  });
});
