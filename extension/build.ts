/**
 * Builds a source into an ELF file beside it. The language server does the work (it has the
 * assembler in it); what is built is the text on the screen. The command and the task share it.
 */
import { commands, type Disposable, type Uri, window, workspace } from "vscode";
import type { BaseLanguageClient } from "vscode-languageclient";
import { sourceToRun } from "./documents.ts";
import { type Place, showError } from "./places.ts";

/** What the server answers to `hartbeat/build`. */
interface BuildResult {
  /** Lines like `hello.s:3:5: error: …`. */
  readonly messages: readonly string[];
  /** The ELF file in base64, where there was no error. */
  readonly image?: string;
}

/** What became of a build. */
export interface Built {
  /** Lines like `hello.s:3:5: error: …`, warnings among them. */
  readonly messages: readonly string[];
  /** The executable that was written, and its size in bytes; absent where there was an error. */
  readonly executable?: { readonly uri: Uri; readonly size: number };
}

/** Builds the source and writes the executable: to `output`, or to the source's name without its ending. */
export async function buildExecutable(
  client: BaseLanguageClient,
  source: Uri,
  output = source.with({ path: source.path.replace(/\.[^./]+$/, "") }),
): Promise<Built> {
  if (output.path === source.path)
    throw new Error(
      "The executable would replace its source: give the source an ending such as .s.",
    );
  const parameters = { uri: source.toString() };
  const { messages, image } = await client.sendRequest<BuildResult>("hartbeat/build", parameters);
  if (image === undefined) return { messages };
  const bytes = Uint8Array.from(atob(image), (character) => character.charCodeAt(0));
  await workspace.fs.writeFile(output, bytes);
  return { messages, executable: { uri: output, size: bytes.length } };
}

/** The sentence that reports an executable. */
export function builtText({ uri, size }: NonNullable<Built["executable"]>): string {
  return `Built ${workspace.asRelativePath(uri)} (${size.toLocaleString("en-US")} bytes).`;
}

/** The first error among a build's messages: its text without the path, and its place. */
function firstError(messages: readonly string[]): { text: string; place: Place } | undefined {
  for (const message of messages) {
    const [, path, line, column, text] = /^(.+?):(\d+):(\d+): error: (.*)$/.exec(message) ?? [];
    if (path === undefined || text === undefined) continue;
    const name = path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
    const place = { path, line: Number(line), column: Number(column) };
    return { text: `${name}:${line}:${column}: ${text}`, place };
  }
  return undefined;
}

async function build(client: BaseLanguageClient, resource: Uri | undefined): Promise<void> {
  const source = await sourceToRun(resource);
  if (source === undefined) return;
  try {
    await report(await buildExecutable(client, source));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    window.showErrorMessage(`The executable could not be built: ${why}`);
  }
}

async function report({ messages, executable }: Built): Promise<void> {
  if (executable !== undefined) {
    const picked = await window.showInformationMessage(builtText(executable), "Show");
    if (picked !== undefined) await commands.executeCommand("revealInExplorer", executable.uri);
    return;
  }
  const error = firstError(messages);
  if (error === undefined) throw new Error("the source cannot be read; check that it exists.");
  await showError(`The program does not assemble: ${error.text}`, error.place);
}

/** Registers the command that builds the given source, or the one in front. */
export function registerBuild(client: BaseLanguageClient): Disposable {
  return commands.registerCommand("hartbeat.buildExecutable", (uri?: Uri) => build(client, uri));
}
