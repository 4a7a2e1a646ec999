/**
 * What files of other languages beside the sources hold: functions and objects of C, C++ and Rust,
 * symbols of linker scripts. They are known by their looks, line by line, not parsed: enough to go
 * to them, and not to call a name unknown that one of them mentions.
 */
import type { Range } from "vscode-languageserver";

/** How names of such files end. */
export const neighbourExtensions = [
  ".c", ".h", ".cc", ".cpp", ".cxx", ".hpp", ".rs", ".ld", ".lds", ".ldS", ".zig",
] as const; // biome-ignore format: one row

/** Holds for a file of another language that may share symbols with assembly. */
export const isNeighbour = (name: string): boolean =>
  neighbourExtensions.some((extension) => name.endsWith(extension));

/** At most this many are looked at, and none that is longer. */
export const neighbourLimit = 500;
const lengthLimit = 1 << 20;

/** A file of another language. */
export interface Neighbour {
  readonly uri: string;
  /** Every word in it. */
  readonly words: ReadonlySet<string>;
  /** What it seems to define, by name. */
  readonly definitions: ReadonlyMap<string, { readonly range: Range; readonly line: string }>;
}

/** A definition at the margin: a function up to its parenthesis, or an object. */
const inC =
  /^(?!\s|return\b|typedef\b|extern\b|else\b|#)[A-Za-z_][\w\s*&:<>,()"]*?\b([A-Za-z_]\w*)\s*(?:\([^;]*$|\([^;]*\{|(?:\[[^\]]*\]\s*)*(?:=|;))/dg;
const inRust = /\b(?:fn|static(?:\s+mut)?)\s+([A-Za-z_]\w*)/dg;
const inScript = /(?:^|[\s(;])([A-Za-z_.$][\w.$]*)\s*[-+*/&|]?=(?!=)/dg;

/** Reads a file; a long one is looked at in part. */
export function readNeighbour(uri: string, bytes: Uint8Array): Neighbour {
  const text = new TextDecoder().decode(bytes.subarray(0, lengthLimit));
  const pattern = /\.(ld|lds|ldS)$/.test(uri) ? inScript : /\.(rs|zig)$/.test(uri) ? inRust : inC;
  const words = new Set<string>();
  for (const [word] of text.matchAll(/[A-Za-z_$.][\w$.]*/g)) words.add(word);
  const definitions = new Map<string, { range: Range; line: string }>();
  for (const [at, line] of text.split("\n").entries()) {
    if (line.length > 500) continue;
    for (const { 1: name, indices } of line.matchAll(pattern)) {
      const [start, end] = indices?.[1] ?? [0, 0];
      if (name === undefined || definitions.has(name)) continue;
      const range = { start: { line: at, character: start }, end: { line: at, character: end } };
      definitions.set(name, { range, line: line.trim() });
    }
  }
  return { uri, words, definitions };
}
