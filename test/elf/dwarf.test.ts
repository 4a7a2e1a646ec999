/**
 * Lines, functions and frames as read here against what objdump prints, over what GCC and the GNU
 * assembler make in every version of DWARF.
 */
import assert from "node:assert/strict";
import { basename } from "node:path";
import type { FrameRow, RegisterRule } from "../../elf/dwarf/frame-reader.ts";
import { type DebugInformation, readDebugInformation } from "../../elf/dwarf/index.ts";
import { readElf } from "../../elf/reader.ts";
import { requireTools, runTool } from "../tools.ts";
import { assembly, c, Workshop } from "./sources.ts";

const compiler = "riscv64-unknown-elf-gcc";
const objdump = "riscv64-unknown-elf-objdump";
const rv32 = ["-march=rv32imac", "-mabi=ilp32"];
const rv64 = ["-march=rv64gc", "-mabi=lp64d"];
const link = ["-nostdlib", "-static"];

/** What is built: a title, the compiler's options, and whether the source is assembly. */
const cases: [title: string, options: string[], isAssembly?: boolean][] = [
  ["object file, RV64, DWARF 5", [...rv64, "-gdwarf-5", "-O2", "-c"]],
  ["object file, RV32, DWARF 4", [...rv32, "-gdwarf-4", "-O0", "-c"]],
  ["executable, RV64, DWARF 2", [...rv64, "-gdwarf-2", "-O1", ...link]],
  ["executable, RV64, DWARF 3", [...rv64, "-gdwarf-3", "-O2", ...link]],
  ["executable, RV32, DWARF 4", [...rv32, "-gdwarf-4", "-O2", ...link, "-lgcc"]],
  ["executable, RV32, DWARF 5", [...rv32, "-gdwarf-5", "-O0", ...link, "-lgcc"]],
  [
    "executable, functions in sections, .eh_frame",
    [...rv64, "-g", "-O2", ...link, "-ffunction-sections", "-Wl,--gc-sections", "-funwind-tables"],
  ],
  [
    "object file, types in units of their own, DWARF 4",
    [...rv64, "-gdwarf-4", "-O1", "-c", "-fdebug-types-section"],
  ],
  [
    "object file, types in units of their own, DWARF 5",
    [...rv64, "-gdwarf-5", "-O1", "-c", "-fdebug-types-section"],
  ],
  ["executable, 64-bit format of DWARF", [...rv64, "-g", "-gdwarf64", "-O1", ...link]],
  ["assembly, RV32, DWARF 2", [...rv32, "-Wa,-gdwarf-2", ...link], true],
  ["assembly, RV32, DWARF 5", [...rv32, "-Wa,-gdwarf-5", ...link], true],
  ["assembly, RV32, DWARF 3", [...rv32, "-Wa,-gdwarf-3", ...link], true],
];

describe("DWARF", () => {
  const workshop = new Workshop();
  after(() => workshop.remove());

  for (const [title, options, isAssembly] of cases) {
    describe(title, () => {
      let path = "";
      let debug: DebugInformation;
      let tool = "";
      before(function () {
        this.timeout(20_000);
        const [gcc, dump] = requireTools(this, compiler, objdump) as [string, string];
        tool = dump;
        const name = isAssembly ? "program.s" : "program.c";
        path = workshop.build(gcc, name, isAssembly ? assembly : c, options);
        debug = readDebugInformation(readElf(workshop.read(path)));
      });

      it("has the rows that objdump decodes", () => {
        const expected = decodedLines(runTool(tool, ["-WL", path]));
        assert.ok(expected.length > 5, "objdump found no lines");
        assert.deepEqual(linesOf(debug), expected);
        assert.deepEqual(debug.errors, []);
      });

      it("has the frame rules that objdump interprets", () => {
        assert.deepEqual(framesOf(debug), interpretedFrames(runTool(tool, ["-WF", path])));
        assert.deepEqual(debug.errors, []);
      });

      it("has the functions that objdump lists", () => {
        const expected = subprograms(runTool(tool, ["-Wi", path]));
        const found = debug.compileUnits.flatMap((unit) =>
          debug.info
            .functionsOf(unit)
            .map(({ name, entryAddress }) => `${name} ${hex(entryAddress)}`),
        );
        assert.deepEqual(found, expected);
        if (!isAssembly) assert.ok(expected.length >= 6);
      });
    });
  }
});

describe("debug information that is elsewhere or packed", () => {
  const workshop = new Workshop();
  after(() => workshop.remove());
  const build = (context: Mocha.Context, ...options: string[]) => {
    const [gcc] = requireTools(context, compiler) as [string];
    const path = workshop.build(gcc, "packed.c", c, [...rv64, ...link, ...options]);
    return readDebugInformation(readElf(workshop.read(path)));
  };

  it("is named when it is compressed, and the program is still loaded", function () {
    const debug = build(this, "-g", "-gz=zlib");
    assert.ok(debug.sections.file.segments.length > 0);
    assert.deepEqual(debug.lines.files(), []);
    assert.deepEqual(debug.compileUnits, []);
    const messages = debug.errors.map(({ code, message }) => `${code}: ${message}`);
    assert.match(
      messages.join("\n"),
      /^compressed: The debug section .debug_\w+ is compressed: link/,
    );
  });

  it("is named when it is split, and lines are still there", function () {
    const debug = build(this, "-g", "-gsplit-dwarf");
    assert.equal(debug.compileUnits.length, 1);
    assert.equal(debug.compileUnits[0]?.ranges.length, 1);
    assert.equal(debug.errors[0]?.code, "separate");
    assert.match(debug.errors[0]?.message ?? "", /is in the separate file .*\.dwo, which/);
    assert.ok(debug.lines.findFile("packed.c"));
  });

  it("may be absent", function () {
    const debug = build(this);
    assert.deepEqual(debug.lines.files(), []);
    assert.deepEqual(debug.functionsAt(0x10100n), []);
    assert.deepEqual(debug.functionsNamed("main"), []);
    assert.equal(debug.lines.lookup(0x10100n), undefined);
    assert.equal(debug.frames.rulesAt(0n), undefined);
    assert.deepEqual(debug.errors, []);
  });
});

function hex(address: bigint): string {
  return address === 0n ? "0" : `0x${address.toString(16)}`;
}

/** `file line address`, and `x` where a statement begins; the line is `-` where a sequence ends. */
function decodedLines(text: string): string[] {
  const row = /^(\S+)\s+(\d+|-)\s+(0x[0-9a-f]+|0)(?:\[\d+\])?(?:\s+\d+)?(\s+x)?\s*$/gm;
  return [...text.matchAll(row)].map(
    ([, file, line, address, statement]) => `${file} ${line} ${address}${statement ? " x" : ""}`,
  );
}

function linesOf(debug: DebugInformation): string[] {
  const rows: string[] = [];
  for (const program of debug.lines.programs) {
    for (const { start, first, last } of program.sequences) {
      for (let index = first; index <= last; index++) {
        const row = program.row(index, start);
        const isEnd = row.isEndOfSequence;
        const mark = row.isStatement && !isEnd ? " x" : "";
        rows.push(`${basename(row.path)} ${isEnd ? "-" : row.line} ${hex(row.address)}${mark}`);
      }
    }
  }
  return rows;
}

/** `address frame-address register=rule …`, as the columns of objdump's tables say; no unknown ones. */
function interpretedFrames(text: string): string[] {
  const rows: string[] = [];
  let columns: string[] = [];
  let isFunction = false;
  for (const line of text.split("\n")) {
    const words = line.trim().split(/\s+/);
    const [first = "", frameAddress, ...rules] = words;
    if (/ (CIE|FDE|ZERO)/.test(line)) isFunction = line.includes(" FDE ");
    else if (first === "LOC") columns = words.slice(2);
    else if (isFunction && /^[0-9a-f]{8,}$/.test(first)) {
      const known = rules.map((rule, index) => `${columns[index]}=${rule}`);
      const address = hex(BigInt(`0x${first}`));
      rows.push([address, frameAddress, ...known.filter((rule) => !rule.endsWith("=u"))].join(" "));
    }
  }
  return rows;
}

const integerNames = (
  "zero ra sp gp tp t0 t1 t2 s0 s1 a0 a1 a2 a3 a4 a5 a6 a7 s2 s3 s4 s5 s6 s7 s8 " +
  "s9 s10 s11 t3 t4 t5 t6"
).split(" ");
const floatNames = (
  "ft0 ft1 ft2 ft3 ft4 ft5 ft6 ft7 fs0 fs1 fa0 fa1 fa2 fa3 fa4 fa5 fa6 fa7 fs2 " +
  "fs3 fs4 fs5 fs6 fs7 fs8 fs9 fs10 fs11 ft8 ft9 ft10 ft11"
).split(" ");

function registerName(number: number): string {
  return integerNames[number] ?? floatNames[number - 32] ?? `r${number}`;
}

function framesOf(debug: DebugInformation): string[] {
  const entries = [...debug.frames.entries].sort((a, b) => a.offset - b.offset);
  // Objdump prints nothing for a function that has no rule of its own.
  return entries.flatMap((entry) => {
    const rows = debug.frames.rows(entry);
    return rows.length === 1 && rows[0]?.registers.size === 0 ? [] : rows.map(describeRow);
  });
}

function describeRow({ address, frameAddress, registers }: FrameRow): string {
  const place =
    frameAddress?.kind === "register"
      ? `${registerName(frameAddress.register)}${signed(frameAddress.offset)}`
      : "exp";
  const rules = [...registers]
    .sort(([a], [b]) => a - b)
    .filter(([, rule]) => rule.kind !== "undefined")
    .map(([register, rule]) => `${registerName(register)}=${describeRule(rule)}`);
  return [hex(address), place, ...rules].join(" ");
}

function describeRule(rule: RegisterRule): string {
  switch (rule.kind) {
    case "undefined":
      return "u";
    case "same":
      return "s";
    case "offset":
      return `c${signed(rule.offset)}`;
    case "value-offset":
      return `v${signed(rule.offset)}`;
    case "register":
      return registerName(rule.register);
    case "expression":
      return "exp";
    case "value-expression":
      return "vexp";
  }
}

function signed(offset: number): string {
  return offset < 0 ? String(offset) : `+${offset}`;
}

/** `name address` of each DW_TAG_subprogram with code; names followed through origins. */
function subprograms(text: string): string[] {
  const entries = new Map<string, Map<string, string>>();
  let current = new Map<string, string>();
  for (const line of text.split("\n")) {
    const start = /^ <\d+><([0-9a-f]+)>: Abbrev Number: \d+ \(DW_TAG_(\w+)\)/.exec(line);
    if (start !== null) {
      current = new Map([["tag", start[2] as string]]);
      entries.set(start[1] as string, current);
      continue;
    }
    const attribute = /DW_AT_(\w+)\s*: (.*?)\s*$/.exec(line);
    if (attribute !== null) current.set(attribute[1] as string, attribute[2] as string);
  }
  const nameOf = (entry: Map<string, string> | undefined): string => {
    if (entry === undefined) return "";
    const name = entry.get("name")?.replace(/^\(.*?\): /, "");
    const origin = entry.get("abstract_origin") ?? entry.get("specification");
    return name ?? nameOf(entries.get(/<0x([0-9a-f]+)>/.exec(origin ?? "")?.[1] ?? ""));
  };
  return [...entries.values()]
    .filter((entry) => entry.get("tag") === "subprogram" && entry.has("low_pc"))
    .filter((entry) => entry.get("high_pc") !== "0")
    .map((entry) => `${nameOf(entry)} ${hex(BigInt(entry.get("low_pc") as string))}`);
}
