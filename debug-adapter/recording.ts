/**
 * A recording: a debugged run as one file, which opens on any machine. Behind what the file's
 * container checks stand the head (the program's image, how it was started, its sources' text, the
 * person's bookmarks) and the run's history. The format is described in docs/recordings.md.
 */
import { dialectNames } from "../assembler/dialects/dialect.ts";
import {
  BinaryReader,
  BinaryWriter,
  bytes,
  type Codec,
  double,
  FormatError,
  list,
  mapOf,
  natural,
  oneOf,
  optional,
  record,
  setOf,
  text,
  texts,
  unsigned,
} from "../emulator/history/codec.ts";
import type { History, RecordedStart } from "../emulator/history/history.ts";
import { inputEntry, recordedRun } from "../emulator/history/recorded-run.ts";
import { checksum, pack, unpack } from "../emulator/history/recording-file.ts";
import { environmentNames } from "../emulator/process/layout.ts";
import type { ProcessOptions } from "../emulator/process/process.ts";

/** How a process was started; see `ProcessOptions`. */
export type ProcessStart = Omit<
  ProcessOptions,
  "file" | "interpreter" | "host" | "engine" | "hotness" | "counts" | "note"
>;

/** How a program was built, so that what its sources say of types is known again. */
export interface BuildRecipe {
  readonly sources: readonly string[];
  readonly macros?: Readonly<Record<string, string>>;
  readonly undefine?: readonly string[];
  readonly folders?: readonly string[];
  readonly march?: string;
  readonly mabi?: string;
  readonly dialect?: (typeof dialectNames)[number];
  readonly environment?: (typeof environmentNames)[number];
  readonly defaults?: {
    readonly march?: string;
    readonly environment?: (typeof environmentNames)[number];
    readonly dialect?: (typeof dialectNames)[number];
  };
}

/** A point of a run that the person has marked. */
export interface Bookmark {
  /** An instruction count. */
  readonly at: bigint;
  readonly label: string;
  readonly branch: string;
}

/** What a recording holds beside the run. */
export interface RecordingHead {
  /** The client's name of the program. */
  readonly program: string;
  /** When it was written, in milliseconds since the epoch. */
  readonly written: number;
  /** The program's ELF file. */
  readonly image: Uint8Array;
  /** That of its dynamic linker. */
  readonly interpreter: Uint8Array | undefined;
  readonly start: ProcessStart;
  readonly build: BuildRecipe | undefined;
  /** The contents of sources, by the path that debug information or the build has for them. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly bookmarks: readonly Bookmark[];
}

const march = optional(text) as Codec<string>;
const dialect = optional(oneOf(dialectNames)) as Codec<(typeof dialectNames)[number]>;
const environment = optional(oneOf(environmentNames)) as Codec<(typeof environmentNames)[number]>;

const build = record<BuildRecipe>({
  sources: list(text),
  macros: optional(texts) as Codec<Readonly<Record<string, string>>>,
  undefine: optional(list(text)) as Codec<readonly string[]>,
  folders: optional(list(text)) as Codec<readonly string[]>,
  march,
  mabi: march,
  dialect,
  environment,
  defaults: optional(
    record<NonNullable<BuildRecipe["defaults"]>>({ march, environment, dialect }),
  ) as Codec<NonNullable<BuildRecipe["defaults"]>>,
});

const head = record<RecordingHead>({
  program: text,
  written: double,
  image: bytes,
  interpreter: optional(bytes),
  start: record<ProcessStart>({
    environment: oneOf(environmentNames),
    args: list(text),
    name: text,
    variables: texts,
    mounts: texts,
    directory: optional(text) as Codec<string>,
    memoryLimit: optional(natural(2 ** 32)) as Codec<number>,
    march,
    terminal: record<NonNullable<ProcessStart["terminal"]>>({
      streams: setOf(natural(2)),
      columns: natural(0xffff),
      rows: natural(0xffff),
    }),
  }),
  build: optional(build),
  files: mapOf(text, bytes),
  bookmarks: list(record<Bookmark>({ at: unsigned(63), label: text, branch: text })),
});

/** A checksum of a codec's shape stands before what it writes: another shape is another version's. */
function shapeOf<T>(codec: Codec<T>): number {
  return checksum([new TextEncoder().encode(codec.shape(new Set()))]);
}

function writeShape<T>(codec: Codec<T>, out: BinaryWriter): void {
  out.natural(shapeOf(codec));
}

function requireShape<T>(codec: Codec<T>, input: BinaryReader): void {
  if (input.natural() === shapeOf(codec)) return;
  throw new FormatError("it was written by another version of Hartbeat");
}

/** A recording's bytes; the history may go on while they are compressed. */
export async function writeRecording(
  given: RecordingHead,
  history: History,
): Promise<Uint8Array<ArrayBuffer>> {
  const out = new BinaryWriter();
  const { inputs, run, saved } = history.record();
  const recorded = recordedRun(saved);
  writeShape(head, out);
  head.write(given, out);
  list(inputEntry).write([...inputs], out);
  writeShape(recorded, out);
  recorded.write(run, out);
  return await pack(out.finish());
}

/** What a recording holds, and where its history begins. */
export interface Recording {
  readonly head: RecordingHead;
  readonly start: RecordedStart<unknown>;
}

/** Reads a recording; throws a `FormatError` whose clause says what is wrong with it. */
export async function readRecording(file: Uint8Array): Promise<Recording> {
  const input = new BinaryReader(await unpack(file));
  requireShape(head, input);
  const read = head.read(input);
  const inputs = list(inputEntry).read(input);
  return {
    head: read,
    start: {
      inputs,
      run: (saved) => {
        const recorded = recordedRun(saved);
        requireShape(recorded, input);
        const run = recorded.read(input);
        input.finish();
        return run;
      },
    },
  };
}

/** What is wrong with a recording, as a clause; rethrows what is no fault of its own. */
export function faultOf(error: unknown): string {
  if (error instanceof FormatError) return error.message;
  throw error;
}
