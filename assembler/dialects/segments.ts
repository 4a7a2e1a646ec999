/**
 * Segments with addresses: `.data 0x10010400` and `.text 0x400100` go on at an address of their
 * own, and the bare directive goes back to where the segment was left.
 */
import type { Arguments } from "../arguments.ts";
import type { Assembler } from "../assembler.ts";
import type { Subsection } from "../sections.ts";

/** Where each segment was left, by file. */
const left = new WeakMap<Assembler, Map<string, Subsection>>();

/** Goes to the segment `.text` or `.data`, at the address that the operand gives. */
export function segment(assembler: Assembler, args: Arguments, name: ".text" | ".data"): void {
  let places = left.get(assembler);
  if (places === undefined) {
    places = new Map();
    left.set(assembler, places);
  }
  if (args.isAtEnd) {
    assembler.enter(places.get(name) ?? assembler.section(name).subsection(0));
    return;
  }
  const value = args.constant("The address");
  if (value === undefined) return;
  goTo(assembler, name, BigInt.asUintN(32, value), places);
}

function goTo(
  assembler: Assembler,
  name: ".text" | ".data",
  address: bigint,
  places: Map<string, Subsection>,
): void {
  const base = assembler.dialect.segmentAddresses?.[name];
  const section = assembler.section(
    address === base ? name : `${name}.0x${address.toString(16).padStart(8, "0")}`,
  );
  if (address !== base) section.address = address;
  const subsection = section.subsection(0);
  places.set(name, subsection);
  assembler.enter(subsection);
}

/** Sets where a segment goes on without entering it, for a directive of the file's start. */
export function startSegmentAt(
  assembler: Assembler,
  name: ".text" | ".data",
  address: bigint,
): void {
  const places = left.get(assembler) ?? new Map<string, Subsection>();
  left.set(assembler, places);
  const { subsection, previous } = assembler;
  goTo(assembler, name, address, places);
  assembler.subsection = subsection;
  assembler.previous = previous;
}
