/**
 * The program's variables in one frame by debug information: parameters and those of the blocks
 * around the pc, and those of the file. Where one is, an expression tells: in memory, in registers,
 * in pieces of both, or nowhere but known by value. What a register held at the function's entry is
 * computed in the caller, from what its call site says (DWARF 5, section 3.4, "Call Site Entries").
 */

import { PT, STT } from "../elf/constants.ts";
import { DW_AT, DW_OP, DW_TAG } from "../elf/dwarf/constants.ts";
import type { Entry } from "../elf/dwarf/entry.ts";
import {
  type BaseType,
  type ExpressionContext,
  evaluateExpression,
  evaluateLocation,
  type Location,
  registerOf,
} from "../elf/dwarf/expression.ts";
import { indexedAddress } from "../elf/dwarf/forms.ts";
import type { FunctionScope } from "../elf/dwarf/info-reader.ts";
import { locationExpression } from "../elf/dwarf/location-lists.ts";
import {
  callSiteAt,
  describeVariable,
  firstOf,
  type VariableEntry,
  variablesAt,
} from "../elf/dwarf/scopes.ts";
import { ElfError } from "../elf/errors.ts";
import {
  lostRegister,
  noPlace,
  notAvailable,
  optimisedOut,
  RequestError,
  threadLocal,
} from "./errors.ts";
import type { Environment, RegisterPlace, Storage } from "./expressions/environment.ts";
import { integerOfBytes, sizeOf, type Type } from "./expressions/types.ts";
import {
  findMember,
  isBytes,
  memoryValue,
  placedValue,
  shiftPlace,
  type Value,
} from "./expressions/value.ts";
import { bytesToInteger, integerToBytes } from "./formats.ts";
import type { Frame, SourceLine } from "./frames.ts";
import type { Program } from "./program.ts";

/** A variable of the program, seen from a frame. */
export interface ProgramVariable {
  readonly name: string;
  readonly isParameter: boolean;
  /** The name, or where inner blocks have the same one, `name (shadowed)`, `name (shadowed 2)`. */
  readonly label: string;
  /** Whether one of an inner block has the same name. */
  readonly isShadowed: boolean;
  readonly type: Type;
  /** Where the source declares it. */
  readonly declaration: SourceLine | undefined;
  /** Its value; throws a RequestError where it has none here. */
  value(): Value;
}

/** What the evaluation of variables needs of a frame. */
interface FrameEnvironment extends Environment {
  readonly frame: Frame;
  /** Where this thread has what is so many bytes into its thread-local storage. */
  threadAddress(offset: bigint): bigint | undefined;
  /** The same in another frame of the stack. */
  ofFrame(frame: Frame): { readonly variables: FrameVariables };
}

/** Places in thread-local storage are written less this, by the psABI's TLS_DTV_OFFSET. */
const threadOffset = 0x800n;
/** DWARF's numbers: x0 to x31, then f0 to f31. */
const firstFloat = 32;
/** Entry values that need entry values, through so many callers. */
const deepestEntryValue = 8;
/** Frames among which that of the function around a nested one is looked for. */
const farthestOuter = 1000;

/** Addresses in a function whose variables are remembered: a condition asks for them at each hit. */
const rememberedPlaces = 64;
const rememberedEntries = new WeakMap<FunctionScope, Map<bigint, readonly VariableEntry[]>>();

/** The variables that a frame sees. */
export class FrameVariables {
  readonly #program: Program;
  readonly #environment: FrameEnvironment;
  #locals: readonly ProgramVariable[] | undefined;

  constructor(program: Program, environment: FrameEnvironment) {
    this.#program = program;
    this.#environment = environment;
  }

  /** Parameters, then variables; of the blocks the outermost first. */
  locals(): readonly ProgramVariable[] {
    if (this.#locals === undefined) {
      const { scope } = this.#environment.frame;
      const found = scope === undefined ? [] : this.#entries(scope);
      this.#locals = found.map((variable, index) => {
        const inner = found.slice(index + 1).filter(({ name }) => name === variable.name);
        return this.#describe(variable, inner.length);
      });
    }
    return this.#locals;
  }

  /** The variables of the frame's file that are not of a function. */
  globals(): readonly ProgramVariable[] {
    const unit = this.#environment.frame.scope?.unit.unit;
    if (unit === undefined) return [];
    return this.#program.globals.ofUnit(unit).map((variable) => this.#describe(variable, 0));
  }

  /** The value of the innermost variable with that name, or of a member of the object of a method. */
  findLocal(name: string): Value | undefined {
    const { scope } = this.#environment.frame;
    const locals = scope === undefined ? [] : this.#entries(scope);
    const found = locals.findLast((variable) => variable.name === name);
    if (found !== undefined) return this.#describe(found, 0).value();
    return this.#memberOfObject(locals, name) ?? this.#outer()?.findLocal(name);
  }

  /** The type of the innermost variable with that name, be its value known or not. */
  typeOfLocal(name: string): Type | undefined {
    return this.locals().findLast((variable) => variable.name === name)?.type;
  }

  #memberOfObject(locals: readonly VariableEntry[], name: string): Value | undefined {
    const object = locals.find((variable) => variable.name === "this");
    const self = object && this.#describe(object, 0);
    if (self === undefined || self.type.kind !== "pointer") return undefined;
    if (self.type.to.kind !== "structure") return undefined;
    try {
      const { data } = self.value();
      return findMember(
        this.#environment,
        memoryValue(this.#environment, BigInt(data), self.type.to),
        name,
      );
    } catch (error) {
      // Without the object, the name may still be that of something else.
      if (error instanceof RequestError) return undefined;
      throw error;
    }
  }

  /**
   * The variables of the function that this one is nested in, as GNU C has them: in the frame whose
   * base is what the static link says, or for want of one in the nearest frame of that function.
   */
  #outer(): FrameVariables | undefined {
    const environment = this.#environment;
    const { frame } = environment;
    let home = frame.scope;
    while (home?.isInlined === true) home = home.parent;
    const outer = home?.parent;
    if (home === undefined || outer === undefined) return undefined;
    const expression = locationExpression(home.entry, DW_AT.static_link, frame.at);

    const link = expression && evaluateExpression(expression, this.#context(frame, home.entry, 0));
    let caller = frame.caller();
    for (let count = 0; caller !== undefined && count < farthestOuter; count++) {
      let scope = this.#program.scopeAt(caller.at);
      while (scope?.isInlined === true) scope = scope.parent;

      if (scope === outer && (link === undefined || this.#frameBase(caller, 0) === link)) {
        return environment.ofFrame(caller.of(outer)).variables;
      }
      caller = caller.caller();
    }
    return undefined;
  }

  /** A variable of this file, of the namespaces around, or of any file; or a constant. */
  findGlobal(name: string): Value | undefined {
    const { scope } = this.#environment.frame;
    const path = scope?.qualifiedName.split("::").slice(0, -1) ?? [];
    const plain = name.replace(/^::/, "");
    const isRooted = plain !== name;
    for (let depth = isRooted ? 0 : path.length; depth >= 0; depth--) {
      const whole = [...path.slice(0, depth), plain].join("::");
      const found = this.#program.globals.find(whole, scope?.unit.unit);
      if (found !== undefined) return this.#describe(found, 0).value();
      const constant = this.#program.types.enumerator(whole);
      if (constant !== undefined) return { type: constant.type, data: constant.value };
    }
    return undefined;
  }

  #entries(scope: FunctionScope): readonly VariableEntry[] {
    const { at } = this.#environment.frame;
    const known = rememberedEntries.get(scope) ?? new Map<bigint, readonly VariableEntry[]>();
    let entries = known.get(at);
    if (entries === undefined) {
      entries = this.#readEntries(scope, at);
      if (known.size >= rememberedPlaces) known.clear();
      known.set(at, entries);
      rememberedEntries.set(scope, known);
    }
    return entries;
  }

  #readEntries(scope: FunctionScope, at: bigint): VariableEntry[] {
    let found: VariableEntry[] = [];
    try {
      found = variablesAt(this.#program.debug.info, scope.entry, at);
    } catch (error) {
      if (!(error instanceof ElfError)) throw error;
    }
    return [
      ...found.filter(({ isParameter }) => isParameter),
      ...found.filter(({ isParameter }) => !isParameter),
    ];
  }

  #describe(variable: VariableEntry, hiding: number): ProgramVariable {
    const { name, isParameter, chain } = variable;
    const { info } = this.#program.debug;
    const declared = firstOf(chain, (entry) => this.#program.types.typeOf(entry));
    const type = declared && this.#counted(declared);
    return {
      name,
      label: hiding === 0 ? name : `${name} (shadowed${hiding === 1 ? "" : ` ${hiding}`})`,
      isParameter,
      isShadowed: hiding > 0,
      type: type ?? integerOfBytes[4]!,
      get declaration() {
        return info.declarationOf(chain);
      },
      value: () => {
        try {
          return this.#valueOf(variable, type ?? integerOfBytes[4]!);
        } catch (error) {
          if (error instanceof ElfError) throw notAvailable(name);
          throw error;
        }
      },
    };
  }

  /** A type with the lengths that its arrays, or those that it points to, have in this frame. */
  #counted(type: Type): Type {
    if (type.kind === "pointer" && type.to.kind === "array") {
      const to = this.#counted(type.to);
      return to === type.to ? type : { ...type, to };
    }
    if (type.kind !== "array") return type;
    const of = this.#counted(type.of);
    const count = type.bounds === undefined ? type.count : this.#count(type.bounds);
    if (count === undefined || (of === type.of && count === type.count)) return type;
    const { alias } = type;
    return { kind: "array", of, count, ...(alias === undefined ? {} : { alias }) };
  }

  /** The elements of an array, by its bounds; undefined where they are not known. */
  #count(bounds: Entry): number | undefined {
    const lower = bounds.number(DW_AT.lower_bound) ?? 0;
    const upper = this.#bound(bounds, DW_AT.upper_bound);
    const count =
      this.#bound(bounds, DW_AT.count) ??
      (upper === undefined ? undefined : BigInt.asIntN(32, upper) - BigInt(lower) + 1n);
    // More than this is what a damaged variable says.
    return count === undefined || count < 0n || count > 0x7fff_ffffn ? undefined : Number(count);
  }

  /** A bound that is a number, an expression, or what a variable holds. */
  #bound(bounds: Entry, name: number): bigint | undefined {
    const value = bounds.attribute(name);
    if (value?.kind === "constant") return value.value;
    if (value?.kind === "reference") return this.#integerOf(value.value);
    const { frame } = this.#environment;
    try {
      const expression = locationExpression(bounds, name, frame.at);
      return expression && evaluateExpression(expression, this.#context(frame, bounds, 0));
    } catch (error) {
      if (error instanceof ElfError || error instanceof RequestError) return undefined;
      throw error;
    }
  }

  /** What the variable at an offset of `.debug_info` holds here, if that is a number and known. */
  #integerOf(offset: number): bigint | undefined {
    const { info } = this.#program.debug;
    const { scope } = this.#environment.frame;
    const entry = info.entryAt(offset);
    // Where the function is a copy, so is the variable.
    const described =
      (scope && this.#entries(scope))?.find(({ chain }) =>
        chain.some((origin) => origin.offset === offset),
      ) ??
      (entry && describeVariable(info, entry, 0, "a length"));
    if (described === undefined) return undefined;
    try {
      const { data } = this.#describe(described, 0).value();
      return typeof data === "bigint" ? data : undefined;
    } catch (error) {
      if (error instanceof RequestError) return undefined;
      throw error;
    }
  }

  #valueOf({ name, entry, chain }: VariableEntry, type: Type): Value {
    const environment = this.#environment;
    const { frame } = environment;
    const isEntry = frame.scope?.entryAddress === frame.at && !frame.scope.isInlined;
    const constant = firstOf(chain, (origin) => origin.attribute(DW_AT.const_value));
    const expression = firstOf(chain, (origin) =>
      origin.attribute(DW_AT.location) === undefined
        ? undefined
        : (locationExpression(origin, DW_AT.location, frame.at, isEntry) ?? new Uint8Array(0)),
    );
    if (type.kind === "array" && type.bounds !== undefined) throw optimisedOut(name);
    const size = sizeOf(type, environment.xlen);
    const fixed = (bytes: Uint8Array) =>
      placedValue(
        environment,
        { kind: "storage", storage: fixedBytes(bytes, name), offset: 0 },
        type,
      );
    if (expression === undefined && constant !== undefined) {
      if (constant.kind === "constant") return fixed(integerToBytes(constant.value, 8 * size));
      if (constant.kind === "block") return fixed(constant.value);
      if (constant.kind === "string") return fixed(new TextEncoder().encode(`${constant.value}\0`));
    }
    if (expression === undefined) {
      // A declaration: the variable itself is elsewhere.
      const linkage =
        firstOf(
          chain,
          (origin) => origin.string(DW_AT.linkage_name) ?? origin.string(DW_AT.MIPS_linkage_name),
        ) ?? name;
      const symbol = this.#program.symbols.byName(linkage);
      if (symbol?.type === STT.TLS && !entry.flag(DW_AT.artificial)) {
        const address = environment.threadAddress(symbol.value);
        if (address === undefined) throw threadLocal(name);
        return memoryValue(environment, address, type);
      }
      const isElsewhere = chain.some((origin) => origin.flag(DW_AT.declaration));
      if (isElsewhere && symbol !== undefined) return memoryValue(environment, symbol.value, type);
      throw optimisedOut(name);
    }
    const location = evaluateLocation(expression, this.#context(frame, entry, 0));
    if (location === undefined) {
      if (isThreadLocal(expression)) throw threadLocal(name);
      throw frame.isInnermost ? optimisedOut(name) : lostRegister(name);
    }
    if (location.kind === "address") return memoryValue(environment, location.address, type);
    const storage = this.#storageOf(location, name, size);
    return placedValue(environment, { kind: "storage", storage, offset: 0 }, type);
  }

  /** Where expressions of an entry are evaluated: in a frame, with its unit's tables. */
  #context(frame: Frame, { unit }: Entry, depth: number): ExpressionContext {
    const environment = this.#environment;
    return {
      addressSize: environment.xlen === 64 ? 8 : 4,
      bias: this.#program.file.bias ?? 0n,
      register: (number) => registerIn(frame, number),
      memory: (address, size) => {
        const isMapped = (environment.mappedLength?.(address, size) ?? size) === size;
        return isMapped ? bytesToInteger(environment.readMemory(address, size)) : undefined;
      },
      frameAddress: () => frame.frameAddress(),
      frameBase: () => this.#frameBase(frame, depth),
      entryValue: (expression) => {
        const register = registerOf(expression);
        // Before the first instruction nothing has changed.
        const isEntry = this.#program.scopeAt(frame.at)?.entryAddress === frame.at;
        if (register !== undefined && isEntry) return registerIn(frame, register);
        return this.#given(frame, depth, (parameter) => {
          const place = parameter.expression(DW_AT.location);
          if (place === undefined) return false;
          return register === undefined
            ? isSame(place, expression)
            : registerOf(place) === register;
        });
      },
      givenParameter: (offset) =>
        this.#given(frame, depth, (parameter) => {
          const origin =
            parameter.reference(DW_AT.call_parameter) ?? parameter.reference(DW_AT.abstract_origin);
          return origin === unit.offset + offset;
        }),
      variable: (offset) => this.#integerOf(offset),
      threadAddress: (offset) => environment.threadAddress(this.#threadOffset(offset)),
      indexedAddress: (index) => indexedAddress(unit, index).value,
      baseType: (offset) => baseTypeOf(unit.entryAt(unit.offset + offset)),
    };
  }

  /**
   * Bytes into the thread-local storage, from how compilers write it: less a constant, as the psABI
   * says, or (Clang 14) as the address at which the first contents of the storage stand.
   */
  #threadOffset(written: bigint): bigint {
    const image = this.#program.file.segments.find(({ type }) => type === PT.TLS);
    const start = image?.virtualAddress ?? 0n;
    const isAddress = image !== undefined && written >= start && written < start + image.memorySize;
    if (isAddress && written >= threadOffset) return written - start;
    return BigInt.asIntN(this.#environment.xlen, written) + threadOffset;
  }

  /** What the function of a frame counts the places of its variables from. */
  #frameBase(frame: Frame, depth: number): bigint | undefined {
    let scope = frame.scope ?? this.#program.scopeAt(frame.at);
    while (scope?.isInlined === true) scope = scope.parent;
    if (scope === undefined) return undefined;
    const base = locationExpression(scope.entry, DW_AT.frame_base, frame.at);
    // A frame base does not refer to itself.
    const { frameBase: _, ...rest } = this.#context(frame, scope.entry, depth);
    return base && evaluateExpression(base, rest);
  }

  /**
   * What the caller of a frame's function has given for one of its parameters, as the call site
   * says.
   */
  #given(frame: Frame, depth: number, isWanted: (parameter: Entry) => boolean): bigint | undefined {
    if (depth >= deepestEntryValue) return undefined;
    const caller = frame.caller();
    const callee = this.#program.scopeAt(frame.at);
    const scope = caller && this.#program.scopeAt(caller.at);
    if (caller === undefined || scope === undefined || callee === undefined) return undefined;
    const site = callSiteAt(scope.entry, caller.pc);
    if (site === undefined || !this.#isCallOf(site, callee, caller, depth)) return undefined;
    for (const parameter of site.children()) {
      const isParameter =
        parameter.tag === DW_TAG.call_site_parameter ||
        parameter.tag === DW_TAG.GNU_call_site_parameter;
      if (!isParameter || !isWanted(parameter)) continue;
      const value =
        parameter.expression(DW_AT.call_value) ?? parameter.expression(DW_AT.GNU_call_site_value);
      return value && evaluateExpression(value, this.#context(caller, site, depth + 1));
    }
    return undefined;
  }

  /** Whether a call site's function is the one that runs: a tail call may have changed that. */
  #isCallOf(site: Entry, callee: FunctionScope, caller: Frame, depth: number): boolean {
    const origin = site.reference(DW_AT.call_origin) ?? site.reference(DW_AT.abstract_origin);
    if (origin !== undefined) {
      const called = this.#program.debug.info.entryAt(origin);
      if (called === undefined) return false;
      if (called.offset === callee.entry.offset || called.offset === callee.origin.offset)
        return true;
      const name = called.string(DW_AT.linkage_name) ?? called.string(DW_AT.name);
      return name !== undefined && (name === callee.linkageName || name === callee.name);
    }
    const target =
      site.expression(DW_AT.call_target) ?? site.expression(DW_AT.GNU_call_site_target);
    if (target === undefined) return false;
    const address = evaluateExpression(target, this.#context(caller, site, depth + 1));
    return address === callee.entryAddress;
  }

  /** A location that is not an address, as bytes. */
  #storageOf(location: Location, name: string, size: number): Storage {
    switch (location.kind) {
      case "address": {
        const { address } = location;
        const environment = this.#environment;
        return {
          read: (offset, length) => environment.readMemory(address + BigInt(offset), length),
          write: (offset, bytes) => environment.writeMemory(address + BigInt(offset), bytes),
        };
      }
      case "register":
        return this.#register(location.register, name);
      case "value":
        return fixedBytes(integerToBytes(location.value, 8 * Math.max(8, size)), name);
      case "bytes":
        return fixedBytes(location.bytes, name);
      case "empty":
        return nowhere(() => optimisedOut(name));
      case "implicit-pointer":
        return {
          ...nowhere(() => optimisedOut(`What ${name} points to`)),
          pointee: (type, distance) => this.#implicitTarget(location, name, type, distance),
        };
      case "pieces":
        return pieces(
          location.pieces.map((piece) => ({
            bits: piece.bits,
            from: piece.bitOffset,
            storage: this.#storageOf(piece.location, name, (piece.bits + 7) >> 3),
          })),
          name,
        );
    }
  }

  /** What a pointer or reference without a value refers to: another variable, or a part of it. */
  #implicitTarget(
    { entry, offset }: Extract<Location, { kind: "implicit-pointer" }>,
    name: string,
    type: Type,
    distance: number,
  ): Value {
    const { info } = this.#program.debug;
    const target = info.entryAt(entry);
    const described = target && describeVariable(info, target, 0, name);
    if (described === undefined) throw optimisedOut(name);
    const whole = this.#describe(described, 0).value();
    if (!isBytes(whole.place)) throw optimisedOut(name);
    const place = shiftPlace(this.#environment, whole.place, offset + distance);
    return placedValue(this.#environment, place, type);
  }

  #register(number: number, name: string): Storage {
    const environment = this.#environment;
    const isFloat = number >= firstFloat;
    const register: RegisterPlace = isFloat
      ? { kind: "f", index: number - firstFloat }
      : { kind: "x", index: number };
    const bits = isFloat ? environment.flen : environment.xlen;
    const read = () => {
      const value = environment.readRegister(register);
      if (value === undefined) throw lostRegister(name);
      return integerToBytes(value, bits);
    };
    return {
      register,
      read: (offset, length) => {
        const bytes = read().subarray(offset, offset + length);
        if (bytes.length < length) throw notAvailable(name);
        return bytes;
      },
      write: (offset, bytes) => {
        const value = bytesToInteger(bytes);
        if (offset === 0 && bytes.length === 4 && bits === 64) {
          // As the calling convention has it: sign-extended, and singles boxed.
          const whole = isFloat ? value | (0xffffffffn << 32n) : BigInt.asIntN(32, value);
          environment.writeRegister(register, BigInt.asUintN(64, whole));
          return;
        }
        const all = read();
        all.set(bytes, offset);
        environment.writeRegister(register, bytesToInteger(all));
      },
    };
  }
}

/** What a frame has in a register, by DWARF's number. */
function registerIn(frame: Frame, number: number): bigint | undefined {
  return (number < firstFloat ? frame.x(number) : frame.f(number - firstFloat))?.value;
}

/** Bytes that are known, but stand nowhere. */
function fixedBytes(bytes: Uint8Array, name: string): Storage {
  return {
    read: (offset, length) => {
      const found = bytes.slice(offset, offset + length);
      if (found.length < length) throw optimisedOut(name);
      return found;
    },
    write: () => {
      throw noPlace(name);
    },
  };
}

function nowhere(error: () => RequestError): Storage {
  const fail = () => {
    throw error();
  };
  return { read: fail, write: fail };
}

/** Parts one behind the other, each of whole bytes or at least within one read. */
function pieces(
  parts: readonly { bits: number; from: number; storage: Storage }[],
  name: string,
): Storage {
  /** Calls with each part that a range of bits touches. */
  const touch = (
    start: number,
    end: number,
    visit: (part: (typeof parts)[number], inPart: number, at: number, bits: number) => void,
  ) => {
    let position = 0;
    for (const part of parts) {
      const low = Math.max(start, position);
      const high = Math.min(end, position + part.bits);
      if (low < high) visit(part, low - position + part.from, low - start, high - low);
      position += part.bits;
    }
    if (position < end) throw optimisedOut(name);
  };
  const readBits = (offset: number, count: number): bigint => {
    let value = 0n;
    touch(offset, offset + count, ({ storage }, inPart, at, bits) => {
      const first = inPart >> 3;
      const bytes = storage.read(first, ((inPart + bits + 7) >> 3) - first);
      const found = bytesToInteger(bytes) >> BigInt(inPart & 7);
      value |= BigInt.asUintN(bits, found) << BigInt(at);
    });
    return value;
  };
  return {
    read: (offset, length) => integerToBytes(readBits(8 * offset, 8 * length), 8 * length),
    readBits,
    write: (offset, bytes) => {
      const value = bytesToInteger(bytes);
      touch(8 * offset, 8 * (offset + bytes.length), ({ storage }, inPart, at, bits) => {
        if ((inPart & 7) !== 0 || (bits & 7) !== 0) throw noPlace(name);
        storage.write(inPart >> 3, integerToBytes(BigInt.asUintN(bits, value >> BigInt(at)), bits));
      });
    },
  };
}

function isThreadLocal(expression: Uint8Array): boolean {
  const last = expression.at(-1);
  return last === DW_OP.form_tls_address || last === DW_OP.GNU_push_tls_address;
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

/** DW_ATE_float, and the two encodings of signed integers. */
function baseTypeOf(entry: Entry | undefined): BaseType | undefined {
  const size = entry?.number(DW_AT.byte_size);
  const encoding = entry?.number(DW_AT.encoding);
  if (entry?.tag !== DW_TAG.base_type || size === undefined) return undefined;
  const kind = encoding === 4 ? "float" : encoding === 5 || encoding === 6 ? "signed" : "unsigned";
  return { size, kind };
}
