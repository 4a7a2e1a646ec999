/**
 * What expressions ask the recorded run: `lastWrite(x)`, `prev(x)` and their like. Evaluating is done
 * at once, searching is not: an expression that asks for what is not known yet is given up, the
 * machine goes and looks, and the expression is evaluated again. Answers hold until the program goes
 * on; while one search is under way, others wait.
 */
import type { History } from "../emulator/history/history.ts";
import {
  noAccess,
  noChange,
  noLastWrite,
  notWaitedFor,
  noValueThere,
  RequestError,
  tooFar,
  tooLong,
} from "./errors.ts";
import type { Excursions } from "./excursions.ts";
import type { Environment, HistoryFunction, Recorded } from "./expressions/environment.ts";
import { evaluateExpression } from "./expressions/evaluator.ts";
import { Follower } from "./expressions/follower.ts";
import type { Expression } from "./expressions/parser.ts";
import { longType, sizeOf } from "./expressions/types.ts";
import { integerValue, type Value } from "./expressions/value.ts";
import type { FrameEnvironment } from "./frame-environment.ts";
import type { Program } from "./program.ts";
import { RunSearch, type SearchTarget } from "./run-search.ts";
import { watchLimit } from "./watches.ts";

/** Milliseconds that one answer may take, and attempts where others need the machine meanwhile. */
const patience = 3000;
const attempts = 50;
/** Answers that one expression may need. */
const mostAnswers = 16;

/** Thrown where an answer is not known yet. */
class Wanted extends Error {
  readonly key: string;
  readonly function: HistoryFunction;
  readonly argument: Expression;

  constructor(key: string, name: HistoryFunction, argument: Expression) {
    super(`${name} is not known yet`);
    this.key = key;
    this.function = name;
    this.argument = argument;
  }
}

/** The place of a value in memory or a register, to search for its accesses. */
export function searchTarget(text: string, value: Value, environment: Environment): SearchTarget {
  const { place, type } = value;
  const register = place?.kind === "storage" ? place.storage.register : place;
  if (register?.kind === "x" || register?.kind === "f") return register;
  if (register?.kind === "csr") return { kind: "csr", index: register.address };
  if (place?.kind !== "memory") throw noLastWrite(text);
  const length = type.kind === "code" ? 4 : sizeOf(type, environment.xlen);
  if (length > watchLimit) throw tooLong(text, watchLimit);
  return { kind: "memory", address: place.address, length };
}

/** The value where the machine is; throws one sentence where there is none. */
function valueThere(follower: Follower, at: bigint, place: string): Value {
  try {
    return follower.value();
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    throw noValueThere(at, place);
  }
}

/** Of `prev(prev(x))`, what is asked for and how many changes back; `next` likewise. */
function nested(name: HistoryFunction, argument: Expression): { depth: number; inner: Expression } {
  let [depth, inner] = [1, argument];
  while (inner.kind === "memory" && inner.offset.kind === "name" && inner.offset.name === name) {
    depth++;
    inner = inner.base;
  }
  return { depth, inner };
}

/** The answers for one program; see the file's head. */
export class RecordedAnswers {
  readonly #history: History;
  readonly #excursions: Excursions;
  readonly #search: RunSearch;
  readonly #place: (pc: bigint) => string;
  readonly #answers = new Map<string, Value | RequestError>();
  #last: Promise<unknown> = Promise.resolve();

  /** @param place says where an address is, as in `main.c:12` */
  constructor(
    history: History,
    program: Program,
    excursions: Excursions,
    place: (pc: bigint) => string,
  ) {
    this.#history = history;
    this.#excursions = excursions;
    this.#search = new RunSearch(history, program);
    this.#place = place;
  }

  /** Forgets all answers: the program has gone on, or was changed. */
  forget(): void {
    this.#answers.clear();
  }

  /**
   * Evaluates, and finds what the expression asks for.
   * @param evaluation evaluates in an environment that asks what is given
   * @param names the environment, by which what is asked for is understood
   * @param frame names the frame among others
   */
  async evaluate<Result>(
    evaluation: (recorded: Recorded) => Result,
    names: () => FrameEnvironment,
    frame: string,
  ): Promise<Result> {
    const recorded: Recorded = {
      ask: (name, argument) => {
        const text = JSON.stringify(argument, (_, part) =>
          typeof part === "bigint" ? `${part}n` : part,
        );
        const key = `${frame} ${name} ${text}`;
        const answer = this.#answers.get(key);
        if (answer === undefined) throw new Wanted(key, name, argument);
        if (answer instanceof RequestError) throw answer;
        return answer;
      },
    };
    for (let round = 0; ; round++) {
      try {
        return evaluation(recorded);
      } catch (error) {
        if (!(error instanceof Wanted) || round >= mostAnswers) throw error;
        await this.#find(error, names, recorded);
      }
    }
  }

  /** Finds an answer, when those that were asked for before are found. */
  async #find(wanted: Wanted, names: () => FrameEnvironment, recorded: Recorded): Promise<void> {
    const before = this.#last;
    const found = before.then(() => this.#answer(wanted, names, recorded));
    this.#last = found.catch(() => undefined);
    await found;
  }

  async #answer(wanted: Wanted, names: () => FrameEnvironment, recorded: Recorded): Promise<void> {
    if (this.#answers.has(wanted.key)) return;
    let answer: Value | undefined;
    for (let attempt = 0; attempt < attempts; attempt++) {
      try {
        await this.#excursions.comeHome();
        const environment = names();
        environment.recorded = recorded;
        const work = this.#work(wanted, environment, (value) => {
          answer = value;
        });
        const ended = await this.#excursions.go(() => work, patience);
        if (ended === "refused") throw notWaitedFor();
        if (ended === "overdue") throw tooFar(wanted.function);
        if (ended === "interrupted") continue;
        if (answer !== undefined) this.#answers.set(wanted.key, answer);
        return;
      } catch (error) {
        if (!(error instanceof RequestError)) throw error;
        this.#answers.set(wanted.key, error);
        return;
      }
    }
    throw tooFar(wanted.function);
  }

  /** The search for an answer, and the look at what is there. */
  #work(
    { function: name, argument }: Wanted,
    environment: Environment,
    done: (value: Value) => void,
  ): Generator<void, void> {
    const history = this.#history;
    const here = history.instructions;
    const search = this.#search;
    const placeNow = () => this.#place(history.current.pc);
    if (name === "prev" || name === "next") {
      const { depth, inner } = nested(name, argument);
      const follower = new Follower(inner, environment, history);
      return (function* () {
        let at = yield* name === "prev"
          ? search.previousChange(follower, here)
          : search.nextChange(follower, here);
        for (let level = 1; level < depth && at !== undefined; level++) {
          at = yield* name === "prev"
            ? search.previousChange(follower, at)
            : search.nextChange(follower, at + 1n);
        }
        if (at === undefined) throw noChange(name);
        yield* search.seek(at);
        const place = placeNow();
        if (name === "next") yield* search.seek(at + 1n);
        const value = valueThere(follower, at, place);
        const remark = `changed by instruction ${at.toLocaleString("en-US")}, ${place}`;
        done({ ...value, remark, at });
      })();
    }
    const target = searchTarget(
      `The argument of ${name}()`,
      evaluateExpression(argument, environment),
      environment,
    );
    const { xlen } = environment;
    return (function* () {
      const at = yield* name === "firstWrite"
        ? search.firstWrite(target)
        : search.last(target, name === "lastRead" ? "read" : "write", here);
      if (at === undefined) throw noAccess(name);
      yield* search.seek(at);
      done({ ...integerValue(longType(xlen), at), remark: placeNow(), at });
    })();
  }
}
