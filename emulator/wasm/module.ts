// biome-ignore-all format: rows of one kind read better by hand
/**
 * Puts functions together into a WebAssembly module in binary form (core specification, chapter
 * "Binary Format", "Modules"): one imported memory, and exported functions.
 */
import { type Code, unsigned, type ValueType } from "./code.ts";

/** A function of a module: its signature, its body and the name under which it is exported. */
export interface ModuleFunction {
  readonly name: string;
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
  readonly code: Code;
}

const typeCode: Readonly<Record<ValueType, number>> = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c };

const vector = (items: readonly (readonly number[])[]): number[] =>
  items.reduce<number[]>((all, item) => appendTo(all, item), unsigned(items.length));

/** Appends in place: spreading a large body into `push` would overflow the stack. */
function appendTo(all: number[], item: readonly number[]): number[] {
  for (const byte of item) all.push(byte);
  return all;
}

const text = (value: string): number[] => {
  const bytes = [...new TextEncoder().encode(value)];
  return [...unsigned(bytes.length), ...bytes];
};

const section = (id: number, content: readonly number[]): number[] =>
  appendTo([id, ...unsigned(content.length)], content);

const types = (list: readonly ValueType[]): number[] => vector(list.map((type) => [typeCode[type]]));

/** A signature. */
export type Signature = Pick<ModuleFunction, "parameters" | "results">;

/**
 * The module's bytes. It imports its memory, of any size, as `env.memory`, and a table of
 * functions, of any size, as `env.table`. Signature 0 is `called`, that of the table's functions.
 */
export function encodeModule(functions: readonly ModuleFunction[], called: Signature): Uint8Array {
  const memory = [...text("env"), ...text("memory"), 0x02, 0x00, 0];
  const table = [...text("env"), ...text("table"), 0x01, 0x70, 0x00, 0];
  const bodies = functions.map(({ code }) => {
    const body = code.finish();
    return appendTo(unsigned(body.length), body);
  });
  const bytes = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  for (const part of [
    section(1, vector([called, ...functions].map((one) =>
      [0x60, ...types(one.parameters), ...types(one.results)]))),
    section(2, vector([memory, table])),
    section(3, vector(functions.map((_, index) => unsigned(index + 1)))),
    section(7, vector(functions.map(({ name }, index) => [...text(name), 0x00, ...unsigned(index)]))),
    section(10, vector(bodies)),
  ]) appendTo(bytes, part);
  return Uint8Array.from(bytes);
}