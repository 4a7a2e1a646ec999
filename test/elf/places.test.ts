/**
 * From addresses to functions and lines and back, as a debugger asks for them: against addr2line,
 * nm and GDB, and on a table of cases about breakpoints.
 */
import assert from "node:assert/strict";
import { type DebugInformation, readDebugInformation } from "../../elf/dwarf/index.ts";
import { joinPath } from "../../elf/dwarf/paths.ts";
import type { ElfFile } from "../../elf/model.ts";
import { readElf } from "../../elf/reader.ts";
import { SymbolTable } from "../../elf/symbols.ts";
import { requireTool, requireTools, runTool } from "../tools.ts";
import { c, Workshop } from "./sources.ts";

const gcc = "riscv64-unknown-elf-gcc";
const options = ["-march=rv64gc", "-mabi=lp64d", "-nostdlib", "-static"];

const cxx = `
namespace outer {
  struct Shape { virtual int area(int k) const; static int count(); int width; };
  int Shape::area(int k) const { return width * k; }
  int Shape::count() { return 3; }
  namespace { __attribute__((noinline)) int hidden(int x) { return x * 3; } }
  int visible(int x) { return hidden(x) + 1; }
}
template <class T> T twice(T x) { return x + x; }
int use(outer::Shape *s) { return s->area(2) + outer::visible(4) + twice(5) + outer::Shape::count(); }
`;

describe("places in programs", () => {
  const workshop = new Workshop();
  after(() => workshop.remove());

  for (const flags of [
    ["-O0", "-gdwarf-4"],
    ["-O2", "-gdwarf-5"],
    ["-O2", "-gdwarf-2"],
  ]) {
    describe(flags.join(" "), () => {
      let path = "";
      let file: ElfFile;
      let debug: DebugInformation;
      before(function () {
        path = workshop.build(requireTool(this, gcc), "places.c", c, [...options, ...flags]);
        file = readElf(workshop.read(path));
        debug = readDebugInformation(file);
      });

      it("has the functions and inlined calls of addr2line at every address", function () {
        const tool = requireTool(this, "riscv64-unknown-elf-addr2line");
        const addresses = codeAddresses(file);
        const input = addresses.map(hex).join("\n");
        const output = runTool(tool, ["-a", "-f", "-i", "-e", path], input);
        const expected = output.split(/^0x[0-9a-f]+\n/m).slice(1);
        assert.equal(expected.length, addresses.length);
        for (const [index, address] of addresses.entries()) {
          // The first line is left to the next test: of several rows at one address, the linker's
          // library takes the first, debuggers the last.
          const known = (expected[index] as string).trim().replace(/ \(discriminator \d+\)/g, "");
          const [name, , ...callers] = known.split("\n");
          const [ownName, , ...ownCallers] = describeAddress(debug, address);
          assert.deepEqual([ownName, ...ownCallers], [name, ...callers], hex(address));
        }
      });

      it("has the lines of GDB at every address", function () {
        const gdb = requireTool(this, "gdb-multiarch");
        const addresses = codeAddresses(file);
        const commands = addresses.map((address) => `info line *${hex(address)}`).join("\n");
        const script = workshop.write("script.gdb", new TextEncoder().encode(commands));
        const output = runTool(gdb, ["-nx", "-batch", "-x", script, path]);
        const lines = [...output.matchAll(/^Line (\d+) of/gm)].map(([, line]) => Number(line));
        assert.deepEqual(
          addresses.map((address) => debug.lines.lookup(address)?.row.line),
          lines,
        );
      });

      it("has the symbols of nm", function () {
        const tool = requireTool(this, "riscv64-unknown-elf-nm");
        const table = new SymbolTable(file);
        const lines = runTool(tool, [path]).matchAll(/^([0-9a-f]+) [Tt] (\w+)$/gm);
        let count = 0;
        for (const [, value, name] of lines) {
          const place = table.functionAt(BigInt(`0x${value}`));
          assert.equal(place?.symbol.name, name);
          assert.equal(table.byName(name as string), place?.symbol);
          count++;
        }
        assert.ok(count >= 7);
      });

      it("breaks on lines where GDB does", function () {
        const gdb = requireTool(this, "gdb-multiarch");
        const count = c.split("\n").length - 1;
        const lines = Array.from({ length: count - 1 }, (_, index) => index + 1);
        const commands = lines.map((line) => `break places.c:${line}\n`).join("");
        const text = `set breakpoint pending off\n${commands}info breakpoints\n`;
        const script = workshop.write("breaks.gdb", new TextEncoder().encode(text));
        const output = runTool(gdb, ["-nx", "-batch", "-x", script, path]);
        const listed = [...output.matchAll(/^(\d+)(?:\.\d+)? .*(0x[0-9a-f]{16})/gm)];
        assert.ok(listed.length >= lines.length);
        for (const line of lines) {
          const theirs = listed
            .filter(([, number]) => Number(number) === line)
            .map(([, , address]) => BigInt(address as string))
            .sort();
          const ours = debug.breakpointAddresses("places.c", line).addresses.sort();
          // In optimised code GDB may stop again in an inner block of the same function.
          const isOptimised = flags.includes("-O2") && ours.length > 0;
          const expected = isOptimised
            ? theirs.filter((address) => ours.includes(address))
            : theirs;
          assert.deepEqual(ours.map(hex), expected.map(hex), `line ${line}`);
        }
      });

      it("breaks on functions where GDB does", function () {
        const gdb = requireTool(this, "gdb-multiarch");
        const names = ["recurse", "mix", "choose", "dynamic", "main", "memcpy"];
        const commands = names.flatMap((name) => ["-ex", `break ${name}`]);
        const output = runTool(gdb, ["-nx", "-batch", ...commands, path]);
        const expected = [...output.matchAll(/^Breakpoint \d+ at (0x[0-9a-f]+)/gm)];
        const found = names.map((name) => {
          const [scope] = debug.functionsNamed(name);
          assert.ok(scope, name);
          return hex(debug.bodyAddress(scope));
        });
        assert.deepEqual(
          found,
          expected.map(([, address]) => address),
        );
      });
    });
  }

  it("breaks on lines once for each function or inlined copy", function () {
    const flags = [...options, "-O2", "-g"];
    const path = workshop.build(requireTool(this, gcc), "lines.c", c, flags);
    const debug = readDebugInformation(readElf(workshop.read(path)));
    const line = 1 + c.split("\n").findIndex((text) => text.includes("int y = x * x"));
    const { addresses, line: actual } = debug.breakpointAddresses(`/elsewhere/lines.c`, line);
    assert.equal(actual, line);
    const homes = addresses.map((address) => debug.functionsAt(address)[0]?.parent?.name);
    assert.ok(homes.includes("mix") && homes.includes("choose"), String(homes));
    assert.equal(new Set(addresses).size, addresses.length);
    // The first line with code is that of the inlined body: the function has no code of its own.
    assert.equal(debug.breakpointAddresses("lines.c", 1).line, line);
    assert.deepEqual(debug.breakpointAddresses("lines.c", 1000), { line: 1000, addresses: [] });
    assert.deepEqual(debug.breakpointAddresses("other.c", line).addresses, []);
  });

  it("qualifies names of C++", function () {
    const [tool] = requireTools(this, "riscv64-linux-gnu-g++") as [string];
    const path = workshop.build(tool, "names.cc", cxx, ["-g", "-c", "-ffunction-sections"]);
    const debug = readDebugInformation(readElf(workshop.read(path)));
    const names = debug.compileUnits.flatMap((unit) =>
      debug.info.functionsOf(unit).map(({ qualifiedName }) => qualifiedName),
    );
    assert.deepEqual(names.sort(), [
      "outer::(anonymous)::hidden",
      "outer::Shape::area",
      "outer::Shape::count",
      "outer::visible",
      "twice<int>",
      "use(outer::Shape*)".slice(0, 3),
    ]);
    assert.equal(debug.functionsNamed("_ZN5outer7visibleEi")[0]?.name, "visible");
    assert.deepEqual(debug.errors, []);
  });

  it("takes a type without members for no namespace of what follows it", function () {
    const text = `
      struct opaque;
      struct opaque *link;
      static void count(int n) { if (n > 0) { count(n - 2); count(n - 1); } }
      void both(int n) { count(n); count(n + 1); }`;
    const path = workshop.build(requireTool(this, gcc), "opaque.c", text, ["-g", "-O2", "-c"]);
    const debug = readDebugInformation(readElf(workshop.read(path)));
    const names = debug.compileUnits.flatMap((unit) =>
      debug.info.functionsOf(unit).map(({ qualifiedName }) => qualifiedName),
    );
    assert.deepEqual(names.sort(), ["both", "count"]);
  });

  describe("paths", () => {
    const cases: [parts: string[], expected: string][] = [
      [["/work", "src", "a.c"], "/work/src/a.c"],
      [["/work", "/usr/include", "x.h"], "/usr/include/x.h"],
      [["/work/build", "../src", "./a.c"], "/work/src/a.c"],
      [["", "a.c"], "a.c"],
      [["", "..", "a.c"], "../a.c"],
      [["/", "..", "a.c"], "/a.c"],
      [["C:\\work", "src\\a.c"], "C:\\work\\src\\a.c"],
      [["C:\\work", "D:/b.c"], "D:/b.c"],
    ];
    for (const [parts, expected] of cases) {
      it(`${parts.join(" + ")} = ${expected}`, () => assert.equal(joinPath(...parts), expected));
    }
  });
});

function hex(address: bigint): string {
  return `0x${address.toString(16)}`;
}

/** Every even address of the section .text. */
function codeAddresses(file: ElfFile): bigint[] {
  const text = file.sections.find(({ name }) => name === ".text");
  assert.ok(text);
  const addresses: bigint[] = [];
  for (let at = text.address; at < text.address + text.size; at += 2n) addresses.push(at);
  return addresses;
}

/** Function and `file:line` of each frame at an address, as addr2line prints them. */
function describeAddress(debug: DebugInformation, address: bigint): string[] {
  const lines: string[] = [];
  let where = "";
  for (const scope of debug.functionsAt(address)) {
    lines.push(scope.name, where);
    where = `${scope.callPath}:${scope.callLine}`;
  }
  return lines;
}
