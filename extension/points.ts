/** Points of a run, as people read and type them. */

const countFormat = new Intl.NumberFormat("en-US");

/** A count as people read it: with commas. */
export const formatCount = (count: bigint): string => countFormat.format(count);

/**
 * The instruction count that a person means: a count, `+` or `-` and a count from here, or a
 * percentage of the run. A text is returned that says what is wrong with it.
 */
export function readPoint(
  text: string,
  { at, start, end }: { at: bigint; start: bigint; end: bigint },
): bigint | string {
  const [, sign, digits, percent] = /^\s*([+-]?)\s*(\d[\d,_. ]*?)\s*(%?)\s*$/.exec(text) ?? [];
  if (digits === undefined) return "Type a count such as 1,234, +100 or -100 from here, or 50 %.";
  if (percent === "%") {
    const share = Number(digits);
    if (sign !== "" || !(share >= 0 && share <= 100)) return "Type a percentage from 0 % to 100 %.";
    return start + ((end - start) * BigInt(Math.round(share * 1e6))) / 100_000_000n;
  }
  const plain = digits.replace(/[,_ ]/g, "");
  if (!/^\d{1,19}$/.test(plain)) return "Type a whole number of instructions.";
  const count = BigInt(plain);
  const point = sign === "" ? count : sign === "+" ? at + count : at - count;
  if (point >= start && point <= end) return point;
  return `The recorded run goes from ${formatCount(start)} to ${formatCount(end)}.`;
}
