// biome-ignore-all format: rows of one kind read better by hand
/**
 * Generates the interpreter: one WebAssembly function that dispatches over decoded records, and
 * one that decodes. Each form of an instruction has a handler, which is its definition run over an
 * emitter whose operands are fields of the record; what the emitter cannot do ends the function,
 * and the evaluator does the instruction.
 *
 * The function keeps the record's address instead of pc: the page and the distance from the page's
 * first record give the pc where one is needed.
 */
import type { Architecture } from "../../isa/architecture.ts";
import { Access } from "../translation.ts";
import { Code, type Label } from "./code.ts";
import { encodeDecodeTable, Layouts } from "./decode-table.ts";
import {
  decodeParameters, decoderCode, decodeWordParameters, wordDecoderCode,
} from "./decoder-emitter.ts";
import { Uncommon, type Value } from "./emitter.ts";
import { type Form, rowsOf } from "./forms.ts";
import { isFrequent, type Pair, pairsOf } from "./frequent.ts";
import { InterpreterEmitter, type Locals, writeCount } from "./interpreter-emitter.ts";
import { type MemoryLayout, type StateLayout, stateLayout } from "./layout.ts";
import { encodeModule } from "./module.ts";
import { frameField, type PairHandlers, pageOffset, recordFields, recordSize, reserved } from "./records.ts";
import {
  entryFields, hostStack, regionSignature, writeEntryAddress,
} from "./region-entries.ts";

/** What the generated function returns. */
export const Exit = {
  /** The budget is used up. */
  budget: 0,
  /** The evaluator must do the instruction at pc. */
  evaluate: 1,
  /** The page of pc has no records, or is not in the translation buffer. */
  fetch: 2,
  /** A breakpoint may be at pc. */
  breakpoint: 3,
  /** The code at pc has been entered often enough to be translated. */
  hot: 4,
  /** The instruction at pc, which has not retired, calls the environment. */
  call: 5,
  /** As {@link Exit.fetch} for the page behind that of pc, into which the instruction reaches. */
  fetchNext: 6,
  /** As {@link Exit.evaluate}, and a region has left there; there may be nothing left to run. */
  left: 7,
} as const;

/**
 * run(hart: linear address, budget: 1 to 2^30 − 1, index: table of tables, rows: the decode table,
 * entries: the table of region entries, 0 where there is no translator) → one of {@link Exit}
 */
export type InterpreterFunction = (
  hart: number, budget: number, index: number, rows: number, entries: number,
) => number;

/** The interpreter for one architecture. */
export interface Interpreter {
  /** The module, in binary form; it exports `run`, `decode` and `decodeWord`. */
  readonly bytes: Uint8Array;
  /** The table for `decode`, wherever in linear memory it is put. */
  readonly rows: Uint8Array;
  /** What the handlers in records are for. */
  readonly forms: ReadonlyMap<number, Form>;
  readonly pairs: PairHandlers;
}

// The function's parameters; its own locals come after them.
const hartLocal = 0;
const remainingLocal = 1;
const indexLocal = 2;
const rowsLocal = 3;
const entriesLocal = 4;
const parameters = ["i32", "i32", "i32", "i32", "i32"] as const;
/** The functions that decode, by their indexes in the module. */
const decodeFunction = 1;
const decodeWordFunction = 2;
/** The function with the handlers of rare forms, by its index in the module. */
const rareFunction = 3;

/** What a jump out of a region counts, where others count 1. */
const exitWeight = 16;

/**
 * Generates the interpreter for an architecture.
 * @param flen the width of the f registers
 * @param hotness how many jumps to an address make it due for translation; without, none is
 * @param counts whether executions are counted
 */
export function generateInterpreter(
  architecture: Architecture, flen: 0 | 32 | 64, hotness: number | undefined,
  memory?: MemoryLayout, fused?: boolean, counts = false,
): Interpreter {
  const { xlen, extensions } = architecture;
  const layout = stateLayout(xlen, flen, extensions.has("c") ? 2 : 4, memory, fused);
  const rows = rowsOf(architecture);
  const forms = [...new Set(rows.map(({ form }) => form))];
  const frequent = forms.filter(isFrequent);
  const rare = forms.filter((form) => !isFrequent(form));
  // Where what is hot is translated, pairs would cost more to compile than they gain.
  const pairs = hotness === undefined ? pairsOf(frequent) : [];
  const emitted = new Set<Form>();
  const ending = new Set<Form>();
  const code = new Code(parameters.length);
  writeFunction(code, layout, { frequent, pairs, emitted, ending }, hotness, counts);
  const firstPair = frequent.length + reserved.first;
  const firstRare = firstPair + pairs.length;
  const layouts = new Layouts();
  const handlers = new Map<Form, number>();
  const rareCode = rareHandlers(layout, rare, firstRare, emitted);
  for (const [list, first] of [[frequent, reserved.first], [rare, firstRare]] as const) {
    for (const [index, form] of list.entries()) if (emitted.has(form)) handlers.set(form, first + index);
  }
  const handlerOf = (form: Form): number => handlers.get(form) ?? reserved.evaluate;
  const table = encodeDecodeTable(rows, layouts, handlerOf, (form) => ending.has(form),
    pairs, firstPair);
  const bytes = encodeModule([
    { name: "run", parameters, results: ["i32"], code },
    { name: "decode", parameters: decodeParameters, results: [], code: decoderCode(layouts.all, table) },
    {
      name: "decodeWord", parameters: decodeWordParameters, results: ["i32"],
      code: wordDecoderCode(layouts.all),
    },
    {
      name: "rare", parameters: ["i32", "i32", "i32", xlen === 64 ? "i64" : "i32"],
      results: ["i32"], code: rareCode,
    },
  ], regionSignature(xlen === 64 ? "i64" : "i32"));
  const named = new Map([...handlers].map(([form, handler]) => [handler, form]));
  const firsts = pairs.map(([first]) => handlerOf(first));
  return { bytes, rows: table.bytes, forms: named, pairs: { start: firstPair, firsts } };
}

/** What the function that dispatches has handlers for. */
interface Handlers {
  readonly frequent: readonly Form[];
  readonly pairs: readonly Pair[];
  /** Filled with the forms that have handlers. */
  readonly emitted: Set<Form>;
  /** Filled with the forms that never go on to the next instruction. */
  readonly ending: Set<Form>;
}

/**
 * rare(hart, record, table, page: a word) → how far it is to the next record, or 0 where the
 * evaluator must do the instruction. What remains of the budget is the caller's.
 */
function rareHandlers(
  layout: StateLayout, forms: readonly Form[], first: number, emitted: Set<Form>,
): Code {
  const code = new Code(4);
  const [record, none] = [1, -1];
  const locals: Locals = {
    hart: 0, record, table: 2, page: 3, remaining: none, target: none, isEntry: none,
  };
  code.block((evaluate) => {
    const parts = forms.map((form) => () => {
      const emitter = new InterpreterEmitter(code, layout, locals, { evaluate }, form, false);
      if (code.attempt(Uncommon, () => code.scope(() => emitter.emitCalled()))) emitted.add(form);
      else code.br(evaluate);
    });
    writeDispatch(code, parts, () => {
      code.get(record).memory("i32.load16_u", recordFields.handler).i32(first).op("i32.sub");
    });
  });
  code.i32(0);
  return code;
}

function writeFunction(
  code: Code, layout: StateLayout, { frequent, pairs, emitted, ending }: Handlers,
  hotness: number | undefined, counts: boolean,
): void {
  const word = layout.xlen === 64 ? "i64" : "i32";
  const { state } = layout;
  const locals: Locals = {
    hart: hartLocal, remaining: remainingLocal,
    record: code.local("i32"), table: code.local("i32"), page: code.local(word),
    target: code.local(word), isEntry: code.local("i32"),
  };
  const { record, table, page, target, isEntry } = locals;
  const budget = code.local("i32");
  const exit = code.local("i32");
  const handler = code.local("i32");
  // A record of an instruction that crosses into the next page holds as long as the pages stay
  // where they are, which is at least until the function ends.
  const live = code.local("i32");
  code.get(remainingLocal).set(budget);
  code.get(hartLocal).memory(`${word}.load`, state.pc).set(target);
  // No page is odd, so the first jump enters one.
  if (word === "i64") code.i64(1n).set(page);
  else code.i32(1).set(page);

  code.block((done) => {
    // A debugger may have set a pc that no instruction has.
    code.get(target);
    if (word === "i64") code.op("i32.wrap_i64");
    code.i32(layout.instructionAlignment - 1).op("i32.and").if(() => {
      code.i32(Exit.evaluate).set(exit).br(done);
    });
    // Control is at `target`.
    code.loop((jumped) => {
      if (hotness !== undefined) {
        code.get(isEntry).if(() => {
          writeEnterRegion(code, layout, locals, exit, jumped, done, hotness);
        });
      }
      code.block((fetch) => {
        writeEnterPage(code, layout, locals, fetch, counts);
        if (counts) writeCount(code, locals, 1n);
        code.loop((next) => {
          code.block((leave) => {
            code.block((evaluate) => { code.block((call) => {
              code.get(remainingLocal).op("i32.eqz").if(() => {
                code.i32(Exit.budget).set(exit).br(leave);
              });
              const labels = { next, jumped, evaluate, call };
              const emitterOf = (form: Form) => new InterpreterEmitter(
                code, layout, locals, labels, form, hotness !== undefined, counts);
              const parts = frequent.map((form) => () => {
                const emitter = emitterOf(form);
                if (code.attempt(Uncommon, () => code.scope(() => emitter.emit()))) emitted.add(form);
                else code.br(evaluate);
                if (emitter.endsRun) ending.add(form);
              });
              const pairParts = pairs.map(([first, second]) => () => {
                code.scope(() => emitterOf(first).emitFirst());
                code.scope(() => emitterOf(second).emit());
              });
              const exitWith = (reason: number) => () => {
                code.i32(reason).set(exit).br(leave);
              };
              const toNextPage = () => {
                if (counts) writeCount(code, locals, -1n);
                writePcOf(code, layout, locals);
                code.set(target).i32(0).set(isEntry).br(jumped);
              };
              const crossing = () => {
                code.i32(Exit.fetchNext).set(exit);
                writeCrossingWord(code, layout, locals, leave);
                code.get(rowsLocal).call(decodeWordFunction).set(handler);
                writeForget(code, live);
                code.get(record).tee(live).get(handler).memory("i32.store16", recordFields.handler);
                code.br(next);
              };
              const decode = () => {
                code.get(table).get(record).get(table).op("i32.sub");
                code.i32(Math.log2(recordSize / 2)).op("i32.shr_u").get(rowsLocal);
                code.call(decodeFunction).br(next);
              };
              const rare = () => {
                code.get(hartLocal).get(record).get(table).get(page).call(rareFunction).tee(handler);
                code.op("i32.eqz").brIf(evaluate);
                code.get(record).get(handler).op("i32.add").set(record);
                code.get(remainingLocal).i32(1).op("i32.sub").set(remainingLocal).br(next);
              };
              // In the order of `reserved`; whatever comes behind the pairs is rare.
              writeDispatch(code, [
                decode, exitWith(Exit.evaluate), exitWith(Exit.breakpoint), toNextPage, crossing,
                ...parts, ...pairParts, rare,
              ], () => void code.get(record).memory("i32.load16_u", recordFields.handler));
            });
              code.i32(Exit.call).set(exit).br(leave);
            });
            code.i32(Exit.evaluate).set(exit);
          });
          if (counts) writeCount(code, locals, -1n);
          writePcOf(code, layout, locals);
          code.set(target).br(done);
        });
      });
      // The page must first be found by a fetch, unless there is nothing left to run.
      code.i32(Exit.fetch).i32(Exit.budget).get(remainingLocal).op("select").set(exit);
      code.br(done);
    });
  });
  writeForget(code, live);
  code.get(hartLocal).get(target).memory(`${word}.store`, state.pc);
  code.get(hartLocal).get(hartLocal).memory("i64.load", state.retired);
  code.get(budget).get(remainingLocal).op("i32.sub").op("i64.extend_i32_u").op("i64.add");
  code.memory("i64.store", state.retired);
  code.get(exit);
}

/**
 * Runs the region that is entered at `target`, where there is one and what remains suffices for
 * it; else counts, and ends with {@link Exit.hot} when a region is due.
 */
function writeEnterRegion(
  code: Code, layout: StateLayout, { target, isEntry }: Locals, exit: number,
  jumped: Label, done: Label, hotness: number,
): void {
  const word = layout.xlen === 64 ? "i64" : "i32";
  const entry = code.local("i32");
  const value: Value = { type: word, size: 1, emit: () => void code.get(target) };
  writeEntryAddress(code, value, () => code.get(entriesLocal));
  code.set(entry);
  const isOther = () => code.get(entry).memory(`${word}.load`).get(target).op(`${word}.ne`);
  isOther().if(
    () => {
      code.get(entry).get(target).memory(`${word}.store`);
      code.get(entry).i64(0n).memory("i64.store", entryFields.region);
    },
    () => {
      code.get(entry).memory("i32.load", entryFields.region).if(
        () => {
          code.get(remainingLocal).get(entry).memory("i32.load", entryFields.need);
          code.op("i32.ge_s").if(() => {
            code.get(hartLocal).get(remainingLocal).i32(hostStack).get(target);
            code.get(entry).memory("i32.load", entryFields.region).callIndirect(0);
            code.set(target).set(remainingLocal);
            // What translated code goes on to is likely to be as hot as that.
            code.i32(exitWeight).set(isEntry);
            code.get(target);
            if (word === "i64") code.op("i32.wrap_i64");
            code.i32(1).op("i32.and").op("i32.eqz").brIf(jumped);
            // The lowest bit says that the evaluator must do the instruction.
            code.get(target);
            if (word === "i64") code.i64(-2n);
            else code.i32(-2);
            code.op(`${word}.and`).set(target);
            code.i32(Exit.left).set(exit).br(done);
          });
        },
        () => {
          const count = code.local("i32");
          code.get(entry).memory("i32.load", entryFields.need).get(isEntry).op("i32.add").set(count);
          code.get(entry).get(count).memory("i32.store", entryFields.need);
          code.get(count).i32(hotness).op("i32.ge_s").if(() => {
            code.i32(Exit.hot).set(exit).br(done);
          });
        });
    });
}

/** The address of the instruction of the current record, a word on the stack. */
function writePcOf(code: Code, { xlen }: StateLayout, { record, table, page }: Locals): void {
  code.get(record).get(table).op("i32.sub").i32(Math.log2(recordSize / 2)).op("i32.shr_u");
  if (xlen === 64) code.op("i64.extend_i32_u");
  code.get(page).op(xlen === 64 ? "i64.add" : "i32.add");
}

/**
 * For the last two bytes of a page: the current record, and the word that they and the first two
 * of the next page make, on the stack. Where the translation buffer has not the next page, `miss`.
 */
function writeCrossingWord(
  code: Code, layout: StateLayout, { table, page, record }: Locals, miss: Label,
): void {
  const word = layout.xlen === 64 ? "i64" : "i32";
  const [next, entry] = [code.local(word), code.local("i32")];
  code.get(page);
  if (word === "i64") code.i64(4096n);
  else code.i32(4096);
  code.op(`${word}.add`).set(next);
  writeBufferEntry(code, layout, next);
  const offset = layout.buffer(Access.execute);
  code.tee(entry).memory(`${word}.load`, offset).get(next).op(`${word}.ne`).brIf(miss);
  code.get(record).get(table).memory("i32.load", frameField).memory("i32.load16_u", 4094);
  code.get(entry).memory("i32.load", offset + 8).memory("i32.load16_u");
  code.i32(16).op("i32.shl").op("i32.or");
}

/** Lets the record at the address in a local, if any, be decoded anew when it is run. */
function writeForget(code: Code, live: number): void {
  code.get(live).if(() => {
    code.get(live).i32(reserved.crossing).memory("i32.store16", recordFields.handler);
  });
}

/** The entry of the translation buffer for an address in a local, less the part's offset. */
function writeBufferEntry(code: Code, layout: StateLayout, address: number): void {
  code.get(hartLocal).get(address);
  if (layout.xlen === 64) code.op("i32.wrap_i64");
  code.i32(12 - layout.entryShift).op("i32.shr_u").i32(layout.entryMask).op("i32.and");
  code.op("i32.add");
}

/** Goes to the record of `target`; its page is found in the translation buffer, else `miss`. */
function writeEnterPage(
  code: Code, layout: StateLayout, locals: Locals, miss: Label, counts: boolean,
): void {
  const { record, table, page, target } = locals;
  const word = layout.xlen === 64 ? "i64" : "i32";
  const low = () => {
    code.get(target);
    if (word === "i64") code.op("i32.wrap_i64");
  };
  const offset = layout.buffer(Access.execute);
  const pageOf = () => {
    code.get(target);
    if (word === "i64") code.i64(-4096n);
    else code.i32(-4096);
    code.op(`${word}.and`);
  };
  pageOf();
  code.get(page).op(`${word}.ne`).if(() => {
    pageOf();
    code.set(page);
    writeBufferEntry(code, layout, target);
    code.set(record);
    code.get(record).memory(`${word}.load`, offset).get(page).op(`${word}.ne`).brIf(miss);
    // Frames are multiples of 4096, and an index entry is 4 bytes.
    code.get(record).memory("i32.load", offset + 8).i32(10).op("i32.shr_u");
    code.get(indexLocal).op("i32.add").memory("i32.load").tee(table).op("i32.eqz").brIf(miss);
    if (counts) code.get(table).get(page).memory(`${word}.store`, pageOffset);
  });
  low();
  code.i32(0xffe).op("i32.and").i32(Math.log2(recordSize / 2)).op("i32.shl");
  code.get(table).op("i32.add").set(record);
}

/**
 * Dispatches on the number that `which` puts on the stack to one of the parts, to the last one
 * where there is none; none of them falls through.
 */
function writeDispatch(code: Code, parts: readonly (() => void)[], which: () => void): void {
  const labels: Label[] = [];
  const nest = (index: number): void => {
    if (index < 0) {
      which();
      code.brTable(labels.slice(0, -1), labels.at(-1) as Label);
      return;
    }
    code.block((label) => {
      labels[index] = label;
      nest(index - 1);
    });
    parts[index]?.();
  };
  nest(parts.length - 1);
  code.op("unreachable");
}