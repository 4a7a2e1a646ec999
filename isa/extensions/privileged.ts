// biome-ignore-all format: the rows are a table
/**
 * Instructions of the privileged levels (privileged manual, chapters "Machine-Level ISA" and
 * "Supervisor-Level ISA"). Where the privilege is too low they trap.
 */
import { family, type Instruction } from "../instruction.ts";

const machine = family({ extension: "sm" });
const supervisor = family({ extension: "s" });

const older = (mnemonic: string, funct7: string, code: string, summary: string): Instruction =>
  machine.encoded(mnemonic, `${funct7} ${code} 00000 000 00000 1110011`, "", summary);

/** Returns that belong to no version of the privileged architecture that GNU as could name. */
const returns: readonly Instruction[] = [
  older("uret", "0000000", "00010", "Returns from a trap into user mode (extension N, withdrawn)."),
  older("hret", "0010000", "00010", "Returns from a trap into hypervisor mode (withdrawn)."),
  older("dret", "0111101", "10010", "Returns from debug mode."),
];

/** What earlier editions of the manual had, and the return from debug mode. */
const others: readonly Instruction[] = [
  ...returns,
  supervisor.encoded("sfence.vm", "000100000100 rs1 000 00000 1110011", "rs1",
    "The older form of sfence.vma."),
  supervisor.encoded("sfence.vm", "000100000100 00000 000 00000 1110011", "",
    "The older form of sfence.vma, for all addresses."),
];

/** MRET, SRET, WFI, SFENCE.VMA. */
export const privileged: readonly Instruction[] = [
  machine.instruction("mret", "0011000 00010 00000 000 00000 1110011", "",
    "Returns from a trap into machine mode.", (m) => m.machineReturn()),
  supervisor.instruction("sret", "0001000 00010 00000 000 00000 1110011", "",
    "Returns from a trap into supervisor mode.", (m) => m.supervisorReturn()),
  machine.instruction("wfi", "0001000 00101 00000 000 00000 1110011", "",
    "Waits until an interrupt is pending.", (m) => m.waitForInterrupt()),
  supervisor.instruction("sfence.vma", "0001001 rs2 rs1 000 00000 1110011", "rs1, rs2",
    "Makes changes of page tables seen: for the address in rs1 and the address space in rs2.",
    (m, { rs1, rs2 }) => m.supervisorFence(m.readX(rs1), m.isX0(rs1), m.readX(rs2), m.isX0(rs2))),
  ...others,
];

/** Whether a file with the instruction says for which privileged architecture it is written. */
export const needsPrivilegedVersion = (instruction: Instruction): boolean =>
  (instruction.extension === "s" || instruction.extension === "sm") &&
  !returns.includes(instruction);