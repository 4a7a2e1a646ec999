/**
 * Stepping by lines as GDB does it: programs of GCC and Clang are stepped into and over here and
 * under QEMU with GDB, from main on, and the frames and lines at which the steps end are compared.
 */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { requireTools } from "../tools.ts";
import { buildByClang, buildByGcc, clangBuilds, gccBuilds } from "./compilers.ts";
import { answersOfGdb } from "./gdb-answers.ts";
import { runScript } from "./session-script.ts";
import { openInProcess } from "./transports.ts";

const folder = fileURLToPath(new URL("./programs/variables/", import.meta.url));
const script = fileURLToPath(new URL("./gdb-lines.py", import.meta.url));
const count = 40;
/** Ways of building, of both compilers in turn; of all programs each, where ALL=1 asks for them. */
const waysEach = process.env["ALL"] === "1" ? gccBuilds.length : 1;

interface Job {
  readonly title: string;
  readonly program: string;
  readonly qemu: string;
  readonly socket: string;
  readonly command: "step" | "next";
  readonly count: number;
}

/** What is known to differ, by where the steps end here and there. */
const explained: readonly { reason: string; holds(title: string, here: string): boolean }[] = [
  {
    reason: "GDB passes the line at whose beginning a signal's handler leads back.",
    holds: (title, here) => title.startsWith("signals.c") && here.startsWith("sending:22 "),
  },
  {
    reason: "In optimised code several lines begin at one address, and one of them is shown.",
    holds: (title, here) => title.startsWith("templates.cc gcc 32 -O2") && here.includes("largest"),
  },
];

/** Frames with lambdas named alike: GDB has Clang's by their linkage names. */
const plain = (frames: string) =>
  frames
    .replace(/\w+\([^<]*?\)::\$_\d+::operator\(\)\([^<]*?\) const/g, "operator()")
    .replaceAll("(anonymous)::", "");

describe("stepping by lines as GDB does", function () {
  this.timeout(300_000);
  const built = mkdtempSync(join(tmpdir(), "hartbeat-lines-"));
  after(() => rmSync(built, { recursive: true, force: true }));

  it("into and over the functions of all programs", async function () {
    requireTools(this, "gdb-multiarch", "qemu-riscv64", "qemu-riscv32", "clang");
    requireTools(this, "riscv64-linux-gnu-gcc", "riscv64-linux-gnu-g++");
    requireTools(this, "riscv64-unknown-elf-gcc", "riscv64-unknown-elf-g++");
    const only = process.env["PROGRAM"] || undefined;
    const jobs: Job[] = [];
    const sources = readdirSync(folder).filter((name) => /\.(c|cc)$/.test(name));
    for (const [index, source] of sources.entries()) {
      if (only !== undefined && !source.startsWith(only)) continue;
      for (let way = 0; way < waysEach; way++) {
        const isClang = (index + way) % 2 === 1;
        const program = join(built, `${source}-${way}.elf`);
        const at = (index + way) % gccBuilds.length;
        if (isClang) buildByClang(clangBuilds[at]!, join(folder, source), program);
        else buildByGcc(gccBuilds[at]!, join(folder, source), program);
        const { qemu, flags } = isClang ? clangBuilds[at]! : gccBuilds[at]!;
        const title = `${source} ${isClang ? "clang" : "gcc"} ${qemu.slice(-2)} ${flags.join(" ")}`;
        for (const command of ["step", "next"] as const) {
          const socket = `${program}.${command}`;
          jobs.push({ title: `${title} ${command}`, program, qemu, socket, command, count });
        }
      }
    }
    const theirs = answersOfGdb<string[]>(jobs, script, built);
    const differences: string[] = [];
    let compared = 0;
    let known = 0;
    for (const [index, job] of jobs.entries()) {
      const ours = (await stepHere(job, theirs[index]!.length)).map(plain);
      const at = theirs[index]!.findIndex((step, turn) => plain(step) !== ours[turn]);
      compared += at < 0 ? ours.length : at;
      if (at < 0) continue;
      if (explained.some(({ holds }) => holds(job.title, ours[at] ?? ""))) {
        known++;
        continue;
      }
      const before = theirs[index]![at - 1];
      const [gdb, here] = [theirs[index]![at], ours[at]];
      differences.push(`${job.title}, step ${at} from ${before}: GDB ${gdb}, here ${here}`);
    }
    console.log(
      `      ${jobs.length} runs, ${compared} steps are GDB's; ${known} runs part as explained, ` +
        `${differences.length} otherwise`,
    );
    const { DIFFERENCES: file } = process.env;
    if (file !== undefined) writeFileSync(file, `${differences.join("\n")}\n`);
    // With all ways of optimising there are some where GDB and we choose other statements.
    const allowed = waysEach > 1 ? Math.floor(jobs.length / 10) : 0;
    assert.deepEqual(differences.slice(allowed), []);
    assert.ok(compared > 5 * jobs.length, `only ${compared} steps were compared`);
  });

  async function stepHere({ program, command }: Job, length: number): Promise<string[]> {
    const transport = openInProcess();
    const steps = Array.from({ length: length - 1 }, () => `> ${command}\n> stack 0 8\n`).join("");
    const played = await runScript(
      `> launch ${program} {"history": false}\n> break-function main\n> start\n> stack 0 8\n${steps}`,
      transport,
      { resolve: (name) => name },
    );
    await transport.close();
    return played
      .split("> stack 0 8\n")
      .slice(1)
      .map((text) => {
        const frames = text.split("\n> ")[0]!.trim().split("\n");
        const last = frames.findIndex((frame) => frame.startsWith("main "));
        const shown = last < 0 ? frames : frames.slice(0, last + 1);
        return shown.map((frame) => frame.replace(/ [^ ]*:(\d+)$/, ":$1")).join(" < ");
      });
  }
});
