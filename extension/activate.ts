/** What both entries do: the language client, the debugger, terminals, tasks, commands, status. */
import type { ExtensionContext } from "vscode";
import { registerCommands } from "./commands.ts";
import { registerDebugAdapter } from "./debug-adapter.ts";
import { registerDebugConfigurations } from "./debug-configurations.ts";
import { startLanguageClient } from "./language-client.ts";
import type { Platform } from "./platform.ts";
import { registerStatus } from "./status.ts";
import { registerTasks } from "./tasks.ts";
import { ProgramTerminals } from "./terminals.ts";

/** Activates the extension on a platform; what it registers is disposed of with the context. */
export async function activateWith(context: ExtensionContext, platform: Platform): Promise<void> {
  const terminals = new ProgramTerminals();
  context.subscriptions.push(
    terminals,
    registerDebugAdapter(platform, terminals),
    registerDebugConfigurations(),
    registerStatus(),
    registerCommands(),
  );
  const client = await startLanguageClient(context, platform);
  context.subscriptions.push(registerTasks(client));
}
