/** The architectures that random programs are made for: what we execute and QEMU knows too. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "../../assembler/build.ts";
import { writeElf } from "../../elf/writer.ts";
import { findTool, runTool } from "../tools.ts";
import type { Qemu } from "./comparison.ts";

/** As QEMU spells them, by version. */
const options = [["zba"], ["zbb"], ["zbc"], ["zbs"], ["zfh", "Zfh"], ["zicond", "x-zicond"]];

/** What random programs are compared on. */
export interface Target {
  readonly march: string;
  readonly qemu: Qemu | undefined;
  /** The major version of QEMU. */
  readonly version: number;
}

const targets = new Map<number, Promise<Target>>();

/** What there is for this XLEN, and QEMU for it where it is installed. */
export function targetFor(xlen: 32 | 64): Promise<Target> {
  let target = targets.get(xlen);
  if (target === undefined) {
    target = findTarget(xlen);
    targets.set(xlen, target);
  }
  return target;
}

async function findTarget(xlen: 32 | 64): Promise<Target> {
  const path = findTool(`qemu-riscv${xlen}`);
  const all = options.map(([name]) => name as string);
  if (path === undefined) {
    return { march: marchOf(xlen, all), qemu: undefined, version: Infinity };
  }
  const version = Number(/version (\d+)/.exec(runTool(path, ["--version"]))?.[1] ?? 0);
  const text = "        .globl _start\n_start: li a0, 0\n        li a7, 93\n        ecall\n";
  const host = { readFile: async () => Buffer.from(text) };
  const { file } = await build(["exit.s"], { march: `rv${xlen}gc`, environment: "linux" }, host);
  if (file === undefined) throw new Error("the program that exits does not assemble");
  const folder = mkdtempSync(join(tmpdir(), "hartbeat-"));
  try {
    const elf = join(folder, "exit");
    writeFileSync(elf, writeElf(file), { mode: 0o755 });
    const works = (cpu: string) => spawnSync(path, ["-cpu", cpu, elf]).status === 0;
    const known = options.map((spellings) =>
      spellings.find((name) => works(`rv${xlen},${name}=true`)),
    );
    const cpu = [`rv${xlen}`, ...known.flatMap((name) => (name ? [`${name}=true`] : []))].join(",");
    const names = all.filter((_, index) => known[index] !== undefined);
    return { march: marchOf(xlen, names), qemu: { path, cpu }, version };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function marchOf(xlen: 32 | 64, names: readonly string[]): string {
  return [`rv${xlen}gc`, ...names].join("_");
}
