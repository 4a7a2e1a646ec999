// biome-ignore-all format: rows of one kind read better by hand
/**
 * Puts functions together into a WebAssembly module in binary form (core specification, chapter
 * "Binary Format", "Modules"): one imported memory, and exported functions.
 */
import { Bytes } from "./bytes.ts";
import type { Code, ValueType } from "./code.ts";

/** A function of a module: its signature, its body and the name under which it is exported. */
export interface ModuleFunction {
  readonly name: string;
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
  readonly code: Code;
}

const typeCode: Readonly<Record<ValueType, number>> = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c };

type Write = (into: Bytes) => void;

function vector<Item>(into: Bytes, items: readonly Item[], write: (item: Item) => void): void {
  into.unsigned(items.length);
  for (const item of items) write(item);
}

function text(into: Bytes, value: string): void {
  const bytes = new TextEncoder().encode(value);
  into.unsigned(bytes.length);
  into.append(bytes);
}

function section(into: Bytes, id: number, write: Write): void {
  const content = new Bytes(1024);
  write(content);
  into.byte(id);
  into.unsigned(content.length);
  into.append(content.view);
}

function signature(into: Bytes, { parameters, results }: Signature): void {
  into.byte(0x60);
  for (const list of [parameters, results]) {
    vector(into, list, (type) => into.byte(typeCode[type]));
  }
}

/** A signature. */
export type Signature = Pick<ModuleFunction, "parameters" | "results">;

/** A memory of any size, and a table of functions of any size. */
const imports = [["memory", [0x02, 0x00, 0]], ["table", [0x01, 0x70, 0x00, 0]]] as const;

/**
 * The module's bytes. It imports its memory, of any size, as `env.memory`, and a table of
 * functions, of any size, as `env.table`. Signature 0 is `called`, that of the table's functions.
 * @param places where in the table its first functions are put, one after the other
 */
export function encodeModule(
  functions: readonly ModuleFunction[], called: Signature, places: readonly number[] = [],
): Uint8Array {
  const module = new Bytes(8192);
  module.append([0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
  section(module, 1, (into) => vector(into, [called, ...functions], (one) => signature(into, one)));
  section(module, 2, (into) => vector(into, imports, ([name, type]) => {
    text(into, "env");
    text(into, name);
    into.append(type);
  }));
  section(module, 3, (into) => vector(into, [...functions.keys()], (n) => into.unsigned(n + 1)));
  section(module, 7, (into) => vector(into, [...functions.entries()], ([index, { name }]) => {
    text(into, name);
    into.byte(0x00);
    into.unsigned(index);
  }));
  if (places.length > 0) {
    section(module, 9, (into) => vector(into, [...places.entries()], ([index, place]) => {
      into.append([0x00, 0x41]);
      into.signed(place);
      into.append([0x0b, 1]);
      into.unsigned(index);
    }));
  }
  section(module, 10, (into) => vector(into, functions, ({ code }) => {
    const body = code.finish();
    into.unsigned(body.length);
    into.append(body);
  }));
  return module.view;
}