/**
 * Rename: a symbol (in every file that shares it), a numeric label, a macro, a parameter, a name of
 * `#define`, or the register of a live range. A new name must be one that the assembler reads as one
 * name and that means nothing else yet; a new register must be free as long as the value is needed.
 */
import type { Position, Range, TextEdit, WorkspaceEdit } from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import { readStatement } from "../assembler/lexer.ts";
import { architectureString } from "../isa/architecture.ts";
import { conflict, liveRangeOf, registerPlaceAt, renamedRange } from "./live-ranges.ts";
import { isRegister, macroKey, type Occurrence, symbolKey } from "./occurrences.ts";
import { definedNameAt, definedNames, placesOfDefined, rangeOf } from "./preprocessor-names.ts";
import { placesElsewhere } from "./references.ts";
import { registerNamed } from "./register-flow.ts";
import { baseName, canonicalUri } from "./uris.ts";
import type { Analysis, Workspace } from "./workspace.ts";

/** Why a rename cannot be done, as one sentence for the user. */
export class RenameRefused extends Error {}

/**
 * The range and text of what would be renamed; null where nothing can be. Throws
 * {@link RenameRefused} where there is a reason to tell.
 */
export function prepareRename(
  analysis: Analysis,
  position: Position,
): { range: Range; placeholder: string } | null {
  const offset = analysis.offsetAt(position);
  const defined = definedNameAt(analysis, offset);
  if (defined !== undefined) return { range: analysis.range(defined), placeholder: defined.name };
  const occurrence = analysis.occurrenceAt(offset);
  if (occurrence === undefined) {
    const place = registerPlaceAt(analysis, position);
    if (place === undefined) return null;
    const range = analysis.range(place);
    const placeholder = analysis.document.getText(range);
    const { obstacle } = liveRangeOf(place);
    if (obstacle === undefined) return { range, placeholder };
    throw new RenameRefused(`\`${placeholder}\` cannot become another register: ${obstacle}.`);
  }
  const { name: placeholder } = occurrence;
  return { range: analysis.range(nameSpan(occurrence)), placeholder };
}

/** The edits that give it the new name. Throws {@link RenameRefused}. */
export async function rename(
  workspace: Workspace,
  analysis: Analysis,
  position: Position,
  newName: string,
): Promise<WorkspaceEdit | null> {
  const offset = analysis.offsetAt(position);
  const defined = definedNameAt(analysis, offset);
  if (defined !== undefined) return renamedDefine(workspace, analysis, defined.name, newName);
  const occurrence = analysis.occurrenceAt(offset);
  if (occurrence === undefined) return renamedRegister(analysis, position, newName);
  check(analysis, occurrence, newName);
  if (occurrence.kind === "symbol") await checkLinked(workspace, analysis, occurrence, newName);
  const own = analysis.occurrences.of(occurrence.key);
  const changes: Record<string, TextEdit[]> = {
    [analysis.uri]: own.map((one) => ({
      range: analysis.range(nameSpan(one)),
      newText: newName,
    })),
  };
  for (const { names, places } of await placesElsewhere(workspace, analysis, occurrence)) {
    const known = occurrence.kind === "macro" ? names.macros : names.symbols;
    const taken = known.get(occurrence.kind === "macro" ? newName.toLowerCase() : newName);
    if (newName !== occurrence.name && taken?.some(({ role }) => role === "definition")) {
      throw new RenameRefused(`"${newName}" is defined in ${baseName(names.uri)} already.`);
    }
    changes[names.uri] = places.map(({ range }) => ({ range, newText: newName }));
  }
  return { changes };
}

/** The name without what belongs to the way it is written: the `f` of `1f`. */
function nameSpan({ start, end, kind, role }: Occurrence): { start: number; end: number } {
  return { start, end: kind === "numeric" && role === "reference" ? end - 1 : end };
}

/** The edits for a name of `#define`, in every source that reads the definition. */
async function renamedDefine(
  workspace: Workspace,
  analysis: Analysis,
  name: string,
  newName: string,
): Promise<WorkspaceEdit> {
  if (!/^[A-Za-z_]\w*$/.test(newName)) {
    throw new RenameRefused(
      `"${newName}" is no name of the preprocessor; use letters, digits and "_", no digit first.`,
    );
  }
  const isTaken = definedNames(analysis).has(newName) || analysis.symbol(newName)?.isDefined;
  if (newName !== name && isTaken) {
    throw new RenameRefused(`"${newName}" is defined in this file already.`);
  }
  const changes: Record<string, TextEdit[]> = {};
  for (const [uri, places] of await placesOfDefined(workspace, analysis, name)) {
    const isOurs = workspace.folders.length === 0 || workspace.holds(uri);
    if (!isOurs) {
      throw new RenameRefused(
        `"${name}" is defined in ${baseName(uri)}, outside of the workspace.`,
      );
    }
    changes[uri] = places.map((one) => ({ range: rangeOf(one), newText: newName }));
  }
  return { changes };
}

/** The edits that move a live range into another register. */
function renamedRegister(
  analysis: Analysis,
  position: Position,
  newName: string,
): WorkspaceEdit | null {
  const place = registerPlaceAt(analysis, position);
  if (place === undefined) return null;
  const old = analysis.document.getText(analysis.range(place));
  const refuse = (why: string) => new RenameRefused(`\`${old}\` cannot become ${newName}: ${why}.`);
  const other = registerNamed(newName);
  if (other === undefined) throw new RenameRefused(`"${newName}" is no register.`);
  const range = liveRangeOf(place);
  const isSame = other.file === place.register.file && other.index === place.register.index;
  const why = isSame ? undefined : (range.obstacle ?? conflict(place, range, other));
  if (why !== undefined) throw refuse(why);
  const edits = renamedRange(analysis, range, newName);
  const { unit, assembly } = analysis;
  const text = TextDocument.applyEdits(analysis.document, edits);
  const errors = errorsOf(analysis.assembledAs(text).diagnostics);
  if (errors > errorsOf(assembly.diagnostics)) {
    throw refuse(`an instruction of ${architectureString(unit.architecture)} cannot take it here`);
  }
  return { changes: { [analysis.uri]: edits } };
}

const errorsOf = (diagnostics: readonly { readonly severity: string }[]) =>
  diagnostics.filter(({ severity }) => severity === "error").length;

/** A global symbol must not get the name of another file's, even of one that does not use it. */
async function checkLinked(
  workspace: Workspace,
  analysis: Analysis,
  { name }: Occurrence,
  newName: string,
): Promise<void> {
  if (newName === name || !analysis.occurrences.exported.has(name)) return;
  const { sources = [] } = analysis.header;
  const linked = new Set(sources.map((path) => canonicalUri(path, analysis.file)));
  for (const names of await workspace.names(analysis.uri)) {
    const own = (names.header.sources ?? []).map((path) =>
      canonicalUri(path, canonicalUri(names.uri)),
    );
    const isLinked = linked.has(canonicalUri(names.uri)) || own.includes(analysis.file);
    const places = names.symbols.get(newName) ?? [];
    const isDefined = places.some(({ role }) => role === "definition");
    if (isLinked && isDefined && names.exported.has(newName)) {
      throw new RenameRefused(`"${newName}" is defined in ${baseName(names.uri)} already.`);
    }
  }
}

function check(analysis: Analysis, { kind, name, key }: Occurrence, newName: string): void {
  if (newName === name) return;
  if (kind === "numeric") {
    if (!/^\d+$/.test(newName)) throw new RenameRefused("A numeric label must be a number.");
    if (analysis.occurrences.of(`numeric ${newName} 1`).length > 0) {
      throw new RenameRefused(`There are labels ${newName}: already; choose another number.`);
    }
    return;
  }
  const { tokens } = readStatement(newName, 0);
  const isName = tokens.length === 1 && tokens[0]?.kind === "name" && tokens[0].text === newName;
  if (!isName) {
    throw new RenameRefused(
      `"${newName}" is not a name; use letters, digits, "_", "." and "$", no digit first.`,
    );
  }
  if (kind === "symbol" && isRegister(newName)) {
    throw new RenameRefused(`"${newName}" is the name of a register.`);
  }
  // The key of a parameter is that of its scope with its name.
  const other =
    kind === "macro"
      ? macroKey(newName)
      : kind === "symbol"
        ? symbolKey(newName)
        : `${key.slice(0, key.length - name.length)}${newName}`;
  if (kind === "parameter" && analysis.occurrences.definition(other) !== undefined) {
    throw new RenameRefused(`There is a parameter "${newName}" already.`);
  }
  const isSame = other === key;
  if (kind !== "parameter" && !isSame && analysis.occurrences.definition(other) !== undefined) {
    throw new RenameRefused(`"${newName}" is defined in this file already.`);
  }
}
