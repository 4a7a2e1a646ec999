/**
 * The files of a host that can only be asked by messages: `{ hartbeat: "file", id, request, root }`
 * goes out, `{ hartbeat: "file-reply", id, reply }` comes back, beside the messages of the debug
 * protocol on the same channel.
 */
import type { HostReply } from "../emulator/machine.ts";
import type { AdapterHost, FileRequest } from "./host.ts";

/** A reply as it comes over the channel. */
interface FileReply {
  readonly hartbeat: "file-reply";
  readonly id: number;
  readonly reply: HostReply;
}

/** A host whose files are asked for by messages; each request is answered once. */
export class MessageHost implements AdapterHost {
  readonly currentFolder = undefined;
  readonly #post: (message: object) => void;
  readonly #waiting = new Map<number, (reply: HostReply) => void>();
  #nextId = 1;

  constructor(post: (message: object) => void) {
    this.#post = post;
  }

  file(request: FileRequest, root: string | undefined): Promise<HostReply> {
    const id = this.#nextId++;
    const asked = root === undefined ? request : encoded(request, root);
    if (asked === undefined) return Promise.resolve({ kind: "error", error: "EACCES" });
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#post({ hartbeat: "file", id, request: asked, root });
    });
  }

  async drained(): Promise<void> {}

  /** Takes a message of the channel; false where it is none of Hartbeat's own. */
  accept(message: unknown): boolean {
    if (typeof message !== "object" || message === null || !("hartbeat" in message)) return false;
    const { hartbeat, id, reply } = message as FileReply;
    if (hartbeat === "file-reply") {
      this.#waiting.get(id)?.(reply);
      this.#waiting.delete(id);
    }
    return true;
  }
}

/**
 * A guest's request with its path as a URI. The guest's part is a plain path, in which "%2e" and "#"
 * are just characters; undefined where it does not lie in the root.
 */
function encoded(request: FileRequest, root: string): FileRequest | undefined {
  if (!isUri(root)) return isInside(request.path, root) ? request : undefined;
  const path = encodeBelow(request.path, root);
  if (path === undefined) return undefined;
  if (request.kind !== "rename") return { ...request, path };
  const to = encodeBelow(request.to, root);
  return to === undefined ? undefined : { ...request, path, to };
}

const isUri = (name: string): boolean => /^[A-Za-z][\w+.-]+:/.test(name);

function isInside(path: string, root: string): boolean {
  const folder = root.replace(/\/+$/, "");
  const isBelow = path === folder || path === root || path.startsWith(`${folder}/`);
  return isBelow && !path.slice(folder.length).split("/").includes("..");
}

/** The path below a URI, with each part of it encoded. */
function encodeBelow(path: string, root: string): string | undefined {
  if (!isInside(path, root)) return undefined;
  const folder = root.replace(/\/+$/, "");
  return folder + path.slice(folder.length).split("/").map(encodeURIComponent).join("/");
}
