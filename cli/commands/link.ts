/** `hartbeat link`: objects and archives into an executable, with the options of GNU ld. */
import { existsSync, readFileSync } from "node:fs";
import { chmod, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import process from "node:process";
import type { Diagnostic } from "../../assembler/diagnostics.ts";
import type { LinkOptions } from "../../assembler/link.ts";
import { link } from "../../assembler/link.ts";
import { openInput } from "../../assembler/linker/inputs.ts";
import type { LinkInput } from "../../assembler/linker/load.ts";
import { orphanHandlings } from "../../assembler/linker/orphans.ts";
import type { Definition } from "../../assembler/linker/provide.ts";
import type { Script } from "../../assembler/linker/script.ts";
import { numberOf } from "../../assembler/linker/script-expression.ts";
import { parseExpression, parseScript } from "../../assembler/linker/script-parser.ts";
import { STB } from "../../elf/constants.ts";
import type { ElfFile } from "../../elf/model.ts";
import { readElf } from "../../elf/reader.ts";
import { writeElf } from "../../elf/writer.ts";
import { oneNamed, showDiagnostics } from "../build.ts";
import { ExitCode, type Options, UsageError, type Values } from "../command.ts";
import { CommandFailure, fileFailure } from "../failure.ts";
import { openBytes, readBytes } from "../files.ts";
import { type LinkArguments, linkOptionRows, readLinkArguments } from "../link-arguments.ts";
import { optimiseLate } from "../optimiser.ts";

export const options: Options = {};

/** What --sort-section takes. */
const sectionOrders = ["name", "alignment"] as const;

/** The arguments are read here: their order counts, and options have one dash. */
export const readsArguments = true;

/** The rows of the help text. */
export const optionRows = linkOptionRows;

/** Runs the command; returns the exit code. */
export async function run(_values: Values, args: readonly string[]): Promise<number> {
  const read = readLinkArguments(args);
  if (read.inputs.length === 0) throw new UsageError("link needs an object file");
  optimiseLate("link");
  const script = readScript(read);
  if (script === undefined) return ExitCode.FAILURE;
  const folders = [...(read.values.get("L") ?? []), ...(script?.searchFolders ?? [])];
  const scripts: Script[] = script === null ? [] : [script];
  const inputs = await readInputs(read, folders, scripts);
  const linkOptions = optionsOf(read, joinScripts(scripts));
  if (inputs === undefined || linkOptions === undefined) return ExitCode.FAILURE;
  const given = await symbolsGiven(read.values.get("just-symbols") ?? []);
  const definitions = [...(linkOptions.definitions ?? []), ...given];
  const result = link(inputs, { ...linkOptions, definitions });
  const { file, diagnostics, map, removed, memoryUsage } = result;
  if (read.flags.has("print-gc-sections")) {
    for (const { section, file: from } of removed) console.error(`${from}: ${section} is left out`);
  }
  if (memoryUsage !== undefined) process.stdout.write(memoryUsage);
  if (map !== undefined) await writeMap(read, map);
  if (!showResult(diagnostics, read)) return ExitCode.FAILURE;
  const { output } = read;
  await writeFile(output, writeElf(file)).catch((error: unknown) => {
    throw fileFailure(output, error);
  });
  if (!read.flags.has("r")) await chmod(output, 0o755);
  return ExitCode.SUCCESS;
}

/** Shows what the linker says; whether the link has succeeded. */
function showResult(diagnostics: readonly Diagnostic[], { flags, output }: LinkArguments): boolean {
  const isWarning = ({ severity }: Diagnostic) => severity !== "error";
  const isQuiet = flags.has("no-warnings");
  const isGood = showDiagnostics(
    isQuiet ? diagnostics.filter((one) => !isWarning(one)) : diagnostics,
  );
  if (!isGood || !flags.has("fatal-warnings") || isQuiet || !diagnostics.some(isWarning)) {
    return isGood;
  }
  process.stderr.write(`${output} is not written, since --fatal-warnings was given\n`);
  return false;
}

/** The scripts of -T: null when there is none, undefined after one was found to be wrong. */
function readScript(read: LinkArguments): Script | null | undefined {
  const paths = read.values.get("T") ?? read.values.get("default-script")?.slice(-1) ?? [];
  let script: Script | null = null;
  for (const path of paths) {
    const next = readScriptFile(path, read.values.get("L") ?? [], script ?? undefined);
    if (next === undefined) return undefined;
    script = next;
  }
  return script;
}

function readScriptFile(
  path: string,
  folders: readonly string[],
  before: Script | undefined,
): Script | undefined {
  const found = existsSync(path)
    ? path
    : (folders.map((folder) => join(folder, path)).find((place) => existsSync(place)) ?? path);
  const readText = (name: string): string | undefined => {
    for (const folder of ["", dirname(found), ...folders]) {
      try {
        return readFileSync(folder === "" ? name : join(folder, name), "utf8");
      } catch {
        // The next folder may have it.
      }
    }
    return undefined;
  };
  const text = readText(found);
  if (text === undefined) throw new CommandFailure(`${path}: No such file or directory`);
  const { script, diagnostics } = parseScript(text, found, readText, before);
  return showDiagnostics(diagnostics) ? script : undefined;
}

async function readInputs(
  { inputs }: LinkArguments,
  folders: readonly string[],
  scripts: Script[],
): Promise<LinkInput[] | undefined> {
  const result: LinkInput[] = [];
  const [script] = scripts;
  let group: LinkInput[] | undefined;
  const add = async (path: string, isWhole: boolean): Promise<boolean> => {
    const content = await openBytes(path);
    if (looksLikeScript(content)) return await addScript(path);
    const { input, diagnostics } = await openInput(path, content, isWhole, readBytes);
    if (input !== undefined) (group ?? result).push(input);
    return showDiagnostics(diagnostics);
  };
  // A script among the inputs names more of them, as some libraries do, or adds to the first one.
  const addScript = async (path: string): Promise<boolean> => {
    const own = readScriptFile(path, folders, undefined);
    if (own === undefined) return false;
    scripts.push(own);
    let isGood = true;
    for (const { names, isGroup } of own.inputs) {
      const outer = group;
      if (isGroup) group = [];
      for (const name of names)
        if (!(await add(placeOf(name, folders, path), false))) isGood = false;
      if (isGroup && group !== undefined) (outer ?? result).push({ group });
      group = outer;
    }
    return isGood;
  };
  let isGood = true;
  for (const argument of inputs) {
    if ("name" in argument) {
      const { kind, name, isWhole } = argument;
      if (!(await add(kind === "file" ? name : libraryPath(name, folders), isWhole)))
        isGood = false;
      continue;
    }
    if (group !== undefined) result.push({ group });
    group = argument.kind === "group-start" ? [] : undefined;
  }
  if (group !== undefined) result.push({ group });
  for (const { names, isGroup } of script?.inputs ?? []) {
    group = isGroup ? [] : undefined;
    for (const name of names) {
      if (!(await add(placeOf(name, folders), false))) isGood = false;
    }
    if (group !== undefined) result.push({ group });
    group = undefined;
  }
  return isGood ? result : undefined;
}

/** Whether a file is text, and so a linker script. */
function looksLikeScript(content: Awaited<ReturnType<typeof openBytes>>): boolean {
  const start =
    content instanceof Uint8Array
      ? content.subarray(0, 256)
      : content.read(0, Math.min(256, content.size));
  const isArchive = /^!<(?:arch|thin)>/.test(new TextDecoder().decode(start.subarray(0, 8)));
  return start.length > 0 && !isArchive && start[0] !== 0x7f && !start.includes(0);
}

/** Where a file is that a script names: as it is, beside the script, or in a folder of -L. */
function placeOf(name: string, folders: readonly string[], script?: string): string {
  if (name.startsWith("-l")) return libraryPath(name.slice(2), folders);
  if (existsSync(name)) return name;
  return pathIn(name, [...(script === undefined ? [] : [dirname(script)]), ...folders]);
}

/** The first script with what others add to it. */
function joinScripts(scripts: readonly Script[]): Script | undefined {
  const [first] = scripts;
  if (first === undefined || scripts.length === 1) return first;
  return {
    ...first,
    statements: scripts.flatMap(({ statements }) => statements),
    memory: scripts.flatMap(({ memory }) => memory),
    aliases: new Map(scripts.flatMap(({ aliases }) => [...aliases])),
    segments: scripts.find(({ segments }) => segments !== undefined)?.segments,
    insertions: scripts.flatMap(({ insertions }) => insertions),
    entry: scripts.find(({ entry }) => entry !== undefined)?.entry,
    wanted: scripts.flatMap(({ wanted }) => wanted),
    hasSections: scripts.some(({ hasSections }) => hasSections),
  };
}

function pathIn(name: string, folders: readonly string[]): string {
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? name;
}

/** The archive of -l; throws `CommandFailure` when no folder of -L has it. */
function libraryPath(name: string, folders: readonly string[]): string {
  const file = name.startsWith(":") ? name.slice(1) : `lib${name}.a`;
  const path = folders.map((folder) => join(folder, file)).find((place) => existsSync(place));
  if (path !== undefined) return path;
  const where = folders.length === 0 ? "; name its folder with -L" : ` in ${folders.join(", ")}`;
  throw new CommandFailure(`there is no ${file}${where}`);
}

/** What ld's options mean to the linker; undefined after a wrong one was shown. */
function optionsOf(read: LinkArguments, script: Script | undefined): LinkOptions | undefined {
  const { values, flags, keywords } = read;
  const last = (name: string) => values.get(name)?.at(-1);
  const entry = last("e");
  const definitions: NonNullable<LinkOptions["definitions"]>[number][] = [];
  for (const text of values.get("defsym") ?? []) {
    const [name = "", value = ""] = splitAt(text, "--defsym needs SYMBOL=VALUE");
    const expression = parseExpression(value, "--defsym");
    if ("code" in expression) {
      showDiagnostics([expression]);
      return undefined;
    }
    definitions.push({ name, value: expression });
  }
  const sectionStarts = new Map<string, bigint>();
  for (const text of values.get("section-start") ?? []) {
    const [name, value] = splitAt(text, "--section-start needs NAME=ADDRESS");
    sectionStarts.set(name, addressOf(value));
  }
  for (const section of ["text", "data", "bss"]) {
    const value = last(`T${section}`);
    if (value !== undefined) sectionStarts.set(`.${section}`, addressOf(value));
  }
  const segmentStart = last("Ttext-segment");
  const segmentStarts = new Map<string, bigint>();
  if (segmentStart !== undefined) segmentStarts.set("text-segment", addressOf(segmentStart));
  const bits = last("m") === "elf32lriscv" ? 32 : last("m") === undefined ? undefined : 64;
  const keyword = (name: string) =>
    keywords.findLast((text) => text.startsWith(`${name}=`))?.slice(name.length + 1);
  const pageSize = keyword("max-page-size");
  const stackSize = keyword("stack-size");
  const orphans = last("orphan-handling");
  const sortedBy = last("sort-section");
  const relro = keywords.findLast((text) => /^(?:no)?relro$/.test(text));
  return {
    layout: "conventional",
    relax: !flags.has("no-relax"),
    collectsGarbage: flags.has("gc-sections") && !flags.has("no-gc-sections"),
    wanted: values.get("u") ?? [],
    required: values.get("require-defined") ?? [],
    symbols: {
      wrapped: values.get("wrap") ?? [],
      takesFirst: flags.has("allow-multiple-definition") || keywords.includes("muldefs"),
    },
    definitions,
    sectionStarts,
    segmentStarts,
    isRelro: relro === "relro",
    magic: flags.has("N") ? "writable" : flags.has("n") ? "unpaged" : "paged",
    warnsOfWritableCode: !flags.has("no-warn-rwx-segments"),
    isRelocatable: flags.has("r"),
    placesCommons: flags.has("d"),
    ...buildIdOf(read),
    sortsCommons: flags.has("sort-common"),
    ...(orphans === undefined ? {} : { orphans: oneNamed("way", orphanHandlings, orphans) }),
    ...(sortedBy === undefined ? {} : { sortedBy: oneNamed("order", sectionOrders, sortedBy) }),
    wantsFrameHeader: flags.has("eh-frame-hdr"),
    wantsMap: values.has("Map") || flags.has("print-map"),
    wantsMemoryUsage: flags.has("print-memory-usage"),
    ...(entry === undefined ? {} : { entry }),
    ...(script === undefined ? {} : { script }),
    ...(bits === undefined ? {} : { bits }),
    ...(pageSize === undefined ? {} : { pageSize: Number(numberOf(pageSize)) }),
    ...(stackSize === undefined ? {} : { stackSize: numberOf(stackSize) }),
    dropsLocals: flags.has("x"),
    ...(flags.has("s") ? { strip: "all" } : flags.has("S") ? { strip: "debug" } : {}),
  };
}

/** The note that --build-id asks for. */
function buildIdOf({ values, flags }: LinkArguments): Pick<LinkOptions, "buildId"> {
  const style = values.get("build-id=")?.at(-1) ?? (flags.has("build-id") ? "sha1" : "none");
  if (style === "none") return {};
  if (style === "sha1" || style === "fast") return { buildId: { length: 20 } };
  if (style === "md5" || style === "uuid") return { buildId: { length: 16 } };
  const digits = /^0x((?:[0-9a-f]{2}[-:]?)+)$/i.exec(style)?.[1]?.replace(/[-:]/g, "");
  if (digits === undefined) {
    throw new UsageError(`there is no --build-id=${style}; give sha1, md5, uuid, 0xHEX or none`);
  }
  const pairs = digits.match(/../g) ?? [];
  return { buildId: { bytes: Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16)) } };
}

function executableIn(path: string, bytes: Uint8Array): ElfFile {
  try {
    return readElf(bytes);
  } catch (error) {
    throw fileFailure(path, error);
  }
}

/** The global symbols of executables, as definitions. */
async function symbolsGiven(paths: readonly string[]): Promise<Definition[]> {
  const definitions: Definition[] = [];
  for (const path of paths) {
    const { symbols } = executableIn(path, await readBytes(path));
    const start = { line: 0, character: 0 };
    const place = { file: path, range: { start, end: start } };
    for (const { name, value, binding, section } of symbols) {
      if (binding === STB.LOCAL || section === "undefined" || section === "common") continue;
      definitions.push({ name, value: { kind: "number", value, place }, isProvided: true });
    }
  }
  return definitions;
}

function splitAt(text: string, complaint: string): [string, string] {
  const equals = text.indexOf("=");
  if (equals <= 0) throw new UsageError(complaint);
  return [text.slice(0, equals), text.slice(equals + 1)];
}

/** Addresses on the command line are hexadecimal, with 0x or without. */
function addressOf(text: string): bigint {
  const digits = text.replace(/^0x/i, "");
  if (!/^[0-9a-f]+$/i.test(digits)) throw new UsageError(`${text} is no hexadecimal address`);
  return BigInt(`0x${digits}`);
}

async function writeMap({ values, flags }: LinkArguments, text: string): Promise<void> {
  if (flags.has("print-map")) process.stdout.write(text);
  const path = values.get("Map")?.at(-1);
  if (path === undefined) return;
  await writeFile(path, text).catch((error: unknown) => {
    throw fileFailure(path, error);
  });
}
