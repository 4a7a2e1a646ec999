/**
 * The assembler's state and its main loop. Texts (files, macro expansions) are read from a stack;
 * each statement defines labels and then is an assignment, a directive, a macro call or an
 * instruction. What it produces goes into fragments; `object.ts` makes the file of them.
 */
import type { AttributeValue } from "../elf/attributes.ts";
import { SHT, STT } from "../elf/constants.ts";
import { architectureString, defaultMarch, parseArchitecture } from "../isa/architecture.ts";
import { fRegisterIndex, xRegisterIndex } from "../isa/registers.ts";
import { Arguments } from "./arguments.ts";
import { directiveWord } from "./blocks.ts";
import { Conditions } from "./conditions.ts";
import { type Diagnostic, diagnose, suggestion } from "./diagnostics.ts";
import { separateOperands } from "./dialects/operands.ts";
import { type Dialect, dialects, dialectTargets, directiveOf, directivesOf } from "./dialects.ts";
import {
  type Expression,
  ExpressionParser,
  type ExpressionScope,
  evaluateNumber,
  namedIn,
  number,
} from "./expressions.ts";
import { FrameInformation } from "./frames.ts";
import { assembleInstruction, type Bindings } from "./instructions.ts";
import { KnownStatements } from "./known-statements.ts";
import { distanceSoFar, distanceTo } from "./layout.ts";
import { gnuRules, makeToken, type RawStatement, readStatement, type Token } from "./lexer.ts";
import { LineReader } from "./line-reader.ts";
import { LineInformation } from "./lines.ts";
import { callMacro } from "./macros.ts";
import { type AssembleOptions, type CodeOptions, definitions } from "./options.ts";
import { predefinedMacros } from "./preprocessor/predefined.ts";
import { preprocess } from "./preprocessor/preprocessor.ts";
import { ReportCounts } from "./report-counts.ts";
import { type Fragment, SectionBuilder, type Subsection, sectionDefaults } from "./sections.ts";
import { type Origin, SourceText } from "./source.ts";
import { type AssemblySymbol, type Mention, SymbolTable } from "./symbols.ts";
import { type Macro, Statement, type Unit } from "./unit.ts";

/** A text that is being read. */
export interface Input {
  readonly source: SourceText;
  at: number;
  /** How many conditions were open when it began. */
  readonly conditions: number;
  readonly isMacro: boolean;
  /** The statement whose expansion it is. */
  readonly statement: Statement | undefined;
}

/** Inclusions and expansions may nest this deep. */
const depthLimit = 200;
/** All expansions together may have this many characters. */
const expansionLimit = 8_000_000;

/** So many statements are read before who asked may do something else. */
const statementsAtOnce = 4000;

const sectionKey = (name: string, group?: string, mark?: string) =>
  group === undefined && mark === undefined ? name : `${name}\0${group ?? ""}\0${mark ?? ""}`;

/** Assembles one source file; see `assemble.ts` for the façade. */
export class Assembler implements ExpressionScope {
  readonly options: AssembleOptions;
  readonly dialect: Dialect;
  /** Names that stand for tokens, by `.eqv` where it is a replacement of text. */
  readonly substitutions = new Map<string, readonly Token[]>();
  readonly code: CodeOptions;
  readonly codeStack: CodeOptions[] = [];
  readonly symbols = new SymbolTable();
  readonly sections: SectionBuilder[] = [];
  readonly diagnostics: Diagnostic[] = [];
  readonly missing = new Set<string>();
  readonly macros = new Map<string, Macro>();
  readonly unit: Unit;
  readonly frames = new FrameInformation();
  readonly lines: LineInformation;
  /** Where bytes go. */
  subsection: Subsection;
  previous: Subsection | undefined;
  readonly sectionStack: { current: Subsection; previous: Subsection | undefined }[] = [];
  /** The text that the current statement stands in. */
  source: SourceText;
  /** The current statement; undefined where it is only known where it stands. */
  #statement: Statement | undefined;
  #statementStart = 0;
  #statementEnd = 0;
  /** Alignment that `.attribute`s and code ask for, and what else goes into `.riscv.attributes`. */
  readonly attributes = new Map<number, bigint | string>();
  /** Attributes by `.gnu_attribute`. */
  readonly gnuAttributes = new Map<number, AttributeValue>();
  usesAlternateMacros = false;
  /** How many names `LOCAL` has made. */
  localNames = 0;
  /** How many macro calls there were, for `\@`. */
  macroCalls = 0;
  hasInstructions = false;
  usesCompressed = false;
  /** Whether a CSR was named or an instruction of the privileged levels used. */
  usesPrivileged = false;
  readonly #drops: boolean;
  readonly #inputs: Input[] = [];
  readonly #conditions = new Conditions();
  /** Structures by `.struct`, with the offset that each starts at. */
  readonly #structures = new Map<SectionBuilder, bigint>();
  readonly #sectionsByName = new Map<string, SectionBuilder>();
  #expanded = 0;
  readonly #reports = new ReportCounts();
  #hasEnded = false;
  #registerLabels: ReadonlySet<string> | undefined;
  readonly #lines: LineReader | undefined;
  /** What the operands of the last instruction are; for `known-statements.ts`. */
  bindings: Bindings | undefined;
  /** How often an expression asked for a symbol or for the current place. */
  questions = 0;

  constructor(file: string, text: string, options: AssembleOptions) {
    this.options = options;
    this.lines = new LineInformation(options);
    this.source = new SourceText(file, text);
    this.dialect = dialects[options.dialect ?? "gnu"];
    // The simulators' dialects look back themselves.
    this.#drops = options.dropsStatements === true && this.dialect.name === "gnu";
    this.usesAlternateMacros = options.alternate === true;
    const parsed = parseArchitecture(
      options.march ?? dialectTargets[this.dialect.name].march ?? defaultMarch,
      options.isaEdition,
    );
    const fallback = parsed.ok ? parsed : parseArchitecture(defaultMarch);
    if (!fallback.ok) throw new Error(fallback.error);
    const { architecture } = fallback;
    const isFixed = this.dialect.hasFixedSizes;
    const hasCompressed = architecture.extensions.has("c") || architecture.extensions.has("zca");
    this.code = {
      hasCompressed: hasCompressed && !isFixed,
      relax: !isFixed && options.relax !== false,
      pic: options.pic === true,
      checksCsrs: options.checksCsrs === true,
      architecture,
    };
    for (const [name, value] of definitions(options)) this.symbols.get(name).expression = value;
    const text0 = this.section(".text");
    this.section(".data");
    this.section(".bss");
    text0.alignment = this.code.hasCompressed ? 2 : 4;
    this.subsection = text0.subsection(0);
    this.unit = {
      file,
      source: this.source,
      statements: [],
      symbols: this.symbols,
      macros: [],
      inclusions: [],
      imports: [],
      isIncomplete: false,
      externals: new Set(),
      files: [this.source],
      architecture,
    };
    // Elsewhere the same characters may have another meaning each time.
    if (this.dialect.name === "gnu") {
      this.#lines = new LineReader(this, options.known ?? new KnownStatements(), !this.#drops);
    }
    if (!parsed.ok) this.report("bad-architecture", 0, 0, { reason: parsed.error });
  }

  /** 32 or 64. */
  get xlen(): 32 | 64 {
    return this.code.architecture.xlen;
  }

  /** The current statement. */
  get statement(): Statement {
    if (this.#statement === undefined) {
      const place = { start: this.#statementStart, end: this.#statementEnd };
      this.#statement = new Statement(this.source, place, undefined, this.subsection.current);
    }
    return this.#statement;
  }

  set statement(statement: Statement) {
    this.#statement = statement;
  }

  /** Where the current statement begins. */
  get statementStart(): number {
    return this.#statement?.start ?? this.#statementStart;
  }

  /** Says where the current statement stands, of which there is an object only if one asks. */
  standAt(start: number, end: number): void {
    this.#statement = undefined;
    this.#statementStart = start;
    this.#statementEnd = end;
  }

  /** Gets ready to read the source. */
  begin(): void {
    this.#push(this.#preprocessed(), false, undefined);
  }

  /** Reads some thousand statements, or what is left of them; whether there are more. */
  readOn(): boolean {
    for (let left = statementsAtOnce; left > 0; ) {
      const input = this.#inputs.at(-1);
      if (input === undefined) {
        this.source = this.unit.source;
        return false;
      }
      if (this.#hasEnded || input.at >= input.source.text.length) {
        this.#pop();
        left--;
        continue;
      }
      this.source = input.source;
      const read = this.#conditions.isSkipping ? 0 : (this.#lines?.read(input, left) ?? 0);
      if (read === 0) this.readNext(input);
      left -= Math.max(read, 1);
    }
    return true;
  }

  /** Reads the next statement of a text. */
  readNext(input: Input): RawStatement {
    const isMain = input.source === this.unit.source;
    const lexed = isMain ? this.options.lexed?.(input.at) : undefined;
    const raw = lexed ?? readStatement(input.source.text, input.at, this.dialect.rules);
    input.at = raw.next;
    if (raw.tokens.length > 0) this.#read(raw);
    else if (raw.end - raw.start > 4) this.lines.noteMarker(this, raw);
    return raw;
  }

  /** The source as the C preprocessor leaves it, where it is to be preprocessed. */
  #preprocessed(): SourceText {
    const { source, options, dialect } = this;
    const { preprocess: isAsked, macros, undefine, folders, forced } = options;
    const isNeeded = isAsked ?? (dialect.isPreprocessed || source.file.endsWith(".S"));
    if (!isNeeded) return source;
    const result = preprocess(source, {
      predefined: predefinedMacros(this.unit.architecture, options),
      readFile: (path) => options.readFile(path),
      dropsComments: dialect.isPreprocessed,
      ...(macros === undefined ? {} : { define: macros }),
      ...(undefine === undefined ? {} : { undefine }),
      ...(folders === undefined ? {} : { folders }),
      ...(forced === undefined ? {} : { forced }),
    });
    this.diagnostics.push(...result.diagnostics);
    for (const path of result.missing) this.missing.add(path);
    this.unit.isIncomplete = result.isIncomplete;
    this.unit.inclusions.push(...result.inclusions);
    this.unit.files.push(...result.files);
    return result.source;
  }

  /** Stops reading, for `.end`. */
  finish(): void {
    this.#hasEnded = true;
  }

  /** Reports something about offsets of the current text. */
  report(code: string, start: number, end: number, values: Record<string, string> = {}): void {
    this.reportAt(code, { source: this.source, start, end }, values);
  }

  /** Reports something about a place, with the macro calls that led there. */
  reportAt(code: string, at: Mention, values: Record<string, string> = {}): void {
    if (this.unit.isIncomplete) return;
    const reported = this.#reports.codeFor(code, this.diagnostics);
    if (reported === undefined) return;
    const place = at.source.placeOf(at.start, at.end);
    if (values["name"] === "") {
      values = { ...values, name: at.source.text.slice(at.start, Math.min(at.end, at.start + 60)) };
    }
    const diagnostic = diagnose(reported, place, values);
    const related: NonNullable<Diagnostic["related"]> = [];
    for (const { source, start, end, title } of at.source.calls()) {
      if (related.length === 8) break;
      related.push({ ...source.placeOf(start, end), message: `expanded from this ${title}` });
    }
    if (related.length > 0) diagnostic.related = related;
    this.diagnostics.push(diagnostic);
  }

  /** Whether so much was reported that the rest will be dropped. */
  get hasReportedEnough(): boolean {
    return this.#reports.areEnough(this.diagnostics);
  }

  // Symbols and expressions

  symbol(token: Token): AssemblySymbol {
    this.questions++;
    let symbol = this.symbols.find(token.text);
    if (symbol?.isDefined !== true) {
      const section = this.#sectionSymbol(token.text);
      if (section !== undefined) return section;
      symbol ??= this.symbols.get(token.text);
    }
    if (symbol.weakTarget !== undefined) {
      symbol.addReference({ source: this.source, start: token.start, end: token.end });
      while (symbol.weakTarget !== undefined) symbol = symbol.weakTarget;
      symbol.isWeaklyReferenced = true;
      return symbol;
    }
    if (this.dialect.symbols.size > 0 && !symbol.isDefined) {
      const value = this.dialect.symbols.get(token.text);
      if (value !== undefined) symbol.expression = number(value);
    }
    symbol.isReferenced = true;
    // Of a symbol that is there already, nobody will ask who wants it.
    if (!symbol.isDefined) {
      symbol.addReference({ source: this.source, start: token.start, end: token.end });
    }
    return symbol;
  }

  /** The same for a name of the dialect of GNU as, from `start` to `end` of the current text. */
  named(name: string, start: number, end: number): AssemblySymbol {
    let symbol = this.symbols.find(name);
    const isDefined = symbol?.isDefined === true;
    const mayBeOther = !isDefined && this.#sectionsByName.has(name);
    if (mayBeOther || symbol?.weakTarget !== undefined) {
      return this.symbol(makeToken("name", start, end, name, false));
    }
    symbol ??= this.symbols.get(name);
    if (!isDefined) symbol.addReference({ source: this.source, start, end });
    this.questions++;
    symbol.isReferenced = true;
    return symbol;
  }

  numeric(token: Token): AssemblySymbol | undefined {
    this.questions++;
    if (token.text.endsWith("$")) {
      const symbol = this.symbols.dollar(token.text);
      symbol.addReference({ source: this.source, start: token.start, end: token.end });
      return symbol;
    }
    const isForward = token.text.endsWith("f");
    const symbol = this.symbols.numeric(token.text.slice(0, -1), isForward);
    if (symbol === undefined) {
      this.report("no-local-label", token.start, token.end, {
        label: token.text.slice(0, -1),
        direction: "before",
      });
      return undefined;
    }
    symbol.addReference({ source: this.source, start: token.start, end: token.end });
    return symbol;
  }

  currentPlace(): AssemblySymbol {
    this.questions++;
    return this.here();
  }

  /** A symbol for the current place. */
  here(): AssemblySymbol {
    const { current } = this.subsection;
    return this.symbols.place(current, current.length);
  }

  /** Reads an expression from tokens `start` to `end` of the statement; all must belong to it. */
  expression(tokens: readonly Token[], start: number, end: number): Expression | undefined {
    const parser = new ExpressionParser(tokens, start, end, this);
    const expression = parser.parse();
    const left = parser.peek();
    if (expression !== undefined && left !== undefined) {
      this.report("trailing-text", left.start, (tokens[end - 1] as Token).end, {
        text: this.source.text.slice(left.start, (tokens[end - 1] as Token).end),
      });
      return undefined;
    }
    return expression;
  }

  /** Gives a symbol the current place. */
  define(symbol: AssemblySymbol, mention: Mention): void {
    if (symbol.expression !== undefined && !symbol.isFixed) {
      // A label may take over a name that `.set` gave a value.
      const previous = symbol;
      symbol = this.symbols.replace(symbol);
      symbol.takeMentions(previous);
    }
    // Once more the same is no other definition.
    const here = this.subsection.current;
    const isSame = symbol.fragment === here && symbol.offset === here.length;
    if (isSame && this.dialect.name === "gnu") {
      symbol.addDefinition(mention);
      return;
    }
    const isTaken = this.dialect.name === "gnu" && this.#sectionsByName.has(symbol.name);
    if (symbol.isDefined || symbol.common !== undefined || isTaken) {
      this.reportAt("duplicate-symbol", mention, { name: symbol.name });
      const first = symbol.definitions[0];
      if (first !== undefined) {
        const place = first.source.placeOf(first.start, first.end);
        const related = { ...place, message: `first definition of ${symbol.name}` };
        (this.diagnostics.at(-1) as Diagnostic).related = [related];
      }
      symbol.addReference(mention);
      return;
    }
    const { current } = this.subsection;
    const base = this.#structures.get(current.subsection.section);
    if (base !== undefined) {
      symbol.expression = number(base + BigInt(distanceTo(current)));
      symbol.addDefinition(mention);
      return;
    }
    symbol.fragment = current;
    symbol.offset = current.length;
    symbol.addDefinition(mention);
    if (current.subsection.section.isThreadLocal) symbol.type = STT.TLS;
  }

  /** Defines the label that stands alone in a line, at its start. */
  label(name: string, start: number): AssemblySymbol {
    const symbol = this.symbols.get(name);
    const isNew = symbol.fragment === undefined && symbol.expression === undefined;
    if (isNew && symbol.common === undefined && this.#structures.size === 0) {
      const { current } = this.subsection;
      symbol.fragment = current;
      symbol.offset = current.length;
      symbol.addLabel(this.source, start);
      if (current.subsection.section.isThreadLocal) symbol.type = STT.TLS;
      return symbol;
    }
    this.define(symbol, { source: this.source, start, end: start + name.length });
    // It may be another one now, in place of one that `.set` had given a value.
    return this.symbols.get(name);
  }

  /** `name = value` and `.set`. A name that is fixed (`.equiv`) may be defined once only. */
  assign(name: Token, value: Expression, isFixed = false): void {
    const mention = { source: this.source, start: name.start, end: name.end };
    if (name.text === ".") {
      this.subsection.close({ kind: "origin", target: value, fill: 0, mention });
      return;
    }
    let symbol = this.symbols.get(name.text);
    const isPlace = symbol.fragment !== undefined || symbol.common !== undefined;
    if (isPlace || (symbol.isDefined && (isFixed || symbol.isFixed))) {
      this.reportAt("duplicate-symbol", mention, { name: name.text });
      return;
    }
    if (symbol.expression !== undefined) {
      const previous = symbol;
      symbol = this.symbols.replace(symbol);
      symbol.takeMentions(previous);
    }
    this.symbols.settle(symbol);
    const known = evaluateNumber(value, distanceSoFar);
    const target = typeof known === "bigint" ? undefined : namedIn(value);
    if (target?.isGenerated === false) this.symbols.settle(target);
    if (target !== undefined) {
      // Another name of a symbol has its type and size as they are now, or where the symbol comes
      // later and nothing is added, as they are at the end.
      symbol.hasOwnAttributes = target.isDefined || value.op !== "symbol";
      symbol.size ??= target.size;
      const type = target.type === STT.TLS ? STT.OBJECT : target.type;
      if (symbol.type === STT.NOTYPE) symbol.type = type;
    }
    symbol.expression = typeof known === "bigint" ? number(known) : value;
    symbol.isFixed = isFixed;
    symbol.addDefinition(mention);
  }

  // Sections and bytes

  /**
   * The section of a name (and group, and mark of those that share both), made with its usual type
   * and flags when it is new.
   */
  section(name: string, group?: string, mark?: string): SectionBuilder {
    const key = sectionKey(name, group, mark);
    const known = this.#sectionsByName.get(key);
    if (known !== undefined) return known;
    // The simulators know short sections by their names alone, GNU as does not.
    const usual = this.dialect.name === "gnu" ? name : name.replace(/^\.s(?=data|bss)/, ".");
    const { type, flags } = sectionDefaults(usual);
    const section = new SectionBuilder(name, type, flags);
    section.group = group;
    this.#sectionsByName.set(key, section);
    this.sections.push(section);
    section.symbol = this.symbols.section(section);
    return section;
  }

  /** The symbol of the section of a name, where there is one and nothing else has that name. */
  #sectionSymbol(name: string): AssemblySymbol | undefined {
    const section = this.#sectionsByName.get(name);
    const symbol = section?.symbol;
    if (section === undefined || symbol === undefined) return undefined;
    symbol.fragment ??= section.subsection(0).fragments[0];
    return symbol;
  }

  /** The same for a section that the assembler itself fills. */
  impliedSection(name: string): SectionBuilder {
    const isNew = !this.hasSection(name);
    const section = this.section(name);
    if (isNew) section.isImplied = true;
    return section;
  }

  /** Whether a section exists already. */
  hasSection(name: string, group?: string, mark?: string): boolean {
    return this.#sectionsByName.has(sectionKey(name, group, mark));
  }

  /** Makes a subsection the place where bytes go. */
  enter(subsection: Subsection): void {
    this.previous = this.subsection;
    this.subsection = subsection;
  }

  /** Goes to a place without memory, whose labels are numbers from `offset` on. */
  enterAbsolute(offset: bigint): void {
    const section = new SectionBuilder("*ABS*", SHT.NOBITS, 0n);
    this.#structures.set(section, offset);
    this.enter(section.subsection(0));
  }

  /**
   * Notes that data begins here in a section of code, or instructions: a mapping symbol says so
   * where it was otherwise, and at the first instruction of an architecture, which it names.
   */
  mark(contents: "instructions" | "data", isPadding = false): void {
    const { section } = this.subsection;
    const { architecture } = this.code;
    if (!section.isCode) return;
    const isKnown =
      contents === "data" || isPadding
        ? contents === "data" || section.mappedArchitecture !== undefined
        : section.mappedArchitecture === architecture;
    if (isKnown && section.contents === contents) return;
    const name = contents === "data" ? "$d" : this.#codeMark(section, isPadding);
    const { fragment, offset } = this.place();
    if (section.contents === contents && name === "$x") return;
    section.contents = contents;
    section.mappings.push(this.symbols.map(name, fragment, offset));
  }

  /** The mapping symbol of instructions: with the architecture where that is new. */
  #codeMark(section: SectionBuilder, isPadding: boolean): string {
    const { architecture } = this.code;
    const { mappedArchitecture: known } = section;
    if (known !== undefined && (isPadding || known === architecture)) return "$x";
    const isSame =
      known !== undefined && architectureString(known) === architectureString(architecture);
    section.mappedArchitecture = architecture;
    return isSame ? "$x" : `$x${architectureString(architecture)}`;
  }

  /** Whether the current section takes bytes; reports it when it does not. */
  takesBytes(mention: Mention): boolean {
    const { section } = this.subsection;
    if (!section.isZeros) return true;
    this.reportAt("data-in-zeros", mention, { section: section.name });
    return false;
  }

  /** Appends a value of `size` bytes, now or when it is known. */
  data(size: number, value: Expression, mention: Mention): void {
    this.mark("data");
    const { subsection } = this;
    const { current, section } = subsection;
    if (value.op === "number") {
      const isZero = value.value === 0n;
      if (!isZero && !this.takesBytes(mention)) return;
      this.checkWidth(value.value, size, mention);
      subsection.appendBig(value.value, size);
      return;
    }
    if (!this.takesBytes(mention)) return;
    section.fixups.push({
      fragment: current,
      offset: current.length,
      size,
      value,
      type: undefined,
      relax: false,
      mention,
    });
    subsection.appendZeros(size);
  }

  /** Warns when a number does not fit in `size` bytes, signed or unsigned. */
  checkWidth(value: bigint, size: number, mention: Mention): void {
    const bits = size * 8;
    if (bits >= 64) return;
    const limit = 1n << BigInt(bits);
    if (value < limit && value >= -(limit / 2n)) return;
    if (value < 0n && value >= -limit + 1n) return;
    const result = BigInt.asUintN(bits, value);
    this.reportAt("value-truncated", mention, {
      value: `0x${BigInt.asUintN(64, value).toString(16)}`,
      bits: String(bits),
      result: `0x${result.toString(16)}`,
    });
  }

  /** The current place, as bytes of a statement begin and end there. */
  place(): { fragment: Fragment; offset: number } {
    const { current } = this.subsection;
    return { fragment: current, offset: current.length };
  }

  // Texts

  /** Reads an expansion or an included file next; false (and reported) when there is too much. */
  insert(source: SourceText, isMacro: boolean): boolean {
    if (source.depth > depthLimit) {
      const origin = source.origin ?? source.includedFrom;
      const { statement } = this;
      const mention = origin ?? { source: this.source, start: statement.start, end: statement.end };
      this.reportAt("expansion-too-deep", mention, { limit: String(depthLimit) });
      this.#hasEnded = true;
      return false;
    }
    this.#expanded += source.text.length + 64;
    if (this.#expanded > expansionLimit) {
      this.reportTooLarge();
      return false;
    }
    this.#push(source, isMacro, this.statement);
    return true;
  }

  /** How many more characters expansions may have. */
  get expansionBudget(): number {
    return Math.max(0, expansionLimit - this.#expanded);
  }

  /** Reports that an expansion would be too large, and stops reading. */
  reportTooLarge(): void {
    const { statement } = this;
    this.reportAt("expansion-too-large", statement, { limit: String(expansionLimit) });
    this.#hasEnded = true;
  }

  /** The statement that inclusions and expansions come from, as their origin. */
  origin(title: string, isCall = false): Origin {
    const { source, start, end, tokens } = this.statement;
    const place = { start: tokens[0]?.start ?? start, end: tokens.at(-1)?.end ?? end };
    return { source, ...place, title, isCall };
  }

  /** Leaves the innermost macro, for `.exitm`. */
  exitMacro(): boolean {
    const index = this.#inputs.findLastIndex((input) => input.isMacro);
    if (index < 0) return false;
    this.#conditions.closeTo((this.#inputs[index] as Input).conditions);
    while (this.#inputs.length > index) this.#pop();
    return true;
  }

  /** The text that is being read. */
  get input(): Input | undefined {
    return this.#inputs.at(-1);
  }

  /** Opens a condition. */
  openCondition(token: Token, holds: boolean): void {
    this.#conditions.open(this.source, token, holds);
  }

  #push(source: SourceText, isMacro: boolean, statement: Statement | undefined): void {
    this.#inputs.push({
      source,
      at: 0,
      conditions: this.#conditions.depth,
      isMacro,
      statement,
    });
  }

  #pop(): void {
    const input = this.#inputs.pop() as Input;
    this.#conditions.endText(this, input.conditions, !this.#hasEnded);
    input.statement?.finish(this.subsection.current);
  }

  /** How many texts are being read, one inside of another. */
  get depth(): number {
    return this.#inputs.length;
  }

  /** The tokens with replacements for names, and commas between operands. */
  #normalized(raw: RawStatement): RawStatement {
    let { tokens } = raw;
    if (this.substitutions.size > 0) {
      tokens = tokens.flatMap((token) => {
        const found = token.kind === "name" ? this.substitutions.get(token.text) : undefined;
        if (found === undefined) return [token];
        this.symbols
          .get(token.text)
          .addReference({ source: this.source, start: token.start, end: token.end });
        // They stand where the name stands.
        const { start, end } = token;
        return found.map((part, at) => ({
          ...part,
          start,
          end,
          spaced: at === 0 ? token.spaced : part.spaced,
        }));
      });
    }
    return { ...raw, tokens: separateOperands(tokens) };
  }

  #read(written: RawStatement): void {
    const raw = this.dialect.rules.blanksSeparate ? this.#normalized(written) : written;
    const { tokens } = raw;
    const statement = new Statement(this.source, raw, tokens, this.subsection.current);
    this.statement = statement;
    this.keep(statement);
    if (this.#conditions.isSkipping) {
      statement.kind = "skipped";
      const word = directiveWord(tokens);
      if (word !== undefined) this.#skip(word, tokens);
      return;
    }
    const at = this.#labels(statement, tokens);
    const name = tokens[at];
    if (name !== undefined) this.#readBody(statement, tokens, at, name);
    // With other rules, or replacements, the text alone does not give them again.
    if (this.dialect.rules === gnuRules) statement.dropTokens();
  }

  #readBody(statement: Statement, tokens: readonly Token[], at: number, name: Token): void {
    statement.nameAt = at;
    statement.begin(this.subsection.current);
    const unended = tokens.at(-1);
    const hasUnendedString = unended?.error === "unterminated-string";
    if (hasUnendedString) this.report(unended?.error ?? "", unended?.start ?? 0, unended?.end ?? 0);
    // A directive may open a block; anything else would only be reported a second time.
    if (hasUnendedString && directiveOf(this.dialect, name.text.toLowerCase()) === undefined)
      statement.kind = "unknown";
    else this.#body(statement, tokens, name, at + 1);
    if (this.#inputs.at(-1)?.statement !== statement) statement.finish(this.subsection.current);
  }

  /** Notes a statement for those who ask later, if any do. */
  keep(statement: Statement): void {
    if (!this.#drops) this.unit.statements.push(statement);
  }

  /** In a branch that is not assembled, only conditions count. */
  #skip(word: string, tokens: readonly Token[]): void {
    const token = tokens.find(({ text }) => text.toLowerCase() === word) as Token;
    if (word.startsWith(".if")) {
      this.#conditions.openSkipped(this.source, token);
    } else if (/^\.(else(if|c)?|end(if|c))$/.test(word)) {
      const at = tokens.indexOf(token);
      this.condition(word, new Arguments(this, token, tokens, at + 1));
    }
  }

  /** `.else`, `.elseif` and `.endif`. */
  condition(word: string, args: Arguments): void {
    this.#conditions.change(this, word, args, this.#inputs.at(-1)?.conditions ?? 0);
  }

  /** Defines the labels at the start of a statement; returns the position behind them. */
  #labels(statement: Statement, tokens: readonly Token[]): number {
    let at = 0;
    for (;;) {
      const token = tokens[at];
      const colon = tokens[at + 1];
      if (token === undefined || colon?.kind !== "operator" || colon.text !== ":") return at;
      const mention = { source: this.source, start: token.start, end: token.end };
      if (token.kind === "name" || token.kind === "string") {
        this.define(this.symbols.get(token.text), mention);
        const symbol = this.symbols.get(token.text);
        if (!token.text.startsWith(".L")) this.symbols.endDollars();
        statement.addLabel(symbol);
        this.lines.label(this, symbol);
      } else if (
        token.kind === "integer" &&
        /^[0-9]+$/.test(this.source.text.slice(token.start, token.end))
      ) {
        const symbol = this.symbols.defineNumeric(token.text);
        this.define(symbol, mention);
        statement.addLabel(symbol);
      } else if (token.kind === "local" && token.text.endsWith("$")) {
        const symbol = this.symbols.defineDollar(token.text);
        this.define(symbol, mention);
        statement.addLabel(symbol);
      } else {
        return at;
      }
      at += 2;
    }
  }

  #body(statement: Statement, tokens: readonly Token[], name: Token, at: number): void {
    if (this.dialect.read?.(this, statement, at - 1) === true) return;
    if (name.kind !== "name" && name.kind !== "string") {
      statement.kind = "unknown";
      const { text } = this.source;
      const code = name.error ?? "unexpected-character";
      this.report(code, name.start, name.end, { text: text.slice(name.start, name.end) });
      return;
    }
    const equals = tokens[at];
    if (equals?.kind === "operator" && (equals.text === "=" || equals.text === "==")) {
      statement.kind = "assignment";
      this.#assignment(tokens, name, at + 1, equals.text === "==");
      return;
    }
    const word = name.text.toLowerCase();
    const directive = word.startsWith(".") ? directiveOf(this.dialect, word) : undefined;
    if (directive !== undefined) {
      statement.kind = "directive";
      statement.isPlain = directive.isPlain === true;
      const args = new Arguments(this, name, tokens, at);
      const next = tokens[at];
      if (next?.kind === "string" && !next.spaced && this.dialect.name === "gnu") {
        this.report("missing-blank", name.start, next.end, { name: name.text });
        return;
      }
      directive.run(this, args);
      if (directive.takesAll !== true) args.end();
      return;
    }
    const macro = this.macros.get(word);
    if (macro !== undefined) {
      statement.kind = "macro";
      statement.macro = macro;
      callMacro(this, macro, name);
      return;
    }
    if (word.startsWith(".")) {
      statement.kind = "unknown";
      const { ignoresUnknownDirectives, title } = this.dialect;
      this.report(
        ignoresUnknownDirectives ? "ignored-directive" : "unknown-directive",
        name.start,
        name.end,
        {
          name: name.text,
          dialect: title,
          suggestion: suggestion(word, directivesOf(this.dialect).keys()),
        },
      );
      return;
    }
    const next = tokens[at];
    if (next !== undefined && !next.spaced && this.dialect.name === "gnu") {
      statement.kind = "unknown";
      this.report("missing-blank", name.start, next.end, { name: name.text });
      return;
    }
    statement.kind = "instruction";
    statement.isPlain = true;
    assembleInstruction(this, statement, tokens, at);
  }

  /** Whether the source has a label that is called like a register. */
  hasRegisterLabel(name: string): boolean {
    this.#registerLabels ??= new Set(
      [...this.source.text.matchAll(/(?:^|[\s;:])([a-z]+\d*)[ \t]*:/gm)]
        .map(([, label]) => label as string)
        .filter((label) => (xRegisterIndex(label) ?? fRegisterIndex(label)) !== undefined),
    );
    return this.#registerLabels.has(name);
  }

  #assignment(tokens: readonly Token[], name: Token, at: number, isFixed: boolean): void {
    const args = new Arguments(this, name, tokens, at);
    if (name.text !== ".") this.symbols.get(name.text);
    const value = args.expression();
    args.end();
    if (value === undefined) return;
    if (xRegisterIndex(name.text) !== undefined || fRegisterIndex(name.text) !== undefined) {
      this.report("register-name", name.start, name.end, { name: name.text });
      return;
    }
    this.assign(name, value, isFixed);
  }
}
