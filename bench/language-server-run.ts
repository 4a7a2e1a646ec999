/**
 * One measurement for `bench -- language-server`, as a process of its own: a source of so many lines
 * is opened, edited a character at a time and asked about. Prints what was measured as JSON.
 */
import process from "node:process";
import type { Position, Range } from "vscode-languageserver";
import { complete } from "../language-server/completion.ts";
import { diagnose } from "../language-server/diagnostics.ts";
import { noHost } from "../language-server/host.ts";
import { hover } from "../language-server/hover.ts";
import { lint } from "../language-server/lints/lint.ts";
import { Workspace } from "../language-server/workspace.ts";

/** What was measured; times in milliseconds of the clock, one for each repetition. */
export interface LanguageServerRun {
  readonly lines: number;
  readonly open: number;
  readonly keystrokes: readonly number[];
  /** Keystrokes in the name of a symbol, for which a source is assembled anew. */
  readonly names: readonly number[];
  readonly completions: readonly number[];
  readonly hovers: readonly number[];
  readonly lints: readonly number[];
  /** Whether the edited document has the diagnostics of one that is opened with its text. */
  readonly isRight: boolean;
  /** Bytes of the heap in use after the document was closed and the garbage collected, in MiB. */
  readonly left: number;
}

/** Functions of twelve lines with frames, branches, calls, constants and comments. */
function source(count: number): string {
  const lines = ["        .text", "        .globl  main", "main:"];
  for (let at = 0; lines.length < count; at++) {
    lines.push(
      `f${at}:`,
      "        addi    sp, sp, -16",
      "        sd      ra, 8(sp)       # the return address",
      `        li      a0, ${at * 7}`,
      `        beqz    a0, .L${at}`,
      `        call    f${at >> 1}`,
      `.L${at}: lw      a1, 4(a0)`,
      "        add     a0, a0, a1",
      "        ld      ra, 8(sp)",
      "        addi    sp, sp, 16",
      "        ret",
      "",
    );
  }
  return lines.slice(0, count).join("\n");
}

/** What one after the other is typed, each in a line of its own, and taken back. */
const typed = [" ", "x", "#", "1", ","] as const;

async function measure(lines: number, rounds: number): Promise<Omit<LanguageServerRun, "left">> {
  const workspace = new Workspace(noHost);
  const uri = "file:///bench/main.s";
  const time = async (work: () => Promise<unknown>): Promise<number> => {
    const start = performance.now();
    await work();
    return performance.now() - start;
  };
  const open = await time(async () => {
    workspace.open({ uri, languageId: "riscv", version: 1, text: source(lines) });
    await diagnose(workspace, uri);
  });
  const edit = (version: number, range: Range, text: string) =>
    time(async () => {
      workspace.change(uri, version, [{ range, text }]);
      await diagnose(workspace, uri);
    });
  const [keystrokes, names]: [number[], number[]] = [[], []];
  const completions: number[] = [];
  const [hovers, lints]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    // A line of `li` somewhere in the file.
    const place = 6 + 12 * (Math.imul(round + 1, 7919) % Math.floor((lines - 16) / 12));
    const at: Position = { line: place, character: 16 };
    const character = typed[round % typed.length] as string;
    const end = { line: place, character: 17 };
    keystrokes.push(await edit(2 + 4 * round, { start: at, end: at }, character));
    keystrokes.push(await edit(3 + 4 * round, { start: at, end }, ""));
    // The `call` behind it.
    const name: Position = { line: place + 2, character: 17 };
    names.push(await edit(4 + 4 * round, { start: name, end: name }, "0"));
    names.push(
      await edit(5 + 4 * round, { start: name, end: { line: place + 2, character: 18 } }, ""),
    );
    const analysis = await workspace.analyze(uri);
    if (analysis === undefined) throw new Error("the document is not open");
    completions.push(await time(() => complete(workspace, analysis, at)));
    lints.push(await time(async () => lint(analysis, {})));
    hovers.push(await time(() => hover(workspace, analysis, { line: place, character: 9 })));
  }
  const edited = await diagnose(workspace, uri);
  const text = (await workspace.analyze(uri))?.text ?? "";
  const fresh = new Workspace(noHost);
  fresh.open({ uri, languageId: "riscv", version: 1, text });
  const isRight = JSON.stringify(await diagnose(fresh, uri)) === JSON.stringify(edited);
  workspace.close(uri);
  fresh.close(uri);
  return { lines, open, keystrokes, names, completions, hovers, lints, isRight };
}

const [lines, rounds] = process.argv.slice(2).map(Number);
const measured = await measure(lines ?? 1000, rounds ?? 10);
// Only here no variable holds what was measured.
const { gc } = globalThis as { gc?: () => void };
gc?.();
const left = process.memoryUsage().heapUsed / 2 ** 20;
process.stdout.write(JSON.stringify({ ...measured, left }));
