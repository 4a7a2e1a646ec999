/**
 * The requests that go back in the run: the protocol's own, and those of Hartbeat for what the
 * protocol lacks. Instruction counts are decimal text, since they may be beyond 2^53.
 */
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { After, Context, Handlers } from "./context.ts";
import { badArgument, noCaller, noHistory, notRecorded } from "./errors.ts";
import type { Outcome } from "./execution.ts";
import { parseReference } from "./memory.ts";
import { watchLimit } from "./watches.ts";

/** How far `hartbeat/stepBack` goes. */
const kinds = ["instruction", "into", "over", "out"] as const;
type Kind = (typeof kinds)[number];

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
    const caller = kind === "out" ? debuggee.stack(hart).frame(1) : undefined;
    const stack = caller?.x(2)?.value;
    if (kind === "out" && (caller === undefined || stack === undefined)) throw noCaller();
    after(() =>
      debuggee.goBack((backward) => {
        if (kind === "instruction") return backward.stepInstruction();
        if (caller === undefined || stack === undefined) return backward.stepLine(kind === "into");
        return backward.stepOut(caller.pc, stack);
      }),
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
      after(() => debuggee.goBack((backward, search, log) => backward.search(search, log)));
    },
    "hartbeat/stepBack": ({ threadId, kind }: { threadId: number; kind: Kind }, after: After) => {
      if (!kinds.includes(kind)) throw badArgument("kind", `one of ${kinds.join(", ")}`);
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
      after(() =>
        context.debuggee.goBack(async (backward) => {
          const isThere = await backward.goTo(count);
          return { kind: isThere ? "step" : "pause" } satisfies Outcome;
        }),
      );
    },
    "hartbeat/lastWrite": (
      {
        memoryReference,
        offset,
        count,
      }: { memoryReference: string; offset?: number; count?: number },
      after: After,
    ) => {
      const { machine } = context.debuggee;
      history();
      context.debuggee.requireStopped();
      const address = parseReference(memoryReference, offset, machine.xlen);
      const length = count ?? machine.xlen >> 3;
      if (!Number.isInteger(length) || length < 1 || length > watchLimit) {
        throw badArgument("count", `a whole number from 1 to ${watchLimit}`);
      }
      const watchpoints = [{ address, length, access: "write" as const }];
      const wrote: Outcome = { kind: "data", ids: [], text: "The last write is here." };
      const search = {
        addresses: [],
        watchpoints,
        examine: ({ reason }: { reason: string }) => (reason === "watchpoint" ? wrote : undefined),
      };
      after(() => context.debuggee.goBack((backward) => backward.search(search, () => undefined)));
    },
    "hartbeat/history": () => {
      const { start, end, instructions, isInPast, kept, outputPosition } = history();
      return {
        start: String(start),
        end: String(end),
        instructions: String(instructions),
        isInPast,
        output: outputPosition,
        snapshots: kept.counts.map(String),
        bytes: kept.bytes,
      };
    },
  };
}
