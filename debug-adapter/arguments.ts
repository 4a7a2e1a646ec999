/**
 * Checks the arguments of the protocol's requests before a handler sees them: a name means the same
 * in every request, so one table of names says what each value must be, and a second one which of
 * them a request cannot do without. What a handler checks more closely itself is not here.
 */
import { badArgument } from "./errors.ts";

/** What a value must be: the words of the message, and the test. */
interface Kind {
  readonly expected: string;
  readonly accepts: (value: unknown) => boolean;
}

const number: Kind = { expected: "a whole number", accepts: Number.isSafeInteger };
const text: Kind = { expected: "a text", accepts: (value) => typeof value === "string" };
const texts: Kind = {
  expected: "a list of texts",
  accepts: (value) => Array.isArray(value) && value.every(text.accepts),
};
const numbers: Kind = {
  expected: "a list of whole numbers",
  accepts: (value) => Array.isArray(value) && value.every(number.accepts),
};

/** A list of objects that have a member of a kind. */
const having = (member: string, kind: Kind): Kind => ({
  expected: `a list of objects with ${kind.expected} as "${member}"`,
  accepts: (value) =>
    Array.isArray(value) &&
    value.every((one) => typeof one === "object" && one !== null && kind.accepts(one[member])),
});

const kinds: Readonly<Record<string, Kind>> = {
  expression: text,
  filterOptions: having("filterId", text),
  filters: texts,
  frameId: number,
  lines: numbers,
  locationReference: number,
  offset: number,
  targetId: number,
  text,
  threadId: number,
  value: text,
  variablesReference: number,
};

/** What a request cannot do without, or takes as another kind than others. */
const needed: Readonly<Record<string, Readonly<Record<string, Kind>>>> = {
  completions: { text },
  dataBreakpointInfo: { name: text },
  evaluate: { expression: text },
  exceptionInfo: { threadId: number },
  goto: { threadId: number, targetId: number },
  locations: { locationReference: number },
  scopes: { frameId: number },
  setDataBreakpoints: { breakpoints: having("dataId", text) },
  setExpression: { expression: text, value: text },
  setFunctionBreakpoints: { breakpoints: having("name", text) },
  setInstructionBreakpoints: { breakpoints: having("instructionReference", text) },
  setVariable: { variablesReference: number, name: text, value: text },
  stackTrace: { threadId: number },
  variables: { variablesReference: number },
};

/** Optional arguments whose kind is a request's own. */
const own: typeof needed = {
  setBreakpoints: { breakpoints: having("line", number) },
  "hartbeat/saveRecording": { bookmarks: having("label", text) },
};

/** Requests whose arguments are checked as launch attributes, or are the client's own. */
const others: ReadonlySet<string> = new Set(["initialize", "launch", "attach", "restart"]);

/**
 * A request's arguments without those that are null, which some clients send for absent ones.
 * @throws RequestError for one that is of the wrong kind, or missing
 */
export function checkArguments(command: string, given: unknown): object {
  const said: object = typeof given === "object" && given !== null ? given : {};
  if (others.has(command)) return said;
  const args: Record<string, unknown> = Object.fromEntries(
    Object.entries(said).filter(([, value]) => value !== null),
  );
  const check = (table: Readonly<Record<string, Kind>>, isNeeded: boolean) => {
    for (const [name, { expected, accepts }] of Object.entries(table)) {
      const isThere = args[name] !== undefined || isNeeded;
      if (isThere && !accepts(args[name])) throw badArgument(name, expected);
    }
  };
  if (Object.hasOwn(needed, command)) check(needed[command]!, true);
  if (Object.hasOwn(own, command)) check(own[command]!, false);
  check(kinds, false);
  return args;
}
