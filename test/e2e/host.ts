/**
 * A VS Code to test in: the browser's with its extension host in a worker, or the server's with
 * one in Node. Each is started as a person would start it, with a fresh copy of a folder as
 * its workspace. HARTBEAT_HOST says which: `web` (where it is absent) or `node`.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const projectRoot = join(import.meta.dirname, "../..");

/** The folder that is copied unless another is named; the programs of the tests come with it. */
export const examples = join(projectRoot, "examples");
const testPrograms = join(import.meta.dirname, "time-travel");

/** Which of the two kinds of extension host is tested. */
export const hostKind: "web" | "node" = process.env["HARTBEAT_HOST"] === "node" ? "node" : "web";

const startTimeout = 300_000;

/** Settings of the tested workspace: what the page shows must be text that can be read back. */
const settings = {
  "terminal.integrated.gpuAcceleration": "off",
  "editor.hover.delay": 100,
  "files.autoSave": "off",
};

export interface Host {
  /** The address of the workbench. */
  url: string;
  /** The copy of the workspace folder, on disk. */
  folder: string;
  /** Stops the server and removes the copy. */
  stop(): Promise<void>;
}

export interface HostOptions {
  /** The folder that is copied; {@link examples} where it is absent. */
  folder?: string;
  /** A module below the project for the extension host to run (see suite.ts). */
  tests?: string;
  /** Whether the page is cross-origin isolated (`web` only; Node always has SharedArrayBuffer). */
  isolated?: boolean;
}

/** Copies the folder and starts a host on it; resolves when the server has said its address. */
export async function startHost(options: HostOptions = {}): Promise<Host> {
  const temporary = await mkdtemp(join(tmpdir(), "hartbeat-e2e-"));
  const folder = join(temporary, "examples");
  const from = options.folder ?? examples;
  await cp(from, folder, { recursive: true });
  if (from === examples) await cp(testPrograms, folder, { recursive: true });
  await mergeSettings(folder);
  const script = hostKind === "node" ? "start-node.mjs" : "start.mjs";
  const hexEditor = join(import.meta.dirname, "hex-editor");
  const argv = ["--no-open", "--no-build", "--port", "0", "--folder", folder];
  argv.push("--extension", hexEditor);
  if (options.tests !== undefined) argv.push("--tests", options.tests);
  if (options.isolated && hostKind === "web") argv.push("--coi");
  if (hostKind === "node") argv.push("--data", join(temporary, "data"));
  const server = spawn(process.execPath, [join(projectRoot, "scripts", script), ...argv], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const stop = async (): Promise<void> => {
    await ended(server);
    await rm(temporary, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    return { url: await address(server), folder, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function mergeSettings(folder: string): Promise<void> {
  const file = join(folder, ".vscode/settings.json");
  const present = await readFile(file, "utf8").then(JSON.parse, () => ({}));
  await mkdir(join(folder, ".vscode"), { recursive: true });
  await writeFile(file, JSON.stringify({ ...present, ...settings }, undefined, 2));
}

/** The address in the line "Hartbeat is at …" of the server's output. */
function address(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = "";
    const timer = setTimeout(() => fail("did not say its address in time"), startTimeout);
    const fail = (what: string): void => {
      clearTimeout(timer);
      reject(new Error(`The server of the workbench ${what}:\n${output}`));
    };
    const read = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(-20_000);
      const url = /Hartbeat is at (\S+)/.exec(output)?.[1];
      if (url === undefined) return;
      clearTimeout(timer);
      resolve(url);
    };
    server.stdout?.on("data", read);
    server.stderr?.on("data", read);
    server.on("error", (error) => fail(`could not be started (${error.message})`));
    server.on("exit", (code) => fail(`ended with code ${code}`));
  });
}

function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.kill("SIGKILL"), 5000);
    server.once("exit", () => {
      clearTimeout(timer);
      resolve();
    });
    server.kill("SIGTERM");
  });
}
