/**
 * What other files need to know of a file: the names in it with their places, which symbols it
 * makes global, and which files it names in its header line or includes.
 */
import type { Range } from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { dialects } from "../assembler/dialects.ts";
import { type HeaderOptions, readHeader } from "../assembler/header.ts";
import { type DefinitionKind, definitionKindOf, directiveOf, Occurrences } from "./occurrences.ts";
import { type Statement, statementsOf } from "./syntax.ts";

/** A name's place in a file. */
export interface NamePlace {
  readonly range: Range;
  readonly role: "definition" | "declaration" | "reference";
  /** Of a definition of a symbol. */
  readonly definition?: DefinitionKind;
}

/** The names of one file. */
export interface FileNames {
  readonly uri: string;
  /** Places of symbols by name. */
  readonly symbols: ReadonlyMap<string, readonly NamePlace[]>;
  /** Places of macros by name in lower case. */
  readonly macros: ReadonlyMap<string, readonly NamePlace[]>;
  /** Symbols that other files may refer to. */
  readonly exported: ReadonlySet<string>;
  /** Names that a macro call mentions, and that the macro may define. */
  readonly arguments: ReadonlySet<string>;
  /** Files that it includes, as written. */
  readonly included: readonly string[];
  /** What its header line says. */
  readonly header: HeaderOptions;
}

/** Reads the names of a file from its text. */
export function namesOf(document: TextDocument): FileNames {
  const text = document.getText();
  const statements = statementsOf(text, dialects[readHeader(text).options.dialect ?? "gnu"]);
  return collectNames(document, statements, new Occurrences(text, statements, new Set()));
}

/** The names of a file whose statements and occurrences are known. */
export function collectNames(
  document: TextDocument,
  statements: readonly Statement[],
  occurrences: Occurrences,
): FileNames {
  const symbols = new Map<string, NamePlace[]>();
  const macros = new Map<string, NamePlace[]>();
  for (const occurrence of occurrences.all) {
    const { kind, name, role, start, end } = occurrence;
    if (kind !== "symbol" && kind !== "macro") continue;
    const definition = definitionKindOf(occurrence);
    const range = { start: document.positionAt(start), end: document.positionAt(end) };
    const place = { range, role, ...(definition === undefined ? {} : { definition }) };
    const [map, key] = kind === "macro" ? [macros, name.toLowerCase()] : [symbols, name];
    const places = map.get(key);
    if (places === undefined) map.set(key, [place]);
    else places.push(place);
  }
  const included = statements.flatMap((statement) => {
    const name = statement.operands[0]?.tokens[0];
    return directiveOf(statement) === ".include" && name?.kind === "string" ? [name.text] : [];
  });
  const text = document.getText();
  for (const [, path = ""] of text.matchAll(/^[ \t]*#[ \t]*include[ \t]+"([^"\n]+)"/gm)) {
    included.push(path);
  }
  const { options: header } = readHeader(text);
  const { exported, arguments: mentioned } = occurrences;
  return { uri: document.uri, symbols, macros, exported, arguments: mentioned, included, header };
}
