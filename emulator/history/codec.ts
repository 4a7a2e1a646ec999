/**
 * Values as bytes. A codec writes and reads values of one type, and is put together from others, so
 * that it is also the description of what may stand in the bytes: what is read has the type that
 * the codec names, or a {@link FormatError} is thrown. Numbers are LEB128 (a byte holds 7 bits, the
 * lowest first, and whether more follow); lengths stand before what they count.
 *
 * What several places share is written once. The contents of nodes (objects that may refer to each
 * other in circles) stand behind everything else, in the order in which they were first named, so
 * that neither side needs a deep stack.
 */

/** Bytes are not what a codec describes; the message is a clause such as "it ends too early". */
export class FormatError extends Error {}

/** Elements that the lists of one document may have in all. */
const elementLimit = 1 << 24;
/** Bytes of a bigint, 7 bits each. */
const longestBigint = 20;

/** Writes and reads values of one type. */
export interface Codec<T> {
  /** What it writes, in a few characters; `known` are the nodes around it. */
  shape(known: Set<unknown>): string;
  write(value: T, out: BinaryWriter): void;
  /** Throws a {@link FormatError} where the bytes do not stand for such a value. */
  read(input: BinaryReader): T;
}

/** Bytes that grow; see the file's head. */
export class BinaryWriter {
  #bytes = new Uint8Array(1 << 12);
  #length = 0;
  #elements = 0;
  readonly #tables = new Map<unknown, Map<unknown, number>>();
  readonly #waiting: (() => void)[] = [];

  /** What was written, the contents of nodes included. */
  finish(): Uint8Array<ArrayBuffer> {
    // A node's contents may name further nodes.
    for (let next = 0; next < this.#waiting.length; next++) this.#waiting[next]?.();
    return this.#bytes.slice(0, this.#length);
  }

  /** Has something written behind all else. */
  later(action: () => void): void {
    this.#waiting.push(action);
  }

  /** The numbers that a codec has given to the values that it shares. */
  table(codec: unknown): Map<unknown, number> {
    let table = this.#tables.get(codec);
    if (table === undefined) {
      table = new Map();
      this.#tables.set(codec, table);
    }
    return table;
  }

  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length).set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** A whole number from 0 to 2^53 − 1. */
  natural(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0) throw new Error(`${value} is no whole number`);
    const bytes = this.#reserve(8);
    let rest = value;
    while (rest >= 0x80) {
      bytes[this.#length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    bytes[this.#length++] = rest;
  }

  /** How many elements follow. Throws a {@link FormatError} where no reader would take so many. */
  count(value: number): void {
    this.#elements += value;
    if (this.#elements > elementLimit) throw new FormatError("it has too many parts");
    this.natural(value);
  }

  #reserve(length: number): Uint8Array {
    if (this.#length + length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#length + length, 2 * this.#bytes.length));
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    return this.#bytes;
  }
}

/** Bytes that are read from their start to their end. */
export class BinaryReader {
  readonly #bytes: Uint8Array;
  #at = 0;
  #elements = 0;
  readonly #tables = new Map<unknown, unknown[]>();
  readonly #waiting: (() => void)[] = [];

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Reads the contents of nodes; nothing may be left then. */
  finish(): void {
    for (let next = 0; next < this.#waiting.length; next++) this.#waiting[next]?.();
    if (this.left > 0) throw new FormatError(`${this.left} bytes at its end belong to nothing`);
  }

  later(action: () => void): void {
    this.#waiting.push(action);
  }

  table(codec: unknown): unknown[] {
    let table = this.#tables.get(codec);
    if (table === undefined) {
      table = [];
      this.#tables.set(codec, table);
    }
    return table;
  }

  /** Bytes that were not read yet. */
  get left(): number {
    return this.#bytes.length - this.#at;
  }

  /** The next bytes where they are: they are the reader's own. */
  raw(length: number): Uint8Array {
    if (length > this.left) throw new FormatError("it ends too early");
    const bytes = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    return bytes;
  }

  byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw new FormatError("it ends too early");
    return byte;
  }

  natural(most = Number.MAX_SAFE_INTEGER): number {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (value > most) throw new FormatError(`a number is above ${most}`);
      if (byte < 0x80) return value;
      if (scale > 2 ** 53) throw new FormatError("a number is too long");
    }
  }

  /** How many elements follow; each takes a byte at least. */
  count(): number {
    const count = this.natural();
    this.#elements += count;
    if (count > this.left) throw new FormatError("it ends too early");
    if (this.#elements > elementLimit) throw new FormatError("it has too many parts");
    return count;
  }
}

/** A whole number from 0 to `most`. */
export const natural = (most = Number.MAX_SAFE_INTEGER): Codec<number> => ({
  shape: () => "n",
  write: (value, out) => out.natural(value),
  read: (input) => input.natural(most),
});

export const truth: Codec<boolean> = {
  shape: () => "h",
  write: (value, out) => out.natural(value ? 1 : 0),
  read: (input) => input.natural(1) === 1,
};

/** Any number. */
export const double: Codec<number> = {
  shape: () => "d",
  write: (value, out) => out.raw(new Uint8Array(Float64Array.of(value).buffer)),
  read: (input) => new Float64Array(input.raw(8).slice().buffer)[0] as number,
};

/** A bigint of at most 128 bits: its sign is the lowest bit. */
export const big: Codec<bigint> = {
  shape: () => "b",
  write: (value, out) => {
    let rest = value < 0n ? ~value * 2n + 1n : value * 2n;
    const bytes: number[] = [];
    for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
    bytes.push(Number(rest));
    if (bytes.length > longestBigint) throw new Error(`${value} is too large`);
    out.raw(Uint8Array.from(bytes));
  },
  read: (input) => {
    let value = 0n;
    for (let index = 0; index < longestBigint; index++) {
      const byte = input.byte();
      value |= BigInt(byte & 0x7f) << BigInt(7 * index);
      if (byte < 0x80) return value & 1n ? ~(value >> 1n) : value >> 1n;
    }
    throw new FormatError("a number is too long");
  },
};

/** A bigint that is not negative and has at most so many bits. */
export const unsigned = (bits = 64): Codec<bigint> =>
  checked(big, (value) => value >= 0n && value >> BigInt(bits) === 0n, "a number is out of range");

/** Bytes; what is read is a copy. */
export const bytes: Codec<Uint8Array> = {
  shape: () => "y",
  write: (value, out) => {
    out.natural(value.length);
    out.raw(value);
  },
  read: (input) => input.raw(input.natural()).slice(),
};

/** Words of 64 bits. */
export const words: Codec<BigUint64Array> = {
  shape: () => "w",
  write: (value, out) => bytes.write(new Uint8Array(value.slice().buffer), out),
  read: (input) => {
    const read = bytes.read(input);
    if (read.length % 8 !== 0) throw new FormatError("a word is cut off");
    return new BigUint64Array(read.buffer as ArrayBuffer);
  },
};

/** Text, as UTF-8; half of a surrogate pair becomes U+FFFD. */
export const text: Codec<string> = {
  shape: () => "t",
  write: (value, out) => bytes.write(new TextEncoder().encode(value), out),
  read: (input) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(input.raw(input.natural())),
};

/** One of some values, by its place among them. */
export function oneOf<const T>(values: readonly T[]): Codec<T> {
  return {
    shape: () => `<${values.join("|")}>`,
    write: (value, out) => {
      const index = values.indexOf(value);
      if (index < 0) throw new Error(`${String(value)} is none of ${values.join(", ")}`);
      out.natural(index);
    },
    read: (input) => values[input.natural(values.length - 1)] as T,
  };
}

/** A value of which a test must hold. */
export function checked<T>(codec: Codec<T>, holds: (value: T) => boolean, why: string): Codec<T> {
  return {
    shape: (known) => codec.shape(known),
    write: (value, out) => codec.write(value, out),
    read: (input) => {
      const value = codec.read(input);
      if (!holds(value)) throw new FormatError(why);
      return value;
    },
  };
}

/** A value, or undefined. */
export function optional<T>(codec: Codec<T>): Codec<T | undefined> {
  return {
    shape: (known) => `?${codec.shape(known)}`,
    write: (value, out) => {
      truth.write(value !== undefined, out);
      if (value !== undefined) codec.write(value, out);
    },
    read: (input) => (truth.read(input) ? codec.read(input) : undefined),
  };
}

export function list<T>(codec: Codec<T>): Codec<T[]> {
  return {
    shape: (known) => `[${codec.shape(known)}]`,
    write: (values, out) => {
      out.count(values.length);
      // Not forEach, which leaves out the holes of a sparse array.
      for (const value of values) codec.write(value, out);
    },
    read: (input) => {
      const values: T[] = [];
      for (let left = input.count(); left > 0; left--) values.push(codec.read(input));
      return values;
    },
  };
}

export function setOf<T>(codec: Codec<T>): Codec<Set<T>> {
  const elements = list(codec);
  return {
    shape: elements.shape,
    write: (values, out) => elements.write([...values], out),
    read: (input) => new Set(elements.read(input)),
  };
}

export function mapOf<Key, Value>(key: Codec<Key>, value: Codec<Value>): Codec<Map<Key, Value>> {
  const entries = list<[Key, Value]>({
    shape: (known) => key.shape(known) + value.shape(known),
    write: ([a, b], out) => {
      key.write(a, out);
      value.write(b, out);
    },
    read: (input) => [key.read(input), value.read(input)],
  });
  return {
    shape: entries.shape,
    write: (values, out) => entries.write([...values], out),
    read: (input) => new Map(entries.read(input)),
  };
}

/** An object of texts, such as environment variables. */
export const texts: Codec<Record<string, string>> = {
  shape: () => "[tt]",
  write: (value, out) => mapOf(text, text).write(new Map(Object.entries(value)), out),
  read: (input) => Object.fromEntries(mapOf(text, text).read(input)),
};

/** A codec for each field of an object: none can be forgotten. */
export type Fields<T> = { readonly [Name in keyof Required<T>]: Codec<T[Name]> };

function shapeOfFields<T extends object, Name extends keyof T>(
  fields: Pick<Fields<T>, Name>,
  known: Set<unknown>,
): string {
  const names = Object.keys(fields) as Name[];
  return `{${names.map((name) => `${String(name)}:${fields[name].shape(known)}`).join()}}`;
}

function writeFields<T extends object, Name extends keyof T>(
  value: T,
  fields: Pick<Fields<T>, Name>,
  out: BinaryWriter,
): void {
  for (const name of Object.keys(fields) as Name[]) fields[name].write(value[name], out);
}

function readFields<T extends object, Name extends keyof T>(
  value: T,
  fields: Pick<Fields<T>, Name>,
  input: BinaryReader,
): T {
  for (const name of Object.keys(fields) as Name[]) {
    const read = fields[name].read(input);
    // What is undefined is left out, where an object is made without it.
    if (read !== undefined || name in value) Reflect.set(value, name, read);
  }
  return value;
}

/**
 * An object with fields.
 * @param create makes the object that is filled: of a class, then `Name` are its fields
 */
export function record<T extends object, Name extends keyof T = keyof T>(
  fields: Pick<Fields<T>, Name>,
  create: () => T = () => ({}) as T,
): Codec<T> {
  return {
    shape: (known) => shapeOfFields<T, Name>(fields, known),
    write: (value, out) => writeFields<T, Name>(value, fields, out),
    read: (input) => readFields<T, Name>(create(), fields, input),
  };
}

/** A value without circles that several places may share: what is shared stays so. */
export function shared<T>(codec: Codec<T>): Codec<T> {
  const own: Codec<T> = {
    shape: (known) => `&${codec.shape(known)}`,
    write: (value, out) => {
      const table = out.table(own);
      const known = table.get(value);
      out.natural(known ?? table.size);
      if (known !== undefined) return;
      table.set(value, table.size);
      codec.write(value, out);
    },
    read: (input) => {
      const table = input.table(own) as T[];
      const index = input.natural(table.length);
      if (index < table.length) return table[index] as T;
      const value = codec.read(input);
      // What a value shares with itself would come before it.
      if (table.length !== index) throw new FormatError("a part contains itself");
      table.push(value);
      return value;
    },
  };
  return own;
}

/**
 * An object that is shared, and may lead back to itself.
 * @param fields called once, so that they may name this codec
 */
export function node<T extends object>(
  fields: () => Fields<T>,
  create: () => T = () => ({}) as T,
): Codec<T> {
  let made: Fields<T> | undefined;
  const own: Codec<T> = {
    shape: (known) => {
      if (known.has(own)) return `@${[...known].indexOf(own)}`;
      known.add(own);
      made ??= fields();
      return `@${shapeOfFields<T, keyof T>(made, known)}`;
    },
    write: (value, out) => {
      const table = out.table(own);
      const known = table.get(value);
      out.natural(known ?? table.size);
      if (known !== undefined) return;
      table.set(value, table.size);
      made ??= fields();
      const all = made;
      out.later(() => writeFields<T, keyof T>(value, all, out));
    },
    read: (input) => {
      const table = input.table(own) as T[];
      const index = input.natural(table.length);
      if (index < table.length) return table[index] as T;
      const value = create();
      table.push(value);
      made ??= fields();
      const all = made;
      input.later(() => void readFields<T, keyof T>(value, all, input));
      return value;
    },
  };
  return own;
}

/** The codec of a value's kind, chosen by its field `kind`. */
export function byKind<T extends { readonly kind: string }>(
  codecs: {
    readonly [Kind in T["kind"]]: Codec<Omit<Extract<T, { kind: Kind }>, "kind">>;
  },
): Codec<T> {
  const kinds = Object.keys(codecs) as T["kind"][];
  const kind = oneOf(kinds);
  return {
    shape: (known) => kinds.map((name) => `${name}:${codecs[name].shape(known)}`).join("|"),
    write: (value, out) => {
      kind.write(value.kind, out);
      codecs[value.kind as T["kind"]].write(value as never, out);
    },
    read: (input) => {
      const name = kind.read(input);
      return { kind: name, ...codecs[name].read(input) } as unknown as T;
    },
  };
}
