/**
 * Writes language-server/lints/environment-calls.ts, the numbers and names of the environments'
 * calls, from the emulator's tables, which the language server does not import: `npm run generate`.
 * A test fails when the file is stale.
 */
import { writeFileSync } from "node:fs";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";
import { linuxCalls } from "../emulator/process/linux/environment.ts";
import { rarsCalls } from "../emulator/process/rars/environment.ts";
import { ripesCalls } from "../emulator/process/ripes.ts";
import { venusCalls } from "../emulator/process/venus.ts";

/** Where the table is kept. */
export const environmentCallsPath = fileURLToPath(
  new URL("../language-server/lints/environment-calls.ts", import.meta.url),
);

/** The register of the number, and the calls. */
const environments = {
  linux: [17, linuxCalls],
  rars: [17, rarsCalls],
  venus: [10, venusCalls],
  ripes: [17, ripesCalls],
} as const;

/** The text of the module. */
export function environmentCallsText(): string {
  const rows = Object.entries(environments).map(([name, [register, calls]]) => {
    const own = calls.map((call) => `      ${call.number}: ${JSON.stringify(call.name)},\n`);
    return `  ${name}: {\n    register: ${register},\n    calls: {\n${own.join("")}    },\n  },\n`;
  });
  return `// biome-ignore-all format: generated
/**
 * The environments' calls by number, and the x register that holds the number. Generated from the
 * emulator's tables by \`npm run generate\`.
 */

interface EnvironmentCalls {
  readonly register: number;
  readonly calls: Readonly<Record<number, string>>;
}

export const environmentCalls = {
${rows.join("")}} as const satisfies Readonly<Record<string, EnvironmentCalls>> as Readonly<
  Record<"linux" | "rars" | "venus" | "ripes", EnvironmentCalls>
>;`;
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(environmentCallsPath, environmentCallsText());
}
