/**
 * Signatures that a source declares for its functions, in a comment on the lines before the label
 * or on its line: `# args: a0 a1; returns: a0`. Either part may be missing or say `none`; prose may
 * stand before it.
 */
import { fRegisterIndex, xRegisterIndex } from "../../isa/registers.ts";
import type { Analysis } from "../analysis.ts";

/** Sets of registers as bits; undefined where the comment does not say. */
export interface Signature {
  readonly argumentsX: number | undefined;
  readonly argumentsF: number | undefined;
  readonly returnsX: number | undefined;
  readonly returnsF: number | undefined;
}

/** What stands behind `args:` or `returns:` in a comment. */
const parts = {
  args: /(?:#|\/\/|;|\/\*).*?\bargs:\s*([^;*]*)/,
  returns: /(?:#|\/\/|;|\/\*).*?\breturns:\s*([^;*]*)/,
} as const;

/** The signatures of a file by the names of their functions. */
export function signaturesOf({ text }: Analysis): Map<string, Signature> {
  const found = new Map<string, Signature>();
  if (!/\b(?:args|returns):/.test(text)) return found;
  let pending: Signature | undefined;
  for (const line of text.split("\n")) {
    const own = /\b(?:args|returns):/.test(line) ? read(line) : undefined;
    if (own !== undefined) pending = own;
    const label = /^\s*([A-Za-z_.$][\w.$]*):/.exec(line);
    if (label !== null && pending !== undefined) found.set(label[1] as string, pending);
    // Comments and directives such as .globl may stand between.
    const isBetween = /^\s*(?:[#;/*.]|$)/.test(line);
    if (!isBetween) pending = undefined;
  }
  return found;
}

function read(line: string): Signature | undefined {
  const args = registersOf(parts.args.exec(line)?.[1]);
  const returns = registersOf(parts.returns.exec(line)?.[1]);
  if (args === undefined && returns === undefined) return undefined;
  return {
    argumentsX: args?.[0],
    argumentsF: args?.[1],
    returnsX: returns?.[0],
    returnsF: returns?.[1],
  };
}

/** The registers of a list as bits, or none; undefined where it says anything else. */
function registersOf(list: string | undefined): [number, number] | undefined {
  const names = (list ?? "").split(/[\s,]+/).filter((name) => name !== "");
  if (names.length === 0) return undefined;
  let [x, f] = [0, 0];
  for (const name of names) {
    const [ofX, ofF] = [xRegisterIndex(name), fRegisterIndex(name)];
    if (ofX !== undefined) x |= 1 << ofX;
    else if (ofF !== undefined) f |= 1 << ofF;
    else if (name !== "none") return undefined;
  }
  return [x, f];
}
