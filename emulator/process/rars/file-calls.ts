/** The RARS calls on files. Failures give −1 in a0. */
import type { Steps } from "../console.ts";
import { OpenFlag } from "../descriptors.ts";
import { fail } from "../errno.ts";
import { currentDirectory, openFile, read, seek, tryFile, write } from "../file-access.ts";
import type { Guest } from "../guest.ts";
import { signed32 } from "../teaching.ts";
import type { RarsCall, RarsState } from "./state.ts";

/** Files that can be open at once, the three standard streams included. */
const mostFiles = 32;

/** What a file is opened for, by the simulator's flags. */
const modes: Readonly<Record<number, number>> = {
  0: OpenFlag.READ_ONLY,
  1: OpenFlag.WRITE_ONLY | OpenFlag.CREATE | OpenFlag.TRUNCATE,
  9: OpenFlag.WRITE_ONLY | OpenFlag.CREATE | OpenFlag.APPEND,
};

function* open(guest: Guest, state: RarsState, address: bigint, flags: number): Steps<number> {
  const path = guest.memory.readString(address);
  const mode = modes[flags] ?? fail("EINVAL");
  if ([...state.paths.values()].includes(path)) fail("EBUSY");
  if (state.paths.size + 3 >= mostFiles) fail("EMFILE");
  const fd = yield* openFile(guest, path, mode);
  state.paths.set(guest.descriptors.get(fd), path);
  return fd;
}

export const fileCalls: readonly RarsCall[] = [
  {
    number: 17,
    name: "GetCWD",
    arguments: "a0 buffer, a1 size",
    summary: "The current directory's path; a0 becomes −1 where the buffer is too short.",
    handler: currentDirectory,
  },
  {
    number: 57,
    name: "Close",
    arguments: "a0 fd",
    summary: "Closes a file.",
    *handler(guest, state, [fd]) {
      const number = signed32(fd);
      if (number < 3 || !guest.descriptors.has(number)) return;
      state.paths.delete(guest.descriptors.get(number));
      yield* guest.descriptors.close(number);
    },
  },
  {
    number: 62,
    name: "LSeek",
    arguments: "a0 fd, a1 offset, a2 whence",
    summary: "Moves a file's position; a0 becomes the new one.",
    handler: seek,
  },
  {
    number: 63,
    name: "Read",
    arguments: "a0 fd, a1 buffer, a2 size",
    summary: "Reads from a file; a0 becomes the count, 0 at its end.",
    handler: read,
  },
  {
    number: 64,
    name: "Write",
    arguments: "a0 fd, a1 buffer, a2 size",
    summary: "Writes to a file; a0 becomes the count.",
    handler: write,
  },
  {
    number: 1024,
    name: "Open",
    arguments: "a0 path, a1 flags",
    summary: "Opens a file to read (0), write (1) or append (9); a0 becomes its descriptor.",
    handler: (guest, state, [path = 0n, flags]) =>
      tryFile(guest, open(guest, state, path, signed32(flags))),
  },
];
