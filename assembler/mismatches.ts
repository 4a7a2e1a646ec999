/**
 * Why operands fit no form of a mnemonic: the architecture lacks it, an operand is missing, wrong
 * or one too many, or a memory operand has no register in its parentheses. Registers are suggested
 * by likeness.
 */
import { type Architecture, defaultMarch } from "../isa/architecture.ts";
import { csrAddressOf } from "../isa/csrs.ts";
import { instructionsNamed } from "../isa/instructions.ts";
import { fRegisterIndex, fRegisters, xRegisterIndex, xRegisters } from "../isa/registers.ts";
import type { Assembler } from "./assembler.ts";
import { suggestion } from "./diagnostics.ts";
import type { Form } from "./instructions.ts";
import type { Token } from "./lexer.ts";
import { agrees, describeShape, type Operand } from "./operands.ts";

/** What stands in the source, and the forms that it was compared with. */
interface Mismatch {
  readonly name: Token;
  readonly operands: readonly Operand[];
  readonly tokens: readonly Token[];
  /** The forms that the architecture has. */
  readonly possible: readonly Form[];
  /** Those of any architecture; at least one. */
  readonly all: readonly Form[];
}

/** The most forms that one message shows. */
const formsShown = 3;

/** Reports why no form fits. */
export function explainMismatch(assembler: Assembler, mismatch: Mismatch): void {
  const { name, operands, tokens, possible, all } = mismatch;
  if (assembler.hasReportedEnough) return;
  if (possible.length === 0) {
    const form = (all.find((one) => one.instruction !== undefined) ?? all[0]) as Form;
    assembler.report("unavailable-instruction", name.start, name.end, {
      name: name.text,
      needs: needOf(form, assembler.code.architecture),
      march: assembler.options.march ?? defaultMarch,
    });
    return;
  }
  if (reportNoComma(assembler, operands, tokens)) return;
  if (reportNoAddress(assembler, mismatch)) return;
  const best = possible.reduce((a, b) => (score(b, operands) > score(a, operands) ? b : a));
  const values = { mnemonic: name.text, form: written(name, best) };
  for (const [index, shape] of best.shapes.entries()) {
    const operand = operands[index];
    if (operand === undefined || operand.kind === "empty") {
      reportMissing(assembler, mismatch, index, best);
      return;
    }
    if (agrees(operand, shape)) continue;
    const near =
      operand.name === undefined || (shape.kind !== "x" && shape.kind !== "f")
        ? ""
        : registerSuggestion(operand.name, shape.kind);
    const start = (tokens[operand.first] as Token).start;
    const end = (tokens[operand.last - 1] as Token).end;
    const kind = describeShape(shape);
    assembler.report("wrong-operand", start, end, { ...values, kind, suggestion: near });
    return;
  }
  const extra = operands[best.shapes.length] as Operand | undefined;
  const first = tokens[extra?.first ?? -1] ?? tokens.at(-1) ?? name;
  const last = tokens.at(-1) ?? name;
  assembler.report("unexpected-operand", first.start, Math.max(first.end, last.end), {
    ...values,
    form: best.syntax === "" ? "no operands" : best.syntax,
    text: assembler.source.text.slice(first.start, Math.max(first.end, last.end)),
  });
}

const written = ({ text }: Token, { syntax }: Form) => (syntax === "" ? text : `${text} ${syntax}`);

/** Reports an operand that is two values side by side, as in `mv a0 a1`; whether there was one. */
function reportNoComma(
  assembler: Assembler,
  operands: readonly Operand[],
  tokens: readonly Token[],
): boolean {
  const isValue = (token: Token | undefined) => token?.kind === "name" || token?.kind === "integer";
  for (const { kind, first, last } of operands) {
    if (kind !== "expression" && kind !== "memory") continue;
    const [token, next] = [tokens[first], tokens[first + 1]];
    if (first + 2 > last || !isValue(token) || !(isValue(next) || isOperator(next, "%"))) continue;
    const [left, right] = [token as Token, next as Token];
    const end = isValue(next) ? right.end : (tokens[last - 1] as Token).end;
    const { text } = assembler.source;
    assembler.report("no-comma", left.start, end, {
      text: `${left.text}, ${text.slice(right.start, end)}`,
    });
    return true;
  }
  return false;
}

/**
 * Reports a load or store whose offset and register are operands of their own, as in
 * `sw a0, a1, 4`; whether it was that.
 */
function reportNoAddress(
  assembler: Assembler,
  { name, operands, tokens, possible }: Mismatch,
): boolean {
  const [value, second, third] = operands;
  const form = possible.find(({ shapes }) => shapes.length === 2 && shapes[1]?.kind === "memory");
  const shape = form?.shapes[0];
  if (shape === undefined || operands.length !== 3) return false;
  if (value === undefined || second === undefined || third === undefined) return false;
  const [base, offset] = second.kind === "x" ? [second, third] : [third, second];
  if (!agrees(value, shape) || base.kind !== "x" || offset.kind !== "expression") return false;
  const [from, to] = [tokens[second.first] as Token, tokens[third.last - 1] as Token];
  const written = ({ first, last }: Operand) =>
    assembler.source.text.slice((tokens[first] as Token).start, (tokens[last - 1] as Token).end);
  assembler.report("address-expected", from.start, to.end, {
    mnemonic: name.text,
    text: `${written(offset)}(${written(base)})`,
  });
  return true;
}

/** Reports a CSR and a value in each other's places, as in `csrw a0, mstatus`; whether it was that. */
export function reportSwapped(
  assembler: Assembler,
  name: Token,
  operands: readonly Operand[],
  tokens: readonly Token[],
  possible: readonly Form[],
): boolean {
  for (const { shapes } of possible) {
    const csr = shapes.findIndex(({ kind }) => kind === "csr");
    const first = operands[csr];
    const isOther =
      first?.kind === "x" || (first?.kind === "expression" && first.name === undefined);
    if (shapes.length !== operands.length || !isOther) continue;
    const other = operands.findIndex(
      ({ kind, name: text }) =>
        kind === "expression" && text !== undefined && csrAddressOf(text) !== undefined,
    );
    if (other < 0 || other === csr) continue;
    // Some dialects have it the other way round.
    const isRight = (form: Form) =>
      form.shapes.length === operands.length && form.shapes[other]?.kind === "csr";
    if (possible.some(isRight)) return false;
    const texts = operands.map(({ first: from, last: to }) =>
      assembler.source.text.slice((tokens[from] as Token).start, (tokens[to - 1] as Token).end),
    );
    [texts[csr], texts[other]] = [texts[other] ?? "", texts[csr] ?? ""];
    const end = (tokens.at(-1) as Token).end;
    assembler.report("swapped-operands", name.start, end, {
      text: `${name.text} ${texts.join(", ")}`,
    });
    return true;
  }
  return false;
}

/** How well a form fits: operands that agree from the left on, and how many there are. */
function score({ shapes, instruction }: Form, operands: readonly Operand[]): number {
  const wrong = shapes.findIndex((shape, index) => {
    const operand = operands[index];
    return operand === undefined || !agrees(operand, shape);
  });
  const right = wrong < 0 ? shapes.length : wrong;
  const preference = instruction === undefined ? 0 : 1;
  return right * 8 - 2 * Math.abs(shapes.length - operands.length) + preference;
}

/** Reports that operand `index` is missing, with all that could stand there. */
function reportMissing(
  assembler: Assembler,
  { name, operands, tokens, possible }: Mismatch,
  index: number,
  best: Form,
): void {
  const given = operands.slice(0, index);
  const others = possible.filter(
    ({ shapes }) =>
      shapes.length === best.shapes.length &&
      given.every((operand, at) => {
        const shape = shapes[at];
        return shape !== undefined && agrees(operand, shape);
      }),
  );
  const shown = [best, ...others.filter((form) => form !== best)].slice(0, formsShown);
  const kinds = shown.flatMap(({ shapes }) => {
    const shape = shapes[index];
    const kind = shape === undefined ? "" : describeShape(shape);
    return kind === "" ? [] : [kind.charAt(0).toLowerCase() + kind.slice(1)];
  });
  const at = tokens.at(-1) ?? name;
  assembler.report("missing-operand", at.start, at.end, {
    mnemonic: name.text,
    kind: [...new Set(kinds)].join(", or "),
    form: [...new Set(shown.map((form) => `\`${written(name, form)}\``))].join(" or "),
  });
}

/** What an architecture lacks for a form, as a noun phrase. */
function needOf({ instruction, pseudo }: Form, architecture: Architecture): string {
  const last = pseudo?.expansion.split("; ").at(-1)?.split(" ")[0] ?? "";
  const base = instruction ?? instructionsNamed(last)[0];
  const xlen = pseudo?.xlen ?? base?.xlen;
  if (xlen !== undefined && xlen !== architecture.xlen) return `RV${xlen}`;
  return `extension ${(pseudo?.extension ?? base?.extension ?? "").replace("|", " or ")}`;
}

/**
 * Reports an operand such as `4(b1)`, where no integer register stands in the parentheses, or
 * `4(sp`, which they do not close; whether there was one. No expression looks like that.
 */
export function reportNoRegister(
  assembler: Assembler,
  operands: readonly Operand[],
  tokens: readonly Token[],
): boolean {
  for (const { kind, first, last } of operands) {
    if (kind !== "expression" && kind !== "function") continue;
    const isClosed = isOperator(tokens[last - 1], ")");
    const base = isClosed ? last - 2 : last - 1;
    const name = tokens[base];
    if (base - 1 <= first || name?.kind !== "name" || !isOperator(tokens[base - 1], "(")) continue;
    if (!endsValue(tokens, first, base - 2)) continue;
    const isRegister = xRegisterIndex(name.text) !== undefined;
    if (!isClosed) {
      if (!isRegister) continue;
      assembler.report("expected-close", name.start, name.end, { close: ")" });
      return true;
    }
    if (isRegister) continue;
    if (reportNoComma(assembler, operands, tokens)) return true;
    const word = tokens[base - 2];
    if (base - 2 === first && word?.kind === "name" && likelyFunctions.test(word.text)) {
      const text = `%${word.text}(${name.text})`;
      assembler.report("function-without-percent", word.start, name.end + 1, { text });
      return true;
    }
    const isFloat = fRegisterIndex(name.text) !== undefined;
    assembler.report("no-base-register", name.start, name.end, {
      name: name.text,
      what: isFloat ? "a floating-point register" : "no register",
      suggestion: isFloat ? "" : registerSuggestion(name.text, "x"),
    });
    return true;
  }
  return false;
}

/** Relocation functions that are often written without their `%`. */
const likelyFunctions = /^(hi|lo|pcrel_hi|pcrel_lo|tprel_hi|tprel_lo|got_pcrel_hi)$/i;

const isOperator = (token: Token | undefined, text: string) =>
  token?.kind === "operator" && token.text === text;

/** Whether the token at `index` ends a value: `%lo` before its parenthesis does not. */
function endsValue(tokens: readonly Token[], first: number, index: number): boolean {
  const token = tokens[index];
  if (token?.kind === "operator") return token.text === ")";
  return !(token?.kind === "name" && index === first + 1 && isOperator(tokens[first], "%"));
}

/** " Did you mean `a1`?" for a name like that of a register, those of arguments first. */
export function registerSuggestion(name: string, kind: "x" | "f"): string {
  const registers = [...(kind === "x" ? xRegisters : fRegisters)];
  const isArgument = ({ role }: { role: string }) => (role === "argument" ? 0 : 1);
  registers.sort((a, b) => isArgument(a) - isArgument(b));
  const names = [...registers.map(({ abi }) => abi), ...registers.map((one) => one.name)];
  return suggestion(name, names);
}
