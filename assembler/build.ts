/**
 * Sources → executable: loads sources and what they include, applies the header line of the first,
 * assembles each and links. Asynchronous only where files are read, so it runs in workers too.
 */

import { looksLikeArchive } from "../elf/archive.ts";
import type { ElfFile } from "../elf/model.ts";
import { looksLikeElf } from "../elf/reader.ts";
import { type Assembly, assemble } from "./assemble.ts";
import { type Diagnostic, diagnose } from "./diagnostics.ts";
import { guessDialect } from "./dialects/guess.ts";
import { type DialectName, dialects, dialectTargets } from "./dialects.ts";
import { type HeaderOptions, macrosOf, readHeader } from "./header.ts";
import { type LinkInput, link } from "./link.ts";
import { openInput } from "./linker/inputs.ts";
import { testCode, testEntry } from "./start.ts";

/** How to build. What is absent comes from the first source's header line, else from defaults. */
export interface BuildOptions {
  march?: string;
  mabi?: string;
  environment?: "linux" | "rars" | "venus" | "ripes";
  /** The language of the sources; a source's own header line wins over it for that source. */
  dialect?: DialectName;
  /** Whether to write debug information, true by default. */
  debug?: boolean;
  /** The version of DWARF, 2 to 5. */
  dwarf?: number;
  /** The directory that names of sources are relative to, for debug information. */
  directory?: string;
  define?: Record<string, string>;
  /** Macros for the preprocessor, as by `-D`; those of the header line come first. */
  macros?: Readonly<Record<string, string>>;
  /** Macros to forget, as by `-U`. */
  undefine?: readonly string[];
  /** Folders in which included files are looked for, as by `-I`; then those of the header line. */
  folders?: readonly string[];
  /** Files that are included before the first line of each source, as by `-include`. */
  forced?: readonly string[];
  entry?: string;
  /** A function that is called alone, in place of the program; its result is the exit status. */
  test?: string;
  relax?: boolean;
  textAddress?: bigint;
  dataAddress?: bigint;
  /** Settings, which the header line wins over. */
  defaults?: Pick<BuildOptions, "march" | "mabi" | "environment" | "dialect">;
}

/** Where files come from. */
export interface BuildHost {
  /** The bytes of a file; rejects when it cannot be read. */
  readFile(path: string): Promise<Uint8Array>;
}

/** An executable, when there is no error, and everything that there is to say. */
export interface BuildResult {
  file?: ElfFile;
  diagnostics: Diagnostic[];
  /** The options of the first source's header line. */
  header: HeaderOptions;
  /** Whose calls the program makes, as options, header line, dialect and defaults have it. */
  environment: NonNullable<BuildOptions["environment"]>;
  /** All sources that were assembled, those of the header line included. */
  sources: string[];
  /** What each source became. */
  assemblies: Assembly[];
}

/** Inclusions are loaded round by round; deeper chains than this are cut off. */
const roundLimit = 64;

/**
 * Builds an executable from assembly sources (and object files, by their content). Resolves always:
 * what cannot be read or built is in the diagnostics.
 */
export async function build(
  sources: readonly string[],
  options: BuildOptions,
  host: BuildHost,
): Promise<BuildResult> {
  const files = new Map<string, Uint8Array | undefined>();
  const diagnostics: Diagnostic[] = [];
  const load = async (path: string): Promise<void> => {
    if (files.has(path)) return;
    files.set(path, await host.readFile(path).catch(() => undefined));
  };
  const first = sources[0] ?? "";
  await load(first);
  const firstContent = files.get(first);
  const isObject = firstContent !== undefined && isBinary(firstContent);
  const text = firstContent === undefined || isObject ? "" : new TextDecoder().decode(firstContent);
  const { options: header, diagnostics: headerDiagnostics } = readHeader(text, first);
  diagnostics.push(...headerDiagnostics);
  const merged = mergeOptions(options, header);
  Object.assign(merged, preprocessing(options, header, first));
  const all = [...sources];
  for (const source of header.sources ?? []) {
    const path = beside(first, source);
    if (!all.includes(path)) all.push(path);
  }
  const inputs: LinkInput[] = [];
  const assemblies: Assembly[] = [];
  for (const path of all) {
    await load(path);
    const content = files.get(path);
    if (content === undefined) {
      diagnostics.push(diagnose("file-not-found", wholeFile(path), { name: path }));
    } else if (isBinary(content)) {
      const opened = await openInput(path, content, false, (name) => host.readFile(name));
      diagnostics.push(...opened.diagnostics);
      if (opened.input !== undefined) inputs.push(opened.input);
    } else {
      const assembly = await assembleLoading(path, content, merged, files, load);
      assemblies.push(assembly);
      diagnostics.push(...assembly.diagnostics, ...guesses(path, content, merged, assembly));
      for (const { path: wanted, mention } of assembly.unit.imports) {
        const file = beside(mention.source.file, wanted);
        if (!all.includes(file)) all.push(file);
      }
      inputs.push({ name: path, object: assembly.object });
    }
  }
  const { environment = "linux", test, relax, textAddress, dataAddress, dialect } = merged;
  const result = { diagnostics, header, environment, sources: all, assemblies };
  if (diagnostics.some(({ severity }) => severity === "error")) return result;
  const like = inputs.find((input) => "object" in input);
  if (test !== undefined && like !== undefined) {
    inputs.push({ name: "start", object: testCode(like.object, environment, test) });
  }
  const entry = test === undefined ? merged.entry : testEntry;
  // With libraries come start code and sections of theirs, which GNU ld's placement is made for.
  const hasLibraries = inputs.some((input) => "archive" in input);
  const archives = inputs.filter((input) => "archive" in input);
  const objects = inputs.filter((input) => !("archive" in input));
  const linked = link(hasLibraries ? [...objects, { group: archives }] : inputs, {
    layout: environment === "linux" && hasLibraries ? "conventional" : environment,
    startsAtText: dialects[dialect ?? "gnu"].startsAtText,
    ...(entry === undefined ? {} : { entry }),
    ...(relax === undefined ? {} : { relax }),
    ...(textAddress === undefined ? {} : { textAddress }),
    ...(dataAddress === undefined ? {} : { dataAddress }),
  });
  diagnostics.push(...placeInSources(linked.diagnostics, assemblies));
  if (diagnostics.some(({ severity }) => severity === "error")) return result;
  return { ...result, file: linked.file };
}

/** The path of a file that another one names. */
function beside(file: string, path: string): string {
  return path.startsWith("/") ? path : file.slice(0, file.lastIndexOf("/") + 1) + path;
}

/** The preprocessor's options of both, where there are any; folders of the header from the file. */
export function preprocessing(
  { macros, folders }: Pick<BuildOptions, "macros" | "folders">,
  header: HeaderOptions,
  file: string,
): Pick<BuildOptions, "macros" | "folders"> {
  const named = { ...macrosOf(header.define ?? []), ...macros };
  const all = [...(folders ?? []), ...(header.include ?? []).map((path) => beside(file, path))];
  return {
    ...(Object.keys(named).length === 0 ? {} : { macros: named }),
    ...(all.length === 0 ? {} : { folders: all }),
  };
}

/**
 * Options win over the header line, which wins over what the dialect implies, which wins over the
 * defaults.
 */
export function mergeOptions(options: BuildOptions, header: HeaderOptions): BuildOptions {
  const { defaults = {}, ...own } = options;
  const merged: BuildOptions = { ...defaults };
  const { march, mabi, environment, entry, dialect } = header;
  const language = dialectTargets[own.dialect ?? dialect ?? defaults.dialect ?? "gnu"];
  for (const layer of [language, { march, mabi, environment, entry, dialect }, own]) {
    for (const [key, value] of Object.entries(layer)) {
      if (value !== undefined) Object.assign(merged, { [key]: value });
    }
  }
  return merged;
}

const wholeFile = (file: string) => ({
  file,
  range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
});

/** Object files and archives, which are not sources. */
const isBinary = (content: Uint8Array) => looksLikeElf(content) || looksLikeArchive(content);

/** Assembles, loads what was missing, and assembles again until nothing new is asked for. */
async function assembleLoading(
  path: string,
  content: Uint8Array,
  options: BuildOptions,
  files: Map<string, Uint8Array | undefined>,
  load: (path: string) => Promise<void>,
): Promise<Assembly> {
  const text = new TextDecoder().decode(content);
  const { march, mabi, define, debug = true, macros, undefine, folders, forced } = options;
  const { dwarf, directory } = options;
  // Each source says itself what it is written in; one that does not is as the first.
  const dialect = readHeader(text).options.dialect ?? options.dialect;
  const run = () =>
    assemble(path, text, {
      debug,
      expansions: debug,
      ...(dwarf === undefined ? {} : { dwarf }),
      ...(directory === undefined ? {} : { directory }),
      ...(march === undefined ? {} : { march }),
      ...(mabi === undefined ? {} : { mabi }),
      ...(dialect === undefined ? {} : { dialect }),
      ...(define === undefined ? {} : { define }),
      ...(macros === undefined ? {} : { macros }),
      ...(undefine === undefined ? {} : { undefine }),
      ...(folders === undefined ? {} : { folders }),
      ...(forced === undefined ? {} : { forced }),
      readFile: (name) => files.get(name),
    });
  let assembly = run();
  for (let round = 0; round < roundLimit; round++) {
    const wanted = assembly.missing.filter((name) => !files.has(name));
    if (wanted.length === 0) break;
    await Promise.all(wanted.map(load));
    if (!wanted.some((name) => files.get(name) !== undefined)) break;
    assembly = run();
  }
  return assembly;
}

/** Offers another dialect for a source that has errors in this one. */
function guesses(
  path: string,
  content: Uint8Array,
  { dialect }: BuildOptions,
  { diagnostics }: Assembly,
): Diagnostic[] {
  if ((dialect ?? "gnu") !== "gnu") return [];
  if (!diagnostics.some(({ severity }) => severity === "error")) return [];
  const text = new TextDecoder().decode(content);
  if (readHeader(text).options.dialect !== undefined) return [];
  const guess = guessDialect(text);
  return guess === undefined ? [] : [diagnose("looks-like", wholeFile(path), { ...guess })];
}

/** Gives the linker's diagnostics the place in the source that they are about. */
function placeInSources(
  found: readonly Diagnostic[],
  assemblies: readonly Assembly[],
): Diagnostic[] {
  return found.map((diagnostic) => {
    const name = /^`([^`]+)`/.exec(diagnostic.message)?.[1];
    const unit = assemblies.find((assembly) => assembly.unit.file === diagnostic.file)?.unit;
    const symbol = name === undefined ? undefined : unit?.symbols.find(name);
    const mention =
      diagnostic.code === "multiply-defined" ? symbol?.definitions[0] : symbol?.references[0];
    if (mention === undefined) return diagnostic;
    return { ...diagnostic, ...mention.source.placeOf(mention.start, mention.end) };
  });
}
