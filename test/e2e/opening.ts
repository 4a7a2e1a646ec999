/** Opens workbenches for tests, all in one browser a process. */
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { launchChromium } from "./chromium.ts";
import { startPatience } from "./editor-page.ts";
import { examples, type HostOptions, startHost } from "./host.ts";
import { patience } from "./waiting.ts";
import { Workbench } from "./workbench.ts";

let browser: Promise<Browser> | undefined;

/** Workbenches that suites have left tidy, for the next ones with the same folder. */
const idle = new Map<string, Workbench>();

/** Closes the browser of this process, if one was started, and the workbench that is left. */
export async function closeBrowser(): Promise<void> {
  await closeIdle();
  const open = browser;
  browser = undefined;
  await (await open?.catch(() => undefined))?.close();
}

async function closeIdle(): Promise<void> {
  const left = [...idle.values()];
  idle.clear();
  for (const workbench of left) await workbench.close();
}

export interface WorkbenchOptions extends HostOptions {
  /** The size of the page in CSS pixels; 1440 by 900 by default. */
  size?: { width: number; height: number };
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
  return open(await browser, options);
}

export interface SuiteOptions {
  /** As in {@link HostOptions}. */
  folder?: string;
  /** The files that the suite changes, which are what they were afterwards. */
  edits?: readonly string[];
  /** Whether the suite is about how a workbench starts, so that it takes over none. */
  isFresh?: boolean;
}

/**
 * A workbench for one suite. One that a suite before has left with the same folder is taken over,
 * since a workbench takes long to start. After a
 * test that failed, a screenshot is left under the test's name, and the rest of the suite is
 * skipped: its tests go on from where the failed one should have left the workbench.
 */
export function useWorkbench(options: SuiteOptions = {}): () => Workbench {
  const folder = options.folder ?? examples;
  let workbench: Workbench | undefined;
  let failed: string | undefined;
  beforeEach(function () {
    if (failed === undefined) return;
    console.log(`      skipped, since "${failed}" failed: ${this.currentTest?.title}`);
    this.skip();
  });
  before(async function () {
    this.timeout(2 * startPatience + patience);
    if (options.isFresh !== true) {
      workbench = idle.get(folder);
      idle.delete(folder);
    }
    workbench ??= await openWorkbench(this, { folder });
  });
  afterEach(async function () {
    const test = this.currentTest;
    if (test?.state !== "failed" || workbench === undefined) return;
    failed = test.title;
    const name = test.fullTitle().replace(/[^a-z0-9]+/gi, "-");
    await workbench.screenshot(`failed-${name}`);
    console.log(workbench.recentMessages());
  });
  after(async function () {
    this.timeout(3 * patience);
    if (workbench === undefined) return;
    if (failed !== undefined || options.isFresh === true) return await workbench.close();
    for (const file of options.edits ?? [])
      await copyFile(join(folder, file), join(workbench.host.folder, file));
    try {
      await workbench.tidy();
      idle.set(folder, workbench);
    } catch (error) {
      console.log(`      closed, since it could not be tidied: ${error}`);
      await workbench.close();
    }
  });
  return () => {
    if (workbench === undefined) throw new Error("The workbench has not been opened yet.");
    return workbench;
  };
}

/** Starts a host and a page, and waits until the workbench shows its files. */
export async function open(browser: Browser, options: WorkbenchOptions): Promise<Workbench> {
  const host = await startHost(options);
  try {
    const context = await browser.newContext({
      viewport: options.size ?? { width: 1440, height: 900 },
    });
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
