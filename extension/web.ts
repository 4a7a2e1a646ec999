/** The extension's entry in a browser's extension host: both servers are web workers. */
import { type ExtensionContext, Uri } from "vscode";
import { LanguageClient } from "vscode-languageclient/browser";
import { activateWith, type ExtensionInterface } from "./activate.ts";
import type { Channel, Platform } from "./platform.ts";

function startWorker(address: string): Channel {
  const worker = new Worker(address);
  return {
    post: (message) => worker.postMessage(message),
    onMessage: (listener) => {
      worker.onmessage = (event) => listener(event.data);
    },
    onError: (listener) => {
      worker.onerror = (event) => listener(event.message);
    },
    dispose: () => worker.terminate(),
  };
}

/** Called by VS Code. */
export function activate(context: ExtensionContext): Promise<ExtensionInterface> {
  const address = (name: string) => Uri.joinPath(context.extensionUri, "dist", name).toString(true);
  const platform: Platform = {
    startDebugAdapter: () => startWorker(address("debug-adapter-worker.js")),
    createLanguageClient: (options) =>
      new LanguageClient(
        "hartbeat",
        "Hartbeat",
        new Worker(address("language-server-worker.js")),
        options,
      ),
  };
  return activateWith(context, platform);
}
