/** Directives that put data into the section: numbers, strings, files, repeated values. */
import type { Arguments } from "../arguments.ts";
import type { Assembler } from "../assembler.ts";
import type { Directive } from "../directives.ts";
import { evaluateNumber, number } from "../expressions.ts";
import { type FloatSize, floatBits, floatBytes } from "../floats.ts";
import { distanceSoFar } from "../layout.ts";
import { encodeLeb128 } from "../leb128.ts";
import type { Token } from "../lexer.ts";
import { sectionLimit } from "../sections.ts";
import type { Mention } from "../symbols.ts";

/** Handles a list of numbers of `size` bytes. */
export function numbers(assembler: Assembler, args: Arguments, size: number): void {
  if (args.isAtEnd) return;
  // The mapping symbol comes before symbols that the values are the first to name.
  assembler.mark("data");
  do {
    const from = args.at;
    if (args.assumesZero()) {
      assembler.data(size, number(0n), args.mention(from));
      continue;
    }
    const value = args.expression();
    if (value === undefined) return;
    const mention = args.mention(from);
    if (value.op === "float") {
      assembler.reportAt("float", mention);
      assembler.subsection.appendZeros(size);
      continue;
    }
    assembler.data(size, value, mention);
  } while (args.comma());
}

/** A floating-point number that is given by its bits, as in `0f:3f800000`. */
function bitsBehind(
  assembler: Assembler,
  args: Arguments,
  { start, text }: Token,
  size: FloatSize,
): Uint8Array | undefined {
  if (!/^0[a-zA-Z]$/.test(text)) return undefined;
  let digits = "";
  let end = start;
  for (let next = args.peek(); next !== undefined && next.text !== ","; next = args.peek()) {
    digits += next.text;
    end = next.end;
    args.at++;
  }
  if (digits.replaceAll("_", "").length > size * 2) {
    const [value, bits] = [`${text}:${digits}`, String(size * 8)];
    assembler.report("float-too-long", start, end, { value, bits });
    return new Uint8Array();
  }
  return floatBits(digits, size);
}

/** Handles a list of floating-point numbers of `size` bytes. */
export function floats(assembler: Assembler, args: Arguments, size: FloatSize): void {
  const start = args.at;
  do {
    const from = args.at;
    const isNegative = args.take("-");
    if (!isNegative) args.take("+");
    const sign = isNegative ? "-" : "";
    const token = args.peek();
    if (token === undefined && args.at === start) return;
    if (token === undefined || token.text === ",") {
      const { start: at, end } = token ?? args.name;
      assembler.report("missing-expression", at, end);
      if (token === undefined) return;
      continue;
    }
    args.at++;
    const bytes = args.take(":")
      ? bitsBehind(assembler, args, token, size)
      : token.kind === "string"
        ? undefined
        : floatBytes(sign + token.text, size);
    // Of one that is too large nothing is written.
    if (bytes?.length === 0) continue;
    if (bytes === undefined) {
      assembler.reportAt("bad-number", args.mention(from), { text: token.text });
      continue;
    }
    assembler.mark("data");
    if (assembler.takesBytes(args.mention(from))) assembler.subsection.appendBytes(bytes);
  } while (args.comma());
}

/** A list of strings, whose characters take `width` bytes, and `zeros` characters behind each. */
function strings(assembler: Assembler, args: Arguments, width: number, zeros: number): void {
  if (args.isAtEnd) return;
  do {
    const from = args.at;
    let text = args.string();
    if (text === undefined) return;
    // Strings side by side are one string.
    while (args.peek()?.kind === "string") text += args.string() ?? "";
    const bytes = new Uint8Array((text.length + zeros) * width);
    for (let index = 0; index < text.length; index++) bytes[index * width] = text.charCodeAt(index);
    assembler.mark("data");
    put(assembler, bytes, args.mention(from));
  } while (args.comma());
}

/** Appends bytes; in a section of zeros nothing but these. */
function put(assembler: Assembler, bytes: Uint8Array, mention: Mention): void {
  const { subsection } = assembler;
  if (subsection.section.isZeros && bytes.every((byte) => byte === 0)) {
    subsection.appendZeros(bytes.length);
  } else if (assembler.takesBytes(mention)) subsection.appendBytes(bytes);
}

/** `.space count, fill` and `.zero count`. */
function space(assembler: Assembler, args: Arguments): void {
  if (args.assumesZero()) return;
  assembler.mark("data");
  const from = args.at;
  const count = args.expression();
  if (count === undefined) return;
  const mention = args.mention(from);
  const fill = args.comma() ? (args.constant("The fill value") ?? 0n) : 0n;
  if (fill !== 0n && !assembler.takesBytes(mention)) return;
  assembler.checkWidth(fill, 1, mention);
  fillWith(assembler, count, Uint8Array.of(Number(BigInt.asUintN(8, fill))), mention, true);
}

/** Repeats a pattern; at once when the count is known. */
function fillWith(
  assembler: Assembler,
  count: Parameters<typeof evaluateNumber>[0],
  pattern: Uint8Array,
  mention: ReturnType<Arguments["mention"]>,
  isSpace = false,
): void {
  const { subsection } = assembler;
  assembler.mark("data");
  const known = evaluateNumber(count, distanceSoFar);
  if (known === 0n && isSpace) assembler.reportAt("ignored-count", mention, { value: "0" });
  if (typeof known !== "bigint") {
    subsection.close({ kind: "space", count, pattern, mention });
    return;
  }
  if (known * BigInt(pattern.length) > 65536n || known < 0n) {
    if (known < 0n) {
      assembler.reportAt("ignored-count", mention, { value: String(known) });
      return;
    }
    if (known * BigInt(pattern.length) > BigInt(sectionLimit)) {
      assembler.reportAt("value-out-of-range", mention, {
        value: String(known),
        range: `0 to ${sectionLimit}`,
      });
      return;
    }
    subsection.close({ kind: "space", count: number(known), pattern, mention });
    return;
  }
  const bytes = new Uint8Array(Number(known) * pattern.length);
  if (pattern.some((byte) => byte !== 0)) {
    for (let at = 0; at < bytes.length; at += pattern.length) bytes.set(pattern, at);
  }
  subsection.appendBytes(bytes);
  // GNU as has space as a fragment of its own, which call frames notice.
  if (bytes.length > 0 && subsection.section.isCode) subsection.close(undefined);
}

/** `.fill count, size, value`. */
function fill(assembler: Assembler, args: Arguments): void {
  if (args.assumesZero()) return;
  assembler.mark("data");
  const from = args.at;
  const count = args.expression();
  if (count === undefined) return;
  const mention = args.mention(from);
  let size = args.comma() ? (args.integer("The size", -0x7fffffff, 0x7fffffff) ?? 1) : 1;
  if (size < 0) {
    assembler.reportAt("negative-size", mention, { value: String(size) });
    args.rest();
    return;
  }
  if (size > 8) {
    assembler.reportAt("clamped-size", mention, { value: String(size) });
    size = 8;
  }
  const value = args.comma() ? (args.constant("The value") ?? 0n) : 0n;
  if (value !== 0n && !assembler.takesBytes(mention)) return;
  const pattern = new Uint8Array(size);
  for (let index = 0; index < Math.min(size, 4); index++) {
    pattern[index] = Number(BigInt.asUintN(8, value >> BigInt(8 * index)));
  }
  if (size > 0) fillWith(assembler, count, pattern, mention);
}

/** `.uleb128` and `.sleb128`. */
function leb128(assembler: Assembler, args: Arguments, isSigned: boolean): void {
  const from = args.at;
  const value = args.expression();
  if (value === undefined) return;
  const mention = args.mention(from);
  if (args.peek()?.text === ",") {
    assembler.reportAt("one-value", args.mention(args.at), { name: args.name.text });
    args.rest();
    return;
  }
  if (!assembler.takesBytes(mention)) return;
  assembler.mark("data");
  const known = evaluateNumber(value, distanceSoFar);
  if (typeof known === "bigint" && BigInt.asIntN(65, known) !== known) {
    const range = "64 bits";
    assembler.reportAt("value-out-of-range", mention, { value: `0x${known.toString(16)}`, range });
  } else if (typeof known === "bigint") {
    assembler.subsection.appendBytes(encodeLeb128(known, isSigned));
  } else {
    assembler.subsection.close({ kind: "leb128", value, isSigned, mention });
  }
}

/** `.incbin "file", skip, count`. */
function includeBytes(assembler: Assembler, args: Arguments): void {
  const token = args.peek();
  const path = args.string();
  if (path === undefined || token === undefined) return;
  const skip = args.comma() ? (args.integer("The offset", 0, 0x7fffffff) ?? 0) : 0;
  const count = args.comma() ? args.integer("The count", 0, 0x7fffffff) : undefined;
  const mention = { source: assembler.source, start: token.start, end: token.end };
  const { content, found } = readNear(assembler, path);
  assembler.unit.inclusions.push({
    mention,
    path,
    isBinary: true,
    ...(found === undefined ? {} : { found }),
  });
  if (content === undefined) {
    assembler.reportAt("file-not-found", mention, { name: path });
    return;
  }
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  if (!assembler.takesBytes(mention)) return;
  assembler.mark("data");
  const end = count === undefined ? bytes.length : skip + count;
  assembler.subsection.appendBytes(bytes.subarray(skip, end));
}

/** A file beside the one that asks for it, or as its path says, or in the folders of the options. */
export function readNear(
  assembler: Assembler,
  path: string,
): { content: string | Uint8Array | undefined; found: string | undefined } {
  const { file } = assembler.source;
  const folder = file.slice(0, file.lastIndexOf("/") + 1);
  const { folders = [] } = assembler.options;
  const near = path.startsWith("/") || folder === "" ? [path] : [folder + path, path];
  const elsewhere = path.startsWith("/") ? [] : folders.map((other) => `${other}/${path}`);
  const candidates = [...near, ...elsewhere];
  for (const candidate of candidates) {
    const content = assembler.options.readFile(candidate);
    if (content !== undefined) return { content, found: candidate };
  }
  for (const candidate of candidates) assembler.missing.add(candidate);
  return { content: undefined, found: undefined };
}

const list = (name: string, size: number, summary: string): Directive => ({
  name,
  operands: "expression, …",
  summary,
  isPlain: true,
  run: (assembler, args) => numbers(assembler, args, size),
});

const floating = (name: string, size: 2 | 4 | 8 | 16, summary: string): Directive => ({
  name,
  operands: "number, …",
  summary,
  isPlain: true,
  run: (assembler, args) => floats(assembler, args, size),
});

const text = (name: string, width: number, zeros: number, summary: string): Directive => ({
  name,
  operands: '"text", …',
  summary,
  isPlain: true,
  run: (assembler, args) => strings(assembler, args, width, zeros),
});

export const dataDirectives: readonly Directive[] = [
  list(".byte", 1, "Puts numbers of one byte."),
  list(".half", 2, "Puts numbers of two bytes."),
  list(".2byte", 2, "Puts numbers of two bytes."),
  list(".short", 2, "Puts numbers of two bytes."),
  list(".hword", 2, "Puts numbers of two bytes."),
  list(".word", 4, "Puts numbers of four bytes."),
  list(".4byte", 4, "Puts numbers of four bytes."),
  list(".long", 4, "Puts numbers of four bytes."),
  list(".int", 4, "Puts numbers of four bytes."),
  list(".dword", 8, "Puts numbers of eight bytes."),
  list(".8byte", 8, "Puts numbers of eight bytes."),
  list(".quad", 8, "Puts numbers of eight bytes."),
  list(".octa", 16, "Puts numbers of sixteen bytes."),
  floating(".float", 4, "Puts single-precision floating-point numbers."),
  floating(".single", 4, "Puts single-precision floating-point numbers."),
  floating(".double", 8, "Puts double-precision floating-point numbers."),
  floating(".float16", 2, "Puts half-precision floating-point numbers."),
  text(".ascii", 1, 0, "Puts strings, without a zero at their end."),
  text(".asciz", 1, 1, "Puts strings, each with a zero at its end."),
  text(".asciiz", 1, 1, "Puts strings, each with a zero at its end."),
  text(".string", 1, 1, "Puts strings, each with a zero at its end."),
  text(".string8", 1, 1, "Puts strings of one byte a character, with a zero at their end."),
  text(".string16", 2, 1, "Puts strings of two bytes a character, with a zero at their end."),
  text(".string32", 4, 1, "Puts strings of four bytes a character, with a zero at their end."),
  text(".string64", 8, 1, "Puts strings of eight bytes a character, with a zero at their end."),
  { name: ".zero", operands: "count", summary: "Puts zeros.", run: space },
  {
    name: ".space",
    operands: "count, fill",
    summary: "Puts equal bytes, 0 by default.",
    run: space,
  },
  {
    name: ".skip",
    operands: "count, fill",
    summary: "Puts equal bytes, 0 by default.",
    run: space,
  },
  {
    name: ".fill",
    operands: "count, size, value",
    summary: "Repeats a value of some bytes.",
    run: fill,
  },
  {
    name: ".uleb128",
    operands: "expression",
    summary: "Puts an unsigned LEB128 number.",
    run: (assembler, args) => leb128(assembler, args, false),
  },
  {
    name: ".sleb128",
    operands: "expression",
    summary: "Puts a signed LEB128 number.",
    run: (assembler, args) => leb128(assembler, args, true),
  },
  {
    name: ".incbin",
    operands: '"file", skip, count',
    summary: "Puts the bytes of a file.",
    run: includeBytes,
  },
];
