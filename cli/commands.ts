/** The commands of the program `hartbeat`, in the order in which its help lists them. */
import type { Command } from "./command.ts";

/** All commands. */
export const commands: readonly Command[] = [
  {
    name: "run",
    usage: "[options] FILE… [ARGUMENT…] [-- ARGUMENT…]",
    summary: "Runs a program: an ELF executable, or assembly sources.",
    load: () => import("./commands/run.ts"),
  },
  {
    name: "replay",
    usage: "[options] RECORDING",
    summary: "Runs a recording again that run --record or the debugger has written.",
    load: () => import("./commands/replay.ts"),
  },
  {
    name: "asm",
    usage: "[options] FILE…",
    summary: "Assembles sources into object files, or with --link into an executable.",
    load: () => import("./commands/asm.ts"),
  },
  {
    name: "as",
    usage: "[options] FILE",
    summary: "Assembles a source into an object file, with the options of GNU as.",
    load: () => import("./commands/as.ts"),
  },
  {
    name: "link",
    usage: "[options] FILE…",
    summary: "Links object files and archives into an executable, with the options of GNU ld.",
    load: () => import("./commands/link.ts"),
  },
  {
    name: "objdump",
    usage: "[options] FILE…",
    summary: "Shows what is in object files and executables.",
    load: () => import("./commands/objdump.ts"),
  },
  {
    name: "dap",
    usage: "[--port N]",
    summary: "Serves a debugger's front end by the Debug Adapter Protocol.",
    load: () => import("./commands/dap.ts"),
  },
  {
    name: "lsp",
    usage: "[--stdio]",
    summary: "Serves an editor by the Language Server Protocol.",
    load: () => import("./commands/lsp.ts"),
  },
];
