/** Causes of findings as clients get them. */
import type { Cause } from "./checks.ts";

/** A cause as a line for the person. */
export function describeCause({ label, at }: Cause): string {
  return `  at instruction ${at.toLocaleString("en-US")}: ${label}`;
}

/** A cause for a client: its count is decimal text, as in `hartbeat/goTo`. */
export function presentCause({ label, at }: Cause): { label: string; instructions: string } {
  return { label, instructions: String(at) };
}
