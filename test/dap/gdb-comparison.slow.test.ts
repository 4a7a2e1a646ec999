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
import type { DebugProtocol } from "@vscode/debugprotocol";
import { requireTools } from "../tools.ts";
import { buildByClang, buildByGcc, buildByRust, clangBuilds, gccBuilds } from "./compilers.ts";
import { answersOfGdb } from "./gdb-answers.ts";
import { openInProcess } from "./transports.ts";

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

interface SeenVariable {
  name: string;
  isArgument: boolean;
  type: string;
  values: Record<string, string>;
}
interface SeenFrame {
  name: string;
  line: number;
  variables: SeenVariable[];
}
interface SeenStop {
  pc: string;
  frames: SeenFrame[];
}

/**
 * What is known to differ, by what GDB says and what is said here. `reason` is for the reader.
 */
const once = (names: string) => names.replace(/(^|, )[^,]* \(shadowed[ \d]*\)/g, "");
const explained: readonly { reason: string; holds(gdb: string, here: string): boolean }[] = [
  {
    reason:
      "GDB shows what a register holds now for a caller, though the call may have changed it.",
    holds: (_, here) => /is in a register that calls may have changed/.test(here),
  },
  {
    reason: "GDB lists variables of blocks in inlined functions twice, once without a place.",
    holds: (gdb, here) => gdb.includes("(shadowed)") && once(gdb) === here,
  },
  {
    reason: "A lambda's call is a member of a class without a name, which GDB does not mention.",
    holds: (gdb, here) => here.replaceAll("(anonymous)::", "") === gdb,
  },
  {
    reason: "GDB calls Clang's lambdas by their linkage names.",
    holds: (gdb, here) => {
      const plain = gdb.replace(
        /\w+\([^<]*?\)::\$_\d+::operator\(\)\([^<]*?\) const/g,
        "operator()",
      );
      return gdb !== plain && plain === here.replaceAll("(anonymous)::", "");
    },
  },
  {
    reason: "GDB gives a bit-field as if the part of it that is lost were zero (bits.c, wide).",
    holds: (gdb, here) => here === "optimised out" && Number(gdb) === 0x56789a,
  },
  {
    reason: "GDB cannot read the frame of a signal on RV32.",
    holds: (gdb, here) =>
      gdb.endsWith("<signal>:0 < null:0") && here.startsWith(gdb.replace(/null:0$/, "")),
  },
  {
    reason: "Where a line calls what is inlined, a stop for the line is before that is entered.",
    holds: (gdb, here) => gdb.endsWith(` < ${here.replaceAll("(anonymous)::", "")}`),
  },
];

/** With a library of its own, a program has its stack and heap where the system puts them. */
const explainedOfRust: typeof explained = [
  {
    reason: "QEMU puts the stack and the heap elsewhere.",
    holds: (gdb, here) => /^0x[\da-f]{5,}$/.test(gdb) && /^0x[\da-f]{5,}$/.test(here),
  },
  {
    reason: "GDB does not use the names of Rust's pointers.",
    holds: (gdb) => gdb.startsWith("*mut "),
  },
  {
    reason: "GDB's Python has no integers of 128 bits.",
    holds: (gdb) => gdb.startsWith("? That operation is not available on integers"),
  },
  {
    reason: "Where a value is not in memory, GDB does not choose among its variants.",
    holds: (_, here) => here === "nothing",
  },
  { reason: "GDB gives () as a number.", holds: (gdb, here) => gdb === "0" && here === "()" },
];

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

function compareVariables(
  where: string,
  theirs: SeenFrame,
  ours: SeenFrame,
  compare: (where: string, gdb: string, here: string) => void,
  counts: { variables: number; values: number },
): void {
  const names = ({ variables }: SeenFrame) =>
    variables
      .map(({ name, isArgument }) => `${name}${isArgument ? " (argument)" : ""}`)
      .sort()
      .join(", ");
  compare(`${where}: names`, names(theirs), names(ours));
  for (const variable of theirs.variables) {
    const own = ours.variables.find(({ name }) => name === variable.name);
    if (own === undefined) continue;
    counts.variables++;
    compare(`${where}, ${variable.name}: type`, plainType(variable.type), plainType(own.type));
    for (const [path, value] of Object.entries(variable.values)) {
      counts.values++;
      const here = own.values[path] ?? own.values[variable.name] ?? "nothing";
      compare(`${where}, ${path}`, value, here);
    }
  }
}

/** GDB gives singles with the digits of doubles. */
const isSameSingle = (gdb: string, here: string): boolean =>
  /^-?[\d.]+(e[+-]?\d+)?$/.test(here) &&
  here.includes(".") &&
  here.replace(/[-.]|e.*$/g, "").length <= 9 &&
  Math.fround(Number(gdb)) === Math.fround(Number(here));

/** A type without the blanks that are a matter of taste. */
const plainType = (type: string): string =>
  type.replace(/\s*([*&[\]()])\s*/g, "$1").replace(/\b(short|long) int\b/g, "$1");

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

class Client {
  readonly #transport = openInProcess();
  readonly #pending = new Map<number, (response: DebugProtocol.Response) => void>();
  readonly #events: string[] = [];
  #arrived: () => void = () => undefined;
  #sequence = 1;

  constructor() {
    this.#transport.onMessage((message) => {
      const { type } = message as DebugProtocol.ProtocolMessage;
      if (type === "response") {
        const response = message as DebugProtocol.Response;
        this.#pending.get(response.request_seq)?.(response);
      } else if (type === "event") {
        this.#events.push((message as DebugProtocol.Event).event);
        this.#arrived();
      }
    });
  }

  async request<Body = object>(command: string, args: object = {}): Promise<Body> {
    const seq = this.#sequence++;
    const response = await new Promise<DebugProtocol.Response>((resolve) => {
      this.#pending.set(seq, resolve);
      this.#transport.send({ seq, type: "request", command, arguments: args });
    });
    assert.ok(response.success, `${command}: ${response.message}`);
    return (response.body ?? {}) as Body;
  }

  async event(...names: string[]): Promise<string> {
    for (;;) {
      const name = this.#events.shift();
      if (name !== undefined && names.includes(name)) return name;
      if (name === undefined) {
        await new Promise<void>((resolve) => {
          this.#arrived = resolve;
        });
      }
    }
  }

  close(): Promise<void> {
    return this.#transport.close();
  }

  async look(): Promise<SeenStop> {
    const { stackFrames } = await this.request<{ stackFrames: DebugProtocol.StackFrame[] }>(
      "stackTrace",
      { threadId: 1, levels: 8 },
    );
    const frames: SeenFrame[] = [];
    for (const { id, name, line } of stackFrames) {
      const { scopes } = await this.request<{ scopes: DebugProtocol.Scope[] }>("scopes", {
        frameId: id,
      });
      const locals = scopes.find((scope) => scope.name === "Locals");
      const variables: SeenVariable[] = [];
      if (locals !== undefined) {
        const { variablesReference } = locals;
        const body = await this.request<{ variables: DebugProtocol.Variable[] }>("variables", {
          variablesReference,
        });
        for (const variable of body.variables) {
          const values: Record<string, string> = {};
          const path = variable.name.replace(/ \(shadowed.*/, "");
          await this.#leaves(path, variable, values, 0);
          const isArgument = variable.presentationHint?.kind === "data";
          variables.push({ name: variable.name, isArgument, type: variable.type ?? "", values });
        }
      }
      frames.push({ name, line, variables });
    }
    const pc = stackFrames[0]!.instructionPointerReference!;
    return { pc, frames: upToMain(frames) };
  }

  async #leaves(
    path: string,
    variable: DebugProtocol.Variable,
    values: Record<string, string>,
    depth: number,
  ): Promise<void> {
    const { value, variablesReference } = variable;
    const isPointer = value.startsWith("0x") || variable.type === "&str";
    if (variablesReference === 0 || isPointer || depth > 6) {
      values[path] = plainValue(value);
      return;
    }
    const body = await this.request<{ variables: DebugProtocol.Variable[] }>("variables", {
      variablesReference,
      start: 0,
      count: 8,
    });
    for (const child of body.variables) {
      const part = child.name.startsWith("[") ? child.name : `.${child.name}`;
      // Members of Rust's variants and tuples have other names in expressions.
      const isOther = /\.__\d+$|\.[A-Z]\w*\.\w+$/.test(child.evaluateName ?? "");
      const inner = isOther ? child.evaluateName! : path + part;
      await this.#leaves(inner, child, values, depth + 1);
    }
  }
}

/** GDB's stacks end at main, but for Rust's. */
function upToMain(frames: readonly SeenFrame[]): SeenFrame[] {
  const last = frames.findIndex(({ name }) => /^(\w+::)?main$/.test(name));
  return frames.slice(0, last < 0 ? undefined : last + 1);
}

/** A value as GDB's Python gives it: numbers plain, addresses without zeros. */
function plainValue(text: string): string {
  if (text === "<optimised out> + <optimised out>i") return "optimised out";
  if (/^0x[\da-f]+/.test(text)) return `0x${BigInt(/^0x[\da-f]+/.exec(text)![0]).toString(16)}`;
  if (text === "true" || text === "false") return text === "true" ? "1" : "0";
  if (text === "nan") return "nan";
  if (/^-?\d+ '/.test(text)) return text.replace(/ '.*$/s, "");
  return text;
}
