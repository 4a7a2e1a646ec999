/** How full the regions of MEMORY are, as GNU ld's `--print-memory-usage` says it. */
import type { Region } from "./layout.ts";

const units = [
  [1n << 30n, "GB"],
  [1n << 20n, "MB"],
  [1n << 10n, "KB"],
] as const;

/** A size in the largest unit that it is a whole number of, right-aligned to 13 characters. */
function sizeText(size: bigint): string {
  const unit = units.find(([bytes]) => size % bytes === 0n);
  return unit === undefined
    ? `${String(size).padStart(11)} B`
    : `${String(size / unit[0]).padStart(10)} ${unit[1]}`;
}

/** A line for each region: what is used of it, its size, and the share in per cent. */
export function memoryUsage(regions: readonly Region[]): string {
  const lines = regions.map(({ name, origin, current, length }) => {
    const used = current - origin;
    const share =
      length === 0n ? "" : `    ${((used * 100) / Number(length)).toFixed(2).padStart(6)}%`;
    return `${name.padStart(16)}: ${sizeText(BigInt(used))}${sizeText(length)}${share}`;
  });
  return ["Memory region         Used Size  Region Size  %age Used", ...lines, ""].join("\n");
}
