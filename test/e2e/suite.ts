/**
 * Tests that run inside of the extension host, web worker or Node process alike: what other
 * extensions and the workbench get from Hartbeat through VS Code's own interface. It is bundled,
 * and handed to the host as its test module; extension-host.e2e.ts reads what it reports.
 */
import * as vscode from "vscode";
import { debuggingTests } from "./suite-debugging.ts";

/** A test by its name; it fails when the promise is rejected. */
export type HostTest = [name: string, body: () => Promise<void>];

/** What a line of the console starts with that reports a test, as JSON. */
const reportMark = "hartbeat-test ";

const tests: HostTest[] = [
  [
    "the extension is there and activates",
    async () => {
      const extension = vscode.extensions.getExtension("hartbeat.hartbeat");
      if (extension === undefined) throw new Error("hartbeat.hartbeat is not installed");
      await extension.activate();
      if (!extension.isActive) throw new Error("hartbeat.hartbeat did not activate");
    },
  ],
  [
    "the workspace folder can be listed, read and written",
    async () => {
      const folder = workspaceFolder();
      const names = (await vscode.workspace.fs.readDirectory(folder)).map(([name]) => name);
      if (!names.includes("hello.s")) throw new Error(`hello.s is not among ${names.join(", ")}`);
      const file = vscode.Uri.joinPath(folder, "written by a test.txt");
      await vscode.workspace.fs.writeFile(file, new TextEncoder().encode("text"));
      const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
      await vscode.workspace.fs.delete(file);
      if (text !== "text") throw new Error(`read back "${text}"`);
    },
  ],
  [
    "a .s file is a RISC-V document",
    async () => {
      const file = vscode.Uri.joinPath(workspaceFolder(), "hello.s");
      const document = await vscode.workspace.openTextDocument(file);
      if (document.languageId !== "riscv") throw new Error(`it is "${document.languageId}"`);
    },
  ],
  ...debuggingTests(workspaceFolder),
];

function workspaceFolder(): vscode.Uri {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  if (folder === undefined) throw new Error("there is no workspace folder");
  return folder.uri;
}

/** Called by the extension host; rejects when a test failed. */
export async function run(): Promise<void> {
  let failures = 0;
  for (const [name, body] of tests) {
    let error: string | undefined;
    try {
      await body();
    } catch (reason) {
      error = reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
      failures += 1;
    }
    console.log(reportMark + JSON.stringify({ name, error }));
  }
  if (failures > 0) throw new Error(`${failures} of ${tests.length} tests failed`);
}
