/**
 * Opening a recording: the program of its image is loaded as it was, with the history of the run in
 * place of a beginning. Whatever is wrong with the file becomes one sentence. The folders that the
 * program saw are another machine's, so a run that is gone on with has no files of the host.
 */
import { build } from "../assembler/build.ts";
import type { Unit } from "../assembler/unit.ts";
import { ElfError } from "../elf/errors.ts";
import type { ElfFile } from "../elf/model.ts";
import { readElf, requireRiscv } from "../elf/reader.ts";
import type { EngineName } from "../emulator/engines.ts";
import { FormatError } from "../emulator/history/codec.ts";
import { History, type RecordedStart } from "../emulator/history/history.ts";
import { ReplayError } from "../emulator/history/journal.ts";
import type { Host } from "../emulator/machine.ts";
import { createProcess } from "../emulator/process/process.ts";
import type { SavedProcess } from "../emulator/process/saved-process.ts";
import { badRecording, noFile } from "./errors.ts";
import { now, random, readHostFile } from "./host.ts";
import type { LaunchAttributes } from "./launch.ts";
import type { Loaded, LoadServices } from "./loader.ts";
import { Program } from "./program.ts";
import { type Bookmark, type Recording, type RecordingHead, readRecording } from "./recording.ts";
import { baseName, folderOf, within } from "./sources.ts";

/** What an opened recording has beside its run. */
export interface OpenedRecording {
  readonly path: string;
  readonly bookmarks: readonly Bookmark[];
  /** The texts of sources, by the path in debug information. */
  readonly texts: ReadonlyMap<string, string>;
  /** Folders in which the same sources may be. */
  readonly folders: readonly string[];
}

/** What is wrong with a recording, as a clause. */
export function clauseOf(error: unknown): string {
  if (error instanceof FormatError) return error.message;
  if (error instanceof ElfError) return `its program is damaged (${error.message})`;
  if (error instanceof ReplayError) {
    return `it was written by a Hartbeat that runs its program otherwise (${error.message})`;
  }
  // With a good checksum only what was made on purpose comes here.
  return `what it holds does not fit together (${(error as Error).message})`;
}

/** Loads a recorded run; throws a RequestError with one sentence where that cannot be. */
export async function openRecording(
  { recording = "", cwd, engine }: LaunchAttributes,
  services: LoadServices,
): Promise<Loaded> {
  const { host } = services;
  const path = within(cwd ?? host.currentFolder ?? "", recording);
  const bytes = await readHostFile(host, path);
  if (bytes === undefined) throw noFile(path);
  try {
    const read = await readRecording(bytes);
    const loaded = await load(read, engine, services);
    const folders = [folderOf(path), ...(cwd === undefined ? [] : [cwd])];
    const texts = [...read.head.files].map(
      ([name, content]) => [name, new TextDecoder().decode(content)] as const,
    );
    const { bookmarks } = read.head;
    return {
      ...loaded,
      recording: { path, bookmarks, texts: new Map(texts), folders },
    };
  } catch (error) {
    throw badRecording(baseName(path), clauseOf(error));
  }
}

/**
 * The run of a recording, at its start, and its program. Throws what {@link clauseOf} explains.
 * @param output gets what is written where the run is gone on with
 */
export function historyOf(
  { head, start }: Recording,
  engine: EngineName | undefined,
  { output, note }: Pick<LoadServices, "output" | "note">,
): { file: ElfFile; history: History } {
  const file = requireRiscv(readElf(head.image));
  const interpreter = head.interpreter && readElf(head.interpreter);
  const host: Host = { output, now, random };
  const history = new History<SavedProcess>(
    host,
    (given) =>
      createProcess({
        ...head.start,
        file,
        interpreter,
        host: given,
        note,
        ...(engine === undefined ? {} : { engine }),
      }),
    {},
    start as RecordedStart<SavedProcess>,
  );
  return { file, history: history as History };
}

async function load(
  recording: Recording,
  engine: EngineName | undefined,
  services: LoadServices,
): Promise<Loaded> {
  const { head } = recording;
  const { file, history } = historyOf(recording, engine, services);
  const { xlen, extensions } = history;
  const base = extensions.has("e") ? "e" : "i";
  const architecture = { xlen, base, extensions } as const;
  const program = new Program(head.program, file, architecture, await unitsOf(head));
  return {
    program,
    machine: history,
    history,
    environment: head.start.environment,
    mounts: {},
    sources: [],
    notes: [],
    origin: { ...head, image: () => head.image },
  };
}

/** What its sources say of types: they are read again as they were. */
async function unitsOf({ build: recipe, files }: RecordingHead): Promise<Unit[] | undefined> {
  if (recipe === undefined) return undefined;
  const { sources, ...options } = recipe;
  const readFile = async (name: string) => {
    const bytes = files.get(name);
    if (bytes === undefined) throw new Error(`${name} is not in the recording`);
    return bytes;
  };
  const { assemblies } = await build(sources, options, { readFile });
  return assemblies.map(({ unit }) => unit);
}
