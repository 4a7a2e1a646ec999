/**
 * How much has been reported of a source. More than some hundred diagnostics help nobody, so the
 * rest is left out; errors and warnings are counted apart, so that neither hides the other.
 */
import { type Diagnostic, messages } from "./diagnostics.ts";

/** More diagnostics of a kind than this help nobody. */
const limit = 500;

/** Counts what is in a list of diagnostics, which others may also change. */
export class ReportCounts {
  #total = 0;
  #errors = 0;

  /** The code under which to report something: that there is too much of it, or undefined. */
  codeFor(code: string, diagnostics: readonly Diagnostic[]): string | undefined {
    this.#count(diagnostics);
    const isError = messages[code as keyof typeof messages].severity === "error";
    const count = isError ? this.#errors : this.#total - this.#errors;
    if (count < limit) return code;
    if (count > limit) return undefined;
    return isError ? "too-many-diagnostics" : "too-many-warnings";
  }

  /** Whether there are so many errors that the others will be left out. */
  areEnough(diagnostics: readonly Diagnostic[]): boolean {
    this.#count(diagnostics);
    return this.#errors > limit;
  }

  #count(diagnostics: readonly Diagnostic[]): void {
    if (diagnostics.length < this.#total) [this.#total, this.#errors] = [0, 0];
    for (; this.#total < diagnostics.length; this.#total++) {
      if (diagnostics[this.#total]?.severity === "error") this.#errors++;
    }
  }
}
