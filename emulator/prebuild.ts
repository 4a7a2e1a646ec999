/**
 * Generates, when the program is bundled, the interpreter that most programs need: that for a Linux
 * program of RV64GC on a host with a fused multiply-add. Every other is generated when it is first
 * needed.
 */
import { type Architecture, parseArchitecture } from "../isa/architecture.ts";
import { defaultHotness } from "./engines.ts";
import { interpreterKey } from "./interpreter.ts";
import { PhysicalMemory } from "./memory.ts";
import { windowFor } from "./process/layout.ts";
import { harmlessMarch } from "./process/process.ts";
import { generateInterpreter } from "./wasm/interpreter-module.ts";
import type { PrebuiltInterpreter } from "./wasm/prebuilt.ts";

/** The interpreters by their keys. */
export function prebuild(): Map<string, PrebuiltInterpreter> {
  const made = new Map<string, PrebuiltInterpreter>();
  const architecture = architectureNamed(harmlessMarch(64));
  const memory = new PhysicalMemory(undefined, windowFor([{ start: 0x1_0000n, end: 0x2_0000n }]));
  const key = interpreterKey(architecture, 64, defaultHotness, memory, true);
  made.set(key, generateInterpreter(architecture, 64, defaultHotness, memory, true));
  return made;
}

function architectureNamed(march: string): Architecture {
  const parsed = parseArchitecture(march);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.architecture;
}

/** The source that takes the place of `wasm/prebuilt-data.ts`. */
export function prebuiltSource(): string {
  const entries = [...prebuild()].map(([key, { bytes, rows, pairs }]) => [
    key,
    { bytes: base64(bytes), rows: base64(rows), pairs },
  ]);
  return `export const prebuilt = ${JSON.stringify(Object.fromEntries(entries))};`;
}

function base64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}
