/**
 * Runs a command to its end and measures the whole process: the user time that the kernel counted
 * for it and its children, by the shell's `time`, so that compilation in other threads counts too.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";

/** A command that runs longer than this is broken off, in seconds. */
const longest = 600;

const script = `TIMEFORMAT='%3U %3S %3R'; time timeout ${longest} "$@"`;

export interface Run {
  /** Seconds. */
  readonly user: number;
  readonly system: number;
  readonly elapsed: number;
  readonly output: string;
  readonly errors: string;
  /** The exit code. */
  readonly code: number;
}

/** Runs a program once; what it reads is empty. Throws where there is no such program. */
export function run(command: readonly string[], environment: NodeJS.ProcessEnv = {}): Run {
  const done = spawnSync("bash", ["-c", script, "bash", ...command], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
    input: "",
    env: { ...process.env, ...environment },
  });
  if (done.error !== undefined) throw done.error;
  const lines = done.stderr.trimEnd().split("\n");
  const [user = Number.NaN, system = Number.NaN, elapsed = Number.NaN] = (lines.pop() ?? "")
    .split(" ")
    .map(Number);
  if (Number.isNaN(elapsed)) throw new Error(`bash measured nothing: ${done.stderr}`);
  const errors = lines.join("\n");
  return { user, system, elapsed, output: done.stdout, errors, code: done.status ?? -1 };
}

/** What a Node process writes to the named file when it ends: the most memory it held, in KiB. */
const preload = `data:text/javascript,${encodeURIComponent(
  `import { writeFileSync } from "node:fs";
   process.on("exit", () => writeFileSync(process.env.BENCH_PEAK, String(process.resourceUsage().maxRSS)));`,
)}`;

/** Runs a Node program and returns also the most memory that it held resident, in MiB. */
export function runWithPeak(command: readonly string[]): Run & { readonly peak: number } {
  const folder = mkdtempSync(join(tmpdir(), "hartbeat-bench-"));
  const file = join(folder, "peak");
  try {
    const [node, ...rest] = command as [string, ...string[]];
    const done = run([node, "--import", preload, ...rest], { BENCH_PEAK: file });
    return { ...done, peak: Number(readFileSync(file, "utf8")) / 1024 };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The most memory that a process held resident, in MiB, as the kernel noted it while it ran. */
export function peakOf(command: readonly string[]): number {
  const script =
    '"$@" & pid=$!; while grep VmHWM /proc/$pid/status 2>/dev/null; do :; done; wait $pid';
  const { stdout } = spawnSync("bash", ["-c", script, "bash", ...command], { encoding: "utf8" });
  const values = [...stdout.matchAll(/VmHWM:\s*(\d+) kB/g)].map(([, value]) => Number(value));
  return Math.max(...values) / 1024;
}
