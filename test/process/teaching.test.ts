/** The calls of the teaching environments: an assembly program and what it prints, case by case. */
import { deepEqual, equal, match } from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rarsCalls } from "../../emulator/process/rars/environment.ts";
import { ripesCalls } from "../../emulator/process/ripes.ts";
import { venusCalls } from "../../emulator/process/venus.ts";
import { buildProgram } from "./build-program.ts";
import { type Given, runProcess } from "./run-process.ts";

type Environment = "rars" | "venus" | "ripes";

interface Case {
  readonly title: string;
  readonly text: string;
  readonly prints: string;
  readonly code?: number;
  readonly given?: Given;
  readonly march?: string;
}

/** A RARS call with a7 as given, after some lines of preparation. */
const call = (number: number, preparation = "") => `${preparation}\n li a7, ${number}\n ecall\n`;
const data = (text: string) => `\n.data\n${text}\n.text\n`;
const print = call(1);
const comma = call(11, "li a0, ','");

const rars: readonly Case[] = [
  {
    title: "PrintInt prints the low 32 bits",
    text: call(1, "li a0, -5") + comma + call(1, "li a0, 0x180000000"),
    prints: "-5,-2147483648",
  },
  {
    title: "PrintFloat as Java writes floats",
    text: `${data("x: .float 0.1, 1.0e10, 100, 3.4028235e38")}${["0", "4", "8", "12"].map((at) => `la t0, x\n flw fa0, ${at}(t0)\n${call(2)}${comma}`).join("")}`,
    prints: "0.1,1.0E10,100.0,3.4028235E38,",
  },
  {
    title: "PrintDouble as Java writes doubles",
    text: `${data("x: .double 0.1, -0.0, 1e7, 0.001, 123456.789, 4.9e-324")}${[0, 8, 16, 24, 32, 40].map((at) => `la t0, x\n fld fa0, ${at}(t0)\n${call(3)}${comma}`).join("")}`,
    prints: "0.1,-0.0,1.0E7,0.001,123456.789,4.9E-324,",
  },
  {
    title: "PrintDouble of what is no number",
    text: `fcvt.d.w ft0, zero\n fdiv.d fa0, ft0, ft0\n${call(3)}${comma}li t0, 1\n fcvt.d.w ft1, t0\n fdiv.d fa0, ft1, ft0\n${call(3)}`,
    prints: "NaN,Infinity",
  },
  {
    title: "PrintString prints UTF-8",
    text: `${data('s: .asciz "grüße"')}${call(4, "la a0, s")}`,
    prints: "grüße",
  },
  {
    title: "ReadInt takes a line",
    text: call(5) + print + call(5) + print,
    prints: "42-7",
    given: { input: "42\n -7 \n" },
  },
  { title: "ReadDouble", text: call(7) + call(3), prints: "2.5", given: { input: "2.5e0\n" } },
  {
    title: "ReadFloat",
    text: call(6) + call(2),
    prints: "0.33333334",
    given: { input: "0.333333333\n" },
  },
  {
    title: "ReadString keeps the line feed where there is room",
    text: `${data("b: .space 32")}${call(8, "la a0, b\n li a1, 10")}${call(4, "la a0, b")}${call(8, "la a0, b\n li a1, 4")}${call(4, "la a0, b")}`,
    prints: "abc\nlon",
    given: { input: "abc\nlonger line\n" },
  },
  {
    title: "ReadChar takes the first of a line",
    text: call(12) + print + call(5) + print,
    prints: "1205",
    given: { input: "xyz\n5\n" },
  },
  {
    title: "PrintIntHex, PrintIntBinary, PrintIntUnsigned",
    text: call(34, "li a0, -2") + comma + call(35, "li a0, 5") + comma + call(36, "li a0, -1"),
    prints: "0xfffffffe,00000000000000000000000000000101,4294967295",
  },
  {
    title: "Sbrk gives the heap in words",
    text: `${call(9, "li a0, 5")}mv s0, a0\n${call(9, "li a0, 8")}sub a0, a0, s0\n${print}sw a0, 0(s0)\n${comma}mv a0, s0\n${call(34)}`,
    prints: "8,0x10040000",
  },
  {
    title: "RandSeed and RandInt are java.util.Random",
    text: `${call(40, "li a0, 1\n li a1, 12345")}${call(41, "li a0, 1")}${print}${comma}${call(42, "li a0, 1\n li a1, 100")}${print}`,
    prints: "1553932502,80",
  },
  {
    title: "Exit2 ends with a code",
    text: `${call(93, "li a0, 17")}${call(1)}`,
    prints: "",
    code: 17,
  },
  {
    title: "running past the end is a normal stop",
    text: call(1, "li a0, 3"),
    prints: "3",
    code: 0,
  },
  {
    title: "ConfirmDialog answers with the button",
    text: `${data('q: .asciz "Sure?"')}${call(50, "la a0, q")}${print}`,
    prints: "1",
    given: { dialogs: [{ kind: "dialog", button: "no", text: "" }] },
  },
  {
    title: "InputDialogInt tells good from bad input",
    text: `${data('q: .asciz "?"')}${`${call(51, "la a0, q")}${print}mv a0, a1\n${print}${comma}`.repeat(3)}`,
    prints: "120,0-1,0-3,",
    given: {
      dialogs: ["12", "twelve", ""].map((text) => ({
        kind: "dialog" as const,
        button: "yes" as const,
        text,
      })),
    },
  },
  {
    title: "the frame pointers are the simulator's",
    text: `mv a0, sp\n${call(34)}${comma}mv a0, gp\n${call(34)}`,
    prints: "0x7fffeffc,0x10008000",
  },
];

/** Cases that end with a sentence on standard error. */
const failures: readonly (readonly [string, Environment, string, string, RegExp])[] = [
  [
    "ReadInt refuses what is no integer",
    "rars",
    call(5),
    "4x\n",
    /ReadInt at 0x[0-9a-f]+ failed: the input "4x" is not an integer/,
  ],
  [
    "ReadInt at the end of the input",
    "rars",
    call(5),
    "",
    /ReadInt at .* failed: the input has ended/,
  ],
  ["Sbrk of a negative size", "rars", call(9, "li a0, -4"), "", /Sbrk at .* -4 bytes/],
  [
    "a call that does not exist",
    "rars",
    call(999),
    "",
    /call number 999 at .* does not exist in RARS/,
  ],
  [
    "a string outside of memory",
    "rars",
    call(4, "li a0, 64"),
    "",
    /PrintString at .* failed: an address that it was given is not in memory/,
  ],
  [
    "free of what is no block",
    "venus",
    "li a0, 0x3cc\n li a6, 4\n li a1, 1234\n ecall\n",
    "",
    /0x4d2 is not the address of a block/,
  ],
];

/** A Venus call: number in a0, a1 to a3 as given. */
const venusCall = (number: number, preparation = "") =>
  `${preparation}\n li a0, ${number}\n ecall\n`;
const malloc = (number: number, preparation: string) =>
  `${preparation}\n li a6, ${number}\n li a0, 0x3cc\n ecall\n`;
const showA0 = `mv a1, a0\n${venusCall(1)}`;

const venus: readonly Case[] = [
  {
    title: "print calls",
    text: venusCall(1, "li a1, -3") + venusCall(11, "li a1, 'x'") + venusCall(34, "li a1, 171"),
    prints: "-3x0x000000AB",
  },
  {
    title: "print_string and atoi",
    text: `${data('s: .asciz "123abc"')}${venusCall(4, "la a1, s")}${venusCall(5, "la a1, s")}${showA0}`,
    prints: "123abc123",
  },
  {
    title: "malloc, free and the number of blocks",
    text: `${malloc(1, "li a1, 20")}mv s0, a0\n sw s0, 16(a0)\n${malloc(2, "li a1, 4\n li a2, 4")}lw s2, 12(a0)\n${malloc(4, "mv a1, s0")}${malloc(1, "li a1, 10")}sub a0, a0, s0\n${showA0}${malloc(5, "")}${showA0}mv a0, s2\n${showA0}`,
    prints: "020",
  },
  { title: "exit2", text: venusCall(17, "li a1, 9"), prints: "", code: 9 },
  {
    title: "a return from the outermost code ends the program",
    text: `${venusCall(1, "li a1, 4")}ret\n${venusCall(1)}`,
    prints: "4",
    code: 0,
  },
  {
    title: "input by polling",
    text: `${venusCall(0x130)}1: ${venusCall(0x131)}beqz a0, 2f\n${venusCall(11)}j 1b\n2:`,
    prints: "hey",
    given: { input: "hey\n" },
  },
];

const ripes: readonly Case[] = [
  {
    title: "print calls",
    text:
      call(1, "li a0, -3") +
      call(11, "li a0, 'x'") +
      call(34, "li a0, 171") +
      call(36, "li a0, -1"),
    prints: "-3x0x000000ab4294967295",
    march: "rv32imc",
  },
  {
    title: "PrintFloat with six digits",
    text: `${data("x: .float 3.14159265")}la t0, x\n lw a0, 0(t0)\n${call(2)}`,
    prints: "3.14159",
    march: "rv32imc",
  },
  { title: "exit codes", text: call(93, "li a0, 5"), prints: "", code: 5, march: "rv32imc" },
];

const tables: readonly (readonly [Environment, readonly Case[]])[] = [
  ["rars", rars],
  ["venus", venus],
  ["ripes", ripes],
];

describe("Teaching environments", () => {
  for (const [environment, cases] of tables) {
    describe(environment, () => {
      for (const { title, text, prints, code = 0, given, march } of cases) {
        it(title, async () => {
          const file = await buildProgram(text, environment, march ?? "rv64gc");
          const result = await runProcess(file, { ...given, environment });
          deepEqual([result.stdout, result.stderr, result.code], [prints, "", code]);
        });
      }
    });
  }

  for (const [title, environment, text, input, sentence] of failures) {
    it(`says what is wrong: ${title}`, async () => {
      const result = await runProcess(await buildProgram(text, environment), {
        environment,
        input,
      });
      equal(result.code, 1);
      match(result.stderr, sentence);
    });
  }

  it("RARS programs read, write and append files", async () => {
    const folder = mkdtempSync(join(tmpdir(), "hartbeat-rars-"));
    try {
      writeFileSync(join(folder, "in.txt"), "input");
      const open = (name: string, flags: number) => call(1024, `la a0, ${name}\n li a1, ${flags}`);
      const file = await buildProgram(
        `${data('in: .asciz "in.txt"\nout: .asciz "out.txt"\nnone: .asciz "none.txt"\nb: .space 16')}
        ${open("none", 0)}${print}${open("in", 0)}mv s0, a0\n${print}${open("in", 0)}${print}
        ${call(63, "mv a0, s0\n la a1, b\n li a2, 16")}mv s1, a0\n${print}
        ${call(57, "mv a0, s0")}${open("out", 1)}mv s0, a0\n
        ${call(64, "mv a0, s0\n la a1, b\n mv a2, s1")}${call(57, "mv a0, s0")}
        ${open("out", 9)}mv s0, a0\n${call(64, "mv a0, s0\n la a1, b\n li a2, 2")}`,
        "rars",
      );
      const { stdout, stderr } = await runProcess(file, { environment: "rars", folder });
      deepEqual([stdout, stderr], ["-13-15", ""]);
      equal(readFileSync(join(folder, "out.txt"), "utf8"), "inputin");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("every call has a sentence", () => {
    for (const { name, summary } of [...rarsCalls, ...venusCalls, ...ripesCalls]) {
      match(summary, /^[A-Z0-9].*\.$/, name);
    }
  });
});
