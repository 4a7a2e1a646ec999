/**
 * A person looks for what has overwritten a variable: the last write is found, the loop is gone back
 * through, the timeline shows where that is and leads elsewhere, and the past can be changed.
 */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { useWorkbench } from "./opening.ts";
import { until } from "./waiting.ts";

describe("time travel in corrupted.s", function () {
  this.timeout(120_000);
  const workbench = useWorkbench();
  const store = 11;
  const read = 21;

  /** The text of the status bar's item. */
  const progress = () => workbench().progress();
  const isNow = (line: number) => workbench().waitStopped(line);
  /** Where the timeline says that the program is, as an instruction count. */
  async function position(): Promise<number> {
    const bar = (await workbench().webview("#bar")).locator("#bar");
    return Number(await bar.getAttribute("aria-valuenow"));
  }
  const register = async (name: string) => Number(await workbench().variable(name));

  it("stops where a wrong value is read", async () => {
    await workbench().openFile("corrupted.s");
    await workbench().toggleBreakpoint(read);
    await workbench().startDebugging();
    await isNow(read);
    await workbench().waitTerminal("done");
    await workbench().stepOver(read + 1);
    await workbench().showRunAndDebug();
    await workbench().closeSection("Watch");
    await workbench().expand("Integer");
    await until("the wrong value", async () => (await register("a0")) === 16);
  });

  it("finds the store that has written it", async () => {
    await workbench().runCommand("Hartbeat: Find Last Write");
    await workbench().answer("Last Write", "answer");
    await isNow(store);
    await until("the registers of then", async () => (await register("s0")) === 4);
    await until("the place in the run", async () => /^\D*34 of 46$/.test(await progress()));
    const note = "◀◀ in the past: 5 bytes are written after this point";
    assert.match(await workbench().waitTerminal(note), /^done\n◀◀/);
    await workbench().screenshot("last-write");
  });

  it("shows beside the lines what they have changed", async () => {
    await until("the address", () => workbench().hasDecoration("t1 16 → 0x11010"));
    await until("the number", () => workbench().hasDecoration("t0 9 → 16"));
  });

  it("marks the writes of a variable in the timeline", async () => {
    await workbench().runCommand("Hartbeat: Mark Writes in Timeline");
    await workbench().answer("Mark Writes", "answer");
    const frame = await workbench().webview("#bar");
    await until("the mark", async () =>
      ((await frame.locator("#bar").getAttribute("aria-valuetext")) ?? "").endsWith(
        "answer = 16 at corrupted.s:11",
      ),
    );
    assert.equal(await frame.locator("#marked").innerText(), "writes of answer\n✕");
    await workbench().screenshot("marked-writes");
  });

  it("steps back across the loop", async () => {
    await workbench().openFile("corrupted.s");
    for (const line of [10, 9, 8, 14, 13, 12]) await workbench().step("Alt+F10", line);
    assert.match(await progress(), / of /);
    await workbench().screenshot("stepping-back");
    await until("the turn before", async () => (await register("s0")) === 3);
  });

  it("continues in reverse to a breakpoint", async () => {
    await workbench().toggleBreakpoint(8);
    await workbench().debugButton("reverse-continue");
    await isNow(8);
    await until("the turn before", async () => (await register("s0")) === 3);
    await workbench().debugButton("reverse-continue");
    await until("another turn", async () => (await register("s0")) === 2);
    await isNow(8);
  });

  it("shows the run in the timeline, and goes where it is clicked", async () => {
    const frame = await workbench().webview("#bar");
    const bar = frame.locator("#bar");
    const before = await position();
    const width = async () => (await bar.boundingBox())?.width ?? 0;
    await workbench().repeat(
      "the present",
      async () => bar.click({ position: { x: (await width()) - 3, y: 19 }, timeout: 3000 }),
      async () => (await progress()).endsWith("instructions"),
    );
    assert.ok((await position()) > before);
    await isNow(read + 1);
    await bar.hover({ position: { x: (await width()) / 2, y: 19 } });
    await workbench().screenshot("timeline");
    await bar.press("Home");
    await until("the start", async () => (await position()) === 0);
    await isNow(5);
    await bar.press("Control+ArrowRight");
    await until("one instruction further", async () => (await position()) === 1);
  });

  it("finds the last write of a register by its context menu", async () => {
    await workbench().runCommand("Hartbeat: Go to the Present");
    await isNow(read + 1);
    await until("the registers of then", async () => (await register("s0")) === 5);
    await workbench().variableMenu("s0", "Find Last Write");
    await isNow(12);
    await until("the registers before", async () => (await register("s0")) === 4);
    await (await workbench().webview("#bar")).locator("#bar").press("Home");
    await isNow(5);
    await (await workbench().webview("#bar")).locator("#bar").press("Control+ArrowRight");
    await until("one instruction further", async () => (await position()) === 1);
  });

  it("keeps bookmarks", async () => {
    await workbench().runCommand("Hartbeat: Bookmark This Point");
    await workbench().runCommand("Hartbeat: Go to the Present");
    await isNow(read + 1);
    await workbench().runCommand("Hartbeat: Go to Bookmark");
    await workbench().choose("_start, corrupted.s:6");
    await until("the bookmark", async () => (await position()) === 1);
    await isNow(6);
    await until("the registers of then", async () => (await register("s0")) === 0);
  });

  it("asks before the past is changed", async () => {
    const dialog = workbench().page.locator(".monaco-dialog-box");
    await workbench().setVariable("s0", "2");
    await dialog.waitFor();
    assert.match(await dialog.innerText(), /drops the 4\d recorded instructions after this point/);
    await workbench().screenshot("changing-the-past");
    await workbench().repeat(
      "the dialog to go",
      () => dialog.getByText("Change the Past").click({ timeout: 3000 }),
      () => dialog.isHidden(),
    );
    await until("the change", async () => (await register("s0")) === 2);
    await until("no past", async () => !(await progress()).includes(" of "));
    await workbench().waitTerminal("The past was changed");
  });

  it("saves the run, and opens the recording by a double-click", async () => {
    await workbench().runCommand("Hartbeat: Save Recording");
    await until("the name of the file", async () =>
      (await workbench().page.locator(".quick-input-widget input.input").inputValue()).endsWith(
        "/corrupted.hartbeat-recording",
      ),
    );
    await workbench().page.keyboard.press("Enter");
    const file = join(workbench().host.folder, "corrupted.hartbeat-recording");
    await until("the recording", async () => existsSync(file));
    await workbench().stop();
    await workbench().runCommand("Explorer: Focus on Folders View");
    const row = workbench().page.locator(".explorer-folders-view .monaco-list-row");
    const recording = row.filter({ hasText: "corrupted.hartbeat-recording" });
    const signs = '.debug-toolbar, .tab[data-resource-name="corrupted.hartbeat-recording"]';
    await workbench().repeat(
      "the recording to open",
      () => recording.dblclick({ timeout: 3000 }),
      async () => (await workbench().page.locator(signs).filter({ visible: true }).count()) > 0,
    );
    await until("the point that was left", async () => /^\D*1 instruction$/.test(await progress()));
    await isNow(6);
    await workbench().runCommand("Notifications: Show Notifications");
    const center = workbench().page.locator(".notifications-center");
    await workbench().debugButton("continue", () =>
      center.getByText("The recording ends here").first().isVisible(),
    );
    await workbench().screenshot("recording");
    await workbench().runCommand("Notifications: Clear All Notifications");
  });

  it("stops", () => workbench().stop());
});
