/** The requests that run the program, and those that say where it stops. */
import type { DebugProtocol } from "@vscode/debugprotocol";
import { activationOf, isWithin } from "./activation.ts";
import type { Breakpoint } from "./breakpoints.ts";
import { isCheckName } from "./checks/checks.ts";
import { describeCause, presentCause } from "./checks/presentation.ts";
import type { After, Context, Handlers } from "./context.ts";
import type { Debuggee } from "./debuggee.ts";
import {
  badArgument,
  noCaller,
  noHistory,
  noRestart,
  RequestError,
  unknownStepInTarget,
  unknownTarget,
} from "./errors.ts";
import { causesOf } from "./exceptions.ts";
import { evaluate } from "./expressions/evaluator.ts";
import { parseExpression } from "./expressions/parser.ts";
import { sizeOf } from "./expressions/types.ts";
import { formatAddress } from "./formats.ts";
import type { Frame } from "./frames.ts";
import { parseReference } from "./memory.ts";
import { References } from "./references.ts";
import { baseName, normalForm } from "./sources.ts";
import { type StepTarget, stepTargets } from "./step-targets.ts";
import { continuing, Step, steppingOut } from "./stepping.ts";
import { dataIdOf, type WatchedLocal, type WatchTarget, watchLimit } from "./watches.ts";

/** The handlers of the requests that set breakpoints and run the program. */
export function controlHandlers(context: Context): Handlers {
  const targets = new References<bigint>();
  const stepInTargets = new References<StepTarget>();
  const step =
    (kind: "in" | "over") =>
    ({ threadId, granularity, targetId }: DebugProtocol.StepInArguments, after: After) => {
      const { debuggee } = context;
      debuggee.requireStopped();
      const hart = debuggee.hart(threadId);
      const target = targetId === undefined ? undefined : stepInTargets.get(targetId);
      if (targetId !== undefined && target === undefined) throw unknownStepInTarget(targetId);
      const isLine = granularity !== "instruction" || target !== undefined;
      const size = isLine ? "statement" : "instruction";
      // Into an inlined function that begins here, no instruction leads.
      if (kind === "in" && isLine && target?.kind !== "call" && debuggee.enterInlined(hart)) {
        after(() => debuggee.stopHere({ reason: "step" }));
        return;
      }
      const top = debuggee.stack(hart).frame(0)!;
      const origin = { scope: top.scope, callLine: top.callLine, isLeaving: false, target };
      const way = target === undefined ? kind : "over";
      const plan = new Step(debuggee.program, debuggee.machine, hart, way, size, origin);
      after(() => debuggee.resume(plan));
    };
  return {
    continue: ({ threadId }: DebugProtocol.ContinueArguments, after: After) => {
      const { debuggee } = context;
      debuggee.requireStopped();
      debuggee.hart(threadId);
      after(() => debuggee.resume(continuing));
      return { allThreadsContinued: true };
    },
    next: step("over"),
    stepIn: step("in"),
    stepOut: ({ threadId }: DebugProtocol.StepOutArguments, after: After) => {
      const { debuggee } = context;
      debuggee.requireStopped();
      const hart = debuggee.hart(threadId);
      const top = debuggee.stack(hart).frame(0)!;
      if (top.scope?.isInlined === true) {
        const origin = { scope: top.scope, callLine: top.callLine, isLeaving: true };
        const { program, machine } = debuggee;
        const leaving = new Step(program, machine, hart, "over", "statement", origin);
        after(() => debuggee.resume(leaving));
        return;
      }
      const caller = top.returnsTo();
      const stack = caller?.x(2)?.value;
      if (caller === undefined || stack === undefined) throw noCaller();
      after(() => debuggee.resume(steppingOut(debuggee.program, hart, caller.pc, stack)));
    },
    stepInTargets: ({ frameId }: DebugProtocol.StepInTargetsArguments) => {
      const { debuggee } = context;
      debuggee.requireStopped();
      const { frame } = debuggee.environment(frameId);
      const { program, machine, disassembly } = debuggee;
      // Only the innermost frame is stepped.
      if (frame.index > 0) return { targets: [] };
      const textAt = (address: bigint) => disassembly.textAt(frame.hart, address);
      const found = stepTargets(program, machine, frame, textAt);
      return {
        targets: found.map(({ target, label, line, column }) => ({
          id: stepInTargets.add(target),
          label,
          line: context.lineForClient(line),
          ...(column === 0 ? {} : { column: context.columnForClient(column) }),
        })),
      };
    },
    restartFrame: ({ frameId }: DebugProtocol.RestartFrameArguments, after: After) => {
      const { debuggee } = context;
      debuggee.requireStopped();
      const { frame } = debuggee.environment(frameId);
      if (debuggee.history === undefined) throw noHistory();
      const caller = frame.caller();
      const stack = caller?.x(2)?.value;
      if (!canRestart(debuggee, frame) || caller === undefined || stack === undefined)
        throw noRestart();
      const { program } = debuggee;
      const scope = program.scopeAt(frame.at);
      const body = scope === undefined ? undefined : program.bodyAddress(scope);
      const work = { title: "Going back to the call", reason: "restart" };
      after(() =>
        debuggee.goBack(
          (backward) => backward.restart({ returns: caller.pc, sp: stack }, body),
          work,
        ),
      );
    },
    pause: ({ threadId }: DebugProtocol.PauseArguments, after: After) => {
      const { debuggee } = context;
      debuggee.requireAlive();
      debuggee.hart(threadId);
      after(() => debuggee.pause());
    },
    gotoTargets: (args: DebugProtocol.GotoTargetsArguments) => {
      const { program } = context.debuggee;
      const path = requirePath(args.source);
      const { line, addresses } = program.lineAddresses(path, context.lineFromClient(args.line));
      return {
        targets: addresses.map((address) => ({
          id: targets.add(address),
          label: `${baseName(path)}:${line}`,
          line: context.lineForClient(line),
          instructionPointerReference: formatAddress(address),
        })),
      };
    },
    goto: ({ threadId, targetId }: DebugProtocol.GotoArguments, after: After) => {
      const { debuggee } = context;
      debuggee.requireStopped();
      const address = targets.get(targetId);
      if (address === undefined) throw unknownTarget(targetId);
      debuggee.hart(threadId).pc = address;
      after(() => debuggee.stopHere({ reason: "goto" }));
    },
    exceptionInfo: ({ threadId }: DebugProtocol.ExceptionInfoArguments) => {
      const { debuggee } = context;
      debuggee.hart(threadId);
      const { exception } = debuggee;
      if (exception === undefined)
        throw badArgument("threadId", "a thread that an exception has stopped");
      const { id, name, text, causes = [] } = exception;
      return {
        exceptionId: id,
        description: text,
        breakMode: "always",
        details: {
          message: text,
          typeName: name,
          ...(causes.length === 0 ? {} : { stackTrace: causes.map(describeCause).join("\n") }),
        },
        ...(causes.length === 0 ? {} : { hartbeat: { causes: causes.map(presentCause) } }),
      };
    },

    setBreakpoints: (args: DebugProtocol.SetBreakpointsArguments) => {
      const path = requirePath(args.source);
      const wanted = (args.breakpoints ?? (args.lines ?? []).map((line) => ({ line }))).map(
        (breakpoint) => ({ ...breakpoint, line: context.lineFromClient(breakpoint.line) }),
      );
      const breakpoints = context.breakpoints.setSource(normalForm(path), path, wanted);
      if (context.isLoaded) noteSource(context, path);
      return {
        breakpoints: breakpoints.map((breakpoint) => presentBreakpoint(context, breakpoint)),
      };
    },
    setFunctionBreakpoints: (args: DebugProtocol.SetFunctionBreakpointsArguments) => {
      const breakpoints = context.breakpoints.setFunctions(args.breakpoints);
      return {
        breakpoints: breakpoints.map((breakpoint) => presentBreakpoint(context, breakpoint)),
      };
    },
    setInstructionBreakpoints: (args: DebugProtocol.SetInstructionBreakpointsArguments) => {
      const { machine } = context.debuggee;
      const wanted = args.breakpoints.map((breakpoint) => ({
        ...breakpoint,
        address: parseReference(breakpoint.instructionReference, breakpoint.offset, machine.xlen),
      }));
      const breakpoints = context.breakpoints.setInstructions(wanted);
      return {
        breakpoints: breakpoints.map((breakpoint) => presentBreakpoint(context, breakpoint)),
      };
    },
    breakpointLocations: (args: DebugProtocol.BreakpointLocationsArguments) => {
      const { program } = context.debuggee;
      const file = program.findSource(requirePath(args.source));
      const first = context.lineFromClient(args.line);
      const last = args.endLine === undefined ? first : context.lineFromClient(args.endLine);
      const locations = file === undefined ? [] : program.debug.lines.locations(file);
      const lines = new Set(locations.map(({ line }) => line));
      const found = [...lines].filter((line) => line >= first && line <= last);
      return { breakpoints: found.map((line) => ({ line: context.lineForClient(line) })) };
    },
    setExceptionBreakpoints: (args: DebugProtocol.SetExceptionBreakpointsArguments) => {
      const wanted = [
        ...(args.filters ?? []).map((filter) => ({ filter, condition: undefined })),
        ...(args.filterOptions ?? []).map(({ filterId, condition }) => ({
          filter: filterId,
          condition,
        })),
      ];
      const faults = wanted.map(({ filter, condition }) => filterFault(filter, condition));
      const good = wanted.filter((_, index) => faults[index] === undefined);
      if (context.isLoaded) context.debuggee.setFilters(good);
      return {
        breakpoints: faults.map((message) =>
          message === undefined ? { verified: true } : { verified: false, message },
        ),
      };
    },
    dataBreakpointInfo: (args: DebugProtocol.DataBreakpointInfoArguments) =>
      dataInfo(context, args),
    setDataBreakpoints: (args: DebugProtocol.SetDataBreakpointsArguments) => {
      const { watches } = context.debuggee;
      return { breakpoints: watches.set(args.breakpoints, () => context.breakpoints.newId()) };
    },
  };
}

/** Whether a frame can be gone back to the beginning of: its call must be known. */
export function canRestart({ history }: Debuggee, frame: Frame): boolean {
  if (history === undefined || frame.scope?.isInlined === true) return false;
  const caller = frame.caller();
  return caller !== undefined && caller.mark === undefined && caller.x(2) !== undefined;
}

function requirePath(source: DebugProtocol.Source | undefined): string {
  const path = source?.path ?? source?.name;
  if (typeof path !== "string" || path === "") throw badArgument("source", "a source with a path");
  return path;
}

/** From now on the client's name is used for the file. */
export function noteSource(context: Context, name: string): void {
  // The text of a recording has the name that it has there.
  if (context.sources.referenceOf(name) > 0) return;
  const path = context.debuggee.program.findSource(name);
  if (path !== undefined) context.sources.note(path, name);
}

/** A breakpoint as the client sees it. */
export function presentBreakpoint(
  context: Context,
  { id, wanted, addresses, line, message }: Breakpoint,
): DebugProtocol.Breakpoint {
  const [first] = addresses;
  const path =
    wanted.kind === "line"
      ? wanted.path
      : first === undefined
        ? undefined
        : context.debuggee.program.rowAt(first)?.row.path;
  const source =
    wanted.kind === "line"
      ? { name: baseName(wanted.path), path: wanted.path }
      : path && context.source(path);
  return {
    id,
    verified: message === undefined,
    ...(message === undefined ? {} : { message }),
    ...(line === undefined ? {} : { line: context.lineForClient(line) }),
    ...(first === undefined ? {} : { instructionReference: formatAddress(first) }),
    ...(source ? { source } : {}),
  };
}

function filterFault(filter: string, condition: string | undefined): string | undefined {
  if (causesOf(filter) === undefined && !isCheckName(filter))
    return `There is no exception filter "${filter}".`;
  if (condition === undefined || condition.trim() === "") return undefined;
  try {
    parseExpression(condition);
    return undefined;
  } catch (error) {
    if (error instanceof RequestError) return error.message;
    throw error;
  }
}

/** The place of an expression or of a variable in a group, with the text that names it. */
export function placeOfData(
  { debuggee }: Context,
  args: Pick<
    DebugProtocol.DataBreakpointInfoArguments,
    "name" | "variablesReference" | "frameId" | "bytes"
  >,
): {
  readonly text: string;
  readonly target: WatchTarget | undefined;
  readonly local?: WatchedLocal | undefined;
} {
  const { machine, program } = debuggee;
  const group =
    args.variablesReference === undefined
      ? undefined
      : debuggee.groups.get(args.variablesReference);
  const environment = group?.environment ?? debuggee.environment(args.frameId);
  const { frame } = environment;
  const text = group?.kind === "fields" ? `${group.csr}.${args.name}` : args.name;
  const variable = group && debuggee.variables.valueIn(group, args.name);
  const { place, type } = variable ?? evaluate(text, environment, false).value;
  if (place?.kind !== "memory") {
    // A variable may have its place in a register.
    const register = place?.kind === "storage" ? place.storage.register : place;
    const isWatchable = register?.kind === "x" || register?.kind === "f";
    const activation = place?.kind === "storage" ? activationOf(program, frame) : undefined;
    return {
      text,
      target: isWatchable ? { kind: register.kind, index: register.index } : undefined,
      local: activation && { name: text, activation },
    };
  }
  const { address } = place;
  const length = args.bytes ?? (type.kind === "code" ? 4 : sizeOf(type, machine.xlen));
  const activation = frame.scope === undefined ? undefined : activationOf(program, frame);
  const isLocal = activation !== undefined && isWithin(frame, activation, address);
  return {
    text,
    target: { kind: "memory", address, length },
    local: isLocal ? { name: text, activation } : undefined,
  };
}

/** What a data breakpoint on an expression, a variable or an address would watch. */
function dataInfo(context: Context, args: DebugProtocol.DataBreakpointInfoArguments) {
  const { debuggee } = context;
  const { machine } = debuggee;
  const isEvery = args.mode === "every";
  if (args.asAddress) {
    const address = parseReference(args.name, 0, machine.xlen, "name");
    return describeTarget(
      { kind: "memory", address, length: args.bytes ?? machine.xlen >> 3 },
      args.name,
      isEvery,
    );
  }
  try {
    const { text, target, local } = placeOfData(context, args);
    if (target !== undefined) return describeTarget(target, text, isEvery, local);
    return {
      dataId: null,
      description: `${text} cannot be watched: only memory and registers can.`,
    };
  } catch (error) {
    if (error instanceof RequestError) return { dataId: null, description: error.message };
    throw error;
  }
}

function describeTarget(target: WatchTarget, text: string, isEvery: boolean, local?: WatchedLocal) {
  if (target.kind === "memory" && (target.length < 1 || target.length > watchLimit)) {
    return { dataId: null, description: `At most ${watchLimit} bytes can be watched at once.` };
  }
  if (target.kind === "x" && target.index === 0) {
    return { dataId: null, description: "zero never changes." };
  }
  const what =
    target.kind === "memory" ? ` (${target.length} bytes at ${formatAddress(target.address)})` : "";
  const until = local === undefined ? "" : ", until its function returns";
  return {
    dataId: dataIdOf(target, isEvery, local),
    description: `${text}${what}${until}`,
    accessTypes: ["read", "write", "readWrite"],
    canPersist: local === undefined,
  };
}
