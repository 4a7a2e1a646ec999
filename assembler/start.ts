/**
 * Start code: for Linux programs that have only `main`, which it calls with the arguments that the
 * kernel left on the stack, and for a test, a single function of a program. Both exit with what is
 * returned.
 */
import { attributesOf } from "../elf/attributes.ts";
import { EF_RISCV } from "../elf/constants.ts";
import type { ElfFile } from "../elf/model.ts";
import { assemble } from "./assemble.ts";

/** The source, for registers of `width` bytes. */
const source = (width: 4 | 8): string => {
  const load = width === 8 ? "ld" : "lw";
  // What runs on behind the program's last instruction must not start it again.
  return `
    unimp
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

/** What start code takes over from an object that it is linked with. */
type Model = Pick<ElfFile, "class" | "flags"> & Parameters<typeof attributesOf>[0];

/** The object of the start code, for the same architecture as another object. */
export function startCode(like: Model): ElfFile {
  return objectOf(source(like.class === 64 ? 8 : 4), like);
}

/** How a program of an environment ends with the status in a0. */
const exits = {
  linux: "li a7, 93",
  rars: "li a7, 93",
  ripes: "li a7, 93",
  venus: "mv a1, a0\nli a0, 17",
} as const;

/** The symbol at which the start code of a test begins. */
export const testEntry = "__start_test";

/** The object of the start code that calls one function, without arguments, and exits. */
export function testCode(like: Model, environment: keyof typeof exits, name: string): ElfFile {
  const text = `
    unimp
    .globl ${testEntry}
    .type ${testEntry}, @function
${testEntry}:
    andi sp, sp, -16
    call "${name}"
    ${exits[environment]}
    ecall
    .size ${testEntry}, . - ${testEntry}
`;
  return objectOf(text, like);
}

function objectOf(text: string, like: Model): ElfFile {
  const march = attributesOf(like).arch ?? `rv${like.class}g`;
  const { object } = assemble("start", text, {
    march,
    readFile: () => undefined,
  });
  object.flags = like.flags & (EF_RISCV.FLOAT_ABI | EF_RISCV.RVC);
  return object;
}
