/**
 * The page that starts the workbench: VS Code's web build with the folder as its workspace, the
 * file system that reaches it, and the extensions under development.
 */
const proposals = ["fileSearchProvider", "textSearchProvider"];

/** Settings that hold unless a person sets them: no network, no noise, a light page. */
export const settings = {
  "chat.disableAIFeatures": true,
  "extensions.ignoreRecommendations": true,
  "security.workspace.trust.enabled": false,
  "telemetry.telemetryLevel": "off",
  "update.showReleaseNotes": false,
  "window.title": "${activeEditorShort}${separator}${rootName}${separator}Hartbeat",
  "workbench.colorTheme": "Light Modern",
  "workbench.editor.useModal": "off",
  "workbench.enableExperiments": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
};

/**
 * The HTML of the page. `code` is the path at which the workbench is served; `extensions` and
 * `tests` are paths on this server; `openFile` is a path in the folder or undefined.
 */
export function workbenchPage({ code, folderName, extensions, tests, openFile }) {
  const values = { code, folderName, extensions, tests, openFile, settings, proposals };
  // "<" is written as an escape, so that no name can end the script.
  const literal = JSON.stringify(values).replaceAll("<", "\\u003c");
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Hartbeat</title>
<link rel="icon" href="${code}/favicon.ico">
<link rel="stylesheet" href="${code}/out/vs/workbench/workbench.web.main.internal.css">
<script>globalThis._VSCODE_FILE_ROOT = location.origin + "${code}/out/";</script>
<script type="module" src="${code}/out/nls.messages.js"></script>
</head>
<body aria-label="">
<script type="module">
import { commands, create, URI } from "${code}/out/vs/workbench/workbench.web.main.internal.js";
const given = ${literal};
const { protocol, host, origin } = location;
const scheme = protocol.slice(0, -1);
const served = (path) => ({ scheme, authority: host, path });
const folderUri = URI.from({ scheme: "hostfs", path: "/" + given.folderName });
const workspace = { folderUri };
const editors = given.openFile === undefined
  ? undefined
  : [{ uri: URI.joinPath(folderUri, given.openFile) }];
globalThis.workbenchCommands = commands;
create(document.body, {
  folderUri,
  workspaceProvider: { workspace, trusted: true, payload: [], open: async () => false },
  enableWorkspaceTrust: false,
  additionalBuiltinExtensions: [served("/host-files")],
  developmentOptions: {
    extensions: given.extensions.map(served),
    ...(given.tests === undefined ? {} : { extensionTestsPath: served(given.tests) }),
  },
  configurationDefaults: given.settings,
  defaultLayout: { editors },
  productConfiguration: {
    nameShort: "Hartbeat",
    nameLong: "Hartbeat in VS Code",
    enableTelemetry: false,
    extensionsGallery: undefined,
    extensionEnabledApiProposals: { "hartbeat.host-files": given.proposals },
    webviewContentExternalBaseUrlTemplate:
      origin + given.code + "/out/vs/workbench/contrib/webview/browser/pre/",
  },
});
</script>
</body>
</html>
`;
}
