/**
 * What the language server needs from where it runs: the files that are not open in the editor.
 * In Node they come from the file system, in a browser worker from the client; both answer
 * asynchronously, by URI, and never throw.
 */
import { neighbourLimit } from "./neighbours.ts";

/** The files of the workspace, by URI. */
export interface Host {
  /** The bytes of a file, or undefined where it is absent, unreadable or above the size limit. */
  readFile(uri: string): Promise<Uint8Array | undefined>;
  /**
   * URIs of the assembly sources below the folders, at most {@link fileCountLimit}, and of files of
   * other languages beside them, at most {@link neighbourLimit}.
   */
  findSources(folders: readonly string[]): Promise<string[]>;
}

/** Files above this many bytes are not read: no assembly source is so long. */
export const fileSizeLimit = 8 << 20;

/** At most this many sources of a workspace are looked at. */
export const fileCountLimit = 1000;

/** How the name of an assembly source ends. */
export const sourceExtensions = [".s", ".S", ".asm"] as const;

/** Folders that hold no sources of a person's own. */
export const skippedFolders: ReadonlySet<string> = new Set(["node_modules", "dist", "out"]);

/** Holds when a file of this name is taken for an assembly source. */
export function isSource(name: string): boolean {
  return sourceExtensions.some((extension) => name.endsWith(extension));
}

/** A host without files, for text that stands alone. */
export const noHost: Host = {
  readFile: async () => undefined,
  findSources: async () => [],
};
