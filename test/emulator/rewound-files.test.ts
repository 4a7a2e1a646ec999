/**
 * Files of the host that a guest changes: the host is written to once, on the way forward; whoever
 * goes back and on otherwise finds the files as they were then.
 */
import { deepEqual, equal } from "node:assert/strict";
import { History } from "../../emulator/history/history.ts";
import { RewoundFiles } from "../../emulator/history/rewound-files.ts";
import type { HostReply, Stop } from "../../emulator/machine.ts";
import { createProcess } from "../../emulator/process/process.ts";
import type { FileRequest, HostFiles } from "../../emulator/runner.ts";
import { buildProgram } from "../process/build-program.ts";

/** A folder of a host, "/host", and what was done to it. */
class Folder implements HostFiles {
  readonly files = new Map<string, string>();
  readonly done: string[] = [];

  constructor(files: Record<string, string>) {
    for (const [name, text] of Object.entries(files)) this.files.set(`/host/${name}`, text);
  }

  async request(request: FileRequest): Promise<HostReply> {
    const { kind, path } = request;
    const text = this.files.get(path);
    const missing = { kind: "error", error: "ENOENT" } as const;
    switch (kind) {
      case "stat":
        if (path === "/host")
          return { kind: "status", status: { type: "directory", size: 0, modified: 1 } };
        return text === undefined
          ? missing
          : { kind: "status", status: { type: "file", size: text.length, modified: 1 } };
      case "read-file":
        return text === undefined
          ? missing
          : { kind: "data", data: new TextEncoder().encode(text) };
      case "read-directory": {
        const names = [...this.files.keys()].map((file) => file.slice("/host/".length));
        return { kind: "entries", entries: names.map((name) => ({ name, type: "file" })) };
      }
      case "write-file":
        this.files.set(path, new TextDecoder().decode(request.data));
        break;
      case "delete":
        if (!this.files.delete(path)) return missing;
        break;
      case "rename":
        if (text === undefined) return missing;
        this.files.delete(path);
        this.files.set(request.to, text);
        break;
      case "create-directory":
        break;
    }
    this.done.push(`${kind} ${path.slice("/host/".length)}`);
    return { kind: "done" };
  }
}

/**
 * Adds one to the digit in `count`, deletes `gone`, makes `made` (which must not be there), renames
 * `old` to `new`, and lists the folder: a3 to a6 of the end are what each of these has answered.
 */
const program = `
  .globl _start
_start:
  li   s9, 0
  li   a7, 56
  li   a0, -100
  la   a1, count
  li   a2, 2
  ecall
  mv   s0, a0
  li   a7, 63
  la   a1, buffer
  li   a2, 1
  ecall
  lbu  s1, buffer
  addi t0, s1, 1
  la   a1, buffer
  sb   t0, 0(a1)
  li   a7, 68
  mv   a0, s0
  li   a2, 1
  li   a3, 0
  ecall
  li   a7, 57
  mv   a0, s0
  ecall
  li   a7, 35
  li   a0, -100
  la   a1, gone
  li   a2, 0
  ecall
  mv   s2, a0
  li   a7, 56
  li   a0, -100
  la   a1, made
  li   a2, 0301
  li   a3, 0644
  ecall
  mv   s3, a0
  li   a7, 64
  la   a1, count
  li   a2, 5
  ecall
  li   a7, 57
  mv   a0, s3
  ecall
  li   a7, 276
  li   a0, -100
  la   a1, old
  li   a2, -100
  la   a3, new
  li   a4, 0
  ecall
  mv   s4, a0
  li   a7, 56
  li   a0, -100
  la   a1, here
  li   a2, 0
  ecall
  li   a7, 61
  la   a1, entries
  li   a2, 1024
  ecall
  mv   s5, a0
  li   a7, 93
  li   a0, 0
  ecall
  .data
count: .asciz "count"
gone:  .asciz "gone"
made:  .asciz "made"
old:   .asciz "old"
new:   .asciz "new"
here:  .asciz "."
  .bss
buffer: .zero 8
entries: .zero 1024
`;

async function start() {
  const folder = new Folder({ count: "4", gone: "x", old: "y", other: "z" });
  const file = await buildProgram(program);
  let asked = 0;
  const history = new History(
    { output: () => undefined, now: () => 1n, random: (length) => new Uint8Array(length) },
    (host) => createProcess({ file, environment: "linux", host, mounts: { "/": "/host" } }),
  );
  const files = new RewoundFiles(folder, history, () => undefined);
  const run = async (): Promise<Stop> => {
    for (;;) {
      const stop = history.run(1_000_000);
      if (stop.reason !== "waiting") return stop;
      asked++;
      history.answer(await files.request(stop.request as FileRequest));
    }
  };
  const seen = () => [9, 18, 19, 20, 21].map((index) => Number(history.current.x(index)));
  return { folder, history, run, seen, asked: () => asked };
}

const all = ["write-file count", "delete gone", "write-file made", "rename old"];

describe("files of the host", function () {
  this.timeout(20_000);

  it("are written once, however often the run is gone through", async () => {
    const { folder, history, run, seen, asked } = await start();
    const end = await run();
    equal(end.reason, "exit");
    const before = seen();
    equal(before[0], 0x34);
    deepEqual(folder.done, all);
    equal(folder.files.get("/host/count"), "5");
    const count = asked();
    for (const at of [0n, 20n, 10n, history.end, 3n]) {
      history.goTo(at);
      deepEqual(await run(), end);
      deepEqual(seen(), before);
    }
    deepEqual(folder.done, all);
    equal(asked(), count);
  });

  for (const isKept of [false, true]) {
    it(`are as they were for a course that parts before (${isKept ? "kept" : "dropped"})`, async () => {
      const { folder, history, run, seen } = await start();
      const end = await run();
      const before = seen();
      history.goTo(1n);
      if (isKept) equal(history.keepFuture(), true);
      history.current.setX(25, 1n);
      deepEqual(await run(), end);
      deepEqual(seen(), before);
      equal(history.current.x(25), 1n);
      equal(folder.files.get("/host/count"), "5");
      deepEqual([...folder.files.keys()].sort(), [
        "/host/count",
        "/host/made",
        "/host/new",
        "/host/other",
      ]);
      if (!isKept) return;
      // The branch that was left has changed no file since, so nothing is asked again.
      history.switchTo("main");
      deepEqual(await run(), end);
      deepEqual(seen(), before);
    });
  }

  it("are as the guest has left them for a course that parts behind a change", async () => {
    const { folder, history, run, seen } = await start();
    const end = await run();
    const before = seen();
    // Behind the close of count, and before gone is deleted.
    history.goTo(31n);
    history.current.setX(25, 1n);
    deepEqual(await run(), end);
    deepEqual(seen(), before);
    equal(folder.files.get("/host/count"), "5");
  });
});
