/**
 * The symbols that a script defines: all that it assigns, and of those that it provides the ones
 * that somebody refers to and nobody defines. And the symbols `__start_NAME` and `__stop_NAME` of
 * sections whose name could be C's.
 */
import { LinkSymbol, type Program } from "./program.ts";
import type { Assignment, Expression, Script, ScriptPlace, Statement } from "./script.ts";

/** A symbol that the command line defines. */
export interface Definition {
  readonly name: string;
  readonly value: Expression;
  /** Whether it counts only where the symbol is wanted and nothing else defines it. */
  readonly isProvided?: boolean;
}

/** The script with definitions before everything else. */
export function withDefinitions(script: Script, definitions: readonly Definition[]): Script {
  if (definitions.length === 0) return script;
  const statements = definitions.map(
    ({ name, value, isProvided = false }): Assignment => ({
      kind: "assign",
      name,
      operator: "",
      value,
      isProvided,
      isHidden: false,
      place: value.place,
    }),
  );
  return { ...script, statements: [...statements, ...script.statements] };
}

/**
 * Makes the symbols that the script defines, undefined as yet; layout gives them values. Returns
 * where the statements stand that provide what nothing else defines.
 */
export function activateSymbols(program: Program, script: Script): ReadonlySet<ScriptPlace> {
  const assignments: Assignment[] = [];
  const expressions: Expression[] = [];
  const visit = (statement: Statement | Assignment) => {
    if (statement.kind === "assign") assignments.push(statement);
    else if (statement.kind === "assert") expressions.push(statement.condition);
    else {
      for (const part of [statement.address, statement.loadAddress, statement.alignment]) {
        if (part !== undefined) expressions.push(part);
      }
      for (const part of statement.body) {
        if (part.kind === "assign") assignments.push(part);
        else if (part.kind === "assert") expressions.push(part.condition);
        else if (part.kind === "data") expressions.push(part.value);
      }
    }
  };
  for (const statement of script.statements) visit(statement);
  for (const { statements } of script.insertions)
    for (const statement of statements) visit(statement);
  for (const { origin, length } of script.memory) expressions.push(origin, length);
  return provide(program, assignments, expressions);
}

/** Names that expressions mention, without those that only DEFINED asks for. */
function namesIn(expression: Expression, names: Set<string>): void {
  const queue: Expression[] = [expression];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (next.kind === "name") names.add(next.name);
    else if (next.kind === "unary") queue.push(next.operand);
    else if (next.kind === "binary") queue.push(next.left, next.right);
    else if (next.kind === "choice") queue.push(next.condition, next.yes, next.no);
    else if (next.kind === "call") queue.push(...next.operands);
  }
}

function provide(
  program: Program,
  assignments: readonly Assignment[],
  expressions: readonly Expression[],
): ReadonlySet<ScriptPlace> {
  const provided = new Set<ScriptPlace>();
  const wanted = new Set<string>();
  for (const expression of expressions) namesIn(expression, wanted);
  const waiting: Assignment[] = [];
  const isActive = ({ name, isProvided }: Assignment): boolean => {
    if (!isProvided || name === ".") return true;
    const known = program.globals.get(name);
    if (known === undefined) return wanted.has(name);
    // The first one that defines it wins, the command line before all.
    if (known.isAssigned) return false;
    return known.isMade || known.kind === "undefined" || known.kind === "weak-undefined";
  };
  const activate = (assignment: Assignment) => {
    namesIn(assignment.value, wanted);
    if (assignment.isProvided) provided.add(assignment.place);
    if (assignment.name !== ".") make(program, assignment);
  };
  for (const assignment of assignments) {
    if (isActive(assignment)) activate(assignment);
    else waiting.push(assignment);
  }
  // What is provided may refer to something else that is provided.
  for (let isChanged = true; isChanged; ) {
    isChanged = false;
    for (const [index, assignment] of waiting.entries()) {
      if (!isActive(assignment)) continue;
      waiting.splice(index, 1);
      activate(assignment);
      isChanged = true;
      break;
    }
  }
  return provided;
}

/** The script's value wins over a definition in a file. */
function make({ globals }: Program, { name, isHidden }: Assignment): void {
  const symbol = globals.get(name) ?? new LinkSymbol(name);
  globals.set(name, symbol);
  symbol.kind = "defined";
  symbol.isMade = true;
  symbol.isAssigned = true;
  symbol.section = undefined;
  symbol.value = 0;
  symbol.size = 0;
  symbol.type = 0;
  if (isHidden) symbol.hide();
}

/** Defines `__start_NAME` and `__stop_NAME` around output sections, where they are asked for. */
export function defineBounds(program: Program, outputs: readonly Bounds[]): void {
  for (const output of outputs) {
    if (!/^[A-Za-z_]\w*$/.test(output.name)) continue;
    for (const side of ["start", "stop"] as const) {
      const symbol = program.globals.get(`__${side}_${output.name}`);
      if (symbol === undefined || symbol.isAssigned) continue;
      if (symbol.isDefined && !symbol.isMade) continue;
      if (symbol.isMade && symbol.section !== output) continue;
      symbol.kind = "defined";
      symbol.isMade = true;
      symbol.section = output;
      symbol.value = side === "start" ? 0 : output.size;
      if ((symbol.visibility & 3) === 0) symbol.visibility |= 3;
    }
  }
}

type Bounds = Extract<NonNullable<LinkSymbol["section"]>, { loadAddress: number }>;

/** Defines `__ehdr_start`, the file header in memory, where it is asked for and loaded. */
export function defineHeaderStart(
  program: Program,
  outputs: readonly Bounds[],
  pageSize: number,
): void {
  const symbol = program.globals.get("__ehdr_start");
  if (symbol === undefined || symbol.isAssigned) return;
  if (symbol.isDefined && !symbol.isMade) return;
  const loaded = outputs.filter(({ flags, isRemoved }) => (flags & 2) !== 0 && !isRemoved);
  const first = loaded.reduce<Bounds | undefined>(
    (least, output) => (least === undefined || output.address < least.address ? output : least),
    undefined,
  );
  if (first === undefined) return;
  symbol.kind = "defined";
  symbol.isMade = true;
  symbol.section = first;
  symbol.value = -(((first.address % pageSize) + pageSize) % pageSize);
  symbol.hide();
}
