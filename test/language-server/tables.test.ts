/** The tables of words for people are complete: what the assembler knows, the editor can explain. */
import assert from "node:assert/strict";
import { relocationFunctions } from "../../assembler/instructions.ts";
import { parseArchitecture } from "../../isa/architecture.ts";
import { encodingOf, operandNames } from "../../isa/encoding.ts";
import { instructions } from "../../isa/instructions.ts";
import { pseudoInstructions } from "../../isa/pseudo.ts";
import { categories, categoryOf } from "../../language-server/categories.ts";
import { formPage, originOf } from "../../language-server/documentation.ts";
import { columnsOf, pictureOf } from "../../language-server/encoding-picture.ts";
import { describeOperand, formsOf } from "../../language-server/forms.ts";
import { relocationSummaries } from "../../language-server/relocations.ts";

const everything = [32, 64].map((xlen) => {
  const parsed = parseArchitecture(`rv${xlen}gc_zba_zbb_zbc_zbs_zicond_zfh`);
  assert.ok(parsed.ok);
  return parsed.architecture;
});

describe("the tables for people", () => {
  it("have a sentence for every relocation function", () => {
    const known = Object.keys(relocationSummaries).sort();
    assert.deepEqual(known, relocationFunctions.map((name) => `%${name}`).sort());
  });

  it("name the manual's chapter of every instruction", () => {
    for (const { mnemonic, extension, xlen } of instructions) {
      assert.match(originOf(extension, xlen), /; manual: /, `${mnemonic} of ${extension}`);
    }
  });

  it("cover all bits of every instruction's picture, and draw lines of one length", () => {
    for (const instruction of instructions) {
      const columns = columnsOf(instruction);
      const bits = columns.reduce((sum, { high, low }) => sum + high - low + 1, 0);
      assert.equal(bits, encodingOf(instruction).length * 8, instruction.mnemonic);
      assert.equal(columns.at(-1)?.low, 0, instruction.mnemonic);
      const [, ...rows] = pictureOf(instruction, encodingOf(instruction).match).split("\n");
      assert.equal(new Set(rows.map((row) => row.length)).size, 1, instruction.mnemonic);
    }
  });

  it("have a page for every mnemonic, with all its operands", () => {
    const mnemonics = [...instructions, ...pseudoInstructions].map(({ mnemonic }) => mnemonic);
    for (const mnemonic of new Set(mnemonics)) {
      for (const architecture of everything) {
        for (const form of formsOf(mnemonic, architecture)) {
          const page = formPage(form, architecture);
          for (const name of operandNames(form.syntax)) {
            assert.ok(page.includes(`- \`${name}\`: ${describeOperand(form, name)}`), mnemonic);
          }
        }
      }
    }
  });

  it("put every instruction into the category that its meaning shows", () => {
    const expected = {
      beq: "branch",
      jal: "jump",
      "amoadd.w": "atomic",
      "lr.w": "atomic",
      lw: "memory",
      fsd: "memory",
      csrrw: "csr",
      ecall: "system",
      fence: "system",
      mret: "system",
      "fadd.d": "float",
      "fmv.x.w": "float",
      add: "arithmetic",
      "c.beqz": "branch",
      "c.lwsp": "memory",
      cpop: "arithmetic",
    };
    for (const [mnemonic, category] of Object.entries(expected)) {
      const instruction = instructions.find((one) => one.mnemonic === mnemonic);
      assert.ok(instruction, mnemonic);
      assert.equal(categoryOf(instruction), category, mnemonic);
    }
    const found = new Set(instructions.map(categoryOf));
    assert.deepEqual(
      [...categories].filter((category) => !found.has(category)),
      [],
    );
  });
});
