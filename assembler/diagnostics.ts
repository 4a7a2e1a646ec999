/**
 * What the assembler and the linker have to say: a table of codes, each with its severity and its
 * sentence. `{name}` in a sentence stands for a value.
 */
import type { Place, Range } from "./source.ts";

/** How bad it is; only an "error" keeps a program from being built. */
export type Severity = "error" | "warning" | "information";

/** Something to say about a place in a file. */
export interface Diagnostic {
  file: string;
  /** Zero-based lines and UTF-16 columns. */
  range: Range;
  severity: Severity;
  /** A key of `messages`, stable. */
  code: string;
  message: string;
  /** Other places that belong to it: the macro call, the first definition. */
  related?: { file: string; range: Range; message: string }[];
  /** Edits that would set it right. */
  fixes?: { title: string; edits: { file: string; range: Range; newText: string }[] }[];
}

const error = (text: string) => ({ severity: "error" as Severity, text });
const warning = (text: string) => ({ severity: "warning" as Severity, text });

/** Every diagnostic by its code. */
export const messages = {
  // Characters and tokens
  "unterminated-string": error(
    "This string has no closing quote; write one at its end, on the same line.",
  ),
  "missing-character": error("A character must stand behind this quote, as in `'a'`."),
  "character-escape": warning(
    "This is the character `{text}`, as in GNU as; for another one write its number.",
  ),
  "bad-number": error("`{text}` is not a number; write decimal, 0x…, 0b… or 0… (octal) digits."),
  "bad-escape": warning('Unknown escape in this string; use \\n, \\t, \\\\, \\", \\0 or \\x41.'),
  "unexpected-character": error("`{text}` cannot stand here."),
  // Expressions
  "missing-expression": error("A value is missing here."),
  "expected-expression": error("A number, a symbol or an expression is expected, not `{found}`."),
  "shift-count": warning("A shift by {count} gives 0; 0 to 63 is meant."),
  "expected-close": error("A closing `{close}` is missing."),
  "expression-too-deep": error("This expression is nested too deeply."),
  "not-constant": error("{what} must be a number that is known here."),
  "not-linear": error(
    "The linker cannot compute this; use a number, symbol + number, or the difference of two symbols.",
  ),
  "divide-by-zero": error("This divides by zero."),
  circular: error("`{name}` is defined by itself."),
  float: error("A floating-point number cannot stand here."),
  "no-local-label": error("There is no `{label}:` {direction} this."),
  // Statements
  "unknown-instruction": error("Unknown instruction `{name}`.{suggestion}"),
  "unknown-directive": error("Unknown directive `{name}`.{suggestion}"),
  "ignored-directive": warning("{dialect} has no directive `{name}`; it is ignored.{suggestion}"),
  "refused-by-venus": warning(
    "Venus itself refuses `jalr rd, imm(rs)`; write `jalr rd, rs, imm` to run the program there too.",
  ),
  "other-register-size": error(
    "The registers of {march} do not have {bits} bits; choose another architecture with march=rv{bits}g.",
  ),
  "looks-like": {
    severity: "information" as Severity,
    text: "This looks like a program for {title}: {reason}. Write `# hartbeat: dialect={dialect}` in its first line to have it read as one.",
  },
  "unavailable-instruction": error("`{name}` needs {needs}, which {march} does not have."),
  "unexpected-operand": error("`{text}` is one operand too many: `{mnemonic}` takes {form}."),
  "trailing-text": error("`{text}` is not expected here."),
  "missing-operand": error("`{mnemonic}` needs another operand, {kind}, as in {form}."),
  "wrong-operand": error("{kind} is expected here, as in `{form}`.{suggestion}"),
  "no-comma": error("A comma is missing between operands: `{text}`."),
  "address-expected": error(
    "`{mnemonic}` takes its address as one operand, an offset and a register: write `{text}`.",
  ),
  "no-base-register": error(
    "`{name}` is {what}; an integer register must stand in these parentheses, as in `8(sp)`.{suggestion}",
  ),
  "out-of-range": error("{value} does not fit: {name} of `{mnemonic}` must be {range}."),
  "value-out-of-range": error("{value} is out of range; {range} is allowed."),
  "value-truncated": warning("{value} does not fit in {bits} bits and is cut to {result}."),
  "float-too-long": warning("{value} has more than {bits} bits; nothing is written."),
  "needs-symbol": error(
    "`{mnemonic}` needs a symbol here; write an address that is a number as `0(register)`.",
  ),
  "needs-constant": error(
    "The {name} of `{mnemonic}` must be a number; a symbol needs %lo, %hi or another relocation function.{suggestion}",
  ),
  "swapped-operands": error(
    "The CSR and the value for it stand the wrong way round: write `{text}`.",
  ),
  "unknown-csr": error("Unknown CSR `{name}`; a CSR is written by its name or number.{suggestion}"),
  "csr-unavailable": warning("CSR `{name}` needs {needs}, which {march} does not have."),
  "csr-edition": warning(
    "Edition {edition} of the privileged manual has no CSR `{name}`; another one is chosen with -mpriv-spec.",
  ),
  "csr-read-only": warning("This writes a CSR that can only be read, which traps."),
  "wrong-function": error("`%{function}` cannot be used in this operand of `{mnemonic}`."),
  "unknown-function": error("Unknown relocation function `%{name}`.{suggestion}"),
  "no-float-constant": error(
    "`{text}` is none of the 32 constants; write min, inf, nan, -1, 0.5, 1, 2 or another of them.",
  ),
  "literal-expected": error("`{expected}` must stand here, not `{text}`."),
  "mask-needs-temporary": error(
    "`{name}` under a mask needs another vector register than v0 for its work; write it behind `v0.t`.",
  ),
  "odd-pair": error(
    "`{mnemonic}` takes values in pairs of registers, which begin with an even one, as a0 or a2.",
  ),
  "registers-alike": error("The registers of {mnemonic} must all be different ones."),
  "bad-fence": error(
    "`{text}` is no set of accesses; write some of the letters i, o, r, w in this order, as in `rw`.",
  ),
  "missing-comma": error("A comma and another operand are missing behind this."),
  "assumed-zero": warning("A value is missing behind this; 0 is taken."),
  "ignored-count": warning("A count of {value} means nothing; the directive is ignored."),
  "clamped-size": warning("A size of {value} bytes is taken as 8, the most there is."),
  "no-entry-size": warning("A section with the flag M needs an entry size; the flag is dropped."),
  "no-group-name": warning("A section with the flag G needs a group's name; the flag is dropped."),
  "bad-qualifier": error("`{name}` is no qualifier of a parameter; use req or vararg."),
  "bad-parameters": error("The parameters of macro `{macro}` cannot be read from `{text}` on."),
  "pointless-default": warning(
    "A value for `{name}` is required in each call of `{macro}`, so its default is never taken.",
  ),
  "parameter-twice": error("Macro `{macro}` has two parameters `{name}`."),
  "base-extension": error("The base `{name}` cannot be added or taken away."),
  "needs-dwarf-5": error(
    "Before version 5 of DWARF, `.file` has a number and one name; ask for version 5, or begin with `.file 0`.",
  ),
  "file-number-taken": error("File number {number} belongs to another file; choose another one."),
  "unassigned-file-number": error("File {number} has no name; give it one by `.file {number}`."),
  "md5-too-small": error(
    "An MD5 sum is a number of 16 bytes, as 0x00112233445566778899aabbccddeeff.",
  ),
  "lines-outside-code": warning(
    "Section {section} gets no rows of the line table: it is not code that is loaded.",
  ),
  "view-not-first": error(
    "This row must be the first of its address (`view 0`), but there is one before it.",
  ),
  "two-line-tables": error(
    "Section .debug_line is written here, and `.loc` makes another one; leave out one of them.",
  ),
  "unknown-file-number": error("There is no `.file {number}` before this."),
  "no-remembered-state": error("`.cfi_restore_state` has no `.cfi_remember_state` before it."),
  "frame-still-open": error("The `.cfi_startproc` before this has no `.cfi_endproc` yet."),
  "padding-width": error("The padding of {size} bytes here is no multiple of {width}."),
  "missing-blank": error("A blank must stand between `{name}` and what follows."),
  "expected-comma": error("A comma is expected before `{text}`."),
  "expected-name": error("A name is expected here."),
  "expected-string": error("A string in double quotes is expected here."),
  "register-not-in-base": error(
    "Register {name} does not exist in RV{xlen}E, which has x0 to x15.",
  ),
  "bad-architecture": error("{reason}"),
  "late-architecture": error(
    "The architecture must be given before the first instruction; for some lines use `.option arch`.",
  ),
  "bad-attribute": error("Unknown attribute `{name}`; known are {known}."),
  "option-without-push": error("`.option pop` has no `.option push` before it."),
  "type-twice": warning("`{name}` has another type already."),
  "bad-symbol-type": error("Unknown type of a symbol `{type}`; known are {known}."),
  "bad-option": warning("Unknown option `{name}`; known are {known}."),
  "odd-displacement": error("The target of `{mnemonic}` is at an odd distance."),
  // Symbols
  "duplicate-symbol": error("`{name}` is defined already."),
  "not-thread-local": error(
    "`{name}` is no variable of a thread; define it in .tdata or .tbss, or use `la` for its address.",
  ),
  "equal-to-common": error(
    "`{name}` cannot be another name of `{common}`, for which the linker makes room; put `{common}` into .bss.",
  ),
  "register-name": error("`{name}` is the name of a register and cannot be a label."),
  "undefined-local": error("`{name}` is not defined."),
  "unused-numeric": error("There is no `{label}:` {direction} this."),
  "bad-version": error("`{name}` is no name with a version; write `name@version`."),
  "external-default": error(
    "`{name}` cannot be a default version: the symbol is not defined here; write one `@`.",
  ),
  "unknown-relocation": error("There is no relocation `{name}`.{suggestion}"),
  "no-such-relocation": error("RISC-V has no relocation for `{name}`."),
  "ignored-height": warning("A page of {value} lines makes no sense; there will be no pages."),
  "given-up": error("`.abort` stops the assembler here."),
  "fail-encountered": error("`.fail {value}` stands here; below 500 it is an error."),
  "fail-warned": warning("`.fail {value}` stands here; from 500 on it is a warning."),
  "no-mri": error("The language of MRI is not read here; write the one of GNU as."),
  "not-for-riscv": error("`{name}` is not for RISC-V."),
  "no-linkonce": warning("`.linkonce` means nothing in ELF files; use a section with a group."),
  "bytes-in-structure": error("Only labels and space can stand behind `.struct`."),
  // Sections and layout
  "common-size-kept": warning("`{name}` has {size} bytes already, which it keeps."),
  "zero-for-undefined": warning("`{name}` is not defined before this; 0 is taken."),
  "negative-size": warning("A size of {value} bytes makes no sense; nothing is written."),
  "no-compressed-format": error(
    "The format `{name}` is one of compressed instructions, which are off; write `.option rvc` before it.",
  ),
  "bad-abi": error("The ABI {name} cannot be used: {reason}."),
  "function-without-percent": error("A relocation function begins with `%`: `{text}`."),
  "misplaced-function": error(
    "`{name}` cannot stand here like this; it takes its symbol in parentheses and is an operand of its own.",
  ),
  "one-value": error("`{name}` takes one value; write another directive for the next one."),
  "register-as-symbol": warning(
    "`{name}` is a symbol here, not the register, since only a symbol can stand here.",
  ),
  "place-outside": error("Offset {offset}, where {name} is to be, is outside of the section."),
  "group-flag-twice": warning("The flag G names a group, so the flag ? has no effect."),
  "section-changed": error(
    "The {what} of section {name} were said otherwise where it was made; say the same, or nothing.",
  ),
  "section-change-ignored": warning(
    "The {what} of section {name} stay what they were where it was made.",
  ),
  "section-type-ignored": warning("Section {name} keeps the type that goes with its name."),
  "section-type-odd": warning("This is not the type that goes with the name {name}."),
  "section-flags-odd": warning("These are not the flags that go with the name {name}."),
  "bad-section-flag": error("Unknown section flag `{flag}`."),
  "bad-section-type": warning("Unknown section type `{type}`."),
  "no-previous-section": warning("There is no previous section to go back to."),
  "empty-section-stack": warning("`.popsection` has no `.pushsection` before it."),
  "data-in-zeros": error("Section {section} holds only zeros and cannot take this."),
  "bad-alignment": error("An alignment must be a power of two, at most 2^24, not {value}."),
  "origin-backwards": error(
    "`.org` cannot go back: it asks for offset {target}, and {current} is reached already.",
  ),
  "too-many-sections": error(
    "A file cannot have more than {limit} sections, with those for relocations; put more into one section.",
  ),
  "section-too-large": error("Section {section} would become larger than {limit} bytes."),
  "uleb-difference": error("The value of `.{directive}` must be known when the file is assembled."),
  // The preprocessor
  "conditional-without-end": error("`{name}` has no `#endif`."),
  "conditional-without-start": error("`{name}` has no `#if` before it."),
  "comment-without-end": error("This comment has no `*/`."),
  "bad-condition": error("{text}"),
  "bad-definition": error("{text}"),
  "bad-include": error('A file is expected here, as in `#include "file"` or `#include <file>`.'),
  "extra-text": warning("There is more here than the name that `#{name}` takes."),
  redefined: warning("`{name}` is defined already, with another text."),
  "call-without-end": error("The call of macro `{name}` has no `)`."),
  "call-arguments": error("Macro `{name}` takes {count} argument{plural}, not {given}."),
  "macro-too-large": error("Macro `{name}` makes more text here than the assembler accepts."),
  // Macros and control
  "macro-without-end": error("`.{name}` has no `{end}`."),
  "macro-redefined": error(
    "Macro `{name}` is defined already; remove it with `.purgem {name}` first.",
  ),
  "bad-macro-parameter": error("`{name}` is no parameter of a macro; write it as `%{name}`."),
  "overload-redefined": error("Macro `{name}` with {count} parameters is defined already."),
  "no-macro-overload": error("Macro `{name}` takes {counts} argument{plural}, not {count}."),
  "macro-hidden": warning("`{name}` stays the directive; give the macro another name."),
  "macro-argument-missing": error("Macro `{macro}` needs a value for `{parameter}`."),
  "macro-argument-unknown": error("Macro `{macro}` has no parameter `{parameter}`."),
  "macro-argument-unclear": error(
    "What stands before `=` must be the name of a parameter of macro `{macro}`; quote the argument if it is none.",
  ),
  "macro-argument-twice": warning(
    "Parameter `{parameter}` of macro `{macro}` has a value already; the last one is taken.",
  ),
  "macro-arguments-mixed": error(
    "Arguments of macro `{macro}` without a name must stand before those with one.",
  ),
  "macro-too-many-arguments": error("Macro `{macro}` takes no more arguments than {count}."),
  "unknown-macro": warning("There is no macro `{name}`.{suggestion}"),
  "end-without-start": warning("`{name}` has nothing to end."),
  "if-without-endif": error("`{name}` has no `.endif`."),
  "else-without-if": error("`{name}` has no `.if` before it."),
  "expansion-too-deep": error("Expansions and inclusions are nested more than {limit} deep here."),
  "expansion-too-large": error(
    "Expanding this makes more text than the assembler accepts ({limit} characters).",
  ),
  "file-not-found": error('The file "{name}" cannot be read.'),
  "included-file-not-found": error(
    'The file "{name}" is not found, so nothing below is checked; name its folder by `hartbeat.include`, `include=` or -I.',
  ),
  "user-error": error("{text}"),
  "user-warning": warning("{text}"),
  "user-message": { severity: "information" as Severity, text: "{text}" },
  "odd-frame-offset": error("Registers are saved at multiples of 4 bytes, not at {value}."),
  "frame-not-open": error("`{name}` must stand between `.cfi_startproc` and `.cfi_endproc`."),
  "frame-sections": error(".eh_frame must be chosen before the first `.cfi_startproc`."),
  "frame-open": error("`.cfi_startproc` has no `.cfi_endproc`."),
  "bad-frame-register": error("`{name}` is not a register."),
  "too-many-diagnostics": error("Too many errors; the others are not reported."),
  "too-many-warnings": warning("Too many warnings; the others are not reported."),
  internal: error("The assembler failed on this ({reason}); please report it with the source."),
  // Linking
  "undefined-symbol": error("`{name}` is not defined in any of the files{user}.{suggestion}"),
  "multiply-defined": error("`{name}` is defined in {first} already."),
  "relocation-overflow": error(
    "`{name}` is too far away {user}: the distance or address {value} does not fit {relocation}, which reaches {reach}.",
  ),
  "missing-pair": error("A %pcrel_lo {user} refers to a label that no %pcrel_hi stands at."),
  "bad-relocation": error("{relocation} is at offset {offset}, outside of its section."),
  "discarded-symbol": error("`{name}` is used {user}, but its section {section} is left out."),
  "unsupported-relocation": error("The relocation {relocation} cannot be linked statically."),
  "mixed-classes": error("{name} is for RV{bits}, but the program is for RV{first}."),
  "mixed-float": error(
    "{name} uses the {abi} ABI, but {first} uses {other}; compile both with the same -mabi.",
  ),
  "mixed-registers": error(
    "{name} and {first} differ in the number of registers (RVE); compile both with the same -mabi.",
  ),
  "mixed-stack-alignment": error(
    "{name} aligns the stack to {value} bytes, but {first} to {other}; compile both for one ABI.",
  ),
  "not-relocatable": error(
    "{name} is no relocatable RISC-V object file; name the objects and archives that it is made of.",
  ),
  "archive-without-index": error("{name} has no index of its symbols; run ranlib on it."),
  "no-entry": error("The entry point `{name}` is not defined."),
  "entry-guessed": warning(
    "The entry point `{name}` is not defined; the program begins at {address}.",
  ),
  "odd-target": error(
    "`{name}` is at an odd distance from the jump in {user}; instructions stand at even addresses.",
  ),
  orphan: warning("The script has no place for section {section}; it goes where it fits."),
  "orphan-refused": error("The script has no place for section {section}; add it to SECTIONS."),
  "writable-code": warning(
    "The segment at {address} can be written and run; give code and data segments of their own.",
  ),
  "mixed-privileged": warning(
    "{name} is for version {value} of the privileged specification, others for {other}; the newest is noted.",
  ),
  "no-start": warning(
    "The entry point `{name}` is not defined and there is no section .text, so the program begins at 0.",
  ),
  "no-code": error("There is no code to run: no section has instructions."),
  "layout-overlap": error("The sections do not fit: {what}."),
  "region-overflow": error(
    "Memory region {region} overflows by {excess} bytes at {section}; it has {length} bytes.",
  ),
  "script-assertion": error("{message}"),
  "unreadable-object": error("{reason}"),
  "linker-script": error("Linker script: {reason}."),
  // Header lines
  "unknown-header-key": warning("Unknown option `{name}` in this header; known are {known}."),
  "bad-header-value": warning("`{value}` is not a value of `{name}`; known are {known}."),
} as const satisfies Record<string, { severity: Severity; text: string }>;

/** The codes of diagnostics. */
export type DiagnosticCode = keyof typeof messages;

/** Makes a diagnostic from its code, with the values that its sentence needs. */
export function diagnose(
  code: string,
  { file, range }: Place,
  values: Readonly<Record<string, string>> = {},
): Diagnostic {
  const entry = messages[code as DiagnosticCode] ?? messages.internal;
  const message = entry.text.replace(/\{(\w+)\}/g, (_, key: string) => values[key] ?? "");
  return { file, range, severity: entry.severity, code, message };
}

/**
 * The candidate most like a word (Damerau–Levenshtein distance of at most a third of its length, at
 * least 1), or undefined, as for words of one character. Of several that are as near, one with the
 * same first letter, since that is seldom mistyped. Compares at most a few thousand candidates.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length < 2 || word.length > 64) return undefined;
  const lower = word.toLowerCase();
  const letters = lettersOf(lower);
  let best: string | undefined;
  let least = Math.max(1, Math.floor(word.length / 3));
  let hasFirst = false;
  let budget = 20_000;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) > least) continue;
    if (--budget < 0) break;
    // Each letter that only one of the two has takes an edit.
    const others = lettersOf(candidate);
    if (bitsOf(letters & ~others) > least || bitsOf(others & ~letters) > least) continue;
    const other = candidate.toLowerCase();
    const edits = distance(lower, other, least + 1);
    if (edits > least || candidate === word) continue;
    const isFirst = other.charCodeAt(0) === lower.charCodeAt(0);
    if (best !== undefined && edits === least && (hasFirst || !isFirst)) continue;
    best = candidate;
    least = edits;
    hasFirst = isFirst;
  }
  return best;
}

/** The characters of a word as a set of 32 bits; letters of both cases are the same. */
function lettersOf(word: string): number {
  let set = 0;
  for (let at = 0; at < word.length; at++) set |= 1 << (word.charCodeAt(at) & 31);
  return set;
}

/** How many bits of a number are set. */
function bitsOf(set: number): number {
  let count = 0;
  for (; set !== 0; set &= set - 1) count++;
  return count;
}

/** " Did you mean `x`?" or nothing. */
export function suggestion(word: string, candidates: Iterable<string>): string {
  const near = nearest(word, candidates);
  return near === undefined ? "" : ` Did you mean \`${near}\`?`;
}

/** Three rows of the table of distances, used in turn. */
const rows = [new Int32Array(65), new Int32Array(65), new Int32Array(65)] as const;

/**
 * Edits (insert, delete, change, swap neighbours) between two words; `limit` when it is as many.
 * Only places that are nearer than that to the diagonal are looked at.
 */
function distance(a: string, b: string, limit: number): number {
  if (b.length > 64) return limit;
  let [before, previous, row] = rows as readonly [Int32Array, Int32Array, Int32Array];
  for (let j = 0; j <= b.length; j++) previous[j] = j;
  for (let i = 1; i <= a.length; i++) {
    const first = Math.max(1, i - limit);
    const last = Math.min(b.length, i + limit);
    let least = limit;
    row.fill(limit);
    if (i < limit) row[0] = least = i;
    for (let j = first; j <= last; j++) {
      const same = a.charCodeAt(i - 1) === b.charCodeAt(j - 1);
      const change = (previous[j - 1] as number) + (same ? 0 : 1);
      const remove = (previous[j] as number) + 1;
      const insert = (row[j - 1] as number) + 1;
      let cost = change < remove ? change : remove;
      if (insert < cost) cost = insert;
      const swapped =
        i > 1 &&
        j > 1 &&
        a.charCodeAt(i - 1) === b.charCodeAt(j - 2) &&
        a.charCodeAt(i - 2) === b.charCodeAt(j - 1);
      if (swapped) cost = Math.min(cost, (before[j - 2] as number) + 1);
      row[j] = cost;
      if (cost < least) least = cost;
    }
    if (least >= limit) return limit;
    [before, previous, row] = [previous, row, before];
  }
  return Math.min(limit, previous[b.length] as number);
}
