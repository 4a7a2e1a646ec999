/**
 * Everything that is known about one version of a document: its statements and names as written,
 * and the assembler's result with all that it includes. It never changes once it is made.
 */
import type { Position, Range } from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { type Assembly, assemble, assembling } from "../assembler/assemble.ts";
import { mergeOptions, preprocessing } from "../assembler/build.ts";
import { type Dialect, type DialectName, dialects } from "../assembler/dialects.ts";
import { type HeaderOptions, headerKeys, macrosOf, readHeader } from "../assembler/header.ts";
import { KnownStatements } from "../assembler/known-statements.ts";
import { firstFrom } from "../assembler/source.ts";
import type { AssemblySymbol } from "../assembler/symbols.ts";
import type { Inclusion, Unit, Statement as UnitStatement } from "../assembler/unit.ts";
import type { Architecture } from "../isa/architecture.ts";
import { type Columns, readColumns } from "./columns.ts";
import { collectNames, type FileNames } from "./file-names.ts";
import { type HintSettings, type LensSettings, readHints, readLenses } from "./hint-settings.ts";
import { changeBetween, inOrder, type Lexed, lex } from "./lexed-lines.ts";
import { type Levels, readLevels } from "./lints/levels.ts";
import { type Occurrence, Occurrences, plainOccurrence, standsAlone } from "./occurrences.ts";
import { readStatement, type Statement } from "./syntax.ts";
import { canonicalUri, encodeUri } from "./uris.ts";

/** Macros, folders and files as a compiler's `-D`, `-U`, `-I` and `-include` name them. */
export interface Preprocessing {
  readonly macros: Readonly<Record<string, string>>;
  readonly undefine?: readonly string[];
  /** Paths; relative ones from the folder that the settings are for, else from the source. */
  readonly folders: readonly string[];
  readonly forced?: readonly string[];
  /** Folders that nobody named and where files are looked for last. */
  readonly guessed?: readonly string[];
}

/** What the client or the user chose for files whose header line does not say it. */
export interface Settings {
  readonly march?: string;
  readonly mabi?: string;
  /** Whose calls and memory layout the program expects; it matters when a program is linked. */
  readonly environment?: "linux" | "rars" | "venus" | "ripes";
  /** The language of the sources. */
  readonly dialect?: DialectName;
  /** The levels of lints, where they are not the usual ones. */
  readonly lints?: Levels;
  /** What the preprocessor of every source takes from a command line. */
  readonly preprocessing?: Preprocessing;
  /** Whether code is position-independent from its first line on. */
  readonly pic?: boolean;
  /** Where formatting puts things. */
  readonly columns?: Columns;
  readonly hints?: HintSettings;
  readonly lenses?: LensSettings;
}

const { environment: environments, mabi: abis, dialect: dialectNames } = headerKeys;

/** Takes from a client's settings what is known here; anything else is left out. */
export function readSettings(section: unknown): Settings {
  if (section === null || typeof section !== "object") return {};
  const values = section as Readonly<Record<string, unknown>>;
  const text = (key: string) => {
    const value = values[key];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const march = text("march");
  const mabi = abis.find((name) => name === values["mabi"]);
  const environment = environments.find((name) => name === values["environment"]);
  const dialect = dialectNames.find((name) => name === values["dialect"]);
  const list = (key: string): string[] => {
    const value = values[key];
    return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
  };
  const [define, folders, forced] = [list("define"), list("include"), list("forcedInclude")];
  const macros = macrosOf(define);
  const [format, hints, lenses] = [values["format"], values["inlayHints"], values["codeLens"]];
  const hasMore = define.length > 0 || folders.length > 0 || forced.length > 0;
  return {
    ...(hasMore ? { preprocessing: { macros, folders, forced } } : {}),
    ...(format === undefined ? {} : { columns: readColumns(format) }),
    ...(values["lints"] === undefined ? {} : { lints: readLevels(values["lints"]) }),
    ...(hints === undefined ? {} : { hints: readHints(hints) }),
    ...(lenses === undefined ? {} : { lenses: readLenses(lenses) }),
    ...(dialect === undefined ? {} : { dialect }),
    ...(environment === undefined ? {} : { environment }),
    ...(march === undefined ? {} : { march }),
    ...(mabi === undefined ? {} : { mabi }),
  };
}

/** The files that an analysis may read, by canonical URI. */
export interface Files {
  read(file: string): string | Uint8Array | undefined;
  /** Which state of the file that is. */
  revision(file: string): number;
  /** The state of the document and the settings. */
  readonly stamp: number;
}

/** Statements in the order in which they stand in a file. */
interface Written {
  readonly statements: readonly UnitStatement[];
  readonly starts: Int32Array;
}

/** One version of a document, understood. */
export class Analysis {
  readonly document: TextDocument;
  readonly text: string;
  /** The file's name in the assembler's diagnostics. */
  readonly file: string;
  /** The settings that hold for the document. */
  readonly settings: Settings;
  readonly header: HeaderOptions;
  /** The language that the document is read in. */
  readonly dialect: Dialect;
  /** The tokens of the document, statement by statement. */
  readonly lexed: Lexed;
  /** Lines that need not be assembled again. */
  readonly known: KnownStatements;
  #assembly: Assembly | undefined;
  /** Whether a later version was made of what this one was. */
  #isTaken = false;
  /** The state of the document and the settings that this was made from. */
  readonly stamp: number;
  /** How long it took, in milliseconds. */
  elapsed = 0;
  /** Files that were asked for, and in which state each was. */
  readonly files = new Map<string, number>();
  /** Those among them that were not available. */
  readonly missing = new Set<string>();
  readonly #assemble: (text: string) => Assembly;
  /** How it is assembled, as text. */
  readonly #options: string;
  #assembling: Generator<undefined, Assembly> | undefined;
  /** Statements by their index, as far as somebody asked for them. */
  readonly #read: Statement[];
  #statements: readonly Statement[] | undefined;
  #occurrences: Occurrences | undefined;
  #names: FileNames | undefined;
  #written: Written | undefined;

  /**
   * Understands a version, in portions. `before` is the version before, whose tokens are taken over
   * where the text is the same, and its assembly where the edit allows it; `program` is what the
   * program says that this file belongs to; it wins over settings.
   */
  static *making(
    document: TextDocument,
    settings: Settings,
    program: Settings,
    files: Files,
    before?: Analysis,
  ): Generator<undefined, Analysis> {
    const analysis = new Analysis(document, settings, program, files, before);
    const work = analysis.#assembling;
    analysis.#assembling = undefined;
    while (work !== undefined && analysis.#assembly === undefined) {
      const started = performance.now();
      const { done, value } = work.next();
      analysis.elapsed += performance.now() - started;
      if (done) analysis.#assembly = value;
      else yield;
    }
    return analysis;
  }

  private constructor(
    document: TextDocument,
    settings: Settings,
    program: Settings,
    files: Files,
    before?: Analysis,
  ) {
    const started = performance.now();
    this.settings = settings;
    this.document = document;
    this.text = document.getText();
    this.file = canonicalUri(document.uri);
    this.stamp = files.stamp;
    this.header = readHeader(this.text).options;
    const options = mergeOptions({ defaults: settings, ...program }, this.header);
    // Each file says itself what it is written in.
    const dialect = this.header.dialect ?? options.dialect ?? "gnu";
    this.dialect = dialects[dialect];
    this.lexed = lex(this.text, this.dialect.rules, before?.lexed);
    this.#read = new Array(this.lexed.count);
    this.known = before?.known ?? new KnownStatements();
    const { undefine, forced, guessed } = settings.preprocessing ?? {};
    const named = preprocessing(settings.preprocessing ?? {}, this.header, this.file);
    const folders = [...(named.folders ?? []), ...(guessed ?? [])];
    const chosen = {
      ...readSettings({ march: options.march, mabi: options.mabi, dialect }),
      ...(undefine === undefined ? {} : { undefine }),
      ...(forced === undefined ? {} : { forced }),
      ...(settings.pic === undefined ? {} : { pic: settings.pic }),
      ...named,
      ...(folders.length === 0 ? {} : { folders }),
    };
    const { file, known, missing } = this;
    const readFile = (path: string) => files.read(canonicalUri(path, file));
    this.#assemble = (text) => assemble(file, text, { ...chosen, readFile });
    this.#options = JSON.stringify(chosen);
    this.#assembly = this.#revised(before, files);
    if (this.#assembly === undefined) {
      const revisions = this.files;
      this.#assembling = assembling(file, this.text, {
        ...chosen,
        lexed: inOrder(this.lexed),
        known,
        isRevised: true,
        readFile: (path) => {
          const name = canonicalUri(path, file);
          revisions.set(name, files.revision(name));
          const content = files.read(name);
          if (content === undefined) missing.add(name);
          return content;
        },
      });
    }
    this.elapsed = performance.now() - started;
  }

  /** The assembly of the version before, with what the edit changes; undefined where it must be anew. */
  #revised(before: Analysis | undefined, files: Files): Assembly | undefined {
    if (before === undefined || before.lexed === this.lexed) return undefined;
    const revisable = before.#assembly?.revisable;
    if (revisable === undefined) return undefined;
    for (const [file, revision] of before.files) {
      if (files.revision(file) !== revision) return undefined;
    }
    if (before.file !== this.file || before.#options !== this.#options) return undefined;
    const change = changeBetween(before.lexed, this.lexed);
    if (change === undefined) return undefined;
    before.#assembly = undefined;
    before.#isTaken = true;
    const revised = revisable.revise(change);
    if (revised === undefined) return undefined;
    for (const [file, revision] of before.files) this.files.set(file, revision);
    for (const file of before.missing) this.missing.add(file);
    return revised;
  }

  /** What the assembler made of the document. */
  get assembly(): Assembly {
    // Somebody may still ask about a version that is no more.
    if (this.#isTaken) this.#assembly ??= this.#assemble(this.text);
    if (this.#assembly === undefined) throw new Error("the analysis is not made yet");
    return this.#assembly;
  }

  /** What the assembler says of another text in the document's place. */
  assembledAs(text: string): Assembly {
    return this.#assemble(text);
  }

  get uri(): string {
    return this.document.uri;
  }

  get unit(): Unit {
    return this.assembly.unit;
  }

  get architecture(): Architecture {
    return this.unit.architecture;
  }

  /** The document's statements as written. */
  get statements(): readonly Statement[] {
    if (this.#statements === undefined) {
      for (let index = 0; index < this.lexed.count; index++) this.#statement(index);
      this.#statements = this.#read;
    }
    return this.#statements;
  }

  /** The document's names. */
  get occurrences(): Occurrences {
    if (this.#occurrences === undefined) {
      const macros = new Set(this.unit.macros.map(({ name }) => name.toLowerCase()));
      this.#occurrences = new Occurrences(this.text, this.statements, macros);
    }
    return this.#occurrences;
  }

  /** The name at an offset. */
  occurrenceAt(offset: number): Occurrence | undefined {
    if (this.#occurrences !== undefined) return this.#occurrences.at(offset);
    const macros = new Set(this.unit.macros.map(({ name }) => name.toLowerCase()));
    const statement = this.statementAt(offset);
    const plain = plainOccurrence(this.text, statement, offset, macros);
    if (plain !== undefined || standsAlone(this.text, statement)) return plain;
    return this.occurrences.at(offset);
  }

  /** What other files need to know. */
  get names(): FileNames {
    this.#names ??= collectNames(this.document, this.statements, this.occurrences);
    return this.#names;
  }

  /** The statement at an offset, as written; one at the very end of a statement belongs to it. */
  statementAt(offset: number): Statement {
    return this.#statement(Math.max(0, this.lexed.countBefore(offset + 1) - 1));
  }

  /** A statement by its index. Most questions are about few, and reading all takes a moment. */
  #statement(index: number): Statement {
    const known = this.#read[index];
    if (known !== undefined) return known;
    const statement = readStatement(this.lexed.at(index), this.dialect.rules);
    this.#read[index] = statement;
    return statement;
  }

  /** The same statement as it was assembled, where it was; several in a row share the offsets. */
  assembledAt(statement: Statement): UnitStatement | undefined {
    const { statements, starts } = this.written;
    const index = firstFrom(starts, statement.start);
    return starts[index] === statement.start ? statements[index] : undefined;
  }

  /** The statements of this very file as they were assembled, and where each begins in it. */
  get written(): Written {
    this.#written ??= this.#writtenHere();
    return this.#written;
  }

  #writtenHere(): Written {
    const { source, statements } = this.unit;
    const isOwn = (one: UnitStatement) => one.source === source;
    const own = statements.every(isOwn) ? statements.slice() : statements.filter(isOwn);
    if (own.length > 0) {
      const starts = new Int32Array(own.length);
      for (let at = 0; at < own.length; at++) starts[at] = (own[at] as UnitStatement).start;
      return { statements: own, starts };
    }
    // A preprocessed file is read as another text, whose characters were written here.
    const found: { start: number; statement: UnitStatement }[] = [];
    for (const statement of statements) {
      if (statement.source.origin !== undefined) continue;
      const place = statement.source.writtenAt(statement.start);
      if (place.source === source) found.push({ start: place.offset, statement });
    }
    found.sort((a, b) => a.start - b.start);
    return {
      statements: found.map(({ statement }) => statement),
      starts: Int32Array.from(found, ({ start }) => start),
    };
  }

  /** The symbol of a name as it is at the end of the file. */
  symbol(name: string): AssemblySymbol | undefined {
    return this.unit.symbols.find(name);
  }

  /** The URI of a file that the assembler names. */
  uriOf(file: string): string {
    return encodeUri(canonicalUri(file, this.file));
  }

  /** Where an inclusion stands in this document; undefined where another file has it. */
  placeOf({ mention }: Inclusion): { start: number; end: number } | undefined {
    const { source } = this.unit;
    if (mention.source === source) return mention;
    // A preprocessed file is read as another text.
    const place = mention.source.writtenAt(mention.start);
    if (mention.source.origin !== undefined || place.source !== source) return undefined;
    return { start: place.offset, end: place.offset + mention.end - mention.start };
  }

  /** The file that an inclusion leads to, as the assembler looks for it; undefined where absent. */
  fileOf({ found }: Inclusion): string | undefined {
    return found === undefined ? undefined : canonicalUri(found, this.file);
  }

  offsetAt(position: Position): number {
    return this.document.offsetAt(position);
  }

  range({ start, end }: { readonly start: number; readonly end: number }): Range {
    return { start: this.document.positionAt(start), end: this.document.positionAt(end) };
  }
}
