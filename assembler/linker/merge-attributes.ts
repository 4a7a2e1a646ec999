/**
 * The attributes and flags of the executable from those of the inputs: the union of their
 * extensions, each in its newest version. psABI, sections "File Header" and "Attributes".
 */
import { attributesOf, attributesSection, type RiscvAttributes } from "../../elf/attributes.ts";
import { EF_RISCV } from "../../elf/constants.ts";
import type { Section } from "../../elf/model.ts";
import type { Diagnostic } from "../diagnostics.ts";
import { linkError } from "./load.ts";
import type { InputFile, Program } from "./program.ts";

/** Single letters in the order of an ISA string. */
const letters = "iemafdqlcbkjtpvnh";

const floatNames: Readonly<Record<number, string>> = {
  [EF_RISCV.FLOAT_ABI_SOFT]: "soft-float",
  [EF_RISCV.FLOAT_ABI_SINGLE]: "single-float",
  [EF_RISCV.FLOAT_ABI_DOUBLE]: "double-float",
  [EF_RISCV.FLOAT_ABI_QUAD]: "quad-float",
};

/** The flags of the file header; reports ABIs that do not fit together. */
export function mergeFlags({ files, diagnostics }: Program): number {
  const first = files.find(hasCode) ?? files[0];
  let flags = first?.object.flags ?? 0;
  for (const file of files) {
    const other = file.object.flags;
    if (hasCode(file) && first !== undefined) checkFlags(file, first, diagnostics);
    flags |= other & (EF_RISCV.RVC | EF_RISCV.TSO);
  }
  return flags;
}

/** Data alone fits any ABI. */
const hasCode = ({ sections }: InputFile) =>
  sections.some(({ flags, size }) => (flags & 4) !== 0 && size > 0);

function checkFlags(file: InputFile, first: InputFile, diagnostics: Diagnostic[]): void {
  const different = file.object.flags ^ first.object.flags;
  const abi = (flags: number) => floatNames[flags & EF_RISCV.FLOAT_ABI] ?? "";
  if ((different & EF_RISCV.FLOAT_ABI) !== 0) {
    diagnostics.push(
      linkError("mixed-float", file.name, {
        name: file.name,
        first: first.name,
        abi: abi(file.object.flags),
        other: abi(first.object.flags),
      }),
    );
  }
  if ((different & EF_RISCV.RVE) !== 0) {
    diagnostics.push(
      linkError("mixed-registers", file.name, { name: file.name, first: first.name }),
    );
  }
}

/** The attributes section; undefined when no input has one. Reports stack alignments that differ. */
export function mergeAttributes({ files, diagnostics }: Program): Section | undefined {
  let merged: RiscvAttributes | undefined;
  let owner = "";
  for (const { name, object } of files) {
    let own: RiscvAttributes;
    try {
      own = attributesOf(object);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      diagnostics.push(linkError("unreadable-object", name, { reason }));
      continue;
    }
    if (Object.keys(own).length === 0) continue;
    if (merged === undefined) {
      merged = { ...own };
      owner = name;
      continue;
    }
    const { stackAlign, arch } = merged;
    if (own.stackAlign !== undefined && stackAlign !== undefined && own.stackAlign !== stackAlign) {
      const values = {
        name,
        first: owner,
        value: String(own.stackAlign),
        other: String(stackAlign),
      };
      diagnostics.push(linkError("mixed-stack-alignment", name, values));
    }
    const joined = arch === undefined ? own.arch : mergeArchitectures(arch, own.arch ?? arch);
    if (joined !== undefined) merged.arch = joined;
    merged.stackAlign ??= own.stackAlign ?? 0;
    if (own.unalignedAccess === true) merged.unalignedAccess = true;
    if (own.privSpec !== undefined) {
      const { privSpec = own.privSpec } = merged;
      const order = comparePrivileged(own.privSpec, privSpec);
      if (order !== 0) {
        const values = { name, value: specText(own.privSpec), other: specText(privSpec) };
        diagnostics.push(linkError("mixed-privileged", name, values));
      }
      merged.privSpec = order > 0 ? own.privSpec : privSpec;
    }
  }
  return merged === undefined ? undefined : attributesSection(merged);
}

type PrivilegedSpec = NonNullable<RiscvAttributes["privSpec"]>;

const specText = ({ major, minor, revision }: PrivilegedSpec) => `${major}.${minor}.${revision}`;

const comparePrivileged = (a: PrivilegedSpec, b: PrivilegedSpec): number =>
  a.major - b.major || a.minor - b.minor || a.revision - b.revision;

/** The union of two ISA strings with versions, in canonical order. */
export function mergeArchitectures(first: string, second: string): string {
  if (first === second) return first;
  const versions = new Map<string, readonly [number, number]>();
  for (const text of [first, second]) {
    for (const [name, major, minor] of extensionsOf(text)) {
      const [oldMajor = -1, oldMinor = -1] = versions.get(name) ?? [];
      if (major > oldMajor || (major === oldMajor && minor > oldMinor)) {
        versions.set(name, [major, minor]);
      }
    }
  }
  const base = /^rv\d+/.exec(first)?.[0] ?? "rv64";
  const names = [...versions.keys()].sort(compareExtensions);
  const texts = names.map((name) => `${name}${versions.get(name)?.join("p")}`);
  return `${base}${texts.join("_")}`;
}

function extensionsOf(text: string): [string, number, number][] {
  const body = text.replace(/^rv\d+/, "");
  const found = body.matchAll(/_?([a-z](?:[a-z0-9]*?[a-z])?)(\d+)p(\d+)/g);
  return [...found].map(([, name = "", major, minor]) => [name, Number(major), Number(minor)]);
}

/** Single letters by their order, then Z by the letter behind it, S, X; each by the alphabet. */
function compareExtensions(a: string, b: string): number {
  const group = (name: string) => (name.length === 1 ? 0 : 1 + "zsx".indexOf(name[0] ?? ""));
  const rank = (letter: string | undefined) => (letters.indexOf(letter ?? "") + 99) % 99;
  if (group(a) !== group(b)) return group(a) - group(b);
  if (a.length === 1) return rank(a[0]) - rank(b[0]);
  if (a.startsWith("z") && a[1] !== b[1]) return rank(a[1]) - rank(b[1]);
  return a < b ? -1 : a > b ? 1 : 0;
}
