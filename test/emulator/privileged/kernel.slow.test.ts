/**
 * A small preemptive kernel (test/programs/kernel): five tasks in user mode at the same virtual
 * addresses, pages on demand, private copies, code that changes itself, calls and a timer. Its
 * console output is that of QEMU, and the engines are in lockstep on all of it.
 */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readElf } from "../../../elf/reader.ts";
import { engineNames } from "../../../emulator/engines.ts";
import { loadsOf } from "../../../emulator/system/board.ts";
import { requireTools, runTool } from "../../tools.ts";
import { ramStart, runOnBoard, runOnQemu } from "./executive.ts";
import { compareEngines } from "./lockstep.ts";

const sources = join(import.meta.dirname, "../../programs/kernel");
const flags = [
  ["-O2", "-ffreestanding", "-nostdlib", "-fno-builtin", "-fno-pic", "-mcmodel=medany"],
  ["-march=rv64gc", "-mabi=lp64d", "-fno-tree-loop-distribute-patterns"],
  ["-Wl,--build-id=none", "-Wl,--no-warn-rwx-segments"],
].flat();

/** The kernel as it lies in RAM. */
function buildKernel(): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), "hartbeat-"));
  try {
    const source = (name: string) => join(sources, name);
    const output = (name: string) => join(folder, name);
    const compile = (script: string, to: string, ...inputs: string[]) =>
      runTool("riscv64-unknown-elf-gcc", [...flags, "-T", source(script), "-o", to, ...inputs]);
    const objcopy = (...args: string[]) => runTool("riscv64-unknown-elf-objcopy", args);
    compile("user.ld", output("user"), source("user-entry.S"), source("user.c"));
    objcopy("-O", "binary", output("user"), output("user.bin"));
    const format = ["-I", "binary", "-O", "elf64-littleriscv", "-B", "riscv"];
    const rename = ["--rename-section", ".data=.user"];
    objcopy(...format, ...rename, output("user.bin"), output("user.o"));
    const inputs = [source("entry.S"), source("kernel.c"), output("user.o")];
    compile("kernel.ld", output("kernel"), ...inputs);
    const image = new Uint8Array(1 << 20);
    for (const { address, data } of loadsOf(readElf(readFileSync(output("kernel"))))) {
      image.set(data, address - ramStart);
    }
    return image;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("a preemptive kernel", function () {
  this.timeout(120_000);
  let image: Uint8Array;

  before(function () {
    requireTools(this, "riscv64-unknown-elf-gcc", "riscv64-unknown-elf-objcopy");
    image = buildKernel();
  });

  it("prints on every engine what it prints on QEMU", function () {
    requireTools(this, "qemu-system-riscv64");
    const expected = runOnQemu(image, 64).output;
    assert.match(expected, /^task 0: 14765 by 0 .*\npreempted\n$/s);
    for (const engine of engineNames) {
      assert.equal(runOnBoard(image, 64, engine).output, expected, engine);
    }
  });

  it("is in the same states on every engine", () => {
    compareEngines(image, 64, 20_000);
  });
});
