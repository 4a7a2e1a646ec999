/** Places in sources: how the servers' paths become URIs, and how the editor is taken to one. */
import { commands, type Disposable, Range, Uri, window } from "vscode";
import { resolvePath } from "./debug-configurations.ts";

/** A place in a source. */
export interface Place {
  /** A path or a URI. */
  readonly path: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
}

/** The URI of a file that is given by a URI or by a path, absolute or in the workspace folder. */
export function toUri(path: string): Uri {
  const resolved = resolvePath(undefined, path);
  return /^[a-z][a-z0-9+.-]+:/i.test(resolved) && !/^[a-z]:[\\/]/i.test(resolved)
    ? Uri.parse(resolved)
    : Uri.file(resolved);
}

/** What a debug adapter's error message needs for its button to lead to a place. */
export function linkTo(place: Place): { url: string; urlLabel: string } {
  const argument = encodeURIComponent(JSON.stringify([place]));
  return { url: `command:hartbeat.goToError?${argument}`, urlLabel: goToLabel };
}

/** What a button says that leads to an error. */
const goToLabel = "Go to the Error";

/** Shows a sentence, with a button that leads to the place where there is one. */
export async function showError(text: string, place: Place | undefined): Promise<void> {
  const buttons = place === undefined ? [] : [goToLabel];
  const picked = await window.showErrorMessage(text, ...buttons);
  if (picked !== undefined && place !== undefined) await goTo(place);
}

/** Opens the source with the cursor at the place. */
async function goTo({ path, line, column }: Place): Promise<void> {
  const at = [Math.max(0, line - 1), Math.max(0, column - 1)] as const;
  await window.showTextDocument(toUri(path), { selection: new Range(...at, ...at) });
}

/** Registers the command behind the links; without a place it goes to the next problem. */
export function registerPlaces(): Disposable {
  return commands.registerCommand("hartbeat.goToError", (place?: Place) =>
    place === undefined ? commands.executeCommand("editor.action.marker.nextInFiles") : goTo(place),
  );
}
