/** Findings as they are told: what is wrong, between which calls and accesses, with which causes. */
import { fName, xName } from "../../isa/registers.ts";
import { formatAddress, formatHex } from "../formats.ts";
import type { Program } from "../program.ts";
import type { Origin } from "./checker.ts";
import type { Cause, CheckName, Finding, Suspect } from "./checks.ts";
import type { Dependent } from "./definedness.ts";
import type { Block } from "./heap-blocks.ts";
import type { Call } from "./shadow-stack.ts";
import type { Register, Site } from "./sites.ts";

const bytesOf = (count: number): string => (count === 1 ? "1 byte" : `${count} bytes`);

/** Tells of findings; addresses and counts are numbers, as the checker has them. */
export class Stories {
  readonly #program: Program;
  readonly #xlen: 32 | 64;

  constructor(program: Program, xlen: 32 | 64) {
    this.#program = program;
    this.#xlen = xlen;
  }

  /** A return with a register that the caller had left for itself. */
  savedRegister(
    pc: number,
    at: number,
    register: Register,
    was: bigint,
    now: bigint,
    call: Call,
  ): Finding {
    const name = (register.kind === "x" ? xName : fName)(register.index);
    const bits = register.kind === "x" ? this.#xlen : 64;
    const text =
      `${this.#functionAt(pc)} returns with ${name} = ${formatHex(now, bits)}, but it was ` +
      `${formatHex(was, bits)} when ${this.#callerOf(call)} called it: a function must give back ` +
      `${name} as it got it.`;
    return this.#finding("saved-registers", pc, at, text, [this.#callCause(call, pc)], register);
  }

  stackPointer(pc: number, at: number, sp: number, call: Call): Finding {
    const distance = sp - call.sp;
    const where = `${bytesOf(Math.abs(distance))} ${distance < 0 ? "lower" : "higher"}`;
    const text =
      `${this.#functionAt(pc)} returns with sp = ${this.#hex(sp)}, ${where} than the ` +
      `${this.#hex(call.sp)} with which ${this.#callerOf(call)} called it.`;
    const suspect = { kind: "x", index: 2 } as const;
    return this.#finding("stack-pointer", pc, at, text, [this.#callCause(call, pc)], suspect);
  }

  returnAddress(pc: number, at: number, target: number, call: Call): Finding {
    const text =
      `${this.#functionAt(pc)} returns to ${this.#place(target)}, but ${this.#callerOf(call)} called it ` +
      `to come back to ${this.#place(call.returns)}: ra is not what it was.`;
    const suspect = { kind: "x", index: 1 } as const;
    return this.#finding("return-address", pc, at, text, [this.#callCause(call, pc)], suspect);
  }

  belowStack(site: Site, pc: number, at: number, address: number, sp: number): Finding {
    const text =
      `${this.#access(site)} at ${this.#place(pc)} is ${bytesOf(sp - address)} below sp ` +
      `(${this.#hex(sp)}), where the next call or a signal may overwrite what is there.`;
    const suspect = { kind: "x", index: 2 } as const;
    return this.#finding("below-stack", pc, at, text, [], suspect);
  }

  outOfBlock(site: Site, pc: number, at: number, address: number, block: Block): Finding {
    const size = block.end - block.start;
    const end = address + site.size;
    const where =
      address >= block.end
        ? address === block.end
          ? "right behind"
          : `${bytesOf(address - block.end)} behind`
        : address < block.start
          ? `${bytesOf(block.start - address)} before`
          : `${bytesOf(end - block.end)} over the end of`;
    const text =
      `${this.#access(site)} at ${this.#place(pc)} is ${where} the block of ${bytesOf(size)} at ` +
      `${this.#hex(block.start)} that ${this.#functionAt(block.caller)} has allocated.`;
    return this.#finding("heap", pc, at, text, [this.#allocation(block)]);
  }

  afterFree(site: Site, pc: number, at: number, address: number, block: Block): Finding {
    const text =
      `${this.#access(site)} at ${this.#place(pc)} is ${bytesOf(address - block.start)} into a block of ` +
      `${bytesOf(block.end - block.start)} at ${this.#hex(block.start)} that ` +
      `${this.#functionAt(block.freed?.caller ?? 0)} has freed.`;
    return this.#finding("heap", pc, at, text, [this.#release(block), this.#allocation(block)]);
  }

  secondFree(pc: number, at: number, address: number, block: Block, caller: number): Finding {
    const text =
      `${this.#functionAt(caller)} frees the block of ${bytesOf(block.end - block.start)} at ` +
      `${this.#hex(address)}, but ${this.#functionAt(block.freed?.caller ?? 0)} has freed it before.`;
    return this.#finding("heap", pc, at, text, [this.#release(block), this.#allocation(block)]);
  }

  noBlock(
    pc: number,
    at: number,
    address: number,
    around: Block | undefined,
    caller: number,
  ): Finding {
    const what =
      around === undefined
        ? "is no block of the heap"
        : `is ${bytesOf(address - around.start)} into the block at ${this.#hex(around.start)}`;
    const text = `${this.#functionAt(caller)} frees ${this.#hex(address)}, which ${what}.`;
    const causes = around === undefined ? [] : [this.#allocation(around)];
    return this.#finding("heap", pc, at, text, causes);
  }

  unwritten(
    dependent: Dependent,
    pc: number,
    at: number,
    register: Register | undefined,
    origin: Origin | undefined,
  ): Finding {
    const what = {
      branch: "The branch",
      address: "The address of the access",
      target: "The target of the jump",
      call: "The number of the environment call",
    }[dependent];
    const name = register && (register.kind === "x" ? xName : fName)(register.index);
    const through = name === undefined ? "" : ` through ${name}`;
    const from =
      origin === undefined
        ? "memory that was never written"
        : `${bytesOf(origin.size)} at ${this.#place(origin.address)} that were never written ` +
          `since ${this.#birth(origin)}; ${this.#place(origin.pc)} has loaded them`;
    const text = `${what} at ${this.#place(pc)} depends${through} on ${from}.`;
    return this.#finding("uninitialized-memory", pc, at, text, this.#originCauses(origin));
  }

  #birth({ block, call, inside }: Origin): string {
    if (block !== undefined) return `${this.#functionAt(block.caller)} allocated the block`;
    if (call === undefined) return "the start";
    return `${this.#callerOf(call)} called ${this.#functionAt(inside)}`;
  }

  #originCauses(origin: Origin | undefined): Cause[] {
    if (origin === undefined) return [];
    const { block, call, pc, at, inside } = origin;
    const load = { label: `${this.#place(pc)} loaded what was never written`, at: BigInt(at) };
    if (block !== undefined) return [load, this.#allocation(block)];
    return call === undefined ? [load] : [load, this.#callCause(call, inside)];
  }

  #finding(
    check: CheckName,
    pc: number,
    at: number,
    text: string,
    causes: readonly Cause[],
    suspect?: Suspect,
  ): Finding {
    return { check, at: BigInt(at), pc: BigInt(pc), text, causes, suspect };
  }

  /** @param pc in the function that was called */
  #callCause(call: Call, pc: number): Cause {
    const label = `${this.#callerOf(call)} called ${this.#functionAt(pc)}`;
    return { label, at: BigInt(call.at) };
  }

  #allocation({ at, caller }: Block): Cause {
    return { label: `${this.#functionAt(caller)} allocated the block`, at: BigInt(at) };
  }

  #release({ freed }: Block): Cause {
    const { at, caller } = freed ?? { at: 0, caller: 0 };
    return { label: `${this.#functionAt(caller)} freed the block`, at: BigInt(at) };
  }

  #access({ size, reads, writes }: Site): string {
    const kind = reads && writes ? "The atomic access to" : writes ? "The store of" : "The load of";
    return `${kind} ${bytesOf(size)}`;
  }

  #callerOf({ returns }: Call): string {
    return this.#functionAt(returns - 2);
  }

  #functionAt(pc: number): string {
    return this.#program.functionAt(BigInt(pc))?.name ?? this.#hex(pc);
  }

  #place(address: number): string {
    return this.#program.describe(BigInt(address)) ?? this.#hex(address);
  }

  #hex(address: number): string {
    return formatAddress(BigInt(address));
  }
}
