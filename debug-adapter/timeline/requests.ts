/**
 * The timeline's requests: `hartbeat/marks` (what happened in a part of the run), `hartbeat/path`
 * (the lines that have just run), `hartbeat/markWrites` (whose writes are marked). They answer with
 * what is known after some time; a client asks again until all of it is.
 */
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { Context, Handlers } from "../context.ts";
import { placeOfData } from "../control.ts";
import { badArgument, noHistory, noMarks, tooLong } from "../errors.ts";
import { watchLimit } from "../watches.ts";
import type { Span } from "./scanned.ts";

/** Milliseconds that one request may look around, at most. */
const longestLook = 1000;

interface MarksArguments {
  readonly first: string;
  readonly last: string;
  readonly milliseconds?: number;
}

interface WritesArguments {
  /** An expression or a variable's name; absent to mark no writes any more. */
  readonly name?: string;
  readonly variablesReference?: number;
  readonly frameId?: number;
}

function count(text: unknown, name: string): bigint {
  if (typeof text !== "string" || !/^\d{1,19}$/.test(text))
    throw badArgument(name, "a whole number as text");
  return BigInt(text);
}

function timeOf(milliseconds: unknown): number {
  if (milliseconds === undefined) return longestLook;
  if (typeof milliseconds !== "number" || !(milliseconds >= 0))
    throw badArgument("milliseconds", "a number from 0");
  return Math.min(milliseconds, longestLook);
}

const asText = ({ from, to }: Span) => ({ from: String(from), to: String(to) });

/** The handlers. */
export function timelineHandlers(context: Context): Handlers {
  const timeline = () => {
    const { debuggee } = context;
    if (debuggee.timeline === undefined || debuggee.history === undefined) throw noHistory();
    debuggee.requireStopped();
    return { timeline: debuggee.timeline, history: debuggee.history };
  };
  return {
    "hartbeat/marks": async (args: MarksArguments) => {
      const { timeline: own, history } = timeline();
      const [first, last] = [count(args.first, "first"), count(args.last, "last")];
      if (first > last) throw badArgument("last", "not less than first");
      const { start, end } = history;
      const span = { from: first > start ? first : start, to: last < end ? last : end };
      const milliseconds = context.isAlone ? timeOf(args.milliseconds) : 0;
      const { ended, picture } = await own.look(span, milliseconds);
      return {
        isComplete: ended === "done",
        isExact: picture.isExact,
        marks: picture.marks.map((mark) => ({ ...mark, at: String(mark.at) })),
        calls: picture.calls.map((call) => ({ ...call, ...asText(call) })),
        scanned: picture.scanned.map(asText),
        cut: picture.cut,
      };
    },
    "hartbeat/path": async (args: { since?: string; milliseconds?: number }) => {
      const { timeline: own } = timeline();
      const since = args.since === undefined ? undefined : count(args.since, "since");
      const milliseconds = timeOf(args.milliseconds);
      const lines = context.isAlone ? await own.path(since, milliseconds) : undefined;
      return {
        isComplete: lines !== undefined,
        lines: (lines ?? []).flatMap(({ path, line, changes }) => {
          const source: DebugProtocol.Source | undefined = context.source(path);
          return source === undefined
            ? []
            : [{ source, line: context.lineForClient(line), changes }];
        }),
      };
    },
    "hartbeat/markWrites": (args: WritesArguments) => {
      const { timeline: own } = timeline();
      if (args.name === undefined) {
        own.mark(undefined);
        return {};
      }
      if (typeof args.name !== "string") throw badArgument("name", "an expression");
      const { text, target } = placeOfData(context, { ...args, name: args.name });
      if (target?.kind !== "memory") throw noMarks(text);
      if (target.length > watchLimit) throw tooLong(text, watchLimit);
      own.mark({ ...target, text, access: "write" });
      return { text };
    },
  };
}
