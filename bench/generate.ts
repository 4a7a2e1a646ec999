/**
 * Sources that are too long to write: each is made from a seed, and so the same every time. The
 * programs that come of them follow the rules of those in `programs/`.
 */

/** Marsaglia's xorshift, as in `programs/bench.h`: whole numbers below a bound. */
function randomNumbers(seed: number): (below: number) => number {
  let x = seed;
  return (below) => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) % below;
  };
}

const range = <T>(count: number, one: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => one(index));

/** A Petri net as C: transitions that fire when all of their places hold enough. */
export function branches(): string {
  const random = randomNumbers(0x1234_5678);
  const places = 96;
  const place = () => `p[${random(places)}]`;
  const transition = () => {
    const from = range(2 + random(3), place);
    const condition = from.map((one) => `${one} >= ${1 + random(3)}`).join(" && ");
    const guard = `${place()} < ${20 + random(40)}`;
    const moves = [
      ...from.map((one) => `${one}--;`),
      ...range(from.length, () => `${place()}++;`),
      "fired++;",
    ];
    return `  if (${condition} && ${guard}) {\n    ${moves.join(" ")}\n  }`;
  };
  const parts = 4;
  const part = (index: number) =>
    `static __attribute__((noinline)) void part${index}(void) {\n` +
    `${range(120, transition).join("\n")}\n}`;
  return `#include "bench.h"

static volatile int p[${places}];
static unsigned fired;

${range(parts, part).join("\n\n")}

int main(int argc, char **argv) {
  uint64_t sum = 0;
  for (unsigned round = rounds(argc, argv, 120000); round > 0; round--) {
    for (int i = 0; i < 8; i++) p[next_random() % ${places}] = (int)(next_random() % 12);
${range(parts, (index) => `    part${index}();`).join("\n")}
    sum = mix(sum, fired);
  }
  return report(sum);
}
`;
}

/** 600 functions of some 60 instructions, all called each round, in an order that changes. */
export function largeCode(): string {
  const random = randomNumbers(0x9e37_79b9);
  const variables = ["a", "b", "c", "d"];
  const variable = () => variables[random(4)];
  const word = () => `s[${random(64)}]`;
  const statement = (): string => {
    const to = variable();
    switch (random(7)) {
      case 0:
        return `${to} += ${word()} ^ ${variable()};`;
      case 1:
        return `${to} = (${to} << ${1 + random(15)} | ${to} >> ${1 + random(15)}) + ${variable()};`;
      case 2:
        return `${word()} = ${variable()} + ${random(2000)};`;
      case 3:
        return `if (${variable()} & ${1 << random(12)}) ${to} -= ${word()};`;
      case 4:
        return `if (${variable()} < ${variable()}) ${word()} ^= ${to}; else ${to} += ${random(99)};`;
      case 5:
        return `${to} ^= ${variable()} * ${1 + random(500)};`;
      default:
        return `${to} = ${word()} - (${variable()} >> ${1 + random(7)});`;
    }
  };
  const count = 600;
  const body = (index: number) =>
    `static uint32_t f${index}(uint32_t *s, uint32_t a) {\n` +
    "  uint32_t b = s[0], c = s[1], d = a + 1;\n" +
    `${range(16, () => `  ${statement()}`).join("\n")}\n  return a ^ b ^ c ^ d;\n}`;
  return `#include "bench.h"

${range(count, body).join("\n")}

static uint32_t (*const functions[])(uint32_t *, uint32_t) = {
${range(count, (index) => `  f${index},`).join("\n")}
};

int main(int argc, char **argv) {
  static uint32_t state[64];
  uint64_t sum = 0;
  uint32_t value = 1;
  for (unsigned round = rounds(argc, argv, 24000); round > 0; round--) {
    for (unsigned i = 0; i < ${count}; i++) {
      value = functions[(i * 7 + round) % ${count}](state, value);
    }
    sum = mix(sum, value);
  }
  return report(sum);
}
`;
}

/** 10,000 functions of their own constants; as many as the argument says are called 2,000 times. */
export function manyFunctions(): string {
  const random = randomNumbers(0x0bad_cafe);
  const count = 10_000;
  const body = (index: number) =>
    `static uint32_t f${index}(uint32_t a) {` +
    ` for (int i = 0; i < ${2 + random(3)}; i++) a = (a ^ ${random(1 << 30)}u) * ${random(9999)}u;` +
    ` return a & ${1 << random(8)} ? a + ${random(2000)} : a >> ${1 + random(5)}; }`;
  return `#include "bench.h"

${range(count, body).join("\n")}

static uint32_t (*const functions[])(uint32_t) = {
${range(count, (index) => `  f${index},`).join("\n")}
};

int main(int argc, char **argv) {
  uint64_t sum = 0;
  uint32_t value = 1;
  unsigned used = rounds(argc, argv, ${count});
  for (unsigned i = 0; i < used && i < ${count}; i++) {
    for (int call = 0; call < 2000; call++) value = functions[i](value);
    sum = mix(sum, value);
  }
  return report(sum);
}
`;
}

/**
 * A million distinct instructions one after the other, and a megabyte of data: 5 MB, as assembly
 * with a `main` for the C library. Arithmetic for the most part, with loads, stores and branches
 * to what comes next anyway.
 */
export function straightCode(): string {
  const random = randomNumbers(0x5eed_5eed);
  const registers = ["a0", "a1", "a2", "a3", "a4", "a5", "t1", "t2", "t3", "t4", "t5", "t6"];
  const register = () => registers[random(registers.length)];
  const three = ["add", "sub", "xor", "or", "and", "sll", "srl", "mul", "addw", "subw", "slt"];
  const immediate = ["addi", "xori", "ori", "andi", "addiw", "sltiu"];
  const instruction = (index: number): string => {
    const kind = random(20);
    if (kind < 9) {
      return `${three[random(three.length)]} ${register()}, ${register()}, ${register()}`;
    }
    if (kind < 16) {
      const value = random(4096) - 2048;
      return `${immediate[random(immediate.length)]} ${register()}, ${register()}, ${value}`;
    }
    if (kind < 18) return `ld ${register()}, ${8 * random(256)}(t0)`;
    if (kind < 19) return `sd ${register()}, ${8 * random(256)}(t0)`;
    return `bne ${register()}, ${register()}, .L${index}\n.L${index}:`;
  };
  const sum = registers.slice(1).map((one) => `  xor a0, a0, ${one}`);
  const lines: string[] = [];
  for (let index = 0; index < 1_000_000; index++) lines.push(`  ${instruction(index)}`);
  return `  .option norvc
  .option norelax
  .text
  .globl main
main:
  addi sp, sp, -16
  sd ra, 8(sp)
  la t0, data
${registers.map((one, index) => `  li ${one}, ${index * 12345 + 7}`).join("\n")}
${lines.join("\n")}
${sum.join("\n")}
  mv a1, a0
  la a0, format
  call printf
  li a0, 0
  ld ra, 8(sp)
  addi sp, sp, 16
  ret
  .section .rodata
format: .asciz "%016lx\\n"
  .data
  .balign 8
data: .fill 131072, 8, 0x0123456789abcdef
`;
}
