/**
 * Debian's own riscv64 programs, fetched by apt with lists and a state directory of their own, so
 * that the machine's packages are left alone. They come from a release with a riscv64 port.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { access, mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

const release = "trixie";
const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";
const folder = join(import.meta.dirname, "..", "out", `debian-${release}-riscv64`);

/** Where the packages are unpacked. */
export const debianFolder = join(folder, "root");

/** Holds where apt can fetch the packages at all (a Debian with its archive's keys). */
export const hasDebian = ["/usr/bin/apt-get", "/usr/bin/dpkg-deb", keyring].every(existsSync);

/**
 * A root folder with the packages and what they depend on, unpacked; fetched at the first call.
 * Rejects where the archive cannot be reached.
 */
export async function debianRoot(packages: readonly string[]): Promise<string> {
  await mkdir(folder, { recursive: true });
  return alone(join(folder, "lock"), () => fetchPackages(packages));
}

/** Works while no other process does that holds the same lock file. */
async function alone<T>(lock: string, work: () => Promise<T>): Promise<T> {
  for (;;) {
    const isMine = await writeFile(lock, `${process.pid}`, { flag: "wx" }).then(
      () => true,
      () => false,
    );
    if (isMine) break;
    const holder = Number(await readFile(lock, "utf8").catch(() => "")) || 0;
    // What a process left that was ended.
    if (holder > 0 && !existsSync(`/proc/${holder}`)) await rm(lock, { force: true });
    else await setTimeout(100);
  }
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}

/** The archive that this machine's own packages come from. */
async function archive(): Promise<string> {
  const { stdout } = await run("apt-get", ["indextargets", "--format", "$(REPO_URI)"]);
  const found = stdout.split("\n").find((uri) => /\/debian\/?$/.test(uri));
  if (found === undefined) throw new Error("apt-get has no archive of Debian among its sources");
  return found;
}

async function fetchPackages(packages: readonly string[]): Promise<string> {
  const marks = packages.map((name) => join(folder, "unpacked", name));
  if (marks.every(existsSync)) return debianFolder;
  for (const path of ["state/lists/partial", "cache/archives/partial", "root/usr/lib", "unpacked"])
    await mkdir(join(folder, path), { recursive: true });
  await access(join(folder, "state", "status")).catch(() =>
    writeFile(join(folder, "state", "status"), ""),
  );
  const source = `deb [arch=riscv64 signed-by=${keyring}] ${await archive()} ${release} main\n`;
  await writeFile(join(folder, "sources.list"), source);
  const settings = [
    ["Dir::State", join(folder, "state")],
    ["Dir::State::status", join(folder, "state", "status")],
    ["Dir::Cache", join(folder, "cache")],
    ["Dir::Etc::sourcelist", join(folder, "sources.list")],
    ["Dir::Etc::sourceparts", "-"],
    ["APT::Architecture", "riscv64"],
    ["APT::Architectures", "riscv64"],
    ["APT::Sandbox::User", "root"],
    ["Acquire::Languages", "none"],
    ["Debug::NoLocking", "true"],
  ].flatMap(([name, value]) => ["-o", `${name}=${value}`]);
  const apt = (...args: string[]) => run("apt-get", [...settings, "-q", "-y", ...args]);
  await apt("update");
  await apt("install", "--download-only", "--no-install-recommends", ...packages);
  const archives = join(folder, "cache", "archives");
  for (const name of await readdir(archives)) {
    if (name.endsWith(".deb")) await run("dpkg-deb", ["-x", join(archives, name), debianFolder]);
  }
  // What the package usrmerge would have made.
  if (!existsSync(join(debianFolder, "lib"))) await symlink("usr/lib", join(debianFolder, "lib"));
  for (const mark of marks) await writeFile(mark, "");
  return debianFolder;
}
