/** Runs a program to its end as a test wants it: input as text, output as text. */

import { NodeFiles } from "../../debug-adapter/node-files.ts";
import type { ElfFile } from "../../elf/model.ts";
import { readElf } from "../../elf/reader.ts";
import type { EngineName } from "../../emulator/engines.ts";
import type { HostReply, Machine } from "../../emulator/machine.ts";
import { readInterpreter } from "../../emulator/process/interpreter-file.ts";
import { createProcess, type ProcessOptions } from "../../emulator/process/process.ts";
import { type DialogReply, type DialogRequest, Runner } from "../../emulator/runner.ts";

/** What a test gives beside the program. */
export interface Given {
  readonly environment?: ProcessOptions["environment"];
  readonly args?: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** The host folder at "/". */
  readonly folder?: string;
  /** Replies to dialogs, in order. */
  readonly dialogs?: readonly DialogReply[];
  /** Instructions after which the run is given up. */
  readonly limit?: bigint;
  readonly seed?: number;
  readonly name?: string;
  readonly engine?: EngineName;
  /** Is given the machine before it runs. */
  readonly prepare?: (machine: Machine, file: ElfFile) => void;
}

/** What a program did. */
export interface Result {
  readonly stdout: string;
  readonly stderr: string;
  /** The exit code; undefined when the program did not end. */
  readonly code: number | undefined;
  readonly signal: string | undefined;
  readonly reason: string;
  readonly notes: readonly string[];
  readonly dialogs: readonly DialogRequest[];
  readonly instructions: bigint;
}

/** Runs an executable, given as a model or as bytes. */
export async function runProcess(
  program: ElfFile | Uint8Array,
  given: Given = {},
): Promise<Result> {
  const file = program instanceof Uint8Array ? readElf(program) : program;
  const output: Record<1 | 2, Uint8Array[]> = { 1: [], 2: [] };
  const notes: string[] = [];
  const asked: DialogRequest[] = [];
  const mounts = given.folder === undefined ? {} : { "/": given.folder };
  const files =
    given.folder === undefined
      ? { request: async (): Promise<HostReply> => ({ kind: "error", error: "ENOENT" }) }
      : new NodeFiles([given.folder]);
  const machine = createProcess({
    file,
    interpreter: (await readInterpreter(file, mounts, files))?.file,
    environment: given.environment ?? "linux",
    args: given.args ?? [],
    name: given.name ?? "program",
    variables: given.variables ?? {},
    mounts,
    ...(given.engine === undefined ? {} : { engine: given.engine }),
    terminal: { streams: new Set(), columns: 80, rows: 24 },
    note: (text) => notes.push(text),
    host: {
      output: (stream, bytes) => output[stream].push(bytes.slice()),
      now: () => BigInt(Math.round((performance.timeOrigin + performance.now()) * 1e6)),
      random: (length) => new Uint8Array(length).fill(given.seed ?? 42),
    },
  });
  given.prepare?.(machine, file);
  let input: Uint8Array | undefined = new TextEncoder().encode(given.input ?? "");
  const replies = [...(given.dialogs ?? [])];
  const runner = new Runner(machine, {
    console: {
      read: async () => {
        const data = input ?? new Uint8Array(0);
        input = undefined;
        return { data, ended: data.length === 0 };
      },
    },
    files,
    dialog: async (request) => {
      asked.push(request);
      return replies.shift() ?? { kind: "dialog", button: "cancel", text: "" };
    },
  });
  const end = await runner.run(given.limit ?? 20_000_000n);
  const text = (stream: 1 | 2) => new TextDecoder().decode(Buffer.concat(output[stream]));
  return {
    stdout: text(1),
    stderr: text(2),
    code: end.reason === "exit" ? end.code : undefined,
    signal: end.reason === "exit" ? end.signal : undefined,
    reason: end.reason,
    notes,
    dialogs: asked,
    instructions: machine.instructions,
  };
}
