/**
 * The documents that the editor has open, what the assembler says about each, and the files around
 * them. An analysis is computed when it is asked for and kept until the document, a file that it
 * includes or a setting changes. Of files that are not open only the names they share with others
 * are kept; what no open document needs any more is let go.
 */
import type { TextDocumentContentChangeEvent, TextDocumentItem } from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import { Analysis, type Preprocessing, readSettings, type Settings } from "./analysis.ts";
import {
  type CompileCommand,
  commandFor,
  databasePlaces,
  readCompileCommands,
  settingsOf as settingsOfCommand,
} from "./compile-commands.ts";
import { type FileNames, namesOf } from "./file-names.ts";
import { fileCountLimit, type Host, isSource } from "./host.ts";
import { guessedFolders, isGuess, resolved } from "./include-folders.ts";
import { isNeighbour, type Neighbour, neighbourLimit, readNeighbour } from "./neighbours.ts";
import { inPortions } from "./portions.ts";
import { canonicalUri, encodeUri } from "./uris.ts";

export { Analysis, readSettings, type Settings } from "./analysis.ts";

/** A file that was asked for: its bytes, or that it is not there. */
interface StoredFile {
  readonly bytes: Uint8Array | undefined;
  readonly revision: number;
}

/** The compilation database of a folder. */
interface Commands {
  rows: readonly CompileCommand[];
  /** Settled when it was read. */
  loading: Promise<void>;
}

interface OpenDocument {
  document: TextDocument;
  revision: number;
  analysis?: Analysis;
  /** Set while the present version is analysed. */
  pending?: Promise<void> | undefined;
  /** What the header line of the program that this file belongs to says. */
  inherited: Settings;
}

/** Included files are loaded in at most this many rounds: a file, what it includes, … */
const loadingRounds = 64;

/** So many files are read at the same time. */
const readsAtOnce = 32;

/** So many files that are not open are analysed for documents that they include. */
const includerLimit = 8;

/** Files longer than this are not searched for names. */
const searchedLength = 1 << 20;

/** The open documents and the files around them. */
export class Workspace {
  /** The URI of the folder of the reference pages, where the client can open them. */
  docs: string | undefined;
  readonly #host: Host;
  readonly #open = new Map<string, OpenDocument>();
  readonly #files = new Map<string, StoredFile>();
  readonly #loading = new Map<string, Promise<void>>();
  /** Names of the workspace's sources that are not open, by canonical URI. */
  readonly #names = new Map<string, Promise<FileNames | undefined>>();
  /** Names of included files, with the text that they were found in. */
  readonly #included = new Map<string, { text: string; names: FileNames }>();
  /** Files that are analysed because an open document is included by them; few, and on disk. */
  readonly #includers = new Map<string, OpenDocument>();
  #sources: Promise<string[]> | undefined;
  readonly #neighbours = new Map<string, Promise<Neighbour | undefined>>();
  #folders: string[] = [];
  #settings: Settings = {};
  /** Compilation databases by the URI of their workspace folder. */
  readonly #commands = new Map<string, Commands>();
  /** What `settingsOf` has found, by canonical URI. */
  readonly #effective = new Map<string, Settings>();
  /** Files that include others from folders that nobody has named. */
  readonly #guessing = new Set<string>();
  /** Settings by the URI of the folder that they are for. */
  #folderSettings: ReadonlyMap<string, Settings> = new Map();
  #revision = 0;
  #settingsRevision = 0;

  constructor(host: Host) {
    this.#host = host;
  }

  /**
   * Takes the settings, and those of folders that have their own; analyses made with others are made
   * again.
   */
  configure(settings: Settings, folders: ReadonlyMap<string, Settings> = new Map()): void {
    this.#settings = settings;
    this.#folderSettings = folders;
    this.#effective.clear();
    this.#settingsRevision = ++this.#revision;
  }

  /**
   * The settings for a file: those of the innermost folder in which it lies, with what the command
   * says that builds it, as far as that is known, and with folders where files may be included from.
   */
  settingsOf(uri: string): Settings {
    const file = canonicalUri(uri);
    const known = this.#effective.get(file);
    if (known !== undefined) return known;
    const folder = this.folderOf(file);
    const chosen = this.#folderSettings.get(folder ?? "") ?? this.#settings;
    const none: Preprocessing = { macros: {}, folders: [] };
    const own = resolved(chosen.preprocessing ?? none, folder);
    const command = commandFor(this.#commands.get(folder ?? "")?.rows ?? [], file);
    const built: Settings = command === undefined ? {} : settingsOfCommand(command);
    const { macros, folders, undefine = [], forced = [] } = built.preprocessing ?? none;
    // What nobody says is guessed, and then kernels' headers must know that they are assembly's.
    const guesses = command === undefined && this.#guessing.has(file);
    const guessed = guessedFolders(file, folder);
    const preprocessing: Preprocessing = {
      macros: { ...(guesses ? { __ASSEMBLY__: "1" } : {}), ...macros, ...own.macros },
      undefine,
      folders: [...folders, ...own.folders],
      forced: [...forced, ...(own.forced ?? [])],
      ...(command === undefined ? { guessed } : {}),
    };
    const settings = { ...chosen, ...built, preprocessing };
    this.#effective.set(file, settings);
    return settings;
  }

  /** Reads the compilation database of the folder in which a file lies, once. */
  async #loadCommands(file: string): Promise<void> {
    const folder = this.folderOf(file);
    if (folder === undefined) return;
    const known = this.#commands.get(folder);
    if (known !== undefined) return known.loading;
    const commands: Commands = { rows: [], loading: Promise.resolve() };
    this.#commands.set(folder, commands);
    const base = `${canonicalUri(folder).replace(/\/$/, "")}/`;
    const load = async () => {
      for (const place of databasePlaces) {
        const bytes = await this.#host.readFile(encodeUri(base + place)).catch(() => undefined);
        if (bytes === undefined) continue;
        commands.rows = readCompileCommands(new TextDecoder().decode(bytes), base);
        this.#effective.clear();
        return;
      }
    };
    commands.loading = load();
    return commands.loading;
  }

  /** Sets the workspace folders, by URI. */
  setFolders(folders: readonly string[]): void {
    this.#folders = [...folders];
    this.#effective.clear();
    this.#commands.clear();
    this.#sources = undefined;
    this.#names.clear();
  }

  /** Adds and removes workspace folders. */
  changeFolders(change: { added: { uri: string }[]; removed: { uri: string }[] }): void {
    const removed = new Set(change.removed.map(({ uri }) => uri));
    const kept = this.#folders.filter((uri) => !removed.has(uri));
    this.setFolders([...kept, ...change.added.map(({ uri }) => uri)]);
  }

  /** The workspace folders, by URI. */
  get folders(): readonly string[] {
    return this.#folders;
  }

  /** Whether a file lies in one of the folders. */
  holds(uri: string): boolean {
    return this.folderOf(uri) !== undefined;
  }

  /** The innermost folder in which a file lies. */
  folderOf(uri: string): string | undefined {
    const key = canonicalUri(uri);
    const around = this.#folders.filter((folder) =>
      key.startsWith(`${canonicalUri(folder).replace(/\/$/, "")}/`),
    );
    return around.sort((a, b) => b.length - a.length)[0];
  }

  /** The URIs of the open documents. */
  openUris(): string[] {
    return [...this.#open.values()].map(({ document }) => document.uri);
  }

  /** The version of an open document. */
  version(uri: string): number | undefined {
    return this.#open.get(canonicalUri(uri))?.document.version;
  }

  /** How long the last analysis of a document took, in milliseconds. */
  cost(uri: string): number {
    return this.#open.get(canonicalUri(uri))?.analysis?.elapsed ?? 0;
  }

  /** A document was opened in the editor. */
  open({ uri, languageId, version, text }: TextDocumentItem): void {
    const document = TextDocument.create(uri, languageId, version, text);
    this.#open.set(canonicalUri(uri), { document, revision: ++this.#revision, inherited: {} });
    this.#names.delete(canonicalUri(uri));
  }

  /** A document was edited; changes apply one after the other. */
  change(uri: string, version: number, changes: TextDocumentContentChangeEvent[]): void {
    const open = this.#open.get(canonicalUri(uri));
    if (open === undefined) return;
    open.document = TextDocument.update(open.document, changes, version);
    open.revision = ++this.#revision;
  }

  /** A document was closed; what only it needed is let go. */
  close(uri: string): void {
    const key = canonicalUri(uri);
    this.#open.delete(key);
    this.#files.delete(key);
    this.#effective.delete(key);
    this.#guessing.delete(key);
    this.#revision++;
    const needed = new Set<string>();
    for (const { analysis } of this.#open.values()) {
      for (const file of analysis?.files.keys() ?? []) needed.add(file);
    }
    for (const file of this.#files.keys()) if (!needed.has(file)) this.#files.delete(file);
    for (const file of this.#included.keys()) if (!needed.has(file)) this.#included.delete(file);
    this.#includers.clear();
    if (this.#open.size === 0) {
      this.#names.clear();
      this.#neighbours.clear();
      this.#sources = undefined;
    }
  }

  /** A file changed on disk, came or went. */
  forget(uri: string): void {
    const key = canonicalUri(uri);
    if (databasePlaces.some((place) => key.endsWith(`/${place}`))) {
      this.#commands.clear();
      this.#effective.clear();
      this.#settingsRevision = ++this.#revision;
    }
    this.#files.delete(key);
    this.#names.delete(key);
    this.#neighbours.delete(key);
    this.#includers.delete(key);
    this.#sources = undefined;
    this.#revision++;
  }

  /** Lets everything go. */
  clear(): void {
    this.#commands.clear();
    this.#effective.clear();
    this.#guessing.clear();
    this.#open.clear();
    this.#files.clear();
    this.#names.clear();
    this.#neighbours.clear();
    this.#includers.clear();
    this.#included.clear();
    this.#sources = undefined;
  }

  /**
   * What there is to know about a document at its present version, with all files loaded that it
   * includes; undefined where it is not open.
   */
  async analyze(uri: string): Promise<Analysis | undefined> {
    const key = canonicalUri(uri);
    const open = this.#open.get(key);
    if (open === undefined) return undefined;
    const program = await this.#programOf(key);
    if (!sameSettings(open.inherited, program)) {
      open.inherited = program;
      open.revision = ++this.#revision;
    }
    return this.#analyzeWhole(key, () => this.#open.get(key));
  }

  /**
   * The analysis of a file that includes this document, where there is one: only there is what it
   * says complete. The nearest by name where there are several.
   */
  async analyzeIncluder(uri: string): Promise<Analysis | undefined> {
    const key = canonicalUri(uri);
    const includes = ({ uri: from, included }: FileNames) =>
      included.some((path) => canonicalUri(path, canonicalUri(from)) === key);
    const includer = (await this.names(uri)).find(includes);
    if (includer === undefined) return undefined;
    return this.analysisOf(includer.uri);
  }

  /** The analysis of a file, open or not; undefined where it cannot be read. */
  async analysisOf(uri: string): Promise<Analysis | undefined> {
    const from = canonicalUri(uri);
    if (this.#open.has(from)) return this.analyze(uri);
    await this.#load(from);
    const file = this.#files.get(from);
    if (file?.bytes === undefined) return undefined;
    if (this.#includers.get(from)?.revision !== file.revision) {
      if (this.#includers.size >= includerLimit) this.#includers.clear();
      const text = new TextDecoder().decode(file.bytes);
      const document = TextDocument.create(uri, "riscv", 0, text);
      this.#includers.set(from, { document, revision: file.revision, inherited: {} });
    }
    return this.#analyzeWhole(from, () => this.#includers.get(from));
  }

  /** Analyses again until every file is loaded that is asked for. */
  async #analyzeWhole(
    key: string,
    find: () => OpenDocument | undefined,
  ): Promise<Analysis | undefined> {
    await this.#loadCommands(key);
    for (let round = 0; ; round++) {
      const open = find();
      if (open === undefined) return undefined;
      const analysis = await this.#current(open);
      if (find() !== open) continue;
      const missing = [...analysis.missing].filter((file) => file !== key && !this.#isKnown(file));
      if (this.#noteGuess(key, analysis)) {
        open.revision = ++this.#revision;
        continue;
      }
      if (missing.length === 0 || round === loadingRounds) return analysis;
      await Promise.all(missing.map((file) => this.#load(file)));
    }
  }

  /** Notes that a file includes another from a folder that nobody named; whether that is new. */
  #noteGuess(key: string, analysis: Analysis): boolean {
    const { macros, guessed = [] } = analysis.settings.preprocessing ?? {};
    if (guessed.length === 0 || macros?.["__ASSEMBLY__"] !== undefined) return false;
    if (this.#guessing.has(key) || !analysis.unit.inclusions.some((one) => isGuess(analysis, one)))
      return false;
    this.#guessing.add(key);
    this.#effective.delete(key);
    return true;
  }

  /** The options of the program that names this file in its header line. */
  async #programOf(key: string): Promise<Settings> {
    const names = ({ uri, header }: FileNames) =>
      (header.sources ?? []).some((path) => canonicalUri(path, canonicalUri(uri)) === key);
    const program = (await this.names(key)).find(names);
    return program === undefined ? {} : readSettings(program.header);
  }

  /** The bytes of a file: of an open document as it is, of another from where it is kept. */
  async readFile(file: string): Promise<Uint8Array | undefined> {
    const text = this.#open.get(file)?.document.getText();
    return text === undefined
      ? this.#host.readFile(encodeUri(file)).catch(() => undefined)
      : new TextEncoder().encode(text);
  }

  /** The analysis of a document as far as files are loaded. */
  async #current(open: OpenDocument): Promise<Analysis> {
    for (;;) {
      const known = open.analysis;
      if (known !== undefined && this.#isValid(known, open)) return known;
      // Who asks meanwhile waits for the same.
      open.pending ??= this.#make(open).finally(() => {
        open.pending = undefined;
      });
      await open.pending;
    }
  }

  /**
   * Analyses the present version, giving way to messages now and then; given up when an edit, another
   * setting or a file has come meanwhile.
   */
  async #make(open: OpenDocument): Promise<void> {
    const { revision } = open;
    const files = {
      read: (file: string) => this.#content(file),
      revision: (file: string) => this.#revisionOf(file),
      stamp: Math.max(open.revision, this.#settingsRevision),
    };
    const settings = this.settingsOf(open.document.uri);
    const { document, inherited, analysis: before } = open;
    const work = Analysis.making(document, settings, inherited, files, before);
    const isWanted = () => open.revision === revision && this.#settingsRevision <= files.stamp;
    const analysis = await inPortions(work, isWanted);
    if (analysis !== undefined) open.analysis = analysis;
  }

  #isValid(analysis: Analysis, open: OpenDocument): boolean {
    if (analysis.stamp !== Math.max(open.revision, this.#settingsRevision)) return false;
    for (const [file, revision] of analysis.files) {
      if (this.#revisionOf(file) !== revision) return false;
    }
    return true;
  }

  #isKnown(file: string): boolean {
    return this.#open.has(file) || this.#files.has(file);
  }

  /** Which state of a file this is: 0 while it is unknown. */
  #revisionOf(file: string): number {
    return this.#open.get(file)?.revision ?? this.#files.get(file)?.revision ?? 0;
  }

  #content(file: string): string | Uint8Array | undefined {
    return this.#open.get(file)?.document.getText() ?? this.#files.get(file)?.bytes;
  }

  #load(file: string): Promise<void> {
    const pending = this.#loading.get(file);
    if (pending !== undefined) return pending;
    const loading = this.#host
      .readFile(encodeUri(file))
      .catch(() => undefined)
      .then((bytes) => {
        this.#files.set(file, { bytes, revision: ++this.#revision });
        this.#loading.delete(file);
      });
    this.#loading.set(file, loading);
    return loading;
  }

  /**
   * The names of every source of the workspace but `except`: of open documents as they are now, of
   * others as they are on disk.
   */
  async names(except?: string): Promise<FileNames[]> {
    const skipped = except === undefined ? undefined : canonicalUri(except);
    const found: FileNames[] = [];
    for (const [key, open] of this.#open) {
      if (key !== skipped) found.push((await this.#current(open)).names);
    }
    const closed = (await this.#listSources()).map((uri) => ({ uri, key: canonicalUri(uri) }));
    const others = closed.filter(({ key }) => key !== skipped && !this.#open.has(key));
    for (let at = 0; at < others.length; at += readsAtOnce) {
      const batch = others.slice(at, at + readsAtOnce).map(({ uri, key }) => {
        const known = this.#names.get(key) ?? this.#readNames(uri);
        this.#names.set(key, known);
        return known;
      });
      for (const names of await Promise.all(batch)) if (names !== undefined) found.push(names);
    }
    const known = new Set([...closed.map(({ key }) => key), ...this.#open.keys()]);
    for (const names of this.#includedNames(known)) found.push(names);
    return found;
  }

  /** The names of what open documents include and is no source by its name: headers and the like. */
  #includedNames(known: Set<string>): FileNames[] {
    const found: FileNames[] = [];
    for (const { analysis } of this.#open.values()) {
      for (const { file, text } of analysis?.unit.files ?? []) {
        const key = canonicalUri(file, analysis?.file);
        if (known.has(key) || text.length > searchedLength) continue;
        known.add(key);
        let own = this.#included.get(key);
        if (own?.text !== text) {
          const document = TextDocument.create(encodeUri(key), "riscv", 0, text);
          own = { text, names: namesOf(document) };
          this.#included.set(key, own);
        }
        found.push(own.names);
      }
    }
    return found;
  }

  /** Whether all files of the workspace that may share symbols are looked at: there are not too many. */
  async isKnownWhole(): Promise<boolean> {
    const files = await this.#listFiles();
    const neighbours = files.filter(isNeighbour).length;
    return neighbours < neighbourLimit && files.length - neighbours < fileCountLimit;
  }

  /** The files of other languages in the workspace, as they are on disk. */
  async neighbours(): Promise<Neighbour[]> {
    const uris = (await this.#listFiles()).filter(isNeighbour).slice(0, neighbourLimit);
    const read = async (uri: string) => {
      const bytes = await this.#host.readFile(uri).catch(() => undefined);
      return bytes && readNeighbour(uri, bytes);
    };
    const found: Neighbour[] = [];
    for (let at = 0; at < uris.length; at += readsAtOnce) {
      const batch = uris.slice(at, at + readsAtOnce).map((uri) => {
        const key = canonicalUri(uri);
        const known = this.#neighbours.get(key) ?? read(uri);
        this.#neighbours.set(key, known);
        return known;
      });
      for (const one of await Promise.all(batch)) if (one !== undefined) found.push(one);
    }
    return found;
  }

  /** Folders from which the workspace has a file of such a path, by canonical URI, the shortest first. */
  async foldersWith(path: string): Promise<string[]> {
    const end = `/${path}`;
    const files = (await this.#listFiles()).map((uri) => canonicalUri(uri));
    const folders = files
      .filter((uri) => uri.endsWith(end))
      .map((uri) => uri.slice(0, -end.length));
    return folders.sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
  }

  #listFiles(): Promise<string[]> {
    this.#sources ??= this.#host.findSources(this.#folders).catch(() => []);
    return this.#sources;
  }

  async #listSources(): Promise<string[]> {
    return (await this.#listFiles()).filter(isSource).slice(0, fileCountLimit);
  }

  async #readNames(uri: string): Promise<FileNames | undefined> {
    const bytes = await this.#host.readFile(uri).catch(() => undefined);
    if (bytes === undefined || bytes.length > searchedLength) return undefined;
    const document = TextDocument.create(uri, "riscv", 0, new TextDecoder().decode(bytes));
    return namesOf(document);
  }
}

function sameSettings(a: Settings, b: Settings): boolean {
  return a.march === b.march && a.mabi === b.mabi && a.dialect === b.dialect;
}
