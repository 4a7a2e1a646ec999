/**
 * The dialect of Ripes: blanks are commas, `.align` counts bytes, and the devices of the default
 * board are symbols: a matrix of 35 × 25 lights, eight switches and four direction keys.
 */
import type { Arguments } from "../arguments.ts";
import type { Assembler } from "../assembler.ts";
import { alignTo } from "../directives/layout.ts";
import type { Directive } from "../directives.ts";
import { byName, type Dialect } from "./dialect.ts";

/** `.align boundary, fill, maximum`, in bytes. */
function align(assembler: Assembler, args: Arguments): void {
  const from = args.at;
  const boundary = args.integer("The alignment", 0, 1 << 24);
  if (boundary === undefined) return;
  const mention = args.mention(from);
  const fill = args.comma() ? args.integer("The fill value", 0, 255) : undefined;
  const maximum = args.comma() ? (args.integer("The maximum", 0, 0x7fffffff) ?? 0) : 0;
  if ((boundary & (boundary - 1)) !== 0) {
    assembler.reportAt("bad-alignment", mention, { value: String(boundary) });
    return;
  }
  const filling = fill === undefined ? undefined : { value: BigInt(fill), width: 1 };
  if (boundary > 0) alignTo(assembler, boundary, filling, maximum);
}

const own: readonly Directive[] = [
  {
    name: ".align",
    operands: "bytes, fill, maximum",
    summary: "Aligns to a number of bytes, a power of two.",
    run: align,
  },
];

const matrix = { width: 35n, height: 25n };
const matrixBase = 0xf0000000n;
const matrixSize = matrix.width * matrix.height * 4n;
const switchesBase = matrixBase + matrixSize;
const padBase = switchesBase + 4n;

/** The devices, one behind the other, as the simulator places them when they are made in turn. */
const devices: readonly (readonly [string, bigint])[] = [
  ["LED_MATRIX_0_BASE", matrixBase],
  ["LED_MATRIX_0_SIZE", matrixSize],
  ["LED_MATRIX_0_WIDTH", matrix.width],
  ["LED_MATRIX_0_HEIGHT", matrix.height],
  ["SWITCHES_0_BASE", switchesBase],
  ["SWITCHES_0_SIZE", 4n],
  ["SWITCHES_0_N", 8n],
  ["D_PAD_0_BASE", padBase],
  ["D_PAD_0_SIZE", 16n],
  ...["UP", "DOWN", "LEFT", "RIGHT"].flatMap((key, index) => [
    [`D_PAD_0_${key}_OFFSET`, BigInt(index * 4)] as const,
    [`D_PAD_0_${key}`, padBase + BigInt(index * 4)] as const,
  ]),
];

export const ripes: Dialect = {
  name: "ripes",
  title: "Ripes",
  rules: {
    hasSlashComments: false,
    blanksSeparate: true,
    hasOctal: false,
    wrapsHexadecimal: false,
    hasUnicodeEscapes: false,
    hasNumericLabels: true,
  },
  directives: byName(own),
  pseudoInstructions: [],
  symbols: new Map(devices),
  hasFixedSizes: true,
  ignoresUnknownDirectives: false,
  startsAtText: false,
  isPreprocessed: false,
};
