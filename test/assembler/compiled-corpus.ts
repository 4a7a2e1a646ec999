/**
 * The corpus for comparing whole objects with GNU as: C and C++ sources, generated and of this
 * project, under several sets of flags for several targets. `HARTBEAT_ALL_PROGRAMS=1` takes all of
 * it, else a share that is the same every time.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assemble } from "../../assembler/assemble.ts";
import { readElf } from "../../elf/reader.ts";
import { writeElf } from "../../elf/writer.ts";
import { tryTool } from "../tools.ts";
import { compiledSource } from "./compiled-sources.ts";
import { gnuProducer } from "./gnu-producer.ts";
import { differences, differsByFragmentsOnly } from "./object-comparison.ts";

/** Architecture and calling convention. */
export const targets = [
  ["rv32imac", "ilp32"],
  ["rv32imafdc", "ilp32d"],
  ["rv64gc", "lp64d"],
  ["rv64gc_zba_zbb_zbs", "lp64d"],
] as const;

/** What GCC is told; behind a colon, what the assembler is told. */
export const flagSets = ["-O0 -g", "-O2", "-Os : -g", "-O2 -fPIC"] as const;

/** How many generated sources there are. */
const generatedCount = 170;

const here = import.meta.dirname;
const folders = [
  join(here, "programs"),
  join(here, "..", "programs", "c"),
  join(here, "..", "..", "bench", "programs"),
];

/** A source on disk. */
export interface CorpusFile {
  readonly path: string;
  readonly isGenerated: boolean;
}

/** All sources, the generated ones written into the folder. */
export function corpusFiles(folder: string): CorpusFile[] {
  const generated = Array.from({ length: generatedCount }, (_, seed) => {
    const { name, text } = compiledSource(seed);
    const path = join(folder, name);
    writeFileSync(path, text);
    return { path, isGenerated: true };
  });
  const own = folders.flatMap((place) =>
    readdirSync(place)
      .filter((name) => /\.(c|cpp)$/.test(name))
      .map((name) => ({ path: join(place, name), isGenerated: false })),
  );
  return [...generated, ...own];
}

/** What became of one source under one set of flags. */
export type Outcome =
  | { readonly kind: "equal" }
  /** Refused by both, or GCC cannot compile it for the target. */
  | { readonly kind: "rejected" | "uncompiled"; readonly reason: string }
  /** Equal but for where GNU as ended fragments of memory; see `object-comparison.ts`. */
  | { readonly kind: "explained" | "different"; readonly found: readonly string[] };

/** The first message of a tool, without its place. */
const firstError = (said: string): string =>
  /rror: (.*)/.exec(said)?.[1]?.replace(/[`‘'][^'’]*['’]/g, "…") ?? said.split("\n")[0] ?? "";

/**
 * What GNU's readelf says against our object and not against GNU as's (sections by the name of
 * notes hold anything), and what ld says, which links ours alone.
 */
function complaintsAbout(
  folder: string,
  theirs: string,
  bytes: Uint8Array,
  bits: 32 | 64,
): string[] {
  const own = join(folder, "own.o");
  writeFileSync(own, bytes);
  const read = tryTool("riscv64-unknown-elf-readelf", ["-aW", own]);
  const output = join(folder, "linked.o");
  const emulation = `elf${bits}lriscv`;
  const linked = tryTool("riscv64-unknown-elf-ld", ["-r", "-m", emulation, own, "-o", output]);
  const isShared =
    read.stderr !== "" &&
    tryTool("riscv64-unknown-elf-readelf", ["-aW", theirs]).stderr === read.stderr;
  return [isShared ? "" : read.stderr, linked.stderr].filter((said) => said !== "");
}

/** Compiles a source, assembles it with both and compares. */
export function compareCompiled(
  folder: string,
  { path, isGenerated }: CorpusFile,
  [march, mabi]: readonly [string, string],
  flags: string,
): Outcome {
  const assembly = join(folder, "compiled.s");
  const object = join(folder, "compiled.o");
  const isC = path.endsWith(".c");
  const target = [`-march=${march}`, `-mabi=${mabi}`];
  // The bare-metal compiler has a C library for every target, the other one a C++ library for one.
  const bare = isC && !isGenerated;
  const compiler = bare
    ? ["riscv64-unknown-elf-gcc", "--specs=picolibc.specs"]
    : [isC ? "riscv64-linux-gnu-gcc" : "riscv64-linux-gnu-g++", ...(isC ? [] : ["-std=c++17"])];
  const free = isGenerated ? ["-ffreestanding"] : [];
  const [forCompiler = "", forAssembler] = flags.split(" : ");
  const debug = forAssembler === "-g";
  const words = forCompiler.split(" ");
  const [gcc = "", ...options] = [...compiler, ...free, "-w", ...target, ...words];
  const compiled = tryTool(gcc, [...options, "-S", path, "-o", assembly]);
  if (compiled.code !== 0) {
    return { kind: "uncompiled", reason: firstError(compiled.stderr) };
  }
  const switches = debug ? ["-g", ...target] : target;
  const theirs = tryTool("riscv64-unknown-elf-as", [...switches, assembly, "-o", object]);
  const text = readFileSync(assembly, "utf8");
  const ours = assemble(assembly, text, {
    ...{ march, mabi, debug, directory: process.cwd(), producer: gnuProducer() },
    readFile: () => undefined,
  });
  const errors = ours.diagnostics.filter(({ severity }) => severity === "error");
  const refused = errors.map(({ range, message }) => `line ${range.start.line + 1}: ${message}`);
  if (theirs.code !== 0) {
    if (refused.length > 0) return { kind: "rejected", reason: firstError(theirs.stderr) };
    return { kind: "different", found: [`GNU as rejects it: ${theirs.stderr}`] };
  }
  if (refused.length > 0) return { kind: "different", found: refused };
  const bytes = writeElf(ours.object);
  const complaints = complaintsAbout(folder, object, bytes, march.startsWith("rv32") ? 32 : 64);
  if (complaints.length > 0) return { kind: "different", found: complaints };
  const written = readElf(bytes);
  const expected = readElf(readFileSync(object));
  const found = differences(written, expected);
  if (found.length === 0) return { kind: "equal" };
  return { kind: differsByFragmentsOnly(written, expected) ? "explained" : "different", found };
}

/** Compares many and counts what became of them; `print` gets a line for each difference. */
export function compareCorpus(
  isChosen: (index: number) => boolean,
  print: (text: string) => void,
): Record<Outcome["kind"], number> & { files: number; reasons: Map<string, number> } {
  const folder = mkdtempSync(join(tmpdir(), "corpus-"));
  const reasons = new Map<string, number>();
  const counts = {
    files: 0,
    equal: 0,
    rejected: 0,
    uncompiled: 0,
    explained: 0,
    different: 0,
    reasons,
  };
  try {
    let index = 0;
    for (const file of corpusFiles(folder)) {
      let isUsed = false;
      for (const target of targets) {
        for (const flags of flagSets) {
          if (!isChosen(index++)) continue;
          const outcome = compareCompiled(folder, file, target, flags);
          counts[outcome.kind]++;
          if ("reason" in outcome) {
            const reason = `${outcome.kind}: ${outcome.reason}`;
            reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
          }
          isUsed ||= outcome.kind !== "uncompiled";
          if (outcome.kind !== "different") continue;
          print(`${file.path} ${target[0]} ${flags}: ${outcome.found.slice(0, 4).join("; ")}`);
        }
      }
      if (isUsed) counts.files++;
    }
    return counts;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
