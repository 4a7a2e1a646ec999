/** Closes the browser after the last end-to-end test of a process. */
import { closeBrowser } from "./opening.ts";

export const mochaHooks = { afterAll: closeBrowser };
