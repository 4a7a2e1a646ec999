/** Pieces of a program that a person writes again and again, as snippets of the protocol. */

/** A snippet: `$1`, `${2:name}` are the places to fill in, `$0` is where the cursor ends. */
export interface Snippet {
  readonly label: string;
  readonly summary: string;
  readonly body: string;
}

const lines = (...text: string[]): string => text.join("\n");

/** The snippets that are offered where a statement starts. */
export const snippets: readonly Snippet[] = [
  {
    label: "program",
    summary: "A whole program, which ends with exit code 0 (Linux call 93).",
    body: lines(
      "\t.globl _start",
      "\t.text",
      "_start:",
      "\t$0",
      "\tli a0, 0",
      "\tli a7, 93",
      "\tecall",
    ),
  },
  {
    label: "function",
    summary: "A function with a stack frame that keeps ra and s0.",
    body: lines(
      ".globl ${1:name}",
      "${1:name}:",
      "\taddi sp, sp, -16",
      "\tsd ra, 8(sp)",
      "\tsd s0, 0(sp)",
      "\t$0",
      "\tld s0, 0(sp)",
      "\tld ra, 8(sp)",
      "\taddi sp, sp, 16",
      "\tret",
    ),
  },
  {
    label: "loop",
    summary: "A loop that counts a register down to 0.",
    body: lines(
      "li ${1:t0}, ${2:10}",
      "${3:loop}:",
      "\t$0",
      "\taddi ${1:t0}, ${1:t0}, -1",
      "\tbnez ${1:t0}, ${3:loop}",
    ),
  },
  {
    label: "macro",
    summary: "A macro with parameters.",
    body: lines(".macro ${1:name} ${2:parameter}", "\t$0", ".endm"),
  },
  {
    label: "exit",
    summary: "Ends the program with an exit code (Linux call 93).",
    body: lines("li a0, ${1:0}", "li a7, 93", "ecall", "$0"),
  },
  {
    label: "write",
    summary: "Writes a string to standard output (Linux call 64).",
    body: lines(
      "li a0, 1",
      "la a1, ${1:message}",
      "li a2, ${2:length}",
      "li a7, 64",
      "ecall",
      "$0",
    ),
  },
];
