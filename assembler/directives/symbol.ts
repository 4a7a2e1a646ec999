/** Directives about symbols: binding, visibility, type, size, values, common blocks. */
import { STB, STT, STV } from "../../elf/constants.ts";
import type { Arguments } from "../arguments.ts";
import type { Assembler } from "../assembler.ts";
import type { Directive } from "../directives.ts";
import { number } from "../expressions.ts";
import type { Token } from "../lexer.ts";
import type { AssemblySymbol } from "../symbols.ts";
import { alignTo } from "./layout.ts";

/** A directive that does something to each symbol of a list. */
function each(name: string, summary: string, change: (symbol: AssemblySymbol) => void): Directive {
  return {
    name,
    operands: "symbol, …",
    summary,
    run(assembler, args) {
      do {
        const symbol = symbolOf(assembler, args);
        if (symbol === undefined) return;
        change(symbol);
      } while (args.take(","));
    },
  };
}

function symbolOf(assembler: Assembler, args: Arguments): AssemblySymbol | undefined {
  const token = args.symbolName();
  if (token === undefined) return undefined;
  return nameSymbol(assembler, token.text, token.start, token.end);
}

/** The symbol that a directive names, which then is one like any other. */
export function nameSymbol(
  { symbols, source }: Assembler,
  name: string,
  start: number,
  end: number,
): AssemblySymbol {
  const symbol = symbols.get(name);
  symbol.addReference({ source, start, end });
  symbol.isNamed = true;
  symbols.settle(symbol);
  return symbol;
}

/** Gives a symbol a binding. */
export function bindSymbol(symbol: AssemblySymbol, binding: number): void {
  // A symbol that is weak stays weak when it is also declared global.
  if (!(binding === STB.GLOBAL && symbol.binding === STB.WEAK)) symbol.binding = binding;
  symbol.isDeclared = true;
}

const bind = (binding: number) => (symbol: AssemblySymbol) => bindSymbol(symbol, binding);

const see = (visibility: number) => (symbol: AssemblySymbol) => {
  // What else is noted there stays, as that it has a calling convention of its own.
  symbol.visibility = (symbol.visibility & ~3) | visibility;
};

const types: Readonly<Record<string, number>> = {
  function: STT.FUNC,
  object: STT.OBJECT,
  notype: STT.NOTYPE,
  common: STT.OBJECT,
  tls_object: STT.TLS,
  gnu_indirect_function: STT.GNU_IFUNC,
  gnu_unique_object: STT.OBJECT,
  stt_func: STT.FUNC,
  stt_object: STT.OBJECT,
  stt_notype: STT.NOTYPE,
  stt_tls: STT.TLS,
  stt_common: STT.OBJECT,
  stt_gnu_ifunc: STT.GNU_IFUNC,
  "0": STT.NOTYPE,
  "1": STT.OBJECT,
  "2": STT.FUNC,
  "5": STT.OBJECT,
  "6": STT.TLS,
  "10": STT.GNU_IFUNC,
};

const isFunction = (type: number) => type === STT.FUNC || type === STT.GNU_IFUNC;

/** Gives a symbol a type; a function that is chosen at run time stays one. */
export function setType(
  assembler: Assembler,
  symbol: AssemblySymbol,
  type: number,
  at: Pick<Token, "start" | "end">,
): void {
  const { type: known, name } = symbol;
  const isTyped = known !== STT.NOTYPE && type !== STT.NOTYPE;
  if (isTyped && isFunction(known) !== isFunction(type)) {
    assembler.report("type-twice", at.start, at.end, { name });
  }
  const isKept = known === STT.GNU_IFUNC && type === STT.FUNC;
  if (!isKept) symbol.type = type;
}

/** `.type symbol, @function`. */
function type(assembler: Assembler, args: Arguments): void {
  const symbol = symbolOf(assembler, args);
  if (symbol === undefined) return;
  args.take(",");
  if (!args.take("@")) args.take("%");
  const isNumber = args.peek()?.kind === "integer";
  const name = isNumber ? args.peek() : args.symbolName();
  if (name === undefined) return;
  if (isNumber) args.at++;
  const value = types[name.text.toLowerCase()];
  if (value === undefined) {
    const known = "function, object, notype, tls_object, common, gnu_indirect_function";
    assembler.report("bad-symbol-type", name.start, name.end, { type: name.text, known });
    return;
  }
  setType(assembler, symbol, value, name);
  if (/^(common|stt_common|5)$/i.test(name.text) && !symbol.isDefined) {
    symbol.common ??= { size: 0n, alignment: 1n };
    if (symbol.binding === STB.LOCAL) symbol.binding = STB.GLOBAL;
  }
  if (name.text === "gnu_unique_object") symbol.binding = STB.GNU_UNIQUE;
}

/** `.size symbol, expression`. */
function size(assembler: Assembler, args: Arguments): void {
  const token = args.symbolName();
  if (token === undefined || !args.separator()) return;
  const from = args.at;
  // What the expression names comes before the symbol, also in the object's table.
  const size = args.expression();
  const symbol = nameSymbol(assembler, token.text, token.start, token.end);
  symbol.size = size;
  symbol.sizeMention = args.mention(from);
}

/** `.set symbol, expression` and its kin. */
const assigning = (name: string, isFixed: boolean, summary: string): Directive => ({
  name,
  operands: "symbol, expression",
  summary,
  run(assembler, args) {
    const token = args.symbolName();
    if (token === undefined || !args.separator()) return;
    // The symbol comes before those of its value, also in the object's table.
    if (token.text !== ".") assembler.symbols.get(token.text);
    const value = args.expression();
    if (value !== undefined) assembler.assign(token, value, isFixed);
  },
});

/** `.xcom symbol, size`: the same without an alignment. */
function blockAlone(assembler: Assembler, args: Arguments): void {
  const commas = args.tokens.slice(args.at).filter(({ text }) => text === ",").length;
  if (commas < 2) common(assembler, args);
  else {
    const from = args.at;
    assembler.reportAt("trailing-text", args.mention(from), { text: args.rest() });
  }
}

/** `.comm symbol, size, alignment`: a block that the linker makes once for all files. */
function common(assembler: Assembler, args: Arguments): void {
  const block = readBlock(assembler, args, false);
  if (block === undefined) return;
  const { token, bytes, alignment } = block;
  const symbol = assembler.symbols.get(token.text);
  const mention = { source: assembler.source, start: token.start, end: token.end };
  if (symbol.isDefined) {
    assembler.reportAt("duplicate-symbol", mention, { name: token.text });
    return;
  }
  if (symbol.binding === STB.LOCAL && symbol.isDeclared) {
    placeInBss(assembler, symbol, block, mention, false);
    return;
  }
  const known = symbol.common?.size ?? 0n;
  if (known !== 0n && known !== bytes) {
    const values = { name: token.text, size: String(known) };
    assembler.reportAt("common-size-kept", mention, values);
  }
  const kept = known === 0n ? bytes : known;
  symbol.common = { size: kept, alignment: alignment ?? naturalAlignment(kept, false) };
  if (symbol.binding === STB.LOCAL) symbol.binding = STB.GLOBAL;
  symbol.type = STT.OBJECT;
  symbol.addDefinition(mention);
}

/** `.lcomm symbol, size, alignment`: a block in `.bss`. */
function localCommon(assembler: Assembler, args: Arguments): void {
  const block = readBlock(assembler, args, true);
  // What is left, as an alignment, is reported: GNU as has none here.
  if (block === undefined) return;
  const { token } = block;
  const symbol = assembler.symbols.get(token.text);
  const mention = { source: assembler.source, start: token.start, end: token.end };
  placeInBss(assembler, symbol, block, mention, true);
}

interface Block {
  readonly token: Token;
  readonly bytes: bigint;
  readonly alignment: bigint | undefined;
}

function readBlock(assembler: Assembler, args: Arguments, isLocal: boolean): Block | undefined {
  const token = args.symbolName();
  if (token === undefined || !args.separator()) return undefined;
  const start = args.at;
  const value = args.constant("The size");
  if (value === undefined) return undefined;
  if (value < 0n || value > 0x7fffffffn) {
    assembler.reportAt("ignored-count", args.mention(start), { value: String(value) });
    if (!isLocal && args.comma()) args.constant("The alignment");
    return undefined;
  }
  const bytes = Number(value);
  const from = args.at;
  const alignment = !isLocal && args.comma() ? args.constant("The alignment") : undefined;
  if (alignment !== undefined && (alignment <= 0n || (alignment & (alignment - 1n)) !== 0n)) {
    assembler.reportAt("bad-alignment", args.mention(from + 1), { value: String(alignment) });
    return undefined;
  }
  return { token, bytes: BigInt(bytes), alignment };
}

/** GNU's choice where none is given: a local block's size rounded down, a common one's up. */
function naturalAlignment(bytes: bigint, isLocal: boolean): bigint {
  let natural = 1n;
  while (isLocal ? natural < 8n && natural * 2n <= bytes : natural < 16n && natural < bytes) {
    natural *= 2n;
  }
  return natural;
}

function placeInBss(
  assembler: Assembler,
  symbol: AssemblySymbol,
  block: Block,
  mention: Parameters<Assembler["define"]>[1],
  isLocal: boolean,
): void {
  const { subsection, previous } = assembler;
  // As in GNU as, behind what the file itself puts into `.bss`.
  assembler.subsection = assembler.section(".bss").subsection(1);
  const alignment = block.alignment ?? naturalAlignment(block.bytes, isLocal);
  alignTo(assembler, Number(alignment), undefined, 0);
  assembler.define(symbol, mention);
  assembler.subsection.close({
    kind: "space",
    count: number(block.bytes),
    pattern: new Uint8Array(1),
    mention,
  });
  symbol.size ??= number(block.bytes);
  symbol.type = STT.OBJECT;
  assembler.subsection = subsection;
  assembler.previous = previous;
}

/** `.extern`, which changes nothing in the object. */
function external(assembler: Assembler, args: Arguments): void {
  const { externals } = assembler.unit;
  for (const { kind, text } of args.tokens.slice(args.at)) {
    if (kind === "name" || kind === "string") externals.add(text);
  }
}

export const symbolDirectives: readonly Directive[] = [
  each(".globl", "Makes symbols visible to other files.", bind(STB.GLOBAL)),
  each(".xdef", "Makes symbols visible to other files.", bind(STB.GLOBAL)),
  each(".global", "Makes symbols visible to other files.", bind(STB.GLOBAL)),
  each(".local", "Keeps symbols from other files.", bind(STB.LOCAL)),
  each(".weak", "Lets other files' definitions win over these symbols.", bind(STB.WEAK)),
  each(".hidden", "Hides symbols from other shared objects.", see(STV.HIDDEN)),
  each(".protected", "Lets no other shared object replace symbols.", see(STV.PROTECTED)),
  each(".internal", "Hides symbols from other shared objects.", see(STV.INTERNAL)),
  {
    name: ".type",
    operands: "symbol, @type",
    summary: "Says what kind of thing a symbol is.",
    run: type,
  },
  {
    name: ".size",
    operands: "symbol, expression",
    summary: "Says how many bytes a symbol has.",
    run: size,
  },
  assigning(".set", false, "Gives a symbol a value, which may change later."),
  assigning(".equ", false, "Gives a symbol a value, which may change later."),
  assigning(".equiv", true, "Gives a symbol a value once."),
  assigning(".eqv", true, "Gives a symbol a value once."),
  {
    name: ".comm",
    operands: "symbol, size, alignment",
    summary: "Declares a block that all files share.",
    run: common,
  },
  {
    name: ".common",
    operands: "symbol, size, alignment",
    summary: "Declares a block that all files share.",
    run: common,
  },
  {
    name: ".common.s",
    operands: "symbol, size",
    summary: "Declares a block that all files share.",
    run: blockAlone,
  },
  {
    name: ".xcom",
    operands: "symbol, size",
    summary: "Declares a block that all files share.",
    run: blockAlone,
  },
  {
    name: ".lcomm",
    operands: "symbol, size",
    summary: "Reserves a block in .bss.",
    run: localCommon,
  },
  {
    name: ".extern",
    operands: "symbol",
    summary: "Says that another file defines a symbol; not needed.",
    takesAll: true,
    run: external,
  },
];
