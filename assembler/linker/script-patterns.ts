/**
 * Statements that say which sections of which files go into an output section:
 * `KEEP (*crt0.o(SORT_BY_NAME(.init.*) EXCLUDE_FILE (*end.o) .ctors))`, and how names are matched.
 */
import { SHF } from "../../elf/constants.ts";
import type {
  BodyStatement,
  InputStatement,
  Order,
  Script,
  SectionPattern,
  Statement,
} from "./script.ts";
import { numberOf } from "./script-expression.ts";
import type { ScriptScanner } from "./script-scanner.ts";

const sorts: Readonly<Record<string, Order>> = {
  SORT: "name",
  SORT_BY_NAME: "name",
  SORT_BY_ALIGNMENT: "alignment",
  SORT_BY_INIT_PRIORITY: "priority",
  SORT_NONE: "none",
};

/** Flags of sections by their names. */
const sectionFlags = new Map<string, number>(
  Object.entries(SHF).map(([name, flag]) => [`SHF_${name}`, Number(flag)]),
);

const sortAt = (scanner: ScriptScanner): Order | undefined => {
  const name = Object.keys(sorts)
    .reverse()
    .find((keyword) => scanner.takes(keyword));
  return name === undefined ? undefined : sorts[name];
};

/** Reads such a statement; undefined for SORT(CONSTRUCTORS), which means nothing in ELF. */
export function readInputStatement(scanner: ScriptScanner): InputStatement | undefined {
  const place = scanner.place();
  if (scanner.takes("KEEP")) {
    scanner.expect("(");
    const inner = readInputStatement(scanner);
    scanner.expect(")");
    scanner.takes(";");
    return inner && { ...inner, isKept: true };
  }
  const flags = scanner.takes("INPUT_SECTION_FLAGS") ? readFlags(scanner) : undefined;
  let excluded: string[] = [];
  let fileOrder: Order | undefined;
  let file: string | undefined;
  if (scanner.takes("EXCLUDE_FILE")) excluded = names(scanner);
  const order = sortAt(scanner);
  if (order !== undefined) {
    scanner.expect("(");
    if (scanner.takes("CONSTRUCTORS")) {
      scanner.expect(")");
      return undefined;
    }
    if (scanner.takes("EXCLUDE_FILE")) excluded = names(scanner);
    file = scanner.fileWord();
    scanner.expect(")");
    fileOrder = order;
  } else file = scanner.fileWord();
  if (file === undefined)
    scanner.fail("input sections, as in `*(.text)`, or `}` are expected here");
  let sections: SectionPattern[] | undefined;
  if (scanner.takes("(")) {
    sections = [];
    while (!scanner.takes(")")) {
      readPatterns(scanner, [], sections, 0);
      scanner.takes(",");
    }
  }
  scanner.takes(";");
  return { kind: "input", file, fileOrder, excluded, flags, sections, isKept: false, place };
}

/** `(SHF_ALLOC & !SHF_WRITE)`: names of flags, or numbers. */
function readFlags(scanner: ScriptScanner): InputStatement["flags"] {
  let wanted = 0;
  let unwanted = 0;
  scanner.expect("(");
  do {
    const isUnwanted = scanner.takes("!");
    const place = scanner.place();
    const name = scanner.name() ?? scanner.number() ?? "";
    const flag = sectionFlags.get(name) ?? (/^\d/.test(name) ? Number(numberOf(name)) : undefined);
    if (flag === undefined) {
      scanner.fail(
        `\`${name}\` is no flag of a section; write SHF_ALLOC, SHF_WRITE or another`,
        place,
      );
    }
    if (isUnwanted) unwanted |= flag;
    else wanted |= flag;
  } while (scanner.takes("&"));
  scanner.expect(")");
  return { wanted, unwanted };
}

function names(scanner: ScriptScanner): string[] {
  scanner.expect("(");
  const list: string[] = [];
  while (!scanner.takes(")")) {
    list.push(scanner.pattern() ?? scanner.fail("the pattern of a file's name is expected here"));
    scanner.takes(",");
  }
  return list;
}

/** One pattern, or several in the parentheses of a SORT. */
function readPatterns(
  scanner: ScriptScanner,
  orders: readonly Order[],
  patterns: SectionPattern[],
  depth: number,
): void {
  if (depth > 3) scanner.fail("sort commands are nested too deeply");
  const order = sortAt(scanner);
  if (order !== undefined) {
    scanner.expect("(");
    while (!scanner.takes(")")) {
      readPatterns(scanner, [...orders, order], patterns, depth + 1);
      scanner.takes(",");
    }
    return;
  }
  let excluded: string[] = [];
  if (scanner.takes("EXCLUDE_FILE")) excluded = names(scanner);
  const innerOrder = sortAt(scanner);
  if (innerOrder !== undefined) {
    scanner.expect("(");
    const pattern = scanner.pattern() ?? scanner.fail("the pattern of a section is expected here");
    scanner.expect(")");
    patterns.push({ pattern, orders: [...orders, innerOrder], excluded });
    return;
  }
  const pattern = scanner.pattern() ?? scanner.fail("the pattern of a section is expected here");
  patterns.push({ pattern, orders, excluded });
}

const compiled = new Map<string, (text: string) => boolean>();

/** Whether a name matches a pattern with `*`, `?` and `[…]`. Linear in pattern times name. */
export function matches(pattern: string, name: string): boolean {
  let test = compiled.get(pattern);
  if (test === undefined) {
    test = compile(pattern);
    if (compiled.size > 2000) compiled.clear();
    compiled.set(pattern, test);
  }
  return test(name);
}

function compile(pattern: string): (text: string) => boolean {
  if (pattern === "*") return () => true;
  if (!/[*?[\\]/.test(pattern)) return (text) => text === pattern;
  const stem = pattern.slice(0, -1);
  if (pattern.endsWith("*") && !/[*?[\\]/.test(stem)) return (text) => text.startsWith(stem);
  const steps = stepsOf(pattern);
  return (text) => glob(steps, text);
}

/** A step of a pattern: any run, or one character of which a test holds. */
type Step = "run" | ((character: string) => boolean);

function stepsOf(pattern: string): Step[] {
  const steps: Step[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at] as string;
    const close = character === "[" ? pattern.indexOf("]", at + 2) : -1;
    if (character === "*") steps.push("run");
    else if (character === "?") steps.push(() => true);
    else if (close > 0) {
      steps.push(classOf(pattern.slice(at + 1, close)));
      at = close;
    } else {
      const wanted = character === "\\" ? (pattern[++at] ?? "\\") : character;
      steps.push((other) => other === wanted);
    }
  }
  return steps;
}

function classOf(text: string): (character: string) => boolean {
  const isNegated = /^[!^]/.test(text);
  const inside = isNegated ? text.slice(1) : text;
  return (character) => {
    let isIn = false;
    for (let at = 0; at < inside.length; at++) {
      const low = inside[at] as string;
      const isSpan = inside[at + 1] === "-" && at + 2 < inside.length;
      const high = isSpan ? (inside[at + 2] as string) : low;
      if (character >= low && character <= high) isIn = true;
      if (isSpan) at += 2;
    }
    return isIn !== isNegated;
  };
}

/** Greedy matching that goes back to the last run only, which is enough. */
function glob(steps: readonly Step[], text: string): boolean {
  let step = 0;
  let at = 0;
  let lastRun = -1;
  let lastAt = 0;
  while (at < text.length) {
    const current = steps[step];
    if (current === "run") {
      lastRun = step++;
      lastAt = at;
    } else if (current?.(text[at] as string)) {
      step++;
      at++;
    } else if (lastRun >= 0) {
      step = lastRun + 1;
      at = ++lastAt;
    } else return false;
  }
  while (steps[step] === "run") step++;
  return step === steps.length;
}

/** The script with an order for what has none, as `--sort-section` says; an order of its own wins. */
export function sortedScript(script: Script, order: "name" | "alignment"): Script {
  const ordersOf = (orders: readonly Order[]): readonly Order[] => {
    const isOpen = orders.length === 0 || (orders.length === 1 && orders[0] !== "none");
    return isOpen && !orders.includes(order) ? [...orders, order] : orders;
  };
  const sortedPart = (part: BodyStatement): BodyStatement => {
    if (part.kind !== "input") return part;
    const all = part.sections ?? [{ pattern: "*", orders: [], excluded: [] }];
    return { ...part, sections: all.map((one) => ({ ...one, orders: ordersOf(one.orders) })) };
  };
  const sorted = (statement: Statement): Statement =>
    statement.kind === "output"
      ? { ...statement, body: statement.body.map(sortedPart) }
      : statement;
  return {
    ...script,
    statements: script.statements.map(sorted),
    insertions: script.insertions.map((one) => ({
      ...one,
      statements: one.statements.map(sorted),
    })),
  };
}
