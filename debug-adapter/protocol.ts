/**
 * What of the Debug Adapter Protocol there is, and what not and why: every request and event of its
 * specification, and every capability of an adapter. The page docs/debug-protocol.md is made from
 * this, and a test holds it to the specification's types, so that nothing is left unsaid.
 */

/** What is said of a part of the protocol: how it works here, or why it is not there. */
export type Support = { readonly does: string } | { readonly lacks: string };

const does = (text: string): Support => ({ does: text });
const lacks = (text: string): Support => ({ lacks: text });

/** The requests of the specification, by command. The last two are the adapter's to the client. */
export const requests: Readonly<Record<string, Support>> = {
  initialize: does("Answers with the capabilities below."),
  launch: does("Builds and loads a program; the attributes are those of `launch.json`."),
  attach: lacks("Programs run inside the adapter, so there is none elsewhere to attach to."),
  configurationDone: does("Starts the program."),
  restart: does("Builds again, with other launch attributes where they are given."),
  terminate: does("Ends the program with exit code 143."),
  disconnect: does("Ends the program and the session: a program lives in its adapter."),
  cancel: does("Ends a search through the recorded run, by its progress or its request."),
  breakpointLocations: does("The lines of a range that have code."),
  setBreakpoints: does("With conditions, hit counts and log messages."),
  setFunctionBreakpoints: does("By name, by `label+offset`, by `*address`."),
  setExceptionBreakpoints: does("Filters with conditions."),
  dataBreakpointInfo: does("For variables, expressions, registers, addresses and sizes."),
  setDataBreakpoints: does(
    "On reads, writes and changes, with conditions and hit counts; of local variables until the function returns.",
  ),
  setInstructionBreakpoints: does("With conditions and hit counts."),
  continue: does("All harts run in turn."),
  next: does("By line or instruction."),
  stepIn: does("By line or instruction, and into a chosen call."),
  stepOut: does("Out of inlined functions, too."),
  stepBack: does("By line or instruction."),
  reverseContinue: does("Back to the last stop of any kind; log messages are told on the way."),
  restartFrame: does("Goes back to where the function was called, so all is as it was."),
  goto: does("Moves the pc; nothing between runs."),
  pause: does("Also ends a search."),
  stackTrace: does("In pages, in a client's format."),
  scopes: does("Variables, registers, CSRs, the stack, symbols."),
  variables: does("In pages, in a client's format."),
  setVariable: does("Variables, registers, CSRs and their fields, elements, members."),
  source: does("The text of a file that the adapter can read."),
  threads: does("The harts."),
  terminateThreads: lacks("A hart cannot be ended: the program is ended as a whole."),
  modules: does("The program is the one module."),
  loadedSources: does("The sources that have code."),
  evaluate: does("In all contexts; assignments only from the debug console."),
  setExpression: does("Whatever can be assigned to."),
  stepInTargets: does("The calls of a line, and what is inlined in it."),
  gotoTargets: does("Where the code of a line begins."),
  completions: does("Registers, CSRs, symbols, variables and members."),
  exceptionInfo: does("What happened, in a sentence."),
  readMemory: does("As far as memory is mapped, with the size of the gap."),
  writeMemory: does("Whole or, where the client allows it, in part."),
  disassemble: does("Also before an address, with symbols and lines."),
  locations: does("Where variables are declared, and the functions that pointers lead to."),
  runInTerminal: lacks("The program runs in the adapter and not as a process of the system."),
  startDebugging: lacks("A program that is debugged has one process: it has no `fork`."),
};

/** The events of the specification. */
export const events: Readonly<Record<string, Support>> = {
  initialized: does("When a program is loaded."),
  stopped: does("With the place in the recorded run."),
  continued: does("When a request that clients do not know has set the program going."),
  exited: does("With the program's exit code."),
  terminated: does("When the program has ended."),
  thread: does("For each hart when the program starts."),
  output: does("What the program writes, with its ANSI codes, and the debugger's own lines."),
  breakpoint: does("When a restart has moved one, and when one on a local variable has ended."),
  module: does("When the program is loaded, and again after a restart."),
  loadedSource: does("After a restart, for the sources that are new, changed or gone."),
  process: does("When the program starts."),
  capabilities: does("When a run is not recorded, and so cannot go back."),
  progressStart: does(
    "For what takes longer than a moment: searches and jumps in the recorded run.",
  ),
  progressUpdate: does("With the share that is done."),
  progressEnd: does("When it is done or cancelled."),
  invalidated: does("After changes of registers, memory or the radix."),
  memory: does("After changes of memory, for each reference that the client shows."),
};

/** The capabilities that are not announced, with the reason. */
export const otherCapabilities: Readonly<Record<string, string>> = {
  additionalModuleColumns: "A module has nothing to say beside what the protocol has.",
  supportedChecksumAlgorithms: "Sources are found by name: most line tables have no checksums.",
  supportsExceptionOptions: "Exceptions of hardware have no tree of names: filters choose them.",
  supportTerminateDebuggee: "A program lives in its adapter and cannot outlive it.",
  supportSuspendDebuggee: "A program lives in its adapter and cannot outlive it.",
  supportsTerminateThreadsRequest: "A hart cannot be ended.",
  supportsSingleThreadExecutionRequests:
    "Harts run in turn by the instruction count; one alone would be another run.",
};
