/**
 * What differs between the two extension hosts, Node's and the browser's: how a worker is started
 * and how the language server is reached. Everything else in this folder is written against it.
 */
import type { BaseLanguageClient, LanguageClientOptions } from "vscode-languageclient";

/** A worker that speaks in structured messages. */
export interface Channel {
  /** Sends one message to the worker. */
  post(message: unknown): void;
  /** Called for each message from the worker; set once, before the first `post`. */
  onMessage(listener: (message: unknown) => void): void;
  /** Called when the worker has failed, with one sentence. */
  onError(listener: (message: string) => void): void;
  /** Ends the worker. */
  dispose(): void;
}

/** What an extension host offers. */
export interface Platform {
  /** Starts a debug adapter in a worker of its own. */
  startDebugAdapter(): Channel;
  /** Makes the client of the language server; the caller starts it. */
  createLanguageClient(options: LanguageClientOptions): BaseLanguageClient;
}
