/**
 * What QEMU 7.2 does otherwise than our board, with the reasons. Each rule says whether it explains
 * all of the difference between two results of one case; what none explains is an error.
 */
import { csrByAddress } from "../../../isa/csrs.ts";
import type { Finding } from "./csrs.ts";
import type { Case, Result } from "./executive.ts";

/** A difference that is known, as a sentence. */
interface Rule {
  readonly reason: string;
  explains(qemu: Result, ours: Result, one: Case, fields: ReadonlySet<keyof Result>): boolean;
}

const only = (fields: ReadonlySet<keyof Result>, ...allowed: (keyof Result)[]): boolean =>
  [...fields].every((field) => allowed.includes(field));

const accessFaults = new Map([
  [1n, 12n],
  [5n, 13n],
  [7n, 15n],
]);

const rules: readonly Rule[] = [
  {
    reason:
      "The manual lets a breakpoint's mtval be 0 or the address: QEMU writes 0, we write the address.",
    explains: (qemu, ours, _, fields) =>
      only(fields, "mtval", "stval") &&
      (!fields.has("mtval") || (ours.mcause === 3n && qemu.mtval === 0n)) &&
      (!fields.has("stval") || (ours.scause === 3n && qemu.stval === 0n)),
  },
  {
    reason:
      "A page table outside of memory is an access fault in the manual and a page fault in QEMU.",
    explains: (qemu, ours, _, fields) =>
      only(fields, "mcause") && accessFaults.get(ours.mcause) === qemu.mcause,
  },
  {
    reason:
      "QEMU splits misaligned accesses to no memory, and gives the address of an aligned part.",
    explains: (qemu, ours, _, fields) => {
      const value = fields.has("mtval") ? "mtval" : "stval";
      const cause = fields.has("mtval") ? ours.mcause : ours.scause;
      return (
        only(fields, value) &&
        cause === 5n &&
        ours[value] - qemu[value] < 8n &&
        ours[value] > qemu[value] &&
        (qemu[value] & 1n) === 0n
      );
    },
  },
  {
    reason:
      "Of an access to two pages QEMU translates both before it looks whether there is memory.",
    explains: (qemu, ours, one, fields) =>
      only(fields, "mcause", "mtval") &&
      accessFaults.get(ours.mcause) === qemu.mcause &&
      ours.mtval === one.a1 &&
      (qemu.mtval & 0xfffn) === 0n &&
      qemu.mtval - ours.mtval < 8n,
  },
  {
    reason: "An atomic on no memory is a fault of the store in the manual, of the load in QEMU.",
    explains: (qemu, ours, _, fields) =>
      only(fields, "mcause") && ours.mcause === 7n && qemu.mcause === 5n,
  },
];

/** Bits of mstatus that QEMU keeps though there is no vector unit: VS, and SD for it. */
const vectorState = 0x600n | (1n << 31n) | (1n << 63n);
const vectorReason = "QEMU keeps mstatus.VS without a vector unit.";

/** How often each known difference was met, and every difference that none explains. */
export function compareResults(
  cases: readonly Case[],
  qemu: readonly Result[],
  ours: readonly Result[],
): { explained: Map<string, number>; unexplained: string[] } {
  const explained = new Map<string, number>();
  const unexplained: string[] = [];
  const count = (reason: string) => explained.set(reason, (explained.get(reason) ?? 0) + 1);
  for (const [index, one] of cases.entries()) {
    const expected = { ...(qemu[index] as Result) };
    const actual = ours[index] as Result;
    for (const field of ["mstatus", "a0"] as const) {
      const difference = expected[field] ^ actual[field];
      if ((difference & 0x600n) !== 0n && (difference & ~vectorState) === 0n) {
        expected[field] = actual[field];
        count(vectorReason);
      }
    }
    const names = Object.keys(actual) as (keyof Result)[];
    const fields = new Set(names.filter((name) => expected[name] !== actual[name]));
    if (fields.size === 0) continue;
    const rule = rules.find((each) => each.explains(expected, actual, one, fields));
    if (rule !== undefined) count(rule.reason);
    else unexplained.push(describe(index, one, expected, actual, fields));
  }
  return { explained, unexplained };
}

function describe(
  index: number,
  one: Case,
  qemu: Result,
  ours: Result,
  fields: ReadonlySet<keyof Result>,
): string {
  const hex = (value: bigint) => value.toString(16);
  const given = Object.entries(one).map(([name, value]) => `${name}=${hex(value)}`);
  const found = [...fields].map(
    (name) => `${name}: QEMU ${hex(qemu[name])}, ours ${hex(ours[name])}`,
  );
  return `case ${index} (${given.join(" ")}; mcause ${hex(ours.mcause)}): ${found.join("; ")}`;
}

/** What QEMU 7.2 does otherwise with some CSRs. */
interface CsrRule {
  readonly names: RegExp;
  /** Bits that may differ where both read; by default none. */
  readonly bits?: bigint;
  /** Values read after these writes are not compared. */
  readonly after?: (written: bigint) => boolean;
  /** QEMU has not got the register, or reads it where we trap. */
  readonly existence?: true;
  readonly reason: string;
}

const anything = -1n;

const csrRules: readonly CsrRule[] = [
  {
    names: /^m?(cycle|instret|time)h?$/,
    bits: anything,
    reason: "QEMU counts the host's time, we count instructions",
  },
  { names: /^(marchid|mimpid)$/, bits: anything, reason: "QEMU gives its version" },
  {
    names: /^[ms]status$/,
    bits: 0xc0_0000_0600n | (1n << 31n) | (1n << 63n),
    after: (written) => ((written >> 11n) & 3n) === 2n,
    reason: "QEMU keeps VS, GVA and MPV without their extensions, and the reserved MPP",
  },
  {
    names: /^medeleg$/,
    bits: 0xf0_0c00n,
    reason: "QEMU delegates the call from M-mode, which the manual forbids, and those of guests",
  },
  {
    names: /^(mideleg|mie|mip|sie|sip)$/,
    bits: 0x2444n,
    reason: "QEMU keeps a guest's interrupts",
  },
  {
    names: /^[ms]tvec$/,
    after: (written) => (written & 2n) !== 0n,
    reason: "QEMU ignores the write of a reserved mode, we clear its high bit",
  },
  { names: /^[ms]counteren$/, bits: ~7n, reason: "QEMU keeps bits of counters that do not count" },
  { names: /^mcountinhibit$/, bits: ~5n, reason: "QEMU keeps bits of counters that do not count" },
  {
    names: /^[ms]envcfg$/,
    bits: 0xc000_0000_0000_00f0n,
    reason: "QEMU keeps bits of extensions that are switched off",
  },
  { names: /^[ms]epc$/, bits: 1n, reason: "QEMU keeps bit 0, which the manual has zero" },
  { names: /^pmpaddr/, bits: ~0n << 54n, reason: "QEMU keeps bits above the physical address" },
  {
    names: /^m?hpm(counter|event)/,
    bits: anything,
    existence: true,
    reason: "QEMU has sixteen programmable counters; ours read as zero, and only in M-mode",
  },
];

/** As {@link compareResults}, for what the CSR program found out. */
export function compareFindings(
  qemu: readonly Finding[],
  ours: readonly Finding[],
): { explained: Map<string, number>; unexplained: string[] } {
  const explained = new Map<string, number>();
  const unexplained: string[] = [];
  const hex = (value: bigint | undefined) => value?.toString(16) ?? "a trap";
  for (const [index, { what, address, value: expected, written }] of qemu.entries()) {
    const actual = ours[index]?.value;
    if (expected === actual) continue;
    const name = csrByAddress(address)?.name ?? "";
    const rule = csrRules.find(({ names, bits = 0n, after, existence }) => {
      if (!names.test(name)) return false;
      if (expected === undefined || actual === undefined) return existence === true;
      return ((expected ^ actual) & ~bits) === 0n || (written !== undefined && after?.(written));
    });
    if (rule === undefined) unexplained.push(`${what}: QEMU ${hex(expected)}, ours ${hex(actual)}`);
    else explained.set(rule.reason, (explained.get(rule.reason) ?? 0) + 1);
  }
  return { explained, unexplained };
}
