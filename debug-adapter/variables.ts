/**
 * The scopes of a frame and what is in them: integer and floating-point registers, CSRs with their
 * fields, the program counter, the program's data. Each entry is an expression, so that setting,
 * watching and copying one is evaluating a text.
 */
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { HartState } from "../emulator/machine.ts";
import { csrs } from "../isa/csrs.ts";
import { fRegisters, xRegisters } from "../isa/registers.ts";
import { badValue, notAssignable, optimisedOutId, RequestError } from "./errors.ts";
import {
  activeVariant,
  elementsExpression,
  elementsOf,
  membersNow,
  shownName,
} from "./expressions/contents.ts";
import type { Place } from "./expressions/environment.ts";
import { evaluate } from "./expressions/evaluator.ts";
import { type Type, typeName } from "./expressions/types.ts";
import {
  describedHex,
  elementOf,
  memberOf,
  memoryValue,
  registerValue,
  show,
  store,
  type Value,
} from "./expressions/value.ts";
import { bitsToFloat, formatAddress, type Radix, type ValueFormat } from "./formats.ts";
import type { FrameEnvironment } from "./frame-environment.ts";
import type { ProgramVariable } from "./frame-variables.ts";
import type { SourceLine } from "./frames.ts";
import type { Program } from "./program.ts";
import { References } from "./references.ts";

type ScopeKind =
  | "locals"
  | "globals"
  | "integer"
  | "float"
  | "csrs"
  | "counter"
  | "stack"
  | "symbols";

/** What a number for variables stands for. */
export type Group =
  | {
      readonly kind: ScopeKind;
      readonly environment: FrameEnvironment;
    }
  | { readonly kind: "fields"; readonly environment: FrameEnvironment; readonly csr: string }
  | {
      /** Elements of an array; members of a structure; what a pointer points to. */
      readonly kind: "elements" | "members" | "target";
      readonly environment: FrameEnvironment;
      readonly value: Value;
      readonly name: string;
    };

/** How values are shown. */
export interface Presentation {
  readonly radix: Radix;
  /** The client asks for hexadecimal. */
  readonly isHex: boolean;
}

/** Words of the stack that are shown; more are in the memory view. */
const mostSlots = 32;

type Variable = DebugProtocol.Variable;

/** The radix that a request asks for. */
export function radixOf({ radix, isHex }: Presentation): Radix {
  return isHex ? "hex" : radix;
}

/** The scopes of a frame. */
export function scopesOf(
  program: Program,
  environment: FrameEnvironment,
  references: References<Group>,
): DebugProtocol.Scope[] {
  const scope = (name: string, kind: ScopeKind, more: object) => ({
    name,
    variablesReference: references.add({ kind, environment }),
    expensive: false,
    ...more,
  });
  const registers = { presentationHint: "registers" };
  const scopes: DebugProtocol.Scope[] = [];
  const locals = environment.variables.locals();
  if (environment.frame.scope !== undefined && locals.length > 0) {
    scopes.push(
      scope("Locals", "locals", { presentationHint: "locals", namedVariables: locals.length }),
    );
  }
  if (environment.frame.scope !== undefined && environment.variables.globals().length > 0) {
    scopes.push(scope("Globals", "globals", { expensive: true, presentationHint: "globals" }));
  }
  scopes.push(scope("Integer", "integer", registers));
  if (environment.flen > 0) scopes.push(scope("Floating point", "float", registers));
  const hart = environment.frame.hart;
  if (csrs.some(({ address }) => hart.csr(address) !== undefined)) {
    scopes.push(scope("CSRs", "csrs", registers));
  }
  scopes.push(scope("Program counter", "counter", registers));
  const slots = slotsOf(environment).length;
  if (slots > 0) scopes.push(scope("Stack", "stack", { namedVariables: slots }));
  const count = program.dataSymbols().length;
  if (count > 0) {
    scopes.push(
      scope("Symbols", "symbols", {
        namedVariables: count,
        expensive: count > 200,
        presentationHint: "globals",
      }),
    );
  }
  return scopes;
}

/** The variables of a group. */
export class Variables {
  readonly #program: Program;
  readonly #references: References<Group>;
  readonly #instructionAt: (address: bigint) => string;
  /** Lines of sources that the client may ask for: of declarations, of what pointers lead to. */
  readonly lines = new References<SourceLine>();

  constructor(
    program: Program,
    references: References<Group>,
    instructionAt: (address: bigint) => string,
  ) {
    this.#program = program;
    this.#references = references;
    this.#instructionAt = instructionAt;
  }

  list(
    group: Group,
    presentation: Presentation,
    start = 0,
    count = Number.POSITIVE_INFINITY,
  ): Variable[] {
    const page = <T>(all: readonly T[]) => all.slice(start, start + count);
    const { environment } = group;
    switch (group.kind) {
      case "locals":
        return page(environment.variables.locals()).map((variable) =>
          this.#variable(environment, variable, presentation),
        );
      case "globals":
        return page(environment.variables.globals()).map((variable) =>
          this.#variable(environment, variable, presentation),
        );
      case "members":
      case "target":
        return page(this.#children(group)).map((child) =>
          this.#child(environment, child, presentation),
        );
      case "integer":
        return page(xRegisters).map(({ abi }) => this.#named(environment, abi, presentation));
      case "float":
        return page(fRegisters).map(({ abi }) => this.#named(environment, abi, presentation));
      case "csrs":
        return page(present(environment.frame.hart)).map(({ name, fields }) => {
          const variable = this.#named(environment, name, presentation);
          if (fields !== undefined) {
            variable.variablesReference = this.#references.add({
              kind: "fields",
              environment,
              csr: name,
            });
          }
          return variable;
        });
      case "fields":
        return page(fieldsOf(environment, group.csr)).map(({ name, low, high }) => ({
          ...this.#named(environment, `${group.csr}.${name}`, { radix: "decimal", isHex: false }),
          name,
          type: high === low ? "bit" : `bits ${high}:${low}`,
        }));
      case "counter":
        return page([
          this.#named(environment, "pc", presentation),
          {
            name: "instruction",
            value: this.#instructionAt(environment.frame.pc),
            variablesReference: 0,
            presentationHint: { attributes: ["readOnly"] },
          },
        ]);
      case "stack":
        return page(slotsOf(environment)).map((name) =>
          this.#slot(environment, name, presentation),
        );
      case "symbols":
        return page(this.#program.dataSymbols()).map(({ name }) =>
          this.#expression(environment, name, presentation),
        );
      case "elements":
        return this.#elements(group, presentation, start, count);
    }
  }

  /** A value as the answer to an evaluation or as a variable. */
  present(
    environment: FrameEnvironment,
    value: Value,
    format: ValueFormat,
    name: string,
  ): Omit<Variable, "name"> {
    const { type } = value;
    const isText = format === "string" || format === "instruction";
    const elements = this.#elementsOf(environment, value);
    if (elements !== undefined && !isText) {
      return this.#presentElements(environment, value, elements, format, name);
    }
    const kind = isText ? undefined : childrenOf(type);
    const reference = memoryReferenceOf(value);
    const line = this.#functionLine(value);
    return {
      value: show(environment, value, format),
      type: typeName(type),
      variablesReference:
        kind === undefined ? 0 : this.#references.add({ kind, environment, value, name }),
      ...(kind === "elements" && type.kind === "array" ? { indexedVariables: type.count } : {}),
      ...(reference === undefined ? {} : { memoryReference: reference }),
      ...(line === undefined ? {} : { valueLocationReference: this.lines.add(line) }),
    };
  }

  /** The elements that a structure stands for, but for a text, whose members say more. */
  #elementsOf(environment: FrameEnvironment, value: Value): Value | undefined {
    if (value.type.kind !== "structure" || value.type.contents?.isText !== false) return undefined;
    try {
      return elementsOf(environment, value);
    } catch (error) {
      if (error instanceof RequestError) return undefined;
      throw error;
    }
  }

  #presentElements(
    environment: FrameEnvironment,
    whole: Value,
    value: Value,
    format: Radix | "float" | "string",
    name: string,
  ): Omit<Variable, "name"> {
    if (whole.type.kind !== "structure" || value.type.kind !== "array") throw notAssignable(name);
    const { contents } = whole.type;
    const expression = elementsExpression(wrapped(name), contents!, typeName(contents!.of));
    const { count } = value.type;
    const group = { kind: "elements", environment, value, name: expression ?? "" } as const;
    const reference = memoryReferenceOf(value);
    return {
      value: show(environment, whole, format),
      type: typeName(whole.type),
      variablesReference: count === 0 ? 0 : this.#references.add(group),
      indexedVariables: count,
      ...(reference === undefined ? {} : { memoryReference: reference }),
    };
  }

  /** The line of the function that a value is, or points to. */
  #functionLine({ type, data }: Value): SourceLine | undefined {
    const isFunction = type.kind === "code" || (type.kind === "pointer" && type.to.kind === "code");
    return isFunction ? this.#program.rowAt(BigInt(data))?.row : undefined;
  }

  /** A variable of the program. */
  #variable(
    environment: FrameEnvironment,
    variable: ProgramVariable,
    presentation: Presentation,
  ): Variable {
    const { name, label, isShadowed, type, isParameter } = variable;
    const child = {
      name: label,
      // Of a shadowed one no expression can be given.
      expression: isShadowed ? undefined : evaluable(name),
      type,
      value: () => variable.value(),
    };
    const shown = this.#child(environment, child, presentation);
    const { declaration } = variable;
    return {
      ...shown,
      ...(isParameter ? { presentationHint: { ...shown.presentationHint, kind: "data" } } : {}),
      ...(declaration === undefined || declaration.path === ""
        ? {}
        : { declarationLocationReference: this.lines.add(declaration) }),
    };
  }

  /** What is within a structure or behind a pointer. */
  #children({
    environment,
    value,
    name,
    kind,
  }: Extract<Group, { readonly value: Value }>): Child[] {
    const { type } = value;
    if (kind === "target" && type.kind === "pointer") {
      const target = memoryValueOf(environment, value);
      if (type.to.kind === "structure") {
        return membersOf(environment, target, `${wrapped(name)}->`);
      }
      return [
        {
          name: `*${wrapped(name)}`,
          expression: `*${wrapped(name)}`,
          type: type.to,
          value: target,
        },
      ];
    }
    return membersOf(environment, () => value, `${wrapped(name)}.`);
  }

  #child(environment: FrameEnvironment, child: Child, presentation: Presentation): Variable {
    const { name, expression, type } = child;
    const evaluateName = expression === undefined ? {} : { evaluateName: expression };
    try {
      const shown = this.present(
        environment,
        child.value(),
        radixOf(presentation),
        expression ?? name,
      );
      return { name, ...evaluateName, ...shown, type: typeName(type) };
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      return {
        name,
        value: error.id === optimisedOutId ? "optimised out" : error.message,
        type: typeName(type),
        variablesReference: 0,
        ...evaluateName,
        presentationHint: { attributes: ["readOnly"] },
      };
    }
  }

  /** The value that a name of a group stands for, where the group is of the program's variables. */
  valueIn(group: Group, name: string): Value | undefined {
    const { environment } = group;
    switch (group.kind) {
      case "locals":
      case "globals": {
        const variables = environment.variables[group.kind]();
        return variables.findLast(({ label }) => label === name)?.value();
      }
      case "members":
      case "target":
        return this.#children(group)
          .find((child) => child.name === name)
          ?.value();
      case "elements": {
        const index = /^\[(\d+)\]$/.exec(name)?.[1];
        return index === undefined ? undefined : elementOf(environment, group.value, Number(index));
      }
      default:
        return undefined;
    }
  }

  #named(environment: FrameEnvironment, name: string, presentation: Presentation): Variable {
    const place = environment.findRegister(name)!;
    if (environment.readRegister(place) === undefined) {
      return {
        name,
        value: "not known in this frame",
        variablesReference: 0,
        evaluateName: name,
        presentationHint: { attributes: ["readOnly"] },
      };
    }
    const value = registerValue(environment, place, name);
    const isConstant = name === "zero";
    return {
      name,
      evaluateName: name,
      ...this.present(environment, value, radixOf(presentation), name),
      ...(isConstant ? { presentationHint: { attributes: ["readOnly"] } } : {}),
    };
  }

  /** A word of the stack: by itself shown like a register, with the symbol it points to. */
  #slot(environment: FrameEnvironment, name: string, presentation: Presentation): Variable {
    const variable = this.#expression(environment, name, presentation);
    if (radixOf(presentation) !== "auto") return variable;
    const { data } = evaluate(name, environment, false).value;
    return { ...variable, value: describedHex(environment, BigInt(data)) };
  }

  #expression(environment: FrameEnvironment, name: string, presentation: Presentation): Variable {
    try {
      const { value } = evaluate(name, environment, false);
      return {
        name,
        evaluateName: name,
        ...this.present(environment, value, radixOf(presentation), name),
      };
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      return { name, value: error.message, variablesReference: 0 };
    }
  }

  #elements(
    { environment, value, name }: Extract<Group, { readonly value: Value }>,
    presentation: Presentation,
    start: number,
    count: number,
  ): Variable[] {
    const { type } = value;
    if (type.kind !== "array") return [];
    const length = Math.max(0, Math.min(type.count - start, count, 10_000));
    return Array.from({ length }, (_, offset) => {
      const index = start + offset;
      const expression = name === "" ? undefined : `${wrapped(name)}[${index}]`;
      return this.#child(
        environment,
        {
          name: `[${index}]`,
          expression,
          type: type.of,
          value: () => elementOf(environment, value, index),
        },
        presentation,
      );
    });
  }

  /** Sets a variable of a group to the value of a text. */
  set(
    group: Group,
    name: string,
    text: string,
    presentation: Presentation,
  ): Omit<Variable, "name"> {
    const { environment } = group;
    const target = this.valueIn(group, name);
    if (target !== undefined) {
      assign(environment, target, name, text);
      const after = this.valueIn(group, name) ?? target;
      return this.present(environment, after, radixOf(presentation), name);
    }
    const expression = group.kind === "fields" ? `${group.csr}.${name}` : name;
    return setExpression(this, environment, expression, text, radixOf(presentation));
  }
}

/** Sets a variable's value to that of a text. */
function assign(environment: FrameEnvironment, target: Value, name: string, text: string): void {
  const plain = plainText(text);
  if (target.place === undefined || target.type.kind === "code" || target.type.kind === "array") {
    throw notAssignable(name);
  }
  const { type } = target;
  const special = type.kind === "float" ? specialFloat(plain) : undefined;
  if (special !== undefined) {
    store(environment, target, target.place, { type, data: special });
    return;
  }
  const { value } = evaluate(plain, environment);
  if (type.kind === "float" && /^\s*0[xb]/i.test(plain) && typeof value.data === "bigint") {
    const data = bitsToFloat(BigInt.asUintN(type.bits, value.data), type.bits);
    store(environment, target, target.place, { type, data });
    return;
  }
  if ((value.type.kind === "structure") !== (type.kind === "structure")) {
    throw badValue(plain, typeName(type));
  }
  store(environment, target, target.place, value);
}

/** A value as it is edited: what was shown beside the number is dropped. */
function plainText(text: string): string {
  return text
    .replace(/\s*<[^<>]*>(\s*[uU]?".*"…?)?\s*$/, "")
    .replace(/^(0x[\da-f]+)\s+[uU]?".*$/i, "$1")
    .replace(/^(-?\d+)\s+'.*'$/, "$1")
    .replace(/^\s*true\s*$/, "1")
    .replace(/^\s*false\s*$/, "0");
}

function specialFloat(text: string): number | undefined {
  const special: Readonly<Record<string, number>> = {
    nan: Number.NaN,
    inf: Number.POSITIVE_INFINITY,
    "-inf": Number.NEGATIVE_INFINITY,
  };
  return special[text.trim().toLowerCase()];
}

/** Something that is shown below a variable. */
interface Child {
  readonly name: string;
  /** How an expression names it, where one can. */
  readonly expression: string | undefined;
  readonly type: Type;
  value(): Value;
}

/** What is below a value of a type. */
function childrenOf(type: Type): "elements" | "members" | "target" | undefined {
  switch (type.kind) {
    case "array":
      return type.count > 0 ? "elements" : undefined;
    case "structure":
      return type.members.length > 0 ? "members" : undefined;
    case "pointer": {
      const { to } = type;
      if (to.kind === "structure") return to.members.length > 0 ? "target" : undefined;
      if (to.kind === "integer") return to.isDeclared === true ? "target" : undefined;
      return to.kind === "void" || to.kind === "code" ? undefined : "target";
    }
    default:
      return undefined;
  }
}

/** What a pointer points to, read when it is asked for. */
function memoryValueOf(environment: FrameEnvironment, { type, data }: Value): () => Value {
  return () => {
    if (type.kind !== "pointer") throw notAssignable("This");
    return memoryValue(environment, BigInt(data), type.to);
  };
}

function membersOf(environment: FrameEnvironment, whole: () => Value, prefix: string): Child[] {
  const value = whole();
  if (value.type.kind !== "structure") return [];
  const active = activeVariant(environment, value);
  return membersNow(environment, value).flatMap((member, index) => {
    const own = () => memberOf(environment, whole(), member);
    // What is in the variant that holds, as if it were in the whole.
    if (member === active && member.type.kind === "structure")
      return membersOf(environment, own, `${prefix}${member.name}.`);
    return {
      name: member.name === "" ? `{${index}}` : shownName(member.name),
      expression:
        member.name === "" || member.isBase === true
          ? prefix.slice(0, prefix.endsWith("->") ? -2 : -1)
          : prefix + member.name,
      type: member.type,
      value: own,
    };
  });
}

/** A name as it can stand before a dot or a bracket. */
function wrapped(name: string): string {
  return /^[\w$.:>[\]-]+$/.test(name) ? name : `(${name})`;
}

/** A name as an expression: with the characters of templates it is quoted. */
function evaluable(name: string): string {
  return /^[\w$.:]+$/.test(name) ? name : `'${name}'`;
}

/** Sets what an expression names to the value of a text; the new value, presented. */
export function setExpression(
  variables: Variables,
  environment: FrameEnvironment,
  expression: string,
  text: string,
  radix: Radix,
): Omit<Variable, "name"> {
  const plain = plainText(text);
  const target = evaluate(expression, environment).value;
  const isWritable =
    target.place !== undefined && target.type.kind !== "array" && target.type.kind !== "code";
  if (isWritable && target.type.kind === "float" && /^\s*0[xb]/i.test(plain)) {
    return setRaw(variables, environment, expression, target, plain, radix);
  }
  const special = specialFloat(plain);
  if (isWritable && target.type.kind === "float" && special !== undefined) {
    store(environment, target, target.place, { type: target.type, data: special });
  } else {
    evaluate(`${expression} = (${plain})`, environment);
  }
  return variables.present(environment, evaluate(expression, environment).value, radix, expression);
}

/** Sets a floating-point place to raw bits in hexadecimal or binary. */
function setRaw(
  variables: Variables,
  environment: FrameEnvironment,
  expression: string,
  target: Value,
  text: string,
  radix: Radix,
): Omit<Variable, "name"> {
  const { value } = evaluate(text, environment);
  if (typeof value.data !== "bigint" || target.type.kind !== "float")
    throw badValue(text, typeName(target.type));
  if (target.place!.kind === "f") {
    environment.writeRegister(
      target.place as Extract<Place, { kind: "f" }>,
      BigInt.asUintN(environment.flen, value.data),
    );
  } else {
    const { bits } = target.type;
    const data = bitsToFloat(BigInt.asUintN(bits, value.data), bits);
    store(environment, target, target.place!, { type: target.type, data });
  }
  return variables.present(environment, evaluate(expression, environment).value, radix, expression);
}

/** Where the memory viewer opens for a value: where it is, or for registers where it points. */
function memoryReferenceOf({ type, data, place }: Value): string | undefined {
  if (place?.kind === "memory" && type.kind !== "pointer") return formatAddress(place.address);
  if (type.kind === "float") return undefined;
  return formatAddress(BigInt.asUintN(type.kind === "integer" ? type.bits : 64, BigInt(data)));
}

/** The stack from the frame's stack pointer upwards, as far as it is mapped: `0(sp)`, `8(sp)`, … */
function slotsOf(environment: FrameEnvironment): string[] {
  const place = environment.findRegister("sp");
  const pointer = place && environment.readRegister(place);
  if (pointer === undefined) return [];
  const size = environment.xlen / 8;
  const mapped = environment.mappedLength(pointer, mostSlots * size);
  return Array.from({ length: Math.floor(mapped / size) }, (_, index) => `${index * size}(sp)`);
}

/** The CSRs that the hart has, but for event counters that count nothing. */
function present(hart: HartState) {
  return csrs.filter(({ address, extension }) => {
    const value = hart.csr(address);
    return value !== undefined && !(extension === "zihpm" && value === 0n);
  });
}

function fieldsOf(environment: FrameEnvironment, name: string) {
  const fields = csrs.find((csr) => csr.name === name)?.fields ?? [];
  return fields.filter(({ xlen }) => xlen === undefined || xlen === environment.xlen);
}
