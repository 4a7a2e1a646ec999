/** Numbers of as many bytes as they need. DWARF 5, section 7.6, "Variable Length Data". */

/** A number as LEB128. DWARF 5, section 7.6 "Variable Length Data". */
export function encodeLeb128(value: bigint, isSigned: boolean): number[] {
  const bytes: number[] = [];
  if (!isSigned) value = BigInt.asUintN(64, value);
  for (;;) {
    const low = Number(value & 0x7fn);
    value >>= 7n;
    const isLast = isSigned
      ? (value === 0n && (low & 0x40) === 0) || (value === -1n && (low & 0x40) !== 0)
      : value === 0n;
    if (isLast) {
      bytes.push(low);
      return bytes;
    }
    bytes.push(low | 0x80);
  }
}
