/** The requests that look at a stopped program, and set what is seen. */
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { After, Context, Handlers } from "./context.ts";
import { canRestart } from "./control.ts";
import type { Debuggee } from "./debuggee.ts";
import {
  badArgument,
  cannotParse,
  noLocation,
  noSource,
  notAssignable,
  tooLong,
  unknownReference,
} from "./errors.ts";
import { complete } from "./expressions/completion.ts";
import { historyFunctions, type Recorded } from "./expressions/environment.ts";
import { evaluate } from "./expressions/evaluator.ts";
import { typeName } from "./expressions/types.ts";
import { formatAddress, formatHex } from "./formats.ts";
import type { Frame } from "./frames.ts";
import { readHostFile } from "./host.ts";
import { parseReference, readMemory, writeMemory } from "./memory.ts";
import type { Program } from "./program.ts";
import { baseName } from "./sources.ts";
import { radixOf, scopesOf, setExpression } from "./variables.ts";

/** Frames, and instructions, that one request may ask for. */
const frameLimit = 1000;
const instructionLimit = 20_000;

/** The handlers of the requests that look at the program, and change its values. */
export function inspectionHandlers(context: Context): Handlers {
  return {
    threads: () => ({
      threads: context.debuggee.machine.harts.map(({ id, name }) => ({ id, name })),
    }),
    stackTrace: (args: DebugProtocol.StackTraceArguments) => stackTrace(context, args),
    scopes: ({ frameId }: DebugProtocol.ScopesArguments) => {
      const { debuggee } = context;
      debuggee.requireAlive();
      const environment = debuggee.environment(frameId);
      return { scopes: scopesOf(debuggee.program, environment, debuggee.groups) };
    },
    variables: (args: DebugProtocol.VariablesArguments) => {
      const { debuggee } = context;
      const group = debuggee.groups.get(args.variablesReference);
      if (group === undefined) throw unknownReference(args.variablesReference);
      // A group has either named or indexed variables; the filter may ask for the other kind.
      const isIndexed = group.kind === "elements";
      if (args.filter !== undefined && (args.filter === "indexed") !== isIndexed)
        return { variables: [] };
      const count = args.count === undefined || args.count === 0 ? undefined : args.count;
      const presentation = context.presentation(args.format);
      return { variables: debuggee.variables.list(group, presentation, args.start ?? 0, count) };
    },
    setVariable: (args: DebugProtocol.SetVariableArguments) => {
      const { debuggee } = context;
      debuggee.requireAlive();
      const group = debuggee.groups.get(args.variablesReference);
      if (group === undefined) throw unknownReference(args.variablesReference);
      if (group.kind === "counter" && args.name !== "pc") throw notAssignable(args.name);
      return debuggee.variables.set(
        group,
        args.name,
        args.value,
        context.presentation(args.format),
      );
    },
    setExpression: (args: DebugProtocol.SetExpressionArguments) => {
      const { debuggee } = context;
      debuggee.requireAlive();
      const environment = debuggee.environment(args.frameId);
      const radix = radixOf(context.presentation(args.format));
      return setExpression(debuggee.variables, environment, args.expression, args.value, radix);
    },
    evaluate: (args: DebugProtocol.EvaluateArguments) => evaluateText(context, args),
    completions: (args: DebugProtocol.CompletionsArguments) => {
      const { debuggee } = context;
      const lines = args.text.split("\n");
      const line = lines[args.line === undefined ? 0 : context.lineFromClient(args.line) - 1] ?? "";
      const column = context.columnFromClient(args.column) - 1;
      const environment = debuggee.environment(args.frameId);
      const { variables } = environment;
      const named = (kind: "locals" | "globals") =>
        variables[kind]().flatMap(({ label }) => (/^[\w:]+$/.test(label) ? [label] : []));
      const inScope = { locals: named("locals"), globals: named("globals") };
      const found = complete(line, column, debuggee.program, environment, inScope);
      const targets = found.map((item) => ({
        ...item,
        start: context.columnForClient((item.start ?? 0) + 1),
      }));
      return { targets };
    },
    readMemory: (args: DebugProtocol.ReadMemoryArguments) => {
      const { machine } = context.debuggee;
      const read = readMemory(machine, machine.current, args);
      context.noteReference(args.memoryReference, args.offset ?? 0, args.count);
      return read;
    },
    writeMemory: (args: DebugProtocol.WriteMemoryArguments, after: After) => {
      const { debuggee } = context;
      debuggee.requireAlive();
      const { address, count } = writeMemory(debuggee.machine, debuggee.machine.current, args);
      debuggee.refresh();
      after(() => {
        context.memoryChanged(address, count);
        context.invalidate(["variables"]);
      });
      return { offset: 0, bytesWritten: count };
    },
    disassemble: (args: DebugProtocol.DisassembleArguments) => disassemble(context, args),
    loadedSources: async () => {
      const paths = sourcesWithCode(context.debuggee.program);
      await Promise.all(paths.map((path) => context.sources.locate(path)));
      return { sources: paths.flatMap((path) => context.source(path) ?? []) };
    },
    modules: ({ startModule = 0, moduleCount = 0 }: DebugProtocol.ModulesArguments) => {
      const end = moduleCount === 0 ? undefined : startModule + moduleCount;
      return { modules: [moduleOf(context.debuggee)].slice(startModule, end), totalModules: 1 };
    },
    locations: async ({ locationReference }: DebugProtocol.LocationsArguments) => {
      const place = context.debuggee.variables.lines.get(locationReference);
      if (place === undefined) throw noLocation(locationReference);
      await context.sources.locate(place.path);
      const source = context.source(place.path);
      if (source === undefined) throw noSource(place.path);
      const { line, column } = place;
      return {
        source,
        line: context.lineForClient(line),
        ...(column === 0 ? {} : { column: context.columnForClient(column) }),
      };
    },
    source: async (args: DebugProtocol.SourceArguments) => {
      const reference = args.source?.sourceReference ?? args.sourceReference;
      const text = context.sources.textOf(reference);
      if (text !== undefined) return { content: text };
      const path = args.source?.path;
      const bytes = path === undefined ? undefined : await readHostFile(context.host, path);
      if (bytes === undefined) throw noSource(path ?? `source ${args.sourceReference}`);
      return { content: new TextDecoder().decode(bytes) };
    },
  };
}

async function stackTrace(context: Context, args: DebugProtocol.StackTraceArguments) {
  const { debuggee } = context;
  debuggee.requireAlive();
  const stack = debuggee.stack(debuggee.hart(args.threadId));
  const start = args.startFrame ?? 0;
  const levels =
    args.levels === undefined || args.levels === 0 ? frameLimit : Math.min(args.levels, frameLimit);
  const frames: Frame[] = [];
  for (let index = start; index < start + levels; index++) {
    const frame = stack.frame(index);
    if (frame === undefined) break;
    frames.push(frame);
  }
  // Knowing whether there is one more frame lets the client page.
  stack.frame(start + levels);
  const paths = new Set(frames.map((frame) => debuggee.lineOf(frame)?.path));
  for (const path of paths) if (path !== undefined) await context.sources.locate(path);
  const stackFrames = frames.map((frame) => presentFrame(context, frame, args.format));
  return { stackFrames, totalFrames: stack.total ?? start + levels + 1 };
}

function presentFrame(
  context: Context,
  frame: Frame,
  format: DebugProtocol.StackFrameFormat = {},
): DebugProtocol.StackFrame {
  const { debuggee } = context;
  const { program, machine } = debuggee;
  if (frame.mark !== undefined) {
    const id = debuggee.frameId(frame.hart, frame.index);
    return { id, name: `<${frame.mark}>`, line: 0, column: 0, presentationHint: "label" };
  }
  const place = debuggee.lineOf(frame);
  const source = place && context.source(place.path);
  const plain =
    frame.scope?.qualifiedName ??
    program.functionAt(frame.at)?.name ??
    formatHex(frame.pc, machine.xlen);
  const id = debuggee.frameId(frame.hart, frame.index);
  const name = plain + parametersOf(context, id, format);
  const lineText = format.line === true && place !== undefined ? ` line ${place.line}` : "";
  const moduleText = format.module === true ? `${baseName(program.path)}!` : "";
  return {
    id,
    // Not the protocol's "subtle": clients fold such frames away.
    name: moduleText + (frame.isGuess ? `${name} (guessed)` : name) + lineText,
    ...(debuggee.history === undefined || canRestart(debuggee, frame) ? {} : { canRestart: false }),
    line: source === undefined ? 0 : context.lineForClient(place!.line),
    column: source === undefined ? 0 : context.columnForClient(Math.max(1, place!.column)),
    instructionPointerReference: formatAddress(frame.pc),
    moduleId: 1,
    ...(source === undefined ? {} : { source }),
  };
}

/** The parameters of a frame's function as a request's format wants them: `(int n = 3)`. */
function parametersOf(
  context: Context,
  frameId: number,
  format: DebugProtocol.StackFrameFormat,
): string {
  const { parameters, parameterNames, parameterTypes, parameterValues } = format;
  if (parameters !== true) return "";
  const { debuggee } = context;
  const environment = debuggee.environment(frameId);
  if (environment.frame.scope === undefined) return "";
  const presentation = context.presentation(format);
  const group = { kind: "locals", environment } as const;
  const own = environment.variables.locals().filter(({ isParameter }) => isParameter);
  const shown = debuggee.variables.list(group, presentation, 0, own.length).map((variable) => {
    const named = [parameterTypes && variable.type, parameterNames && variable.name];
    const left = named.filter((part) => typeof part === "string").join(" ");
    if (parameterValues !== true) return left;
    return left === "" ? variable.value : `${left} = ${variable.value}`;
  });
  return `(${shown.join(", ")})`;
}

async function evaluateText(context: Context, args: DebugProtocol.EvaluateArguments) {
  const { debuggee, terminal } = context;
  debuggee.requireAlive();
  if (args.context === "repl" && args.expression.startsWith("<")) {
    return { result: typeLine(context, args.expression.slice(1)), variablesReference: 0 };
  }
  const isWatching = args.context === "hover" || args.context === "watch";
  const environment = debuggee.environment(args.frameId);
  const look = (recorded: Recorded | undefined) => {
    environment.recorded = recorded;
    const isAsked = args.context !== "hover" && !debuggee.isRunning;
    environment.calls = isAsked ? debuggee.functionCalls(environment) : undefined;
    return evaluate(args.expression, environment, !isWatching);
  };
  const { answers } = debuggee;
  const { value, format } =
    answers === undefined || debuggee.isRunning || !asksRun.test(args.expression)
      ? look(undefined)
      : await answers.evaluate(look, () => debuggee.environment(args.frameId), `${args.frameId}`);
  const presentation = context.presentation(args.format);
  terminal.flush();
  const { value: result, ...more } = debuggee.variables.present(
    environment,
    value,
    format ?? radixOf(presentation),
    args.expression.replace(/,\s*\w\s*$/, ""),
  );
  return { result, ...more, type: typeName(value.type) };
}

/** What an expression with a function on the recorded run has in it. */
const asksRun = new RegExp(`\\b(${Object.keys(historyFunctions).join("|")})\\s*\\(`);

/** A line of input from the debug console, for clients without a terminal. */
function typeLine(context: Context, text: string): string {
  const { terminal } = context;
  if (terminal.isClosed)
    throw cannotParse('The program reads its input from the launch attribute "stdin".');
  context.debuggee.expectInput();
  const isEnd = text === "^D";
  if (!terminal.type(isEnd ? "" : `${text}\n`, isEnd)) {
    throw cannotParse("Too much input is waiting: let the program read it first.");
  }
  return isEnd ? "(end of input)" : text;
}

async function disassemble(context: Context, args: DebugProtocol.DisassembleArguments) {
  const { debuggee } = context;
  const { machine, program, disassembly } = debuggee;
  const base = parseReference(args.memoryReference, args.offset, machine.xlen);
  const count = args.instructionCount;
  const skip = args.instructionOffset ?? 0;
  if (!Number.isSafeInteger(count) || count < 0)
    throw badArgument("instructionCount", "a number from 0");
  if (!Number.isSafeInteger(skip)) throw badArgument("instructionOffset", "a whole number");
  if (count > instructionLimit || Math.abs(skip) > instructionLimit) {
    throw tooLong("The disassembly", instructionLimit);
  }
  const rows = disassembly.rows(machine.current, base, skip, count);
  const paths = new Set(rows.map(({ address }) => program.rowAt(address)?.row.path));
  for (const path of paths) if (path !== undefined) await context.sources.locate(path);
  const locate = (path: string) => context.source(path);
  const instructions = disassembly.present(rows, locate, args.resolveSymbols !== false);
  for (const instruction of instructions) {
    if (instruction.line !== undefined) instruction.line = context.lineForClient(instruction.line);
  }
  return { instructions };
}

/** The paths in debug information of the sources that have code. */
export function sourcesWithCode({ debug: { lines } }: Program): string[] {
  return lines.files().filter((path) => lines.locations(path).length > 0);
}

/** The program as a module. */
export function moduleOf({ program }: Debuggee): DebugProtocol.Module {
  const addresses = program.file.segments.filter(({ memorySize }) => memorySize > 0n);
  const starts = addresses.map(({ virtualAddress }) => virtualAddress);
  const ends = addresses.map(({ virtualAddress, memorySize }) => virtualAddress + memorySize);
  const least = starts.reduce((a, b) => (b < a ? b : a), starts[0] ?? 0n);
  const greatest = ends.reduce((a, b) => (b > a ? b : a), 0n);
  const hasLines = program.debug.lines.files().length > 0;
  return {
    id: 1,
    name: baseName(program.path),
    path: program.path,
    symbolStatus: hasLines
      ? "Symbols and lines"
      : program.file.symbols.length > 0
        ? "Symbols"
        : "No symbols",
    addressRange: `${formatAddress(least)}-${formatAddress(greatest)}`,
  };
}
