/**
 * Operands without commas: in the simulators' dialects blanks and commas are the same, so
 * `lw t0 4(sp)` and `.word 1 2 -3` have as many operands as with commas. Commas of no width are put
 * between the tokens, and what reads operands does not see the difference.
 */
import { fRegisterIndex, xRegisterIndex } from "../../isa/registers.ts";
import { makeToken, type Token } from "../lexer.ts";

const isOperator = (token: Token | undefined, ...texts: string[]) =>
  token?.kind === "operator" && texts.includes(token.text);

const isRegister = ({ kind, text }: Token) =>
  kind === "name" && (xRegisterIndex(text) ?? fRegisterIndex(text)) !== undefined;

/** Whether a token starts an operand behind another one, without a comma in between. */
function startsOperand(token: Token, previous: Token, next: Token | undefined): boolean {
  const isAfterValue = previous.kind !== "operator" || isOperator(previous, ")");
  if (!isAfterValue) return false;
  if (token.kind !== "operator") return true;
  switch (token.text) {
    case "(":
      // `4 (sp)` is one operand, `4 (5 + 6)` two.
      return isRegister(previous) || (token.spaced && (next === undefined || !isRegister(next)));
    case "+":
    case "-":
    case "~":
      // `a - b` is one operand, `a -b` two.
      return token.spaced && next !== undefined && !next.spaced;
    case "%":
      return next?.kind === "name" && !next.spaced && token.spaced;
    default:
      return false;
  }
}

/**
 * The tokens of a statement with a comma between all of its operands. Labels and, when `hasHead`,
 * the first token behind them are no operands.
 */
export function separateOperands(tokens: readonly Token[], hasHead = true): Token[] {
  const result: Token[] = [];
  let at = 0;
  while (isOperator(tokens[at + 1], ":") && (at === 0 || isOperator(tokens[at - 1], ":"))) {
    if (!hasHead) break;
    result.push(tokens[at] as Token, tokens[at + 1] as Token);
    at += 2;
  }
  if (hasHead && tokens[at] !== undefined) result.push(tokens[at++] as Token);
  let depth = 0;
  let previous: Token | undefined;
  let comma: Token | undefined;
  for (; at < tokens.length; at++) {
    const token = tokens[at] as Token;
    if (isOperator(token, ",") && depth === 0) {
      if (previous !== undefined) comma ??= token;
      continue;
    }
    const isNew =
      comma !== undefined ||
      (depth === 0 && previous !== undefined && startsOperand(token, previous, tokens[at + 1]));
    if (isNew && previous !== undefined) {
      const { end } = previous;
      result.push(comma ?? makeToken("operator", end, end, ",", false));
    }
    comma = undefined;
    if (isOperator(token, "(")) depth++;
    else if (isOperator(token, ")")) depth--;
    result.push(token);
    previous = token;
  }
  return result;
}
