/**
 * From fragments to an object file: sections are laid out, tails filled, fixups applied or turned
 * into relocations, symbols listed. psABI, chapter "ELF Object Files".
 */
import { EM, ET, R_RISCV, relocationName, SHF, SHT, STB, STT, STV } from "../elf/constants.ts";
import type { ElfFile, ElfSymbol, Relocation, Section } from "../elf/model.ts";
import { type RelocationRows, rowsOf, sectionOfRows } from "../elf/relocation-rows.ts";
import type { Assembler } from "./assembler.ts";
import { fillFragment } from "./contents.ts";
import {
  type EvaluationError,
  type Expression,
  evaluate,
  evaluateNumber,
  type LinearValue,
} from "./expressions.ts";
import type { Fixup, FixupList } from "./fixups.ts";
import { distanceForLinker, distanceInSection, gapOf, layOut } from "./layout.ts";
import { settleMappings } from "./mappings.ts";
import { checkAbi, fileFlags, writeAttributes } from "./object-attributes.ts";
import { patchImmediate } from "./patch.ts";
import { rowStep } from "./row-steps.ts";
import { type Fragment, type SectionBuilder, sectionLimit, type Tail } from "./sections.ts";
import type { AssemblySymbol, Mention } from "./symbols.ts";

/** The object file of what was assembled. */
export function makeObject(assembler: Assembler): ElfFile {
  return new ObjectMaker(assembler).make();
}

const dataTypes: Readonly<Record<number, { absolute?: number; add: number; subtract: number }>> = {
  1: { add: R_RISCV.ADD8, subtract: R_RISCV.SUB8 },
  2: { add: R_RISCV.ADD16, subtract: R_RISCV.SUB16 },
  4: { absolute: R_RISCV["32"], add: R_RISCV.ADD32, subtract: R_RISCV.SUB32 },
  8: { absolute: R_RISCV["64"], add: R_RISCV.ADD64, subtract: R_RISCV.SUB64 },
};

class ObjectMaker {
  readonly #assembler: Assembler;
  readonly #sections = new Map<SectionBuilder, Section>();
  readonly #sectionSymbols = new Map<Section, ElfSymbol>();
  readonly #reported = new Set<AssemblySymbol>();
  /** Compilers' local labels in the order in which relocations first name them. */
  readonly #named: AssemblySymbol[] = [];
  #hasAttributes = true;

  constructor(assembler: Assembler) {
    this.#assembler = assembler;
  }

  make(): ElfFile {
    const { architecture } = this.#assembler.unit;
    const xlen = architecture.xlen;
    for (const builder of this.#assembler.sections) {
      this.#pad(builder);
      this.#layOut(builder);
    }
    // GNU as comes to the symbols of `.reloc` before all others.
    const written = this.#writtenRelocations();
    for (const builder of this.#assembler.sections) {
      settleMappings(this.#assembler, builder, this.#sections.get(builder)?.size ?? 0n);
      this.#fill(builder, written.get(builder) ?? []);
    }
    const sections = [...this.#sections.values()];
    for (const builder of this.#assembler.sections) {
      if (builder.linkedTo === undefined) continue;
      const section = this.#sections.get(builder);
      const { fragment } = this.#assembler.symbols.get(builder.linkedTo);
      const holder = fragment && this.#sections.get(fragment.subsection.section);
      const target = sections.findIndex((one) =>
        holder === undefined ? one.name === builder.linkedTo : one === holder,
      );
      if (section !== undefined) section.link = target + 1;
    }
    checkAbi(this.#assembler, undefined);
    const { options, attributes } = this.#assembler;
    this.#hasAttributes = options.hasAttributes !== false || attributes.size > 0;
    if (this.#hasAttributes) sections.push(writeAttributes(this.#assembler));
    const relocated = sections.filter(({ relocations }) => relocations.length > 0);
    if (sections.length + relocated.length > sectionCountLimit) {
      const { source, start, end } = this.#assembler.statement;
      this.#assembler.reportAt(
        "too-many-sections",
        { source, start, end },
        {
          limit: String(sectionCountLimit),
        },
      );
    }
    return {
      class: xlen,
      type: ET.REL,
      machine: EM.RISCV,
      flags: fileFlags(this.#assembler),
      entry: 0n,
      sections,
      segments: [],
      symbols: this.#symbolTable(sections),
    };
  }

  /** Code ends at a multiple of its alignment, as GNU as has it. */
  #pad(builder: SectionBuilder): void {
    const last = builder.fragments().at(-1);
    if (!builder.isCode || last === undefined || builder.isPadded) return;
    builder.isPadded = true;
    const { alignment } = builder;
    // GNU as pads each subsection, so the first is the one that a mapping symbol closes.
    const { subsection } = this.#assembler;
    this.#assembler.subsection = builder.fragments()[0]?.subsection ?? last.subsection;
    this.#assembler.mark("instructions", true);
    this.#assembler.subsection = subsection;
    last.subsection.close({
      kind: "align",
      alignment,
      fill: undefined,
      maximum: alignment,
      hasCompressed: false,
    });
  }

  #layOut(builder: SectionBuilder): void {
    const reported = new Set<unknown>();
    let size = layOut(builder, (tail, code, values) => {
      if (reported.has(tail) || !("mention" in tail)) return;
      reported.add(tail);
      this.#assembler.reportAt(code, tail.mention, values);
    });
    if (builder.hasOverflowed || (size > sectionLimit && !builder.isZeros)) {
      size = 0;
      builder.hasOverflowed = true;
      this.#assembler.reportAt("section-too-large", this.#assembler.statement, {
        section: builder.name,
        limit: String(sectionLimit),
      });
    }
    const section = sectionOfRows({
      name: builder.name,
      type: builder.type,
      flags: builder.flags,
      address: builder.address ?? 0n,
      size: BigInt(size),
      data: new Uint8Array(builder.isZeros ? 0 : size),
      alignment: BigInt(builder.alignment),
      entrySize: isPointerTable(builder) ? BigInt(this.#assembler.xlen / 8) : builder.entrySize,
      link: 0,
      info: 0,
      ...(builder.group === undefined ? {} : { group: builder.group }),
    });
    this.#sections.set(builder, section);
  }

  #fill(builder: SectionBuilder, written: readonly Relocation[]): void {
    const section = this.#sections.get(builder) as Section;
    if (builder.hasOverflowed) return;
    const rows = rowsOf(section) as RelocationRows;
    let jumps: Map<Fragment, Fixup> | undefined;
    const fragments = builder.fragments();
    for (const fragment of fragments) {
      if (!builder.isZeros) fillFragment(section.data, fragment, this.#assembler);
    }
    // In the order in which GNU as comes to symbols: branches after all else.
    // A section that became one of zeros has no bytes for them, as was reported.
    const { fixups } = builder;
    for (const index of builder.isZeros ? [] : fixups.inOrder()) {
      const isDone =
        fixups.typeAt(index) < 0
          ? this.#applyAddress(section, fixups, index, rows)
          : this.#applyReference(fixups, index, rows);
      if (isDone) continue;
      const fixup = fixups.at(index);
      if (fixup.isJump === true) {
        jumps ??= new Map();
        jumps.set(fixup.fragment, fixup);
      } else this.#apply(section, fixup, rows);
    }
    for (const fragment of fragments) {
      const { tail } = fragment;
      const jump = jumps?.get(fragment);
      if (jump !== undefined) this.#apply(section, jump, rows);
      if (tail?.kind === "branch") this.#branch(section, fragment, rows);
      if (tail?.kind === "advance" && tail.from.fragment?.subsection.section.isCode === true) {
        this.#advance(fragment, rows);
      }
      if (tail?.kind === "leb128" && tail.isSettled !== true) this.#leb128(fragment, rows);
      if (tail?.kind === "row") this.#row(fragment, tail, rows);
    }
    for (const { fragment, offset, type, addend } of builder.markers) {
      rows.push(fragment.address + offset, type, undefined, addend);
    }
    if (written.length > 0) section.relocations = merged(rows.objects(), written);
  }

  /** The relocations by `.reloc`, each in the section of its place. */
  #writtenRelocations(): Map<SectionBuilder, Relocation[]> {
    const relocations = new Map<SectionBuilder, Relocation[]>();
    for (const builder of this.#assembler.sections) {
      for (const one of builder.relocations) this.#written(builder, one, relocations);
    }
    return relocations;
  }

  /** A relocation by `.reloc`. */
  #written(
    current: SectionBuilder,
    { place, type, value, mention }: SectionBuilder["relocations"][number],
    relocations: Map<SectionBuilder, Relocation[]>,
  ): void {
    const at = evaluate(place, distanceInSection);
    const target: LinearValue | ReturnType<typeof evaluate> =
      value === undefined
        ? { add: undefined, subtract: undefined, constant: 0n }
        : evaluate(value, distanceForLinker);
    if (typeof at === "string" || typeof target === "string" || target.subtract !== undefined) {
      const reason = typeof at === "string" ? at : "not-linear";
      this.#assembler.reportAt(reason, mention, { what: "The offset", name: "" });
      return;
    }
    const { fragment } = at.add ?? {};
    const builder = at.add === undefined ? current : fragment?.subsection.section;
    if (builder === undefined || at.subtract !== undefined) {
      this.#assembler.reportAt("not-constant", mention, { what: "The offset" });
      return;
    }
    const start = at.add === undefined ? 0 : (fragment?.address ?? 0) + at.add.offset;
    const { symbol, addend } =
      target.add === undefined
        ? { symbol: undefined, addend: target.constant }
        : this.#fromSection(target.add, target.constant);
    const offset = start + Number(at.constant);
    const size = this.#sections.get(builder)?.size ?? 0n;
    if (offset < 0 || BigInt(offset) > size) {
      const name = relocationName(type);
      this.#assembler.reportAt("place-outside", mention, { name, offset: String(offset) });
      return;
    }
    const others = relocations.get(builder) ?? [];
    relocations.set(builder, others);
    others.push({ offset: BigInt(offset), type, symbol, addend });
  }

  /** A symbol for `.reloc`, which names a place at a compiler's label by its section. */
  #fromSection(symbol: AssemblySymbol, addend: bigint) {
    const { fragment, offset, isTemporary, binding } = symbol;
    if (fragment === undefined || !isTemporary || binding !== STB.LOCAL) {
      return this.#target(symbol, addend);
    }
    this.#nameLate(symbol);
    const section = this.#sections.get(fragment.subsection.section);
    const target = section && this.#sectionSymbol(section);
    return { symbol: target, addend: addend + BigInt(fragment.address + offset) };
  }

  #branch(section: Section, fragment: Fragment, rows: RelocationRows): void {
    const { tail, tailSize } = fragment;
    if (tail?.kind !== "branch") return;
    const at = fragment.address + fragment.length;
    const isShort = tailSize === 2;
    const jumpAt = tailSize === 8 ? 4 : tailSize === 6 ? 2 : 0;
    const type = isShort
      ? tail.isJump
        ? R_RISCV.RVC_JUMP
        : R_RISCV.RVC_BRANCH
      : tail.isJump || jumpAt > 0
        ? R_RISCV.JAL
        : R_RISCV.BRANCH;
    const value = this.#target(tail.target, tail.addend);
    const { symbol, addend, place } = value;
    if (symbol !== undefined) {
      patchImmediate(section.data, at + jumpAt, type, place - BigInt(at + jumpAt));
    }
    rows.push(at + jumpAt, type, symbol, addend);
  }

  /** A symbol for a relocation, and its value in this file (0 where it is not defined). */
  #target(
    symbol: AssemblySymbol,
    addend: bigint,
  ): { symbol: ElfSymbol | undefined; addend: bigint; place: bigint } {
    if (symbol.expression !== undefined) {
      const linear = evaluate(symbol.expression, distanceInSection);
      if (typeof linear !== "string" && linear.add === undefined && linear.subtract === undefined) {
        return {
          symbol: undefined,
          addend: addend + linear.constant,
          place: addend + linear.constant,
        };
      }
      if (typeof linear !== "string" && linear.add !== undefined && !linear.add.isDefined) {
        return this.#target(linear.add, addend + linear.constant);
      }
    }
    const elf = this.#relocationSymbol(symbol);
    return { symbol: elf, addend, place: elf.value + addend };
  }

  /** DW_CFA_advance_loc over code that the linker may shorten. */
  #advance(fragment: Fragment, rows: RelocationRows): void {
    const { tail, tailSize } = fragment;
    if (tail?.kind !== "advance" || tailSize === 0) return;
    const at = fragment.address + fragment.length;
    const [offset, set, subtract] =
      tailSize === 1
        ? [0, R_RISCV.SET6, R_RISCV.SUB6]
        : tailSize === 2
          ? [1, R_RISCV.SET8, R_RISCV.SUB8]
          : tailSize === 3
            ? [1, R_RISCV.SET16, R_RISCV.SUB16]
            : [1, R_RISCV.SET32, R_RISCV.SUB32];
    rows.push(at + offset, set, this.#relocationSymbol(tail.to), 0n);
    rows.push(at + offset, subtract, this.#relocationSymbol(tail.from), 0n);
  }

  /** A step of the line table over code that the linker may shorten. */
  #row({ address, length }: Fragment, tail: Tail & { kind: "row" }, rows: RelocationRows): void {
    const { from, to, word } = tail;
    const step = rowStep(tail, gapOf(tail));
    const at = address + length + step.at;
    if (step.isAddress) {
      rows.push(at, word === 8 ? R_RISCV["64"] : R_RISCV["32"], this.#relocationSymbol(to), 0n);
      return;
    }
    rows.push(at, R_RISCV.ADD16, this.#relocationSymbol(to), 0n);
    rows.push(at, R_RISCV.SUB16, this.#relocationSymbol(from), 0n);
  }

  /** A ULEB128 difference in code that may be relaxed needs a pair of relocations. */
  #leb128(fragment: Fragment, rows: RelocationRows): void {
    const { tail } = fragment;
    if (tail?.kind !== "leb128") return;
    const linear = evaluate(tail.value, distanceForLinker);
    if (typeof linear === "string") {
      this.#assembler.reportAt(linear, tail.mention, { what: "The value", name: "" });
      return;
    }
    if (linear.add === undefined && linear.subtract === undefined) return;
    if (tail.isSigned || linear.add === undefined || linear.subtract === undefined) {
      this.#assembler.reportAt("uleb-difference", tail.mention, {
        directive: tail.isSigned ? "sleb128" : "uleb128",
      });
      return;
    }
    const at = fragment.address + fragment.length;
    const [one, other] = [linear.add.fragment, linear.subtract.fragment];
    const isApart = one?.subsection.section !== other?.subsection.section;
    if (one !== undefined && other !== undefined && isApart) {
      this.#assembler.reportAt("not-linear", tail.mention);
      return;
    }
    rows.push(at, R_RISCV.SET_ULEB128, this.#relocationSymbol(linear.add), linear.constant);
    rows.push(at, R_RISCV.SUB_ULEB128, this.#relocationSymbol(linear.subtract), 0n);
  }

  #relocationSymbol(named: AssemblySymbol): ElfSymbol {
    let symbol = named;
    // An alias may have become one behind its use.
    while (symbol.weakTarget !== undefined) {
      symbol = symbol.weakTarget;
      symbol.isWeaklyReferenced = true;
    }
    symbol.isUsedByRelocation = true;
    this.#nameLate(symbol);
    return this.#symbolOf(symbol);
  }

  /** Notes a compiler's local label that a relocation names. */
  #nameLate(symbol: AssemblySymbol): void {
    if (symbol.isListed || !isLate(symbol)) return;
    symbol.isListed = true;
    this.#named.push(symbol);
  }

  /** The address of a label, or its distance from another; false for all else. */
  #applyAddress(section: Section, fixups: FixupList, index: number, rows: RelocationRows): boolean {
    const symbol = fixups.symbolAt(index);
    const other = fixups.otherAt(index);
    if (symbol === undefined || symbol.expression !== undefined) return false;
    const size = fixups.sizeAt(index);
    const types = dataTypes[size];
    if (types === undefined) return false;
    const at = fixups.fragmentAt(index).address + fixups.offsetAt(index);
    if (other === undefined) {
      const { absolute } = types;
      if (absolute === undefined) return false;
      const addend = BigInt(fixups.constantAt(index));
      rows.push(at, absolute, this.#relocationSymbol(symbol), addend);
      return true;
    }
    if (other.expression !== undefined) return false;
    const { fragment: from } = other;
    const { fragment: to } = symbol;
    const gap =
      from === undefined || to === undefined
        ? undefined
        : distanceForLinker(from, other.offset, to, symbol.offset);
    if (gap !== undefined) {
      this.#number(section, fixups.at(index), at, BigInt(gap));
      return true;
    }
    rows.push(at, types.add, this.#relocationSymbol(symbol), 0n);
    rows.push(at, types.subtract, this.#relocationSymbol(other), 0n);
    return true;
  }

  /** A reference of which the relocation is all that there is; false for all else. */
  #applyReference(fixups: FixupList, index: number, rows: RelocationRows): boolean {
    const symbol = fixups.symbolAt(index);
    const type = fixups.typeAt(index);
    if (symbol === undefined || symbol.expression !== undefined) return false;
    if (!onlyRelocations.has(type)) return false;
    const at = fixups.fragmentAt(index).address + fixups.offsetAt(index);
    const addend = BigInt(fixups.constantAt(index));
    rows.push(at, type, this.#relocationSymbol(symbol), addend);
    if (fixups.relaxesAt(index, this.#assembler.code.relax)) {
      rows.push(at, R_RISCV.RELAX, undefined, addend);
    }
    return true;
  }

  #apply(section: Section, fixup: Fixup, rows: RelocationRows): void {
    const { fragment, offset, size, value, type, mention } = fixup;
    const at = fragment.address + offset;
    const linear = this.#withPlus(this.#linear(value), fixup.plus);
    if (typeof linear === "string") {
      // A comparison or a product of distances is taken as they are now.
      const known = linear === "not-linear" ? evaluateNumber(value, distanceInSection) : linear;
      if (type === undefined && typeof known === "bigint") {
        this.#number(section, fixup, at, known);
        return;
      }
      this.#assembler.reportAt(linear, mention, { what: "The value", name: "" });
      return;
    }
    if (type !== undefined) {
      this.#applyTyped(section, fixup, at, linear, rows);
      return;
    }
    const { add: plus, subtract, constant } = linear;
    if (plus === undefined && subtract === undefined) {
      this.#number(section, fixup, at, constant);
      return;
    }
    const types = dataTypes[size];
    if (subtract === undefined && plus !== undefined && types?.absolute !== undefined) {
      const target = this.#target(plus, constant);
      rows.push(at, types.absolute, target.symbol, target.addend);
      return;
    }
    if (plus === undefined || subtract === undefined || types === undefined) {
      this.#assembler.reportAt("not-linear", mention);
      return;
    }
    rows.push(at, types.add, this.#relocationSymbol(plus), constant);
    rows.push(at, types.subtract, this.#relocationSymbol(subtract), 0n);
  }

  #withPlus(value: LinearValue | EvaluationError, plus: Expression | undefined) {
    if (plus === undefined || typeof value === "string") return value;
    const more = evaluateNumber(plus, distanceInSection);
    if (typeof more === "string") return more;
    return { ...value, constant: value.constant + more };
  }

  /** A number that was not known where it was written. */
  #number(section: Section, { size, mention }: Fixup, at: number, value: bigint): void {
    writeNumber(section.data, at, size, value);
    const limit = 1n << BigInt(size * 8);
    if (size >= 8 || (value < limit && value > -limit)) return;
    this.#assembler.reportAt("value-out-of-range", mention, {
      value: String(value),
      range: `what fits into ${size === 1 ? "a byte" : `${size} bytes`}`,
    });
  }

  /**
   * The value of an expression for a relocation. A symbol that `.set` put at a place, which only
   * the linker settles, stays that symbol, with a number and in a difference too.
   */
  #linear(value: Expression): LinearValue | ReturnType<typeof evaluate> {
    const kept = this.#keptSymbols(value);
    const isKept = (symbol: AssemblySymbol | undefined) => symbol?.expression !== undefined;
    if (kept !== undefined && (isKept(kept.add) || isKept(kept.subtract))) return kept;
    return evaluate(value, distanceForLinker);
  }

  /** add − subtract + constant with symbols as they are written; undefined where that is not all. */
  #keptSymbols(value: Expression): LinearValue | undefined {
    if (value.op === "number")
      return { add: undefined, subtract: undefined, constant: value.value };
    if (value.op === "symbol") {
      const { symbol } = value;
      const { expression } = symbol;
      if (expression !== undefined) {
        const linear = evaluate(expression, distanceForLinker);
        if (typeof linear === "string" || linear.subtract !== undefined) return undefined;
        if (linear.add?.isDefined !== true) return undefined;
      }
      return { add: symbol, subtract: undefined, constant: 0n };
    }
    if (value.op !== "binary" || (value.operator !== "+" && value.operator !== "-")) {
      return undefined;
    }
    const left = this.#keptSymbols(value.left);
    const right = this.#keptSymbols(value.right);
    if (left === undefined || right === undefined || right.subtract !== undefined) return undefined;
    const isSum = value.operator === "+";
    if (isSum && right.add !== undefined) return undefined;
    if (right.add !== undefined) {
      // Where the distance is known already, it is a number.
      const isKnown = typeof evaluateNumber(value, distanceForLinker) === "bigint";
      const isCode = sectionOf(right.add)?.isCode === true;
      if (left.subtract !== undefined || left.add === right.add || (isKnown && !isCode)) {
        return undefined;
      }
    }
    const constant = isSum ? left.constant + right.constant : left.constant - right.constant;
    return { add: left.add, subtract: left.subtract ?? right.add, constant };
  }

  #applyTyped(
    section: Section,
    fixup: Fixup,
    at: number,
    linear: LinearValue,
    rows: RelocationRows,
  ): void {
    const { type, mention } = fixup;
    if (type === undefined) return;
    if (linear.subtract !== undefined) {
      this.#assembler.reportAt("not-linear", mention);
      return;
    }
    const target =
      linear.add === undefined
        ? { symbol: undefined, addend: linear.constant, place: linear.constant }
        : this.#target(linear.add, linear.constant);
    const isBranch =
      type === R_RISCV.JAL ||
      type === R_RISCV.BRANCH ||
      type === R_RISCV.RVC_JUMP ||
      type === R_RISCV.RVC_BRANCH;
    if (isBranch && target.symbol !== undefined) {
      patchImmediate(section.data, at, type, target.place - BigInt(at));
    }
    const isPlain = type === R_RISCV.HI20 || type === R_RISCV.LO12_I || type === R_RISCV.LO12_S;
    if (isPlain) {
      patchImmediate(section.data, at, type, target.addend + (type === R_RISCV.HI20 ? 0x800n : 0n));
      if (target.symbol === undefined) return;
    }
    if (threadRelocations.has(type)) {
      if (target.symbol !== undefined) this.#markThreadLocal(target.symbol, mention);
      else this.#assembler.reportAt("not-thread-local", mention, { name: "" });
    }
    if (type === R_RISCV.TLS_DTPREL32 || type === R_RISCV.TLS_DTPREL64) {
      writeNumber(section.data, at, fixup.size, target.addend);
    }
    rows.push(at, type, target.symbol, target.addend);
    // What goes to a number cannot be shortened.
    const isRelaxed =
      target.symbol !== undefined &&
      fixup.relax &&
      (fixup.relaxAtEnd !== true || this.#assembler.code.relax);
    if (isRelaxed) rows.push(at, R_RISCV.RELAX, undefined, target.addend);
  }

  /** The name with a version that takes the place of a symbol's own, if one does. */
  #versionedName({ versions, isDefined, common }: AssemblySymbol): string | undefined {
    const [last] = versions;
    if (last === undefined) return undefined;
    const { name, mention } = last;
    if (isDefined || common !== undefined) {
      return name.includes("@@@") ? name.replace("@@@", "@@") : undefined;
    }
    if (/[^@]@@[^@]/.test(name)) this.#assembler.reportAt("external-default", mention, { name });
    return name.replace("@@@", "@");
  }

  /** The further symbols that are a defined one under names with versions. */
  #versionsOf(symbol: AssemblySymbol): ElfSymbol[] {
    const isDefined = symbol.isDefined || symbol.common !== undefined;
    if (!isDefined || this.#versionedName(symbol) !== undefined) return [];
    return symbol.versions.map(({ name }) => ({
      ...this.#symbolOf(symbol),
      name,
      visibility: symbol.visibility,
    }));
  }

  /** What is accessed like a variable of a thread is one. */
  #markThreadLocal(symbol: ElfSymbol, mention: Mention): void {
    const { section, type, name } = symbol;
    const isElsewhere = typeof section === "object" && (section.flags & SHF.TLS) === 0n;
    if (type === STT.FUNC || isElsewhere || section === "common") {
      this.#assembler.reportAt("not-thread-local", mention, { name });
    }
    symbol.type = STT.TLS;
  }

  #symbolOf(symbol: AssemblySymbol): ElfSymbol {
    if (symbol.elf !== undefined) return symbol.elf;
    const ofSection = symbol.ofSection && this.#sections.get(symbol.ofSection);
    if (ofSection !== undefined) return this.#sectionSymbol(ofSection);
    const { binding, type, visibility, instance } = symbol;
    // GNU as tells the labels of one number apart by a control character and a count.
    const own = this.#versionedName(symbol) ?? symbol.name;
    const name =
      instance === undefined
        ? own
        : own.endsWith("$")
          ? `${own.slice(0, -1)}\x01${instance}`
          : `${own}\x02${instance}`;
    const elf: ElfSymbol = {
      name,
      value: 0n,
      size: 0n,
      binding,
      type,
      visibility: symbol.isHiddenByVersion ? STV.HIDDEN : visibility,
      section: "undefined",
    };
    symbol.elf = elf;
    if (symbol.common !== undefined) {
      elf.section = "common";
      elf.value = symbol.common.alignment;
      elf.size = symbol.common.size;
    } else if (symbol.fragment !== undefined) {
      this.#placeAt(elf, symbol.fragment, symbol.offset);
    } else if (symbol.expression !== undefined) {
      this.#equate(elf, symbol, symbol.expression);
    } else if (binding === STB.LOCAL) {
      if (symbol.isGenerated) this.#reportUndefined(symbol);
      const isWeak = symbol.isWeaklyReferenced && !symbol.isReferenced;
      elf.binding = isWeak ? STB.WEAK : STB.GLOBAL;
    }
    if (symbol.size !== undefined) {
      const size = evaluateNumber(symbol.size, distanceInSection);
      const { sizeMention } = symbol;
      if (typeof size === "bigint") elf.size = BigInt.asUintN(this.#assembler.xlen, size);
      else if (sizeMention !== undefined) {
        this.#assembler.reportAt("not-constant", sizeMention, { what: "The size" });
      }
    }
    // Another name of a symbol has its size, unless it was given one.
    const { expression } = symbol;
    if (elf.size === 0n && expression?.op === "symbol" && !symbol.hasOwnAttributes) {
      elf.size = this.#symbolOf(expression.symbol).size;
    }
    return elf;
  }

  #placeAt(elf: ElfSymbol, fragment: Fragment, offset: number): void {
    elf.section = this.#sections.get(fragment.subsection.section) ?? "absolute";
    elf.value = BigInt(fragment.address + offset);
    if (fragment.subsection.section.isThreadLocal) elf.type = STT.TLS;
  }

  #equate(elf: ElfSymbol, symbol: AssemblySymbol, expression: Expression): void {
    const linear = evaluate(expression, distanceInSection);
    const mention = symbol.definitions.at(-1);
    if (typeof linear === "string" || linear.subtract !== undefined) {
      elf.section = "absolute";
      const code = typeof linear === "string" ? linear : "not-linear";
      if (mention !== undefined && !this.#reported.has(symbol)) {
        this.#reported.add(symbol);
        this.#assembler.reportAt(code, mention, {
          what: `The value of \`${symbol.name}\``,
          name: symbol.name,
        });
      }
      return;
    }
    if (linear.add === undefined) {
      elf.section = "absolute";
      elf.value = BigInt.asUintN(64, linear.constant);
    } else if (linear.add.fragment !== undefined) {
      this.#placeAt(elf, linear.add.fragment, linear.add.offset);
      elf.value += linear.constant;
      const isSame = expression.op === "symbol" && !symbol.hasOwnAttributes;
      if (elf.type === STT.NOTYPE && isSame) elf.type = linear.add.type;
    }
  }

  #reportUndefined(symbol: AssemblySymbol): void {
    if (this.#reported.has(symbol)) return;
    this.#reported.add(symbol);
    const label = /^\.L(\d+)/.exec(symbol.name)?.[1];
    for (const mention of symbol.references) {
      if (label === undefined)
        this.#assembler.reportAt("undefined-local", mention, { name: symbol.name });
      else this.#assembler.reportAt("unused-numeric", mention, { label, direction: "after" });
    }
  }

  #sectionSymbol(section: Section): ElfSymbol {
    let symbol = this.#sectionSymbols.get(section);
    if (symbol === undefined) {
      symbol = { ...unplaced(""), type: STT.SECTION, section };
      this.#sectionSymbols.set(section, symbol);
    }
    return symbol;
  }

  #symbolTable(sections: readonly Section[]): ElfSymbol[] {
    const table: ElfSymbol[] = [];
    const ofSection = (section: Section) => this.#sectionSymbol(section);
    const late: Section[] = [];
    const versions: ElfSymbol[] = [];
    const held = new Set<SectionBuilder>();
    for (const symbol of this.#assembler.symbols.inOrder()) {
      const { ofSection: builder } = symbol;
      if (builder !== undefined) held.add(builder);
      this.#list(symbol, table, late, versions);
    }
    for (const symbol of this.#named) {
      // The object may be made once more.
      symbol.isListed = false;
      if (symbol.isUsedByRelocation) table.push(this.#symbolOf(symbol));
    }
    const attributes = this.#hasAttributes ? sections.at(-1) : undefined;
    table.push(...versions);
    // The names of groups.
    const groups = new Set(sections.map(({ group }) => group));
    if (groups.size > 1) for (const { name } of table) groups.delete(name);
    for (const group of groups) if (group !== undefined) table.push(unplaced(group));
    table.push(...late.map(ofSection));
    // Sections that share their names with later ones.
    for (const builder of this.#assembler.sections) {
      const section = held.has(builder) ? undefined : this.#sections.get(builder);
      if (section !== undefined) table.push(ofSection(section));
    }
    if (attributes !== undefined) table.push(ofSection(attributes));
    return table;
  }

  /** Puts a symbol where it belongs in the table, if it does. */
  #list(symbol: AssemblySymbol, table: ElfSymbol[], late: Section[], versions: ElfSymbol[]): void {
    if (symbol.type === STT.FILE) {
      table.push({ ...unplaced(symbol.name), type: STT.FILE });
      return;
    }
    if (symbol.ofSection !== undefined) {
      const section = this.#sections.get(symbol.ofSection);
      if (section === undefined) return;
      // Those of sections that no directive made come behind all other local symbols.
      if (symbol.ofSection.isImplied) late.push(section);
      else table.push(this.#sectionSymbol(section));
      return;
    }
    if (symbol.name.startsWith("$") && symbol.isGenerated && symbol.fragment !== undefined) {
      if (symbol.isMapping) table.push(this.#symbolOf(symbol));
      return;
    }
    if (symbol.isListed) return;
    if (symbol.isSubstitution || symbol.weakTarget !== undefined) return;
    if (symbol.isGenerated && !symbol.isDefined) {
      if (symbol.references.length > 0) this.#reportUndefined(symbol);
      if (symbol.isUsedByRelocation) table.push(this.#symbolOf(symbol));
      return;
    }
    if (symbol.isTemporary && !symbol.isUsedByRelocation && symbol.binding === STB.LOCAL) return;
    if (symbol.name === "*ABS*") return;
    if (!symbol.isDefined && symbol.common === undefined) {
      const isMentioned = symbol.isNamed || symbol.isReferenced;
      const isKept = isMentioned && symbol.versions.length === 0 && symbol.binding !== STB.WEAK;
      if (!symbol.isUsedByRelocation && !isKept) return;
    }
    // Of several values that `.set` gave a name, the last is the symbol's.
    const isReplaced = this.#assembler.symbols.find(symbol.name) !== symbol && !symbol.isGenerated;
    if (isReplaced && !symbol.isUsedByRelocation) return;
    if (this.#standsForUndefined(symbol)) return;
    const isRemoved = symbol.isRemovedByVersion && !symbol.isUsedByRelocation;
    if (!isRemoved) table.push(this.#symbolOf(symbol));
    if (symbol.versions.length > 0) versions.push(...this.#versionsOf(symbol));
  }

  /** Whether a symbol is another name of an undefined one, which then stands for both. */
  #standsForUndefined(symbol: AssemblySymbol): boolean {
    const { expression } = symbol;
    if (expression === undefined) return false;
    const { binding, name, definitions } = symbol;
    const linear = evaluate(expression, distanceInSection);
    if (typeof linear === "string" || linear.subtract !== undefined) return false;
    const { add } = linear;
    if (add === undefined || add.isDefined) return false;
    const mention = definitions.at(-1);
    if (add.common !== undefined && mention !== undefined) {
      this.#assembler.reportAt("equal-to-common", mention, { name, common: add.name });
    }
    if (add.isTemporary) return true;
    add.isNamed = true;
    if (binding !== STB.LOCAL && add.binding === STB.LOCAL) add.binding = STB.GLOBAL;
    return true;
  }
}

/** Relocations with those by `.reloc` between them, which stay in the order of the source. */
function merged(sorted: Relocation[], written: readonly Relocation[]): Relocation[] {
  if (written.length === 0) return sorted;
  const result: Relocation[] = [];
  let next = 0;
  for (const one of sorted) {
    for (; next < written.length; next++) {
      const other = written[next] as Relocation;
      if (other.offset >= one.offset) break;
      result.push(other);
    }
    result.push(one);
  }
  return [...result, ...written.slice(next)];
}

/** A local symbol that is nowhere: the name of a group that no symbol has. */
const unplaced = (name: string): ElfSymbol => ({
  name,
  value: 0n,
  size: 0n,
  binding: STB.LOCAL,
  type: STT.NOTYPE,
  visibility: 0,
  section: "absolute",
});

/** Whether a symbol comes to the table only with its first relocation: a label `.L…` or `1:`. */
function isLate(symbol: AssemblySymbol): boolean {
  const isLabel = !symbol.isGenerated || symbol.instance !== undefined || symbol.isLate;
  return isLabel && symbol.isTemporary && !symbol.isSettled && symbol.binding === STB.LOCAL;
}

/** The section that a symbol is placed in, through `.set` too. */
function sectionOf({ fragment, expression }: AssemblySymbol): SectionBuilder | undefined {
  if (fragment !== undefined) return fragment.subsection.section;
  const linear = expression && evaluate(expression, distanceForLinker);
  if (linear === undefined || typeof linear === "string") return undefined;
  return linear.add?.fragment?.subsection.section;
}

/** Relocations of instructions that hold nothing themselves, to symbols of any kind. */
const onlyRelocations = new Set<number>([
  R_RISCV.CALL,
  R_RISCV.CALL_PLT,
  R_RISCV.GOT_HI20,
  R_RISCV.PCREL_HI20,
  R_RISCV.PCREL_LO12_I,
  R_RISCV.PCREL_LO12_S,
]);

/** Relocations whose symbols are thread-local. */
const threadRelocations = new Set<number>([
  R_RISCV.TLS_DTPREL32,
  R_RISCV.TLS_DTPREL64,
  R_RISCV.TLS_GD_HI20,
  R_RISCV.TLS_GOT_HI20,
  R_RISCV.TPREL_HI20,
  R_RISCV.TPREL_LO12_I,
  R_RISCV.TPREL_LO12_S,
  R_RISCV.TPREL_ADD,
]);

/** Sections with numbers in a file, those of relocations among them, without what any file has. */
const sectionCountLimit = 0xfe00;

/** Tables of functions to call at the start and the end have the entry size of a pointer. */
function isPointerTable({ type }: SectionBuilder): boolean {
  return type === SHT.INIT_ARRAY || type === SHT.FINI_ARRAY || type === SHT.PREINIT_ARRAY;
}

function writeNumber(data: Uint8Array, at: number, size: number, value: bigint): void {
  for (let index = 0; index < size && at + index < data.length; index++) {
    data[at + index] = Number(BigInt.asUintN(8, value >> BigInt(8 * index)));
  }
}
