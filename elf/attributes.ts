/**
 * The section `.riscv.attributes`: what the code in an object needs, for linkers and debuggers.
 * A format version, then vendor subsections of tagged attributes; only those of the whole file are
 * read and written, and only vendor "riscv" is read. psABI, chapter "ELF Object Files", section
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
    const size = cursor.u32();
    // A size that is left to the linker says nothing yet, nor does what it would be the size of.
    if (size < 4) break;
    const vendor = cursor.slice(size, start);
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
    if (size < header) break;
    const group = cursor.slice(size, start);
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

/** Attributes by their tags, beside those that {@link RiscvAttributes} names. */
export type TaggedAttributes = ReadonlyMap<number, AttributeValue>;
/** A number below 2^32, a string, or for the tag "compatibility" of vendor "gnu" both. */
export type AttributeValue = number | string | readonly [number, string];

/** What RiscvAttributes names, by tags. */
function tagged({ stackAlign, arch, unalignedAccess, privSpec }: RiscvAttributes) {
  const values = new Map<number, AttributeValue>();
  const set = (tag: number, value: AttributeValue | undefined) => {
    if (value !== undefined) values.set(tag, value);
  };
  set(Tag.stackAlign, stackAlign);
  set(Tag.arch, arch);
  set(Tag.unalignedAccess, unalignedAccess === undefined ? undefined : Number(unalignedAccess));
  set(Tag.privSpec, privSpec?.major);
  set(Tag.privSpecMinor, privSpec?.minor);
  set(Tag.privSpecRevision, privSpec?.revision);
  return values;
}

/** The subsection of a vendor, byte for byte as GNU tools lay it out. */
function writeVendor(name: string, attributes: TaggedAttributes): Uint8Array {
  const body = new ByteWriter();
  for (const [tag, value] of [...attributes].sort(([a], [b]) => a - b)) {
    const parts = typeof value === "object" ? value : [value];
    // A zero or an empty string says what absence says, and GNU tools leave it out.
    if (parts.every((part) => part === 0 || part === "")) continue;
    body.uleb(tag);
    for (const part of parts) {
      if (typeof part === "number") body.uleb(part);
      else body.string(part);
    }
  }
  if (body.length === 0) return new Uint8Array();
  const vendor = new ByteWriter()
    .string(name)
    .uleb(Tag.file)
    .u32(5 + body.length)
    .bytes(body.finish());
  return new ByteWriter()
    .u32(4 + vendor.length)
    .bytes(vendor.finish())
    .finish();
}

/**
 * The section itself, ready to stand in a file.
 * @param others more attributes of vendor "riscv"
 * @param gnu those of vendor "gnu"
 */
export function attributesSection(
  attributes: RiscvAttributes,
  others: TaggedAttributes = new Map(),
  gnu: TaggedAttributes = new Map(),
): Section {
  const data = new ByteWriter()
    .u8(0x41)
    .bytes(writeVendor("riscv", new Map([...others, ...tagged(attributes)])))
    .bytes(writeVendor("gnu", gnu))
    .finish();
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
