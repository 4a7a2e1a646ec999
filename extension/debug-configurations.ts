/**
 * Launch configurations: what F5 means without a launch.json, which ones are offered, and how
 * paths become what the adapter reads in each extension host.
 */
import {
  type CancellationToken,
  type DebugConfiguration,
  DebugConfigurationProviderTriggerKind,
  type Disposable,
  debug,
  Uri,
  Disposable as VSDisposable,
  type WorkspaceFolder,
  window,
  workspace,
} from "vscode";
import { macrosOf } from "../assembler/header.ts";
import { assemblyInFront, isAssembly, sourceToRun } from "./documents.ts";

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** A configuration that launches the file of the URI. */
export function configurationFor(uri: Uri): DebugConfiguration {
  return {
    type: "hartbeat",
    request: "launch",
    name: baseName(uri.path),
    program: uri.scheme === "file" ? uri.fsPath : uri.toString(true),
  };
}

async function complete(
  folder: WorkspaceFolder | undefined,
  configuration: DebugConfiguration,
): Promise<DebugConfiguration | undefined> {
  if (!configuration.type && !configuration.request) {
    const uri = await sourceToRun();
    return uri === undefined ? undefined : { ...configuration, ...configurationFor(uri) };
  }
  if (configuration["program"] === undefined && configuration["recording"] === undefined) {
    const uri = await askForProgram(folder);
    if (uri === undefined) return undefined;
    return { ...configuration, program: configurationFor(uri)["program"] };
  }
  return configuration;
}

async function askForProgram(folder: WorkspaceFolder | undefined): Promise<Uri | undefined> {
  const inFront = assemblyInFront();
  if (inFront !== undefined) return sourceToRun(inFront);
  const picked = await window.showOpenDialog({
    canSelectMany: false,
    title: "Choose the assembly file or ELF program to run",
    ...(folder === undefined ? {} : { defaultUri: folder.uri }),
  });
  return picked?.[0];
}

/**
 * In the browser `${file}` and `${workspaceFolder}` stand for paths without a scheme, so a path is
 * made a URI of the folder's file system; on the desktop it stays a path, made absolute.
 */
export function resolvePath(folder: WorkspaceFolder | undefined, path: string): string {
  if (/^[a-z][a-z0-9+.-]+:/i.test(path) && !/^[a-z]:[\\/]/i.test(path)) return path;
  const root = folder?.uri ?? workspace.workspaceFolders?.[0]?.uri;
  const isAbsolute = path.startsWith("/") || /^[a-z]:[\\/]/i.test(path);
  if (root === undefined) return path;
  if (root.scheme === "file" && isAbsolute) return path;
  const uri = isAbsolute ? root.with({ path }) : Uri.joinPath(root, path);
  return uri.scheme === "file" ? uri.fsPath : uri.toString(true);
}

function resolvePaths(
  folder: WorkspaceFolder | undefined,
  configuration: DebugConfiguration,
): DebugConfiguration {
  const resolved: DebugConfiguration = { ...configuration };
  for (const attribute of ["program", "recording", "cwd"]) {
    const value: unknown = configuration[attribute];
    if (typeof value === "string" && value !== "") resolved[attribute] = resolvePath(folder, value);
  }
  const sources: unknown = configuration["sources"];
  if (Array.isArray(sources)) {
    resolved["sources"] = sources.map((source: unknown) =>
      typeof source === "string" ? resolvePath(folder, source) : source,
    );
  }
  const mounts: unknown = configuration["mounts"];
  if (typeof mounts === "object" && mounts !== null && !Array.isArray(mounts)) {
    const entries = Object.entries(mounts).map(([path, mounted]) => [
      path,
      typeof mounted === "string" ? resolvePath(folder, mounted) : mounted,
    ]);
    resolved["mounts"] = Object.fromEntries(entries);
  }
  // The guest sees the workspace folder, or the program's own folder where there is none.
  if (resolved["cwd"] === undefined && folder !== undefined) {
    resolved["cwd"] = folder.uri.scheme === "file" ? folder.uri.fsPath : folder.uri.toString(true);
  }
  return withSettings(folder, resolved);
}

/** Settings give what neither the configuration nor the file's own header says. */
function withSettings(
  folder: WorkspaceFolder | undefined,
  configuration: DebugConfiguration,
): DebugConfiguration {
  const settings = workspace.getConfiguration("hartbeat", folder?.uri);
  const define = settings.get<string[]>("define") ?? [];
  const include = settings.get<string[]>("include") ?? [];
  const forcedInclude = settings.get<string[]>("forcedInclude") ?? [];
  const resolve = (path: string) => resolvePath(folder, path);
  return {
    ...(define.length > 0 ? { define: macrosOf(define) } : {}),
    ...(include.length > 0 ? { include: include.map(resolve) } : {}),
    ...(forcedInclude.length > 0 ? { forcedInclude: forcedInclude.map(resolve) } : {}),
    // The program talks in its terminal, so the debug console need not open by itself.
    internalConsoleOptions: "neverOpen",
    radix: settings.get<string>("radix"),
    stepIntoMacros: settings.get<boolean>("stepIntoMacros"),
    stepIntoPseudoInstructions: settings.get<boolean>("stepIntoPseudoInstructions"),
    ...configuration,
    defaults: {
      march: settings.get<string>("march"),
      environment: settings.get<string>("environment"),
      dialect: settings.get<string>("dialect"),
    },
  };
}

/** Saves what is edited, so that what runs is what is seen. */
async function saveSources(): Promise<void> {
  await workspace.saveAll(false);
}

async function offered(folder: WorkspaceFolder | undefined): Promise<DebugConfiguration[]> {
  const document = window.activeTextEditor?.document;
  const first =
    document !== undefined && isAssembly(document.languageId, document.uri.path)
      ? [configurationFor(document.uri)]
      : [];
  const files = await workspace.findFiles("**/*.{s,S}", "**/node_modules/**", 50);
  const inFolder = files.filter(
    (file) => folder === undefined || workspace.getWorkspaceFolder(file) === folder,
  );
  const rest = inFolder
    .filter((file) => file.toString() !== document?.uri.toString())
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map(configurationFor);
  return [...first, ...rest];
}

/** Registers the providers of launch configurations. */
export function registerDebugConfigurations(): Disposable {
  return VSDisposable.from(
    debug.registerDebugConfigurationProvider("hartbeat", {
      resolveDebugConfiguration: (folder, configuration) => complete(folder, configuration),
      resolveDebugConfigurationWithSubstitutedVariables: async (
        folder,
        configuration,
        _token?: CancellationToken,
      ) => {
        await saveSources();
        return resolvePaths(folder, configuration);
      },
    }),
    debug.registerDebugConfigurationProvider(
      "hartbeat",
      { provideDebugConfigurations: (folder) => offered(folder) },
      DebugConfigurationProviderTriggerKind.Dynamic,
    ),
  );
}
