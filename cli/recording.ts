/** Writing a run that has just been made to a recording. */
import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { faultOf, type ProcessStart, writeRecording } from "../debug-adapter/recording.ts";
import { readDebugInformation } from "../elf/dwarf/index.ts";
import { writeElf } from "../elf/writer.ts";
import type { History } from "../emulator/history/history.ts";
import type { BuiltProgram } from "./build.ts";
import { CommandFailure, fileFailure } from "./failure.ts";
import { readBytes } from "./files.ts";

/** Bytes of sources that a recording of a compiled program holds, at most. */
const mostText = 32 << 20;

/** A recorded run, and what made it. */
export interface RecordedProgram {
  readonly program: BuiltProgram;
  /** As it was named. */
  readonly path: string;
  readonly start: ProcessStart;
  readonly interpreter: Uint8Array | undefined;
  readonly history: History;
}

/** Writes the file; throws `CommandFailure` where that cannot be. */
export async function saveRecording(to: string, recorded: RecordedProgram): Promise<void> {
  const { program, path, start, interpreter, history } = recorded;
  const head = {
    program: resolve(path),
    written: Date.now(),
    image: program.recipe === undefined ? await readBytes(path) : writeElf(program.file),
    interpreter,
    start,
    build: program.recipe,
    files: await sourcesOf(program),
    bookmarks: [],
  };
  const bytes = await writeRecording(head, history).catch((error) => {
    throw new CommandFailure(`${to}: the run cannot be recorded: ${faultOf(error)}`);
  });
  await writeFile(to, bytes).catch((error) => {
    throw fileFailure(to, error);
  });
}

/** The sources of which there is code, as far as they can be read. */
async function sourcesOf({ file, files }: BuiltProgram): Promise<Map<string, Uint8Array>> {
  const all = new Map(files);
  const { lines } = readDebugInformation(file);
  let size = 0;
  for (const path of lines.files()) {
    if (all.has(path) || lines.locations(path).length === 0) continue;
    const bytes = await readBytes(path).catch(() => undefined);
    if (bytes === undefined || size + bytes.length > mostText) continue;
    size += bytes.length;
    all.set(path, bytes);
  }
  return all;
}
