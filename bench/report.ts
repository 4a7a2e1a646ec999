/** What a benchmark answers: tables for people, and goals with their values for programs. */

/** One thing that was promised, and whether it is so. */
export interface Goal {
  readonly name: string;
  readonly value: number;
  /** The value may be at most this. */
  readonly goal: number;
  readonly holds: boolean;
}

export interface Report {
  readonly goals: readonly Goal[];
  /** Programs whose output differs from the reference's, or that did not run. */
  readonly wrong: readonly string[];
  /** The rows of the table, as they were measured. */
  readonly rows: readonly unknown[];
}

/** A goal that a value is at most so much; values that were not measured do not hold. */
export function atMost(name: string, value: number, goal: number): Goal {
  return { name, value: Number(value.toFixed(3)), goal, holds: value <= goal };
}

export function geometricMean(values: readonly number[]): number {
  const logarithms = values.map(Math.log);
  return Math.exp(logarithms.reduce((sum, one) => sum + one, 0) / values.length);
}

/** Lines of a table: the first column to the left, the others to the right, headings first. */
export function table(rows: readonly (readonly string[])[]): string {
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, at) =>
    Math.max(...rows.map((row) => row[at]?.length ?? 0)),
  );
  const pad = (cell: string, at: number) =>
    at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0);
  return rows.map((row) => row.map(pad).join("  ").trimEnd()).join("\n");
}

export function goalLines(goals: readonly Goal[]): string {
  const rows = goals.map(({ name, value, goal, holds }) => [
    name,
    String(value),
    `at most ${goal}`,
    holds ? "holds" : "MISSED",
  ]);
  return table([["goal", "value", "", ""], ...rows]);
}
