/** Which documents are assembly, which one a command without an argument means, and their saving. */
import { TabInputText, type Uri, window, workspace } from "vscode";

/** The languages and endings of which one file is a program that can be assembled. */
const assemblyLanguages = ["riscv", "asm", "assembly", "gas", "riscv-asm"];
const assemblyFile = /\.(s|asm)$/i;

/** Whether a document's language, where it is known, or its name is that of assembly. */
export function isAssembly(language: string | undefined, path: string): boolean {
  return (
    (language !== undefined && assemblyLanguages.includes(language)) || assemblyFile.test(path)
  );
}

/**
 * The assembly source that a person has before them: that of the active editor or, where something
 * without text is in front (a welcome page, a picture), one that is open beside or behind it.
 */
export function assemblyInFront(): Uri | undefined {
  const active = window.activeTextEditor;
  const editors = active === undefined ? window.visibleTextEditors : [active];
  const visible = editors
    .map(({ document }) => document)
    .find(({ languageId, uri }) => isAssembly(languageId, uri.path));
  if (visible !== undefined || active !== undefined) return visible?.uri;
  const inTabs = window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .flatMap(({ input }) => (input instanceof TabInputText ? [input.uri] : []));
  return inTabs.find((uri) => isAssembly(languageOf(uri), uri.path));
}

function languageOf(uri: Uri): string | undefined {
  const name = uri.toString();
  return workspace.textDocuments.find((document) => document.uri.toString() === name)?.languageId;
}

/**
 * The source to run or build: the given one, or the one in front. A document without a file is
 * saved first, since its program must have a name; undefined, and nothing is to be done, when the
 * person gives it none or no source is open, which is said.
 */
export async function sourceToRun(resource?: Uri): Promise<Uri | undefined> {
  const uri = resource ?? assemblyInFront();
  if (uri === undefined) {
    window.showErrorMessage("Open an assembly file (.s or .S) and try again.");
    return undefined;
  }
  return uri.scheme === "untitled" ? workspace.save(uri) : uri;
}
