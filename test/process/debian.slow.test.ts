/**
 * Debian's own riscv64 programs, dynamically linked, with the dynamic linker and the libraries of a
 * root folder that is mounted: their output and exit codes must be those under QEMU.
 */
import { deepEqual, match, rejects } from "node:assert/strict";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { debianRoot } from "../debian.ts";
import { requireTools, tryTool } from "../tools.ts";
import { runProcess } from "./run-process.ts";

interface Case {
  readonly program: string;
  readonly args: readonly string[];
  readonly input?: string;
}

const cases: readonly Case[] = [
  { program: "lua5.4", args: ["/work/mix.lua", "1"] },
  { program: "lua5.4", args: ["-e", "io.write(2^53, ' ', 7 // 2, ' ', ('x'):rep(3)) os.exit(7)"] },
  { program: "lua5.4", args: ["-"], input: "print(io.read and 'standard input')\n" },
  { program: "lua5.4", args: ["-e", "error('a message')"] },
  { program: "gzip", args: ["-9cn", "/work/mix.lua"] },
  { program: "gzip", args: ["-lq", "/work/mix.lua"] },
  {
    program: "sqlite3",
    args: [
      "-cmd",
      "create table size(n)",
      "-cmd",
      "insert into size values(900)",
      ":memory:",
      ".read /work/queries.sql",
    ],
  },
  {
    program: "sqlite3",
    args: [
      "/work/disk.db",
      "create table t(a); insert into t values(3), (4); select sum(a) from t;",
    ],
  },
  {
    program: "sqlite3",
    args: [
      "/work/disk.db",
      "select count(*), max(a) from t; delete from t where a = 3; select * from t;",
    ],
  },
  { program: "sqlite3", args: [":memory:", "select * from missing;"] },
];

/** A root folder of its own for one side, with what the cases read. */
function copyOf(root: string): string {
  const programs = join(import.meta.dirname, "..", "..", "bench", "programs");
  const folder = mkdtempSync(join(tmpdir(), "hartbeat-debian-"));
  cpSync(root, folder, { recursive: true, verbatimSymlinks: true });
  for (const name of ["mix.lua", "queries.sql"])
    cpSync(join(programs, name), join(folder, "work", name));
  return folder;
}

describe("Debian's riscv64 programs run as under QEMU", () => {
  let root = "";
  // Each side has a root of its own, so that both see the same files at each step.
  let copies: { ours: string; theirs: string };
  before(async function () {
    this.timeout(120_000);
    requireTools(this, "qemu-riscv64", "apt-get", "dpkg-deb");
    try {
      root = await debianRoot(["lua5.4", "gzip", "sqlite3"]);
    } catch (error) {
      const reason = `needs Debian's archive: ${(error as Error).message.split("\n")[0]}`;
      if (process.env["HARTBEAT_REQUIRE_TOOLS"] === "1") throw new Error(reason);
      console.log(`      skipped, ${reason}`);
      this.skip();
    }
    copies = { ours: copyOf(root), theirs: copyOf(root) };
  });

  after(() => {
    for (const folder of Object.values(copies ?? {})) rmSync(folder, { recursive: true });
  });

  for (const { program, args, input = "" } of cases) {
    it(`${program} ${args.join(" ").slice(0, 60)}`, async function () {
      this.timeout(60_000);
      const path = join("usr", "bin", program);
      const { ours, theirs } = copies;
      // QEMU looks only for existing paths below its root.
      if (args[0] === "/work/disk.db" && !existsSync(join(theirs, "work", "disk.db")))
        writeFileSync(join(theirs, "work", "disk.db"), "");
      const expected = tryTool(
        "qemu-riscv64",
        ["-E", "HOME=/", "-L", theirs, join(theirs, path), ...args],
        input,
      );
      const result = await runProcess(readFileSync(join(ours, path)), {
        folder: ours,
        name: program,
        args,
        input,
        variables: { HOME: "/" },
        limit: 2_000_000_000n,
      });
      // The program's own name is a path under QEMU.
      const plain = (text: string) => text.replaceAll(join(theirs, path), program);
      const { stdout, stderr, code } = result;
      deepEqual(
        { stdout, stderr: stderr.replaceAll(`/${program}`, program), code },
        { stdout: expected.stdout, stderr: plain(expected.stderr), code: expected.code },
      );
    });
  }

  it("the files that they leave are the same", () => {
    const file = (folder: string) => readFileSync(join(folder, "work", "disk.db"));
    deepEqual(file(copies.ours), file(copies.theirs));
  });

  it("a missing dynamic linker is said with what to do", async () => {
    const program = readFileSync(join(root, "usr", "bin", "gzip"));
    await rejects(runProcess(program), (error: Error) => {
      match(error.message, /needs the dynamic linker \/lib\/ld-linux-riscv64-lp64d\.so\.1.*mount/);
      return true;
    });
  });
});
