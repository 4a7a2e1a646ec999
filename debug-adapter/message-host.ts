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
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#post({ hartbeat: "file", id, request, root });
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
