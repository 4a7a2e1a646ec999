/** The extension's entry in a Node extension host: workers are threads, the server a process. */
import { Worker } from "node:worker_threads";
import { type ExtensionContext, Uri } from "vscode";
import { LanguageClient, TransportKind } from "vscode-languageclient/node";
import { activateWith, type ExtensionInterface } from "./activate.ts";
import type { Channel, Platform } from "./platform.ts";

function startThread(path: string): Channel {
  const worker = new Worker(path, { argv: ["--worker"] });
  return {
    post: (message) => worker.postMessage(message),
    onMessage: (listener) => worker.on("message", listener),
    onError: (listener) => worker.on("error", (error) => listener(String(error))),
    dispose: () => void worker.terminate(),
  };
}

/** Called by VS Code. */
export function activate(context: ExtensionContext): Promise<ExtensionInterface> {
  const file = (name: string) => Uri.joinPath(context.extensionUri, "dist", name).fsPath;
  const platform: Platform = {
    startDebugAdapter: () => startThread(file("debug-adapter.cjs")),
    createLanguageClient: (options) =>
      new LanguageClient(
        "hartbeat",
        "Hartbeat",
        {
          module: file("language-server.cjs"),
          transport: TransportKind.stdio,
        },
        options,
      ),
  };
  return activateWith(context, platform);
}
