/** The walkthrough of the welcome page: its links do what they say, with the source behind it. */
import type { Locator } from "playwright-core";
import { useWorkbench } from "./opening.ts";
import { until } from "./waiting.ts";

describe("the walkthrough", function () {
  this.timeout(120_000);
  const workbench = useWorkbench();
  const step = (title: string) =>
    workbench().page.locator(".getting-started-step").filter({ hasText: title });

  /** Opens a step and presses its button until what that is to show is there. */
  const press = (title: string, button: string, effect: Locator) =>
    workbench().repeat(
      `an effect of "${button}"`,
      async () => {
        const link = workbench().page.getByRole("button", { name: button, exact: true }).first();
        // A step that opens moves those below it.
        if (!(await link.isVisible())) await step(title).first().click({ timeout: 3000 });
        await link.click({ timeout: 3000 });
      },
      () => effect.first().isVisible(),
    );

  it("shows its steps", async () => {
    await workbench().openFile("hello.s");
    await workbench().runCommand("Welcome: Open Walkthrough...");
    await workbench().choose("Get started with Hartbeat");
    await step("Write assembly").first().waitFor();
    await step("Press F5").first().waitFor();
    await workbench().screenshot("walkthrough");
  });

  it("debugs the source that is open behind it", async () => {
    await press("Press F5", "Debug the open file", workbench().page.locator(".debug-toolbar"));
    await workbench().waitStopped(14);
    await workbench().waitFile("hello.s");
    await workbench().stop();
  });

  it("makes a new file of assembly", async () => {
    await workbench().runCommand("Welcome: Open Walkthrough...");
    await workbench().choose("Get started with Hartbeat");
    const tab = workbench().page.locator('.tab[data-resource-name="Untitled-1"]');
    await press("Write assembly", "New file", tab);
    const language = workbench().page.locator('[id="status.editor.mode"]');
    await workbench().waitFile("Untitled-1");
    await until("the language", async () => (await language.innerText()) === "RISC-V Assembly");
    await workbench().screenshot("walkthrough-new-file");
  });
});
