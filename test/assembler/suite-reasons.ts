/**
 * Why something of other assemblers' test suites comes out otherwise with us than with GNU as, where
 * that is so on purpose. A row is tried on what is different, as `suite-comparison.ts` words it.
 */
import { basename } from "node:path";
import type { SuiteCase } from "./suite-cases.ts";
import type { Outcome } from "./suite-comparison.ts";

/** The kinds of outcomes, what they say (some line, or where marked every line), and the reason. */
interface Reason {
  readonly kinds: RegExp;
  readonly text: RegExp;
  /** Names of files, where only some are meant. */
  readonly files?: RegExp;
  readonly reason: string;
}

const reasons: readonly Reason[] = [
  { kinds: /^option$/, text: /./, reason: "an option that changes listings, formats or languages" },
  {
    kinds: /accepted|lines/,
    text: /non-constant .[us]leb128|leb128 only supports|Internal error in riscv_insert_uleb128/,
    reason: "distances in LEB128 are computed where GNU as gives up",
  },
  {
    kinds: /refused|lines|accepted/,
    text: /extension "(x(cv|sf|ven|mips|th|tm|qc|w)|s[smdv]|zv|zic|zp|zn|zil|zcm|za|zf)/,
    reason: "extensions that are not known yet",
  },
  {
    kinds: /refused|lines|accepted/,
    text: /Unknown instruction `(cv\.|sf\.|cm\.|ss|lpad|c\.ss|v[a-z]+bf16|mips|vt\.|vd?[a-z0-9]*4)/,
    reason: "extensions that are not known yet",
  },
  {
    kinds: /lines|accepted/,
    text: /unknown CSR|unknown prefixed ISA extension|must be set with the versions/,
    reason: "newer extensions and CSRs are known to us",
  },
  {
    kinds: /listing/,
    text: /csrr\ta0,(m(cycle|instret)cfg|0x)/,
    reason: "newer extensions and CSRs are known to us",
  },
  {
    kinds: /warnings/,
    text: /is a symbol here, not the register/,
    reason: "a symbol that is called like a register is worth a warning",
  },
  {
    kinds: /refused|lines/,
    text: /A (number or a )?symbol.* is expected here|`jal` needs another operand/,
    reason: "a register in the place of a symbol is a slip",
  },
  {
    kinds: /lines|accepted/,
    text: /illegal operands `li \w+,[\w.-]+'/,
    reason: "symbols that are known later may be constants",
  },
  {
    kinds: /lines|warnings/,
    text: /Too many (errors|warnings)/,
    reason: "after some hundred errors the others are not reported",
  },
  {
    kinds: /accepted|lines/,
    text: /@(plt|gotpcrel)|first unrecognized character is `@'/i,
    reason: "a suffix @plt means nothing and is taken everywhere",
  },
  {
    kinds: /refused/,
    text: /more than \d+ sections|divides by zero/,
    reason: "a division by zero, or more sections than an object without extended numbers has",
  },
  {
    kinds: /listing/,
    text: /\t(add|csrrw?)w?\t.*\|.*\t(addi|csrr)w?i?\t/,
    reason: "binutils 2.44 print other aliases than 2.40",
  },
  {
    kinds: /listing/,
    text: /Address 0x[0-9a-f]+ is out of bounds/,
    reason: "objdump stops where data end at an odd place",
  },
  {
    kinds: /accepted/,
    text: /unknown pseudo-op: `\.addrsig/,
    reason: "directives of other compilers that mean nothing here are read",
  },
  {
    kinds: /lines|accepted/,
    text: /end of macro inside conditional|end of file inside conditional/,
    reason: "GNU as says where a condition was open, we say where it began",
  },
  {
    kinds: /accepted|object/,
    text: /./,
    files: /^(relax-align|align|mapping|la-variants|tail)/,
    reason: "binutils 2.44 pad and mark code for the linker otherwise than 2.40",
  },
];

/** Why an outcome is as it should be; undefined where nothing explains it. */
export function reasonOf({ kind, found }: Outcome, { path }: SuiteCase): string | undefined {
  return reasons.find(
    ({ kinds, text, files }) =>
      kinds.test(kind) &&
      (files === undefined || files.test(basename(path))) &&
      found.some((line) => text.test(line)),
  )?.reason;
}
