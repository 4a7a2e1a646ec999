/** What both entries do: the language client, the debugger, terminals, tasks, commands, status. */
import type { DebugAdapter, ExtensionContext } from "vscode";
import { registerBranches } from "./branches.ts";
import { registerBuild } from "./build.ts";
import { registerCommands } from "./commands.ts";
import { createDebugAdapter, registerDebugAdapter } from "./debug-adapter.ts";
import { registerDebugConfigurations } from "./debug-configurations.ts";
import { registerDecorations } from "./decorations.ts";
import { startLanguageClient } from "./language-client.ts";
import { registerPlaces } from "./places.ts";
import type { Platform } from "./platform.ts";
import { registerRecordings } from "./recordings.ts";
import { registerStatus } from "./status.ts";
import { registerTasks } from "./tasks.ts";
import { ProgramTerminals } from "./terminals.ts";
import { registerTimeline } from "./timeline-view.ts";
import { registerTravelCommands } from "./travel-commands.ts";
import { Travels } from "./travels.ts";

/** What other extensions get as the `exports` of this one. */
export interface ExtensionInterface {
  /**
   * Starts a debug adapter, just as a session of VS Code's debugger has it: in a worker of its own,
   * with the workspace's files. It takes and gives messages of the debug adapter protocol.
   */
  createDebugAdapter(): DebugAdapter;
}

/** Activates the extension on a platform; what it registers is disposed of with the context. */
export async function activateWith(
  context: ExtensionContext,
  platform: Platform,
): Promise<ExtensionInterface> {
  const travels = new Travels();
  const terminals = new ProgramTerminals(travels);
  context.subscriptions.push(
    travels,
    terminals,
    registerDebugAdapter(platform, terminals),
    registerDebugConfigurations(),
    registerStatus(travels),
    registerTravelCommands(travels),
    registerTimeline(travels, context),
    registerDecorations(travels),
    registerRecordings(travels),
    registerBranches(travels),
    registerCommands(),
    registerPlaces(),
  );
  const client = await startLanguageClient(context, platform);
  context.subscriptions.push(registerTasks(client), registerBuild(client));
  return { createDebugAdapter: () => createDebugAdapter(platform) };
}
