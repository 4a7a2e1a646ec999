/** The program's standard streams as a console for a machine. */
import process from "node:process";
import type { ConsoleInput } from "../emulator/runner.ts";
import { readBytes } from "./files.ts";

/** Input that can be given up, so that the process may end. */
export interface ClosableInput extends ConsoleInput {
  close(): void;
}

/** Standard input, read only when asked for: what is not read stays for others. */
export function standardInput(): ClosableInput {
  const stream = process.stdin;
  let isOpen = false;
  return {
    async read() {
      isOpen = true;
      for (;;) {
        const chunk = stream.read() as Uint8Array | null;
        if (chunk !== null && chunk.length > 0) return { data: chunk, ended: false };
        if (stream.readableEnded || stream.destroyed)
          return { data: new Uint8Array(0), ended: true };
        await new Promise<void>((resolve) => {
          const wake = () => {
            for (const event of ["readable", "end", "error", "close"]) stream.off(event, wake);
            resolve();
          };
          for (const event of ["readable", "end", "error", "close"]) stream.on(event, wake);
        });
      }
    },
    close() {
      if (!isOpen) return;
      stream.pause();
      stream.unref();
    },
  };
}

/** The content of a file as input. */
export async function fileInput(path: string): Promise<ClosableInput> {
  let content: Uint8Array | undefined = await readBytes(path);
  return {
    async read() {
      const data = content ?? new Uint8Array(0);
      content = undefined;
      return { data, ended: data.length === 0 };
    },
    close() {},
  };
}

/** Writes to standard output or standard error; resolves when there is room for more. */
export async function writeStream(stream: 1 | 2, bytes: Uint8Array): Promise<void> {
  const target = stream === 1 ? process.stdout : process.stderr;
  if (target.write(bytes)) return;
  await new Promise<void>((resolve) => target.once("drain", resolve));
}
