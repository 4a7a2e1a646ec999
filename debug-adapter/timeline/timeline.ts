/**
 * What a timeline shows of a stopped program's run: what happened in a part of it, and what has just
 * run. The answers come from excursions: other points of the run are looked at, in pieces, and the
 * machine is back before anything else is asked of it.
 */
import type { History } from "../../emulator/history/history.ts";
import type { HartState, Stop, Trap, Watchpoint } from "../../emulator/machine.ts";
import { describeCall } from "../../emulator/process/call-names.ts";
import type { EnvironmentName } from "../../emulator/process/layout.ts";
import type { Breakpoints } from "../breakpoints.ts";
import { cannotAssignHere } from "../errors.ts";
import { causeName } from "../exceptions.ts";
import { type Ended, Excursions } from "../excursions.ts";
import { bytesToInteger, formatAddress, formatHex, type Radix } from "../formats.ts";
import { FrameEnvironment } from "../frame-environment.ts";
import { CallStack } from "../frames.ts";
import type { Program } from "../program.ts";
import { Marks, type Picture } from "./marks.ts";
import { Path, type PathLine, pathLength } from "./path.ts";
import type { Span } from "./scanned.ts";

/** What a timeline needs of the debugger. */
export interface TimelineServices {
  readonly history: History;
  readonly program: Program;
  readonly environment: EnvironmentName;
  readonly breakpoints: Breakpoints;
  readonly radix: Radix;
  /** The memory of data breakpoints. */
  watched(): readonly Watchpoint[];
  /** Sets the machine's breakpoints and the like as the session wants them. */
  settle(): void;
}

/** Memory whose writes are marked, and what the person calls it. */
export interface MarkedMemory extends Watchpoint {
  readonly text: string;
}

/** A frame as it is when one only looks: nothing in it can be set. */
class LookingEnvironment extends FrameEnvironment {
  override writeRegister(): never {
    throw cannotAssignHere();
  }
  override writeMemory(): never {
    throw cannotAssignHere();
  }
}

/** The timeline of one program. */
export class Timeline {
  readonly #services: TimelineServices;
  readonly #excursions: Excursions;
  readonly #marks: Marks;
  #marked: MarkedMemory | undefined;

  constructor(services: TimelineServices) {
    this.#services = services;
    const { history, program, breakpoints, environment } = services;
    history.onDrop((at) => this.#marks.dropFrom(at));
    this.#excursions = new Excursions(history, services.settle);
    this.#marks = new Marks({
      history,
      program,
      breakpoints: () => ({
        version: breakpoints.version,
        addresses: [...breakpoints.addresses.keys()],
      }),
      arrive: () => this.#arrive(),
      watched: () => [...services.watched(), ...(this.#marked === undefined ? [] : [this.#marked])],
      describeWrite: (stop) => this.#describeWrite(stop),
      describeCall: () =>
        `${describeCall(environment, history.current, history.xlen)} at ${this.#place(history.current.pc)}`,
      describeTrap: ({ cause, pc }) => `${causeName(cause)} at ${this.#place(pc)}`,
    });
  }

  /** Makes sure that the machine is where the program has stopped; undefined if it is at once. */
  comeHome(): Promise<void> | undefined {
    return this.#excursions.comeHome();
  }

  /** The way to other points of the run and back. */
  get excursions(): Excursions {
    return this.#excursions;
  }

  /** Notes an exception that the program has stopped at. */
  noteException(trap: Trap): void {
    this.#marks.noteException(this.#services.history.instructions, trap);
  }

  get marked(): MarkedMemory | undefined {
    return this.#marked;
  }

  /** Chooses the memory whose writes are marked; undefined: none. */
  mark(memory: MarkedMemory | undefined): void {
    this.#marked = memory;
  }

  /** Looks at a span for at most so many milliseconds; what is known of it then. */
  async look(span: Span, milliseconds: number): Promise<{ ended: Ended; picture: Picture }> {
    const marks = this.#marks;
    const ended =
      milliseconds <= 0
        ? "overdue"
        : await this.#excursions.go((isDue) => marks.look(span, isDue), milliseconds);
    return { ended, picture: marks.picture(span) };
  }

  /** The lines that have run last; since a count, if it is before. Undefined when interrupted. */
  async path(since: bigint | undefined, milliseconds: number): Promise<PathLine[] | undefined> {
    const { history, program, radix } = this.#services;
    const to = history.instructions;
    const least = to - pathLength > history.start ? to - pathLength : history.start;
    const from = since !== undefined && since > least && since < to ? since : least;
    const path = new Path(history, program, () => this.#environment());
    const work = (isDue: () => boolean) => path.follow(from, to, isDue);
    const ended = await this.#excursions.go(work, milliseconds);
    return ended === "done" ? path.lines(radix) : undefined;
  }

  /** The innermost frame where the machine is. */
  #environment(): FrameEnvironment {
    const { program, history } = this.#services;
    const hart: HartState = history.current;
    const frame = new CallStack(program, history, hart).frame(0)!;
    return new LookingEnvironment(program, history, frame);
  }

  #arrive(): string | undefined {
    const { breakpoints, history, radix } = this.#services;
    const { pc } = history.current;
    if (!breakpoints.addresses.has(pc)) return undefined;
    const { stopping, messages } = breakpoints.arrive(pc, this.#environment(), radix, true);
    if (stopping.length > 0) return `breakpoint at ${this.#place(pc)}`;
    return messages.length > 0 ? `logged: ${messages.join("; ")}` : undefined;
  }

  #describeWrite(stop: Extract<Stop, { reason: "watchpoint" }>): string {
    const { history, program } = this.#services;
    const { address, length } = stop.watchpoint;
    const text = this.#isMarked(stop.watchpoint)
      ? this.#marked!.text
      : (program.describe(address) ?? formatAddress(address));
    if (stop.access === "read") return `${text} is read at ${this.#place(stop.pc)}`;
    const bytes = history.readMemory(history.current, address, length);
    const value = length <= 8 ? ` = ${valueText(bytes)}` : " is written";
    return `${text}${value} at ${this.#place(stop.pc)}`;
  }

  #isMarked({ address, length }: Watchpoint): boolean {
    return this.#marked?.address === address && this.#marked.length === length;
  }

  /** `main.c:12`, else `main+4`, else the address. */
  #place(pc: bigint): string {
    const { program, history } = this.#services;
    const row = program.rowAt(pc)?.row;
    if (row !== undefined && row.line > 0) return `${row.path.split(/[/\\]/).at(-1)}:${row.line}`;
    return program.describe(pc) ?? formatHex(pc, history.xlen);
  }
}

function valueText(bytes: Uint8Array): string {
  const value = bytesToInteger(bytes);
  const signed = BigInt.asIntN(bytes.length * 8, value);
  return signed < 100_000n && signed > -100_000n ? String(signed) : `0x${value.toString(16)}`;
}
