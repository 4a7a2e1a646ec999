/** Opens workbenches for tests, all in one browser a process. */
import type { Browser } from "playwright-core";
import { launchChromium } from "./chromium.ts";
import { startPatience } from "./editor-page.ts";
import { type HostOptions, startHost } from "./host.ts";
import { patience } from "./waiting.ts";
import { Workbench } from "./workbench.ts";

let browser: Promise<Browser> | undefined;

/** A workbench that a suite has left tidy, for the next one with the same folder. */
let idle: { readonly folder: string | undefined; readonly workbench: Workbench } | undefined;

/** Closes the browser of this process, if one was started, and the workbench that is left. */
export async function closeBrowser(): Promise<void> {
  await closeIdle();
  const open = browser;
  browser = undefined;
  await (await open?.catch(() => undefined))?.close();
}

async function closeIdle(): Promise<void> {
  const left = idle;
  idle = undefined;
  await left?.workbench.close();
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
  /** The folder that is copied; `examples` of the project where it is absent. */
  folder?: string;
  /** Whether the suite changes files or leaves editors that would ask when they are closed. */
  edits?: boolean;
  /** Whether the suite is about how a workbench starts, so that it takes over none. */
  isFresh?: boolean;
}

/**
 * A workbench for one suite. One that the suite before has left with the same folder is taken over,
 * since a workbench takes long to start; a suite that edits leaves none. After a
 * test that failed, a screenshot is left under the test's name, and the rest of the suite is
 * skipped: its tests go on from where the failed one should have left the workbench.
 */
export function useWorkbench(options: SuiteOptions = {}): () => Workbench {
  let workbench: Workbench | undefined;
  let failed: string | undefined;
  beforeEach(function () {
    if (failed === undefined) return;
    console.log(`      skipped, since "${failed}" failed: ${this.currentTest?.title}`);
    this.skip();
  });
  before(async function () {
    this.timeout(2 * startPatience + patience);
    if (options.isFresh !== true && idle !== undefined && idle.folder === options.folder) {
      ({ workbench } = idle);
      idle = undefined;
      return;
    }
    await closeIdle();
    const { folder } = options;
    workbench = await openWorkbench(this, folder === undefined ? {} : { folder });
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
    this.timeout(2 * patience);
    if (workbench === undefined) return;
    if (failed !== undefined || options.edits === true) return await workbench.close();
    await workbench.tidy();
    idle = { folder: options.folder, workbench };
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
