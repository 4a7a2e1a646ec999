/**
 * The questions that a program asks the person through a teaching simulator's dialog calls. A client
 * that announces dialogs of its own gets an event and answers by a request; for others the question
 * is printed and a line of the input is the answer.
 */
import type { HostReply, HostRequest } from "../emulator/machine.ts";
import { unknownDialog } from "./errors.ts";
import type { Terminal } from "./terminal.ts";

type Dialog = Extract<HostRequest, { kind: "dialog" }>;
type DialogReply = Extract<HostReply, { kind: "dialog" }>;

/** What the client is told of a dialog. */
export interface DialogEvent {
  readonly id: number;
  readonly dialog: Dialog["dialog"];
  readonly severity: Dialog["severity"];
  readonly text: string;
  /** Of a question of the debugger's own: what "yes" does, as the text of a button. */
  readonly action?: string;
  /** What "no" does, where it does anything. */
  readonly alternative?: string;
}

const reply = (button: DialogReply["button"], text = ""): DialogReply => ({
  kind: "dialog",
  button,
  text,
});

/** The questions of a program that wait for the person's answers. */
export class Dialogs {
  readonly #terminal: Terminal;
  /** Shows a dialog at the client; undefined where the client has none. */
  readonly #show: ((event: DialogEvent) => void) | undefined;
  readonly #open = new Map<number, (reply: DialogReply) => void>();
  #nextId = 1;

  constructor(terminal: Terminal, show: ((event: DialogEvent) => void) | undefined) {
    this.#terminal = terminal;
    this.#show = show;
  }

  ask(dialog: Dialog): Promise<DialogReply> {
    return this.#show === undefined
      ? this.#askByLine(dialog)
      : this.#askByEvent(dialog, this.#show);
  }

  /**
   * Asks the person before the debugger does something that cannot be taken back.
   * @param action what is done, as the text of a button
   * @param alternative what is done by the answer "no"
   * @returns the answer; undefined where the client has no dialogs
   */
  async confirm(
    text: string,
    action: string,
    alternative: string,
  ): Promise<DialogReply["button"] | undefined> {
    const show = this.#show;
    if (show === undefined) return undefined;
    const dialog: Dialog = { kind: "dialog", dialog: "confirm", severity: "warning", text };
    const showAll = (event: DialogEvent) => show({ ...event, action, alternative });
    return (await this.#askByEvent(dialog, showAll)).button;
  }

  /** The client's answer to a dialog. */
  answer(id: number, button: DialogReply["button"], text: string): void {
    const resolve = this.#open.get(id);
    if (resolve === undefined) throw unknownDialog(id);
    this.#open.delete(id);
    resolve(reply(button, text));
  }

  #askByEvent({ dialog, severity, text }: Dialog, show: (event: DialogEvent) => void) {
    const id = this.#nextId++;
    return new Promise<DialogReply>((resolve) => {
      this.#open.set(id, resolve);
      show({ id, dialog, severity, text });
    });
  }

  async #askByLine({ dialog, text }: Dialog): Promise<DialogReply> {
    const ending = { message: "\n", confirm: " (yes, no, cancel) ", input: " " }[dialog];
    this.#terminal.write(1, new TextEncoder().encode(text + ending));
    this.#terminal.flush();
    if (dialog === "message") return reply("yes");
    const line = await this.#terminal.readLine();
    if (line === undefined) return reply("cancel");
    if (dialog === "input") return reply("yes", line);
    const first = line.trim().toLowerCase();
    return reply(first.startsWith("y") ? "yes" : first.startsWith("n") ? "no" : "cancel");
  }
}
