/**
 * Names that `#define` gives a meaning, in a file that is preprocessed and in what it includes: where
 * each is defined and where it stands. They are found in the texts as written, token by token, so
 * that branches of `#if` that are not read and bodies of other macros count, too.
 */
import type { Range } from "vscode-languageserver";
import { type PreprocessingToken, Scanner } from "../assembler/preprocessor/tokens.ts";
import { SourceText } from "../assembler/source.ts";
import { canonicalUri } from "./uris.ts";
import type { Analysis, Workspace } from "./workspace.ts";

/** One place of a name. */
export interface DefinedPlace {
  readonly source: SourceText;
  readonly start: number;
  readonly end: number;
  readonly role: "definition" | "reference";
  /** Of a definition: what stands behind the name. */
  readonly text: string;
}

/** Places by name; only of names that some `#define` of the texts has. */
type DefinedNames = ReadonlyMap<string, readonly DefinedPlace[]>;

const none: DefinedNames = new Map();
const indexes = new WeakMap<Analysis, DefinedNames>();

/** Whether the preprocessor reads a file: what is assembled is another text. */
export function isPreprocessed({ dialect, file }: Analysis): boolean {
  return dialect.isPreprocessed || file.endsWith(".S");
}

const definitions = /^[ \t]*#[ \t]*define[ \t]+([A-Za-z_]\w*)(\([^)\n]*\))?[ \t]*(.*)/gm;

/** The names that are defined, with their parameters and what they stand for; found quickly. */
export function* definedWords(
  analysis: Analysis,
): Iterable<{ name: string; parameters: string; text: string }> {
  if (!isPreprocessed(analysis)) return;
  for (const { text } of [analysis, ...analysis.unit.files.slice(1)]) {
    for (const [, name = "", parameters = "", body = ""] of text.matchAll(definitions)) {
      yield { name, parameters, text: body };
    }
  }
}

/** The names that are defined in an analysed file and in what it includes. */
export function definedNames(analysis: Analysis): DefinedNames {
  if (!isPreprocessed(analysis)) return none;
  let known = indexes.get(analysis);
  if (known === undefined) {
    const texts = analysis.unit.files.filter(({ file }) => file !== analysis.file);
    known = indexOf([new SourceText(analysis.file, analysis.text), ...texts]);
    indexes.set(analysis, known);
  }
  return known;
}

/** The defined name at an offset of the document. */
export function definedNameAt(
  analysis: Analysis,
  offset: number,
): { name: string; start: number; end: number; places: readonly DefinedPlace[] } | undefined {
  if (!isPreprocessed(analysis)) return undefined;
  const { text, file } = analysis;
  const before = /\w*$/.exec(text.slice(Math.max(0, offset - 256), offset))?.[0] ?? "";
  const behind = /^\w*/.exec(text.slice(offset, offset + 256))?.[0] ?? "";
  const word = before + behind;
  // Places are looked for only where the word is one of the names.
  let isName = false;
  for (const { name } of definedWords(analysis)) isName ||= name === word;
  const places = isName ? definedNames(analysis).get(word) : undefined;
  const start = offset - before.length;
  const here = places?.find((one) => one.source.file === file && one.start === start);
  if (places === undefined || here === undefined) return undefined;
  return { name: word, start: here.start, end: here.end, places };
}

/** The range of a place in its file. */
export const rangeOf = ({ source, start, end }: DefinedPlace): Range =>
  source.placeOf(start, end).range;

function indexOf(sources: readonly SourceText[]): DefinedNames {
  const all = new Map<string, DefinedPlace[]>();
  const seen = new Set<string>();
  for (const source of sources) {
    if (seen.has(source.file)) continue;
    seen.add(source.file);
    for (const [name, place] of namesIn(source)) {
      const own = all.get(name);
      if (own === undefined) all.set(name, [place]);
      else own.push(place);
    }
  }
  for (const [name, places] of all) {
    if (!places.some(({ role }) => role === "definition")) all.delete(name);
  }
  return all;
}

/** Every name of a text, line by line. */
function* namesIn(source: SourceText): Iterable<[string, DefinedPlace]> {
  const scanner = new Scanner(source);
  for (;;) {
    const line: PreprocessingToken[] = [];
    let token = scanner.next();
    for (; token.kind !== "newline" && token.kind !== "end"; token = scanner.next()) {
      line.push(token);
    }
    yield* namesOfLine(source, line);
    if (token.kind === "end") return;
  }
}

function* namesOfLine(
  source: SourceText,
  line: readonly PreprocessingToken[],
): Iterable<[string, DefinedPlace]> {
  const [hash, word, name] = line;
  const directive = hash?.text === "#" && hash.isFirst ? word?.text : undefined;
  if (directive === "include" || directive === "error" || directive === "pragma") return;
  const isDefinition = directive === "define";
  const parameters = isDefinition ? parametersOf(line) : new Set<string>();
  for (const [index, token] of line.entries()) {
    const isWord = directive !== undefined && index === 1;
    if (token.kind !== "name" || isWord || token.text === "defined") continue;
    const isName = isDefinition && token === name;
    if (!isName && parameters.has(token.text)) continue;
    const { start, end } = token;
    const text = isName ? source.text.slice(end, line.at(-1)?.end ?? end).trim() : "";
    yield [token.text, { source, start, end, role: isName ? "definition" : "reference", text }];
  }
}

/** The parameters of a definition: the bracket stands right behind the name. */
function parametersOf(line: readonly PreprocessingToken[]): Set<string> {
  const found = new Set<string>();
  const open = line[3];
  if (open?.text !== "(" || open.spaced) return found;
  for (const { kind, text } of line.slice(4)) {
    if (text === ")") break;
    if (kind === "name") found.add(text);
  }
  return found;
}

/**
 * All places of a name, also in other sources of the workspace that read one of the files where it
 * is defined: by the URI of the file.
 */
export async function placesOfDefined(
  workspace: Workspace,
  analysis: Analysis,
  name: string,
): Promise<Map<string, DefinedPlace[]>> {
  const found = new Map<string, DefinedPlace[]>();
  const own = definedNames(analysis).get(name) ?? [];
  const add = (from: Analysis, places: readonly DefinedPlace[]) => {
    const known = new Set(found.keys());
    for (const place of places) {
      const uri = from.uriOf(place.source.file);
      if (known.has(uri)) continue;
      found.set(uri, [...(found.get(uri) ?? []), place]);
    }
  };
  add(analysis, own);
  const definers = new Set(
    own.filter(({ role }) => role === "definition").map(({ source }) => source.file),
  );
  definers.delete(analysis.file);
  if (definers.size === 0) return found;
  for (const { uri, symbols } of await workspace.names(analysis.uri)) {
    const isRelated = /\.S$/.test(uri) && !found.has(uri);
    if (!isRelated) continue;
    const bytes = symbols.has(name) ? undefined : await workspace.readFile(canonicalUri(uri));
    if (bytes !== undefined && !new TextDecoder().decode(bytes).includes(name)) continue;
    const other = await workspace.analysisOf(uri);
    const places = other === undefined ? [] : (definedNames(other).get(name) ?? []);
    const isSame = places.some(
      ({ role, source }) => role === "definition" && definers.has(source.file),
    );
    if (other !== undefined && isSame) add(other, places);
  }
  return found;
}
