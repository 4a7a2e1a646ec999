/** Archives as ar writes them, those of BSD, and damaged ones. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Archive, readArchive } from "../../elf/archive.ts";
import { archiveOf } from "../fuzz/linker.ts";
import { requireTools, runTool } from "../tools.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const header = (name: string, size: number) =>
  `${name.padEnd(16)}${"0".padEnd(12)}${"0".padEnd(6)}${"0".padEnd(6)}${"644".padEnd(8)}${String(size).padEnd(10)}\`\n`;

/** The index: symbols with the members that define them. */
const symbolsOf = (archive: Archive) =>
  archive.symbolNames.map((name, index) => `${name} ${archive.memberOf(index).name}`);

describe("archives", () => {
  it("are read with their index", () => {
    const archive = readArchive(
      archiveOf([
        { name: "one.o", data: bytes("abc"), symbols: ["f", "g"] },
        { name: "two.o", data: bytes("de"), symbols: ["h"] },
      ]),
    );
    assert.equal(archive.isThin, false);
    assert.deepEqual(symbolsOf(archive), ["f one.o", "g one.o", "h two.o"]);
    assert.deepEqual(
      archive.members.map(({ name, size }) => [name, size]),
      [
        ["one.o", 3],
        ["two.o", 2],
      ],
    );
  });

  it("of BSD have names behind the headers and their own index", () => {
    const name = "a long name of a member.o";
    const member = `${header(`#1/${name.length}`, name.length + 4)}${name}data`;
    // One pair of offsets: the name's in the table, the member's in the file.
    const index = new Uint8Array(8 + 4 + 2 + 4);
    const view = new DataView(index.buffer);
    view.setUint32(0, 8, true);
    view.setUint32(8, 8 + 60 + 18, true);
    view.setUint32(12, 2, true);
    index[16] = 0x66;
    const whole = new Uint8Array([
      ...bytes(`!<arch>\n${header("__.SYMDEF", 18)}`),
      ...index,
      ...bytes(member),
    ]);
    const archive = readArchive(whole);
    assert.deepEqual(symbolsOf(archive), [`f ${name}`]);
    assert.equal(new TextDecoder().decode(archive.members[0]?.read()), "data");
  });

  it("of ar are read with long names, plain and thin", function () {
    const [ar = ""] = requireTools(this, "riscv64-unknown-elf-ar");
    const folder = mkdtempSync(join(tmpdir(), "archive-"));
    const name = "a-name-that-is-longer-than-fifteen.o";
    writeFileSync(join(folder, name), "contents");
    for (const [flags, isThin] of [
      ["qcS", false],
      ["qcST", true],
    ] as const) {
      const path = join(folder, `${flags}.a`);
      runTool(ar, [flags, path, join(folder, name)]);
      const archive = readArchive(new Uint8Array(readFileSync(path)));
      assert.equal(archive.isThin, isThin);
      assert.equal(archive.hasIndex, false);
      assert.deepEqual(
        archive.members.map((one) => one.name.split("/").at(-1)),
        [name],
      );
      assert.equal(archive.members[0]?.read() === undefined, isThin);
    }
    rmSync(folder, { recursive: true });
  });

  for (const [what, text] of [
    ["begin as an archive does", "hello"],
    ["cut off", "!<arch>\nabc"],
    ["longer than the file", `!<arch>\n${header("a.o/", 100)}`],
    ["no number", `!<arch>\n${header("a.o/", 1).replace(/1 {9}/, "x         ")}a\n`],
    ["not in the name table", `!<arch>\n${header("/7", 1)}a\n`],
    ["index", `!<arch>\n${header("/", 4)}\x7f\x00\x00\x00`],
  ] as const) {
    it(`that are damaged are refused: ${what}`, () => {
      assert.throws(
        () => readArchive(bytes(text)).members,
        new RegExp(`archive is damaged.*${what}`),
      );
    });
  }
});
