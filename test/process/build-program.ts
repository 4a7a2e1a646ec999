/** Assembles and links the text of a test. */
import { type BuildOptions, build } from "../../assembler/build.ts";
import type { ElfFile } from "../../elf/model.ts";

/** An executable from assembly text; throws with the first error's sentence. */
export async function buildProgram(
  text: string,
  environment: "linux" | "rars" | "venus" | "ripes" = "linux",
  march = "rv64gc",
  places: Pick<BuildOptions, "textAddress" | "dataAddress"> = {},
): Promise<ElfFile> {
  const options = { environment, march, ...places };
  const readFile = async () => new TextEncoder().encode(text);
  const { file, diagnostics } = await build(["test.s"], options, { readFile });
  const error = diagnostics.find(({ severity }) => severity === "error");
  if (error !== undefined) {
    throw new Error(`line ${error.range.start.line + 1}: ${error.message}`);
  }
  if (file === undefined) throw new Error("nothing was linked");
  return file;
}
