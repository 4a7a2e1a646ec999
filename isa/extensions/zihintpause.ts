// biome-ignore-all format: the rows are a table
/**
 * The pause hint (unprivileged manual, chapter "Zihintpause Extension"): a fence without
 * successors, which every hart takes; only the name needs the extension.
 */
import { family, type Instruction } from "../instruction.ts";

const { instruction } = family({ extension: "zihintpause" });

/** Zihintpause. */
export const zihintpause: readonly Instruction[] = [
  instruction("pause", "0000 0001 0000 00000 000 00000 0001111", "",
    "Hints that the hart waits for another one.", (m) => m.fence()),
];