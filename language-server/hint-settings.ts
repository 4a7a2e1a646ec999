/** Which inlay hints and code lenses are shown, and how settings say it. */

/** The inlay hints that are shown. */
export interface HintSettings {
  readonly address: boolean;
  readonly encoding: boolean;
  /** Only of instructions that become more than one. */
  readonly expansion: boolean;
  /** How often a loop runs, where that is known. */
  readonly loop: boolean;
  /** How far the stack pointer is from where the function got it, behind each change. */
  readonly stack: boolean;
  /** The call of the environment that an `ecall` makes. */
  readonly call: boolean;
}

/** The code lenses that are shown. */
export interface LensSettings {
  readonly references: boolean;
  /** "Run" and "Debug" on entry points. */
  readonly run: boolean;
}

/** What is shown where settings say nothing. */
export const defaultHints: HintSettings = {
  address: false,
  encoding: false,
  expansion: true,
  loop: true,
  stack: true,
  call: true,
};
export const defaultLenses: LensSettings = { references: true, run: true };

function flags<T extends object>(section: unknown, defaults: T): T {
  if (section === null || typeof section !== "object") return defaults;
  const values = section as Readonly<Record<string, unknown>>;
  const read = Object.entries(defaults).map(([key, value]) => {
    const given = values[key];
    return [key, typeof given === "boolean" ? given : value];
  });
  return Object.fromEntries(read) as T;
}

/** The hints that a client's settings ask for. */
export const readHints = (section: unknown): HintSettings => flags(section, defaultHints);

/** The lenses that a client's settings ask for. */
export const readLenses = (section: unknown): LensSettings => flags(section, defaultLenses);
