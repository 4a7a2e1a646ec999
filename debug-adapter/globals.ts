/**
 * The variables of files and namespaces, static members of classes included, by qualified name.
 * A unit's are found when it is first asked for.
 */
import { DW_AT, DW_TAG } from "../elf/dwarf/constants.ts";
import type { Entry, Unit } from "../elf/dwarf/entry.ts";
import type { DebugInformation } from "../elf/dwarf/index.ts";
import { describeVariable, type VariableEntry } from "../elf/dwarf/scopes.ts";
import { ElfError } from "../elf/errors.ts";
import type { DwarfTypes } from "./dwarf-types.ts";

/** The global variables of a program. */
export class Globals {
  readonly #debug: DebugInformation;
  readonly #types: DwarfTypes;
  readonly #units = new Map<Unit, readonly VariableEntry[]>();
  #byName: Map<string, VariableEntry> | undefined;

  constructor(debug: DebugInformation, types: DwarfTypes) {
    this.#debug = debug;
    this.#types = types;
  }

  /** The variables that a unit defines, by name as they stand in it. */
  ofUnit(unit: Unit): readonly VariableEntry[] {
    let known = this.#units.get(unit);
    if (known === undefined) {
      const found: VariableEntry[] = [];
      try {
        this.#visit(unit.root, found, 0);
      } catch (error) {
        if (!(error instanceof ElfError)) throw error;
      }
      known = found;
      this.#units.set(unit, known);
    }
    return known;
  }

  /** The variable with a qualified name, of the given unit before others. */
  find(name: string, unit: Unit | undefined): VariableEntry | undefined {
    const own = unit && this.ofUnit(unit).find((variable) => variable.name === name);
    if (own !== undefined) return own;
    if (this.#byName === undefined) {
      this.#byName = new Map();
      for (const { unit: other } of this.#debug.compileUnits) {
        for (const variable of this.ofUnit(other)) {
          if (!this.#byName.has(variable.name)) this.#byName.set(variable.name, variable);
        }
      }
    }
    return this.#byName.get(name);
  }

  #visit(parent: Entry, found: VariableEntry[], depth: number): void {
    for (const child of parent.children()) {
      if (child.tag === DW_TAG.namespace && depth < 32) this.#visit(child, found, depth + 1);
      if (child.tag !== DW_TAG.variable) continue;
      // What is only declared here has its entry elsewhere; other entries without a place had one.
      if (child.flag(DW_AT.declaration)) continue;
      const described = describeVariable(this.#debug.info, child, 0);
      if (described === undefined) continue;
      const home = described.chain.at(-1)!;
      const name = this.#types.qualifiedName(home, described.name);
      found.push({ ...described, name });
    }
  }
}
