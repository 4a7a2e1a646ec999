/** Messages put together from a stream, with what is no message between them. */
import assert from "node:assert/strict";
import { MessageReader } from "../../debug-adapter/node-framing.ts";

const frame = (text: string) => `Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;

/** What a stream says, arriving in pieces of a length. */
function read(stream: string, length: number): string[] {
  const lines: string[] = [];
  const reader = new MessageReader(
    (message) => lines.push(JSON.stringify(message)),
    (fault) => lines.push(fault),
  );
  const bytes = Buffer.from(stream);
  for (let at = 0; at < bytes.length; at += length) reader.accept(bytes.subarray(at, at + length));
  return lines;
}

const noLength = 'A header without a sensible "Content-Length" was passed over.';
const long = `[${JSON.stringify("é€😀".repeat(5000))}]`;

const streams: readonly (readonly [what: string, stream: string, lines: readonly string[]])[] = [
  ["one message", frame('{"seq":1}'), ['{"seq":1}']],
  ["two at once, the first long", frame(long) + frame("2"), [long, "2"]],
  [
    "names in lower case, other headers",
    'content-type: x\r\ncontent-length:  7 \r\n\r\n{"a":1}',
    ['{"a":1}'],
  ],
  [
    "a text that is not JSON",
    frame("{bad}") + frame("3"),
    ["A message that is not JSON was passed over.", "3"],
  ],
  ["a header without a length", `Content-Type: x\r\n\r\n${frame("4")}`, [noLength, "4"]],
  ["a length that is no number", `Content-Length: abc\r\n\r\n${frame("5")}`, [noLength, "5"]],
  ["a negative length", `Content-Length: -5\r\n\r\n${frame("6")}`, [noLength, "6"]],
  [
    "a length beyond all bounds",
    `Content-Length: ${"9".repeat(20)}\r\n\r\n${frame("7")}`,
    [noLength, "7"],
  ],
  ["rubbish before a header", `{"lost":true}${frame("8")}`, ["8"]],
  ["the beginning of a message", frame("[1, 2, 3]").slice(0, -2), []],
];

describe("framed messages", () => {
  for (const [what, stream, lines] of streams) {
    it(what, () => {
      for (const length of [1, 7, 1 << 20]) assert.deepEqual(read(stream, length), lines);
    });
  }

  it("a header without an end does not fill the memory", () => {
    const lines = read(`${"x".repeat(1 << 20)}\r\n\r\n${frame("9")}`, 1000);
    assert.equal(lines.at(-1), "9");
    assert.ok(lines.slice(0, -1).every((line) => line !== "9"));
  });
});
