/**
 * What a structure means in languages whose compilers say more of it than its members: which variant
 * of an enumeration holds, which elements a slice, a vector or a text has, and that a tuple's members
 * have numbers and no names.
 */
import { formatString } from "../formats.ts";
import type { Environment } from "./environment.ts";
import type { Contents, Member, StructureType, VariantCase } from "./types.ts";
import { integerOf, isBytes, memberOf, memoryValue, readPlace, type Value } from "./value.ts";

/** Bytes of a text that are read. */
const shownText = 800;
/** Elements beyond are not believed: the value is not there yet. */
const mostElements = 2n ** 40n;

/** The members that a structure has now: of variants only those of the one that holds. */
export function membersNow(environment: Environment, value: Value): readonly Member[] {
  const { type } = value;
  if (type.kind !== "structure") return [];
  const { variants, members } = type;
  if (variants === undefined) return members;
  const all = new Set(variants.cases.map(({ member }) => member));
  const active = activeVariant(environment, value);
  return members.filter((member) => member === active || !all.has(member));
}

/** The variant that holds, or undefined where the discriminant says none. */
export function activeVariant(environment: Environment, value: Value): Member | undefined {
  if (value.type.kind !== "structure" || value.type.variants === undefined) return undefined;
  const { discriminant, cases } = value.type.variants;
  if (discriminant === undefined) return cases[0]?.member;
  const { bits } = discriminant.type as { bits?: number };
  const number = BigInt.asUintN(bits ?? 64, integerOf(memberOf(environment, value, discriminant)));
  const holds = ({ ranges }: VariantCase) =>
    ranges?.some(([low, high]) => number >= low && number <= high) === true;
  return (cases.find(holds) ?? cases.find(({ ranges }) => ranges === undefined))?.member;
}

/** Whether members are a tuple's: `__0`, `__1`. */
export function isTuple(members: readonly Member[]): boolean {
  return members.length > 0 && members.every(({ name }, index) => name === `__${index}`);
}

/** A member as a person names it: of a tuple by its number. */
export function shownName(name: string): string {
  return /^__\d+$/.test(name) ? name.slice(2) : name;
}

/** The value of a member within members. */
function follow(
  environment: Environment,
  value: Value,
  path: readonly string[],
): Value | undefined {
  let here: Value | undefined = value;
  for (const name of path) {
    const { type }: Value = here;
    if (type.kind !== "structure") return undefined;
    const member: Member | undefined = type.members.find((own) => own.name === name);
    if (member === undefined) return undefined;
    here = memberOf(environment, here, member);
  }
  return here;
}

/** The elements that a structure stands for, as an array; undefined where it is none such. */
export function elementsOf(environment: Environment, value: Value): Value | undefined {
  const contents = value.type.kind === "structure" ? value.type.contents : undefined;
  if (contents === undefined) return undefined;
  const pointer = follow(environment, value, contents.pointer);
  const count = follow(environment, value, contents.count);
  if (pointer === undefined || count === undefined) return undefined;
  const number = integerOf(count);
  if (number < 0n || number > mostElements) return undefined;
  const type = { kind: "array", of: contents.of, count: Number(number) } as const;
  return memoryValue(environment, integerOf(pointer), type);
}

/** The text that a structure stands for, in quotes; undefined where it is none. */
export function textOf(environment: Environment, value: Value): string | undefined {
  if (value.type.kind !== "structure" || value.type.contents?.isText !== true) return undefined;
  const elements = elementsOf(environment, value);
  if (elements?.type.kind !== "array" || !isBytes(elements.place)) return undefined;
  const { count } = elements.type;
  if (count === 0) return '""';
  const bytes = readPlace(environment, elements.place, Math.min(count, shownText));
  // The text may hold zeros, and ends with none.
  return quoted(bytes, count > bytes.length);
}

function quoted(bytes: Uint8Array, isCut: boolean): string {
  if (!bytes.includes(0) && !isCut) return formatString(Uint8Array.of(...bytes, 0), shownText);
  return JSON.stringify(new TextDecoder().decode(bytes)) + (isCut ? "…" : "");
}

/** Where the first pointer is in a structure, as the names of members. */
export function firstPointer(type: StructureType, depth = 0): readonly string[] | undefined {
  for (const member of type.members) {
    if (member.type.kind === "pointer") return [member.name];
    if (member.type.kind !== "structure" || depth > 8) continue;
    const inner = firstPointer(member.type, depth + 1);
    if (inner !== undefined) return [member.name, ...inner];
  }
  return undefined;
}

/** How an expression names the elements, for an index behind it; undefined where none can. */
export function elementsExpression(
  name: string,
  { pointer, of }: Contents,
  ofName: string,
): string | undefined {
  const path = `${name}.${pointer.join(".")}`;
  if (pointer.length === 1) return path;
  return of.kind !== "structure" && /^\w+$/.test(ofName) ? `((${ofName} *)${path})` : undefined;
}

/** Blocks of ranges of discriminants (DW_AT_discr_list) as numbers. */
export function discriminantList(bytes: Uint8Array, size: number): [bigint, bigint][] {
  const ranges: [bigint, bigint][] = [];
  let at = 0;
  const number = () => {
    let value = 0n;
    for (let shift = 0n; at < bytes.length; shift += 7n) {
      const byte = bytes[at++]!;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    return BigInt.asUintN(8 * size, value);
  };
  while (at < bytes.length) {
    const isRange = bytes[at++] === 1;
    const low = number();
    ranges.push([low, isRange ? number() : low]);
  }
  return ranges;
}
