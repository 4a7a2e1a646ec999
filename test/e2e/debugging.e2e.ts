/**
 * A person's way through a program: a breakpoint in the gutter, F5, registers, steps, memory,
 * disassembly, the debug console, input and output in the terminal, restart and stop.
 */
import assert from "node:assert/strict";
import { useWorkbench } from "./opening.ts";
import { until } from "./waiting.ts";

/** The number that a shown value begins with. */
function numberIn(value: string): number {
  const text = /-?(0x[0-9a-f]+|\d+)/i.exec(value)?.[0] ?? "";
  return text === "" ? Number.NaN : Number(text);
}

describe("debugging hello.s", function () {
  this.timeout(120_000);
  const workbench = useWorkbench();
  const text = "Hello, world!\n";
  const register = async (name: string) => numberIn(await workbench().variable(name));

  it("stops at a breakpoint that was set in the gutter, without a launch.json", async () => {
    await workbench().openFile("hello.s");
    await workbench().toggleBreakpoint(16);
    await workbench().startDebugging();
    await workbench().waitStopped(16);
  });

  it("shows the registers, and what a step has changed", async () => {
    await workbench().showRunAndDebug();
    await workbench().expand("Integer");
    assert.equal(await register("a0"), 1);
    assert.equal(await register("a2"), 0);
    await workbench().stepOver(17);
    await until("the new value", async () => (await register("a2")) === text.length);
    await until("its highlighting", () => workbench().isChanged("a2"));
    assert.ok(!(await workbench().isChanged("a0")));
    await workbench().screenshot("debugging");
  });

  it("names the function in the call stack", async () => {
    await until("_start in the call stack", async () =>
      (await workbench().callStack()).some((frame) => frame.includes("_start")),
    );
  });

  it("opens the memory that a register points to", async () => {
    const memory = await workbench().openMemory("a1");
    const bytes = (await memory.bytes()).slice(0, text.length);
    assert.equal(String.fromCharCode(...bytes), text);
    await memory.write(0, "J".charCodeAt(0));
    await workbench().screenshot("memory");
    await workbench().closeEditor();
  });

  it("evaluates registers and expressions in the debug console", async () => {
    assert.equal(numberIn(await workbench().evaluate("a2")), text.length);
    assert.equal(numberIn(await workbench().evaluate("a2 * 2 + 1")), 2 * text.length + 1);
    assert.match(await workbench().evaluate("message,s"), /"Jello, world!\\n"/);
    assert.equal(
      numberIn(await workbench().evaluate("&message")),
      numberIn(await workbench().evaluate("a1")),
    );
  });

  it("shows the instructions in the disassembly view", async () => {
    const rows = await workbench().openDisassembly();
    assert.ok(
      rows.some((row) => row.includes("ecall")),
      rows.join("\n"),
    );
    await workbench().screenshot("disassembly");
    await workbench().closeEditor();
  });

  it("starts again", async () => {
    await workbench().debugButton("restart");
    await until("the changed register to be gone", async () => {
      await workbench().waitStopped();
      return (await register("a2")) === 0;
    });
  });

  it("sets a register", async () => {
    await workbench().setVariable("a2", "5");
    await until("the new value", async () => (await register("a2")) === 5);
  });

  it("writes to the terminal and ends", async () => {
    await workbench().continue();
    await workbench().waitEnded();
    await workbench().runCommand("Terminal: Focus Terminal");
    await workbench().waitTerminal(text.trim());
  });
});

describe("debugging echo.s", function () {
  this.timeout(120_000);
  const workbench = useWorkbench();

  it("stops at the first instruction where there is no breakpoint", async () => {
    await workbench().openFile("echo.s");
    await workbench().startDebugging();
    await workbench().waitStopped(8);
  });

  it("reads what is typed into the terminal, and can be paused while it waits", async () => {
    await workbench().continue();
    await workbench().runCommand("Terminal: Focus Terminal");
    await workbench().typeInTerminal("hello\n");
    await workbench().waitTerminal("HELLO");
    await workbench().screenshot("terminal");
    await workbench().debugButton("pause");
    await workbench().waitStopped();
  });

  it("stops", async () => {
    await workbench().stop();
  });
});

describe("editing", function () {
  this.timeout(120_000);
  const workbench = useWorkbench({ edits: ["hello.s"] });

  it("explains an instruction where the mouse rests", async () => {
    await workbench().openFile("hello.s");
    const hover = await workbench().hover("ecall", 18);
    assert.match(hover, /ecall/);
    await workbench().screenshot("hover");
  });

  it("underlines an error, and no longer when it is mended", async () => {
    await workbench().replaceText("_start:\n  addi a0, a0, 5000\n");
    await until("a squiggle", async () => (await workbench().squiggles()) === 1);
    await workbench().screenshot("error");
    assert.ok((await workbench().problems()).length >= 2);
    await workbench().replaceText("_start:\n  addi a0, a0, 500\n");
    await until("no squiggle", async () => (await workbench().squiggles()) === 0);
    await workbench().waitProblem(undefined);
  });

  it("proposes instructions while one types", async () => {
    await workbench().replaceText("_start:\n  sltu");
    const labels = await workbench().proposals("sltiu");
    await workbench().screenshot("completion");
    await workbench().takeProposal("sltiu");
    assert.ok(labels.includes("sltu"), labels.join(" "));
    await until("the chosen instruction", async () =>
      /_start:\n +sltiu\b/.test(await workbench().editorText()),
    );
  });
});
