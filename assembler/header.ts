/**
 * The header line: options in a comment of the first five lines of a source, so that a file says
 * itself how to be built: `# hartbeat: march=rv32im environment=rars sources=util.s,more.s`.
 */
import { abiNames } from "../isa/architecture.ts";
import { type Diagnostic, diagnose } from "./diagnostics.ts";
import { type DialectName, dialectNames } from "./dialects/dialect.ts";

/** What a header line can say. */
export interface HeaderOptions {
  march?: string;
  mabi?: string;
  environment?: "linux" | "rars" | "venus" | "ripes";
  /** The language that the source is written in. */
  dialect?: DialectName;
  /** Other sources of the program, beside this one. */
  sources?: string[];
  /** Macros for the preprocessor, as "NAME=VALUE" or "NAME". */
  define?: string[];
  /** Folders of included files, relative to the source. */
  include?: string[];
  /** Arguments of the program, as one text. */
  args?: string;
  /** The symbol to start at. */
  entry?: string;
}

const environments = ["linux", "rars", "venus", "ripes"] as const;

/** The keys, and the values of those that have a choice. */
export const headerKeys = {
  march: undefined,
  mabi: abiNames,
  environment: environments,
  dialect: dialectNames,
  sources: undefined,
  define: undefined,
  include: undefined,
  args: undefined,
  entry: undefined,
} as const satisfies Record<keyof HeaderOptions, readonly string[] | undefined>;

/** The options in the first five lines of a source, and what is wrong with them. */
export function readHeader(
  text: string,
  file = "",
): { options: HeaderOptions; diagnostics: Diagnostic[] } {
  const options: HeaderOptions = {};
  const diagnostics: Diagnostic[] = [];
  for (const [line, content] of text.slice(0, 4000).split("\n").slice(0, 5).entries()) {
    const start = /^\s*(?:#|\/\/|\/\*|;)+\s*hartbeat:/.exec(content);
    // `hartbeat: allow …` is for the editor's lints, on any line.
    if (start === null || /^\s*allow\b/.test(content.slice(start[0].length))) continue;
    const pairs = content
      .slice(start[0].length)
      .matchAll(/([\w-]+)\s*=\s*("[^"]*"|[^\s"]+)|(\S+)/g);
    for (const [whole, key, value, other] of pairs) {
      if (other === "*/") continue;
      const at = content.indexOf(whole, start[0].length);
      const report = (code: string, values: Record<string, string>) => {
        const range = {
          start: { line, character: at },
          end: { line, character: at + whole.length },
        };
        diagnostics.push(diagnose(code, { file, range }, values));
      };
      setOption(
        options,
        key ?? other ?? "",
        (value ?? "").replace(/^"|"$/g, ""),
        key !== undefined,
        report,
      );
    }
  }
  return { options, diagnostics };
}

function setOption(
  options: HeaderOptions,
  key: string,
  value: string,
  hasValue: boolean,
  report: (code: string, values: Record<string, string>) => void,
): void {
  if (!hasValue || !Object.hasOwn(headerKeys, key)) {
    report("unknown-header-key", { name: key, known: Object.keys(headerKeys).join(", ") });
    return;
  }
  const name = key as keyof HeaderOptions;
  const choices: readonly string[] | undefined = headerKeys[name];
  if (choices !== undefined && !choices.includes(value)) {
    report("bad-header-value", { name, value, known: choices.join(", ") });
    return;
  }
  if (name === "sources" || name === "define" || name === "include") {
    options[name] = value.split(",").filter((part) => part !== "");
  } else if (name === "environment") options.environment = value as (typeof environments)[number];
  else if (name === "dialect") options.dialect = value as DialectName;
  else options[name] = value;
}

/** Macros from texts like "NAME=VALUE"; a name alone is 1, as with GCC. */
export function macrosOf(texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const equals = text.indexOf("=");
      return equals < 0 ? [text, "1"] : [text.slice(0, equals), text.slice(equals + 1)];
    }),
  );
}
