/**
 * A run's history as bytes: its branches with their inputs, a sparse set of their snapshots, and how
 * far each came. The contents of a page are written as the exclusive or with the contents that the
 * page had at the snapshot before, which is mostly zeros and compresses well.
 */
import type { FileStatus, HostReply } from "../machine.ts";
import { type Branch, branchLimit } from "./branch.ts";
import {
  type BinaryReader,
  type BinaryWriter,
  big,
  byKind,
  bytes,
  type Codec,
  checked,
  double,
  FormatError,
  list,
  natural,
  oneOf,
  record,
  shared,
  text,
  truth,
  unsigned,
} from "./codec.ts";
import type { Entry } from "./journal.ts";
import { OutputLog } from "./output-log.ts";
import { type OutputMark, OutputMarks } from "./output-marks.ts";
import { type OutputPosition, pageSize, type Snapshot } from "./snapshots.ts";

/** A run as a recording has it. */
export interface RecordedRun<Saved = unknown> {
  /** At least one. */
  readonly branches: readonly Branch<Saved>[];
  /** Which of them is the run's present course. */
  readonly current: Branch<Saved>;
}

/** Snapshots that a branch of a recording keeps, and bytes of pages, at most. */
const mostSnapshots = 128;
const mostBytes = 48 << 20;

const lastPage = 2 ** 52;

/** The greatest instruction count: 63 bits. */
const count = unsigned(63);

const status = record<FileStatus>({
  type: oneOf(["file", "directory"]),
  size: natural(),
  modified: double,
});

const reply = byKind<HostReply>({
  console: record({ data: bytes, ended: truth }),
  dialog: record({ button: oneOf(["yes", "no", "cancel"]), text }),
  done: record({}),
  status: record({ status }),
  data: record({ data: bytes }),
  entries: record({
    entries: list(
      record<{ name: string; type: FileStatus["type"] }>({
        name: text,
        type: oneOf(["file", "directory"]),
      }),
    ),
  }),
  error: record({
    error: oneOf(["ENOENT", "EACCES", "EEXIST", "ENOTDIR", "EISDIR", "ENOTEMPTY", "EROFS", "EIO"]),
  }),
});

/** One input; branches that begin alike share theirs. */
export const inputEntry: Codec<Entry> = shared(
  byKind<Entry>({
    now: record({ time: big }),
    random: record({ bytes }),
    reply: record({ reply }),
  }),
);

const position = record<OutputPosition>({ 1: natural(), 2: natural() });
const mark = record<OutputMark>({ at: count, 1: natural(), 2: natural() });
const stream: Codec<1 | 2> = oneOf([1, 2]);

/** The history of a run, with the states of its machine as the codec has them. */
export function recordedRun<Saved>(saved: Codec<Saved>): Codec<RecordedRun<Saved>> {
  const snapshots = snapshotsOf(saved);
  const branch: Codec<Branch<Saved>> = {
    shape: (known) =>
      `branch:${list(inputEntry).shape(known)}${snapshots.shape(known)}${list(mark).shape(known)}`,
    write: (value, out) => {
      text.write(value.name, out);
      list(inputEntry).write(value.entries, out);
      snapshots.write(value.snapshots, out);
      count.write(value.since, out);
      count.write(value.end, out);
      position.write(value.written, out);
      list(mark).write([...value.marks.list], out);
      const { chunks } = value.log;
      out.count(chunks.length);
      for (const chunk of chunks) {
        stream.write(chunk.stream, out);
        bytes.write(chunk.bytes, out);
      }
      truth.write(value.hasEnded, out);
      count.write(value.at, out);
    },
    read: (input) => {
      const name = text.read(input);
      const entries = list(inputEntry).read(input);
      const kept = snapshots.read(input);
      const since = count.read(input);
      const end = count.read(input);
      const written = position.read(input);
      const marks = new OutputMarks();
      for (const { at, 1: out, 2: err } of list(mark).read(input)) {
        marks.add(at, 1, out);
        marks.add(at, 2, err);
      }
      const log = readLog(input, written);
      const hasEnded = truth.read(input);
      const at = count.read(input);
      const known = { name, entries, snapshots: kept, since, end, written, marks, log };
      return checkBranch({ ...known, changes: [], hasEnded, isSealed: true, at });
    },
  };
  return {
    shape: (known) => `run:${branch.shape(known)}`,
    write: ({ branches, current }, out) => {
      list(branch).write(branches.map(sparse), out);
      out.natural(branches.indexOf(current));
    },
    read: (input) => {
      const branches = checked(
        list(branch),
        ({ length }) => length > 0 && length <= branchLimit,
        "it has no branch, or too many",
      ).read(input);
      const [first] = branches as [Branch<Saved>];
      if (new Set(branches.map(({ name }) => name)).size !== branches.length) {
        throw new FormatError("two branches have the same name");
      }
      for (const { snapshots: own } of branches) {
        if (own[0] !== first.snapshots[0]) throw new FormatError("its branches share no start");
      }
      const current = branches[input.natural(branches.length - 1)] as Branch<Saved>;
      return { branches, current };
    },
  };
}

/** Puts the log's places in their streams back, which follow from how much there was in all. */
function readLog(input: BinaryReader, written: OutputPosition): OutputLog {
  const log = new OutputLog();
  const chunks: { stream: 1 | 2; bytes: Uint8Array }[] = [];
  for (let left = input.count(); left > 0; left--) {
    chunks.push({ stream: stream.read(input), bytes: bytes.read(input) });
  }
  const starts = { 1: written[1], 2: written[2] };
  for (const chunk of chunks) starts[chunk.stream] -= chunk.bytes.length;
  if (starts[1] < 0 || starts[2] < 0) throw new FormatError("it has more output than was written");
  for (const chunk of chunks) {
    log.add(chunk.stream, chunk.bytes, starts[chunk.stream]);
    starts[chunk.stream] += chunk.bytes.length;
  }
  return log;
}

function checkBranch<Saved>(branch: Branch<Saved>): Branch<Saved> {
  const { snapshots, entries, end, at } = branch;
  const [first] = snapshots;
  if (first === undefined) throw new FormatError("a branch has no snapshot");
  for (const [index, snapshot] of snapshots.entries()) {
    const before = snapshots[index - 1] ?? snapshot;
    const isInOrder = snapshot.at >= before.at && snapshot.inputs >= before.inputs;
    if (!isInOrder || snapshot.at > end || snapshot.inputs > entries.length) {
      throw new FormatError("its snapshots are not in order");
    }
  }
  if (at < first.at || at > end) throw new FormatError("a branch was left outside of it");
  return branch;
}

/** The branch with few of its snapshots: all that edits have made, and of the others some. */
function sparse<Saved>(branch: Branch<Saved>): Branch<Saved> {
  const kept = [...branch.snapshots];
  let pages = kept.reduce((sum, snapshot) => sum + snapshot.pages.size, 0);
  for (let left = kept.length; left > mostSnapshots || pages * pageSize > mostBytes; left--) {
    let best: { index: number; distance: bigint } | undefined;
    for (let index = 1; index < kept.length; index++) {
      if (kept[index]?.isEdit) continue;
      const next = kept[index + 1]?.at ?? branch.end;
      const distance = next - (kept[index - 1] as Snapshot).at;
      if (best === undefined || distance < best.distance) best = { index, distance };
    }
    if (best === undefined) break;
    const [dropped] = kept.splice(best.index, 1) as [Snapshot<Saved>];
    pages -= dropped.pages.size;
    const next = kept[best.index];
    if (next === undefined) continue;
    const joined = new Map([...dropped.pages, ...next.pages]);
    pages += joined.size - next.pages.size;
    kept[best.index] = { ...next, pages: joined };
  }
  return { ...branch, snapshots: kept };
}

type Contents = Map<number, Uint8Array | undefined>;

/** Snapshots in a row; those that a branch before has, too, are named by their number. */
function snapshotsOf<Saved>(saved: Codec<Saved>): Codec<Snapshot<Saved>[]> {
  const own: Codec<Snapshot<Saved>[]> = {
    shape: (known) => `snapshots:${saved.shape(known)}`,
    write: (values, out) => {
      const table = out.table(own);
      const now: Contents = new Map();
      out.count(values.length);
      for (const snapshot of values) {
        const known = table.get(snapshot);
        out.natural(known ?? table.size);
        if (known === undefined) {
          table.set(snapshot, table.size);
          writeSnapshot(snapshot, saved, now, out);
        }
        for (const [page, contents] of snapshot.pages) now.set(page, contents);
      }
    },
    read: (input) => {
      const table = input.table(own) as Snapshot<Saved>[];
      const now: Contents = new Map();
      const values: Snapshot<Saved>[] = [];
      for (let left = input.count(); left > 0; left--) {
        const index = input.natural(table.length);
        const snapshot = table[index] ?? readSnapshot(saved, now, input);
        if (index === table.length) table.push(snapshot);
        for (const [page, contents] of snapshot.pages) now.set(page, contents);
        values.push(snapshot);
      }
      return values;
    },
  };
  return own;
}

function writeSnapshot<Saved>(
  { at, inputs, output, saved: state, isEdit, pages }: Snapshot<Saved>,
  saved: Codec<Saved>,
  now: Contents,
  out: BinaryWriter,
): void {
  count.write(at, out);
  out.natural(inputs);
  position.write(output, out);
  truth.write(isEdit, out);
  saved.write(state, out);
  out.count(pages.size);
  let last = 0;
  for (const [page, contents] of [...pages].sort(([a], [b]) => a - b)) {
    out.natural(page - last);
    last = page;
    truth.write(contents !== undefined, out);
    if (contents !== undefined) out.raw(difference(contents, now.get(page)));
  }
}

function readSnapshot<Saved>(
  saved: Codec<Saved>,
  now: Contents,
  input: BinaryReader,
): Snapshot<Saved> {
  const at = count.read(input);
  const inputs = input.natural();
  const output = position.read(input);
  const isEdit = truth.read(input);
  const state = saved.read(input);
  const pages: Contents = new Map();
  let page = 0;
  for (let left = input.count(); left > 0; left--) {
    page += input.natural();
    if (page >= lastPage) throw new FormatError("a page is beyond all memory");
    const contents = truth.read(input) ? difference(input.raw(pageSize), now.get(page)) : undefined;
    pages.set(page, contents);
  }
  return { at, inputs, output, isEdit, saved: state, pages };
}

/** A page as words; pages that are kept begin at whole ones. */
const wordsOf = ({ buffer, byteOffset }: Uint8Array): Int32Array =>
  new Int32Array(buffer, byteOffset, pageSize / 4);

function difference(contents: Uint8Array, before: Uint8Array | undefined): Uint8Array {
  const result = contents.slice();
  if (before === undefined) return result;
  const [words, old] = [wordsOf(result), wordsOf(before)];
  for (let index = 0; index < words.length; index++) {
    words[index] = (words[index] as number) ^ (old[index] as number);
  }
  return result;
}
