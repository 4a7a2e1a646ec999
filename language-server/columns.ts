/** The columns that formatting lays lines out in, and how settings say them. */

/** Where things stand. Columns count from 0; each is at least one blank behind what is before. */
export interface Columns {
  readonly mnemonic: number;
  readonly operands: number;
  readonly comment: number;
  /** Where directives without a label go: with the mnemonics, or to the margin. */
  readonly directives: "indented" | "margin";
  /** Whether what most lines of a file have in common wins over these: where nobody chose them. */
  readonly adapts: boolean;
}

/** The columns where settings say nothing. */
export const defaultColumns: Columns = {
  mnemonic: 8,
  operands: 16,
  comment: 40,
  directives: "indented",
  adapts: true,
};

/** A column further right than this is taken for a slip. */
const columnLimit = 200;

/** The columns that a client's settings ask for; what makes no sense is left at its default. */
export function readColumns(section: unknown): Columns {
  if (section === null || typeof section !== "object") return defaultColumns;
  const values = section as Readonly<Record<string, unknown>>;
  const column = (key: string, fallback: number) => {
    const value = values[key];
    const isColumn = typeof value === "number" && Number.isInteger(value);
    return isColumn && value >= 0 && value <= columnLimit ? value : fallback;
  };
  const mnemonic = column("mnemonicColumn", defaultColumns.mnemonic);
  const chosen = {
    mnemonic,
    operands: Math.max(column("operandColumn", defaultColumns.operands), mnemonic + 1),
    comment: Math.max(column("commentColumn", defaultColumns.comment), mnemonic + 1),
    directives: values["directives"] === "margin" ? "margin" : "indented",
  } as const;
  const keys = ["mnemonic", "operands", "comment", "directives"] as const;
  const isDefault = keys.every((key) => chosen[key] === defaultColumns[key]);
  return { ...chosen, adapts: values["adapt"] !== false && isDefault };
}
