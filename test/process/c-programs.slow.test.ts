/**
 * C programs as GCC builds them, under glibc and on bare metal with picolibc, for RV32 and RV64:
 * what they print and how they end must be what QEMU's user-mode emulation says. Semihosting, which
 * QEMU's user mode lacks, is compared with the same source run on Linux.
 */
import { deepEqual, equal } from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { runChecked } from "../dap/checked-run.ts";
import { findTool, requireTools, tryTool } from "../tools.ts";
import { type Given, runProcess } from "./run-process.ts";

const sources = fileURLToPath(new URL("../programs/c/", import.meta.url));
const execute = promisify(execFile);

/**
 * A program and the least that it needs: nothing, the Linux calls for input (semihosting's C
 * library sees no end of the input), or a whole Linux C library.
 */
interface Program {
  readonly name: string;
  readonly needs?: "calls" | "library";
  readonly given?: Pick<Given, "args" | "variables" | "input">;
}

const programs: readonly Program[] = [
  { name: "stdio" },
  { name: "floats" },
  { name: "malloc" },
  { name: "sorting" },
  { name: "strings" },
  { name: "recursion" },
  { name: "jumps" },
  { name: "integers" },
  {
    name: "arguments",
    needs: "library",
    given: { args: ["one", "two words", ""], variables: { COLOR: "green" } },
  },
  { name: "input", needs: "calls", given: { input: "a first line\n10 20\n12\nrest\nend" } },
  { name: "files", needs: "library" },
  { name: "directories", needs: "library" },
  { name: "memory", needs: "library" },
  { name: "signals", needs: "library" },
  { name: "clocks", needs: "library" },
  { name: "aborts", needs: "library" },
  { name: "faults", needs: "library" },
];

interface Target {
  readonly name: string;
  readonly compiler: string;
  readonly emulator: "qemu-riscv32" | "qemu-riscv64" | undefined;
  readonly flags: readonly string[];
  /** Whether the programs also run with all checks of a run, which must find nothing. */
  readonly isChecked?: boolean;
  /** What programs find there. */
  readonly offers: readonly Program["needs"][];
}

const bare = (march: string, mabi: string, how: readonly string[]) => [
  "--specs=picolibc.specs",
  "-DPICOLIBC_DOUBLE_PRINTF_SCANF",
  "-O1",
  `-march=${march}`,
  `-mabi=${mabi}`,
  "-Wl,--defsym=__ram_size=0x200000",
  ...how,
];
const semihosting = ["--oslib=semihost", "--crt0=hosted"];
const linuxCalls = ["-nostartfiles", join(sources, "bare-linux.c")];

const gcc = "riscv64-unknown-elf-gcc";
const targets: readonly Target[] = [
  {
    name: "Linux, rv64gc -O2",
    compiler: "riscv64-linux-gnu-gcc",
    emulator: "qemu-riscv64",
    flags: ["-static", "-O2"],
    isChecked: true,
    offers: [undefined, "calls", "library"],
  },
  {
    name: "Linux, rv64gc -O0",
    compiler: "riscv64-linux-gnu-gcc",
    emulator: "qemu-riscv64",
    flags: ["-static", "-O0"],
    isChecked: true,
    offers: [undefined, "calls", "library"],
  },
  {
    name: "bare metal, rv32imac semihosting",
    compiler: gcc,
    emulator: undefined,
    flags: bare("rv32imac", "ilp32", semihosting),
    isChecked: true,
    offers: [undefined],
  },
  {
    name: "bare metal, rv32imafdc semihosting",
    compiler: gcc,
    emulator: undefined,
    flags: bare("rv32imafdc", "ilp32d", semihosting),
    offers: [undefined],
  },
  {
    name: "bare metal, rv64gc semihosting",
    compiler: gcc,
    emulator: undefined,
    flags: bare("rv64gc", "lp64d", semihosting),
    isChecked: true,
    offers: [undefined],
  },
  {
    name: "bare metal, rv32imac Linux calls",
    compiler: gcc,
    emulator: "qemu-riscv32",
    flags: bare("rv32imac", "ilp32", linuxCalls),
    offers: [undefined, "calls"],
  },
  {
    name: "bare metal, rv32imafdc Linux calls",
    compiler: gcc,
    emulator: "qemu-riscv32",
    flags: bare("rv32imafdc", "ilp32d", linuxCalls),
    offers: [undefined, "calls"],
  },
  {
    name: "bare metal, rv64gc Linux calls",
    compiler: gcc,
    emulator: "qemu-riscv64",
    flags: bare("rv64gc", "lp64d", linuxCalls),
    offers: [undefined, "calls"],
  },
];

/** What a program printed, and its exit code; 128 + the signal that ended it. */
interface Outcome {
  readonly stdout: string;
  readonly code: number | undefined;
}

const signalCodes: Readonly<Record<string, number>> = { SIGABRT: 134, SIGSEGV: 139, SIGTERM: 143 };

/** Runs a program under QEMU in a fresh folder with the file that some of them read. */
function reference(
  emulator: string,
  path: string,
  { given = {} }: Program,
  folder: string,
): Outcome {
  const prepared = prepareFolder(folder);
  const variables = Object.entries(given.variables ?? {}).flatMap(([key, value]) => [
    "-E",
    `${key}=${value}`,
  ]);
  const script = 'cd "$0" && exec "$@"';
  const args = ["-c", script, prepared, findTool(emulator) as string, ...variables, path];
  const done = tryTool("/bin/sh", [...args, ...(given.args ?? [])], given.input ?? "");
  const code = done.code ?? signalCodes[done.signal ?? ""];
  return { stdout: done.stdout, code };
}

function prepareFolder(folder: string): string {
  const inner = mkdtempSync(join(folder, "run-"));
  const mounted = join(inner, "mounted");
  mkdirSync(mounted);
  writeFileSync(join(mounted, "given.txt"), "given text\n");
  // For QEMU, which confines nothing, the file outside must not be there at all.
  return mounted;
}

async function compile(target: Target, name: string, folder: string): Promise<string> {
  const path = join(folder, `${name}-${targets.indexOf(target)}`);
  const args = [join(sources, `${name}.c`), ...target.flags, "-o", path, "-lm"];
  await execute(findTool(target.compiler) as string, args);
  return path;
}

describe("C programs", function () {
  this.timeout(60_000);
  let folder = "";

  before(function () {
    requireTools(this, "riscv64-linux-gnu-gcc", gcc, "qemu-riscv32", "qemu-riscv64");
    folder = mkdtempSync(join(tmpdir(), "hartbeat-c-"));
  });

  after(() => {
    if (folder !== "") rmSync(folder, { recursive: true });
  });

  /** What a program does on Linux, by name: the reference for semihosting. */
  const onLinux = new Map<string, Outcome>();

  for (const target of targets) {
    describe(target.name, () => {
      for (const program of programs) {
        if (!target.offers.includes(program.needs)) continue;
        it(program.name, async () => {
          const path = await compile(target, program.name, folder);
          const expected =
            target.emulator === undefined
              ? onLinux.get(program.name)
              : reference(target.emulator, path, program, folder);
          if (expected === undefined) throw new Error("the Linux program has not run");
          if (target === targets[0]) onLinux.set(program.name, expected);
          const mounted = prepareFolder(folder);
          writeFileSync(join(mounted, "..", "outside.txt"), "outside");
          const { stdout, stderr, code, signal, notes } = await runProcess(readFileSync(path), {
            ...program.given,
            folder: mounted,
            name: path,
          });
          deepEqual({ stdout, code }, expected, `${stderr}${notes.join("\n")} (${signal})`);
          equal(stderr, "");
          deepEqual(notes, []);
          if (!target.isChecked) return;
          const checked = await runChecked(readFileSync(path), {
            ...program.given,
            folder: prepareFolder(folder),
            name: path,
          });
          deepEqual(checked.found, []);
          deepEqual({ stdout: checked.stdout, code: checked.code }, expected);
        });
      }
    });
  }

  it("a write to a mounted folder reaches the host", async () => {
    const [target] = targets as readonly [Target];
    const mounted = prepareFolder(folder);
    const path = await compile(target, "files", folder);
    await runProcess(readFileSync(path), { folder: mounted });
    equal(
      readFileSync(join(mounted, "renamed.txt"), "utf8"),
      "first line\nsecond line\nthird line\n",
    );
  });
});
