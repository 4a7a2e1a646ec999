/**
 * Walks the steps of a script and gives sections their addresses and symbols their values, as
 * GNU ld does: the location counter runs through output sections and the inputs in them; regions
 * of memory have counters of their own; a load address follows its region, or keeps its distance
 * from the address of the section before. Run again until nothing moves; relaxation happens in
 * the walk, where a section's predecessors have their new places already.
 */
import { SHF, SHT } from "../../elf/constants.ts";
import type { Step } from "./assign.ts";
import { DataSegment } from "./data-segment.ts";
import { evaluate, plain, type Surroundings, type Value } from "./evaluate.ts";
import { linkError } from "./load.ts";
import {
  alignTo,
  hex,
  InputSection,
  type LayoutItem,
  type LinkSymbol,
  OutputSection,
  type Program,
  type SymbolAssignment,
  toAddress,
} from "./program.ts";
import type { Assertion, Assignment, Expression, Script, ScriptPlace } from "./script.ts";
import { ScriptError } from "./script-scanner.ts";
import { kindOfName } from "./special-sections.ts";

/** What the command line says about addresses. */
export interface LayoutOptions {
  readonly pageSize: number;
  /** Whether data that becomes read-only after start gets pages of its own. */
  readonly isRelro: boolean;
  /** Whether `.text` may be written to. */
  readonly isCodeWritable: boolean;
  /** Where the statements stand that provide a symbol indeed. */
  readonly provided: ReadonlySet<ScriptPlace>;
  /** Addresses of sections, by name. */
  readonly sectionStarts: ReadonlyMap<string, bigint>;
  /** Values for SEGMENT_START. */
  readonly segmentStarts: ReadonlyMap<string, bigint>;
  headersSize(): number;
}

/** A region of MEMORY, with its counter. */
export interface Region {
  readonly name: string;
  readonly attributes: string;
  origin: number;
  length: bigint;
  current: number;
  last: OutputSection | undefined;
}

/** Relaxes one section; says whether it became smaller. */
export type RelaxSection = (section: InputSection) => boolean;

const unsigned = (address: number) => BigInt.asUintN(64, BigInt(address));

/** Addresses of a program by its script. */
export class Layout {
  readonly #program: Program;
  readonly #steps: readonly Step[];
  readonly #options: LayoutOptions;
  readonly #outputs: OutputSection[];
  readonly regions: Region[] = [];
  readonly #regionNames = new Map<string, Region>();
  readonly #default: Region = {
    name: "*default*",
    attributes: "",
    origin: 0,
    length: 0n,
    current: 0,
    last: undefined,
  };
  readonly #byName = new Map<string, OutputSection>();
  readonly #assigned = new Map<LinkSymbol, number>();
  /** Symbols that statements outside of output sections define by the location counter. */
  readonly places = new Map<Assignment | Assertion, LinkSymbol>();
  #isPlace = false;
  readonly #measured = new Map<OutputSection, Measured>();
  readonly #script: Script;
  readonly #reported = new Set<string>();
  readonly dataSegment: DataSegment;
  #walk = 0;
  #dot = 0;
  #section: OutputSection | undefined;
  #isFinal = false;
  #isInRegions = false;
  readonly #around: Surroundings;

  constructor(program: Program, script: Script, steps: readonly Step[], options: LayoutOptions) {
    this.#program = program;
    this.#script = script;
    this.#steps = steps;
    this.#options = options;
    this.#outputs = steps.filter((step) => step instanceof OutputSection);
    this.dataSegment = new DataSegment(options.pageSize, options.isRelro);
    this.#around = this.#makeSurroundings();
    for (const { name, attributes } of script.memory) {
      const region = { ...this.#default, name, attributes };
      this.regions.push(region);
      this.#regionNames.set(name, region);
    }
    for (const [alias, name] of script.aliases) {
      const region = this.#regionNames.get(name);
      if (region !== undefined) this.#regionNames.set(alias, region);
    }
    for (const output of this.#outputs) {
      if (!output.isRemoved && !this.#byName.has(output.name))
        this.#byName.set(output.name, output);
    }
  }

  /** Places everything once (twice where the data segment's end decides on its beginning). */
  run(relax?: RelaxSection): boolean {
    this.dataSegment.begin();
    let isChanged = this.#pass(relax);
    if (this.dataSegment.wantsAnotherPass(this.#outputs)) {
      const again = this.dataSegment.allowsRelaxation ? relax : undefined;
      if (this.#pass(again)) isChanged = true;
    }
    return isChanged;
  }

  /** Places everything for the last time, and reports what is wrong. */
  finish(): void {
    this.#isFinal = true;
    this.run();
    for (const region of this.regions) this.#checkRegion(region);
  }

  /** Removes output sections that stayed empty; symbols in them keep their places. */
  removeEmpty(): void {
    for (const output of this.#outputs) {
      const isLinked = output.inputs.some(
        (section) => section.file === undefined && section.size > 0,
      );
      if (output.size > 0 || output.isKeptEmpty || isLinked) continue;
      output.isRemoved = true;
    }
  }

  #pass(relax: RelaxSection | undefined): boolean {
    this.#walk++;
    this.#dot = 0;
    this.#section = undefined;
    this.#resetRegions();
    let isChanged = false;
    for (const step of this.#steps) {
      if (step instanceof OutputSection) {
        if (this.#placeOutput(step, relax)) isChanged = true;
      } else this.#attempt(() => this.#doStatement(step));
    }
    return isChanged;
  }

  #resetRegions(): void {
    this.#default.current = 0;
    this.#default.last = undefined;
    this.#isInRegions = true;
    for (const [index, region] of this.regions.entries()) {
      const { origin, length } = this.#script.memory[index] ?? {};
      if (origin === undefined || length === undefined) continue;
      this.#attempt(() => {
        region.origin = toAddress(plain(this.#evaluate(origin)), this.#program.bits);
        region.length = plain(this.#evaluate(length));
      });
      region.current = region.origin;
      region.last = undefined;
    }
    this.#isInRegions = false;
  }

  /** Expressions without a value are reported at the last pass only. */
  #attempt(action: () => void): void {
    try {
      action();
    } catch (error) {
      if (!(error instanceof ScriptError)) throw error;
      if (!this.#isFinal) return;
      const { message, range } = error.diagnostic;
      const key = `${message} ${range.start.line} ${range.start.character}`;
      if (!this.#reported.has(key)) this.#program.diagnostics.push(error.diagnostic);
      this.#reported.add(key);
    }
  }

  #evaluate(expression: Expression): Value {
    return evaluate(expression, this.#around);
  }

  /** The value of an expression with the location counter at a place. */
  #evaluateAt(place: number, expression: Expression): bigint {
    const outside = this.#dot;
    this.#dot = place;
    try {
      return plain(this.#evaluate(expression));
    } finally {
      this.#dot = outside;
    }
  }

  #doStatement(statement: Assignment | Assertion): void {
    if (statement.kind === "assert") {
      this.#check(statement.condition, statement.message, statement.place);
      return;
    }
    const symbol = this.#symbolOf(statement);
    if (statement.name !== "." && symbol === undefined) return;
    const before = this.#dot;
    this.#isPlace = false;
    this.#assign({ ...statement, symbol });
    if (this.#isPlace && symbol !== undefined) this.places.set(statement, symbol);
    if (this.#dot !== before) this.#default.current = this.#dot;
  }

  /** The symbol that a statement defines: undefined when nobody wants what it provides. */
  #symbolOf({ name, isProvided, place }: Assignment): LinkSymbol | undefined {
    if (name === "." || (isProvided && !this.#options.provided.has(place))) return undefined;
    return this.#program.globals.get(name);
  }

  #check(condition: Expression, message: string, place: Assertion["place"]): void {
    if (this.#isFinal && plain(this.#evaluate(condition)) === 0n)
      this.#failAssertion(message, place);
  }

  #failAssertion(message: string, place: Assertion["place"]): void {
    const key = `${message} ${place.range.start.line}`;
    if (this.#reported.has(key)) return;
    this.#reported.add(key);
    this.#program.diagnostics.push({
      ...linkError("script-assertion", place.file, { message }),
      range: place.range,
    });
  }

  #assign({ name, operator, value, symbol, place, isHidden }: SymbolAssignment): void {
    const expression: Expression =
      operator === ""
        ? value
        : { kind: "binary", operator, left: { kind: "name", name, place }, right: value, place };
    const result = this.#evaluate(expression);
    const section = result.section ?? this.#section ?? "absolute";
    if (name === ".") {
      const address =
        typeof section === "object" ? result.value + BigInt(section.address) : result.value;
      const dot = toAddress(address, this.#program.bits);
      if (this.#section !== undefined && dot < this.#dot) {
        const back = `the location counter cannot go back in ${this.#section.name}, from ${hex(this.#dot)} to ${hex(dot)}`;
        if (this.#isFinal) this.#report(back, place);
        return;
      }
      if (this.#section !== undefined) {
        const isStart = dot === this.#section.address;
        if (!isStart || !isNothing(value, operator)) this.#section.isKeptEmpty = true;
        if (dot !== this.#dot) {
          this.#section.hasContent = true;
          this.#section.isStretched = true;
        }
      }
      this.#dot = dot;
      return;
    }
    if (symbol === undefined) return;
    // Another name of a symbol is of its kind.
    if (operator === "" && value.kind === "name" && value.name !== ".") {
      symbol.type = this.#program.globals.get(value.name)?.type ?? symbol.type;
    }
    symbol.section = typeof section === "object" ? section : undefined;
    symbol.value = Number(
      typeof section === "object"
        ? BigInt.asIntN(64, result.value)
        : toAddress(result.value, this.#program.bits),
    );
    symbol.exact = Number.isSafeInteger(symbol.value) ? undefined : result.value;
    symbol.kind = "defined";
    if (isHidden) symbol.hide();
    this.#assigned.set(symbol, this.#walk);
  }

  #report(reason: string, place: Assertion["place"]): void {
    const key = `${reason}${place.range.start.line}`;
    if (this.#reported.has(key)) return;
    this.#reported.add(key);
    const diagnostic = linkError("linker-script", place.file, { reason });
    this.#program.diagnostics.push({ ...diagnostic, range: place.range });
  }

  /** Gives an output section and what is in it addresses; says whether relaxation changed it. */
  #placeOutput(output: OutputSection, relax: RelaxSection | undefined): boolean {
    const { statement, fixedAddress } = output;
    if (fixedAddress !== undefined) return this.#placeApart(output, fixedAddress, relax);
    // A copy of a statement that is not chosen, ONLY_IF_RO or ONLY_IF_RW.
    if (output.isRemoved && statement?.constraint !== undefined && output.items.length === 0) {
      return false;
    }
    const start = this.#options.sectionStarts.get(output.name);
    let hasAddress = start !== undefined;
    if (start !== undefined && !output.isRemoved) this.#dot = toAddress(start, this.#program.bits);
    else if (statement?.address !== undefined) {
      const { address } = statement;
      this.#attempt(() => {
        this.#dot = toAddress(plain(this.#evaluate(address)), this.#program.bits);
        hasAddress = true;
      });
    }
    if (output.isRemoved && !output.hasSymbols) {
      // Its symbols need a place, but it moves nothing.
      const here = hasAddress ? this.#dot : this.#regionOf(output).current;
      if (output.inputs.length > 0)
        this.#placeApart(output, alignTo(here, output.alignment), relax);
      return false;
    }
    const ownAlignment = this.#alignmentOf(statement?.alignment);
    const inner = this.#alignmentOf(statement?.inputAlignment);
    this.#measure(output, ownAlignment, inner);
    const region = this.#regionOf(output);
    const isLoaded = output.has(SHF.ALLOC);
    let dot = hasAddress ? this.#dot : region.current;
    const alignment = hasAddress ? ownAlignment : output.alignment;
    const aligned = alignTo(dot, alignment);
    const shift = aligned - dot;
    // What is not loaded has no place in memory; its symbols count from 0.
    const isOverlaid = statement?.type !== undefined;
    const isApart = !isLoaded && !hasAddress && !isOverlaid && output.inputs.length > 0;
    dot = isApart ? 0 : aligned;
    output.address = dot;
    const outside = this.#dot;
    const isChanged = this.#placeItems(output, relax);
    this.#dot = isLoaded || output.isRemoved ? dot : outside;
    this.#placeLoad(output, region, shift, ownAlignment);
    if (hasAddress && isLoaded && !output.isRemoved) this.#checkPlace(output, region);
    if (output.isRemoved || !isLoaded) {
      if (output.isRemoved) this.#dot = Math.max(outside, dot);
      return isChanged;
    }
    const isThreadZeros = output.has(SHF.TLS) && output.type === SHT.NOBITS;
    const taken = isThreadZeros ? 0 : output.size;
    this.#dot = dot + taken;
    const end = statement?.end;
    if (end !== undefined) {
      this.#attempt(() => {
        this.#dot = toAddress(plain(this.#evaluate(end)), this.#program.bits);
      });
    }
    region.current = this.#dot;
    this.#default.current = this.#dot;
    const loadRegion = this.#namedRegion(output.loadRegion);
    if (loadRegion !== undefined && loadRegion !== region) {
      const isCopied = output.type !== SHT.NOBITS || statement?.alignsWithInput === true;
      if (isCopied) loadRegion.current = output.loadAddress + taken;
    }
    return isChanged;
  }

  /** An output section at an address of its own, which moves nothing else. */
  #placeApart(output: OutputSection, address: number, relax: RelaxSection | undefined): boolean {
    const outside = this.#dot;
    this.#measure(output, 1, 1);
    output.address = address;
    output.loadAddress = address;
    const isChanged = this.#placeItems(output, relax);
    this.#dot = outside;
    return isChanged;
  }

  #alignmentOf(expression: Expression | undefined): number {
    let alignment = 1;
    if (expression !== undefined) {
      this.#attempt(() => {
        const value = plain(this.#evaluate(expression));
        if (value > 0n && value <= 1n << 40n && (value & (value - 1n)) === 0n)
          alignment = Number(value);
        else this.#report(`an alignment must be a power of two, not ${value}`, expression.place);
      });
    }
    return alignment;
  }

  /** Alignment, flags and type of an output section, from what is in it. */
  #measure(output: OutputSection, ownAlignment: number, inner: number): void {
    let measured = this.#measured.get(output);
    if (measured === undefined || measured.inner !== inner) {
      measured = measureInputs(output, inner);
      this.#measured.set(output, measured);
    }
    const alignment = Math.max(ownAlignment, measured.alignment);
    output.alignment = alignment;
    let { flags, type } = measured;
    const hasData = output.hasContent && output.items.some(isData);
    if (type === SHT.NULL && (output.hasContent || output.isKeptEmpty)) {
      const named = kindOfName(output.name);
      flags |= named?.flags ?? 0;
      if (output.hasContent) flags |= Number(SHF.ALLOC);
      // Data that stands first makes a section for constants.
      const first = output.items.find((item) => !(item instanceof InputSection));
      if (output.made !== undefined) {
        flags |= output.made.flags;
        output.alignment = Math.max(alignment, output.made.alignment);
      } else if (first === undefined || !isData(first)) flags |= Number(SHF.WRITE);
      type = output.isStretched ? SHT.NOBITS : (named?.type ?? SHT.PROGBITS);
    } else if (output.hasContent) flags |= Number(SHF.ALLOC);
    if (hasData && (type === SHT.NULL || type === SHT.NOBITS)) {
      type = kindOfName(output.name)?.type === SHT.NOTE ? SHT.NOTE : SHT.PROGBITS;
    }
    // Whatever is in it, `.text` is for reading alone, but by -N.
    if (output.name === ".text") {
      const write = Number(SHF.WRITE);
      flags = this.#options.isCodeWritable ? flags | write : flags & ~write;
    }
    const { type: kind } = output.statement ?? {};
    if (kind === "NOLOAD") type = SHT.NOBITS;
    if (kind === "COPY" || kind === "INFO" || kind === "DSECT" || kind === "OVERLAY") {
      flags &= ~Number(SHF.ALLOC);
      if (type === SHT.NOBITS) type = SHT.PROGBITS;
    }
    output.flags = flags;
    output.type = type === SHT.NULL ? SHT.PROGBITS : type;
  }

  #placeItems(output: OutputSection, relax: RelaxSection | undefined): boolean {
    const { address } = output;
    const outside = this.#section;
    this.#section = output;
    this.#dot = address;
    output.written = [];
    let isChanged = false;
    let { fill } = output.statement ?? {};
    for (const item of output.items) {
      const before = this.#dot;
      if (item instanceof InputSection) {
        if (item.isDiscarded) continue;
        if (relax?.(item) === true) isChanged = true;
        const place = alignTo(this.#dot, item.alignment);
        item.offset = place - address;
        this.#dot = place + item.size;
        if (fill !== undefined && place > before) this.#pad(output, before, place, fill);
      } else if (item.kind === "fill") fill = item.value;
      else {
        this.#attempt(() => this.#doItem(item, output));
        if (fill !== undefined && item.kind === "assign")
          this.#pad(output, before, this.#dot, fill);
      }
    }
    output.size = this.#dot - address;
    output.fill = fill;
    this.#section = outside;
    return isChanged;
  }

  #pad(output: OutputSection, from: number, to: number, fill: Uint8Array): void {
    if (!this.#isFinal || fill.length === 0 || to <= from || output.type === SHT.NOBITS) return;
    const data = Uint8Array.from(
      { length: to - from },
      (_, index) => fill[index % fill.length] ?? 0,
    );
    output.written.push({ offset: from - output.address, data });
  }

  #doItem(item: Exclude<LayoutItem, InputSection | { kind: "fill" }>, output: OutputSection): void {
    if (item.kind === "assert") {
      const { place } = item.condition;
      this.#check(item.condition, item.message, place);
    } else if (item.kind === "assign") {
      const symbol = this.#symbolOf({ ...item.statement, kind: "assign" });
      this.#assign({ ...item.statement, symbol });
    } else {
      const offset = this.#dot - output.address;
      const place = this.#dot;
      this.#dot += item.size;
      if (!this.#isFinal) return;
      const data = new Uint8Array(item.size);
      let value = this.#evaluateAt(place, item.value);
      for (let at = 0; at < item.size; at++, value >>= 8n) data[at] = Number(value & 0xffn);
      output.written.push({ offset, data });
    }
  }

  #placeLoad(output: OutputSection, region: Region, shift: number, ownAlignment: number): void {
    const { statement, address } = output;
    const isLoaded = output.has(SHF.ALLOC);
    output.loadAddress = address;
    const loadRegion = this.#namedRegion(output.loadRegion);
    if (statement?.loadAddress !== undefined) {
      const { loadAddress } = statement;
      this.#attempt(() => {
        output.loadAddress = toAddress(plain(this.#evaluate(loadAddress)), this.#program.bits);
      });
    } else if (loadRegion !== undefined) {
      const { current } = loadRegion;
      if (statement?.alignsWithInput === true) output.loadAddress = current + shift;
      else
        output.loadAddress = alignTo(
          current,
          loadRegion === region ? output.alignment : ownAlignment,
        );
    } else if (region.last !== undefined && isLoaded) {
      const { last } = region;
      const isBackwards =
        address < last.address && output.size !== 0 && address + output.size <= last.address;
      if (!isBackwards) {
        const kept =
          statement?.isOverlay === true
            ? last.loadAddress + last.size
            : address + last.loadAddress - last.address;
        output.loadAddress = alignTo(kept, output.alignment);
      }
    }
    const isThreadZeros = output.has(SHF.TLS) && output.type === SHT.NOBITS;
    const counts =
      output.size !== 0 ||
      (region.last === undefined ? address !== output.loadAddress : address >= region.last.address);
    if (isLoaded && !isThreadZeros && counts && loadRegion === undefined) region.last = output;
  }

  #namedRegion(name: string | undefined): Region | undefined {
    return name === undefined ? undefined : this.#regionNames.get(name);
  }

  /** The region of an output section: the named one, else the first whose attributes fit. */
  #regionOf(output: OutputSection): Region {
    const { region: name } = output;
    const place = output.statement?.place;
    if (name !== undefined) {
      const region = this.#regionNames.get(name);
      if (region !== undefined) return region;
      if (this.#isFinal && place !== undefined) {
        this.#report(`there is no memory region \`${name}\`; add it to MEMORY`, place);
      }
      return this.#default;
    }
    if (!output.has(SHF.ALLOC) || output.statement?.address !== undefined) return this.#default;
    return this.regions.find(({ attributes }) => isAccepted(attributes, output)) ?? this.#default;
  }

  /** An address that the script gives must be in the region that it names. */
  #checkPlace({ name, address, statement, region: wanted }: OutputSection, region: Region): void {
    if (!this.#isFinal || wanted === undefined || statement === undefined) return;
    const from = BigInt(address) - BigInt(region.origin);
    if (region.length === 0n || (from >= 0n && from <= region.length)) return;
    this.#report(
      `${name} begins at ${hex(address)}, outside of its region ${wanted}`,
      statement.place,
    );
  }

  #checkRegion({ name, origin, length, current }: Region): void {
    const excess = BigInt(current) - BigInt(origin) - length;
    if (excess <= 0n || length === 0n) return;
    const members = this.#outputs.filter(
      (output) =>
        !output.isRemoved && (this.#regionOf(output).name === name || output.loadRegion === name),
    );
    const last = members.findLast(({ size }) => size > 0)?.name ?? "";
    const values = { region: name, excess: String(excess), section: last, length: String(length) };
    const place = this.#script.memory.find((one) => one.name === name)?.place;
    const diagnostic = linkError("region-overflow", place?.file ?? "", values);
    this.#program.diagnostics.push(
      place === undefined ? diagnostic : { ...diagnostic, range: place.range },
    );
  }

  #makeSurroundings(): Surroundings {
    const layout = this;
    const { pageSize } = this.#options;
    return {
      get dot() {
        return unsigned(layout.#dot);
      },
      get section() {
        return layout.#section;
      },
      symbol: (name) => this.#program.globals.get(name),
      isDefined: (name) => {
        const symbol = this.#program.globals.get(name);
        if (symbol === undefined) return false;
        if (!symbol.isMade) return symbol.isDefined;
        // Regions are measured before the statements of a walk.
        const last = this.#assigned.get(symbol);
        return this.#isInRegions ? last !== undefined : last === this.#walk;
      },
      output: (name) => this.#byName.get(name),
      region: (name) => {
        const region = this.#regionNames.get(name);
        return region && { origin: unsigned(region.origin), length: region.length };
      },
      segmentStart: (name) => this.#options.segmentStarts.get(name),
      constant: (name) =>
        name === "MAXPAGESIZE" || name === "COMMONPAGESIZE" ? BigInt(pageSize) : undefined,
      headersSize: () => BigInt(this.#options.headersSize()),
      failAssertion: (message, place) => {
        if (this.#isFinal) this.#failAssertion(message, place);
      },
      dataSegment: (name, operands, dot) => this.dataSegment.evaluate(name, operands, dot),
      notePlace: (isPlace) => {
        this.#isPlace = isPlace;
      },
    };
  }
}

/** What the inputs of an output section ask for; walks change none of it. */
interface Measured {
  /** The least alignment that the script gives them. */
  readonly inner: number;
  readonly alignment: number;
  readonly flags: number;
  readonly type: number;
}

function measureInputs({ items }: OutputSection, inner: number): Measured {
  let alignment = 1;
  let flags = 0;
  let type: number = SHT.NULL;
  for (const item of items) {
    if (!(item instanceof InputSection) || item.isDiscarded) continue;
    alignment = Math.max(alignment, item.alignment, inner);
    if (inner > 1) item.alignment = inner;
    flags |= item.flags;
    if (type === SHT.NULL || (type === SHT.NOBITS && item.type !== SHT.NOBITS)) type = item.type;
    else if (item.type !== type && item.type !== SHT.NOBITS) type = SHT.PROGBITS;
  }
  return { inner, alignment, flags, type };
}

const isData = (item: LayoutItem) => "kind" in item && item.kind === "data";

/** Whether an assignment to the location counter means nothing: `0`, `. + 0`, `ALIGN(. != 0 ? …)`. */
function isNothing(value: Expression, operator: string): boolean {
  const isZero = (one: Expression) => one.kind === "number" && one.value === 0n;
  const isDot = (one: Expression) => one.kind === "name" && one.name === ".";
  if (operator === "+") return isZero(value);
  if (operator !== "") return false;
  if (isZero(value)) return true;
  if (value.kind === "binary") {
    return value.operator === "+" && isDot(value.left) && isZero(value.right);
  }
  if (value.kind !== "call" || value.name !== "ALIGN" || value.operands.length !== 1) return false;
  const [choice] = value.operands;
  if (choice?.kind !== "choice" || choice.condition.kind !== "binary") return false;
  const { operator: compares, left, right } = choice.condition;
  const isOne = choice.no.kind === "number" && choice.no.value === 1n;
  return isOne && compares === "!=" && isDot(left) && isZero(right);
}

/** Whether a region's attributes (`rx!w`) take a section: one of the wanted, none of the unwanted. */
function isAccepted(attributes: string, output: OutputSection): boolean {
  const isWritable = output.has(SHF.WRITE);
  const isCode = output.has(SHF.EXECINSTR);
  const has: Readonly<Record<string, boolean>> = {
    r: !isWritable,
    w: isWritable,
    x: isCode,
    a: true,
    i: output.type !== SHT.NOBITS,
    l: output.type !== SHT.NOBITS,
  };
  let isInverted = false;
  let isWanted = false;
  for (const letter of attributes.toLowerCase()) {
    if (letter === "!") isInverted = !isInverted;
    else if (has[letter] === true && isInverted) return false;
    else if (has[letter] === true) isWanted = true;
  }
  return isWanted;
}
