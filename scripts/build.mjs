/**
 * Bundles the program into dist/ with esbuild: one file for each place where a part of it runs.
 * `node scripts/build.mjs [--watch] [--minify] [--sizes]`, or `build()` from another script.
 */
import { existsSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";
import { root } from "./install.mjs";

const shims = fileURLToPath(new URL("./shims/", import.meta.url));

/** What a kind of host wants of a bundle. */
const hosts = {
  // VS Code's Node extension host, and the servers that it starts: CommonJS on Node 20 and newer.
  node: { platform: "node", format: "cjs", target: "node20" },
  // VS Code's web extension host loads one CommonJS file, in a worker.
  web: { platform: "browser", format: "cjs", target: "es2022" },
  worker: { platform: "browser", format: "iife", target: "es2022" },
  // The package is of type "module", so a program that ends in .js is ESM; the bundled CommonJS
  // packages still ask for Node's own modules with require.
  program: {
    platform: "node",
    format: "esm",
    target: "node20",
    banner: {
      js: [
        "#!/usr/bin/env node",
        'import { createRequire as hartbeatCreateRequire } from "node:module";',
        "const require = hartbeatCreateRequire(import.meta.url);",
      ].join("\n"),
    },
  },
};

/** Every bundle: its source, its name in dist/, and where it runs. */
export const bundles = [
  ["extension/node.ts", "extension.cjs", "node"],
  // A workbench since 1.100 takes a .js of this package for a module; older ones add .js to the name.
  ["extension/web.ts", "extension-web.cjs", "web"],
  ["extension/web.ts", "extension-web.cjs.js", "web"],
  ["extension/timeline-page.mjs", "timeline-page.js", "worker"],
  ["debug-adapter/node.ts", "debug-adapter.cjs", "node"],
  ["debug-adapter/worker.ts", "debug-adapter-worker.js", "worker"],
  ["language-server/node.ts", "language-server.cjs", "node"],
  ["language-server/worker.ts", "language-server-worker.js", "worker"],
  ["cli/main.ts", "cli.js", "program"],
];

let prebuilt;

/** Generates the interpreters that the bundles are to hold, once for all of them. */
async function prebuiltSource() {
  const esbuild = await import("esbuild");
  const { outputFiles } = await esbuild.build({
    absWorkingDir: root,
    entryPoints: ["emulator/prebuild.ts"],
    bundle: true,
    format: "esm",
    target: "node20",
    write: false,
  });
  const source = Buffer.from(outputFiles[0].contents).toString("base64");
  return (await import(`data:text/javascript;base64,${source}`)).prebuiltSource();
}

const prebuildPlugin = {
  name: "prebuild",
  setup(build) {
    build.onLoad({ filter: /wasm\/prebuilt-data\.ts$/ }, async () => {
      prebuilt ??= prebuiltSource();
      return { contents: await prebuilt, loader: "js" };
    });
  },
};

/** The esbuild options of one bundle; `out` is a path from the root, `dist/…` for the product. */
export function bundleOptions(source, out, host, minify = false) {
  const browser = hosts[host].platform === "browser";
  return {
    absWorkingDir: root,
    entryPoints: [source],
    outfile: out,
    bundle: true,
    sourcemap: !minify,
    sourcesContent: false,
    metafile: true,
    minify,
    keepNames: minify,
    external: ["vscode"],
    plugins: [prebuildPlugin],
    logLevel: "warning",
    define: browser ? { global: "globalThis" } : {},
    alias: browser
      ? {
          events: join(shims, "events.mjs"),
          url: join(shims, "url.mjs"),
          path: join(shims, "path.mjs"),
        }
      : {},
    ...hosts[host],
  };
}

/**
 * Builds all bundles; returns esbuild's metafiles. One that fails does not keep the others from
 * being written; afterwards an Error says which are wrong.
 */
export async function build({ minify = false, watch = false } = {}) {
  const isPresent = ([source]) => existsSync(join(root, source));
  const absent = bundles.filter((bundle) => !isPresent(bundle)).map(([source]) => source);
  const esbuild = await import("esbuild");
  await removeOthers();
  const options = bundles
    .filter(isPresent)
    .map(([source, name, host]) => bundleOptions(source, `dist/${name}`, host, minify));
  if (watch) {
    // What is generated is not watched, so it is left out.
    const watched = options.map((one) => ({ ...one, plugins: [] }));
    const contexts = await Promise.all(watched.map((one) => esbuild.context(one)));
    await Promise.all(contexts.map((context) => context.watch()));
    return [];
  }
  const results = await Promise.allSettled(options.map((one) => esbuild.build(one)));
  const failures = results.filter(({ status }) => status === "rejected").map(firstLine);
  if (absent.length > 0) failures.push(`The build needs ${absent.join(", ")}.`);
  if (failures.length > 0) throw new Error(failures.join("\n"));
  return results.map(({ value }) => value.metafile);
}

/** Removes from dist/ what no bundle is named after; a bundle is replaced when its build is done. */
async function removeOthers() {
  const kept = new Set(bundles.flatMap(([, name]) => [name, `${name}.map`]));
  for (const name of await readdir(join(root, "dist")).catch(() => []))
    if (!kept.has(name)) await rm(join(root, "dist", name), { recursive: true });
}

/** What esbuild says of a failure, without the details that it has printed already. */
function firstLine({ reason }) {
  return String(reason?.message ?? reason).split("\n")[0];
}

/** A table of the bundles' sizes, each with the folders that weigh most in it. */
function sizeTable(metafiles) {
  const kilobytes = (bytes) => `${Math.round(bytes / 1024)} KB`;
  return metafiles.flatMap((metafile) =>
    Object.entries(metafile.outputs)
      .filter(([path]) => !path.endsWith(".map"))
      .map(([path, output]) => {
        const folders = new Map();
        for (const [input, { bytesInOutput }] of Object.entries(output.inputs)) {
          const [, folder = input] = /^(?:.*node_modules\/)?((?:@[^/]+\/)?[^/]+)/.exec(input) ?? [];
          folders.set(folder, (folders.get(folder) ?? 0) + bytesInOutput);
        }
        const heaviest = [...folders].sort(([, a], [, b]) => b - a).slice(0, 5);
        const parts = heaviest.map(([folder, bytes]) => `${folder} ${kilobytes(bytes)}`);
        return `${path.padEnd(34)} ${kilobytes(output.bytes).padStart(8)}   ${parts.join(", ")}`;
      }),
  );
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const metafiles = await build({
      minify: argv.includes("--minify"),
      watch: argv.includes("--watch"),
    });
    if (argv.includes("--sizes")) console.log(sizeTable(metafiles).join("\n"));
    if (argv.includes("--watch")) console.log("Watching; each change is built into dist/.");
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
