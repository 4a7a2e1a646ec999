/**
 * Diagnostics in the protocol's form: the assembler's own for this file, those of included files at
 * the line that includes them, and symbols that no file of the workspace defines. Linking happens
 * when a program is built, so in the editor such a symbol is a warning, and none is given where the
 * file itself says that another one has it (`.extern`, `.globl`, `.weak`).
 */
import type { Position, Diagnostic as ProtocolDiagnostic } from "vscode-languageserver";
import { type Diagnostic, diagnose as sentence, suggestion } from "../assembler/diagnostics.ts";
import { guessDialect } from "../assembler/dialects/guess.ts";
import { readHeader } from "../assembler/header.ts";
import type { AssemblySymbol } from "../assembler/symbols.ts";
import { isDocumented } from "./editor-messages.ts";
import type { FileNames } from "./file-names.ts";
import { folderOf, isGuess } from "./include-folders.ts";
import { severity } from "./protocol.ts";
import { baseName, canonicalUri } from "./uris.ts";
import type { Analysis, Workspace } from "./workspace.ts";

/** More than this many places of one undefined symbol are not marked. */
const placesOfOneSymbol = 20;

/** Undefined symbols beyond this number are not reported: such a file is made for a library. */
const undefinedLimit = 100;

/** Symbols that linkers define. */
const linkerSymbols: ReadonlySet<string> = new Set([
  "_GLOBAL_OFFSET_TABLE_",
  "__global_pointer$",
  "_end",
  "end",
  "_edata",
  "edata",
  "_etext",
  "etext",
  "__bss_start",
  "__BSS_END__",
  "__SDATA_BEGIN__",
  "__DATA_BEGIN__",
  "_PROCEDURE_LINKAGE_TABLE_",
  "__executable_start",
  "__preinit_array_start",
  "__preinit_array_end",
  "__init_array_start",
  "__init_array_end",
  "__fini_array_start",
  "__fini_array_end",
  "__ehdr_start",
]);

/** Symbols that Ripes makes for the devices on its bus. */
const deviceSymbol = /^[A-Z][A-Z_]*_\d+_(BASE|SIZE|WIDTH|HEIGHT|[A-Z]+)$/;

/** Everything to say about an open document; empty where it is not open. */
export async function diagnose(workspace: Workspace, uri: string): Promise<ProtocolDiagnostic[]> {
  const analysis = await workspace.analyze(uri);
  if (analysis === undefined) return [];
  const header = readHeader(analysis.text, analysis.file).diagnostics;
  // A file that is made to be included is judged as it is read there.
  const includer = await workspace.analyzeIncluder(uri);
  const whole = includer ?? analysis;
  const lost = lostInclusions(whole);
  if (lost.length > 0) {
    const first = atLostInclusion(analysis, whole, lost);
    return [...header.map((one) => convert(analysis, one)), first];
  }
  const own: Diagnostic[] = [];
  const included = new Map<string, Diagnostic[]>();
  for (const diagnostic of [...header, ...guesses(analysis), ...whole.assembly.diagnostics]) {
    const file = canonicalUri(diagnostic.file, whole.file);
    if (file === analysis.file) own.push(diagnostic);
    else if (includer === undefined)
      included.set(file, [...(included.get(file) ?? []), diagnostic]);
  }
  const found = own.map((one) => convert(analysis, one));
  for (const [file, list] of included) found.push(atInclusion(analysis, file, list));
  found.push(...(await undefinedSymbols(workspace, whole, analysis)), ...guessedFolder(analysis));
  const { docs } = workspace;
  return docs === undefined ? found : found.map((one) => linked(one, docs));
}

/** What is said of files that cannot be included, without which the rest cannot be judged. */
function lostInclusions({ assembly, unit, file }: Analysis): Diagnostic[] {
  const asked = unit.inclusions.filter(({ found, isBinary }) => found === undefined && !isBinary);
  if (asked.length === 0) return [];
  const places = new Set(
    asked.map(({ mention: { source, start, end } }) => placeKey(source.placeOf(start, end), file)),
  );
  return assembly.diagnostics.filter(
    (one) => /file-not-found$/.test(one.code) && places.has(placeKey(one, file)),
  );
}

const placeKey = ({ file, range: { start } }: Pick<Diagnostic, "file" | "range">, from: string) =>
  `${canonicalUri(file, from)}:${start.line}:${start.character}`;

/** One diagnostic for all files that are missing, at the first place that this file has for one. */
function atLostInclusion(
  analysis: Analysis,
  whole: Analysis,
  lost: readonly Diagnostic[],
): ProtocolDiagnostic {
  const fileOf = (one: Diagnostic) => canonicalUri(one.file, whole.file);
  const own = lost.find((one) => fileOf(one) === analysis.file);
  const [first] = lost as [Diagnostic];
  const shown =
    own === undefined ? atInclusion(analysis, fileOf(first), [first]) : convert(analysis, own);
  const others = lost.length - 1;
  const [, name = ""] = /"([^"]*)"/.exec((own ?? first).message) ?? [];
  const from = own === undefined ? `, which ${baseName(first.file)} includes,` : "";
  return {
    ...shown,
    code: first.code,
    message:
      `The file "${name}"${from} is not found${others === 0 ? "" : `, nor ${others} other${others === 1 ? "" : "s"}`}: ` +
      "name its folder in the setting `hartbeat.include`, or keep a compile_commands.json in the " +
      "workspace folder. Other mistakes are shown once it is found.",
    relatedInformation: lost.slice(0, 10).map((one) => ({
      location: { uri: analysis.uriOf(fileOf(one)), range: one.range },
      message: one.message,
    })),
  };
}

/** A hint where a file is included from a folder that nobody has named, which a build will not find. */
function guessedFolder(analysis: Analysis): ProtocolDiagnostic[] {
  const inclusion = analysis.unit.inclusions.find(
    (one) => isGuess(analysis, one) && analysis.placeOf(one) !== undefined,
  );
  const place = inclusion && analysis.placeOf(inclusion);
  if (inclusion === undefined || place === undefined) return [];
  const name = baseName(folderOf(analysis, inclusion));
  return [
    {
      range: analysis.range(place),
      code: "guessed-folder",
      source: "hartbeat",
      severity: severity.hint,
      message:
        `Found in a folder ${name} that lies near; name it in \`hartbeat.include\`, so that programs ` +
        "that are built find the file too.",
    },
  ];
}

/** With a link from the code to what the reference pages say about it. */
function linked(diagnostic: ProtocolDiagnostic, docs: string): ProtocolDiagnostic {
  const code = String(diagnostic.code);
  if (!isDocumented(code)) return diagnostic;
  return { ...diagnostic, codeDescription: { href: `${docs}/diagnostics.md#${code}` } };
}

/** What the file looks like that is read as GNU's and has errors. */
function guesses({ dialect, header, assembly, text, file }: Analysis): Diagnostic[] {
  if (dialect.name !== "gnu" || header.dialect !== undefined) return [];
  if (!assembly.diagnostics.some(({ severity: kind }) => kind === "error")) return [];
  const guess = guessDialect(text);
  if (guess === undefined) return [];
  const { length } = text.split("\n", 1)[0] ?? "";
  const range = { start: { line: 0, character: 0 }, end: { line: 0, character: length } };
  return [sentence("looks-like", { file, range }, { ...guess })];
}

function convert(analysis: Analysis, diagnostic: Diagnostic): ProtocolDiagnostic {
  const { range, code, message, related = [] } = diagnostic;
  return {
    range,
    code,
    message,
    source: "hartbeat",
    severity: severity[diagnostic.severity],
    ...(related.length === 0
      ? {}
      : {
          relatedInformation: related.map((one) => ({
            location: { uri: analysis.uriOf(one.file), range: one.range },
            message: one.message,
          })),
        }),
  };
}

/** The diagnostics of an included file, shown where it is included. */
function atInclusion(
  analysis: Analysis,
  file: string,
  diagnostics: readonly Diagnostic[],
): ProtocolDiagnostic {
  const { inclusions, source } = analysis.unit;
  const direct = inclusions.find(
    (one) => one.mention.source === source && analysis.fileOf(one) === file,
  );
  const any = direct ?? inclusions.find(({ mention }) => mention.source === source);
  const zero = { line: 0, character: 0 };
  const isError = diagnostics.some((one) => one.severity === "error");
  const [first] = diagnostics;
  const more = diagnostics.length > 1 ? ` (and ${diagnostics.length - 1} more)` : "";
  return {
    range: any === undefined ? { start: zero, end: zero } : analysis.range(any.mention),
    code: "included",
    source: "hartbeat",
    severity: isError ? severity.error : severity.warning,
    message: `In ${baseName(file)}: ${first?.message ?? ""}${more}`,
    relatedInformation: diagnostics.slice(0, 10).map(({ range, message }) => ({
      location: { uri: analysis.uriOf(file), range },
      message,
    })),
  };
}

/** The places in `shown` of symbols that are unknown in `analysis`, which is it or includes it. */
async function undefinedSymbols(
  workspace: Workspace,
  analysis: Analysis,
  shown: Analysis,
): Promise<ProtocolDiagnostic[]> {
  const candidates = analysis.unit.symbols.all.filter((symbol) => isUnknown(analysis, symbol));
  if (candidates.length === 0 || analysis.unit.isIncomplete || isCompilerOutput(analysis))
    return [];
  // Of a project with thousands of files only some are looked at, and any other may have the symbol.
  if (!(await workspace.isKnownWhole())) return [];
  const others = await workspace.names(analysis.uri);
  const known = [...analysis.unit.symbols.all]
    .filter(({ isDefined, isGenerated }) => isDefined && !isGenerated)
    .map(({ name }) => name);
  for (const { exported } of others) known.push(...exported);
  const unknown = candidates.filter(({ name }) => !others.some((names) => offers(names, name)));
  // A name that stands in a file of C or in a linker script comes from there.
  const neighbours = unknown.length === 0 ? [] : await workspace.neighbours();
  return unknown
    .filter(({ name }) => !neighbours.some(({ words }) => words.has(name)))
    .slice(0, undefinedLimit)
    .flatMap((symbol) => places(shown, symbol, suggestion(symbol.name, known)));
}

/** Holds for what a compiler wrote: its symbols have no typos, and libraries define them. */
function isCompilerOutput({ text }: Analysis): boolean {
  return /^[ \t]*\.ident\b/m.test(text);
}

/** Holds for a symbol that is used, not defined, and not said to be elsewhere. */
function isUnknown({ unit }: Analysis, symbol: AssemblySymbol): boolean {
  const { name, isDefined, isGenerated, isDeclared, isNamed, common, isReferenced } = symbol;
  if (isDefined || isGenerated || isDeclared || isNamed || common !== undefined) return false;
  if (!isReferenced || linkerSymbols.has(name) || deviceSymbol.test(name)) return false;
  return !unit.externals.has(name);
}

/** Whether a file may define a global symbol: it does, or a macro call in it has the name. */
function offers(names: FileNames, name: string): boolean {
  if (names.arguments.has(name)) return true;
  if (!names.exported.has(name)) return false;
  return names.symbols.get(name)?.some(({ role }) => role === "definition") === true;
}

function places(
  analysis: Analysis,
  { name, references }: AssemblySymbol,
  near: string,
): ProtocolDiagnostic[] {
  const seen = new Set<string>();
  const found: ProtocolDiagnostic[] = [];
  for (const { source, start, end } of references) {
    const place = source.placeOf(start, end);
    const key = `${place.range.start.line}:${place.range.start.character}`;
    if (canonicalUri(place.file, analysis.file) !== analysis.file) continue;
    if (asksWhetherDefined(analysis, place.range.start)) continue;
    if (isMistakenCsr(analysis, place.range.start)) continue;
    if (seen.has(key) || seen.size >= placesOfOneSymbol) continue;
    seen.add(key);
    found.push({
      range: place.range,
      code: "undefined-symbol",
      source: "hartbeat",
      severity: severity.warning,
      message:
        `\`${name}\` is not defined in this file, nor made global by another of the ` +
        `workspace.${near}`,
    });
  }
  return found;
}

/** Holds where the assembler has said that the name is no CSR. */
export const isMistakenCsr = ({ assembly }: Analysis, { line, character }: Position) =>
  assembly.diagnostics.some(
    ({ code, range: { start } }) =>
      code === "unknown-csr" && start.line === line && start.character === character,
  );

/** Holds in `.ifdef` and its like, where a symbol need not be defined. */
function asksWhetherDefined(analysis: Analysis, position: Position): boolean {
  const start = analysis.offsetAt({ line: position.line, character: 0 });
  const line = analysis.text.slice(start, start + position.character);
  return /(^|[:;])\s*\.ifn?(ot)?def\s/i.test(line);
}
