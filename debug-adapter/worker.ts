/**
 * The adapter in a web worker. Messages are objects of the debug protocol, one each, and those of
 * `message-host.ts` beside them.
 */
import type { DebugProtocol } from "@vscode/debugprotocol";
import { MessageHost } from "./message-host.ts";
import { HartbeatSession } from "./session.ts";

/** What is used of a worker's global scope. */
interface WorkerScope {
  postMessage(message: unknown): void;
  close(): void;
  onmessage: ((event: { data: unknown }) => void) | null;
}

const scope = globalThis as unknown as WorkerScope;
const host = new MessageHost((message) => scope.postMessage(message));
const session = new HartbeatSession(host, () => scope.close());
session.onDidSendMessage((message: unknown) => scope.postMessage(message));
scope.onmessage = ({ data }) => {
  if (!host.accept(data)) session.handleMessage(data as DebugProtocol.ProtocolMessage);
};
