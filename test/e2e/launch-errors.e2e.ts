/**
 * What a person meets whose program does not assemble: a sentence and the way to the error, with no
 * terminal and no launch.json in between; then the corrected program, and its executable file.
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { useWorkbench } from "./opening.ts";
import { until } from "./waiting.ts";

describe("a program that does not assemble", function () {
  this.timeout(120_000);
  const workbench = useWorkbench({ edits: ["hello.s"] });
  const dialog = () => workbench().page.locator(".monaco-dialog-box");
  const cursor = () => workbench().page.locator('[id="status.editor.selection"]').innerText();
  const press = (button: string) =>
    workbench().repeat(
      "the dialog to go",
      () => dialog().getByRole("button", { name: button, exact: true }).click({ timeout: 3000 }),
      () => dialog().isHidden(),
    );
  /** Takes the way to the error that a notification with the text offers. */
  const followNotification = async (text: string) => {
    const shown = await workbench().notification(text);
    const button = shown.getByRole("button", { name: "Go to the Error" });
    await workbench().repeat(
      "the cursor at the error",
      () => button.click({ timeout: 3000 }),
      async () => (await cursor()).startsWith("Ln 16, Col 9"),
    );
  };

  it("is not launched: the dialog offers to go to the error and nothing else", async () => {
    await workbench().openFile("hello.s");
    await workbench().replaceLine(16, "lii     a2, length");
    await workbench().startDebugging();
    await dialog().waitFor();
    const text = (await dialog().locator(".dialog-message-container").innerText()).trim();
    assert.match(text, /^The program does not assemble: hello\.s:16:9: Unknown instruction `lii`/);
    const buttons = await dialog().locator(".dialog-buttons .monaco-button").allInnerTexts();
    assert.deepEqual(buttons.map((label) => label.trim()).sort(), ["Cancel", "Go to the Error"]);
    await workbench().screenshot("launch-error");
  });

  it("has no terminal, and the cursor goes to the error", async () => {
    await press("Go to the Error");
    await until("the cursor at the error", async () => (await cursor()).startsWith("Ln 16, Col 9"));
    assert.equal(await workbench().page.locator(".terminal-wrapper").count(), 0);
    await workbench().waitEnded();
    await workbench().screenshot("launch-error-place");
  });

  it("starts when it is corrected, without another word", async () => {
    await workbench().replaceLine(16, "li      a2, length");
    await workbench().startDebugging();
    await workbench().waitStopped(14);
    assert.equal(await workbench().page.locator(".terminal-wrapper").count(), 1);
    await workbench().screenshot("launch-corrected");
  });

  it("goes on as it was when it is restarted with an error", async () => {
    await workbench().replaceLine(16, "lii     a2, length");
    await workbench().runCommand("File: Save");
    const center = workbench().page.locator(".notifications-center");
    await workbench().runCommand("Notifications: Show Notifications");
    await workbench().debugButton("restart", () =>
      center.getByText("does not assemble").first().isVisible(),
    );
    await workbench().screenshot("restart-error");
    await followNotification("does not assemble");
    await workbench().stepOver(15);
    await workbench().screenshot("restart-error-step");
    await workbench().stop();
  });

  it("is not built either, and the notification leads to the error", async () => {
    await workbench().goToLine(1);
    await workbench().runCommand("Hartbeat: Build Executable");
    await followNotification("does not assemble: hello.s:16:9");
  });

  it("becomes an executable file beside its source when it is corrected", async () => {
    await workbench().replaceLine(16, "li      a2, length");
    await workbench().runCommand("Hartbeat: Build Executable");
    const shown = await workbench().notification(/Built hello \(/);
    await workbench().screenshot("built");
    const file = await readFile(join(workbench().host.folder, "hello"));
    assert.equal(file.subarray(0, 4).toString("latin1"), "\x7fELF");
    await shown.getByRole("button", { name: "Show" }).click();
    const row = workbench().page.locator(".explorer-folders-view .monaco-list-row.selected");
    await until("the executable in the explorer", async () =>
      (await row.allInnerTexts()).some((text) => text.trim() === "hello"),
    );
  });
});
