/** Opens inputs of a link by their content: object files, archives, thin archives. */
import { type ByteSource, looksLikeArchive, readArchive } from "../../elf/archive.ts";
import { viewObject } from "../../elf/object-view.ts";
import type { Diagnostic } from "../diagnostics.ts";
import { type LinkInput, linkError } from "./load.ts";

/** An input, or why it is none. */
export interface OpenedInput {
  readonly input?: LinkInput;
  readonly diagnostics: Diagnostic[];
}

/**
 * Opens a file by its bytes, or by a source of them that must hold its word: what of an archive
 * is wanted is read in the course of the link. Members of a thin archive are files beside it.
 */
export async function openInput(
  name: string,
  content: Uint8Array | ByteSource,
  isWhole: boolean,
  readFile: (path: string) => Promise<Uint8Array>,
): Promise<OpenedInput> {
  try {
    const isBytes = content instanceof Uint8Array;
    const start = isBytes ? content : content.read(0, Math.min(8, content.size));
    if (!looksLikeArchive(start)) {
      const bytes = isBytes ? content : content.read(0, content.size);
      return { input: { name, object: viewObject(bytes) }, diagnostics: [] };
    }
    const archive = readArchive(content);
    if (!archive.isThin) return { input: { name, archive, isWhole }, diagnostics: [] };
    const folder = name.slice(0, name.lastIndexOf("/") + 1);
    const files = new Map<string, Uint8Array>();
    for (const { name: member } of archive.members) {
      const path = member.startsWith("/") ? member : folder + member;
      const content = await readFile(path).catch(() => undefined);
      if (content !== undefined) files.set(member, content);
    }
    return { input: { name, archive, isWhole, files }, diagnostics: [] };
  } catch (error) {
    const reason = `${name}: ${error instanceof Error ? error.message : String(error)}`;
    return { diagnostics: [linkError("unreadable-object", name, { reason })] };
  }
}
