/** How long a person waits for the language server, and how that grows with the source. */
import { buildScript } from "./build.ts";
import type { Options } from "./compare.ts";
import type { LanguageServerRun } from "./language-server-run.ts";
import { run } from "./measure.ts";
import { atMost, type Goal, type Report, table } from "./report.ts";

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/** The number of lines that the times are promised for. */
const usual = 20_000;

/** Measures sources of 1,000 to 100,000 lines; of the rounds the least median counts. */
export async function languageServer({ runs, small, progress }: Options): Promise<Report> {
  const script = await buildScript("bench/language-server-run.ts");
  const sizes = small ? [1000, usual] : [1000, 5000, usual, 100_000];
  const goals: Goal[] = [];
  const wrong: string[] = [];
  const rows: string[][] = [];
  const keystrokes = new Map<number, number>();
  for (const size of sizes) {
    const found: LanguageServerRun[] = [];
    for (let round = 0; round < runs; round++) {
      progress(`${size} lines`);
      const repetitions = small || size > usual ? "6" : "20";
      const command = [process.execPath, "--expose-gc", script, `${size}`, repetitions];
      const done = run(command);
      if (done.code !== 0) throw new Error(`${size} lines: ${done.errors}`);
      found.push(JSON.parse(done.output) as LanguageServerRun);
    }
    const least = (value: (one: LanguageServerRun) => number) => Math.min(...found.map(value));
    const open = least((one) => one.open);
    const keystroke = least((one) => median(one.keystrokes));
    const name = least((one) => median(one.names));
    const completion = least((one) => median(one.completions));
    const hover = least((one) => median(one.hovers));
    const lints = least((one) => median(one.lints));
    const left = least((one) => one.left);
    keystrokes.set(size, keystroke);
    if (!found.every(({ isRight }) => isRight)) wrong.push(`${size} lines`);
    if (size === usual) {
      goals.push(
        atMost("language server: open to diagnostics, ms", open, 500),
        atMost("language server: keystroke to diagnostics, median ms", keystroke, 50),
        atMost("language server: completion, median ms", completion, 20),
        atMost("language server: hover, median ms", hover, 20),
        atMost("language server: lints of a whole file, median ms", lints, 100),
      );
    }
    const times = [open, keystroke, name, completion, hover, lints].map(
      (value) => `${value.toFixed(1)} ms`,
    );
    rows.push([`${size} lines`, ...times, `${left.toFixed(0)} MiB`]);
  }
  const [first = 1, last = 1] = [sizes[0], sizes.at(-1)];
  const grown = (keystrokes.get(last) ?? Number.NaN) / (keystrokes.get(first) ?? Number.NaN);
  goals.push(
    atMost("language server: growth of a keystroke by lines", grown / (last / first), 0.5),
  );
  const titles = ["open", "keystroke", "in a name", "completion", "hover", "lints", "left"];
  console.log(table([["", ...titles], ...rows]));
  return { goals, wrong, rows };
}
