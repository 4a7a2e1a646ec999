/** How much a lint's findings matter, and what a user's settings say about it. */

/** "off" says nothing. */
export type Level = "off" | "hint" | "information" | "warning" | "error";

export const levels: readonly Level[] = ["off", "hint", "information", "warning", "error"];

/** The levels that a user has chosen, by the lint's id. */
export type Levels = Readonly<Record<string, Level>>;

/** Takes the levels from a client's settings; anything else is left out. */
export function readLevels(section: unknown): Levels {
  if (section === null || typeof section !== "object") return {};
  const chosen = Object.entries(section).flatMap(([id, value]): [string, Level][] => {
    const level = levels.find((one) => one === value);
    return level === undefined ? [] : [[id, level]];
  });
  return Object.fromEntries(chosen);
}
