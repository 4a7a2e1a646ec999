/** What a client of the adapter sees at a stop, in the form in which GDB's Python gives it. */
import assert from "node:assert/strict";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { openInProcess } from "./transports.ts";

export interface SeenVariable {
  name: string;
  isArgument: boolean;
  type: string;
  values: Record<string, string>;
}
export interface SeenFrame {
  name: string;
  line: number;
  variables: SeenVariable[];
}
export interface SeenStop {
  pc: string;
  frames: SeenFrame[];
}

/** A client in this process that waits for stops and looks at all frames and variables. */
export class Client {
  readonly #transport = openInProcess();
  readonly #pending = new Map<number, (response: DebugProtocol.Response) => void>();
  readonly #events: string[] = [];
  #arrived: () => void = () => undefined;
  #sequence = 1;

  constructor() {
    this.#transport.onMessage((message) => {
      const { type } = message as DebugProtocol.ProtocolMessage;
      if (type === "response") {
        const response = message as DebugProtocol.Response;
        this.#pending.get(response.request_seq)?.(response);
      } else if (type === "event") {
        this.#events.push((message as DebugProtocol.Event).event);
        this.#arrived();
      }
    });
  }

  async request<Body = object>(command: string, args: object = {}): Promise<Body> {
    const seq = this.#sequence++;
    const response = await new Promise<DebugProtocol.Response>((resolve) => {
      this.#pending.set(seq, resolve);
      this.#transport.send({ seq, type: "request", command, arguments: args });
    });
    assert.ok(response.success, `${command}: ${response.message}`);
    return (response.body ?? {}) as Body;
  }

  async event(...names: string[]): Promise<string> {
    for (;;) {
      const name = this.#events.shift();
      if (name !== undefined && names.includes(name)) return name;
      if (name === undefined) {
        await new Promise<void>((resolve) => {
          this.#arrived = resolve;
        });
      }
    }
  }

  close(): Promise<void> {
    return this.#transport.close();
  }

  async look(): Promise<SeenStop> {
    const { stackFrames } = await this.request<{ stackFrames: DebugProtocol.StackFrame[] }>(
      "stackTrace",
      { threadId: 1, levels: 8 },
    );
    const frames: SeenFrame[] = [];
    for (const { id, name, line } of stackFrames)
      frames.push({ name, line, variables: await this.#scope(id, "Locals") });
    const pc = stackFrames[0]!.instructionPointerReference!;
    return { pc, frames: upToMain(frames) };
  }

  async #scope(frameId: number, wanted: string): Promise<SeenVariable[]> {
    const { scopes } = await this.request<{ scopes: DebugProtocol.Scope[] }>("scopes", { frameId });
    const scope = scopes.find(({ name }) => name === wanted);
    if (scope === undefined) return [];
    const { variablesReference } = scope;
    const body = await this.request<{ variables: DebugProtocol.Variable[] }>("variables", {
      variablesReference,
    });
    const variables: SeenVariable[] = [];
    for (const variable of body.variables) {
      const values: Record<string, string> = {};
      const path = variable.name.replace(/ \(shadowed.*/, "");
      await this.#leaves(path, variable, values, 0);
      const isArgument = variable.presentationHint?.kind === "data";
      variables.push({ name: variable.name, isArgument, type: variable.type ?? "", values });
    }
    return variables;
  }

  async #leaves(
    path: string,
    variable: DebugProtocol.Variable,
    values: Record<string, string>,
    depth: number,
  ): Promise<void> {
    const { value, variablesReference } = variable;
    const isPointer = value.startsWith("0x") || variable.type === "&str";
    if (variablesReference === 0 || isPointer || depth > 6) {
      values[path] = plainValue(value);
      return;
    }
    const body = await this.request<{ variables: DebugProtocol.Variable[] }>("variables", {
      variablesReference,
      start: 0,
      count: 64,
    });
    for (const child of body.variables) {
      const part = child.name.startsWith("[") ? child.name : `.${child.name}`;
      // Members of Rust's variants and tuples have other names in expressions.
      const isOther = /\.__\d+$|\.[A-Z]\w*\.\w+$/.test(child.evaluateName ?? "");
      const inner = isOther ? child.evaluateName! : path + part;
      await this.#leaves(inner, child, values, depth + 1);
    }
  }
}

/** GDB's stacks end at main, but for Rust's. */
export function upToMain(frames: readonly SeenFrame[]): SeenFrame[] {
  const last = frames.findIndex(({ name }) => /^(\w+::)?main$/.test(name));
  return frames.slice(0, last < 0 ? undefined : last + 1);
}

/** A value as GDB's Python gives it: numbers plain, addresses without zeros. */
function plainValue(text: string): string {
  if (text === "<optimised out> + <optimised out>i") return "optimised out";
  if (/^0x[\da-f]+/.test(text)) return `0x${BigInt(/^0x[\da-f]+/.exec(text)![0]).toString(16)}`;
  if (text === "true" || text === "false") return text === "true" ? "1" : "0";
  if (text === "nan") return "nan";
  if (/^-?\d+ '/.test(text)) return text.replace(/ '.*$/s, "");
  return text;
}
