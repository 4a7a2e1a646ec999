/**
 * The types that debug information describes, as types of expressions. Each entry is converted
 * once; a structure's members when they are first asked for, since types refer to each other in
 * circles. DWARF 5, chapter 5, "Type Entries".
 */
import { DW_AT, DW_ATE, DW_LANG, DW_TAG } from "../elf/dwarf/constants.ts";
import type { Entry } from "../elf/dwarf/entry.ts";
import { evaluateExpression } from "../elf/dwarf/expression.ts";
import type { DebugInformation } from "../elf/dwarf/index.ts";
import { ElfError } from "../elf/errors.ts";
import { discriminantList, firstPointer } from "./expressions/contents.ts";
import {
  type Contents,
  codeType,
  type Enumerator,
  type IntegerType,
  integerOfBytes,
  type Member,
  memberPointerName,
  type Signature,
  type StructureType,
  sizeOf,
  type Type,
  typeName,
  type VariantCase,
  type Variants,
  voidType,
} from "./expressions/types.ts";

/** Types that consist of each other further than this are cut off. */
const deepest = 64;
/** Static members are looked for in the symbols by this. */
export type AddressOfName = (name: string) => bigint | undefined;

const keywords: Readonly<Record<number, string>> = {
  [DW_TAG.structure_type]: "struct",
  [DW_TAG.class_type]: "class",
  [DW_TAG.union_type]: "union",
};

/** What is in a structure. */
interface StructureParts {
  readonly members: readonly Member[];
  readonly variants: Variants | undefined;
  readonly contents: Contents | undefined;
}

/** The types of one program. */
export class DwarfTypes {
  readonly #debug: DebugInformation;
  readonly #addressOf: AddressOfName;
  readonly #known = new Map<number, Type | undefined>();
  /** Types by name; structures that are complete win. */
  #byName: Map<string, Entry> | undefined;
  readonly #enumerators = new Map<string, Entry>();
  #signatures: Map<bigint, Entry> | undefined;

  constructor(debug: DebugInformation, addressOf: AddressOfName) {
    this.#debug = debug;
    this.#addressOf = addressOf;
  }

  /** The type that an entry's DW_AT_type names; undefined where it has none, or one not known. */
  typeOf(entry: Entry, depth = 0): Type | undefined {
    const value = entry.attribute(DW_AT.type);
    if (value?.kind === "reference") return this.at(value.value, depth);
    if (value?.kind !== "signature") return undefined;
    const target = this.#bySignature().get(value.value);
    return target && this.#convert(target, depth);
  }

  /** The type at an offset of `.debug_info`. */
  at(offset: number, depth = 0): Type | undefined {
    if (this.#known.has(offset)) return this.#known.get(offset);
    if (depth > deepest) return undefined;
    const entry = this.#debug.info.entryAt(offset);
    const type = entry && this.#convert(entry, depth);
    this.#known.set(offset, type);
    return type;
  }

  /** A type by its name, as in `struct node`, `node` or `space::node`. */
  named(name: string): Type | undefined {
    const plain = name.replace(/^(struct|union|class|enum)\s+/, "").replace(/^::/, "");
    const keyword = plain === name ? "" : name.split(/\s/)[0]!;
    const names = this.#names();
    const entry =
      names.get(`${keyword} ${plain}`) ?? (keyword === "" ? undefined : names.get(` ${plain}`));
    return entry && this.#typeAt(entry);
  }

  /** The type of an entry of any section. */
  #typeAt(entry: Entry): Type | undefined {
    return entry.unit.section === ".debug_info" ? this.at(entry.offset) : this.#convert(entry, 0);
  }

  /** The constant with that name of an enumeration. */
  enumerator(name: string): { type: Type; value: bigint } | undefined {
    this.#names();
    const home = this.#enumerators.get(name);
    const type = home && this.#typeAt(home);
    if (type?.kind !== "integer") return undefined;
    const found = type.enumerators?.find((own) => `::${own.name}`.endsWith(`::${name}`));
    return found && { type, value: found.value };
  }

  #convert(entry: Entry, depth: number): Type | undefined {
    const target = () => this.typeOf(entry, depth + 1);
    // What stands here for a type that has a unit of its own.
    const signature = entry.attribute(DW_AT.signature);
    const whole =
      signature?.kind === "signature" ? this.#bySignature().get(signature.value) : undefined;
    if (whole !== undefined && depth <= deepest) return this.#convert(whole, depth + 1);
    switch (entry.tag) {
      case DW_TAG.base_type:
        return baseType(
          entry.string(DW_AT.name) ?? "int",
          entry.number(DW_AT.encoding) ?? 0,
          entry.number(DW_AT.byte_size) ?? 0,
        );
      case DW_TAG.unspecified_type:
        return { ...voidType, alias: entry.string(DW_AT.name) ?? "void" };
      case DW_TAG.typedef:
      case DW_TAG.template_alias: {
        const alias = this.qualifiedName(entry, entry.string(DW_AT.name) ?? "");
        return aliased(target() ?? voidType, alias);
      }
      case DW_TAG.const_type:
        return qualified(target() ?? voidType, "const");
      case DW_TAG.volatile_type:
        return qualified(target() ?? voidType, "volatile");
      case DW_TAG.restrict_type:
        return qualified(target() ?? voidType, "restrict");
      case DW_TAG.atomic_type:
        return qualified(target() ?? voidType, "_Atomic");
      case DW_TAG.enumeration_type:
        return this.#enumeration(entry, depth);
      case DW_TAG.pointer_type:
        return this.#pointer(entry);
      case DW_TAG.reference_type:
      case DW_TAG.rvalue_reference_type: {
        const isRvalue = entry.tag === DW_TAG.rvalue_reference_type;
        return { kind: "reference", to: target() ?? voidType, isRvalue };
      }
      case DW_TAG.array_type: {
        const of = target();
        return of && this.#array(entry, of);
      }
      case DW_TAG.subroutine_type:
      case DW_TAG.subprogram:
        return this.#function(entry, depth);
      case DW_TAG.structure_type:
      case DW_TAG.class_type:
      case DW_TAG.union_type:
        return this.#structure(entry, depth);
      case DW_TAG.ptr_to_member_type: {
        const size = this.#debug.sections.addressSize;
        const to = target();
        const isData = to?.kind !== "code";
        const bits = (8 * size) as 32 | 64;
        const home = entry.reference(DW_AT.containing_type);
        const whole = home === undefined ? undefined : this.at(home, depth + 1);
        const name = memberPointerName(to ?? voidType, whole === undefined ? "" : typeName(whole));
        const member = to === undefined ? {} : { member: to };
        if (isData)
          return { kind: "integer", bits, signed: true, name, isDeclared: true, ...member };
        return opaque(2 * size, name);
      }
      default: {
        const size = entry.number(DW_AT.byte_size) ?? 0;
        return size > 0 ? opaque(size, entry.string(DW_AT.name) ?? "unknown") : undefined;
      }
    }
  }

  /** A pointer; what it points to is converted when it is asked for. */
  #pointer(entry: Entry): Type {
    let to: Type | undefined;
    const find = () => this.typeOf(entry, 1);
    // Rust's pointers have names.
    const alias = entry.string(DW_AT.name);
    return {
      kind: "pointer",
      ...(alias === undefined ? {} : { alias }),
      get to() {
        to ??= find() ?? voidType;
        return to;
      },
    };
  }

  /** What a function takes and gives, by its entry and the declaration that it is an instance of. */
  signatureOf(entry: Entry, origin: Entry): Signature | undefined {
    const own = this.#function(entry, 0);
    const declared = entry === origin ? own : this.#function(origin, 0);
    const isWhole = own.signature?.parameters.every(({ kind }) => kind !== "void") === true;
    const parameters = isWhole && own.signature.parameters.length > 0 ? own : declared;
    const result = entry.attribute(DW_AT.type) === undefined ? declared : own;
    if (parameters.signature === undefined || result.signature === undefined) return undefined;
    return { ...parameters.signature, result: result.signature.result };
  }

  #function(entry: Entry, depth: number): Extract<Type, { kind: "code" }> {
    const parameters: Type[] = [];
    let isVariadic = false;
    for (const child of entry.children()) {
      if (child.tag === DW_TAG.unspecified_parameters) isVariadic = true;
      if (child.tag !== DW_TAG.formal_parameter) continue;
      parameters.push(this.typeOf(child, depth + 1) ?? voidType);
    }
    const result = this.typeOf(entry, depth + 1) ?? voidType;
    const isUnsaid = isVariadic && parameters.length === 0 && !this.#isCpp(entry);
    const unsaid = isUnsaid ? { isUnsaid } : {};
    return { ...codeType, kind: "code", signature: { result, parameters, isVariadic, ...unsaid } };
  }

  #enumeration(entry: Entry, depth: number): Type | undefined {
    const size = entry.number(DW_AT.byte_size) ?? 4;
    const below = this.typeOf(entry, depth + 1);
    const enumerators: Enumerator[] = [];
    for (const child of entry.children()) {
      if (child.tag !== DW_TAG.enumerator) continue;
      const value = constantOf(child, size, below?.kind === "integer" && !below.signed);
      if (value === undefined) continue;
      enumerators.push({ name: child.string(DW_AT.name) ?? "", value });
    }
    const integer = integerOfBytes[size];
    if (integer === undefined) return undefined;
    const isScoped = entry.flag(DW_AT.enum_class);
    const plain = this.qualifiedName(entry, entry.string(DW_AT.name) ?? "{...}");
    const isNegative = enumerators.some(({ value }) => value < 0n);
    return {
      ...integer,
      signed: below?.kind === "integer" ? below.signed : isNegative,
      name: this.#isCpp(entry) ? plain : `enum ${plain}`,
      enumerators: enumerators.map(({ name, value }) => ({
        name: isScoped ? `${plain}::${name}` : this.qualifiedName(entry, name),
        value,
      })),
      isDeclared: true,
    };
  }

  /** An array type, whose children are its dimensions, the outermost first. */
  #array(entry: Entry, of: Type): Type {
    const dimensions: { count: number; bounds?: Entry }[] = [];
    for (const child of entry.children()) {
      if (child.tag !== DW_TAG.subrange_type) continue;
      const upper = child.attribute(DW_AT.upper_bound);
      const said = child.attribute(DW_AT.count) ?? upper;
      if (said !== undefined && said.kind !== "constant") {
        dimensions.push({ count: 0, bounds: child });
        continue;
      }
      const end = upper?.kind === "constant" ? Number(BigInt.asIntN(64, upper.value)) + 1 : 0;
      const count = child.number(DW_AT.count) ?? end;
      // An upper bound of -1, in whatever width, is that of an array without elements.
      dimensions.push({ count: count < 0 || count > 0xffff_ffff ? 0 : count });
    }
    const array = dimensions.reduceRight<Type>(
      (type, own) => ({ kind: "array", of: type, ...own }),
      of,
    );
    if (!entry.flag(DW_AT.GNU_vector)) return array;
    const size = sizeOf(array, this.#debug.sections.addressSize === 8 ? 64 : 32);
    return aliased(array, `${typeName(of)} __attribute__((vector_size(${size})))`);
  }

  #structure(entry: Entry, depth: number): Type {
    const isDeclaration = entry.flag(DW_AT.declaration);
    const ownName = entry.string(DW_AT.name);
    const keyword = keywords[entry.tag]!;
    const plain = this.qualifiedName(entry, ownName ?? "{...}");
    const name = this.#isCpp(entry) && ownName !== undefined ? plain : `${keyword} ${plain}`;
    if (isDeclaration) {
      const whole = ownName === undefined ? undefined : this.#names().get(` ${plain}`);
      const isWhole = whole !== undefined && whole.offset !== entry.offset;
      if (isWhole && !whole.flag(DW_AT.declaration))
        return this.#convert(whole, depth + 1) ?? voidType;
    }
    let parts: StructureParts | undefined;
    const read = () => {
      parts ??= this.#parts(entry);
      return parts;
    };
    return {
      kind: "structure",
      keyword,
      name,
      size: entry.number(DW_AT.byte_size) ?? 0,
      isIncomplete: isDeclaration,
      get members() {
        return read().members;
      },
      get variants() {
        return read().variants;
      },
      get contents() {
        return read().contents;
      },
    };
  }

  /** What is in a structure; as much of it as is sound. */
  #parts(entry: Entry): StructureParts {
    const members: Member[] = [];
    let variants: Variants | undefined;
    let contents: Contents | undefined;
    safely(() => {
      for (const child of entry.children()) {
        if (child.tag === DW_TAG.variant_part) variants = this.#variants(child, members);
        else this.#addMember(child, members);
      }
      if (entry.unit.root.number(DW_AT.language) === DW_LANG.Rust)
        contents = this.#contents(entry, members);
    });
    return { members, variants, contents };
  }

  /** The variants of a Rust enumeration; their members are added to those of the whole. */
  #variants(part: Entry, members: Member[]): Variants {
    const discriminants: Member[] = [];
    const cases: VariantCase[] = [];
    for (const child of part.children()) {
      if (child.tag === DW_TAG.member) this.#addMember(child, discriminants);
      if (child.tag !== DW_TAG.variant) continue;
      const found: Member[] = [];
      for (const member of child.children()) this.#addMember(member, found);
      const [member] = found;
      if (member === undefined) continue;
      const type = discriminants[0]?.type;
      const size = type?.kind === "integer" ? type.bits / 8 : 8;
      const value = child.attribute(DW_AT.discr_value);
      const list = child.attribute(DW_AT.discr_list);
      const one = value?.kind === "constant" ? BigInt.asUintN(8 * size, value.value) : undefined;
      const ranges =
        one !== undefined
          ? [[one, one] as const]
          : list?.kind === "block"
            ? discriminantList(list.value, size)
            : undefined;
      cases.push({ member, ranges });
      members.push(member);
    }
    return { discriminant: discriminants[0], cases };
  }

  /** The elements of Rust's slices, vectors and texts, which are structures. */
  #contents(entry: Entry, members: readonly Member[]): Contents | undefined {
    const name = entry.string(DW_AT.name) ?? "";
    const named = (own: string) => members.find((member) => member.name === own);
    const data = named("data_ptr")?.type;
    if (data?.kind === "pointer" && named("length") !== undefined) {
      const isText = /(^|\W)str$/.test(name.replace(/>+$/, ""));
      return { pointer: ["data_ptr"], count: ["length"], of: data.to, isText };
    }
    const vector = named("vec")?.type;
    if (name === "String" && vector?.kind === "structure" && vector.contents !== undefined) {
      const { pointer, count, of } = vector.contents;
      return { pointer: ["vec", ...pointer], count: ["vec", ...count], of, isText: true };
    }
    const buffer = named("buf")?.type;
    if (!name.startsWith("Vec<") || buffer?.kind !== "structure" || named("len") === undefined)
      return undefined;
    const pointer = firstPointer(buffer);
    const element = [...entry.children()].find(
      (child) => child.tag === DW_TAG.template_type_parameter && child.string(DW_AT.name) === "T",
    );
    const of = element && this.typeOf(element);
    if (pointer === undefined || of === undefined) return undefined;
    return { pointer: ["buf", ...pointer], count: ["len"], of, isText: false };
  }

  #addMember(child: Entry, found: Member[]): void {
    const isBase = child.tag === DW_TAG.inheritance;
    const isStatic =
      child.tag === DW_TAG.variable || (child.tag === DW_TAG.member && child.flag(DW_AT.external));
    if (!isBase && !isStatic && child.tag !== DW_TAG.member) return;
    const type = this.typeOf(child);
    if (type === undefined) return;
    const name = isBase ? typeName(type) : (child.string(DW_AT.name) ?? "");
    if (isStatic) {
      const linkage = child.string(DW_AT.linkage_name) ?? this.#mangled(child, name);
      found.push({ name, type, offset: 0, isStatic, address: this.#addressOf(linkage) });
      return;
    }
    const bits = bitFieldOf(child, type, this.#debug.sections.addressSize);
    const offset = offsetOf(child, this.#debug.sections.addressSize);
    if (bits === undefined) found.push({ name, type, offset, ...(isBase ? { isBase } : {}) });
    else {
      const start = 8 * offset + bits.offset;
      found.push({ name, type, offset: start >> 3, bits: { offset: start & 7, size: bits.size } });
    }
  }

  /** The symbol of a static member by the Itanium C++ ABI. */
  #mangled(member: Entry, name: string): string {
    const parts = [
      ...this.#prefixOf(member)
        .split("::")
        .filter((part) => part !== ""),
      name,
    ];
    return `_ZN${parts.map((part) => `${part.length}${part}`).join("")}E`;
  }

  /** A name with its namespaces and classes, where the language has any. */
  qualifiedName(entry: Entry, name: string): string {
    return this.#prefixOf(entry) + name;
  }

  #isCpp(entry: Entry): boolean {
    const { root } = entry.unit;
    const language = root.number(DW_AT.language) ?? 0;
    // C in all its editions, assembly and what is not known have keywords before names of structures.
    return ![0, 0x1, 0x2, 0xc, 0x1d, 0x2c, 0x31, 0x8001].includes(language);
  }

  /** Namespaces and classes around an entry, `a::b::`. */
  #prefixOf(entry: Entry): string {
    if (!this.#isCpp(entry)) return "";
    const own = this.#prefixes(entry.unit).get(entry.offset);
    if (own !== undefined) return own;
    // What is defined outside of its namespace or class refers to its declaration there.
    const declaration = entry.reference(DW_AT.specification);
    const home = declaration === undefined ? undefined : this.#debug.info.entryAt(declaration);
    return (home && this.#prefixes(home.unit).get(home.offset)) ?? "";
  }

  readonly #unitPrefixes = new Map<object, Map<number, string>>();

  /** The prefixes of what stands in a unit's namespaces and classes, by offset. */
  #prefixes(unit: Entry["unit"]): Map<number, string> {
    let known = this.#unitPrefixes.get(unit);
    if (known !== undefined) return known;
    known = new Map();
    this.#unitPrefixes.set(unit, known);
    const prefixes = known;
    const visit = (parent: Entry, prefix: string, depth: number) => {
      if (depth > deepest) return;
      for (const child of parent.children()) {
        if (prefix !== "") prefixes.set(child.offset, prefix);
        if (isContainer(child.tag)) {
          const name = child.string(DW_AT.name);
          visit(child, `${prefix}${name ?? "(anonymous namespace)"}::`, depth + 1);
        }
      }
    };
    safely(() => visit(unit.root, "", 0));
    return known;
  }

  #bySignature(): Map<bigint, Entry> {
    if (this.#signatures !== undefined) return this.#signatures;
    this.#signatures = new Map();
    for (const unit of this.#debug.info.units) {
      if (unit.signature === 0n) continue;
      const entry = unit.entryAt(unit.offset + unit.typeOffset);
      if (entry !== undefined) this.#signatures.set(unit.signature, entry);
    }
    return this.#signatures;
  }

  /** All types with a name, under `struct name` and ` name`. */
  #names(): Map<string, Entry> {
    if (this.#byName !== undefined) return this.#byName;
    const names = new Map<string, Entry>();
    this.#byName = names;
    const add = (key: string, entry: Entry) => {
      const known = names.get(key);
      if (known === undefined || known.flag(DW_AT.declaration)) names.set(key, entry);
    };
    const visit = (parent: Entry, around: string, depth: number) => {
      if (depth > deepest) return;
      for (const child of parent.children()) {
        const isHere = child.attribute(DW_AT.specification) === undefined;
        const prefix = isHere ? around : this.#prefixOf(child);
        if (child.tag === DW_TAG.enumeration_type) this.#noteEnumerators(child, prefix);
        const isType = child.tag === DW_TAG.typedef || child.tag === DW_TAG.base_type;
        const keyword =
          child.tag === DW_TAG.enumeration_type ? "enum" : (keywords[child.tag] ?? "");
        if (isType || keyword !== "") {
          const name = child.string(DW_AT.name);
          if (name !== undefined) {
            if (keyword !== "") add(`${keyword} ${prefix}${name}`, child);
            add(` ${prefix}${name}`, child);
          }
        }
        if (isContainer(child.tag))
          visit(child, `${prefix}${child.string(DW_AT.name) ?? "(anonymous)"}::`, depth + 1);
        // Types that a function declares for itself.
        else if (child.tag === DW_TAG.subprogram || child.tag === DW_TAG.lexical_block)
          visit(child, "", depth + 1);
      }
    };
    for (const unit of this.#debug.info.units) safely(() => visit(unit.root, "", 0));
    return names;
  }

  #noteEnumerators(enumeration: Entry, prefix: string): void {
    const own = enumeration.string(DW_AT.name);
    const isScoped = enumeration.flag(DW_AT.enum_class);
    for (const child of enumeration.children()) {
      const name = child.string(DW_AT.name);
      if (name === undefined) continue;
      if (!isScoped) this.#enumerators.set(prefix + name, enumeration);
      if (own !== undefined) this.#enumerators.set(`${prefix}${own}::${name}`, enumeration);
    }
  }
}

function isContainer(tag: number): boolean {
  return (
    tag === DW_TAG.namespace ||
    tag === DW_TAG.structure_type ||
    tag === DW_TAG.class_type ||
    tag === DW_TAG.union_type ||
    tag === DW_TAG.enumeration_type
  );
}

/** Does what damaged debug information may prevent. */
function safely(action: () => void): void {
  try {
    action();
  } catch (error) {
    if (!(error instanceof ElfError)) throw error;
  }
}

/** A constant attribute as a signed number, by the width of its type. */
function constantOf(entry: Entry, size: number, isUnsigned: boolean): bigint | undefined {
  const value = entry.attribute(DW_AT.const_value);
  if (value?.kind !== "constant") return undefined;
  return isUnsigned ? BigInt.asUintN(8 * size, value.value) : value.value;
}

/** Bytes from the start of a structure to a member. */
function offsetOf(member: Entry, addressSize: 4 | 8): number {
  const value = member.attribute(DW_AT.data_member_location);
  if (value?.kind === "constant") return Number(BigInt.asIntN(64, value.value));
  if (value?.kind !== "block" && value?.kind !== "expression") return 0;
  // Versions before 4 have an expression that adds to the structure's address.
  return Number(evaluateExpression(value.value, { addressSize, initial: [0n] }) ?? 0n);
}

/** The bits of a bit-field, counted from the least significant one at the member's offset. */
function bitFieldOf(member: Entry, type: Type, addressSize: 4 | 8) {
  const size = member.number(DW_AT.bit_size);
  if (size === undefined) return undefined;
  const start = member.number(DW_AT.data_bit_offset);
  if (start !== undefined) return { offset: start, size };
  // Versions before 4 count from the most significant bit of the storage unit.
  const top = member.attribute(DW_AT.bit_offset);
  // It is below 0 where a packed field goes on behind its unit.
  const fromTop = top?.kind === "constant" ? Number(BigInt.asIntN(64, top.value)) : 0;
  const bits = type.kind === "integer" ? type.bits : 8 * addressSize;
  const unit = 8 * (member.number(DW_AT.byte_size) ?? bits / 8);
  return { offset: unit - fromTop - size, size };
}

function opaque(size: number, name: string): Type {
  const byte = { ...integerOfBytes[1]!, signed: false, name: "unsigned char" };
  return { kind: "array", of: byte, count: size, alias: name };
}

/** A type under another name. A pointer's target stays unread. */
function aliased(type: Type, alias: string): Type {
  return Object.create(type, { alias: { value: alias, enumerable: true } }) as Type;
}

/** The qualifiers in the order in which they are written. */
const qualifiers = ["const", "volatile", "restrict", "_Atomic"];

/** Qualifiers with one more among them; the same twice is once. */
const qualifiersWith = (words: readonly string[], word: string): string =>
  qualifiers.filter((own) => own === word || words.includes(own)).join(" ");

function qualified(type: Type, word: string): Type {
  // const void and const int are written before, a const pointer behind.
  if (type.kind === "pointer" && type.alias === undefined) return pointerQualified(type, word);
  // What is said of an array holds for its elements.
  if (type.kind === "array" && type.alias === undefined) {
    return { ...type, of: qualified(type.of, word) };
  }
  const name = typeName(type);
  const [before] = /^((const|volatile|restrict|_Atomic) )*/.exec(name)!;
  const words = qualifiersWith(before.split(" "), word);
  return aliased(type, `${words} ${name.slice(before.length)}`);
}

/** `int * const`. The pointer's target stays unread, since it may refer to itself. */
function pointerQualified(type: Extract<Type, { kind: "pointer" }>, word: string): Type {
  const qualifier = qualifiersWith(type.qualifier?.split(" ") ?? [], word);
  return Object.create(type, { qualifier: { value: qualifier, enumerable: true } }) as Type;
}

function baseType(name: string, encoding: number, size: number): Type | undefined {
  switch (encoding) {
    case DW_ATE.float:
      return size === 2 || size === 4 || size === 8 || size === 16
        ? { kind: "float", bits: (8 * size) as 16 | 32 | 64 | 128, name }
        : opaque(size, name);
    case DW_ATE.complex_float:
      return complexType(name, size);
  }
  // Rust's (), which has no bits.
  if (size === 0 && name === "()") {
    return { kind: "structure", keyword: "struct", name, size, isIncomplete: false, members: [] };
  }
  if (![1, 2, 4, 8, 16].includes(size)) return size > 0 ? opaque(size, name) : undefined;
  const isSigned = encoding === DW_ATE.signed || encoding === DW_ATE.signed_char;
  const bits = (size * 8) as IntegerType["bits"];
  return { kind: "integer", bits, signed: isSigned, name, isDeclared: true };
}

function complexType(name: string, size: number): StructureType | undefined {
  const bits = size * 4;
  if (bits !== 32 && bits !== 64 && bits !== 128) return undefined;
  const part: Type = {
    kind: "float",
    bits,
    name: bits === 32 ? "float" : bits === 64 ? "double" : "long double",
  };
  const members = [
    { name: "real", type: part, offset: 0 },
    { name: "imag", type: part, offset: size / 2 },
  ];
  return { kind: "structure", keyword: "complex", name, size, isIncomplete: false, members };
}
