/**
 * Packages of a Debian release with a riscv64 port, fetched by apt with lists and a state directory
 * of their own, so that the machine's packages are left alone: programs for riscv64, and newer tools
 * for this machine than it has.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { access, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Releases with a riscv64 port: a later one where the archive's lists of an earlier do not agree. */
const releases = ["trixie", "forky", "sid"] as const;
type Release = (typeof releases)[number];
const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";
type DebianArchitecture = "riscv64" | "amd64";

const out = join(import.meta.dirname, "..", "out");
const folderOf = (architecture: DebianArchitecture) => join(out, `debian-${architecture}`);

/** Where the packages for riscv64 are unpacked. */
export const debianFolder = join(folderOf("riscv64"), "root");

/** Holds where apt can fetch the packages at all (a Debian with its archive's keys). */
export const hasDebian = ["/usr/bin/apt-get", "/usr/bin/dpkg-deb", keyring].every(existsSync);

/**
 * A root folder with the packages and what they depend on, unpacked; fetched at the first call.
 * Rejects where no release can be fetched, as where the archive cannot be reached.
 */
export async function debianRoot(
  packages: readonly string[],
  architecture: DebianArchitecture = "riscv64",
): Promise<string> {
  await mkdir(out, { recursive: true });
  return alone(join(out, `debian-${architecture}.lock`), async () => {
    const failures: string[] = [];
    for (const release of releases) {
      try {
        return await fetchPackages(packages, release, architecture);
      } catch (error) {
        failures.push(`${release}: ${reasonOf(error)}`);
      }
    }
    throw new Error(failures.join("; "));
  });
}

/** What apt says of its failure, on one line. */
function reasonOf(error: unknown): string {
  const { message, stderr = "" } = error as Error & { stderr?: string };
  return stderr.split("\n").find((line) => /^E: /.test(line)) ?? message.split("\n")[0] ?? message;
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

type Apt = (...args: string[]) => Promise<{ readonly stdout: string }>;

/** How apt is called with a state folder of its own, in which its files are made. */
async function aptIn(
  state: string,
  kind: "deb" | "deb-src",
  release: Release,
  architecture: DebianArchitecture,
): Promise<Apt> {
  for (const path of ["lists/partial", "cache/archives/partial"])
    await mkdir(join(state, path), { recursive: true });
  await access(join(state, "status")).catch(() => writeFile(join(state, "status"), ""));
  const limits = `arch=${architecture} signed-by=${keyring}`;
  const source = `${kind} [${limits}] ${await archive()} ${release} main\n`;
  await writeFile(join(state, "sources.list"), source);
  const settings = [
    ["Dir::State", state],
    ["Dir::State::status", join(state, "status")],
    ["Dir::Cache", join(state, "cache")],
    ["Dir::Etc::sourcelist", join(state, "sources.list")],
    ["Dir::Etc::sourceparts", "-"],
    ["APT::Architecture", architecture],
    ["APT::Architectures", architecture],
    ["APT::Sandbox::User", "root"],
    ["Acquire::Languages", "none"],
    ["Acquire::Retries", "3"],
    ["Debug::NoLocking", "true"],
  ].flatMap(([name, value]) => ["-o", `${name}=${value}`]);
  return (...args) => run("apt-get", [...settings, "-q", "-y", ...args], { cwd: state });
}

async function fetchPackages(
  packages: readonly string[],
  release: Release,
  architecture: DebianArchitecture,
): Promise<string> {
  const folder = folderOf(architecture);
  const root = join(folder, "root");
  const state = join(folder, release);
  const marks = packages.map((name) => join(folder, "unpacked", name));
  if (marks.every(existsSync)) return root;
  for (const path of ["root/usr/lib", "unpacked"])
    await mkdir(join(folder, path), { recursive: true });
  const apt = await aptIn(state, "deb", release, architecture);
  await apt("update");
  await apt("install", "--download-only", "--no-install-recommends", ...packages);
  const archives = join(state, "cache", "archives");
  for (const name of await readdir(archives)) {
    if (name.endsWith(".deb")) await run("dpkg-deb", ["-x", join(archives, name), root]);
  }
  // What the package usrmerge would have made.
  if (!existsSync(join(root, "lib"))) await symlink("usr/lib", join(root, "lib"));
  for (const mark of marks) await writeFile(mark, "");
  return root;
}

/**
 * A folder with parts of a source package: those files whose paths in it match patterns of tar;
 * fetched at the first call. Rejects where no release can be fetched.
 */
export async function debianSource(name: string, patterns: readonly string[]): Promise<string> {
  await mkdir(out, { recursive: true });
  return alone(join(out, "debian-source.lock"), async () => {
    const folder = join(out, "debian-source");
    const unpacked = join(folder, "unpacked", name);
    if (existsSync(unpacked)) return unpacked;
    const failures: string[] = [];
    for (const release of releases) {
      const state = join(folder, release);
      try {
        const apt = await aptIn(state, "deb-src", release, "amd64");
        await apt("update");
        const archives = await upstreamArchives(apt, name, state);
        const partial = `${unpacked}.partial`;
        await rm(partial, { recursive: true, force: true });
        await mkdir(partial, { recursive: true });
        for (const file of archives) {
          const args = ["-xf", join(state, file), "-C", partial, "--strip-components=1"];
          await run("tar", [...args, "--wildcards", ...patterns]);
          await rm(join(state, file));
        }
        await rename(partial, unpacked);
        return unpacked;
      } catch (error) {
        failures.push(`${release}: ${reasonOf(error)}`);
      }
    }
    throw new Error(failures.join("; "));
  });
}

/**
 * Fetches the archives of a source package as its authors made them, and names them. What Debian
 * adds is not wanted, and of the files of a package it is what changes most.
 */
async function upstreamArchives(apt: Apt, name: string, folder: string): Promise<string[]> {
  const { stdout } = await apt("source", "--print-uris", "--only-source", name);
  const files = stdout.split("\n").flatMap((line) => {
    const [, uri = "", file = "", hash = ""] = /^'(\S+)' (\S+) \d+ (\S+)$/.exec(line) ?? [];
    return /\.orig(-\w+)?\.tar\.\w+$/.test(file) ? [{ uri, file, hash }] : [];
  });
  for (const { uri, file, hash } of files) {
    await run("/usr/lib/apt/apt-helper", ["download-file", uri, join(folder, file), hash]);
  }
  // What is there already is not among them.
  const all = (await readdir(folder)).filter((file) => file.startsWith(`${name}_`));
  const archives = all.filter((file) => /\.orig(-\w+)?\.tar\.\w+$/.test(file));
  if (archives.length === 0) throw new Error(`${name} has no archive of its authors`);
  return archives;
}

/** Where newer binutils for riscv64-unknown-elf are, and how a program of theirs is started. */
export interface NewerBinutils {
  /** The program and its first arguments: it runs with the libraries of its own release. */
  readonly as: readonly [program: string, ...args: string[]];
  readonly objdump: readonly [program: string, ...args: string[]];
}

/** Binutils 2.44 or later; a sentence that says why where this machine cannot have them. */
export async function newerBinutils(): Promise<NewerBinutils | string> {
  if (process.arch !== "x64" || !hasDebian) return "needs Debian's apt on an x86-64 machine";
  let root: string;
  try {
    root = await debianRoot(["binutils-riscv64-unknown-elf"], "amd64");
  } catch (error) {
    return `needs Debian's archive, for newer binutils: ${(error as Error).message}`;
  }
  const start = (name: string): [string, ...string[]] => [
    join(root, "usr/lib64/ld-linux-x86-64.so.2"),
    "--library-path",
    join(root, "usr/lib/x86_64-linux-gnu"),
    join(root, "usr/bin", `riscv64-unknown-elf-${name}`),
  ];
  return { as: start("as"), objdump: start("objdump") };
}
