/**
 * Where files of `#include` and `.include` are looked for: the folders of the settings, which are
 * meant from the workspace folder, and behind them those that are guessed from the way projects are
 * laid out, around the source and above it up to the workspace folder.
 */
import type { Inclusion } from "../assembler/unit.ts";
import type { Analysis, Preprocessing } from "./analysis.ts";
import { canonicalUri } from "./uris.ts";

/** What lies in each folder above a source; kernels keep apart what is for user programs, or made. */
const usual = [
  "",
  "/include",
  "/include/generated",
  "/include/uapi",
  "/include/generated/uapi",
] as const;

/** Folders above a source are looked at this far. */
const depthLimit = 8;

const bare = (uri: string) => canonicalUri(uri).replace(/\/+$/, "");

/**
 * Settings with paths as canonical URIs; relative ones are from the workspace folder, or stay from
 * the source where there is none.
 */
export function resolved(
  { folders, forced = [], ...others }: Preprocessing,
  workspaceFolder: string | undefined,
): Preprocessing {
  if (workspaceFolder === undefined) return { ...others, folders, forced };
  const base = `${bare(workspaceFolder)}/`;
  const resolve = (path: string) =>
    canonicalUri(path.replace(/^\$\{workspaceFolder\}\/?/, "") || ".", base).replace(/\/$/, "");
  return { ...others, folders: folders.map(resolve), forced: forced.map(resolve) };
}

/** Folders that a file may be meant from, the nearest first; none outside of a workspace folder. */
export function guessedFolders(file: string, workspaceFolder: string | undefined): string[] {
  if (workspaceFolder === undefined) return [];
  const top = bare(workspaceFolder);
  const found: string[] = [];
  let folder = canonicalUri(file);
  for (let depth = 0; depth < depthLimit && folder.length > top.length; depth++) {
    folder = folder.slice(0, folder.lastIndexOf("/"));
    if (!folder.startsWith(top)) break;
    for (const below of usual) found.push(folder + below);
  }
  return found;
}

/** Whether a file was found only because a folder was guessed. */
export function isGuess(analysis: Analysis, inclusion: Inclusion): boolean {
  const { mention, path, found } = inclusion;
  const { guessed = [], folders = [] } = analysis.settings.preprocessing ?? {};
  if (found === undefined || guessed.length === 0) return false;
  const beside = canonicalUri(path, canonicalUri(mention.source.file, analysis.file));
  const file = canonicalUri(found, analysis.file);
  if (file === beside || inclusion.isBinary) return false;
  const isFrom = (folder: string) => file === canonicalUri(`${folder}/${path}`, analysis.file);
  const named = [...folders, ...(analysis.header.include ?? [])];
  return guessed.some(isFrom) && !named.some(isFrom);
}

/** The canonical URI of the folder in which an inclusion was looked for where it was found. */
export function folderOf(analysis: Analysis, { path, found = path }: Inclusion): string {
  return canonicalUri(found, analysis.file).slice(0, -path.length - 1);
}

/** A folder as a path from another one. */
export function pathBetween(from: string, to: string): string {
  const [here, there] = [bare(from).split("/"), bare(to).split("/")];
  let shared = 0;
  while (shared < here.length && here[shared] === there[shared]) shared++;
  const up = here.slice(shared).map(() => "..");
  return [...up, ...there.slice(shared)].join("/") || ".";
}
