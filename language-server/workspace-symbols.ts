/** Workspace symbols: what the sources of the workspace define, by a part of the name. */
import type { SymbolInformation } from "vscode-languageserver";
import { symbolKind } from "./protocol.ts";
import type { Workspace } from "./workspace.ts";

/** At most this many are answered; a person types another letter. */
const answerLimit = 500;

/** The definitions whose names have the letters of the query in this order. */
export async function workspaceSymbols(
  workspace: Workspace,
  query: string,
): Promise<SymbolInformation[]> {
  const found: SymbolInformation[] = [];
  for (const names of await workspace.names()) {
    const add = (
      name: string,
      kind: SymbolInformation["kind"],
      range: SymbolInformation["location"]["range"],
    ) => {
      found.push({ name, kind, location: { uri: names.uri, range } });
    };
    for (const [name, places] of names.symbols) {
      if (!hasLetters(name, query)) continue;
      for (const { range, definition } of places) {
        if (definition === undefined) continue;
        add(name, definition === "constant" ? symbolKind.constant : symbolKind.function, range);
      }
    }
    for (const [name, places] of names.macros) {
      if (!hasLetters(name, query)) continue;
      for (const { range, role } of places) {
        if (role === "definition") add(name, symbolKind.operator, range);
      }
    }
    if (found.length >= answerLimit) return found.slice(0, answerLimit);
  }
  return found;
}

function hasLetters(name: string, query: string): boolean {
  let at = 0;
  const lower = name.toLowerCase();
  for (const letter of query.toLowerCase()) {
    at = lower.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}
