import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { docsFolder, pages } from "../../scripts/generate-docs.ts";
import {
  environmentCallsPath,
  environmentCallsText,
} from "../../scripts/generate-environment-calls.ts";

/** Pages that are written by hand. */
const written = ["gnu-as.md", "recordings.md"];

describe("the reference pages", () => {
  it("are what the definitions give (else: npm run generate)", async () => {
    for (const [name, text] of await pages()) {
      assert.equal(readFileSync(join(docsFolder, name), "utf8"), text, name);
    }
  });

  it("have the environments' calls for the language server beside them", () => {
    assert.equal(readFileSync(environmentCallsPath, "utf8"), environmentCallsText());
  });

  it("are all of docs/ with those that are written by hand, and are linked from README.md", async () => {
    const names = [...(await pages()).keys(), ...written];
    const present = readdirSync(docsFolder).filter((name) => name.endsWith(".md"));
    assert.deepEqual(present.sort(), names.sort());
    const readme = readFileSync(join(docsFolder, "../README.md"), "utf8");
    for (const name of names) assert.ok(readme.includes(`](docs/${name})`), name);
  });

  it("are tables with as many cells in each row, without what is not defined", async () => {
    for (const [name, text] of await pages()) {
      assert.ok(!text.includes("| undefined"), name);
      let columns = 0;
      for (const line of text.split("\n")) {
        const cells = line.startsWith("|") ? line.split(/(?<!\\)\|/).length : 0;
        if (cells > 0 && columns > 0) assert.equal(cells, columns, `${name}: ${line}`);
        columns = cells;
      }
    }
  });
});
