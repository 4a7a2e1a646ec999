/** The dialects: GNU's, and those of the teaching simulators. */
import {
  type Dialect,
  type DialectName,
  dialectNames,
  dialectTargets,
} from "./dialects/dialect.ts";
import { rars } from "./dialects/rars.ts";
import { ripes } from "./dialects/ripes.ts";
import { venus } from "./dialects/venus.ts";
import { type Directive, directives } from "./directives.ts";
import { gnuRules } from "./lexer.ts";

export { type Dialect, type DialectName, dialectNames, dialectTargets };

const gnu: Dialect = {
  name: "gnu",
  title: "GNU as",
  rules: gnuRules,
  directives: new Map(),
  pseudoInstructions: [],
  symbols: new Map(),
  hasFixedSizes: false,
  ignoresUnknownDirectives: false,
  startsAtText: false,
  isPreprocessed: false,
};

/** The dialects by name. */
export const dialects: Readonly<Record<DialectName, Dialect>> = { gnu, rars, venus, ripes };

/** A directive of a dialect: its own, else GNU's. */
export function directiveOf(dialect: Dialect, name: string): Directive | undefined {
  return dialect.directives.get(name) ?? directives.get(name);
}

/** All directives of a dialect by name, its own in place of GNU's. */
export function directivesOf(dialect: Dialect): ReadonlyMap<string, Directive> {
  if (dialect.directives.size === 0) return directives;
  return new Map([...directives, ...dialect.directives]);
}
