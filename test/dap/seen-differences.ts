/**
 * Tells apart what GDB and the adapter see at the same stop: frames, their lines, variables, types
 * and values, down to each member, less what is known to differ and why.
 */
import type { SeenFrame } from "./seen-stops.ts";

/**
 * What is known to differ, by what GDB says and what is said here. `reason` is for the reader.
 */
const once = (names: string) => names.replace(/(^|, )[^,]* \(shadowed[ \d]*\)/g, "");
export const explained: readonly { reason: string; holds(gdb: string, here: string): boolean }[] = [
  {
    reason:
      "GDB shows what a register holds now for a caller, though the call may have changed it.",
    holds: (_, here) => /is in a register that calls may have changed/.test(here),
  },
  {
    reason: "GDB lists variables of blocks in inlined functions twice, once without a place.",
    holds: (gdb, here) => gdb.includes("(shadowed)") && once(gdb) === here,
  },
  {
    reason: "A lambda's call is a member of a class without a name, which GDB does not mention.",
    holds: (gdb, here) => here.replaceAll("(anonymous)::", "") === gdb,
  },
  {
    reason: "GDB calls Clang's lambdas by their linkage names.",
    holds: (gdb, here) => {
      const plain = gdb.replace(
        /\w+\([^<]*?\)::\$_\d+::operator\(\)\([^<]*?\) const/g,
        "operator()",
      );
      return gdb !== plain && plain === here.replaceAll("(anonymous)::", "");
    },
  },
  {
    reason: "GDB gives a bit-field as if the part of it that is lost were zero (bits.c, wide).",
    holds: (gdb, here) => here === "optimised out" && Number(gdb) === 0x56789a,
  },
  {
    reason: "GDB cannot read the frame of a signal on RV32.",
    holds: (gdb, here) =>
      gdb.endsWith("<signal>:0 < null:0") && here.startsWith(gdb.replace(/null:0$/, "")),
  },
  {
    reason: "Where a line calls what is inlined, a stop for the line is before that is entered.",
    holds: (gdb, here) => gdb.endsWith(` < ${here.replaceAll("(anonymous)::", "")}`),
  },
];

/** With a library of its own, a program has its stack and heap where the system puts them. */
export const explainedOfRust: typeof explained = [
  {
    reason: "QEMU puts the stack and the heap elsewhere.",
    holds: (gdb, here) => /^0x[\da-f]{5,}$/.test(gdb) && /^0x[\da-f]{5,}$/.test(here),
  },
  {
    reason: "GDB does not use the names of Rust's pointers.",
    holds: (gdb) => gdb.startsWith("*mut "),
  },
  {
    reason: "GDB's Python has no integers of 128 bits.",
    holds: (gdb) => gdb.startsWith("? That operation is not available on integers"),
  },
  {
    reason: "Where a value is not in memory, GDB does not choose among its variants.",
    holds: (_, here) => here === "nothing",
  },
  { reason: "GDB gives () as a number.", holds: (gdb, here) => gdb === "0" && here === "()" },
];

/** Compares the variables of a frame, and counts them. */
export function compareVariables(
  where: string,
  theirs: SeenFrame,
  ours: SeenFrame,
  compare: (where: string, gdb: string, here: string) => void,
  counts: { variables: number; values: number },
): void {
  const names = ({ variables }: SeenFrame) =>
    variables
      .map(({ name, isArgument }) => `${name}${isArgument ? " (argument)" : ""}`)
      .sort()
      .join(", ");
  compare(`${where}: names`, names(theirs), names(ours));
  for (const variable of theirs.variables) {
    const own = ours.variables.find(({ name }) => name === variable.name);
    if (own === undefined) continue;
    counts.variables++;
    compare(`${where}, ${variable.name}: type`, plainType(variable.type), plainType(own.type));
    for (const [path, value] of Object.entries(variable.values)) {
      counts.values++;
      const here = own.values[path] ?? own.values[variable.name] ?? "nothing";
      compare(`${where}, ${path}`, value, here);
    }
  }
}

/** GDB gives singles with the digits of doubles. */
export const isSameSingle = (gdb: string, here: string): boolean =>
  /^-?[\d.]+(e[+-]?\d+)?$/.test(here) &&
  here.includes(".") &&
  here.replace(/[-.]|e.*$/g, "").length <= 9 &&
  Math.fround(Number(gdb)) === Math.fround(Number(here));

/** The words that integers of C have in their names, in any order and with an `int` or without. */
const integerWords =
  /\b(?:unsigned|signed|long|short|int|char)(?: (?:unsigned|signed|long|short|int|char))+\b/g;

/** A type without what is a matter of taste: blanks, and the order of the words of integers. */
const plainType = (type: string): string =>
  type
    .replace(integerWords, (words) =>
      words
        .split(" ")
        .filter((word) => word !== "int")
        .sort()
        .join(" "),
    )
    .replace(/\s*([*&[\]()])\s*/g, "$1");
