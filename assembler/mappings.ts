/**
 * The mapping symbols of a section (`$x`, `$d`), which tell code from data: where several come to
 * stand at one place, one is left. psABI, "Mapping Symbol".
 */
import type { Assembler } from "./assembler.ts";
import type { SectionBuilder } from "./sections.ts";
import type { AssemblySymbol } from "./symbols.ts";

/** Of mapping symbols at one place the last holds; one at the section's end says nothing. */
export function settleMappings(assembler: Assembler, builder: SectionBuilder, size: bigint): void {
  const addressOf = ({ fragment, offset }: AssemblySymbol) => (fragment?.address ?? 0) + offset;
  if (builder.isCode && !assembler.code.relax) mapOddPadding(assembler, builder);
  const positions = new Map(builder.fragments().map((fragment, index) => [fragment, index]));
  const positionOf = ({ fragment }: AssemblySymbol) =>
    fragment === undefined ? 0 : (positions.get(fragment) ?? 0);
  const sorted = [...builder.mappings].sort(
    (a, b) => addressOf(a) - addressOf(b) || positionOf(a) - positionOf(b),
  );
  // In one fragment the last one takes the place of the others.
  const left = sorted.filter((symbol, index) => {
    const next = sorted[index + 1];
    const isReplaced =
      next?.fragment === symbol.fragment && addressOf(next ?? symbol) === addressOf(symbol);
    if (isReplaced && next !== undefined) symbol.isMapping = false;
    return !isReplaced || next === undefined;
  });
  for (const [index, symbol] of left.entries()) {
    const next = left[index + 1];
    const isLast = next === undefined && BigInt(addressOf(symbol)) >= size;
    const isHidden = next !== undefined && addressOf(next) === addressOf(symbol);
    // One that names the architecture stays in place of a plain one.
    if (isHidden && next.name === "$x" && symbol.name.startsWith("$xrv")) next.isMapping = false;
    else if (isLast || isHidden) symbol.isMapping = false;
  }
}

/** The odd byte of padding that no instruction can fill is data. */
function mapOddPadding({ symbols }: Assembler, builder: SectionBuilder): void {
  for (const fragment of builder.fragments()) {
    const { tail, tailSize, length } = fragment;
    if (tail?.kind !== "align" || tail.fill !== undefined || tailSize % 2 === 0) continue;
    builder.mappings.push(symbols.map("$d", fragment, length));
    const isHere = (one: AssemblySymbol) => one.fragment === fragment && one.offset === length;
    const name = builder.mappings.find((one) => isHere(one) && one.name !== "$d")?.name;
    // GNU as only moves on what is there.
    if (name !== undefined) builder.mappings.push(symbols.map(name, fragment, length + 1));
  }
}
