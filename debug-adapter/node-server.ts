/**
 * The adapter on Node, three ways. On standard input and output, for one session. With
 * `--port N`, as a server on the loopback interface for any number of sessions. As a worker thread,
 * where messages are objects of the debug protocol; there, files of other schemes than "file"
 * are asked of the thread that started it, by `message-host.ts`.
 */
import { createServer, type Server } from "node:net";
import { isMainThread, type MessagePort, parentPort } from "node:worker_threads";
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { HostReply } from "../emulator/machine.ts";
import type { AdapterHost, FileRequest } from "./host.ts";
import { MessageHost } from "./message-host.ts";
import { MessageReader, writeMessage } from "./node-framing.ts";
import { NodeHost } from "./node-host.ts";
import { allowRelaxedSimd } from "./node-relaxed-simd.ts";
import { HartbeatSession } from "./session.ts";

/** Resolves when a stream has taken what was written to it. */
function drainOf(stream: NodeJS.WritableStream & { readonly writableNeedDrain?: boolean }) {
  return () =>
    new Promise<void>((resolve) => {
      if (stream.writableNeedDrain !== true) {
        resolve();
        return;
      }
      stream.once("drain", resolve);
      stream.once("close", resolve);
    });
}

/** Serves one session on a pair of streams. Resolves when the client is gone. */
function serveStreams(input: NodeJS.ReadableStream, output: NodeJS.WritableStream): Promise<void> {
  return new Promise((resolve) => {
    const session = new HartbeatSession(new NodeHost(drainOf(output)), resolve);
    session.onDidSendMessage((message: unknown) => writeMessage(output, message));
    const reader = new MessageReader(
      (message) => session.handleMessage(message as DebugProtocol.ProtocolMessage),
      (fault) => session.refuse(fault),
    );
    input.on("data", (bytes: Buffer) => reader.accept(bytes));
    // A client that has gone away closes the streams without a disconnect request.
    const leave = () => session.shutdown();
    for (const event of ["end", "close", "error"]) input.on(event, leave);
    output.on("error", leave);
  });
}

/** Serves sessions on a port of the loopback interface; 0 lets the system choose one. */
function servePort(port: number): Promise<Server> {
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    socket.on("error", () => socket.destroy());
    void serveStreams(socket, socket).then(() => socket.end());
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}

/** Files by Node, and those that Node cannot reach by asking the other side. */
class ThreadHost implements AdapterHost {
  readonly currentFolder = undefined;
  readonly #own = new NodeHost();
  readonly #other: MessageHost;

  constructor(other: MessageHost) {
    this.#other = other;
  }

  file(request: FileRequest, root: string | undefined): Promise<HostReply> {
    const isForeign = /^[A-Za-z][\w+.-]+:/.test(request.path) && !/^file:/i.test(request.path);
    return (isForeign ? this.#other : this.#own).file(request, root);
  }

  async drained(): Promise<void> {}
}

/** Serves one session on the port of a worker thread. */
function serveThread(port: MessagePort): void {
  const other = new MessageHost((message) => port.postMessage(message));
  const session = new HartbeatSession(new ThreadHost(other), () => port.close());
  session.onDidSendMessage((message: unknown) => port.postMessage(message));
  port.on("message", (message: unknown) => {
    if (!other.accept(message)) session.handleMessage(message as DebugProtocol.ProtocolMessage);
  });
}

/**
 * What the program does when it is started by itself.
 * @param args the command line: nothing, or `--port N`
 */
export async function main(args: readonly string[]): Promise<void> {
  allowRelaxedSimd();
  if (!isMainThread && parentPort !== null) {
    serveThread(parentPort);
    return;
  }
  const [option, number] = args;
  if (option === undefined) {
    await serveStreams(process.stdin, process.stdout);
    // What was written last may still be on its way.
    process.stdout.write("", () => process.exit(0));
    return;
  }
  const port = option === "--port" && /^\d{1,5}$/.test(number ?? "") ? Number(number) : Number.NaN;
  if (!(port <= 65535) || args.length > 2) {
    process.stderr.write(
      "hartbeat dap: use no argument for standard input and output, or --port N.\n",
    );
    process.exit(2);
  }
  try {
    const server = await servePort(port);
    const address = server.address();
    const actual = typeof address === "object" && address !== null ? address.port : port;
    process.stderr.write(`hartbeat dap: listening on 127.0.0.1:${actual}\n`);
  } catch (error) {
    const why =
      (error as NodeJS.ErrnoException).code === "EADDRINUSE" ? "it is in use" : String(error);
    process.stderr.write(`hartbeat dap: cannot listen on port ${port}: ${why}.\n`);
    process.exit(1);
  }
}
