/**
 * Bundles suite.ts with the recorded debug sessions and has the extension host run it. For that the workbench calls two functions of
 * the page: one with each line that the host logs, one with the exit code.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { hostKind, projectRoot } from "./host.ts";
import { openWorkbench } from "./opening.ts";
import type { Recorded } from "./recorded-sessions.ts";
import type { Workbench } from "./workbench.ts";

const bundle = `out/suite-${hostKind}.cjs`;
const patience = 150_000;

interface Outcome {
  name: string;
  error?: string;
}

/** The outcome that a logged line reports, if it reports one. */
function outcomeIn(line: unknown[]): Outcome | undefined {
  const report = /hartbeat-test (\{.*\})/.exec(line.map(String).join(" "))?.[1];
  return report === undefined ? undefined : JSON.parse(report);
}

/** The texts of a folder's files whose names are wanted, by name below the folder. */
function texts(folder: string, isWanted: (name: string) => boolean): Record<string, string> {
  const all = readdirSync(join(projectRoot, folder), { recursive: true, encoding: "utf8" });
  const files = all.map((name) => name.replaceAll("\\", "/")).filter(isWanted);
  return Object.fromEntries(
    files.map((name) => [name, readFileSync(join(projectRoot, folder, name), "utf8")]),
  );
}

/** What is at stake in the host itself: files, paths, and what comes by itself. */
const hostsOwn = /hartbeat-recording|"sources"|rust\/|\bcwd\b|mounts|> type |> wait|> pause/;

/**
 * The sessions that the extension host can play: not those whose programs outside tools build. All
 * of them are played in the browser's host; in Node's, where the tests of test/dap play them in
 * threads and processes, those about files and input, and every third of the others.
 */
function recordedSessions(): Recorded {
  const all = Object.entries(texts("test/dap/sessions", (name) => name.endsWith(".session")));
  const playable = all
    .filter(([, text]) => !/^# (build|needs): /m.test(text))
    .filter(([, text], index) => hostKind === "web" || index % 3 === 0 || hostsOwn.test(text));
  const isPlayed = (name: string) =>
    !name.includes("/") || playable.some(([, text]) => text.includes(name));
  return {
    sessions: Object.fromEntries(playable),
    programs: texts("test/dap/programs", (name) => /\.(s|S|h|c|rs)$/.test(name) && isPlayed(name)),
  };
}

describe("the extension host", function () {
  this.timeout(2 * patience);
  let workbench: Workbench | undefined;

  before(async () => {
    await build({
      absWorkingDir: projectRoot,
      entryPoints: ["test/e2e/suite.ts"],
      outfile: bundle,
      bundle: true,
      format: "cjs",
      platform: hostKind === "node" ? "node" : "browser",
      external: ["vscode"],
      sourcemap: "inline",
      define: { RECORDED_SESSIONS: JSON.stringify(recordedSessions()) },
    });
  });

  after(() => workbench?.close());

  it("passes the tests that run inside of it", async function () {
    const outcomes = new Map<string, Outcome>();
    let end = (_code: number): void => {};
    const ended = new Promise<number>((resolve) => {
      end = resolve;
    });
    workbench = await openWorkbench(this, {
      tests: bundle,
      functions: {
        codeAutomationLog: (_type, line) => {
          const outcome = outcomeIn(line as unknown[]);
          if (outcome !== undefined) outcomes.set(outcome.name, outcome);
        },
        codeAutomationExit: (code) => end(code as number),
      },
    });
    const timer = setTimeout(() => end(-1), patience);
    const code = await ended;
    clearTimeout(timer);
    for (const { name, error } of outcomes.values())
      console.log(`      ${error === undefined ? "✔" : "✘"} ${name}`);
    const failed = [...outcomes.values()].filter(({ error }) => error !== undefined);
    assert.deepEqual(failed, []);
    assert.ok(outcomes.size > 0, `no test reported\n${workbench.recentMessages()}`);
    assert.equal(code, 0, `the exit code is ${code}\n${workbench.recentMessages()}`);
  });
});
