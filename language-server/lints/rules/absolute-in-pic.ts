/** An address in position-independent code that is not position-independent. */
import { R_RISCV, STB, STV } from "../../../elf/constants.ts";
import type { ElfSymbol } from "../../../elf/model.ts";
import type { Rule } from "../rule.ts";

/** Relocations of addresses that are fixed when the program is linked. */
const absolute: ReadonlySet<number> = new Set([R_RISCV.HI20, R_RISCV.RVC_LUI]);

/** Whether another module's definition may take a symbol's place when the program is loaded. */
function isPreemptible({ binding, visibility, section }: ElfSymbol): boolean {
  if ((visibility & 3) !== STV.DEFAULT) return false;
  return section === "undefined" || binding !== STB.LOCAL;
}

export const absoluteInPic: Rule = {
  id: "absolute-in-pic",
  level: "warning",
  summary:
    "Position-independent code takes an address in a way that only works where it is linked.",
  explanation:
    "Behind `.option pic`, `lui` with `%hi` gives an address that is fixed when the program is " +
    "linked, and `lla` of a global symbol passes over the definition that another module may have: " +
    "linkers refuse both in a shared library. `la` takes the address from the global offset table; " +
    "`lla` is right for symbols of this file alone.",
  example:
    "        .option pic\n        .globl f, shared\nf:      lla a0, shared\n        ret\n" +
    "        .data\nshared: .word 1",
  fixed:
    "        .option pic\n        .globl f, shared\nf:      la a0, shared\n        ret\n" +
    "        .data\nshared: .word 1",
  check({ code, isPositionIndependent }, report) {
    for (const step of code.steps) {
      const { relocation, statement } = step;
      const symbol = relocation?.symbol;
      if (relocation === undefined || symbol === undefined) continue;
      const isAbsolute = absolute.has(relocation.type) && symbol.section !== "absolute";
      const isDirect = relocation.type === R_RISCV.PCREL_HI20 && isPreemptible(symbol);
      if (!(isAbsolute || isDirect) || !isPositionIndependent(statement)) continue;
      const name = symbol.name.trim() === "" ? "This address" : `The address of \`${symbol.name}\``;
      const isLoad = statement.name?.text.toLowerCase() === "lla";
      report({
        step,
        message: isAbsolute
          ? `${name} is fixed when the program is linked; position-independent code needs \`la\`.`
          : `${name} may be another module's; position-independent code takes it with \`la\`.`,
        ...(isLoad ? { fix: { title: "Take it with la", change: "mnemonic", line: "la" } } : {}),
      });
    }
  },
};
