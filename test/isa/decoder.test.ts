/** The decoder on single words: lengths, operands, and what an architecture leaves out. */
import { equal } from "node:assert/strict";
import { createDecoder } from "../../isa/decoder.ts";
import { architectureOf } from "./samples.ts";

describe("isa/decoder", () => {
  const decode = createDecoder(architectureOf("rv64gc"));
  const cases: [word: number, text: string][] = [
    [0x00000000, "nothing"],
    [0xffffffff, "nothing"],
    [0x00004501, "2: addi rd=10 rs1=0 imm=0 as c.li"],
    [0xffff4501, "2: addi rd=10 rs1=0 imm=0 as c.li"],
    [0x00008082, "2: jalr rd=0 imm=0 rs1=1 as c.jr"],
    [0x00006101, "nothing"],
    [0x00a58533, "4: add rs2=10 rs1=11 rd=10"],
    [0x0220000f, "4: fence fm=0 pred=2 succ=2 rs1=0 rd=0"],
  ];
  for (const [word, text] of cases) {
    it(`${word.toString(16)} is ${text}`, () => {
      const decoded = decode(word);
      if (decoded === undefined) return equal("nothing", text);
      const { instruction, values, length, compressed } = decoded;
      const operands = Object.entries(values).map(([name, value]) => ` ${name}=${value}`);
      const short = compressed === undefined ? "" : ` as ${compressed.mnemonic}`;
      equal(`${length}: ${instruction.mnemonic}${operands.join("")}${short}`, text);
    });
  }

  it("knows sixteen registers only where the base is E", () => {
    const small = createDecoder(architectureOf("rv32e"));
    equal(small(0x00f50533)?.instruction.mnemonic, "add");
    equal(small(0x01050533), undefined);
  });

  it("leaves out what an architecture has not", () => {
    const integer = createDecoder(architectureOf("rv32i"));
    equal(integer(0x02b50533), undefined);
    equal(integer(0x4501), undefined);
  });
});
