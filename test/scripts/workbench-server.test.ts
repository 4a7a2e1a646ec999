/**
 * The local server of the browser's VS Code, asked over HTTP: the folder can be read and written,
 * nothing outside of it can be reached, and nobody but its own pages may ask.
 */
import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");
const start = join(root, "scripts/start.mjs");

interface Answer {
  status: number;
  text: string;
}

describe("the workbench's server", function () {
  this.timeout(30_000);
  const temporary = mkdtempSync(join(tmpdir(), "hartbeat-server-"));
  const folder = join(temporary, "workspace");
  let server: ChildProcess;
  let origin: string;

  before(async () => {
    mkdirSync(folder);
    writeFileSync(join(folder, "hello.s"), "ecall\n");
    writeFileSync(join(temporary, "secret"), "secret");
    symlinkSync(join(temporary, "secret"), join(folder, "link"));
    symlinkSync(join(temporary, "new"), join(folder, "dangling"));
    server = spawn(process.execPath, [
      ...[start, "--no-open", "--no-build", "--port", "0", "--folder", folder],
    ]);
    origin = await new Promise((resolve, reject) => {
      let output = "";
      const read = (chunk: Buffer): void => {
        output += chunk.toString();
        const found = /at (http:\/\/127\.0\.0\.1:\d+)\//.exec(output)?.[1];
        if (found !== undefined) resolve(found);
      };
      server.stdout?.on("data", read);
      server.stderr?.on("data", read);
      server.on("exit", () => reject(new Error(output)));
    });
  });

  after(() => {
    server.kill();
    rmSync(temporary, { recursive: true, force: true });
  });

  /** Sends a request whose path is not normalised on the way, as the page of the server would. */
  function ask(
    method: string,
    path: string,
    headers: Record<string, string> = { origin },
    body = "",
  ): Promise<Answer> {
    const { hostname, port } = new URL(origin);
    return new Promise((resolve, reject) => {
      const sent = request({ hostname, port, method, path, headers }, (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => {
          text += chunk;
        });
        response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
      });
      sent.on("error", reject);
      sent.end(body);
    });
  }

  it("lists, reads, writes, renames and deletes", async () => {
    assert.deepEqual(await ask("GET", "/files/read?path=hello.s"), {
      status: 200,
      text: "ecall\n",
    });
    assert.equal((await ask("POST", "/files/folder?path=a/b")).status, 204);
    assert.equal((await ask("PUT", "/files/write?path=a/b/x.s", { origin }, "nop\n")).status, 204);
    assert.equal(readFileSync(join(folder, "a/b/x.s"), "utf8"), "nop\n");
    assert.equal((await ask("POST", "/files/rename?path=a/b/x.s&to=a/y.s")).status, 204);
    assert.deepEqual(JSON.parse((await ask("GET", "/files/list?path=a")).text), [
      ["b", 2],
      ["y.s", 1],
    ]);
    assert.equal((await ask("POST", "/files/delete?path=a&recursive=true")).status, 204);
    assert.equal((await ask("GET", "/files/stat?path=a")).status, 404);
    assert.deepEqual(JSON.parse((await ask("GET", "/files/tree")).text), ["hello.s"]);
  });

  it("says which files change on disk, also in new folders", async () => {
    const stop = new AbortController();
    const response = await fetch(`${origin}/files/watch`, { signal: stop.signal });
    const seen: string[] = [];
    const wanted = ["new", "new/inner.s", "hello.s"];
    mkdirSync(join(folder, "new"));
    const rewrite = setInterval(() => {
      writeFileSync(join(folder, "new/inner.s"), "nop\n");
      writeFileSync(join(folder, "hello.s"), "ecall\n");
    }, 100);
    try {
      const decoder = new TextDecoder();
      for await (const chunk of response.body ?? []) {
        const events = decoder.decode(chunk).matchAll(/^data: (.*)$/gm);
        seen.push(...[...events].map((event) => JSON.parse(event[1] as string)));
        if (wanted.every((path) => seen.includes(path))) break;
      }
    } finally {
      clearInterval(rewrite);
      stop.abort();
      rmSync(join(folder, "new"), { recursive: true });
    }
    assert.ok(
      seen.every((path) => wanted.includes(path)),
      seen.join(),
    );
  });

  for (const [method, path, status] of [
    ["GET", "/files/read?path=../secret", 403],
    ["GET", "/files/read?path=%2e%2e%2fsecret", 403],
    ["GET", "/files/read?path=link", 403],
    ["PUT", "/files/write?path=link", 403],
    ["PUT", "/files/write?path=dangling", 403],
    ["POST", "/files/rename?path=hello.s&to=../stolen", 403],
    ["POST", "/files/delete?path=&recursive=true", 403],
    ["POST", "/files/folder?path=../made", 403],
    ["GET", "/files/unknown?path=hello.s", 405],
    ["GET", "/extension-0/../../../etc/passwd", 404],
    ["GET", "/extension-0/%2e%2e/secret", 404],
    ["GET", "/extension-0/.git/config", 404],
    ["GET", "/extension-9/package.json", 404],
    ["GET", "/%ff", 400],
  ] as const)
    it(`answers ${status} to ${method} ${path}`, async () => {
      const answer = await ask(method, path);
      assert.equal(answer.status, status, answer.text);
      assert.ok(!answer.text.includes("secret\n"));
    });

  for (const [what, method, headers] of [
    ["another host name", "GET", { host: "example.org" }],
    ["another site's origin", "GET", { origin: "https://example.org" }],
    ["another port's page", "GET", { "sec-fetch-site": "same-site" }],
    ["a change that names no origin", "POST", {}],
    ["an opaque origin", "POST", { origin: "null" }],
  ] as const)
    it(`refuses ${what}`, async () => {
      const answer = await ask(method, "/files/tree", { ...headers });
      assert.equal(answer.status, 403, answer.text);
    });

  it("serves the webview page with a script that its policy admits", async () => {
    const page = (await ask("GET", "/")).text;
    const code = /_VSCODE_FILE_ROOT = location\.origin \+ "(\/[^/]+)\/out\/"/.exec(page)?.[1];
    const path = `${code}/out/vs/workbench/contrib/webview/browser/pre/index.html`;
    const { text } = await ask("GET", path);
    const script = /<script async type="module">([\s\S]*?)<\/script>/.exec(text)?.[1] ?? "";
    const hash = createHash("sha256").update(script).digest("base64");
    assert.ok(script.includes("parentOrigin === location.origin"));
    assert.ok(text.includes(`script-src 'sha256-${hash}'`));
  });

  for (const [argument, message] of [
    [["--folder", "/nowhere"], /^\/nowhere is not a folder; name one with --folder\.$/],
    [["--port", "many"], /^--port takes a number from 0 to 65535, not "many"\.$/],
    [["--colour"], /^Unknown option '--colour'\.\n\nUsage: npm start/],
  ] as const)
    it(`says what is wrong with ${argument.join(" ")}`, () => {
      const done = spawnSync(process.execPath, [start, "--no-build", "--no-open", ...argument], {
        encoding: "utf8",
        timeout: 20_000,
      });
      assert.equal(done.status, 1);
      assert.match(done.stderr.trim(), message);
    });
});
