/**
 * Mocha's usual report, which also writes how many tests passed, failed and were skipped, as JSON,
 * to the file that HARTBEAT_RESULTS names. Colour codes inside of messages are taken out.
 */
const { writeFileSync } = require("node:fs");
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
    runner.once("end", () => {
      const file = process.env.HARTBEAT_RESULTS;
      if (file === undefined) return;
      const { passes: passed, failures: failed, pending: skipped } = this.stats;
      writeFileSync(file, JSON.stringify({ passed, failed, skipped }));
    });
  }
};
