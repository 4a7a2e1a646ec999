/**
 * What the adapter needs of the place where it runs: files (for building and for the guest, both in
 * the words of the machine's requests), the time, random bytes, and a way to send messages that
 * waits when the other side is slow.
 */
import type { HostReply } from "../emulator/machine.ts";
import type { FileRequest } from "../emulator/runner.ts";

export type { FileRequest } from "../emulator/runner.ts";

/** The place where an adapter runs. */
export interface AdapterHost {
  /**
   * Does what a file request asks; never rejects (a failure is the reply "error").
   * @param root the folder that the path must be in, symbolic links resolved; undefined: anywhere
   */
  file(request: FileRequest, root: string | undefined): Promise<HostReply>;
  /** The folder for programs whose launch names none, or undefined. */
  readonly currentFolder: string | undefined;
  /** Resolves when what was sent has left, at once in most cases. */
  drained(): Promise<void>;
}

/** Reads a whole file; undefined where that cannot be. */
export async function readHostFile(
  host: AdapterHost,
  path: string,
): Promise<Uint8Array | undefined> {
  const reply = await host.file({ kind: "read-file", path }, undefined);
  return reply.kind === "data" ? reply.data : undefined;
}

/** Does a request for a guest that sees the given folders: links do not lead out of them. */
export async function requestBelow(
  host: AdapterHost,
  mounts: Readonly<Record<string, string>>,
  request: FileRequest,
): Promise<HostReply> {
  const isIn = (folder: string) => {
    const plain = folder.replace(/\/+$/, "");
    return request.path === plain || request.path.startsWith(`${plain}/`);
  };
  // Of nested folders the outer one: a link may lead from one into the other.
  const [root] = Object.values(mounts)
    .filter(isIn)
    .sort((a, b) => a.length - b.length);
  if (root === undefined) return { kind: "error", error: "EACCES" };
  return await host.file(request, root);
}

/** Nanoseconds since the epoch. */
export function now(): bigint {
  return BigInt(Date.now()) * 1_000_000n;
}

/** Random bytes. */
export function random(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  // The platform gives at most 65536 at once.
  for (let start = 0; start < length; start += 65536) {
    crypto.getRandomValues(bytes.subarray(start, start + 65536));
  }
  return bytes;
}

/** Lets the other events of this thread happen, without the delay that timers have. */
export function yieldToEvents(): Promise<void> {
  return new Promise((resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      channel.port1.close();
      resolve();
    };
    channel.port2.postMessage(undefined);
  });
}
