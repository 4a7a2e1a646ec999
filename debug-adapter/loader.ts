/**
 * From launch attributes to a program and a machine that is about to run it: an assembly source is
 * built, an ELF file is read. Whatever is wrong becomes one sentence before anything has started.
 */
import { build } from "../assembler/build.ts";
import { readHeader } from "../assembler/header.ts";
import { ElfError } from "../elf/errors.ts";
import type { ElfFile } from "../elf/model.ts";
import { readElf, requireRiscv } from "../elf/reader.ts";
import type { Host, Machine } from "../emulator/machine.ts";
import { LaunchError } from "../emulator/process/errors.ts";
import { createProcess } from "../emulator/process/process.ts";
import { noFile, notAssembled, notLoadable } from "./errors.ts";
import { type AdapterHost, now, random, readHostFile } from "./host.ts";
import type { LaunchAttributes } from "./launch.ts";
import { Program } from "./program.ts";
import { baseName, folderOf, within } from "./sources.ts";

/** A program, loaded and ready to run. */
export interface Loaded {
  readonly program: Program;
  readonly machine: Machine;
  /** The host folder that the program sees, if it sees one. */
  readonly folder: string | undefined;
  /** The client's names of the sources that it was built from. */
  readonly sources: readonly string[];
  /** Lines for the debug console: the build's warnings. */
  readonly notes: readonly string[];
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
  const path = within(given.cwd ?? host.currentFolder ?? "", given.program);
  const bytes = await readHostFile(host, path);
  if (bytes === undefined) throw noFile(path);
  const isSource = /\.(s|asm)$/i.test(path);
  const attributes = isSource ? withHeader(given, bytes) : given;
  const sources = isSource
    ? [path, ...(attributes.sources ?? []).map((source) => within(folderOf(path), source))]
    : [];
  const notes: string[] = [];
  const file = isSource ? await assemble(sources, attributes, host, notes) : read(path, bytes);
  const folder = given.cwd ?? folderOf(path);
  const machine = start(path, file, attributes, folder, services);
  const { xlen, extensions } = machine;
  const base = extensions.has("e") ? "e" : "i";
  const program = new Program(path, file, { xlen, base, extensions }, isSource);
  return { program, machine, folder, sources, notes };
}

function read(path: string, bytes: Uint8Array): ElfFile {
  try {
    return requireRiscv(readElf(bytes));
  } catch (error) {
    if (error instanceof ElfError) throw notLoadable(path, error.message);
    throw error;
  }
}

/** The attributes, with what the source's header says where the launch says nothing. */
function withHeader(given: LaunchAttributes, bytes: Uint8Array): LaunchAttributes {
  const { options } = readHeader(new TextDecoder().decode(bytes));
  return { ...options, ...given } as LaunchAttributes;
}

async function assemble(
  sources: readonly string[],
  attributes: LaunchAttributes,
  host: AdapterHost,
  notes: string[],
): Promise<ElfFile> {
  const { march, mabi, dialect, environment } = attributes;
  const options = {
    ...(march === undefined ? {} : { march }),
    ...(mabi === undefined ? {} : { mabi }),
    ...(dialect === undefined ? {} : { dialect }),
    ...(environment === undefined ? {} : { environment }),
  };
  const readFile = async (path: string) => {
    const bytes = await readHostFile(host, path);
    if (bytes === undefined) throw noFile(path);
    return bytes;
  };
  const { file, diagnostics } = await build([...sources], options, { readFile });
  const place = ({ file: name, range }: (typeof diagnostics)[number]) =>
    `${baseName(name)}:${range.start.line + 1}:${range.start.character + 1}`;
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const [first] = errors;
  if (first !== undefined) throw notAssembled(place(first), first.message, errors.length - 1);
  if (file === undefined) throw notAssembled(baseName(sources[0]!), "there is nothing to link", 0);
  for (const diagnostic of diagnostics) {
    if (diagnostic.severity === "warning")
      notes.push(`${place(diagnostic)}: ${diagnostic.message}`);
  }
  return file;
}

function start(
  path: string,
  file: ElfFile,
  attributes: LaunchAttributes,
  folder: string,
  services: LoadServices,
): Machine {
  const host: Host = { output: services.output, now, random };
  const { stdin, march } = attributes;
  const streams = new Set(stdin === undefined ? [0, 1, 2] : [1, 2]);
  try {
    return createProcess({
      file,
      environment: attributes.environment ?? "linux",
      args: attributes.args ?? [],
      name: baseName(path),
      variables: attributes.env ?? {},
      host,
      mounts: folder === "" ? {} : { "/": folder },
      terminal: { streams, columns: 80, rows: 24 },
      note: services.note,
      ...(march === undefined ? {} : { march }),
    });
  } catch (error) {
    if (error instanceof LaunchError || error instanceof ElfError) {
      throw notLoadable(path, error.message);
    }
    throw error;
  }
}
