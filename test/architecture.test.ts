/**
 * The house's rules, read off the import statements: who may import whom (ARCHITECTURE.md), where
 * `vscode`, `node:*` and the protocols' connections may appear, and how long a file may be.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";

const root = resolve(import.meta.dirname ?? dirname(new URL(import.meta.url).pathname), "..");

/** What each part may import of ours, itself left out. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  isa: [],
  elf: [],
  assembler: ["isa", "elf"],
  emulator: ["isa", "elf"],
  "language-server": ["assembler", "isa", "elf"],
  "debug-adapter": ["emulator", "assembler", "elf", "isa"],
  extension: ["language-server", "debug-adapter", "assembler", "emulator", "elf", "isa"],
  cli: ["language-server", "debug-adapter", "assembler", "emulator", "elf", "isa"],
};

/** Files that stand at an edge, where the host's own modules may be imported. */
const edges = [/^cli\//, /^extension\/node/, /^language-server\/node/, /^debug-adapter\/node/];

interface Import {
  readonly file: string;
  readonly specifier: string;
  readonly typeOnly: boolean;
}

function sourceFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(folder, name).split(sep).join("/"));
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), "utf8");
  const pattern =
    /^(?:import|export)\s+(type\s)?(?:[^"';]*?\sfrom\s+)?["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']\s*\)/gm;
  return [...text.matchAll(pattern)].map((match) => ({
    file,
    specifier: (match[2] ?? match[3]) as string,
    typeOnly: match[1] !== undefined,
  }));
}

const parts = Object.keys(allowed);
const files = parts.flatMap(sourceFiles);
const imports = files.flatMap(importsOf);

/** The part that a relative import leads to. */
function target({ file, specifier }: Import): string | undefined {
  if (!specifier.startsWith(".")) return undefined;
  const path = relative(root, resolve(root, dirname(file), specifier))
    .split(sep)
    .join("/");
  return path.slice(0, path.indexOf("/"));
}

function assertNone(found: readonly Import[], rule: string): void {
  const lines = found.map(({ file, specifier }) => `${file} imports ${specifier}`);
  assert.deepEqual(lines, [], rule);
}

describe("architecture", () => {
  it("finds the sources of every part", () => {
    for (const part of parts)
      assert.ok(
        files.some((file) => file.startsWith(`${part}/`)),
        part,
      );
    assert.ok(imports.length > files.length);
  });

  for (const part of parts) {
    it(`${part} imports only ${allowed[part]?.join(", ") || "nothing of ours"}`, () => {
      const own = imports.filter(({ file }) => file.startsWith(`${part}/`));
      const wrong = own.filter((one) => {
        const to = target(one);
        return to !== undefined && to !== part && !allowed[part]?.includes(to);
      });
      assertNone(wrong, "see the drawing in ARCHITECTURE.md");
    });
  }

  it("definitions of instructions import only the vocabulary", () => {
    const own = imports.filter(({ file }) => file.startsWith("isa/extensions/"));
    const vocabulary = /^\.\.\/(instruction|semantics)\.ts$|^\.\/[a-z0-9-]+\.ts$/;
    assertNone(
      own.filter(({ specifier }) => !vocabulary.test(specifier)),
      "isa/extensions",
    );
  });

  it("vscode is imported only in extension/", () => {
    const own = imports.filter(({ specifier }) => specifier === "vscode");
    assertNone(
      own.filter(({ file }) => !file.startsWith("extension/")),
      "vscode",
    );
  });

  it("node: is imported only at the edges", () => {
    const own = imports.filter(
      ({ file, specifier }) =>
        specifier.startsWith("node:") && !edges.some((edge) => edge.test(file)),
    );
    assertNone(own, "everything else runs in a browser's worker");
  });

  it("connections are made only in the servers' entries", () => {
    const lsp = imports.filter(
      ({ file, specifier, typeOnly }) =>
        /^vscode-languageserver(\/|$)/.test(specifier) &&
        !typeOnly &&
        !/^language-server\/(server|node|worker)\.ts$/.test(file),
    );
    assertNone(lsp, "an LSP connection belongs to the server");
  });

  it("no file is longer than 900 lines", () => {
    const long = files.filter(
      (file) => readFileSync(join(root, file), "utf8").split("\n").length > 900,
    );
    assert.deepEqual(long, []);
  });
});
