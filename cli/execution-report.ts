/**
 * What a run's counts of executions say to a person: a profile by function, line and instruction as
 * text, and coverage by line in lcov's format ("geninfo", FILES), which editors and `genhtml` read.
 * Everything is exact: the counts are those of retired instructions, not samples.
 */
import { Disassembler } from "../assembler/disassembler.ts";
import { SHF } from "../elf/constants.ts";
import { readDebugInformation } from "../elf/dwarf/index.ts";
import type { ElfFile } from "../elf/model.ts";
import { SymbolTable } from "../elf/symbols.ts";
import type { Architecture } from "../isa/architecture.ts";

/** How often the instruction at each address has retired. */
export type Counts = ReadonlyMap<bigint, bigint>;

/** Rows of a table, at most. */
const mostRows = 40;

interface Row {
  readonly count: bigint;
  readonly cells: readonly string[];
}

/** The profile as text. */
export function profileText(counts: Counts, file: ElfFile, architecture: Architecture): string {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0n);
  const symbols = new SymbolTable(file);
  const { lines } = readDebugInformation(file);
  const functions = new Map<string, { count: bigint; entered: bigint }>();
  const byLine = new Map<string, bigint>();
  for (const [pc, count] of counts) {
    const place = symbols.functionAt(pc);
    const name = place?.symbol.name ?? "(no symbol)";
    const known = functions.get(name) ?? { count: 0n, entered: 0n };
    const entered = known.entered + (place?.offset === 0n ? count : 0n);
    functions.set(name, { count: known.count + count, entered });
    const row = lines.lookup(pc)?.row;
    if (row === undefined || row.line === 0) continue;
    const line = `${row.path}:${row.line}`;
    byLine.set(line, (byLine.get(line) ?? 0n) + count);
  }
  const disassembler = new Disassembler(architecture, {
    aliases: true,
    symbolFor: (address) => nameAt(symbols, address),
  });
  const bytesAt = codeOf(file);
  const hottest = [...counts].sort(([, a], [, b]) => (a < b ? 1 : a > b ? -1 : 0));
  const parts = [
    `${grouped(total)} instructions, at ${grouped(BigInt(counts.size))} addresses`,
    table("Functions", ["entered", "function"], total, [
      ...[...functions].map(([name, { count, entered }]) => ({
        count,
        cells: [entered === 0n ? "" : grouped(entered), name],
      })),
    ]),
    table(
      "Lines",
      ["line"],
      total,
      [...byLine].map(([line, count]) => ({ count, cells: [line] })),
    ),
    table(
      "Instructions",
      ["address", "place", "instruction"],
      total,
      hottest.slice(0, mostRows).map(([pc, count]) => {
        const bytes = bytesAt(pc);
        const line = bytes === undefined ? undefined : disassembler.line(bytes, 0, pc);
        const text = line === undefined ? "" : `${line.mnemonic} ${line.operands}`;
        return { count, cells: [pc.toString(16), nameAt(symbols, pc) ?? "", text] };
      }),
    ),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

/** "main+0x4", or undefined where no symbol is. */
function nameAt(symbols: SymbolTable, address: bigint): string | undefined {
  const place = symbols.functionAt(address);
  if (place === undefined) return undefined;
  const { symbol, offset } = place;
  return offset === 0n ? symbol.name : `${symbol.name}+0x${offset.toString(16)}`;
}

const grouped = (value: bigint): string => value.toLocaleString("en-US");

/** The rows with the greatest counts, with their shares; empty where there is none. */
function table(
  title: string,
  names: readonly string[],
  total: bigint,
  rows: readonly Row[],
): string {
  if (rows.length === 0) return "";
  const sorted = [...rows].sort((a, b) => (a.count < b.count ? 1 : a.count > b.count ? -1 : 0));
  const shown = sorted.slice(0, mostRows).map(({ count, cells }) => {
    const share = `${((Number(count) / Number(total)) * 100).toFixed(1)}%`;
    return [share, grouped(count), ...cells];
  });
  const all = [["share", "instructions", ...names], ...shown];
  const widths = all[0]?.map((_, column) =>
    Math.max(...all.map((cells) => (cells[column] ?? "").length)),
  );
  const numeric = names[0] === "entered" ? 3 : 2;
  const lines = all.map((cells) =>
    cells
      .map((cell, column) => {
        const width = widths?.[column] ?? 0;
        return column < numeric ? cell.padStart(width) : cell.padEnd(width);
      })
      .join("  ")
      .trimEnd(),
  );
  const left = sorted.length - shown.length;
  const rest = left > 0 ? `\n(and ${left} more)` : "";
  return `${title}\n${lines.join("\n")}${rest}`;
}

/** The bytes of the file's code from an address on, up to four. */
function codeOf(file: ElfFile): (pc: bigint) => Uint8Array | undefined {
  const code = file.sections.filter(({ flags }) => (flags & SHF.EXECINSTR) !== 0n);
  return (pc) => {
    const section = code.find(({ address, size }) => pc >= address && pc < address + size);
    const at = Number(pc - (section?.address ?? 0n));
    return section?.data.subarray(at, at + 4);
  };
}

/** Coverage in lcov's format: a record for each source file with code. */
export function coverageText(counts: Counts, file: ElfFile): string {
  const { lines } = readDebugInformation(file);
  const symbols = new SymbolTable(file);
  const executed = new Map<string, Map<number, bigint>>();
  for (const [pc, count] of counts) {
    const row = lines.lookup(pc)?.row;
    if (row === undefined || row.line === 0) continue;
    const own = executed.get(row.path) ?? new Map<number, bigint>();
    executed.set(row.path, own);
    // A line runs as often as that of its instructions that runs most often.
    const known = own.get(row.line) ?? 0n;
    if (count > known) own.set(row.line, count);
  }
  const functions = functionsByPath(file, (address) => lines.lookup(address)?.row, symbols);
  const records: string[] = [];
  for (const path of lines.files()) {
    const locations = lines.locations(path).filter(({ line }) => line > 0);
    if (locations.length === 0) continue;
    const all = new Map(locations.map(({ line }) => [line, 0n]));
    for (const [line, count] of executed.get(path) ?? []) all.set(line, count);
    const own = functions.get(path) ?? [];
    const entered = own.map(({ name, address }) => [name, counts.get(address) ?? 0n] as const);
    const sorted = [...all].sort(([a], [b]) => a - b);
    records.push(
      [
        "TN:",
        `SF:${path}`,
        ...own.map(({ name, line }) => `FN:${line},${name}`),
        ...entered.map(([name, count]) => `FNDA:${count},${name}`),
        `FNF:${own.length}`,
        `FNH:${entered.filter(([, count]) => count > 0n).length}`,
        ...sorted.map(([line, count]) => `DA:${line},${count}`),
        `LF:${sorted.length}`,
        `LH:${sorted.filter(([, count]) => count > 0n).length}`,
        "end_of_record",
      ].join("\n"),
    );
  }
  return records.length === 0 ? "" : `${records.join("\n")}\n`;
}

interface CoveredFunction {
  readonly name: string;
  readonly line: number;
  readonly address: bigint;
}

/** The functions that symbols name, by the source file of their first instruction. */
function functionsByPath(
  file: ElfFile,
  rowAt: (address: bigint) => { path: string; line: number } | undefined,
  symbols: SymbolTable,
): Map<string, CoveredFunction[]> {
  const found = new Map<string, CoveredFunction[]>();
  const seen = new Set<bigint>();
  for (const { value } of file.symbols) {
    if (seen.has(value)) continue;
    seen.add(value);
    const place = symbols.functionAt(value);
    const row = place?.offset === 0n ? rowAt(value) : undefined;
    if (place === undefined || row === undefined || row.line === 0) continue;
    const own = found.get(row.path) ?? [];
    own.push({ name: place.symbol.name, line: row.line, address: value });
    found.set(row.path, own);
  }
  for (const own of found.values()) own.sort((a, b) => a.line - b.line);
  return found;
}
