/** The walkthrough of the welcome page: its links do what they say, with the source behind it. */
import assert from "node:assert/strict";
import { useWorkbench } from "./opening.ts";
import { until } from "./waiting.ts";

describe("the walkthrough", function () {
  this.timeout(120_000);
  const workbench = useWorkbench();
  const step = (title: string) =>
    workbench().page.locator(".getting-started-step").filter({ hasText: title });

  it("shows its steps", async () => {
    await workbench().openFile("hello.s");
    await workbench().runCommand("Welcome: Open Walkthrough...");
    await workbench().choose("Get started with Hartbeat");
    await step("Write assembly").first().waitFor();
    await step("Press F5").first().waitFor();
    await workbench().screenshot("walkthrough");
  });

  it("debugs the source that is open behind it", async () => {
    await step("Press F5").first().click();
    const link = workbench().page.getByRole("button", { name: "Debug the open file" });
    await link.first().click();
    assert.equal(await workbench().waitStopped(), 14);
    await workbench().waitFile("hello.s");
    await workbench().stop();
  });

  it("makes a new file of assembly", async () => {
    await workbench().runCommand("Welcome: Open Walkthrough...");
    await workbench().choose("Get started with Hartbeat");
    await step("Write assembly").first().click();
    await workbench().page.getByRole("button", { name: "New file", exact: true }).click();
    const language = workbench().page.locator('[id="status.editor.mode"]');
    await workbench().waitFile("Untitled-1");
    await until("the language", async () => (await language.innerText()) === "RISC-V Assembly");
    await workbench().screenshot("walkthrough-new-file");
  });
});
