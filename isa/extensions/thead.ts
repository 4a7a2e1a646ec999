// biome-ignore-all format: the rows are a table
/**
 * T-Head's vendor extensions ("T-Head ISA extension specification", version 2.3), all in the opcode
 * custom-0. Of the cache and interrupt instructions only the encodings are here, and of the two
 * that take bits out of the middle of a register.
 */
import { type Execute, family, type Instruction } from "../instruction.ts";
import type { Semantics, Width } from "../semantics.ts";

const custom = "0001011";

const address = family({ extension: "xtheadba" });
const basic = family({ extension: "xtheadbb" });
const basic64 = family({ extension: "xtheadbb", xlen: 64 });
/** On RV32 the amount has five bits; GNU as takes a sixth, which no hart does. */
const narrow = [
  { xlen: 32, amount: "0 uimm[4:0]" }, { xlen: 64, amount: "uimm[5:0]" },
] as const;
const caches = family({ extension: "xtheadcmo" });
const moves = family({ extension: "xtheadcondmov" });
const halves = family({ extension: "xtheadfmv", xlen: 32 });
const interrupts = family({ extension: "xtheadint" });
const products = family({ extension: "xtheadmac" });
const products64 = family({ extension: "xtheadmac", xlen: 64 });
const synchronisation = family({ extension: "xtheadsync" });

/** A word whose bytes are all this one. */
const bytes = (xlen: 32 | 64, byte: number) =>
  BigInt.asUintN(xlen, BigInt(byte) * 0x0101_0101_0101_0101n);

/** Ones in the bytes that are 0. */
const zeroBytes = <W, C, Fl, X, F, R>(m: Semantics<W, C, Fl, X, F, R>, a: W): W => {
  const low = m.constant(bytes(m.xlen, 0x7f));
  const top = m.constant(bytes(m.xlen, 0x80));
  const isNonzero = m.or(m.add(m.and(a, low), low), a);
  const marks = m.shiftRight(m.and(m.invert(isNonzero), top), m.constant(7));
  return m.multiply(marks, m.constant(0xff));
};

const bits: readonly Instruction[] = [
  address.instruction("th.addsl", `00000 uimm[1:0] rs2 rs1 001 rd ${custom}`,
    "rd, rs1, rs2, uimm", "Adds the first register and the second one, shifted left.",
    (m, { rd, rs1, rs2, uimm }) =>
      m.writeX(rd, m.add(m.readX(rs1), m.shiftLeft(m.readX(rs2), uimm)))),
  ...narrow.map(({ xlen, amount }) => family({ extension: "xtheadbb", xlen }).instruction(
    "th.srri", `000100 ${amount} rs1 001 rd ${custom}`, "rd, rs1, uimm",
    "Rotates a register right by a constant.", (m, { rd, rs1, uimm }) => {
      const a = m.readX(rs1);
      m.writeX(rd, m.or(m.shiftRight(a, uimm),
        m.shiftLeft(a, m.subtract(m.constant(m.xlen), uimm))));
    })),
  basic64.instruction("th.srriw", `0001010 uimm[4:0] rs1 001 rd ${custom}`, "rd, rs1, uimm",
    "Rotates the low word of a register right by a constant and sign-extends it.",
    (m, { rd, rs1, uimm }) => {
      const a = m.zeroExtend(m.readX(rs1), 32);
      m.writeX(rd, m.signExtend(m.or(m.shiftRight(a, uimm),
        m.shiftLeft(a, m.subtract(m.constant(32), uimm))), 32));
    }),
  basic.encoded("th.ext", `umsb[5:0] uimm[5:0] rs1 010 rd ${custom}`, "rd, rs1, umsb, uimm",
    "Takes bits out of a register and sign-extends them."),
  basic.encoded("th.extu", `umsb[5:0] uimm[5:0] rs1 011 rd ${custom}`, "rd, rs1, umsb, uimm",
    "Takes bits out of a register and zero-extends them."),
  basic.unary("th.ff0", `1000010 00000 rs1 001 rd ${custom}`,
    "Counts the ones above the highest bit that is 0.", (m, a) => m.countLeadingZeros(m.invert(a))),
  basic.unary("th.ff1", `1000011 00000 rs1 001 rd ${custom}`,
    "Counts the zeros above the highest bit that is 1.", (m, a) => m.countLeadingZeros(a)),
  basic.unary("th.rev", `1000001 00000 rs1 001 rd ${custom}`, "Reverses the bytes of a register.",
    (m, a) => m.reverseBytes(a)),
  basic64.unary("th.revw", `1001000 00000 rs1 001 rd ${custom}`,
    "Reverses the bytes of the low word of a register and sign-extends it.",
    (m, a) => m.shiftRightArithmetic(m.reverseBytes(a), m.constant(32))),
  basic.unary("th.tstnbz", `1000000 00000 rs1 001 rd ${custom}`,
    "Sets all bits of the bytes that are 0, and clears all others.", (m, a) => zeroBytes(m, a)),
  ...narrow.map(({ xlen, amount }) => family({ extension: "xtheadbs", xlen }).instruction(
    "th.tst", `100010 ${amount} rs1 001 rd ${custom}`, "rd, rs1, uimm",
    "Takes one bit of a register.", (m, { rd, rs1, uimm }) =>
      m.writeX(rd, m.and(m.shiftRight(m.readX(rs1), uimm), m.constant(1))))),
];

const move = (name: string, code: string, when: string, holds: "zero" | "other") =>
  moves.instruction(`th.${name}`, `${code} rs2 rs1 001 rd ${custom}`, "rd, rs1, rs2",
    `Copies the first register where the second is ${when}.`, (m, { rd, rs1, rs2 }) => {
      const [old, a, b] = [m.readX(rd), m.readX(rs1), m.readX(rs2)];
      const isZero = m.equal(b, m.constant(0));
      m.writeX(rd, m.choose(isZero, () => (holds === "zero" ? a : old),
        () => (holds === "zero" ? old : a)));
    });

type Factors = <W, C, Fl, X, F, R>(m: Semantics<W, C, Fl, X, F, R>, a: W, b: W) => W;

/** Adds a product to a register, or subtracts it. */
const accumulate = (
  { instruction }: ReturnType<typeof family>, name: string, code: string, what: string,
  step: "add" | "subtract", isWord: boolean, product: Factors,
): Instruction =>
  instruction(`th.${name}`, `${code} rs2 rs1 001 rd ${custom}`, "rd, rs1, rs2",
    step === "add" ? `Adds the product of ${what} to a register.`
      : `Subtracts the product of ${what} from a register.`,
    (m, { rd, rs1, rs2 }) => {
      const sum = m[step](m.readX(rd), product(m, m.readX(rs1), m.readX(rs2)));
      m.writeX(rd, isWord ? m.signExtend(sum, 32) : sum);
    });

const whole: Factors = (m, a, b) => m.multiply(a, b);
const half: Factors = (m, a, b) => m.multiply(m.signExtend(a, 16), m.signExtend(b, 16));

const multiplyAdds: readonly Instruction[] = [
  accumulate(products, "mula", "0010000", "two registers", "add", false, whole),
  accumulate(products, "muls", "0010001", "two registers", "subtract", false, whole),
  accumulate(products64, "mulaw", "0010010", "two words", "add", true, whole),
  accumulate(products64, "mulsw", "0010011", "two words", "subtract", true, whole),
  accumulate(products, "mulah", "0010100", "two halfwords", "add", true, half),
  accumulate(products, "mulsh", "0010101", "two halfwords", "subtract", true, half),
];

/** What memory holds: its letters, the code of its load, its width, and how it is extended. */
const units = [
  { letters: "b", code: "000", width: 8, extension: "signed" },
  { letters: "h", code: "001", width: 16, extension: "signed" },
  { letters: "w", code: "010", width: 32, extension: "signed" },
  { letters: "d", code: "011", width: 64, extension: "signed" },
  { letters: "bu", code: "100", width: 8, extension: "unsigned" },
  { letters: "hu", code: "101", width: 16, extension: "unsigned" },
  { letters: "wu", code: "110", width: 32, extension: "unsigned" },
] as const;

const nouns: Readonly<Record<Width, string>> = {
  8: "a byte", 16: "a halfword", 32: "a word", 64: "a doubleword",
};

/** Those of 64 bits, and words without sign, are for RV64. */
const of = (extension: string, letters: string) =>
  family({ extension, ...(letters === "d" || letters === "wu" ? { xlen: 64 } : {}) });

/** Loads and stores that change their base register, before the access or after it. */
const updating = (order: "a" | "b", bit: string): Instruction[] =>
  units.flatMap(({ letters, code, width, extension }) => {
    const { instruction } = of("xtheadmemidx", letters);
    const row = (funct3: string) =>
      `${code}${bit} uimm[1:0] imm[4:0] rs1 ${funct3} rd ${custom}`;
    const when = order === "a" ? "after" : "before";
    const load: Execute = (m, { rd, rs1, imm, uimm }) => {
      const base = m.readX(rs1);
      const changed = m.add(base, m.shiftLeft(imm, uimm));
      const value = m.load(width, extension, order === "a" ? base : changed);
      m.writeX(rd, value);
      m.writeX(rs1, changed);
    };
    const store: Execute = (m, { rd, rs1, imm, uimm }) => {
      const base = m.readX(rs1);
      const changed = m.add(base, m.shiftLeft(imm, uimm));
      m.store(width, order === "a" ? base : changed, m.readX(rd));
      m.writeX(rs1, changed);
    };
    return [
      { ...instruction(`th.l${letters}i${order}`, row("100"), "rd, (rs1), imm, uimm",
        `Loads ${nouns[width]} and changes the base register ${when} that.`, load), distinct: true },
      ...(extension === "unsigned" ? [] : [instruction(`th.s${letters}i${order}`, row("101"),
        "rd, (rs1), imm, uimm",
        `Stores ${nouns[width]} and changes the base register ${when} that.`, store)]),
    ];
  });

/** Loads and stores at the sum of two registers, of which the second is shifted and may be a word. */
const indexed = (unsigned: "" | "u"): Instruction[] =>
  units.flatMap(({ letters, code, width, extension }) => {
    const { instruction } = of("xtheadmemidx", letters);
    const row = (funct3: string) =>
      `${code}${unsigned === "" ? "00" : "10"} uimm[1:0] rs2 rs1 ${funct3} rd ${custom}`;
    const syntax = "rd, rs1, rs2, uimm";
    const what = `at the sum of a register and a shifted ${unsigned === "" ? "one" : "word"}`;
    return [
      instruction(`th.l${unsigned}r${letters}`, row("100"), syntax,
        `Loads ${nouns[width]} ${what}.`, (m, { rd, rs1, rs2, uimm }) =>
          m.writeX(rd, m.load(width, extension, sumOf(m, unsigned, m.readX(rs1), m.readX(rs2),
            uimm)))),
      ...(extension === "unsigned" ? [] : [instruction(`th.s${unsigned}r${letters}`, row("101"),
        syntax, `Stores ${nouns[width]} ${what}.`, (m, { rd, rs1, rs2, uimm }) => {
          const place = sumOf(m, unsigned, m.readX(rs1), m.readX(rs2), uimm);
          m.store(width, place, m.readX(rd));
        })]),
    ];
  });

const sumOf = <W, C, Fl, X, F, R>(
  m: Semantics<W, C, Fl, X, F, R>, unsigned: "" | "u", base: W, index: W, amount: W,
): W => m.add(base, m.shiftLeft(unsigned === "" ? index : m.zeroExtend(index, 32), amount));

/** The same of floating-point registers. */
const floats = ([["w", "010", "single"], ["d", "011", "double"]] as const)
  .flatMap(([letter, code, format]) => (["", "u"] as const).flatMap((unsigned) => {
    const { instruction } = family({ extension: "xtheadfmemidx" });
    const row = (funct3: string) =>
      `${code}${unsigned === "" ? "00" : "10"} uimm[1:0] rs2 rs1 ${funct3} fd ${custom}`;
    const what =
      `a ${format}-precision number at the sum of a register and a shifted ${unsigned === "" ? "one" : "word"}`;
    return [
      instruction(`th.fl${unsigned}r${letter}`, row("110"), "fd, rs1, rs2, uimm",
        `Loads ${what}.`, (m, { fd, rs1, rs2, uimm }) => {
          m.checkFloat();
          const place = sumOf(m, unsigned, m.readX(rs1), m.readX(rs2), uimm);
          m.writeF(format, fd, m.loadFloat(format, place));
        }),
      instruction(`th.fs${unsigned}r${letter}`, row("111"), "fd, rs1, rs2, uimm",
        `Stores ${what}.`, (m, { fd, rs1, rs2, uimm }) => {
          m.checkFloat();
          const place = sumOf(m, unsigned, m.readX(rs1), m.readX(rs2), uimm);
          m.storeFloat(format, place, m.readRawF(format, fd));
        }),
    ];
  }));

/** Loads and stores of two registers; the scale is written behind the offset, and is fixed. */
const pair = (
  letters: string, code: string, scale: 3 | 4, noun: string, isLoad: boolean,
): Instruction => ({
  ...family({ extension: "xtheadmempair", ...(letters === "d" ? { xlen: 64 } : {}) }).encoded(
    `th.${isLoad ? "l" : "s"}${letters}d`,
    `${code} uimm[1:0] rs2 rs1 ${isLoad ? "100" : "101"} rd ${custom}`,
    `rd, rs2, (rs1), uimm, ${scale}`, `${isLoad ? "Loads" : "Stores"} two ${noun}.`),
  ...(isLoad ? { distinct: true } : {}),
});

const pairs: readonly Instruction[] = [
  pair("d", "11111", 4, "doublewords", true), pair("w", "11100", 3, "words", true),
  pair("wu", "11110", 3, "words without sign", true),
  pair("d", "11111", 4, "doublewords", false), pair("w", "11100", 3, "words", false),
];

/** Cache operations by their code in the place of rs2: on everything, or on what a register names. */
const everything = [
  ["dcache.call", 0b00001, "Writes the data cache back"],
  ["dcache.iall", 0b00010, "Forgets the data cache"],
  ["dcache.ciall", 0b00011, "Writes the data cache back and forgets it"],
  ["icache.iall", 0b10000, "Forgets the instruction cache"],
  ["icache.ialls", 0b10001, "Forgets the instruction caches of all harts"],
  ["l2cache.call", 0b10101, "Writes the second cache back"],
  ["l2cache.iall", 0b10110, "Forgets the second cache"],
  ["l2cache.ciall", 0b10111, "Writes the second cache back and forgets it"],
] as const;
const lines = [
  ["dcache.csw", 0b00001, "Writes a line back, by set and way"],
  ["dcache.isw", 0b00010, "Forgets a line, by set and way"],
  ["dcache.cisw", 0b00011, "Writes a line back and forgets it, by set and way"],
  ["dcache.cval1", 0b00100, "Writes a line of the first cache back, by virtual address"],
  ["dcache.cva", 0b00101, "Writes a line back, by virtual address"],
  ["dcache.iva", 0b00110, "Forgets a line, by virtual address"],
  ["dcache.civa", 0b00111, "Writes a line back and forgets it, by virtual address"],
  ["dcache.cpal1", 0b01000, "Writes a line of the first cache back, by physical address"],
  ["dcache.cpa", 0b01001, "Writes a line back, by physical address"],
  ["dcache.ipa", 0b01010, "Forgets a line, by physical address"],
  ["dcache.cipa", 0b01011, "Writes a line back and forgets it, by physical address"],
  ["icache.iva", 0b10000, "Forgets a line of the instruction cache, by virtual address"],
  ["icache.ipa", 0b11000, "Forgets a line of the instruction cache, by physical address"],
] as const;
const five = (code: number) => code.toString(2).padStart(5, "0");

const cacheOperations: readonly Instruction[] = [
  ...everything.map(([name, code, summary]) =>
    caches.encoded(`th.${name}`, `0000000 ${five(code)} 00000 000 00000 ${custom}`, "",
      `${summary}.`)),
  ...lines.map(([name, code, summary]) =>
    caches.encoded(`th.${name}`, `0000001 ${five(code)} rs1 000 00000 ${custom}`, "rs1",
      `${summary}.`)),
];

const synchronise = (name: string, code: string, summary: string): Instruction =>
  synchronisation.instruction(name, `0000000 ${code} 00000 000 00000 ${custom}`, "", summary,
    name.includes(".i") ? (m) => m.fenceInstruction() : (m) => m.fence());

/** XThead…: T-Head's extensions. */
export const thead: readonly Instruction[] = [
  ...bits,
  move("mveqz", "0100000", "0", "zero"), move("mvnez", "0100001", "not 0", "other"),
  ...multiplyAdds,
  ...updating("a", "11"), ...updating("b", "01"), ...indexed(""), ...indexed("u"), ...floats,
  ...pairs, ...cacheOperations,
  halves.encoded("th.fmv.hw.x", `0101000 00000 fs1 001 rd ${custom}`, "rd, fs1",
    "Puts a register into the upper half of a double-precision number."),
  halves.encoded("th.fmv.x.hw", `0110000 00000 fs1 001 rd ${custom}`, "rd, fs1",
    "Takes the upper half of a double-precision number."),
  interrupts.encoded("th.ipush", `0000000 00100 00000 000 00000 ${custom}`, "",
    "Saves registers where an interrupt begins."),
  interrupts.encoded("th.ipop", `0000000 00101 00000 000 00000 ${custom}`, "",
    "Restores registers and returns from an interrupt."),
  synchronisation.encoded("th.sfence.vmas", `0000010 rs2 rs1 000 00000 ${custom}`, "rs1, rs2",
    "Orders changes of page tables before later translations, on all harts."),
  synchronise("th.sync", "11000", "Orders what is before it and what is behind it."),
  synchronise("th.sync.s", "11001", "The same, on all harts."),
  synchronise("th.sync.i", "11010", "The same, and makes stores to code visible."),
  synchronise("th.sync.is", "11011", "The same, and makes stores to code visible to all harts."),
];