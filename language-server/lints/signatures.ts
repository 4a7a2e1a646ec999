/**
 * Signatures that a source declares for its functions, in a comment on the lines before the label
 * or on its line: `# args: a0 a1; returns: a0`. Either part may be missing or say `none`.
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

const form = /(?:#|\/\/|;|\/\*)\s*(?:args:\s*([^;*]*))?;?\s*(?:returns:\s*([^;*]*))?/;

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
  const match = form.exec(line);
  if (match === null) return undefined;
  const [, args, returns] = match;
  if (args === undefined && returns === undefined) return undefined;
  const [argumentsX, argumentsF] = registersOf(args);
  const [returnsX, returnsF] = registersOf(returns);
  return { argumentsX, argumentsF, returnsX, returnsF };
}

function registersOf(list: string | undefined): [number | undefined, number | undefined] {
  if (list === undefined) return [undefined, undefined];
  let [x, f] = [0, 0];
  for (const name of list.split(/[\s,]+/)) {
    const [ofX, ofF] = [xRegisterIndex(name), fRegisterIndex(name)];
    if (ofX !== undefined) x |= 1 << ofX;
    if (ofF !== undefined) f |= 1 << ofF;
  }
  return [x, f];
}
