/**
 * Conditional branches and their opposites, as they are written: real instructions, compressed ones
 * and pseudo-instructions (unprivileged manual, "Conditional Branches"; assembly manual,
 * "Pseudoinstructions").
 */

const pairs: readonly (readonly [string, string])[] = [
  ["beq", "bne"],
  ["blt", "bge"],
  ["bltu", "bgeu"],
  ["beqz", "bnez"],
  ["bltz", "bgez"],
  ["blez", "bgtz"],
  ["bgt", "ble"],
  ["bgtu", "bleu"],
  ["c.beqz", "c.bnez"],
];

const opposites = new Map(
  pairs.flatMap(([one, other]): [string, string][] => [
    [one, other],
    [other, one],
  ]),
);

/**
 * The branch with the same operands that is taken exactly where the given one is not; undefined for
 * a mnemonic, in lower case, that is no conditional branch.
 */
export function oppositeBranch(mnemonic: string): string | undefined {
  return opposites.get(mnemonic);
}
