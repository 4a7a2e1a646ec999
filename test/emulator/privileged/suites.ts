/**
 * Random cases for the executive: accesses through random page tables, under random protection,
 * interrupts, and instructions that depend on privilege. The same seed gives the same image.
 */
import { pagingSchemes } from "../../../emulator/privileged/page-walk.ts";
import { RandomNumbers } from "../programs.ts";
import { assembleAt, type Case, caseFlag, Image, place } from "./executive.ts";

/**
 * The accesses, each followed by an ecall, 32 bytes apart. What they store is run as code too, so no
 * operation is among them that could make a load out of it.
 */
const accesses = {
  32: [
    "lb a0, 0(a1)",
    "lbu a0, 0(a1)",
    "lh a0, 0(a1)",
    "lhu a0, 0(a1)",
    "lw a0, 0(a1)",
    "sb a0, 0(a1)",
    "sh a0, 0(a1)",
    "sw a0, 0(a1)",
    "lr.w a0, (a1)",
    "lr.w t0, (a1)\n sc.w a0, a0, (a1)",
    "amoand.w a0, a0, (a1)",
    "amoswap.w a0, a0, (a1)",
    "fld fa0, 0(a1)",
    "fsw fa0, 0(a1)",
    "jr a1",
    "jr a1",
  ],
  64: [
    "lb a0, 0(a1)",
    "lbu a0, 0(a1)",
    "lhu a0, 0(a1)",
    "lw a0, 0(a1)",
    "lwu a0, 0(a1)",
    "ld a0, 0(a1)",
    "sb a0, 0(a1)",
    "sh a0, 0(a1)",
    "sw a0, 0(a1)",
    "sd a0, 0(a1)",
    "lr.d a0, (a1)",
    "lr.w t0, (a1)\n sc.w a0, a0, (a1)",
    "amoand.d a0, a0, (a1)",
    "amomaxu.w a0, a0, (a1)",
    "fld fa0, 0(a1)",
    "fsw fa0, 0(a1)",
    "jr a1",
    "jr a1",
  ],
} as const;
const accessStride = 32;

const mpp = (mode: bigint): bigint => mode << 11n;
const status = { fs: 1n << 13n, mprv: 1n << 17n, sum: 1n << 18n, mxr: 1n << 19n } as const;
const pte = { v: 1, r: 2, w: 4, x: 8, u: 16, g: 32, a: 64, d: 128 } as const;

const snippets = BigInt(place.snippets);
/** Pages for data that cases write to, and how many tables there are for walks; the last ones lead to the snippets. */
const dataPages = 16;
const randomTables = 40;
const tableAt = (index: number): number => place.tables + index * 4096;

/** Puts the accesses at the start of the snippets. */
async function writeAccesses(image: Image): Promise<void> {
  const text = accesses[image.xlen].map((one) => `.balign ${accessStride}\n${one}\n ecall`);
  const code = await assembleAt(
    `.option norvc\n_start:\n${text.join("\n")}\n`,
    image.xlen,
    place.snippets,
  );
  image.write(place.snippets, code);
}

/**
 * Fills the data pages, and one more, with code that ends a case: c.ebreak, and a long nop at their
 * ends.
 */
function writeData(image: Image): void {
  for (let at = 0; at < (dataPages + 1) * 4096; at += 2) {
    image.writeWord(place.data + at, at % 4096 === 4094 ? 0x0013n : 0x9002n, 2);
  }
}

/** Values to store: also harmless as code. */
const storedValue = (random: RandomNumbers): bigint =>
  random.pick([0x9002_9002_9002_9002n, 0x0290_0290_0290_0290n, 0x1_0001_0001n]);

/**
 * Random page tables for a mode of satp, and accesses through them.
 * @param entriesAreUsed whether all leaves have their accessed and dirty bits set already
 */
export async function pagingCases(
  xlen: 32 | 64,
  mode: number,
  seed: number,
  count: number,
  entriesAreUsed = false,
): Promise<Image> {
  const scheme = pagingSchemes[xlen].get(mode);
  if (scheme === undefined) throw new Error(`no paging mode ${mode}`);
  const random = new RandomNumbers(seed);
  const image = await Image.create(xlen);
  await writeAccesses(image);
  writeData(image);
  const { levels, indexBits, entrySize } = scheme;
  const perTable = 2 ** indexBits;
  const writeEntry = (table: number, index: number, page: number, flags: number, high = 0n) =>
    image.writeWord(
      tableAt(table) + index * entrySize,
      (BigInt(page) << 10n) | BigInt(flags) | high,
      entrySize,
    );
  const tablePage = (index: number): number => tableAt(index) / 4096;
  const flagsOf = (): number => {
    const usual = pte.v | pte.r | pte.w | pte.x | pte.a | pte.d;
    let flags = random.pick([usual, usual | pte.u, usual & ~pte.w, usual & ~pte.d & ~pte.a]);
    for (const bit of Object.values(pte)) if (random.below(20) === 0) flags ^= bit;
    return entriesAreUsed ? flags | pte.a | pte.d : flags;
  };
  // Six roots; the other tables are of the lower levels in turn.
  const roots = [0, 1, 2, 3, 4, 5];
  const levelOf = (table: number): number =>
    table < roots.length ? levels - 1 : (table - roots.length) % (levels - 1);
  const tablesOf = (level: number): number[] =>
    Array.from({ length: randomTables }, (_, table) => table).filter(
      (table) => table >= roots.length && levelOf(table) === level,
    );
  const below = Array.from({ length: levels }, (_, level) => tablesOf(level - 1));
  // QEMU makes the first part of a store that crosses into vacant memory, so there is one of both.
  const crosses = seed % 2 === 0;
  const vacant = [0x9_0000, ...(xlen === 64 ? [0x4000_0000, 2 ** 43] : [0x3f_fc00])];
  for (let table = 0; table < randomTables; table++) {
    const level = levelOf(table);
    // Only downwards: what is a large page at its own level would reach other things below it.
    const lower = Array.from({ length: randomTables }, (_, other) => other).filter(
      (other) => levelOf(other) < Math.max(level, 1),
    );
    for (let index = 0; index < perTable; index++) {
      const isOdd = random.below(8) === 0;
      const high =
        entrySize === 8 && random.below(80) === 0 ? 1n << BigInt(54 + random.below(10)) : 0n;
      if (level > 0 && random.below(10) < 8) {
        // A pointer to a table of the next level, of any level, or to nowhere.
        const bits = isOdd && random.below(3) === 0 ? random.pick([pte.a, pte.d, pte.u, pte.g]) : 0;
        const target =
          random.below(80) === 0
            ? 0x9_0000
            : tablePage(isOdd ? random.pick(lower) : random.pick(below[level] ?? []));
        writeEntry(table, index, target, pte.v | bits, high);
      } else if (isOdd) {
        const kind = random.below(4);
        if (kind === 0 && !crosses) writeEntry(table, index, random.pick(vacant), flagsOf(), high);
        else if (kind === 1) writeEntry(table, index, 0, random.below(256) & ~pte.v);
        else if (kind === 2) writeEntry(table, index, tablePage(random.pick(lower)), pte.v);
        else writeEntry(table, index, place.data / 4096 + random.below(dataPages), flagsOf(), high);
      } else if (level === 0) {
        writeEntry(table, index, place.data / 4096 + random.below(dataPages), flagsOf(), high);
      } else {
        // A superpage, over what the cases may write to.
        const page = level === 1 ? random.pick([0x8_0400, 0x8_0800]) : level === 2 ? 0x8_0000 : 0;
        writeEntry(table, index, page, flagsOf(), high);
      }
    }
  }
  // The last entry of every root leads to the snippets, once for S-mode and once for U-mode.
  const chain = randomTables;
  for (const root of roots) writeEntry(root, perTable - 1, tablePage(chain), pte.v);
  for (let level = 1; level < levels - 1; level++) {
    writeEntry(chain + level - 1, perTable - 1, tablePage(chain + level), pte.v);
  }
  const last = chain + levels - 2;
  const code = pte.v | pte.r | pte.x | pte.a | pte.d;
  for (let page = 0; page < 4; page++) {
    writeEntry(last, page, place.snippets / 4096 + page, code);
    writeEntry(last, page + 4, place.snippets / 4096 + page, code | pte.u);
  }
  const codeAt = BigInt.asUintN(xlen, -(4096n << BigInt(indexBits)));

  const all = accesses[xlen].length;
  const wrap = (value: bigint): bigint => BigInt.asUintN(xlen, value);
  for (let n = 0; n < count; n++) {
    // Upper indexes that would make a large superpage reach other things than the data's are left out.
    let page = 0n;
    for (let level = levels - 1; level >= 0; level--) {
      const index =
        level === 0
          ? random.below(perTable)
          : level === 1 && indexBits === 9
            ? random.pick([2, 3, 4, 5, 8 + random.below(500)])
            : level === 2 && levels > 3
              ? random.pick([2, 3, 40 + random.below(400)])
              : random.below(perTable - 1);
      page = (page << BigInt(indexBits)) | BigInt(index);
    }
    const bits = levels * indexBits + 12;
    const offset = random.pick([
      BigInt(random.below(512) * 8),
      BigInt(random.below(4080)),
      BigInt(crosses ? 4096 - 1 - random.below(8) : random.below(1024) * 4),
    ]);
    let address = wrap(BigInt.asIntN(bits, (page << 12n) | offset));
    if (xlen === 64 && random.below(40) === 0)
      address ^= 1n << BigInt(bits + random.below(64 - bits));
    const way = random.pick(["supervisor", "user", "mprv-supervisor", "mprv-user", "machine"]);
    const kind = random.below(all);
    let mstatus = status.fs;
    if (random.below(2) === 0) mstatus |= status.sum;
    if (random.below(2) === 0) mstatus |= status.mxr;
    const isDirect = way.startsWith("m");
    if (way === "supervisor" || way === "mprv-supervisor") mstatus |= mpp(1n);
    if (way.startsWith("mprv")) mstatus |= status.mprv;
    const start = isDirect ? snippets : way === "user" ? wrap(codeAt + 0x4000n) : codeAt;
    // Machine mode sees physical addresses.
    if (way === "machine") address = BigInt(place.data) + BigInt(random.below(dataPages * 4096));
    const isFetch = kind >= all - 2;
    if (isFetch) {
      if (way.startsWith("mprv")) mstatus &= ~status.mprv;
      // Machine mode could do anything by code that was stored: it runs a page that nobody writes.
      if (isDirect) address = BigInt(place.data) + BigInt(dataPages * 4096 + random.below(4096));
      address &= ~1n;
    }
    image.add({
      pc: start + BigInt(kind * accessStride),
      mstatus,
      satp:
        (BigInt(mode) << (xlen === 64 ? 60n : 31n)) |
        (BigInt(random.below(4)) << (xlen === 64 ? 44n : 22n)) |
        BigInt(tablePage(random.pick(roots))),
      a0: wrap(storedValue(random)),
      a1: address,
      flags: isDirect ? caseFlag.direct : 0n,
    });
  }
  return image;
}

/** Random protection of the data pages and accesses to them; nothing is locked. */
export async function protectionCases(xlen: 32 | 64, seed: number, count: number): Promise<Image> {
  const random = new RandomNumbers(seed);
  const image = await Image.create(xlen);
  await writeAccesses(image);
  writeData(image);
  const modes = [0x00, 0x08, 0x10, 0x18] as const;
  const protections: { at: bigint; bounds: number[] }[] = [];
  for (let n = 0; n < 200; n++) {
    const configurations: number[] = [];
    const addresses: bigint[] = [];
    const bounds: number[] = [];
    // The snippets can be run from by everyone, through one entry at a random place.
    const opening = random.below(16);
    for (let entry = 0; entry < 16; entry++) {
      const rights = random.pick([0, 1, 3, 4, 5, 7]);
      if (entry === opening) {
        configurations.push(0x1d);
        addresses.push((BigInt(place.snippets) >> 2n) | 0x1ffn);
        continue;
      }
      const mode = random.pick(modes);
      const start = place.data + random.below(0x4000) * 4;
      configurations.push(mode | rights);
      if (mode === 0x18) {
        const size = 8 << random.below(13);
        const aligned = start - (start % size);
        addresses.push(BigInt(aligned / 4) | BigInt(size / 8 - 1));
        bounds.push(aligned, aligned + size);
      } else {
        addresses.push(BigInt(start / 4));
        bounds.push(start, start + 4);
      }
    }
    protections.push({ at: image.addProtection(configurations, addresses), bounds });
    if (protections.length * 256 >= 0xff00) break;
  }
  const all = accesses[xlen].length;
  for (let n = 0; n < count; n++) {
    const { at, bounds } = random.pick(protections);
    const kind = random.below(all);
    const isFetch = kind >= all - 2;
    const near = random.pick(bounds) + random.pick([-8, -4, 0, 4, 8]);
    const anywhere = place.data + random.below(dataPages * 512) * 8;
    const address = random.below(3) > 0 ? near - (near % (isFetch ? 4 : 8)) : anywhere;
    const way = random.pick(["supervisor", "user", "mprv-user", "machine"]);
    const isDirect = way.startsWith("m");
    const isModified = way === "mprv-user" && !isFetch;
    image.add({
      pc: snippets + BigInt(kind * accessStride),
      mstatus: status.fs | (way === "supervisor" ? mpp(1n) : 0n) | (isModified ? status.mprv : 0n),
      a0: BigInt.asUintN(xlen, storedValue(random)),
      a1: BigInt(address),
      flags: isDirect ? caseFlag.direct : 0n,
      protection: at,
    });
  }
  return image;
}

/** Locked protection of the data pages, which binds machine mode too and cannot be changed. */
export async function lockedCases(xlen: 32 | 64, seed: number, count: number): Promise<Image> {
  const random = new RandomNumbers(seed);
  const image = await Image.create(xlen);
  await writeAccesses(image);
  writeData(image);
  const entries = (isLocked: boolean) => {
    // The first is the executive's own; the last opens everything else.
    const configurations: number[] = [0];
    const addresses: bigint[] = [0n];
    for (let entry = 1; entry < 15; entry++) {
      const mode = random.pick(entry === 1 ? [0x10, 0x18] : [0x08, 0x10, 0x18, 0x18]);
      const size = 8 << random.below(13);
      const start = place.data + random.below(0x4000) * 4;
      const aligned = start - (start % size);
      configurations.push(mode | random.pick([0, 1, 3, 4, 5, 7]) | (isLocked ? 0x80 : 0));
      addresses.push(
        mode === 0x18 ? BigInt(aligned / 4) | BigInt(size / 8 - 1) : BigInt(start / 4),
      );
    }
    configurations.push(0x1f);
    addresses.push(-1n);
    return image.addProtection(configurations, addresses);
  };
  // Only the first set is taken: it is locked.
  const protections = [entries(true), entries(false), entries(true)];
  const all = accesses[xlen].length;
  for (let n = 0; n < count; n++) {
    const kind = random.below(all);
    const isFetch = kind >= all - 2;
    const address =
      place.data + random.below(dataPages * (isFetch ? 1024 : 512)) * (isFetch ? 4 : 8);
    const way = random.pick(["supervisor", "user", "machine", "machine"]);
    image.add({
      pc: snippets + BigInt(kind * accessStride),
      mstatus: status.fs | (way === "supervisor" ? mpp(1n) : 0n),
      a0: BigInt.asUintN(xlen, storedValue(random)),
      a1: BigInt(address),
      flags: way === "machine" ? caseFlag.direct : 0n,
      protection: protections[n % 3] as bigint,
    });
  }
  return image;
}

/**
 * Walks whose page tables are protected. Accessed and dirty bits are set from the start, since QEMU
 * sets them whatever the protection says.
 */
export async function protectedWalkCases(seed: number, count: number): Promise<Image> {
  const image = await pagingCases(64, 8, seed, count, true);
  const random = new RandomNumbers(seed ^ 0x5a5a);
  const protections: bigint[] = [];
  for (let n = 0; n < 100; n++) {
    const configurations: number[] = [];
    const addresses: bigint[] = [];
    for (let entry = 0; entry < 8; entry++) {
      // Half a table, or a table, that can be read at most.
      const size = random.pick([4096, 2048, 8192, 64]);
      const start =
        tableAt(random.below(randomTables)) + (size < 4096 ? random.below(4096 / size) * size : 0);
      configurations.push(0x18 | random.pick([0, 1, 1, 3]));
      addresses.push(BigInt((start - (start % size)) / 4) | BigInt(size / 8 - 1));
    }
    configurations.push(0x1f);
    addresses.push((1n << 54n) - 1n);
    protections.push(image.addProtection(configurations, addresses));
  }
  const cases = image.cases.splice(0);
  for (const one of cases) image.add({ ...one, protection: random.pick(protections) });
  return image;
}

/** Interrupts that are pending and enabled at random, in each mode, delegated or not. */
export async function interruptCases(xlen: 32 | 64, seed: number, count: number): Promise<Image> {
  const random = new RandomNumbers(seed);
  const image = await Image.create(xlen);
  // An ecall for the mode, then a vector of ecalls for the supervisor's traps.
  const text = `.option norvc\n_start: nop\n ecall\n .balign 64\n${"ecall\n".repeat(16)}`;
  image.write(place.snippets, await assembleAt(text, xlen, place.snippets));
  for (let n = 0; n < count; n++) {
    const some = (): bigint => BigInt(random.next()) & 0xaaan;
    const target = random.pick([0n, 1n, 3n]);
    const flags =
      (random.below(3) === 0 ? caseFlag.softwareInterrupt : 0n) |
      (random.below(3) === 0 ? caseFlag.timerInterrupt : 0n);
    // MPIE becomes MIE by the mret.
    const mstatus = mpp(target) | (BigInt(random.next()) & 0xa2n);
    image.add({
      pc: snippets,
      mstatus,
      medeleg: BigInt(random.next()) & 0x1ffn,
      mideleg: some(),
      mie: some(),
      mip: some(),
      stvec: snippets + 64n + BigInt(random.below(2)),
      mtvecMode: BigInt(random.below(2)),
      sepc: snippets,
      flags,
    });
  }
  return image;
}

/** Instructions whose effect depends on privilege, with a word that may be none. */
const privileged = (xlen: 32 | 64): readonly string[] => [
  "ecall",
  "ebreak",
  "c.ebreak",
  "mret",
  "sret",
  "sfence.vma",
  "sfence.vma a0, a1",
  "wfi",
  "csrr a0, satp",
  "csrw satp, zero",
  "csrr a0, sstatus",
  "csrr a0, mstatus",
  "csrw sstatus, a1",
  "csrs sstatus, a1",
  "csrc sie, a1",
  "csrw sip, a1",
  "csrr a0, sie",
  "csrr a0, sip",
  "csrrw a0, sscratch, a1",
  "csrr zero, cycle",
  "csrr zero, time",
  "csrr zero, instret",
  "csrr zero, hpmcounter3",
  "csrw cycle, zero",
  "csrr a0, 0x7c0",
  "csrr a0, mhartid",
  "csrw mhartid, a0",
  "csrr a0, fflags",
  "fadd.s fa0, fa1, fa2",
  "fmv.x.w a0, fa0",
  ".word 0",
  ".word 0xffffffff",
  ".half 0",
  ".word 0x0000007b",
  ".word 0xfffff0f3",
  "lw a0, 0(zero)",
  "sw a0, 0(zero)",
  "lw a0, 1(zero)",
  "jr zero",
  "fence.i",
  ...(xlen === 64 ? ["csrr a0, cycleh", "csrr a0, mstatush"] : ["csrr zero, cycleh"]),
];

/** Privileged instructions in every mode, with traps delegated or not. */
export async function instructionCases(xlen: 32 | 64, seed: number, count: number): Promise<Image> {
  const random = new RandomNumbers(seed);
  const image = await Image.create(xlen);
  const lines = privileged(xlen);
  const text = lines.map(
    (line) => `.balign 32\n .option arch, +c\n ${line}\n .option norvc\n ecall\n ecall`,
  );
  const code = await assembleAt(`_start:\n${text.join("\n")}\n`, xlen, place.snippets);
  image.write(place.snippets, code);
  const handler = place.snippets + 0x1000;
  image.write(
    handler,
    await assembleAt(`.option norvc\n_start:\n${"ecall\n".repeat(16)}`, xlen, handler),
  );
  for (let n = 0; n < count; n++) {
    const bit = (at: number): bigint => BigInt(random.below(2)) << BigInt(at);
    const mode = random.pick([0n, 1n, 3n]);
    const mstatus =
      mpp(mode) |
      bit(13) |
      bit(14) |
      bit(18) |
      bit(19) |
      bit(20) |
      bit(21) |
      bit(22) |
      bit(8) |
      bit(5);
    image.add({
      pc: snippets + BigInt(random.below(lines.length) * 32),
      mstatus,
      // Not the supervisor's own ecall, which would end in itself.
      medeleg: BigInt(random.next()) & 0xb1ffn,
      mideleg: 0x222n,
      // Pending and enabled, so that WFI does not wait; not taken in any mode above U.
      mie: 0x2n,
      mip: 0x2n,
      stvec: BigInt(handler),
      mcounteren: BigInt(random.below(8)),
      scounteren: BigInt(random.below(8)),
      a0: BigInt.asUintN(xlen, random.bits(64)),
      a1: BigInt(random.next()) & ~0x6n,
      sepc: snippets,
      flags: 0n,
    } satisfies Case);
  }
  return image;
}
