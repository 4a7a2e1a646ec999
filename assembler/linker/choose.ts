/**
 * Finds the sections that a statement of the script means, in the order in which they go into the
 * output: file after file, and within a file in its order, unless the statement sorts.
 */
import type { InputFile, InputSection } from "./program.ts";
import type { InputStatement, Order, SectionPattern } from "./script.ts";
import { matches } from "./script-patterns.ts";

/** The sections of all files, by their names: patterns are matched once a name. */
export class PatternIndex {
  readonly #byName = new Map<string, { section: InputSection; position: number }[]>();
  /** All names, rising, so that those with one beginning stand together. */
  readonly #names: readonly string[];

  /** @param isHidden whether no pattern finds a section */
  constructor(sections: readonly InputSection[], isHidden: (section: InputSection) => boolean) {
    let position = 0;
    for (const section of sections) {
      if (isHidden(section)) continue;
      const list = this.#byName.get(section.name);
      const entry = { section, position: position++ };
      if (list === undefined) this.#byName.set(section.name, [entry]);
      else list.push(entry);
    }
    this.#names = [...this.#byName.keys()].sort();
  }

  /** Sections whose name matches, each with its position among all sections. */
  *find(pattern: string): Iterable<{ section: InputSection; position: number }> {
    const special = pattern.search(/[*?[\\]/);
    if (special < 0) {
      yield* this.#byName.get(pattern) ?? [];
      return;
    }
    const start = pattern.slice(0, special);
    const isStart = pattern === `${start}*`;
    for (let at = this.#firstFrom(start); at < this.#names.length; at++) {
      const name = this.#names[at] as string;
      if (!name.startsWith(start)) return;
      if (isStart || matches(pattern, name)) yield* this.#byName.get(name) ?? [];
    }
  }

  /** Where names that are not less than a text begin. */
  #firstFrom(text: string): number {
    let low = 0;
    let high = this.#names.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#names[middle] as string) < text) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Whether a pattern of a file means this file; `archive:member` in its three forms. */
export function matchesFile(pattern: string, file: InputFile | undefined): boolean {
  if (pattern === "*") return true;
  if (file === undefined) return false;
  const colon = pattern.indexOf(":");
  if (colon < 0) return matches(pattern, file.pathName);
  const archive = pattern.slice(0, colon);
  const member = pattern.slice(colon + 1);
  if (archive === "") return file.archive === undefined && matches(member, file.pathName);
  if (file.archive === undefined || !matches(archive, file.archive)) return false;
  return member === "" || matches(member, file.pathName);
}

const isExcluded = (patterns: readonly string[], file: InputFile | undefined) =>
  patterns.some(
    (pattern) =>
      matchesFile(pattern, file) || (file?.archive !== undefined && matches(pattern, file.archive)),
  );

const hasFlags = (
  { flags }: InputSection,
  { wanted, unwanted }: NonNullable<InputStatement["flags"]>,
) => (flags & wanted) === wanted && (flags & unwanted) === 0;

/** The sections that a statement takes, in order. */
export function sectionsOf(statement: InputStatement, index: PatternIndex): InputSection[] {
  const { file, excluded, sections, fileOrder, flags } = statement;
  const patterns: readonly SectionPattern[] = sections ?? [
    { pattern: "*", orders: [], excluded: [] },
  ];
  const list: { section: InputSection; position: number }[] = [];
  const found = new Set<InputSection>();
  for (const { pattern, excluded: without } of patterns) {
    for (const entry of index.find(pattern)) {
      const { section } = entry;
      if (section.output !== undefined || section.isDiscarded || found.has(section)) continue;
      if (flags !== undefined && !hasFlags(section, flags)) continue;
      if (!matchesFile(file, section.file) || isExcluded(excluded, section.file)) continue;
      if (isExcluded(without, section.file)) continue;
      found.add(section);
      list.push(entry);
    }
  }
  const orders = patterns[0]?.orders ?? [];
  if (fileOrder !== "name" && orders.length === 0) {
    return list.sort((a, b) => a.position - b.position).map(({ section }) => section);
  }
  const compare = (a: (typeof list)[number], b: (typeof list)[number]) => {
    if (fileOrder === "name") {
      const [left, right] = [a.section.file?.pathName ?? "", b.section.file?.pathName ?? ""];
      if (left !== right) return left < right ? -1 : 1;
    }
    for (const order of orders) {
      const difference = compareBy[order](a.section, b.section);
      if (difference !== 0) return difference;
    }
    return a.position - b.position;
  };
  return list.sort(compare).map(({ section }) => section);
}

const byName = (a: InputSection, b: InputSection) =>
  a.name < b.name ? -1 : a.name > b.name ? 1 : 0;

/** `.init_array.100` → 100; `.ctors.100` → 65435, since these run backwards. */
function priorityOf({ name }: InputSection): number | undefined {
  const parts = /^\.(init_array|fini_array|ctors|dtors)\.(\d+)$/.exec(name);
  if (parts === null) return undefined;
  const number = Number(parts[2]);
  return parts[1] === "ctors" || parts[1] === "dtors" ? 65535 - number : number;
}

const compareBy: Readonly<Record<Order, (a: InputSection, b: InputSection) => number>> = {
  name: byName,
  alignment: (a, b) => b.alignment - a.alignment,
  priority: (a, b) => {
    const [left, right] = [priorityOf(a), priorityOf(b)];
    if (left === undefined || right === undefined || left === right) return byName(a, b);
    return left - right;
  },
  none: () => 0,
};
