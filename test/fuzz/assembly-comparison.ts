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

const complained = (said: string, kind: RegExp) =>
  lineNumbers(
    [...said.matchAll(/^[^ :]+:(\d+): (Fatal error|Error|Warning): (.*)$/gm)]
      .filter(
        ([, , what = "", text = ""]) =>
          kind.test(what) && !/^(here is the previous|previous definition)/.test(text),
      )
      .map(([, line]) => Number(line)),
  );

const diagnosed = (diagnostics: readonly Diagnostic[], kind: Diagnostic["severity"]) =>
  lineNumbers(
    diagnostics
      .filter(({ severity }) => severity === kind)
      .map(({ range }) => range.start.line + 1),
  );

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
      return compareOne(source, said, isAccepted ? readFileSync(path(index, ".o")) : undefined);
    });
  }

  /** Removes its folder. */
  close(): void {
    rmSync(this.#folder, { recursive: true });
  }
}

function compareOne(
  { text, march, mabi }: Source,
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
  const ours = assemble("0.s", text, { march, mabi, readFile: () => undefined });
  const internal = ours.diagnostics.find(({ code }) => code === "internal");
  if (internal !== undefined) return result("fault", [internal.message]);
  const sentences = ours.diagnostics
    .filter(({ severity }) => severity === "error")
    .map(({ message, range }) => `${range.start.line + 1}: ${message}`);
  const errors = diagnosed(ours.diagnostics, "error");
  const theirErrors = complained(said, /rror/);
  if (isAccepted && errors.length > 0) return result("refused", sentences);
  // Newer ones leave such differences to the linker and know more CSRs, as we do.
  const isNewer = [...said.matchAll(/Error: (.*)/g)].every(([, text]) =>
    /^(non-constant .uleb128 is not supported|unknown CSR|invalid operands \(\*UND\* and)/.test(
      text ?? "",
    ),
  );
  if (!isAccepted && isNewer) return result("");
  if (!isAccepted && errors.length === 0) return result("accepted", [said]);
  if (!isAccepted) {
    // Some errors of GNU as have no line, and it looks for some only where there are no others.
    // In expansions we name the argument that is at fault, where there is one.
    if (/\.(macro|rept|irpc?)\b/.test(text)) return result("");
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
  const [warnings, theirs] = [
    diagnosed(ours.diagnostics, "warning"),
    complained(said, /Warning/),
  ].map(String);
  return warnings === theirs ? result("") : result("warnings", [`${warnings}, not ${theirs}`]);
}
