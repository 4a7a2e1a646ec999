/** What an expression can be, for the page of the docs; a test parses each example. */

/** A form of expressions. */
export interface ExpressionForm {
  /** What a person writes, an example each. */
  readonly examples: readonly string[];
  readonly meaning: string;
}

/** The forms, by what they are about. */
export const expressionForms: Readonly<Record<string, readonly ExpressionForm[]>> = {
  Names: [
    {
      examples: ["a0", "x10", "fs0", "pc", "$sp"],
      meaning:
        "A register by its ABI name or its number. With `$` it is a register also where a variable has " +
        "the same name. In a caller's frame it is what the caller will find there.",
    },
    {
      examples: ["fcsr", "fcsr.frm", "mstatus.MPP"],
      meaning: "A CSR that the hart has, or a field of it.",
    },
    {
      examples: ["total", "node::count", "list.head"],
      meaning:
        "A variable that is in scope, else a variable of the program, else a symbol; its type is " +
        "what debug information or the directives of the source say. Members come behind a dot.",
    },
  ],
  Values: [
    {
      examples: ["42", "0x2a", "0b101", "052", "42u", "'a'", "2.5", "1.5f"],
      meaning: "Numbers and characters as in C; a number is an int where it fits.",
    },
  ],
  Memory: [
    {
      examples: ["*p", "p[3]", "p->next", "(*p).next", "&total"],
      meaning:
        "As in C. A register is no pointer by itself: `*sp` is the XLEN-bit word at its address. The " +
        "dot also goes through a pointer.",
    },
    {
      examples: ["8(sp)", "table(t0)"],
      meaning: "As in an instruction: the XLEN-bit word at the sum.",
    },
    {
      examples: ["*(int *)(sp + 8)", "((struct node *)a0)->key", "(char[8])name"],
      meaning:
        "Casts, to the program's types, too. What is in memory can be taken as a structure or an " +
        "array that is not longer.",
    },
    {
      examples: ["{int} sp", "{struct node} a0"],
      meaning: "What is of that type at an address, as in GDB.",
    },
    {
      examples: ["*p@5", "table[2]@3"],
      meaning: "Several in a row, as an array.",
    },
    {
      examples: ["sp..sp+64", "table..table+8", "buffer..end"],
      meaning:
        "The bytes from one address up to another, which is not among them. All is counted in bytes " +
        "here; a variable that is no pointer stands for its address.",
    },
    {
      examples: ["object.*member", "pointer->*member"],
      meaning: "C++: a member by a pointer to it.",
    },
  ],
  Operators: [
    {
      examples: ["a + b * c", "a << 2 | b", "a % b", "-a", "~a", "!a"],
      meaning:
        "With C's precedence. With a register, integers have XLEN bits at least, so that no bit of an " +
        "address is lost; between variables C's own conversions hold. A pointer counts in elements.",
    },
    {
      examples: ["a == b", "a < b && b < c", "a ? b : c"],
      meaning:
        "Comparisons, `&&`, `||` and the conditional, of which only what counts is evaluated.",
    },
    {
      examples: ["sizeof(struct node)", "sizeof total"],
      meaning: "Bytes of a type or a value.",
    },
    {
      examples: ["a0 = 5", "total += 2", "fcsr.frm = 1", "p->key = q->key"],
      meaning:
        "Assignments, to registers, fields of CSRs, memory, bit-fields and whole structures. They are " +
        "made in the debug console and where a value is set, not in a watch or a hover.",
    },
  ],
  "Calls of functions": [
    {
      examples: ["sum(head)", "square(3) + 1", "last(list)->key", 'compare(name, "heart")'],
      meaning:
        "What a function of the program gives, with numbers, texts, pointers and references as arguments. It " +
        "runs below the present stack, and then all is put back: the run, its count and its history " +
        "are as if it had not been called, also in the past and in a recording. So it must have no effect: " +
        "a call that writes memory outside of its own part of the stack, calls the environment, raises " +
        "an exception or has not returned after ten million instructions is given up, and the answer " +
        "says where that was.",
    },
    {
      examples: ["(int)factorial(5)", "(char *)find(name, 'a')"],
      meaning:
        "A function of which no debug information speaks, as a label of assembly: the cast says what " +
        "it gives, and arguments are passed as the types that they have.",
    },
    {
      examples: ["apply(7)", "table->compare(a, b)"],
      meaning:
        "By a pointer to a function. Functions are called in the debug console and in watches, not in " +
        "a hover or a breakpoint's condition. Structures by value, variable numbers of arguments " +
        "and arguments that do not fit in registers are refused.",
    },
  ],
  "The recorded run": [
    {
      examples: ["lastWrite(total)", "lastWrite(sp..sp+64)", "lastWrite(s0)"],
      meaning:
        "The instruction that last wrote a register, a variable or memory before this point: its " +
        "count, for Go to Instruction, and its place.",
    },
    {
      examples: ["firstWrite(total)"],
      meaning: "The instruction that first wrote it, in the whole recorded run.",
    },
    {
      examples: ["lastRead(total)"],
      meaning: "The instruction that last read it before this point.",
    },
    {
      examples: ["prev(total)", "prev(prev(total))", "prev(head->next)", "prev(a0 + a1)"],
      meaning:
        "The value of an expression before it changed last. What its names mean stays: a local " +
        "variable is the memory or register that it is in here.",
    },
    {
      examples: ["next(total)"],
      meaning:
        "The value that it has after its next change, as far as the run is recorded. Where the program " +
        "has a name such as `next` itself, that is meant: memory, as in `8(sp)`.",
    },
  ],
};
