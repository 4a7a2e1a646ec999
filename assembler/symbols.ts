/**
 * Symbols while a file is assembled. A symbol stands for a place (a fragment and an offset in it),
 * for an expression (`.set`), for a common block, or for something that another file defines. A
 * `.set` that changes a symbol's value makes a new symbol under the old name, so that what was
 * written before keeps the earlier value, as in GNU as.
 */
import { STB, STT, STV } from "../elf/constants.ts";
import type { ElfSymbol } from "../elf/model.ts";
import type { Expression } from "./expressions.ts";
import type { Fragment, SectionBuilder } from "./sections.ts";
import type { SourceText } from "./source.ts";

/** Where a name stands in a text. */
export interface Mention {
  readonly source: SourceText;
  readonly start: number;
  readonly end: number;
}

/** Where a name stands after what stands behind an offset of a text has moved. */
export function movedMention(mention: Mention, moved: SourceText, from: number, by: number) {
  const { source, start, end } = mention;
  if (source !== moved || start < from) return mention;
  return { source, start: start + by, end: end + by };
}

function moveMentions(mentions: Mention[], source: SourceText, from: number, by: number): void {
  for (let index = 0; index < mentions.length; index++) {
    mentions[index] = movedMention(mentions[index] as Mention, source, from, by);
  }
}

/** Most symbols are of the assembler's own, and stand nowhere. */
const none: readonly Mention[] = [];

/** What only few symbols have. */
class Particulars {
  common: { size: bigint; alignment: bigint } | undefined;
  visibility: number = STV.DEFAULT;
  size: Expression | undefined;
  sizeMention: Mention | undefined;
  isNamed = false;
  isDeclared = false;
  ofSection: SectionBuilder | undefined;
  hasOwnAttributes = false;
  isFixed = false;
  weakTarget: AssemblySymbol | undefined;
  isWeaklyReferenced = false;
  isHiddenByVersion = false;
  isRemovedByVersion = false;
  versions: SymbolVersion[] = [];
  isSubstitution = false;
  instance: number | undefined;
  definitions: Mention[] | undefined;
  references: Mention[] | undefined;
}

/** What all others have of that. */
const nothing: Readonly<Particulars> = new Particulars();

/** A name with a version, by `.symver`. */
interface SymbolVersion {
  readonly name: string;
  readonly mention: Mention;
}

/** A symbol of one file. There are as many as labels and rows of the line table, so one is small. */
export class AssemblySymbol {
  readonly name: string;
  /** Place: the fragment it is in, and the byte offset there. */
  fragment: Fragment | undefined = undefined;
  offset = 0;
  /** The value of a symbol that `.set` or `=` defined. */
  expression: Expression | undefined = undefined;
  binding: number = STB.LOCAL;
  type: number = STT.NOTYPE;
  /** Made by the assembler itself, not written by the user: labels of `la`, of `.`, of lines. */
  readonly isGenerated: boolean;
  /** Names that never reach the symbol table: GCC's and the user's local labels. */
  readonly isTemporary: boolean;
  /** Whether it is a mapping symbol: it says whether instructions or data begin at its place. */
  isMapping = false;
  /**
   * Whether it is a symbol like any other although its name begins with `.L`, since a directive
   * says something about it. The others come to the symbol table with their first relocation.
   */
  isSettled = false;
  /** Its place in the symbol table, of those of one binding: rising. */
  order = 0;
  /** Whether that holds of a symbol without a name of the user's, too. */
  isLate = false;
  /** Whether a relocation refers to it. */
  isUsedByRelocation = false;
  /** While the object is made: whether it stands among the labels that relocations have named. */
  isListed = false;
  /** Whether any expression or instruction mentions it. */
  isReferenced = false;
  /** Set while its expression is evaluated, to find circles. */
  isBeingEvaluated = false;
  /** Its row of the symbol table, once the object is made. */
  elf: ElfSymbol | undefined = undefined;
  /** Where its first definition begins, if it is a label that stands alone in its line. */
  #labelled: SourceText | undefined = undefined;
  #labelledAt = 0;
  /** Where it is first mentioned, other than by a definition. */
  #reference: Mention | undefined = undefined;
  #particulars: Particulars | undefined = undefined;

  constructor(name: string, isGenerated = false) {
    this.name = name;
    this.isTemporary = isGenerated || isLocalName(name);
    this.isGenerated = isGenerated;
  }

  /** Size and alignment, when `.comm` declared it. */
  get common(): { size: bigint; alignment: bigint } | undefined {
    return (this.#particulars ?? nothing).common;
  }

  set common(value: { size: bigint; alignment: bigint } | undefined) {
    this.#own().common = value;
  }

  get visibility(): number {
    return (this.#particulars ?? nothing).visibility;
  }

  set visibility(value: number) {
    this.#own().visibility = value;
  }

  get size(): Expression | undefined {
    return (this.#particulars ?? nothing).size;
  }

  set size(value: Expression | undefined) {
    this.#own().size = value;
  }

  /** Where `.size` gave it. */
  get sizeMention(): Mention | undefined {
    return (this.#particulars ?? nothing).sizeMention;
  }

  set sizeMention(value: Mention | undefined) {
    this.#own().sizeMention = value;
  }

  /** Whether a directive names it (`.type`, `.size`, `.hidden`, `.globl`). */
  get isNamed(): boolean {
    return (this.#particulars ?? nothing).isNamed;
  }

  set isNamed(value: boolean) {
    this.#own().isNamed = value;
  }

  /** Whether a binding was declared (`.globl`, `.weak`, `.local`). */
  get isDeclared(): boolean {
    return (this.#particulars ?? nothing).isDeclared;
  }

  set isDeclared(value: boolean) {
    this.#own().isDeclared = value;
  }

  /** The section that it stands for. */
  get ofSection(): SectionBuilder | undefined {
    return (this.#particulars ?? nothing).ofSection;
  }

  set ofSection(value: SectionBuilder | undefined) {
    this.#own().ofSection = value;
  }

  /** Whether it took type and size from the symbol in its value when it was given that. */
  get hasOwnAttributes(): boolean {
    return (this.#particulars ?? nothing).hasOwnAttributes;
  }

  set hasOwnAttributes(value: boolean) {
    this.#own().hasOwnAttributes = value;
  }

  /** Whether `.equiv` or `.eqv` fixed it. */
  get isFixed(): boolean {
    return (this.#particulars ?? nothing).isFixed;
  }

  set isFixed(value: boolean) {
    this.#own().isFixed = value;
  }

  /** The symbol that a weak alias stands for. */
  get weakTarget(): AssemblySymbol | undefined {
    return (this.#particulars ?? nothing).weakTarget;
  }

  set weakTarget(value: AssemblySymbol | undefined) {
    this.#own().weakTarget = value;
  }

  /** Whether a weak alias of it was used. */
  get isWeaklyReferenced(): boolean {
    return (this.#particulars ?? nothing).isWeaklyReferenced;
  }

  set isWeaklyReferenced(value: boolean) {
    this.#own().isWeaklyReferenced = value;
  }

  /** Whether `.symver` hides it, though not its versions. */
  get isHiddenByVersion(): boolean {
    return (this.#particulars ?? nothing).isHiddenByVersion;
  }

  set isHiddenByVersion(value: boolean) {
    this.#own().isHiddenByVersion = value;
  }

  /** Whether `.symver` leaves nothing of it but its versions. */
  get isRemovedByVersion(): boolean {
    return (this.#particulars ?? nothing).isRemovedByVersion;
  }

  set isRemovedByVersion(value: boolean) {
    this.#own().isRemovedByVersion = value;
  }

  /** Whether it stands for text (`.eqv` of RARS) and is no symbol of the object. */
  get isSubstitution(): boolean {
    return (this.#particulars ?? nothing).isSubstitution;
  }

  set isSubstitution(value: boolean) {
    this.#own().isSubstitution = value;
  }

  /** Of a numeric label: which of those with its number it is, from 1. */
  get instance(): number | undefined {
    return (this.#particulars ?? nothing).instance;
  }

  set instance(value: number | undefined) {
    this.#own().instance = value;
  }

  /** Its names with versions, by `.symver`, the last one first. */
  get versions(): readonly SymbolVersion[] {
    return (this.#particulars ?? nothing).versions;
  }

  /** Gives it one more. */
  addVersion(version: SymbolVersion): void {
    this.#own().versions.unshift(version);
  }

  get definitions(): readonly Mention[] {
    if (this.#labelled !== undefined) {
      const source = this.#labelled;
      const start = this.#labelledAt;
      this.#labelled = undefined;
      const rest = this.#own().definitions ?? [];
      this.#own().definitions = [{ source, start, end: start + this.name.length }, ...rest];
    }
    return this.#particulars?.definitions ?? none;
  }

  /** Where it is mentioned otherwise: of a numeric label each place, of others only the first. */
  get references(): readonly Mention[] {
    if (this.#reference === undefined) return none;
    return this.#particulars?.references ?? [this.#reference];
  }

  /** Notes that a label of its name begins at an offset of a text. */
  addLabel(source: SourceText, start: number): void {
    this.#labelled = source;
    this.#labelledAt = start;
  }

  /** Notes where it gets its value. */
  addDefinition(mention: Mention): void {
    const own = this.#own();
    if (own.definitions === undefined) own.definitions = [mention];
    else own.definitions.push(mention);
  }

  /** Notes that a text mentions it. */
  addReference(mention: Mention): void {
    if (this.#reference === undefined) this.#reference = mention;
    else if (this.isGenerated) {
      const own = this.#own();
      own.references ??= [this.#reference];
      own.references.push(mention);
    }
  }

  /** Says that what stands behind an offset of a text now stands so many characters later. */
  move(source: SourceText, from: number, by: number): void {
    if (this.#labelled === source && this.#labelledAt >= from) this.#labelledAt += by;
    if (this.#reference !== undefined) {
      this.#reference = movedMention(this.#reference, source, from, by);
    }
    const own = this.#particulars;
    if (own === undefined) return;
    if (own.definitions !== undefined) moveMentions(own.definitions, source, from, by);
    if (own.references !== undefined) moveMentions(own.references, source, from, by);
    if (own.sizeMention !== undefined) {
      own.sizeMention = movedMention(own.sizeMention, source, from, by);
    }
  }

  /** Takes over where an earlier symbol of the same name stands. */
  takeMentions(previous: AssemblySymbol): void {
    for (const mention of previous.definitions) this.addDefinition(mention);
    for (const mention of previous.references) this.addReference(mention);
  }

  /** Whether this file gives it a value. */
  get isDefined(): boolean {
    return this.fragment !== undefined || this.expression !== undefined;
  }

  #own(): Particulars {
    this.#particulars ??= new Particulars();
    return this.#particulars;
  }
}

/** Whether a name begins with `.L`. */
function isLocalName(name: string): boolean {
  return name.charCodeAt(0) === 46 && name.charCodeAt(1) === 76;
}

/** The labels of one number: the last one defined, and the one that a forward reference means. */
interface NumericLabel {
  count: number;
  last?: AssemblySymbol;
  next?: AssemblySymbol;
}

/** The symbols of a file by name, and the numeric local labels. */
export class SymbolTable {
  readonly #byName = new Map<string, AssemblySymbol>();
  #orders = 0;
  #hasFile = false;
  /** All symbols in the order in which they first appear, replaced ones included. */
  readonly all: AssemblySymbol[] = [];
  /** Of each numeric label: the symbols defined so far, and the one a forward reference means. */
  readonly #numeric = new Map<string, NumericLabel>();
  readonly #dollars = new Set<string>();
  readonly #ofSections = new Map<string, AssemblySymbol>();

  /** The symbol of a name, if the file mentions it. */
  find(name: string): AssemblySymbol | undefined {
    return this.#byName.get(name);
  }

  /** The symbol of a name, made when it is new. */
  get(name: string): AssemblySymbol {
    const known = this.#byName.get(name);
    if (known !== undefined) return known;
    const symbol = new AssemblySymbol(name);
    this.#byName.set(name, symbol);
    this.#add(symbol);
    return symbol;
  }

  /** A new symbol under a name that had another value so far. */
  replace(previous: AssemblySymbol): AssemblySymbol {
    const symbol = new AssemblySymbol(previous.name);
    symbol.binding = previous.binding;
    symbol.isDeclared = previous.isDeclared;
    symbol.type = previous.type;
    symbol.visibility = previous.visibility;
    this.#byName.set(previous.name, symbol);
    symbol.order = previous.order;
    symbol.isSettled = previous.isSettled;
    this.all.push(symbol);
    return symbol;
  }

  /** A symbol without a name of the user's: an address that the assembler itself needs. */
  place(fragment: Fragment, offset: number): AssemblySymbol {
    const symbol = new AssemblySymbol(".L0 ", true);
    symbol.fragment = fragment;
    symbol.offset = offset;
    this.#add(symbol);
    return symbol;
  }

  /** A mapping symbol. psABI, section "Mapping Symbol". */
  map(name: string, fragment: Fragment, offset: number): AssemblySymbol {
    const symbol = new AssemblySymbol(name, true);
    symbol.isMapping = true;
    symbol.fragment = fragment;
    symbol.offset = offset;
    this.#add(symbol);
    return symbol;
  }

  /** The symbol of a source's name: the first one stands before all others. */
  file(name: string): void {
    const symbol = new AssemblySymbol(name, true);
    symbol.type = STT.FILE;
    this.#add(symbol);
    if (!this.#hasFile) symbol.order = -1;
    this.#hasFile = true;
  }

  /** A place that comes to the symbol table only with its first relocation. */
  latePlace(fragment: Fragment, offset: number): AssemblySymbol {
    const symbol = this.place(fragment, offset);
    symbol.isLate = true;
    return symbol;
  }

  /** Gives a symbol with a name of the compiler's its place among the others, if it has none. */
  settle(symbol: AssemblySymbol): void {
    if (symbol.isSettled || !symbol.isTemporary) return;
    symbol.isSettled = true;
    this.moveLast(symbol);
  }

  /** Puts a symbol behind all that there are so far. */
  moveLast(symbol: AssemblySymbol): void {
    symbol.order = this.#orders++;
  }

  #add(symbol: AssemblySymbol): void {
    this.moveLast(symbol);
    this.all.push(symbol);
  }

  /** All symbols in the order of the symbol table. */
  inOrder(): readonly AssemblySymbol[] {
    let last = -1;
    for (const { order } of this.all) {
      if (order < last) return this.all.toSorted((a, b) => a.order - b.order);
      last = order;
    }
    return this.all;
  }

  /**
   * The symbol of a section, which takes its place among the others. There is one for a name: that
   * of the last section so called. What refers to the name before there is the section, means it.
   */
  section(section: SectionBuilder): AssemblySymbol {
    const { name } = section;
    let symbol = this.#ofSections.get(name);
    if (symbol === undefined) {
      const earlier = this.#byName.get(name);
      const isFree = earlier !== undefined && !earlier.isDefined && earlier.common === undefined;
      symbol = isFree ? earlier : new AssemblySymbol("", true);
      this.#ofSections.set(name, symbol);
      if (!isFree) this.#add(symbol);
      else symbol.fragment = section.subsection(0).fragments[0];
    }
    symbol.ofSection = section;
    return symbol;
  }

  /** The symbol for the definition `digits:`. */
  defineNumeric(digits: string): AssemblySymbol {
    const label = this.#label(digits);
    const symbol = label.next ?? this.#fresh(digits, label);
    label.last = symbol;
    delete label.next;
    return symbol;
  }

  /** The symbol that `1b` or `1f` means; undefined for `1b` before any `1:`. */
  numeric(digits: string, isForward: boolean): AssemblySymbol | undefined {
    const label = this.#label(digits);
    if (!isForward) return label.last;
    label.next ??= this.#fresh(digits, label);
    return label.next;
  }

  /** The symbol for the definition `digits$:`, which holds up to the next label with a name. */
  defineDollar(label: string): AssemblySymbol {
    this.#dollars.add(label);
    return this.defineNumeric(label);
  }

  /** The symbol that `1$` means: that defined since the last label with a name, or the next one. */
  dollar(label: string): AssemblySymbol {
    return this.numeric(label, !this.#dollars.has(label)) as AssemblySymbol;
  }

  /** Ends what labels like `1$:` stand for, as a label with a name does. */
  endDollars(): void {
    this.#dollars.clear();
  }

  /** The current symbols by name, for suggestions. */
  names(): Iterable<string> {
    return this.#byName.keys();
  }

  #label(digits: string): NumericLabel {
    const key = digits.replace(/^0+(?=.)/, "");
    let label = this.#numeric.get(key);
    if (label === undefined) {
      label = { count: 0 };
      this.#numeric.set(key, label);
    }
    return label;
  }

  #fresh(digits: string, label: NumericLabel): AssemblySymbol {
    const symbol = new AssemblySymbol(`.L${digits.replace(/^0+(?=.)/, "")}`, true);
    label.count++;
    symbol.instance = label.count;
    this.#add(symbol);
    return symbol;
  }
}
