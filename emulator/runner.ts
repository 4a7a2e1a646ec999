/**
 * Runs a machine on an event loop that has other things to do: in slices of a few milliseconds,
 * with a turn of the loop after each, so that a pause is served promptly and an endless program
 * blocks nothing. What the machine asks of its host is done asynchronously between slices; its
 * output is collected, and the program waits when the other side is slow to take it.
 */
import type { HostReply, HostRequest, Machine, Stop } from "./machine.ts";

/** A request about files or folders. */
export type FileRequest = Exclude<HostRequest, { kind: "read-console" | "dialog" | "sleep" }>;
export type DialogRequest = Extract<HostRequest, { kind: "dialog" }>;
export type DialogReply = Extract<HostReply, { kind: "dialog" }>;

/** Input for the console. */
export interface ConsoleInput {
  /** Resolves with at least one byte, or with `ended` when no more will come. */
  read(): Promise<{ readonly data: Uint8Array; readonly ended: boolean }>;
}

/** Files of the host. */
export interface HostFiles {
  /** Does what a request asks; never rejects: a failure is the reply "error". */
  request(request: FileRequest): Promise<HostReply>;
}

/** What a run needs of the place where it happens. */
export interface HostServices {
  readonly console: ConsoleInput;
  readonly files: HostFiles;
  /** Asks the person; without it, dialogs are answered as if cancelled. */
  dialog?(request: DialogRequest): Promise<DialogReply>;
  /** Passes on the output so far; resolves when there is room for more. */
  drain?(): Promise<void>;
}

/** Why a run is over: a stop of the machine, or a call of `pause`. */
export type RunEnd = Stop | { readonly reason: "pause" };

/** Milliseconds between two turns of the event loop. */
const sliceTime = 8;

/** Runs a machine to its end or until it is paused, one slice after the other. */
export class Runner {
  readonly #machine: Machine;
  readonly #services: HostServices;
  #isPauseWanted = false;
  #interrupt: (() => void) | undefined;
  /** A console read that was begun and whose bytes nobody has taken yet. */
  #reading: Promise<HostReply> | undefined;

  constructor(machine: Machine, services: HostServices) {
    this.#machine = machine;
    this.#services = services;
  }

  /**
   * Runs until the machine stops for a reason of its own, `limit` instructions have retired
   * (reason "budget"), or `pause` is called.
   */
  async run(limit?: bigint): Promise<RunEnd> {
    const end = limit === undefined ? undefined : this.#machine.instructions + limit;
    this.#isPauseWanted = false;
    try {
      for (;;) {
        const left = end === undefined ? Infinity : Number(end - this.#machine.instructions);
        if (left <= 0) return { reason: "budget" };
        const stop = this.#runSlice(left);
        if (stop.reason === "waiting") {
          const reply = await this.#serve(stop.request);
          if (reply !== undefined) this.#machine.answer(reply);
        } else if (stop.reason !== "budget") return stop;
        await this.#services.drain?.();
        await nextTurn();
        if (this.#isPauseWanted) return { reason: "pause" };
      }
    } finally {
      await this.#services.drain?.();
    }
  }

  /** Ends the run soon, also while it waits for the host. */
  pause(): void {
    this.#isPauseWanted = true;
    this.#interrupt?.();
  }

  /** Runs until the slice is over, `left` instructions have retired, or a stop comes. */
  #runSlice(left: number): Stop {
    const end = performance.now() + sliceTime;
    const budget = Math.min(left, Number.MAX_SAFE_INTEGER);
    return this.#machine.run(budget, () => performance.now() >= end);
  }

  /** The host's reply, or undefined when a pause came first. */
  async #serve(request: HostRequest): Promise<HostReply | undefined> {
    // What the program has printed must be seen before it waits.
    await this.#services.drain?.();
    if (this.#isPauseWanted) return undefined;
    const interrupted = new Promise<undefined>((resolve) => {
      this.#interrupt = () => resolve(undefined);
    });
    try {
      return await Promise.race([this.#perform(request), interrupted]);
    } finally {
      this.#interrupt = undefined;
    }
  }

  async #perform(request: HostRequest): Promise<HostReply> {
    switch (request.kind) {
      case "read-console":
        return await this.#readConsole();
      case "sleep":
        return await sleep(request.milliseconds);
      case "dialog":
        return (
          (await this.#services.dialog?.(request)) ?? { kind: "dialog", button: "cancel", text: "" }
        );
      default:
        return await this.#services.files.request(request);
    }
  }

  /** One read at a time: a read that a pause left behind serves the next request. */
  async #readConsole(): Promise<HostReply> {
    this.#reading ??= this.#services.console
      .read()
      .then(({ data, ended }) => ({ kind: "console", data, ended }));
    const reply = await this.#reading;
    this.#reading = undefined;
    return reply;
  }
}

/** Longest delay of a host's timer, in milliseconds. */
const longestTimer = 2 ** 31 - 1;

/** Waits for no less than so long: timers of hosts may be a millisecond early. */
export async function sleep(milliseconds: number): Promise<HostReply> {
  const end = performance.now() + Math.min(milliseconds, longestTimer);
  for (let left = end - performance.now(); left > 0; left = end - performance.now()) {
    await new Promise((resolve) => setTimeout(resolve, Math.ceil(left)));
  }
  return { kind: "done" };
}

/** Resolves after the other events that are due, without the delay that timers have. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      channel.port1.close();
      resolve();
    };
    channel.port2.postMessage(undefined);
  });
}

/** A run of bytes for one stream. */
interface Piece {
  readonly stream: 1 | 2;
  readonly parts: Uint8Array[];
}

/**
 * Output on its way to a slow taker: what is written between two drains is joined into one piece a
 * stream and change of stream, so that a program that prints single bytes costs few writes.
 */
export class OutputBuffer {
  #pieces: Piece[] = [];
  readonly #write: (stream: 1 | 2, bytes: Uint8Array) => Promise<void>;

  /** @param write passes bytes on; resolves when there is room for more */
  constructor(write: (stream: 1 | 2, bytes: Uint8Array) => Promise<void>) {
    this.#write = write;
  }

  /** As `Host.output`. */
  add(stream: 1 | 2, bytes: Uint8Array): void {
    const last = this.#pieces.at(-1);
    if (last?.stream === stream) last.parts.push(bytes);
    else this.#pieces.push({ stream, parts: [bytes] });
  }

  /** Passes everything on. */
  async drain(): Promise<void> {
    const pieces = this.#pieces;
    this.#pieces = [];
    for (const { stream, parts } of pieces) {
      const joined = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
      let at = 0;
      for (const part of parts) {
        joined.set(part, at);
        at += part.length;
      }
      await this.#write(stream, joined);
    }
  }
}
