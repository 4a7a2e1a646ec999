/**
 * The breakpoints at addresses: by source line, by function, by instruction. What the client asked
 * for is kept as it was asked, so that it can be resolved again when the program is built anew.
 * Arriving at an address counts the hit, tests the condition, writes the log message, and says
 * whether to stop.
 */
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { FunctionScope } from "../elf/dwarf/info-reader.ts";
import { RequestError } from "./errors.ts";
import type { Environment } from "./expressions/environment.ts";
import { evaluate, isTrueText } from "./expressions/evaluator.ts";
import { parseExpression } from "./expressions/parser.ts";
import { show } from "./expressions/value.ts";
import { formatAddress, type Radix } from "./formats.ts";
import { isStartOf, type Program } from "./program.ts";

/** When a breakpoint stops the program. */
export interface Terms {
  readonly condition?: string | undefined;
  readonly hitCondition?: string | undefined;
  readonly logMessage?: string | undefined;
}

/** Where a breakpoint is wanted. */
export type Wanted =
  | { readonly kind: "line"; readonly path: string; readonly line: number }
  | { readonly kind: "function"; readonly name: string }
  | { readonly kind: "instruction"; readonly address: bigint };

/** A breakpoint, and where it is now. */
export interface Breakpoint {
  readonly id: number;
  readonly wanted: Wanted;
  readonly terms: Terms;
  addresses: readonly bigint[];
  /** The line with code, for one by line; else the line at the address. */
  line: number | undefined;
  /** Why it does not work. */
  message: string | undefined;
  hits: number;
}

/** What arriving at an address means. */
export interface Arrival {
  /** The breakpoints that stop the program; empty: it goes on. */
  readonly stopping: readonly Breakpoint[];
  /** Lines for the debug console. */
  readonly messages: readonly string[];
}

const hitPattern = /^\s*(>=|<=|==|=|>|<|%)?\s*(\d+)\s*$/;
const hitTests: Readonly<Record<string, (hits: number, count: number) => boolean>> = {
  ">=": (hits, count) => hits >= count,
  "<=": (hits, count) => hits <= count,
  ">": (hits, count) => hits > count,
  "<": (hits, count) => hits < count,
  "=": (hits, count) => hits === count,
  "==": (hits, count) => hits === count,
  "%": (hits, count) => hits % count === 0,
};

/** Why the terms make no sense, or undefined. */
export function faultOf({ condition, hitCondition, logMessage }: Terms): string | undefined {
  try {
    if (isGiven(condition)) parseExpression(condition);
    if (isGiven(logMessage))
      for (const part of logParts(logMessage)) if (part.isExpression) parseExpression(part.text);
  } catch (error) {
    if (error instanceof RequestError) return error.message;
    throw error;
  }
  const hit = isGiven(hitCondition) ? hitPattern.exec(hitCondition) : undefined;
  if (hit === null || hit?.[2] === "0") {
    return 'The hit count must be a number from 1, with ==, >=, >, <=, < or % before it where wanted, as in ">= 3".';
  }
  return undefined;
}

const isGiven = (text: string | undefined): text is string =>
  text !== undefined && text.trim() !== "";

/** Whether a hit with this number counts. A bare number means exactly that hit. */
export function isHit(hitCondition: string | undefined, hits: number): boolean {
  const found = isGiven(hitCondition) ? hitPattern.exec(hitCondition) : null;
  return found === null || hitTests[found[1] ?? "=="]!(hits, Number(found[2]));
}

/** The parts of a log message: text, and expressions in braces; `\{` is a brace. */
function logParts(message: string): { text: string; isExpression: boolean }[] {
  const parts: { text: string; isExpression: boolean }[] = [];
  const pattern = /((?:\\[{}\\]|[^{}])+)|\{([^{}]*)\}|([{}])/gy;
  for (const [, text, expression, brace] of message.matchAll(pattern)) {
    if (expression !== undefined) parts.push({ text: expression, isExpression: true });
    else parts.push({ text: brace ?? text!.replace(/\\([{}\\])/g, "$1"), isExpression: false });
  }
  return parts;
}

/** A log message with its expressions evaluated; an error stands in their place. */
function logText(message: string, environment: Environment, radix: Radix): string {
  return logParts(message)
    .map(({ text, isExpression }) => {
      if (!isExpression) return text;
      try {
        const { value, format } = evaluate(text, environment);
        return show(environment, value, format ?? radix);
      } catch (error) {
        if (error instanceof RequestError) return `<${error.message}>`;
        throw error;
      }
    })
    .join("");
}

/** The breakpoints that the client has set, of all kinds, and where they are in the program. */
export class Breakpoints {
  #program: Program | undefined;
  #nextId = 1;
  /** By the normal form of the source's name. */
  readonly #bySource = new Map<string, Breakpoint[]>();
  #functions: Breakpoint[] = [];
  #instructions: Breakpoint[] = [];
  #byAddress = new Map<bigint, Breakpoint[]>();
  /** Changes with every change, so that a run knows to tell the machine. */
  version = 0;

  /** A number for a breakpoint of another kind, different from all others. */
  newId(): number {
    return this.#nextId++;
  }

  /** The addresses at which something may happen. */
  get addresses(): ReadonlyMap<bigint, readonly Breakpoint[]> {
    return this.#byAddress;
  }

  get isEmpty(): boolean {
    return this.#byAddress.size === 0;
  }

  /** Replaces those of one source. Equal ones keep their number and count. */
  setSource(
    key: string,
    path: string,
    wanted: readonly (Terms & { line: number })[],
  ): Breakpoint[] {
    const breakpoints = this.#replace(
      this.#bySource.get(key) ?? [],
      wanted.map((terms) => [{ kind: "line", path, line: terms.line }, terms]),
    );
    this.#bySource.set(key, breakpoints);
    this.#index();
    return breakpoints;
  }

  setFunctions(wanted: readonly DebugProtocol.FunctionBreakpoint[]): Breakpoint[] {
    this.#functions = this.#replace(
      this.#functions,
      wanted.map((terms) => [{ kind: "function", name: terms.name }, terms]),
    );
    this.#index();
    return this.#functions;
  }

  setInstructions(wanted: readonly (Terms & { address: bigint })[]): Breakpoint[] {
    this.#instructions = this.#replace(
      this.#instructions,
      wanted.map((terms) => [{ kind: "instruction", address: terms.address }, terms]),
    );
    this.#index();
    return this.#instructions;
  }

  /** The client's names of the sources that have breakpoints. */
  sourceNames(): string[] {
    const names = [...this.#bySource.values()].flat().map(({ wanted }) => wanted);
    return names.flatMap((wanted) => (wanted.kind === "line" ? [wanted.path] : []));
  }

  /** Resolves all against a program and counts from 0 again; returns those that are elsewhere now. */
  resolve(program: Program): Breakpoint[] {
    this.#program = program;
    const changed = this.#all().filter((breakpoint) => {
      const before = `${breakpoint.line} ${breakpoint.message}`;
      breakpoint.hits = 0;
      this.#place(breakpoint);
      return before !== `${breakpoint.line} ${breakpoint.message}`;
    });
    this.#index();
    return changed;
  }

  /** Looks anew for the functions that the program had not; returns those that are found now. */
  resolveMissing(): Breakpoint[] {
    const missing = this.#functions.filter(({ addresses }) => addresses.length === 0);
    for (const breakpoint of missing) this.#place(breakpoint);
    const found = missing.filter(({ addresses }) => addresses.length > 0);
    if (found.length > 0) this.#index();
    return found;
  }

  /**
   * Counts the hits at an address, and says what they mean. Backwards, hits are not counted and
   * hit counts not asked for: how many came before is not known there.
   */
  arrive(address: bigint, environment: Environment, radix: Radix, isBackward = false): Arrival {
    const stopping: Breakpoint[] = [];
    const messages: string[] = [];
    for (const breakpoint of this.#byAddress.get(address) ?? []) {
      const { condition, hitCondition, logMessage } = breakpoint.terms;
      try {
        if (isGiven(condition) && !isTrueText(condition, environment)) continue;
      } catch (error) {
        if (!(error instanceof RequestError)) throw error;
        messages.push(`The condition "${condition}" cannot be tested: ${error.message}`);
        stopping.push(breakpoint);
        continue;
      }
      if (!isBackward && !isHit(hitCondition, ++breakpoint.hits)) continue;
      if (isGiven(logMessage)) messages.push(logText(logMessage, environment, radix));
      else stopping.push(breakpoint);
    }
    return { stopping, messages };
  }

  /**
   * How many inlined functions that begin at an address are not yet entered for a person who has
   * set a breakpoint on the line that calls them.
   */
  hiddenAt(address: bigint, ids: readonly number[]): number {
    const breakpoints = this.#byAddress.get(address)?.filter(({ id }) => ids.includes(id)) ?? [];
    const chain = this.#program?.inlinedAt(address) ?? [];
    for (const [level, scope] of chain.entries()) {
      const { isInlined, callLine } = scope;
      if (!isInlined || !isStartOf(scope, address)) break;
      const around = chain[level + 1];
      const isCall = breakpoints.some(
        ({ line, wanted }) =>
          (wanted.kind === "line" && line === callLine) ||
          // One on a function is where that is seen, and not what is inlined in it.
          (wanted.kind === "function" && around !== undefined && isNamed(around, wanted.name)),
      );
      if (isCall) return level + 1;
    }
    const row = this.#program?.rowAt(address)?.row;
    const isHere = breakpoints.some(({ line }) => line === row?.line);
    return isHere ? 0 : (this.#program?.expansionsBeginningAt(address) ?? 0);
  }

  #replace(
    old: readonly Breakpoint[],
    wanted: readonly (readonly [Wanted, Terms])[],
  ): Breakpoint[] {
    const rest = [...old];
    return wanted.map(([place, { condition, hitCondition, logMessage }]) => {
      const terms: Terms = { condition, hitCondition, logMessage };
      const text = keyOf(place, terms);
      const at = rest.findIndex((other) => keyOf(other.wanted, other.terms) === text);
      if (at >= 0) return rest.splice(at, 1)[0]!;
      const breakpoint: Breakpoint = {
        id: this.newId(),
        wanted: place,
        terms,
        addresses: [],
        line: undefined,
        message: undefined,
        hits: 0,
      };
      this.#place(breakpoint);
      return breakpoint;
    });
  }

  /** Finds the addresses of a breakpoint. */
  #place(breakpoint: Breakpoint): void {
    const { wanted, terms } = breakpoint;
    breakpoint.addresses = [];
    breakpoint.line = undefined;
    breakpoint.message = faultOf(terms);
    const program = this.#program;
    if (breakpoint.message !== undefined) return;
    if (program === undefined) {
      breakpoint.message = "The program is not loaded yet.";
      return;
    }
    if (wanted.kind === "line") {
      const { line, addresses } = program.lineAddresses(wanted.path, wanted.line);
      breakpoint.addresses = addresses;
      breakpoint.line = addresses.length > 0 ? line : wanted.line;
    } else {
      breakpoint.addresses =
        wanted.kind === "function"
          ? program.addressesOf(wanted.name)
          : // No instruction begins at an odd address.
            [wanted.address].filter((address) => (address & 1n) === 0n);
      const [first] = breakpoint.addresses;
      breakpoint.line = first === undefined ? undefined : program.rowAt(first)?.row.line;
    }
    if (breakpoint.addresses.length > 0) return;
    const isForeign = wanted.kind === "line" && program.findSource(wanted.path) === undefined;
    breakpoint.message = isForeign ? "This file is not part of the program." : missing(wanted);
  }

  #all(): Breakpoint[] {
    return [...[...this.#bySource.values()].flat(), ...this.#functions, ...this.#instructions];
  }

  #index(): void {
    this.#byAddress = new Map();
    for (const breakpoint of this.#all()) {
      for (const address of breakpoint.addresses) {
        const others = this.#byAddress.get(address);
        if (others === undefined) this.#byAddress.set(address, [breakpoint]);
        else others.push(breakpoint);
      }
    }
    this.version++;
  }
}

const isNamed = ({ name, qualifiedName, linkageName }: FunctionScope, text: string): boolean =>
  [name, qualifiedName, linkageName].includes(text.trim());

function keyOf(wanted: Wanted, terms: Terms): string {
  const place =
    wanted.kind === "instruction" ? formatAddress(wanted.address) : JSON.stringify(wanted);
  return JSON.stringify([
    wanted.kind,
    place,
    terms.condition,
    terms.hitCondition,
    terms.logMessage,
  ]);
}

function missing(wanted: Wanted): string {
  switch (wanted.kind) {
    case "line":
      return "The program has no code on this line or behind it in this file.";
    case "function":
      return /^\s*\*|[+-]\s*\d/.test(wanted.name)
        ? `No instruction begins at ${wanted.name.trim()}: give a label or an address of one.`
        : `The program has no function named "${wanted.name}".`;
    default:
      return "There is no instruction at this address.";
  }
}

/** The reason of a stop, as the protocol names it. */
export const stopReasons = {
  line: "breakpoint",
  function: "function breakpoint",
  instruction: "instruction breakpoint",
} as const;
