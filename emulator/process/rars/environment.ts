/**
 * The calls of RARS: the number in a7, arguments in a0 to a3 and fa0, results in a0, a1 and fa0.
 * Behaviour follows RARS 1.6 on its console: numbers are Java's, input is read in whole lines.
 */
import { indexCalls } from "../guest.ts";
import { TeachingEnvironment } from "../teaching.ts";
import { consoleCalls } from "./console-calls.ts";
import { dialogCalls } from "./dialog-calls.ts";
import { fileCalls } from "./file-calls.ts";
import { type RarsCall, RarsState, savedRars } from "./state.ts";
import { systemCalls } from "./system-calls.ts";

/** All RARS calls, by number. */
export const rarsCalls: readonly RarsCall[] = [
  ...consoleCalls,
  ...systemCalls,
  ...fileCalls,
  ...dialogCalls,
].sort((a, b) => a.number - b.number);

const byNumber = indexCalls(rarsCalls);

/** Serves a process with the calls of RARS. */
export class RarsEnvironment extends TeachingEnvironment<RarsState> {
  constructor() {
    super("RARS", byNumber, 17, 10, new RarsState(), savedRars);
  }
}
