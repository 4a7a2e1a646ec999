/**
 * The life of documents in a workspace: long ones are analysed among messages and given up when an
 * edit comes, folders have settings of their own, and what a closed document needed is let go.
 */
import assert from "node:assert/strict";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { complete } from "../../language-server/completion.ts";
import { diagnose } from "../../language-server/diagnostics.ts";
import { noHost } from "../../language-server/host.ts";
import { hover } from "../../language-server/hover.ts";
import { lint } from "../../language-server/lints/lint.ts";
import { semanticTokens } from "../../language-server/semantic-tokens.ts";
import { Workspace } from "../../language-server/workspace.ts";
import { hostOf } from "./fixture.ts";

const uri = "file:///work/main.s";

/** A source of so many lines. */
const source = (lines: number) =>
  Array.from(
    { length: lines / 4 },
    (_, at) => `f${at}:\n li a0, ${at}\n call f${at >> 1}\n ret\n`,
  ).join("");

function opened(text: string): Workspace {
  const workspace = new Workspace(noHost);
  workspace.open({ uri, languageId: "riscv", version: 1, text });
  return workspace;
}

describe("a long document", function () {
  this.timeout(30_000);

  it("lets other work go on while it is analysed", async () => {
    const workspace = opened(source(40_000));
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    await workspace.analyze(uri);
    clearInterval(timer);
    assert.ok(turns >= 3, `${turns} turns`);
  });

  it("is given up when an edit comes, and who waits gets the new version", async () => {
    const workspace = opened(source(40_000));
    const waiting = [workspace.analyze(uri), workspace.analyze(uri)];
    await new Promise((resolve) => setTimeout(resolve, 0));
    workspace.change(uri, 2, [{ text: "main: ret\n" }]);
    const [one, other] = await Promise.all(waiting);
    assert.equal(one?.text, "main: ret\n");
    assert.equal(other, one);
    assert.ok((one?.elapsed ?? 1e9) < 500);
  });

  it("has nothing to say when it is closed meanwhile", async () => {
    const workspace = opened(source(40_000));
    const waiting = workspace.analyze(uri);
    await new Promise((resolve) => setTimeout(resolve, 0));
    workspace.close(uri);
    assert.equal(await waiting, undefined);
  });
});

describe("settings of folders", () => {
  it("hold in the innermost folder, the others outside", async () => {
    const workspace = new Workspace(noHost);
    workspace.setFolders(["file:///work", "file:///work/inner"]);
    workspace.configure(
      { march: "rv32i" },
      new Map([
        ["file:///work", { march: "rv64gc", lints: { "write-to-zero": "error" } }],
        ["file:///work/inner", { march: "rv32e", mabi: "ilp32e" }],
      ]),
    );
    const marches: string[] = [];
    for (const file of ["file:///work/a.s", "file:///work/inner/a.s", "file:///workshop/a.s"]) {
      workspace.open({ uri: file, languageId: "riscv", version: 1, text: "add zero, a0, a1" });
      const analysis = await workspace.analyze(file);
      assert.ok(analysis);
      const [finding] = lint(analysis, analysis.settings);
      const { xlen, base } = analysis.architecture;
      marches.push(`rv${xlen}${base} ${finding?.severity}`);
    }
    assert.deepEqual(marches, ["rv64i 1", "rv32e 2", "rv32i 2"]);
  });
});

describe("memory", function () {
  this.timeout(60_000);
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const settle = async () => {
    for (let round = 0; round < 3; round++) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      collect();
    }
    return process.memoryUsage().heapUsed / 2 ** 20;
  };

  /** Opens a document, edits it, asks about it, and closes it; what could tell that it is gone. */
  async function visit(workspace: Workspace, round: number): Promise<WeakRef<object>> {
    const file = `file:///work/${round}.s`;
    workspace.open({ uri: file, languageId: "riscv", version: 1, text: source(3000) });
    for (let version = 2; version < 6; version++) {
      const at = { line: version, character: 0 };
      workspace.change(file, version, [{ range: { start: at, end: at }, text: " nop\n" }]);
      await diagnose(workspace, file);
    }
    const analysis = await workspace.analyze(file);
    assert.ok(analysis);
    lint(analysis, {});
    semanticTokens(analysis);
    await hover(workspace, analysis, { line: 2, character: 2 });
    await complete(workspace, analysis, { line: 2, character: 2 });
    workspace.close(file);
    return new WeakRef(analysis);
  }

  it("of closed documents is released, and does not grow", async () => {
    const workspace = new Workspace(hostOf({}));
    await visit(workspace, 0);
    const before = await settle();
    const gone: WeakRef<object>[] = [];
    for (let round = 1; round <= 5; round++) gone.push(await visit(workspace, round));
    const grown = (await settle()) - before;
    assert.equal(gone.filter((one) => one.deref() !== undefined).length, 0);
    assert.ok(grown < 4, `${grown.toFixed(1)} MiB more after 5 documents`);
  });

  it("of an open document does not grow with its versions", async () => {
    const workspace = opened(source(3000));
    const edit = async (version: number) => {
      const at = { line: version % 1000, character: 0 };
      workspace.change(uri, version, [
        { range: { start: at, end: at }, text: ` li a1, ${version}\n` },
      ]);
      await diagnose(workspace, uri);
    };
    for (let version = 2; version < 12; version++) await edit(version);
    const before = await settle();
    for (let version = 12; version < 42; version++) await edit(version);
    const grown = (await settle()) - before;
    assert.ok(grown < 4, `${grown.toFixed(1)} MiB more after 30 edits`);
  });
});
