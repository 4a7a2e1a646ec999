/**
 * Variables and stacks as GDB sees them: programs of several compilers, levels of optimisation and
 * versions of DWARF run here and under QEMU with GDB, stop at the same addresses, and all frames
 * (inlined ones too), their lines, variables, types and values are compared, down to each member.
 */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { requireTools } from "../tools.ts";
import { buildByClang, buildByGcc, buildByRust, clangBuilds, gccBuilds } from "./compilers.ts";
import { answersOfGdb } from "./gdb-answers.ts";
import { compareVariables, explained, explainedOfRust, isSameSingle } from "./seen-differences.ts";
import { Client, type SeenStop, upToMain } from "./seen-stops.ts";

const folder = fileURLToPath(new URL("./programs/variables/", import.meta.url));
const rust = fileURLToPath(new URL("./programs/rust/", import.meta.url));
const script = fileURLToPath(new URL("./gdb-variables.py", import.meta.url));
const stopsEach = 6;

const buildsEach = 3;
/**
 * Rust's programs are compared where RUSTC names a compiler that has the standard library for
 * riscv64gc-unknown-linux-gnu, as Debian's packages rustc and libstd-rust-dev:riscv64 are together.
 */
const rustc = process.env["RUSTC"] || undefined;
/** All ways of Clang are many programs: one of each source, unless ALL=1 asks for them. */
const clangEach = process.env["ALL"] === "1" ? clangBuilds.length : 1;

describe("variables as GDB sees them", function () {
  this.timeout(180_000);
  const built = mkdtempSync(join(tmpdir(), "hartbeat-gdb-"));
  after(() => rmSync(built, { recursive: true, force: true }));

  it("in all frames of all programs", async function () {
    requireTools(this, "gdb-multiarch", "qemu-riscv64", "qemu-riscv32");
    requireTools(this, "riscv64-linux-gnu-gcc", "riscv64-linux-gnu-g++");
    requireTools(this, "riscv64-unknown-elf-gcc", "riscv64-unknown-elf-g++", "clang");
    const only = process.env["PROGRAM"] || undefined;
    const sources = readdirSync(folder).filter((name) => /\.(c|cc)$/.test(name));
    const jobs: {
      title: string;
      program: string;
      qemu: string;
      socket: string;
      addresses: string[];
    }[] = [];
    const seenHere: SeenStop[][] = [];
    const addJob = async (title: string, qemu: string, program: string, source: string) => {
      const stops = await lookHere(program, source);
      seenHere.push(stops);
      const addresses = stops.map(({ pc }) => pc);
      jobs.push({ title, program, qemu, socket: `${program}.socket`, addresses });
    };
    for (const level of rustc === undefined ? [] : ["0", "1", "2"]) {
      const program = join(built, `rust-${level}.elf`);
      buildByRust(rustc!, level, join(rust, "shapes.rs"), program);
      await addJob(`shapes.rs -O${level}`, "qemu-riscv64", program, join(rust, "shapes.rs"));
    }
    for (const [index, source] of sources.entries()) {
      if (only !== undefined && !source.startsWith(only)) continue;
      const add = (title: string, qemu: string, program: string) =>
        addJob(title, qemu, program, join(folder, source));
      for (let turn = 0; turn < clangEach; turn++) {
        const build = clangBuilds[(index + turn) % clangBuilds.length]!;
        const program = join(built, `${source}-clang-${turn}.elf`);
        buildByClang(build, join(folder, source), program);
        await add(`${source} ${build.target} clang ${build.flags.join(" ")}`, build.qemu, program);
      }
      for (let turn = 0; turn < buildsEach; turn++) {
        const build = gccBuilds[(index + turn * 2) % gccBuilds.length]!;
        const { compiler, qemu, machine, flags } = build;
        const program = join(built, `${source}-${turn}.elf`);
        buildByGcc(build, join(folder, source), program);
        await add(`${source} ${compiler} ${[...machine, ...flags].join(" ")}`, qemu, program);
      }
    }
    const seenByGdb = answersOfGdb<SeenStop[]>(jobs, script, built);
    const counts = { programs: jobs.length, stops: 0, frames: 0, variables: 0, values: 0 };
    let known = 0;
    const differences: string[] = [];
    const compare = (where: string, gdb: string, here: string) => {
      if (gdb === here || isSameSingle(gdb, here)) return;
      const all = where.includes(".rs ") ? [...explained, ...explainedOfRust] : explained;
      if (all.some(({ holds }) => holds(gdb, here))) known++;
      else differences.push(`${where}: GDB ${gdb}, here ${here}`);
    };
    for (const [index, { title }] of jobs.entries()) {
      for (const [at, theirs] of seenByGdb[index]!.entries()) {
        const ours = seenHere[index]![at]!;
        const place = `${title}, stop ${at} at ${theirs.pc}`;
        compare(`${place}: pc`, theirs.pc, ours.pc);
        const frames = (stop: SeenStop) =>
          upToMain(stop.frames)
            .map(({ name, line }) => `${name}:${line}`)
            .join(" < ");
        compare(`${place}: frames`, frames(theirs), frames(ours));
        counts.stops++;
        for (const [level, frame] of theirs.frames.entries()) {
          const own = ours.frames[level];
          if (own?.name.replace("(anonymous)::", "") !== frame.name) break;
          counts.frames++;
          compareVariables(`${place}, ${frame.name}`, frame, own, compare, counts);
        }
      }
    }
    const { programs, stops, frames, variables, values } = counts;
    console.log(
      `      compared with GDB: ${programs} programs, ${stops} stops, ${frames} frames, ` +
        `${variables} variables, ${values} values; ${known} differ as explained, ` +
        `${differences.length} differ otherwise`,
    );
    const { DIFFERENCES: file, SHOWN: shown = "10" } = process.env;
    if (file !== undefined) writeFileSync(file, `${differences.join("\n")}\n`);
    assert.deepEqual(differences.slice(0, Number(shown)), []);
    if (only === undefined) assert.ok(stops > 100 && variables > 500, "too little was compared");
  });
});

/** Runs a program here up to its first stops, and looks at all that GDB is asked for. */
async function lookHere(program: string, source: string): Promise<SeenStop[]> {
  const client = new Client();
  const text = readFileSync(source, "utf8").split("\n");
  const lines = text.flatMap((line, index) => (/\/[/*] stop/.test(line) ? [index + 1] : []));
  await client.request("initialize", { adapterID: "hartbeat", pathFormat: "path" });
  await client.request("launch", { program });
  await client.event("initialized");
  await client.request("setBreakpoints", {
    source: { path: source },
    breakpoints: lines.map((line) => ({ line })),
  });
  await client.request("configurationDone");
  const stops: SeenStop[] = [];
  while (stops.length < stopsEach && (await client.event("stopped", "terminated")) === "stopped") {
    stops.push(await client.look());
    await client.request("continue", { threadId: 1 });
  }
  await client.close();
  return stops;
}
