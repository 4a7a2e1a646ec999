/** The version of the program, from the package's description, which lies a folder above. */
import { readFileSync } from "node:fs";

/** As in "1.2.3". */
export function version(): string {
  const text = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
