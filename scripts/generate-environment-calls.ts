/**
 * Writes language-server/environment-calls.ts, the numbers and names of the environments'
 * calls, from the emulator's tables, which the language server does not import: `npm run generate`.
 * A test fails when the file is stale.
 */
import { writeFileSync } from "node:fs";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";
import { environmentCallTables } from "../emulator/process/call-names.ts";

/** Where the table is kept. */
export const environmentCallsPath = fileURLToPath(
  new URL("../language-server/environment-calls.ts", import.meta.url),
);

/** The text of the module. */
export function environmentCallsText(): string {
  const rows = Object.entries(environmentCallTables).map(([name, [register, calls]]) => {
    const own = calls.map(
      ({ number, name: called, arguments: operands, summary }) =>
        `      ${number}: ${JSON.stringify([called, operands.trim(), summary])},\n`,
    );
    return `  ${name}: {\n    register: ${register},\n    calls: {\n${own.join("")}    },\n  },\n`;
  });
  return `// biome-ignore-all format: generated
/**
 * The environments' calls by number, and the x register that holds the number. Generated from the
 * emulator's tables by \`npm run generate\`.
 */

/** The name of a call, what it is given, and what it does. */
export type EnvironmentCall = readonly [name: string, operands: string, summary: string];

interface EnvironmentCalls {
  readonly register: number;
  readonly calls: Readonly<Record<number, EnvironmentCall>>;
}

export const environmentCalls = {
${rows.join("")}} as const satisfies Readonly<Record<string, EnvironmentCalls>> as Readonly<
  Record<"linux" | "rars" | "venus" | "ripes", EnvironmentCalls>
>;`;
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(environmentCallsPath, environmentCallsText());
}
