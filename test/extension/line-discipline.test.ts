import assert from "node:assert/strict";
import { LineDiscipline } from "../../extension/line-discipline.ts";

/** Types the keys and returns what came of it, one word an event. */
function type(...keys: string[]): string[] {
  const events: string[] = [];
  const discipline = new LineDiscipline({
    echo: () => {},
    line: (data) => events.push(JSON.stringify(data)),
    end: () => events.push("end"),
    interrupt: () => events.push("interrupt"),
  });
  for (const key of keys) discipline.receive(key);
  return events;
}

const cases: [name: string, keys: string[], events: string[]][] = [
  ["a line is handed over by Enter", ["4", "2", "\r"], ['"42\\n"']],
  ["a paste of several lines", ["1\r\n2\n3\r"], ['"1\\n"', '"2\\n"', '"3\\n"']],
  ["backspace takes back a character", ["a", "b", "\x7f", "c", "\r"], ['"ac\\n"']],
  ["backspace at the start does nothing", ["\x7f", "a", "\r"], ['"a\\n"']],
  ["a character beyond the 16-bit range is one", ["a", "😀", "\x7f", "\r"], ['"a\\n"']],
  ["Ctrl+U erases the line", ["one two", "\x15", "3", "\r"], ['"3\\n"']],
  ["Ctrl+W erases a word", ["one two ", "\x17", "\r"], ['"one \\n"']],
  ["Ctrl+W counts characters", ["😀 two", "\x17", "\r"], ['"😀 \\n"']],
  ["Ctrl+D on an empty line ends the input", ["\x04"], ["end"]],
  ["Ctrl+D elsewhere hands over what is there", ["a", "\x04"], ['"a"']],
  ["Ctrl+C interrupts and forgets the line", ["abc", "\x03", "d", "\r"], ["interrupt", '"d\\n"']],
  ["cursor keys are dropped", ["a", "\x1b[D", "\x1bOA", "b", "\r"], ['"ab\\n"']],
];

describe("line discipline", () => {
  for (const [name, keys, events] of cases) {
    it(name, () => assert.deepEqual(type(...keys), events));
  }

  it("echoes what is typed and what is erased", () => {
    let screen = "";
    const discipline = new LineDiscipline({
      echo: (text) => {
        screen += text;
      },
      line: () => {},
      end: () => {},
      interrupt: () => {},
    });
    discipline.receive("ab\x7fc\r");
    assert.equal(screen, "ab\b \bc\n");
  });
});
