/**
 * Directives that steer listings, which are not made here: they are read and checked, and have no
 * effect. Also those of other assemblers that GNU as reads and ignores. GNU as manual, "`.psize`",
 * "`.list`".
 */
import type { Arguments } from "../arguments.ts";
import type { Assembler } from "../assembler.ts";
import type { Directive } from "../directives.ts";
import { ignored } from "./names.ts";

const leastWidth = 7n;
const mostHeight = 1000n;

function width(assembler: Assembler, args: Arguments): void {
  const from = args.at;
  const value = args.constant("The width of the paper");
  if (value === undefined || value >= leastWidth) return;
  assembler.reportAt("value-out-of-range", args.mention(from), {
    value: String(value),
    range: `${leastWidth} columns and more`,
  });
}

/** `.psize height, width`; the height is 60 by default. */
function paper(assembler: Assembler, args: Arguments): void {
  if (args.isAtEnd) return;
  const from = args.at;
  const height = args.constant("The height of the paper");
  if (height !== undefined && (height < 0n || height > mostHeight)) {
    assembler.reportAt("ignored-height", args.mention(from), { value: String(height) });
  }
  if (args.comma()) width(assembler, args);
}

const steering = "Steers listings; not used here.";
const foreign = "Belongs to other assemblers; ignored.";

export const listingDirectives: readonly Directive[] = [
  { name: ".psize", operands: "lines, columns", summary: steering, run: paper },
  { name: ".plen", operands: "lines, columns", summary: steering, run: paper },
  { name: ".llen", operands: "columns", summary: steering, run: width },
  { name: ".page", operands: "", summary: steering, run: () => {} },
  ignored(".nopage", "", steering),
  ignored(".spc", "", steering),
  ignored(".ttl", "text", steering),
  ignored(".noformat", "", steering),
  ignored(".format", "", steering),
  ignored(".lflags", "", steering),
  ignored(".debug", "", foreign),
  ignored(".name", "text", foreign),
  ignored(".xref", "symbol, …", "Says that another file defines symbols; not needed."),
];
