/**
 * A source assembled by GNU as in two versions and by us, with the same options: the lines that are
 * refused or warned of, what is in the object, and the disassembly of the object.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { type AssembleOptions, assemble } from "../../assembler/assemble.ts";
import type { Diagnostic } from "../../assembler/diagnostics.ts";
import { disassembly } from "../../cli/dump/disassembly.ts";
import { SHT } from "../../elf/constants.ts";
import type { ElfFile } from "../../elf/model.ts";
import { readElf } from "../../elf/reader.ts";
import { writeElf } from "../../elf/writer.ts";
import { isaEditions } from "../../isa/architecture.ts";
import { privilegedEditions } from "../../isa/csr-editions.ts";
import { tryTool } from "../tools.ts";
import { differences } from "./object-comparison.ts";
import { type SuiteCase, textOf } from "./suite-cases.ts";

/** A version of GNU's assembler and disassembler. */
export interface Binutils {
  readonly version: string;
  readonly as: readonly string[];
  readonly objdump: readonly string[];
}

/** What GNU as made of a case. */
export interface Expected {
  readonly isAccepted: boolean;
  /** What it said. */
  readonly said: string;
  readonly object: Uint8Array;
  readonly listings: readonly [aliases: string, noAliases: string];
}

/** What became of a case. */
export interface Outcome {
  readonly kind:
    | "equal"
    /** An option of GNU as that we do not have. */
    | "option"
    | "rejected"
    | "fault"
    | "slow"
    | "refused"
    | "accepted"
    | "lines"
    | "warnings"
    | "object"
    | "listing";
  readonly found: readonly string[];
}

/** Options of GNU as that change nothing of what is compared, or only what it prints. */
const irrelevant =
  /^(-W|-a.*|-L|--keep-locals|--strip-local-absolute|-mlittle-endian|--listing.*|-Z|-K|--no-pad-sections|--reduce-memory-overheads|--hash-size=.*|--gdwarf-cie-version=.*|-n|--nocompress.*|--compress-debug-sections=none|--warn|-w|-J)$/;

/** What options without values mean. */
const switches: Readonly<Record<string, Partial<AssembleOptions>>> = {
  "-mcsr-check": { checksCsrs: true },
  "-mno-csr-check": { checksCsrs: false },
  "-mrelax": { relax: true },
  "-mno-relax": { relax: false },
  "-march-attr": { hasAttributes: true },
  "-mno-arch-attr": { hasAttributes: false },
  "-fpic": { pic: true },
  "-fPIC": { pic: true },
  "-fno-pic": { pic: false },
  "--alternate": { alternate: true },
};

/** Our options for those of GNU as; a text that names one that we do not have. */
export function optionsOf(args: readonly string[]): Partial<AssembleOptions> | string {
  // What GNU as takes where nothing is said.
  const options: Partial<AssembleOptions> = { march: "rv64g" };
  const define: Record<string, string> = {};
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? "";
    const [, name = word, value = ""] = /^(-[^=]*)=(.*)$/.exec(word) ?? [];
    if (name === "-march") options.march = value;
    else if (name === "-mabi") options.mabi = value;
    else if (/^--?defsym$/.test(name)) {
      const [symbol = "", text = "0"] = (value === "" ? (args[++at] ?? "") : value).split("=");
      define[symbol] = text;
    } else if (/^(-g|--gen-debug|-gstabs.*|--gdwarf-2|-gdwarf-2|--gstabs)$/.test(word)) {
      if (/stabs/.test(word)) return word;
      options.debug = true;
    } else if (/^--?gdwarf-[345]$/.test(word)) {
      options.debug = true;
      options.dwarf = Number(word.slice(-1));
    } else if (name === "-misa-spec") {
      const edition = isaEditions.find((one) => one === value);
      if (edition === undefined) return word;
      options.isaEdition = edition;
    } else if (name === "-mpriv-spec") {
      const edition = privilegedEditions.find((one) => one === value);
      if (edition === undefined) return word;
      options.privilegedEdition = edition;
    } else if (switches[word] !== undefined) Object.assign(options, switches[word]);
    else if (word === "-I") options.folders = [...(options.folders ?? []), args[++at] ?? ""];
    else if (/^-I./.test(word)) options.folders = [...(options.folders ?? []), word.slice(2)];
    else if (!irrelevant.test(word)) return word;
  }
  return { ...options, ...(Object.keys(define).length > 0 ? { define } : {}) };
}

/** What a version of GNU as makes of a case; kept in a folder, since thousands take their time. */
export function expected(tools: Binutils, one: SuiteCase, store: string): Expected {
  const { path, args } = one;
  const text = textOf(one);
  const key = createHash("sha1").update(`${tools.version}\n${path}\n${text}\n${args.join("\n")}`);
  const folder = join(store, key.digest("hex"));
  const file = (name: string) => join(folder, name);
  if (!existsSync(file("done"))) {
    mkdirSync(folder, { recursive: true });
    const run = (text: string) => tryTool("/bin/sh", ["-c", text, dirname(path)]);
    const quoted = (words: readonly string[]) =>
      words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
    const isChanged = text !== readFileSync(path, "utf8");
    const source = isChanged ? file(basename(path)) : basename(path);
    if (isChanged) writeFileSync(source, text);
    const as = quoted([...tools.as, ...args, source, "-o", file("o")]);
    const said = run(`cd "$0" && rm -f ${file("o")} && timeout 20 ${as}`);
    writeFileSync(file("said"), `${said.code}\n${said.stderr}`);
    const isAccepted = said.code === 0 && existsSync(file("o"));
    for (const flags of isAccepted ? [[], ["-M", "no-aliases"]] : []) {
      const objdump = quoted([...tools.objdump, "-d", ...flags, file("o")]);
      writeFileSync(file(`listing${flags.length}`), run(objdump).stdout);
    }
    writeFileSync(file("done"), "");
  }
  const [code = "", ...said] = readFileSync(file("said"), "utf8").split("\n");
  const isAccepted = code === "0" && existsSync(file("o"));
  const listing = (count: number) =>
    isAccepted ? readFileSync(file(`listing${count}`), "utf8") : "";
  return {
    isAccepted,
    said: said.join("\n"),
    object: isAccepted ? readFileSync(file("o")) : new Uint8Array(),
    listings: [listing(0), listing(2)],
  };
}

const sorted = (numbers: Iterable<number>) => [...new Set(numbers)].sort((a, b) => a - b);

/** The lines of a file that GNU as complains of. */
function complained(said: string, name: string, kind: RegExp): number[] {
  return sorted(
    said.split("\n").flatMap((text) => {
      const [, file, line, what = "", message = ""] =
        /^(.*?):(\d+): (Fatal error|Error|Warning): (.*)$/.exec(text) ?? [];
      const isSecond = /^(here is the previous|previous definition)/.test(message);
      return basename(file ?? "") === name && kind.test(what) && !isSecond ? [Number(line)] : [];
    }),
  );
}

/** The lines of a file that we complain of, in its macros those of the calls too. */
function diagnosed(
  diagnostics: readonly Diagnostic[],
  name: string,
  kind: Diagnostic["severity"],
): number[] {
  return sorted(
    diagnostics
      .filter(({ severity, file }) => severity === kind && file === name)
      .map(({ range }) => range.start.line + 1),
  );
}

/** The lines of a disassembly, without the first ones, which name the file. */
const listed = (text: string) =>
  /Disassembly of/.test(text) ? text.slice(text.indexOf("Disassembly of")).trimEnd() : "";

/** What we make of a case. */
export interface Ours {
  readonly diagnostics: readonly Diagnostic[];
  readonly bytes: Uint8Array;
  readonly milliseconds: number;
}

/** Assembles a case; the producer is the one that GNU as would name in debug information. */
export function assembled(
  one: SuiteCase,
  options: Partial<AssembleOptions>,
  producer: string,
): Ours {
  const { path } = one;
  const folder = dirname(path);
  const text = textOf(one);
  const start = performance.now();
  const { diagnostics, object } = assemble(basename(path), text, {
    ...options,
    preprocess: false,
    directory: folder,
    producer,
    readFile(name) {
      const full = name.startsWith("/") ? name : join(folder, name);
      try {
        return new Uint8Array(readFileSync(full));
      } catch {
        return undefined;
      }
    },
  });
  const isWritten = diagnostics.every(({ severity }) => severity !== "error");
  const bytes = isWritten ? writeElf(object) : new Uint8Array();
  return { diagnostics, bytes, milliseconds: performance.now() - start };
}

/**
 * A file in which names of architectures leave out the parts of A and C, which binutils after 2.40
 * name beside the whole.
 */
function alike(file: ElfFile): ElfFile {
  const plain = (text: string) => text.replaceAll(/_(zaamo|zalrsc|zca|zcf|zcd)1p0/g, "");
  const sections = file.sections.map((section) => {
    if (section.type !== SHT.RISCV_ATTRIBUTES) return section;
    // Lengths stand in front.
    const text = plain(Buffer.from(section.data.subarray(5)).toString("latin1"));
    const data = Buffer.from(text.replace(/^riscv\0.{5}/s, ""), "latin1");
    return { ...section, data, size: BigInt(data.length) };
  });
  for (const symbol of file.symbols) symbol.name = plain(symbol.name);
  return { ...file, sections };
}

/** How long a source may take, in milliseconds. */
const patience = 5000;

/** Compares what we made of a case with what GNU as made of it. */
export function compare(one: SuiteCase, ours: Ours, theirs: Expected): Outcome {
  const { diagnostics, bytes, milliseconds } = ours;
  const name = basename(one.path);
  const internal = diagnostics.find(({ code }) => code === "internal");
  if (internal !== undefined) return { kind: "fault", found: [internal.message] };
  if (milliseconds > patience) return { kind: "slow", found: [`${milliseconds} ms`] };
  const mistakes = diagnostics.filter(({ severity }) => severity === "error");
  const sentences = mistakes.map(({ message, range }) => `${range.start.line + 1}: ${message}`);
  if (theirs.isAccepted && mistakes.length > 0) return { kind: "refused", found: sentences };
  if (!theirs.isAccepted && mistakes.length === 0) {
    return { kind: "accepted", found: theirs.said.split("\n") };
  }
  if (!theirs.isAccepted) {
    const [mine, gnus] = [
      diagnosed(diagnostics, name, "error"),
      complained(theirs.said, name, /rror/),
    ];
    // What is wrong with options has no line, and we say it of the first one.
    const isOfOptions = mistakes.every(({ code }) => /^bad-(architecture|abi)$/.test(code));
    if (isOfOptions && gnus.length === 0) return { kind: "rejected", found: [] };
    // Some of its errors have no line, and it looks for some only where there are no others.
    if (gnus.every((line) => mine.includes(line))) return { kind: "rejected", found: [] };
    const only = sentences.filter((text) => !gnus.includes(Number.parseInt(text, 10)));
    const missing = theirs.said
      .split("\n")
      .filter((text) => !mine.includes(Number(/:(\d+): /.exec(text)?.[1])));
    return {
      kind: "lines",
      found: [...only.map((text) => `only ours: ${text}`), ...missing.map((t) => `only GNU: ${t}`)],
    };
  }
  const expectedFile = readElf(theirs.object);
  const found = differences(alike(readElf(bytes)), alike(readElf(theirs.object)));
  if (found.length > 0) return { kind: "object", found };
  const listings = theirs.listings.map((text) => listed(text));
  for (const [at, aliases] of [true, false].entries()) {
    const text = listed(disassembly(expectedFile, { aliases, relocations: false })).split("\n");
    const wanted = (listings[at] ?? "").split("\n");
    const differing = wanted.findIndex((line, index) => line !== text[index]);
    if (differing >= 0) {
      return { kind: "listing", found: [`${text[differing]} | ${wanted[differing]}`] };
    }
  }
  const warned = diagnosed(diagnostics, name, "warning");
  const gnus = complained(theirs.said, name, /Warning/);
  if (String(warned) === String(gnus)) return { kind: "equal", found: [] };
  const spoken = diagnostics
    .filter(({ severity }) => severity === "warning")
    .map(({ message, range }) => `${range.start.line + 1}: ${message}`);
  return {
    kind: "warnings",
    found: [...spoken.map((t) => `ours: ${t}`), ...theirs.said.split("\n").map((t) => `GNU: ${t}`)],
  };
}

/** What GNU as says where it is too old for a case. */
const tooOld = /unknown prefixed ISA|must be set with the versions|unknown CSR|unrecognized opcode/;

/** What became of a case, compared with the version of GNU as that agrees most. */
export function judge(one: SuiteCase, tools: readonly Binutils[], store: string): Outcome {
  const options = optionsOf(one.args);
  if (typeof options === "string") return { kind: "option", found: [options] };
  const outcomes: Outcome[] = [];
  let isTooOld = false;
  for (const tool of tools) {
    const theirs = expected(tool, one, store);
    let outcome: Outcome;
    try {
      outcome = compare(one, assembled(one, options, `GNU AS ${tool.version}`), theirs);
    } catch (error) {
      return { kind: "fault", found: [String(error)] };
    }
    if (/^(equal|rejected|fault|slow)$/.test(outcome.kind)) return outcome;
    if (outcomes.length === 0) isTooOld = tooOld.test(theirs.said);
    outcomes.push(outcome);
  }
  const [older, newer] = outcomes;
  if (older === undefined || newer === undefined) return older ?? { kind: "equal", found: [] };
  return isTooOld || /^(refused|accepted)$/.test(older.kind) ? newer : older;
}
