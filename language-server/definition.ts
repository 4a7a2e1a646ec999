/**
 * Go to definition: of symbols (also in other files of the workspace), numeric labels, macros and
 * their parameters, `#define`s, the file of an `.include`, and from a register to where it was set.
 */
import type { Location, Position } from "vscode-languageserver";
import type { Mention } from "../assembler/symbols.ts";
import type { NamePlace } from "./file-names.ts";
import { registerPlaceAt, settersAt } from "./live-ranges.ts";
import type { Occurrence } from "./occurrences.ts";
import { outline } from "./outline.ts";
import { definedNameAt, rangeOf } from "./preprocessor-names.ts";
import { registerTokens, statementOf } from "./register-flow.ts";
import { encodeUri } from "./uris.ts";
import type { Analysis, Workspace } from "./workspace.ts";

/** The definitions of what stands at the position; empty where there is none. */
export async function definition(
  workspace: Workspace,
  analysis: Analysis,
  position: Position,
): Promise<Location[]> {
  const offset = analysis.offsetAt(position);
  const file = includedFile(analysis, offset);
  if (file !== undefined) return [file];
  const defined = definedNameAt(analysis, offset);
  if (defined !== undefined) {
    return defined.places
      .filter(({ role }) => role === "definition")
      .map((one) => ({ uri: analysis.uriOf(one.source.file), range: rangeOf(one) }));
  }
  const occurrence = analysis.occurrenceAt(offset);
  if (occurrence === undefined) return settings(analysis, position);
  const own = analysis.occurrences.definitions(occurrence.key);
  if (own.length > 0) {
    return own.map((one) => ({ uri: analysis.uri, range: analysis.range(one) }));
  }
  const included = includedDefinitions(analysis, occurrence);
  return included.length > 0 ? included : definitionsElsewhere(workspace, analysis, occurrence);
}

/** Where the register at a position was set: instructions, calls, or the function's entry. */
function settings(analysis: Analysis, position: Position): Location[] {
  const place = registerPlaceAt(analysis, position);
  if (place === undefined) return [];
  const { uri } = analysis;
  const { flow, register } = place;
  if (!place.isRead) return [{ uri, range: analysis.range(place) }];
  const found: Location[] = [];
  for (const { step, entered } of settersAt(place)) {
    if (step === undefined) {
      const [mention] = analysis.symbol(entered?.name ?? "")?.definitions ?? [];
      if (mention !== undefined) found.push(locationOf(analysis, mention));
      continue;
    }
    const statement = statementOf(analysis, step);
    if (statement === undefined) {
      const { source, start, end } = step.statement;
      found.push(locationOf(analysis, { source, start, end }));
      continue;
    }
    const written = registerTokens(flow, statement, register).find((one) => one.isWritten);
    const at = written ?? statement.head ?? statement;
    found.push({ uri, range: analysis.range(at) });
  }
  return found;
}

/** Where a symbol is declared (`.globl`, `.type`, `.extern`), else where it is defined. */
export async function declaration(
  workspace: Workspace,
  analysis: Analysis,
  position: Position,
): Promise<Location[]> {
  const occurrence = analysis.occurrenceAt(analysis.offsetAt(position));
  const own = occurrence === undefined ? [] : analysis.occurrences.of(occurrence.key);
  const declared = own.filter(({ role }) => role === "declaration");
  if (declared.length === 0) return definition(workspace, analysis, position);
  return declared.map((one) => ({ uri: analysis.uri, range: analysis.range(one) }));
}

/** The directive that opened the section in which a symbol of this file lies. */
export function implementation(analysis: Analysis, position: Position): Location[] {
  const occurrence = analysis.occurrenceAt(analysis.offsetAt(position));
  const place = occurrence && analysis.occurrences.definition(occurrence.key);
  if (place === undefined || place.kind !== "symbol") return [];
  const section = outline(analysis).findLast(
    ({ kind, start, end }) => kind === "section" && start <= place.start && place.start <= end,
  );
  if (section === undefined) return [];
  const { nameStart: start, nameEnd: end } = section;
  return [{ uri: analysis.uri, range: analysis.range({ start, end }) }];
}

/** The file whose name stands at an offset. */
function includedFile(analysis: Analysis, offset: number): Location | undefined {
  const inclusion = analysis.unit.inclusions.find((one) => {
    const place = analysis.placeOf(one);
    return place !== undefined && place.start <= offset && offset <= place.end;
  });
  const file = inclusion && analysis.fileOf(inclusion);
  if (file === undefined) return undefined;
  const zero = { line: 0, character: 0 };
  return { uri: encodeUri(file), range: { start: zero, end: zero } };
}

/** Where a mention was written. */
function locationOf(analysis: Analysis, { source, start, end }: Mention): Location {
  const place = source.placeOf(start, end);
  return { uri: analysis.uriOf(place.file), range: place.range };
}

/** Definitions that the assembler met: in included files, or made by a macro. */
function includedDefinitions(analysis: Analysis, { kind, name }: Occurrence): Location[] {
  if (kind === "macro") {
    const macros = analysis.unit.macros.filter(
      (one) => one.name.toLowerCase() === name.toLowerCase(),
    );
    return macros.map(({ mention }) => locationOf(analysis, mention));
  }
  if (kind !== "symbol") return [];
  return (analysis.symbol(name)?.definitions ?? []).map((one) => locationOf(analysis, one));
}

async function definitionsElsewhere(
  workspace: Workspace,
  analysis: Analysis,
  { kind, name }: Occurrence,
): Promise<Location[]> {
  if (kind !== "symbol") return [];
  const locations: Location[] = [];
  for (const names of await workspace.names(analysis.uri)) {
    if (!names.exported.has(name)) continue;
    const places = names.symbols.get(name) ?? [];
    const isDefinition = ({ role }: NamePlace) => role === "definition";
    for (const { range } of places.filter(isDefinition)) locations.push({ uri: names.uri, range });
  }
  if (locations.length > 0) return locations;
  for (const { uri, definitions } of await workspace.neighbours()) {
    const range = definitions.get(name)?.range;
    if (range !== undefined) locations.push({ uri, range });
  }
  return locations;
}
