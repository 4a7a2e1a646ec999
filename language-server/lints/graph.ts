/**
 * The control-flow graph of a file: where functions begin (symbols of type function, targets of
 * calls, global symbols, addresses that are taken), the basic blocks, which function each belongs
 * to, and what is known of a function as a whole: whether it returns, and what it may change.
 */
import { STB, STT } from "../../elf/constants.ts";
import type { ElfSymbol } from "../../elf/model.ts";
import type { Analysis } from "../analysis.ts";
import type { Code, Step } from "./code.ts";
import { type Signature, signaturesOf } from "./signatures.ts";

/** A function, or the code that a section begins with. */
export interface LintFunction {
  readonly index: number;
  readonly name: string;
  /** The steps from its entry to the next function's. */
  readonly start: number;
  readonly end: number;
  /** Whether `.type` calls it a function. */
  readonly isTyped: boolean;
  readonly isGlobal: boolean;
  /** Whether this file calls it. */
  readonly isCalled: boolean;
  /** Whether a program starts here: nobody calls it. */
  readonly isProgramStart: boolean;
  /** Whether it begins or ends as the handler of a trap. */
  readonly isHandler: boolean;
  /**
   * Whether it has a calling convention of its own: it is called or returns by another register
   * than ra, or no symbol is its name.
   */
  readonly isPrivate: boolean;
  /** Whether it is a part of another function that a compiler moved away: nothing enters it. */
  readonly isPart: boolean;
  readonly signature: Signature | undefined;
  /** Whether a call of it may come back. */
  returns: boolean;
  /** What a call of it may change: its writes and those of the functions that it calls. */
  changesX: number;
  changesF: number;
}

/** A run of steps that is entered at its start and left at its end. */
export interface Block {
  readonly index: number;
  readonly start: number;
  readonly end: number;
  /** The function in whose range it lies. */
  readonly owner: number;
  /** Blocks that may run next. */
  readonly next: number[];
  /** The block behind, where that is entered only if a function of another file comes back. */
  weak: number;
  /** Whether control leaves the function at its end, other than into `next`. */
  leaves: "return" | "tail" | "unknown" | "never" | undefined;
  /** Whether control runs on into the next function. */
  fallsThrough: boolean;
}

/** See the file's head. */
export interface Graph {
  readonly functions: readonly LintFunction[];
  readonly blocks: readonly Block[];
  /** The block of each step. */
  readonly blockOf: Int32Array;
  /** The function that begins at a step; undefined elsewhere. */
  functionAt(step: number): LintFunction | undefined;
  /** Blocks where control may arrive from elsewhere, with an unknown state. */
  readonly landings: ReadonlySet<number>;
}

/** Functions of libraries that do not come back. */
const endless =
  /^(_?exit|_Exit|quick_exit|abort|__assert_(fail|func)|__stack_chk_fail|_?longjmp|siglongjmp|pthread_exit|thrd_exit|__builtin_trap|_Unwind_Resume|__cxa_(re)?throw|__cxa_throw_bad_array_new_length|__cxa_bad_cast|__cxa_bad_typeid|__cxa_pure_virtual|_ZSt9terminatev|_ZSt\d+__throw_\w+|errx?|verrx?|panic)$/;

/** Caller-saved registers: what a call may change. */
export const callerX = 0xf003fce2 | 0;
export const callerF = 0xf003fcff | 0;

/** Builds the graph. `endsProgram` tells of an environment call whether it ends the program. */
export function buildGraph(
  analysis: Analysis,
  code: Code,
  endsProgram: (step: Step) => boolean,
): Graph {
  const { steps } = code;
  const count = steps.length;
  const called = new Uint8Array(count);
  const jumped = new Uint8Array(count);
  /** What is called with another link register than ra. */
  const linked = new Uint8Array(count);
  for (const { effects, target, writesX } of steps) {
    if (target < 0) continue;
    if (effects.control === "call") {
      called[target] = 1;
      if ((writesX & 2) === 0) linked[target] = 1;
    } else jumped[target] = 1;
  }
  const symbols = symbolsOf(analysis, code);
  const functions: LintFunction[] = [];
  const functionOf = new Int32Array(count).fill(-1);
  const signatures = signaturesOf(analysis);
  for (let index = 0; index < count; index++) {
    const before = steps[index - 1];
    const isFirst = before?.section !== steps[index]?.section;
    const named = symbols.get(index);
    if (named === undefined && !isFirst && called[index] === 0) continue;
    const own = named ?? [];
    const typed = own.find(({ type, name }) => type === STT.FUNC && !isCold(name));
    const global = own.find(({ binding }) => binding !== STB.LOCAL);
    const ends = before === undefined || !runsOn(before);
    const isPart = typed === undefined && own.some((one) => isCold(one.name));
    const isOrphan = ends && jumped[index] === 0 && own.length > 0;
    if (!isPart && !isFirst && !typed && !global && called[index] === 0 && !isOrphan) continue;
    const name = (typed ?? global ?? own[0])?.name ?? "";
    if (!isPart) functionOf[index] = functions.length;
    functions.push({
      index: functions.length,
      name,
      start: index,
      end: count,
      isTyped: typed !== undefined,
      isGlobal: global !== undefined,
      isCalled: called[index] === 1,
      isProgramStart: !called[index] && (name === "_start" || (isFirst && !typed && !global)),
      isHandler: false,
      isPrivate: false,
      isPart,
      signature: own.map((one) => signatures.get(one.name)).find((one) => one !== undefined),
      returns: false,
      changesX: 0,
      changesF: 0,
    });
  }
  for (const [index, one] of functions.entries()) {
    const end = functions[index + 1]?.start ?? count;
    const own = steps.slice(one.start, end);
    const isHandler = own.some((step) => isTrapReturn(step) || swapsPrivileged(step));
    const returns = own.filter(({ effects }) => effects.control === "return");
    const isOtherwise = returns.length > 0 && returns.every(({ readsX }) => (readsX & 2) === 0);
    const isPrivate = isOtherwise || linked[one.start] === 1 || one.name === "";
    Object.assign(one, { end, isHandler, isPrivate });
  }
  return new GraphBuilder(code, functions, functionOf, endsProgram).build();
}

/** The part of a function that a compiler moved away. */
const isCold = (name: string) => /\.cold(\.\d+)?$/.test(name);

/** mret and its like: a jump to where nothing that it reads says. */
const isTrapReturn = ({ effects: { control, target }, readsX, relocation }: Step) =>
  control === "jump" && target === undefined && readsX === 0 && relocation === undefined;

/** The swap of a register with mscratch or its like, by which a trap handler begins. */
const swapsPrivileged = ({ effects: { csr }, decoded: { values } }: Step) =>
  csr?.reads === true &&
  csr.writes &&
  ((csr.address >> 8) & 3) !== 0 &&
  values["rd"] === values["rs1"];

/** Whether control may run on behind a step. */
export function runsOn({ effects: { control }, isFollowed }: Step): boolean {
  return isFollowed && control !== "jump" && control !== "return";
}

/** The symbols at each step that are in the file's symbol table. */
function symbolsOf({ assembly }: Analysis, code: Code): Map<number, ElfSymbol[]> {
  const found = new Map<number, ElfSymbol[]>();
  for (const symbol of assembly.object.symbols) {
    const { section, name, type, value } = symbol;
    if (typeof section !== "object" || name === "" || type === STT.SECTION) continue;
    if (name.startsWith(".L") || name.startsWith("$")) continue;
    const step = code.at(section, Number(value));
    if (step < 0) continue;
    const own = found.get(step);
    if (own === undefined) found.set(step, [symbol]);
    else own.push(symbol);
  }
  return found;
}

class GraphBuilder {
  readonly #code: Code;
  readonly #functions: LintFunction[];
  readonly #functionOf: Int32Array;
  readonly #endsProgram: (step: Step) => boolean;
  readonly #blocks: Block[] = [];
  readonly #blockOf: Int32Array;
  readonly #landings = new Set<number>();

  constructor(
    code: Code,
    functions: LintFunction[],
    functionOf: Int32Array,
    endsProgram: (step: Step) => boolean,
  ) {
    this.#code = code;
    this.#functions = functions;
    this.#functionOf = functionOf;
    this.#endsProgram = endsProgram;
    this.#blockOf = new Int32Array(code.steps.length);
  }

  build(): Graph {
    this.#cut();
    this.#link();
    this.#summarize();
    const functionAt = (step: number) => this.#functions[this.#functionOf[step] ?? -1];
    return {
      functions: this.#functions,
      blocks: this.#blocks,
      blockOf: this.#blockOf,
      functionAt,
      landings: this.#landings,
    };
  }

  #callee(step: Step): LintFunction | undefined {
    if (step.effects.control !== "call" || step.target < 0) return undefined;
    return this.#functions[this.#functionOf[step.target] ?? -1];
  }

  /** Cuts the steps into blocks. */
  #cut(): void {
    const { steps, taken } = this.#code;
    const leaders = new Uint8Array(steps.length + 1);
    for (const { start } of this.#functions) leaders[start] = 1;
    for (const step of taken) leaders[step] = 1;
    for (const step of steps) {
      const { control } = step.effects;
      if (step.target >= 0 && control !== "call") leaders[step.target] = 1;
      const isPlain = control === "next" && step.isFollowed;
      const isForeign =
        control === "call" && step.target < 0 && !endless.test(step.symbol?.name ?? "");
      if (!isPlain && !(isForeign && step.isFollowed)) leaders[step.index + 1] = 1;
    }
    let owner = 0;
    for (let at = 0; at < steps.length; ) {
      let end = at + 1;
      while (end < steps.length && leaders[end] === 0) end++;
      while ((this.#functions[owner]?.end ?? steps.length) <= at) owner++;
      const index = this.#blocks.length;
      this.#blocks.push({
        index,
        start: at,
        end,
        owner,
        next: [],
        weak: -1,
        leaves: undefined,
        fallsThrough: false,
      });
      this.#blockOf.fill(index, at, end);
      at = end;
    }
  }

  #link(): void {
    const { steps, taken } = this.#code;
    /** By function, the blocks that end with a jump to where a register says. */
    const indirect = new Map<number, Block[]>();
    for (const block of this.#blocks) {
      const last = steps[block.end - 1] as Step;
      const { control } = last.effects;
      if (control === "jump" || control === "branch") {
        if (last.target >= 0) this.#enter(block, last.target);
        else if (last.symbol !== undefined || last.effects.target !== undefined)
          block.leaves = "tail";
        else if (isTrapReturn(last)) block.leaves = "never";
        else {
          const own = indirect.get(block.owner);
          if (own === undefined) indirect.set(block.owner, [block]);
          else own.push(block);
          block.leaves = "unknown";
        }
      }
      if (control === "return") block.leaves = "return";
      const isEnd =
        (control === "trap" && (last.effects.trap === "illegal" || this.#endsProgram(last))) ||
        (control === "call" && last.target < 0 && endless.test(last.symbol?.name ?? ""));
      if (isEnd) block.leaves = "never";
      else if (runsOn(last)) this.#runOn(block, last);
      else if (control !== "jump" && control !== "return") block.leaves ??= "unknown";
    }
    for (const step of taken) {
      const target = this.#blockOf[step] as number;
      const { owner } = this.#blocks[target] as Block;
      const from = indirect.get(owner);
      if (from !== undefined) for (const block of from) block.next.push(target);
      else if (this.#functionOf[step] === -1) this.#landings.add(target);
    }
  }

  /** Adds the edge of a jump; one to a function's entry leaves the function. */
  #enter(block: Block, target: number): void {
    if (this.#functionOf[target] !== -1) block.leaves = "tail";
    else block.next.push(this.#blockOf[target] as number);
  }

  /** Adds the edge to the block behind. */
  #runOn(block: Block, last: Step): void {
    const behind = block.index + 1;
    const isForeign = last.effects.control === "call" && last.target < 0;
    // What stands before another function's entry may be a call that never comes back.
    if (isForeign && this.#functionOf[block.end] !== -1) block.leaves = "never";
    else if (this.#functionOf[block.end] !== -1 && last.effects.trap !== "breakpoint") {
      block.leaves ??= "unknown";
      block.fallsThrough = true;
    } else if (isForeign || last.effects.trap === "breakpoint") block.weak = behind;
    else block.next.push(behind);
  }

  /** Finds out which functions return, and what each may change. */
  #summarize(): void {
    // A function returns when a path to a return leads over calls that come back.
    for (let round = 0, hasChanged = true; hasChanged; round++) {
      hasChanged = false;
      for (const one of this.#functions) {
        if (one.returns || !(round > roundLimit || this.#mayReturn(one))) continue;
        one.returns = true;
        hasChanged = true;
      }
    }
    for (const block of this.#blocks) {
      const callee = this.#callee(this.#code.steps[block.end - 1] as Step);
      if (callee === undefined || callee.returns) continue;
      block.next.length = 0;
      block.leaves = "never";
      block.fallsThrough = false;
    }
    const callees = this.#functions.map((one) => this.#changes(one));
    for (let hasChanged = true; hasChanged; ) {
      hasChanged = false;
      for (const [index, one] of this.#functions.entries()) {
        for (const callee of callees[index] as Set<LintFunction>) {
          const [x, f] = [one.changesX | callee.changesX, one.changesF | callee.changesF];
          if (x === one.changesX && f === one.changesF) continue;
          one.changesX = x;
          one.changesF = f;
          hasChanged = true;
        }
      }
    }
  }

  #mayReturn(one: LintFunction): boolean {
    for (const block of this.#reach(one, true)) {
      const last = this.#code.steps[block.end - 1] as Step;
      if (block.leaves === "return" || block.leaves === "unknown") return true;
      if (block.leaves !== "tail") continue;
      if (last.target < 0 && !endless.test(last.symbol?.name ?? "")) return true;
      const next = this.#functions[this.#functionOf[last.target] ?? -1];
      if (next?.returns === true) return true;
    }
    return false;
  }

  /** The blocks that control reaches from a function's entry, inside of it. */
  #reach(one: LintFunction, minding: boolean): Block[] {
    const first = this.#blocks[this.#blockOf[one.start] as number] as Block;
    const seen = new Set([first.index]);
    const found = [first];
    for (let at = 0; at < found.length; at++) {
      const block = found[at] as Block;
      const callee = minding && this.#callee(this.#code.steps[block.end - 1] as Step);
      if (callee && !callee.returns) continue;
      const next = block.weak < 0 ? block.next : [...block.next, block.weak];
      for (const index of next) {
        if (seen.has(index)) continue;
        seen.add(index);
        found.push(this.#blocks[index] as Block);
      }
    }
    return found;
  }

  /** Sets what the function itself changes; gives the functions that it calls or goes on as. */
  #changes(one: LintFunction): Set<LintFunction> {
    const callees = new Set<LintFunction>();
    for (const block of this.#reach(one, false)) {
      if (block.leaves === "unknown") one.changesX |= callerX;
      for (let at = block.start; at < block.end; at++) {
        const step = this.#code.steps[at] as Step;
        one.changesX |= step.writesX;
        one.changesF |= step.writesF;
        const { control } = step.effects;
        const goes = control === "call" || (at === block.end - 1 && block.leaves === "tail");
        if (!goes) continue;
        const callee = this.#functions[this.#functionOf[step.target] ?? -1];
        if (callee !== undefined) callees.add(callee);
        else {
          one.changesX |= callerX;
          one.changesF |= callerF;
        }
      }
    }
    return callees;
  }
}

/** So many rounds are made before a function is simply taken to return. */
const roundLimit = 20;
