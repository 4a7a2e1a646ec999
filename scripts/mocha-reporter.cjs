/**
 * Mocha's usual report, which also writes what became of each file's tests, as JSON, to the file that
 * HARTBEAT_RESULTS names: `{ [file]: { passed, failed, skipped, failures } }`, where failures are
 * titles with the first line of what was thrown. Colour codes inside of messages are taken out.
 */
const { writeFileSync } = require("node:fs");
const { relative } = require("node:path");
const Mocha = require("mocha");

const escapeCharacter = String.fromCharCode(27);
const colours = new RegExp(`${escapeCharacter}\\[[0-9;]*m`, "g");

module.exports = class extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.prependListener("fail", (_test, error) => {
      for (const key of ["message", "stack"])
        if (typeof error?.[key] === "string") error[key] = error[key].replace(colours, "");
    });
    const files = {};
    const of = (test) => {
      const path = relative(process.cwd(), test.file ?? test.parent?.file ?? "") || "?";
      files[path] ??= { passed: 0, failed: 0, skipped: 0, failures: [] };
      return files[path];
    };
    runner.on("pass", (test) => of(test).passed++);
    runner.on("pending", (test) => of(test).skipped++);
    runner.on("fail", (test, error) => {
      const counted = of(test);
      counted.failed++;
      const message = `${error?.message ?? error}`.split("\n")[0];
      counted.failures.push(`${test.fullTitle()}: ${message}`);
    });
    runner.once("end", () => {
      const file = process.env.HARTBEAT_RESULTS;
      if (file !== undefined) writeFileSync(file, JSON.stringify(files));
    });
  }
};
