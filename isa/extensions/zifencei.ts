// biome-ignore-all format: the rows are a table
/** Instruction-fetch fence (unprivileged manual, chapter "Zifencei Extension"). */
import { family, type Instruction } from "../instruction.ts";

const { instruction } = family({ extension: "zifencei" });

/** Zifencei. Hardware ignores the fields that the syntax has not. */
export const zifencei: readonly Instruction[] = [
  instruction("fence.i", "imm[11:0] rs1 001 rd 0001111", "",
    "Makes the hart fetch instructions that it has stored before.",
    (m) => m.fenceInstruction()),
];