/**
 * Fixes for an `#include` whose file is not found: where one of the folders around has it, or the
 * `include` beside them, the header line names that folder, or the setting for the whole workspace.
 */
import type { CodeAction, Diagnostic, TextEdit } from "vscode-languageserver";
import { canonicalUri } from "./uris.ts";
import type { Analysis, Workspace } from "./workspace.ts";

/** Folders around the file in which the included one is looked for, where there is no workspace. */
const levelLimit = 4;

/** What is said at an `#include`: of its own file, and of what that one includes. */
const codes = new Set(["included-file-not-found", "included"]);

/** Where an included file was found: the folder, and the same as seen from the including file. */
interface Place {
  readonly folder: string;
  readonly path: string;
}

/**
 * The fixes for a diagnostic, where it says that an included file is not found.
 * @param headerEdit sets an option in the file's header line
 */
export async function inclusionFixes(
  workspace: Workspace,
  analysis: Analysis,
  diagnostic: Diagnostic,
  headerEdit: (analysis: Analysis, key: string, value: string) => TextEdit,
): Promise<CodeAction[]> {
  // In an included file, too, whose diagnostics stand where it is included.
  const [, name] = /"([^"]+)" is not found/.exec(String(diagnostic.message)) ?? [];
  if (!codes.has(String(diagnostic.code)) || name === undefined) return [];
  const place = await find(workspace, analysis, name);
  if (place === undefined) return [];
  const { folder, path } = place;
  const common = { kind: "quickfix", diagnostics: [diagnostic] };
  const include = [...(analysis.header.include ?? []), path].join(",");
  const inHeader: CodeAction = {
    ...common,
    title: `Add include=${path} to this file's header line`,
    edit: { changes: { [analysis.uri]: [headerEdit(analysis, "include", include)] } },
  };
  // A client that opens our pages is our extension, which has the command.
  const root = workspace.folderOf(analysis.uri);
  if (workspace.docs === undefined || root === undefined) return [inHeader];
  const inRoot = relative(canonicalUri(root), folder);
  const title = `Add ${inRoot === "." ? "the workspace folder" : inRoot} to hartbeat.include`;
  const command = {
    title,
    command: "hartbeat.addIncludeFolder",
    arguments: [analysis.uri, inRoot],
  };
  return [{ ...common, title, command, isPreferred: true }, inHeader];
}

/** The nearest folder around a file from which the name leads to a file. */
async function find(
  workspace: Workspace,
  analysis: Analysis,
  name: string,
): Promise<Place | undefined> {
  const root = workspace.folderOf(analysis.uri);
  const last = root === undefined ? undefined : canonicalUri(root).replace(/\/$/, "");
  let up = "";
  let around = analysis.file.slice(0, analysis.file.lastIndexOf("/"));
  for (let level = 0; root !== undefined || level < levelLimit; level++) {
    for (const below of ["", "include"]) {
      const path = `${up}${below}` || ".";
      const folder = below === "" ? around : `${around}/${below}`;
      const file = canonicalUri(`${folder}/${name}`);
      if ((await workspace.readFile(file)) !== undefined) {
        return { folder, path: path.replace(/(?<=.)\/$/, "") };
      }
    }
    const end = around.lastIndexOf("/");
    if (around === last || end <= "file://".length) return undefined;
    around = around.slice(0, end);
    up += "../";
  }
  return undefined;
}

/** A folder as seen from one that holds it. */
function relative(root: string, folder: string): string {
  const base = root.replace(/\/$/, "");
  return folder === base ? "." : folder.slice(base.length + 1);
}
