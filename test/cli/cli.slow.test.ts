/** The program `hartbeat` from outside: what it prints, where, and its exit codes. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { readElf } from "../../elf/reader.ts";
import { loadedSegments } from "../assembler/executable-comparison.ts";
import { requireTools, runTool, tryTool } from "../tools.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

const hello = `.globl _start
_start: li a0, 1
 la a1, text
 li a2, 6
 li a7, 64
 ecall
 li a0, 3
 li a7, 93
 ecall
.data
text: .ascii "hello\\n"
`;

const copy = `.globl _start
_start: li a0, 0
 la a1, buffer
 li a2, 64
 li a7, 63
 ecall
 blez a0, 1f
 mv a2, a0
 li a0, 1
 li a7, 64
 ecall
 j _start
1: li a7, 93
 ecall
.bss
buffer: .space 64
`;

/** Opens a file for reading; the exit code is the positive error number, or 0. */
const opens = (path: string) => `.globl _start
_start: li a0, -100
 la a1, path
 li a2, 0
 li a7, 56
 ecall
 bltz a0, 1f
 li a0, 0
1: neg a0, a0
 li a7, 93
 ecall
.data
path: .asciz "${path}"
`;

/** Objects of all lengths among code, words that are data, symbols that share an address. */
const objects = `.globl _start
_start: nop
 .type a, @object
a: .ascii "abcdefg"
 .type b, @object
b: .word 0x11223344
 .zero 12
 .ascii "xyz"
 .zero 3
 .ascii "tail"
 .zero 20
 .type c, @object
c: .zero 30
 .ascii "q"
 .type d, @object
d: .zero 9
 .type g, @function
g: nop
 .word 0x12345678, 5
 .byte 1, 2, 3
 .half 7
 .dword 9
 .string "abc"
h: lui sp, 0x12345
 lui t0, 0x12345
 lui t1, 0x12345
 ret
 .section .text.second, "ax"
 .globl global, whole
 .weak weak
.local1: local: weak: global: whole: large: c.addi16sp sp, -64
 c.addi sp, -16
 addi t0, t0, 4
 .size large, 8
 .type whole, @function
 lb a0, 4(t1)
 la a0, pair
 la a0, second
 .data
 .type pair, @object
 .weak pair
pair: alias: .word 1
 .type one, @object
 .globl two
 .type two, @object
 .type second, @object
 .size one, 4
one: two: second: .word 2
`;

/** A C program that pulls in much of the library. */
const sorts = `#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
char text[50];
static int compare(const void *a, const void *b) { return *(int *)a - *(int *)b; }
int main(int count, char **arguments) {
  int numbers[10];
  for (int i = 0; i < 10; i++) numbers[i] = rand();
  qsort(numbers, 10, sizeof(int), compare);
  return snprintf(text, 50, "%d %g %s", numbers[0], sin(count), strerror(count));
}
`;

/** A C++ program with exceptions and streams. */
const throws = `#include <iostream>
#include <map>
#include <stdexcept>
#include <string>
int main(int count, char **) {
  std::map<std::string, int> numbers{{"a", count}};
  try {
    if (count > 1) throw std::runtime_error("x");
  } catch (const std::exception &error) {
    std::cout << error.what();
  }
  for (auto &[name, number] : numbers) std::cout << name << number << std::endl;
}
`;

describe("The command line", function () {
  this.timeout(30_000);
  let folder = "";
  let program = "";

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "hartbeat-cli-"));
    program = join(folder, "dist", "cli.mjs");
    // As the product's bundle, but for the servers' own. The version is the package's.
    copyFileSync(join(root, "package.json"), join(folder, "package.json"));
    await build({
      absWorkingDir: root,
      entryPoints: ["cli/main.ts"],
      outfile: program,
      bundle: true,
      platform: "node",
      format: "esm",
      target: "node20",
      logLevel: "error",
    });
    writeFileSync(join(folder, "hello.s"), hello);
    writeFileSync(join(folder, "copy.s"), copy);
  });

  after(() => {
    if (folder !== "") rmSync(folder, { recursive: true });
  });

  /** Runs the program in the test's folder. */
  function hartbeat(args: readonly string[], input = "") {
    const done = spawnSync(process.execPath, [program, ...args], {
      cwd: folder,
      encoding: "utf8",
      input,
      timeout: 20_000,
      maxBuffer: 1 << 28,
    });
    return { code: done.status, stdout: done.stdout, stderr: done.stderr };
  }

  const source = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return name;
  };

  it("runs a source; the exit code is the guest's", () => {
    deepEqual(hartbeat(["run", "hello.s"]), { code: 3, stdout: "hello\n", stderr: "" });
  });

  it("records a run and replays it without its input or its source", () => {
    source("cat.s", copy);
    const ran = hartbeat(["run", "--record", "cat.hartbeat-recording", "cat.s"], "one\ntwo\n");
    deepEqual(ran, { code: 0, stdout: "one\ntwo\n", stderr: "" });
    rmSync(join(folder, "cat.s"));
    deepEqual(hartbeat(["replay", "cat.hartbeat-recording"]), ran);
    const state = hartbeat(["replay", "--to", "4", "cat.hartbeat-recording"]).stdout;
    match(state, /^instruction 4 of \d+, branch main\npc 0{11}1000e {2}_start\+14 {2}cat.s:5\n/);
    match(state, / {2}a2 0{14}40 /);
    match(
      hartbeat(["replay", "--information", "cat.hartbeat-recording"]).stdout,
      /^ {2}main \(present\)/m,
    );
    match(hartbeat(["replay", "--check", "20", "cat.hartbeat-recording"]).stdout, /all states are/);
    const part = ["run", "--limit", "2", "--record", "part.hartbeat-recording", "hello.s"];
    equal(hartbeat(part).code, 124);
    const ended = hartbeat(["replay", "part.hartbeat-recording"]);
    equal(ended.code, 123);
    match(ended.stderr, /the recording ends at instruction 2/);
    deepEqual(hartbeat(["replay", "hello.s"]), {
      code: 1,
      stdout: "",
      stderr: "hartbeat: hello.s: it cannot be opened: it is no recording of Hartbeat\n",
    });
  });

  it("passes standard input through, to its end", () => {
    const text = "line\n".repeat(1000);
    deepEqual(hartbeat(["run", "copy.s"], text), { code: 0, stdout: text, stderr: "" });
    const end = hartbeat(["run", "--stdin", "hello.s", "copy.s"]);
    deepEqual(end, { code: 0, stdout: hello, stderr: "" });
  });

  it("answers while it runs: a line in, a line out", async () => {
    const child = spawn(process.execPath, [program, "run", join(folder, "copy.s")], {
      cwd: folder,
    });
    const next = () =>
      new Promise<string>((resolve) =>
        child.stdout.once("data", (bytes) => resolve(String(bytes))),
      );
    for (const line of ["one\n", "two\n"]) {
      const reply = next();
      child.stdin.write(line);
      equal(await reply, line);
    }
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.stdin.end();
    equal(await ended, 0);
  });

  it("gives arguments and variables to the program", () => {
    const text = ".globl main\nmain: ld a1, 16(a1)\n lbu a1, 1(a1)\n add a0, a0, a1\n ret\n";
    const name = source("arguments.s", text);
    equal(hartbeat(["run", name, "one", "--", "-A"]).code, 3 + 65);
  });

  it("ends with 128 and the signal that ended the guest", () => {
    const done = hartbeat(["run", source("fault.s", ".globl _start\n_start: lw t0, 0(zero)\n")]);
    equal(done.code, 139);
    match(done.stderr, /ended by SIGSEGV at 0x/);
    equal(hartbeat(["run", source("trap.s", ".globl _start\n_start: ebreak\n")]).code, 133);
  });

  it("ends with 124 at the limit of instructions", () => {
    const done = hartbeat([
      "run",
      "--limit",
      "5000",
      source("loop.s", ".globl _start\n_start: j _start\n"),
    ]);
    equal(done.code, 124);
    match(done.stderr, /limit of instructions is reached at 0x/);
  });

  it("shows diagnostics as compilers do, and runs nothing", () => {
    const done = hartbeat(["run", source("bad.s", "_start: li a0, 1\n  foo a1\n")]);
    deepEqual([done.code, done.stdout], [1, ""]);
    match(done.stderr, /^bad\.s:2:3: error: .*foo/);
  });

  it("runs the calls of another environment", () => {
    const name = source("rars.s", "li a7, 5\necall\nli a7, 1\necall\n");
    deepEqual(hartbeat(["run", "-e", "rars", name], "-12\n"), {
      code: 0,
      stdout: "-12",
      stderr: "",
    });
  });

  it("keeps the program inside of its folder", () => {
    mkdirSync(join(folder, "inside"), { recursive: true });
    writeFileSync(join(folder, "inside", "file"), "");
    if (!existsSync(join(folder, "inside", "link")))
      symlinkSync("/etc/passwd", join(folder, "inside", "link"));
    const code = (path: string) => {
      const name = source("open.s", opens(path));
      return hartbeat(["run", "--mount", "inside", name]).code;
    };
    equal(code("file"), 0);
    equal(code("/file"), 0);
    equal(code("../../../etc/passwd"), 2, "ENOENT");
    equal(code("/etc/passwd"), 2, "ENOENT");
    equal(code("link"), 13, "EACCES");
  });

  it("says in one line what is wrong, with exit code 1", () => {
    const cases: readonly (readonly [string, RegExp])[] = [
      [
        "absent.s",
        /^hartbeat: absent\.s: No such file or directory\n$|^absent\.s:1:1: error: .*\n$/,
      ],
      [
        source("binary", "\0\0\0"),
        /^hartbeat: binary: .* neither an ELF executable nor a source.*\n$/,
      ],
      [
        source("t.c", "int main(void) { return 0; }\n"),
        /^hartbeat: t\.c: this is C source: compile it first, as with "riscv64-linux-gnu-gcc -static -o t t\.c", and run t\n$/,
      ],
      [
        source("t.cpp", "int main() {}\n"),
        /^hartbeat: t\.cpp: this is C\+\+ source: .*riscv64-linux-gnu-g\+\+ -static -o t t\.cpp.*\n$/,
      ],
      [source("t.rs", "fn main() {}\n"), /^hartbeat: t\.rs: this is Rust source: .*rustc .*\n$/],
      [source("cut", "\x7fELF"), /^hartbeat: cut: The ELF file is truncated.*\n$/],
    ];
    for (const [name, text] of cases) {
      const done = hartbeat(["run", name]);
      deepEqual([done.code, done.stdout], [1, ""], name);
      match(done.stderr, text);
    }
    match(hartbeat(["asm", "t.c"]).stderr, /^hartbeat: t\.c: this is C source: .*\n$/);
    match(hartbeat(["run", "hello.s", "t.c"]).stdout, /hello|Hello/);
  });

  it("says what is wrong with the usage, with exit code 2", () => {
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [[], /Usage: hartbeat COMMAND/],
      [["bogus"], /there is no command "bogus"/],
      [["run"], /run needs a program/],
      [["run", "--bogus", "hello.s"], /Unknown option '--bogus'/],
      [
        ["run", "-e", "spim", "hello.s"],
        /no environment "spim"; choose one of: linux, rars, venus, ripes/,
      ],
      [["run", "--limit", "0", "hello.s"], /--limit needs a positive whole number/],
      [["run", "--engine", "warp", "hello.s"], /there is no engine "warp"/],
      [["run", "--mabi", "lp46", "hello.s"], /there is no ABI "lp46"; choose one of: ilp32/],
      [["asm", "--mabi", "lp46", "hello.s"], /there is no ABI "lp46"/],
      [["run", "-E", "novalue", "hello.s"], /NAME=VALUE/],
      [["objdump", "hello.s"], /-d, -h, -t or -r/],
      [["asm"], /needs a source/],
      [["dap", "--port", "99999"], /--port needs a number/],
    ];
    for (const [args, text] of cases) {
      const done = hartbeat(args);
      equal(done.code, 2, args.join(" "));
      match(done.stderr, text);
      equal(done.stdout, "");
    }
  });

  it("has help for every command, and a version", () => {
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    equal(hartbeat(["--version"]).stdout, `hartbeat ${version}\n`);
    const overview = hartbeat(["--help"]);
    equal(overview.code, 0);
    const commands = [...overview.stdout.matchAll(/^ {2}(\w+) {2,}/gm)].map(
      ([, name]) => name as string,
    );
    deepEqual(commands, ["run", "replay", "asm", "as", "link", "objdump", "dap", "lsp"]);
    for (const command of commands) {
      const help = hartbeat([command, "--help"]);
      equal(help.code, 0);
      match(help.stdout, new RegExp(`^Usage: hartbeat ${command} .*\n\n.*\\.\n\nOptions:\n`));
    }
  });

  it("ends quietly when nobody reads its output", async () => {
    const text = hello.replace("li a0, 3", "j _start");
    const child = spawn(process.execPath, [
      program,
      "run",
      join(folder, source("endless.s", text)),
    ]);
    let errors = "";
    child.stderr.on("data", (bytes) => {
      errors += String(bytes);
    });
    await new Promise((resolve) => child.stdout.once("data", resolve));
    child.stdout.destroy();
    const code = await new Promise((resolve) => child.once("exit", resolve));
    deepEqual([code, errors], [141, ""]);
  });

  it("assembles objects and links executables that run", () => {
    equal(hartbeat(["asm", "hello.s"]).code, 0);
    match(hartbeat(["run", "hello.o"]).stderr, /object file.*link it/);
    equal(hartbeat(["asm", "-l", "hello.s", "-o", "hello"]).code, 0);
    deepEqual(hartbeat(["run", "hello"]), { code: 3, stdout: "hello\n", stderr: "" });
    // Objects have debug information where it is asked for, as those of GNU as.
    const sectionsOf = (...options: string[]) => {
      equal(hartbeat(["asm", ...options, "hello.s", "-o", "lines.o"]).code, 0);
      return readElf(readFileSync(join(folder, "lines.o"))).sections.map(({ name }) => name);
    };
    equal(sectionsOf().includes(".debug_line"), false);
    equal(sectionsOf("-g").includes(".debug_info"), true);
    equal(sectionsOf("--gdwarf-5").includes(".debug_line_str"), true);
    const bad = hartbeat(["asm", "bad.s", "-o", "never.o"]);
    equal(bad.code, 1);
    ok(!existsSync(join(folder, "never.o")));
  });

  it("links what GNU ld and QEMU take", function () {
    const [ld, qemu] = requireTools(this, "riscv64-unknown-elf-ld", "qemu-riscv64") as [
      string,
      string,
    ];
    equal(hartbeat(["asm", "hello.s", "-o", "gnu.o"]).code, 0);
    runTool(ld, [join(folder, "gnu.o"), "-o", join(folder, "gnu")]);
    deepEqual(hartbeat(["run", "gnu"]), { code: 3, stdout: "hello\n", stderr: "" });
    equal(hartbeat(["asm", "-l", "hello.s", "-o", "ours"]).code, 0);
    const { code, stdout } = tryTool(qemu, [join(folder, "ours")]);
    deepEqual([code, stdout], [3, "hello\n"]);
  });

  it("takes what GNU as takes for granted", function () {
    const [as = ""] = requireTools(this, "riscv64-unknown-elf-as");
    const path = join(folder, source("plain.s", "a1: nop\n call a1\n .align 3\n.word t0\n"));
    const objects = ["theirs.o", "ours.o"].map((name) => join(folder, name)) as [string, string];
    runTool(as, [path, "-o", objects[0]]);
    equal(hartbeat(["as", path, "-o", objects[1]]).code, 0);
    deepEqual(readFileSync(objects[1]), readFileSync(objects[0]));
  });

  it("stands in for GNU as and ld where GCC calls them", function () {
    const [gcc = ""] = requireTools(this, "riscv64-unknown-elf-gcc");
    const tools = join(folder, "tools");
    mkdirSync(tools);
    for (const [name, command] of [
      ["as", "as"],
      ["ld", "link"],
    ] as const) {
      const text = `#!/bin/sh\nexec "${process.execPath}" "${program}" ${command} "$@"\n`;
      writeFileSync(join(tools, name), text, { mode: 0o755 });
    }
    const main = join(folder, source("driver.c", "int twice(int x) { return 2 * x; }\n"));
    const start = join(
      folder,
      source(
        "start.S",
        "#define CODE 93\n.globl _start\n_start:\n li a0, 21\n call twice\n li a7, CODE\n ecall\n",
      ),
    );
    const flags = ["-march=rv64gc", "-mabi=lp64d", "-O1", "-g", "-nostdlib", "-Wl,--gc-sections"];
    const built = (name: string, more: string[]) => {
      const path = join(folder, name);
      runTool(gcc, [...more, ...flags, start, main, "-o", path]);
      return readElf(readFileSync(path));
    };
    const [ours, theirs] = [built("driver", [`-B${tools}/`]), built("driver.gnu", [])];
    deepEqual(loadedSegments(ours), loadedSegments(theirs));
    equal(hartbeat(["run", "driver"]).code, 42);
  });

  it("dumps as GNU objdump does", function () {
    const [as, ld, objdump] = requireTools(
      this,
      "riscv64-unknown-elf-as",
      "riscv64-unknown-elf-ld",
      "riscv64-unknown-elf-objdump",
    ) as [string, string, string];
    const text = `${copy}.text\nfunction: call _start\n beqz a0, function\n lw a1, 4(a0)\n ret\n.zero 12\n nop\n`;
    const path = join(folder, source("dump.s", text));
    for (const march of ["rv64gc", "rv32imac"]) {
      const abi = march.startsWith("rv32") ? "ilp32" : "lp64d";
      const object = join(folder, `${march}.o`);
      const linked = join(folder, `${march}.elf`);
      runTool(as, [`-march=${march}`, `-mabi=${abi}`, path, "-o", object]);
      runTool(ld, ["-m", abi === "ilp32" ? "elf32lriscv" : "elf64lriscv", object, "-o", linked]);
      for (const [file, args] of [
        [object, ["-d"]],
        [object, ["-dr"]],
        [object, ["-r"]],
        [object, ["-h"]],
        [object, ["-t"]],
        [linked, ["-d"]],
        [linked, ["-h"]],
        [linked, ["-t"]],
      ] as const) {
        const done = hartbeat(["objdump", ...args, file]);
        equal(done.stdout, runTool(objdump, [...args, file]), `${march} ${args.join(" ")}`);
        equal(done.code, 0);
      }
      const plain = hartbeat(["objdump", "-d", "--no-aliases", linked]);
      equal(plain.stdout, runTool(objdump, ["-d", "-M", "no-aliases", linked]));
    }
  });

  it("dumps objects, data and symbols of one address as GNU objdump does", function () {
    const [as, ld, objdump] = requireTools(
      this,
      "riscv64-unknown-elf-as",
      "riscv64-unknown-elf-ld",
      "riscv64-unknown-elf-objdump",
    ) as [string, string, string];
    const path = join(folder, source("objects.s", objects));
    const object = join(folder, "objects.o");
    const linked = join(folder, "objects.elf");
    runTool(as, ["-march=rv64gc", path, "-o", object]);
    runTool(ld, [object, "-o", linked]);
    for (const file of [object, linked]) {
      const done = hartbeat(["objdump", "-d", file]);
      equal(done.stdout, runTool(objdump, ["-d", file]));
    }
  });

  it("names what the dynamic linker fills in as GNU objdump does", function () {
    const [as, ld, strip, objdump] = requireTools(
      this,
      "riscv64-linux-gnu-as",
      "riscv64-linux-gnu-ld",
      "riscv64-linux-gnu-strip",
      "riscv64-linux-gnu-objdump",
    ) as [string, string, string, string];
    const first = `.section .init,"ax",@progbits\n.globl f\n.type f, @function\nf: ret\n.text\n la a0, x\n`;
    const more = [
      "",
      " call g\n",
      " call g\n.globl last\n.type last, @function\nlast: ret\n",
      " call g\n.section .rodata\n.globl ro\n.type ro, @object\nro: .word 1\n",
    ];
    for (const [index, rest] of more.entries()) {
      const path = join(folder, source(`shared${index}.s`, first + rest));
      const [object, shared] = [`${path}.o`, `${path}.so`];
      runTool(as, ["-fpic", path, "-o", object]);
      runTool(ld, ["-shared", "-z", "now", object, "-o", shared]);
      runTool(strip, [shared]);
      equal(hartbeat(["objdump", "-d", shared]).stdout, runTool(objdump, ["-d", shared]));
    }
  });

  const compilers: readonly (readonly [string, readonly string[], string, string])[] = [
    ["riscv64-linux-gnu-gcc", ["-static"], "sorts.c", sorts],
    ["riscv64-linux-gnu-g++", ["-static"], "throws.cpp", throws],
    [
      "riscv64-unknown-elf-gcc",
      ["--specs=picolibc.specs", "-march=rv64imac", "-mabi=lp64"],
      "sorts.c",
      sorts,
    ],
    [
      "riscv64-unknown-elf-gcc",
      ["--specs=picolibc.specs", "-march=rv32imafc", "-mabi=ilp32f"],
      "sorts.c",
      sorts,
    ],
  ];
  for (const [compiler, flags, name, text] of compilers) {
    const title = [compiler, ...flags].join(" ");
    it(`dumps what ${title} links as GNU objdump does`, function () {
      const [gcc, objdump] = requireTools(this, compiler, "riscv64-unknown-elf-objdump") as [
        string,
        string,
      ];
      const linked = join(folder, "compiled");
      runTool(gcc, ["-O2", ...flags, join(folder, source(name, text)), "-o", linked, "-lm"]);
      const expected = runTool(objdump, ["-d", linked]).split("\n");
      const { stdout } = hartbeat(["objdump", "-d", linked]);
      const found = stdout.split("\n");
      equal(found.length, expected.length);
      deepEqual(
        found.filter((line, index) => line !== expected[index]),
        [],
      );
    });
  }

  it("writes the changes of a program back into its folder", () => {
    const text = opens("made").replace("li a2, 0", "li a2, 0x41\n li a3, 0x1ff");
    equal(hartbeat(["run", source("make.s", text)]).code, 0);
    equal(readFileSync(join(folder, "made"), "utf8"), "");
  });
});
