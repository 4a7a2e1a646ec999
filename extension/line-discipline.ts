/**
 * A terminal's cooked mode: what is typed is echoed and edited until Enter hands the line over, as
 * the line discipline of a Unix terminal does it. Ctrl+D ends the input on an empty line, Ctrl+C
 * interrupts, Ctrl+U erases the line, Ctrl+W the last word.
 */

/** Where the discipline's results go. */
export interface LineReceiver {
  /** Text to show. */
  echo(text: string): void;
  /** A finished line, with its line feed; or an unfinished one that Ctrl+D handed over. */
  line(data: string): void;
  /** The end of the input. */
  end(): void;
  interrupt(): void;
}

const eraseOne = "\b \b";

/** Turns keys into lines, as typed and pasted text arrive. */
export class LineDiscipline {
  readonly #receiver: LineReceiver;
  #line: string[] = [];

  constructor(receiver: LineReceiver) {
    this.#receiver = receiver;
  }

  /** Forgets an unfinished line. */
  reset(): void {
    this.#line = [];
  }

  /** Takes what the terminal emulator sends for keys or a paste. */
  receive(data: string): void {
    // Cursor and function keys come as escape sequences; a line has no use for them.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the terminal's sequences
    const typed = data.replace(/\x1b(\[[0-9;?]*[ -/]*[@-~]|O.|.)/g, "");
    for (const character of typed.replace(/\r\n/g, "\r")) this.#take(character);
  }

  #take(character: string): void {
    switch (character) {
      case "\r":
      case "\n":
        this.#receiver.echo("\n");
        this.#hand(`${this.#line.join("")}\n`);
        return;
      case "\x7f":
      case "\b":
        if (this.#line.length > 0) this.#erase(1);
        return;
      case "\x03":
        this.#receiver.echo("^C");
        this.reset();
        this.#receiver.interrupt();
        return;
      case "\x04":
        if (this.#line.length > 0) this.#hand(this.#line.join(""));
        else this.#receiver.end();
        return;
      case "\x15":
        this.#erase(this.#line.length);
        return;
      case "\x17":
        this.#erase(this.#line.length - this.#wordStart());
        return;
      default:
        if (character < " " && character !== "\t") return;
        this.#line.push(character);
        this.#receiver.echo(character);
    }
  }

  /** Where the last word begins, in characters. */
  #wordStart(): number {
    let start = this.#line.length;
    while (start > 0 && this.#line[start - 1] === " ") start -= 1;
    while (start > 0 && this.#line[start - 1] !== " ") start -= 1;
    return start;
  }

  #hand(data: string): void {
    this.reset();
    this.#receiver.line(data);
  }

  #erase(count: number): void {
    this.#line.length -= count;
    this.#receiver.echo(eraseOne.repeat(count));
  }
}
