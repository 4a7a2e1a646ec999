/**
 * Makes an executable of a random program that records its own states, the same under every
 * machine: a handler for the signals of faults, illegal words and breakpoints appends all registers
 * from its frame to a log. After a fault it goes on behind the instruction, a few times a chunk;
 * after the breakpoint that ends each chunk it puts the next chunk's registers into the frame. In
 * the end the program writes the log, the data and its code to standard output.
 */
import { build } from "../../assembler/build.ts";
import { SHF, SHT } from "../../elf/constants.ts";
import { segmentsOf } from "../../elf/layout.ts";
import type { ElfFile, Section } from "../../elf/model.ts";
import { bytesOf } from "./code-writer.ts";
import { places } from "./places.ts";
import type { RandomProgram } from "./random-program.ts";

const ebreak = 0x0010_0073;
/** Where the recorder's own code and data are. */
const recorder = { text: 0x1_0000n, data: 0x0a00_0000n };
/** Faults in a chunk after which it is given up. */
const mostFaults = 6;
/** Bytes for the recorder's code, and for its data beside the chunks' registers. */
const textSize = 0x3000;
const ownData = 0x5000;
/** Signals in the log, at most: each chunk has its breakpoint and its faults. */
const recordsOfChunk = mostFaults + 2;

/** SIGILL, SIGTRAP, SIGBUS, SIGFPE, SIGSEGV. */
const caught = [4, 5, 7, 8, 11];
export const breakpointSignal = 5;

interface Layout {
  readonly wordBytes: 4 | 8;
  /** Offsets in the signal's information and in the ucontext (uapi/asm/ucontext.h). */
  readonly address: number;
  readonly registers: number;
  /** x registers, f registers and fcsr, in bytes. */
  readonly state: number;
  /** Registers of a chunk in the recorder's data. */
  readonly entry: number;
  /** Of a record: signal, code and address, then the state, rounded up to 8. */
  readonly record: number;
}

function layoutFor(xlen: 32 | 64): Layout {
  const wordBytes = xlen === 64 ? 8 : 4;
  const registers = Math.ceil((5 * wordBytes + 128) / 16) * 16;
  const state = 32 * wordBytes + 256 + 4;
  return {
    wordBytes,
    address: xlen === 64 ? 16 : 12,
    registers,
    state,
    entry: Math.ceil(state / 8) * 8,
    record: 32 + Math.ceil(state / 8) * 8,
  };
}

/** What the log says of one signal. */
export interface LogRecord {
  readonly signal: number;
  readonly code: number;
  readonly address: bigint;
  readonly pc: bigint;
  /** x1 to x31. */
  readonly x: readonly bigint[];
  readonly f: readonly bigint[];
  readonly fcsr: number;
}

export interface Log {
  readonly records: readonly LogRecord[];
  readonly data: Uint8Array;
  readonly code: Uint8Array;
}

/** An executable and where its chunks are. */
export interface Recording {
  readonly file: ElfFile;
  /** The address of each chunk, and after the last one the end. */
  readonly starts: readonly number[];
}

/** Links a random program with its recorder. */
export async function record(program: RandomProgram): Promise<Recording> {
  const { architecture, chunks, data } = program;
  const { xlen } = architecture;
  const layout = layoutFor(xlen);
  const starts: number[] = [places.code];
  const code = chunks.map(({ words }) => {
    const bytes = bytesOf([...words, ebreak]);
    starts.push((starts.at(-1) as number) + bytes.length);
    return bytes;
  });
  const host = { readFile: async () => Buffer.from(textFor(layout, program, starts)) };
  const options = {
    march: `rv${xlen}gc`,
    environment: "linux",
    textAddress: recorder.text,
    dataAddress: recorder.data,
  } as const;
  const { file, diagnostics } = await build(["recorder.s"], options, host);
  if (file === undefined) throw new Error(JSON.stringify(diagnostics[0]));
  const logSize = layout.record * recordsOfChunk * (chunks.length + 1);
  file.sections = [
    ...file.sections.filter(({ flags }) => (flags & SHF.ALLOC) !== 0n),
    section("code", places.code, Buffer.concat(code), SHF.WRITE | SHF.EXECINSTR),
    section("data", places.data, data.slice(0, places.dataSize), SHF.WRITE),
    section("constants", places.constants, data.slice(places.dataSize), 0n),
    {
      ...section("log", logAddressFor(layout, chunks.length), new Uint8Array(0), SHF.WRITE),
      type: SHT.NOBITS,
      size: BigInt(logSize),
    },
  ];
  file.symbols = [];
  file.segments = segmentsOf(file.sections, xlen);
  return { file, starts };
}

function section(name: string, address: number, data: Uint8Array, flags: bigint): Section {
  return {
    name: `.${name}`,
    type: SHT.PROGBITS,
    flags: SHF.ALLOC | flags,
    address: BigInt(address),
    size: BigInt(data.length),
    data,
    alignment: 4096n,
    entrySize: 0n,
    link: 0,
    info: 0,
    relocations: [],
  };
}

/** How an engine finds the program's pages, which depends on where they are. */
export const placements = ["window", "folded window", "translation buffer"] as const;
export type Placement = (typeof placements)[number];

/**
 * The same program with one page more, far away from all others: then its addresses fit a window
 * of linear memory only when they are folded, or not at all, because two of them would meet.
 */
export function placed(file: ElfFile, placement: Placement): ElfFile {
  if (placement === "window") return file;
  const away = 0x8000_0000 + (placement === "folded window" ? 0x60_0000 : places.code);
  const sections = [...file.sections, section("away", away, new Uint8Array(4096), 0n)];
  return { ...file, sections, segments: segmentsOf(sections, file.class) };
}

/** Directly behind the recorder's data, so that there is no hole between them. */
function logAddressFor({ entry }: Layout, chunkCount: number): number {
  return Number(recorder.data) + Math.ceil((ownData + entry * chunkCount) / 4096) * 4096;
}

function textFor(layout: Layout, program: RandomProgram, starts: readonly number[]): string {
  const { wordBytes, address, registers, state } = layout;
  const [load, store, word] = wordBytes === 8 ? ["ld", "sd", ".dword"] : ["lw", "sw", ".word"];
  const end = starts.at(-1) as number;
  const copy = (from: string, to: string, offset: number): string => {
    const lines: string[] = [];
    let at = 0;
    for (; at + wordBytes <= state; at += wordBytes) {
      lines.push(`${load} t1, ${at}(${from})`, `${store} t1, ${at + offset}(${to})`);
    }
    for (; at < state; at += 4) lines.push(`lw t1, ${at}(${from})`, `sw t1, ${at + offset}(${to})`);
    return lines.join("\n        ");
  };
  // A loader may have reserved what lies between the segments; then it would be mapped.
  const holes = [
    [Number(recorder.text) + textSize, places.code],
    [Math.ceil(end / 4096) * 4096, places.data],
    [places.constants + places.constantsSize, Number(recorder.data)],
  ] as const;
  const entries = program.chunks.map(({ start }, index) => {
    const words = [BigInt(starts[index] as number), ...start.x];
    return `${word} ${words.join(", ")}
        .dword ${start.f.join(", ")}
        .word ${start.fcsr}${state % 8 === 0 ? "" : ", 0"}`;
  });
  const entrySize = layout.entry;
  const logAddress = logAddressFor(layout, program.chunks.length);
  return `
        .globl _start
_start: la      a0, alternate
        li      a1, 0
        li      a7, 132
        ecall
${caught
  .map(
    (signal) => `        li      a0, ${signal}
        la      a1, action
        li      a2, 0
        li      a3, 8
        li      a7, 134
        ecall`,
  )
  .join("\n")}
${holes
  .map(
    ([from, to]) => `        li      a0, ${from}
        li      a1, ${to - from}
        li      a7, 215
        ecall`,
  )
  .join("\n")}
        li      sp, 0
        ebreak

handler:
        la      s0, log_end
        ${load} t0, 0(s0)
        sw      a0, 0(t0)
        lw      t1, 8(a1)
        sw      t1, 4(t0)
        ${load} t1, ${address}(a1)
        ${store} t1, 8(t0)
        addi    t2, a2, ${registers}
        ${copy("t2", "t0", 32)}
        addi    t0, t0, ${layout.record}
        ${store} t0, 0(s0)
        la      s2, faults
        li      t1, ${breakpointSignal}
        beq     a0, t1, next
        lw      t1, 0(s2)
        addi    t1, t1, 1
        sw      t1, 0(s2)
        li      t3, ${mostFaults}
        bgt     t1, t3, next
        ${load} t3, 0(t2)
        li      t4, ${places.code}
        bltu    t3, t4, next
        li      t4, ${end}
        bgeu    t3, t4, next
        lhu     t5, 0(t3)
        andi    t5, t5, 3
        li      t6, 3
        addi    t3, t3, 2
        bne     t5, t6, 1f
        addi    t3, t3, 2
1:      ${store} t3, 0(t2)
        ret
next:   sw      zero, 0(s2)
        la      s1, chunk
        ${load} t0, 0(s1)
        la      t4, chunks_end
        bgeu    t0, t4, finish
        ${copy("t0", "t2", 0)}
        addi    t0, t0, ${entrySize}
        ${store} t0, 0(s1)
        ret
finish: la      a2, log_end
        ${load} a2, 0(a2)
        li      a1, ${logAddress}
        sub     a2, a2, a1
        call    write
        li      a1, ${places.data}
        li      a2, ${places.dataSize}
        call    write
        li      a1, ${places.code}
        li      a2, ${end - places.code}
        call    write
        li      a0, 0
        li      a7, 93
        ecall
write:  li      a0, 1
        li      a7, 64
        ecall
        sub     a2, a2, a0
        add     a1, a1, a0
        bgtz    a2, write
        ret

        .data
        .balign 8
action: ${word} handler, 0x08000004, 0, 0, 0
        .balign 8
alternate:
        ${word} stack, 0, 16384
log_end: ${word} ${logAddress}
chunk:  ${word} chunks
faults: .word   0
        .balign 8
chunks:
        ${entries.join("\n        ")}
chunks_end:
        .balign 16
stack:  .zero   16384
`;
}

/** Reads what a recording has written; undefined when it is not whole. */
export function readLog(output: Uint8Array, recording: Recording): Log | undefined {
  const { file, starts } = recording;
  const layout = layoutFor(file.class);
  const codeSize = (starts.at(-1) as number) - places.code;
  const logSize = output.length - places.dataSize - codeSize;
  if (logSize < 0 || logSize % layout.record !== 0) return undefined;
  const view = new DataView(output.buffer, output.byteOffset, output.length);
  const word = (at: number): bigint =>
    layout.wordBytes === 8 ? view.getBigUint64(at, true) : BigInt(view.getUint32(at, true));
  const records = Array.from({ length: logSize / layout.record }, (_, index) => {
    const at = index * layout.record;
    const floats = at + 32 + 32 * layout.wordBytes;
    return {
      signal: view.getUint32(at, true),
      code: view.getInt32(at + 4, true),
      address: word(at + 8),
      pc: word(at + 32),
      x: Array.from({ length: 31 }, (_, n) => word(at + 32 + (n + 1) * layout.wordBytes)),
      f: Array.from({ length: 32 }, (_, n) => view.getBigUint64(floats + 8 * n, true)),
      fcsr: view.getUint32(floats + 256, true),
    };
  });
  return {
    records,
    data: output.slice(logSize, logSize + places.dataSize),
    code: output.slice(logSize + places.dataSize),
  };
}
