/**
 * The arguments of `hartbeat link`, which are those of GNU ld: options have one dash or two, and
 * their order among the files counts. A table says of each option whether it takes a value.
 */
import { UsageError } from "./command.ts";

/** A file or library among the arguments, as options before it have it. */
export type LinkArgument =
  | { readonly kind: "file" | "library"; readonly name: string; readonly isWhole: boolean }
  | { readonly kind: "group-start" | "group-end" };

/** What the arguments say. */
export interface LinkArguments {
  output: string;
  inputs: LinkArgument[];
  /** Values of options that may be given several times, or once. */
  values: Map<string, string[]>;
  flags: Set<string>;
  /** What stands behind -z. */
  keywords: string[];
}

/** Options with a value: names, and the text that stands for the value in the help. */
const valued: readonly (readonly [names: string, value: string, help: string])[] = [
  ["o output", "FILE", "where to write the executable (default: a.out)"],
  ["e entry", "SYMBOL", "where the program begins"],
  ["T script", "FILE", "the linker script (several are read one behind the other)"],
  ["default-script dT", "FILE", "the linker script, where -T gives none"],
  ["L library-path", "DIR", "where to look for libraries"],
  ["l library", "NAME", "link libNAME.a"],
  ["Map", "FILE", "write a map of what went where"],
  ["m", "EMULATION", "elf64lriscv or elf32lriscv"],
  ["u undefined", "SYMBOL", "a symbol that must be found, in archives too"],
  ["require-defined", "SYMBOL", "a symbol that must be found, or the link fails"],
  ["wrap", "SYMBOL", "lead references to SYMBOL to __wrap_SYMBOL, and __real_SYMBOL to it"],
  ["defsym", "SYMBOL=VALUE", "give a symbol a value"],
  ["just-symbols R", "FILE", "take values of symbols from an executable, and nothing else"],
  ["section-start", "NAME=ADDRESS", "where a section begins"],
  ["Ttext", "ADDRESS", "where code begins"],
  ["Ttext-segment", "ADDRESS", "where the first segment begins, with the file's headers"],
  ["Tdata", "ADDRESS", "where data begins"],
  ["Tbss", "ADDRESS", "where zeroed data begins"],
  ["sort-section", "ORDER", "sort what patterns of the script match: name or alignment"],
  ["orphan-handling", "HOW", "sections that the script lacks: place, discard, warn or error"],
  ["build-id=", "STYLE", "the same: sha1, md5, uuid, 0xHEX, or none"],
  ["z", "KEYWORD", "relro, norelro, muldefs, max-page-size=N, stack-size=N; others are ignored"],
  ["O", "LEVEL", "ignored: strings are always merged"],
  ["plugin plugin-opt dynamic-linker I", "TEXT", "ignored, for compilers that pass it"],
];

/** Options without a value. */
const plain: readonly (readonly [names: string, help: string])[] = [
  ["gc-sections", "leave out sections that nothing reaches"],
  ["no-gc-sections", "keep all sections (the default)"],
  ["print-gc-sections", "say which sections are left out"],
  ["start-group (", "search the archives that follow together"],
  ["end-group )", "end of such archives"],
  ["whole-archive", "take all members of the archives that follow"],
  ["no-whole-archive", "take only the members that are wanted"],
  ["relax", "make code smaller where addresses allow it (the default)"],
  ["no-relax", "keep code as it was compiled"],
  ["static Bstatic dn non_shared", "link statically, as always"],
  ["print-map M", "write the map to standard output"],
  ["print-memory-usage", "say how full the script's regions of memory are"],
  ["allow-multiple-definition", "of several definitions of a symbol take the first"],
  ["eh-frame-hdr", "make an index of the unwind tables"],
  ["build-id", "make a note that identifies the program, by a hash of it"],
  ["s strip-all", "leave out symbols and debug information"],
  ["S strip-debug", "leave out debug information"],
  ["x discard-all", "leave out local symbols"],
  ["r relocatable i Ur", "join objects into one object, to be linked again"],
  ["d dc dp", "with -r: give common symbols memory"],
  ["n nmagic", "pages are not apart in the file"],
  ["N omagic", "code is writable, and data follows without a page of its own"],
  ["no-omagic", "code is read-only, and data has pages of its own (the default)"],
  ["sort-common", "place common symbols by their alignment"],
  ["warn-rwx-segments", "warn of memory that can be written and run (the default)"],
  ["no-warn-rwx-segments", "do not warn of it"],
  ["fatal-warnings", "fail where there is a warning"],
  ["no-fatal-warnings", "succeed where there are warnings only (the default)"],
  ["no-warnings w", "show no warnings"],
  ["push-state", "remember whether whole archives are taken"],
  ["pop-state", "go back to what was remembered last"],
  ["nostdlib", "no folders but those of -L, as always"],
];

/** Accepted for the sake of compilers that pass them; they change nothing here. */
const ignored = new RegExp(
  `^(?:${[
    "hash-style=.*", "sysroot=.*", "plugin-opt=.*", "melf\\w+", "lto-O\\d",
    "(?:no-)?as-needed", "(?:no-)?warn-common", "(?:no-)?check-sections", "no-undefined(?:-version)?",
    "EL", "X", "discard-locals", "discard-none", "no-dynamic-linker", "cref", "no-pie",
    "(?:no-)?print-map-discarded", "no-print-gc-sections", "no-eh-frame-hdr", "no-export-dynamic",
    "(?:no-)?warn-execstack", "no-warn-mismatch", "no-keep-memory", "reduce-memory-overheads",
  ].join("|")})$`,
); // biome-ignore format: a table

const valuedNames = new Map(
  valued.flatMap(([names]) =>
    names.split(" ").map((name) => [name, names.split(" ")[0] as string]),
  ),
);
const plainNames = new Map(
  plain.flatMap(([names]) => names.split(" ").map((name) => [name, names.split(" ")[0] as string])),
);

/** Reads the arguments; throws `UsageError`. */
export function readLinkArguments(args: readonly string[]): LinkArguments {
  const result: LinkArguments = {
    output: "a.out",
    inputs: [],
    values: new Map(),
    flags: new Set(),
    keywords: [],
  };
  let isWhole = false;
  const states: boolean[] = [];
  const queue = [...args];
  for (let text = queue.shift(); text !== undefined; text = queue.shift()) {
    if (text === "(" || text === ")") text = `-${text}`;
    if (!text.startsWith("-") || text === "-") {
      result.inputs.push({ kind: "file", name: text, isWhole });
      continue;
    }
    const option = splitOption(text, queue);
    if (option === undefined) continue;
    const { name, value } = option;
    if (value !== undefined) take(result, name, value, isWhole);
    else if (name === "start-group" || name === "end-group") {
      result.inputs.push({ kind: name === "start-group" ? "group-start" : "group-end" });
    } else if (name === "whole-archive" || name === "no-whole-archive")
      isWhole = name === "whole-archive";
    else if (name === "push-state") states.push(isWhole);
    else if (name === "pop-state") isWhole = states.pop() ?? isWhole;
    else turn(result.flags, name);
  }
  return result;
}

/** Options of which the last one counts. */
const opposites: Readonly<Record<string, readonly string[]>> = {
  "gc-sections": ["no-gc-sections"],
  "no-gc-sections": ["gc-sections"],
  relax: ["no-relax"],
  "no-relax": ["relax"],
  n: ["N"],
  N: ["n"],
  "no-omagic": ["n", "N"],
  "warn-rwx-segments": ["no-warn-rwx-segments"],
  "no-warn-rwx-segments": ["warn-rwx-segments"],
  "fatal-warnings": ["no-fatal-warnings"],
  "no-fatal-warnings": ["fatal-warnings"],
};

function turn(flags: Set<string>, name: string): void {
  for (const other of opposites[name] ?? []) flags.delete(other);
  flags.add(name);
}

function take(result: LinkArguments, name: string, value: string, isWhole: boolean): void {
  if (name === "o") result.output = value;
  else if (name === "l") result.inputs.push({ kind: "library", name: value, isWhole });
  else if (name === "z") result.keywords.push(value);
  else result.values.set(name, [...(result.values.get(name) ?? []), value]);
}

/** An option's first name and its value; undefined for one that is ignored. */
function splitOption(text: string, queue: string[]): { name: string; value?: string } | undefined {
  const body = text.replace(/^--?/, "");
  const equals = body.indexOf("=");
  const long = equals < 0 ? body : body.slice(0, equals);
  const style = /^build-id=(.*)$/.exec(body)?.[1];
  if (style !== undefined) return { name: "build-id=", value: style };
  const known = valuedNames.get(long);
  if (known !== undefined) {
    const value = equals < 0 ? queue.shift() : body.slice(equals + 1);
    if (value === undefined) throw new UsageError(`${text} needs a value`);
    return { name: known, value };
  }
  const flag = plainNames.get(body);
  if (flag !== undefined) return { name: flag };
  if (ignored.test(body)) return undefined;
  // A letter with its value directly behind, as in -Ldir and -lc.
  const short = valuedNames.get(body[0] ?? "");
  if (!text.startsWith("--") && short?.length === 1 && body.length > 1) {
    return { name: short, value: body.slice(1) };
  }
  throw new UsageError(`there is no option "${text}"; hartbeat link --help lists them`);
}

/** The options for the help text. */
export function linkOptionRows(): [flag: string, help: string][] {
  const flag = (names: string) =>
    names
      .split(" ")
      .map((name) => (name.length === 1 ? `-${name}` : `--${name}`))
      .join(", ");
  return [
    ...valued.map(([names, value, help]): [string, string] => [`${flag(names)} ${value}`, help]),
    ...plain.map(([names, help]): [string, string] => [flag(names), help]),
  ];
}
