/** The outline in the protocol's form: sections, functions, labels, data, constants, macros. */
import type { DocumentSymbol, SymbolInformation } from "vscode-languageserver";
import { type OutlineNode, outline } from "./outline.ts";
import { symbolKind } from "./protocol.ts";
import type { Analysis } from "./workspace.ts";

const kinds = {
  section: symbolKind.namespace,
  function: symbolKind.function,
  label: symbolKind.key,
  data: symbolKind.variable,
  constant: symbolKind.constant,
  macro: symbolKind.operator,
} as const satisfies Record<OutlineNode["kind"], number>;

/** The symbols of a document, nested. */
export function documentSymbols(analysis: Analysis): DocumentSymbol[] {
  const convert = (node: OutlineNode): DocumentSymbol => ({
    name: node.name === "" ? "?" : node.name,
    detail: node.detail,
    kind: kinds[node.kind],
    range: analysis.range({ start: node.start, end: Math.max(node.end, node.nameEnd) }),
    selectionRange: analysis.range({ start: node.nameStart, end: node.nameEnd }),
    children: node.children.map(convert),
  });
  return outline(analysis).map(convert);
}

/** The same for a client that knows no nested symbols: each with the name of what it is in. */
export function flatSymbols(uri: string, symbols: readonly DocumentSymbol[]): SymbolInformation[] {
  const flat = (symbol: DocumentSymbol, container: string): SymbolInformation[] => [
    {
      name: symbol.name,
      kind: symbol.kind,
      location: { uri, range: symbol.range },
      ...(container === "" ? {} : { containerName: container }),
    },
    ...(symbol.children ?? []).flatMap((child) => flat(child, symbol.name)),
  ];
  return symbols.flatMap((symbol) => flat(symbol, ""));
}
