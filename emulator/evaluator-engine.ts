/**
 * Runs instructions by evaluating their definitions one at a time. A decoded instruction is kept
 * with its frame, so a loop is decoded once whatever addresses it is seen at, and is dropped when
 * its bytes are written, so code that changes itself runs as changed at once.
 */
import { type Decoded, type Decoder, isCompressed } from "../isa/decoder.ts";
import type { Execute, Operands } from "../isa/instruction.ts";
import type { Engine, EngineStop } from "./engine.ts";
import { Evaluator } from "./evaluator.ts";
import type { ExecutionCounts } from "./execution-counts.ts";
import type { Hart } from "./hart.ts";
import { frameSize, type PhysicalMemory } from "./memory.ts";
import { TrapSignal } from "./trap-signal.ts";

/** An instruction ready to run: its meaning and the operands for it. */
interface Prepared {
  readonly execute: Execute;
  readonly operands: Operands<bigint, number, number, number>;
  /** In bytes. */
  readonly length: number;
}

/** The decoded instructions of a frame, by their offset. */
type CodeFrame = Map<number, Prepared>;

/** Instructions after which whether to end is asked. */
const mostUnasked = 1024;

/** The engine that evaluates one instruction after the other. */
export class EvaluatorEngine implements Engine {
  readonly #memory: PhysicalMemory;
  readonly #decode: Decoder;
  readonly #code = new Map<number, CodeFrame>();
  readonly #evaluators = new WeakMap<Hart, Evaluator>();
  readonly #breakpoints = new Set<bigint>();
  #pagesWithBreakpoints = new Set<bigint>();

  readonly #counts: ExecutionCounts | undefined;

  /**
   * @param decode for the architecture of all harts that this engine runs
   * @param counts where executions are counted
   */
  constructor(memory: PhysicalMemory, decode: Decoder, counts?: ExecutionCounts) {
    this.#counts = counts;
    this.#memory = memory;
    this.#decode = decode;
    memory.onCodeChange((frame, start, end) => {
      // An instruction may begin two bytes before the first changed one.
      const code = this.#code.get(frame);
      if (code === undefined) return;
      for (const offset of code.keys())
        if (offset >= start - 2 && offset < end) code.delete(offset);
    });
  }

  setBreakpoints(addresses: Iterable<bigint>): void {
    this.#breakpoints.clear();
    for (const address of addresses) this.#breakpoints.add(address);
    this.#pagesWithBreakpoints = new Set([...this.#breakpoints].map((address) => address >> 12n));
  }

  invalidate(): void {
    this.#code.clear();
  }

  run(hart: Hart, budget: number, skipFirst = false, isDue?: () => boolean): EngineStop {
    if (isDue === undefined) return this.#run(hart, budget, skipFirst);
    for (let left = budget; ; skipFirst = false) {
      const piece = Math.min(left, mostUnasked);
      const stop = this.#run(hart, piece, skipFirst);
      left -= piece;
      if (stop.reason !== "budget" || left === 0 || isDue()) return stop;
    }
  }

  #run(hart: Hart, budget: number, skipFirst: boolean): EngineStop {
    const evaluator = this.#evaluatorOf(hart);
    const start = hart.instret;
    let retired = 0;
    evaluator.countRetired = () => {
      hart.instret = start + BigInt(retired);
    };
    evaluator.memory.countRetired = evaluator.countRetired;
    const breakpoints = this.#breakpoints;
    let skip = skipFirst;
    let pc = hart.pc;
    let stop: EngineStop | undefined;
    evaluator.memory.hit = undefined;
    evaluator.waiting = false;

    // Each turn runs instructions of one page, as long as the page stays where it is.
    while (stop === undefined) {
      evaluator.offset = Number(pc & 0xfffn);
      evaluator.page = pc & ~0xfffn;
      evaluator.redirected = false;
      const watchful = this.#pagesWithBreakpoints.has(pc >> 12n);
      try {
        if (retired === budget) {
          stop = { reason: "budget" };
          break;
        }
        if (watchful && !skip && breakpoints.has(pc)) {
          stop = { reason: "breakpoint" };
          break;
        }
        const frame = this.#enterPage(evaluator, pc);
        const code = this.#codeOf(frame);
        const isIrregular = evaluator.memory.fetchedIrregularly;
        const { version } = hart.buffer;
        for (;;) {
          const { offset } = evaluator;
          const known = isIrregular ? undefined : code.get(offset);
          const prepared = known ?? this.#prepare(evaluator, code, frame);
          evaluator.length = prepared.length;
          prepared.execute(evaluator, prepared.operands);
          retired++;
          this.#counts?.alone(evaluator.pc());
          skip = false;
          if (evaluator.memory.hit !== undefined || evaluator.waiting || hart.needsAttention) {
            stop = stopAfter(evaluator);
            pc = evaluator.redirected ? evaluator.target : evaluator.nextPc();
            break;
          }
          let next: number;
          if (evaluator.redirected) {
            evaluator.redirected = false;
            const { target, page } = evaluator;
            if (target < page || target >= page + 4096n) {
              pc = target;
              break;
            }
            next = Number(target - page);
          } else {
            next = offset + prepared.length;
            if (next >= frameSize) {
              pc = evaluator.nextPc();
              break;
            }
          }
          evaluator.offset = next;
          const leaves = retired === budget || watchful || isIrregular;
          if (leaves || hart.buffer.version !== version) {
            pc = evaluator.pc();
            break;
          }
        }
      } catch (signal) {
        pc = evaluator.pc();
        if (!(signal instanceof TrapSignal)) throw signal;
        const { cause } = signal;
        const value = signal.value ?? this.#wordAt(evaluator);
        stop = { reason: "trap", trap: { cause, value, pc } };
      } finally {
        evaluator.countRetired();
        hart.pc = pc;
      }
    }
    return stop;
  }

  #evaluatorOf(hart: Hart): Evaluator {
    let evaluator = this.#evaluators.get(hart);
    if (evaluator === undefined) {
      evaluator = new Evaluator(hart);
      this.#evaluators.set(hart, evaluator);
    }
    return evaluator;
  }

  /** The frame that holds the code at pc. */
  #enterPage(evaluator: Evaluator, pc: bigint): number {
    const { instructionAlignment } = evaluator.hart;
    if (evaluator.offset & (instructionAlignment - 1)) throw new TrapSignal(0, pc);
    return evaluator.memory.fetch(pc) - evaluator.offset;
  }

  #codeOf(frame: number): CodeFrame {
    let code = this.#code.get(frame);
    if (code === undefined) {
      code = new Map();
      this.#code.set(frame, code);
    }
    this.#memory.markCode(frame);
    return code;
  }

  /** Decodes the instruction at the evaluator's place, and keeps it unless it crosses the page. */
  #prepare(evaluator: Evaluator, code: CodeFrame, frame: number): Prepared {
    const { offset } = evaluator;
    const word = this.#fetchWord(evaluator, frame + offset);
    const decoded = this.#decode(word);
    const prepared = decoded === undefined ? undefinedInstruction : prepare(decoded, evaluator);
    if (offset + 4 <= frameSize || isCompressed(word)) code.set(offset, prepared);
    return prepared;
  }

  /** The instruction's bits; only the low 16 where it is a compressed one. */
  #fetchWord(evaluator: Evaluator, at: number): number {
    const { view } = this.#memory;
    const low = view.getUint16(at, true);
    if (isCompressed(low)) return low;
    const { fetchedIrregularly } = evaluator.memory;
    if (evaluator.offset + 4 <= frameSize && !fetchedIrregularly) return view.getUint32(at, true);
    const next = BigInt.asUintN(evaluator.xlen, evaluator.page + BigInt(evaluator.offset + 2));
    const rest = evaluator.memory.fetch(next);
    return ((this.#memory.view.getUint16(rest, true) << 16) | low) >>> 0;
  }

  #wordAt(evaluator: Evaluator): bigint {
    const at = evaluator.memory.fetch(evaluator.pc());
    return BigInt(this.#fetchWord(evaluator, at));
  }
}

/** What a word that is no instruction means. */
const undefinedInstruction: Prepared = {
  execute: (m) => m.illegalInstruction(),
  operands: {
    rd: 0,
    rs1: 0,
    rs2: 0,
    fd: 0,
    fs1: 0,
    fs2: 0,
    fs3: 0,
    imm: 0n,
    shamt: 0n,
    csr: 0n,
    uimm: 0n,
    constant: 0n,
    rm: 0,
  },
  length: 4,
};

function prepare({ instruction, values, length }: Decoded, evaluator: Evaluator): Prepared {
  if (instruction.execute === undefined) {
    throw new Error(`${instruction.mnemonic} was decoded but has no meaning`);
  }
  const index = (name: string): number => Number(values[name] ?? 0);
  const word = (name: string): bigint => evaluator.constant(values[name] ?? 0);
  const operands = {
    rd: index("rd"),
    rs1: index("rs1"),
    rs2: index("rs2"),
    fd: index("fd"),
    fs1: index("fs1"),
    fs2: index("fs2"),
    fs3: index("fs3"),
    imm: word("imm"),
    shamt: word("shamt"),
    csr: word("csr"),
    uimm: word("uimm"),
    constant: word("constant"),
    rm: index("rm"),
  };
  return { execute: instruction.execute, operands, length };
}

/** The stop for what the instruction that has just retired did besides. */
function stopAfter(evaluator: Evaluator): EngineStop {
  const { hit } = evaluator.memory;
  if (hit !== undefined) return { reason: "watchpoint", pc: evaluator.pc(), ...hit };
  return { reason: evaluator.waiting ? "wait" : "attention" };
}
