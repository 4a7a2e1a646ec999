/**
 * What stepping into a line can lead into, where the line calls several functions: the calls that
 * the instructions of the line make, and the functions that are inlined in it. Which of them is
 * entered, a plan of its own watches for (`stepping.ts`).
 */
import type { FunctionScope } from "../elf/dwarf/info-reader.ts";
import type { HartState, Machine } from "../emulator/machine.ts";
import { effectsOf } from "../isa/effects.ts";
import type { Frame, SourceLine } from "./frames.ts";
import type { Program } from "./program.ts";

/** A call that a step may lead into, or a function that is inlined. */
export type StepTarget =
  | { readonly kind: "call"; readonly address: bigint }
  | { readonly kind: "inlined"; readonly scope: FunctionScope };

/** A target as a person sees it. */
export interface LabelledTarget {
  readonly target: StepTarget;
  readonly label: string;
  readonly line: number;
  /** From 1; 0 where it is not known. */
  readonly column: number;
}

/** Instructions of a function that are looked at. */
const scanLimit = 65_536;

/**
 * The targets of the line that the innermost frame is at, in the order of the instructions; those
 * that have run already are left out.
 * @param textAt the text of an instruction, for calls of which only a register says where they go
 */
export function stepTargets(
  program: Program,
  machine: Machine,
  frame: Frame,
  textAt: (address: bigint) => string,
): LabelledTarget[] {
  const { hart, pc, scope } = frame;
  const row = program.rowAt(pc);
  const place: SourceLine | undefined = frame.callLine ?? row?.row;
  if (row === undefined || place === undefined) return [];
  const found: (LabelledTarget & { readonly at: bigint })[] = [];
  for (const child of scope?.children ?? []) {
    const { isInlined, callPath, callLine, callColumn, entryAddress, qualifiedName } = child;
    if (!isInlined || callLine !== place.line || callPath !== place.path) continue;
    if (entryAddress < pc) continue;
    found.push({
      at: entryAddress,
      target: { kind: "inlined", scope: child },
      label: qualifiedName,
      line: callLine,
      column: callColumn,
    });
  }
  const read = (address: bigint, length: number) => machine.readMemory(hart, address, length);
  for (const { address, column } of instructionsOf(program, machine, hart, row, place, scope)) {
    const call = address < pc ? undefined : program.callAt(address, read);
    if (call === undefined) continue;
    const name = call.target === undefined ? undefined : program.functionAt(call.target)?.name;
    const label = name ?? textAt(address);
    found.push({
      at: address,
      target: { kind: "call", address },
      label,
      line: place.line,
      column,
    });
  }
  return numbered(found.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)));
}

/** The instructions of a line in one function: not those of what is inlined in it. */
function* instructionsOf(
  program: Program,
  machine: Machine,
  hart: HartState,
  row: { readonly start: bigint; readonly end: bigint },
  place: SourceLine,
  scope: FunctionScope | undefined,
): Generator<{ readonly address: bigint; readonly column: number }> {
  const ranges = scope?.ranges ?? [{ low: row.start, high: row.end }];
  let count = 0;
  for (const { low, high } of ranges) {
    for (let at = low; at < high && count++ < scanLimit; ) {
      const decoded = program.decodeBytes(machine.readMemory(hart, at, 4));
      if (decoded === undefined) break;
      const isCall = effectsOf(decoded).control === "call";
      const own = isCall ? program.rowAt(at)?.row : undefined;
      const isHere = own?.line === place.line && own.path === place.path;
      if (isHere && (scope === undefined || program.inlinedAt(at)[0] === scope)) {
        yield { address: at, column: own.column };
      }
      at += BigInt(decoded.length);
    }
  }
}

/** Of targets with the same label, the second and those behind get a number. */
function numbered(targets: readonly LabelledTarget[]): LabelledTarget[] {
  const seen = new Map<string, number>();
  return targets.map(({ target, label, line, column }) => {
    const count = (seen.get(label) ?? 0) + 1;
    seen.set(label, count);
    return { target, label: count === 1 ? label : `${label} (${count})`, line, column };
  });
}
