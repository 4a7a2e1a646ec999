/**
 * Guesses from its text what a source was written for. Each sign is a pattern that GNU as has no
 * use for, or an environment call that only one simulator has; the guess is offered, never acted on.
 */
import { type DialectName, dialectNames } from "./dialect.ts";

/** A guess, and the sign that it rests on. */
export interface Guess {
  readonly dialect: Exclude<DialectName, "gnu">;
  readonly title: string;
  readonly reason: string;
}

interface Sign {
  readonly dialect: Guess["dialect"];
  readonly pattern: RegExp;
  readonly weight: number;
  /** What the pattern finds, for a person. */
  readonly reason: string;
}

const titles: Readonly<Record<Guess["dialect"], string>> = {
  rars: "RARS",
  venus: "Venus",
  ripes: "Ripes",
};

/** Patterns apply to the source without its comments and strings. */
const signs: readonly Sign[] = [
  {
    dialect: "rars",
    pattern: /^\s*\.end_macro\b/im,
    weight: 4,
    reason: "macros end with .end_macro",
  },
  {
    dialect: "rars",
    pattern: /^\s*\.macro\s+\w+\s*\(?\s*%\w/im,
    weight: 4,
    reason: "parameters of macros start with %",
  },
  {
    dialect: "rars",
    pattern: /^\s*(\w+:)?\s*\.(word|half|byte|float|double|dword)\s+\S+\s*:\s*\d/im,
    weight: 3,
    reason: "data is repeated as in `.word 0 : 10`",
  },
  {
    dialect: "rars",
    pattern: /^\s*\.eqv\s+\w+\s+[^,\s]/im,
    weight: 3,
    reason: "`.eqv` has no comma",
  },
  {
    dialect: "rars",
    pattern:
      /\b(csrrwi?|csrw|csrs|csrrsi?|csrr)\s[^#\n]*\bu(status|ie|tvec|scratch|epc|cause|tval|ip)\b|^\s*uret\b/im,
    weight: 3,
    reason: "it handles exceptions at user level",
  },
  {
    dialect: "rars",
    pattern: /\bli\s+a7\s*,?\s*(3[0-6]|4[0-4]|5[0-689]|60|1024)\b/i,
    weight: 1,
    reason: "its environment calls are those of RARS",
  },
  {
    dialect: "venus",
    pattern: /^\s*\.import\b/im,
    weight: 4,
    reason: "another file is brought in by .import",
  },
  {
    dialect: "venus",
    pattern:
      /\b(li\s+a0\s*,?\s*(4|1|10|11|17)|addi\s+a0\s*,?\s*(x0|zero)\s*,?\s*(4|1|10|11|17))\b[\s\S]{0,200}?\becall\b/i,
    weight: 2,
    reason: "the number of an environment call is in a0",
  },
  {
    dialect: "venus",
    pattern: /^\s*(seq|sne|sge|sgeu|sle|sleu)\s+\w+\s*,?\s*\w+\s*,?\s*\w+/im,
    weight: 2,
    reason: "comparisons like `sge` have three operands",
  },
  {
    dialect: "ripes",
    pattern: /\b(LED_MATRIX|SWITCHES|D_PAD)_\d+_[A-Z]+\b/,
    weight: 4,
    reason: "it uses the symbols of the simulator's devices",
  },
];

/** An instruction with two operands, and the comma between them where there is one. */
const operandPairs =
  /^\s*(?:\w+:\s*)?(?:add|addi|sub|lw|sw|la|li|mv|beq|bne|beqz|bnez|and|or|xor|slli|srli|mul)\s+\w+(\s*,)?\s*[\w-]/gim;

/**
 * Holds where many instructions have no commas between their operands, which all three simulators
 * take: at least two, and a quarter of all. A few among others are slips.
 */
function omitsCommas(code: string): boolean {
  const pairs = [...code.matchAll(operandPairs)];
  const without = pairs.filter(([, comma]) => comma === undefined).length;
  return without >= 2 && without * 4 >= pairs.length;
}

/** The dialect that a source looks like; undefined where nothing speaks against GNU's. */
export function guessDialect(text: string): Guess | undefined {
  const code = text
    .slice(0, 200_000)
    .replace(/"(?:[^"\\\n]|\\.)*"|#[^\n]*/g, (found) => (found.startsWith("#") ? "" : '""'));
  const points = new Map<Guess["dialect"], { weight: number; reason: string }>();
  for (const { dialect, pattern, weight, reason } of signs) {
    if (!pattern.test(code)) continue;
    const known = points.get(dialect);
    points.set(dialect, { weight: (known?.weight ?? 0) + weight, reason: known?.reason ?? reason });
  }
  // Calls by a7 and calls by a0 exclude each other.
  if (/\bli\s+a7\b/i.test(code)) points.delete("venus");
  if (omitsCommas(code)) {
    const reason = "operands have no commas between them";
    const best = [...points].sort((a, b) => b[1].weight - a[1].weight)[0]?.[0];
    const dialect =
      best ?? (/\bli\s+a7\b/i.test(code) || !/\becall\b/i.test(code) ? "rars" : "venus");
    const known = points.get(dialect);
    points.set(dialect, { weight: (known?.weight ?? 0) + 2, reason: known?.reason ?? reason });
  }
  let guess: Guess | undefined;
  let most = 1;
  for (const dialect of dialectNames) {
    const found = dialect === "gnu" ? undefined : points.get(dialect);
    if (dialect === "gnu" || found === undefined || found.weight <= most) continue;
    most = found.weight;
    guess = { dialect, title: titles[dialect], reason: found.reason };
  }
  return guess;
}
