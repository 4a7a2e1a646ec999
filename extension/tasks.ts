/**
 * The task "hartbeat": assembles and links a program into an ELF file beside its source, and prints
 * the diagnostics in the form that the problem matcher reads.
 */
import {
  CustomExecution,
  type Disposable,
  EventEmitter,
  type Pseudoterminal,
  Task,
  type TaskDefinition,
  TaskGroup,
  TaskScope,
  tasks,
  window,
  workspace,
} from "vscode";
import type { BaseLanguageClient } from "vscode-languageclient";
import { buildExecutable, builtText } from "./build.ts";
import { toUri } from "./places.ts";

interface BuildTaskDefinition extends TaskDefinition {
  /** The source, absolute or relative to the workspace folder. */
  readonly file: string;
  /** Where the ELF file goes; the source's name without its ending by default. */
  readonly output?: string;
}

class BuildTerminal implements Pseudoterminal {
  readonly #written = new EventEmitter<string>();
  readonly onDidWrite = this.#written.event;
  readonly #closed = new EventEmitter<number>();
  readonly onDidClose = this.#closed.event;
  readonly #client: BaseLanguageClient;
  readonly #definition: BuildTaskDefinition;

  constructor(client: BaseLanguageClient, definition: BuildTaskDefinition) {
    this.#client = client;
    this.#definition = definition;
  }

  open(): void {
    this.#build().then(
      (code) => this.#closed.fire(code),
      (error: unknown) => {
        this.#print(
          `The build could not be done: ${error instanceof Error ? error.message : error}`,
        );
        this.#closed.fire(1);
      },
    );
  }

  close(): void {}

  #print(line: string): void {
    this.#written.fire(`${line}\r\n`);
  }

  async #build(): Promise<number> {
    const { file, output } = this.#definition;
    const { messages, executable } = await buildExecutable(
      this.#client,
      toUri(file),
      output === undefined ? undefined : toUri(output),
    );
    for (const message of messages) this.#print(message);
    if (executable === undefined) return 1;
    this.#print(builtText(executable));
    return 0;
  }
}

function buildTask(client: BaseLanguageClient, definition: BuildTaskDefinition): Task {
  const name = `build ${definition.file.slice(definition.file.lastIndexOf("/") + 1)}`;
  const task = new Task(
    definition,
    TaskScope.Workspace,
    name,
    "hartbeat",
    new CustomExecution(
      async (resolved) => new BuildTerminal(client, resolved as BuildTaskDefinition),
    ),
    "$hartbeat",
  );
  task.group = TaskGroup.Build;
  return task;
}

/** Offers a build task for the active file, and completes those of tasks.json. */
export function registerTasks(client: BaseLanguageClient): Disposable {
  return tasks.registerTaskProvider("hartbeat", {
    provideTasks: () => {
      const document = window.activeTextEditor?.document;
      if (document?.languageId !== "riscv") return [];
      const file = workspace.asRelativePath(document.uri, false);
      return [buildTask(client, { type: "hartbeat", file })];
    },
    resolveTask: (task) => {
      const definition = task.definition as BuildTaskDefinition;
      return typeof definition.file === "string" ? buildTask(client, definition) : undefined;
    },
  });
}
