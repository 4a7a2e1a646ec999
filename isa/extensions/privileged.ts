// biome-ignore-all format: the rows are a table
/**
 * Instructions of the privileged levels (privileged manual, chapters "Machine-Level ISA" and
 * "Supervisor-Level ISA"). Where the privilege is too low they trap.
 */
import { family, type Instruction } from "../instruction.ts";

const machine = family({ extension: "sm" });
const supervisor = family({ extension: "s" });

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
];