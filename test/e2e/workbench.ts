/** The workbench as a person uses it to debug: stepping and the views of a session. */
import type { Locator } from "playwright-core";
import { EditorPage } from "./editor-page.ts";
import { Memory } from "./memory.ts";
import { patience, until } from "./waiting.ts";

/** A row of the Variables view. */
export interface Row {
  name: string;
  value: string;
  /** Whether it is highlighted as changed since the last stop. */
  changed: boolean;
  /** Nesting, 1 for a scope. */
  level: number;
}

/** The rows of the Variables view, without those that stick to its top while it scrolls. */
const variableRows = ".debug-variables .monaco-list-rows .monaco-list-row";

export class Workbench extends EditorPage {
  /** Presses F5 in the editor; the program may stop, run on, or be refused by a dialog. */
  async startDebugging(): Promise<void> {
    const signs = this.page
      .locator(".debug-toolbar, .part.statusbar.debugging, .monaco-dialog-box")
      .filter({ visible: true });
    const press = async () => {
      // Not a click on an element: where something lies over it for a moment, that scrolls the
      // editor.
      const box = await this.editor().boundingBox({ timeout: patience });
      if (box === null) throw new Error("No editor is on the screen.");
      await this.page.mouse.click(box.x + 400, box.y + 8);
      await this.page.keyboard.press("F5");
    };
    // A workbench that has just come up does not know of a debugger yet.
    await this.repeat("the debug session", press, async () => (await signs.count()) > 0);
  }

  /**
   * Waits until the program is stopped and its line is marked, on the line where one is given; returns
   * that line, from 1.
   */
  async waitStopped(wanted?: number): Promise<number> {
    const mark = this.editor().locator(".debug-top-stack-frame-line").first();
    const paused = this.page.locator(".debug-toolbar .codicon-debug-continue");
    let seen: number | undefined;
    const stopped = async () => {
      if (!(await paused.isVisible())) return undefined;
      const y = (await mark.boundingBox({ timeout: 1000 }))?.y;
      const numbers = this.editor().locator(".margin-view-overlays .line-numbers");
      for (const number of await numbers.all()) {
        // An editor that scrolls meanwhile no longer has this one; the next look has others.
        const box = await number.boundingBox({ timeout: 1000 });
        if (y === undefined || box === null || Math.abs(box.y - y) > 2) continue;
        seen = Number(await number.innerText());
        return wanted === undefined || seen === wanted ? seen : undefined;
      }
      return undefined;
    };
    const detail = () => (seen === undefined ? "" : `The last line seen is ${seen}.`);
    return until(`a stop${wanted === undefined ? "" : ` on line ${wanted}`}`, stopped, detail);
  }

  /** Waits until no session is left. */
  async waitEnded(): Promise<void> {
    const toolbar = this.page.locator(".debug-toolbar .codicon-debug-stop");
    await until("the end of the debug session", async () => !(await toolbar.isVisible()));
  }

  /** What the status bar says of the run: how many instructions it has come, or that it runs. */
  async progress(): Promise<string> {
    const item = this.page.locator('[id$="hartbeat.progress"]');
    return (await item.isVisible()) ? (await item.innerText({ timeout: 1000 })).trim() : "";
  }

  /** Does something until the program is elsewhere in its run, runs, or has ended. */
  async #move(what: string, act: () => Promise<unknown>): Promise<void> {
    const before = await this.progress();
    await this.repeat(what, act, async () => (await this.progress()) !== before);
  }

  /** Presses a key of the debugger and waits for the next stop, which is on the line. */
  async step(key: string, line: number): Promise<void> {
    const before = await this.progress();
    await this.#move(`an effect of ${key}`, () => this.page.keyboard.press(key));
    await until("the next stop", async () => {
      const now = await this.progress();
      return /\d/.test(now) && now !== before;
    });
    await this.waitStopped(line);
  }

  stepOver(line: number): Promise<void> {
    return this.step("F10", line);
  }

  stepOut(line: number): Promise<void> {
    return this.step("Shift+F11", line);
  }

  /** Lets the program run on to its next stop, which is on the line. */
  continueToStop(line: number): Promise<void> {
    return this.step("F5", line);
  }

  /** Lets the program run on, without waiting for anything. */
  async continue(): Promise<void> {
    await this.#move("the program to run on", () => this.page.keyboard.press("F5"));
  }

  /**
   * Presses a button of the debug toolbar: "restart", "pause", "step-back", … Its effect is, unless
   * another is given, that the program is elsewhere in its run, runs, or has ended.
   */
  async debugButton(name: string, hasEffect?: () => Promise<boolean>): Promise<void> {
    const button = this.page.locator(`.debug-toolbar .codicon-debug-${name}`);
    // The bar draws its buttons anew when the program stops or runs on: a click can fall between.
    const click = () => button.click({ timeout: 5000 });
    if (hasEffect === undefined) return this.#move(`an effect of "${name}"`, click);
    await this.repeat(`an effect of "${name}"`, click, hasEffect);
  }

  /** Ends the session by its button. */
  async stop(): Promise<void> {
    const button = this.page.locator(".debug-toolbar .codicon-debug-stop");
    await this.repeat(
      "the end of the debug session",
      () => button.click({ timeout: 5000 }),
      () => button.isHidden(),
    );
  }

  /** Leaves nothing of what was debugged: no session, breakpoint, terminal, or editor. */
  async tidy(): Promise<void> {
    if (await this.page.locator(".debug-toolbar .codicon-debug-stop").isVisible())
      await this.stop();
    await this.#removeBreakpoints();
    await this.runCommand("Terminal: Kill All Terminals");
    const dirty = this.page.locator(".tabs-container .tab.active.dirty");
    await until("the text of the disk", async () => {
      if ((await dirty.count()) === 0) return true;
      await this.runCommand("File: Revert File");
      return false;
    });
    await this.runCommand("View: Close All Editors");
    await until(
      "no editor",
      async () => (await this.page.locator(".tabs-container .tab").count()) === 0,
    );
    await this.runCommand("View: Show Explorer");
    await this.page.mouse.move(5, 5);
  }

  async #removeBreakpoints(): Promise<void> {
    await this.runCommand("View: Show Run and Debug");
    const pane = this.page
      .locator(".pane")
      .filter({ has: this.page.locator('.pane-header[aria-label^="Breakpoints"]') });
    const breakpoints = pane.locator(".monaco-list-row .codicon-debug-breakpoint");
    // Without a breakpoint or a session there is no such pane.
    if (!(await pane.isVisible())) return;
    await until("no breakpoints", async () => {
      await pane.locator(".pane-header").hover({ timeout: 2000 });
      await pane.locator(".codicon-breakpoints-remove-all").click({ timeout: 2000 });
      // They stand below the exceptions.
      await pane.locator(".monaco-list").hover({ timeout: 2000 });
      await this.page.mouse.wheel(0, 5000);
      await this.page.waitForTimeout(100);
      return (await breakpoints.count()) === 0;
    });
  }

  async showRunAndDebug(): Promise<void> {
    await this.runCommand("View: Show Run and Debug");
    await this.page.locator(variableRows).first().waitFor();
  }

  /** The rows of the Variables view that are on the screen, from the top. */
  async variables(): Promise<Row[]> {
    const rows = await this.page.locator(variableRows).all();
    const read = rows.map(async (row): Promise<Row & { y: number }> => {
      const text = async (selector: string): Promise<string> =>
        (
          await row
            .locator(selector)
            .first()
            .innerText({ timeout: 500 })
            .catch(() => "")
        ).trim();
      const scope = await text(".scope");
      return {
        name: scope || (await text(".name")).replace(/\s*[=:]$/, ""),
        value: scope ? "" : await text(".value"),
        changed: (await row.locator(".value.changed").count()) > 0,
        level: Number((await row.getAttribute("aria-level")) ?? 1),
        y: (await row.boundingBox())?.y ?? 0,
      };
    });
    const placed = (await Promise.all(read)).sort((a, b) => a.y - b.y);
    return placed.map(({ y: _, ...row }) => row);
  }

  #variableRow(name: string): Locator {
    return this.page
      .locator(variableRows)
      .filter({ has: this.page.getByText(new RegExp(`^${escaped(name)}(\\s*[=:]\\s*)?$`)) })
      .first();
  }

  /** The row of a variable, scrolled to until all of it shows: up to the first row, then down. */
  async #findRow(name: string): Promise<Locator> {
    const row = this.#variableRow(name);
    const first = this.page.locator(`${variableRows}[data-index="0"]`);
    await this.page.locator(".debug-variables").hover();
    let isDownwards = false;
    for (let turn = 0; turn < 100; turn++) {
      if ((await row.isVisible()) && (await row.evaluate(isUncovered))) return row;
      isDownwards ||= await first.isVisible();
      await this.page.mouse.wheel(0, isDownwards ? 66 : -1000);
      await this.page.waitForTimeout(80);
    }
    throw new Error(`There is no "${name}" in the Variables view.`);
  }

  /** Opens a scope or a variable with parts. */
  async expand(name: string): Promise<void> {
    const isOpen = async () => {
      const row = await this.#findRow(name);
      return (await row.getAttribute("aria-expanded", { timeout: 1000 })) === "true";
    };
    const open = async () => {
      if (await isOpen()) return;
      const row = await this.#findRow(name);
      await row.locator(".monaco-tl-twistie").click({ timeout: 2000 });
    };
    await this.repeat(`"${name}" to open`, open, isOpen);
  }

  /** The value of a variable as it is shown. */
  async variable(name: string): Promise<string> {
    return until(`the value of ${name}`, async () => {
      // A list that is drawn anew meanwhile no longer has this row; the next look has another.
      const value = (await this.#findRow(name)).locator(".value").first();
      return (await value.innerText({ timeout: 1000 })).trim();
    });
  }

  /** Whether a variable is highlighted as changed. */
  async isChanged(name: string): Promise<boolean> {
    return (await (await this.#findRow(name)).locator(".value.changed").count()) > 0;
  }

  /** Sets a variable by typing into its row. */
  async setVariable(name: string, value: string): Promise<void> {
    const input = this.page.locator(".debug-variables .inputBoxContainer input");
    const open = async () => {
      const row = await this.#findRow(name);
      await row.locator(".value").first().dblclick({ timeout: 2000 });
    };
    await this.repeat(`the input for ${name}`, open, () => input.isVisible());
    await input.fill(value);
    await input.press("Enter");
    await input.waitFor({ state: "hidden" });
  }

  /** Takes an entry of a variable's context menu. */
  async variableMenu(name: string, entry: string): Promise<void> {
    const item = this.page.getByRole("menuitem", { name: entry }).first();
    const open = async () => {
      const row = await this.#findRow(name);
      await row.locator(".name").first().click({ button: "right", timeout: 2000 });
    };
    await this.repeat(`the menu of ${name}`, open, () => item.isVisible());
    // A menu that has just opened takes a click for the end of the one that has opened it.
    await this.page.waitForTimeout(300);
    await item.click();
  }

  /** The names in the Call Stack view, from the top, threads and sessions among them. */
  async callStack(): Promise<string[]> {
    const rows = await this.page.locator(".debug-call-stack .monaco-list-row").allInnerTexts();
    return rows.map(oneLine);
  }

  /** Evaluates in the debug console; returns the text of the answer. */
  async evaluate(expression: string): Promise<string> {
    const input = this.page.locator(".repl .repl-input-wrapper .monaco-editor").first();
    if (!(await input.isVisible()))
      await this.runCommand("Debug Console: Focus on Debug Console View");
    const rows = this.page.locator(".repl .repl-tree .monaco-list-row");
    const last = async (): Promise<number> => {
      const indices = await rows.evaluateAll((all) =>
        all.map((row) => Number(row.getAttribute("data-index"))),
      );
      return Math.max(-1, ...indices);
    };
    const before = await last();
    const type = async () => {
      await input.click({ timeout: 3000 });
      await this.page.keyboard.press("Control+a");
      await this.page.keyboard.type(expression);
      await this.page.keyboard.press("Escape");
    };
    await this.repeat(`"${expression}" in the debug console`, type, async () => {
      const text = await input.locator(".view-lines").innerText({ timeout: 1000 });
      return text.replaceAll("\u00a0", " ").trim() === expression;
    });
    await this.page.keyboard.press("Enter");
    // The input is echoed in a row of its own; the answer is the one after it.
    const answer = this.page.locator(
      `.repl .repl-tree .monaco-list-row[data-index="${before + 2}"]`,
    );
    await answer.waitFor({ timeout: patience });
    return (await answer.innerText()).trim();
  }

  /** The text of the debug console. */
  async consoleText(): Promise<string> {
    await this.runCommand("Debug Console: Focus on Debug Console View");
    return (await this.page.locator(".repl .repl-tree .monaco-list-row").allInnerTexts()).join(
      "\n",
    );
  }

  /** Opens the Disassembly view of the stopped program; returns the visible rows, from the top. */
  async openDisassembly(): Promise<string[]> {
    await this.runCommand("Open Disassembly View");
    const view = this.page.locator(".disassembly-view");
    await view.locator(".codicon-debug-stackframe").first().waitFor({ timeout: patience });
    return until("instructions in the Disassembly view", async () => {
      const rows = await view.locator(".monaco-list-row").all();
      const placed = await Promise.all(
        rows.map(async (row) => ({
          y: (await row.boundingBox())?.y ?? 0,
          text: await row.innerText(),
        })),
      );
      const texts = placed.sort((one, other) => one.y - other.y).map(({ text }) => oneLine(text));
      return texts.filter((text) => text.includes("0x")).length > 4 ? texts : undefined;
    });
  }

  /** Opens the memory that a variable refers to by its "View Binary Data" button. */
  async openMemory(name: string): Promise<Memory> {
    const editor = this.page.locator(".editor-group-container.active .tab.active");
    const before = await editor.first().innerText();
    const open = async () => {
      const row = await this.#findRow(name);
      await row.hover({ timeout: 2000 });
      // The view's scroll bar lies over the right half of the button.
      const button = row.locator('[aria-label*="Binary"]');
      await button.click({ timeout: 2000, position: { x: 3, y: 8 } });
    };
    await this.repeat(`the memory at ${name}`, open, async () => {
      return (await editor.first().innerText({ timeout: 1000 })) !== before;
    });
    const frame = await this.webview("#bytes");
    await until("bytes in the hex viewer", async () => (await frame.innerText("#bytes")) !== "");
    return new Memory(frame);
  }
}

/** Runs in the page: whether an element is seen from top to bottom, under nothing else. */
const isUncovered = new Function(
  "element",
  `
  const { left, top, bottom } = element.getBoundingClientRect();
  const ends = [top + 2, bottom - 2].map((y) => document.elementFromPoint(left + 40, y));
  return ends.every((found) => element.contains(found));
`,
) as (element: unknown) => boolean;

/** The text with each run of white space as one space. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
