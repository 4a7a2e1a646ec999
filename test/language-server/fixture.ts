/**
 * Documents with marks, opened in a workspace that lives in memory: `|` is the cursor, and lines of
 * carets under a word carry an expectation about it: `^^^ error: the start of the message`.
 */

import type { Settings } from "../../language-server/analysis.ts";
import { type Host, noHost } from "../../language-server/host.ts";
import { type Analysis, Workspace } from "../../language-server/workspace.ts";

/** Where the workspace pretends to lie. */
export const root = "file:///work";

/** Other files of the workspace, by their path below the root. */
export type Files = Readonly<Record<string, string>>;

/** A host whose files are given. */
export function hostOf(files: Files): Host {
  const encoder = new TextEncoder();
  return {
    ...noHost,
    readFile: async (uri) => {
      const text = files[uri.slice(root.length + 1)];
      return text === undefined ? undefined : encoder.encode(text);
    },
    findSources: async () => Object.keys(files).map((path) => `${root}/${path}`),
  };
}

/** A workspace with an open document, and the cursor's place in it. */
export interface Opened {
  readonly workspace: Workspace;
  readonly uri: string;
  readonly text: string;
  readonly position: { line: number; character: number };
  readonly analysis: Analysis;
}

/** Opens a text, taking the first `|` for the cursor (`cursor` says another mark). */
export async function open(
  marked: string,
  files: Files = {},
  settings: Settings = {},
  cursor = "|",
  name = "main.s",
): Promise<Opened> {
  const at = Math.max(0, marked.indexOf(cursor));
  const text = marked.includes(cursor) ? marked.replace(cursor, "") : marked;
  const workspace = new Workspace(hostOf(files));
  workspace.setFolders([root]);
  workspace.configure(settings);
  const uri = `${root}/${name}`;
  workspace.open({ uri, languageId: "riscv", version: 1, text });
  const analysis = await workspace.analyze(uri);
  if (analysis === undefined) throw new Error("the document was not opened");
  return { workspace, uri, text, position: analysis.document.positionAt(at), analysis };
}

/** What is expected of the words above carets. */
export interface Expectation {
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Splits a text from the lines of carets in it. */
export function readMarks(marked: string): { source: string; expectations: Expectation[] } {
  const lines: string[] = [];
  const expectations: Expectation[] = [];
  for (const line of marked.replace(/^\n/, "").split("\n")) {
    const mark = /^(\s*)(\^+) (\w+.*)$/.exec(line);
    if (mark === null) {
      lines.push(line);
      continue;
    }
    const start = (mark[1] as string).length;
    const end = start + (mark[2] as string).length;
    expectations.push({ line: lines.length - 1, start, end, text: mark[3] as string });
  }
  return { source: lines.join("\n"), expectations };
}
