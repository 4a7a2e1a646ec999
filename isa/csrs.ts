// biome-ignore-all format: the rows are a table
/**
 * The control and status registers (privileged manual, "CSR Listing"). Who may access one and
 * whether it can be written follow from its address (same manual, "CSR Address Mapping
 * Conventions"): bits 11:10 are 3 for a read-only one, bits 9:8 give the lowest privilege.
 */
import { type CsrField, csrFields } from "./csr-fields.ts";

export type { CsrField } from "./csr-fields.ts";

/** One control and status register. */
export interface Csr {
  readonly name: string;
  /** 0 to 4095. */
  readonly address: number;
  readonly access: "rw" | "ro";
  /** The lowest privilege that may access it. */
  readonly privilege: "user" | "supervisor" | "hypervisor" | "machine" | "debug";
  /** The extension that has it; "sm", "s" and "h" are the privileged levels. */
  readonly extension: string;
  /** Set when it exists for one XLEN only. */
  readonly xlen?: 32;
  /** One sentence for a person. */
  readonly summary: string;
  readonly fields?: readonly CsrField[];
}

type Row = readonly [address: number, name: string, summary: string];

const levels = ["user", "supervisor", "hypervisor", "machine"] as const;

const csr = (extension: string, [address, name, summary]: Row): Csr => {
  const fields = csrFields[name];
  const debug = address >= 0x7b0 && address <= 0x7bf;
  return {
    name, address, extension, summary,
    access: address >> 10 === 3 ? "ro" : "rw",
    privilege: debug ? "debug" : levels[(address >> 8) & 3] as Csr["privilege"],
    ...(/^upper half/i.test(summary) ? { xlen: 32 as const } : {}),
    ...(fields === undefined ? {} : { fields }),
  };
};

/** The CSRs of one extension. */
const of = (extension: string, rows: readonly Row[]): Csr[] =>
  rows.map((row) => csr(extension, row));

/** `count` CSRs at addresses in a row; `#` in name and summary stands for the number. */
const run = (address: number, first: number, count: number, name: string, summary: string): Row[] =>
  Array.from({ length: count }, (_, n): Row =>
    [address + n, name.replace("#", `${first + n}`), summary.replace("#", `${first + n}`)]);

/** Every CSR that is known, by ascending address. */
export const csrs: readonly Csr[] = [
  ...of("f", [
    [0x001, "fflags", "Floating-point exception flags, each sticky."],
    [0x002, "frm", "Floating-point rounding mode."],
    [0x003, "fcsr", "Floating-point control and status: frm and fflags."],
  ]),
  ...of("zicntr", [
    [0xc00, "cycle", "Cycles since some time in the past."],
    [0xc01, "time", "Real time in ticks of the platform's clock."],
    [0xc02, "instret", "Instructions retired."],
    [0xc80, "cycleh", "Upper half of cycle."],
    [0xc81, "timeh", "Upper half of time."],
    [0xc82, "instreth", "Upper half of instret."],
  ]),
  ...of("zihpm", [
    ...run(0xc03, 3, 29, "hpmcounter#", "Hardware performance counter #."),
    ...run(0xc83, 3, 29, "hpmcounter#h", "Upper half of hpmcounter#."),
  ]),
  ...of("zkr", [[0x015, "seed", "Entropy for a random number generator."]]),
  ...of("v", [
    [0x008, "vstart", "Element at which a vector instruction starts."],
    [0x009, "vxsat", "Sticky flag of fixed-point saturation."],
    [0x00a, "vxrm", "Fixed-point rounding mode."],
    [0x00f, "vcsr", "Vector control and status: vxrm and vxsat."],
    [0xc20, "vl", "Vector length in elements."],
    [0xc21, "vtype", "Type of the vector elements."],
    [0xc22, "vlenb", "Length of a vector register in bytes."],
  ]),
  ...of("s", [
    [0x100, "sstatus", "Status of the hart as supervisor mode sees it."],
    [0x104, "sie", "Interrupts that supervisor mode has enabled."],
    [0x105, "stvec", "Address of the supervisor trap handler."],
    [0x106, "scounteren", "Counters that user mode may read."],
    [0x10a, "senvcfg", "Configuration of the environment of user mode."],
    [0x140, "sscratch", "A word for the supervisor trap handler."],
    [0x141, "sepc", "Address of the instruction that trapped into supervisor mode."],
    [0x142, "scause", "Cause of the trap into supervisor mode."],
    [0x143, "stval", "Address or instruction that belongs to the trap into supervisor mode."],
    [0x144, "sip", "Interrupts that are pending for supervisor mode."],
    [0x180, "satp", "Address translation: mode, address space and root page table."],
    [0x5a8, "scontext", "Context number for debug triggers, set by supervisor mode."],
  ]),
  ...of("ssstateen", [
    ...run(0x10c, 0, 4, "sstateen#", "State that user mode may access, register #."),
    ...run(0x60c, 0, 4, "hstateen#", "State that a guest may access, register #."),
    ...run(0x61c, 0, 4, "hstateen#h", "Upper half of hstateen#."),
  ]),
  ...of("smstateen", [
    ...run(0x30c, 0, 4, "mstateen#", "State that lower privileges may access, register #."),
    ...run(0x31c, 0, 4, "mstateen#h", "Upper half of mstateen#."),
  ]),
  ...of("sstc", [
    [0x14d, "stimecmp", "Time of the next supervisor timer interrupt."],
    [0x15d, "stimecmph", "Upper half of stimecmp."],
    [0x24d, "vstimecmp", "Time of the next timer interrupt of a guest."],
    [0x25d, "vstimecmph", "Upper half of vstimecmp."],
  ]),
  ...of("sscsrind", [
    ...run(0x152, 2, 2, "sireg#", "The supervisor register that siselect selects, part #."),
    ...run(0x155, 4, 3, "sireg#", "The supervisor register that siselect selects, part #."),
    ...run(0x252, 2, 2, "vsireg#", "The guest's register that vsiselect selects, part #."),
    ...run(0x255, 4, 3, "vsireg#", "The guest's register that vsiselect selects, part #."),
  ]),
  ...of("smcsrind", [
    ...run(0x352, 2, 2, "mireg#", "The machine register that miselect selects, part #."),
    ...run(0x355, 4, 3, "mireg#", "The machine register that miselect selects, part #."),
  ]),
  ...of("ssctr", [
    [0x14e, "sctrctl", "Control of the records of control transfers, by supervisor mode."],
    [0x14f, "sctrstatus", "Status of the records of control transfers."],
    [0x15f, "sctrdepth", "How many records of control transfers there are."],
    [0x24e, "vsctrctl", "Control of the records of control transfers of a guest."],
  ]),
  ...of("smctr", [
    [0x34e, "mctrctl", "Control of the records of control transfers, by machine mode."],
  ]),
  ...of("smcntrpmf", [
    [0x321, "mcyclecfg", "In which modes mcycle counts."],
    [0x322, "minstretcfg", "In which modes minstret counts."],
    [0x721, "mcyclecfgh", "Upper half of mcyclecfg."],
    [0x722, "minstretcfgh", "Upper half of minstretcfg."],
  ]),
  ...of("zicfiss", [[0x011, "ssp", "Pointer to the top of the shadow stack."]]),
  ...of("zcmt", [[0x017, "jvt", "Address of the table of jumps, and its mode."]]),
  ...of("sscofpmf", [
    [0xda0, "scountovf", "Overflow bits of the hardware performance counters."],
    ...run(0x723, 3, 29, "mhpmevent#h", "Upper half of mhpmevent#."),
  ]),
  ...of("ssaia", [
    [0x114, "sieh", "Upper half of sie."],
    [0x150, "siselect", "Selects the register that sireg stands for."],
    [0x151, "sireg", "The supervisor register that siselect selects."],
    [0x154, "siph", "Upper half of sip."],
    [0x15c, "stopei", "Top external interrupt of supervisor mode."],
    [0xdb0, "stopi", "Top interrupt of supervisor mode."],
    [0x214, "vsieh", "Upper half of vsie."],
    [0x250, "vsiselect", "Selects the register that vsireg stands for."],
    [0x251, "vsireg", "The guest's register that vsiselect selects."],
    [0x254, "vsiph", "Upper half of vsip."],
    [0x25c, "vstopei", "Top external interrupt of a guest."],
    [0xeb0, "vstopi", "Top interrupt of a guest."],
    [0x608, "hvien", "Virtual interrupts that are enabled for a guest."],
    [0x609, "hvictl", "Control of a guest's virtual interrupts."],
    [0x613, "hidelegh", "Upper half of hideleg."],
    [0x618, "hvienh", "Upper half of hvien."],
    [0x646, "hviprio1", "Priorities of a guest's interrupts, first part."],
    [0x647, "hviprio2", "Priorities of a guest's interrupts, second part."],
    [0x655, "hviph", "Upper half of hvip."],
    [0x656, "hviprio1h", "Upper half of hviprio1."],
    [0x657, "hviprio2h", "Upper half of hviprio2."],
  ]),
  ...of("smaia", [
    [0x308, "mvien", "Virtual interrupts that are enabled for supervisor mode."],
    [0x309, "mvip", "Virtual interrupts that are pending for supervisor mode."],
    [0x313, "midelegh", "Upper half of mideleg."],
    [0x314, "mieh", "Upper half of mie."],
    [0x318, "mvienh", "Upper half of mvien."],
    [0x319, "mviph", "Upper half of mvip."],
    [0x350, "miselect", "Selects the register that mireg stands for."],
    [0x351, "mireg", "The machine register that miselect selects."],
    [0x354, "miph", "Upper half of mip."],
    [0x35c, "mtopei", "Top external interrupt of machine mode."],
    [0xfb0, "mtopi", "Top interrupt of machine mode."],
  ]),
  ...of("h", [
    [0x200, "vsstatus", "sstatus of the guest."],
    [0x204, "vsie", "sie of the guest."],
    [0x205, "vstvec", "stvec of the guest."],
    [0x240, "vsscratch", "sscratch of the guest."],
    [0x241, "vsepc", "sepc of the guest."],
    [0x242, "vscause", "scause of the guest."],
    [0x243, "vstval", "stval of the guest."],
    [0x244, "vsip", "sip of the guest."],
    [0x280, "vsatp", "satp of the guest."],
    [0x600, "hstatus", "Status of the hypervisor."],
    [0x602, "hedeleg", "Exceptions that go to the guest."],
    [0x603, "hideleg", "Interrupts that go to the guest."],
    [0x604, "hie", "Interrupts that the hypervisor has enabled."],
    [0x605, "htimedelta", "What the guest's time differs from the hart's."],
    [0x606, "hcounteren", "Counters that the guest may read."],
    [0x607, "hgeie", "Guest external interrupts that are enabled."],
    [0x60a, "henvcfg", "Configuration of the guest's environment."],
    [0x615, "htimedeltah", "Upper half of htimedelta."],
    [0x61a, "henvcfgh", "Upper half of henvcfg."],
    [0x643, "htval", "Guest physical address that belongs to a trap."],
    [0x644, "hip", "Interrupts that are pending for the hypervisor."],
    [0x645, "hvip", "Virtual interrupts that are pending for the guest."],
    [0x64a, "htinst", "Instruction that trapped, transformed."],
    [0x680, "hgatp", "Translation of guest physical addresses."],
    [0x6a8, "hcontext", "Context number for debug triggers, set by the hypervisor."],
    [0xe12, "hgeip", "Guest external interrupts that are pending."],
  ]),
  ...of("sm", [
    [0xf11, "mvendorid", "Vendor of the hart."],
    [0xf12, "marchid", "Microarchitecture of the hart."],
    [0xf13, "mimpid", "Version of the implementation."],
    [0xf14, "mhartid", "Number of the hart."],
    [0xf15, "mconfigptr", "Address of a description of the configuration."],
    [0x300, "mstatus", "Status of the hart."],
    [0x301, "misa", "XLEN and the extensions of the hart."],
    [0x302, "medeleg", "Exceptions that go to supervisor mode."],
    [0x303, "mideleg", "Interrupts that go to supervisor mode."],
    [0x304, "mie", "Interrupts that are enabled."],
    [0x305, "mtvec", "Address of the machine trap handler."],
    [0x306, "mcounteren", "Counters that supervisor mode may read."],
    [0x30a, "menvcfg", "Configuration of the environment of lower privileges."],
    [0x310, "mstatush", "Upper half of mstatus."],
    [0x312, "medelegh", "Upper half of medeleg."],
    [0x31a, "menvcfgh", "Upper half of menvcfg."],
    [0x320, "mcountinhibit", "Counters that stand still."],
    ...run(0x323, 3, 29, "mhpmevent#", "What mhpmcounter# counts."),
    [0x340, "mscratch", "A word for the machine trap handler."],
    [0x341, "mepc", "Address of the instruction that trapped into machine mode."],
    [0x342, "mcause", "Cause of the trap into machine mode."],
    [0x343, "mtval", "Address or instruction that belongs to the trap into machine mode."],
    [0x344, "mip", "Interrupts that are pending."],
    [0x34a, "mtinst", "Instruction that trapped, transformed."],
    [0x34b, "mtval2", "Guest physical address that belongs to a trap."],
    ...run(0x3a0, 0, 16, "pmpcfg#", "Configuration of physical memory protection, register #."),
    ...run(0x3b0, 0, 64, "pmpaddr#",
      "Address of physical memory protection entry #, from bit 2 up."),
    [0x747, "mseccfg", "Security configuration."],
    [0x757, "mseccfgh", "Upper half of mseccfg."],
    [0xb00, "mcycle", "Cycles since some time in the past."],
    [0xb02, "minstret", "Instructions retired."],
    ...run(0xb03, 3, 29, "mhpmcounter#", "Hardware performance counter #."),
    [0xb80, "mcycleh", "Upper half of mcycle."],
    [0xb82, "minstreth", "Upper half of minstret."],
    ...run(0xb83, 3, 29, "mhpmcounter#h", "Upper half of mhpmcounter#."),
  ]),
  ...of("smrnmi", [
    [0x740, "mnscratch", "A word for the handler of non-maskable interrupts."],
    [0x741, "mnepc", "Address of the instruction that a non-maskable interrupt interrupted."],
    [0x742, "mncause", "Cause of the non-maskable interrupt."],
    [0x744, "mnstatus", "Status for non-maskable interrupts."],
  ]),
  ...of("sdtrig", [
    [0x7a0, "tselect", "Selects the trigger that tdata1 to tdata3 stand for."],
    [0x7a1, "tdata1", "Configuration of the selected trigger."],
    [0x7a2, "tdata2", "Value that the selected trigger compares with."],
    [0x7a3, "tdata3", "More configuration of the selected trigger."],
    [0x7a4, "tinfo", "Types that the selected trigger can have."],
    [0x7a5, "tcontrol", "Control of triggers in machine mode."],
    [0x7a8, "mcontext", "Context number for debug triggers, set by machine mode."],
    [0x7aa, "mscontext", "scontext as machine mode sees it."],
  ]),
  ...of("sdext", [
    [0x7b0, "dcsr", "Control and status of debug mode."],
    [0x7b1, "dpc", "Address at which the hart goes on after debug mode."],
    [0x7b2, "dscratch0", "A word for the debugger."],
    [0x7b3, "dscratch1", "Another word for the debugger."],
  ]),
].sort((a, b) => a.address - b.address);

const byName = new Map(csrs.map((csr) => [csr.name, csr]));
const byAddress = new Map(csrs.map((csr) => [csr.address, csr]));

/** The CSR with a name, or undefined. */
export function csrByName(name: string): Csr | undefined {
  return byName.get(name);
}

/** The CSR at an address, or undefined. */
export function csrByAddress(address: number): Csr | undefined {
  return byAddress.get(address);
}

/**
 * Names of earlier editions of the manual and of kinds of triggers, which assemblers still take;
 * no hart here has what is at those addresses unless another name says so.
 */
const otherNames: ReadonlyMap<string, number> = new Map(Object.entries({
  ustatus: 0x000, uie: 0x004, utvec: 0x005, uscratch: 0x040, uepc: 0x041, ucause: 0x042,
  utval: 0x043, ubadaddr: 0x043, uip: 0x044, sedeleg: 0x102, sideleg: 0x103, sbadaddr: 0x143,
  sptbr: 0x180, mucounteren: 0x320, mscounteren: 0x321, mhcounteren: 0x322, mbadaddr: 0x343,
  mbase: 0x380, mbound: 0x381, mibase: 0x382, mibound: 0x383, mdbase: 0x384, mdbound: 0x385,
  mcontrol: 0x7a1, mcontrol6: 0x7a1, icount: 0x7a1, itrigger: 0x7a1, etrigger: 0x7a1,
  tmexttrigger: 0x7a1, textra32: 0x7a3, textra64: 0x7a3, dscratch: 0x7b2,
})); // biome-ignore format: a table

/** The other names of the CSR at an address: those of earlier editions, and of kinds of triggers. */
export function namesAt(address: number): string[] {
  return [...otherNames].filter(([, at]) => at === address).map(([name]) => name);
}

/** The address that a name of a CSR stands for, names of earlier editions included. */
export function csrAddressOf(name: string): number | undefined {
  return byName.get(name)?.address ?? otherNames.get(name);
}