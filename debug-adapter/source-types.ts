/**
 * The types of labelled data in an assembly source: the directives behind a label say of what kind
 * its elements are, how wide each is, and how many there are. A directive that goes on with the same
 * kind makes the array longer; one of another kind, the next label, an instruction or a change of
 * the section ends it.
 */
import type { AssemblySymbol } from "../assembler/symbols.ts";
import type { Statement, Unit } from "../assembler/unit.ts";
import {
  codeType,
  doubleType,
  floatType,
  integerOfBytes,
  longType,
  signedCharType,
  sizeOf,
  type Type,
  typeOfZeros,
  unsignedCharType,
} from "./expressions/types.ts";

const [character, half, word, double] = [1, 2, 4, 8].map((bytes) => integerOfBytes[bytes]!);

/** What one element is, and the directives for it; zeros have a type by their number. */
const elements: readonly (readonly [Type | undefined, ...string[]])[] = [
  [signedCharType, ".byte"],
  [half, ".half", ".2byte", ".short", ".hword"],
  [word, ".word", ".4byte", ".long", ".int"],
  [double, ".dword", ".8byte", ".quad"],
  [floatType, ".float", ".single"],
  [doubleType, ".double"],
  [character, ".ascii", ".asciz", ".asciiz", ".string", ".string8"],
  [unsignedCharType, ".incbin"],
  [undefined, ".zero", ".space", ".skip", ".fill"],
];
const directives: ReadonlyMap<string, Type | undefined> = new Map(
  elements.flatMap(([element, ...names]) => names.map((name) => [name, element] as const)),
);

/** Directives with bytes, of which no type is said, and those that lead elsewhere. */
const ending: ReadonlySet<string> = new Set([
  ...[".octa", ".float16", ".string16", ".string32", ".string64", ".uleb128", ".sleb128"],
  ...[".align", ".balign", ".balignw", ".balignl", ".p2align", ".p2alignw", ".p2alignl", ".org"],
  ...[".section", ".text", ".data", ".bss", ".rodata", ".sdata", ".pushsection", ".popsection"],
  ...[".previous", ".subsection"],
]);

/** A label's data so far. */
interface Data {
  readonly directive: string;
  readonly element: Type | undefined;
  /** The label whose address the first element is. */
  readonly target: AssemblySymbol | undefined;
  bytes: number;
}

/**
 * The types of the labels that stand before data, by name. A name that several sources define for
 * themselves is left out, since it does not tell which is meant.
 */
export function typesOfSources(units: readonly Unit[], xlen: 32 | 64): ReadonlyMap<string, Type> {
  const types = new Map<string, Type>();
  const repeated = new Set<string>();
  for (const unit of units) {
    const data = dataOf(unit, xlen >> 3);
    for (const [symbol, found] of data) {
      if (types.has(symbol.name)) repeated.add(symbol.name);
      types.set(symbol.name, typeOf(found, data, xlen));
    }
  }
  for (const name of repeated) types.delete(name);
  return types;
}

/** The data of each label of a source. */
function dataOf(unit: Unit, wordBytes: number): Map<AssemblySymbol, Data> {
  const found = new Map<AssemblySymbol, Data>();
  let labels: AssemblySymbol[] = [];
  let current: Data | undefined;
  for (const statement of unit.statements) {
    if (statement.labels.length > 0) {
      if (current !== undefined) labels = [];
      current = undefined;
      labels.push(...statement.labels);
    }
    const name = statement.kind === "directive" ? (statement.name?.text.toLowerCase() ?? "") : "";
    const bytes = directives.has(name) ? lengthOf(statement) : 0;
    if (statement.kind === "instruction" || ending.has(name)) {
      labels = [];
      current = undefined;
    } else if (bytes === undefined || (current !== undefined && isOther(current, name, bytes))) {
      // What stands behind is no more of the same.
      labels = [];
    } else if (bytes > 0 && labels.length > 0) {
      const element = directives.get(name);
      if (current !== undefined) current.bytes += bytes;
      else {
        const isWord = element?.kind === "integer" && element.bits === wordBytes * 8;
        const target = isWord ? labelIn(statement, unit) : undefined;
        current = { directive: name, element, target, bytes };
        for (const label of labels) found.set(label, current);
      }
    }
  }
  return found;
}

const isOther = ({ element, directive }: Data, name: string, bytes: number): boolean =>
  bytes > 0 && (directives.get(name) !== element || (element === undefined && name !== directive));

/** The bytes of a directive; undefined where they are not known before linking. */
function lengthOf({ from, to }: Statement): number | undefined {
  return from.fragment === to.fragment ? to.offset - from.offset : undefined;
}

/** The label that the first operand of a statement begins with. */
function labelIn({ tokens, nameAt }: Statement, unit: Unit): AssemblySymbol | undefined {
  const operand = nameAt < 0 ? undefined : tokens[nameAt + 1];
  const symbol = operand?.kind === "name" ? unit.symbols.find(operand.text) : undefined;
  return symbol?.fragment === undefined ? undefined : symbol;
}

function typeOf(
  { element, bytes, target }: Data,
  all: ReadonlyMap<AssemblySymbol, Data>,
  xlen: 32 | 64,
): Type {
  if (element === undefined) return typeOfZeros(bytes);
  const of: Type =
    target === undefined ? element : { kind: "pointer", to: pointed(target, all, xlen) };
  const count = Math.floor(bytes / sizeOf(of, xlen));
  return count > 1 || element === character ? { kind: "array", of, count } : of;
}

/** What a pointer to a label points to; behind one more pointer are words. */
function pointed(
  target: AssemblySymbol,
  all: ReadonlyMap<AssemblySymbol, Data>,
  xlen: 32 | 64,
): Type {
  const data = all.get(target);
  if (data === undefined) return codeType;
  if (data.target !== undefined) return longType(xlen);
  const type = typeOf(data, all, xlen);
  return type.kind === "array" ? type.of : type;
}
