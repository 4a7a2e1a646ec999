/** Starts the language server's client and answers what the server asks of the workspace. */
import { type ExtensionContext, Uri, workspace } from "vscode";
import type { BaseLanguageClient } from "vscode-languageclient";
import { fileCountLimit } from "../language-server/host.ts";
import { neighbourLimit } from "../language-server/neighbours.ts";
import type { Platform } from "./platform.ts";

/** The languages whose documents the server is given. */
const documentSelector = [{ language: "riscv" }];

/** Starts the client; it ends with the context. */
export async function startLanguageClient(
  context: ExtensionContext,
  platform: Platform,
): Promise<BaseLanguageClient> {
  const client = platform.createLanguageClient({
    documentSelector,
    initializationOptions: { docs: Uri.joinPath(context.extensionUri, "docs").toString() },
    synchronize: {
      configurationSection: "hartbeat",
      fileEvents: workspace.createFileSystemWatcher("**/{*.{s,S,asm,inc,h},compile_commands.json}"),
    },
  });
  // A file that the server needs (an .include) and the editor has not open; null where absent.
  client.onRequest("hartbeat/readFile", async (parameters: { uri: string }) => {
    try {
      return await workspace.fs.readFile(Uri.parse(parameters.uri));
    } catch {
      return null;
    }
  });
  // The workspace's sources, and files of other languages, so that symbols are found across files.
  client.onRequest("hartbeat/findSources", async () => {
    const patterns = [
      ["**/*.{s,S,asm}", fileCountLimit],
      ["**/*.{c,h,cc,cpp,cxx,hpp,rs,zig,ld,lds,ldS}", neighbourLimit],
    ] as const;
    const found = patterns.map(([one, limit]) =>
      workspace.findFiles(one, "**/node_modules/**", limit),
    );
    return (await Promise.all(found)).flat().map((file) => file.toString());
  });
  context.subscriptions.push(client);
  await client.start();
  return client;
}
