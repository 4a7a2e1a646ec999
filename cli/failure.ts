/** Failures that end a command with one sentence and exit code 1. */

/** A command cannot do what it was asked; `message` is for the user. */
export class CommandFailure extends Error {}

/** A file that cannot be read or written, in the words of the C library. */
export function fileFailure(path: string, error: unknown): CommandFailure {
  const { code, message } = error as NodeJS.ErrnoException;
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: "No such file or directory",
    EACCES: "Permission denied",
    EISDIR: "Is a directory",
    ENOTDIR: "Not a directory",
  };
  return new CommandFailure(`${path}: ${reasons[code ?? ""] ?? message}`);
}
