/** The disassembler's text, symbols, address comments and data; golden lines from objdump 2.40. */
import { deepEqual, equal } from "node:assert/strict";
import { disassemble } from "../../assembler/disassembler.ts";
import { architectureOf } from "./samples.ts";

const bytes = (hex: string): Uint8Array =>
  Uint8Array.from(hex.split(" ").map((byte) => Number.parseInt(byte, 16)));

const program = bytes(
  "01 00 17 05 00 00 61 05 03 a5 41 00 c9 65 90 45 03 a6 85 00 fd b7 6d d5 aa 85 82 80",
);

describe("assembler/disassembler", () => {
  const architecture = architectureOf("rv64gc");
  const symbolFor = (address: bigint) =>
    address === 0x10000n ? "main" : `main+0x${(address - 0x10000n).toString(16)}`;
  const list = (aliases: boolean) =>
    disassemble(program, 0x10000n, architecture, { aliases, symbolFor, globalPointer: 0x12340n });

  it("follows addresses and names them", () => {
    deepEqual(
      list(true).map(({ address, text }) => `${address.toString(16)}: ${text}`),
      [
        "10000: nop",
        "10002: auipc\ta0,0x0",
        "10006: add\ta0,a0,24 # 1001a <main+0x1a>",
        "10008: lw\ta0,4(gp) # 12344 <main+0x2344>",
        "1000c: lui\ta1,0x12",
        "1000e: lw\ta2,8(a1)",
        "10010: lw\ta2,8(a1) # 12008 <main+0x2008>",
        "10014: j\t10002 <main+0x2>",
        "10016: beqz\ta0,10000 <main>",
        "10018: mv\ta1,a0",
        "1001a: ret",
      ],
    );
  });

  it("gives the parts of a line", () => {
    const [, , add, , , , , jump] = list(false);
    deepEqual(
      { ...add, bytes: [...add!.bytes] },
      {
        address: 0x10006n,
        length: 2,
        bytes: [0x61, 0x05],
        mnemonic: "c.addi",
        operands: "a0,24",
        comment: "1001a <main+0x1a>",
        text: "c.addi\ta0,24 # 1001a <main+0x1a>",
      },
    );
    equal(jump?.mnemonic, "c.j");
    equal(jump?.target, 0x10002n);
  });

  it("writes addresses as numbers where there are no symbols", () => {
    const [line] = disassemble(bytes("fd b7"), 0x1000n, architecture, { aliases: true });
    equal(line?.text, "j\t0xfee");
  });

  const data: [hex: string, text: string[]][] = [
    ["ff ff", [".2byte\t0xffff"]],
    ["0b 00 00 00", [".4byte\t0xb"]],
    ["1f 00 78 56 34 12", [".byte\t0x1f, 0x00, 0x78, 0x56, 0x34, 0x12"]],
    ["3f 00 00 00 78 56 34 12", [".8byte\t0x123456780000003f"]],
    [
      "7f 00 00 00 00 00 78 56 34 12",
      [".byte\t0x7f, 0x00, 0x00, 0x00, 0x00, 0x00, 0x78, 0x56, 0x34, 0x12"],
    ],
    ["00 00", ["unimp"]],
    ["73 10 00 c0", ["unimp"]],
    // What is cut off is data too.
    ["01 00 13", ["nop", ".byte\t0x13"]],
    ["13 00 00", [".2byte\t0x13", ".byte\t0x00"]],
    // A field that the syntax cannot show makes it data.
    ["0f 10 10 00", [".4byte\t0x10100f"]],
    ["0f 10 00 00", ["fence.i"]],
  ];
  for (const [hex, text] of data) {
    it(`${hex} is ${text.join("; ").replaceAll("\t", " ")}`, () => {
      const lines = disassemble(bytes(hex), 0n, architecture, { aliases: true });
      deepEqual(
        lines.map((line) => line.text),
        text,
      );
    });
  }

  it("takes a jump below 0 around the address space", () => {
    const long = disassemble(bytes("6f f0 df ff"), 0n, architectureOf("rv32i"), { aliases: true });
    equal(long[0]?.text, "j\t0xfffffffc");
    equal(long[0]?.target, 0xfffffffcn);
  });

  it("gives nothing for no bytes", () => {
    deepEqual(disassemble(new Uint8Array(), 0n, architecture, { aliases: true }), []);
  });
});
