/**
 * Garbage collection of sections (`--gc-sections`): what can be reached by relocations from the
 * entry, from symbols that are wanted, and from sections that the script or their flags keep, stays.
 * Unwind tables keep nothing alive but what the functions that stay need to unwind; sections that
 * are not loaded stay with their file. GNU ld's manual, option --gc-sections.
 */
import { SHF, SHT } from "../../elf/constants.ts";
import { InputSection, type LinkSymbol, type Program, type Target } from "./program.ts";
import type { Relocations } from "./relocations.ts";

/** Discards what nothing reaches; `roots` are the symbols that are wanted. */
export function collectGarbage(program: Program, roots: readonly LinkSymbol[]): InputSection[] {
  const collector = new Collector(program);
  for (const symbol of roots) collector.reach(symbol);
  for (const section of program.sections) if (isRoot(section)) collector.reachSection(section);
  collector.run();
  collector.followLinked(program);
  const gone = program.sections.filter((section) => !section.isReached && !staysAnyway(section));
  for (const section of gone) section.isDiscarded = true;
  program.sections = program.sections.filter(({ isDiscarded }) => !isDiscarded);
  return gone;
}

const isFrame = ({ name }: InputSection) => name === ".eh_frame";

function isRoot(section: InputSection): boolean {
  if (isFrame(section)) return false;
  if (section.file === undefined || section.isKept || section.has(SHF.GNU_RETAIN)) return true;
  return isNote(section) && section.group === undefined && section.linked === undefined;
}

const isNote = ({ type }: InputSection) => type === SHT.NOTE;

/** Debug information stays with a file of which anything stays. */
function staysAnyway(section: InputSection): boolean {
  if (isFrame(section)) return true;
  if (section.has(SHF.ALLOC) || section.linked !== undefined) return false;
  const isDebugAlone = section.group?.every((one) => !one.has(SHF.ALLOC)) === true;
  if (section.group !== undefined && !isDebugAlone) {
    return section.group.some(({ isReached }) => isReached);
  }
  return section.file?.sections.some(keepsFile) === true;
}

const keepsFile = (section: InputSection): boolean =>
  section.has(SHF.ALLOC) &&
  !isNote(section) &&
  (section.isReached || (isFrame(section) && section.isKept));

class Collector {
  readonly #queue: InputSection[] = [];
  readonly #byName = new Map<string, InputSection[]>();
  /** References of unwind entries, by the section of their function. */
  readonly #frames = new Map<InputSection, Target[]>();
  readonly #relocations: Relocations;

  constructor(program: Program) {
    this.#relocations = program.relocations;
    for (const section of program.sections) {
      if (/^[A-Za-z_]\w*$/.test(section.name)) {
        const list = this.#byName.get(section.name);
        if (list === undefined) this.#byName.set(section.name, [section]);
        else list.push(section);
      }
      if (isFrame(section)) this.#readFrames(section);
    }
  }

  /** Notes what each function's entry, and its common entry, refer to besides the function. */
  #readFrames(section: InputSection): void {
    const { data, endRelocation } = section;
    const { offsets, symbols } = this.#relocations;
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    const inEntry = new Map<number, (Target | undefined)[]>();
    let next = section.firstRelocation;
    for (let at = 0; at + 8 <= data.length; ) {
      const size = view.getUint32(at, true) + 4;
      const own: (Target | undefined)[] = [];
      let home: Target["section"];
      for (; next < endRelocation && (offsets[next] as number) < at + size; next++) {
        own.push(symbols[next]);
        if (offsets[next] === at + 8) home ??= symbols[next]?.section;
      }
      inEntry.set(at, own);
      const identifier = size <= 4 ? 0 : view.getUint32(at + 4, true);
      if (identifier !== 0 && home instanceof InputSection) {
        const all = [...own, ...(inEntry.get(at + 4 - identifier) ?? [])];
        const known = this.#frames.get(home) ?? [];
        for (const symbol of all) if (symbol !== undefined) known.push(symbol);
        this.#frames.set(home, known);
      }
      at += size;
    }
  }

  reach(symbol: Target): void {
    if (symbol.section instanceof InputSection) this.reachSection(symbol.section);
    const named = /^__(?:start|stop)_(\w+)$/.exec(symbol.name)?.[1];
    if (named !== undefined) {
      for (const section of this.#byName.get(named) ?? []) this.reachSection(section);
    }
  }

  reachSection(section: InputSection): void {
    if (section.isReached || section.isDiscarded) return;
    section.isReached = true;
    this.#queue.push(section);
    for (const member of section.group ?? []) this.reachSection(member);
  }

  run(): void {
    for (let section = this.#queue.pop(); section !== undefined; section = this.#queue.pop()) {
      // What is not loaded refers to code without needing it, but for notes.
      if (!section.has(SHF.ALLOC) && !isNote(section)) continue;
      for (let row = section.firstRelocation; row < section.endRelocation; row++) {
        const symbol = this.#relocations.symbols[row];
        if (symbol !== undefined) this.reach(symbol);
      }
      for (const symbol of this.#frames.get(section) ?? []) this.reach(symbol);
    }
  }

  /** Sections that belong to another one stay with it. */
  followLinked({ sections }: Program): void {
    const linked = sections.filter((section) => section.linked !== undefined);
    for (let isChanged = linked.length > 0; isChanged; ) {
      isChanged = false;
      for (const section of linked) {
        if (section.isReached || section.linked?.isReached !== true) continue;
        this.reachSection(section);
        isChanged = true;
      }
      this.run();
    }
  }
}
