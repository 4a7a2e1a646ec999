/** Replaced when the program is bundled; see `prebuilt.ts`. */
import type { PairHandlers } from "./records.ts";

/** Interpreters by their keys, with bytes in base64. */
export const prebuilt: Readonly<
  Record<
    string,
    { readonly bytes: string; readonly rows: string; readonly pairs: PairHandlers } | undefined
  >
> = {};
