/**
 * The browser of the end-to-end tests: the system's Chromium or Chrome, else the headless one of the
 * npm package @sparticuz/chromium, unpacked once into node_modules/.cache/chromium. That package is
 * made for a cloud function: it asks where it runs, brings its own libraries, and has a font
 * configuration with a fixed path, which is written anew with the fonts of dejavu-fonts-ttf.
 */
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { findTool } from "../tools.ts";

const projectRoot = join(import.meta.dirname, "../..");
const cache = join(projectRoot, "node_modules/.cache/chromium");

const programs = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const fixedPaths = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
];

/** No network of its own, no sandbox (containers lack it), no graphics card. */
const switches = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-default-apps",
  "--metrics-recording-only",
  "--disable-dev-shm-usage",
];

interface Program {
  path: string;
  environment: Record<string, string>;
}

function systemChromium(): Program | undefined {
  const named = process.env["HARTBEAT_CHROMIUM"];
  const found = [named, ...programs.map(findTool), ...fixedPaths];
  const path = found.find((one) => one !== undefined && existsSync(one));
  return path === undefined ? undefined : { path, environment: {} };
}

/** Unpacks the npm package's browser; it writes below TMPDIR, which is set for that alone. */
async function packagedChromium(): Promise<Program> {
  await mkdir(cache, { recursive: true });
  const outer = { TMPDIR: process.env["TMPDIR"], kind: process.env["AWS_EXECUTION_ENV"] };
  process.env["TMPDIR"] = cache;
  process.env["AWS_EXECUTION_ENV"] = "AWS_Lambda_nodejs20.x";
  try {
    const { default: packaged } = await import("@sparticuz/chromium");
    const path = await packaged.executablePath();
    await writeFile(join(cache, "fonts/fonts.conf"), fontConfiguration());
    const libraries = join(cache, "al2023/lib");
    const environment = { LD_LIBRARY_PATH: libraries, FONTCONFIG_PATH: join(cache, "fonts") };
    return { path, environment };
  } finally {
    restore("TMPDIR", outer.TMPDIR);
    restore("AWS_EXECUTION_ENV", outer.kind);
  }
}

function restore(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}

function fontConfiguration(): string {
  const alias = (family: string, font: string): string =>
    `<alias><family>${family}</family><prefer><family>${font}</family></prefer></alias>`;
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${join(cache, "fonts")}</dir>
  <dir>${join(projectRoot, "node_modules/dejavu-fonts-ttf/ttf")}</dir>
  <cachedir>${join(cache, "font-cache")}</cachedir>
  ${alias("monospace", "DejaVu Sans Mono")}
  ${alias("sans-serif", "DejaVu Sans")}
</fontconfig>
`;
}

/** Starts the browser. Throws with the reason where there is none for this platform. */
export async function launchChromium(): Promise<Browser> {
  const isPackaged = process.platform === "linux" && process.arch === "x64";
  const program = systemChromium() ?? (isPackaged ? await packagedChromium() : undefined);
  if (program === undefined)
    throw new Error("No Chromium or Chrome was found; name one in HARTBEAT_CHROMIUM.");
  return chromium.launch({
    executablePath: program.path,
    headless: true,
    args: switches,
    env: { ...definedEnvironment(), ...program.environment },
  });
}

function definedEnvironment(): Record<string, string> {
  const entries = Object.entries(process.env).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Record<string, string>;
}
