/**
 * The section `.riscv.attributes`: what the code in an object needs, for linkers and debuggers.
 * A format version, then vendor subsections of tagged attributes; only vendor "riscv" and the
 * attributes of the whole file are read and written. psABI, chapter "ELF Object Files", section
 * "Attributes".
 */
import { ByteWriter, Cursor } from "./bytes.ts";
import { SHT } from "./constants.ts";
import { corrupt } from "./errors.ts";
import type { Section } from "./model.ts";

/** The attributes of a file; what the file does not say is absent. */
export interface RiscvAttributes {
  /** The ISA string with versions, such as `rv64i2p1_m2p0`. */
  arch?: string;
  /** Stack alignment in bytes. */
  stackAlign?: number;
  /** Whether the code may do unaligned loads and stores. */
  unalignedAccess?: boolean;
  /** Version of the privileged specification, such as 1, 10, 0. */
  privSpec?: { major: number; minor: number; revision: number };
}

/** Tags of the psABI: odd ones have a string, even ones a number (ULEB128). */
const Tag = {
  file: 1,
  stackAlign: 4,
  arch: 5,
  unalignedAccess: 6,
  privSpec: 8,
  privSpecMinor: 10,
  privSpecRevision: 12,
} as const;

/** The attributes of a file; empty when it has no such section. Throws `ElfError` if damaged. */
export function attributesOf(file: {
  readonly sections: readonly Pick<Section, "type" | "data">[];
}): RiscvAttributes {
  const section = file.sections.find(({ type }) => type === SHT.RISCV_ATTRIBUTES);
  return section === undefined ? {} : readAttributes(section.data);
}

/** Reads the section's content. Throws `ElfError` if it contradicts itself. */
export function readAttributes(data: Uint8Array): RiscvAttributes {
  const attributes: RiscvAttributes = {};
  const cursor = new Cursor(data, "the attributes section");
  if (cursor.u8() !== 0x41) throw corrupt("its attributes section is not of version A");
  while (!cursor.isAtEnd) {
    const start = cursor.offset;
    const vendor = cursor.slice(Math.max(4, cursor.u32()), start);
    vendor.offset = 4;
    if (vendor.string() === "riscv") readVendor(vendor, attributes);
  }
  return attributes;
}

function readVendor(cursor: Cursor, attributes: RiscvAttributes): void {
  while (!cursor.isAtEnd) {
    const start = cursor.offset;
    const tag = cursor.uleb();
    const size = cursor.u32();
    const header = cursor.offset - start;
    const group = cursor.slice(Math.max(header, size), start);
    group.offset = header;
    if (tag === Tag.file) readFileAttributes(group, attributes);
  }
}

function readFileAttributes(cursor: Cursor, attributes: RiscvAttributes): void {
  const numbers = new Map<number, number>();
  while (!cursor.isAtEnd) {
    const tag = cursor.uleb();
    if ((tag & 1) === 0) numbers.set(tag, cursor.uleb());
    else {
      const text = cursor.string();
      if (tag === Tag.arch) attributes.arch = text;
    }
  }
  const stackAlign = numbers.get(Tag.stackAlign);
  if (stackAlign !== undefined) attributes.stackAlign = stackAlign;
  const unaligned = numbers.get(Tag.unalignedAccess);
  if (unaligned !== undefined) attributes.unalignedAccess = unaligned !== 0;
  const major = numbers.get(Tag.privSpec);
  const minor = numbers.get(Tag.privSpecMinor);
  const revision = numbers.get(Tag.privSpecRevision);
  if (major !== undefined || minor !== undefined) {
    attributes.privSpec = { major: major ?? 0, minor: minor ?? 0, revision: revision ?? 0 };
  }
}

/** The section's content for these attributes, byte for byte as GNU tools lay it out. */
function writeAttributes(attributes: RiscvAttributes): Uint8Array {
  const body = new ByteWriter();
  const number = (tag: number, value: number | undefined) => {
    // A zero says what absence says, and GNU tools leave it out.
    if (value) body.uleb(tag).uleb(value);
  };
  number(Tag.stackAlign, attributes.stackAlign);
  if (attributes.arch !== undefined) body.uleb(Tag.arch).string(attributes.arch);
  number(
    Tag.unalignedAccess,
    attributes.unalignedAccess === undefined ? undefined : Number(attributes.unalignedAccess),
  );
  number(Tag.privSpec, attributes.privSpec?.major);
  number(Tag.privSpecMinor, attributes.privSpec?.minor);
  number(Tag.privSpecRevision, attributes.privSpec?.revision);
  const group = new ByteWriter()
    .uleb(Tag.file)
    .u32(5 + body.length)
    .bytes(body.finish());
  const vendor = new ByteWriter().string("riscv").bytes(group.finish());
  return new ByteWriter()
    .u8(0x41)
    .u32(4 + vendor.length)
    .bytes(vendor.finish())
    .finish();
}

/** The section itself, ready to stand in a file. */
export function attributesSection(attributes: RiscvAttributes): Section {
  const data = writeAttributes(attributes);
  return {
    name: ".riscv.attributes",
    type: SHT.RISCV_ATTRIBUTES,
    flags: 0n,
    address: 0n,
    size: BigInt(data.length),
    data,
    alignment: 1n,
    entrySize: 0n,
    link: 0,
    info: 0,
    relocations: [],
  };
}
