/**
 * The next version of a source that an editor changes, made from what became of the version before:
 * statements that only put bytes, and that name no symbol, are exchanged in place, and all that
 * stands behind them moves. Whether an edit is of that kind is not guessed: the old statements are
 * read once more where they stood, with everything counted that they could have done, and so are
 * the new ones. Any other edit is declined, and the source is assembled anew.
 */
import type { ElfFile } from "../elf/model.ts";
import { fRegisterIndex, xRegisterIndex } from "../isa/registers.ts";
import type { Assembly } from "./assemble.ts";
import { Assembler } from "./assembler.ts";
import type { Diagnostic } from "./diagnostics.ts";
import { directiveOf } from "./dialects.ts";
import type { Fixup } from "./fixups.ts";
import { layOut } from "./layout.ts";
import type { RawStatement, Token } from "./lexer.ts";
import { makeObject } from "./object.ts";
import type { Piece, SectionBuilder, Subsection, Tail } from "./sections.ts";
import type { Position, Range, SourceText } from "./source.ts";
import { type Mention, movedMention } from "./symbols.ts";
import { type CodePlace, type Macro, Statement, type Unit } from "./unit.ts";

/** What differs between two versions of a text: some statements became others. */
export interface Change {
  /** The text as it is now. */
  readonly text: string;
  /** The old statements, as they were read. */
  readonly removed: readonly RawStatement[];
  /** The new ones. */
  readonly added: readonly RawStatement[];
  /** Where both begin, and where the next statement begins, in the old text and in the new one. */
  readonly start: number;
  readonly end: number;
  readonly newEnd: number;
  /** The next statement with tokens, as it was read in the old text. */
  readonly next: RawStatement | undefined;
}

/** Longer changes are assembled anew with everything else. */
const countLimit = 200;
/** Where so much is reported, the rest is dropped. */
const reportLimit = 400;

/** What is wrong with a block as a whole, and is known only at the end of the text. */
const blockErrors: ReadonlySet<string> = new Set(["if-without-endif", "macro-without-end"]);

/** What statements did, when they were read by themselves. */
interface Reading {
  readonly statements: readonly Statement[];
  readonly piece: Piece;
  readonly reports: readonly Diagnostic[];
}

/** A version's state, as long as no later version has taken it. */
export class Revisable {
  readonly #assembler: Assembler;
  readonly #missing: string[];
  #isSimple: boolean | undefined;
  /** What was reported while the source was read, and by the making of the object. */
  #read: Diagnostic[];
  #made: Diagnostic[];
  #object: ElfFile | undefined;
  /** The index of the last statement that changes how instructions are assembled. */
  #lastSetting: number | undefined;
  #needsAddresses: boolean | undefined;
  /** The statement that is read next. */
  #raw: RawStatement | undefined;

  /** Takes what was assembled, of whose diagnostics so many came before the object was made. */
  constructor(assembler: Assembler, assembly: Assembly, reported: number) {
    this.#assembler = assembler;
    this.#missing = assembly.missing;
    assembler.options.lexed = () => this.#raw;
    this.#read = assembly.diagnostics.slice(0, reported);
    this.#made = assembly.diagnostics.slice(reported);
    this.#object = assembly.object;
  }

  /**
   * The assembly of the changed text, or undefined where it must be made anew. In both cases that of
   * the version before is used up.
   */
  revise(change: Change): Assembly | undefined {
    try {
      return this.#revise(change);
    } catch {
      // A mistake of ours is reported by the assembler, if it is made again.
      return undefined;
    }
  }

  #revise(change: Change): Assembly | undefined {
    const { start, end, newEnd, removed, added, text } = change;
    const assembler = this.#assembler;
    const { source } = assembler.unit;
    this.#isSimple ??= isSimple(assembler);
    if (!this.#isSimple) return undefined;
    if (removed.length > countLimit || added.length > countLimit) return undefined;
    if (this.#read.length + this.#made.length > reportLimit) return undefined;
    const region = this.#region(change);
    if (region === undefined) return undefined;
    const { first, from, to, count } = region;
    const { fragment } = from;
    const { subsection } = fragment;
    if (to.fragment.subsection !== subsection || !this.#mayStandAt(from, to)) return undefined;
    const labels = labelsOf(removed.find(isStatement));
    if (!haveSameLabels(labels, labelsOf(added.find(isStatement)))) return undefined;

    const old = this.#reread(removed, subsection, labels.length);
    if (old === undefined || !hasBytes(old.piece, from, to)) return undefined;
    const range = { start: source.positionAt(start), end: source.positionAt(end) };
    const isAtEnd = end > source.text.length;
    const own = this.#read.filter((one) => isWithin(one, source.file, range, isAtEnd));
    if (own.length !== old.reports.length) return undefined;
    source.revise(text, start, end - start, newEnd - start);
    const fresh = this.#reread(added, subsection, labels.length);
    if (fresh === undefined) return undefined;
    const { bytes, fragments } = fresh.piece;
    const isSame = fragments.length === 1 && to.fragment === fragment;
    const grows = !isSame || bytes.length !== to.offset - from.offset;
    const isEmpty = to.fragment === fragment && to.offset === from.offset;
    if (grows && (subsection.isMeasured || hasTables(assembler))) return undefined;
    if (grows && isEmpty && this.#isAmbiguous(first, to)) return undefined;

    // From here on nothing can fail.
    const behind = subsection.exchange(from, to, fresh.piece);
    this.#exchange(first, count, fresh, from);
    this.#moveBehind(
      first + fresh.statements.length,
      end,
      newEnd - end,
      grows ? to : behind,
      behind,
    );
    if (grows) {
      carryFixups(subsection.section, to, behind);
      carrySymbols(assembler, to, behind, isEmpty ? (labels.at(-1)?.end ?? start) : undefined);
    }
    const newRange = { start: range.start, end: source.positionAt(newEnd) };
    this.#renew(own, fresh.reports, { file: source.file, range, newRange, isAtEnd });
    if (grows) this.#relay(subsection.section);
    else this.#patch(subsection.section, from, bytes);
    return this.#result();
  }

  /** The old statements among those of the unit, and where their bytes are. */
  #region({ text: newText, removed, next, start, end, newEnd }: Change) {
    const { statements, source } = this.#assembler.unit;
    const { text } = source;
    const areLines = isLineStart(text, start) && isLineStart(text, end);
    if (!areLines || !isLineStart(newText, newEnd)) return undefined;
    const first = firstStatement(statements, source, start);
    this.#lastSetting ??= lastSetting(this.#assembler.unit);
    if (first <= this.#lastSetting) return undefined;
    const own = removed.filter(isStatement);
    for (const [index, raw] of own.entries()) {
      const statement = statements[first + index];
      if (statement?.start !== raw.start || statement.source !== source) return undefined;
      if (statement.kind === "skipped" || statement.kind === "macro") return undefined;
    }
    // A line in what is skipped, or repeated, or a macro's body, is followed by such a line.
    const follower = statements[first + own.length];
    if (this.#read.some(({ code }) => blockErrors.has(code))) return undefined;
    if (follower?.start !== next?.start || follower?.kind === "skipped") return undefined;
    if (follower !== undefined && follower.source !== source) return undefined;
    const before = statements[first - 1];
    if (before === undefined) return undefined;
    const hasEnded = /\.end\b/i.test(before.source.text.slice(before.start, before.end));
    if (next === undefined && hasEnded) return undefined;
    const from = statements[first]?.from;
    const to = statements[first + own.length - 1]?.to;
    const isEmpty = own.length === 0;
    const place = { from: isEmpty ? before.to : from, to: isEmpty ? before.to : to };
    if (place.from === undefined || place.to === undefined) return undefined;
    return { first, count: own.length, from: place.from, to: place.to };
  }

  /**
   * Whether it is unknown of places without a name, where nothing stood so far, if they are those of
   * a statement before or of one behind.
   */
  #isAmbiguous(first: number, { fragment, offset }: CodePlace): boolean {
    const { unit, symbols } = this.#assembler;
    const isHere = symbols.all.some(
      (one) => one.fragment === fragment && one.offset === offset && one.definitions.length === 0,
    );
    if (!isHere) return false;
    for (let at = first - 1; at >= 0; at--) {
      const { kind, from, to } = unit.statements[at] as Statement;
      if (to.fragment !== fragment || to.offset !== offset) return true;
      if (from.fragment !== fragment || from.offset !== offset) return false;
      if (kind !== "label" && kind !== "instruction" && kind !== "unknown") return true;
    }
    return true;
  }

  /** Whether what is put between two places is code among code, or bytes in another section. */
  #mayStandAt({ fragment, offset }: CodePlace, to: CodePlace): boolean {
    const { section } = fragment.subsection;
    const { sections } = this.#assembler;
    if (section.isZeros || section.hasOverflowed || !sections.includes(section)) return false;
    if (!section.isCode) return true;
    let last: string | undefined;
    for (const { name, fragment: at, offset: within } of section.mappings) {
      if (at?.subsection !== fragment.subsection) return false;
      if (at === fragment && within === offset) return false;
      if (at === to.fragment && within === to.offset) return false;
      if (at.index < fragment.index || (at === fragment && within < offset)) last = name;
    }
    return last?.startsWith("$x") === true;
  }

  /** Reads statements by themselves; undefined where one does more than put bytes and report. */
  #reread(
    raws: readonly RawStatement[],
    subsection: Subsection,
    labels: number,
  ): Reading | undefined {
    const assembler = this.#assembler;
    const { unit, diagnostics } = assembler;
    const own = raws.filter(isStatement);
    if (raws.some((raw) => isMarker(unit.source, raw))) return undefined;
    const bodies = own.map((raw, index) => raw.tokens.slice(index === 0 ? 2 * labels : 0));
    if (!own.every((raw, index) => this.#isPlain(bodies[index] ?? [], raw))) return undefined;
    const before = this.#counts(subsection);
    const [reported, count] = [diagnostics.length, unit.statements.length];
    const { section } = subsection;
    const { contents, mappedArchitecture } = section;
    const { subsection: last, usesCompressed, usesPrivileged, code } = assembler;
    if (section.isCode) {
      section.contents = "instructions";
      section.mappedArchitecture = code.architecture;
    }
    assembler.subsection = subsection;
    assembler.source = unit.source;
    assembler.usesCompressed = false;
    assembler.usesPrivileged = false;
    const piece = subsection.trial(() => {
      for (const [index, raw] of own.entries()) this.#readAlone(raw, bodies[index] ?? []);
    });
    const isKept = assembler.subsection === subsection;
    const flags = [assembler.usesPrivileged, assembler.usesCompressed && !code.hasCompressed];
    assembler.subsection = last;
    assembler.usesCompressed = usesCompressed;
    assembler.usesPrivileged = usesPrivileged;
    section.contents = contents;
    section.mappedArchitecture = mappedArchitecture;
    const reports = diagnostics.splice(reported);
    const statements = unit.statements.splice(count);
    const isSame = this.#counts(subsection).every((one, index) => one === before[index]);
    if (!isKept || !isSame || flags.includes(true) || section.hasOverflowed) return undefined;
    if (statements.length !== own.length) return undefined;
    return piece.fragments.some(({ tail }) => tail) ? undefined : { piece, statements, reports };
  }

  /** Reads a statement without its labels. */
  #readAlone(raw: RawStatement, tokens: readonly Token[]): void {
    const assembler = this.#assembler;
    const { source } = assembler.unit;
    if (tokens.length === 0) {
      const { current } = assembler.subsection;
      assembler.keep(new Statement(source, raw, undefined, current));
      return;
    }
    this.#raw = { ...raw, tokens: [...tokens] };
    assembler.readNext({
      source,
      at: raw.start,
      conditions: 0,
      isMacro: false,
      statement: undefined,
    });
  }

  /** Holds for an instruction, bytes, or what is neither. */
  #isPlain(tokens: readonly Token[], raw: RawStatement): boolean {
    const { dialect, unit } = this.#assembler;
    const start = tokens[0]?.start ?? raw.end;
    // A label that is called like a register changes what all instructions are.
    if (namesRegister(unit.source.text.slice(start, raw.next))) return false;
    const [name, next] = tokens;
    if (name === undefined) return true;
    if (next?.kind === "operator" && /^(:|=)/.test(next.text)) return false;
    const word = name.text.toLowerCase();
    if (unit.macros.some((macro) => macro.name.toLowerCase() === word)) return false;
    if (name.kind !== "name" || !word.startsWith(".")) return true;
    const directive = directiveOf(dialect, word);
    return directive === undefined || directive.isPlain === true;
  }

  /** Whatever a statement changes that does more than put bytes. */
  #counts({ section, fragments }: Subsection): readonly number[] {
    const { symbols, sections, questions, macroCalls, localNames, depth } = this.#assembler;
    const { fixups, markers, mappings, relocations, alignment } = section;
    return [
      symbols.all.length,
      sections.length,
      questions,
      macroCalls,
      localNames,
      depth,
      fixups.length,
      markers.length,
      mappings.length,
      relocations.length,
      alignment,
      fragments.length,
    ];
  }

  /** Puts the new statements in the place of the old ones. */
  #exchange(first: number, count: number, { statements, piece }: Reading, from: CodePlace): void {
    const all = this.#assembler.unit.statements;
    const labels = all[first]?.labels ?? [];
    const [scratch] = piece.fragments;
    const [head] = statements;
    if (count > 0 && labels.length > 0 && head !== undefined) {
      head.labels = labels;
      if (head.nameAt >= 0) head.nameAt += 2 * labels.length;
    }
    if (scratch !== undefined) {
      for (const one of statements) one.carry({ fragment: scratch, offset: 0 }, from);
    }
    all.splice(first, count, ...statements);
  }

  /** Moves what stands in the text behind the change, and carries what its bytes were behind. */
  #moveBehind(index: number, end: number, moved: number, from: CodePlace, to: CodePlace): void {
    const { unit, symbols, sections } = this.#assembler;
    const { statements, source } = unit;
    for (let at = index; from !== to && at < statements.length; at++) {
      const statement = statements[at] as Statement;
      if (!statement.isIn(from.fragment) && statement.isBehind(to.fragment)) break;
      statement.carry(from, to);
    }
    if (moved === 0) return;
    const expansions = new Set(unit.files);
    for (let at = index; at < statements.length; at++) {
      const statement = statements[at] as Statement;
      if (statement.source === source) statement.move(moved);
      else expansions.add(statement.source);
    }
    for (const text of expansions) text.move(source, end, moved);
    for (const macro of unit.macros) moveMacro(macro, source, end, moved);
    for (const list of [unit.inclusions, unit.imports]) {
      for (const [at, one] of list.entries()) {
        list[at] = { ...one, mention: movedMention(one.mention, source, end, moved) };
      }
    }
    for (const symbol of symbols.all) symbol.move(source, end, moved);
    for (const section of sections) moveMentions(section, source, end, moved);
  }

  /** Exchanges what was reported, and moves the rest by lines. */
  #renew(
    own: readonly Diagnostic[],
    fresh: readonly Diagnostic[],
    lines: { file: string; range: Range; newRange: Range; isAtEnd: boolean },
  ): void {
    const { file, range, newRange } = lines;
    const by = newRange.end.line - range.end.line;
    const isBehind = (one: Diagnostic) => {
      const place = placeIn(one, file);
      return place !== undefined && !isBefore(place, range.end);
    };
    const others = this.#read.filter((one) => !own.includes(one));
    const at = others.findIndex(isBehind);
    const place = at < 0 || lines.isAtEnd ? others.length : at;
    const moved = (one: Diagnostic) => (by === 0 ? one : movedDiagnostic(one, file, range.end, by));
    this.#read = [
      ...others.slice(0, place).map(moved),
      ...fresh,
      ...others.slice(place).map(moved),
    ];
    this.#made = this.#made.map(moved);
  }

  /** Lays the section out again; what depends on addresses is made again. */
  #relay(section: SectionBuilder): void {
    this.#object = undefined;
    this.#needsAddresses ??= this.#assembler.sections.some(dependsOnAddresses);
    if (this.#needsAddresses) this.#make();
    else layOut(section, () => {});
  }

  /** Puts other bytes into the object that is there. */
  #patch(section: SectionBuilder, { fragment, offset }: CodePlace, bytes: Uint8Array): void {
    const index = this.#assembler.sections.indexOf(section);
    this.#object?.sections[index]?.data.set(bytes, fragment.address + offset);
  }

  /** Makes the object, and knows anew what is reported by that. */
  #make(): ElfFile {
    const assembler = this.#assembler;
    for (const symbol of assembler.symbols.all) {
      symbol.elf = undefined;
      symbol.isUsedByRelocation = false;
    }
    for (const { mappings } of assembler.sections) {
      for (const symbol of mappings) symbol.isMapping = true;
    }
    assembler.diagnostics.splice(0, Number.POSITIVE_INFINITY, ...this.#read);
    const object = objectOf(assembler);
    this.#made = assembler.diagnostics.slice(this.#read.length);
    this.#object = object;
    return object;
  }

  #result(): Assembly {
    const diagnostics = [...this.#read, ...this.#made];
    const { unit } = this.#assembler;
    const made = () => this.#object ?? this.#make();
    return {
      get object() {
        return made();
      },
      diagnostics,
      missing: this.#missing,
      unit: { ...unit },
      revisable: this,
    };
  }
}

/** The object, or after a mistake of ours that of an empty source. */
function objectOf(assembler: Assembler): ElfFile {
  try {
    return makeObject(assembler);
  } catch {
    return makeObject(new Assembler(assembler.unit.file, "", assembler.options));
  }
}

/** Whether a line begins at an offset, or the text has ended. */
const isLineStart = (text: string, at: number) =>
  at === 0 || at > text.length || text.charCodeAt(at - 1) === 10;

/** Holds for one that is more than blanks and comments. */
const isStatement = ({ tokens }: RawStatement) => tokens.length > 0;

/** Whether a source is read as it is, with nothing that is placed by hand. */
function isSimple({ unit, dialect, sections, code, symbols }: Assembler): boolean {
  const { source, statements } = unit;
  if (dialect.name !== "gnu" || !code.relax || code.checksCsrs || source.isMarked) return false;
  if (sections.some(({ relocations }) => relocations.length > 0)) return false;
  if (symbols.all.some(({ versions }) => versions.length > 0)) return false;
  return statements.some((statement) => statement.source === source);
}

const setting = /\.(option|attribute)\b/gi;

/** The index of the last statement that may change how instructions are assembled; −1 without. */
function lastSetting({ statements, source }: Unit): number {
  const ends = new Map<SourceText, number>();
  const endOf = (text: SourceText) => {
    let end = ends.get(text);
    if (end === undefined) {
      end = -1;
      for (const { index } of text.text.matchAll(setting)) end = index;
      ends.set(text, end);
    }
    return end;
  };
  const own = endOf(source);
  return statements.findLastIndex((one) =>
    one.source === source ? one.start <= own : endOf(one.source) >= 0,
  );
}

/** Whether tables say how far places are from each other. */
const hasTables = ({ sections }: Assembler) =>
  sections.some(({ name }) => name === ".eh_frame" || name.startsWith(".debug_"));

/** Whether a text could name a label that is called like a register. */
function namesRegister(text: string): boolean {
  for (const [, name = ""] of text.matchAll(/([a-z]+\d*)[ \t]*:/g)) {
    if ((xRegisterIndex(name) ?? fRegisterIndex(name)) !== undefined) return true;
  }
  return false;
}

/** Holds for a line that says which line of which file follows. */
const isMarker = ({ text }: SourceText, { tokens, start, next }: RawStatement) =>
  tokens.length === 0 && /^\s*#\s*(line\b|\d)/.test(text.slice(start, next));

/** Whether a token may be a label. */
const isLabel = ({ kind, text }: Token) =>
  kind === "name" || kind === "string" || (kind === "integer" && /^[0-9]+$/.test(text));

/** The names and numbers of the labels in front of a statement. */
function labelsOf(raw: RawStatement | undefined): readonly Token[] {
  const { tokens } = raw ?? { tokens: [] };
  const labels: Token[] = [];
  for (let at = 0; at + 1 < tokens.length; at += 2) {
    const [name, colon] = [tokens[at] as Token, tokens[at + 1] as Token];
    if (colon.kind !== "operator" || colon.text !== ":" || !isLabel(name)) break;
    labels.push(name);
  }
  return labels;
}

function haveSameLabels(one: readonly Token[], other: readonly Token[]): boolean {
  if (one.length !== other.length) return false;
  return one.every((label, index) => {
    const { kind, text, start } = other[index] as Token;
    return label.kind === kind && label.text === text && label.start === start;
  });
}

/** The index of the first statement of a text that does not begin before an offset. */
function firstStatement(
  statements: readonly Statement[],
  source: SourceText,
  start: number,
): number {
  let low = 0;
  let high = statements.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    // What a macro became stands behind its call.
    let at = middle;
    while (at > low && statements[at]?.source !== source) at--;
    const { source: own, start: begin } = statements[at] as Statement;
    if (own !== source || begin < start) low = middle + 1;
    else high = at;
  }
  return low;
}

/** Moves what a macro knows of the text behind an offset. */
function moveMacro(macro: Macro, source: SourceText, from: number, by: number): void {
  const moved = (mention: Mention) => movedMention(mention, source, from, by);
  if (macro.source === source && macro.start >= from) {
    macro.start += by;
    macro.end += by;
  }
  macro.mention = moved(macro.mention);
  for (const parameter of macro.parameters) {
    parameter.mention = moved(parameter.mention);
    parameter.fallback &&= { ...parameter.fallback, ...moved(parameter.fallback) };
    for (const [at, one] of parameter.references.entries()) parameter.references[at] = moved(one);
  }
  for (const [at, one] of macro.references.entries()) macro.references[at] = moved(one);
}

/** Whether a piece is what stands between two places. */
function hasBytes({ bytes }: Piece, { fragment, offset }: CodePlace, to: CodePlace): boolean {
  const { subsection, start } = fragment;
  for (let { index } = fragment; index < to.fragment.index; index++) {
    if (subsection.fragments[index]?.tail !== undefined) return false;
  }
  const own = subsection.bytes.subarray(start + offset, to.fragment.start + to.offset);
  return own.length === bytes.length && own.every((byte, index) => byte === bytes[index]);
}

/** Carries the bytes that are to be filled from a place and behind it to another place. */
function carryFixups({ fixups, markers }: SectionBuilder, from: CodePlace, to: CodePlace): void {
  const { fragment } = to;
  const by = to.offset - from.offset;
  const isBehind = (one: CodePlace) => one.fragment === from.fragment && one.offset >= from.offset;
  fixups.carry(from, to);
  for (const marker of markers) {
    if (!isBehind(marker)) continue;
    marker.fragment = fragment;
    marker.offset += by;
  }
}

/** Where the statement begins, in the source itself, that led to a place in an expansion. */
function outermost({ source, start }: Mention): number {
  const from = source.origin ?? source.includedFrom;
  return from === undefined ? start : outermost(from);
}

/**
 * Carries the symbols from a place and behind it to another place. Where the change was empty, those
 * at the place itself that were defined before an offset of the text stay.
 */
function carrySymbols(
  { symbols }: Assembler,
  from: CodePlace,
  to: CodePlace,
  start: number | undefined,
): void {
  for (const symbol of symbols.all) {
    const { fragment, offset } = symbol;
    if (fragment !== from.fragment || offset < from.offset) continue;
    if (start !== undefined && offset === from.offset) {
      const [first] = symbol.definitions;
      if (first !== undefined && outermost(first) < start) continue;
    }
    symbol.fragment = to.fragment;
    symbol.offset += to.offset - from.offset;
  }
}

/** Moves what a section knows of the text behind an offset. */
function moveMentions(section: SectionBuilder, source: SourceText, from: number, by: number): void {
  section.fixups.move(source, from, by);
  for (const fragment of section.fragments()) {
    const { tail } = fragment;
    if (tail === undefined || !("mention" in tail) || tail.mention === undefined) continue;
    const mention = movedMention(tail.mention, source, from, by);
    if (mention !== tail.mention) fragment.tail = { ...tail, mention } as Tail;
  }
}

/** Whether what is wrong in a section may depend on how far places are from each other. */
function dependsOnAddresses(section: SectionBuilder): boolean {
  return (
    section.fixups.some((fixup) => fixup.plus !== undefined || !isAddress(fixup)) ||
    section.fragments().some(({ tail }) => tail !== undefined && isMeasured(tail))
  );
}

/** Holds for a number, or a symbol with a number at most, which stands for a place. */
function isAddress({ value }: Fixup): boolean {
  if (value.op === "number") return true;
  const symbol = value.op === "binary" && value.right.op === "number" ? value.left : value;
  return symbol.op === "symbol" && symbol.symbol.expression === undefined;
}

function isMeasured(tail: Tail): boolean {
  if (tail.kind === "align") return (tail.fill?.width ?? 1) > 1;
  if (tail.kind === "space") return tail.count.op !== "number";
  return tail.kind === "origin" || tail.kind === "leb128";
}

const isBefore = (a: Position, b: Position) =>
  a.line < b.line || (a.line === b.line && a.character < b.character);

/** Where the statement begins in a file that something was reported about, by its outermost call. */
function placeIn({ file: own, range, related = [] }: Diagnostic, file: string) {
  const call = related.findLast(({ message }) => message.startsWith("expanded from"));
  const place = call ?? { file: own, range };
  return place.file === file ? place.range.start : undefined;
}

function isWithin(one: Diagnostic, file: string, { start, end }: Range, isAtEnd: boolean): boolean {
  if (one.file !== file || isBefore(one.range.start, start)) return false;
  return isAtEnd || isBefore(one.range.start, end);
}

/** With places in a file, from a position on, so many lines further below. */
function movedDiagnostic(one: Diagnostic, file: string, from: Position, by: number): Diagnostic {
  const down = ({ line, character }: Position) => ({ line: line + by, character });
  const moved = <Place extends { file: string; range: Range }>(place: Place): Place => {
    const { start, end } = place.range;
    if (place.file !== file || isBefore(start, from)) return place;
    return { ...place, range: { start: down(start), end: down(end) } };
  };
  const { related, fixes } = one;
  return {
    ...moved(one),
    ...(related === undefined ? {} : { related: related.map(moved) }),
    ...(fixes === undefined
      ? {}
      : { fixes: fixes.map((fix) => ({ ...fix, edits: fix.edits.map(moved) })) }),
  };
}
