/**
 * The workbench as a person sees it: pages of one browser, driven by mouse and keyboard and read
 * from the screen. Each method waits for what it announces and fails with a sentence that says what
 * did not appear.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Frame, Locator, Page } from "playwright-core";
import { launchChromium } from "./chromium.ts";
import { type Host, type HostOptions, hostKind, projectRoot, startHost } from "./host.ts";

const patience = 30_000;
const startPatience = 120_000;
const screenshots = join(projectRoot, "out/screenshots");

/** A row of the Variables view. */
export interface Row {
  name: string;
  value: string;
  /** Whether it is highlighted as changed since the last stop. */
  changed: boolean;
  /** Nesting, 1 for a scope. */
  level: number;
}

let browser: Promise<Browser> | undefined;

/** Closes the browser of this process, if one was started. */
export async function closeBrowser(): Promise<void> {
  const open = browser;
  browser = undefined;
  await (await open?.catch(() => undefined))?.close();
}

export interface WorkbenchOptions extends HostOptions {
  /** Functions that the page's scripts can call, by their global names. */
  functions?: Record<string, (...values: unknown[]) => unknown>;
}

/**
 * Opens a workbench for a test or a suite. Where there is no browser the test is skipped with the
 * reason printed, and fails instead when HARTBEAT_REQUIRE_TOOLS is 1.
 */
export async function openWorkbench(
  context: Mocha.Context,
  options: WorkbenchOptions = {},
): Promise<Workbench> {
  browser ??= launchChromium();
  try {
    await browser;
  } catch (error) {
    if (process.env["HARTBEAT_REQUIRE_TOOLS"] === "1") throw error;
    console.log(`      skipped: ${error instanceof Error ? error.message : error}`);
    context.skip();
  }
  return Workbench.open(await browser, options);
}

/**
 * A workbench for one suite: started before its first test, stopped after its last one. After a
 * test that failed, a screenshot is left under the test's name.
 */
export function useWorkbench(options: WorkbenchOptions = {}): () => Workbench {
  let workbench: Workbench | undefined;
  before(async function () {
    this.timeout(2 * startPatience + patience);
    workbench = await openWorkbench(this, options);
  });
  afterEach(async function () {
    const test = this.currentTest;
    if (test?.state !== "failed" || workbench === undefined) return;
    const name = test.fullTitle().replace(/[^a-z0-9]+/gi, "-");
    await workbench.screenshot(`failed-${name}`);
    console.log(workbench.recentMessages());
  });
  after(async function () {
    this.timeout(patience);
    await workbench?.close();
  });
  return () => {
    if (workbench === undefined) throw new Error("The workbench has not been opened yet.");
    return workbench;
  };
}

export class Workbench {
  readonly page: Page;
  readonly host: Host;
  #messages: string[] = [];

  private constructor(page: Page, host: Host) {
    this.page = page;
    this.host = host;
    page.on("console", (message) => this.#note(`${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => this.#note(`error: ${error.message}`));
  }

  /** Starts a host and a page, and waits until the workbench shows its files. */
  static async open(browser: Browser, options: WorkbenchOptions = {}): Promise<Workbench> {
    const host = await startHost(options);
    try {
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
      const page = await context.newPage();
      for (const [name, body] of Object.entries(options.functions ?? {}))
        await page.exposeFunction(name, body);
      const workbench = new Workbench(page, host);
      await workbench.load();
      return workbench;
    } catch (error) {
      await host.stop();
      throw error;
    }
  }

  /** Loads the page (again) and waits until the workbench shows its files. */
  async load(): Promise<void> {
    await this.page.goto(this.host.url);
    await this.page
      .locator(".monaco-workbench .part.statusbar")
      .waitFor({ timeout: startPatience });
    const row = this.page.locator(".explorer-folders-view .monaco-list-row").first();
    await row.waitFor({ timeout: startPatience });
  }

  async close(): Promise<void> {
    await this.page.context().close();
    await this.host.stop();
  }

  /** The page's last console messages, for the report of a failure. */
  recentMessages(): string {
    return this.#messages.slice(-30).join("\n");
  }

  #note(text: string): void {
    this.#messages.push(text.slice(0, 500));
    if (this.#messages.length > 500) this.#messages.shift();
  }

  /** Saves what the page shows to out/screenshots/<host>-<name>.png. */
  async screenshot(name: string): Promise<void> {
    await mkdir(screenshots, { recursive: true });
    const file = join(screenshots, `${hostKind}-${name}.png`);
    await this.page.screenshot({ path: file, animations: "disabled" });
  }

  /** The texts of the notifications that are shown. */
  async notifications(): Promise<string[]> {
    return this.page.locator(".notification-toast .notification-list-item-message").allInnerTexts();
  }

  /** Runs a command by its title in the command palette, such as "View: Show Run and Debug". */
  async runCommand(title: string): Promise<void> {
    await this.#pick(`>${title}`, title);
  }

  /** Types into the quick input and takes the row that holds a text; tries anew on a cold start. */
  async #pick(typed: string, row: string): Promise<void> {
    const input = this.page.locator(".quick-input-widget input.input");
    const choice = this.page
      .locator(".quick-input-widget .monaco-list-row")
      .filter({ hasText: row })
      .first();
    await until(`the choice "${row}" in the quick input`, async () => {
      if (!(await input.isVisible())) await this.page.keyboard.press("F1");
      await input.waitFor({ timeout: 5000 });
      await input.fill("");
      await input.fill(typed);
      await choice.waitFor({ timeout: 5000 });
      await choice.click({ timeout: 2000 });
      return true;
    });
  }

  /** Opens a file of the workspace by name and waits until its text is shown. */
  async quickOpen(file: string): Promise<void> {
    const name = file.split("/").at(-1) ?? file;
    await this.#pick(file, name);
    await this.page.locator(`.tabs-container .tab.active[data-resource-name="${name}"]`).waitFor();
    await this.#editor().locator(".view-line").first().waitFor();
  }

  #editor(): Locator {
    return this.page
      .locator(".editor-group-container.active .editor-instance .monaco-editor")
      .first();
  }

  /** The box of a line's number in the margin; `line` counts from 1 and must be on the screen. */
  async #lineBox(line: number): Promise<{ x: number; y: number; width: number; height: number }> {
    const number = this.#editor()
      .locator(".margin-view-overlays .line-numbers")
      .filter({ hasText: new RegExp(`^${line}$`) });
    const box = await number.boundingBox({ timeout: patience });
    if (box === null) throw new Error(`Line ${line} is not on the screen.`);
    return box;
  }

  /** Puts the cursor at the start of a line, scrolling there. */
  async goToLine(line: number): Promise<void> {
    await this.#pick(`:${line}`, "");
  }

  /** Clicks into the gutter of a line and waits until the breakpoint there comes or goes. */
  async toggleBreakpoint(line: number): Promise<void> {
    const glyphs = this.#editor().locator(".margin [class*='codicon-debug-breakpoint']");
    const before = await glyphs.count();
    const box = await this.#lineBox(line);
    await this.page.mouse.click(box.x - 10, box.y + box.height / 2);
    await until(`a breakpoint on line ${line}`, async () => (await glyphs.count()) !== before);
  }

  /** The text of the active editor's visible lines. */
  async editorText(): Promise<string> {
    const lines = await this.#editor().locator(".view-line").all();
    const placed = await Promise.all(
      lines.map(async (line) => ({
        y: (await line.boundingBox())?.y ?? 0,
        text: await line.innerText(),
      })),
    );
    placed.sort((a, b) => a.y - b.y);
    return placed.map(({ text }) => text.replaceAll("\u00a0", " ")).join("\n");
  }

  /** Replaces the active editor's whole text by what a person would type or paste. */
  async replaceText(text: string): Promise<void> {
    await this.#editor().locator(".view-line").first().click();
    await this.page.keyboard.press("Control+a");
    await this.page.keyboard.insertText(text);
  }

  /** Presses F5 in the editor; the program may stop or run on. */
  async startDebugging(): Promise<void> {
    await this.#editor()
      .locator(".view-lines")
      .first()
      .click({ position: { x: 300, y: 5 } });
    await this.page.keyboard.press("F5");
  }

  /** Waits until the program is stopped and its line is marked; returns that line, from 1. */
  async waitStopped(): Promise<number> {
    const frame = this.#editor().locator(".debug-top-stack-frame-line").first();
    await this.page
      .locator(".debug-toolbar .codicon-debug-continue")
      .waitFor({ timeout: patience });
    await frame.waitFor({ state: "attached", timeout: patience });
    return until("the number of the stopped line", async () => {
      const y = (await frame.boundingBox())?.y;
      const numbers = this.#editor().locator(".margin-view-overlays .line-numbers");
      for (const number of await numbers.all()) {
        const box = await number.boundingBox();
        if (y === undefined || box === null || Math.abs(box.y - y) > 2) continue;
        return Number(await number.innerText());
      }
      return undefined;
    });
  }

  /** Waits until no session is left. */
  async waitEnded(): Promise<void> {
    const toolbar = this.page.locator(".debug-toolbar .codicon-debug-stop");
    await until("the end of the debug session", async () => !(await toolbar.isVisible()));
  }

  /** Presses a key of the debugger and waits for the next stop. */
  async #step(key: string): Promise<number> {
    const paused = this.page.locator(".debug-toolbar .codicon-debug-continue");
    const mark = this.#editor().locator(".debug-top-stack-frame-line").first();
    await mark.waitFor({ state: "attached", timeout: patience });
    // The mark of the old stop goes before that of the new one comes; where both fall into one
    // frame of the screen nothing shows the change, so a moment is left for it.
    await this.page.keyboard.press(key);
    await this.page.waitForTimeout(150);
    await paused.waitFor({ timeout: patience });
    await this.page.waitForTimeout(150);
    return this.waitStopped();
  }

  stepOver(): Promise<number> {
    return this.#step("F10");
  }

  stepIn(): Promise<number> {
    return this.#step("F11");
  }

  stepOut(): Promise<number> {
    return this.#step("Shift+F11");
  }

  /** Lets the program run on, without waiting for anything. */
  async continue(): Promise<void> {
    await this.page.keyboard.press("F5");
    await this.page.waitForTimeout(150);
  }

  /** Presses a button of the debug toolbar: "stop", "restart", "pause", "step-back", … */
  async debugButton(name: string): Promise<void> {
    await this.page.locator(`.debug-toolbar .codicon-debug-${name}`).click({ timeout: patience });
  }

  /** Ends the session by its button. */
  async stop(): Promise<void> {
    await this.debugButton("stop");
    await this.waitEnded();
  }

  async showRunAndDebug(): Promise<void> {
    await this.runCommand("View: Show Run and Debug");
    await this.page.locator(".debug-variables .monaco-list-row").first().waitFor();
  }

  /** The rows of the Variables view that are on the screen, from the top. */
  async variables(): Promise<Row[]> {
    const rows = await this.page.locator(".debug-variables .monaco-list-row").all();
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
      .locator(".debug-variables .monaco-list-row")
      .filter({ has: this.page.getByText(new RegExp(`^${escaped(name)}(\\s*[=:]\\s*)?$`)) })
      .first();
  }

  /** The row of a variable, scrolled to; from the top of the view. */
  async #findRow(name: string): Promise<Locator> {
    const list = this.page.locator(".debug-variables");
    await list.hover();
    await this.page.mouse.wheel(0, -100_000);
    for (let turn = 0; turn < 60; turn++) {
      await this.page.waitForTimeout(100);
      const row = this.#variableRow(name);
      if (await row.isVisible()) return row;
      if (turn > 10) await this.page.mouse.wheel(0, 120);
    }
    throw new Error(`There is no "${name}" in the Variables view.`);
  }

  /** Opens a scope or a variable with parts. */
  async expand(name: string): Promise<void> {
    const row = await this.#findRow(name);
    if ((await row.getAttribute("aria-expanded")) === "false")
      await row.locator(".monaco-tl-twistie").click();
    await until(
      `"${name}" to open`,
      async () => (await row.getAttribute("aria-expanded")) === "true",
    );
  }

  /** The value of a variable as it is shown. */
  async variable(name: string): Promise<string> {
    return (await (await this.#findRow(name)).locator(".value").first().innerText()).trim();
  }

  /** Whether a variable is highlighted as changed. */
  async isChanged(name: string): Promise<boolean> {
    return (await (await this.#findRow(name)).locator(".value.changed").count()) > 0;
  }

  /** Sets a variable by typing into its row. */
  async setVariable(name: string, value: string): Promise<void> {
    const row = await this.#findRow(name);
    await row.locator(".value").first().dblclick();
    const input = this.page.locator(".debug-variables .inputBoxContainer input");
    await input.fill(value);
    await input.press("Enter");
    await input.waitFor({ state: "detached" });
  }

  /** The names in the Call Stack view, from the top, threads and sessions among them. */
  async callStack(): Promise<string[]> {
    const rows = await this.page.locator(".debug-call-stack .monaco-list-row").allInnerTexts();
    return rows.map((text) => text.replace(/\s+/g, " ").trim());
  }

  /** Evaluates in the debug console; returns the text of the answer. */
  async evaluate(expression: string): Promise<string> {
    await this.runCommand("Debug Console: Focus on Debug Console View");
    const rows = this.page.locator(".repl .repl-tree .monaco-list-row");
    const last = async (): Promise<number> => {
      const indices = await rows.evaluateAll((all) =>
        all.map((row) => Number(row.getAttribute("data-index"))),
      );
      return Math.max(-1, ...indices);
    };
    const before = await last();
    await this.page.locator(".repl .repl-input-wrapper .monaco-editor").first().click();
    await this.page.keyboard.type(expression);
    await this.page.keyboard.press("Escape");
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

  /** The rows of the Problems view: one a file, one a diagnostic. */
  async problems(): Promise<string[]> {
    await this.runCommand("Problems: Focus on Problems View");
    await this.page.locator(".markers-panel").first().waitFor();
    const rows = await this.page.locator(".markers-panel .monaco-list-row").allInnerTexts();
    return rows.map((text) => text.replace(/\s+/g, " ").trim());
  }

  /** Waits until the Problems view holds a text, or holds nothing where it is undefined. */
  async waitProblem(text: string | undefined): Promise<void> {
    await until(text === undefined ? "no problems" : `the problem "${text}"`, async () => {
      const rows = await this.problems();
      return text === undefined ? rows.length === 0 : rows.some((row) => row.includes(text));
    });
  }

  /** How many squiggles the active editor shows, of the severity. */
  async squiggles(severity: "error" | "warning" | "info" = "error"): Promise<number> {
    return this.#editor().locator(`.squiggly-${severity}`).count();
  }

  /** Rests the mouse on a word of the editor; returns the text of the hover. */
  async hover(word: string): Promise<string> {
    const span = this.#editor().locator(".view-line span > span").filter({ hasText: word }).first();
    const shown = this.page.locator(".monaco-hover-content:visible, .debug-hover-widget:visible");
    return until(`a hover over "${word}"`, async () => {
      await this.page.mouse.move(5, 5);
      await span.hover();
      await shown.first().waitFor({ timeout: 5000 });
      await this.page.waitForTimeout(300);
      return (await shown.allInnerTexts()).join("\n").trim() || undefined;
    });
  }

  /** Opens the Disassembly view of the stopped program; returns the visible rows' texts. */
  async openDisassembly(): Promise<string[]> {
    await this.runCommand("Open Disassembly View");
    const rows = this.page.locator(".disassembly-view .monaco-list-row");
    return until("instructions in the Disassembly view", async () => {
      const texts = await rows.allInnerTexts();
      const clean = texts.map((text) => text.replace(/\s+/g, " ").trim());
      return clean.some((text) => /0x[0-9a-f]+/i.test(text)) ? clean : undefined;
    });
  }

  /** Opens the memory that a variable refers to by its "View Binary Data" button. */
  async openMemory(name: string): Promise<Memory> {
    const row = await this.#findRow(name);
    await row.hover();
    await row.locator('[aria-label*="Binary"]').click({ timeout: patience });
    const frame = await this.webview("#bytes");
    await until("bytes in the hex viewer", async () => (await frame.innerText("#bytes")) !== "");
    return new Memory(frame);
  }

  /** The webview that holds an element; webviews are two frames deep. */
  async webview(selector: string): Promise<Frame> {
    return until(`a webview with ${selector}`, async () => {
      for (const frame of this.page.frames()) {
        if (
          (await frame
            .locator(selector)
            .count()
            .catch(() => 0)) > 0
        )
          return frame;
      }
      return undefined;
    });
  }

  /** The text on the screen of the terminal in front. */
  async terminalText(): Promise<string> {
    const rows = this.page.locator(".terminal-wrapper.active .xterm-rows > div");
    const texts = await rows.allInnerTexts();
    return texts
      .map((text) => text.replaceAll("\u00a0", " ").trimEnd())
      .join("\n")
      .trimEnd();
  }

  /** Waits until the terminal shows a text; returns all that it shows. */
  async waitTerminal(text: string): Promise<string> {
    let seen = "";
    const holds = async (): Promise<string | undefined> => {
      seen = await this.terminalText();
      return seen.includes(text) ? seen : undefined;
    };
    return until(`"${text}" in the terminal`, holds, () => `it shows:\n${seen}`);
  }

  /** Types into the terminal; `\n` is the Enter key. */
  async typeInTerminal(text: string): Promise<void> {
    await this.page.locator(".terminal-wrapper.active .xterm").click();
    for (const [index, line] of text.split("\n").entries()) {
      if (index > 0) await this.page.keyboard.press("Enter");
      await this.page.keyboard.type(line);
    }
  }
}

/** The hex viewer on a memory reference; see hex-editor/. */
export class Memory {
  readonly #frame: Frame;

  constructor(frame: Frame) {
    this.#frame = frame;
  }

  /** The shown bytes, from the reference on; throws with the viewer's message on a failure. */
  async bytes(): Promise<number[]> {
    const text = await this.#frame.innerText("#bytes");
    if (text.startsWith("error")) throw new Error(text);
    return text.split(/\s+/).map((byte) => Number.parseInt(byte, 16));
  }

  /** Writes a byte through the viewer and waits until it is shown. */
  async write(offset: number, value: number): Promise<void> {
    await this.#frame.fill("#offset", String(offset));
    await this.#frame.fill("#value", String(value));
    await this.#frame.click("#write");
    await until("the written byte", async () => (await this.bytes())[offset] === value);
  }
}

/** Asks until the answer is neither false nor undefined, for at most {@link patience}. */
export async function until<Answer>(
  what: string,
  ask: () => Promise<Answer | false | undefined>,
  detail: () => string = () => "",
): Promise<Answer> {
  const end = Date.now() + patience;
  let failure: unknown;
  while (Date.now() < end) {
    try {
      const answer = await ask();
      if (answer !== false && answer !== undefined) return answer;
      failure = undefined;
    } catch (error) {
      failure = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const because = failure instanceof Error ? ` (${failure.message})` : "";
  throw new Error(`Waited in vain for ${what}${because}. ${detail()}`.trimEnd());
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
