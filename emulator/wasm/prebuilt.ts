/**
 * Interpreters that were generated when the program was bundled, so that it starts sooner. In the
 * sources there is none: the bundler replaces `prebuilt-data.ts` by what `prebuild.ts` makes.
 */
import type { Interpreter } from "./interpreter-module.ts";
import { prebuilt } from "./prebuilt-data.ts";

/** An interpreter without what only tests ask of it. */
export type PrebuiltInterpreter = Pick<Interpreter, "bytes" | "rows" | "pairs">;

/** The interpreter with this key, if it was bundled. */
export function prebuiltInterpreter(key: string): PrebuiltInterpreter | undefined {
  const found = prebuilt[key];
  if (found === undefined) return undefined;
  return { bytes: bytesOf(found.bytes), rows: bytesOf(found.rows), pairs: found.pairs };
}

function bytesOf(base64: string): Uint8Array {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < bytes.length; index++) bytes[index] = text.charCodeAt(index);
  return bytes;
}
