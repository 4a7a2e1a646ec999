/**
 * The launch attributes: one table with what each means and which values it takes. The same table
 * checks a launch, and documents it.
 */

import { type DialectName, dialectNames } from "../assembler/dialects/dialect.ts";
import { type EngineName, engineNames } from "../emulator/engines.ts";
import { type EnvironmentName, environmentNames } from "../emulator/process/layout.ts";
import { abiNames } from "../isa/architecture.ts";
import { type ChecksAttribute, checkNames, checks, isCheckName } from "./checks/checks.ts";
import { badAttribute, noProgram, unknownAttribute } from "./errors.ts";
import { type Radix, radixes } from "./formats.ts";

/** A launch's attributes, checked. What is absent comes from the source's header or a default. */
export interface LaunchAttributes {
  /** Given unless there is a recording. */
  readonly program?: string;
  readonly recording?: string;
  readonly sources?: readonly string[];
  readonly define?: Readonly<Record<string, string>>;
  readonly include?: readonly string[];
  readonly forcedInclude?: readonly string[];
  readonly march?: string;
  readonly mabi?: string;
  readonly dialect?: DialectName;
  readonly environment?: EnvironmentName;
  readonly test?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly mounts?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly stopOnEntry?: boolean;
  readonly noDebug?: boolean;
  readonly stepIntoMacros?: boolean;
  readonly stepIntoPseudoInstructions?: boolean;
  readonly radix?: Radix;
  readonly engine?: EngineName;
  readonly history?: boolean;
  readonly stopOnExit?: boolean;
  readonly checks?: ChecksAttribute;
  readonly defaults?: LaunchDefaults;
}

/** What holds where neither a launch nor the source's header line says otherwise. */
export type LaunchDefaults = Pick<LaunchAttributes, "march" | "environment" | "dialect">;

/** What a value must be: the words of the message, the test, and its JSON schema. */
interface Kind {
  readonly expected: string;
  readonly accepts: (value: unknown) => boolean;
  readonly schema: Readonly<Record<string, unknown>>;
}

const isText = (value: unknown): value is string => typeof value === "string";
const isTexts = (value: unknown) => Array.isArray(value) && value.every(isText);

const text: Kind = { expected: "a string", accepts: isText, schema: { type: "string" } };
const fullText: Kind = {
  expected: "a string that is not empty",
  accepts: (value) => isText(value) && value !== "",
  schema: { type: "string", minLength: 1 },
};
const truth: Kind = {
  expected: "true or false",
  accepts: (value) => typeof value === "boolean",
  schema: { type: "boolean" },
};
const texts: Kind = {
  expected: "a list of strings",
  accepts: isTexts,
  schema: { type: "array", items: { type: "string" } },
};
const variables: Kind = {
  expected: "an object whose values are strings",
  accepts: (value) =>
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every(isText),
  schema: { type: "object", additionalProperties: { type: "string" } },
};
const folders: Kind = {
  expected: 'an object from paths that begin with "/" to folders',
  accepts: (value) =>
    variables.accepts(value) && Object.keys(value as object).every((key) => key.startsWith("/")),
  schema: {
    type: "object",
    propertyNames: { pattern: "^/" },
    additionalProperties: { type: "string" },
  },
};
const defaults: Kind = {
  expected: "an object with march, environment and dialect",
  accepts: (value) =>
    variables.accepts(value) &&
    Object.keys(value as object).every((key) => ["march", "environment", "dialect"].includes(key)),
  schema: {
    type: "object",
    properties: {
      march: { type: "string" },
      environment: { type: "string" },
      dialect: { type: "string" },
    },
    additionalProperties: false,
  },
};
const isCheck = (name: unknown) => isText(name) && isCheckName(name);
const namedChecks = checkNames.map((name) => `"${name}"`).join(", ");
const checked: Kind = {
  expected: `true, a list of ${namedChecks}, or an object that says true or false for each`,
  accepts: (value) => {
    if (typeof value === "boolean") return true;
    if (Array.isArray(value)) return value.every(isCheck);
    return (
      typeof value === "object" &&
      value !== null &&
      Object.entries(value).every(([name, isOn]) => isCheck(name) && typeof isOn === "boolean")
    );
  },
  schema: {
    anyOf: [
      { type: "boolean" },
      { type: "array", items: { type: "string", enum: checkNames }, uniqueItems: true },
      {
        type: "object",
        properties: Object.fromEntries(
          checkNames.map((name) => [
            name,
            { type: "boolean", description: checks[name].description },
          ]),
        ),
        additionalProperties: false,
      },
    ],
  },
};
const oneOf = (values: readonly string[]): Kind => ({
  expected: `one of ${values.map((value) => `"${value}"`).join(", ")}`,
  accepts: (value) => isText(value) && values.includes(value),
  schema: { type: "string", enum: values },
});

/** Every launch attribute of Hartbeat's own. */
export const launchAttributes: Readonly<
  Record<keyof LaunchAttributes, { readonly kind: Kind; readonly summary: string }>
> = {
  program: {
    kind: fullText,
    summary: "The program: an assembly source (.s, .S, .asm) or an ELF executable for RISC-V.",
  },
  recording: {
    kind: fullText,
    summary:
      "A recording (.hartbeat-recording) to open, in place of a program: the run is gone back and forth in.",
  },
  sources: { kind: texts, summary: "More assembly sources, linked with the program." },
  define: { kind: variables, summary: "Macros for the preprocessor of .S files, by name." },
  include: { kind: texts, summary: "Folders in which included files are looked for." },
  forcedInclude: {
    kind: texts,
    summary: "Files that are included before the first line of every .S file.",
  },
  march: {
    kind: fullText,
    summary: 'The architecture to assemble for, such as "rv64gc" or "rv32im".',
  },
  mabi: {
    kind: oneOf(abiNames),
    summary: "The ABI to assemble for; the architecture's by default.",
  },
  dialect: {
    kind: oneOf(dialectNames),
    summary: "The language of the sources: GNU's, or a teaching simulator's.",
  },
  environment: {
    kind: oneOf(environmentNames),
    summary: "Whose environment calls the program makes: Linux's, or a teaching simulator's.",
  },
  test: {
    kind: fullText,
    summary:
      "A function of the program to call alone, in place of the program; its result is the exit status, " +
      "0 for success.",
  },
  args: { kind: texts, summary: "The program's arguments, without its name." },
  env: { kind: variables, summary: "The program's environment variables." },
  cwd: { kind: fullText, summary: "The folder that the program sees as its root and works in." },
  mounts: {
    kind: folders,
    summary:
      "More folders that the program sees, by the path at which it does, such as " +
      '{ "/lib": "/path/to/riscv64/lib" } for the libraries of a dynamically linked program.',
  },
  stdin: {
    kind: text,
    summary: "The program's whole standard input; without it the terminal is the input.",
  },
  stopOnEntry: {
    kind: truth,
    summary: "Whether to stop at the first instruction; without it, when there is no breakpoint.",
  },
  noDebug: { kind: truth, summary: "Runs the program without stopping anywhere." },
  stepIntoMacros: {
    kind: truth,
    summary:
      "Whether Step Into goes into macros of the assembler and repetitions, and the call stack shows " +
      "them; true by default. Without it each call is one line.",
  },
  stepIntoPseudoInstructions: {
    kind: truth,
    summary:
      "Whether Step Into goes through a pseudo-instruction, such as `li` or `call`, one instruction " +
      "at a time; false by default. Stepping by instructions always does.",
  },
  radix: { kind: oneOf(radixes), summary: "How integers are shown at first." },
  engine: {
    kind: oneOf(engineNames),
    summary: "What runs the instructions; all engines do exactly the same.",
  },
  history: {
    kind: truth,
    summary: "Whether the run is recorded, so that it can be gone back in; true by default.",
  },
  stopOnExit: {
    kind: truth,
    summary: "Whether to stop when the program ends, so that one can go back from there.",
  },
  checks: {
    kind: checked,
    summary:
      "Checks of the run for what the hardware lets pass: true for all, or their names, such as " +
      '["saved-registers", "heap"]; see the page on checks.',
  },
  defaults: {
    kind: defaults,
    summary: "The march, environment and dialect that hold where nothing else says; from settings.",
  },
};

/** What clients add to a launch for themselves. */
const clientAttributes = new Set([
  "type",
  "request",
  "name",
  "preLaunchTask",
  "postDebugTask",
  "internalConsoleOptions",
  "presentation",
  "serverReadyAction",
  "suppressMultipleSessionWarning",
  "debugServer",
  "order",
  "windows",
  "linux",
  "osx",
  "console",
  "restart",
]);

/**
 * Checks the arguments of a launch; throws a RequestError that names the attribute at fault.
 * @param note is told of attributes that are passed over: clients add some for themselves
 */
export function checkLaunch(
  attributes: unknown,
  note: (text: string) => void = () => undefined,
): LaunchAttributes {
  const given = (attributes ?? {}) as Record<string, unknown>;
  const checked: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    if (name.startsWith("__") || clientAttributes.has(name)) continue;
    if (!Object.hasOwn(launchAttributes, name)) {
      const meant = nearest(name);
      if (meant !== undefined) throw unknownAttribute(name, meant);
      note(`The launch attribute "${name}" is not known and was passed over.`);
      continue;
    }
    // A client may pass what its person left out as null.
    if (value === undefined || value === null) continue;
    const { kind } = launchAttributes[name as keyof LaunchAttributes];
    if (!kind.accepts(value)) throw badAttribute(name, kind.expected);
    checked[name] = value;
  }
  const isGiven = (name: string) => checked[name] !== undefined;
  if (!isGiven("program") && !isGiven("recording")) throw noProgram();
  return checked as unknown as LaunchAttributes;
}

/** The attribute's name that is at most two edits away. */
function nearest(name: string): string | undefined {
  const distances = Object.keys(launchAttributes).map(
    (known) => [distance(name.toLowerCase(), known.toLowerCase()), known] as const,
  );
  const [least] = distances.sort(([a], [b]) => a - b);
  return least !== undefined && least[0] <= 2 ? least[1] : undefined;
}

/** Levenshtein's distance, row by row. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
