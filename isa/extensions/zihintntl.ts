// biome-ignore-all format: the rows are a table
/**
 * Hints that what the next instruction accesses is not used again soon (unprivileged manual, chapter
 * "Zihintntl Extension"): additions whose sum is dropped, in four bytes and in two.
 */
import { family, type Instruction } from "../instruction.ts";

const { instruction } = family({ extension: "zihintntl" });

const hints = [
  ["p1", "00010", "the first level of private caches"],
  ["pall", "00011", "all private caches"],
  ["s1", "00100", "the first level of shared caches"],
  ["all", "00101", "any cache"],
] as const;

/** Zihintntl. */
export const zihintntl: readonly Instruction[] = hints.flatMap(([name, code, where]) => {
  const summary = `Hints that what is accessed next need not stay in ${where}.`;
  return [
    { ...instruction(`ntl.${name}`, `0000000 ${code} 00000 000 00000 0110011`, "", summary,
        (m) => m.fence()), special: "always" },
    { mnemonic: `c.ntl.${name}`, row: `100 1 00000 ${code} 10`, syntax: "",
      extension: "zihintntl_zca", special: "always", summary,
      expansion: `ntl.${name}` },
  ];
});