/** Random edits: what is kept from version to version equals what is read afresh. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { dialects } from "../../assembler/dialects.ts";
import { diagnose } from "../../language-server/diagnostics.ts";
import { noHost } from "../../language-server/host.ts";
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

describe("incremental state", () => {
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
});
