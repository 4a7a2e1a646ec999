/** Signature help: the operands of the instruction, directive or macro call around the cursor. */
import type { Position, SignatureHelp, SignatureInformation } from "vscode-languageserver";
import { directiveOf as directiveNamed } from "../assembler/dialects.ts";
import type { Macro } from "../assembler/unit.ts";
import { operandNames } from "../isa/encoding.ts";
import { describeOperand, type Form, formsOf, operandsOf } from "./forms.ts";
import { directiveOf } from "./occurrences.ts";
import { isInComment, operandIndexAt, type Statement } from "./syntax.ts";
import type { Analysis } from "./workspace.ts";

/** The forms that the statement may have, the one that fits what is written first. */
export function signatureHelp(analysis: Analysis, position: Position): SignatureHelp | null {
  const offset = analysis.offsetAt(position);
  const statement = analysis.statementAt(offset);
  const { head } = statement;
  if (head === undefined || offset <= head.end) return null;
  if (isInComment(analysis.text, statement, offset)) return null;
  const signatures = signaturesOf(analysis, statement);
  if (signatures.length === 0) return null;
  const index = Math.max(0, operandIndexAt(statement, offset));
  const count = statement.operands.filter(({ tokens }) => tokens.length > 0).length;
  const fits = ({ parameters = [] }: SignatureInformation) =>
    parameters.length >= Math.max(count, index + 1);
  const activeSignature = Math.max(0, signatures.findIndex(fits));
  return { signatures, activeSignature, activeParameter: index };
}

function signaturesOf(analysis: Analysis, statement: Statement): SignatureInformation[] {
  const name = statement.head?.text ?? "";
  const macro = analysis.unit.macros.find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (macro !== undefined && statement.kind === "instruction") return [macroSignature(macro)];
  if (statement.kind === "instruction") {
    return formsOf(name, analysis.architecture, analysis.dialect)
      .filter(({ syntax }) => syntax !== "")
      .map(formSignature);
  }
  const directive = directiveNamed(analysis.dialect, directiveOf(statement) ?? "");
  if (directive === undefined || directive.operands === "") return [];
  return [directiveSignature(directive)];
}

/** A signature whose parameters are the operands between commas. */
function signature(
  head: string,
  operands: readonly string[],
  documentation: string,
  describe: (operand: string) => string | undefined,
): SignatureInformation {
  let label = `${head} `;
  const parameters = operands.map((operand) => {
    const start = label.length;
    label += operand;
    const range: [number, number] = [start, label.length];
    label += ", ";
    const text = describe(operand);
    return text === undefined ? { label: range } : { label: range, documentation: text };
  });
  return { label: label.replace(/, $/, "").trimEnd(), documentation, parameters };
}

function formSignature(form: Form): SignatureInformation {
  return signature(form.mnemonic, operandsOf(form.syntax), form.summary, (operand) =>
    operandNames(operand)
      .map((name) => `${name}: ${describeOperand(form, name)}`)
      .join("\n"),
  );
}

function directiveSignature({
  name,
  operands,
  summary,
}: {
  name: string;
  operands: string;
  summary: string;
}): SignatureInformation {
  return signature(name, operands.split(/,\s*/), summary, () => undefined);
}

function macroSignature({ name, parameters }: Macro): SignatureInformation {
  const kinds = { optional: "may be left out", required: "required", vararg: "takes the rest" };
  const names = parameters.map((parameter) => parameter.name);
  return signature(name, names, "Macro", (operand) => {
    const found = parameters.find((parameter) => parameter.name === operand);
    return found && kinds[found.kind];
  });
}
