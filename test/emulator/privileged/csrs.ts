/**
 * A bare-metal program that reads every CSR address in each mode, and writes random values to the
 * CSRs of the privileged levels and reads them back. What QEMU does otherwise is in tables, each
 * row with its reason.
 */
import { csrByAddress, csrByName } from "../../../isa/csrs.ts";
import { RandomNumbers } from "../programs.ts";
import { assembleAt, ramStart } from "./executive.ts";

const results = 0x8010_0000;
/** What stands for an access that trapped: no CSR reads so. */
const trapped = 0x7261_7000n;
const addresses = Array.from({ length: 4096 }, (_, address) => address);
const modes = ["machine", "supervisor", "user"] as const;

/** A CSR that is written, and the values. */
interface Writing {
  readonly name: string;
  readonly value: bigint;
}

/** A program and what it does. */
export interface CsrProgram {
  readonly bytes: Uint8Array;
  readonly xlen: 32 | 64;
  readonly writings: readonly Writing[];
}

/** What is written to: bits that must stay as they are for the program to go on are masked out. */
const written: readonly [name: string, mask?: bigint][] = [
  ["mstatus", ~0x1_8000_0060_8000n & ~(3n << 32n) & ~(0xfn << 34n)],
  ["misa"],
  ["medeleg"],
  ["mideleg"],
  ["mie"],
  ["mtvec"],
  ["mcounteren"],
  ["menvcfg"],
  ["mcountinhibit"],
  ["mscratch"],
  ["mepc"],
  ["mcause"],
  ["mtval"],
  ["mip"],
  ["sstatus", ~(3n << 32n)],
  ["sie"],
  ["stvec"],
  ["scounteren"],
  ["senvcfg"],
  ["sscratch"],
  ["sepc"],
  ["scause"],
  ["stval"],
  ["sip"],
  ["satp"],
  ["pmpaddr1"],
  ["pmpaddr15"],
  ["pmpcfg2", 0x1d1d_1d1d_1d1d_1d1dn],
  ["fflags"],
  ["frm"],
  ["fcsr"],
  ["mhpmevent3"],
  ["mhpmcounter31"],
];

/** Makes the program from a seed, with some values for each CSR. */
export async function csrProgram(xlen: 32 | 64, seed: number, values: number): Promise<CsrProgram> {
  const random = new RandomNumbers(seed);
  const bytes = xlen / 8;
  const store = xlen === 64 ? "sd" : "sw";
  const writings = written.flatMap(([name, mask = -1n]) =>
    [0n, -1n, ...Array.from({ length: values }, () => random.bits(64))].map((value) => ({
      name,
      value: BigInt.asUintN(xlen, value & mask),
    })),
  );
  const note = (register: string) => `${store} ${register}, 0(s11)\n addi s11, s11, ${bytes}\n`;
  const probe = addresses.map((address) => `csrr t1, ${address}\n${note("t1")}`).join("");
  const write = writings
    .map(({ name, value }) => {
      const csr = csrByName(name)?.address;
      return `li t0, ${value}\n csrr t2, ${csr}\n csrw ${csr}, t0\n csrr t1, ${csr}\n csrw ${csr}, t2\n${note("t1")}`;
    })
    .join("");
  const text = `
        .option norelax
        .option norvc
_start: csrr    t0, mhartid
other:  bnez    t0, other
        li      t1, 0x2004000
        li      t0, -1
        sw      t0, 0(t1)
        sw      t0, 4(t1)
        csrw    pmpaddr0, t0
        li      t0, 0x1f
        csrw    pmpcfg0, t0
        la      t0, skip
        csrw    mtvec, t0
        li      t0, 0x2000
        csrw    mstatus, t0
        li      s11, ${results}
        la      s9, writes
        la      s8, probes
        j       probes
writes: la      s9, supervisor
        ${write}
        li      t0, 0x222
        csrw    mideleg, t0
        li      t0, -1
        csrw    mcounteren, t0
        csrw    scounteren, t0
supervisor:
        li      t0, 0x2800
        csrw    mstatus, t0
        csrw    mepc, s8
        la      s9, user
        mret
user:   li      t0, 0x2000
        csrw    mstatus, t0
        csrw    mepc, s8
        la      s9, finish
        mret
finish: li      t0, 0x100000
        li      t1, 0x5555
        sw      t1, 0(t0)
1:      j       1b

        .balign 4
skip:   csrr    t1, mcause
        li      t4, 8
        bgeu    t1, t4, 2f
        li      t1, ${trapped}
        csrr    t4, mepc
        addi    t4, t4, 4
        csrw    mepc, t4
        mret
2:      jr      s9

probes: ${probe}
        li      t0, 0
        csrr    t0, mstatus
        ecall
`;
  return { bytes: await assembleAt(text, xlen, ramStart), xlen, writings };
}

/** One thing that the program has found out. */
export interface Finding {
  /** As "machine reads 0x300" or "mstatus after 0x8". */
  readonly what: string;
  readonly address: number;
  /** Undefined where the access trapped. */
  readonly value: bigint | undefined;
  /** What was written before, if anything. */
  readonly written: bigint | undefined;
}

/** What a program has left in RAM. */
export function findings(program: CsrProgram, ram: Uint8Array): Finding[] {
  const { xlen, writings } = program;
  const view = new DataView(ram.buffer, ram.byteOffset, ram.length);
  let at = results - ramStart;
  const next = (): bigint | undefined => {
    const value = xlen === 64 ? view.getBigUint64(at, true) : BigInt(view.getUint32(at, true));
    at += xlen / 8;
    return value === trapped ? undefined : value;
  };
  const reads = (mode: string): Finding[] =>
    addresses.map((address) => {
      const name = csrByAddress(address)?.name ?? "nothing known";
      const what = `${mode} reads 0x${address.toString(16)} (${name})`;
      return { what, address, value: next(), written: undefined };
    });
  const writes = (): Finding[] =>
    writings.map(({ name, value }) => ({
      what: `${name} after 0x${value.toString(16)}`,
      address: csrByName(name)?.address ?? 0,
      value: next(),
      written: value,
    }));
  return [...reads(modes[0]), ...writes(), ...reads(modes[1]), ...reads(modes[2])];
}
