/**
 * Start code for Linux programs that have only `main`: calls it with the arguments that the kernel
 * left on the stack, and exits with what it returns.
 */
import { attributesOf } from "../elf/attributes.ts";
import { EF_RISCV } from "../elf/constants.ts";
import type { ElfFile } from "../elf/model.ts";
import type { ObjectView } from "../elf/object-view.ts";
import { assemble } from "./assemble.ts";

/** The source, for registers of `width` bytes. */
const source = (width: 4 | 8): string => {
  const load = width === 8 ? "ld" : "lw";
  return `
    .globl _start
    .type _start, @function
_start:
    ${load} a0, 0(sp)
    addi a1, sp, ${width}
    slli a2, a0, ${width === 8 ? 3 : 2}
    add a2, a2, a1
    addi a2, a2, ${width}
    andi sp, sp, -16
    call main
    li a7, 93
    ecall
    .size _start, . - _start
`;
};

/** The object of the start code, for the same architecture as another object. */
export function startCode(like: ObjectView): ElfFile {
  const bits = like.class;
  const march = attributesOf(like).arch ?? `rv${bits}g`;
  const { object } = assemble("start", source(bits === 64 ? 8 : 4), {
    march,
    readFile: () => undefined,
  });
  object.flags = like.flags & (EF_RISCV.FLOAT_ABI | EF_RISCV.RVC);
  return object;
}
