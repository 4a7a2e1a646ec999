/**
 * From launch attributes to a program and a machine that is about to run it: an assembly source is
 * built, an ELF file is read. Whatever is wrong becomes one sentence before anything has started.
 */
import { build } from "../assembler/build.ts";
import type { Diagnostic } from "../assembler/diagnostics.ts";
import type { HeaderOptions } from "../assembler/header.ts";
import { ElfError } from "../elf/errors.ts";
import type { ElfFile } from "../elf/model.ts";
import { readElf, requireRiscv } from "../elf/reader.ts";
import { writeElf } from "../elf/writer.ts";
import type { EngineName } from "../emulator/engines.ts";
import { History } from "../emulator/history/history.ts";
import type { Host, Machine } from "../emulator/machine.ts";
import { LaunchError } from "../emulator/process/errors.ts";
import { type InterpreterFile, readInterpreter } from "../emulator/process/interpreter-file.ts";
import type { EnvironmentName } from "../emulator/process/layout.ts";
import { createProcess } from "../emulator/process/process.ts";
import { noFile, noFolder, notAssembled, notLoadable } from "./errors.ts";
import {
  type AdapterHost,
  type FileRequest,
  now,
  random,
  readHostFile,
  requestBelow,
} from "./host.ts";
import type { LaunchAttributes } from "./launch.ts";
import { type OpenedRecording, openRecording } from "./opened-recording.ts";
import { Program } from "./program.ts";
import type { ProcessStart, RecordingHead } from "./recording.ts";
import { baseName, folderOf, within } from "./sources.ts";

/** A program, loaded and ready to run. */
export interface Loaded {
  readonly program: Program;
  readonly machine: Machine;
  /** The same machine as one whose run can be gone back in; undefined where it is not recorded. */
  readonly history: History | undefined;
  /** Whose calls it makes. */
  readonly environment: EnvironmentName;
  /** The host folders that the program sees, by guest path. */
  readonly mounts: Readonly<Record<string, string>>;
  /** The client's names of the sources that it was built from. */
  readonly sources: readonly string[];
  /** Lines for the debug console: the build's warnings. */
  readonly notes: readonly string[];
  /** What a recording of the run says of the program. */
  readonly origin: Origin;
  /** Where the run comes from a recording. */
  readonly recording?: OpenedRecording;
}

/** Where a program comes from; see `RecordingHead`. */
export interface Origin extends Pick<RecordingHead, "program" | "interpreter" | "start" | "build"> {
  image(): Uint8Array;
  /** Of a program that was built here: the contents of its sources. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** What loading needs beside the attributes. */
export interface LoadServices {
  readonly host: AdapterHost;
  output(stream: 1 | 2, bytes: Uint8Array): void;
  /** Told once each what the person may want to know of the run. */
  note(text: string): void;
}

/** Loads a program; throws a RequestError with one sentence where that cannot be. */
export async function load(given: LaunchAttributes, services: LoadServices): Promise<Loaded> {
  const { host } = services;
  if (given.recording !== undefined) return await openRecording(given, services);
  if (given.cwd !== undefined) await requireFolder(host, "cwd", given.cwd);
  for (const mount of Object.values(given.mounts ?? {})) await requireFolder(host, "mounts", mount);
  const path = within(given.cwd ?? host.currentFolder ?? "", given.program ?? "");
  const bytes = await readHostFile(host, path);
  if (bytes === undefined) throw noFile(path);
  const isSource = /\.(s|asm)$/i.test(path);
  const built = isSource ? await assemble(path, given, host) : notBuilt(read(path, bytes));
  const { file, header, sources, notes, units, recipe, files } = built;
  const folder = given.cwd ?? folderOf(path);
  const mounts = { ...(folder === "" ? {} : { "/": folder }), ...given.mounts };
  const settings = settingsOf(given, header, isSource);
  const started = await start(path, file, settings, mounts, services);
  const { machine, history, process, interpreter } = started;
  const { xlen, extensions } = machine;
  const base = extensions.has("e") ? "e" : "i";
  const program = new Program(path, file, { xlen, base, extensions }, units);
  const { environment } = settings;
  const origin = {
    program: path,
    image: () => (isSource ? writeElf(file) : bytes),
    interpreter: interpreter?.bytes,
    start: process,
    build: recipe,
    files,
  };
  return { program, machine, history, environment, mounts, sources, notes, origin };
}

/** What there is to say of an executable that others have built. */
const notBuilt = (file: ElfFile) => ({
  file,
  header: {},
  sources: [],
  notes: [],
  units: undefined,
  recipe: undefined,
  files: new Map<string, Uint8Array>(),
});

async function requireFolder(host: AdapterHost, attribute: string, path: string): Promise<void> {
  const reply = await host.file({ kind: "stat", path }, undefined);
  const isFolder = reply.kind === "status" && reply.status.type === "directory";
  if (!isFolder) throw noFolder(attribute, path);
}

/** How the process is run: by the launch's attributes, else by the source's header. */
function settingsOf(given: LaunchAttributes, header: HeaderOptions, isSource: boolean): Settings {
  const { stdin, env = {}, march, engine, defaults } = given;
  return {
    environment: given.environment ?? header.environment ?? defaults?.environment ?? "linux",
    args: given.args ?? splitArguments(header.args ?? ""),
    env,
    stdin,
    isRecorded: given.noDebug !== true && given.history !== false,
    // What a source was built for stands in the file itself.
    march: isSource ? undefined : march,
    engine,
  };
}

interface Settings {
  readonly environment: EnvironmentName;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly stdin: string | undefined;
  readonly march: string | undefined;
  readonly engine: EngineName | undefined;
  readonly isRecorded: boolean;
}

/** Arguments as a shell splits them: by spaces outside of quotes. */
export function splitArguments(text: string): string[] {
  const pattern = /(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^\s"']+))+/g;
  const parts = /"((?:[^"\\]|\\.)*)"|'([^']*)'|([^\s"']+)/g;
  return [...text.matchAll(pattern)].map(([word]) =>
    [...word.matchAll(parts)]
      .map(([, double, single, bare]) => double?.replace(/\\(.)/g, "$1") ?? single ?? bare ?? "")
      .join(""),
  );
}

function read(path: string, bytes: Uint8Array): ElfFile {
  try {
    return requireRiscv(readElf(bytes));
  } catch (error) {
    if (error instanceof ElfError) throw notLoadable(path, error.message);
    throw error;
  }
}

/** Builds a source, with those that the launch and its header name; throws at the first error. */
async function assemble(path: string, attributes: LaunchAttributes, host: AdapterHost) {
  const { march, mabi, dialect, environment, defaults, define, include, forcedInclude, test } =
    attributes;
  const wanted = [
    path,
    ...(attributes.sources ?? []).map((source) => within(folderOf(path), source)),
  ];
  const files = new Map<string, Uint8Array>();
  const options = {
    ...(define === undefined ? {} : { macros: define }),
    ...(include === undefined
      ? {}
      : { folders: include.map((folder) => within(folderOf(path), folder)) }),
    ...(forcedInclude === undefined
      ? {}
      : { forced: forcedInclude.map((file) => within(folderOf(path), file)) }),
    ...(test === undefined ? {} : { test }),
    ...(march === undefined ? {} : { march }),
    ...(mabi === undefined ? {} : { mabi }),
    ...(dialect === undefined ? {} : { dialect }),
    ...(environment === undefined ? {} : { environment }),
    ...(defaults === undefined ? {} : { defaults }),
  };
  const readFile = async (name: string) => {
    const bytes = await readHostFile(host, name);
    if (bytes === undefined) throw noFile(name);
    files.set(name, bytes);
    return bytes;
  };
  const built = await build(wanted, options, { readFile });
  const { file, diagnostics, header, environment: calls, sources, assemblies } = built;
  const place = ({ file: name, range }: Diagnostic) =>
    `${baseName(name)}:${range.start.line + 1}:${range.start.character + 1}`;
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const [first] = errors;
  if (first !== undefined) {
    const { line, character } = first.range.start;
    const at = { path: first.file, line: line + 1, column: character + 1 };
    throw notAssembled(place(first), first.message, errors.length - 1, at);
  }
  if (file === undefined) throw notAssembled(baseName(path), "there is nothing to link");
  const warnings = diagnostics.filter(({ severity }) => severity === "warning");
  const notes = warnings.map((warning) => `${place(warning)}: ${warning.message}`);
  const units = assemblies.map(({ unit }) => unit);
  const recipe = { sources: wanted, ...options };
  return { file, header: { ...header, environment: calls }, sources, notes, units, recipe, files };
}

async function start(
  path: string,
  file: ElfFile,
  settings: Settings,
  mounts: Readonly<Record<string, string>>,
  services: LoadServices,
): Promise<{
  machine: Machine;
  history: History | undefined;
  process: ProcessStart;
  interpreter: InterpreterFile | undefined;
}> {
  const host: Host = { output: services.output, now, random };
  const { environment, args, env, stdin, march, engine, isRecorded } = settings;
  const streams = new Set(stdin === undefined ? [0, 1, 2] : [1, 2]);
  try {
    const files = {
      request: (request: FileRequest) => requestBelow(services.host, mounts, request),
    };
    const interpreter = await readInterpreter(file, mounts, files);
    const process = {
      environment,
      args,
      name: baseName(path),
      variables: env,
      mounts,
      terminal: { streams, columns: 80, rows: 24 },
      ...(march === undefined ? {} : { march }),
    };
    const create = (given: Host) =>
      createProcess({
        ...process,
        file,
        interpreter: interpreter?.file,
        host: given,
        note: services.note,
        ...(engine === undefined ? {} : { engine }),
      });
    if (!isRecorded) return { machine: create(host), history: undefined, process, interpreter };
    const history = new History(host, create) as History;
    return { machine: history, history, process, interpreter };
  } catch (error) {
    if (error instanceof LaunchError || error instanceof ElfError) {
      throw notLoadable(path, error.message);
    }
    throw error;
  }
}
