/** What GNU as writes of itself into debug information. */
import { tryTool } from "../tools.ts";

let known: string | undefined;

/** Its name and version, so that ours can say the same and strings can be compared. */
export function gnuProducer(): string {
  if (known === undefined) {
    const [first = ""] = tryTool("riscv64-unknown-elf-as", ["--version"]).stdout.split("\n");
    known = `GNU AS ${/(\d+\.[\d.]+)\s*$/.exec(first)?.[1] ?? ""}`;
  }
  return known;
}
