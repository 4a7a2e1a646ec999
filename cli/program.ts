/** Starts one of the servers in this process: its bundle beside ours, or its source. */
import process from "node:process";
import { fileURLToPath } from "node:url";

/**
 * Loads a server's entry, which serves from then on.
 * @param args what the entry finds behind its name in `process.argv`
 */
export async function startProgram(
  name: "debug-adapter" | "language-server",
  args: readonly string[],
): Promise<void> {
  const isBundle = import.meta.url.endsWith("/cli.js");
  const entry = new URL(isBundle ? `./${name}.cjs` : `../${name}/node.ts`, import.meta.url);
  process.argv = [process.argv[0] as string, fileURLToPath(entry), ...args];
  await import(entry.href);
}
