/**
 * The requests that go back in the run: the protocol's own, and those of Hartbeat for what the
 * protocol lacks. Instruction counts are decimal text, since they may be beyond 2^53.
 */
import type { DebugProtocol } from "@vscode/debugprotocol";
import { presentCause } from "./checks/presentation.ts";
import type { After, Context, Handlers } from "./context.ts";
import { placeOfData } from "./control.ts";
import {
  badArgument,
  noCaller,
  noCause,
  noHistory,
  noLastWrite,
  notRecorded,
  tooLong,
} from "./errors.ts";
import type { Outcome } from "./execution.ts";
import { historyFunctions, isHistoryFunction, type Recorded } from "./expressions/environment.ts";
import { evaluate, parseIn } from "./expressions/evaluator.ts";
import { Follower } from "./expressions/follower.ts";
import { show } from "./expressions/value.ts";
import { parseReference } from "./memory.ts";
import { searchTarget } from "./recorded-answers.ts";
import { RunSearch, type Search } from "./run-search.ts";
import { watchLimit } from "./watches.ts";

/** How far `hartbeat/stepBack` goes. */
const kinds = ["instruction", "into", "over", "out"] as const;
type Kind = (typeof kinds)[number];

/** What is looked for: memory, an expression, or a variable of a group. */
interface AccessArguments {
  readonly memoryReference?: string;
  readonly offset?: number;
  /** Bytes of memory; those of a register where it is absent. */
  readonly count?: number;
  readonly name?: string;
  readonly variablesReference?: number;
  readonly frameId?: number;
}

interface WhenArguments extends AccessArguments {
  readonly what: string;
}

/** What is said where something was found, and where not. */
interface Texts {
  readonly here: string;
  readonly missing: (text: string) => string;
}

const accessTexts: Readonly<Record<"lastWrite" | "firstWrite" | "lastRead", Texts>> = {
  lastWrite: {
    here: "The last write is here.",
    missing: (text) => `Nothing in the recorded run has written ${text} before this point.`,
  },
  firstWrite: {
    here: "The first write is here.",
    missing: (text) => `Nothing in the recorded run has written ${text}.`,
  },
  lastRead: {
    here: "The last read is here.",
    missing: (text) => `Nothing in the recorded run has read ${text} before this point.`,
  },
};
const changeTexts: Readonly<Record<"prev" | "next", Texts>> = {
  prev: {
    here: "The previous change is here.",
    missing: (text) => `${text} has not changed before this point of the recorded run.`,
  },
  next: {
    here: "The next change is here.",
    missing: (text) => `${text} does not change again in what is recorded.`,
  },
};

function requireName({ name }: AccessArguments): string {
  if (typeof name !== "string" || name.trim() === "") throw badArgument("name", "an expression");
  return name;
}

/** A search that finds nothing. */
// biome-ignore lint/correctness/useYield: it ends at once
function* nothing(): Search {
  return undefined;
}

/** Where the memory or register is whose accesses are looked for. */
function targetOf(context: Context, args: AccessArguments) {
  const { memoryReference, count, variablesReference } = args;
  const { debuggee } = context;
  const { xlen } = debuggee.machine;
  if (typeof memoryReference === "string") {
    const length = count ?? xlen >> 3;
    if (!(Number.isInteger(length) && length >= 1)) {
      throw badArgument("count", `a whole number from 1 to ${watchLimit}`);
    }
    if (length > watchLimit) throw tooLong(memoryReference, watchLimit);
    const address = parseReference(memoryReference, args.offset, xlen);
    return { text: memoryReference, target: { kind: "memory", address, length } as const };
  }
  const name = requireName(args);
  if (variablesReference !== undefined) {
    const { text, target } = placeOfData(context, { ...args, name });
    if (target === undefined) throw noLastWrite(text);
    return { text, target };
  }
  const environment = debuggee.environment(args.frameId);
  const { value } = evaluate(name, environment, false);
  return { text: name, target: searchTarget(name, value, environment) };
}

/** The handlers of the requests on the recorded run. */
export function historyHandlers(context: Context): Handlers {
  const history = () => {
    const { debuggee } = context;
    if (debuggee.history === undefined) throw noHistory();
    return debuggee.history;
  };
  const stepBack = (threadId: number, kind: Kind, after: After) => {
    const { debuggee } = context;
    history();
    debuggee.requireStopped();
    const hart = debuggee.hart(threadId);
    const top = debuggee.stack(hart).frame(0)!;
    const isInlined = top.scope?.isInlined === true;
    const caller = kind === "out" && !isInlined ? top.caller() : undefined;
    const stack = caller?.x(2)?.value;
    const isCalled = caller !== undefined && caller.mark === undefined && stack !== undefined;
    if (kind === "out" && !isInlined && !isCalled) throw noCaller();
    after(() =>
      debuggee.goBack((backward) => {
        if (kind === "instruction") return backward.stepInstruction();
        if (caller === undefined || stack === undefined)
          return backward.walk(kind === "out" ? "leave" : kind, top);
        return backward.stepOut(caller.pc, stack);
      }),
    );
  };
  /** Goes to where something was accessed, and says so where it never was. */
  const goToAccess = (what: "lastWrite" | "firstWrite" | "lastRead") => {
    return (args: AccessArguments, after: After) => {
      const { debuggee } = context;
      const recorded = history();
      debuggee.requireStopped();
      const { text, target } = targetOf(context, args);
      const here = recorded.instructions;
      const search = new RunSearch(recorded, debuggee.program);
      goTo(
        what === "firstWrite"
          ? search.firstWrite(target)
          : search.last(target, what === "lastRead" ? "read" : "write", here),
        accessTexts[what],
        text,
        after,
      );
    };
  };
  /** Goes to where the value of an expression changed, and says so where it did not. */
  const goToChange = (what: "prev" | "next") => {
    return (args: AccessArguments, after: After) => {
      const { debuggee } = context;
      const recorded = history();
      debuggee.requireStopped();
      const name = requireName(args);
      const environment = debuggee.environment(args.frameId);
      const { expression } = parseIn(name, environment);
      const follower = new Follower(expression, environment, recorded);
      const here = recorded.instructions;
      const search = new RunSearch(recorded, debuggee.program);
      // A change by the next instruction is where we are: the one after it is meant.
      const steps =
        what === "prev"
          ? search.previousChange(follower, here)
          : here < recorded.end
            ? search.nextChange(follower, here + 1n)
            : nothing();
      goTo(steps, changeTexts[what], name, after);
    };
  };
  const goTo = (
    steps: Search,
    { here: found, missing }: Texts,
    text: string,
    after: After,
  ): void => {
    const { debuggee } = context;
    const origin = history().instructions;
    const title = `Searching for ${text}`;
    after(() => context.continued());
    after(() =>
      debuggee.goBack(
        async (backward, _, log) => {
          const at = await backward.follow(steps);
          if (at === "pause") return { kind: "pause" };
          if (at === undefined) log(missing(text));
          if (!(await backward.goTo(at ?? origin))) return { kind: "pause" };
          return at === undefined ? { kind: "step" } : { kind: "data", ids: [], text: found };
        },
        { title },
      ),
    );
  };
  return {
    stepBack: ({ threadId, granularity }: DebugProtocol.StepBackArguments, after: After) =>
      stepBack(threadId, granularity === "instruction" ? "instruction" : "over", after),
    reverseContinue: ({ threadId }: DebugProtocol.ReverseContinueArguments, after: After) => {
      const { debuggee } = context;
      history();
      debuggee.requireStopped();
      debuggee.hart(threadId);
      after(() =>
        debuggee.goBack((backward, search, log) => backward.search(search, log), {
          findsMistakes: true,
        }),
      );
    },
    "hartbeat/stepBack": ({ threadId, kind }: { threadId: number; kind: Kind }, after: After) => {
      if (!kinds.includes(kind)) throw badArgument("kind", `one of ${kinds.join(", ")}`);
      after(() => context.continued());
      stepBack(threadId, kind, after);
    },
    "hartbeat/goTo": ({ instructions }: { instructions: string }, after: After) => {
      const { start, end } = history();
      if (typeof instructions !== "string" || !/^\d{1,19}$/.test(instructions)) {
        throw badArgument("instructions", "a whole number as text");
      }
      const count = BigInt(instructions);
      if (count < start || count > end) throw notRecorded(count, start, end);
      context.debuggee.requireStopped();
      after(() => context.continued());
      after(() =>
        context.debuggee.goBack(async (backward) => {
          const isThere = await backward.goTo(count);
          return { kind: isThere ? "step" : "pause" } satisfies Outcome;
        }),
      );
    },
    "hartbeat/goToCause": ({ index = 0 }: { index?: number }, after: After) => {
      history();
      const { debuggee } = context;
      debuggee.requireStopped();
      const cause = debuggee.causes[index];
      if (cause === undefined) throw noCause();
      after(() => context.continued());
      after(() =>
        debuggee.goBack(async (backward) => {
          const isThere = await backward.goTo(cause.at);
          return { kind: isThere ? "step" : "pause" } satisfies Outcome;
        }),
      );
      return presentCause(cause);
    },
    "hartbeat/lastWrite": goToAccess("lastWrite"),
    "hartbeat/firstWrite": goToAccess("firstWrite"),
    "hartbeat/lastRead": goToAccess("lastRead"),
    "hartbeat/previousChange": goToChange("prev"),
    "hartbeat/nextChange": goToChange("next"),
    "hartbeat/when": async ({ what, ...args }: WhenArguments) => {
      const { debuggee } = context;
      history();
      debuggee.requireStopped();
      if (!isHistoryFunction(what)) {
        throw badArgument("what", `one of ${Object.keys(historyFunctions).join(", ")}`);
      }
      const name = requireName(args);
      const { frameId } = args;
      const names = () => debuggee.environment(frameId);
      const look = (recorded: Recorded) => {
        const environment = names();
        environment.recorded = recorded;
        return evaluate(`${what}(${name})`, environment, false);
      };
      const { value } = await debuggee.answers!.evaluate(look, names, `${frameId}`);
      return { instructions: String(value.at), value: show(names(), value) };
    },
    "hartbeat/history": () => {
      const { start, end, instructions, isInPast, kept, outputPosition, outputMarks } = history();
      return {
        start: String(start),
        end: String(end),
        instructions: String(instructions),
        isInPast,
        output: outputPosition,
        outputs: outputMarks.map(({ at, 1: stdout, 2: stderr }) => ({
          at: String(at),
          stdout,
          stderr,
        })),
        snapshots: kept.counts.map(String),
        bytes: kept.bytes,
      };
    },
  };
}
