/** Ways to reach an adapter from a test on Node; each gives a transport and a way to end it. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { Worker } from "node:worker_threads";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { NodeHost } from "../../debug-adapter/node-host.ts";
import { HartbeatSession } from "../../debug-adapter/session.ts";
import type { Transport } from "./session-script.ts";

/** A transport that is open. */
export interface Opened extends Transport {
  close(): Promise<void>;
}

type Listener = (message: object) => void;

/** The session itself, in this process. Messages are copied, as any channel would. */
export function openInProcess(): Opened {
  const session = new HartbeatSession(new NodeHost());
  return {
    send: (message) =>
      session.handleMessage(structuredClone(message) as DebugProtocol.ProtocolMessage),
    onMessage: (listener) => {
      session.onDidSendMessage((message: unknown) => listener(structuredClone(message) as object));
    },
    close: async () => session.shutdown(),
  };
}

/** Reads messages with a Content-Length header out of a stream. */
function readFramed(stream: NodeJS.ReadableStream, listener: Listener): void {
  let buffer = Buffer.alloc(0);
  stream.on("data", (data: Buffer) => {
    buffer = Buffer.concat([buffer, data]);
    for (;;) {
      const end = buffer.indexOf("\r\n\r\n");
      if (end < 0) return;
      const length = Number(/Content-Length: (\d+)/.exec(buffer.toString("utf8", 0, end))?.[1]);
      const start = end + 4;
      if (buffer.length < start + length) return;
      listener(JSON.parse(buffer.toString("utf8", start, start + length)) as object);
      buffer = buffer.subarray(start + length);
    }
  });
}

function writeFramed(stream: NodeJS.WritableStream, message: object): void {
  const text = JSON.stringify(message);
  stream.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
}

/** A process of its own, over its standard input and output. */
export function openProcess(bundle: string): Opened {
  const child = spawn(process.execPath, [bundle], { stdio: ["pipe", "pipe", "inherit"] });
  return {
    send: (message) => writeFramed(child.stdin, message),
    onMessage: (listener) => readFramed(child.stdout, listener),
    close: async () => {
      child.stdin.end();
      if (child.exitCode === null) await once(child, "exit");
    },
  };
}

/** Starts a server on a port that the system chooses. */
export async function startServer(bundle: string): Promise<{ port: number; child: ChildProcess }> {
  const child = spawn(process.execPath, [bundle, "--port", "0"], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const [data] = (await once(child.stderr, "data")) as [Buffer];
  return { port: Number(/:(\d+)\s*$/.exec(data.toString())?.[1]), child };
}

/** A connection to a server. */
export async function openSocket(port: number): Promise<Opened> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  return {
    send: (message) => writeFramed(socket, message),
    onMessage: (listener) => readFramed(socket, listener),
    close: async () => {
      socket.end();
      if (!socket.closed) await once(socket, "close");
    },
  };
}

/** A worker thread of Node, as in VS Code's extension host. */
export function openThread(bundle: string): Opened {
  const worker = new Worker(bundle);
  return {
    send: (message) => worker.postMessage(message),
    onMessage: (listener) => {
      worker.on("message", (message: object) => listener(message));
    },
    close: async () => {
      await worker.terminate();
    },
  };
}

/** What a web worker has and a thread of Node calls otherwise. */
const workerScope = `
  const { parentPort, workerData } = require("node:worker_threads");
  globalThis.self = globalThis;
  globalThis.postMessage = (message) => parentPort.postMessage(message);
  globalThis.close = () => parentPort.close();
  parentPort.on("message", (data) => globalThis.onmessage({ data }));
  require("node:vm").runInThisContext(workerData);
`;

/** The bundle for the browser in a worker that has no files: the test serves them by message. */
export function openWebWorker(source: string): Opened {
  const worker = new Worker(workerScope, { eval: true, workerData: source });
  const files = new NodeHost();
  return {
    send: (message) => worker.postMessage(message),
    onMessage: (listener) => {
      worker.on("message", async (message: { hartbeat?: string; id: number; request: never }) => {
        if (message.hartbeat === "file") {
          const reply = await files.file(message.request, undefined);
          worker.postMessage({ hartbeat: "file-reply", id: message.id, reply });
        } else {
          listener(message);
        }
      });
    },
    close: async () => {
      await worker.terminate();
    },
  };
}
