// biome-ignore-all format: rows of one kind read better by hand
/**
 * Writes a region as one WebAssembly function with structured control flow, by its dominator tree
 * (Ramsey, "Beyond Relooper"): a block that several others go on to follows a wasm block whose end
 * is its label, a loop header starts a wasm loop, and every other block stands in the place of the
 * jump to it. An edge that makes the graph irreducible leaves the region.
 *
 * Guest registers are loaded into locals at the start and written back at the exits and around
 * calls. A call runs the callee's region, if there is one, as a call of its function; when that
 * comes back with the pc of the return point, the region goes on there.
 */
import { Code, type Label } from "./code.ts";
import type { Value } from "./emitter.ts";
import type { StateLayout } from "./layout.ts";
import { encodeModule } from "./module.ts";
import { type Block, dominates, type Region, successors } from "./region.ts";
import { RegionEmitter, type RegionLocals, regionParameters } from "./region-emitter.ts";
import { entryFields, leftFlag, regionSignature, writeEntryAddress } from "./region-entries.ts";

const { hart, remaining, depth } = regionParameters;

/** How deep regions call each other on the host's stack. */
const deepestCall = 300;

/** Where the table of entries lies, and whether the host has tail calls. */
export interface RegionHost {
  readonly entries: number;
  readonly tailCalls: boolean;
}

/** The bytes of a module that puts regions into the table of functions, from an index on. */
export function encodeRegions(
  regions: readonly Region[], layout: StateLayout, host: RegionHost, place: number,
): Uint8Array {
  const functions = regions.map((region, index) => {
    const code = new Code(regionParameters.count);
    new RegionWriter(region, layout, host, code).write();
    return { name: `region${index}`, ...regionSignature, code };
  });
  return encodeModule(functions, regionSignature, place);
}

class RegionWriter {
  readonly #region: Region;
  readonly #layout: StateLayout;
  readonly #host: RegionHost;
  readonly #code: Code;
  readonly #locals: RegionLocals;
  readonly #word: "i32" | "i64";
  /** Of each block: how many forward edges lead to it, and whether a backward one does. */
  readonly #forward: number[];
  readonly #isLoop: boolean[];
  /** The blocks that each one dominates at once, in reverse postorder. */
  readonly #children: number[][];
  /** Where the block with an index begins, while that can be branched to. */
  readonly #labels = new Map<number, Label>();
  #emitter!: RegionEmitter;
  /** Ends the region with pc at `target`: to the caller, or to another region. */
  #return!: Label;
  #transfer!: Label;

  constructor(region: Region, layout: StateLayout, host: RegionHost, code: Code) {
    this.#region = region;
    this.#layout = layout;
    this.#host = host;
    this.#code = code;
    this.#word = layout.xlen === 64 ? "i64" : "i32";
    const effects = region.blocks.flatMap(({ sites }) => sites.map((site) => site.effects));
    const used = (lists: (one: (typeof effects)[number]) => readonly number[]) =>
      [...new Set(effects.flatMap(lists))].sort((a, b) => a - b);
    const x = used(({ readsX, writesX }) => [...readsX, ...writesX]);
    const f = used(({ readsF, writesF }) => [...readsF, ...writesF]);
    this.#locals = {
      x: new Map(x.map((register) => [register, code.local(this.#word)])),
      f: new Map(f.map((register) => [register, code.local("f64")])),
      target: code.local(this.#word),
      taken: code.local("i32"),
    };
    this.#forward = region.blocks.map(() => 0);
    this.#isLoop = region.blocks.map(() => false);
    this.#children = region.blocks.map(() => []);
    region.blocks.forEach((block, from) => {
      for (const address of successors(block)) {
        const to = region.indexes.get(address);
        if (to === undefined) continue;
        if (to > from) this.#forward[to] = (this.#forward[to] as number) + 1;
        else if (dominates(region, to, from)) this.#isLoop[to] = true;
      }
    });
    region.dominators.forEach((dominator, index) => {
      if (index > 0) this.#children[dominator]?.push(index);
    });
  }

  write(): void {
    const code = this.#code;
    code.block((transfer) => {
      code.block((leave) => {
        this.#transfer = transfer;
        this.#return = leave;
        this.#emitter = new RegionEmitter(code, this.#layout, this.#locals, leave);
        this.#load();
        this.#tree(0);
        code.op("unreachable");
      });
      this.#save();
      code.get(remaining).op("return");
    });
    this.#save();
    this.#enterOther((region) => {
      code.get(hart).get(remaining).get(depth);
      if (!this.#host.tailCalls) code.i32(1).op("i32.add");
      region();
      if (this.#host.tailCalls) code.callIndirect(0, true);
      else code.callIndirect(0).op("return");
    }, this.#host.tailCalls);
    code.get(remaining);
  }

  #load(): void {
    const { x, f } = this.#locals;
    const { state } = this.#layout;
    for (const [register, local] of x) {
      this.#code.get(hart).memory(`${this.#word}.load`, state.x + 8 * register).set(local);
    }
    for (const [register, local] of f) {
      this.#code.get(hart).memory("f64.load", state.f + 8 * register).set(local);
    }
  }

  /** Writes the locals and pc back. */
  #save(): void {
    const { x, f, target } = this.#locals;
    const { state } = this.#layout;
    for (const [register, local] of x) {
      this.#code.get(hart).get(local).memory(`${this.#word}.store`, state.x + 8 * register);
    }
    for (const [register, local] of f) {
      this.#code.get(hart).get(local).memory("f64.store", state.f + 8 * register);
    }
    this.#code.get(hart).get(target).memory(`${this.#word}.store`, state.pc);
  }

  /**
   * Where `target` has a region for which enough remains, runs `enter`, which gets what puts the
   * region's index on the stack.
   */
  #enterOther(enter: (region: () => void) => void, always: boolean): void {
    const code = this.#code;
    const entry = code.local("i32");
    const { target } = this.#locals;
    const value: Value = { type: this.#word, size: 1, emit: () => void code.get(target) };
    writeEntryAddress(code, value, () => code.i32(this.#host.entries));
    code.set(entry);
    code.get(entry).memory(`${this.#word}.load`).get(target).op(`${this.#word}.eq`);
    code.get(entry).memory("i32.load", entryFields.region).i32(0).op("i32.ne").op("i32.and");
    code.get(remaining).get(entry).memory("i32.load", entryFields.need).op("i32.ge_s");
    code.op("i32.and");
    if (!always) code.get(depth).i32(deepestCall).op("i32.lt_u").op("i32.and");
    code.if(() => enter(() => code.get(entry).memory("i32.load", entryFields.region)));
  }

  /** The block and all that it dominates. */
  #tree(index: number): void {
    const merges = (this.#children[index] as number[]).filter(
      (child) => (this.#forward[child] as number) >= 2);
    if (!this.#isLoop[index]) {
      this.#within(index, merges);
      return;
    }
    this.#code.loop((label) => {
      this.#labels.set(index, label);
      this.#within(index, merges);
    });
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
    const { sites, control, end, target } = block;
    const code = this.#code;
    const emitter = this.#emitter;
    emitter.startBlock();
    for (const [before, site] of sites.entries()) emitter.emit(site, before);
    this.#retire(sites.length);
    if (control === "leave") {
      this.#setTarget(end);
      code.br(this.#transfer);
    } else if (control === "exit") {
      const isReturn = sites.at(-1)?.effects.control === "return";
      code.br(isReturn ? this.#return : this.#transfer);
    } else if (control === "call") {
      this.#call(end);
      this.#goTo(index, end);
    } else if (control === "branch") {
      code.get(this.#locals.taken).if(() => this.#goTo(index, target as bigint));
      this.#goTo(index, end);
    } else {
      this.#goTo(index, control === "jump" ? (target as bigint) : end);
    }
  }

  #retire(count: number): void {
    this.#code.get(remaining).i32(count).op("i32.sub").set(remaining);
  }

  #setTarget(pc: bigint): void {
    if (this.#word === "i64") this.#code.i64(pc);
    else this.#code.i32(Number(BigInt.asIntN(32, pc)));
    this.#code.set(this.#locals.target);
  }

  /** Goes on at an address from the end of a block; nothing follows. */
  #goTo(from: number, address: bigint): void {
    const code = this.#code;
    const to = this.#region.indexes.get(address);
    if (to === undefined || (to <= from && !dominates(this.#region, to, from))) {
      this.#setTarget(address);
      code.br(this.#transfer);
    } else if (to <= from) {
      // Each turn of a loop asks whether enough remains for all of the region.
      code.get(remaining).i32(this.#region.size).op("i32.ge_s").brIf(this.#labels.get(to) as Label);
      this.#setTarget(address);
      code.br(this.#return);
    } else if ((this.#forward[to] as number) >= 2) {
      code.br(this.#labels.get(to) as Label);
    } else {
      this.#tree(to);
    }
  }

  /** Calls the function at `target`; goes on only when it has come back to `end`. */
  #call(end: bigint): void {
    const code = this.#code;
    const { state } = this.#layout;
    this.#save();
    code.block((returned) => {
      this.#enterOther((region) => {
        code.get(hart).get(remaining).get(depth).i32(1).op("i32.add");
        region();
        code.callIndirect(0).set(remaining);
        // It left, or came back elsewhere, or little remains: all is in the hart's state.
        code.get(remaining).i32(leftFlag).op("i32.and").op("i32.eqz");
        code.get(hart).memory(`${this.#word}.load`, state.pc);
        if (this.#word === "i64") code.i64(end);
        else code.i32(Number(BigInt.asIntN(32, end)));
        code.op(`${this.#word}.eq`).op("i32.and");
        code.get(remaining).i32(this.#region.size).op("i32.ge_s").op("i32.and").brIf(returned);
      }, false);
      code.get(remaining).op("return");
    });
    this.#load();
  }
}