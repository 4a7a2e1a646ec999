/**
 * `npm run corpus`: assembles the whole corpus of compiled programs with GNU as and with us, and
 * prints what became of it, with a line for each difference. Ends with 1 where there is one. Takes
 * some minutes.
 */
import { findTool } from "../tools.ts";
import { compareCorpus, flagSets, targets } from "./compiled-corpus.ts";

const tools = [
  "riscv64-linux-gnu-gcc",
  "riscv64-linux-gnu-g++",
  "riscv64-unknown-elf-gcc",
  "riscv64-unknown-elf-as",
];
const absent = tools.filter((name) => findTool(name) === undefined);
if (absent.length > 0) {
  console.error(`The corpus is compiled and assembled with ${absent.join(", ")}: install them.`);
  process.exitCode = 2;
} else {
  const counts = compareCorpus(
    () => true,
    (text) => console.log(text),
  );
  const { files, equal, explained, rejected, uncompiled, different, reasons } = counts;
  console.log(
    `${files} sources, ${targets.length} targets, ${flagSets.length} sets of flags:\n` +
      `${equal} objects equal\n` +
      `${explained} equal but for where GNU as ends fragments of memory\n` +
      `${different} different\n${rejected} rejected by both\n${uncompiled} not compiled`,
  );
  for (const [reason, count] of reasons) console.log(`  ${count} ${reason}`);
  process.exitCode = different === 0 ? 0 : 1;
}
