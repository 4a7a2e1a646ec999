/**
 * A stand-in for the marketplace's hex editor, under its name, so that "View Binary Data" can be
 * tested: it shows the first 256 bytes of a memory reference, 16 in a row, writes a byte at an
 * offset, and reads again when the memory changes. Nothing is assumed of the debug adapter.
 */
const vscode = require("vscode");

const shown = 256;
const hex = (byte) => byte.toString(16).padStart(2, "0");
const ranged = (uri, from, to) => uri.with({ query: `range=${from}:${to}` });

const page = `<!DOCTYPE html>
<html><body>
<pre id="bytes"></pre>
<input id="offset" placeholder="offset"><input id="value" placeholder="value">
<button id="write">Write</button>
<script>
  const editor = acquireVsCodeApi();
  const field = (name) => document.getElementById(name);
  addEventListener("message", ({ data }) => { field("bytes").textContent = data; });
  field("write").onclick = () => editor.postMessage({
    offset: Number(field("offset").value), value: Number(field("value").value),
  });
  editor.postMessage("ready");
</script>
</body></html>`;

/** The bytes as rows of 16, or the error's text. */
async function dump(uri) {
  try {
    const bytes = [...(await vscode.workspace.fs.readFile(ranged(uri, 0, shown)))].map(hex);
    const rows = [];
    for (let at = 0; at < bytes.length; at += 16) rows.push(bytes.slice(at, at + 16).join(" "));
    return rows.join("\n");
  } catch (error) {
    return `error: ${error.message}`;
  }
}

const provider = {
  openCustomDocument: (uri) => ({ uri, dispose() {} }),

  resolveCustomEditor({ uri }, { webview, onDidDispose }) {
    const refresh = async () => webview.postMessage(await dump(uri));
    const watcher = vscode.workspace.createFileSystemWatcher(
      new vscode.RelativePattern(vscode.Uri.joinPath(uri, ".."), "*"),
    );
    watcher.onDidChange(refresh);
    onDidDispose(() => watcher.dispose());
    webview.options = { enableScripts: true };
    webview.onDidReceiveMessage(async (message) => {
      if (message !== "ready") {
        const { offset, value } = message;
        const target = ranged(uri, offset, offset + 1);
        await vscode.workspace.fs.writeFile(target, Uint8Array.of(value));
      }
      await refresh();
    });
    webview.html = page;
  },
};

/** Called by the workbench. */
function activate(context) {
  context.subscriptions.push(
    vscode.window.registerCustomEditorProvider("hexEditor.hexedit", provider),
  );
}

module.exports = { activate };
