/**
 * The requests on recordings and branches: `hartbeat/saveRecording`, `hartbeat/continueLive`,
 * `hartbeat/branches`, `hartbeat/switchBranch`, `hartbeat/renameBranch`, `hartbeat/deleteBranch`.
 * Instruction counts are decimal text.
 */
import { branchLimit } from "../emulator/history/branch.ts";
import type { After, Context, Handlers } from "./context.ts";
import {
  badArgument,
  branchExists,
  cannotRecord,
  cannotWrite,
  noBranch,
  noHistory,
  noRecording,
  presentBranch,
  tooManyBranches,
} from "./errors.ts";
import { readHostFile } from "./host.ts";
import { sourcesWithCode } from "./inspection.ts";
import { type Bookmark, faultOf, writeRecording } from "./recording.ts";
import { continuing } from "./stepping.ts";

/** Sources of a compiled program that a recording holds, and their bytes in all. */
const mostSources = 1000;
const mostText = 32 << 20;
const longestName = 100;

interface SaveArguments {
  /** A path, or a URI, that the adapter's host can write to. */
  readonly path: string;
  readonly bookmarks?: readonly { at: string; label: string; branch?: string }[];
}

/** The handlers. */
export function recordingHandlers(context: Context): Handlers {
  const history = () => {
    const { debuggee } = context;
    if (debuggee.history === undefined) throw noHistory();
    return debuggee.history;
  };
  const stopped = () => {
    context.debuggee.requireStopped();
    return history();
  };
  const named = (name: unknown) => {
    if (typeof name !== "string") throw badArgument("name", "a branch's name");
    const branch = history().branches.find((one) => one.name === name);
    if (branch === undefined) throw noBranch(name);
    return branch;
  };
  return {
    "hartbeat/saveRecording": async ({ path, bookmarks = [] }: SaveArguments) => {
      if (typeof path !== "string" || path === "") throw badArgument("path", "the path of a file");
      stopped();
      const files = await sourcesOf(context);
      // Meanwhile a timeline may have looked elsewhere.
      await context.debuggee.timeline?.comeHome();
      const { image, program, interpreter, start, build } = context.debuggee.origin;
      const recorded = stopped();
      const bytes = await writeRecording(
        {
          program,
          written: Date.now(),
          image: image(),
          interpreter,
          start,
          build,
          files,
          bookmarks: bookmarks.map((bookmark) => checkBookmark(bookmark, recorded.branch)),
        },
        recorded,
      ).catch((error) => {
        throw cannotRecord(faultOf(error));
      });
      const request = { kind: "write-file", path, data: bytes } as const;
      const reply = await context.host.file(request, undefined);
      if (reply.kind !== "done") throw cannotWrite(path);
      return { bytes: bytes.length, instructions: String(recorded.end) };
    },
    "hartbeat/continueLive": (_: object, after: After) => {
      const recorded = stopped();
      if (context.debuggee.recording === undefined) throw noRecording();
      const kept = recorded.branch;
      if (!recorded.unseal()) throw tooManyBranches(branchLimit);
      const isKept = recorded.branch !== kept;
      after(() => context.continued());
      after(() => context.debuggee.resume(continuing));
      return { branch: recorded.branch, ...(isKept ? { kept } : {}) };
    },
    "hartbeat/branches": () => ({
      branches: history().branches.map(({ name, isCurrent, since, end, at, hasEnded }) => ({
        name,
        isCurrent,
        since: String(since),
        end: String(end),
        at: String(at),
        hasEnded,
      })),
    }),
    "hartbeat/switchBranch": ({ name }: { name: string }, after: After) => {
      const recorded = stopped();
      const { at, isCurrent } = named(name);
      after(() => context.continued());
      if (isCurrent) return after(() => context.debuggee.stopHere({ reason: "step" }));
      after(() =>
        context.debuggee.goBack(
          async (backward) => {
            recorded.switchTo(name);
            context.outputAnew();
            return { kind: (await backward.goTo(at)) ? "step" : "pause" };
          },
          { title: `Switching to ${name}` },
        ),
      );
    },
    "hartbeat/renameBranch": ({ name, to }: { name: string; to: string }) => {
      named(name);
      if (typeof to !== "string" || to.trim() === "" || to.length > longestName) {
        throw badArgument("to", `a name of 1 to ${longestName} characters`);
      }
      const wanted = to.trim();
      if (wanted === name) return;
      if (history().branches.some((branch) => branch.name === wanted)) throw branchExists(wanted);
      history().rename(name, wanted);
    },
    "hartbeat/deleteBranch": ({ name }: { name: string }) => {
      const recorded = stopped();
      if (named(name).isCurrent) throw presentBranch(name);
      recorded.remove(name);
    },
  };
}

function checkBookmark(
  { at, label, branch }: { at: string; label: string; branch?: string },
  current: string,
): Bookmark {
  const isGood = typeof at === "string" && /^\d{1,18}$/.test(at) && typeof label === "string";
  if (!isGood) throw badArgument("bookmarks", "a list of counts with labels");
  return { at: BigInt(at), label, branch: branch ?? current };
}

/** The texts of the program's sources, as far as they are there, by path of debug information. */
async function sourcesOf(context: Context): Promise<Map<string, Uint8Array>> {
  const { origin, program } = context.debuggee;
  const files = new Map(origin.files);
  let size = [...files.values()].reduce((sum, { length }) => sum + length, 0);
  for (const path of sourcesWithCode(program).slice(0, mostSources)) {
    if (files.has(path) || context.sources.referenceOf(path) > 0) continue;
    const bytes = await readHostFile(context.host, await context.sources.locate(path));
    if (bytes === undefined || size + bytes.length > mostText) continue;
    size += bytes.length;
    files.set(path, bytes);
  }
  return files;
}
