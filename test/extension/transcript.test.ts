/** What a terminal shows at other points of a run. */
import { equal } from "node:assert/strict";
import { Transcript } from "../../extension/transcript.ts";

/** The screen with its control sequences as words. */
function screen(transcript: Transcript, unwritten: number): string {
  const text = transcript.screen(unwritten);
  return text
    .replace("\x1b[2J\x1b[3J\x1b[H\x1b[m", "")
    .replaceAll("\x1b[2m", "<dim>")
    .replaceAll("\x1b[22m", "</dim>")
    .replaceAll("\x1b[31m", "<red>")
    .replaceAll("\x1b[39m", "</red>");
}

/** Pieces as they are written: what the person types has no bytes; those of stderr begin with "!". */
function transcriptOf(...pieces: (string | { echo: string })[]): Transcript {
  const transcript = new Transcript();
  for (const piece of pieces) {
    if (typeof piece !== "string") transcript.add(piece.echo);
    else {
      const text = piece.replace(/^!/, "");
      transcript.add(text, new TextEncoder().encode(text).length, piece.startsWith("!"));
    }
  }
  return transcript;
}

describe("a terminal's transcript", () => {
  const cases: [what: string, transcript: Transcript, unwritten: number, shown: string][] = [
    ["shows all at the present", transcriptOf("one\n", "two\n"), 0, "one\ntwo\n"],
    ["dims what comes later", transcriptOf("one\n", "two\n"), 4, "one\n<dim>two\n</dim>"],
    ["splits a piece", transcriptOf("one\ntwo\n"), 6, "on<dim>e\ntwo\n</dim>"],
    ["dims all at the start", transcriptOf("one\n"), 4, "<dim>one\n</dim>"],
    ["knows characters of several bytes", transcriptOf("aäö\n"), 3, "aä<dim>ö\n</dim>"],
    [
      "puts what was typed where it was",
      transcriptOf("n? ", { echo: "5\n" }, "25\n"),
      3,
      "n? 5\n<dim>25\n</dim>",
    ],
    [
      "shows standard error in red",
      transcriptOf("!bad\n", "end\n"),
      4,
      "<red>bad\n</red><dim>end\n</dim>",
    ],
    ["takes later colours away", transcriptOf("a", "\x1b[32mb\x1b[0m"), 10, "a<dim>b</dim>"],
    ["hides what moves the cursor", transcriptOf("a", "\x1b[2Jb"), 5, "a"],
    [
      "shows a few later lines",
      transcriptOf("now\n", Array.from({ length: 30 }, (_, line) => `${line}\n`).join("")),
      80,
      `now\n<dim>${Array.from({ length: 10 }, (_, line) => line).join("\n")}\n…\n</dim>`,
    ],
  ];
  for (const [what, transcript, unwritten, shown] of cases)
    it(what, () => equal(screen(transcript, unwritten), shown));

  it("forgets what is dropped", () => {
    const transcript = transcriptOf("one\n", "two\n");
    transcript.drop(6);
    transcript.add("X\n", 2);
    equal(screen(transcript, 0), "onX\n");
    equal(screen(transcript, 2), "on<dim>X\n</dim>");
  });

  it("shows the last of what was written, and nothing of what is no longer kept", () => {
    const transcript = new Transcript();
    const line = `${"x".repeat(1022)}\n`;
    for (let number = 0; number < 5000; number++) transcript.add(`${number}${line}`, 1024);
    equal(transcript.screen(0).length < 40_000, true);
    equal(screen(transcript, 0).includes(`4999${line}`), true);
    equal(screen(transcript, 4990 * 1024), "");
  });
});
