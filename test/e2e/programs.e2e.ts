/**
 * Further programs that a person debugs: one that GCC has built from C, with a launch.json, a recursive
 * function with its call stack, and a program of two files.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { requireTool } from "../tools.ts";
import { useWorkbench } from "./opening.ts";
import { until } from "./waiting.ts";

describe("debugging a C program of GCC", function () {
  this.timeout(120_000);
  let compiler = "";
  before(function () {
    compiler = requireTool(this, "riscv64-linux-gnu-gcc");
  });
  const workbench = useWorkbench({ folder: join(import.meta.dirname, "c-program") });

  it("stops at a breakpoint in its source, as launch.json says", async () => {
    const args = ["-g", "-O0", "-static", "squares.c", "-o", "squares.elf"];
    execFileSync(compiler, args, { cwd: workbench().host.folder });
    await workbench().openFile("squares.c");
    await workbench().toggleBreakpoint(5);
    await workbench().startDebugging();
    await workbench().waitStopped(5);
  });

  it("names the functions in the call stack", async () => {
    await workbench().showRunAndDebug();
    // The workbench asks for the frame on top first, and for the others a moment later.
    for (const name of ["square", "main"])
      await until(`${name} in the call stack`, async () =>
        (await workbench().callStack()).some((frame) => frame.startsWith(`${name} `)),
      );
    await workbench().screenshot("c-program");
  });

  it("steps out, and runs to the end without the breakpoint", async () => {
    await workbench().stepOut(11);
    await workbench().toggleBreakpoint(5);
    await workbench().continue();
    await workbench().waitEnded();
    await workbench().waitTerminal("The sum is 55.");
  });
});

describe("debugging recursion.s", function () {
  this.timeout(120_000);
  const workbench = useWorkbench();

  it("stops in each call and shows all of them in the call stack", async () => {
    await workbench().openFile("recursion.s");
    await workbench().toggleBreakpoint(33);
    await workbench().startDebugging();
    await workbench().waitStopped(33);
    // Down to the smallest tower, whose move is printed, and from there into the next call.
    for (let turn = 0; turn < 4; turn++) await workbench().continueToStop(33);
    await workbench().showRunAndDebug();
    const isCall = (row: string): boolean => row.includes("hanoi");
    const frames = await until("four calls in the call stack", async () => {
      const rows = await workbench().callStack();
      return rows.filter(isCall).length === 4 ? rows : undefined;
    });
    assert.ok(frames.at(-1)?.includes("_start"), frames.join("; "));
  });

  it("shows what has been printed so far", async () => {
    await workbench().waitTerminal("A to B");
    await workbench().expand("Integer");
    await until("s0", async () => /^0x0+2$/.test(await workbench().variable("s0")));
    await workbench().screenshot("recursion");
  });

  it("shows registers in the radix that is chosen", async () => {
    await workbench().runCommand("Hartbeat: Show Register Values As");
    await workbench().choose("Decimal");
    await until("s0 in decimal", async () => (await workbench().variable("s0")) === "2");
    await workbench().screenshot("radix");
  });

  it("stops", () => workbench().stop());
});

describe("debugging two-files/main.s", function () {
  this.timeout(120_000);
  const workbench = useWorkbench();

  it("builds both files and steps from one into the other", async () => {
    await workbench().openFile("two-files/main.s");
    await workbench().startDebugging();
    await workbench().waitStopped(9);
    await workbench().stepOver(10);
    await workbench().stepOver(11);
    await workbench().step("F11", 9);
    await workbench().waitFile("numbers.s");
    await workbench().screenshot("two-files");
  });

  it("steps out into the first file again, and runs to the end", async () => {
    await workbench().stepOut(12);
    await workbench().waitFile("main.s");
    await workbench().continue();
    await workbench().waitEnded();
    await workbench().waitTerminal("2432902008176640000");
  });
});
