/**
 * How a file is laid out by those who wrote it: where most of its lines begin, whether operands
 * stand one blank behind mnemonics or in a column, where comments are, what stands at the margin.
 * Found by a look at its lines, not by parsing; few lines say nothing.
 */
import type { Columns } from "./columns.ts";

/** What lines of a file have in common; undefined where there are too few to say. */
export interface WrittenStyle {
  /** The usual column of mnemonics. */
  readonly mnemonic: number | undefined;
  /** Every column in which a fair share of them stands: bodies of macros and the like. */
  readonly indentations: ReadonlySet<number>;
  /** The usual column of operands, or 0 for one blank behind the mnemonic. */
  readonly operands: number | undefined;
  /** The usual column of comments behind instructions, or 0 for a blank or two behind them. */
  readonly comment: number | undefined;
  /** Whether directives stand at the margin. */
  readonly hasDirectivesAtMargin: boolean;
  /** Words that always stand at the margin, as calls of macros do that begin a function. */
  readonly atMargin: ReadonlySet<string>;
}

/** A style is found in no fewer lines, that of comments in half as many. */
const leastLines = 10;
const leastDirectives = 3;
/** Directives stand at the margin where so many do. */
const agreement = 0.7;
/** A column of mnemonics is meant where so many of them stand in it. */
const fairShare = 0.1;
/** Longer mnemonics reach behind the column of operands, and say nothing of it. */
const shortMnemonic = 4;
/** What has more characters, blanks apart, may reach behind the column of comments. */
const shortStatement = 20;

/** So much of a file tells its style. */
const lineLimit = 2000;
const lengthLimit = 1 << 17;
const longestLine = 200;

const line =
  /^([ \t]*)(\.?[A-Za-z_][\w.]*)(?:([ \t]+)([^\s#/;=][^#/\n]*?))?(?:([ \t]*)(#.*|\/\/.*|\/\*.*))?$/;

/** The column that a text leads to from the margin. */
function widthOf(text: string, tabSize: number): number {
  let at = 0;
  for (const one of text) at = one === "\t" ? at + tabSize - (at % tabSize) : at + 1;
  return at;
}

/** The column of the operands of a line, where more than one blank leads to it: it was chosen. */
export function alignedColumn(whole: string, tabSize: number): number | undefined {
  const [, before] = /^((?:[\w.$]+:)?[ \t]*\.?[A-Za-z_][\w.]*(?:[ \t]{2,}|\t))\S/.exec(whole) ?? [];
  return before === undefined ? undefined : widthOf(before, tabSize);
}

/** Reads the style of a text; a tab leads to the next multiple of `tabSize`. */
export function styleOf(text: string, tabSize: number): WrittenStyle {
  const [mnemonics, operands, comments] = [new Tally(), new Tally(), new Tally()];
  const directives = new Tally();
  const names = new Map<string, Tally>();
  const column = (before: string) => widthOf(before, tabSize);
  for (const whole of text.slice(0, lengthLimit).split("\n", lineLimit)) {
    const match = whole.length > longestLine ? null : line.exec(whole.trimEnd());
    if (match === null) continue;
    const [, indent = "", head = "", gap, rest = "", space, comment] = match;
    const isAtMargin = indent === "";
    if (head.startsWith(".")) {
      directives.add(isAtMargin ? 0 : 1);
      continue;
    }
    let own = names.get(head);
    if (own === undefined) {
      own = new Tally();
      names.set(head, own);
    }
    own.add(isAtMargin ? 0 : 1);
    // What stands at the margin will not stay there, but its other blanks are as wanted.
    if (!isAtMargin) mnemonics.add(column(indent));
    if (gap !== undefined && head.length <= shortMnemonic) {
      operands.add(gap === " " ? 0 : column(indent + head + gap));
    }
    const before = indent + head + (gap ?? "") + rest;
    if (comment !== undefined && before.replace(/\s/g, "").length <= shortStatement) {
      comments.add(isBlankOrTwo(space) ? 0 : column(before + (space ?? "")));
    }
  }
  const isUsual = (own: Tally) => own.count >= 2 && own.share(0) >= agreement;
  const atMargin = [...names].filter(([, own]) => isUsual(own)).map(([name]) => name);
  return {
    mnemonic: mnemonics.usual(leastLines),
    indentations: mnemonics.above(leastLines, fairShare),
    operands: operands.usual(leastLines),
    comment: comments.usual(leastLines / 2),
    hasDirectivesAtMargin: directives.count >= leastDirectives && directives.share(0) >= agreement,
    atMargin: new Set(atMargin),
  };
}

/** Whether a comment follows so closely that no column is meant. */
export const isBlankOrTwo = (gap = ""): boolean => gap === " " || gap === "  ";

/** The columns of the settings, where a file has none of its own. */
export function adapted(columns: Columns, style: WrittenStyle): Columns {
  const mnemonic = style.mnemonic ?? columns.mnemonic;
  return {
    ...columns,
    mnemonic,
    operands: style.operands === 0 ? 0 : Math.max(style.operands ?? columns.operands, mnemonic + 1),
    comment: style.comment ?? columns.comment,
  };
}

/** How often each number was seen. */
class Tally {
  readonly #counts = new Map<number, number>();
  #total = 0;

  add(value: number): void {
    this.#counts.set(value, (this.#counts.get(value) ?? 0) + 1);
    this.#total++;
  }

  get count(): number {
    return this.#total;
  }

  /** The part of all that a number is, 0 to 1. */
  share(value: number): number {
    return this.#total === 0 ? 0 : (this.#counts.get(value) ?? 0) / this.#total;
  }

  /** The number that was seen most, where there were enough. */
  usual(least: number): number | undefined {
    if (this.#total < least) return undefined;
    let best: number | undefined;
    for (const value of this.#counts.keys()) {
      if (best === undefined || this.share(value) > this.share(best)) best = value;
    }
    return best;
  }

  /** The numbers with at least such a share, where there were enough. */
  above(least: number, share: number): ReadonlySet<number> {
    if (this.#total < least) return new Set();
    return new Set([...this.#counts.keys()].filter((value) => this.share(value) >= share));
  }
}
