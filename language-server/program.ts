/**
 * Builds the program of a source file for the editor's task: the text of open documents as it is on
 * the screen, everything else from disk; diagnostics as lines, and the linked ELF file.
 */
import { build } from "../assembler/build.ts";
import type { Diagnostic } from "../assembler/diagnostics.ts";
import { writeElf } from "../elf/writer.ts";
import { canonicalUri } from "./uris.ts";
import type { Workspace } from "./workspace.ts";

/** What became of a program. */
export interface BuiltProgram {
  /** Lines like "/home/me/hello.s:3:5: error: …", lines and columns from 1. */
  readonly messages: string[];
  /** The ELF file in base64, where there was no error. */
  readonly image?: string;
}

/** Builds the program whose first source is `uri`. */
export async function buildProgram(workspace: Workspace, uri: string): Promise<BuiltProgram> {
  const first = canonicalUri(uri);
  const { preprocessing, ...defaults } = workspace.settingsOf(first);
  const { macros, undefine, folders = [], forced, guessed = [] } = preprocessing ?? {};
  const { file, diagnostics } = await build(
    [first],
    {
      defaults,
      folders: [...folders, ...guessed],
      ...(macros === undefined ? {} : { macros }),
      ...(undefine === undefined ? {} : { undefine }),
      ...(forced === undefined ? {} : { forced }),
    },
    {
      readFile: async (path) => {
        const bytes = await workspace.readFile(canonicalUri(path, first));
        if (bytes === undefined) throw new Error(`${path} cannot be read`);
        return bytes;
      },
    },
  );
  const messages = diagnostics.map(lineOf);
  return file === undefined ? { messages } : { messages, image: base64(writeElf(file)) };
}

function lineOf({ file, range: { start }, severity, message }: Diagnostic): string {
  const path = file.replace(/^file:\/\/(?:\/(?=[A-Za-z]:))?/, "");
  // The editor's problem matchers know this short form only.
  const kind = severity === "information" ? "info" : severity;
  return `${path}:${start.line + 1}:${start.character + 1}: ${kind}: ${message}`;
}

function base64(bytes: Uint8Array): string {
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += 0x8000) {
    pieces.push(String.fromCharCode(...bytes.subarray(at, at + 0x8000)));
  }
  return btoa(pieces.join(""));
}
