/**
 * The lints of a file: what the analyses find, in the protocol's form. A file that does not
 * assemble is not looked at. A comment `# hartbeat: allow ID` silences lints on its line, or, where
 * it stands alone, on the next; settings give each lint its level.
 */
import type { Diagnostic, Range } from "vscode-languageserver";
import type { Token } from "../../assembler/lexer.ts";
import { fRegisterIndex, xRegisterIndex } from "../../isa/registers.ts";
import type { Analysis, Settings } from "../analysis.ts";
import { environmentOf, statedEnvironment } from "../environment.ts";
import { environmentCalls } from "../environment-calls.ts";
import { severity } from "../protocol.ts";
import { readCode, type Step } from "./code.ts";
import { buildGraph } from "./graph.ts";
import type { Level } from "./levels.ts";
import { positionIndependence } from "./position-independence.ts";
import { type DefinedRegisters, findDefined, findLive } from "./registers.ts";
import type { Finding, Fix, LintContext, Rule } from "./rule.ts";
import { rules } from "./rules.ts";
import { followValues } from "./values.ts";

/** A finding as a diagnostic, with the change that it proposes. */
export interface LintDiagnostic extends Diagnostic {
  readonly fix?: Fix;
}

/** What the lints look at, with what only the visits need. */
type Context = LintContext & { readonly defined: DefinedRegisters };

/** More findings of one lint are not shown. */
const findingLimit = 200;

/** Analyses that were looked at, with the settings of then. */
const kept = new WeakMap<Analysis, { settings: Settings; found: readonly LintDiagnostic[] }>();

/**
 * The lints of an analysed file, kept as long as the analysis is.
 * @param docs the URI of the folder of the reference pages, where they can be opened
 */
export function lint(
  analysis: Analysis,
  settings: Settings,
  docs?: string,
): readonly LintDiagnostic[] {
  const work = linting(analysis, settings, docs);
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/** The same in portions of some milliseconds, for those who have something else to do between. */
export function* linting(
  analysis: Analysis,
  settings: Settings,
  docs?: string,
): Generator<undefined, readonly LintDiagnostic[]> {
  const known = kept.get(analysis);
  if (known?.settings === settings) return known.found;
  const found = yield* findLints(analysis, settings, docs);
  kept.set(analysis, { settings, found });
  return found;
}

function* findLints(
  analysis: Analysis,
  settings: Settings,
  docs?: string,
): Generator<undefined, LintDiagnostic[]> {
  const { lints: levels = {} } = settings;
  const { assembly, unit } = analysis;
  if (assembly.diagnostics.some((one) => one.severity === "error")) return [];
  const active = rules.filter(({ id, level }) => (levels[id] ?? level) !== "off");
  if (active.length === 0 || unit.statements.every(({ kind }) => kind !== "instruction")) return [];
  const allowed = allowances(analysis.text);
  const found: LintDiagnostic[] = [];
  const seen = new Set<string>();
  const counts = new Map<string, number>();
  const report = (rule: Rule, finding: Finding) => {
    const count = counts.get(rule.id) ?? 0;
    if (count >= findingLimit) return;
    const diagnostic = convert(analysis, rule, finding, levels[rule.id] ?? rule.level, docs);
    if (diagnostic === undefined) return;
    const { start } = diagnostic.range;
    if (allowed.get(start.line)?.has(rule.id) === true) return;
    // A line of a macro or of a repetition is marked once.
    const key = `${rule.id} ${start.line} ${start.character}`;
    if (seen.has(key)) return;
    seen.add(key);
    counts.set(rule.id, count + 1);
    found.push(diagnostic);
  };
  const context = yield* findContext(analysis, settings);
  yield* examine(context, active, report);
  return found.sort((a, b) => a.range.start.line - b.range.start.line);
}

/** Runs the analyses on which the lints build, one at a time. */
function* findContext(analysis: Analysis, settings: Settings): Generator<undefined, Context> {
  const stated = statedEnvironment(analysis);
  const environment = environmentOf(analysis, settings);
  const code = readCode(analysis);
  yield;
  const { register, calls } = environmentCalls[environment];
  const endsProgram = (step: Step) => {
    if (step.effects.trap !== "call") return false;
    const number = numberBefore(code.steps, step.index, register);
    return number !== undefined && /^exit/i.test(calls[number]?.[0] ?? "");
  };
  const graph = buildGraph(analysis, code, endsProgram);
  const isPrivileged =
    graph.functions.some(({ isHandler }) => isHandler) ||
    code.steps.some(({ effects: { csr } }) => csr !== undefined && ((csr.address >> 8) & 3) !== 0);
  yield;
  const defined = findDefined(code, graph);
  yield;
  const values = followValues(code, graph);
  yield;
  return {
    analysis,
    code,
    graph,
    values,
    defined,
    live: findLive(code, graph),
    xlen: code.architecture.xlen,
    environment,
    isEnvironmentStated: stated !== undefined,
    isPrivileged,
    isPositionIndependent: positionIndependence(analysis),
  };
}

/** The number that the steps right before set a register to. */
function numberBefore(steps: readonly Step[], at: number, register: number): number | undefined {
  for (let before = at - 1; before >= Math.max(0, at - 16); before--) {
    const { writesX, effects, isFollowed } = steps[before] as Step;
    if (!isFollowed || effects.control === "jump" || effects.control === "return") return undefined;
    if (((writesX >>> register) & 1) === 0) continue;
    const { result } = effects;
    if (result === undefined || result.base !== undefined || result.extent !== 0n) return undefined;
    return Number(BigInt.asIntN(32, result.offset));
  }
  return undefined;
}

/** So many blocks are looked at in one portion. */
const blocksAtOnce = 1000;

function* examine(
  context: Context,
  active: readonly Rule[],
  report: (rule: Rule, finding: Finding) => void,
): Generator<undefined, void> {
  const { code, graph, values, defined } = context;
  const visitors = active
    .filter(({ visit }) => visit !== undefined)
    .map((rule) => ({ rule, tell: (finding: Finding) => report(rule, finding) }));
  for (const block of graph.blocks) {
    if (block.index % blocksAtOnce === 0) yield;
    const state = values.before(block);
    if (state === undefined || visitors.length === 0) continue;
    const set = defined.before(block);
    const owner = graph.functions[block.owner];
    for (let at = block.start; at < block.end; at++) {
      const step = code.steps[at] as Step;
      const visit = { context, step, block, owner, state, defined: set };
      for (const { rule, tell } of visitors) rule.visit?.(visit, tell);
      values.step(state, step);
      defined.step(set, step);
    }
  }
  for (const rule of active) {
    yield;
    rule.check?.(context, (one) => report(rule, one));
  }
}

/** The place of a step in the open file; undefined where it was written elsewhere. */
function placeOf(analysis: Analysis, finding: Finding): Range | undefined {
  const { statement } = finding.step;
  const { source, nameAt, tokens } = statement;
  const name = tokens[nameAt];
  const marked = markedToken(finding, tokens, nameAt);
  const start = marked?.start ?? name?.start ?? statement.start;
  const end = marked?.end ?? tokens.at(-1)?.end ?? statement.end;
  const place = source.placeOf(start, end);
  if (place.file !== analysis.file) return undefined;
  const last = finding.until?.statement;
  if (last === undefined || last.source !== source) return place.range;
  const until = source.placeOf(last.start, last.tokens.at(-1)?.end ?? last.end);
  return until.file === place.file
    ? { start: place.range.start, end: until.range.end }
    : place.range;
}

/** The token of the register that a finding is about: the last one where it is read. */
function markedToken(
  { register, step }: Finding,
  tokens: readonly Token[],
  nameAt: number,
): Token | undefined {
  if (register === undefined || nameAt < 0) return undefined;
  const { file, index } = register;
  const indexOf = file === "x" ? xRegisterIndex : fRegisterIndex;
  const own = tokens.slice(nameAt + 1).filter(({ text }) => indexOf(text) === index);
  const writes = file === "x" ? step.writesX : step.writesF;
  const isWritten = index === 0 || ((writes >>> index) & 1) === 1;
  return isWritten && own.length === 1 ? own[0] : own.at(-1);
}

function convert(
  analysis: Analysis,
  rule: Rule,
  finding: Finding,
  level: Level,
  docs: string | undefined,
): LintDiagnostic | undefined {
  const range = placeOf(analysis, finding);
  if (range === undefined || level === "off") return undefined;
  const { related } = finding;
  const other = related && placeOf(analysis, { step: related.step, message: "" });
  return {
    range,
    message: finding.message,
    severity: severity[level],
    source: "hartbeat",
    code: rule.id,
    ...(docs === undefined ? {} : { codeDescription: { href: `${docs}/lints.md#${rule.id}` } }),
    ...(rule.isUnnecessary ? { tags: [1] } : {}),
    ...(finding.fix === undefined ? {} : { fix: finding.fix }),
    ...(related === undefined || other === undefined
      ? {}
      : {
          relatedInformation: [
            { location: { uri: analysis.uri, range: other }, message: related.message },
          ],
        }),
  };
}

/** The lints that comments allow, by line from 0. */
export function allowances(text: string): Map<number, Set<string>> {
  const found = new Map<number, Set<string>>();
  if (!text.includes("hartbeat:")) return found;
  for (const [line, content] of text.split("\n").entries()) {
    const match = /(?:#|\/\/|;|\/\*)\s*hartbeat:\s*allow\s+([\w\s,-]+)/.exec(content);
    if (match === null) continue;
    const isAlone = content.slice(0, match.index).trim() === "";
    const ids = (match[1] as string).split(/[\s,]+/).filter((id) => id !== "");
    const target = isAlone ? line + 1 : line;
    found.set(target, new Set([...(found.get(target) ?? []), ...ids]));
  }
  return found;
}
