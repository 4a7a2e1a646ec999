/**
 * What a new Linux process finds at its stack pointer: argc, argv, envp and the auxiliary vector,
 * and above them the strings (System V ABI, "Process Initialization"; getauxval(3)).
 */
import { argumentsTooLong } from "./errors.ts";
import { userId } from "./linux/state.ts";
import type { Image } from "./loader.ts";
import type { MemoryView } from "./memory-view.ts";

/** Keys of the auxiliary vector (uapi/linux/auxvec.h). */
const Aux = {
  NULL: 0,
  PHDR: 3,
  PHENT: 4,
  PHNUM: 5,
  PAGESZ: 6,
  BASE: 7,
  FLAGS: 8,
  ENTRY: 9,
  UID: 11,
  EUID: 12,
  GID: 13,
  EGID: 14,
  HWCAP: 16,
  CLKTCK: 17,
  SECURE: 23,
  RANDOM: 25,
  EXECFN: 31,
} as const;

/** As much as the arguments and variables may take, in bytes. */
const longest = 128 << 10;

/** What the stack is made of. */
export interface StackContents {
  readonly image: Image;
  readonly args: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  /** Guest path of the program. */
  readonly program: string;
  readonly extensions: ReadonlySet<string>;
  /** 16 bytes for AT_RANDOM. */
  readonly random: Uint8Array;
}

/** Where the parts of the stack are. */
export interface InitialStack {
  /** The stack pointer: argc lies there; 16-byte aligned. */
  readonly pointer: bigint;
  readonly argv: bigint;
  readonly envp: bigint;
}

/** Writes the stack's contents below `top`; throws `LaunchError` when they are too long. */
export function writeInitialStack(
  memory: MemoryView,
  top: bigint,
  contents: StackContents,
): InitialStack {
  const encoder = new TextEncoder();
  let at = top;
  let used = 0;
  const put = (bytes: Uint8Array): bigint => {
    used += bytes.length;
    if (used > longest) throw argumentsTooLong();
    at -= BigInt(bytes.length);
    memory.write(at, bytes);
    return at;
  };
  const putString = (text: string): bigint => put(encoder.encode(`${text}\0`));
  const program = putString(contents.program);
  const variables = Object.entries(contents.variables).map(([name, value]) =>
    putString(`${name}=${value}`),
  );
  const args = contents.args.map(putString);
  at &= ~15n;
  const random = put(contents.random.slice(0, 16));
  const vector = auxiliaryVector(contents, memory.wordBytes, random, program);
  const words = [BigInt(args.length), ...args, 0n, ...variables, 0n, ...vector];
  const size = BigInt(memory.wordBytes);
  const pointer = (at - BigInt(words.length) * size) & ~15n;
  for (const [index, word] of words.entries()) {
    memory.writeWord(pointer + BigInt(index) * size, word);
  }
  const argv = pointer + size;
  return { pointer, argv, envp: argv + BigInt(args.length + 1) * size };
}

function auxiliaryVector(
  { image, extensions }: StackContents,
  wordBytes: 4 | 8,
  random: bigint,
  program: bigint,
): bigint[] {
  const user = BigInt(userId);
  const entries: [number, bigint][] = [
    [Aux.HWCAP, capabilities(extensions)],
    [Aux.PAGESZ, 4096n],
    [Aux.CLKTCK, 100n],
    [Aux.PHDR, image.headers],
    [Aux.PHENT, wordBytes === 8 ? 56n : 32n],
    [Aux.PHNUM, BigInt(image.headerCount)],
    [Aux.BASE, image.interpreter],
    [Aux.FLAGS, 0n],
    [Aux.ENTRY, image.entry],
    [Aux.UID, user],
    [Aux.EUID, user],
    [Aux.GID, user],
    [Aux.EGID, user],
    [Aux.SECURE, 0n],
    [Aux.RANDOM, random],
    [Aux.EXECFN, program],
    [Aux.NULL, 0n],
  ];
  // A program without its headers in memory must not be told of any.
  const known = entries.filter(
    ([key]) => image.headers !== 0n || (key !== Aux.PHDR && key !== Aux.PHNUM),
  );
  return known.flatMap(([key, value]) => [BigInt(key), value]);
}

/** AT_HWCAP: a bit for each single-letter extension, a = 0. */
function capabilities(extensions: ReadonlySet<string>): bigint {
  let bits = 0n;
  for (const name of extensions) {
    if (/^[a-z]$/.test(name)) bits |= 1n << BigInt(name.charCodeAt(0) - 97);
  }
  return bits;
}
