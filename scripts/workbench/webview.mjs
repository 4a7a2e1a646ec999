/**
 * The page in which the workbench shows webviews. As it comes, it insists on an origin of its own
 * for each webview, a sub-domain that no local server has. Served from the workbench's origin it
 * works when that check accepts this origin, so the check is replaced, and the hash of the script
 * in the page's content security policy is computed anew. For a server on this machine only.
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** Where the page is, in the workbench's folder. */
export const webviewPage = "out/vs/workbench/contrib/webview/browser/pre/index.html";

/** The page's text with the check replaced. Throws when the page is not as this code knows it. */
export async function localWebviewPage(workbench) {
  const page = await readFile(join(workbench, webviewPage), "utf8");
  const relaxed = page.replace(
    /if \(hostname === parentOriginHash \|\| [^{]*\{/,
    "if (parentOrigin === location.origin) {",
  );
  const script = /<script async type="module">([\s\S]*?)<\/script>/.exec(relaxed)?.[1];
  if (relaxed === page || script === undefined)
    throw new Error("The workbench's webview page has changed: its host check was not found.");
  const hash = createHash("sha256").update(script).digest("base64");
  return relaxed.replace(/'sha256-[^']+'/, `'sha256-${hash}'`);
}
