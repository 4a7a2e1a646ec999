/** GNU as and objdump as oracles: source text to bytes, words to text. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runTool } from "../tools.ts";

/** The programs that the functions here run. */
export const gnuTools = ["riscv64-unknown-elf-as", "riscv64-unknown-elf-objdump"] as const;

/** One line of objdump -d. */
export interface GnuLine {
  readonly address: number;
  /** The encoding as objdump writes it, in hexadecimal. */
  readonly hex: string;
  /** Mnemonic, tab, operands. */
  readonly text: string;
}

/** Assembles a source for an architecture and disassembles its .text. */
export function gnuLines(source: string, march: string, aliases: boolean): GnuLine[] {
  const folder = mkdtempSync(join(tmpdir(), "hartbeat-"));
  try {
    const [input, object] = [join(folder, "input.s"), join(folder, "output.o")];
    writeFileSync(input, source);
    const abi = march.startsWith("rv32e") ? "ilp32e" : march.startsWith("rv32") ? "ilp32" : "lp64";
    runTool(gnuTools[0], [
      `-march=${march}`,
      `-mabi=${abi}`,
      "-mpriv-spec=1.12",
      "-o",
      object,
      input,
    ]);
    const flags = aliases ? [] : ["-M", "no-aliases"];
    return parse(runTool(gnuTools[1], ["-d", "-z", ...flags, object]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function parse(listing: string): GnuLine[] {
  return listing.split("\n").flatMap((line) => {
    const [start, hex, ...text] = line.split("\t");
    const address = /^ *([0-9a-f]+):$/.exec(start ?? "")?.[1];
    if (address === undefined || hex === undefined) return [];
    return [{ address: Number.parseInt(address, 16), hex: hex.trim(), text: text.join("\t") }];
  });
}

/** What objdump makes of words; 16-bit ones where the two low bits are not 11. */
export function gnuTexts(words: readonly number[], march: string, aliases: boolean): string[] {
  const source = words.map((word) => `.insn ${(word & 3) === 3 ? 4 : 2}, ${word}`).join("\n");
  return gnuLines(`${source}\n`, march, aliases).map(({ text }) => text);
}
