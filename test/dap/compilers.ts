/** How programs are built that are compared with what GDB sees of them: freestanding and static. */
import { runTool } from "../tools.ts";

/** What programs are built with; each is built in several ways, in turn. */
const wide = { compiler: "riscv64-linux-gnu", qemu: "qemu-riscv64", machine: [] };
const narrow = {
  compiler: "riscv64-unknown-elf",
  qemu: "qemu-riscv32",
  machine: ["-march=rv32imafdc", "-mabi=ilp32d"],
};
export const gccBuilds = [
  { ...wide, flags: ["-O0", "-gdwarf-5"] },
  { ...wide, flags: ["-O2", "-gdwarf-5"] },
  { ...narrow, flags: ["-O1", "-gdwarf-3"] },
  { ...wide, flags: ["-Og", "-gdwarf-4"] },
  { ...narrow, flags: ["-O0", "-gdwarf-2"] },
  { ...narrow, flags: ["-O2", "-gdwarf-4"] },
  { ...wide, flags: ["-O1", "-gdwarf-5"] },
] as const;

/** The same by Clang, which knows every machine and lets GCC's linkers link. */
const clangWide = {
  target: "riscv64-linux-gnu",
  linker: "riscv64-linux-gnu-gcc",
  qemu: "qemu-riscv64",
  machine: ["-march=rv64gc", "-mabi=lp64d"],
};
const clangNarrow = {
  target: "riscv32-unknown-elf",
  linker: "riscv64-unknown-elf-gcc",
  qemu: "qemu-riscv32",
  machine: ["-march=rv32imafdc", "-mabi=ilp32d"],
};
export const clangBuilds = [
  { ...clangWide, flags: ["-O0", "-gdwarf-5"] },
  { ...clangWide, flags: ["-O2", "-gdwarf-5"] },
  { ...clangNarrow, flags: ["-O1", "-gdwarf-4"] },
  { ...clangNarrow, flags: ["-O0", "-gdwarf-4"] },
  { ...clangWide, flags: ["-O1", "-gdwarf-5"] },
  { ...clangNarrow, flags: ["-O2", "-gdwarf-5"] },
  { ...clangWide, flags: ["-O2", "-gdwarf-4"] },
] as const;

/** Options of C++ where there is no library. */
const plainCpp = ["-fno-exceptions", "-fno-rtti", "-std=c++17"];

/** Builds a source in one of GCC's ways. */
export function buildByGcc(
  { compiler, machine, flags }: Pick<(typeof gccBuilds)[number], "compiler" | "machine" | "flags">,
  source: string,
  program: string,
): void {
  const isCpp = source.endsWith(".cc");
  runTool(`${compiler}-${isCpp ? "g++" : "gcc"}`, [
    ...["-ffreestanding", "-static", "-nostdlib", "-Wl,--no-relax", "-w", ...machine, ...flags],
    ...(isCpp ? plainCpp : []),
    ...["-o", program, source],
  ]);
}

/** Builds a source in one of Clang's ways. */
export function buildByClang(
  { target, linker, machine, flags }: (typeof clangBuilds)[number],
  source: string,
  program: string,
): void {
  const own = source.endsWith(".cc") ? plainCpp : [];
  const object = `${program}.o`;
  runTool("clang", [
    ...[`--target=${target}`, ...machine, ...flags, "-ffreestanding", "-mno-relax", "-w", "-c"],
    ...[...own, "-o", object, source],
  ]);
  const link = ["-nostdlib", "-static", "-Wl,--no-relax", "-o", program, object, "-lgcc"];
  runTool(linker, [...machine, ...link]);
}

/** Builds a Rust program with its standard library. */
export function buildByRust(rustc: string, level: string, source: string, program: string): void {
  runTool(rustc, [
    ...["--edition", "2021", "--target", "riscv64gc-unknown-linux-gnu", "-A", "warnings", "-g"],
    ...["-C", "linker=riscv64-linux-gnu-gcc", "-C", "target-feature=+crt-static"],
    ...["-C", "relocation-model=static", "-C", "panic=abort", "-C", `opt-level=${level}`],
    ...["-o", program, source],
  ]);
}
