/**
 * Debian's own riscv64 programs as parts of the corpus: fetched once into `out/`, with what they
 * read written beside them, at paths that are the same for QEMU (-L) and for our guest (--mount).
 */
import { cpSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { debianRoot } from "../test/debian.ts";
import { BenchError } from "./build.ts";
import type { Program } from "./corpus.ts";

const sources = fileURLToPath(new URL("./programs/", import.meta.url));

/** Bytes of the text that is compressed. */
const textSizes = { full: 12 << 20, small: 1 << 20 } as const;

/** Fetches what the programs need; throws a BenchError where the archive cannot be reached. */
export async function fetchDebian(programs: readonly Program[]): Promise<string | undefined> {
  const packages = programs.flatMap(({ debian }) => debian?.package ?? []);
  if (packages.length === 0) return undefined;
  const root = await debianRoot(packages).catch((error: Error) => {
    throw new BenchError(
      `Debian's packages for riscv64 cannot be fetched (leave ${packages.join(", ")} out with ` +
        `--programs): ${error.message.split("\n")[0]}`,
    );
  });
  const folder = join(root, "bench");
  mkdirSync(folder, { recursive: true });
  for (const name of ["mix.lua", "queries.sql"]) cpSync(join(sources, name), join(folder, name));
  for (const [name, size] of Object.entries(textSizes)) {
    const path = join(folder, `text-${name}`);
    if (!existsSync(path)) writeFileSync(path, text(size));
  }
  return root;
}

/** Words of a small vocabulary, in an order that looks random and is always the same. */
function text(size: number): string {
  let state = 0x2545f491;
  const next = (limit: number) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
  const vocabulary = Array.from({ length: 3000 }, () =>
    Array.from({ length: 2 + next(9) }, () => String.fromCharCode(97 + next(26))).join(""),
  );
  const parts: string[] = [];
  for (let length = 0; length < size; ) {
    // Two draws, so that some words are much more common than others.
    const word = vocabulary[Math.min(next(3000), next(3000))] as string;
    const part = `${word}${next(12) === 0 ? ".\n" : " "}`;
    parts.push(part);
    length += part.length;
  }
  return parts.join("").slice(0, size);
}
