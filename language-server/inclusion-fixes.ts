/**
 * Fixes for an `#include` whose file is not found, or was found only by looking around: the header
 * line names a folder that has it, or the setting for the whole workspace.
 */
import type { CodeAction, Diagnostic, TextEdit } from "vscode-languageserver";
import { folderOf, pathBetween } from "./include-folders.ts";
import type { Analysis, Workspace } from "./workspace.ts";

/** So many folders are offered that have a missing file. */
const offeredFolders = 3;

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
  const folders = await foldersFor(workspace, analysis, diagnostic);
  const root = workspace.folderOf(analysis.uri);
  const beside = analysis.file.slice(0, analysis.file.lastIndexOf("/"));
  const common = { kind: "quickfix", diagnostics: [diagnostic] };
  return folders.flatMap((folder): CodeAction[] => {
    const path = pathBetween(beside, folder);
    const include = [...(analysis.header.include ?? []), path].join(",");
    const inHeader: CodeAction = {
      ...common,
      title: `Add include=${path} to this file's header line`,
      edit: { changes: { [analysis.uri]: [headerEdit(analysis, "include", include)] } },
    };
    // A client that opens our pages is our extension, which has the command.
    if (workspace.docs === undefined || root === undefined) return [inHeader];
    const inRoot = pathBetween(root, folder);
    const title = `Add ${inRoot === "." ? "the workspace folder" : inRoot} to hartbeat.include`;
    const command = {
      title,
      command: "hartbeat.addIncludeFolder",
      arguments: [analysis.uri, inRoot],
    };
    return [{ ...common, title, command, isPreferred: true }, inHeader];
  });
}

/** The folders that a diagnostic is about, or those of the workspace that have a missing file. */
async function foldersFor(
  workspace: Workspace,
  analysis: Analysis,
  { code, message, range }: Diagnostic,
): Promise<readonly string[]> {
  if (code === "guessed-folder") {
    const inclusion = analysis.unit.inclusions.find((one) => {
      const place = analysis.placeOf(one);
      return place !== undefined && analysis.range(place).start.line === range.start.line;
    });
    return inclusion === undefined ? [] : [folderOf(analysis, inclusion)];
  }
  const [, name] = /^The file "([^"]+)"/.exec(String(message)) ?? [];
  if (!/file-not-found$/.test(String(code)) || name === undefined) return [];
  return (await workspace.foldersWith(name)).slice(0, offeredFolders);
}
