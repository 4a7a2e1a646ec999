/**
 * Where a register stands, and whether it is written or read there: by the operand's name in the
 * syntax of the instruction that the statement became.
 */
import { operandNodes } from "../assembler/instructions.ts";
import { fRegisterIndex, xRegisterIndex } from "../isa/registers.ts";
import { functionsOf } from "./code-lenses.ts";
import { outline } from "./outline.ts";
import { type Statement, tokenAt } from "./syntax.ts";
import type { Analysis } from "./workspace.ts";

/** A place of a register. */
export interface RegisterUse {
  readonly start: number;
  readonly end: number;
  readonly access: "read" | "write";
}

/** A register by file and number, whatever its name is; undefined for other words. */
export function registerKey(name: string): string | undefined {
  const [x, f] = [xRegisterIndex(name), fRegisterIndex(name)];
  return x !== undefined ? `x${x}` : f !== undefined ? `f${f}` : undefined;
}

/** The register at an offset; undefined where there is none. */
export function registerAt(analysis: Analysis, offset: number): string | undefined {
  const statement = analysis.statementAt(offset);
  const token = tokenAt(statement, offset);
  if (token?.kind !== "name" || token === statement.head) return undefined;
  if (statement.kind !== "instruction" || statement.labels.includes(token)) return undefined;
  return registerKey(token.text);
}

/** The places of a register in the function around an offset, or in the file outside of one. */
export function registerUses(analysis: Analysis, register: string, offset: number): RegisterUse[] {
  const scope = functionsOf(outline(analysis)).find(
    ({ start, end }) => start <= offset && offset <= end,
  );
  const [from, to] = [scope?.start ?? 0, scope?.end ?? analysis.text.length];
  const found: RegisterUse[] = [];
  for (const statement of analysis.statements) {
    if (statement.end < from || statement.kind !== "instruction") continue;
    if (statement.start > to) break;
    for (const { tokens } of statement.operands) {
      for (const token of tokens) {
        if (token.kind !== "name" || registerKey(token.text) !== register) continue;
        const access = isWritten(analysis, statement, token.start) ? "write" : "read";
        found.push({ start: token.start, end: token.end, access });
      }
    }
  }
  return found;
}

function isWritten(analysis: Analysis, statement: Statement, offset: number): boolean {
  // Of a preprocessed file the assembler read another text: operands agree by their order.
  const index = statement.operands.findIndex(({ start, end }) => start <= offset && offset < end);
  const assembled = analysis.assembledAt(statement);
  const operand = assembled && operandNodes(assembled)[index];
  return /^(rd|fd|rt)\b/.test(operand?.role ?? "");
}
