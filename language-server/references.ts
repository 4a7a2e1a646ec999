/**
 * Find references: all places of what stands at the position, in this file and, for symbols that
 * are shared, in the other files of the workspace; of a register those of its live range.
 */
import type { Location, Position } from "vscode-languageserver";
import type { FileNames, NamePlace } from "./file-names.ts";
import { liveRangeOf, registerPlaceAt } from "./live-ranges.ts";
import type { Occurrence } from "./occurrences.ts";
import { definedNameAt, placesOfDefined, rangeOf } from "./preprocessor-names.ts";
import { baseName, canonicalUri } from "./uris.ts";
import type { Analysis, Workspace } from "./workspace.ts";

/** The places, the definition among them where `includeDeclaration` holds. */
export async function references(
  workspace: Workspace,
  analysis: Analysis,
  position: Position,
  includeDeclaration: boolean,
): Promise<Location[]> {
  const offset = analysis.offsetAt(position);
  const defined = definedNameAt(analysis, offset);
  if (defined !== undefined) {
    const found = await placesOfDefined(workspace, analysis, defined.name);
    return [...found].flatMap(([uri, places]) =>
      places
        .filter(({ role }) => includeDeclaration || role !== "definition")
        .map((one) => ({ uri, range: rangeOf(one) })),
    );
  }
  const occurrence = analysis.occurrenceAt(offset);
  if (occurrence === undefined) {
    const place = registerPlaceAt(analysis, position);
    const places = place === undefined ? [] : liveRangeOf(place).places;
    return places
      .filter(({ access }) => includeDeclaration || access === "read")
      .map((one) => ({ uri: analysis.uri, range: analysis.range(one) }));
  }
  const counts = ({ role }: { role: NamePlace["role"] }) =>
    includeDeclaration || role !== "definition";
  const own = analysis.occurrences.of(occurrence.key).filter(counts);
  const locations = own.map((one) => ({ uri: analysis.uri, range: analysis.range(one) }));
  for (const { names, places } of await placesElsewhere(workspace, analysis, occurrence)) {
    for (const { range } of places.filter(counts)) locations.push({ uri: names.uri, range });
  }
  return locations;
}

/**
 * The places of the same symbol or macro in other files. A file shares a symbol when either side
 * defines and exports it and the other does not define one, or when one includes the other.
 */
export async function placesElsewhere(
  workspace: Workspace,
  analysis: Analysis,
  { kind, name }: Occurrence,
): Promise<{ names: FileNames; places: readonly NamePlace[] }[]> {
  if (kind !== "symbol" && kind !== "macro") return [];
  const found: { names: FileNames; places: readonly NamePlace[] }[] = [];
  const here = analysis.names;
  const all = await workspace.names(analysis.uri);
  const placesIn = (names: FileNames) =>
    kind === "macro" ? names.macros.get(name.toLowerCase()) : names.symbols.get(name);
  // What a file that is included here defines belongs to all that include it.
  const inside = new Set(analysis.unit.files.map(({ file }) => canonicalUri(file, analysis.file)));
  const definers = all.filter(
    (names) =>
      inside.has(canonicalUri(names.uri)) &&
      placesIn(names)?.some(({ role }) => role === "definition") === true,
  );
  for (let names of all) {
    const isReader = definers.some((one) => includes(names, one));
    // That a word is a macro's name is known only where its definition is read.
    const read = kind === "macro" && isReader ? await workspace.analysisOf(names.uri) : undefined;
    if (read !== undefined) ({ names } = read);
    const places = placesIn(names);
    if (places === undefined) continue;
    const isShared =
      inside.has(canonicalUri(names.uri)) ||
      includes(here, names) ||
      includes(names, here) ||
      isReader ||
      (kind === "symbol" && isLinked(here, names, name));
    if (isShared) found.push({ names, places });
  }
  return found;
}

/** Holds when one file includes the other. */
function includes(one: FileNames, other: FileNames): boolean {
  const name = baseName(other.uri);
  return one.included.some((path) => baseName(encodeURI(path)) === name);
}

/**
 * Holds when a linker would take the name in both files for the same symbol. Where both define it,
 * as programs define `_start` that lie side by side, they are of different programs.
 */
function isLinked(one: FileNames, other: FileNames, name: string): boolean {
  const defines = (names: FileNames) =>
    names.symbols.get(name)?.some(({ role }) => role === "definition") === true;
  const offers = (names: FileNames) => !defines(names) || names.exported.has(name);
  return offers(one) && offers(other) && !(defines(one) && defines(other));
}
