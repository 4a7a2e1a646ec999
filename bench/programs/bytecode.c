/*
 * An interpreter for a small stack machine, dispatched by a switch, which runs a program of
 * nested loops: it counts Collatz steps of the numbers below a limit.
 */
#include "bench.h"

enum { PUSH, LOAD, STORE, ADD, MULTIPLY, SHIFT, AND, LESS, EQUAL, JUMP, JUMP_ZERO, HALT };

static uint64_t execute(const int32_t *code, int32_t *slots) {
  int32_t stack[32], *top = stack;
  uint64_t steps = 0;
  for (const int32_t *pc = code;;) {
    steps++;
    switch (*pc++) {
      case PUSH: *top++ = *pc++; break;
      case LOAD: *top++ = slots[*pc++]; break;
      case STORE: slots[*pc++] = *--top; break;
      case ADD: top--; top[-1] += *top; break;
      case MULTIPLY: top--; top[-1] *= *top; break;
      case SHIFT: top--; top[-1] = (int32_t)((uint32_t)top[-1] >> *top); break;
      case AND: top--; top[-1] &= *top; break;
      case LESS: top--; top[-1] = top[-1] < *top; break;
      case EQUAL: top--; top[-1] = top[-1] == *top; break;
      case JUMP: pc = code + *pc; break;
      case JUMP_ZERO: pc = *--top == 0 ? code + *pc : pc + 1; break;
      default: return steps;
    }
  }
}

/* Slots: 0 the limit, 1 the number, 2 where it has come to, 3 steps in all. */
static const int32_t program[] = {
  /*  0 */ PUSH, 1, STORE, 1,
  /*  4 */ LOAD, 1, LOAD, 0, LESS, JUMP_ZERO, 57,
  /* 11 */ LOAD, 1, STORE, 2,
  /* 15 */ LOAD, 2, PUSH, 1, EQUAL, JUMP_ZERO, 31,
  /* 22 */ LOAD, 1, PUSH, 1, ADD, STORE, 1, JUMP, 4,
  /* 31 */ LOAD, 3, PUSH, 1, ADD, STORE, 3, LOAD, 2, PUSH, 1, AND, JUMP_ZERO, 58,
  /* 45 */ LOAD, 2, PUSH, 3, MULTIPLY, PUSH, 1, ADD,
  /* 53 */ STORE, 2, JUMP, 15,
  /* 57 */ HALT,
  /* 58 */ LOAD, 2, PUSH, 1, SHIFT, STORE, 2, JUMP, 15,
};

int main(int argc, char **argv) {
  uint64_t sum = 0;
  for (unsigned round = rounds(argc, argv, 40); round > 0; round--) {
    int32_t slots[4] = {3000 + (int32_t)(round & 3), 0, 0, 0};
    sum = mix(sum, execute(program, slots));
    sum = mix(sum, (uint32_t)slots[3]);
  }
  return report(sum);
}
