/** Directives that place what follows: alignment and origin. */
import { R_RISCV } from "../../elf/constants.ts";
import type { Arguments } from "../arguments.ts";
import type { Assembler } from "../assembler.ts";
import type { Directive } from "../directives.ts";
import { namedIn, symbolsIn, symbolValue } from "../expressions.ts";
import type { Mention } from "../symbols.ts";

/**
 * Aligns to a power of two. In code that the linker may relax, the most padding that can be
 * needed is put down with R_RISCV_ALIGN, and the linker takes away what is too much.
 */
function align(assembler: Assembler, args: Arguments, isPower: boolean, width: number): void {
  const from = args.at;
  const value = args.isAtEnd ? 0n : args.constant("The alignment");
  if (value === undefined) return;
  const mention = args.mention(from);
  const isValid = isPower
    ? value >= 0n && value <= 24n
    : value >= 0n && value <= 1n << 24n && (value & (value - 1n)) === 0n;
  if (!isValid) {
    assembler.reportAt("bad-alignment", mention, { value: String(value) });
    return;
  }
  const alignment = isPower ? 2 ** Number(value) : Math.max(1, Number(value));
  let fill: { value: bigint; width: number } | undefined;
  if (args.comma() && args.peek()?.text !== ",") {
    const number = args.isAtEnd ? 0n : args.constant("The fill value");
    if (number !== undefined) fill = { value: number, width };
  }
  const maximum = args.comma() ? (args.integer("The maximum", 0, 0x7fffffff) ?? 0) : 0;
  alignTo(assembler, alignment, fill, maximum, mention);
}

/** Aligns the current place; see `align`. */
export function alignTo(
  assembler: Assembler,
  alignment: number,
  fill: { value: bigint; width: number } | undefined,
  maximum: number,
  mention?: Mention,
): void {
  const { subsection, code } = assembler;
  const { section } = subsection;
  section.alignment = Math.max(section.alignment, alignment);
  if (alignment === 1) return;
  const least = code.hasCompressed ? 2 : 4;
  // Instructions have that alignment by themselves; GNU as does nothing even behind odd data.
  if (section.isCode && fill === undefined && alignment <= least) return;
  if (section.isCode && fill === undefined && code.relax && alignment > least) {
    // GNU as takes no notice of a maximum here.
    const padding = alignment - least;
    assembler.mark("instructions", true);
    const { fragment, offset } = assembler.place();
    section.markers.push({ fragment, offset, type: R_RISCV.ALIGN, addend: BigInt(padding) });
    subsection.appendBytes(noOperations(padding));
    subsection.close(undefined);
    return;
  }
  assembler.mark(fill === undefined ? "instructions" : "data", true);
  subsection.close({
    kind: "align",
    alignment,
    fill,
    maximum: maximum === 0 ? alignment : maximum,
    hasCompressed: code.hasCompressed,
    ...(mention === undefined ? {} : { mention }),
  });
}

/** Padding of no-operations: one of two bytes first where it does not come out even. */
function noOperations(size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  const isOdd = size % 4 === 2;
  if (isOdd) bytes[0] = 0x01;
  for (let at = isOdd ? 2 : 0; at < size; at += 4) bytes[at] = 0x13;
  return bytes;
}

/** `.org target, fill`. */
function origin(assembler: Assembler, args: Arguments): void {
  const from = args.at;
  let target = args.expression();
  if (target === undefined) return;
  const mention = args.mention(from);
  const unknown = symbolsIn(target).find((symbol) => !symbol.isDefined);
  if (unknown !== undefined) {
    assembler.reportAt("zero-for-undefined", mention, { name: unknown.name });
    // GNU as forgets what is added to it.
    if (namedIn(target) !== undefined) target = symbolValue(unknown);
  }
  const fill = args.comma() ? (args.constant("The fill value") ?? 0n) : 0n;
  assembler.subsection.close({
    kind: "origin",
    target,
    fill: Number(BigInt.asUintN(8, fill)),
    mention,
  });
}

const aligning = (
  name: string,
  operands: string,
  isPower: boolean,
  width: number,
  summary: string,
): Directive => ({
  name,
  operands,
  summary,
  run: (assembler, args) => align(assembler, args, isPower, width),
});

export const layoutDirectives: readonly Directive[] = [
  aligning(
    ".align",
    "power, fill, maximum",
    true,
    1,
    "Aligns to 2 to the power of a number of bytes.",
  ),
  aligning(
    ".p2align",
    "power, fill, maximum",
    true,
    1,
    "Aligns to 2 to the power of a number of bytes.",
  ),
  aligning(".p2alignw", "power, fill, maximum", true, 2, "Aligns, filling with halfwords."),
  aligning(".p2alignl", "power, fill, maximum", true, 4, "Aligns, filling with words."),
  aligning(
    ".balign",
    "bytes, fill, maximum",
    false,
    1,
    "Aligns to a number of bytes, a power of two.",
  ),
  aligning(".balignw", "bytes, fill, maximum", false, 2, "Aligns, filling with halfwords."),
  aligning(".balignl", "bytes, fill, maximum", false, 4, "Aligns, filling with words."),
  {
    name: ".org",
    operands: "offset, fill",
    summary: "Goes on at an offset of the section.",
    run: origin,
  },
];
