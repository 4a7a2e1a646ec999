/** Directives of RISC-V. GNU as manual, section "RISC-V Directives". */
import { R_RISCV, STO_RISCV_VARIANT_CC } from "../../elf/constants.ts";
import { changeArchitecture, parseArchitecture } from "../../isa/architecture.ts";
import type { Arguments } from "../arguments.ts";
import type { Assembler } from "../assembler.ts";
import type { Directive } from "../directives.ts";
import { insn } from "../insn.ts";
import { assembleInstruction } from "../instructions.ts";

const options = [
  "rvc",
  "norvc",
  "pic",
  "nopic",
  "relax",
  "norelax",
  "csr-check",
  "no-csr-check",
  "push",
  "pop",
  "arch",
];

/** `.option`. */
function option(assembler: Assembler, args: Arguments): void {
  const token = args.peek();
  const text = args.rest();
  const { code, codeStack } = assembler;
  const [name = "", ...values] = text.split(",").map((part) => part.replace(/\s+/g, ""));
  switch (name) {
    case "rvc":
      code.hasCompressed = true;
      assembler.usesCompressed = true;
      setExtensions(assembler, ["+c"], token);
      return;
    case "norvc":
      code.hasCompressed = false;
      setExtensions(assembler, ["-c"], token);
      return;
    case "pic":
      code.pic = true;
      return;
    case "nopic":
      code.pic = false;
      return;
    case "relax":
      code.relax = true;
      return;
    case "norelax":
      code.relax = false;
      return;
    case "csr-check":
      code.checksCsrs = true;
      return;
    case "no-csr-check":
      code.checksCsrs = false;
      return;
    case "push":
      codeStack.push({ ...code });
      return;
    case "pop": {
      const saved = codeStack.pop();
      if (saved === undefined) {
        assembler.report("option-without-push", args.name.start, args.name.end);
      } else Object.assign(code, saved);
      return;
    }
    case "arch":
      if (values.length === 0) break;
      // A whole name stands alone.
      if (
        values.length > 1 &&
        values.some((value) => !/^[+-]/.test(value)) &&
        token !== undefined
      ) {
        const reason = "A whole architecture stands alone in `.option arch`.";
        assembler.report("bad-architecture", token.start, token.end, { reason });
        return;
      }
      setExtensions(assembler, values, token);
      code.hasCompressed = code.architecture.extensions.has("zca");
      assembler.usesCompressed ||= code.hasCompressed;
      return;
  }
  const { start, end } = token ?? args.name;
  assembler.report("bad-option", start, end, { name, known: options.join(", ") });
}

/** Adds (`+zba`) and takes away (`-c`) extensions, or starts anew with a whole name. */
function setExtensions(
  assembler: Assembler,
  changes: readonly string[],
  token: { start: number; end: number } | undefined,
): void {
  const { code } = assembler;
  const report = (reason: string) => {
    if (token === undefined) return;
    assembler.report("bad-architecture", token.start, token.end, { reason });
  };
  const wanted = changes.filter((change) => {
    if (!/^[+-][ieg]$/.test(change) || token === undefined) return true;
    assembler.report("base-extension", token.start, token.end, { name: change.slice(1) });
    return false;
  });
  const changed = changeArchitecture(code.architecture, wanted);
  if (changed.ok) code.architecture = changed.architecture;
  else report(changed.error);
}

const tags: Readonly<Record<string, number>> = {
  tag_riscv_stack_align: 4,
  stack_align: 4,
  tag_riscv_arch: 5,
  arch: 5,
  tag_riscv_unaligned_access: 6,
  unaligned_access: 6,
  tag_riscv_priv_spec: 8,
  priv_spec: 8,
  tag_riscv_priv_spec_minor: 10,
  priv_spec_minor: 10,
  tag_riscv_priv_spec_revision: 12,
  priv_spec_revision: 12,
};

/** `.attribute tag, value`. */
function attribute(assembler: Assembler, args: Arguments): void {
  const token = args.peek();
  if (token === undefined) {
    args.symbolName();
    return;
  }
  let tag: number | undefined;
  if (token.kind === "integer") {
    args.at++;
    tag = Number(token.value);
  } else tag = tags[args.symbolName()?.text.toLowerCase() ?? ""];
  if (tag === undefined) {
    assembler.report("bad-attribute", token.start, token.end, {
      name: token.text,
      known: "arch, stack_align, unaligned_access, priv_spec",
    });
    args.at = args.tokens.length;
    return;
  }
  if (!args.separator()) return;
  const value = args.peek();
  if (tag % 2 === 1) {
    const text = args.string();
    if (text === undefined) return;
    assembler.attributes.set(tag, text);
    if (tag === 5 && assembler.hasInstructions) {
      assembler.report("late-architecture", token.start, token.end);
    } else if (tag === 5) setArchitecture(assembler, text, value);
    return;
  }
  const number = args.constant("The value");
  if (number !== undefined) assembler.attributes.set(tag, number);
}

/** The architecture of the whole file, as compilers write it. */
function setArchitecture(
  assembler: Assembler,
  text: string,
  token: { start: number; end: number } | undefined,
): void {
  const parsed = parseArchitecture(text, assembler.options.isaEdition);
  if (!parsed.ok) {
    if (token !== undefined)
      assembler.report("bad-architecture", token.start, token.end, { reason: parsed.error });
    return;
  }
  if (parsed.architecture.xlen !== assembler.xlen && assembler.hasInstructions) return;
  assembler.code.architecture = parsed.architecture;
  assembler.code.hasCompressed = parsed.architecture.extensions.has("zca");
}

/** `.variant_cc symbol`. */
function variant(assembler: Assembler, args: Arguments): void {
  const token = args.symbolName();
  if (token === undefined) return;
  const symbol = assembler.symbols.get(token.text);
  symbol.visibility |= STO_RISCV_VARIANT_CC;
  symbol.isNamed = true;
}

/** `.dtprelword symbol`: an offset in the thread's block. */
const threadOffset = (name: string, size: number): Directive => ({
  name,
  operands: "expression",
  summary: `Puts the offset of a symbol in its thread-local block, in ${size} bytes.`,
  run(assembler, args) {
    const from = args.at;
    const value = args.expression();
    if (value === undefined) return;
    const { fragment, offset } = assembler.place();
    const mention = args.mention(from);
    const type = size === 4 ? R_RISCV.TLS_DTPREL32 : R_RISCV.TLS_DTPREL64;
    fragment.subsection.section.fixups.push({
      fragment,
      offset,
      size,
      value,
      type,
      relax: false,
      mention,
    });
    assembler.subsection.appendZeros(size);
  },
});

export const riscvDirectives: readonly Directive[] = [
  {
    name: ".option",
    operands: "option",
    summary: `Changes an option of the assembler: ${options.join(", ")}.`,
    run: option,
  },
  {
    name: ".attribute",
    operands: "tag, value",
    summary: "Notes what the code needs.",
    run: attribute,
  },
  {
    name: ".insn",
    operands: "format, operand, …",
    summary: "Puts an instruction by its format and fields.",
    run: insn,
  },
  {
    name: ".variant_cc",
    operands: "symbol",
    summary: "Marks a function with a calling convention of its own.",
    run: variant,
  },
  {
    name: ".nop",
    operands: "",
    summary: "Puts an instruction that does nothing.",
    run: (assembler, args) => {
      args.end();
      // GNU as takes it for data first, which leaves a mapping symbol more.
      assembler.mark("data");
      assembleInstruction(assembler, assembler.statement, [{ ...args.name, text: "nop" }], 1);
    },
  },
  threadOffset(".dtprelword", 4),
  threadOffset(".dtpreldword", 8),
];
