/**
 * A process as a `Machine`: exact budgets, breakpoints, watchpoints, exceptions before their
 * delivery, waiting without side effects, and what the loader refuses.
 */
import { deepEqual, equal, ok, throws } from "node:assert/strict";
import { ET } from "../../elf/constants.ts";
import { ElfError } from "../../elf/errors.ts";
import type { ElfFile } from "../../elf/model.ts";
import { readElf } from "../../elf/reader.ts";
import { writeElf } from "../../elf/writer.ts";
import type { Machine } from "../../emulator/machine.ts";
import { LaunchError } from "../../emulator/process/errors.ts";
import { linuxCalls } from "../../emulator/process/linux/environment.ts";
import { createProcess } from "../../emulator/process/process.ts";
import { OutputBuffer, Runner } from "../../emulator/runner.ts";
import { buildProgram } from "./build-program.ts";
import { runProcess } from "./run-process.ts";

const encoder = new TextEncoder();

function start(file: ElfFile, printed: string[] = []): Machine {
  return createProcess({
    file,
    environment: "linux",
    host: {
      output: (_, bytes) => printed.push(new TextDecoder().decode(bytes)),
      now: () => 0n,
      random: (length) => new Uint8Array(length),
    },
  });
}

const symbol = (file: ElfFile, name: string): bigint =>
  file.symbols.find((candidate) => candidate.name === name)?.value ?? 0n;

const exitWith = "li a7, 93\n ecall\n";
const counting = `.globl _start
_start: li t0, 0
loop: addi t0, t0, 1
 j loop
`;
const reading = `.globl _start
_start: li a0, 0
 la a1, buffer
 li a2, 3
 li a7, 63
here: ecall
 ${exitWith}
.bss
buffer: .space 8
`;

describe("A process as a machine", () => {
  it("retires exactly its budget, calls included", async () => {
    const machine = start(
      await buildProgram(`.globl _start\n_start: li a7, 172\n ecall\n ecall\n nop\n${exitWith}`),
    );
    for (let count = 1n; count <= 4n; count++) {
      equal(machine.run(1).reason, "budget");
      equal(machine.instructions, count);
    }
    equal(machine.run(100).reason, "exit");
    equal(machine.run(100).reason, "exit", "and stays ended");
  });

  it("stops at a breakpoint, and goes on from it", async () => {
    const file = await buildProgram(counting);
    const machine = start(file);
    const loop = symbol(file, "loop");
    machine.setBreakpoints([loop]);
    for (let turn = 0n; turn < 3n; turn++) {
      deepEqual(machine.run(1000), { reason: "breakpoint", pc: loop });
      equal(machine.harts[0]?.x(5), turn);
    }
    machine.setBreakpoints([]);
    equal(machine.run(1000).reason, "budget");
  });

  it("does not miss a breakpoint where a budget ended", async () => {
    const file = await buildProgram(counting);
    const machine = start(file);
    const loop = symbol(file, "loop");
    machine.setBreakpoints([loop]);
    let stops = 0;
    while (machine.instructions < 40n) if (machine.run(1).reason === "breakpoint") stops++;
    // One before each turn of two instructions; the stop at the end of a budget counts once.
    ok(stops >= 19 && stops <= 21, `${stops} stops in ${machine.instructions} instructions`);
  });

  it("waits without side effects, and drops a call that the debugger moves away from", async () => {
    const file = await buildProgram(reading);
    const machine = start(file);
    const [hart] = machine.harts;
    const stop = machine.run(100);
    deepEqual(stop, { reason: "waiting", request: { kind: "read-console" } });
    equal(hart?.pc, symbol(file, "here"));
    const before = machine.instructions;
    deepEqual(machine.run(100), stop, "asking again changes nothing");
    equal(machine.instructions, before);
    machine.answer({ kind: "console", data: encoder.encode("abcdef"), ended: false });
    equal(machine.run(1).reason, "budget");
    equal(machine.instructions, before + 1n);
    equal(hart?.x(10), 3n);
    const bytes = machine.readMemory(machine.current, symbol(file, "buffer"), 4);
    deepEqual([...bytes], [97, 98, 99, 0]);
    // Back to the call with another length: the rest of the input is there at once.
    if (hart === undefined) throw new Error("a process has a hart");
    hart.pc = symbol(file, "here");
    hart.setX(10, 0n);
    equal(machine.run(1).reason, "budget");
    equal(hart.x(10), 3n);
    hart.pc = symbol(file, "here");
    hart.setX(10, 0n);
    equal(machine.run(1).reason, "waiting");
    hart.pc = symbol(file, "here") + 4n;
    equal(machine.run(1).reason, "budget");
    equal(hart.pc, symbol(file, "here") + 8n);
  });

  it("stops before an exception is delivered, then delivers it", async () => {
    const file = await buildProgram(
      `.globl _start\n_start: li t0, 16\nbad: lw t1, 0(t0)\n${exitWith}`,
    );
    const machine = start(file);
    machine.catchExceptions(new Set([13]));
    const pc = symbol(file, "bad");
    deepEqual(machine.run(100), { reason: "exception", trap: { cause: 13, value: 16n, pc } });
    equal(machine.current.pc, pc);
    deepEqual(machine.run(100), { reason: "exit", code: 139, signal: "SIGSEGV" });
  });

  it("stops before a signal that the program sends itself ends it, then lets it", async () => {
    const file = await buildProgram(
      `.globl _start\n_start: li a7, 172\n ecall\n li a1, 6\n li a7, 129\n ecall\nbehind: ${exitWith}`,
    );
    const machine = start(file);
    machine.catchFailures(new Set(["signal"]));
    const stop = machine.run(100);
    equal(stop.reason === "failure" && stop.failure, "signal");
    equal(machine.current.pc, symbol(file, "behind"));
    deepEqual(machine.run(100), { reason: "exit", code: 134, signal: "SIGABRT" });
  });

  it("stops at an ebreak and goes on after it", async () => {
    const file = await buildProgram(
      `.globl _start\n_start: nop\nhere: ebreak\n li a0, 6\n${exitWith}`,
    );
    const machine = start(file);
    deepEqual(machine.run(100), { reason: "ebreak", pc: symbol(file, "here") });
    deepEqual(machine.run(100), { reason: "exit", code: 6 });
  });

  it("reports a watched store after it", async () => {
    const file = await buildProgram(
      `.globl _start\n_start: la t0, word\n li t1, 7\nhere: sw t1, 0(t0)\n${exitWith}.data\nword: .word 1\n`,
    );
    const machine = start(file);
    const watchpoint = { address: symbol(file, "word"), length: 4, access: "write" } as const;
    machine.setWatchpoints([watchpoint]);
    const stop = machine.run(100);
    equal(stop.reason, "watchpoint");
    if (stop.reason !== "watchpoint") return;
    equal(stop.pc, symbol(file, "here"));
    equal(machine.readMemory(machine.current, watchpoint.address, 1)[0], 7);
  });

  it("reports watched memory that a call of the environment writes or reads", async () => {
    const file = await buildProgram(
      `.globl _start\n_start: la a0, word\n li a1, 4\n li a2, 0\n li a7, 278\nhere: ecall\n nop\n` +
        ` li a0, 1\n la a1, word\n li a2, 2\n li a7, 64\nthere: ecall\n${exitWith}.data\nword: .word 1\n`,
    );
    for (const [access, place] of [
      ["write", "here"],
      ["read", "there"],
    ] as const) {
      const machine = start(file);
      const watchpoint = { address: symbol(file, "word"), length: 4, access };
      machine.setWatchpoints([watchpoint]);
      const stop = machine.run(100);
      equal(stop.reason, "watchpoint");
      if (stop.reason !== "watchpoint") return;
      equal(stop.pc, symbol(file, place));
      equal(machine.current.pc, stop.pc + 4n);
      equal(machine.run(100).reason, "exit");
    }
  });

  it("names the parts of memory", async () => {
    const machine = start(await buildProgram(`${counting}.data\n.word 1\n`));
    const names = machine
      .memoryMap(machine.current)
      .map(({ name, permissions }) => `${name} ${permissions}`);
    ok(names.includes("text r-x"), names.join());
    ok(names.includes("data rw-"), names.join());
    ok(names.includes("stack rw-"), names.join());
  });

  it("calls main, where that is the entry, with its arguments, and ends with its result", async () => {
    const file = await buildProgram(
      ".globl main\nmain: ld a1, 8(a1)\n lbu a1, 0(a1)\n add a0, a0, a1\n ret\n",
    );
    const { code } = await runProcess(file, { args: ["A", "b"] });
    equal(code, 3 + 65);
  });

  it("ends with a signal for what is no instruction, a wild jump, a store to code", async () => {
    const ends = async (text: string) => {
      const { code, signal } = await runProcess(
        await buildProgram(`.globl _start\n_start: ${text}\n`),
      );
      return `${signal} ${code}`;
    };
    equal(await ends(".4byte 0"), "SIGILL 132");
    equal(await ends("li t0, 0x1234560\n jr t0"), "SIGSEGV 139");
    equal(await ends("la t0, _start\n sw t0, 0(t0)"), "SIGSEGV 139");
    equal(await ends("addi t0, sp, 1\n amoadd.w t1, t1, (t0)"), "SIGBUS 135");
    equal(await ends("csrr t0, mstatus"), "SIGILL 132");
    equal(await ends("li a7, 129\n li a0, 1000\n li a1, 9\n ecall"), "SIGKILL 137");
  });

  it("names an instruction that has no meaning yet", async () => {
    const cases: [march: string, text: string, mnemonic: string | undefined][] = [
      ["rv64gcv", "vadd.vv v1, v2, v3, v0.t", "vadd.vv"],
      ["rv64gc_zicboz", "cbo.zero (sp)", "cbo.zero"],
      ["rv64imac_zfinx", "fadd.s a0, a1, a2", "fadd.s"],
      ["rv64gc", ".4byte 0x02208157", "vadd.vv"],
      ["rv64gc", ".4byte 0", undefined],
      ["rv64gc", "csrr t0, mstatus", undefined],
    ];
    for (const [march, text, mnemonic] of cases) {
      const source = `.globl _start\n_start: ${text}\n`;
      const { signal, notes } = await runProcess(await buildProgram(source, "linux", march));
      equal(signal, "SIGILL", text);
      const sentence = `The instruction ${mnemonic} is not yet executed here: `;
      const expected = mnemonic === undefined ? [] : [`${sentence}it is only assembled and shown.`];
      deepEqual(notes, expected, text);
    }
  });

  it("tells a handler whether the page of a fault is mapped", async () => {
    const codeOf = async (text: string) => {
      const handled = `_start: li a0, 11
        la a1, action
        li a2, 0
        li a3, 8
        li a7, 134
        ecall
        ${text}
handler: lw a0, 8(a1) # si_code
        li a7, 93
        ecall
        .data
        .balign 8
action: .dword handler, 4, 0, 0`;
      return (await runProcess(await buildProgram(`.globl _start\n${handled}\n`))).code;
    };
    equal(await codeOf("la t0, _start\n sw t0, 0(t0)"), 2); // SEGV_ACCERR
    equal(await codeOf("li t0, 0x1234560\n sw t0, 0(t0)"), 1); // SEGV_MAPERR
    equal(await codeOf("la t0, action\n jr t0"), 2);
  });

  it("answers an unknown call with ENOSYS and says so once", async () => {
    const file = await buildProgram(
      `.globl _start\n_start: li a7, 2000\n ecall\n li a7, 2000\n ecall\n neg a0, a0\n${exitWith}`,
    );
    const { code, notes } = await runProcess(file);
    equal(code, 38);
    deepEqual(notes, ["The program asked for system call 2000, which is not available (ENOSYS)."]);
  });

  it("every Linux call has a sentence, and no two the same name", () => {
    for (const { summary, name } of linuxCalls) ok(/^[A-Z].*\.$/.test(summary), name);
    equal(new Set(linuxCalls.map(({ name }) => name)).size, linuxCalls.length);
  });
});

describe("Loading", () => {
  let good: ElfFile;

  before(async () => {
    good = await buildProgram(`.globl _start\n_start: ${exitWith}`);
  });

  const load = (file: ElfFile) => () => start(file);
  const changed = (change: Partial<ElfFile>): ElfFile => ({ ...good, ...change });
  const sentence =
    (kind: typeof LaunchError | typeof ElfError, text: RegExp) => (error: unknown) => {
      ok(error instanceof kind, String(error));
      ok(text.test(error.message), error.message);
      return true;
    };

  it("refuses what is no executable, in one sentence", () => {
    const interpreter = {
      type: 3,
      flags: 4,
      offset: 0n,
      virtualAddress: 0n,
      physicalAddress: 0n,
      fileSize: 8n,
      memorySize: 8n,
      alignment: 1n,
      data: encoder.encode("/lib/ld\0"),
    };
    throws(load(changed({ type: ET.REL })), sentence(LaunchError, /object file.*link it/));
    throws(load(changed({ type: ET.CORE })), sentence(LaunchError, /type is 4/));
    throws(load(changed({ segments: [] })), sentence(LaunchError, /no segment to load/));
    throws(load(changed({ machine: 62 })), sentence(ElfError, /for x86-64, not for RISC-V/));
    throws(load(changed({ entry: 4n })), sentence(LaunchError, /entry point 0x4 is not in/));
    throws(
      load(changed({ segments: [...good.segments, interpreter] })),
      sentence(LaunchError, /dynamic linker \/lib\/ld, which is not in the mounted folders/),
    );
    const [segment] = good.segments.filter(({ type }) => type === 1);
    if (segment === undefined) throw new Error("the program has a segment");
    const large = { ...segment, memorySize: 1n << 40n };
    throws(
      load(changed({ segments: [large] })),
      sentence(LaunchError, /more than the machine's memory/),
    );
    const high = { ...segment, virtualAddress: (1n << 64n) - 4096n, memorySize: 8192n };
    throws(load(changed({ segments: [high] })), sentence(LaunchError, /does not fit the 64-bit/));
    const onStack = { ...segment, virtualAddress: 0x1fff0000n, physicalAddress: 0x1fff0000n };
    throws(
      load(changed({ entry: 0x1fff0000n, segments: [onStack] })),
      sentence(LaunchError, /where the stack has to be/),
    );
  });

  it("places a position-independent program at its base", () => {
    const machine = start(changed({ type: ET.DYN }));
    equal(machine.current.pc, good.entry + 0x0100_0000n);
    equal(machine.run(100).reason, "exit");
  });

  it("refuses a truncated file at every length", () => {
    const bytes = writeElf(good);
    for (let length = 0; length < bytes.length; length += 7) {
      try {
        start(readElf(bytes.slice(0, length)));
      } catch (error) {
        ok(
          error instanceof ElfError || error instanceof LaunchError,
          `${length}: ${String(error)}`,
        );
      }
    }
  });
});

describe("The runner", () => {
  const silent = {
    console: { read: () => new Promise<never>(() => undefined) },
    files: { request: async () => ({ kind: "error", error: "ENOENT" }) as const },
  };

  it("pauses an endless loop promptly, and goes on", async () => {
    const machine = start(await buildProgram(counting));
    const runner = new Runner(machine, silent);
    for (let turn = 0; turn < 2; turn++) {
      const before = machine.instructions;
      let asked = 0;
      setTimeout(() => {
        asked = performance.now();
        runner.pause();
      }, 60);
      deepEqual(await runner.run(), { reason: "pause" });
      // The bound is that of a busy machine; alone it is a piece of 5 ms.
      ok(performance.now() - asked < 200, `${performance.now() - asked} ms`);
      ok(machine.instructions > before);
    }
  });

  it("pauses a program that waits for input", async () => {
    const runner = new Runner(start(await buildProgram(reading)), silent);
    setTimeout(() => runner.pause(), 20);
    deepEqual(await runner.run(), { reason: "pause" });
  });

  it("input that comes after a pause is not lost", async () => {
    let give: (value: { data: Uint8Array; ended: boolean }) => void = () => undefined;
    const input = new Promise<{ data: Uint8Array; ended: boolean }>((resolve) => {
      give = resolve;
    });
    const machine = start(await buildProgram(reading));
    const runner = new Runner(machine, { ...silent, console: { read: () => input } });
    setTimeout(() => runner.pause(), 20);
    deepEqual(await runner.run(), { reason: "pause" });
    give({ data: encoder.encode("ok"), ended: false });
    deepEqual(await runner.run(), { reason: "exit", code: 2 });
  });

  it("runs up to a limit exactly", async () => {
    const machine = start(await buildProgram(counting));
    deepEqual(await new Runner(machine, silent).run(12_345n), { reason: "budget" });
    equal(machine.instructions, 12_345n);
  });

  it("holds back a program that prints without end", async () => {
    const file = await buildProgram(
      `.globl _start\n_start: li a0, 1\n la a1, text\n li a2, 4\n li a7, 64\n ecall\n j _start\n.data\ntext: .ascii "abc\\n"\n`,
    );
    let largest = 0;
    let writes = 0;
    const output = new OutputBuffer(async (_, bytes) => {
      writes++;
      largest = Math.max(largest, bytes.length);
      await new Promise((resolve) => setTimeout(resolve, 2));
    });
    const machine = createProcess({
      file,
      environment: "linux",
      host: {
        output: (stream, bytes) => output.add(stream, bytes),
        now: () => 0n,
        random: (length) => new Uint8Array(length),
      },
    });
    const runner = new Runner(machine, { ...silent, drain: () => output.drain() });
    setTimeout(() => runner.pause(), 150);
    deepEqual(await runner.run(), { reason: "pause" });
    ok(writes < 150, `${writes} writes`);
    ok(largest < 1 << 20, `${largest} bytes at once`);
  });
});
