/**
 * Directives as compilers write them, read from a line's bytes: a tab, the name, a blank, plain
 * operands, the line's end. A reader looks at the whole line before it does anything; where it
 * returns false it has done nothing, and the directive is read from its tokens (`directives/`),
 * which says what is wrong with it, too.
 */
import { STB, STT } from "../elf/constants.ts";
import type { Assembler } from "./assembler.ts";
import { type FrameDirective, plainFrames, restoringState } from "./directives/frame.ts";
import { alignTo } from "./directives/layout.ts";
import { bindSymbol, nameSymbol, setType } from "./directives/symbol.ts";
import { type Expression, number, symbolValue } from "./expressions.ts";
import { hashWith, KnownLines } from "./known-lines.ts";
import { startsName } from "./lexer.ts";
import { byteOf, bytesOfWord, type LineCursor } from "./line-cursor.ts";
import type { LineReader } from "./line-reader.ts";
import type { Mention } from "./symbols.ts";

/**
 * Reads what stands behind a directive's name; where it returns true the cursor is at the line's
 * end, and has been there when it said to the reader that the statement begins.
 */
type PlainReader = (reader: LineReader, line: LineCursor, assembler: Assembler) => boolean;

/** The greatest number of 31 bits. */
const most = 0x7fffffff;

/** What numbers of so many bytes are below. */
const limits = [0, 2 ** 8, 2 ** 16, 0, 2 ** 32, 0, 0, 0, Infinity];

/** A number, a symbol, or the difference of two symbols, of some bytes. */
const data =
  (size: number): PlainReader =>
  (reader, line, assembler) =>
    startsName(line.bytes[line.at] as number)
      ? address(reader, line, assembler, size)
      : numeral(reader, line, assembler, size);

function numeral(
  reader: LineReader,
  line: LineCursor,
  assembler: Assembler,
  size: number,
): boolean {
  const isNegative = line.takes(byteOf.minus);
  const value = line.unsigned();
  // What is too large is cut off with a warning, which others do.
  const limit = (limits[size] as number) / (isNegative ? 2 : 1);
  if (value < 0 || value >= limit || !line.isAtEnd) return false;
  reader.begin();
  assembler.mark("data");
  const { subsection } = assembler;
  if (size === 8) subsection.appendLong(isNegative ? -value : value);
  else subsection.append(isNegative ? -value : value, size);
  return true;
}

function address(
  reader: LineReader,
  line: LineCursor,
  assembler: Assembler,
  size: number,
): boolean {
  const { text, at: start } = line;
  const end = line.name();
  if (end < 0) return false;
  const isDifference = line.takes(byteOf.minus);
  const isSum = !isDifference && line.takes(byteOf.plus);
  let stop = end;
  let constant = 0;
  if (isDifference && startsName(line.bytes[line.at] as number)) stop = line.name();
  else if (isDifference || isSum) {
    const number = line.unsigned();
    if (number < 0 || number > most) return false;
    constant = isDifference ? -number : number;
  }
  if (stop < 0 || !line.isAtEnd) return false;
  reader.begin();
  // The mapping symbol comes before symbols that the values are the first to name.
  assembler.mark("data");
  const symbol = assembler.named(text.slice(start, end), start, end);
  const other = stop > end ? assembler.named(text.slice(end + 1, stop), end + 1, stop) : undefined;
  const { subsection, source } = assembler;
  const { current, section } = subsection;
  section.fixups.pushAddress(current, size, symbol, other, constant, source, start, line.at);
  subsection.appendZeros(size);
  return true;
}

/** A string without escapes, and zeros behind it. */
const string =
  (zeros: number): PlainReader =>
  (reader, line, assembler) => {
    if (!line.takes(byteOf.quote)) return false;
    const { bytes, at: start } = line;
    let end = start;
    let byte = bytes[end] as number;
    while (byte !== byteOf.quote) {
      if (byte === byteOf.backslash || byte > 127 || byte === byteOf.newline) return false;
      byte = bytes[++end] as number;
    }
    line.at = end + 1;
    if (!line.isAtEnd) return false;
    reader.begin();
    assembler.mark("data");
    assembler.subsection.appendBytes(bytes.subarray(start, end));
    assembler.subsection.appendZeros(zeros);
    return true;
  };

/** Zeros, of which there are some. */
const zeros: PlainReader = (reader, line, assembler) => {
  const count = line.unsigned();
  if (count < 1 || count > 0xffff || !line.isAtEnd) return false;
  reader.begin();
  assembler.mark("data");
  const { subsection } = assembler;
  subsection.appendZeros(count);
  // GNU as has space as a fragment of its own, which call frames notice.
  if (subsection.section.isCode) subsection.close(undefined);
  return true;
};

/** An alignment to a power of two, without a fill value. */
const align: PlainReader = (reader, line, assembler) => {
  const { at: start } = line;
  const power = line.unsigned();
  if (power < 0 || power > 24 || !line.isAtEnd) return false;
  reader.begin();
  alignTo(assembler, 2 ** power, undefined, 0, mentionOf(assembler, start, line.at));
  return true;
};

const mentionOf = ({ source }: Assembler, start: number, end: number): Mention => ({
  source,
  start,
  end,
});

/** A binding of one symbol. */
const bind =
  (binding: number): PlainReader =>
  (reader, line, assembler) => {
    const { at: start } = line;
    const end = line.name();
    if (end < 0 || !line.isAtEnd) return false;
    reader.begin();
    bindSymbol(nameSymbol(assembler, line.text.slice(start, end), start, end), binding);
    return true;
  };

const types: readonly (readonly [Uint8Array, number])[] = [
  [bytesOfWord("@function"), STT.FUNC],
  [bytesOfWord("@object"), STT.OBJECT],
];

/** `.type symbol, @function`, and the same of objects. */
const type: PlainReader = (reader, line, assembler) => {
  const { at: start } = line;
  const end = line.name();
  if (end < 0 || !line.takesComma()) return false;
  const { at } = line;
  const known = types.find(([word]) => line.takesAll(word));
  if (known === undefined || !line.isAtEnd) return false;
  reader.begin();
  const symbol = nameSymbol(assembler, line.text.slice(start, end), start, end);
  setType(assembler, symbol, known[1], { start: at + 1, end: line.at });
  return true;
};

const fromHere = bytesOfWord(".-");

/** `.size symbol, .-symbol`, or a number. */
const size: PlainReader = (reader, line, assembler) => {
  const { text, at: start } = line;
  const end = line.name();
  if (end < 0 || !line.takesComma()) return false;
  const { at } = line;
  const isDistance = line.takesAll(fromHere);
  const { at: from } = line;
  const value = isDistance ? line.name() : line.unsigned();
  if (value < 0 || !line.isAtEnd) return false;
  reader.begin();
  // What the expression names comes before the symbol, also in the object's table.
  let size: Expression;
  if (isDistance) {
    const left = symbolValue(assembler.currentPlace());
    const right = symbolValue(assembler.named(text.slice(from, value), from, value));
    size = { op: "binary", operator: "-", left, right };
  } else size = number(BigInt(value));
  const symbol = nameSymbol(assembler, text.slice(start, end), start, end);
  symbol.size = size;
  symbol.sizeMention = mentionOf(assembler, at, line.at);
  return true;
};

const discriminator = bytesOfWord("discriminator ");
const isStatement = bytesOfWord("is_stmt ");

/** `.loc file line column`, perhaps with `is_stmt` and `discriminator`. */
const location: PlainReader = (reader, line, assembler) => {
  const file = line.unsigned();
  if (file < 0 || !line.takes(byteOf.space)) return false;
  const row = line.unsigned();
  if (row < 0 || !line.takes(byteOf.space)) return false;
  const column = line.unsigned();
  if (column < 0 || file > most || row > most || column > most) return false;
  let mark = 0;
  let option = -1;
  while (!line.isAtEnd) {
    if (!line.takes(byteOf.space)) return false;
    if (line.takesAll(discriminator)) {
      mark = line.unsigned();
      if (mark < 0 || mark > most) return false;
    } else if (line.takesAll(isStatement)) {
      option = line.unsigned();
      if (option < 0 || option > 1) return false;
    } else return false;
  }
  const { lines } = assembler;
  if (lines.files.files[file] === undefined) return false;
  reader.begin();
  lines.flush(assembler);
  lines.locateAt(file, row, column, option, mark);
  return true;
};

/** A directive of call frames whose operands are numbers. */
const frame =
  ({ operands, encode, isShared }: FrameDirective): PlainReader =>
  (reader, line, assembler) => {
    const { frames } = assembler;
    if (!frames.hasOpen) return false;
    const values: number[] = [];
    for (let index = 0; index < operands.length; index++) {
      if (index > 0 && !line.takesComma()) return false;
      const value = line.integer();
      if (Number.isNaN(value) || (value < 0 && operands[index] !== "offset")) return false;
      values.push(value);
    }
    if (!line.isAtEnd) return false;
    reader.begin();
    frames.addBytes(assembler, encode(values, assembler), isShared);
    return true;
  };

const restoreState: PlainReader = (reader, line, assembler) => {
  const { frames } = assembler;
  if (!frames.hasOpen || frames.remembered.length === 0 || !line.isAtEnd) return false;
  reader.begin();
  frames.offset = frames.remembered.pop() as number;
  frames.addBytes(assembler, restoringState, true);
  return true;
};

const startFrame: PlainReader = (reader, line, assembler) => {
  if (assembler.frames.hasOpen || !line.isAtEnd) return false;
  reader.begin();
  assembler.frames.start(assembler, false, { start: line.start + 1, end: line.at });
  return true;
};

const endFrame: PlainReader = (reader, line, assembler) => {
  if (!assembler.frames.hasOpen || !line.isAtEnd) return false;
  reader.begin();
  assembler.frames.end(assembler, { start: line.start + 1, end: line.at, text: "" });
  return true;
};

/** Goes to a section that there is; one of zeros takes no plain lines. */
function enter(reader: LineReader, assembler: Assembler, name: string): boolean {
  if (!assembler.hasSection(name)) return false;
  const section = assembler.section(name);
  if (section.isZeros) return false;
  reader.begin();
  assembler.enter(section.subsection(0));
  return true;
}

/** `.text` and `.data`, without a subsection. */
const enterNamed =
  (name: string): PlainReader =>
  (reader, line, assembler) =>
    line.isAtEnd && enter(reader, assembler, name);

/** `.section name`, without anything that would be compared with what the section is. */
const enterSection: PlainReader = (reader, line, assembler) => {
  const { text, at: start } = line;
  const end = line.name();
  return end >= 0 && line.isAtEnd && enter(reader, assembler, text.slice(start, end));
};

const readers: Readonly<Record<string, PlainReader>> = {
  ".byte": data(1),
  ".half": data(2),
  ".2byte": data(2),
  ".short": data(2),
  ".word": data(4),
  ".4byte": data(4),
  ".long": data(4),
  ".dword": data(8),
  ".8byte": data(8),
  ".quad": data(8),
  ".ascii": string(0),
  ".asciz": string(1),
  ".string": string(1),
  ".zero": zeros,
  ".align": align,
  ".p2align": align,
  ".globl": bind(STB.GLOBAL),
  ".global": bind(STB.GLOBAL),
  ".local": bind(STB.LOCAL),
  ".weak": bind(STB.WEAK),
  ".type": type,
  ".size": size,
  ".loc": location,
  ".text": enterNamed(".text"),
  ".data": enterNamed(".data"),
  ".section": enterSection,
  ".cfi_restore_state": restoreState,
  ".cfi_startproc": startFrame,
  ".cfi_endproc": endFrame,
  ...Object.fromEntries(plainFrames.map((one) => [one.name, frame(one)])),
};

/** The readers by the directive with the tab before it. */
export const plainDirectives = new KnownLines<PlainReader>();
for (const [name, reader] of Object.entries(readers)) {
  const bytes = bytesOfWord(`\t${name}`);
  plainDirectives.add(bytes, 0, bytes.length, bytes.reduce(hashWith, 0), reader);
}
