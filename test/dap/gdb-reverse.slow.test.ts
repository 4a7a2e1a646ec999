/**
 * Stepping back as GDB does it: QEMU records a run and replays it backwards for GDB's reverse-step
 * and reverse-next, the same program is stepped back here, and the lines and frames at which the
 * steps end are compared, with functions that are inlined and others.
 */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { requireTools, runTool } from "../tools.ts";
import { runScript } from "./session-script.ts";
import { openInProcess } from "./transports.ts";

const folder = fileURLToPath(new URL("./programs/", import.meta.url));
const script = fileURLToPath(new URL("./gdb-reverse.py", import.meta.url));
const source = join(folder, "reverse.c");
const lines = readFileSync(source, "utf8").split("\n");
const lineOf = (text: string) => lines.findIndex((line) => line.includes(text)) + 1;
const count = 30;

const layout = `ENTRY(_start)
SECTIONS {
  . = 0x80000000;
  .text : { *(.text.start) *(.text*) }
  .data : { *(.data*) *(.sdata*) *(.rodata*) }
  .bss : { *(.bss*) *(.sbss*) }
}`;

/** Where steps end, as `name:line < name:line`, the innermost frame first. */
type Steps = readonly string[];

/**
 * Steps that only one of both makes, and why. A line with several rows is one stop here, whichever
 * of them GDB stops at; that is in {@link plain}.
 */
const explained: readonly { reason: string; holds(step: string, next: string): boolean }[] = [
  {
    reason: "GDB takes the first line of what is inlined for its call.",
    holds: (step) => step.startsWith(`clamp:${lineOf("int result = value")} `),
  },
  {
    reason: "The part of a line behind its call is no row of its own for GDB, if in a loop.",
    holds: (step, next) => next.endsWith(` < ${step}`),
  },
  {
    reason:
      "GDB passes over the first part of a loop's line, since its row is that of the last part.",
    holds: (step, next) =>
      step.startsWith(`work:${lineOf("for (int")} `) &&
      next.startsWith(`work:${lineOf("int total = 0")} `),
  },
];

/** Without steps that stay on their line. */
const plain = (steps: Steps): Steps => steps.filter((step, index) => step !== steps[index - 1]);

describe("stepping back as GDB does", function () {
  this.timeout(120_000);
  const built = mkdtempSync(join(tmpdir(), "hartbeat-reverse-"));
  after(() => rmSync(built, { recursive: true, force: true }));

  it("by lines, over and into functions", async function () {
    requireTools(this, "qemu-system-riscv64", "qemu-img", "gdb-multiarch");
    requireTools(this, "riscv64-unknown-elf-gcc");
    writeFileSync(join(built, "layout.ld"), layout);
    let compared = 0;
    let known = 0;
    for (const level of ["-O0", "-O2"]) {
      const program = join(built, `reverse${level}.elf`);
      const flags = ["-g", level, "-march=rv64gc", "-mabi=lp64d", "-mcmodel=medany", "-w"];
      const link = [
        "-nostdlib",
        "-static",
        `-Wl,-T,${join(built, "layout.ld")},--no-warn-rwx-segments`,
      ];
      runTool("riscv64-unknown-elf-gcc", [...flags, ...link, "-o", program, source]);
      await record(program);
      for (const command of ["reverse-step", "reverse-next"] as const) {
        const theirs = plain(await stepInGdb(program, command));
        const ours = plain(
          await stepHere(program, command === "reverse-step" ? "back-into" : "back"),
        );
        const [left, extra] = without(ours, theirs);
        assert.deepEqual(left, theirs.slice(0, left.length), `${level} ${command}`);
        assert.ok(left.length > 8, `${level} ${command}: ${left.length} steps`);
        compared += left.length;
        known += extra;
      }
    }
    console.log(`      ${compared} steps back are GDB's, ${known} more are explained`);
  });

  /** Lets QEMU record the run, with the snapshot at its start that going back needs. */
  async function record(program: string): Promise<void> {
    runTool("qemu-img", ["create", "-q", "-f", "qcow2", `${program}.qcow2`, "64M"]);
    const [code] = await once(startQemu(program, "record"), "exit");
    assert.equal(code, 0);
  }

  async function stepInGdb(program: string, command: string): Promise<Steps> {
    const socket = join(built, "gdb.socket");
    rmSync(socket, { force: true });
    const qemu = startQemu(program, "replay", "-gdb", `unix:${socket},server=on,wait=off`, "-S");
    try {
      for (let turn = 0; !existsSync(socket) && turn < 500; turn++)
        await new Promise((resolve) => setTimeout(resolve, 10));
      const job = join(built, "job.json");
      const stop = `reverse.c:${lineOf("/* stop */")}`;
      writeFileSync(job, JSON.stringify({ program, socket, command, stop, count }));
      const gdb = spawn("gdb-multiarch", ["-nx", "-batch", "-x", script], {
        env: { ...process.env, HARTBEAT_JOB: job },
        stdio: ["ignore", "ignore", "pipe"],
      });
      let errors = "";
      gdb.stderr.on("data", (data: Buffer) => {
        errors += data.toString();
      });
      await once(gdb, "exit");
      assert.ok(existsSync(`${job}.answer`), errors);
      const places = JSON.parse(readFileSync(`${job}.answer`, "utf8")) as string[];
      rmSync(`${job}.answer`);
      return places.slice(1).map((place) => place.slice(place.indexOf(" ") + 1).replace(":0", ""));
    } finally {
      qemu.kill();
    }
  }

  async function stepHere(program: string, command: string): Promise<Steps> {
    const transport = openInProcess();
    const steps = Array.from({ length: count }, () => `> ${command}\n> stack 0 4\n`).join("");
    const played = await runScript(
      `> launch ${program}\n> break reverse.c:${lineOf("/* stop */")}\n> start\n${steps}`,
      transport,
      { resolve: (name) => (name === "reverse.c" ? source : name) },
    );
    await transport.close();
    return played
      .split("> stack 0 4\n")
      .slice(1)
      .map((text) => {
        const frames = text.split("\n> ")[0]!.trim().split("\n");
        const last = frames.findIndex((frame) => frame.startsWith("main "));
        const shown = last < 0 ? frames : frames.slice(0, last + 1);
        return shown.map((frame) => frame.replace(/ .*:/, ":")).join(" < ");
      });
  }
});

function startQemu(program: string, mode: "record" | "replay", ...more: string[]): ChildProcess {
  const machine = ["-M", "virt", "-m", "128M", "-nographic", "-bios", "none", "-kernel", program];
  const run = `shift=0,rr=${mode},rrfile=${program}.rr,rrsnapshot=init`;
  const disk = ["-drive", `file=${program}.qcow2,if=none,id=none`];
  const quiet = ["-monitor", "none", "-serial", "none"];
  return spawn("qemu-system-riscv64", [...machine, "-icount", run, ...disk, ...quiet, ...more], {
    stdio: "ignore",
  });
}

/** Our steps without those that are explained and that the others have not at that place. */
function without(ours: Steps, theirs: Steps): [Steps, number] {
  const left: string[] = [];
  let extra = 0;
  for (const [index, step] of ours.entries()) {
    if (left.length === theirs.length) break;
    const isTheirs = theirs[left.length] === step;
    if (!isTheirs && explained.some(({ holds }) => holds(step, ours[index + 1] ?? ""))) extra++;
    else left.push(step);
  }
  return [left, extra];
}
