/** The engines by name. All of them give the same states and stops; they differ in speed. */
import type { Architecture } from "../isa/architecture.ts";
import { createDecoder } from "../isa/decoder.ts";
import type { Engine } from "./engine.ts";
import { EvaluatorEngine } from "./evaluator-engine.ts";
import { InterpreterEngine } from "./interpreter.ts";
import type { PhysicalMemory } from "./memory.ts";

export const engineNames = ["evaluator", "interpreter"] as const;
export type EngineName = (typeof engineNames)[number];

/** The engine that is used where none is named. */
export const defaultEngine: EngineName = "interpreter";

/** Makes an engine for harts of one architecture; `flen` is the width of their f registers. */
export function createEngine(
  name: EngineName,
  memory: PhysicalMemory,
  architecture: Architecture,
  flen: 0 | 32 | 64,
): Engine {
  switch (name) {
    case "evaluator":
      return new EvaluatorEngine(memory, createDecoder(architecture));
    case "interpreter":
      return new InterpreterEngine(memory, architecture, flen);
  }
}
