/**
 * Expressions on a table of cases, and unwinding: on frames that are written here, and on a
 * program that stands still under GDB in QEMU, whose backtrace is the measure.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { assemble } from "../../assembler/assemble.ts";
import { DW_OP } from "../../elf/dwarf/constants.ts";
import { type ExpressionContext, evaluateLocation } from "../../elf/dwarf/expression.ts";
import { readDebugInformation } from "../../elf/dwarf/index.ts";
import { type Frame, unwind, unwindAll } from "../../elf/dwarf/unwind.ts";
import { ElfError } from "../../elf/errors.ts";
import { readElf } from "../../elf/reader.ts";
import { requireTools, tryTool } from "../tools.ts";
import { c, Workshop } from "./sources.ts";

describe("DWARF expressions", () => {
  const context: ExpressionContext = {
    addressSize: 8,
    register: (number) => (number === 2 ? 0x1000n : number === 8 ? 0x2000n : undefined),
    memory: (address, size) => (address < 0x4000n ? address * 16n + BigInt(size) : undefined),
    frameBase: () => 0x3000n,
    frameAddress: () => 0x3100n,
    indexedAddress: (index) => BigInt(index) + 0x500n,
    entryValue: (bytes) => BigInt(bytes.length) << 29n,
    givenParameter: (offset) => BigInt(offset),
    variable: (offset) => BigInt(offset + 1),
    baseType: (offset) => (offset === 9 ? { size: 4, kind: "float" } : undefined),
  };
  const { lit0, breg0, reg0 } = DW_OP;
  const cases: [title: string, bytes: number[], expected: string][] = [
    ["a literal", [lit0 + 31], "address 0x1f"],
    ["sp + 16", [breg0 + 2, 16], "address 0x1010"],
    ["sp - 8", [breg0 + 2, 0x78], "address 0xff8"],
    ["a register by number", [DW_OP.bregx, 8, 0x7f], "address 0x1fff"],
    ["frame base - 4", [DW_OP.fbreg, 0x7c], "address 0x2ffc"],
    ["the frame address", [DW_OP.call_frame_cfa], "address 0x3100"],
    ["an address", [DW_OP.addr, 1, 2, 3, 4, 0, 0, 0, 0x80], "address 0x8000000004030201"],
    ["constants", [DW_OP.const1s, 0xff, DW_OP.const2u, 1, 1, DW_OP.plus], "address 0x100"],
    ["a signed constant", [DW_OP.consts, 0x7f, DW_OP.stack_value], "value 0xffffffffffffffff"],
    ["a wide constant", [DW_OP.const4s, 0, 0, 0, 0x80], "address 0xffffffff80000000"],
    ["a load", [breg0 + 2, 0, DW_OP.deref], "address 0x10008"],
    ["a short load", [lit0 + 3, DW_OP.deref_size, 2], "address 0x32"],
    ["7 - 9, negated", [lit0 + 7, lit0 + 9, DW_OP.minus, DW_OP.neg], "address 0x2"],
    ["-7 / 2", [DW_OP.const1s, 0xf9, lit0 + 2, DW_OP.div, DW_OP.abs], "address 0x3"],
    ["7 mod 4", [lit0 + 7, lit0 + 4, DW_OP.mod], "address 0x3"],
    ["-16 >> 2", [DW_OP.const1s, 0xf0, lit0 + 2, DW_OP.shra, DW_OP.not], "address 0x3"],
    ["1 << 70", [lit0 + 1, DW_OP.const1u, 70, DW_OP.shl], "address 0x0"],
    ["-1 < 1", [DW_OP.const1s, 0xff, lit0 + 1, DW_OP.lt], "address 0x1"],
    ["rot", [lit0 + 1, lit0 + 2, lit0 + 3, DW_OP.rot, DW_OP.minus], "address 0xffffffffffffffff"],
    [
      "swap and over",
      [lit0 + 1, lit0 + 5, DW_OP.swap, DW_OP.over, DW_OP.minus],
      "address 0xfffffffffffffffc",
    ],
    ["pick", [lit0 + 9, lit0 + 5, lit0 + 6, DW_OP.pick, 2], "address 0x9"],
    ["a branch taken", [lit0 + 1, DW_OP.bra, 1, 0, lit0 + 9, lit0 + 4], "address 0x4"],
    ["a branch not taken", [lit0, DW_OP.bra, 1, 0, lit0 + 9], "address 0x9"],
    ["a loop", [lit0 + 9, lit0 + 1, DW_OP.minus, DW_OP.dup, DW_OP.bra, 0xfa, 0xff], "address 0x0"],
    ["a register", [reg0 + 10], "register 10"],
    ["a high register", [DW_OP.regx, 33], "register 33"],
    ["bytes", [DW_OP.implicit_value, 2, 5, 6], "bytes 0506"],
    ["nothing", [], "empty"],
    ["an entry value", [DW_OP.entry_value, 1, reg0 + 10, DW_OP.stack_value], "value 0x20000000"],
    [
      "an entry value of a float, twice",
      // 0x60000000 are the bits of 2^65, and 0x60800000 those of 2^66.
      [DW_OP.entry_value, 3, DW_OP.regval_type, 42, 9, DW_OP.dup, DW_OP.plus, DW_OP.stack_value],
      "value 0x60800000",
    ],
    ["what the caller gave", [DW_OP.GNU_parameter_ref, 8, 1, 0, 0], "address 0x108"],
    ["a variable's value", [DW_OP.GNU_variable_value, 8, 1, 0, 0], "address 0x109"],
    ["an indexed address", [DW_OP.addrx, 7], "address 0x507"],
    [
      "pieces",
      [reg0 + 10, DW_OP.piece, 4, DW_OP.piece, 2, lit0 + 8, DW_OP.bit_piece, 3, 1],
      "register 10:32@0, empty:16@0, address 0x8:3@1",
    ],
    ["a register that is not known", [breg0 + 5, 0], "unknown"],
    ["memory that cannot be read", [DW_OP.const2u, 0, 0x50, DW_OP.deref], "unknown"],
    ["an empty stack", [DW_OP.plus], "error takes from an empty stack"],
    ["a division by zero", [lit0, lit0, DW_OP.div], "error divides by zero"],
    ["a loop without end", [DW_OP.skip, 0xfd, 0xff], "error does not end"],
    ["a jump out", [DW_OP.skip, 0, 0x40], "error jumps out of itself"],
    ["a stack without end", [lit0, DW_OP.skip, 0xfc, 0xff], "error stack is full"],
    ["an unknown operation", [0xff], "error unsupported operation 0xff"],
    ["a cut operand", [DW_OP.const4u, 1], "error ends in the middle"],
  ];
  for (const [title, bytes, expected] of cases) {
    it(`${title}: ${expected}`, () => {
      if (expected.startsWith("error ")) {
        const isExpected = (error: unknown) =>
          error instanceof ElfError && error.message.includes(expected.slice(6));
        assert.throws(() => evaluateLocation(new Uint8Array(bytes), context), isExpected);
      } else {
        assert.equal(describeLocation(evaluateLocation(new Uint8Array(bytes), context)), expected);
      }
    });
  }
});

/** A location as text. */
function describeLocation(location: ReturnType<typeof evaluateLocation>): string {
  switch (location?.kind) {
    case undefined:
      return "unknown";
    case "address":
      return `address 0x${location.address.toString(16)}`;
    case "value":
      return `value 0x${location.value.toString(16)}`;
    case "register":
      return `register ${location.register}`;
    case "bytes":
      return `bytes ${Buffer.from(location.bytes).toString("hex")}`;
    case "implicit-pointer":
      return `pointer to 0x${location.entry.toString(16)}+${location.offset}`;
    case "empty":
      return "empty";
    case "pieces":
      return location.pieces
        .map((piece) => `${describeLocation(piece.location)}:${piece.bits}@${piece.bitOffset}`)
        .join(", ");
  }
}

describe("unwinding", () => {
  const workshop = new Workshop();
  after(() => workshop.remove());

  it("follows every kind of rule", () => {
    const source = `
      .option norelax
      .cfi_sections .debug_frame
      .cfi_startproc
      nop
      .cfi_def_cfa_offset 64
      .cfi_offset ra, -8
      .cfi_val_offset s1, -16
      .cfi_register s2, a0
      .cfi_same_value s3
      .cfi_undefined s4
      # s5: saved where a0 points to; s6: a0 + 1.
      .cfi_escape 0x10, 21, 2, 0x7a, 0
      .cfi_escape 0x16, 22, 2, 0x7a, 1
      .skip 0x1c
      .cfi_endproc
      .cfi_startproc
      .cfi_undefined ra
      .skip 0x20
      .cfi_endproc`;
    const { object, diagnostics } = assemble("rules.s", source, {
      march: "rv64i",
      readFile: () => undefined,
    });
    assert.deepEqual(diagnostics, []);
    const { frames } = readDebugInformation(object);
    const registers = new Map<number, bigint>([
      [1, 0x99n],
      [2, 0x1000n],
      [10, 0x300n],
      [19, 7n],
      [20, 8n],
      [23, 9n],
    ]);
    const memory = new Map([
      [0x1038n, 0x28n],
      [0x300n, 0x77n],
    ]);
    const read = (address: bigint) => memory.get(address);
    const inner: Frame = { pc: 8n, isCaller: false, registers };
    const unwound = unwind(inner, read, frames, 8);
    assert.equal(unwound?.frameAddress, 0x1040n);
    const caller = unwound?.caller;
    assert.ok(caller);
    assert.equal(caller.pc, 0x28n);
    assert.equal(caller.isCaller, true);
    assert.deepEqual(
      [...caller.registers].sort(([a], [b]) => a - b),
      [
        [1, 0x28n],
        [2, 0x1040n],
        [9, 0x1030n],
        [10, 0x300n],
        [18, 0x300n],
        [19, 7n],
        [21, 0x77n],
        [22, 0x301n],
        [23, 9n],
      ],
    );
    // The caller's own rule says that it is the outermost frame.
    assert.equal(unwind(caller, read, frames, 8)?.caller, undefined);
    assert.equal(unwindAll(inner, read, frames, 8).length, 2);
    // Before the frame is set up, ra holds the return address.
    const early = unwind({ ...inner, pc: 0n }, read, frames, 8);
    assert.deepEqual([early?.frameAddress, early?.caller?.pc], [0x1000n, 0x99n]);
    // No memory, no caller; no rules, no answer, but a leaf's return address.
    assert.equal(unwind(inner, () => undefined, frames, 8)?.caller, undefined);
    assert.equal(unwind({ ...inner, pc: 0x50n }, read, frames, 8), undefined);
    assert.equal(unwindAll({ ...inner, pc: 0x50n }, read, frames, 8)[1]?.frame.pc, 0x99n);
  });

  const targets = [
    { bits: 64, options: ["-march=rv64gc", "-mabi=lp64d"], flags: ["-O0", "-g"] },
    { bits: 64, options: ["-march=rv64gc", "-mabi=lp64d"], flags: ["-O1", "-funwind-tables"] },
    { bits: 32, options: ["-march=rv32imac", "-mabi=ilp32"], flags: ["-O0", "-gdwarf-2"] },
  ] as const;
  for (const { bits, options, flags } of targets) {
    it(`has the backtrace of GDB, RV${bits} ${flags.join(" ")}`, function () {
      this.timeout(20_000);
      const [gcc, gdb, qemu] = requireTools(
        this,
        "riscv64-unknown-elf-gcc",
        "gdb-multiarch",
        `qemu-riscv${bits}`,
      ) as [string, string, string];
      const all = [...options, ...flags, "-nostdlib", "-static", "-lgcc", "-Wl,--no-relax"];
      const path = workshop.build(gcc, "stack.c", c, all);
      const socket = `${workshop.folder}/socket${bits}${flags[0]}`;
      const machine = spawn(qemu, ["-g", socket, path], { stdio: "ignore" });
      try {
        const stack = `${workshop.folder}/stack.bin`;
        const steps = ["p/x $pc", "p/x $sp", "p/x $s0", "up-silently"];
        const commands = [
          "set confirm off",
          "set backtrace past-main on",
          "set tcp connect-timeout 5",
          `file ${path}`,
          `shell for i in 1 2 3 4 5 6 7 8 9 10; do [ -S ${socket} ] && break; sleep 0.1; done`,
          `target remote ${socket}`,
          "break *recurse if (int)$a0 == 0",
          "continue",
          "stepi 4",
          'printf "REGISTERS\\n"',
          ...Array.from({ length: 32 }, (_, number) => `p/x $x${number}`),
          'printf "MEMORY %lx\\n", $sp',
          `dump binary memory ${stack} $sp $sp+1200`,
          'printf "FRAMES\\n"',
          ...Array.from({ length: 20 }, () => steps).flat(),
        ];
        const script = workshop.write("gdb.txt", new TextEncoder().encode(commands.join("\n")));
        const { stdout, stderr } = tryTool(gdb, ["-nx", "-batch", "-x", script]);
        const [, numbers = "", rest = ""] = /REGISTERS\n(.*)MEMORY (.*)/s.exec(stdout) ?? [];
        const values = (text: string) =>
          [...text.matchAll(/^\$\d+ = (0x[0-9a-f]+)$/gm)].map(([, value]) =>
            BigInt(value as string),
          );
        const registers = new Map(values(numbers).map((value, number) => [number, value]));
        const expected = values(rest.slice(rest.indexOf("FRAMES")));
        assert.ok(expected.length >= 12, `GDB found too little:\n${stdout}${stderr}`);
        const base = registers.get(2) as bigint;
        const bytes = workshop.read(stack);
        const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
        const read = (address: bigint, size: number) => {
          const offset = Number(address - base);
          if (offset < 0 || offset + size > bytes.length) return undefined;
          return size === 8
            ? view.getBigUint64(offset, true)
            : BigInt(view.getUint32(offset, true));
        };
        const debug = readDebugInformation(readElf(workshop.read(path)));
        const inner: Frame = { pc: expected[0] as bigint, isCaller: false, registers };
        const found = unwindAll(inner, read, debug.frames, bits === 32 ? 4 : 8).flatMap(
          ({ frame }) => [frame.pc, frame.registers.get(2), frame.registers.get(8)],
        );
        assert.deepEqual(found, expected);
      } finally {
        machine.kill();
      }
    });
  }
});
