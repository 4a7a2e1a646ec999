/**
 * Whole objects of compiled programs against GNU as: every section, relocation and symbol. A share
 * of the corpus; all of it with HARTBEAT_ALL_PROGRAMS=1, which takes some minutes.
 */
import assert from "node:assert/strict";
import { requireTools } from "../tools.ts";
import { compareCorpus, flagSets, targets } from "./compiled-corpus.ts";

/** One of so many pairs of a source and a way to compile it is compared. */
const share = process.env["HARTBEAT_ALL_PROGRAMS"] === "1" ? 1 : 41;

describe("objects of a corpus of compiled programs, against GNU as", () => {
  it(`one in ${share}, ${targets.length} targets, ${flagSets.length} sets of flags`, function () {
    this.timeout(3_600_000);
    requireTools(
      this,
      "riscv64-linux-gnu-gcc",
      "riscv64-linux-gnu-g++",
      "riscv64-unknown-elf-gcc",
      "riscv64-unknown-elf-as",
      "riscv64-unknown-elf-ld",
      "riscv64-unknown-elf-readelf",
    );
    const found: string[] = [];
    const counts = compareCorpus(
      (index) => index % share === 0,
      (text) => found.push(text),
    );
    const { files, equal, explained, rejected, uncompiled, different } = counts;
    console.log(
      `      ${files} sources: ${equal} objects equal, ${explained} but for fragments of memory, ` +
        `${rejected} rejected by both, ${different} different, ${uncompiled} not compiled`,
    );
    assert.deepEqual(found, []);
    assert.ok(equal > 0);
  });
});
