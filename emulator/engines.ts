/** The engines by name. All of them give the same states and stops; they differ in speed. */
import type { Architecture } from "../isa/architecture.ts";
import { createDecoder } from "../isa/decoder.ts";
import type { Engine } from "./engine.ts";
import { EvaluatorEngine } from "./evaluator-engine.ts";
import type { ExecutionCounts } from "./execution-counts.ts";
import { InterpreterEngine } from "./interpreter.ts";
import type { PhysicalMemory } from "./memory.ts";

export const engineNames = ["evaluator", "interpreter", "translator"] as const;
export type EngineName = (typeof engineNames)[number];

/** Jumps to an address until it is translated: what costs least in all, by measurement. */
export const defaultHotness = 2000;

/** The engine that is used where none is named. */
export const defaultEngine: EngineName = "translator";

/**
 * Makes an engine for harts of one architecture.
 * @param flen the width of the f registers
 * @param hotness how many jumps to an address make it due for translation
 * @param counts where executions are counted
 */
export function createEngine(
  name: EngineName,
  memory: PhysicalMemory,
  architecture: Architecture,
  flen: 0 | 32 | 64,
  hotness = defaultHotness,
  counts?: ExecutionCounts,
): Engine {
  switch (name) {
    case "evaluator":
      return new EvaluatorEngine(memory, createDecoder(architecture), counts);
    case "interpreter":
      return new InterpreterEngine(memory, architecture, flen, undefined, counts);
    case "translator":
      return new InterpreterEngine(memory, architecture, flen, hotness, counts);
  }
}
