/**
 * The task "hartbeat": assembles and links a program into an ELF file beside its source. The
 * language server does the work (it has the assembler in it); the task prints the diagnostics in
 * the form that the problem matcher reads and writes the file.
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
import { toUri } from "./places.ts";

interface BuildTaskDefinition extends TaskDefinition {
  /** The source, absolute or relative to the workspace folder. */
  readonly file: string;
  /** Where the ELF file goes; the source's name without its ending by default. */
  readonly output?: string;
}

/** What the server answers to `hartbeat/build`. */
interface BuildResult {
  /** Lines like `hello.s:3:5: error: …`. */
  readonly messages: readonly string[];
  /** The ELF file in base64, where there was no error. */
  readonly image?: string;
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
    const source = toUri(this.#definition.file);
    const result = await this.#client.sendRequest<BuildResult>("hartbeat/build", {
      uri: source.toString(),
    });
    for (const message of result.messages) this.#print(message);
    if (result.image === undefined) return 1;
    const output =
      this.#definition.output === undefined
        ? source.with({ path: source.path.replace(/\.[^./]+$/, "") })
        : toUri(this.#definition.output);
    const bytes = Uint8Array.from(atob(result.image), (character) => character.charCodeAt(0));
    await workspace.fs.writeFile(output, bytes);
    this.#print(`Built ${workspace.asRelativePath(output)} (${bytes.length} bytes).`);
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
