/**
 * The terminals in which programs write and read. A terminal belongs to a launch configuration's
 * name and is used again by its next session; what a session needs of it is its line discipline.
 */
import {
  type DebugSession,
  type DebugSessionCustomEvent,
  type Disposable,
  EventEmitter,
  type Pseudoterminal,
  type Terminal,
  Disposable as VSDisposable,
  window,
} from "vscode";
import { LineDiscipline } from "./line-discipline.ts";
import { formatCount } from "./points.ts";
import { shown, Transcript } from "./transcript.ts";
import type { Run, Travels } from "./travels.ts";

/** Text after which the cursor is at the beginning of a line, whatever colour it sets. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what they are made of
const endsLine = /\n(?:\x1b\[[\d;]*[mJH])*$/;

/** Text that a program has written, and how many bytes it was. */
interface Output {
  readonly stream: 1 | 2;
  readonly data: string;
  readonly bytes: number;
}

class ProgramTerminal implements Pseudoterminal {
  readonly #written = new EventEmitter<string>();
  readonly onDidWrite = this.#written.event;
  readonly terminal: Terminal;
  #session: DebugSession | undefined;
  #opened = false;
  #pending = "";
  #isAtLineStart = true;
  readonly #transcript = new Transcript();
  /** Bytes of output that come after the point of the run that is shown. */
  #unwritten = 0;
  readonly #discipline = new LineDiscipline({
    echo: (text) => this.write(text),
    line: (data) => this.#send({ data, ended: false }),
    end: () => this.#send({ data: "", ended: true }),
    interrupt: () => void this.#session?.customRequest("pause", { threadId: 1 }),
  });

  readonly #closed: () => void;

  constructor(name: string, closed: () => void) {
    this.#closed = closed;
    this.terminal = window.createTerminal({ name, pty: this });
  }

  /** The program that runs here from now on; undefined when it has ended. */
  set session(session: DebugSession | undefined) {
    this.#session = session;
    this.#discipline.reset();
    this.showAt(0, "");
  }

  get session(): DebugSession | undefined {
    return this.#session;
  }

  open(): void {
    this.#opened = true;
    this.#written.fire(this.#pending);
    this.#pending = "";
  }

  close(): void {
    this.#closed();
  }

  handleInput(data: string): void {
    if (this.#session === undefined) return;
    this.#discipline.receive(data);
  }

  /** Shows what was written by a point of the run, and dimmed what comes after it. */
  showAt(unwritten: number, note: string): void {
    if (unwritten === this.#unwritten) return;
    this.#unwritten = unwritten;
    this.#pending = "";
    this.#put(this.#transcript.screen(unwritten));
    if (unwritten === 0) return;
    this.#put(`\x1b[2m${this.#isAtLineStart ? "" : "\n"}${note}\x1b[22m\n`);
  }

  /** The run is another, which has written this. */
  begin(outputs: readonly Output[]): void {
    this.#transcript.clear();
    for (const { stream, data, bytes } of outputs) this.#transcript.add(data, bytes, stream === 2);
    this.#unwritten = 0;
    this.#pending = "";
    this.#put(this.#transcript.screen(0));
  }

  /** The run goes on otherwise from the point that is shown: what came after it is gone. */
  dropLater(): void {
    if (this.#unwritten === 0) return;
    this.#transcript.drop(this.#unwritten);
    this.#unwritten = 0;
    this.#pending = "";
    this.#put(this.#transcript.screen(0));
  }

  /**
   * Writes text; a line feed alone also returns the carriage.
   * @param bytes how many bytes of the program's output it is
   */
  write(text: string, bytes = 0, isError = false): void {
    this.#transcript.add(text, bytes, isError);
    this.#put(shown(text, isError));
  }

  #put(text: string): void {
    const written = text.replace(/\r?\n/g, "\r\n");
    if (text !== "") this.#isAtLineStart = endsLine.test(text);
    if (this.#opened) this.#written.fire(written);
    else this.#pending += written;
  }

  /** Writes a line of the debugger's own, dimmed. */
  note(text: string): void {
    this.write(`${this.#isAtLineStart ? "" : "\n"}\x1b[2m${text}\x1b[22m\n`);
  }

  #send(input: { data: string; ended: boolean }): void {
    // A session that has just ended no longer takes input; what was typed is gone with it.
    this.#session?.customRequest("hartbeat/input", input).then(undefined, () => {});
  }
}

/** All terminals of programs, by the name of their configuration. */
export class ProgramTerminals implements Disposable {
  readonly #terminals = new Map<string, ProgramTerminal>();
  readonly #travels: Travels;
  readonly #travelling: Disposable;

  /** @param travels where the runs are: terminals show what was written by then */
  constructor(travels: Travels) {
    this.#travels = travels;
    this.#travelling = VSDisposable.from(
      travels.onDidChange((run) => this.#tell(run)),
      travels.onDidDropFuture((run) => {
        const terminal = this.#of(run.session);
        terminal?.dropLater();
        terminal?.note("The past was changed: what follows is written anew.");
      }),
    );
  }

  #tell(run: Run): void {
    const terminal = this.#of(run.session);
    if (terminal === undefined || run.isRunning || run.at === undefined) return;
    const { unwritten } = run;
    const what = unwritten === 1 ? "1 byte is" : `${formatCount(BigInt(unwritten))} bytes are`;
    terminal.showAt(unwritten, `◀◀ in the past: ${what} written after this point`);
  }

  /** Gives the session a terminal, shown without taking the focus. */
  open(session: DebugSession): void {
    const { name } = session;
    let terminal = this.#terminals.get(name);
    if (terminal === undefined || terminal.session !== undefined) {
      terminal = new ProgramTerminal(name, () => this.#terminals.delete(name));
      this.#terminals.set(name, terminal);
    }
    terminal.session = session;
    terminal.terminal.show(true);
  }

  /** Takes an event that the adapter sends for the terminal. */
  receive(event: DebugSessionCustomEvent): void {
    const terminal = this.#of(event.session);
    if (terminal === undefined) return;
    if (event.event === "hartbeat/output") {
      const { data, stream, bytes } = event.body as Output;
      terminal.write(data, bytes, stream === 2);
    } else if (event.event === "hartbeat/outputAnew") {
      terminal.begin((event.body as { outputs: readonly Output[] }).outputs);
      const run = this.#travels.of(event.session);
      if (run !== undefined) this.#tell(run);
    } else if (event.event === "hartbeat/waiting") {
      terminal.terminal.show(false);
    } else if (event.event === "hartbeat/exit") {
      const { text } = event.body as { text: string };
      terminal.write(`\r\n\x1b[2m${text}\x1b[22m\r\n`);
    }
  }

  /** The session is over; its terminal stays for reading and for the next one. */
  end(session: DebugSession): void {
    const terminal = this.#of(session);
    if (terminal !== undefined) terminal.session = undefined;
  }

  dispose(): void {
    this.#travelling.dispose();
    for (const terminal of [...this.#terminals.values()]) terminal.terminal.dispose();
  }

  #of(session: DebugSession): ProgramTerminal | undefined {
    const terminal = this.#terminals.get(session.name);
    return terminal?.session?.id === session.id ? terminal : undefined;
  }
}
