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
import { parseReference } from "./memory.ts";
import { watchLimit } from "./watches.ts";

/** How far `hartbeat/stepBack` goes. */
const kinds = ["instruction", "into", "over", "out"] as const;
type Kind = (typeof kinds)[number];

/** What the last write of is looked for: memory, an expression, or a variable of a group. */
interface LastWriteArguments {
  readonly memoryReference?: string;
  readonly offset?: number;
  /** Bytes of memory; those of a register where it is absent. */
  readonly count?: number;
  readonly name?: string;
  readonly variablesReference?: number;
  readonly frameId?: number;
}

function placeToSearch(context: Context, args: LastWriteArguments) {
  const { name, memoryReference, count } = args;
  const { xlen } = context.debuggee.machine;
  if (typeof memoryReference === "string") {
    const address = parseReference(memoryReference, args.offset, xlen);
    const target = { kind: "memory" as const, address, length: count ?? xlen >> 3 };
    return { text: memoryReference, target };
  }
  if (typeof name !== "string") throw badArgument("name", "an expression");
  return placeOfData(context, { ...args, name });
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
    "hartbeat/lastWrite": (args: LastWriteArguments, after: After) => {
      const { debuggee } = context;
      const { machine } = debuggee;
      const recorded = history();
      debuggee.requireStopped();
      const { text, target } = placeToSearch(context, args);
      if (target === undefined) throw noLastWrite(text);
      const isMemory = target.kind === "memory";
      if (isMemory && !(Number.isInteger(target.length) && target.length >= 1)) {
        throw badArgument("count", `a whole number from 1 to ${watchLimit}`);
      }
      if (isMemory && target.length > watchLimit) throw tooLong(text, watchLimit);
      const hart = machine.current;
      const wrote: Outcome = { kind: "data", ids: [], text: "The last write is here." };
      const search = {
        addresses: [],
        watchpoints: isMemory ? [{ ...target, access: "write" as const }] : [],
        examine: ({ reason }: { reason: string }) => (reason === "watchpoint" ? wrote : undefined),
      };
      const origin = recorded.instructions;
      after(() => context.continued());
      after(() =>
        debuggee.goBack(async (backward, _, log) => {
          const outcome = isMemory
            ? await backward.search(search, () => undefined)
            : await backward.lastChange(() =>
                target.kind === "x" ? hart.x(target.index) : hart.f(target.index),
              );
          if (outcome.kind !== "start") return outcome.kind === "step" ? wrote : outcome;
          log(`Nothing in the recorded run has written ${text} before this point.`);
          return (await backward.goTo(origin)) ? { kind: "step" } : { kind: "pause" };
        }),
      );
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
