/**
 * `npm test`: installs what is missing, builds, and runs every part of the tests. The last line says
 * `N passed, N failed`, summed over all parts; the build, the type check and the lint count as one
 * each. `quick`, `e2e` and `e2e-node` as the argument choose parts.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureInstalled, root } from "./install.mjs";
import { absentTools } from "./tools.mjs";
import { hasNodeHost, installNodeHost } from "./workbench/node-host.mjs";

const minutes = 60_000;
const isPlain = process.env["CI"] !== undefined || !process.stdout.isTTY;
const requiresTools = process.env["HARTBEAT_REQUIRE_TOOLS"] === "1";
const results = mkdtempSync(join(tmpdir(), "hartbeat-results-"));

/** Runs a script with this Node, its output shown; returns whether it ended well. */
function run(script, args, limit, environment = {}) {
  const done = spawnSync(process.execPath, [join(root, script), ...args], {
    cwd: root,
    stdio: "inherit",
    timeout: limit,
    killSignal: "SIGKILL",
    env: { ...process.env, ...(isPlain ? { NO_COLOR: "1" } : {}), ...environment },
  });
  if (done.error?.code === "ETIMEDOUT") console.log(`Stopped after ${limit / minutes} minutes.`);
  else if (done.error !== undefined) console.log(done.error.message);
  return done.status === 0;
}

/** A part that passes or fails as one. */
const one = (title, isGood) => ({
  passed: Number(isGood),
  failed: Number(!isGood),
  skipped: 0,
  failures: isGood ? [] : [title],
});

/**
 * Runs Mocha over the files; its reporter counts, by file. A run that broke off counts as a failure.
 */
function mocha(args, limit, environment = {}) {
  const file = join(results, "mocha.json");
  rmSync(file, { force: true });
  const reporter = ["--reporter", join(root, "scripts/mocha-reporter.cjs"), "--forbid-only"];
  const colour = isPlain ? ["--no-color"] : [];
  const isGood = run("node_modules/mocha/bin/mocha.js", [...reporter, ...colour, ...args], limit, {
    ...environment,
    HARTBEAT_RESULTS: file,
  });
  try {
    const counted = JSON.parse(readFileSync(file, "utf8"));
    const isKnown = Object.values(counted).some(({ failed }) => failed > 0);
    return isGood || isKnown ? counted : { ...counted, "?": one("Mocha broke off.", false) };
  } catch {
    return { "?": one("Mocha broke off before it could count its tests.", false) };
  }
}

/** The counts of all files. */
function sum(files) {
  const total = { passed: 0, failed: 0, skipped: 0, failures: [] };
  for (const counted of Object.values(files)) {
    for (const key of ["passed", "failed", "skipped"]) total[key] += counted[key];
    total.failures.push(...counted.failures);
  }
  return total;
}

/**
 * The stories in a browser. A file in which one failed is run once more, in a workbench of its own,
 * and that run counts: the workbench moves under a click where the machine is busy with other
 * things. What had to be run again is said.
 */
function endToEnd(host) {
  if (host === "node") {
    try {
      installNodeHost();
    } catch (error) {
      return one(error.message, false);
    }
  }
  const stories = (...files) =>
    mocha(["--require", "test/e2e/hooks.ts", ...files], 15 * minutes, { HARTBEAT_HOST: host });
  const counted = stories("test/e2e/*.e2e.ts");
  const again = Object.keys(counted).filter((file) => counted[file].failed > 0 && file !== "?");
  if (again.length === 0) return sum(counted);
  const { failures } = sum(counted);
  console.log(`\nOnce more: ${again.join(", ")}`);
  return { ...sum({ ...counted, ...stories(...again) }), repeated: failures };
}

/** A process for each of two cores; files share nothing but folders that are made at one blow. */
const inParallel = ["--parallel", "--jobs", "2"];

/** The parts, in the order in which they run. */
const parts = {
  build: ["Build", () => one("Build", run("scripts/build.mjs", [], 2 * minutes))],
  types: [
    "Types",
    () => {
      const plain = isPlain ? ["--pretty", "false"] : [];
      return one(
        "Types",
        run("node_modules/typescript/bin/tsc", ["-p", ".", ...plain], 5 * minutes),
      );
    },
  ],
  lint: [
    "Lint",
    () => one("Lint", run("node_modules/@biomejs/biome/bin/biome", ["check"], 2 * minutes)),
  ],
  unit: ["Tests", () => sum(mocha(["test/**/*.test.ts", ...inParallel], 20 * minutes))],
  quick: [
    "Tests without the slow ones",
    () => {
      const files = ["test/**/*.test.ts", "--ignore", "test/**/*.slow.test.ts"];
      return sum(mocha([...files, ...inParallel], 5 * minutes));
    },
  ],
  e2e: ["VS Code in the browser", () => endToEnd("web")],
  "e2e-node": ["VS Code with its extension host in Node", () => endToEnd("node")],
};

const selections = {
  all: ["build", "types", "lint", "unit", "e2e", "e2e-node"],
  quick: ["build", "types", "lint", "quick"],
  e2e: ["build", "e2e"],
  "e2e-node": ["build", "e2e-node"],
};

/** Whether a part is left out, and why. */
function reasonToSkip(selection, part) {
  if (selection !== "all" || part !== "e2e-node") return undefined;
  if (hasNodeHost() || requiresTools || process.env["CI"] !== undefined) return undefined;
  return "VS Code's server is not installed; npm run test:e2e:node installs and tests it";
}

function main(selection = "all") {
  const chosen = selections[selection];
  if (chosen === undefined) {
    console.error(`There is no "${selection}"; choose ${Object.keys(selections).join(", ")}.`);
    return 2;
  }
  ensureInstalled();
  const total = { passed: 0, failed: 0, skipped: 0 };
  const failures = [];
  const repeated = [];
  const notes = [];
  for (const part of chosen) {
    const [title, execute] = parts[part];
    const reason = reasonToSkip(selection, part);
    console.log(`\n== ${title}${reason === undefined ? "" : `: skipped, ${reason}`}`);
    if (reason !== undefined) {
      notes.push(`  ${title}: ${reason}`);
      total.skipped += 1;
      continue;
    }
    const start = Date.now();
    const counted = execute();
    for (const key of Object.keys(total)) total[key] += counted[key];
    failures.push(...counted.failures.map((failure) => `  ${title}: ${failure}`));
    repeated.push(...(counted.repeated ?? []).map((failure) => `  ${title}: ${failure}`));
    const seconds = ((Date.now() - start) / 1000).toFixed(1);
    const { passed, failed, skipped } = counted;
    console.log(`${title}: ${passed} passed, ${failed} failed, ${skipped} skipped in ${seconds} s`);
  }
  rmSync(results, { recursive: true, force: true });
  const absent = [...absentTools(), ...notes];
  if (absent.length > 0) console.log(`\nAbsent, and what that means:\n${absent.join("\n")}`);
  if (repeated.length > 0) console.log(`\nFailed at first, and run again:\n${repeated.join("\n")}`);
  if (failures.length > 0) console.log(`\nFailed:\n${failures.join("\n")}`);
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : "";
  console.log(`\n${total.passed} passed, ${total.failed} failed${skipped}`);
  return total.failed > 0 ? 1 : 0;
}

process.exitCode = main(process.argv[2]);
