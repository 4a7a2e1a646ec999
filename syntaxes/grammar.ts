/**
 * The TextMate grammar of RISC-V assembly, made from the tables of instructions, registers, CSRs
 * and directives. A mnemonic or directive opens a region that ends with its statement, so words
 * are instructions only where a statement starts and registers only where operands stand.
 */

import { dialects } from "../assembler/dialects.ts";
import { controlDirectives } from "../assembler/directives/control.ts";
import { countedDirectives } from "../assembler/directives/counted.ts";
import { dataDirectives } from "../assembler/directives/data.ts";
import { layoutDirectives } from "../assembler/directives/layout.ts";
import { nameDirectives } from "../assembler/directives/names.ts";
import { sectionDirectives } from "../assembler/directives/section.ts";
import { symbolDirectives } from "../assembler/directives/symbol.ts";
import { directives } from "../assembler/directives.ts";
import { relocationFunctions } from "../assembler/instructions.ts";
import { csrs } from "../isa/csrs.ts";
import { encodingOf, roundingModes } from "../isa/encoding.ts";
import { instructions } from "../isa/instructions.ts";
import { pseudoInstructions } from "../isa/pseudo.ts";
import { fRegisters, type Register, xRegisters } from "../isa/registers.ts";
import { categoryOf, categoryOfPseudo } from "../language-server/categories.ts";

/** One rule of a TextMate grammar; the parts of the format that are used here. */
interface Rule {
  name?: string;
  match?: string;
  begin?: string;
  end?: string;
  captures?: Record<string, Rule>;
  beginCaptures?: Record<string, Rule>;
  endCaptures?: Record<string, Rule>;
  patterns?: Rule[];
  include?: string;
}

/** Where a name stops: names of GNU as hold letters, digits, `_`, `.` and `$`. */
const nameEnd = "(?![\\w.$])";
const nameStart = "(?<![\\w.$\\\\%])";
const symbol = "[A-Za-z_.$\\x{80}-\\x{10ffff}][\\w.$\\x{80}-\\x{10ffff}]*";
/** A name in a macro's body may have parameters in it: `loop_\@`, `\name\()_end`. */
const composed = `(?:[\\w.$\\x{80}-\\x{10ffff}]|\\\\(?:@|\\(\\)|\\w+))+`;
const statementEnd = "(?=;|#|//|$)";

const quoted = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** A group of words; longer ones come first, so that none hides another that it begins. */
function anyOf(words: Iterable<string>): string {
  const sorted = [...new Set(words)].sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
  return `(?:${sorted.map(quoted).join("|")})`;
}

/** Words grouped by scope, in the order of first appearance. */
function byScope(pairs: Iterable<readonly [scope: string, word: string]>): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const [scope, word] of pairs) {
    const group = groups.get(scope);
    if (group === undefined) groups.set(scope, [word]);
    else group.push(word);
  }
  return groups;
}

const scopes = {
  branch: "keyword.control.branch",
  jump: "keyword.control.jump",
  memory: "keyword.other.memory",
  atomic: "keyword.other.atomic",
  float: "keyword.other.float",
  csr: "keyword.other.csr",
  system: "keyword.other.system",
  arithmetic: "keyword.other.arithmetic",
} as const;

/** Scopes of the directives, group by group; what is in no group is an option. */
const directiveScopes = [
  ["storage.type.data", [...dataDirectives, ...countedDirectives]],
  ["storage.type.section", sectionDirectives],
  ["storage.type.layout", layoutDirectives],
  ["storage.modifier.symbol", [...symbolDirectives, ...nameDirectives]],
  ["keyword.control.directive", controlDirectives],
  ["keyword.other.directive", [...directives.values()]],
  [
    "keyword.other.directive",
    Object.values(dialects).flatMap(({ directives: own }) => [...own.values()]),
  ],
] as const;

/** A statement's head and its operands, up to the statement's end. */
function region(words: string[], scope: string, operands: string): Rule {
  return {
    begin: `(?i)${nameStart}(${anyOf(words)})${nameEnd}`,
    beginCaptures: { 1: { name: `${scope}.riscv` } },
    end: statementEnd,
    patterns: [{ include: operands }],
  };
}

/** What kind of operands an instruction has that ordinary names could be mistaken for. */
function operandGroup(kinds: readonly string[]): string {
  if (kinds.includes("csr")) return "#csr-operands";
  if (kinds.includes("rounding")) return "#float-operands";
  return kinds.includes("fence") ? "#fence-operands" : "#operands";
}

function instructionRules(): Rule[] {
  const groups = new Map<string, { scope: string; operands: string; words: string[] }>();
  const add = (scope: string, operands: string, word: string) => {
    const key = `${scope} ${operands}`;
    const group = groups.get(key) ?? { scope, operands, words: [] };
    group.words.push(word);
    groups.set(key, group);
  };
  const real = new Set<string>();
  for (const instruction of instructions) {
    const kinds = encodingOf(instruction).fields.map(({ kind }) => kind);
    const compressed = encodingOf(instruction).length === 2 ? ".compressed" : "";
    real.add(instruction.mnemonic);
    add(
      `${scopes[categoryOf(instruction)]}${compressed}`,
      operandGroup(kinds),
      instruction.mnemonic,
    );
  }
  const written = Object.values(dialects).flatMap((dialect) => dialect.pseudoInstructions);
  for (const { mnemonic, syntax } of [...pseudoInstructions, ...written]) {
    if (real.has(mnemonic)) continue;
    const kinds = /\bcsr\b/.test(syntax) ? ["csr"] : /\bfs?\d?\b/.test(syntax) ? ["rounding"] : [];
    add(`${scopes[categoryOfPseudo(mnemonic)]}.pseudo`, operandGroup(kinds), mnemonic);
  }
  return [...groups.values()].map(({ scope, operands, words }) => region(words, scope, operands));
}

function directiveRules(): Rule[] {
  const seen = new Set([".macro"]);
  const rules: Rule[] = [];
  for (const [scope, group] of directiveScopes) {
    const words = group.map(({ name }) => name).filter((name) => !seen.has(name));
    for (const word of words) seen.add(word);
    if (words.length > 0) rules.push(region(words, scope, "#operands"));
  }
  return rules;
}

const registerRule = (scope: string, words: string[]): Rule => ({
  name: `variable.other.register.${scope}.riscv`,
  match: `${nameStart}${anyOf(words)}${nameEnd}`,
});

function registerRules(): Rule[] {
  const named = (prefix: string, registers: readonly Register[]) =>
    registers.flatMap(({ name, abi, role }) =>
      [name, abi].map((word) => [`${prefix}${role}`, word] as const),
    );
  const groups = byScope([
    ...named("", xRegisters),
    ["saved", "fp"] as const,
    ...named("float.", fRegisters),
  ]);
  return [...groups].map(([scope, words]) => registerRule(scope, words));
}

const word = (name: string, words: Iterable<string>): Rule => ({
  name,
  match: `${nameStart}${anyOf(words)}${nameEnd}`,
});

const comments: Rule[] = [
  { name: "comment.block.riscv", begin: "/\\*", end: "\\*/" },
  {
    name: "comment.line.number-sign.riscv",
    match: "(#).*$",
    captures: { 1: { name: "punctuation.definition.comment.riscv" } },
  },
  {
    name: "comment.line.double-slash.riscv",
    match: "(//).*$",
    captures: { 1: { name: "punctuation.definition.comment.riscv" } },
  },
];

const strings: Rule = {
  name: "string.quoted.double.riscv",
  begin: '"',
  end: '"|$',
  patterns: [
    {
      name: "constant.character.escape.riscv",
      match: "\\\\(?:[0-7]{1,3}|[xX][0-9a-fA-F]+|[bfnrtv\\\\\"'])",
    },
    { include: "#macro-parameter" },
  ],
};

const numbers: Rule[] = [
  { name: "constant.character.riscv", match: "'(?:\\\\(?:[0-7]{1,3}|x[0-9a-fA-F]+|.)|[^\\\\])'?" },
  { name: "constant.numeric.hex.riscv", match: `${nameStart}0[xX][0-9a-fA-F]+${nameEnd}` },
  { name: "constant.numeric.binary.riscv", match: `${nameStart}0[bB][01]+${nameEnd}` },
  { name: "entity.name.label.local.riscv", match: `${nameStart}[0-9]+[fb]${nameEnd}` },
  {
    name: "constant.numeric.float.riscv",
    match:
      "(?<![\\w$])(?:[0-9]+\\.[0-9]*|\\.[0-9]+|[0-9]+(?=[eE][+-]?[0-9]))(?:[eE][+-]?[0-9]+)?(?![\\w$])",
  },
  { name: "constant.numeric.octal.riscv", match: `${nameStart}0[0-7]+${nameEnd}` },
  { name: "constant.numeric.decimal.riscv", match: `${nameStart}[0-9]+${nameEnd}` },
];

const macroParameter: Rule[] = [
  { name: "variable.parameter.macro.riscv", match: "\\\\(?:@|\\w+)" },
  { name: "punctuation.separator.macro.riscv", match: "\\\\\\(\\)" },
];

/** Labels, definitions and macro calls: what else a statement may start with. */
const heads: Record<string, Rule> = {
  label: {
    match: `(${composed})\\s*(:)`,
    captures: {
      1: {
        patterns: [
          { include: "#macro-parameter" },
          { name: "entity.name.label.local.riscv", match: "^[0-9]+$|\\.L[\\w.$]*" },
          { name: "entity.name.function.label.riscv", match: "[^\\\\]+" },
        ],
      },
      2: { name: "punctuation.separator.label.riscv" },
    },
  },
  assignment: {
    begin: `(${symbol})\\s*(={1,2})(?!=)`,
    beginCaptures: {
      1: { name: "variable.other.constant.riscv" },
      2: { name: "keyword.operator.assignment.riscv" },
    },
    end: statementEnd,
    patterns: [{ include: "#operands" }],
  },
  macro: {
    begin: `(?i)${nameStart}(\\.macro)${nameEnd}(?:\\s+(${symbol}))?`,
    beginCaptures: {
      1: { name: "keyword.control.macro.riscv" },
      2: { name: "entity.name.function.macro.riscv" },
    },
    end: statementEnd,
    patterns: [
      { include: "#block-comment" },
      {
        match: `(%?${symbol})(?:\\s*(:)\\s*(req|vararg)\\b)?`,
        captures: {
          1: { name: "variable.parameter.macro.riscv" },
          2: { name: "punctuation.separator.riscv" },
          3: { name: "storage.modifier.macro.riscv" },
        },
      },
      {
        begin: "=",
        beginCaptures: { 0: { name: "keyword.operator.assignment.riscv" } },
        end: "(?=[,\\s]|;|#|//|$)",
        patterns: [{ include: "#operands" }],
      },
      { include: "#operands" },
    ],
  },
  "macro-call": {
    begin: `(${composed})`,
    beginCaptures: {
      1: {
        patterns: [
          { include: "#macro-parameter" },
          { name: "entity.name.function.macro.call.riscv", match: "[^\\\\]+" },
        ],
      },
    },
    end: statementEnd,
    patterns: [{ include: "#operands" }],
  },
};

/** The whole grammar. */
export function grammar() {
  const modes = roundingModes.filter((mode) => mode !== undefined);
  const fence = ["i", "o", "r", "w"];
  const sets = Array.from({ length: 15 }, (_, n) =>
    fence.filter((_, i) => (n + 1) & (8 >> i)).join(""),
  );
  const repository: Record<string, Rule> = {
    comment: { patterns: comments },
    "block-comment": comments[0] as Rule,
    ...heads,
    directive: { patterns: directiveRules() },
    instruction: { patterns: instructionRules() },
    "csr-operands": {
      patterns: [
        word(
          "support.constant.csr.riscv",
          csrs.map(({ name }) => name),
        ),
        { include: "#operands" },
      ],
    },
    "float-operands": {
      patterns: [word("constant.language.rounding.riscv", modes), { include: "#operands" }],
    },
    "fence-operands": {
      patterns: [word("constant.language.fence.riscv", sets), { include: "#operands" }],
    },
    operands: {
      patterns: [
        { include: "#block-comment" },
        strings,
        { include: "#macro-parameter" },
        {
          name: "support.function.relocation.riscv",
          match: `%${anyOf(relocationFunctions)}(?=\\s*\\()`,
        },
        { name: "variable.parameter.macro.riscv", match: "%[A-Za-z_]\\w*(?!\\s*\\()" },
        { include: "#register" },
        ...numbers,
        {
          name: "storage.modifier.section.riscv",
          match: "[@%](?:progbits|nobits|note|function|object|notype|common|tls_object)\\b",
        },
        { match: "(@)(plt)\\b", captures: { 0: { name: "support.function.relocation.riscv" } } },
        { name: "variable.other.symbol.riscv", match: symbol },
        { name: "keyword.operator.riscv", match: "<<|>>|==|!=|<>|<=|>=|&&|\\|\\||[-+*/%&|^!~<>=]" },
        { name: "punctuation.separator.comma.riscv", match: "," },
        { name: "punctuation.section.parens.riscv", match: "[()]" },
      ],
    },
    register: { patterns: registerRules() },
    "macro-parameter": { patterns: macroParameter },
  };
  return {
    $schema: "https://raw.githubusercontent.com/martinring/tmlanguage/master/tmlanguage.json",
    name: "RISC-V Assembly",
    scopeName: "source.riscv",
    fileTypes: ["s", "S", "asm"],
    patterns: [
      "comment",
      "label",
      "assignment",
      "macro",
      "directive",
      "instruction",
      "macro-call",
    ].map((name) => ({ include: `#${name}` })),
    repository,
  };
}

/** The grammar as it stands in the file. */
export function grammarText(): string {
  return `${JSON.stringify(grammar(), undefined, 2)}\n`;
}
