// biome-ignore-all format: the rows are a table
/**
 * The fields of the control and status registers that a programmer meets (privileged manual,
 * chapters "Machine-Level ISA" and "Supervisor-Level ISA"; unprivileged manual, "F Extension").
 */

/** Bits `high`…`low` of a CSR. */
export interface CsrField {
  readonly name: string;
  readonly high: number;
  readonly low: number;
  /** Set where the field lies there for one XLEN only. */
  readonly xlen?: 32 | 64;
  readonly summary: string;
}

const field = (
  name: string, high: number, low: number, summary: string, xlen?: 32 | 64,
): CsrField => ({ name, high, low, summary, ...(xlen === undefined ? {} : { xlen }) });

const bit = (name: string, at: number, summary: string, xlen?: 32 | 64): CsrField =>
  field(name, at, at, summary, xlen);

const flags: readonly CsrField[] = [
  bit("NX", 0, "A result was inexact."),
  bit("UF", 1, "A result underflowed."),
  bit("OF", 2, "A result overflowed."),
  bit("DZ", 3, "A finite number was divided by zero."),
  bit("NV", 4, "An operation was invalid."),
];

const supervisorStatus: readonly CsrField[] = [
  bit("SIE", 1, "Interrupts are enabled in S-mode."),
  bit("SPIE", 5, "SIE before the trap into S-mode."),
  bit("UBE", 6, "U-mode memory accesses are big-endian."),
  bit("SPP", 8, "Privilege before the trap into S-mode: 0 U, 1 S."),
  field("VS", 10, 9, "State of the vector registers: 0 off, 1 initial, 2 clean, 3 dirty."),
  field("FS", 14, 13, "State of the f registers: 0 off, 1 initial, 2 clean, 3 dirty."),
  field("XS", 16, 15, "State of user extensions: 0 off, 1 initial, 2 clean, 3 dirty."),
  bit("SUM", 18, "S-mode may access pages of U-mode."),
  bit("MXR", 19, "Loads may read pages that are only executable."),
  field("UXL", 33, 32, "XLEN in U-mode: 1 is 32, 2 is 64.", 64),
  bit("SD", 31, "Some of FS, VS, XS is dirty.", 32),
  bit("SD", 63, "Some of FS, VS, XS is dirty.", 64),
];

const machineStatus: readonly CsrField[] = [
  ...supervisorStatus,
  bit("MIE", 3, "Interrupts are enabled in M-mode."),
  bit("MPIE", 7, "MIE before the trap into M-mode."),
  field("MPP", 12, 11, "Privilege before the trap into M-mode: 0 U, 1 S, 3 M."),
  bit("MPRV", 17, "Loads and stores act with the privilege in MPP."),
  bit("TVM", 20, "satp and SFENCE.VMA trap in S-mode."),
  bit("TW", 21, "WFI traps below M-mode."),
  bit("TSR", 22, "SRET traps in S-mode."),
  field("SXL", 35, 34, "XLEN in S-mode: 1 is 32, 2 is 64.", 64),
  bit("SBE", 36, "S-mode memory accesses are big-endian.", 64),
  bit("MBE", 37, "M-mode memory accesses are big-endian.", 64),
].sort((a, b) => a.low - b.low);

const trapVector: readonly CsrField[] = [
  field("MODE", 1, 0, "0: all traps go to BASE; 1: interrupts go to BASE + 4 × cause."),
  field("BASE", 31, 2, "Address of the trap handler without its two low bits.", 32),
  field("BASE", 63, 2, "Address of the trap handler without its two low bits.", 64),
];

const cause: readonly CsrField[] = [
  field("Code", 30, 0, "Number of the exception or interrupt.", 32),
  bit("Interrupt", 31, "The trap is an interrupt.", 32),
  field("Code", 62, 0, "Number of the exception or interrupt.", 64),
  bit("Interrupt", 63, "The trap is an interrupt.", 64),
];

const interrupts = (suffix: "IE" | "IP", levels: string): readonly CsrField[] => {
  const what = suffix === "IE" ? "enabled" : "pending";
  const source = { S: "software", T: "timer", E: "external" } as const;
  const level = { S: 1, M: 3 } as const;
  return (["S", "T", "E"] as const).flatMap((kind, group) =>
    (["S", "M"] as const)
      .filter((mode) => levels.includes(mode))
      .map((mode) => bit(`${mode}${kind}${suffix}`, 4 * group + level[mode],
        `The ${mode === "S" ? "supervisor" : "machine"} ${source[kind]} interrupt is ${what}.`)));
};

const counters: readonly CsrField[] = [
  bit("CY", 0, "The cycle counter."),
  bit("TM", 1, "The time."),
  bit("IR", 2, "The counter of retired instructions."),
  field("HPM", 31, 3, "The hardware performance counters 3 to 31."),
];

const environment: readonly CsrField[] = [
  bit("FIOM", 0, "A fence that orders device accesses also orders memory accesses."),
  field("CBIE", 5, 4, "What CBO.INVAL does below: 0 traps, 1 flushes, 3 invalidates."),
  bit("CBCFE", 6, "CBO.CLEAN and CBO.FLUSH are enabled below."),
  bit("CBZE", 7, "CBO.ZERO is enabled below."),
];

const protection = Array.from({ length: 8 }, (_, entry): CsrField =>
  field(`pmp${entry}cfg`, 8 * entry + 7, 8 * entry,
    "R (bit 0), W (1), X (2), A (4:3: 0 off, 1 TOR, 2 NA4, 3 NAPOT), L (7).",
    ...(entry > 3 ? [64 as const] : [])));

/** The fields by the name of the CSR, lowest bit first. */
export const csrFields: Readonly<Record<string, readonly CsrField[]>> = {
  fflags: flags,
  frm: [field("frm", 2, 0, "Rounding mode: 0 RNE, 1 RTZ, 2 RDN, 3 RUP, 4 RMM.")],
  fcsr: [...flags, field("frm", 7, 5, "Rounding mode: 0 RNE, 1 RTZ, 2 RDN, 3 RUP, 4 RMM.")],
  mstatus: machineStatus,
  sstatus: supervisorStatus,
  mstatush: [
    bit("SBE", 4, "S-mode memory accesses are big-endian."),
    bit("MBE", 5, "M-mode memory accesses are big-endian."),
  ],
  misa: [
    field("Extensions", 25, 0, "A bit for each letter: A is bit 0, I is bit 8."),
    field("MXL", 31, 30, "XLEN: 1 is 32.", 32),
    field("MXL", 63, 62, "XLEN: 2 is 64.", 64),
  ],
  mtvec: trapVector, stvec: trapVector, vstvec: trapVector,
  mcause: cause, scause: cause, vscause: cause,
  mie: interrupts("IE", "SM"), mip: interrupts("IP", "SM"),
  sie: interrupts("IE", "S"), sip: interrupts("IP", "S"),
  mcounteren: counters, scounteren: counters, hcounteren: counters, mcountinhibit: counters,
  menvcfg: [
    ...environment,
    bit("ADUE", 61, "Hardware updates the A and D bits of page-table entries.", 64),
    bit("PBMTE", 62, "Page-based memory types are enabled.", 64),
    bit("STCE", 63, "stimecmp is enabled.", 64),
  ],
  senvcfg: environment,
  satp: [
    field("PPN", 21, 0, "Page number of the root page table.", 32),
    field("ASID", 30, 22, "Address space.", 32),
    bit("MODE", 31, "0 bare, 1 Sv32.", 32),
    field("PPN", 43, 0, "Page number of the root page table.", 64),
    field("ASID", 59, 44, "Address space.", 64),
    field("MODE", 63, 60, "0 bare, 8 Sv39, 9 Sv48, 10 Sv57.", 64),
  ],
  ...Object.fromEntries(Array.from({ length: 16 }, (_, n) => [`pmpcfg${n}`, protection])),
  dcsr: [
    field("prv", 1, 0, "Privilege before debug mode."),
    bit("step", 2, "Stops after one instruction."),
    field("cause", 8, 6, "Why debug mode was entered."),
    bit("ebreaku", 12, "EBREAK in U-mode enters debug mode."),
    bit("ebreaks", 13, "EBREAK in S-mode enters debug mode."),
    bit("ebreakm", 15, "EBREAK in M-mode enters debug mode."),
    field("debugver", 31, 28, "Version of the debug support."),
  ],
};