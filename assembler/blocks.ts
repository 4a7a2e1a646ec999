/** The bodies of macros and repetitions: what stands between a directive and the one that ends it. */
import type { Assembler, Input } from "./assembler.ts";
import { readStatement, type Token } from "./lexer.ts";

/**
 * The text from the next statement up to the directive that ends the block: `openers` nest,
 * `closers` end. Undefined (and reported) when there is no end.
 */
export function readBlock(
  assembler: Assembler,
  name: Token,
  openers: RegExp,
  closers: RegExp,
): { start: number; end: number } | undefined {
  const input = assembler.input as Input;
  const { text } = input.source;
  const start = input.at;
  let depth = 1;
  while (input.at < text.length) {
    const raw = readStatement(text, input.at, assembler.dialect.rules);
    const word = directiveWord(raw.tokens);
    if (word !== undefined) {
      if (openers.test(word)) depth++;
      else if (closers.test(word) && --depth === 0) {
        const end = raw.tokens.find(({ text: own }) => own.toLowerCase() === word)?.start;
        input.at = raw.next;
        return { start: Math.min(start, text.length), end: end ?? raw.start };
      }
    }
    input.at = raw.next;
  }
  const end = closers.test(".endm") ? ".endm" : ".endr";
  assembler.report("macro-without-end", name.start, name.end, { name: name.text.slice(1), end });
  return undefined;
}

/** The directive of a statement in lower case, behind its labels. */
export function directiveWord(tokens: readonly Token[]): string | undefined {
  let at = 0;
  while (tokens[at + 1]?.text === ":" && tokens[at + 1]?.kind === "operator") at += 2;
  const token = tokens[at];
  if (token?.kind !== "name" || !token.text.startsWith(".")) return undefined;
  return token.text.toLowerCase();
}
