// biome-ignore-all format: rows of one kind read better by hand
/**
 * Writes a region as one WebAssembly function with structured control flow, by its dominator tree
 * (Ramsey, "Beyond Relooper"): a block that several others go on to follows a wasm block whose end
 * is its label, a loop header starts a wasm loop, and every other block stands in the place of the
 * jump to it. Where that cannot be done, `irreducible.ts` has put a dispatch.
 *
 * Guest registers are loaded into locals where they become live, and written back where control
 * leaves, if they may have changed. A call runs the callee's region as a call of its function; when
 * that comes back with the pc of the return point, the region goes on there. When it comes back
 * with another pc, regions are run from there on for as long as there are any, and so until the
 * return point is reached: a region that ends at another's start need not know how to go on.
 */

import type { RegionCounters } from "../execution-counts.ts";
import type { JumpProfile } from "../jump-profile.ts";
import { type AccessFacts, forget, noFacts, planAhead } from "./access-groups.ts";
import { Code, type Label } from "./code.ts";
import type { Value } from "./emitter.ts";
import type { StateLayout } from "./layout.ts";
import { encodeModule, type ModuleFunction } from "./module.ts";
import { type Block, dominates, type Region, type Site, successors } from "./region.ts";
import { RegionEmitter, type RegionLocals } from "./region-emitter.ts";
import { entryFields, regionParameters, regionSignature, writeEntryAddress } from "./region-entries.ts";
import { type FloatFacts, findSingles, RegionFloats } from "./region-floats.ts";
import {
  noRegisters, numbers, type RegionRegisters, type RegisterSet, registersOf, union, written,
} from "./region-registers.ts";

const { hart, remaining, stack, target } = regionParameters;

/** What code needs to know of its machine. */
export interface RegionHost {
  /** Where the table of entries lies. */
  readonly entries: number;
  /** The place in the table of functions of the region at an address, now or some day. */
  placeOf(pc: bigint): number;
  /** Where samples of the targets of indirect jumps are taken. */
  readonly profile: Pick<JumpProfile, "due" | "counterOf" | "tableOf">;
  /** Where executions are counted. */
  readonly counters: RegionCounters | undefined;
}

/** The bytes of a module that puts regions into their places in the table of functions. */
export function encodeRegions(
  regions: readonly Region[], layout: StateLayout, host: RegionHost,
): Uint8Array {
  const word = layout.xlen === 64 ? "i64" : "i32";
  const signature = regionSignature(word);
  const functions: ModuleFunction[] = regions.map((region, index) => {
    const code = new Code(regionParameters.count);
    new RegionWriter(region, layout, host, code, { own: index, follow: regions.length }).write();
    return { name: `region${index}`, ...signature, code };
  });
  functions.push(followFunction(word, host));
  return encodeModule(functions, signature, regions.map(({ entry }) => host.placeOf(entry)));
}

/**
 * The bytes of a module that puts a function that comes back at once into places in the table; it
 * exports the function as `return0`.
 */
export function encodeReturning(layout: StateLayout, places: readonly number[]): Uint8Array {
  const signature = regionSignature(layout.xlen === 64 ? "i64" : "i32");
  const functions = (places.length > 0 ? places : [0]).map((_, index) => ({
    name: `return${index}`, ...signature,
    code: new Code(regionParameters.count).get(remaining).get(target),
  }));
  return encodeModule(functions, signature, places);
}

/** The entry for `target`, which is left in a local. */
function writeFindEntry(code: Code, word: "i32" | "i64", { entries }: RegionHost): number {
  const entry = code.local("i32");
  const value: Value = { type: word, size: 1, emit: () => void code.get(target) };
  writeEntryAddress(code, value, () => code.i32(entries));
  code.set(entry);
  return entry;
}

/**
 * The function that runs regions from a pc on until they come back to the end, its fifth parameter,
 * or there is none. It takes and returns what a region does.
 */
function followFunction(word: "i32" | "i64", host: RegionHost): ModuleFunction {
  const { parameters, results } = regionSignature(word);
  const end = regionParameters.count;
  const code = new Code(end + 1);
  code.loop((next) => {
    const entry = writeFindEntry(code, word, host);
    code.get(entry).memory(`${word}.load`).get(target).op(`${word}.eq`);
    code.get(entry).memory("i32.load", entryFields.region).i32(0).op("i32.ne").op("i32.and");
    code.get(remaining).get(entry).memory("i32.load", entryFields.need).op("i32.ge_s");
    code.op("i32.and").get(stack).i32(frameOverhead).op("i32.ge_s").op("i32.and").if(() => {
      code.get(hart).get(remaining).get(stack).i32(frameOverhead).op("i32.sub").get(target);
      code.get(entry).memory("i32.load", entryFields.region).callIndirect(0);
      code.set(target).set(remaining);
      code.get(target).get(end).op(`${word}.ne`).brIf(next);
    });
  });
  code.get(remaining).get(target);
  return { name: "follow", parameters: [...parameters, word], results, code };
}

/** Targets of a jump that are compared with, one after the other, at most. */
const mostCompared = 4;

/** Bytes of the host's stack that a function takes beside its locals: by reading V8, and more. */
const frameOverhead = 192;

/** Indexes of functions in the module. */
interface Functions {
  readonly own: number;
  readonly follow: number;
}

class RegionWriter {
  readonly #region: Region;
  readonly #layout: StateLayout;
  readonly #host: RegionHost;
  readonly #code: Code;
  readonly #functions: Functions;
  readonly #registers: RegionRegisters;
  readonly #locals: RegionLocals;
  readonly #word: "i32" | "i64";
  /** Of each block: how many forward edges lead to it, and whether a backward one does. */
  readonly #forward: number[];
  readonly #isLoop: boolean[];
  /** The blocks that each one dominates at once, in reverse postorder. */
  readonly #children: number[][];
  /** Where the block with an index begins, while that can be branched to. */
  readonly #labels = new Map<number, Label>();
  /** The local by which each dispatch goes on: an index of its targets. */
  readonly #variables = new Map<bigint, number>();
  readonly #emitter: RegionEmitter;
  /** Of each block that has been written, what is known of accesses at its end. */
  readonly #facts: AccessFacts[] = [];
  /** Of loop headers, what is known after the checks before the loop. */
  readonly #ahead = new Map<number, AccessFacts>();
  /** The blocks that go on to each. */
  readonly #before: number[][];
  readonly #floats: RegionFloats;
  /** And what is known of floating point. */
  readonly #floatFacts: FloatFacts[] = [];
  /** The rare ways out, which store these registers, and where they are. */
  readonly #exits = new Map<string, RareExit>();
  /** Told the size of the frame on the host's stack, when it is known. */
  readonly #frameSizes: ((size: number) => void)[] = [];

  constructor(
    region: Region, layout: StateLayout, host: RegionHost, code: Code, functions: Functions,
  ) {
    this.#region = region;
    this.#layout = layout;
    this.#host = host;
    this.#code = code;
    this.#functions = functions;
    this.#word = layout.xlen === 64 ? "i64" : "i32";
    this.#registers = registersOf(region);
    const effects = region.blocks.flatMap(({ sites }) => sites.map((site) => site.effects));
    const used = (lists: (one: (typeof effects)[number]) => readonly number[]) =>
      [...new Set(effects.flatMap(lists))].sort((a, b) => a - b);
    const x = used(({ readsX, writesX }) => [...readsX, ...writesX]);
    this.#locals = {
      x: new Map(x.map((register) => [register, code.local(this.#word)])),
      taken: code.local("i32"),
    };
    this.#floats = new RegionFloats(code, layout, effects, findSingles(region, this.#registers));
    this.#emitter = new RegionEmitter(code, layout, this.#locals, this.#floats);
    this.#forward = region.blocks.map(() => 0);
    this.#isLoop = region.blocks.map(() => false);
    this.#children = region.blocks.map(() => []);
    this.#before = region.blocks.map(() => []);
    region.blocks.forEach((block, from) => {
      for (const address of successors(block, region.via)) {
        const to = region.indexes.get(address);
        if (to === undefined) continue;
        this.#before[to]?.push(from);
        if (to > from) this.#forward[to] = (this.#forward[to] as number) + 1;
        else if (dominates(region, to, from)) this.#isLoop[to] = true;
      }
    });
    region.dominators.forEach((dominator, index) => {
      if (index > 0) this.#children[dominator]?.push(index);
    });
    this.#findExits();
  }

  /** The sets of registers that rare ways out store: what is dirty there. */
  #findExits(): void {
    const add = (registers: RegisterSet) => {
      this.#exits.set(keyOf(registers), { registers, label: undefined });
    };
    const hasLoop = this.#isLoop.some((isLoop) => isLoop);
    for (const [index, { sites, control }] of this.#region.blocks.entries()) {
      let dirty = this.#registers.dirty[index] as RegisterSet;
      if (this.#isLoop[index]) add(dirty);
      for (const { effects } of sites) {
        if (mayLeave(effects)) add(dirty);
        dirty = union(dirty, written(effects));
      }
      if (hasLoop) add(control === "call" ? noRegisters : dirty);
    }
  }

  write(): void {
    const code = this.#code;
    code.get(remaining).i32(this.#region.size).op("i32.lt_s");
    code.get(stack).i32(0).op("i32.lt_s").op("i32.or").if(() => this.#return());
    this.#move(undefined, this.#region.entry);
    this.#emitter.enter(this.#region.blocks[0]?.sites[0] as Site, () => this.#return());
    this.#load(0);
    const nest = ([exit, ...others]: readonly RareExit[]): void => {
      if (exit === undefined) {
        this.#tree(0);
        code.op("unreachable");
        return;
      }
      code.block((label) => {
        exit.label = label;
        nest(others);
      });
      this.#save(exit.registers);
      this.#return();
    };
    nest([...this.#exits.values()]);
    code.op("unreachable");
    const frame = frameOverhead + 8 * (code.localCount + 16);
    for (const tell of this.#frameSizes) tell(frame);
  }

  /** Loads what a block needs. */
  #load(index: number): void {
    const { x, f } = this.#registers.live[index] as RegisterSet;
    const { state } = this.#layout;
    const code = this.#code;
    for (const register of numbers(x)) {
      code.get(hart).memory(`${this.#word}.load`, state.x + 8 * register);
      code.set(this.#locals.x.get(register) as number);
    }
    this.#emitter.standAt(this.#region.blocks[index]?.sites[0] as Site, () => this.#return());
    this.#floats.load(f, () => this.#emitter.leaveToEvaluator());
  }

  #save({ x, f }: RegisterSet): void {
    const { state } = this.#layout;
    const code = this.#code;
    for (const register of numbers(x)) {
      code.get(hart).get(this.#locals.x.get(register) as number);
      code.memory(`${this.#word}.store`, state.x + 8 * register);
    }
    this.#floats.save(f);
  }

  /** Counts that control leaves an address, or arrives at one; see `execution-counts.ts`. */
  #move(from: bigint | undefined, to: bigint | undefined): void {
    const counter = this.#host.counters?.add(from, to);
    if (counter === undefined) return;
    const code = this.#code;
    code.i32(0).i32(0).memory("i64.load", counter).i64(1n).op("i64.add");
    code.memory("i64.store", counter);
  }

  /** Ends the function; pc is in `target`. */
  #return(): void {
    this.#code.get(remaining).get(target).op("return");
  }

  /** A way out that is seldom taken shares its code with others. */
  #exitRarely(dirty: RegisterSet): void {
    const label = this.#exits.get(keyOf(dirty))?.label;
    if (label === undefined) throw new Error("a way out that was not expected");
    this.#code.br(label);
  }

  #exit(dirty: RegisterSet): void {
    this.#save(dirty);
    this.#return();
  }

  /** The block and all that it dominates. */
  #tree(index: number): void {
    const merges = (this.#children[index] as number[]).filter(
      (child) => (this.#forward[child] as number) >= 2);
    if (!this.#isLoop[index]) {
      this.#within(index, merges);
      return;
    }
    this.#checkAhead(index);
    this.#code.loop((label) => {
      this.#labels.set(index, label);
      this.#within(index, merges);
    });
  }

  /** Makes before a loop the checks that each of its turns would make in the same way. */
  #checkAhead(index: number): void {
    const { blocks } = this.#region;
    const { body, latches } = this.#loop(index);
    const [first] = blocks[index]?.sites ?? [];
    const { calls, registers } = this.#doneIn(body);
    if (calls || first === undefined) return;
    const sites: Site[] = [];
    let at: number | undefined = index;
    while (at !== undefined) {
      sites.push(...(blocks[at] as Block).sites);
      at = (this.#children[at] as number[]).find((child) =>
        this.#onlyWay(child) !== undefined &&
        latches.every((latch) => dominates(this.#region, child, latch)));
    }
    const before = this.#accessesBefore(index, undefined);
    const { checks, facts } = planAhead(sites, this.#layout.xlen, before, ~registers);
    const dirty = this.#registers.dirty[index] as RegisterSet;
    this.#emitter.checkAhead(checks, first, () => this.#exitRarely(dirty));
    if (this.#layout.window !== undefined) this.#ahead.set(index, facts);
  }

  /** The blocks of a loop, by its header, and those from which it begins anew. */
  #loop(header: number): { body: ReadonlySet<number>; latches: readonly number[] } {
    const latches = (this.#before[header] as number[]).filter((from) =>
      from >= header && dominates(this.#region, header, from));
    const body = new Set([header]);
    const waiting = [...latches];
    for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
      if (body.has(one)) continue;
      body.add(one);
      waiting.push(...(this.#before[one] as number[]));
    }
    return { body, latches };
  }

  /** Whether blocks call, and the registers that they write. */
  #doneIn(indexes: Iterable<number>): { calls: boolean; registers: number } {
    let [calls, registers] = [false, 0];
    for (const index of indexes) {
      const { sites, control } = this.#region.blocks[index] as Block;
      calls ||= control === "call";
      for (const { effects } of sites) registers |= written(effects).x;
    }
    return { calls, registers };
  }

  /** The block, inside of a wasm block for each that follows it; the first follows at once. */
  #within(index: number, merges: readonly number[]): void {
    const last = merges.at(-1);
    if (last === undefined) {
      this.#block(index);
      return;
    }
    this.#code.block((label) => {
      this.#labels.set(last, label);
      this.#within(index, merges.slice(0, -1));
    });
    this.#tree(last);
  }

  #block(index: number): void {
    const block = this.#region.blocks[index] as Block;
    const { sites, control, end, target: to } = block;
    const code = this.#code;
    const emitter = this.#emitter;
    let dirty = this.#registers.dirty[index] as RegisterSet;
    const before = this.#onlyWay(index);
    const known = this.#ahead.get(index) ?? this.#accessesBefore(index, before);
    this.#facts[index] = emitter.startBlock(block, known);
    this.#floats.startBlock(before === undefined ? undefined : this.#floatFacts[before]);
    for (const [earlier, site] of sites.entries()) {
      const now = dirty;
      emitter.emit(site, earlier, () => this.#exitRarely(now));
      dirty = union(dirty, written(site.effects));
    }
    if (sites.length > 0) this.#retire(sites.length);
    if (control === "call") this.#floats.forgetRegisters();
    this.#floatFacts[index] = this.#floats.facts;
    if (control === "leave") {
      this.#move(end, undefined);
      this.#setTarget(end);
      this.#exit(dirty);
    } else if (control === "exit") {
      this.#jumpElsewhere(block, dirty);
    } else if (control === "switch") {
      this.#switch(index, block, dirty);
    } else if (control === "dispatch") {
      this.#dispatch(index, block, dirty);
    } else if (control === "call") {
      this.#call(to, end, dirty);
    } else if (control === "branch") {
      code.get(this.#locals.taken).if(() => this.#goTo(index, to as bigint, dirty, end));
      this.#goTo(index, end, dirty);
    } else if (control === "jump") {
      this.#goTo(index, to as bigint, dirty, end);
    } else {
      this.#goTo(index, end, dirty);
    }
    if (control === "call") this.#goTo(index, end, noRegisters);
  }

  /** The block that alone goes on to a block; undefined where several do. */
  #onlyWay(index: number): number | undefined {
    const joins = this.#isLoop[index] || (this.#forward[index] as number) > 1;
    return index === 0 || joins ? undefined : this.#region.dominators[index];
  }

  /**
   * What is known of accesses where a block begins: what its dominator knew, but for registers that
   * are written on the way; nothing where a call may be on the way.
   */
  #accessesBefore(index: number, onlyWay: number | undefined): AccessFacts {
    const from = this.#region.dominators[index] as number;
    const isAfterCall = this.#region.blocks[from]?.control === "call";
    const facts = index === 0 || isAfterCall ? noFacts : this.#facts[from] ?? noFacts;
    if (onlyWay !== undefined) return facts;
    // In reverse postorder what is between two blocks has a number between theirs.
    const between = new Set(this.#isLoop[index] ? this.#loop(index).body : []);
    for (let one = from + 1; one < index; one++) between.add(one);
    const { calls, registers } = this.#doneIn(between);
    return calls ? noFacts : forget(facts, registers);
  }

  #retire(count: number): void {
    this.#code.get(remaining).i32(count).op("i32.sub").set(remaining);
  }

  /** Puts a number that is a word on the stack. */
  #constant(value: bigint): void {
    if (this.#word === "i64") this.#code.i64(value);
    else this.#code.i32(Number(BigInt.asIntN(32, value)));
  }

  #setTarget(pc: bigint): void {
    this.#constant(pc);
    this.#code.set(target);
  }

  /**
   * Goes on at an address from the end of a block; nothing follows.
   * @param left where control would have gone without the jump; absent where it goes there
   */
  #goTo(from: number, address: bigint, dirty: RegisterSet, left?: bigint): void {
    const code = this.#code;
    const to = this.#goThrough(from, address);
    if (to === undefined) {
      this.#move(left ?? address, undefined);
      this.#setTarget(address);
      this.#exit(dirty);
      return;
    }
    if (left !== undefined) this.#move(left, address);
    if (to <= from) {
      // Each turn of a loop asks whether enough remains for all of the region.
      this.#enoughRemains();
      code.brIf(this.#labels.get(to) as Label);
      this.#move(address, undefined);
      this.#setTarget(address);
      this.#exitRarely(dirty);
    } else if ((this.#forward[to] as number) >= 2) {
      code.br(this.#labels.get(to) as Label);
    } else {
      this.#tree(to);
    }
  }

  /** The block at an address, or the dispatch that leads to it, which is told so. */
  #goThrough(from: number, address: bigint): number | undefined {
    const { blocks, indexes, via } = this.#region;
    const through = via.get(address);
    const index = indexes.get(through ?? address);
    if (through === undefined || index === undefined || index === from) return indexes.get(address);
    const targets = (blocks[index] as Block).targets as readonly bigint[];
    this.#code.i32(targets.indexOf(address)).set(this.#variableOf(through));
    return index;
  }

  #variableOf(dispatch: bigint): number {
    let variable = this.#variables.get(dispatch);
    if (variable === undefined) {
      variable = this.#code.local("i32");
      this.#variables.set(dispatch, variable);
    }
    return variable;
  }

  #dispatch(index: number, { start, targets = [] }: Block, dirty: RegisterSet): void {
    const [first, ...others] = targets as [bigint, ...bigint[]];
    this.#branchTo(others, (labels, otherwise) => {
      this.#code.get(this.#variableOf(start)).brTable([otherwise, ...labels], otherwise);
    }, (target) => this.#goTo(index, target, dirty));
    this.#goTo(index, first, dirty);
  }

  /**
   * Writes `choose`, which branches to one of the labels or to the last, where the code goes on
   * that follows, and then the way to each target.
   */
  #branchTo(
    targets: readonly bigint[], choose: (labels: readonly Label[], otherwise: Label) => void,
    goTo: (target: bigint) => void,
  ): void {
    const code = this.#code;
    code.block((otherwise) => {
      const labels: Label[] = [];
      const nest = (at: number): void => {
        if (at === targets.length) {
          choose(labels, otherwise);
          return;
        }
        code.block((label) => {
          labels[at] = label;
          nest(at + 1);
        });
        goTo(targets[at] as bigint);
      };
      nest(0);
    });
  }

  /** Goes to one of the known targets of an indirect jump, or leaves. */
  #switch(index: number, block: Block, dirty: RegisterSet): void {
    const { end, targets = [] } = block;
    const code = this.#code;
    const { indexes, via } = this.#region;
    const known = targets.filter((one) => indexes.has(via.get(one) ?? one));
    const table = known.length > mostCompared ? this.#host.profile.tableOf(known) : undefined;
    const goTo = (to: bigint) => this.#goTo(index, to, dirty, end);
    if (table === undefined) {
      for (const to of known.slice(0, 2 * mostCompared)) {
        this.#constant(to);
        code.get(target).op(`${this.#word}.eq`).if(() => goTo(to));
      }
    } else {
      this.#branchTo(known, (labels, otherwise) => {
        const distance = code.local("i32");
        this.#constant(table.first);
        const wide = code.local(this.#word);
        code.set(wide).get(target).get(wide).op(`${this.#word}.sub`).tee(wide);
        this.#constant(BigInt(table.span));
        code.op(`${this.#word}.gt_u`).brIf(otherwise);
        code.get(wide);
        if (this.#word === "i64") code.op("i32.wrap_i64");
        code.set(distance).get(distance).i32(1).op("i32.shr_u");
        code.memory("i32.load8_u", table.address).brTable([otherwise, ...labels], otherwise);
      }, goTo);
    }
    this.#jumpElsewhere(block, dirty);
  }

  /** Leaves to where a jump goes; of an indirect one that is now and then a sample. */
  #jumpElsewhere({ sites, end }: Block, dirty: RegisterSet): void {
    const { pc, effects } = sites.at(-1) as Site;
    this.#move(end, undefined);
    const code = this.#code;
    const { profile } = this.#host;
    const isIndirect = effects.control === "jump" && effects.target === undefined;
    const counter = isIndirect ? profile.counterOf(pc) : undefined;
    this.#save(dirty);
    if (counter !== undefined) {
      const left = code.local("i32");
      code.i32(0).i32(0).memory("i32.load", counter).i32(1).op("i32.sub").tee(left);
      code.memory("i32.store", counter);
      code.get(left).op("i32.eqz").if(() => {
        code.i32(0).i32(counter).memory("i32.store", profile.due);
        code.get(target);
        this.#constant(1n);
        code.op(`${this.#word}.or`).set(target);
      });
    }
    this.#return();
  }

  #enoughRemains(): void {
    this.#code.get(remaining).i32(this.#region.size).op("i32.ge_s");
  }

  /** Calls the function at `target`; goes on only when it has come back to `end`. */
  #call(to: bigint | undefined, end: bigint, dirty: RegisterSet): void {
    const code = this.#code;
    const called = () => code.set(target).set(remaining);
    const hasReturned = () => {
      this.#constant(end);
      code.get(target).op(`${this.#word}.eq`);
    };
    const parameters = () => {
      code.get(hart).get(remaining).get(stack);
      this.#frameSizes.push(code.laterI32());
      code.op("i32.sub").get(target);
    };
    this.#save(dirty);
    parameters();
    if (to === this.#region.entry) code.call(this.#functions.own);
    else {
      if (to !== undefined) code.i32(this.#host.placeOf(to));
      else this.#place();
      code.callIndirect(0);
    }
    called();
    code.block((done) => {
      hasReturned();
      code.op("i32.eqz").if(() => {
        parameters();
        this.#constant(end);
        code.call(this.#functions.follow);
        called();
        hasReturned();
        this.#enoughRemains();
        code.op("i32.and").brIf(done);
        this.#move(end, undefined);
        this.#return();
      });
      this.#enoughRemains();
      code.brIf(done);
      this.#move(end, undefined);
      this.#return();
    });
    const next = this.#region.indexes.get(end);
    if (next !== undefined) this.#load(next);
    this.#emitter.refreshFloat();
  }

  /** Puts the place of the region at `target` on the stack, or 0, where a function comes back. */
  #place(): void {
    const code = this.#code;
    const entry = writeFindEntry(code, this.#word, this.#host);
    code.get(entry).memory("i32.load", entryFields.region).i32(0);
    code.get(entry).memory(`${this.#word}.load`).get(target).op(`${this.#word}.eq`).op("select");
  }
}

interface RareExit {
  readonly registers: RegisterSet;
  label: Label | undefined;
}

const keyOf = ({ x, f }: RegisterSet): string => `${x} ${f}`;

/** Holds where an instruction may have to be left to the evaluator; rather too often than not. */
function mayLeave({ memory, csr, readsF, writesF, setsFlags, control }: Site["effects"]): boolean {
  if (memory !== undefined || csr !== undefined || setsFlags || control !== "next") return true;
  return readsF.length > 0 || writesF.length > 0;
}