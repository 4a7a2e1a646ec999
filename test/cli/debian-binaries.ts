/** Big binaries of Debian's riscv64 port, and how far our disassembly of one is from objdump's. */

const libraries = "usr/lib/riscv64-linux-gnu";

/** Binaries by the packages that have them. */
export const debianBinaries: readonly (readonly [packageName: string, path: string])[] = [
  ["bash", "usr/bin/bash"],
  ["libc6", `${libraries}/libc.so.6`],
  ["libstdc++6", `${libraries}/libstdc++.so.6`],
  ["perl-base", "usr/bin/perl"],
  ["python3-minimal", "usr/bin/python3"],
  ["git", "usr/bin/git"],
  ["openssl", "usr/bin/openssl"],
  ["coreutils", "usr/bin/sort"],
  ["gdb", "usr/bin/gdb"],
  ["sqlite3", "usr/bin/sqlite3"],
  ["libsqlite3-0", `${libraries}/libsqlite3.so.0`],
  ["busybox", "usr/bin/busybox"],
  ["libssl3t64", `${libraries}/libcrypto.so.3`],
  ["vim-tiny", "usr/bin/vim.tiny"],
];

/** The disassembly in what objdump printed, without the file's name before it. */
const disassemblyIn = (text: string) => text.slice(text.indexOf("\nDisassembly")).trim();

/** How many lines objdump prints, and those that differ, as ours and theirs. */
export function compareDisassembly(
  ours: string,
  theirs: string,
): { lines: number; different: string[] } {
  const [mine, other] = [ours, theirs].map((text) => disassemblyIn(text).split("\n")) as [
    string[],
    string[],
  ];
  const different: string[] = [];
  for (let at = 0; at < Math.max(mine.length, other.length); at++) {
    if (mine[at] !== other[at]) different.push(`${mine[at]} | ${other[at]}`);
  }
  return { lines: other.length, different };
}
