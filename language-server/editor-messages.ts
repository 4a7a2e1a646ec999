/**
 * What the editor says besides the assembler, and what it offers to do about a diagnostic; for the
 * reference pages, to which diagnostics link by their code.
 */
import { messages, type Severity } from "../assembler/diagnostics.ts";

/** Diagnostics that only the editor has, by their code, as the assembler's table has its own. */
export const editorMessages: Readonly<Record<string, { severity: Severity; text: string }>> = {
  "undefined-symbol": {
    severity: "warning",
    text:
      "`{name}` is not defined in this file, nor made global by another of the workspace. (The " +
      "linker says it as an error when the program is built.)",
  },
  "guessed-folder": {
    severity: "information",
    text:
      "Found in a folder {name} that lies near; name it in `hartbeat.include`, so that programs that " +
      "are built find the file too. (Editors show it as a hint, if at all.)",
  },
  included: {
    severity: "error",
    text: "In {file}: {message} (What is wrong in an included file, at the line that includes it.)",
  },
};

/** What quick fixes do about a diagnostic, by its code. */
export const fixesOfCodes: Readonly<Record<string, string>> = {
  "unknown-instruction": "changes the word to the mnemonic or macro that it resembles",
  "unknown-directive": "changes the word to the directive that it resembles",
  "ignored-directive": "changes the word to the directive that it resembles",
  "wrong-operand": "changes the word to the register that it resembles",
  "unknown-csr": "changes the word to the CSR that it resembles",
  "no-comma": "writes the comma",
  "swapped-operands": "puts each where it belongs",
  "address-expected": "writes the offset and the register as one operand",
  "unknown-function": "changes the word to the relocation function that it resembles",
  "unknown-macro": "changes the word to the macro that it resembles",
  "unavailable-instruction": "adds the extension to the architecture of the file's header line",
  "included-file-not-found":
    "adds a folder of the workspace that has the file to the settings, or to the file's header line",
  "guessed-folder": "adds the folder to the settings, or to the file's header line",
  "looks-like": "writes the dialect into the header line",
  "out-of-range": "loads the number into a register with `li` and takes the register's form",
  "needs-constant": "writes `%hi` or `%lo`, or loads the address with `la`",
  "not-constant": "writes `%hi` or `%lo`, or loads the address with `la`",
  "undefined-symbol":
    "makes the symbol global where another file defines it, declares it with `.extern`, or changes " +
    "the word to the symbol that it resembles",
};

/** Whether the page of diagnostics has a code. */
export const isDocumented = (code: string): boolean =>
  Object.hasOwn(messages, code) || Object.hasOwn(editorMessages, code);
