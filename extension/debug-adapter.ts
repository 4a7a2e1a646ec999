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
import { linkTo, type Place } from "./places.ts";
import type { Channel, Platform } from "./platform.ts";
import type { ProgramTerminals } from "./terminals.ts";

interface ProtocolRequest {
  type?: string;
  command?: string;
  arguments?: Record<string, unknown>;
}

/** An error response of the adapter, where the error has a place in a source. */
interface PlacedError {
  readonly success?: boolean;
  readonly body?: { readonly error?: object; readonly hartbeat?: { readonly place?: Place } };
}

/** Gives the message of an error that has a place a button which leads there. */
function linkError(message: unknown): void {
  const { success, body } = message as PlacedError;
  const place = body?.hartbeat?.place;
  if (success === false && place !== undefined && body?.error !== undefined)
    Object.assign(body.error, linkTo(place));
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
      linkError(message);
      this.#sent.fire(message as DebugProtocolMessage);
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
