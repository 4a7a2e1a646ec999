/**
 * A bare-metal program that takes cases from memory, one after the other: for each it sets the
 * privileged state that the case describes, enters the case's code in the mode that the case says,
 * and notes the state that the trap which ends the case has left. The same memory image runs on
 * QEMU's `virt` machine, whose RAM is a file, and on our board.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "../../../assembler/build.ts";
import type { EngineName } from "../../../emulator/engines.ts";
import { Board, loadsOf } from "../../../emulator/system/board.ts";
import { architectureOf } from "../programs.ts";

export const ramStart = 0x8000_0000;
/** QEMU keeps a device tree in the last two megabytes. */
export const ramSize = 16 << 20;
/** What is compared of RAM: all that the guest and the cases use. */
const comparedSize = 13 << 20;

/** Where the parts of the image are. */
export const place = {
  snippets: 0x8002_0000,
  protection: 0x8003_0000,
  tables: 0x8004_0000,
  data: 0x8008_0000,
  cases: 0x8010_0000,
  results: 0x8020_0000,
} as const;
const wordsPerCase = 16;
/** Cases in one run, at most. */
export const mostCases = 8000;

/** What a case may set, in the order of its words in memory. Absent is 0. */
const caseFields = [
  "pc",
  "mstatus",
  "medeleg",
  "mideleg",
  "mie",
  "mip",
  "stvec",
  "mtvecMode",
  "satp",
  "mcounteren",
  "scounteren",
  "a0",
  "a1",
  "flags",
  "protection",
  "sepc",
] as const;
export type Case = Partial<Record<(typeof caseFields)[number], bigint>>;

/** Bits of a case's flags. */
export const caseFlag = {
  /** Stay in machine mode: mstatus is written as it is, and the code is jumped to. */
  direct: 1n,
  softwareInterrupt: 2n,
  timerInterrupt: 4n,
} as const;

/** What is noted after a case, in the order of the words in memory. */
const resultFields = [
  "mcause",
  "mepc",
  "mtval",
  "mstatus",
  "scause",
  "sepc",
  "stval",
  "mip",
  "a0",
  "slot",
  "a1",
  "satp",
] as const;
export type Result = Record<(typeof resultFields)[number], bigint>;

const csrs = [
  "medeleg",
  "mideleg",
  "mie",
  "mip",
  "stvec",
  "satp",
  "mcounteren",
  "scounteren",
  "sepc",
] as const;

/** The program; words are XLEN bits wide. */
function source(xlen: 32 | 64): string {
  const bytes = xlen / 8;
  const load = (register: string, field: (typeof caseFields)[number]) =>
    `${xlen === 64 ? "ld" : "lw"} ${register}, ${caseFields.indexOf(field) * bytes}(s10)\n`;
  const store = xlen === 64 ? "sd" : "sw";
  const note = (register: string, field: (typeof resultFields)[number]) =>
    `${store} ${register}, ${resultFields.indexOf(field) * bytes}(s11)\n`;
  const noteCsr = (field: (typeof resultFields)[number]) =>
    `csrr t0, ${field}\n${note("t0", field)}`;
  const pmp = Array.from({ length: 16 }, (_, n) => n);
  const configurations = xlen === 64 ? [0, 2] : [0, 1, 2, 3];
  const loadWord = xlen === 64 ? "ld" : "lw";
  return `
        .option norelax
        .globl _start
_start: csrw    mie, zero
        csrr    t0, mhartid
other:  bnez    t0, other
        li      t0, -1
        csrw    pmpaddr0, t0
        li      t0, 0x1f
        csrw    pmpcfg0, t0
        csrw    mcounteren, zero
        li      t1, 0x2004000
        sw      t0, 4(t1)
        li      t0, -1
        sw      t0, 4(t1)
        sw      t0, 0(t1)
        li      s10, ${place.cases}
        li      s11, ${place.results}
        li      t0, ${place.cases - 16}
        lw      s7, 0(t0)
next:   beqz    s7, finish
        .option push
        .option norvc
        la      t0, vectors
        ${load("t1", "mtvecMode")}
        or      t0, t0, t1
        csrw    mtvec, t0
        .option pop
        csrw    mcause, zero
        csrw    mtval, zero
        csrw    scause, zero
        csrw    stval, zero
        ${load("t0", "protection")}
        beqz    t0, unprotected
        ${pmp.map((n) => `${loadWord} t1, ${(n + 4) * bytes}(t0)\ncsrw pmpaddr${n}, t1`).join("\n")}
        ${configurations.map((n, at) => `${loadWord} t1, ${at * bytes}(t0)\ncsrw pmpcfg${n}, t1`).join("\n")}
unprotected:
        ${csrs.map((name) => `${load("t0", name)}csrw ${name}, t0`).join("\n")}
        ${load("t0", "flags")}
        andi    t1, t0, 2
        beqz    t1, 1f
        li      t1, 0x2000000
        li      t2, 1
        sw      t2, 0(t1)
1:      andi    t1, t0, 4
        beqz    t1, 2f
        li      t1, 0x2004000
        sw      zero, 0(t1)
        sw      zero, 4(t1)
2:      sfence.vma
        ${load("a0", "a0")}
        ${load("a1", "a1")}
        ${load("t1", "pc")}
        ${load("t2", "mstatus")}
        li      t6, 0
        andi    t0, t0, 1
        csrw    mepc, t1
        csrw    mstatus, t2
        bnez    t0, 3f
        mret
3:      jr      t1

ended:  csrr    t1, mstatus
        csrw    mstatus, zero
        ${note("t1", "mstatus")}
        ${["mcause", "mepc", "mtval", "scause", "sepc", "stval", "mip", "satp"]
          .map((name) => noteCsr(name as "mcause"))
          .join("")}
        ${note("a0", "a0")}${note("a1", "a1")}${note("t6", "slot")}
        csrw    mie, zero
        csrw    mideleg, zero
        csrw    medeleg, zero
        csrw    mip, zero
        csrw    satp, zero
        ${configurations.map((n) => `csrw pmpcfg${n}, zero`).join("\n")}
        li      t0, -1
        csrw    pmpaddr0, t0
        li      t0, 0x1f
        csrw    pmpcfg0, t0
        li      t1, 0x2000000
        sw      zero, 0(t1)
        li      t1, 0x2004000
        li      t2, -1
        sw      t2, 0(t1)
        sw      t2, 4(t1)
        addi    s10, s10, ${wordsPerCase * bytes}
        addi    s11, s11, ${wordsPerCase * bytes}
        addi    s7, s7, -1
        j       next
finish: li      t0, 0x100000
        li      t1, 0x5555
        sw      t1, 0(t0)
4:      j       4b

        .balign 256
        .option norvc
vectors:
        ${pmp.map(() => "jal t6, ended").join("\n")}
`;
}

const march = { 32: "rv32gc", 64: "rv64gc" } as const;

/** Assembles text to be put at an address: the bytes of the text section. */
export async function assembleAt(
  text: string,
  xlen: 32 | 64,
  address: number,
): Promise<Uint8Array> {
  const { file, diagnostics } = await build(
    ["bare.s"],
    {
      march: march[xlen],
      textAddress: BigInt(address),
      relax: false,
      debug: false,
      entry: "_start",
    },
    { readFile: async () => Buffer.from(text) },
  );
  assert.deepEqual(
    diagnostics.filter(({ severity }) => severity === "error"),
    [],
  );
  assert.ok(file);
  const load = loadsOf(file).find((one) => one.address <= address);
  assert.ok(load);
  return load.data.subarray(address - load.address);
}

/** An image of RAM, to which cases are added. */
export class Image {
  readonly xlen: 32 | 64;
  readonly bytes = new Uint8Array(comparedSize);
  readonly #view = new DataView(this.bytes.buffer);
  readonly cases: Case[] = [];
  #protections = 0;

  private constructor(xlen: 32 | 64) {
    this.xlen = xlen;
  }

  static async create(xlen: 32 | 64): Promise<Image> {
    const image = new Image(xlen);
    image.bytes.set(await assembleAt(source(xlen), xlen, ramStart), 0);
    return image;
  }

  /** Writes bytes at a physical address. */
  write(address: number, bytes: Uint8Array): void {
    this.bytes.set(bytes, address - ramStart);
  }

  /** Writes a word of XLEN bits, or of `bytes`. */
  writeWord(address: number, value: bigint, bytes = this.xlen / 8): void {
    if (bytes === 8) this.#view.setBigUint64(address - ramStart, value, true);
    else if (bytes === 4)
      this.#view.setUint32(address - ramStart, Number(value & 0xffff_ffffn), true);
    else this.#view.setUint16(address - ramStart, Number(value & 0xffffn), true);
  }

  /** Adds a set of entries of physical memory protection; the result is for a case. */
  addProtection(configurations: readonly number[], addresses: readonly bigint[]): bigint {
    const at = place.protection + this.#protections++ * 256;
    assert.ok(at + 256 <= place.tables);
    for (const [index, value] of configurations.entries()) {
      this.bytes[at - ramStart + index] = value;
    }
    for (const [index, value] of addresses.entries()) {
      this.writeWord(at + (index + 4) * (this.xlen / 8), value);
    }
    return BigInt(at);
  }

  add(one: Case): void {
    assert.ok(this.cases.length < mostCases);
    const at = place.cases + this.cases.length * wordsPerCase * (this.xlen / 8);
    for (const [index, name] of caseFields.entries()) {
      this.writeWord(at + index * (this.xlen / 8), one[name] ?? 0n);
    }
    this.cases.push(one);
    this.writeWord(place.cases - 16, BigInt(this.cases.length), 4);
  }

  /** The result of each case in RAM after a run. */
  results(ram: Uint8Array): Result[] {
    const view = new DataView(ram.buffer, ram.byteOffset, ram.length);
    return this.cases.map((_, index) => {
      const at = place.results - ramStart + index * wordsPerCase * (this.xlen / 8);
      const word = (n: number) =>
        this.xlen === 64
          ? view.getBigUint64(at + 8 * n, true)
          : BigInt(view.getUint32(at + 4 * n, true));
      return Object.fromEntries(resultFields.map((name, n) => [name, word(n)])) as Result;
    });
  }
}

/** Features of QEMU's that our harts do not have, or that the manual has as choices. */
const qemuOptions = ["h", "sstc", "svpbmt", "svnapot", "debug", "zba", "zbb", "zbc", "zbs"];

/**
 * RAM and console output after the image has run on QEMU.
 * @param options more options of the CPU
 */
export function runOnQemu(
  bytes: Uint8Array,
  xlen: 32 | 64,
  options: readonly string[] = [],
): { ram: Uint8Array; output: string } {
  const folder = mkdtempSync(join(tmpdir(), "hartbeat-"));
  try {
    const path = join(folder, "ram");
    const ram = new Uint8Array(ramSize);
    ram.set(bytes);
    writeFileSync(path, ram);
    const done = spawnSync(
      `qemu-system-riscv${xlen}`,
      [
        ["-machine", "virt,memory-backend=ram", "-m", `${ramSize >> 20}M`],
        ["-object", `memory-backend-file,id=ram,size=${ramSize >> 20}M,mem-path=${path},share=on`],
        // With a second hart QEMU's atomics are such, and their faults those of stores.
        ["-smp", "2"],
        [
          "-cpu",
          [`rv${xlen}`, ...qemuOptions.map((name) => `${name}=false`), ...options].join(","),
        ],
        ["-bios", "none", "-display", "none", "-serial", "stdio", "-monitor", "none"],
      ].flat(),
      { encoding: "utf8", timeout: 30_000, killSignal: "SIGKILL" },
    );
    if (done.status !== 0) {
      throw new Error(`QEMU ended with ${done.status ?? done.signal}: ${done.stderr}`);
    }
    return { ram: readFileSync(path).subarray(0, comparedSize), output: done.stdout };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Our board with the image in its RAM. */
export function createTestBoard(
  bytes: Uint8Array,
  xlen: 32 | 64,
  engine: EngineName,
  hotness?: number,
  output: (text: string) => void = () => {},
): Board {
  return new Board({
    architecture: architectureOf(march[xlen]),
    load: [{ address: ramStart, data: bytes }],
    ramSize,
    engine,
    ...(hotness === undefined ? {} : { hotness }),
    host: { output: (_, piece) => output(Buffer.from(piece).toString("latin1")) },
  });
}

/** What is compared of the board's RAM. */
export function ramOf(board: Board): Uint8Array {
  const at = board.space.linear(ramStart);
  return board.space.memory.bytes.subarray(at, at + comparedSize);
}

/** RAM and console output after the image has run on our board. */
export function runOnBoard(
  bytes: Uint8Array,
  xlen: 32 | 64,
  engine: EngineName,
  hotness?: number,
): { ram: Uint8Array; output: string } {
  let output = "";
  const board = createTestBoard(bytes, xlen, engine, hotness, (text) => {
    output += text;
  });
  const stop = board.run(20_000_000);
  assert.deepEqual(stop, { reason: "exit", code: 0 });
  return { ram: ramOf(board), output };
}
