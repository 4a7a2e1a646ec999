/**
 * The table of what there is of the Debug Adapter Protocol, held to the specification's types: each
 * request, event and capability is in it, what it says is there answers, and the rest is refused.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { capabilities } from "../../debug-adapter/capabilities.ts";
import { events, otherCapabilities, requests } from "../../debug-adapter/protocol.ts";
import { openInProcess } from "./transports.ts";

const types = readFileSync(
  createRequire(import.meta.url).resolve("@vscode/debugprotocol/lib/debugProtocol.d.ts"),
  "utf8",
);

/** What the interfaces of a kind say that they are, as in `// command: 'next'`. */
function named(kind: "command" | "event"): string[] {
  return [...types.matchAll(new RegExp(`// ${kind}: '(\\w+)'`, "g"))].map(([, name]) => name!);
}

/** The names of an interface's members. */
function membersOf(name: string): string[] {
  const [, body = ""] = new RegExp(`interface ${name} \\{\n(.*?)\n\t\\}`, "s").exec(types) ?? [];
  return [...body.matchAll(/^\t\t(\w+)\??:/gm)].map(([, member]) => member!);
}

describe("the table of the debug protocol", () => {
  it("has every request, event and capability of the specification", () => {
    assert.deepEqual(Object.keys(requests).sort(), named("command").sort());
    assert.deepEqual(Object.keys(events).sort(), named("event").sort());
    const known = [...Object.keys(capabilities), ...Object.keys(otherCapabilities)];
    assert.deepEqual(known.sort(), membersOf("Capabilities").sort());
    assert.ok(known.length > 35 && named("command").length > 40);
  });

  it("says of each request whether the adapter knows it", async () => {
    const transport = openInProcess();
    const responses = new Map<string, DebugProtocol.Response>();
    transport.onMessage((message) => {
      const response = message as DebugProtocol.Response;
      if (response.type === "response") responses.set(response.command, response);
    });
    // Without a program most are refused, but not as unknown.
    const names = Object.keys(requests).filter((name) => name !== "disconnect");
    for (const [index, command] of names.entries())
      transport.send({ seq: index + 1, type: "request", command, arguments: {} });
    for (let turn = 0; responses.size < names.length && turn < 1000; turn++)
      await new Promise((resolve) => setImmediate(resolve));
    for (const name of names) {
      const isUnknown = /does not know the request/.test(responses.get(name)?.message ?? "");
      const isRefused = isUnknown || name === "attach";
      assert.equal("lacks" in requests[name]!, isRefused, name);
    }
    await transport.close();
  });
});
