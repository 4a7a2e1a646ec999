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
  /** What members of it, or of each of its elements, must be wherever they are there. */
  readonly members?: Members;
}

type Members = Readonly<Record<string, Kind>>;

const number: Kind = { expected: "a whole number", accepts: Number.isSafeInteger };
const countable: Kind = {
  expected: "a whole number from 0",
  accepts: (value) => Number.isSafeInteger(value) && Number(value) >= 0,
};
const text: Kind = { expected: "a text", accepts: (value) => typeof value === "string" };
const texts: Kind = {
  expected: "a list of texts",
  accepts: (value) => Array.isArray(value) && value.every(text.accepts),
};
const numbers: Kind = {
  expected: "a list of whole numbers",
  accepts: (value) => Array.isArray(value) && value.every(number.accepts),
};

const truth: Kind = {
  expected: "true or false",
  accepts: (value) => typeof value === "boolean",
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const object = (members: Members): Kind => ({ expected: "an object", accepts: isObject, members });

/** A list of objects that have a member of a kind, and perhaps some others. */
const having = (member: string, kind: Kind, members: Members = {}): Kind => ({
  expected: `a list of objects with ${kind.expected} as "${member}"`,
  accepts: (value) =>
    Array.isArray(value) && value.every((one) => isObject(one) && kind.accepts(one[member])),
  members,
});

const kinds: Members = {
  column: number,
  endLine: number,
  expression: text,
  filterOptions: having("filterId", text, { condition: text }),
  filters: texts,
  format: object({}),
  frameId: number,
  granularity: text,
  levels: countable,
  line: number,
  lines: numbers,
  locationReference: number,
  memoryReference: text,
  offset: number,
  source: object({ path: text, name: text, sourceReference: number }),
  startFrame: countable,
  targetId: number,
  text,
  threadId: number,
  value: text,
  variablesReference: number,
};

const thread: Members = { threadId: number };
const terms: Members = { condition: text, hitCondition: text };

/** What a request cannot do without, or takes as another kind than others. */
const needed: Readonly<Record<string, Members>> = {
  breakpointLocations: { line: number },
  completions: { text, column: number },
  continue: thread,
  dataBreakpointInfo: { name: text },
  disassemble: { memoryReference: text, instructionCount: number },
  evaluate: { expression: text },
  exceptionInfo: thread,
  goto: { threadId: number, targetId: number },
  gotoTargets: { line: number },
  locations: { locationReference: number },
  next: thread,
  pause: thread,
  readMemory: { memoryReference: text, count: number },
  restartFrame: { frameId: number },
  reverseContinue: thread,
  scopes: { frameId: number },
  setDataBreakpoints: { breakpoints: having("dataId", text, { ...terms, accessType: text }) },
  setExpression: { expression: text, value: text },
  setFunctionBreakpoints: { breakpoints: having("name", text, terms) },
  setInstructionBreakpoints: {
    breakpoints: having("instructionReference", text, { ...terms, offset: number }),
  },
  setVariable: { variablesReference: number, name: text, value: text },
  stackTrace: thread,
  stepBack: thread,
  stepIn: thread,
  stepInTargets: { frameId: number },
  stepOut: thread,
  variables: { variablesReference: number },
  writeMemory: { memoryReference: text, data: text },
  "hartbeat/stepBack": thread,
};

/** Optional arguments whose kind is a request's own. */
const own: Readonly<Record<string, Members>> = {
  dataBreakpointInfo: { asAddress: truth, bytes: number, mode: text },
  disassemble: { instructionOffset: number },
  modules: { moduleCount: countable, startModule: countable },
  setBreakpoints: {
    breakpoints: having("line", number, { ...terms, column: number, logMessage: text }),
  },
  variables: { count: countable, filter: text, start: countable },
  "hartbeat/goToCause": { index: number },
  "hartbeat/lastWrite": { count: number },
  "hartbeat/firstWrite": { count: number },
  "hartbeat/lastRead": { count: number },
  "hartbeat/saveRecording": { bookmarks: having("label", text) },
};

/** Requests whose arguments are checked as launch attributes, or are the client's own. */
const others: ReadonlySet<string> = new Set(["initialize", "launch", "attach", "restart"]);

/**
 * A request's arguments without what is null in them, which some clients send for what is absent.
 * @throws RequestError for one that is of the wrong kind, or missing
 */
export function checkArguments(command: string, given: unknown): object {
  const said = isObject(given) ? given : {};
  if (others.has(command)) return said;
  const args = withoutNulls(said) as Record<string, unknown>;
  const check = (table: Members, isNeeded: boolean) => {
    for (const [name, kind] of Object.entries(table)) {
      if (args[name] !== undefined || isNeeded) checkValue(name, args[name], kind);
    }
  };
  if (Object.hasOwn(needed, command)) check(needed[command]!, true);
  if (Object.hasOwn(own, command)) check(own[command]!, false);
  check(kinds, false);
  return args;
}

function checkValue(name: string, value: unknown, { expected, accepts, members }: Kind): void {
  if (!accepts(value)) throw badArgument(name, expected);
  for (const [member, kind] of Object.entries(members ?? {})) {
    const holders = Array.isArray(value) ? value : [value];
    for (const [index, holder] of holders.entries()) {
      const place = Array.isArray(value) ? `${name}[${index}].${member}` : `${name}.${member}`;
      if (holder[member] !== undefined) checkValue(place, holder[member], kind);
    }
  }
}

/** A value without the members, at whatever depth, that are null. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(kept.map(([name, member]) => [name, withoutNulls(member)]));
}
