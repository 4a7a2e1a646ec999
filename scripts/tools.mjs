/** The programs outside of npm that tests compare with, and what is not tested without them. */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const tools = {
  "riscv64-unknown-elf-as": "the assembler is not compared with GNU as",
  "riscv64-unknown-elf-objdump": "disassembly is not compared with GNU objdump",
  "riscv64-unknown-elf-gcc": "freestanding C programs are not built and run",
  "riscv64-linux-gnu-gcc": "static Linux C programs are not built and run",
  "qemu-riscv32": "RV32 programs are not compared with QEMU",
  "qemu-riscv64": "RV64 programs are not compared with QEMU",
  "gdb-multiarch": "debug information is not read by GDB",
  clang: "debug information of Clang is not compared with GDB",
  "qemu-img": "steps back are not compared with GDB's on QEMU's replay",
  chromium: "end-to-end tests use the headless Chromium of npm where there is no other browser",
};

function isPresent(name) {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.some((folder) => existsSync(join(folder, name)));
}

/** One line for each absent tool: its name and what that means. */
export function absentTools() {
  return Object.entries(tools)
    .filter(([name]) => !isPresent(name))
    .map(([name, meaning]) => `  ${name}: ${meaning}`);
}
