/**
 * Which statements of a file stand behind `.option pic`: the assembler's own state as it goes
 * through them, with `push` and `pop`.
 */
import type { Statement } from "../../assembler/unit.ts";
import type { Analysis } from "../analysis.ts";

/** Tells of the statements of an analysed file whether they are position-independent code. */
export function positionIndependence({ unit }: Analysis): (statement: Statement) => boolean {
  const isPossible = unit.files.some(({ text }) => /\.option\s+pic\b/.test(text));
  if (!isPossible) return () => false;
  const found = new Set<Statement>();
  const outer: boolean[] = [];
  let isOn = false;
  for (const statement of unit.statements) {
    if (statement.kind === "instruction") {
      if (isOn) found.add(statement);
      continue;
    }
    if (statement.kind !== "directive") continue;
    const { tokens, nameAt } = statement;
    if (tokens[nameAt]?.text.toLowerCase() !== ".option") continue;
    const option = tokens[nameAt + 1]?.text;
    if (option === "pic") isOn = true;
    if (option === "nopic") isOn = false;
    if (option === "push") outer.push(isOn);
    if (option === "pop") isOn = outer.pop() ?? isOn;
  }
  return (statement) => found.has(statement);
}
