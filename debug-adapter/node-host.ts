/** The adapter's host on Node: this computer's files by path or file URI. */
import { fileURLToPath } from "node:url";
import type { HostReply } from "../emulator/machine.ts";
import type { AdapterHost, FileRequest } from "./host.ts";
import { NodeFiles } from "./node-files.ts";

/** Paths may be file URIs; the root of a guest too. */
export class NodeHost implements AdapterHost {
  readonly currentFolder: string | undefined = process.cwd();
  readonly #drained: () => Promise<void>;

  constructor(drained: () => Promise<void> = async () => undefined) {
    this.#drained = drained;
  }

  drained(): Promise<void> {
    return this.#drained();
  }

  async file(request: FileRequest, root: string | undefined): Promise<HostReply> {
    const folder = root === undefined ? undefined : systemPath(root);
    const files = new NodeFiles(folder === undefined ? undefined : [folder]);
    const path = pathBelow(request.path, root, folder);
    if (request.kind !== "rename") return await files.request({ ...request, path });
    return await files.request({ ...request, path, to: pathBelow(request.to, root, folder) });
  }
}

/** The guest's part of a name below the root is a plain path, whatever the root's own name is. */
function pathBelow(name: string, root: string | undefined, folder: string | undefined): string {
  if (root === undefined || folder === undefined) return systemPath(name);
  return folder + name.slice(root.replace(/\/+$/, "").length);
}

function systemPath(name: string): string {
  return /^file:/i.test(name) ? fileURLToPath(name) : name;
}
