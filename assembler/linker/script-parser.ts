/**
 * Text of a linker script → tree, by recursive descent. GNU ld's manual, chapter "Linker Scripts".
 * Whatever the text is, it returns; the first mistake ends the reading and is reported.
 */

import { PT } from "../../elf/constants.ts";
import type { Diagnostic } from "../diagnostics.ts";
import type {
  Assertion,
  Assignment,
  BodyStatement,
  Expression,
  MemoryRegion,
  OutputStatement,
  Script,
  SegmentStatement,
  Statement,
} from "./script.ts";
import { numberOf, readExpression } from "./script-expression.ts";
import { readInputStatement } from "./script-patterns.ts";
import { ScriptError, ScriptScanner } from "./script-scanner.ts";

/** What reading a script gave. */
export interface ScriptResult {
  readonly script: Script;
  readonly diagnostics: Diagnostic[];
  /** Files of INCLUDE that were asked for and not there. */
  readonly missing: string[];
}

/** The text of a file of INCLUDE; undefined when there is none. */
export type ReadScript = (name: string) => string | undefined;

/** More files than this are not included, one in the other. */
const includeLimit = 10;

/** Reads a linker script, behind what another one has said. Never throws. */
export function parseScript(
  text: string,
  file: string,
  include: ReadScript = () => undefined,
  before?: Script,
): ScriptResult {
  const parser = new ScriptParser(include, before);
  const diagnostics: Diagnostic[] = [];
  try {
    parser.readFile(new ScriptScanner(text, file), 0);
  } catch (error) {
    if (!(error instanceof ScriptError)) throw error;
    diagnostics.push(error.diagnostic);
  }
  return { script: parser.script, diagnostics, missing: parser.missing };
}

/** An expression of an option such as `--defsym name=expression`. Undefined with a reason. */
export function parseExpression(text: string, name: string): Expression | Diagnostic {
  const scanner = new ScriptScanner(text, name);
  try {
    const expression = readExpression(scanner);
    if (!scanner.isAtEnd) scanner.fail("the expression should end here");
    return expression;
  } catch (error) {
    if (!(error instanceof ScriptError)) throw error;
    return error.diagnostic;
  }
}

type Fill = Uint8Array | undefined;
type Draft = { -readonly [Key in keyof Script]: Script[Key] };

/** Types of segments by their names in PHDRS. */
const segmentTypes = new Map<string, number>(
  Object.entries(PT).map(([name, type]) => [`PT_${name}`, type]),
);

/** Keywords in parentheses behind an output section's name. */
const sectionTypes = ["NOLOAD", "DSECT", "COPY", "INFO", "OVERLAY", "READONLY"] as const;

/** What exists in GNU ld's language and is not read, with what to do instead. */
const unsupported: Readonly<Record<string, string>> = {
  CREATE_OBJECT_SYMBOLS: "CREATE_OBJECT_SYMBOLS is not supported; remove it",
};

class ScriptParser {
  script: Draft = {
    statements: [],
    memory: [],
    aliases: new Map(),
    segments: undefined,
    insertions: [],
    entry: undefined,
    wanted: [],
    inputs: [],
    searchFolders: [],
    outputFormat: undefined,
    hasSections: false,
  };
  readonly missing: string[] = [];
  readonly #include: ReadScript;

  constructor(include: ReadScript, before?: Script) {
    this.#include = include;
    if (before !== undefined) this.script = before;
  }

  readFile(scanner: ScriptScanner, depth: number): void {
    while (!scanner.isAtEnd) this.#readCommand(scanner, depth);
  }

  /** A command outside of SECTIONS. */
  #readCommand(scanner: ScriptScanner, depth: number): void {
    if (scanner.takes(";")) return;
    const place = scanner.place();
    const start = scanner.offset;
    const word = scanner.word() ?? scanner.fail("a command is expected here, such as SECTIONS");
    switch (word) {
      case "SECTIONS":
        this.#readSections(scanner, depth);
        return;
      case "MEMORY":
        this.#readMemory(scanner, depth);
        return;
      case "PHDRS":
        this.#readSegments(scanner);
        return;
      case "ENTRY":
        this.script.entry = this.#names(scanner)[0];
        return;
      case "EXTERN":
        this.script.wanted.push(...this.#names(scanner));
        return;
      case "SEARCH_DIR":
        this.script.searchFolders.push(...this.#names(scanner));
        return;
      case "OUTPUT_FORMAT":
      case "TARGET":
        this.script.outputFormat = this.#names(scanner)[0];
        return;
      case "OUTPUT_ARCH":
        this.#checkArchitecture(scanner);
        return;
      case "OUTPUT":
      case "NOCROSSREFS":
      case "NOCROSSREFS_TO":
        this.#names(scanner);
        return;
      case "VERSION":
        this.#skipVersions(scanner);
        return;
      case "LD_FEATURE":
        this.#names(scanner);
        return;
      case "FORCE_COMMON_ALLOCATION":
      case "INHIBIT_COMMON_ALLOCATION":
      case "FORCE_GROUP_ALLOCATION":
        return;
      case "INPUT":
      case "STARTUP":
      case "GROUP":
        this.#readInputs(scanner, word === "GROUP");
        return;
      case "REGION_ALIAS": {
        const [alias, region] = this.#names(scanner);
        if (alias === undefined || region === undefined) {
          scanner.fail("REGION_ALIAS needs two names, as in REGION_ALIAS(alias, region)", place);
        }
        this.script.aliases.set(alias, region);
        return;
      }
      case "INCLUDE":
        this.#readInclude(scanner, depth, (inner) => this.readFile(inner, depth + 1));
        return;
      default: {
        if (Object.hasOwn(unsupported, word)) scanner.fail(unsupported[word] ?? "", place);
        scanner.offset = start;
        const statement = this.#readAssignment(scanner);
        if (statement === undefined) {
          scanner.fail(
            `\`${word}\` is no command; SECTIONS, MEMORY, ENTRY or a symbol = value is expected`,
            place,
          );
        }
        this.script.statements.push(statement);
      }
    }
  }

  /** Names in parentheses, separated by blanks or commas. */
  #names(scanner: ScriptScanner): string[] {
    scanner.expect("(");
    const names: string[] = [];
    while (!scanner.takes(")")) {
      names.push(scanner.pattern() ?? scanner.fail("a name or `)` is expected here"));
      scanner.takes(",");
    }
    return names;
  }

  /** Versions of symbols mean nothing in a static executable: GNU ld reads them, too, and that is all. */
  #skipVersions(scanner: ScriptScanner): void {
    scanner.expect("{");
    for (let depth = 1; depth > 0; ) {
      if (scanner.takes("{")) depth++;
      else if (scanner.takes("}")) depth--;
      else if (scanner.pattern() === undefined && scanner.mark() === undefined) {
        scanner.fail("`}` is expected at the end of VERSION");
      }
    }
  }

  #checkArchitecture(scanner: ScriptScanner): void {
    const place = scanner.place();
    const [name = ""] = this.#names(scanner);
    if (!/^riscv/i.test(name)) {
      scanner.fail(`OUTPUT_ARCH(${name}) is not RISC-V; write OUTPUT_ARCH(riscv)`, place);
    }
  }

  #readInputs(scanner: ScriptScanner, isGroup: boolean): void {
    scanner.expect("(");
    const names: string[] = [];
    while (!scanner.takes(")")) {
      if (scanner.takes("AS_NEEDED")) names.push(...this.#names(scanner));
      else names.push(scanner.pattern() ?? scanner.fail("the name of a file is expected here"));
      scanner.takes(",");
    }
    this.script.inputs.push({ names, isGroup });
  }

  #readInclude(scanner: ScriptScanner, depth: number, read: (inner: ScriptScanner) => void): void {
    const place = scanner.place();
    const name = scanner.pattern() ?? scanner.fail("INCLUDE needs the name of a file");
    if (depth >= includeLimit) {
      scanner.fail(`files are included more than ${includeLimit} deep here`, place);
    }
    const text = this.#include(name);
    if (text === undefined) {
      this.missing.push(name);
      scanner.fail(`the file "${name}" cannot be read`, place);
    }
    read(new ScriptScanner(text, name));
  }

  #readMemory(scanner: ScriptScanner, depth: number): void {
    scanner.expect("{");
    while (!scanner.takes("}")) {
      if (scanner.takes("INCLUDE")) {
        this.#readInclude(scanner, depth, (inner) => {
          while (!inner.isAtEnd) this.script.memory.push(this.#readRegion(inner));
        });
      } else this.script.memory.push(this.#readRegion(scanner));
    }
  }

  #readRegion(scanner: ScriptScanner): MemoryRegion {
    const place = scanner.place();
    const name = scanner.word() ?? scanner.fail("the name of a memory region is expected here");
    let attributes = "";
    if (scanner.takes("(")) {
      while (!scanner.takes(")")) {
        attributes += scanner.pattern() ?? scanner.fail("attributes such as rwx are expected here");
      }
    }
    scanner.expect(":");
    const take = (...names: string[]) => {
      if (!names.some((key) => scanner.takes(key))) scanner.fail(`${names[0]} is expected here`);
      scanner.expect("=");
      return readExpression(scanner);
    };
    const origin = take("ORIGIN", "origin", "org", "o");
    scanner.takes(",");
    const length = take("LENGTH", "length", "len", "l");
    scanner.takes(",");
    return { name, attributes, origin, length, place };
  }

  #readSegments(scanner: ScriptScanner): void {
    scanner.expect("{");
    const segments: SegmentStatement[] = [];
    while (!scanner.takes("}")) {
      const name = scanner.word() ?? scanner.fail("the name of a segment is expected here");
      const place = scanner.place();
      const typeName = scanner.name() ?? scanner.number() ?? "";
      const type =
        segmentTypes.get(typeName) ?? (/^\d/.test(typeName) ? Number(numberOf(typeName)) : -1);
      if (type < 0) scanner.fail(`\`${typeName}\` is no type of a segment; write PT_LOAD`, place);
      let hasFileHeader = false;
      let hasProgramHeaders = false;
      let address: Expression | undefined;
      let flags: Expression | undefined;
      while (!scanner.takes(";")) {
        if (scanner.takes("FILEHDR")) hasFileHeader = true;
        else if (scanner.takes("PHDRS")) hasProgramHeaders = true;
        else if (scanner.takes("AT")) address = this.#inParentheses(scanner);
        else if (scanner.takes("FLAGS")) flags = this.#inParentheses(scanner);
        else scanner.fail("FILEHDR, PHDRS, AT(…), FLAGS(…) or `;` is expected here");
      }
      segments.push({ name, type, hasFileHeader, hasProgramHeaders, address, flags });
    }
    this.script.segments = segments;
  }

  #inParentheses(scanner: ScriptScanner): Expression {
    scanner.expect("(");
    const expression = readExpression(scanner);
    scanner.expect(")");
    return expression;
  }

  #readSections(scanner: ScriptScanner, depth: number): void {
    const statements: Statement[] = [];
    scanner.expect("{");
    while (!scanner.takes("}")) this.#readSectionsStatement(scanner, depth, statements);
    if (!scanner.takes("INSERT")) {
      this.script.hasSections = true;
      // One by one: a script may have more statements than a call may have arguments.
      for (const statement of statements) this.script.statements.push(statement);
      return;
    }
    const where = scanner.takes("AFTER") ? "after" : "before";
    if (where === "before") scanner.expect("BEFORE");
    const place = scanner.place();
    const name = scanner.word() ?? scanner.fail("the name of an output section is expected here");
    this.script.insertions.push({ statements, where, name, place });
  }

  #readSectionsStatement(scanner: ScriptScanner, depth: number, statements: Statement[]): void {
    if (scanner.takes(";")) return;
    const place = scanner.place();
    if (scanner.takes("INCLUDE")) {
      this.#readInclude(scanner, depth, (inner) => {
        while (!inner.isAtEnd) this.#readSectionsStatement(inner, depth + 1, statements);
      });
      return;
    }
    if (scanner.takes("ENTRY")) {
      this.script.entry = this.#names(scanner)[0];
      return;
    }
    const assignment = this.#readAssignment(scanner);
    if (assignment !== undefined) {
      statements.push(assignment);
      return;
    }
    const name = scanner.word() ?? scanner.fail("the name of an output section is expected here");
    if (name === "OVERLAY") this.#readOverlay(scanner, place, statements);
    else if (Object.hasOwn(unsupported, name)) scanner.fail(unsupported[name] ?? "", place);
    else statements.push(this.#readOutput(scanner, name, place));
  }

  /** An assignment, PROVIDE or ASSERT; undefined, with nothing taken, when it is neither. */
  #readAssignment(scanner: ScriptScanner): Assignment | Assertion | undefined {
    const start = scanner.offset;
    const place = scanner.place();
    const word = scanner.word();
    if (word === "ASSERT") return this.#readAssertion(scanner, place);
    if (word === "PROVIDE" || word === "PROVIDE_HIDDEN" || word === "HIDDEN") {
      scanner.expect("(");
      const name = scanner.name() ?? scanner.fail("the name of a symbol is expected here");
      scanner.expect("=");
      const value = readExpression(scanner);
      scanner.expect(")");
      scanner.takes(";");
      const isProvided = word !== "HIDDEN";
      const isHidden = word !== "PROVIDE";
      return { kind: "assign", name, operator: "", value, isProvided, isHidden, place };
    }
    const mark = word === undefined ? undefined : scanner.peek();
    const isAssignment = mark !== undefined && /^(?:=|(?:[-+*/&|]|<<|>>)=)$/.test(mark);
    if (word === undefined || !isAssignment) {
      const split = word === undefined ? undefined : this.#splitOperator(scanner, start);
      if (split !== undefined) return split;
      scanner.offset = start;
      return undefined;
    }
    scanner.mark();
    return this.#finishAssignment(scanner, word, mark.slice(0, -1), place);
  }

  /** `.-=4` and `a/=2`, whose operator looks like a part of the name. */
  #splitOperator(scanner: ScriptScanner, start: number): Assignment | undefined {
    scanner.offset = start;
    const place = scanner.place();
    const name = scanner.name();
    const mark = name === undefined ? undefined : scanner.peek();
    if (name === undefined || mark === undefined || !/^[-*/]=$/.test(mark)) return undefined;
    scanner.mark();
    return this.#finishAssignment(scanner, name, mark.slice(0, -1), place);
  }

  #finishAssignment(
    scanner: ScriptScanner,
    name: string,
    operator: string,
    place: Assignment["place"],
  ): Assignment {
    const value = readExpression(scanner);
    // GNU ld takes a comma for a semicolon, too.
    if (!scanner.takes(";") && !scanner.takes(",") && scanner.peek() !== "}") {
      scanner.fail("`;` is expected at the end of this assignment");
    }
    return { kind: "assign", name, operator, value, isProvided: false, isHidden: false, place };
  }

  #readAssertion(scanner: ScriptScanner, place: Assertion["place"]): Assertion {
    scanner.expect("(");
    const condition = readExpression(scanner);
    scanner.expect(",");
    const message = scanner.name() ?? scanner.fail("a message in quotes is expected here");
    scanner.expect(")");
    scanner.takes(";");
    return { kind: "assert", condition, message, place };
  }

  /** The rest of an output section, behind its name. */
  #readOutput(scanner: ScriptScanner, name: string, place: Assignment["place"]): OutputStatement {
    let type: string | undefined;
    let address: Expression | undefined;
    const readType = () => {
      const { offset } = scanner;
      if (scanner.peek() !== "(") return;
      scanner.mark();
      if (scanner.takes("TYPE")) {
        scanner.expect("=");
        type = scanner.name() ?? String(scanner.number());
        if (scanner.takes(",")) type = scanner.name() ?? type;
        scanner.expect(")");
        return;
      }
      const found = sectionTypes.find((keyword) => scanner.takes(keyword));
      if (found === "READONLY" && scanner.takes("(")) {
        scanner.expect("TYPE");
        scanner.expect("=");
        type = scanner.name() ?? String(scanner.number());
        scanner.expect(")");
        scanner.expect(")");
      } else if (found !== undefined && scanner.takes(")")) type = found;
      else if (!scanner.takes(")")) scanner.offset = offset;
    };
    readType();
    if (scanner.peek() !== ":") {
      address = readExpression(scanner);
      readType();
    }
    scanner.expect(":");
    let loadAddress: Expression | undefined;
    let alignment: Expression | undefined;
    let inputAlignment: Expression | undefined;
    let alignsWithInput = false;
    let constraint: OutputStatement["constraint"];
    while (scanner.peek() !== "{") {
      if (scanner.takes("AT")) loadAddress = this.#inParentheses(scanner);
      else if (scanner.takes("ALIGN_WITH_INPUT")) alignsWithInput = true;
      else if (scanner.takes("ALIGN")) alignment = this.#inParentheses(scanner);
      else if (scanner.takes("SUBALIGN")) inputAlignment = this.#inParentheses(scanner);
      else if (scanner.takes("ONLY_IF_RO")) constraint = "read-only";
      else if (scanner.takes("ONLY_IF_RW")) constraint = "writable";
      else scanner.fail("`{`, AT(…), ALIGN(…) or SUBALIGN(…) is expected here");
    }
    const body = this.#readBody(scanner);
    const tail = this.#readTail(scanner);
    return {
      kind: "output",
      name,
      place,
      address,
      type,
      loadAddress,
      alignment,
      inputAlignment,
      alignsWithInput,
      constraint,
      body,
      ...tail,
      isOverlay: false,
      end: undefined,
    };
  }

  /**
   * OVERLAY: sections with one address that are loaded one behind the other, each with symbols for
   * its place in the file; behind them the location counter is where the largest one ends.
   */
  #readOverlay(scanner: ScriptScanner, place: Assignment["place"], statements: Statement[]): void {
    const start = scanner.peek() === ":" ? undefined : readExpression(scanner);
    scanner.expect(":");
    scanner.takes("NOCROSSREFS");
    const loadAddress = scanner.takes("AT") ? this.#inParentheses(scanner) : undefined;
    scanner.expect("{");
    const drafts: {
      name: string;
      body: BodyStatement[];
      segments: readonly string[];
      fill: Fill;
    }[] = [];
    while (!scanner.takes("}")) {
      const name = scanner.word() ?? scanner.fail("the name of an output section is expected here");
      const body = this.#readBody(scanner);
      const { segments, fill } = this.#readTail(scanner);
      drafts.push({ name, body, segments, fill });
    }
    const { region, loadRegion, segments, fill } = this.#readTail(scanner);
    const call = (name: string, text: string, operands: Expression[] = []): Expression => ({
      kind: "call",
      name,
      text,
      operands,
      place,
    });
    if (drafts.length === 0) scanner.fail("OVERLAY needs sections", place);
    const base = call("ADDR", drafts[0]?.name ?? "");
    const sizes = drafts.map(({ name }) => call("SIZEOF", name));
    const largest = sizes.reduce((left, right) => call("MAX", "", [left, right]));
    const sum = (left: Expression, right: Expression): Expression => ({
      kind: "binary",
      operator: "+",
      left,
      right,
      place,
    });
    for (const [index, { name, body, ...own }] of drafts.entries()) {
      statements.push({
        kind: "output",
        name,
        place,
        address: index === 0 ? start : base,
        type: undefined,
        loadAddress: index === 0 ? loadAddress : undefined,
        alignment: undefined,
        inputAlignment: undefined,
        alignsWithInput: false,
        constraint: undefined,
        body,
        region,
        loadRegion,
        segments: own.segments.length > 0 ? own.segments : segments,
        fill: own.fill ?? fill,
        isOverlay: true,
        end: index === drafts.length - 1 ? sum(base, largest) : undefined,
      });
      const plainName = name.replace(/\W/g, "");
      const load = call("LOADADDR", name);
      const bounds = [
        [`__load_start_${plainName}`, load],
        [`__load_stop_${plainName}`, sum(load, call("SIZEOF", name))],
      ] as const;
      for (const [symbol, value] of bounds) {
        const flags = { isProvided: true, isHidden: false, operator: "" };
        statements.push({ kind: "assign", name: symbol, value, place, ...flags });
      }
    }
  }

  #readTail(
    scanner: ScriptScanner,
  ): Pick<OutputStatement, "region" | "loadRegion" | "segments" | "fill"> {
    let region: string | undefined;
    let loadRegion: string | undefined;
    let fill: Uint8Array | undefined;
    const segments: string[] = [];
    const name = (what: string) =>
      scanner.word() ?? scanner.fail(`the name of a ${what} is missing`);
    for (;;) {
      if (scanner.takes(">")) region = name("memory region");
      else if (scanner.takes("AT>") || scanner.takes("AT")) {
        scanner.takes(">");
        loadRegion = name("memory region");
      } else if (scanner.takes(":")) segments.push(name("segment"));
      else if (scanner.takes("=")) fill = this.#readFill(scanner);
      else break;
    }
    scanner.takes(",");
    scanner.takes(";");
    return { region, loadRegion, segments, fill };
  }

  /** A fill: as many bytes as hexadecimal digits say, else the four bytes of a number. */
  #readFill(scanner: ScriptScanner): Uint8Array {
    scanner.skip();
    const digits = /^0[xX]([0-9a-fA-F]+)(?![\w.])/.exec(
      scanner.text.slice(scanner.offset, scanner.offset + 200),
    );
    if (digits?.[1] !== undefined) {
      scanner.offset += digits[0].length;
      const text = digits[1].length % 2 === 0 ? digits[1] : `0${digits[1]}`;
      return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
    }
    const expression = readExpression(scanner);
    if (expression.kind !== "number") scanner.fail("a fill must be a number", expression.place);
    const value = Number(BigInt.asUintN(32, expression.value));
    return Uint8Array.from([value >>> 24, value >>> 16, value >>> 8, value], (byte) => byte & 255);
  }

  #readBody(scanner: ScriptScanner): BodyStatement[] {
    scanner.expect("{");
    const body: BodyStatement[] = [];
    while (!scanner.takes("}")) this.#readBodyStatement(scanner, body, 0);
    return body;
  }

  #readBodyStatement(scanner: ScriptScanner, body: BodyStatement[], depth: number): void {
    if (scanner.takes(";")) return;
    const place = scanner.place();
    if (scanner.takes("INCLUDE")) {
      this.#readInclude(scanner, depth, (inner) => {
        while (!inner.isAtEnd) this.#readBodyStatement(inner, body, depth + 1);
      });
      return;
    }
    if (scanner.takes("CONSTRUCTORS")) return;
    const sized = dataStatements.find(([keyword]) => scanner.takes(keyword));
    if (sized !== undefined) {
      const value = this.#inParentheses(scanner);
      scanner.takes(";");
      body.push({ kind: "data", size: sized[1], value, place });
      return;
    }
    if (scanner.takes("FILL")) {
      scanner.expect("(");
      body.push({ kind: "fill", value: this.#readFill(scanner) });
      scanner.expect(")");
      return;
    }
    const word = /^(?:CREATE_OBJECT_SYMBOLS)\b/.exec(
      scanner.text.slice(scanner.offset, scanner.offset + 40),
    );
    if (word !== null) scanner.fail(unsupported[word[0]] ?? "", place);
    const assignment = this.#readAssignment(scanner);
    if (assignment !== undefined) body.push(assignment);
    else {
      const input = readInputStatement(scanner);
      if (input !== undefined) body.push(input);
    }
  }
}

const dataStatements = [
  ["BYTE", 1],
  ["SHORT", 2],
  ["LONG", 4],
  ["QUAD", 8],
  ["SQUAD", 8],
] as const;
