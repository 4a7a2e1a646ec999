/**
 * Connects VS Code's debugger to the adapter in its worker: passes protocol messages on both ways,
 * announces the terminal, links errors to their places, and serves the files that the adapter and
 * the guest ask for.
 */
import {
  type DebugAdapter,
  DebugAdapterInlineImplementation,
  type DebugProtocolMessage,
  type Disposable,
  debug,
  EventEmitter,
  Disposable as VSDisposable,
} from "vscode";
import { showDialog } from "./dialogs.ts";
import { isFileRequest, performFileRequest } from "./files.ts";
import { linkTo, type Place, showError } from "./places.ts";
import type { Channel, Platform } from "./platform.ts";
import type { ProgramTerminals } from "./terminals.ts";

interface ProtocolRequest {
  type?: string;
  command?: string;
  arguments?: Record<string, unknown>;
}

/** What is looked at of a response; an error may have a place in a source. */
interface ProtocolResponse {
  readonly type: string;
  readonly command?: string;
  readonly success?: boolean;
  readonly body?: {
    readonly error?: { readonly format: string };
    readonly hartbeat?: { readonly place?: Place };
  };
}

/**
 * What VS Code is given in place of a message of the adapter. The message of an error that has a
 * place gets a button which leads there. VS Code takes a session whose restart fails for ended,
 * though the adapter goes on with the old program: so the error is shown here, and the session
 * stays as it is.
 */
function forEditor(message: unknown): DebugProtocolMessage {
  const { type, command, success, body } = message as ProtocolResponse;
  if (type !== "response" || success !== false || body?.error === undefined)
    return message as object;
  const place = body.hartbeat?.place;
  if (command === "restart") {
    void showError(body.error.format, place);
    return { ...(message as object), success: true, message: undefined, body: undefined } as object;
  }
  if (place !== undefined) Object.assign(body.error, linkTo(place));
  return message as object;
}

class WorkerDebugAdapter implements DebugAdapter {
  readonly #channel: Channel;
  readonly #sent = new EventEmitter<DebugProtocolMessage>();
  readonly onDidSendMessage = this.#sent.event;

  constructor(channel: Channel) {
    this.#channel = channel;
    channel.onMessage((message) => void this.#receive(message));
    channel.onError((text) => this.#fail(text));
  }

  handleMessage(message: DebugProtocolMessage): void {
    const request = message as ProtocolRequest;
    if (request.type === "request" && request.command === "initialize") {
      request.arguments = { hartbeatTerminal: true, hartbeatDialogs: true, ...request.arguments };
    }
    this.#channel.post(message);
  }

  dispose(): void {
    this.#channel.dispose();
    this.#sent.dispose();
  }

  async #receive(message: unknown): Promise<void> {
    if (isFileRequest(message)) {
      const reply = await performFileRequest(message.request);
      this.#channel.post({ hartbeat: "file-reply", id: message.id, reply });
    } else {
      this.#sent.fire(forEditor(message));
    }
  }

  /** The worker has failed: says so and ends the session, so that nothing hangs. */
  #fail(text: string): void {
    const event = (name: string, body?: unknown) =>
      this.#sent.fire({ type: "event", seq: 0, event: name, body } as DebugProtocolMessage);
    event("output", {
      category: "stderr",
      output: `The debugger has stopped because of an internal error: ${text}\n`,
    });
    event("terminated");
  }
}

/** An adapter in a worker of its own, which has the workspace's files; the caller disposes of it. */
export function createDebugAdapter(platform: Platform): DebugAdapter {
  return new WorkerDebugAdapter(platform.startDebugAdapter());
}

/** Registers the adapter for sessions of type "hartbeat", and routes programs' output. */
export function registerDebugAdapter(platform: Platform, terminals: ProgramTerminals): Disposable {
  return VSDisposable.from(
    debug.registerDebugAdapterDescriptorFactory("hartbeat", {
      createDebugAdapterDescriptor: () =>
        new DebugAdapterInlineImplementation(createDebugAdapter(platform)),
    }),
    // The terminal opens once the program is loaded: a launch that fails needs none.
    debug.registerDebugAdapterTrackerFactory("hartbeat", {
      createDebugAdapterTracker: (session) => ({
        onDidSendMessage: ({ type, event }: { type: string; event?: string }) => {
          if (type === "event" && event === "initialized") terminals.open(session);
        },
      }),
    }),
    debug.onDidReceiveDebugSessionCustomEvent((event) => {
      if (event.session.type !== "hartbeat") return;
      if (event.event === "hartbeat/dialog") void showDialog(event.session, event.body);
      else terminals.receive(event);
    }),
    debug.onDidTerminateDebugSession((session) => {
      if (session.type === "hartbeat") terminals.end(session);
    }),
  );
}
