/**
 * Operands of instructions: cut at commas, told apart by their look (register, memory operand,
 * relocation function, expression), and compared with the shapes that a syntax wants. Expressions
 * are read only when a form has been chosen, so that trying forms leaves no traces.
 */
import { csrAddressOf } from "../isa/csrs.ts";
import { encodingOf, type Field, parseFence, roundingModes } from "../isa/encoding.ts";
import type { Instruction } from "../isa/instruction.ts";
import { fRegisterIndex, vRegisterIndex, xRegisterIndex } from "../isa/registers.ts";
import type { Token } from "./lexer.ts";

/** An operand as it stands in the source. Positions are indexes of tokens. */
export interface Operand {
  readonly kind: "x" | "f" | "memory" | "expression" | "function" | "empty";
  readonly first: number;
  /** Behind its last token. */
  readonly last: number;
  /** Register number; of a memory operand that of the base. */
  readonly register: number;
  /** Tokens of the expression (in a function: between its parentheses; in memory: the offset). */
  readonly from: number;
  readonly to: number;
  /** The relocation function, such as "lo". */
  readonly functionName: string | undefined;
  readonly functionToken: Token | undefined;
  /** Whether it ends in `@plt`, which only the symbol of a call or tail may. */
  readonly isLinkage?: boolean;
  /** The only token of the operand when it is a name. */
  readonly name: string | undefined;
}

/** Cuts tokens `start` and on into operands. */
export function readOperands(tokens: readonly Token[], start: number): Operand[] {
  const operands: Operand[] = [];
  if (start >= tokens.length) return operands;
  let depth = 0;
  let first = start;
  for (let at = start; at <= tokens.length; at++) {
    const token = tokens[at];
    if (token === undefined || (token.text === "," && depth <= 0 && token.kind === "operator")) {
      operands.push(readOperand(tokens, first, at));
      first = at + 1;
    } else if (token.kind === "operator") {
      if (token.text === "(") depth++;
      else if (token.text === ")") depth--;
    }
  }
  return operands;
}

const isOperator = (token: Token | undefined, text: string) =>
  token !== undefined && token.kind === "operator" && token.text === text;

function operand(
  kind: Operand["kind"],
  first: number,
  last: number,
  register: number,
  name: string | undefined,
): Operand {
  const [from, to] = [first, last];
  const functionName = undefined;
  return { kind, first, last, register, from, to, functionName, functionToken: undefined, name };
}

function readOperand(tokens: readonly Token[], first: number, last: number): Operand {
  const token = tokens[first];
  if (first === last || token === undefined) return operand("empty", first, last, 0, undefined);
  if (last === first + 1) {
    if (token.kind !== "name") return operand("expression", first, last, 0, undefined);
    const name = token.text;
    const x = xRegisterIndex(name);
    if (x !== undefined) return operand("x", first, last, x, name);
    const f = fRegisterIndex(name);
    if (f !== undefined) return operand("f", first, last, f, name);
    return operand("expression", first, last, 0, name);
  }
  // `symbol@plt`, as compilers write it: every call may go through the linkage table anyway.
  if (isOperator(tokens[last - 2], "@") && tokens[last - 1]?.text === "plt" && last - 2 > first) {
    return { ...readOperand(tokens, first, last - 2), last, isLinkage: true };
  }
  const isFunction =
    isOperator(token, "%") &&
    tokens[first + 1]?.kind === "name" &&
    isOperator(tokens[first + 2], "(");
  const base = tokens[last - 2];
  const closes = isOperator(tokens[last - 1], ")") && isOperator(tokens[last - 3], "(");
  if (closes && base?.kind === "name" && last - 3 >= first) {
    const register = xRegisterIndex(base.text);
    if (register !== undefined && !(isFunction && last - 3 === first + 2)) {
      return withFunction(tokens, "memory", first, last, last - 3, register);
    }
  }
  return withFunction(tokens, isFunction ? "function" : "expression", first, last, last, 0);
}

/** An operand whose expression ends at `to`, and may have a relocation function around it. */
function withFunction(
  tokens: readonly Token[],
  kind: "memory" | "function" | "expression",
  first: number,
  last: number,
  to: number,
  register: number,
): Operand {
  const name = tokens[first + 1];
  const isWhole =
    isOperator(tokens[first], "%") &&
    name?.kind === "name" &&
    isOperator(tokens[first + 2], "(") &&
    isOperator(tokens[to - 1], ")") &&
    to - 1 > first + 2;
  const plain = operand(
    kind === "function" && !isWhole ? "expression" : kind,
    first,
    last,
    register,
    undefined,
  );
  if (!isWhole) return { ...plain, to };
  return { ...plain, from: first + 3, to: to - 1, functionName: name.text, functionToken: name };
}

/** What a form wants at one position. */
export interface Shape {
  readonly kind:
    | "x"
    | "f"
    | "v"
    | "mask"
    | "vtype"
    | "memory"
    | "expression"
    | "csr"
    | "rounding"
    | "fence"
    | "constant"
    /** A number or word that must stand there as it is. */
    | "literal"
    | "fixed";
  /** Names of the operands that it gives: one, or offset and base. */
  readonly roles: readonly string[];
  /** The register that must stand here, for "fixed". */
  readonly register?: number;
  /** As in the syntax. */
  readonly text: string;
  readonly optional?: boolean;
}

const shapes = new Map<string, readonly Shape[]>();

/** The shapes of a syntax such as "rd, imm(rs1)". */
export function shapesOf(syntax: string): readonly Shape[] {
  const known = shapes.get(syntax);
  if (known !== undefined) return known;
  const made = syntax === "" ? [] : syntax.split(/,\s*/).map(shapeOf);
  shapes.set(syntax, made);
  return made;
}

function shapeOf(text: string): Shape {
  const memory = /^([a-z]+)?\(([a-z]+\d?'?)\)$/.exec(text);
  if (memory !== null) {
    const base = memory[2] as string;
    const register = xRegisterIndex(base);
    const roles = [memory[1] ?? "", base];
    return register === undefined
      ? { kind: "memory", roles, text }
      : { kind: "memory", roles, text, register };
  }
  const roles = [text];
  if (/^r[dst]\d?'?$/.test(text)) return { kind: "x", roles, text };
  if (/^f[ds]\d?'?$/.test(text)) return { kind: "f", roles, text };
  if (/^v[dst]\d?$/.test(text)) return { kind: "v", roles, text };
  if (text === "vm") return { kind: "mask", roles, text, optional: true };
  if (text === "vtype") return { kind: "vtype", roles, text };
  if (text === "v0") return { kind: "fixed", roles, register: 0, text };
  if (text === "csr" || text === "constant") return { kind: text, roles, text };
  if (text === "rtz" || /^\d/.test(text)) return { kind: "literal", roles: [], text };
  if (text === "rm") return { kind: "rounding", roles, text, optional: true };
  if (text === "pred" || text === "succ") return { kind: "fence", roles, text };
  const register = xRegisterIndex(text);
  if (register !== undefined) return { kind: "fixed", roles, register, text };
  return { kind: "expression", roles, text };
}

/** Whether an operand can be what a shape wants, going by its look. */
export function agrees(operand: Operand, shape: Shape): boolean {
  switch (shape.kind) {
    case "x":
      return operand.kind === "x";
    case "f":
      return operand.kind === "f";
    case "v":
      return vRegisterIndex(operand.name ?? "") !== undefined;
    case "mask":
      return operand.name === "v0.t";
    case "vtype":
      return operand.kind === "expression";
    case "fixed":
      if (shape.text === "v0") return operand.name === "v0";
      return operand.kind === "x" && operand.register === shape.register;
    case "memory":
      if (operand.kind !== "memory") return false;
      return shape.register === undefined || shape.register === operand.register;
    case "rounding":
      return operand.name !== undefined && roundingModes.includes(operand.name);
    case "fence":
      return (
        operand.kind === "expression" &&
        (operand.name === undefined || parseFence(operand.name) !== undefined)
      );
    case "constant":
      return operand.kind === "expression";
    case "literal":
      return operand.kind === "expression" && (shape.text !== "rtz" || operand.name === "rtz");
    case "csr":
      return operand.kind === "expression" || operand.kind === "x";
    case "expression":
      if (operand.isLinkage === true && shape.text !== "symbol") return false;
      return operand.kind === "expression" || operand.kind === "function";
  }
}

/** What a shape wants, for a person. */
export function describeShape(shape: Shape): string {
  switch (shape.kind) {
    case "x":
      return "An integer register";
    case "f":
      return "A floating-point register";
    case "v":
      return "A vector register";
    case "mask":
      return "The mask v0.t";
    case "vtype":
      return "A vector type like e32, m1, ta, ma";
    case "fixed":
      return `The register ${shape.text}`;
    case "memory":
      return shape.roles[0] === ""
        ? "An address in parentheses like (a0)"
        : "An offset and a register like 8(sp)";
    case "rounding":
      return "A rounding mode (rne, rtz, rdn, rup, rmm or dyn)";
    case "fence":
      return "A set of accesses like rw (letters of iorw)";
    case "csr":
      return "A CSR by name or number";
    case "constant":
      return "One of the 32 constants: min, inf, nan, 0.5, 1, 2…";
    case "literal":
      return `\`${shape.text}\``;
    case "expression":
      return shape.text === "symbol"
        ? "A symbol"
        : shape.text === "shamt"
          ? "A shift amount"
          : "A number or a symbol";
  }
}

/** The least and greatest number that a field takes, as a person writes it. */
export function describeRange(field: Field): string {
  if (field.kind === "upper") return "0 to 0xfffff";
  const range = `${field.min} to ${field.max}`;
  const multiple = field.multiple > 1 ? ` and a multiple of ${field.multiple}` : "";
  const excluded = field.excluded.length > 0 ? `, not ${field.excluded.join(", ")}` : "";
  return range + multiple + excluded;
}

/** A CSR's address by name, or undefined. */
export function csrAddress(name: string): number | undefined {
  return csrAddressOf(name);
}

/** The format of an instruction's immediate, which decides its relocations. */
export type ImmediateFormat = "I" | "S" | "B" | "U" | "J" | "CB" | "CJ" | undefined;

const formats = new WeakMap<Instruction, { format: ImmediateFormat }>();

/** The format of the immediate `imm` of an instruction. */
export function immediateFormat(instruction: Instruction): ImmediateFormat {
  const known = formats.get(instruction);
  if (known !== undefined) return known.format;
  const { row } = instruction;
  const isShort = encodingOf(instruction).length === 2;
  const isTarget = encodingOf(instruction).fields.some(({ kind }) => kind === "target");
  let format: ImmediateFormat;
  if (isShort) format = !isTarget ? undefined : row.includes("imm[11") ? "CJ" : "CB";
  else if (row.startsWith("imm[11:0]")) format = "I";
  else if (row.startsWith("imm[11:5]") && row.includes("imm[4:0]")) format = "S";
  else if (row.startsWith("imm[12|")) format = "B";
  else if (row.startsWith("imm[31:12]")) format = "U";
  else if (row.startsWith("imm[20|")) format = "J";
  formats.set(instruction, { format });
  return format;
}
