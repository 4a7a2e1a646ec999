/**
 * A page of the workbench as a person uses it to edit: commands, files, the text and its gutter,
 * problems, hovers, the terminal. Each method waits for what it announces and fails with a sentence
 * that says what did not appear.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Frame, Locator, Page } from "playwright-core";
import { type Host, hostKind, projectRoot } from "./host.ts";
import { patience, until } from "./waiting.ts";

const screenshots = join(projectRoot, "out/screenshots");

/** How long the workbench may take to come up, in milliseconds. */
export const startPatience = 120_000;

/** A rectangle on the page, in CSS pixels. */
interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What the workbench says in every run, of no use in the report of a failure. */
const habitual = ["add a disposable to a DisposableStore", "allow-scripts and allow-same-origin"];

export class EditorPage {
  readonly page: Page;
  readonly host: Host;
  #messages: string[] = [];

  constructor(page: Page, host: Host) {
    this.page = page;
    this.host = host;
    page.on("console", (message) => this.#note(`${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => this.#note(`error: ${error.message}`));
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

  /** Closes the page and stops its host. */
  async close(): Promise<void> {
    await this.page.context().close();
    await this.host.stop();
  }

  /** The page's last console messages, for the report of a failure. */
  recentMessages(): string {
    return this.#messages.slice(-30).join("\n");
  }

  #note(text: string): void {
    if (habitual.some((part) => text.includes(part))) return;
    this.#messages.push(text.slice(0, 500));
    if (this.#messages.length > 500) this.#messages.shift();
  }

  /** Closes a section of the side bar, such as "Watch", and leaves its room to the others. */
  async closeSection(title: string): Promise<void> {
    const header = this.page.locator(`.pane-header[aria-label^="${title}"]`).first();
    const isClosed = async () => (await header.getAttribute("aria-expanded")) === "false";
    const close = async () => {
      if (!(await isClosed())) await header.locator(".title").click({ timeout: 3000 });
    };
    await this.repeat(`"${title}" to close`, close, isClosed);
  }

  /** Saves what the page shows to out/screenshots/<host>-<name>.png; returns that path. */
  async screenshot(name: string): Promise<string> {
    await mkdir(screenshots, { recursive: true });
    const file = join(screenshots, `${hostKind}-${name}.png`);
    await this.page.screenshot({ path: file, animations: "disabled" });
    return file;
  }

  /** The texts of the notifications that are shown. */
  async notifications(): Promise<string[]> {
    return this.page.locator(".notification-toast .notification-list-item-message").allInnerTexts();
  }

  /** Runs a command by its title in the command palette, such as "View: Show Run and Debug". */
  async runCommand(title: string): Promise<void> {
    await this.#pick(`>${title}`, title);
  }

  /** Takes the row with a label in the quick input that a command has opened. */
  async choose(label: string): Promise<void> {
    const list = this.page.locator(".quick-input-widget .quick-input-list");
    await list.getByText(label, { exact: true }).first().click({ timeout: patience });
  }

  /** Types the answer into the question that a command has asked; `title` is part of its title. */
  async answer(title: string, text: string): Promise<void> {
    const widget = this.page.locator(".quick-input-widget");
    const input = widget.locator("input.input");
    await until(`the question "${title}"`, async () =>
      (await widget.locator(".quick-input-title").innerText({ timeout: 1000 })).includes(title),
    );
    await input.fill(text);
    await this.repeat(
      "the question to go",
      () => input.press("Enter"),
      () => input.isHidden(),
    );
  }

  /**
   * Does something whose effect can be lost where the page is drawn anew meanwhile, a click or a
   * key, and does it again where the effect has not come after some seconds. Fails with what was
   * waited for.
   */
  async repeat(
    what: string,
    act: () => Promise<unknown>,
    hasEffect: () => Promise<boolean>,
  ): Promise<void> {
    await until(what, async () => {
      await act();
      const end = Date.now() + 6000;
      while (Date.now() < end) {
        if (await hasEffect().catch(() => false)) return true;
        await this.page.waitForTimeout(50);
      }
      return false;
    });
  }

  /**
   * The notification that holds a text, in the list of notifications, where it stays: none pops up
   * in the Node host, and those that do hide after a while.
   */
  async notification(text: string | RegExp): Promise<Locator> {
    const item = this.page
      .locator(".notifications-center .notification-list-item")
      .filter({ hasText: text })
      .first();
    await until(`the notification "${text}"`, async () => {
      if (await item.isVisible()) return true;
      await this.runCommand("Notifications: Show Notifications");
      await item.waitFor({ timeout: 3000 });
      return true;
    });
    return item;
  }

  /** Types into the quick input and takes the row that holds a text; tries anew on a cold start. */
  async #pick(typed: string, row: string | RegExp): Promise<void> {
    const input = this.page.locator(".quick-input-widget input.input");
    const choice = this.page
      .locator(".quick-input-widget .monaco-list-row")
      .filter({ hasText: row })
      .first();
    await until(`the choice "${row}" in the quick input`, async () => {
      if (!(await input.isVisible())) await this.page.keyboard.press("F1");
      await input.waitFor({ timeout: 5000 });
      await input.fill("", { timeout: 2000 });
      await input.fill(typed, { timeout: 2000 });
      await choice.waitFor({ timeout: 5000 });
      await choice.click({ timeout: 2000 });
      return true;
    });
    // Whoever opens the quick input next must not find this one, which is about to close.
    await choice.waitFor({ state: "hidden", timeout: patience });
  }

  /** Opens a file of the workspace: by its tab or in the explorer where it is there, else by name. */
  async openFile(file: string): Promise<void> {
    const name = file.split("/").at(-1) ?? file;
    const tab = this.page.locator(`.tabs-container .tab[data-resource-name="${name}"]`).first();
    const row = this.page
      .locator(".explorer-folders-view .monaco-list-row")
      .filter({ has: this.page.getByText(name, { exact: true }) })
      .first();
    if (await tab.isVisible()) await tab.click();
    else if (file === name && (await row.isVisible())) await row.dblclick();
    else return this.quickOpen(file);
    await this.waitFile(name);
  }

  /** Opens a file of the workspace by typing its name and waits until its text is shown. */
  async quickOpen(file: string): Promise<void> {
    const name = file.split("/").at(-1) ?? file;
    await this.#pick(file, name);
    await this.waitFile(name);
  }

  /** Waits until a file is in the active editor and its text is shown. */
  async waitFile(name: string): Promise<void> {
    const tab = `.editor-group-container.active .tab.active[data-resource-name="${name}"]`;
    await this.page.locator(tab).waitFor({ timeout: patience });
    await this.editor().locator(".view-line").first().waitFor();
  }

  /** Closes the active editor; an editor group that is empty then goes too. */
  async closeEditor(): Promise<void> {
    const tabs = this.page.locator(".tabs-container .tab");
    const before = await tabs.count();
    await this.runCommand("View: Close Editor");
    await until("the editor to close", async () => (await tabs.count()) < before);
  }

  /** The active editor. */
  protected editor(): Locator {
    return this.page
      .locator(".editor-group-container.active .editor-instance .monaco-editor")
      .first();
  }

  /** The box of a line's number in the margin; `line` counts from 1 and must be on the screen. */
  async #lineBox(line: number): Promise<Box> {
    const number = this.editor()
      .locator(".margin-view-overlays .line-numbers")
      .filter({ hasText: new RegExp(`^${line}$`) });
    const box = await number.boundingBox({ timeout: patience });
    if (box === null) throw new Error(`Line ${line} is not on the screen.`);
    return box;
  }

  /** Puts the cursor at the start of a line of the active editor, scrolling there. */
  async goToLine(line: number): Promise<void> {
    const cursor = this.page.locator('[id="status.editor.selection"]');
    await this.repeat(
      `the cursor on line ${line}`,
      // Not the first row: at first there are those of what was typed before.
      () => this.#pick(`:${line}`, new RegExp(`line ${line}\\b`, "i")),
      async () => (await cursor.innerText()).startsWith(`Ln ${line},`),
    );
  }

  /** The box of a line's number once it rests: lenses that come late move the lines. */
  async #restingBox(line: number): Promise<Box> {
    let before = await this.#lineBox(line);
    return until(`line ${line} to rest`, async () => {
      await this.page.waitForTimeout(200);
      const box = await this.#lineBox(line);
      const rests = box.y === before.y;
      before = box;
      return rests ? box : undefined;
    });
  }

  /** Clicks into the gutter of a line and waits until the breakpoint there comes or goes. */
  async toggleBreakpoint(line: number): Promise<void> {
    const glyphs = this.editor().locator(".margin [class*='codicon-debug-breakpoint']");
    const before = await glyphs.count();
    const hasChanged = async () => (await glyphs.count()) !== before;
    // A click that a line has moved away from does nothing, and is made again.
    const click = async () => {
      const box = await this.#restingBox(line);
      await this.page.mouse.click(box.x - 10, box.y + box.height / 2);
    };
    await this.repeat(`a breakpoint on line ${line}`, click, hasChanged);
  }

  /** The text of the active editor's visible lines. */
  async editorText(): Promise<string> {
    const lines = await this.editor().locator(".view-line").all();
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
    const [first = ""] = text.split("\n");
    const replace = async () => {
      await this.editor().locator(".view-line").first().click();
      await this.page.keyboard.press("Control+a");
      await this.page.keyboard.insertText(text);
    };
    await this.repeat("the new text", replace, async () =>
      (await this.editorText()).startsWith(first),
    );
  }

  /** Replaces a line of the active editor by what a person types, from its first character on. */
  async replaceLine(line: number, text: string): Promise<void> {
    const type = async () => {
      await this.goToLine(line);
      for (const key of ["Home", "Shift+End"]) await this.page.keyboard.press(key);
      await this.page.keyboard.type(text);
      await this.page.keyboard.press("Escape");
    };
    const words = text.replace(/\s+/g, " ");
    await this.repeat(`"${words}" on line ${line}`, type, async () =>
      (await this.editorText())
        .replace(/[^\S\n]+/g, " ")
        .split("\n")
        .some((one) => one.trim() === words),
    );
  }

  /** Asks for completion at the cursor; returns the labels on the screen once one is among them. */
  async proposals(label: string): Promise<string[]> {
    let texts: string[] = [];
    const ask = async () => {
      // Where proposals are shown the keys would show what is known of the first one.
      if ((await this.#proposals().count()) === 0) await this.page.keyboard.press("Control+Space");
    };
    await this.repeat(`the proposal "${label}"`, ask, async () => {
      texts = await this.#proposals().allInnerTexts();
      return texts.includes(label);
    });
    return texts;
  }

  /** Takes a proposal that is shown. */
  async takeProposal(label: string): Promise<void> {
    const proposal = this.#proposals().getByText(label, { exact: true }).first();
    await this.repeat(
      `"${label}" to be taken`,
      () => proposal.click({ timeout: 3000 }),
      () => proposal.isHidden(),
    );
  }

  #proposals(): Locator {
    return this.page.locator(".suggest-widget.visible .monaco-list-row .label-name");
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

  /** Whether a text stands behind one of the active editor's lines that is not part of it. */
  async hasDecoration(text: string): Promise<boolean> {
    const contents = (await this.editor().evaluate(textsBehind)) as string[];
    return contents.some((content) => content.includes(text));
  }

  /** How many squiggles the active editor shows, of the severity. */
  async squiggles(severity: "error" | "warning" | "info" = "error"): Promise<number> {
    return this.editor().locator(`.squiggly-${severity}`).count();
  }

  /**
   * Rests the mouse on a word of the editor, the first such word on the screen or in a line (from
   * 1) that is; returns the text of the hover.
   */
  async hover(word: string, line?: number): Promise<string> {
    const shown = this.page.locator(".monaco-hover-content:visible, .debug-hover-widget:visible");
    return until(`a hover over "${word}"`, async () => {
      const { x, y } = await this.#placeOf(word, line);
      await this.page.mouse.move(5, 5);
      await this.page.mouse.move(x, y, { steps: 3 });
      await shown.first().waitFor({ timeout: 5000 });
      await this.page.waitForTimeout(300);
      return (await shown.allInnerTexts()).join("\n").trim() || undefined;
    });
  }

  /** The middle of a word in the editor, in the page's coordinates. */
  async #placeOf(word: string, line?: number): Promise<{ x: number; y: number }> {
    const top = line === undefined ? undefined : (await this.#lineBox(line)).y;
    const places = (await this.editor().evaluate(placesOfWord, word)) as Place[];
    const place = places.find(
      ({ y, height }) => top === undefined || Math.abs(y - top) < height / 2,
    );
    if (place === undefined) throw new Error(`"${word}" is not on the screen`);
    return { x: place.x + place.width / 2, y: place.y + place.height / 2 };
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
    const terminal = this.page.locator(".terminal-wrapper.active .xterm");
    await this.repeat(
      "the terminal to take keys",
      () => terminal.click({ timeout: 3000 }),
      async () => ((await terminal.getAttribute("class")) ?? "").split(" ").includes("focus"),
    );
    for (const [index, line] of text.split("\n").entries()) {
      if (index > 0) await this.page.keyboard.press("Enter");
      await this.page.keyboard.type(line);
    }
  }
}

interface Place {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Runs in the page: the texts that decorations put behind others in an editor. */
const textsBehind = new Function(
  "editor",
  `
  const all = [...editor.querySelectorAll(".view-line span")];
  return all.map((span) => getComputedStyle(span, "::after").content);
`,
) as (editor: unknown) => string[];

/** Runs in the page: where a whole word stands in the lines of an editor, from the top. */
const placesOfWord = new Function(
  "editor",
  "word",
  `
  const places = [];
  for (const line of editor.querySelectorAll(".view-line")) {
    const texts = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text !== null; text = texts.nextNode()) {
      const words = text.data.matchAll(/[\\w.]+/g);
      for (const { 0: found, index } of words) {
        if (found !== word) continue;
        const range = document.createRange();
        range.setStart(text, index);
        range.setEnd(text, index + word.length);
        const { x, y, width, height } = range.getBoundingClientRect();
        places.push({ x, y, width, height });
      }
    }
  }
  return places.sort((one, other) => one.y - other.y || one.x - other.x);
`,
) as (editor: unknown, word: string) => Place[];
