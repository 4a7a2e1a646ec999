// biome-ignore-all format: ninety steps, most of them one line
/**
 * The meaning of an instruction as text, for a person to read: each step gives the expression or
 * the statement that stands for it. So what is shown is what runs.
 *
 * Signed and unsigned forms of an operator carry a subscript, as in <ₛ and <ᵤ. `memN[a]` are the
 * N bits at address a; `x[h:l]` are bits h to l of x; `round` rounds by the rounding mode.
 */
import { expansionOf, type Source } from "./expansion.ts";
import type { Instruction, Operands } from "./instruction.ts";
import { fName, xName } from "./registers.ts";
import type {
  AtomicOperation, Format, Semantics, SignInjection, Width,
} from "./semantics.ts";

/**
 * What the instruction does, one statement a line, in terms of its operands' names; for a
 * compressed one the meaning of what it stands for.
 */
export function pseudocodeOf(instruction: Instruction, xlen: 32 | 64): string {
  if (instruction.execute !== undefined) {
    return new Printing(xlen, 4).print(instruction, namesOf({}));
  }
  if (instruction.encodedOnly === true) return "not yet executed here";
  if (instruction.expansion === undefined) return "raise illegal instruction";
  const { base, sources } = expansionOf(instruction, xlen);
  return new Printing(xlen, 2).print(base, namesOf(sources));
}

/** How tightly an expression binds, from loosest to tightest. */
const Binding = {
  choice: 0, comparison: 1, or: 2, xor: 3, and: 4, shift: 5, sum: 6, product: 7, unary: 8, atom: 9,
} as const;

interface Expression {
  readonly text: string;
  readonly binding: number;
  /** Its value, where it is a constant. */
  readonly value?: bigint;
  /** Holds when the value is below XLEN, so that a shift by it needs no mask. */
  readonly small?: boolean;
  /** What it is the negation of, where it is one. */
  readonly negated?: Expression;
  /** What it is 32 minus, where it is that. */
  readonly complement?: Expression;
  /** How its low 32 bits are written, where that is shorter than to cut them out. */
  readonly word?: string;
  /** Set for a shift. */
  readonly shift?: { readonly operand: Expression; readonly left: boolean; readonly by: Expression };
}

/** A condition and its opposite. */
interface Truth {
  readonly text: string;
  readonly opposite: string;
  /** Set for "the register is x0" where a write to it would be dropped anyway. */
  readonly onlyAvoidsWork?: boolean;
}

const atom = (text: string): Expression => ({ text, binding: Binding.atom });
const negative = (text: string): string => text.replace(/^-/, "−");

type Names = Operands<Expression, string, string, string>;

/** The operands' names, or what the expansion of a compressed instruction puts in their place. */
function namesOf(sources: Readonly<Record<string, Source>>): Names {
  const text = (name: string, register: (index: number) => string): string => {
    const source = sources[name];
    if (source === undefined) return name;
    return "operand" in source ? source.operand.replace("'", "") : register(source.constant);
  };
  const word = (name: string, small: boolean): Expression => {
    const source = sources[name];
    if (source !== undefined && "constant" in source) return number(BigInt(source.constant));
    return { ...atom(text(name, String)), small };
  };
  return {
    rd: text("rd", xName), rs1: text("rs1", xName), rs2: text("rs2", xName),
    fd: text("fd", fName), fs1: text("fs1", fName), fs2: text("fs2", fName),
    fs3: text("fs3", fName),
    imm: word("imm", false), shamt: word("shamt", true), csr: word("csr", false),
    uimm: word("uimm", true), constant: word("constant", true), rm: text("rm", String),
  };
}

/** A constant as it reads best: decimal when short, as the inverse of a mask, else hexadecimal. */
function number(value: bigint): Expression {
  const known = { value, small: value >= 0n && value < 32n };
  if (value < -1n && value >= -16n && (value & (value - 1n)) === value * 2n) {
    return { text: `~${~value}`, binding: Binding.unary, ...known };
  }
  if (value < -0xffffn && (-value & (-value - 1n)) === 0n) {
    return { text: `−2^${(-value).toString(2).length - 1}`, binding: Binding.unary, ...known };
  }
  if (value < 0n) return { text: negative(String(value)), binding: Binding.unary, ...known };
  const text = value < 0x10000n ? String(value) : `0x${value.toString(16)}`;
  return { text, binding: Binding.atom, ...known };
}

/** Characters: a longer right side is cut, into pieces that are not shorter. */
const longestLine = 64;
const shortestPiece = 12;

/** A line, broken before operators where it is too long for one. */
function folded(line: string): string[] {
  if (line.length <= longestLine + shortestPiece) return [line];
  const at = Math.max(...[" | ", " ^ ", " & ", " : "].map((text) =>
    line.lastIndexOf(text, longestLine)));
  return at < shortestPiece ? [line] : [line.slice(0, at), ...folded(line.slice(at + 1))];
}

const formatWidth = { half: 16, single: 32, double: 64 } as const;

class Printing implements Semantics<Expression, Truth, Expression, string, string, string> {
  readonly xlen: 32 | 64;
  readonly #length: number;
  #lines: string[] = [];
  /** How often an expression was an operand of another, to name the long ones used twice. */
  readonly #uses = new Map<string, number>();
  #syntax = "";

  constructor(xlen: 32 | 64, length: number) {
    this.xlen = xlen;
    this.#length = length;
  }

  print(instruction: Instruction, names: Names): string {
    this.#lines = [];
    this.#uses.clear();
    this.#syntax = instruction.syntax;
    instruction.execute?.(this, names);
    return this.#lines.length === 0 ? "nothing" : this.#lines.join("\n");
  }

  #say(line: string): void { this.#lines.push(line); }

  /** place ← value; a long value is first cut into pieces that it holds more than once. */
  #assign(place: string, value: Expression): void {
    this.#name(place, value.text, [..."tuvwxyz"]);
  }

  #name(place: string, long: string, names: string[]): void {
    let text = long;
    while (text.length > longestLine) {
      const repeated = [...this.#uses].filter(([piece, uses]) =>
        uses > 1 && piece !== text && text.split(piece).length > 2)
        .map(([piece]) => piece).sort((a, b) => b.length - a.length)[0];
      const name = repeated === undefined || repeated.length < shortestPiece
        ? undefined : names.shift();
      if (repeated === undefined || name === undefined) break;
      this.#name(name, repeated, names);
      text = text.replaceAll(`(${repeated})`, name).replaceAll(repeated, name);
    }
    for (const [index, line] of folded(`${place} ← ${text}`).entries()) {
      this.#say(index === 0 ? line : `    ${line}`);
    }
  }

  // Building expressions. -------------------------------------------------------------------------
  #wrap(a: Expression, binding: number): string {
    this.#uses.set(a.text, (this.#uses.get(a.text) ?? 0) + 1);
    return a.binding < binding ? `(${a.text})` : a.text;
  }
  /** a ∘ b for an operator that groups to the left. */
  #infix(a: Expression, operator: string, b: Expression, binding: number): Expression {
    const text = `${this.#wrap(a, binding)} ${operator} ${this.#wrap(b, binding + 1)}`;
    return { text, binding };
  }
  /** a ∘ b for and, or, xor: mixed with others they get parentheses, which few know by heart. */
  #bitwise(a: Expression, operator: string, b: Expression, binding: number): Expression {
    const side = (e: Expression): string =>
      this.#wrap(e, e.binding === binding ? binding : Binding.unary);
    return { text: `${side(a)} ${operator} ${side(b)}`, binding };
  }
  #call(name: string, ...operands: Expression[]): Expression {
    return atom(`${name}(${operands.map(({ text }) => text).join(", ")})`);
  }
  /** The low bits of a. */
  #low(a: Expression, width: number, full: number): string {
    if (width >= full) return a.text;
    return `${this.#wrap(a, Binding.atom)}[${width - 1}:0]`;
  }

  constant(value: number | bigint): Expression {
    return number(BigInt.asIntN(this.xlen, BigInt(value)));
  }
  pc(): Expression { return atom("pc"); }
  nextPc(): Expression { return { text: `pc + ${this.#length}`, binding: Binding.sum }; }

  readX(register: string): Expression {
    return register === "zero" ? number(0n) : atom(register);
  }
  writeX(register: string, value: Expression): void {
    if (register !== "zero") this.#assign(register, value);
  }
  isX0(register: string): Truth {
    return {
      text: `${register} is x0`, opposite: `${register} is not x0`,
      onlyAvoidsWork: register === "rd",
    };
  }
  readF(_: Format, register: string): Expression { return atom(register); }
  readRawF(_: Format, register: string): Expression { return atom(register); }
  writeF(_: Format, register: string, value: Expression): void {
    this.#say(`${register} ← ${value.text}`);
  }

  // Integer arithmetic. -----------------------------------------------------------------------------
  add(a: Expression, b: Expression): Expression {
    if (a.value === 0n) return b;
    if (b.value === 0n) return a;
    return this.#infix(a, "+", b, Binding.sum);
  }
  subtract(a: Expression, b: Expression): Expression {
    if (a.value === 0n) return this.floatNegate("double", b);
    const difference = this.#infix(a, "−", b, Binding.sum);
    return a.value === 32n ? { ...difference, complement: b } : difference;
  }
  multiply(a: Expression, b: Expression): Expression {
    return this.#infix(a, "×", b, Binding.product);
  }
  multiplyHigh(a: Expression, b: Expression): Expression { return this.#upper(a, "×ₛ", b); }
  multiplyHighUnsigned(a: Expression, b: Expression): Expression { return this.#upper(a, "×ᵤ", b); }
  multiplyHighSignedUnsigned(a: Expression, b: Expression): Expression {
    return this.#upper(a, "×ₛᵤ", b);
  }
  #upper(a: Expression, operator: string, b: Expression): Expression {
    const product = this.#infix(a, operator, b, Binding.product).text;
    return atom(`(${product})[${2 * this.xlen - 1}:${this.xlen}]`);
  }
  divide(a: Expression, b: Expression): Expression {
    return this.#infix(a, "÷ₛ", b, Binding.product);
  }
  divideUnsigned(a: Expression, b: Expression): Expression {
    return this.#infix(a, "÷ᵤ", b, Binding.product);
  }
  remainder(a: Expression, b: Expression): Expression {
    return this.#infix(a, "%ₛ", b, Binding.product);
  }
  remainderUnsigned(a: Expression, b: Expression): Expression {
    return this.#infix(a, "%ᵤ", b, Binding.product);
  }
  and(a: Expression, b: Expression): Expression {
    const small = b.value !== undefined && b.value >= 0n && b.value < BigInt(this.xlen);
    return { ...this.#bitwise(a, "&", b, Binding.and), small };
  }
  or(a: Expression, b: Expression): Expression {
    const either = this.#bitwise(a, "|", b, Binding.or);
    return this.#rotation(a, b) ?? either;
  }
  /** Two opposite shifts of the same value by amounts that add up to its width, are a rotation. */
  #rotation(a: Expression, b: Expression): Expression | undefined {
    const [one, other] = [a.shift, b.shift];
    if (one === undefined || other === undefined || one.left === other.left) return undefined;
    if (one.operand.text !== other.operand.text) return undefined;
    const name = one.left ? "rotate_left" : "rotate_right";
    if (other.by.negated?.text === one.by.text) {
      return this.#call(name, one.operand, this.#bounded(one.by));
    }
    const word = one.operand.word;
    if (other.by.complement?.text !== one.by.text || word === undefined) return undefined;
    const opposite = one.by.complement;
    const rotated = opposite === undefined
      ? this.#call(name, atom(word), one.by)
      : this.#call(one.left ? "rotate_right" : "rotate_left", atom(word), opposite);
    return { ...rotated, word: rotated.text };
  }
  xor(a: Expression, b: Expression): Expression { return this.#bitwise(a, "^", b, Binding.xor); }
  invert(a: Expression): Expression {
    if (a.value !== undefined && a.value > 0xffffn) {
      return number(BigInt.asUintN(this.xlen, ~a.value));
    }
    return { text: `~${this.#wrap(a, Binding.unary)}`, binding: Binding.unary };
  }
  shiftLeft(a: Expression, amount: Expression): Expression { return this.#shift(a, "<<", amount); }
  shiftRight(a: Expression, amount: Expression): Expression { return this.#shift(a, ">>ᵤ", amount); }
  shiftRightArithmetic(a: Expression, amount: Expression): Expression {
    return this.#shift(a, ">>ₛ", amount);
  }
  #shift(a: Expression, operator: string, amount: Expression): Expression {
    const side = (e: Expression): string => this.#wrap(e, Binding.unary);
    const text = `${side(a)} ${operator} ${side(this.#bounded(amount))}`;
    const shifted = {
      text, binding: Binding.shift, shift: { operand: a, left: operator === "<<", by: amount },
    };
    if (operator !== ">>ᵤ" || a.word === undefined) return shifted;
    return { ...shifted, word: `${a.word} >>ᵤ ${side(amount)}` };
  }
  /** A shift amount, which counts modulo XLEN. */
  #bounded(amount: Expression): Expression {
    if (amount.small || amount.value !== undefined) return amount;
    return this.and(amount, number(BigInt(this.xlen - 1)));
  }
  signExtend(a: Expression, bits: Width): Expression {
    if (bits === this.xlen) return a;
    return this.#call("sext", bits === 32 && a.word !== undefined ? atom(a.word) : this.#lowBits(a, bits));
  }
  zeroExtend(a: Expression, bits: Width): Expression {
    if (bits === this.xlen) return a;
    const low = this.#lowBits(a, bits);
    return bits === 32 ? { ...this.#call("zext", low), word: low.text } : this.#call("zext", low);
  }
  #lowBits(a: Expression, bits: Width): Expression { return atom(this.#low(a, bits, this.xlen)); }
  countLeadingZeros(a: Expression): Expression { return this.#call("leading_zeros", a); }
  countTrailingZeros(a: Expression): Expression { return this.#call("trailing_zeros", a); }
  populationCount(a: Expression): Expression { return this.#call("set_bits", a); }
  carrylessMultiply(a: Expression, b: Expression): Expression {
    return this.#infix(a, "⊗", b, Binding.product);
  }
  carrylessMultiplyHigh(a: Expression, b: Expression): Expression { return this.#upper(a, "⊗", b); }
  reverseBytes(a: Expression): Expression { return this.#call("reverse_bytes", a); }

  // Conditions. -------------------------------------------------------------------------------------
  equal(a: Expression, b: Expression): Truth { return this.#compare(a, b, "=", "≠"); }
  less(a: Expression, b: Expression): Truth { return this.#compare(a, b, "<ₛ", "≥ₛ"); }
  lessUnsigned(a: Expression, b: Expression): Truth { return this.#compare(a, b, "<ᵤ", "≥ᵤ"); }
  #compare(a: Expression, b: Expression, operator: string, opposite: string): Truth {
    const left = this.#wrap(a, Binding.or);
    const right = this.#wrap(b, Binding.or);
    return { text: `${left} ${operator} ${right}`, opposite: `${left} ${opposite} ${right}` };
  }
  always(): Truth { return { text: "always", opposite: "never" }; }
  not(a: Truth): Truth { return { ...a, text: a.opposite, opposite: a.text }; }
  both(a: Truth, b: Truth): Truth {
    return { text: `${a.text} and ${b.text}`, opposite: `${a.opposite} or ${b.opposite}` };
  }
  truth(a: Truth): Expression { return { text: `${a.text} ? 1 : 0`, binding: Binding.choice }; }
  choose(condition: Truth, yes: () => Expression, no: () => Expression): Expression {
    if (condition.onlyAvoidsWork) return no();
    const chosen = this.#wrap(yes(), Binding.comparison);
    return { text: `${condition.text} ? ${chosen} : ${no().text}`, binding: Binding.choice };
  }
  when(condition: Truth, steps: () => void): void {
    const before = this.#lines;
    this.#lines = [];
    steps();
    const [only, ...more] = this.#lines;
    const body = more.length === 0 ? ` ${only}` : this.#lines.map((line) => `\n  ${line}`).join("");
    this.#lines = [...before, `if ${condition.text}:${body}`];
  }

  // Control. ----------------------------------------------------------------------------------------
  jump(target: Expression): void { this.#say(`pc ← ${target.text}`); }
  jumpAndLink(link: string, target: Expression): void {
    if (link === "zero") {
      this.jump(target);
      return;
    }
    // The link register may be the one that the target is computed from.
    const computed = !target.text.startsWith("pc");
    if (computed) this.#say(`target ← ${target.text}`);
    this.writeX(link, this.nextPc());
    this.jump(computed ? atom("target") : target);
  }
  branch(condition: Truth, target: Expression): void {
    this.when(condition, () => this.jump(target));
  }

  // Memory. -----------------------------------------------------------------------------------------
  #memory(width: Width, address: Expression): string { return `mem${width}[${address.text}]`; }
  load(width: Width, extension: "signed" | "unsigned", address: Expression): Expression {
    const value = this.#memory(width, address);
    if (width === this.xlen) return atom(value);
    return atom(`${extension === "signed" ? "sext" : "zext"}(${value})`);
  }
  store(width: Width, address: Expression, value: Expression): void {
    this.#say(`${this.#memory(width, address)} ← ${this.#low(value, width, this.xlen)}`);
  }
  loadFloat(format: Format, address: Expression): Expression {
    return atom(this.#memory(formatWidth[format], address));
  }
  storeFloat(format: Format, address: Expression, value: Expression): void {
    this.#say(`${this.#memory(formatWidth[format], address)} ← ${value.text}`);
  }
  atomic(
    operation: AtomicOperation, width: 32 | 64, address: Expression, value: Expression,
  ): Expression {
    const place = this.#memory(width, address);
    const operand = this.#low(value, width, this.xlen);
    const operators: Record<AtomicOperation, string> = {
      swap: operand, add: `old + ${operand}`, and: `old & ${operand}`, or: `old | ${operand}`,
      xor: `old ^ ${operand}`, min: `minₛ(old, ${operand})`, max: `maxₛ(old, ${operand})`,
      minu: `minᵤ(old, ${operand})`, maxu: `maxᵤ(old, ${operand})`,
    };
    this.#say(`atomically: old ← ${place}, ${place} ← ${operators[operation]}`);
    return width === this.xlen ? atom("old") : atom("sext(old)");
  }
  loadReserved(width: 32 | 64, address: Expression): Expression {
    this.#say(`reserve ${this.#memory(width, address)}`);
    return this.load(width, "signed", address);
  }
  storeConditional(width: 32 | 64, address: Expression, value: Expression): Expression {
    const place = this.#memory(width, address);
    this.#say(`held ← ${place} is still reserved`);
    this.#say(`if held: ${place} ← ${this.#low(value, width, this.xlen)}`);
    return { text: "held ? 0 : 1", binding: Binding.choice };
  }
  fence(): void {
    this.#say(this.#syntax.includes("pred")
      ? "order the memory accesses in pred before those in succ"
      : "order earlier memory accesses before later ones");
  }
  fenceInstruction(): void { this.#say("let instruction fetches see all earlier stores"); }

  // Floating point. -----------------------------------------------------------------------------------
  checkFloat(): void {}
  checkRounding(): void {}
  #rounded(a: Expression): Expression { return atom(`round(${a.text})`); }
  floatAdd(_: Format, __: string, a: Expression, b: Expression): Expression {
    return this.#rounded(this.#infix(a, "+", b, Binding.sum));
  }
  floatSubtract(_: Format, __: string, a: Expression, b: Expression): Expression {
    return this.#rounded(this.#infix(a, "−", b, Binding.sum));
  }
  floatMultiply(_: Format, __: string, a: Expression, b: Expression): Expression {
    return this.#rounded(this.#infix(a, "×", b, Binding.product));
  }
  floatDivide(_: Format, __: string, a: Expression, b: Expression): Expression {
    return this.#rounded(this.#infix(a, "÷", b, Binding.product));
  }
  floatSquareRoot(_: Format, __: string, a: Expression): Expression {
    return this.#rounded({ text: `√${this.#wrap(a, Binding.unary)}`, binding: Binding.unary });
  }
  floatMultiplyAdd(
    _: Format, __: string, a: Expression, b: Expression, c: Expression,
  ): Expression {
    const product = this.#infix(a, "×", b, Binding.product);
    return this.#rounded(c.negated === undefined
      ? this.#infix(product, "+", c, Binding.sum)
      : this.#infix(product, "−", c.negated, Binding.sum));
  }
  floatNegate(_: Format, a: Expression): Expression {
    return { text: `−${this.#wrap(a, Binding.unary)}`, binding: Binding.unary, negated: a };
  }
  floatMinimum(_: Format, a: Expression, b: Expression, propagates = false): Expression {
    return this.#call(propagates ? "min_or_nan" : "min", a, b);
  }
  floatMaximum(_: Format, a: Expression, b: Expression, propagates = false): Expression {
    return this.#call(propagates ? "max_or_nan" : "max", a, b);
  }
  floatRound(_: Format, __: string, a: Expression): Expression { return this.#call("whole", a); }
  floatConstant(format: Format, code: Expression): Expression {
    return atom(`${format}_constant(${code.text})`);
  }
  floatToWordModulo(a: Expression): Expression {
    const value = this.#call("int32", this.#call("truncated_modulo_2^32", a));
    return this.xlen === 32 ? value : this.#call("sext", value);
  }
  floatUpperWord(a: Expression): Expression { return this.#call("upper_word", a); }
  floatFromWords(low: Expression, high: Expression): Expression {
    return this.#call("double_of_words", low, high);
  }
  floatEqual(_: Format, a: Expression, b: Expression): Truth {
    return this.#compare(a, b, "=", "≠");
  }
  floatLess(_: Format, a: Expression, b: Expression): Truth {
    return this.#compare(a, b, "<", "is not <");
  }
  floatLessOrEqual(_: Format, a: Expression, b: Expression): Truth {
    return this.#compare(a, b, "≤", "is not ≤");
  }
  floatClassify(_: Format, a: Expression): Expression { return this.#call("class", a); }
  floatSignInject(_: Format, how: SignInjection, a: Expression, b: Expression): Expression {
    const source = { copy: b.text, negate: `−${b.text}`, xor: `${a.text} × ${b.text}` }[how];
    return atom(`${a.text} with the sign of ${source}`);
  }
  floatConvert(from: Format, to: Format, _: string, a: Expression): Expression {
    const text = this.#call(to, a);
    return formatWidth[to] > formatWidth[from] ? text : this.#rounded(text);
  }
  floatToInteger(
    _: Format, __: string, a: Expression, width: 32 | 64, kind: "signed" | "unsigned",
  ): Expression {
    const value = this.#call(`${kind === "signed" ? "" : "u"}int${width}`, this.#rounded(a));
    return width === this.xlen ? value : this.#call("sext", value);
  }
  integerToFloat(
    format: Format, _: string, a: Expression, width: 32 | 64, kind: "signed" | "unsigned",
  ): Expression {
    const value = this.#call(`${kind === "signed" ? "" : "u"}int${width}`, a);
    const converted = this.#call(format, value);
    return format === "double" && width === 32 ? converted : this.#rounded(converted);
  }
  floatBits(format: Format, a: Expression): Expression {
    const width = formatWidth[format];
    if (width === this.xlen) return this.#call("bits", a);
    return this.#call("sext", this.#call("bits", a));
  }
  floatFromBits(format: Format, a: Expression): Expression {
    return atom(`${format}_of_bits(${this.#low(a, formatWidth[format], this.xlen)})`);
  }

  // CSRs and the privileged architecture. -----------------------------------------------------------------
  checkCsr(): void {}
  readCsr(csr: Expression): Expression {
    this.#say(`old ← ${csr.text}`);
    return atom("old");
  }
  csrForUpdate(_csr: Expression, read: Expression): Expression { return read; }
  writeCsr(csr: Expression, value: Expression): void { this.#say(`${csr.text} ← ${value.text}`); }
  environmentCall(): void { this.#say("raise environment call"); }
  breakpoint(): void { this.#say("raise breakpoint"); }
  illegalInstruction(): void { this.#say("raise illegal instruction"); }
  machineReturn(): void {
    this.#say("privilege ← mstatus.MPP");
    this.#say("mstatus.MIE ← mstatus.MPIE, MPIE ← 1, MPP ← user");
    this.#say("pc ← mepc");
  }
  supervisorReturn(): void {
    this.#say("privilege ← sstatus.SPP");
    this.#say("sstatus.SIE ← sstatus.SPIE, SPIE ← 1, SPP ← user");
    this.#say("pc ← sepc");
  }
  waitForInterrupt(): void { this.#say("wait until an interrupt is pending"); }
  supervisorFence(address: Expression, _: Truth, space: Expression): void {
    this.#say(`forget translations of address ${address.text} in space ${space.text} (x0: of all)`);
  }
}