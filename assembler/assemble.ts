/**
 * The façade of the assembler: source text in, relocatable object and diagnostics out. Whatever the
 * text is, it returns. Reading order for newcomers: this file, `lexer.ts`, `assembler.ts`,
 * `instructions.ts`, `sections.ts`, `layout.ts`, `object.ts`.
 */
import type { ElfFile } from "../elf/model.ts";
import { Assembler } from "./assembler.ts";
import { writeDebugSections } from "./debug-sections.ts";
import { type Diagnostic, diagnose } from "./diagnostics.ts";
import { makeObject } from "./object.ts";
import type { AssembleOptions } from "./options.ts";
import { Revisable } from "./revision.ts";
import type { Unit } from "./unit.ts";

export type { Diagnostic } from "./diagnostics.ts";
export type { AssembleOptions } from "./options.ts";
export type { Unit } from "./unit.ts";

/** What became of a source. */
export interface Assembly {
  /** A relocatable object; of a source with errors, as much of it as could be made. */
  readonly object: ElfFile;
  readonly diagnostics: Diagnostic[];
  /** Files that the source asks for and that `readFile` did not have. */
  readonly missing: string[];
  /** Statements, symbols, macros and inclusions, for editors. */
  readonly unit: Unit;
  /** Makes it that of the next version of the text; for editors. */
  readonly revisable?: Revisable;
}

/** Assembles a source file. Never throws, and ends for every input. */
export function assemble(file: string, text: string, options: AssembleOptions): Assembly {
  const work = assembling(file, text, options);
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/** The same in portions of some milliseconds, for those who have something else to do between. */
export function* assembling(
  file: string,
  text: string,
  options: AssembleOptions,
): Generator<undefined, Assembly> {
  const assembler = new Assembler(file, text, { ...options });
  let isOpen = true;
  attempt(assembler, () => assembler.begin());
  while (isOpen) {
    isOpen = false;
    attempt(assembler, () => {
      isOpen = assembler.readOn();
    });
    yield;
  }
  attempt(assembler, () => assembler.lines.numberViews());
  attempt(assembler, () => writeDebugSections(assembler));
  attempt(assembler, () => assembler.frames.finish(assembler));
  const reported = assembler.diagnostics.length;
  let object: ElfFile | undefined;
  yield;
  attempt(assembler, () => {
    object = makeObject(assembler);
  });
  attempt(assembler, () => assembler.lines.checkViews(assembler));
  const { diagnostics, missing, unit } = assembler;
  object ??= makeObject(new Assembler(file, "", options));
  const assembly = { object, diagnostics: [...diagnostics], missing: [...missing], unit };
  if (options.isRevised !== true) return assembly;
  return { ...assembly, revisable: new Revisable(assembler, assembly, reported) };
}

/** Runs a stage; a mistake of ours becomes a diagnostic at the statement that met it. */
function attempt(assembler: Assembler, stage: () => void): void {
  try {
    stage();
  } catch (error) {
    const { source, start, end } = assembler.statement;
    const reason = error instanceof Error ? error.message : String(error);
    const place = source.placeOf(start, Math.min(end, source.text.length));
    assembler.diagnostics.push(diagnose("internal", place, { reason }));
  }
}
