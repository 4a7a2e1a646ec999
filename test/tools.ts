/**
 * Outside tools that some tests compare with: GNU binutils, GCC, QEMU, GDB, Chromium. A test that
 * needs one asks for it by name; where it is absent the test is skipped with the reason printed,
 * and fails instead when HARTBEAT_REQUIRE_TOOLS is 1 (as in continuous integration).
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** The absolute path of a program on PATH, or undefined. */
export function findTool(name: string): string | undefined {
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    const path = join(folder, name);
    if (folder !== "" && existsSync(path)) return path;
  }
  return undefined;
}

/**
 * The paths of the named programs. Skips the calling test or suite (with a printed reason) when
 * one is absent, or throws when HARTBEAT_REQUIRE_TOOLS is 1.
 */
export function requireTools(context: Mocha.Context, ...names: string[]): string[] {
  const absent = names.filter((name) => findTool(name) === undefined);
  if (absent.length > 0) {
    const reason = `needs ${absent.join(", ")} on PATH`;
    if (process.env["HARTBEAT_REQUIRE_TOOLS"] === "1") throw new Error(reason);
    const title = context.currentTest?.fullTitle() ?? context.test?.parent?.fullTitle() ?? "";
    console.log(`      skipped, ${reason}: ${title}`);
    context.skip();
  }
  return names.map((name) => findTool(name) as string);
}

/** The path of one program; see {@link requireTools}. */
export function requireTool(context: Mocha.Context, name: string): string {
  return requireTools(context, name)[0] as string;
}

/** Runs a program to its end and returns its standard output as text; throws with its error text. */
export function runTool(path: string, args: string[], input?: string | Uint8Array): string {
  return execFileSync(path, args, {
    encoding: "utf8",
    maxBuffer: 1 << 30,
    stdio: ["pipe", "pipe", "pipe"],
    ...(input === undefined ? {} : { input }),
  });
}

/** Runs a program and returns its exit code, output and error text; never throws on failure. */
export function tryTool(path: string, args: string[], input?: string | Uint8Array) {
  const done = spawnSync(path, args, {
    encoding: "utf8",
    maxBuffer: 1 << 30,
    ...(input === undefined ? {} : { input }),
  });
  return { code: done.status, signal: done.signal, stdout: done.stdout, stderr: done.stderr };
}
