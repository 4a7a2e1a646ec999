/** The commands of the palette, the editor's title bar and the debug views. */
import {
  ConfigurationTarget,
  commands,
  type Disposable,
  debug,
  Location,
  Position,
  Range,
  Uri,
  Disposable as VSDisposable,
  window,
  workspace,
} from "vscode";
import { configurationFor } from "./debug-configurations.ts";
import { sourceToRun } from "./documents.ts";

/** How register values are shown; the names are those of the adapter's `hartbeat/setRadix`. */
const radixes = [
  {
    label: "Automatic",
    radix: "auto",
    example: "registers and addresses in hexadecimal, the rest in decimal",
  },
  { label: "Hexadecimal", radix: "hex", example: "0x000000000000002a" },
  { label: "Decimal", radix: "decimal", example: "42, negative where the sign bit is set" },
  { label: "Unsigned decimal", radix: "unsigned", example: "42, never negative" },
  { label: "Octal", radix: "octal", example: "052" },
  { label: "Binary", radix: "binary", example: "0b101010" },
  { label: "Character", radix: "char", example: "'*'" },
] as const;

/** `resource` is a string where a code lens asks; `test` is the function that it stands above. */
async function start(
  resource: Uri | string | undefined,
  noDebug: boolean,
  test?: unknown,
): Promise<void> {
  const uri = await sourceToRun(typeof resource === "string" ? Uri.parse(resource) : resource);
  if (uri === undefined) return;
  const folder = workspace.getWorkspaceFolder(uri);
  const only = typeof test === "string" ? { test } : {};
  await debug.startDebugging(folder, { ...configurationFor(uri), ...only }, { noDebug });
}

async function setRadix(): Promise<void> {
  const session = debug.activeDebugSession;
  if (session?.type !== "hartbeat") {
    window.showInformationMessage("Start a program with F5, then choose how its values are shown.");
    return;
  }
  const picked = await window.showQuickPick(
    radixes.map(({ label, radix, example }) => ({ label, radix, description: example })),
    { title: "Show register values as" },
  );
  if (picked !== undefined)
    await session.customRequest("hartbeat/setRadix", { radix: picked.radix });
}

/** A place as the protocol writes it. */
interface ProtocolPlace {
  readonly uri: string;
  readonly range: { readonly start: ProtocolPosition; readonly end: ProtocolPosition };
}

interface ProtocolPosition {
  readonly line: number;
  readonly character: number;
}

/** Shows the references that a code lens counted. */
async function showReferences(
  uri: string,
  at: ProtocolPosition,
  places: readonly ProtocolPlace[],
): Promise<void> {
  const position = ({ line, character }: ProtocolPosition) => new Position(line, character);
  const locations = places.map(
    ({ uri: file, range }) =>
      new Location(Uri.parse(file), new Range(position(range.start), position(range.end))),
  );
  const command = "editor.action.showReferences";
  await commands.executeCommand(command, Uri.parse(uri), position(at), locations);
}

/** Looks for included files in one more folder, given as seen from the workspace folder of a file. */
async function addIncludeFolder(uri: string, folder: string): Promise<void> {
  const within = workspace.getWorkspaceFolder(Uri.parse(uri));
  const settings = workspace.getConfiguration("hartbeat", within?.uri);
  const known = settings.get<string[]>("include") ?? [];
  const hasOthers = (workspace.workspaceFolders?.length ?? 0) > 1;
  const target = hasOthers ? ConfigurationTarget.WorkspaceFolder : ConfigurationTarget.Workspace;
  if (!known.includes(folder)) await settings.update("include", [...known, folder], target);
}

/** Registers every command that package.json contributes, and those of fixes. */
export function registerCommands(): Disposable {
  return VSDisposable.from(
    commands.registerCommand("hartbeat.debugFile", (uri?: Uri | string, test?: unknown) =>
      start(uri, false, test),
    ),
    commands.registerCommand("hartbeat.runFile", (uri?: Uri | string, test?: unknown) =>
      start(uri, true, test),
    ),
    commands.registerCommand("hartbeat.setRadix", setRadix),
    commands.registerCommand("hartbeat.showReferences", showReferences),
    commands.registerCommand("hartbeat.addIncludeFolder", addIncludeFolder),
  );
}
