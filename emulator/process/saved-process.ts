/**
 * The state of a process as bytes, for recordings: a codec for each part of it. A part that gets
 * another field does not compile until its codec has it too.
 */
import { Privilege, type SavedHart, stateOffsets } from "../hart.ts";
import {
  big,
  bytes,
  type Codec,
  checked,
  double,
  list,
  mapOf,
  natural,
  node,
  oneOf,
  optional,
  record,
  setOf,
  shared,
  text,
  truth,
  unsigned,
  words,
} from "../history/codec.ts";
import type { Stop } from "../machine.ts";
import { protectionEntries } from "../privileged/memory-protection.ts";
import type { SavedMap } from "../translation.ts";
import type { Console } from "./console.ts";
import { type Descriptors, mostDescriptors, type OpenFile, type Pipe } from "./descriptors.ts";
import { type FileNode, type FileSystem, largestFile, nodeKinds } from "./file-system.ts";
import type { ProcessHeap } from "./heap.ts";
import type { Signals } from "./linux/signals.ts";

/** A process's state but for the contents of its pages; see `RecordableMachine`. */
export interface SavedProcess {
  readonly hart: SavedHart;
  readonly map: SavedMap;
  readonly state: ProcessState;
}

/** What a process remembers outside of memory and hart, as plain data. */
export interface ProcessState {
  readonly fileSystem: FileSystem["state"];
  readonly descriptors: Descriptors["state"];
  readonly console: Console["state"];
  readonly signals: Signals["state"];
  readonly heap: ProcessHeap["state"];
  readonly environment: object;
  readonly directory: FileNode;
  readonly fatal: { readonly number: number; readonly pc: bigint } | undefined;
  readonly end: {
    outcome: Extract<Stop, { reason: "exit" }> | undefined;
    isOver: boolean;
  };
}

/** Pages that an address space of 64 bits has. */
const lastPage = 2 ** 52;
const sharedBytes = shared(bytes);

const hart = record<SavedHart>({
  bytes: checked(bytes, ({ length }) => length === stateOffsets.discarded, "a hart is cut off"),
  csrs: record<SavedHart["csrs"]>({
    values: checked(words, ({ length }) => length === 4096, "CSRs are missing"),
    counters: record({ cycle: counter(), instret: counter() }),
    protection: record<SavedHart["csrs"]["protection"]>({
      configurations: checked(
        bytes,
        ({ length }) => length === protectionEntries,
        "entries of memory protection are missing",
      ),
      addresses: checked(
        list(unsigned()),
        ({ length }) => length === protectionEntries,
        "entries of memory protection are missing",
      ),
    }),
    lines: unsigned(),
  }),
  stalls: unsigned(),
  privilege: oneOf([Privilege.user, Privilege.supervisor, Privilege.machine]),
});

function counter(): Codec<SavedHart["csrs"]["counters"]["cycle"]> {
  return record({ offset: big, frozen: optional(unsigned()) });
}

const map: Codec<SavedMap> = shared(
  checked(
    list(
      record<SavedMap[number]>({
        first: natural(lastPage),
        end: natural(lastPage),
        rights: natural(0xff),
        name: text,
      }),
    ),
    (runs) =>
      runs.every(({ first, end }, at) => first < end && first >= (runs[at - 1]?.end ?? first)),
    "what is mapped overlaps",
  ),
);

/** Always the same, and nowhere in the bytes. */
const constant = <T>(value: T): Codec<T> => ({
  shape: () => "",
  write: () => undefined,
  read: () => value,
});

const fileNode: Codec<FileNode> = node<FileNode>(() => ({
  number: natural(),
  kind: oneOf(nodeKinds),
  name: text,
  parent: fileNode,
  permissions: natural(),
  modified: double,
  hostPath: optional(text),
  children: mapOf(text, fileNode),
  isListed: truth,
  data: optional(sharedBytes),
  size: natural(largestFile),
  isDirty: truth,
  target: text,
  isDeleted: truth,
  // The bytes are those of the saved state: they are copied before they are next changed.
  saves: constant(-1),
}));

const pipe: Codec<Pipe> = node<Pipe>(() => ({
  chunks: list(sharedBytes),
  size: natural(largestFile),
  readers: natural(),
  writers: natural(),
}));

/** An open file, for what an environment remembers of them. */
export const openFile: Codec<OpenFile> = node<OpenFile>(() => ({
  node: fileNode,
  flags: natural(),
  offset: double,
  references: natural(),
  stream: oneOf([1, 2]),
  pipe: optional(pipe) as Codec<Pipe>,
}));

const action = record<
  Signals["state"]["actions"] extends Map<number, infer A extends object> ? A : never
>({
  handler: unsigned(),
  flags: unsigned(),
  mask: unsigned(),
});

/** The state of a process, with what its environment remembers. */
export function savedProcess(environment: Codec<object>): Codec<SavedProcess> {
  const state = record<ProcessState>({
    fileSystem: record<FileSystem["state"]>({
      root: fileNode,
      dirty: setOf(fileNode),
      nextNumber: natural(),
    }),
    descriptors: record<Descriptors["state"]>({
      files: checked(
        list(optional(openFile)),
        ({ length }) => length <= mostDescriptors,
        "it has too many descriptors",
      ),
      closeOnExec: setOf(natural(mostDescriptors)),
    }),
    console: checked(
      record<Console["state"]>({ buffer: sharedBytes, start: natural(), hasEnded: truth }),
      ({ buffer, start }) => start <= buffer.length,
      "its input is cut off",
    ),
    signals: record<Signals["state"]>({
      actions: mapOf(natural(64), action),
      pending: list(
        record<Signals["state"]["pending"][number]>({
          number: natural(64),
          code: double,
          address: unsigned(),
          isTrap: optional(truth) as Codec<boolean>,
        }),
      ),
      mask: unsigned(),
      alternateStack: record<Signals["state"]["alternateStack"]>({
        base: unsigned(),
        size: unsigned(),
        flags: natural(),
      }),
    }),
    heap: record<ProcessHeap["state"]>({ end: unsigned() }),
    environment,
    directory: fileNode,
    fatal: optional(
      record<NonNullable<ProcessState["fatal"]>>({ number: natural(64), pc: unsigned() }),
    ),
    end: record<ProcessState["end"]>({
      outcome: optional(
        record<NonNullable<ProcessState["end"]["outcome"]>>({
          reason: oneOf(["exit"]),
          code: double,
          signal: optional(text) as Codec<string>,
        }),
      ),
      isOver: truth,
    }),
  });
  return record<SavedProcess>({ hart, map, state });
}
