/** The command line that `npm start` and `npm run start:node` share. */
import { realpathSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

const usage = (command, isolation) => `Usage: ${command} -- [options]

  --folder DIR      the workspace folder (examples)
  --port N          the port to listen on (3000, or the next free one)
  --no-open         do not open a browser
  --no-build        use what is in dist/ already
${isolation ? isolationHelp : dataHelp}
  --extension DIR   load a further extension; may be given several times
  --tests FILE      a module of tests, below the project, for the extension host to run
  --help            print this text`;
const isolationHelp = `  --coi             isolate the page from other origins: it then has SharedArrayBuffer`;
const dataHelp = `  --data DIR        where the server keeps settings and state`;

/** The options given, or undefined after --help. Throws an Error with the usage. */
export function parseOptions(command, { isolation }) {
  const flag = { type: "boolean", default: false };
  try {
    const { values } = parseArgs({
      options: {
        folder: { type: "string" },
        port: { type: "string" },
        "no-open": flag,
        "no-build": flag,
        extension: { type: "string", multiple: true, default: [] },
        tests: { type: "string" },
        help: flag,
        ...(isolation ? { coi: flag } : { data: { type: "string" } }),
      },
    });
    if (!values.help) return values;
  } catch (error) {
    throw new Error(`${error.message.split(". ")[0]}.\n\n${usage(command, isolation)}`);
  }
  console.log(usage(command, isolation));
  return undefined;
}

/** The port to try first; 0 is any free one. */
export function portOf({ port = "3000" }) {
  if (/^\d+$/.test(port) && Number(port) <= 65535) return Number(port);
  throw new Error(`--port takes a number from 0 to 65535, not "${port}".`);
}

/** The real path of the workspace folder. */
export function folderOf({ folder }, root) {
  const path = resolve(folder ?? join(root, "examples"));
  try {
    if (statSync(path).isDirectory()) return realpathSync(path);
  } catch {
    // Said below.
  }
  throw new Error(`${path} is not a folder; name one with --folder.`);
}
