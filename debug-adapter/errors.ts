/**
 * What a request can fail with: a factory each, with a fixed id for clients and one whole sentence
 * that says what is wrong and what to do. The session turns a thrown RequestError into the
 * protocol's error response; anything else that is thrown is a bug and is answered as one.
 */

/** A place in a source; clients get it as `hartbeat.place` of the error response's body. */
export interface SourcePlace {
  /** As the host knows the file. */
  readonly path: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
}

/** A request that cannot be met. */
export class RequestError extends Error {
  /** The place in a source that the error is about, if it is about one. */
  readonly place: SourcePlace | undefined;
  /** The id of the DAP error message. */
  readonly id: number;
  /** Whether the client should show it to the person at once. */
  readonly showUser: boolean;

  constructor(id: number, message: string, showUser = false, place?: SourcePlace) {
    super(message);
    this.place = place;
    this.id = id;
    this.showUser = showUser;
  }
}

/** Launching: shown to the person at once. */
const launch =
  <A extends unknown[]>(id: number, text: (...parts: A) => string) =>
  (...parts: A) =>
    new RequestError(id, text(...parts), true);

/** Any other request: the client decides where its text appears. */
const request =
  <A extends unknown[]>(id: number, text: (...parts: A) => string) =>
  (...parts: A) =>
    new RequestError(id, text(...parts));

export const unknownAttribute = launch(
  1001,
  (name: string, nearest: string) =>
    `The launch attribute "${name}" is not known; did you mean "${nearest}"?`,
);
export const badAttribute = launch(
  1002,
  (name: string, expected: string) => `The launch attribute "${name}" must be ${expected}.`,
);
export const noProgram = launch(
  1003,
  () =>
    'The launch attribute "program" is missing: give the path of an assembly source or an ELF file.',
);
export const noFile = launch(
  1004,
  (path: string) => `The file ${path} cannot be read: check that it exists and that it is a file.`,
);
export const noFolder = launch(
  1009,
  (attribute: string, path: string) =>
    `The launch attribute "${attribute}" names ${path}, which is no folder that can be read: give one that exists.`,
);
export const notLoadable = launch(
  1005,
  (path: string, why: string) => `Cannot load ${path}: ${why}`,
);
/** `where` is the place in words; `more` counts the errors behind the first one. */
export function notAssembled(
  where: string,
  message: string,
  more = 0,
  place?: SourcePlace,
): RequestError {
  const others = more === 0 ? "" : ` (and ${more} more ${more === 1 ? "error" : "errors"})`;
  const text = `The program does not assemble: ${where}: ${message.replace(/\.$/, "")}${others}`;
  return new RequestError(1006, text.endsWith("?") ? text : `${text}.`, true, place);
}
export const badRecording = launch(
  1010,
  (path: string, why: string) => `The recording ${path} cannot be opened: ${why}.`,
);
export const noAttach = launch(
  1007,
  () => 'Hartbeat starts its programs itself: use "request": "launch" instead of "attach".',
);
export const alreadyLaunched = launch(
  1008,
  () => "This session has a program already: use restart, or start another session.",
);

export const notLaunched = request(1101, () => "No program is loaded: launch one first.");
export const unknownRequest = request(
  1102,
  (command: string) => `Hartbeat does not know the request "${command}".`,
);
export const internal = request(
  1103,
  (command: string, what: string) =>
    `The request "${command}" failed because of an error in Hartbeat itself (${what}); please report it.`,
);
export const hasEnded = request(1104, () => "The program has ended: restart it to go on.");
export const isRunning = request(1105, () => "The program is running: pause it first.");
export const noHistory = request(
  1120,
  () =>
    'This run is not recorded, so it cannot go back: launch it without "history": false and without "noDebug".',
);
export const notRecorded = request(
  1121,
  (count: bigint, start: bigint, end: bigint) =>
    `Instruction ${count} is not part of the recorded run, which goes from ${start} to ${end}.`,
);
export const noLastWrite = request(
  1123,
  (what: string) => `${what} has no last write: only memory and registers have one.`,
);
export const cannotWrite = request(
  1124,
  (path: string) => `The file ${path} cannot be written: choose another place.`,
);
export const cannotRecord = request(
  1125,
  (why: string) => `The run cannot be written to a recording: ${why}.`,
);
export const noBranch = request(
  1126,
  (name: string) => `There is no branch "${name}": ask for the branches again.`,
);
export const branchExists = request(
  1127,
  (name: string) => `There is a branch "${name}" already: choose another name.`,
);
export const presentBranch = request(
  1128,
  (name: string) => `The run is on the branch "${name}": switch to another one to delete it.`,
);
export const tooManyBranches = request(
  1129,
  (limit: number) => `The run has ${limit} branches, which is the most: delete one first.`,
);
export const noRecording = request(
  1130,
  () => "The run goes on already: only one from a recording has to be told to.",
);
export const keepsFuture = request(
  1122,
  () => "Nothing was changed: a change here would drop what was recorded after this point.",
);
export const unknownThread = request(
  1106,
  (id: number) => `There is no thread ${id}: ask for the threads again.`,
);
export const unknownFrame = request(
  1107,
  (id: number) => `There is no stack frame ${id} any more: ask for the stack trace again.`,
);
export const unknownReference = request(
  1108,
  (reference: number) => `There are no variables ${reference} any more: ask for the scopes again.`,
);
export const badArgument = request(
  1109,
  (name: string, expected: string) => `The argument "${name}" must be ${expected}.`,
);
export const noCaller = request(
  1110,
  () => "The caller of this function is not known: set a breakpoint and continue instead.",
);
export const unknownTarget = request(
  1111,
  (id: number) => `There is no goto target ${id}: ask for the goto targets again.`,
);
export const unknownStepInTarget = request(
  1113,
  (id: number) => `There is no step-in target ${id}: ask for the step-in targets again.`,
);
export const noRestart = request(
  1114,
  () =>
    "This frame cannot be restarted: no call of it is known. Choose one that a call has made, or run back.",
);
export const noLocation = request(
  1115,
  (id: number) => `There is no location ${id} any more: ask for the variables again.`,
);
/** The protocol's own word for a request that the client has cancelled. */
export const cancelled = request(1116, () => "cancelled");
export const noSource = request(
  1112,
  (name: string) => `Hartbeat has no text of its own for ${name}: open the file itself.`,
);

export const cannotParse = request(1201, (what: string) => what);
export const unknownName = request(
  1202,
  (name: string) => `There is no register, CSR or symbol named "${name}".`,
);
export const notAvailable = request(
  1203,
  (name: string) =>
    `The value of ${name} in this frame is not known, because its callee did not save it: select the top frame.`,
);
export const notMapped = request(
  1204,
  (address: string, length: number) =>
    `${length === 1 ? "The byte" : `The ${length} bytes`} at ${address} cannot be accessed: no memory is mapped there.`,
);
export const notAssignable = request(
  1205,
  (what: string) => `${what} cannot be set: only registers, CSRs and memory can.`,
);
export const readOnly = request(1206, (name: string) => `${name} is read-only.`);
export const noAddress = request(
  1207,
  (what: string) => `${what} has no address: only what is in memory has one.`,
);
export const cannotApply = request(
  1208,
  (operator: string, types: string) => `The operator ${operator} does not apply to ${types}.`,
);
export const divisionByZero = request(1209, () => "Division by zero: change the divisor.");
export const tooLong = request(
  1210,
  (what: string, limit: number) => `${what} is too long: ask for at most ${limit} at once.`,
);
export const unknownFormat = request(
  1211,
  (name: string) =>
    `There is no format "${name}": use x, d, u, o, b, c, f, s or i after the comma.`,
);
export const cannotCall = request(
  1212,
  (name: string) =>
    `${name} is a function, and is not called here: ask for it in the debug console or in a watch, while the program is stopped.`,
);
export const notCalledWithoutHistory = request(
  1234,
  (name: string) =>
    `${name} cannot be called without a recorded run of a program of one thread: nothing could put back what the call changes.`,
);
export const unknownSignature = request(
  1235,
  (name: string) =>
    `The program does not say what ${name} gives: cast the call to the type of its result, as in (int)${name}(…).`,
);
export const badCall = request(
  1236,
  (name: string, why: string) => `${name} cannot be called in an expression: ${why}.`,
);
export const wrongCount = request(
  1237,
  (name: string, expected: number, given: number) =>
    `${name} takes ${expected} argument${expected === 1 ? "" : "s"}, and ${given === 0 ? "none is" : given === 1 ? "one is" : `${given} are`} given.`,
);
export const callGivenUp = request(
  1238,
  (name: string, why: string) => `The call of ${name} was given up and undone: ${why}.`,
);
export const badValue = request(
  1213,
  (text: string, type: string) => `"${text}" is no value of type ${type}.`,
);
export const cannotAssignHere = request(
  1214,
  () => "An assignment is not made here: type it in the debug console.",
);
export const unknownDialog = request(
  1215,
  (id: number) => `There is no dialog ${id}, or it has been answered already.`,
);
export const noMarks = request(
  1216,
  (what: string) => `Writes of ${what} cannot be marked: choose something that is in memory.`,
);
export const notFollowed = request(
  1228,
  (what: string) => `${what} cannot be followed through the run.`,
);
export const tooFar = request(
  1229,
  (name: string) =>
    `${name}() was not found within a few seconds: Find Last Write and its like search for longer.`,
);
export const notWaitedFor = request(
  1230,
  () => "The program waits for the host in the middle of a call: let it go on first.",
);
export const noValueThere = request(
  1233,
  (at: bigint, place: string) =>
    `It has a value only on one side of instruction ${at.toLocaleString("en-US")} (${place}): what it points to there is not mapped.`,
);
export const noChange = request(1231, (name: string) =>
  name === "prev"
    ? "Its value has not changed before this point of the recorded run."
    : "Its value does not change again in what is recorded.",
);
export const noAccess = request(1232, (name: string) =>
  name === "lastRead"
    ? "Nothing in the recorded run has read it before this point."
    : name === "firstWrite"
      ? "Nothing in the recorded run has written it."
      : "Nothing in the recorded run has written it before this point.",
);
export const noInstruction = request(
  1227,
  (address: string) => `There is no instruction at ${address}.`,
);
export const notRecordedHere = request(
  1226,
  (name: string) =>
    `${name}() asks the recorded run: it works where a recorded program is stopped, in watches and the debug console, and not inside another such function.`,
);
export const noCause = request(
  1217,
  () => "There is no such cause: only what a check has found has causes, and only at its stop.",
);
/** The id by which values are told that were optimised away. */
export const optimisedOutId = 1220;
export const optimisedOut = request(
  optimisedOutId,
  (name: string) => `${name} is optimised out here.`,
);
export const threadLocal = request(
  1221,
  (name: string) => `${name} is thread-local: where it is, the program alone knows.`,
);
export const noPlace = request(1222, (name: string) => `${name} has no place that could be set.`);
export const noMember = request(
  1223,
  (type: string, member: string) => `${type} has no member "${member}".`,
);
export const unknownType = request(1224, (name: string) => `The program has no type "${name}".`);
export const lostRegister = request(
  1225,
  (name: string) => `${name} is in a register that calls may have changed since.`,
);
