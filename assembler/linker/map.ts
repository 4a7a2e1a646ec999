/**
 * The map: which members of archives came in, what was left out, the regions of memory, and where
 * each section and symbol went; laid out as GNU ld's `-Map`.
 */
import type { Step } from "./assign.ts";
import type { Layout } from "./layout.ts";
import { InputSection, LinkSymbol, OutputSection, type Program } from "./program.ts";
import type { Script } from "./script.ts";

/** The text of the map. */
export function mapText(
  program: Program,
  script: Script,
  steps: readonly Step[],
  layout: Layout,
  gone: readonly InputSection[],
): string {
  const digits = program.bits / 4;
  const address = (value: number | bigint) =>
    `0x${BigInt.asUintN(program.bits, BigInt(value)).toString(16).padStart(digits, "0")}`;
  const size = (value: number | bigint) => `0x${BigInt(value).toString(16)}`.padStart(10);
  const lines: string[] = [];
  const members = program.files.filter(({ archive }) => archive !== undefined);
  if (members.length > 0) {
    lines.push("Archive members included", "");
    for (const { name } of members) lines.push(name);
    lines.push("");
  }
  const discarded = [
    ...gone,
    ...program.files.flatMap(({ sections }) =>
      sections.filter((section) => section.isDiscarded && !gone.includes(section)),
    ),
  ];
  if (discarded.length > 0) {
    lines.push("Discarded input sections", "");
    for (const section of discarded) lines.push(row(section, address(0), size(section.size)));
    lines.push("");
  }
  lines.push(
    "Memory Configuration",
    "",
    "Name             Origin             Length             Attributes",
  );
  for (const { name, origin, length, attributes } of layout.regions) {
    lines.push(`${name.padEnd(16)} ${address(origin)} ${address(length)} ${attributes}`);
  }
  const whole = (1n << BigInt(program.bits)) - 1n;
  lines.push(`${"*default*".padEnd(16)} ${address(0)} ${address(whole)}`, "");
  lines.push("Linker script and memory map", "");
  for (const { name } of program.files) lines.push(`LOAD ${name}`);
  if (script.memory.length > 0 || program.files.length > 0) lines.push("");
  const symbolAt = (name: string) => program.globals.get(name);
  for (const step of steps) {
    if (step instanceof OutputSection) {
      lines.push(...outputLines(step, address, size));
    } else if (step.kind === "assign") {
      const symbol = symbolAt(step.name);
      if (symbol?.isMade !== true) continue;
      lines.push(`${" ".repeat(16)}${address(symbol.address)}${" ".repeat(16)}${step.name} = .`);
    }
  }
  return `${lines.join("\n")}\n`;
}

function row(section: InputSection, address: string, size: string): string {
  const name = ` ${section.name}`;
  const start = name.length > 15 ? `${name}\n${" ".repeat(16)}` : name.padEnd(16);
  return `${start}${address} ${size} ${section.file?.name ?? "linker stubs"}`;
}

function outputLines(
  output: OutputSection,
  address: (value: number) => string,
  size: (value: number) => string,
): string[] {
  const start =
    output.name.length > 15 ? `${output.name}\n${" ".repeat(16)}` : output.name.padEnd(16);
  if (output.isRemoved) return output.statement === undefined ? [] : ["", output.name];
  const load =
    output.loadAddress === output.address ? "" : ` load address ${address(output.loadAddress)}`;
  const lines = ["", `${start}${address(output.address)} ${size(output.size)}${load}`];
  for (const item of output.items) {
    if (!(item instanceof InputSection)) continue;
    lines.push(row(item, address(item.address), size(item.size)));
    const named = item.symbols
      .filter((symbol) => symbol instanceof LinkSymbol)
      .filter(({ binding, name }) => binding !== 0 && name !== "")
      .sort((a, b) => a.value - b.value);
    for (const symbol of named) {
      lines.push(`${" ".repeat(16)}${address(symbol.address)}${" ".repeat(16)}${symbol.name}`);
    }
  }
  return lines;
}
