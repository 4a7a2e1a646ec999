/**
 * Pictures of what a person sees first: `npm run screenshots` drives the workbench through ten
 * features of the language server and the debugger and leaves a picture of each in out/screenshots,
 * those of README.md in docs/images, too. `--theme NAME` chooses another colour theme and leaves
 * docs/images alone; further words choose pictures by name.
 */
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { argv } from "node:process";
import { parseArgs } from "node:util";
import { launchChromium } from "./chromium.ts";
import { projectRoot } from "./host.ts";
import { open } from "./opening.ts";
import { until } from "./waiting.ts";
import type { Workbench } from "./workbench.ts";

/** Those that README.md shows, and how large a file of docs/images may be. */
const published = ["debugging", "time-travel", "timeline"];
const largest = 150_000;

/** A picture: the file that is opened first, and what a person does until it shows what it should. */
interface Picture {
  readonly file: string;
  readonly draw: (workbench: Workbench) => Promise<void>;
}

/** A function with mistakes that only following its registers and its stack tells. */
const faulty = `        .text
        .globl  total
        .type   total, @function
# total(a0 = numbers, a1 = how many)
total:
        addi    sp, sp, -16
        sd      ra, 8(sp)
        li      s0, 0
next:   lw      t0, 0(a0)
        add     s0, s0, t0
        addi    a0, a0, 4
        addi    a1, a1, -1
        bnez    a1, next
        mv      a0, s0
        ld      ra, 8(sp)
        ret
        .size   total, . - total
`;

const register = async (workbench: Workbench, name: string): Promise<void> => {
  await workbench.variable(name);
  await workbench.variable("zero");
};

/** Debugs the open file as far as a line, with the views of a debugger open. */
async function debugTo(workbench: Workbench, line: number, turns = 0): Promise<void> {
  await workbench.toggleBreakpoint(line);
  await workbench.startDebugging();
  await workbench.waitStopped();
  for (let turn = 0; turn < turns; turn++) await workbench.continueToStop(line);
  await workbench.showRunAndDebug();
  await workbench.expand("Integer");
  await workbench.closeSection("Watch");
}

const timeline = async (workbench: Workbench) => (await workbench.webview("#bar")).locator("#bar");

/** Waits until all of the run was looked at. */
async function seen(workbench: Workbench, text: RegExp): Promise<void> {
  const bar = await timeline(workbench);
  await until("the marks", async () => text.test((await bar.getAttribute("aria-valuetext")) ?? ""));
}

const pictures: Readonly<Record<string, Picture>> = {
  hover: {
    file: "sort.s",
    draw: async (workbench) => void (await workbench.hover("addi", 24)),
  },
  completion: {
    file: "hello.s",
    draw: async (workbench) => {
      await workbench.goToLine(18);
      await workbench.page.keyboard.press("End");
      await workbench.page.keyboard.type("\nadd     a0, a1, ");
      await workbench.proposals("a0");
    },
  },
  problems: {
    file: "total.s",
    draw: async (workbench) => {
      await until("the findings", async () => (await workbench.squiggles("warning")) >= 1);
      await workbench.problems();
      await workbench.goToLine(16);
      for (const key of ["Home", "Control+."]) await workbench.page.keyboard.press(key);
      await workbench.page.getByText("Quick Fix", { exact: true }).first().waitFor();
    },
  },
  references: {
    file: "recursion.s",
    draw: async (workbench) => {
      await workbench.goToLine(33);
      for (const key of ["End", "ArrowLeft", "Shift+F12"]) await workbench.page.keyboard.press(key);
      await workbench.page.locator(".reference-zone-widget .monaco-list-row").first().waitFor();
    },
  },
  debugging: {
    file: "recursion.s",
    draw: async (workbench) => {
      await debugTo(workbench, 33, 4);
      await workbench.closeSection("Breakpoints");
      // The room that this leaves goes to the registers.
      const { mouse } = workbench.page;
      await mouse.move(200, 213);
      await mouse.down();
      await mouse.move(200, 540, { steps: 5 });
      await mouse.up();
      await workbench.waitTerminal("A to B");
      await register(workbench, "a0");
    },
  },
  "time-travel": {
    file: "corrupted.s",
    draw: async (workbench) => {
      await debugTo(workbench, 21);
      await workbench.stepOver(22);
      await workbench.closeSection("Breakpoints");
      await workbench.runCommand("Hartbeat: Mark Writes in Timeline");
      await workbench.answer("Mark Writes", "answer");
      await workbench.runCommand("Hartbeat: Find Last Write");
      await workbench.answer("Last Write", "answer");
      await seen(workbench, /answer = 16/);
      await until("the decorations", () => workbench.hasDecoration("t0 9 → 16"));
    },
  },
  "stepping-back": {
    file: "corrupted.s",
    draw: async (workbench) => {
      await debugTo(workbench, 21);
      await workbench.closeSection("Breakpoints");
      await workbench.openFile("corrupted.s");
      const progress = workbench.page.locator('[id$="hartbeat.progress"]');
      await workbench.runCommand("Hartbeat: Find Last Write");
      await workbench.answer("Last Write", "s0");
      await until("the loop", async () => /of/.test(await progress.innerText()));
      await workbench.openFile("corrupted.s");
      for (const _ of [1, 2, 3]) {
        const before = await progress.innerText();
        await workbench.page.keyboard.press("Alt+F10");
        await until("a step", async () => (await progress.innerText()) !== before);
      }
      await until("the decorations", () => workbench.hasDecoration("→"));
    },
  },
  timeline: {
    file: "recursion.s",
    draw: async (workbench) => {
      await debugTo(workbench, 33, 7);
      for (const title of ["Variables", "Call Stack", "Breakpoints"])
        await workbench.closeSection(title);
      await workbench.runCommand("Hartbeat: Mark Writes in Timeline");
      await workbench.answer("Mark Writes", "text");
      await seen(workbench, /breakpoint/);
      await workbench.runCommand("Hartbeat: Bookmark This Point");
      await workbench.debugButton("reverse-continue");
      await workbench.waitTerminal("in the past");
      await seen(workbench, /breakpoint/);
      await workbench.page.waitForTimeout(500);
    },
  },
  memory: {
    file: "strings.s",
    draw: async (workbench) => {
      await workbench.startDebugging();
      await workbench.waitStopped();
      await workbench.showRunAndDebug();
      await workbench.expand("Integer");
      await workbench.openMemory("sp");
    },
  },
  disassembly: {
    file: "sort.s",
    draw: async (workbench) => {
      await workbench.startDebugging();
      await workbench.waitStopped();
      await workbench.openDisassembly();
    },
  },
};

/** A workspace with the examples and the programs of the pictures. */
async function workspace(theme: string | undefined): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "hartbeat-pictures-"));
  for (const from of ["examples", "test/e2e/time-travel"]) {
    for (const name of await readdir(join(projectRoot, from)))
      if (name.endsWith(".s")) await copyFile(join(projectRoot, from, name), join(folder, name));
  }
  await writeFile(join(folder, "total.s"), faulty);
  await mkdir(join(folder, ".vscode"));
  const settings = {
    "editor.minimap.enabled": false,
    ...(theme === undefined ? {} : { "workbench.colorTheme": theme }),
  };
  await writeFile(join(folder, ".vscode/settings.json"), JSON.stringify(settings));
  return folder;
}

/** Copies a picture to where README.md has it; throws where it is too large. */
async function publish(name: string, file: string): Promise<void> {
  const { size } = await stat(file);
  if (size > largest) throw new Error(`${name} has ${size} bytes: make the page smaller.`);
  await copyFile(file, join(projectRoot, "docs/images", `${name}.png`));
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    args: argv.slice(2),
    options: { theme: { type: "string" } },
    allowPositionals: true,
  });
  const unknown = positionals.filter((name) => !Object.hasOwn(pictures, name));
  if (unknown.length > 0)
    throw new Error(`There is no ${unknown[0]}; choose of ${Object.keys(pictures).join(", ")}.`);
  const names = positionals.length > 0 ? positionals : Object.keys(pictures);
  const browser = await launchChromium();
  const folder = await workspace(values.theme);
  try {
    for (const name of names) {
      const { file, draw } = pictures[name] as Picture;
      const workbench = await open(browser, { folder, size: { width: 1200, height: 810 } });
      try {
        await workbench.openFile(file);
        await draw(workbench);
        const isPointed = name === "hover";
        if (!isPointed) await workbench.page.mouse.move(600, 800);
        await workbench.page.waitForTimeout(700);
        const picture = await workbench.screenshot(name);
        console.log(`${picture}  ${(await readFile(picture)).length} bytes`);
        if (values.theme === undefined && published.includes(name)) await publish(name, picture);
      } catch (error) {
        await workbench.screenshot(`failed-${name}`);
        throw error;
      } finally {
        await workbench.close();
      }
    }
  } finally {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  }
}

await main();
