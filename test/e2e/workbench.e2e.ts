/** The workbench itself: it opens without complaint, reads and writes the folder, and reloads. */
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { useWorkbench } from "./opening.ts";
import { until } from "./waiting.ts";

describe("the workbench", function () {
  this.timeout(120_000);
  const workbench = useWorkbench({ isFresh: true });

  it("shows the folder's files and no message", async () => {
    const names = (await readdir(workbench().host.folder)).filter((name) => name.endsWith(".s"));
    const rows = workbench().page.locator(".explorer-folders-view .monaco-list-row");
    for (const name of names) await rows.filter({ hasText: name }).first().waitFor();
    assert.ok(names.length > 0);
    await workbench().screenshot("workbench");
    assert.deepEqual(await workbench().notifications(), []);
  });

  it("finds a file by name and shows its text", async () => {
    await workbench().quickOpen("hello.s");
    const text = await readFile(join(workbench().host.folder, "hello.s"), "utf8");
    const [first = ""] = text.split("\n");
    assert.ok((await workbench().editorText()).includes(first.trim()));
    await workbench().screenshot("editor");
  });

  it("knows the language from the extension", async () => {
    const mode = workbench().page.locator("[id='status.editor.mode']");
    await mode.filter({ hasText: "RISC-V" }).waitFor();
  });

  it("searches the text of all files", async () => {
    const { page } = workbench();
    await workbench().runCommand("Search: Find in Files");
    await page.locator(".search-view .search-widget textarea").first().fill("_start:");
    await page.keyboard.press("Enter");
    const results = page.locator(".search-view .monaco-list-row", { hasText: "hello.s" });
    await results.first().waitFor();
    await workbench().runCommand("View: Show Explorer");
  });

  it("saves to the disk", async () => {
    await workbench().openFile("hello.s");
    await workbench().replaceText("# saved by the workbench\n");
    await workbench().page.keyboard.press("Control+s");
    const file = join(workbench().host.folder, "hello.s");
    await until("the saved text", async () =>
      (await readFile(file, "utf8")).startsWith("# saved by the workbench"),
    );
  });

  it("comes up again when the page is loaded anew", async () => {
    await workbench().load();
    await workbench().openFile("hello.s");
  });
});
