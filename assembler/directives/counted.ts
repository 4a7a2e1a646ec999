/**
 * Data directives by the size's letter (`.dc.l`, `.dcb.w`, `.ds.b`): constants, repeated constants
 * and space. GNU as manual, "`.dc`", "`.dcb`", "`.ds`".
 */
import type { Arguments } from "../arguments.ts";
import type { Assembler } from "../assembler.ts";
import type { Directive } from "../directives.ts";
import { number } from "../expressions.ts";
import { type FloatSize, floatBytes } from "../floats.ts";
import { sectionLimit } from "../sections.ts";
import { floats, numbers } from "./data.ts";

/** Sizes in bytes by letter; the bare directive means words of two bytes. */
const integers: readonly (readonly [suffix: string, size: number])[] = [
  ["", 2],
  [".b", 1],
  [".w", 2],
  [".l", 4],
];
const reals: readonly (readonly [suffix: string, size: FloatSize])[] = [
  [".s", 4],
  [".d", 8],
  [".x", 10],
];

/** The size of an element in `.ds.x` and `.ds.p`: those of another processor. */
const packedSize = 12;

const repetition = (args: Arguments, size: number) =>
  args.integer("The count", 0, Math.floor(sectionLimit / size));

function repeatNumber(assembler: Assembler, args: Arguments, size: number): void {
  const count = repetition(args, size);
  if (count === undefined) return;
  const from = args.at;
  const value = args.comma() ? args.expression() : number(0n);
  if (value === undefined) return;
  const mention = args.mention(from);
  const { section } = assembler.subsection;
  for (let left = count; left > 0 && !section.hasOverflowed; left--) {
    assembler.data(size, value, mention);
  }
}

function repeatReal(assembler: Assembler, args: Arguments, size: FloatSize): void {
  const count = repetition(args, size);
  if (count === undefined || !args.separator()) return;
  const from = args.at;
  const sign = args.take("-") ? "-" : "";
  const token = args.peek();
  if (token === undefined) {
    args.expression();
    return;
  }
  args.at++;
  const bytes = floatBytes(sign + token.text, size);
  const mention = args.mention(from);
  if (bytes === undefined) assembler.reportAt("bad-number", mention, { text: token.text });
  else if (assembler.takesBytes(mention)) {
    const { subsection } = assembler;
    assembler.mark("data");
    for (let left = count; left > 0 && !subsection.section.hasOverflowed; left--) {
      subsection.appendBytes(bytes);
    }
  }
}

/** `.ds count`: so many elements of zeros. */
function reserve(assembler: Assembler, args: Arguments, size: number): void {
  if (args.assumesZero()) return;
  const count = repetition(args, size);
  if (count === undefined) return;
  assembler.mark("data");
  const { subsection } = assembler;
  subsection.appendZeros(count * size);
  if (subsection.section.isCode) subsection.close(undefined);
}

export const countedDirectives: readonly Directive[] = [
  ...integers.flatMap(([suffix, size]): Directive[] => [
    {
      name: `.dc${suffix}`,
      operands: "expression, …",
      summary: `Puts numbers of ${size} ${size === 1 ? "byte" : "bytes"}.`,
      run: (assembler, args) => numbers(assembler, args, size),
    },
    {
      name: `.dcb${suffix}`,
      operands: "count, expression",
      summary: `Repeats a number of ${size} ${size === 1 ? "byte" : "bytes"}.`,
      run: (assembler, args) => repeatNumber(assembler, args, size),
    },
    {
      name: `.ds${suffix}`,
      operands: "count",
      summary: `Reserves elements of ${size} ${size === 1 ? "byte" : "bytes"}.`,
      run: (assembler, args) => reserve(assembler, args, size),
    },
  ]),
  ...reals.flatMap(([suffix, size]): Directive[] => [
    {
      name: `.dc${suffix}`,
      operands: "number, …",
      summary: `Puts floating-point numbers of ${size} bytes.`,
      run: (assembler, args) => floats(assembler, args, size),
    },
    {
      name: `.dcb${suffix}`,
      operands: "count, number",
      summary: `Repeats a floating-point number of ${size} bytes.`,
      run: (assembler, args) => repeatReal(assembler, args, size),
    },
    {
      name: `.ds${suffix}`,
      operands: "count",
      summary: `Reserves elements of ${size === 10 ? packedSize : size} bytes.`,
      run: (assembler, args) => reserve(assembler, args, size === 10 ? packedSize : size),
    },
  ]),
  {
    name: ".dc.a",
    operands: "expression, …",
    summary: "Puts numbers of the size of an address.",
    run: (assembler, args) => numbers(assembler, args, assembler.xlen / 8),
  },
  {
    name: ".ds.p",
    operands: "count",
    summary: `Reserves elements of ${packedSize} bytes.`,
    run: (assembler, args) => reserve(assembler, args, packedSize),
  },
];
