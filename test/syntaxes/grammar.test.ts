/**
 * The TextMate grammar in VS Code's own tokenizer: lines with marks under the words, and the scope
 * that each marked word must have. Also that the committed grammar is what the tables give.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { IGrammar } from "vscode-textmate";
import { directives } from "../../assembler/directives.ts";
import { instructions } from "../../isa/instructions.ts";
import { pseudoInstructions } from "../../isa/pseudo.ts";
import { fRegisters, xRegisters } from "../../isa/registers.ts";
import { grammarPath } from "../../scripts/generate-grammar.ts";
import { grammarText } from "../../syntaxes/grammar.ts";

/** A source line, then lines of marks: carets under a word and the start of its scope. */
const fixture = `
main:   addi    sp, sp, -16        # frame
^^^^ entity.name.function.label
        ^^^^ keyword.other.arithmetic
                ^^ variable.other.register.pointer
                        ^ keyword.operator
                         ^^ constant.numeric.decimal
                                   ^^^^^^^ comment.line.number-sign
        lw      t0, %lo(value)(a5) // load
        ^^ keyword.other.memory
                ^^ variable.other.register.temporary
                    ^^^ support.function.relocation
                        ^^^^^ variable.other.symbol
                               ^^ variable.other.register.argument
                                   ^^^^^^^ comment.line.double-slash
        bne     a0, zero, 1f
        ^^^ keyword.control.branch
                    ^^^^ variable.other.register.zero
                          ^^ entity.name.label.local
        call    printf; ret
        ^^^^ keyword.control.jump.pseudo
                ^^^^^^ variable.other.symbol
                        ^^^ keyword.control.jump.pseudo
1:      mv      a0, s1
^ entity.name.label.local
        ^^ keyword.other.arithmetic.pseudo
                    ^^ variable.other.register.saved
        csrrw   t0, mstatus, t1
        ^^^^^ keyword.other.csr
                    ^^^^^^^ support.constant.csr
time:   li      a0, time
^^^^ entity.name.function.label
                    ^^^^ variable.other.symbol
        fadd.d  fa0, fa1, ft2, rtz
        ^^^^^^ keyword.other.float
                ^^^ variable.other.register.float.argument
                          ^^^ variable.other.register.float.temporary
                               ^^^ constant.language.rounding
        amoadd.w.aqrl a0, a1, (a2)
        ^^^^^^^^^^^^^ keyword.other.atomic
        fence   rw, w
        ^^^^^ keyword.other.system
                ^^ constant.language.fence
        c.addi  a0, 1
        ^^^^^^ keyword.other.arithmetic.compressed
        ADDI    a0, a0, 1
        ^^^^ keyword.other.arithmetic
        ecall
        ^^^^^ keyword.other.system
        .section .rodata, "a", @progbits
        ^^^^^^^^ storage.type.section
                          ^^^ string.quoted.double
                               ^^^^^^^^^ storage.modifier.section
        .word   0x1F, 0b101, 017, 'A', 10
        ^^^^^ storage.type.data
                ^^^^ constant.numeric.hex
                      ^^^^^ constant.numeric.binary
                             ^^^ constant.numeric.octal
                                  ^^^ constant.character
                                       ^^ constant.numeric.decimal
        .double 1.5e3, -2.25
                ^^^^^ constant.numeric.float
                        ^^^^ constant.numeric.float
        .asciz  "a\\n# no comment"
                ^ string.quoted.double
                  ^^ constant.character.escape
                    ^ string.quoted.double
        .globl  main
        ^^^^^^ storage.modifier.symbol
        .macro  push reg:req, from=0
        ^^^^^^ keyword.control.macro
                ^^^^ entity.name.function.macro
                     ^^^ variable.parameter.macro
                         ^^^ storage.modifier.macro
                              ^^^^ variable.parameter.macro
        sd      \\reg, \\from(sp)
                ^^^^ variable.parameter.macro
loop_\\@: push   s0
^^^^^ entity.name.function.label
     ^^ variable.parameter.macro
         ^^^^ entity.name.function.macro.call
        .endm
        ^^^^^ keyword.control.directive
        .if     size > 4 && .L1 == 2
        ^^^ keyword.control.directive
                     ^ keyword.operator
                            ^^^ variable.other.symbol
size    =       . - msg
^^^^ variable.other.constant
        ^ keyword.operator.assignment
        lw      add, (mul)
                ^^^ variable.other.symbol
                      ^^^ variable.other.symbol
/* block   addi
^ comment.block
           ^^^^ comment.block
   ends */ addi a0, a0, 1
   ^^^^ comment.block
           ^^^^ keyword.other.arithmetic
        addi /* in the middle */ a0, a0, 1
             ^^ comment.block
                                 ^^ variable.other.register.argument
`;

// Both packages are CommonJS without named exports that an ES module could see.
const load = createRequire(import.meta.url);
const oniguruma: typeof import("vscode-oniguruma") = load("vscode-oniguruma");
const textmate: typeof import("vscode-textmate") = load("vscode-textmate");

async function loadGrammar(): Promise<IGrammar> {
  const wasm = readFileSync(load.resolve("vscode-oniguruma/release/onig.wasm"));
  await oniguruma.loadWASM(wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.length));
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: async () =>
      textmate.parseRawGrammar(readFileSync(grammarPath, "utf8"), "riscv.tmLanguage.json"),
  });
  const grammar = await registry.loadGrammar("source.riscv");
  assert.ok(grammar);
  return grammar;
}

describe("the TextMate grammar", () => {
  let grammar: IGrammar;
  before(async () => {
    grammar = await loadGrammar();
  });

  /** The innermost scope of each character of each line. */
  function scopesOf(lines: readonly string[]): string[][] {
    let state = textmate.INITIAL;
    return lines.map((line) => {
      const { tokens, ruleStack } = grammar.tokenizeLine(line, state);
      state = ruleStack;
      return [...line].map((_, at) => {
        const token = tokens.find(({ startIndex, endIndex }) => startIndex <= at && at < endIndex);
        return token?.scopes.filter((scope) => !scope.startsWith("punctuation")).at(-1) ?? "";
      });
    });
  }

  it("is what the tables give (else: npm run generate)", () => {
    assert.equal(readFileSync(grammarPath, "utf8"), grammarText());
  });

  it("gives the marked words their scopes", () => {
    const isMark = (line: string) => /^\s*\^+ [a-z]/.test(line);
    const all = fixture.trim().split("\n");
    const sources = all.filter((line) => !isMark(line));
    const scopes = scopesOf(sources);
    const wrong: string[] = [];
    let source = -1;
    for (const line of all) {
      if (!isMark(line)) {
        source++;
        continue;
      }
      const [marks, , scope = ""] = line.split(/( )(?=[a-z])/);
      const [from, to] = [line.indexOf("^"), (marks as string).length];
      for (let at = from; at < to; at++) {
        const found = scopes[source]?.[at] ?? "";
        if (found.startsWith(scope)) continue;
        wrong.push(
          `${sources[source]?.slice(from, to)} in "${sources[source]}": ${found}, not ${scope}`,
        );
        break;
      }
    }
    assert.deepEqual(wrong, []);
    assert.ok(sources.length > 25);
  });

  it("knows every mnemonic, directive and register", () => {
    const heads = [
      ...instructions.map(({ mnemonic }) => mnemonic),
      ...pseudoInstructions.map(({ mnemonic }) => mnemonic),
      ...directives.keys(),
    ];
    const wrong = scopesOf(heads.map((head) => `    ${head} a0`)).flatMap((scopes, index) => {
      const head = heads[index] as string;
      const own = new Set(scopes.slice(4, 4 + head.length));
      const scope = [...own][0] ?? "";
      const isKnown = own.size === 1 && /^(keyword|support|storage)\./.test(scope);
      return isKnown ? [] : [`${head}: ${[...own].join(" ")}`];
    });
    assert.deepEqual(wrong, []);
    const registers = [...xRegisters, ...fRegisters].flatMap(({ name, abi }) => [name, abi]);
    for (const [index, scopes] of scopesOf(registers.map((name) => `mv ${name}`)).entries()) {
      assert.match(scopes[3] as string, /^variable\.other\.register\./, registers[index]);
      assert.equal(new Set(scopes.slice(3)).size, 1, registers[index]);
    }
  });

  it("does not lose its way on a long line", () => {
    const line = `        .byte ${"0x7f, ".repeat(2000)}1`;
    const started = performance.now();
    assert.match(scopesOf([line])[0]?.at(-1) as string, /^constant\.numeric\.decimal/);
    assert.ok(performance.now() - started < 4000);
  });
});
