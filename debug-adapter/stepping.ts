/**
 * Steps, as plans: before each piece of the run a plan looks at the machine and says whether to run
 * one instruction, to run until an address, or that the step is done. A call is stepped over by
 * running until its return address with the stack pointer where it was, so that recursion is told
 * apart; a line is stepped by single instructions until another line's statement begins.
 */

import type { FunctionScope } from "../elf/dwarf/info-reader.ts";
import type { HartState, Machine } from "../emulator/machine.ts";
import { effectsOf } from "../isa/effects.ts";
import { Escapes } from "./escapes.ts";
import type { SourceLine } from "./frames.ts";
import { returnCodeAt } from "./interruptions.ts";
import type { Program } from "./program.ts";
import type { StepTarget } from "./step-targets.ts";

/** What a run does next. */
export type Action =
  | { readonly kind: "one" }
  | { readonly kind: "until"; readonly addresses: readonly bigint[] }
  | { readonly kind: "done" };

/** Says, before each piece of a run, how far to go. */
export interface Plan {
  /** When the plan is done: how many inlined functions that begin there are not yet entered. */
  readonly hidden?: number;
  /** Called between two instructions, and never while one waits for the host. */
  next(): Action;
}

const one: Action = { kind: "one" };
const done: Action = { kind: "done" };
const forever: Action = { kind: "until", addresses: [] };

/** Runs on until something else stops the program. */
export const continuing: Plan = { next: () => forever };

/** Runs until the pc is at an address. */
export function runningTo(hart: HartState, address: bigint): Plan {
  return {
    next: () => (hart.pc === address ? done : { kind: "until", addresses: [address] }),
  };
}

/**
 * A plan for the start of a program with a dynamic linker: where the program itself begins, its
 * libraries have been mapped, and `mapped` is called once before it goes on.
 */
export function noticingLibraries(
  hart: HartState,
  entry: bigint,
  plan: Plan,
  mapped: () => void,
): Plan {
  let isMapped = false;
  return {
    next: () => {
      if (!isMapped && hart.pc === entry) {
        isMapped = true;
        mapped();
      }
      const action = plan.next();
      return isMapped || action.kind !== "until"
        ? action
        : { kind: "until", addresses: [...action.addresses, entry] };
    },
  };
}

/**
 * Runs until a function has returned to `address`, with the stack pointer at or above `stack`, or has
 * been left for its caller or one around that otherwise.
 */
export function steppingOut(
  program: Program,
  hart: HartState,
  address: bigint,
  stack: bigint,
): Plan {
  const escapes = new Escapes(program, hart);
  return {
    next: () => {
      if (hart.pc === address && hart.x(2) >= stack) return done;
      const way = escapes.look(stack);
      if (way?.kind === "landed") return done;
      return way ?? { kind: "until", addresses: [address, ...escapes.addresses] };
    },
  };
}

/** What the person sees of where a step begins: of inlined functions, the innermost shown. */
export interface StepOrigin {
  readonly scope: FunctionScope | undefined;
  readonly callLine: SourceLine | undefined;
  /** Whether the step is out of this inlined function. */
  readonly isLeaving: boolean;
  /** Of all that the line calls, what the step leads into; what is called before is stepped over. */
  readonly target?: StepTarget | undefined;
}

/** What was about to run. */
interface Before {
  readonly pc: bigint;
  readonly next: bigint;
  readonly stack: bigint;
  readonly control: ReturnType<typeof effectsOf>["control"];
}

/** One step over or into a line or an instruction. */
export class Step implements Plan {
  readonly #program: Program;
  readonly #machine: Machine;
  readonly #hart: HartState;
  readonly #isOver: boolean;
  readonly #isInstruction: boolean;
  /** The line that the step began on, and its function; undefined where there is none. */
  #line: { path: string; line: number } | undefined;
  #rowStart: bigint | undefined;
  #function: bigint | undefined;
  #stack: bigint;
  #origin: StepOrigin | undefined;
  #before: Before | undefined;
  hidden = 0;
  /** Whether what runs is a signal's handler, or leads back from it. */
  #isInHandler = false;
  /** The prologue that is run through: from the function's start to where its body begins. */
  #entering: { readonly start: bigint; readonly body: bigint } | undefined;
  /** How calls may end without a return. */
  readonly #escapes: Escapes;
  /** Until when to run freely: the end of a call, or of a prologue. */
  #awaited:
    | { readonly address: bigint; readonly stack: bigint; readonly isEnd: boolean }
    | undefined;

  constructor(
    program: Program,
    machine: Machine,
    hart: HartState,
    kind: "in" | "over",
    granularity: "statement" | "instruction",
    origin?: StepOrigin,
  ) {
    this.#origin = origin;
    this.#escapes = new Escapes(program, hart);
    this.#program = program;
    this.#machine = machine;
    this.#hart = hart;
    this.#isOver = kind === "over";
    const match = program.rowAt(hart.pc);
    const isPart = kind === "in" && program.entersPseudoInstructions && program.isAssembly(hart.pc);
    this.#isInstruction = granularity === "instruction" || match === undefined || isPart;
    this.#line = origin?.callLine ?? match?.row;
    this.#rowStart = match?.start;
    this.#function = program.functionAt(hart.pc)?.start;
    this.#stack = hart.x(2);
  }

  next(): Action {
    const { pc } = this.#hart;
    if (this.#awaited !== undefined) {
      const { address, stack, isEnd } = this.#awaited;
      if (pc !== address || this.#hart.x(2) < stack) {
        const way = this.#escapes.look(stack);
        // As in GDB, the step ends where a throw or a jump lands.
        return way?.kind === "landed" ? done : (way ?? this.#await());
      }
      this.#awaited = undefined;
      if (isEnd) return done;
      // The call has returned: what ran is the whole call, as one instruction.
      this.#before = { pc: this.#before!.pc, next: pc, stack, control: "next" };
    }
    if (this.#before !== undefined) {
      const action = this.#examine(this.#before);
      if (action !== undefined) return action;
    }
    this.#before = this.#look();
    return one;
  }

  /** Runs until what is awaited may have come. */
  #await(): Action {
    return { kind: "until", addresses: [this.#awaited!.address, ...this.#escapes.addresses] };
  }

  #look(): Before {
    const { pc } = this.#hart;
    const decoded = this.#program.decodeBytes(this.#machine.readMemory(this.#hart, pc, 4));
    return {
      pc,
      next: BigInt.asUintN(this.#machine.xlen, pc + BigInt(decoded?.length ?? 4)),
      stack: this.#hart.x(2),
      control: decoded === undefined ? "trap" : effectsOf(decoded).control,
    };
  }

  /** After an instruction: what to do instead of going on with the next one. */
  #examine(before: Before): Action | undefined {
    const { pc } = this.#hart;
    const hasCalled = before.control === "call" && pc !== before.next;
    const target = this.#origin?.target;
    if (hasCalled && target?.kind === "call" && target.address === before.pc) {
      return this.#enter(pc);
    }
    if (hasCalled && (this.#isOver || !this.#isEnterable(pc))) return this.#finishCall(before);
    if (this.#isInstruction) return done;
    if (this.#isInHandler && !this.#program.isCode(pc)) return undefined;
    const isHandler = !hasCalled && this.#isHandlerEntry(before);
    if (isHandler) return this.#passHandler();
    this.#isInHandler = false;
    if (this.#entering !== undefined) {
      const action = this.#examinePrologue(before, hasCalled);
      if (action !== "elsewhere") return action;
    }
    if (hasCalled) return this.#enter(pc);
    return this.#examineLine(before);
  }

  /** Whether stepping in stops in a function: it has lines, or one steps by instructions. */
  #isEnterable(address: bigint): boolean {
    return this.#isInstruction || this.#program.rowAt(address) !== undefined;
  }

  #finishCall({ next, stack }: Before): Action {
    this.#awaited = { address: next, stack, isEnd: false };
    return this.#await();
  }

  /** Whether a signal has come, so that its handler is what runs next. */
  #isHandlerEntry({ control, next }: Before): boolean {
    const { pc } = this.#hart;
    if ((control !== "next" && control !== "trap") || pc === next) return false;
    if (this.#program.isCode(this.#hart.x(1)) || !this.#program.isCode(pc)) return false;
    return this.#returnsFromSignal(this.#hart.x(1));
  }

  /** Whether the system's code at an address goes back to what a signal has interrupted. */
  #returnsFromSignal(address: bigint): boolean {
    const decode = (at: bigint) =>
      this.#program.decodeBytes(this.#machine.readMemory(this.#hart, at, 4));
    return returnCodeAt(address, decode) === "signal";
  }

  /** Runs a signal's handler, which is no part of the line, and the system's code behind it. */
  #passHandler(): Action {
    this.#isInHandler = true;
    this.#awaited = { address: this.#hart.x(1), stack: this.#hart.x(2), isEnd: false };
    return this.#await();
  }

  /** In a compiled function, goes on to behind the prologue. */
  #enter(address: bigint): Action | undefined {
    const scope = this.#program.scopeAt(address);
    const body = scope?.entryAddress === address ? this.#program.steppedInto(scope) : address;
    if (body === address) return this.#end();
    this.#entering = { start: address, body };
    this.#begin(scope);
    return undefined;
  }

  /** From here on, the step is one that begins here. */
  #begin(scope: FunctionScope | undefined): void {
    const { pc } = this.#hart;
    const match = this.#program.rowAt(pc);
    // Without a line, it is code that the compiler has put between two.
    this.#line = match?.row ?? { path: "", line: 0 };
    this.#rowStart = match?.start;
    this.#function = this.#program.functionAt(pc)?.start;
    this.#stack = this.#hart.x(2);
    this.#origin = { scope, callLine: undefined, isLeaving: false };
  }

  /** The step ends, before what is inlined here. */
  #end(): Action {
    this.hidden = this.#program.inlinedBeginningAt(this.#hart.pc);
    return done;
  }

  /** On the way through a prologue: undefined to go on, "elsewhere" where it has led past its end. */
  #examinePrologue(before: Before, hasCalled: boolean): Action | "elsewhere" | undefined {
    const { start, body } = this.#entering!;
    const { pc } = this.#hart;
    if (pc === body) return this.#end();
    if (hasCalled) return this.#finishCall(before);
    if (pc >= start && pc < body) return undefined;
    this.#entering = undefined;
    return "elsewhere";
  }

  #examineLine(before: Before): Action | undefined {
    const { pc } = this.#hart;
    const match = this.#program.rowAt(pc);
    const isInFunction = this.#program.functionAt(pc)?.start === this.#function;
    if (before.control === "return" && (!isInFunction || this.#hart.x(2) > this.#stack))
      return this.#comeBack();
    if (match === undefined) {
      if (isInFunction) return undefined;
      return this.#leave(before);
    }
    const inlined = this.#examineInlined(before.pc, pc);
    if (inlined !== undefined) return inlined === "on" ? undefined : done;
    const isSameLine =
      match.row.line === this.#line!.line && match.row.path === this.#line!.path && isInFunction;
    // Back at the beginning of the line: a loop on one line goes round once a step.
    if (isSameLine) return pc === this.#rowStart ? done : undefined;
    if (!match.row.isStatement || pc !== match.start) return undefined;
    const entered = this.#program.inlinedAt(pc).slice(0, this.#program.inlinedBeginningAt(pc));
    const were = new Set(this.#program.inlinedAt(before.pc));
    this.hidden = entered.filter((scope) => !were.has(scope)).length;
    return done;
  }

  /**
   * Back in the caller: from the middle of a line the step goes on to the next one, as in GDB. From a
   * signal's handler it goes on to what was interrupted.
   */
  #comeBack(): Action | undefined {
    const { pc } = this.#hart;
    if (!this.#program.isCode(pc) && this.#returnsFromSignal(pc)) {
      this.#isInHandler = true;
      return undefined;
    }
    const match = this.#program.rowAt(pc);
    const scope = this.#program.scopeAt(pc);
    if (scope === undefined || this.#program.isAssembly(pc)) return done;
    if (match?.row.isStatement === true && match.start === pc) return this.#end();
    this.#begin(this.#program.inlinedAt(pc)[0]);
    return undefined;
  }

  /** How many inlined functions are entered from the one that the step began in; −1: it is left. */
  #levelAt(pc: bigint): number | undefined {
    const chain = this.#program.inlinedAt(pc);
    const scope = this.#origin?.scope;
    if (scope !== undefined) return chain.indexOf(scope);
    // No debug information speaks of the function, but of what macros became in it.
    return chain.at(-1)?.entryAddress === this.#function ? chain.length - 1 : undefined;
  }

  /** What inlined functions have to say: to go on, to stop; undefined: nothing. */
  #examineInlined(from: bigint, pc: bigint): "on" | "stop" | undefined {
    if (this.#origin === undefined) return undefined;
    const level = this.#levelAt(pc);
    if (level === undefined) return undefined;
    if (this.#origin.isLeaving) {
      if (level < 0) this.hidden = this.#program.expansionsBeginningAt(pc);
      return level < 0 ? "stop" : "on";
    }
    const target = this.#origin?.target;
    if (target?.kind === "inlined" && this.#program.inlinedAt(pc).includes(target.scope))
      return "stop";
    if (level < 0 && this.#program.isExpansion(this.#origin.scope)) {
      this.hidden = this.#program.expansionsBeginningAt(pc);
      return "stop";
    }
    if (level <= 0) return undefined;
    // A line that calls a macro is shown before its body, also where one steps in.
    const isEntered = level > this.#program.debug.expansionsAt(pc).length;
    if (!this.#isOver && isEntered) return this.#enterInlined(from, pc, level);
    if (!this.#isOver && !this.#program.entersMacros) return undefined;
    // A call on another line is a place to stop, before the inlined function is entered.
    const { callLine, callPath } = this.#program.inlinedAt(pc)[level - 1]!;
    const isNew = this.#levelAt(from) !== level;
    const isElsewhere = callLine !== this.#line!.line || callPath !== this.#line!.path;
    if (!isNew || !isElsewhere || callLine === 0) return "on";
    this.hidden = level;
    return "stop";
  }

  /** Into an inlined function: where it is called, unless the step has begun on that line. */
  #enterInlined(from: bigint, pc: bigint, level: number): "stop" | undefined {
    const entered = this.#program.inlinedAt(pc)[level - 1]!;
    const { callLine, callPath } = entered;
    const isNew = !this.#program.inlinedAt(from).includes(entered);
    if (!isNew || this.#program.inlinedBeginningAt(pc) < level || callLine === 0) return undefined;
    const isHere = callLine === this.#line!.line && callPath === this.#line!.path;
    this.hidden = isHere ? level - 1 : level;
    return "stop";
  }

  /** A jump to code without lines: it is left by its return, if that leads back to known code. */
  #leave(before: Before): Action {
    const back = this.#hart.x(1);
    const isTail = before.control === "jump" && this.#program.rowAt(back) !== undefined;
    if (!isTail) return done;
    this.#awaited = { address: back, stack: before.stack, isEnd: true };
    return this.#await();
  }
}
