/**
 * Call hierarchy: which functions call this one and which it calls, across the files of the
 * workspace. A call is an instruction that leaves a return address or keeps its caller's (`call`,
 * `jal`, `tail`), or a jump or branch to the first instruction of another function.
 */
import type {
  CallHierarchyIncomingCall,
  CallHierarchyItem,
  CallHierarchyOutgoingCall,
  Position,
  Range,
} from "vscode-languageserver";
import { functionsOf } from "./code-lenses.ts";
import { goesToFunction } from "./forms.ts";
import { type Occurrence, symbolKey } from "./occurrences.ts";
import { type OutlineNode, outline } from "./outline.ts";
import { symbolKind } from "./protocol.ts";
import { placesElsewhere } from "./references.ts";
import type { Analysis, Workspace } from "./workspace.ts";

/** The function at the position, or the one that it names; null where there is none. */
export async function prepareCallHierarchy(
  workspace: Workspace,
  analysis: Analysis,
  position: Position,
): Promise<CallHierarchyItem[] | null> {
  const offset = analysis.offsetAt(position);
  const occurrence = analysis.occurrenceAt(offset);
  if (occurrence?.kind === "symbol") {
    const item = await itemOf(workspace, analysis, occurrence.name);
    return item === undefined ? null : [item];
  }
  const around = functionsOf(outline(analysis)).find(
    ({ start, end }) => start <= offset && offset <= end,
  );
  return around === undefined ? null : [itemOfNode(analysis, around)];
}

/** The functions that call the item. */
export async function incomingCalls(
  workspace: Workspace,
  item: CallHierarchyItem,
): Promise<CallHierarchyIncomingCall[]> {
  const found: CallHierarchyIncomingCall[] = [];
  const analysis = await workspace.analysisOf(item.uri);
  if (analysis === undefined) return found;
  const definition = analysis.occurrences.definition(symbolKey(item.name));
  found.push(...callsIn(analysis, item.name));
  if (definition === undefined) return found;
  for (const { names } of await placesElsewhere(workspace, analysis, definition)) {
    const other = await workspace.analysisOf(names.uri);
    if (other !== undefined) found.push(...callsIn(other, item.name));
  }
  return found;
}

/** The functions that the item calls. */
export async function outgoingCalls(
  workspace: Workspace,
  item: CallHierarchyItem,
): Promise<CallHierarchyOutgoingCall[]> {
  const analysis = await workspace.analysisOf(item.uri);
  if (analysis === undefined) return [];
  const functions = functionsOf(outline(analysis));
  const own = functions.find(({ name }) => name === item.name);
  if (own === undefined) return [];
  const calls = new Map<string, Range[]>();
  for (const occurrence of analysis.occurrences.all) {
    if (occurrence.start < own.start || occurrence.start > own.end) continue;
    if (!isCall(functions, occurrence)) continue;
    const range = analysis.range(occurrence);
    calls.set(occurrence.name, [...(calls.get(occurrence.name) ?? []), range]);
  }
  const found: CallHierarchyOutgoingCall[] = [];
  for (const [name, fromRanges] of calls) {
    const to = await itemOf(workspace, analysis, name);
    if (to !== undefined) found.push({ to, fromRanges });
  }
  return found;
}

/** Holds for the target of a call, or of a jump from one function to another. */
function isCall(functions: readonly OutlineNode[], occurrence: Occurrence): boolean {
  const { kind, role, statement, name, start } = occurrence;
  if (kind !== "symbol" || role !== "reference" || statement.kind !== "instruction") return false;
  if (goesToFunction(statement.head?.text ?? "")) return true;
  const target = functions.find((one) => one.name === name);
  if (target === undefined || (target.start <= start && start <= target.end)) return false;
  return /^(j|b\w+)$/i.test(statement.head?.text ?? "");
}

function callsIn(analysis: Analysis, name: string): CallHierarchyIncomingCall[] {
  const functions = functionsOf(outline(analysis));
  const callers = new Map<OutlineNode, Range[]>();
  for (const occurrence of analysis.occurrences.of(symbolKey(name))) {
    if (!isCall(functions, occurrence)) continue;
    const { start } = occurrence;
    const caller = functions.find((one) => one.start <= start && start <= one.end);
    if (caller === undefined) continue;
    callers.set(caller, [...(callers.get(caller) ?? []), analysis.range(occurrence)]);
  }
  return [...callers].map(([caller, fromRanges]) => ({
    from: itemOfNode(analysis, caller),
    fromRanges,
  }));
}

/** The item of a function by its name, wherever it is defined. */
async function itemOf(
  workspace: Workspace,
  analysis: Analysis,
  name: string,
): Promise<CallHierarchyItem | undefined> {
  const here = functionsOf(outline(analysis)).find((one) => one.name === name);
  if (here !== undefined) return itemOfNode(analysis, here);
  if (analysis.occurrences.definition(symbolKey(name)) !== undefined) return undefined;
  for (const names of await workspace.names(analysis.uri)) {
    if (!names.exported.has(name)) continue;
    const place = names.symbols.get(name)?.find(({ definition }) => definition === "label");
    if (place === undefined) continue;
    const { uri } = names;
    const { range } = place;
    return { name, kind: symbolKind.function, uri, range, selectionRange: range };
  }
  return undefined;
}

function itemOfNode(analysis: Analysis, node: OutlineNode): CallHierarchyItem {
  return {
    name: node.name,
    kind: symbolKind.function,
    uri: analysis.uri,
    range: analysis.range(node),
    selectionRange: analysis.range({ start: node.nameStart, end: node.nameEnd }),
  };
}
