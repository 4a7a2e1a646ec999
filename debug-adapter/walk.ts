/**
 * A step back as a walk along the instructions that have run, the last one first, which says where
 * the step ends: at the beginning of the statement before, as GDB's reverse-step and reverse-next.
 * Calls are told by what returns and calls do to the path; what was inlined counts as the line that
 * calls it unless the step goes into it. The line that begins a compiled function is passed where it is
 * a prologue, and the walk goes on to the beginning of the line that has called the function.
 */
import type { FunctionScope } from "../elf/dwarf/info-reader.ts";
import type { Machine } from "../emulator/machine.ts";
import { effectsOf } from "../isa/effects.ts";
import type { SourceLine } from "./frames.ts";
import type { Program } from "./program.ts";

/** An instruction that has run. */
export interface Point {
  /** The instruction count before it. */
  readonly at: bigint;
  readonly pc: bigint;
  readonly sp: bigint;
  /** How many inlined functions that begin there are taken as not yet entered. */
  readonly hidden?: number;
}

/** A call by where it returns to and the stack pointer there. */
export interface Call {
  readonly returns: bigint;
  readonly sp: bigint;
}

/** What a walk goes back to: the statement before, with or without calls, or out of what is inlined. */
export type WalkKind = "into" | "over" | "leave";

/** What the person sees of where a walk begins: of inlined functions, the innermost shown. */
export interface WalkOrigin {
  readonly scope: FunctionScope | undefined;
  /** Where an inlined function that is hidden was called. */
  readonly callLine: SourceLine | undefined;
}

/** What an address is for a walk. */
interface Place {
  /** Function and line; undefined where no line is known. */
  readonly line: string | undefined;
  /** Where the code of the line that this is in begins; undefined in what is stepped over. */
  readonly row: bigint | undefined;
  /** Whether a statement begins here. */
  readonly isStart: boolean;
  /** Holds at the first instruction of something inlined, which may be all that its call line has. */
  readonly hidden: number;
}

/** Walks back along instructions, and says where the step ends. */
export class Walk {
  readonly #program: Program;
  readonly #machine: Machine;
  readonly #kind: WalkKind;
  readonly #origin: Place;
  /** The function, inlined or not, that the person looks at: what it calls is stepped over. */
  #scope: FunctionScope | undefined;
  /** Calls that have returned already: the walk is inside of them. */
  readonly #calls: (Call & { readonly isHandler: boolean })[] = [];
  /** The line that the step goes to the beginning of, once it is known. */
  #line: string | undefined;
  #last: Point;
  #places = new Map<bigint, Place>();
  /** The last beginning of a statement on that line. */
  best: Point | undefined;

  constructor(
    program: Program,
    machine: Machine,
    origin: Point,
    kind: WalkKind,
    { scope, callLine }: WalkOrigin,
  ) {
    this.#program = program;
    this.#machine = machine;
    this.#kind = kind;
    this.#scope = scope;
    this.#last = origin;
    const here = this.#placeOf(origin.pc);
    this.#origin =
      callLine === undefined
        ? here
        : { ...here, line: this.#keyOf(origin.pc, callLine.line, callLine.path), isStart: true };
    // From the middle of a line, back to its beginning.
    if (!this.#origin.isStart) this.#line = this.#origin.line;
  }

  /** The outermost call that the walk is inside of; a signal's handler was not called. */
  get outerCall(): Call | undefined {
    const [call] = this.#calls;
    return call?.isHandler === true ? undefined : call;
  }

  /** The walk goes on where the outermost call was made. */
  returnTo(point: Point): Point | undefined {
    this.#calls.length = 0;
    return this.#consider(point);
  }

  /** One instruction back, to `point`, after which `after` ran; the step's end when it is found. */
  back(point: Point, after: Point): Point | undefined {
    const { control, next } = this.#controlAt(point.pc);
    const isOwnCode = this.#program.isCode(point.pc);
    if (control === "return") {
      // A handler's return to code of the system is part of what follows that.
      if (isOwnCode && this.#program.isCode(after.pc)) this.#push(after, false);
    } else if (control === "call" && after.pc !== next) {
      if (this.#calls.length === 0) return this.#leave(point);
      this.#calls.pop();
    } else if ((control === "next" || control === "trap") && after.pc !== next) {
      // A signal came, or its handler has led back to where it came.
      if (!isOwnCode) this.#push(after, true);
      else if (this.#calls.length === 0) return this.#leave(point);
      else this.#calls.pop();
    }
    if (this.#calls.length > 0 && this.#kind !== "into") return undefined;
    return this.#consider(point);
  }

  #push({ pc, sp }: Point, isHandler: boolean): void {
    this.#calls.push({ returns: pc, sp, isHandler });
  }

  /** Out of the function that the walk has begun in, to the beginning of the line that called it. */
  #leave(point: Point): Point | undefined {
    if (this.best !== undefined) return this.best;
    this.#scope = this.#program.inlinedAt(point.pc)[0];
    this.#places = new Map();
    this.#line = this.#placeOf(point.pc).line;
    if (this.#line === undefined || !this.#isKnown) return point;
    return this.#consider(point);
  }

  #consider(point: Point): Point | undefined {
    const last = this.#last;
    this.#last = point;
    if (this.#kind === "leave") return this.#considerLeaving(point, last);
    const { line, row, isStart, hidden } = this.#placeAt(point.pc);
    if (this.#line !== undefined && line !== this.#line) return this.best ?? this.#first(point);
    if (line === undefined) return this.#isKnown ? undefined : point;
    this.#line ??= line;
    if (hidden > 0) this.best ??= line === this.#origin.line ? undefined : { ...point, hidden };
    if (row !== point.pc) return undefined;
    // From within its code, a line that begins a compiled function leads on to the call.
    const isInside = last.pc !== row && this.#placeAt(last.pc).row === row;
    if (isInside && this.#program.isCompiledEntry(row)) return undefined;
    if (isStart) this.best = point;
    else if (isInside) this.best ??= point;
    return isStart && this.#isLineStart(point.pc) ? point : undefined;
  }

  /** Ends before the first instruction of what is inlined, as it is seen from around it. */
  #considerLeaving(point: Point, last: Point): Point | undefined {
    const scope = this.#scope;
    if (scope === undefined) return point;
    if (this.#program.inlinedAt(point.pc).includes(scope)) return undefined;
    return { ...last, hidden: this.#program.inlinedAt(last.pc).indexOf(scope) + 1 };
  }

  /** Without a beginning of a statement on the line, the walk ends at what it has met. */
  #first(point: Point): Point | undefined {
    this.#line = undefined;
    return this.#consider(point);
  }

  /** Without lines the step is one instruction. */
  get #isKnown(): boolean {
    return this.#origin.line !== undefined;
  }

  #placeAt(pc: bigint): Place {
    let place = this.#places.get(pc);
    if (place === undefined) {
      place = this.#placeOf(pc);
      this.#places.set(pc, place);
    }
    return place;
  }

  #placeOf(pc: bigint): Place {
    const match = this.#program.rowAt(pc);
    if (match === undefined) return { line: undefined, row: pc, isStart: true, hidden: 0 };
    const inner = this.#kind === "over" ? this.#steppedOver(pc) : [];
    const call = inner.at(-1);
    if (call !== undefined && call.callLine > 0) {
      const line = this.#keyOf(pc, call.callLine, call.callPath);
      const begins = inner.every(({ entryAddress }) => entryAddress === pc);
      return { line, row: undefined, isStart: false, hidden: begins ? inner.length : 0 };
    }
    const { path, line, isStatement } = match.row;
    const isStart = isStatement && pc === match.start;
    return { line: this.#keyOf(pc, line, path), row: match.start, isStart, hidden: 0 };
  }

  /** The functions inlined at an address that the one the person looks at, or one around it, calls. */
  #steppedOver(pc: bigint): readonly FunctionScope[] {
    const chain = this.#program.inlinedAt(pc);
    for (let scope = this.#scope; scope !== undefined; scope = scope.parent) {
      const level = chain.indexOf(scope);
      if (level >= 0) return chain.slice(0, level);
      if (!scope.isInlined) break;
    }
    // A function that no debug information speaks of has nothing inlined but macros.
    const isLabel = this.#scope === undefined || this.#program.isExpansion(this.#scope);
    return isLabel ? chain.slice(0, -1) : [];
  }

  #keyOf(pc: bigint, line: number, path: string): string {
    return `${this.#program.functionAt(pc)?.start} ${line} ${path}`;
  }

  #isLineStart(pc: bigint): boolean {
    const row = this.#program.rowAt(pc)?.row;
    if (row === undefined) return true;
    const { addresses } = this.#program.lineAddresses(row.path, row.line);
    return addresses.includes(pc);
  }

  #controlAt(pc: bigint) {
    const machine = this.#machine;
    const decoded = this.#program.decodeBytes(machine.readMemory(machine.current, pc, 4));
    if (decoded === undefined) return { control: "trap", next: pc } as const;
    const next = BigInt.asUintN(machine.xlen, pc + BigInt(decoded.length));
    return { control: effectsOf(decoded).control, next };
  }
}
