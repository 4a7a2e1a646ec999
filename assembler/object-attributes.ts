/**
 * What an object says about itself: the section `.riscv.attributes` and the flags of the file.
 * psABI, "Attributes" and "File Header".
 */
import { attributesSection } from "../elf/attributes.ts";
import { EF_RISCV } from "../elf/constants.ts";
import type { Section } from "../elf/model.ts";
import {
  type Architecture,
  abiConflict,
  architectureString,
  defaultAbi,
} from "../isa/architecture.ts";
import { defaultPrivilegedEdition } from "../isa/csr-editions.ts";
import type { Assembler } from "./assembler.ts";
import type { Mention } from "./symbols.ts";

/** The section `.riscv.attributes`. */
export function writeAttributes(assembler: Assembler): Section {
  const { attributes } = assembler;
  const stackAlign = attributes.get(4);
  const unaligned = attributes.get(6);
  const isImplied = assembler.usesPrivileged && !attributes.has(8);
  const { privilegedEdition = defaultPrivilegedEdition } = assembler.options;
  const [major, minor, revision] = isImplied
    ? privilegedEdition.split(".").map(BigInt)
    : [8, 10, 12].map((tag) => attributes.get(tag));
  const number = (value: bigint | string | undefined) =>
    typeof value === "bigint" ? Number(BigInt.asUintN(32, value)) : 0;
  const privSpec =
    major === undefined && minor === undefined && revision === undefined
      ? undefined
      : { major: number(major), minor: number(minor), revision: number(revision) };
  const others = new Map(
    [...attributes].map(([tag, value]) => [tag, typeof value === "string" ? value : number(value)]),
  );
  return attributesSection(
    {
      arch: architectureString(finalArchitecture(assembler)),
      ...(stackAlign === undefined ? {} : { stackAlign: number(stackAlign) }),
      ...(unaligned === undefined ? {} : { unalignedAccess: unaligned !== 0n }),
      ...(privSpec === undefined ? {} : { privSpec }),
    },
    others,
    assembler.gnuAttributes,
  );
}

/** The architecture that holds at the end of the file, as `.option` and `.attribute` left it. */
function finalArchitecture(assembler: Assembler): Architecture {
  const { code, dialect } = assembler;
  const { architecture, hasCompressed } = code;
  if (dialect.hasFixedSizes || architecture.extensions.has("zca") === hasCompressed) {
    return architecture;
  }
  const others = [...architecture.extensions].filter((name) => !/^(c|zc.)$/.test(name));
  const extensions = new Set(hasCompressed ? [...others, "c", "zca"] : others);
  return { ...architecture, extensions };
}

/**
 * Reports an ABI that was asked for and that the present architecture does not have, once: at the
 * first instruction, or at the end.
 */
export function checkAbi(assembler: Assembler, at: Mention | undefined): void {
  const { options, code, unit, diagnostics } = assembler;
  const { mabi } = options;
  const conflict = mabi === undefined ? undefined : abiConflict(mabi, code.architecture);
  if (mabi === undefined || conflict === undefined) return;
  if (diagnostics.some(({ code: known }) => known === "bad-abi")) return;
  const mention = at ?? { source: unit.source, start: 0, end: 0 };
  assembler.reportAt("bad-abi", mention, { name: mabi, reason: conflict });
}

/** e_flags: compressed code, and the floating-point ABI. */
export function fileFlags(assembler: Assembler): number {
  const { unit, options, usesCompressed, code, dialect } = assembler;
  const { architecture } = unit;
  const abi = options.mabi ?? defaultAbi(dialect.hasFixedSizes ? architecture : code.architecture);
  const hasCompressed = usesCompressed || code.hasCompressed || architecture.extensions.has("c");
  const float = abi.endsWith("d")
    ? EF_RISCV.FLOAT_ABI_DOUBLE
    : abi.endsWith("f")
      ? EF_RISCV.FLOAT_ABI_SINGLE
      : abi.endsWith("q")
        ? EF_RISCV.FLOAT_ABI_QUAD
        : EF_RISCV.FLOAT_ABI_SOFT;
  return (
    (hasCompressed ? EF_RISCV.RVC : 0) |
    float |
    (abi.endsWith("e") ? EF_RISCV.RVE : 0) |
    (code.architecture.extensions.has("ztso") ? EF_RISCV.TSO : 0)
  );
}
