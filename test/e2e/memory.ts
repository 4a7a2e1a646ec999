/** The hex viewer of the tests, on the memory that a variable refers to; see hex-editor/. */
import type { Frame } from "playwright-core";
import { until } from "./waiting.ts";

export class Memory {
  readonly #frame: Frame;

  constructor(frame: Frame) {
    this.#frame = frame;
  }

  /** The shown bytes, from the reference on; throws with the viewer's message on a failure. */
  async bytes(): Promise<number[]> {
    const text = await this.#frame.innerText("#bytes");
    if (text.startsWith("error")) throw new Error(text);
    return text.split(/\s+/).map((byte) => Number.parseInt(byte, 16));
  }

  /** Writes a byte through the viewer and waits until it is shown. */
  async write(offset: number, value: number): Promise<void> {
    await this.#frame.fill("#offset", String(offset));
    await this.#frame.fill("#value", String(value));
    await this.#frame.click("#write");
    await until("the written byte", async () => (await this.bytes())[offset] === value);
  }
}
