/**
 * Code lenses above functions: how often they are referred to, and commands to run and to debug the
 * program on its entry points and a single test on each exported function `test_…`. References are counted when a lens comes into view.
 */
import type { CodeLens, Location } from "vscode-languageserver";
import type { LensSettings } from "./hint-settings.ts";
import { type OutlineNode, outline } from "./outline.ts";
import { references } from "./references.ts";
import type { Analysis, Workspace } from "./workspace.ts";

/** Where programs of the environments begin. */
const entryPoints: ReadonlySet<string> = new Set(["_start", "main"]);

/** Whether a function is a test by its name: it is called alone and returns 0 for success. */
const isTest = (name: string) => /^test_\w/.test(name);

/** The functions of an outline, in the order of the text. */
export function functionsOf(nodes: readonly OutlineNode[]): OutlineNode[] {
  return nodes.flatMap((node) => [
    ...(node.kind === "function" ? [node] : []),
    ...functionsOf(node.children),
  ]);
}

/** The lenses of a document; those that count references are resolved later. */
export function codeLenses(analysis: Analysis, shown: LensSettings): CodeLens[] {
  const lenses: CodeLens[] = [];
  const { uri } = analysis;
  for (const { name, nameStart, nameEnd } of functionsOf(outline(analysis))) {
    const range = analysis.range({ start: nameStart, end: nameEnd });
    const isEntry = entryPoints.has(name) && analysis.occurrences.exported.has(name);
    if (shown.run && (isEntry || name === "_start")) {
      const run = { title: "Run", command: "hartbeat.runFile", arguments: [uri] };
      const debug = { title: "Debug", command: "hartbeat.debugFile", arguments: [uri] };
      lenses.push({ range, command: run }, { range, command: debug });
    }
    if (shown.run && isTest(name) && analysis.occurrences.exported.has(name)) {
      const call = [uri, name];
      const run = { title: "Run Test", command: "hartbeat.runFile", arguments: call };
      const debug = { title: "Debug Test", command: "hartbeat.debugFile", arguments: call };
      lenses.push({ range, command: run }, { range, command: debug });
    }
    if (shown.references) lenses.push({ range, data: { uri } });
  }
  return lenses;
}

/** Counts the references of a lens; it shows them when it is chosen. */
export async function resolveLens(workspace: Workspace, lens: CodeLens): Promise<CodeLens> {
  if (lens.command !== undefined) return lens;
  const data = lens.data as { readonly uri?: unknown } | undefined;
  const uri = typeof data?.uri === "string" ? data.uri : "";
  const analysis = await workspace.analyze(uri);
  const places =
    analysis === undefined ? [] : await references(workspace, analysis, lens.range.start, false);
  return { ...lens, command: referencesCommand(uri, lens, places) };
}

function referencesCommand(
  uri: string,
  { range }: CodeLens,
  places: readonly Location[],
): NonNullable<CodeLens["command"]> {
  return {
    title: places.length === 1 ? "1 reference" : `${places.length} references`,
    command: places.length === 0 ? "" : "hartbeat.showReferences",
    arguments: [uri, range.start, places],
  };
}
