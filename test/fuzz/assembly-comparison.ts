/**
 * Sources assembled by GNU as and by us, and how what became of them differs: the lines that are
 * refused or warned of, and of what both take the sections, relocations, symbols and attributes.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assemble, type Diagnostic } from "../../assembler/assemble.ts";
import type { ElfFile } from "../../elf/model.ts";
import { readElf } from "../../elf/reader.ts";
import { writeElf } from "../../elf/writer.ts";
import { gnuProducer } from "../assembler/gnu-producer.ts";
import { differences } from "../assembler/object-comparison.ts";
import { findTool, tryTool } from "../tools.ts";

/** A source and what it is assembled for. */
export interface Source {
  readonly text: string;
  readonly march: string;
  readonly mabi: string;
}

/** What became of a source. */
export interface Comparison {
  readonly isAccepted: boolean;
  /** What GNU as said. */
  readonly said: string;
  /** What kind of difference there is first, and all of them in words; empty where there is none. */
  readonly kind: "" | "refused" | "accepted" | "lines" | "warnings" | "object" | "fault";
  readonly found: readonly string[];
}

const lineNumbers = (numbers: Iterable<number>) => [...new Set(numbers)].sort((a, b) => a - b);

const complained = (said: string, kind: RegExp, counts = (_message: string) => true) =>
  lineNumbers(
    [...said.matchAll(/^[^ :]+:(\d+): (Fatal error|Error|Warning): (.*)$/gm)]
      .filter(
        ([, , what = "", text = ""]) =>
          kind.test(what) &&
          !/^(here is the previous|previous definition)/.test(text) &&
          counts(text),
      )
      .map(([, line]) => Number(line)),
  );

const diagnosed = (diagnostics: readonly Diagnostic[], kind: Diagnostic["severity"]) =>
  lineNumbers(
    diagnostics
      .filter(({ severity }) => severity === kind)
      .map(({ range }) => range.start.line + 1),
  );

/** A message, the texts that it is expected of, and why we judge otherwise. */
type Exception = readonly [message: RegExp, text: RegExp, reason: string];

/** What we refuse although GNU as takes it, with the reason. */
const stricter: readonly Exception[] = [
  [
    /value is missing here|needs another operand|is expected, not `,`|^A string in/,
    /./,
    "a value is missing",
  ],
  [
    /^A (symbol|number or a symbol) is expected here/,
    /./,
    "symbols called like registers are slips",
  ],
  [/^This string has no closing quote/, /./, "a string without its end is a mistake"],
  [/^Section .* holds only zeros/, /./, "GNU as loses instructions in .bss"],
  [/^An alignment must be a power of two/, /\.comm/, "what is no power of two is no alignment"],
  [
    /is out of range; 0 to/,
    /\.(text|data|subsection|fill|ds)\b/,
    "there is no such number of them",
  ],
  [/^`0x` is not a number/, /./, "digits are missing"],
  [/^A name is expected/, /\.(section|size)/, "groups and symbols have names"],
  [/^A comma is expected/, /\.l?comm/, "a comma is missing"],
  [
    /is not expected here/,
    /\.cfi_sections|\.section|\.(skip|zero|space|fill) ?,/,
    "what is left over is a slip",
  ],
  [/^A blank must stand/, /"/, "strings stand apart"],
  [
    /^The linker cannot compute/,
    /[!~-] ?x|x ?- ?y|-\d+[fb]/,
    "GNU as writes a number that is none",
  ],
  [/is expected, not `[<>=&|]/, /./, "an operator of two characters is written in one piece"],
  [/./, /\w'.'|'.' ?[\w']/, "GNU as joins the number of a character with its neighbours"],
];

/** What GNU as refuses although we take it, with the reason. */
const wider: readonly Exception[] = [
  [
    /non-constant .uleb128 is not supported|Infinite loop|\*UND\* and \*UND\*/,
    /./,
    "newer ones take it",
  ],
  [/unknown CSR/, /./, "newer ones know more CSRs"],
  [/./, /\/\//, "a comment as in C"],
  [/./, /\.symver/, "the linker says which names of versions it takes"],
  [/./, /\w'.'|'.'\w/, "GNU as joins the number of a character with its neighbours"],
];

const isExcepted = (exceptions: readonly Exception[], message: string, text: string): boolean =>
  exceptions.some(([pattern, where]) => pattern.test(message) && where.test(text));

/** The attributes, which `differences` sees as bytes of a section, in words. */
const attributesOf = ({ sections }: ElfFile) => {
  const data = sections.find(({ name }) => name === ".riscv.attributes")?.data;
  return data === undefined ? "" : new TextDecoder("latin1").decode(data).replace(/[^ -~]+/g, " ");
};

/** A folder in which GNU as works. */
export class GnuAssembler {
  readonly #folder = mkdtempSync(join(tmpdir(), "as-"));
  readonly #tool: string;

  constructor() {
    const tool = findTool("riscv64-unknown-elf-as");
    if (tool === undefined) throw new Error("riscv64-unknown-elf-as is not on PATH");
    this.#tool = tool;
  }

  /** Compares some sources. One shell starts GNU as for all of them, which is much quicker. */
  compare(sources: readonly Source[]): Comparison[] {
    const path = (index: number, suffix: string) => join(this.#folder, `${index}${suffix}`);
    const commands = sources.map(({ text, march, mabi }, index) => {
      writeFileSync(path(index, ".s"), text);
      return `rm -f ${index}.o; timeout 10 "${this.#tool}" -march=${march} -mabi=${mabi} ${index}.s -o ${index}.o 2>${index}.err; echo $? >${index}.code`;
    });
    tryTool("/bin/sh", ["-s", this.#folder], `cd "$1"\n${commands.join("\n")}\n`);
    return sources.map((source, index) => {
      const said = readFileSync(path(index, ".err"), "latin1");
      const isAccepted = readFileSync(path(index, ".code"), "utf8").trim() === "0";
      return compareOne(
        source,
        this.#folder,
        said,
        isAccepted ? readFileSync(path(index, ".o")) : undefined,
      );
    });
  }

  /** Removes its folder. */
  close(): void {
    rmSync(this.#folder, { recursive: true });
  }
}

function compareOne(
  { text, march, mabi }: Source,
  directory: string,
  said: string,
  object: Uint8Array | undefined,
): Comparison {
  const isAccepted = object !== undefined;
  const result = (kind: Comparison["kind"], found: readonly string[] = []) => ({
    isAccepted,
    said,
    kind,
    found,
  });
  const ours = assemble("0.s", text, {
    ...{ march, mabi, directory, producer: gnuProducer(), readFile: () => undefined },
  });
  const internal = ours.diagnostics.find(({ code }) => code === "internal");
  if (internal !== undefined) return result("fault", [internal.message]);
  const mistakes = ours.diagnostics.filter(({ severity }) => severity === "error");
  const sentences = mistakes.map(({ message, range }) => `${range.start.line + 1}: ${message}`);
  const errors = diagnosed(ours.diagnostics, "error");
  const theirErrors = complained(said, /rror/, (message) => !isExcepted(wider, message, text));
  const isStricter = isExcepted(stricter, mistakes[0]?.message ?? "", text);
  if (isAccepted && errors.length > 0) return result(isStricter ? "" : "refused", sentences);
  const isWider = [...said.matchAll(/rror: (.*)/g)].every(([, message = ""]) =>
    isExcepted(wider, message, text),
  );
  if (!isAccepted && isWider) return result("");
  if (!isAccepted && errors.length === 0) return result("accepted", [said]);
  if (!isAccepted) {
    // Some errors of GNU as have no line, and it looks for some only where there are no others.
    // In expansions we name the argument that is at fault, where there is one.
    // A string without its end stands where it begins, not at the end of the file.
    if (/\.(macro|rept|irpc?)\b/.test(text) || /end of file in string/.test(said))
      return result("");
    const isSame = theirErrors.every((line) => errors.includes(line));
    return isSame ? result("") : result("lines", [`${errors}, not ${theirErrors}`, ...sentences]);
  }
  let written: ElfFile;
  try {
    written = readElf(writeElf(ours.object));
  } catch (error) {
    return result("fault", [(error as Error).message]);
  }
  const expected = readElf(object);
  const found = differences(written, expected);
  if (attributesOf(written) !== attributesOf(expected)) {
    found.push(`attributes ${attributesOf(written)}, not ${attributesOf(expected)}`);
  }
  if (found.length > 0) return result("object", found);
  const theirs = complained(said, /Warning/);
  // A value that is taken for 0 is worth a warning.
  const spoken = ours.diagnostics.filter(
    ({ code, range }) => code !== "assumed-zero" || theirs.includes(range.start.line + 1),
  );
  const warnings = diagnosed(spoken, "warning");
  const isSame = String(warnings) === String(theirs);
  return isSame ? result("") : result("warnings", [`${warnings}, not ${theirs}`]);
}
