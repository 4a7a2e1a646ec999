/**
 * A WebAssembly module's functions as text that a person can compare: the stack machine's values
 * are folded into expressions, each effect is a line, and the parts of structured control flow are
 * indented (core specification, chapter "Binary Format"). It knows what our emitters write.
 */
import { accesses, opcodes, vectorOpcodes } from "../../../emulator/wasm/code.ts";

const byCode = new Map<number, string>(Object.entries(opcodes).map(([name, code]) => [code, name]));
const accessByCode = new Map<number, string>(
  Object.entries(accesses).map(([name, code]) => [code, name]),
);
const types = new Map([
  [0x7f, "i32"],
  [0x7e, "i64"],
  [0x7d, "f32"],
  [0x7c, "f64"],
]);

/** Operations that take one value; all others without immediates take two. */
const unary =
  /\.(eqz|clz|ctz|popcnt|abs|neg|ceil|floor|trunc|nearest|sqrt|wrap_|extend|convert|trunc_|demote|promote|reinterpret)/;

class Reader {
  readonly #bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = bytes;
    this.at = at;
  }

  byte(): number {
    return this.#bytes[this.at++] as number;
  }

  unsigned(): number {
    let [value, shift] = [0, 0];
    for (;;) {
      const byte = this.byte();
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
      shift += 7;
    }
  }

  signed(): bigint {
    let [value, shift] = [0n, 0n];
    for (;;) {
      const byte = this.byte();
      value |= BigInt(byte & 127) << shift;
      shift += 7n;
      if (byte < 128) return BigInt.asIntN(Number(shift), value);
    }
  }

  double(length: 4 | 8): number {
    const view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset + this.at, length);
    this.at += length;
    return length === 4 ? view.getFloat32(0, true) : view.getFloat64(0, true);
  }

  name(): string {
    const length = this.unsigned();
    this.at += length;
    return new TextDecoder().decode(this.#bytes.subarray(this.at - length, this.at));
  }

  vector<Item>(read: () => Item): Item[] {
    return Array.from({ length: this.unsigned() }, read);
  }
}

interface Signature {
  readonly parameters: readonly string[];
  readonly results: readonly string[];
}

interface Module {
  readonly signatures: readonly Signature[];
  /** Of each function, the number of its signature. */
  readonly functions: readonly number[];
  readonly names: readonly string[];
  /** Where the code section's content begins. */
  readonly code: number;
}

function readModule(bytes: Uint8Array): Module {
  const reader = new Reader(bytes, 8);
  let [signatures, functions, names, code] = [[] as Signature[], [] as number[], [] as string[], 0];
  const type = () => types.get(reader.byte()) ?? "?";
  while (reader.at < bytes.length) {
    const id = reader.byte();
    const length = reader.unsigned();
    const end = reader.at + length;
    if (id === 1) {
      signatures = reader.vector(() => {
        reader.byte();
        return { parameters: reader.vector(type), results: reader.vector(type) };
      });
    } else if (id === 3) functions = reader.vector(() => reader.unsigned());
    else if (id === 7) {
      for (const [name, index] of reader.vector(() => {
        const name = reader.name();
        reader.byte();
        return [name, reader.unsigned()] as const;
      })) {
        names[index] = name;
      }
    } else if (id === 10) code = reader.at;
    reader.at = end;
  }
  return { signatures, functions, names, code };
}

/**
 * The text of a module's functions.
 * @param wanted which functions, by name; all by default
 * @param parameterNames what the first locals are called
 */
export function printModule(
  bytes: Uint8Array,
  parameterNames: readonly string[] = [],
  wanted: (name: string) => boolean = () => true,
): string {
  const module = readModule(bytes);
  const reader = new Reader(bytes, module.code);
  const texts = reader
    .vector(() => "")
    .map((_, index) => {
      const length = reader.unsigned();
      const end = reader.at + length;
      const name = module.names[index] ?? `function ${index}`;
      const text = wanted(name)
        ? new Printer(module, reader, index, parameterNames).print(end)
        : "";
      reader.at = end;
      return text;
    });
  return texts.filter((text) => text !== "").join("\n");
}

/** Prints one function. */
class Printer {
  readonly #module: Module;
  readonly #reader: Reader;
  readonly #index: number;
  readonly #parameterNames: readonly string[];
  readonly #lines: string[] = [];
  /** The values on the stack, as expressions. */
  #stack: string[] = [];
  /** What encloses the current place: its label, and the stack outside. */
  readonly #blocks: { readonly label: string; readonly outside: string[]; hasResult: boolean }[] =
    [];
  #labels = 0;
  #values = 0;

  constructor(module: Module, reader: Reader, index: number, parameterNames: readonly string[]) {
    this.#module = module;
    this.#reader = reader;
    this.#index = index;
    this.#parameterNames = parameterNames;
  }

  print(end: number): string {
    const reader = this.#reader;
    const { parameters } = this.#signature(this.#module.functions[this.#index] as number);
    const locals = reader.vector(() => [reader.unsigned(), types.get(reader.byte())] as const);
    const named = parameters.map((type, index) => `${this.#local(index)}: ${type}`);
    const others = locals.map(([count, type]) => `${count} ${type}`).join(", ");
    const title = `${this.#module.names[this.#index]}(${named.join(", ")})`;
    while (reader.at < end) this.#instruction(reader.byte());
    return [`${title}${others === "" ? "" : `, locals: ${others}`}`, ...this.#lines, ""].join("\n");
  }

  #signature(index: number): Signature {
    return this.#module.signatures[index] as Signature;
  }

  #local(index: number): string {
    return this.#parameterNames[index] ?? `$${index}`;
  }

  #line(text: string): void {
    this.#lines.push(`${"  ".repeat(this.#blocks.length + 1)}${text}`);
  }

  #pop(): string {
    return this.#stack.pop() ?? "…";
  }

  #popAll(count: number): string[] {
    return Array.from({ length: count }, () => this.#pop()).reverse();
  }

  /** Names the values on the stack that what comes now could change. */
  #settle(isConcerned: (expression: string) => boolean): void {
    this.#stack = this.#stack.map((expression) => {
      if (!isConcerned(expression)) return expression;
      const name = `%${this.#values++}`;
      this.#line(`${name} = ${expression}`);
      return name;
    });
  }

  #labelOf(depth: number): string {
    return this.#blocks[this.#blocks.length - 1 - depth]?.label ?? "return";
  }

  #open(kind: "block" | "loop" | "if"): void {
    const type = this.#reader.byte();
    const label = `${kind === "loop" ? "L" : "B"}${this.#labels++}`;
    const condition = kind === "if" ? `if ${this.#pop()}` : kind;
    this.#settle((expression) => !/^[-\d%]/.test(expression));
    this.#line(`${condition} ${label}`);
    this.#blocks.push({ label, outside: this.#stack, hasResult: type !== 0x40 });
    this.#stack = [];
  }

  /** Leaves what a structure results in on a line of its own. */
  #result(): void {
    if (this.#blocks.at(-1)?.hasResult === true && this.#stack.length > 0) {
      this.#line(`result ${this.#pop()}`);
    }
    this.#stack = [];
  }

  #call(name: string, { parameters, results }: Signature): void {
    const values = this.#popAll(parameters.length);
    this.#settle((expression) => !/^[-\d%]/.test(expression));
    const names = results.map(() => `%${this.#values++}`);
    this.#line(`${names.length > 0 ? `${names.join(", ")} = ` : ""}${name}(${values.join(", ")})`);
    this.#stack.push(...names);
  }

  #instruction(code: number): void {
    const reader = this.#reader;
    const access = accessByCode.get(code);
    if (access !== undefined) {
      this.#access(access);
      return;
    }
    switch (code) {
      case 0x02:
        this.#open("block");
        return;
      case 0x03:
        this.#open("loop");
        return;
      case 0x04:
        this.#open("if");
        return;
      case 0x05: {
        this.#result();
        const block = this.#blocks.pop();
        this.#line("else");
        if (block !== undefined) this.#blocks.push(block);
        return;
      }
      case 0x0b: {
        this.#result();
        const block = this.#blocks.pop();
        if (block === undefined) return;
        this.#stack = block.outside;
        if (block.hasResult) this.#stack.push(`result of ${block.label}`);
        return;
      }
      case 0x0c:
        this.#line(`br ${this.#labelOf(reader.unsigned())}`);
        return;
      case 0x0d: {
        const label = this.#labelOf(reader.unsigned());
        this.#line(`br ${label} if ${this.#pop()}`);
        return;
      }
      case 0x0e: {
        const labels = reader.vector(() => this.#labelOf(reader.unsigned()));
        const otherwise = this.#labelOf(reader.unsigned());
        this.#line(`br [${labels.join(", ")}] or ${otherwise} by ${this.#pop()}`);
        return;
      }
      case 0x0f: {
        const { results } = this.#signature(this.#module.functions[this.#index] as number);
        this.#line(`return ${this.#popAll(results.length).join(", ")}`);
        return;
      }
      case 0x10: {
        const index = reader.unsigned();
        const signature = this.#signature(this.#module.functions[index] as number);
        this.#call(`call ${this.#module.names[index]}`, signature);
        return;
      }
      case 0x11: {
        const signature = this.#signature(reader.unsigned());
        reader.byte();
        this.#call(`call table[${this.#pop()}]`, signature);
        return;
      }
      case 0x20:
        this.#stack.push(this.#local(reader.unsigned()));
        return;
      case 0x21:
      case 0x22: {
        const local = this.#local(reader.unsigned());
        const value = this.#pop();
        const pattern = new RegExp(`(?<![\\w$])${local.replace("$", "\\$")}(?!\\w)`);
        this.#settle((expression) => pattern.test(expression));
        this.#line(`${local} = ${value}`);
        if (code === 0x22) this.#stack.push(local);
        return;
      }
      case 0x41:
      case 0x42: {
        const value = reader.signed();
        const isLarge = value > 9999n || value < -9999n;
        this.#stack.push(
          isLarge ? `${value < 0n ? "-" : ""}0x${abs(value).toString(16)}` : `${value}`,
        );
        return;
      }
      case 0x43:
        this.#stack.push(`${reader.double(4)}`);
        return;
      case 0x44:
        this.#stack.push(`${reader.double(8)}`);
        return;
      case 0xfd:
        this.#vector();
        return;
    }
    this.#operation(byCode.get(code) ?? `unknown 0x${code.toString(16)}`);
  }

  #operation(name: string): void {
    if (name === "unreachable" || name === "drop") {
      this.#line(name === "drop" ? `drop ${this.#pop()}` : name);
    } else if (name === "select") {
      const [yes, no, condition] = this.#popAll(3);
      this.#stack.push(`select(${condition}, ${yes}, ${no})`);
    } else {
      this.#stack.push(`${name}(${this.#popAll(unary.test(name) ? 1 : 2).join(", ")})`);
    }
  }

  #vector(): void {
    const start = this.#reader.at;
    for (const [name, bytes] of Object.entries(vectorOpcodes)) {
      this.#reader.at = start;
      if (!bytes.slice(1).every((byte) => this.#reader.byte() === byte)) continue;
      const count = name.includes("madd") ? 3 : 1;
      this.#stack.push(`${name}(${this.#popAll(count).join(", ")})`);
      return;
    }
    throw new Error("a vector operation that is not in the table");
  }

  #access(name: string): void {
    const reader = this.#reader;
    reader.unsigned();
    const offset = reader.unsigned();
    const place = (address: string) => (offset === 0 ? `[${address}]` : `[${address} + ${offset}]`);
    if (name.includes("load")) {
      this.#stack.push(`${name}${place(this.#pop())}`);
      return;
    }
    const [address, value] = this.#popAll(2);
    this.#settle((expression) => expression.includes("load"));
    this.#line(`${name}${place(address as string)} = ${value}`);
  }
}

const abs = (value: bigint): bigint => (value < 0n ? -value : value);
