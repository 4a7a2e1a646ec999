// biome-ignore-all format: the rows are a table
/**
 * V 1.0 and its parts Zve32x to Zve64d (unprivileged manual, chapter "V Standard Extension for
 * Vector Operations"), by the manual's groups: configuration, loads and stores, then arithmetic by
 * its operands: integer (OPI), mask and multiplication (OPM), floating point (OPF). Elements of 64
 * bits in memory need Zve64x. The operand `vm` is the bit of a mask: 0, written as v0.t, takes the
 * elements whose bit in v0 is set.
 */
import { family, type Instruction } from "../instruction.ts";

const integer = family({ extension: "zve32x" });
const long = family({ extension: "zve64x" });
const float = family({ extension: "zve32f" });

const configuration: readonly Instruction[] = [
  integer.encoded("vsetvli", "0 vtype[10:0] rs1 111 rd 1010111", "rd, rs1, vtype",
    "Sets the vector length from a register and the type of elements from an immediate."),
  integer.encoded("vsetivli", "11 vtype[9:0] uimm 111 rd 1010111", "rd, uimm, vtype",
    "Sets the vector length and the type of elements from immediates."),
  integer.encoded("vsetvl", "1000000 rs2 rs1 111 rd 1010111", "rd, rs1, rs2",
    "Sets the vector length and the type of elements from registers."),
];

const widths = [[8, "000"], [16, "101"], [32, "110"], [64, "111"]] as const;
const counts = [1, 2, 3, 4, 5, 6, 7, 8];
const binary = (value: number, bits: number): string => value.toString(2).padStart(bits, "0");
const owner = (bits: number) => bits === 64 ? long : integer;

/** Loads and stores of one element width and a number of fields. */
const accesses = ([bits, width]: (typeof widths)[number], count: number): Instruction[] => {
  const { encoded } = owner(bits);
  const nf = binary(count - 1, 3);
  const segment = count === 1 ? "" : `seg${count}`;
  const what = `elements of ${bits} bits${count === 1 ? "" : `, ${count} fields in turn`}`;
  const load = (name: string, mop: string, second: string, syntax: string, how: string) =>
    encoded(`vl${name}.v`, `${nf} 0 ${mop} vm ${second} rs1 ${width} vd 0000111`,
      `vd, (rs1)${syntax}, vm`, `Loads ${what}, ${how}.`);
  const store = (name: string, mop: string, second: string, syntax: string, how: string) =>
    encoded(`vs${name}.v`, `${nf} 0 ${mop} vm ${second} rs1 ${width} vs3 0100111`,
      `vs3, (rs1)${syntax}, vm`, `Stores ${what}, ${how}.`);
  const indexed = `at offsets of ${bits} bits`;
  const elements = count === 1 ? "elements" : `segments of ${count} fields`;
  const byIndex = (way: "l" | "s", letter: string, mop: string, order: string) => {
    const register = way === "l" ? "vd" : "vs3";
    return encoded(`v${way}${letter}x${segment}ei${bits}.v`,
      `${nf} 0 ${mop} vm vs2 rs1 ${width} ${register} 0${way === "l" ? "0" : "1"}00111`,
      `${register}, (rs1), vs2, vm`,
      `${way === "l" ? "Loads" : "Stores"} ${elements} ${indexed}, ${order}.`);
  };
  return [
    load(`${segment}e${bits}`, "00", "00000", "", "one after another"),
    store(`${segment}e${bits}`, "00", "00000", "", "one after another"),
    load(`${segment}e${bits}ff`, "00", "10000", "", "up to the first that faults"),
    load(`s${segment}e${bits}`, "10", "rs2", ", rs2", "a distance apart"),
    store(`s${segment}e${bits}`, "10", "rs2", ", rs2", "a distance apart"),
    byIndex("l", "u", "01", "in any order"), byIndex("s", "u", "01", "in any order"),
    byIndex("l", "o", "11", "in order"), byIndex("s", "o", "11", "in order"),
  ];
};

const wholeRegisters = (count: number): Instruction[] => {
  const nf = binary(count - 1, 3);
  const noun = count === 1 ? "a whole register" : `${count} whole registers`;
  return [
    ...widths.map(([bits, width]) =>
      owner(bits).encoded(`vl${count}re${bits}.v`, `${nf} 000101000 rs1 ${width} vd 0000111`,
        "vd, (rs1)", `Loads ${noun}, for use as elements of ${bits} bits.`)),
    integer.encoded(`vs${count}r.v`, `${nf} 000101000 rs1 000 vs3 0100111`, "vs3, (rs1)",
      `Stores ${noun}.`),
  ];
};

const memory: readonly Instruction[] = [
  integer.encoded("vlm.v", "000000101011 rs1 000 vd 0000111", "vd, (rs1)", "Loads a mask."),
  integer.encoded("vsm.v", "000000101011 rs1 000 vs3 0100111", "vs3, (rs1)", "Stores a mask."),
  ...counts.flatMap((count) => widths.flatMap((width) => accesses(width, count))),
  ...[1, 2, 4, 8].flatMap(wholeRegisters),
];

/** What the second source of an operation is: a suffix, its operand, its field, the funct3. */
const sources = {
  v: ["v", "vs1", "vs1", { opi: "000", opm: "010", opf: "001" }],
  x: ["x", "rs1", "rs1", { opi: "100", opm: "110", opf: "" }],
  i: ["i", "imm", "imm[4:0]", { opi: "011", opm: "", opf: "" }],
  u: ["i", "uimm", "uimm", { opi: "011", opm: "", opf: "" }],
  f: ["f", "fs1", "fs1", { opi: "", opm: "", opf: "101" }],
} as const;

type Group = "opi" | "opm" | "opf";

/** Operations: name, funct6, the sources that they can have (letters of `sources`), sentence. */
type Operation = readonly [name: string, funct6: string, forms: string, summary: string];

const sourceOf = (form: string) => sources[form as keyof typeof sources];

/** vd = vs2 op source, with a mask; `first` is the kind of vs2: v, w (wide) or none. */
const operations = (group: Group, rows: readonly Operation[], first = "v"): Instruction[] =>
  rows.flatMap(([name, funct6, forms, summary]) => [...forms].map((form) => {
    const [suffix, operand, field, funct3] = sourceOf(form);
    return (group === "opf" ? float : integer).encoded(`${name}.${first}${suffix}`,
      `${funct6} vm vs2 ${field} ${funct3[group]} vd 1010111`, `vd, vs2, ${operand}, vm`, summary);
  }));

/** vd is also an addend or a factor; the source comes before vs2. */
const accumulations = (group: Group, rows: readonly Operation[]): Instruction[] =>
  rows.flatMap(([name, funct6, forms, summary]) => [...forms].map((form) => {
    const [suffix, operand, field, funct3] = sourceOf(form);
    return (group === "opf" ? float : integer).encoded(`${name}.v${suffix}`,
      `${funct6} vm vs2 ${field} ${funct3[group]} vd 1010111`, `vd, ${operand}, vs2, vm`, summary);
  }));

/** Reductions: a scalar in vs1, the elements of vs2. */
const reductions = (group: Group, rows: readonly (readonly [string, string, string])[]) =>
  rows.map(([name, funct6, summary]) =>
    (group === "opf" ? float : integer).encoded(`${name}.vs`,
      `${funct6} vm vs2 vs1 ${sources.v[3][group]} vd 1010111`, "vd, vs2, vs1, vm", summary));

/** vd = op vs2; the five bits of vs1 tell which. */
const unary = (
  group: "opm" | "opf", funct6: string, rows: readonly (readonly [string, string, string])[],
): Instruction[] =>
  rows.map(([mnemonic, code, summary]) =>
    (group === "opf" ? float : integer).encoded(mnemonic,
      `${funct6} vm vs2 ${code} ${sources.v[3][group]} vd 1010111`, "vd, vs2, vm", summary));

/** With v0 as carries or as a choice, and where it can be left out, without. */
const withCarry = (
  name: string, funct6: string, forms: string, summary: string, plain?: string,
): Instruction[] =>
  [...forms].flatMap((form) => {
    const [suffix, operand, field, funct3] = sourceOf(form);
    const row = (vm: string) => `${funct6} ${vm} vs2 ${field} ${funct3.opi} vd 1010111`;
    const masked = integer.encoded(`${name}.v${suffix}m`, row("0"), `vd, vs2, ${operand}, v0`,
      summary);
    return plain === undefined ? [masked] : [masked,
      integer.encoded(`${name}.v${suffix}`, row("1"), `vd, vs2, ${operand}`, plain)];
  });

const compared = (relation: string) => `Sets the bits of a mask where elements are ${relation}.`;

const integers: readonly Instruction[] = [
  ...operations("opi", [
    ["vadd", "000000", "vxi", "Adds elements."],
    ["vsub", "000010", "vx", "Subtracts from the elements of vs2."],
    ["vrsub", "000011", "xi", "Subtracts the elements of vs2 from a scalar."],
    ["vminu", "000100", "vx", "Takes the lesser elements, unsigned."],
    ["vmin", "000101", "vx", "Takes the lesser elements, signed."],
    ["vmaxu", "000110", "vx", "Takes the greater elements, unsigned."],
    ["vmax", "000111", "vx", "Takes the greater elements, signed."],
    ["vand", "001001", "vxi", "And of elements."],
    ["vor", "001010", "vxi", "Or of elements."],
    ["vxor", "001011", "vxi", "Exclusive or of elements."],
    ["vrgather", "001100", "vxu", "Gathers elements of vs2 by their index."],
    ["vrgatherei16", "001110", "v", "Gathers elements of vs2 by an index of 16 bits."],
    ["vslideup", "001110", "xu", "Moves elements to higher places."],
    ["vslidedown", "001111", "xu", "Moves elements to lower places."],
    ["vmseq", "011000", "vxi", compared("equal")],
    ["vmsne", "011001", "vxi", compared("not equal")],
    ["vmsltu", "011010", "vx", compared("less, unsigned")],
    ["vmslt", "011011", "vx", compared("less, signed")],
    ["vmsleu", "011100", "vxi", compared("less or equal, unsigned")],
    ["vmsle", "011101", "vxi", compared("less or equal, signed")],
    ["vmsgtu", "011110", "xi", compared("greater, unsigned")],
    ["vmsgt", "011111", "xi", compared("greater, signed")],
    ["vsaddu", "100000", "vxi", "Adds elements with saturation, unsigned."],
    ["vsadd", "100001", "vxi", "Adds elements with saturation, signed."],
    ["vssubu", "100010", "vx", "Subtracts elements with saturation, unsigned."],
    ["vssub", "100011", "vx", "Subtracts elements with saturation, signed."],
    ["vsll", "100101", "vxu", "Shifts elements left."],
    ["vsmul", "100111", "vx", "Multiplies fractional elements, rounded and saturated."],
    ["vsrl", "101000", "vxu", "Shifts elements right, filling with zeros."],
    ["vsra", "101001", "vxu", "Shifts elements right, filling with the sign."],
    ["vssrl", "101010", "vxu", "Shifts elements right and rounds, unsigned."],
    ["vssra", "101011", "vxu", "Shifts elements right and rounds, signed."],
  ]),
  ...operations("opi", [
    ["vnsrl", "101100", "vxu", "Shifts wide elements right into narrow ones, unsigned."],
    ["vnsra", "101101", "vxu", "Shifts wide elements right into narrow ones, signed."],
    ["vnclipu", "101110", "vxu", "Shifts, rounds and saturates wide elements, unsigned."],
    ["vnclip", "101111", "vxu", "Shifts, rounds and saturates wide elements, signed."],
  ], "w"),
  ...withCarry("vadc", "010000", "vxi", "Adds elements and the carries of v0."),
  ...withCarry("vmadc", "010001", "vxi", "Carries of the sums of elements and those of v0.",
    "Carries of the sums of elements."),
  ...withCarry("vsbc", "010010", "vx", "Subtracts elements and the borrows of v0."),
  ...withCarry("vmsbc", "010011", "vx", "Borrows of the differences of elements and v0.",
    "Borrows of the differences of elements."),
  ...withCarry("vmerge", "010111", "vxi", "Takes elements of the source where v0 is set, else vs2."),
  integer.encoded("vmv.v.v", "010111 1 00000 vs1 000 vd 1010111", "vd, vs1", "Copies elements."),
  integer.encoded("vmv.v.x", "010111 1 00000 rs1 100 vd 1010111", "vd, rs1",
    "Copies a register to all elements."),
  integer.encoded("vmv.v.i", "010111 1 00000 imm[4:0] 011 vd 1010111", "vd, imm",
    "Copies an immediate to all elements."),
  ...[1, 2, 4, 8].map((count) =>
    integer.encoded(`vmv${count}r.v`, `100111 1 vs2 ${binary(count - 1, 5)} 011 vd 1010111`,
      "vd, vs2", count === 1 ? "Copies a whole register." : `Copies ${count} whole registers.`)),
  ...reductions("opi", [
    ["vwredsumu", "110000", "Sums elements into a wide one, unsigned."],
    ["vwredsum", "110001", "Sums elements into a wide one, signed."],
  ]),
];

const maskOperation = (name: string, funct6: string, summary: string): Instruction =>
  integer.encoded(`${name}.mm`, `${funct6} 1 vs2 vs1 010 vd 1010111`, "vd, vs2, vs1", summary);

const products: readonly Instruction[] = [
  ...reductions("opm", [
    ["vredsum", "000000", "Sums elements."],
    ["vredand", "000001", "And of all elements."],
    ["vredor", "000010", "Or of all elements."],
    ["vredxor", "000011", "Exclusive or of all elements."],
    ["vredminu", "000100", "The least element, unsigned."],
    ["vredmin", "000101", "The least element, signed."],
    ["vredmaxu", "000110", "The greatest element, unsigned."],
    ["vredmax", "000111", "The greatest element, signed."],
  ]),
  ...operations("opm", [
    ["vaaddu", "001000", "vx", "Averages elements, unsigned."],
    ["vaadd", "001001", "vx", "Averages elements, signed."],
    ["vasubu", "001010", "vx", "Halves of differences of elements, unsigned."],
    ["vasub", "001011", "vx", "Halves of differences of elements, signed."],
    ["vslide1up", "001110", "x", "Moves elements up by one place and fills in a scalar."],
    ["vslide1down", "001111", "x", "Moves elements down by one place and fills in a scalar."],
    ["vdivu", "100000", "vx", "Divides elements, unsigned."],
    ["vdiv", "100001", "vx", "Divides elements, signed."],
    ["vremu", "100010", "vx", "Remainders of elements, unsigned."],
    ["vrem", "100011", "vx", "Remainders of elements, signed."],
    ["vmulhu", "100100", "vx", "Upper halves of products, unsigned."],
    ["vmul", "100101", "vx", "Lower halves of products."],
    ["vmulhsu", "100110", "vx", "Upper halves of products, signed by unsigned."],
    ["vmulh", "100111", "vx", "Upper halves of products, signed."],
    ["vwaddu", "110000", "vx", "Adds elements into wide ones, unsigned."],
    ["vwadd", "110001", "vx", "Adds elements into wide ones, signed."],
    ["vwsubu", "110010", "vx", "Subtracts elements into wide ones, unsigned."],
    ["vwsub", "110011", "vx", "Subtracts elements into wide ones, signed."],
    ["vwmulu", "111000", "vx", "Multiplies elements into wide ones, unsigned."],
    ["vwmulsu", "111010", "vx", "Multiplies elements into wide ones, signed by unsigned."],
    ["vwmul", "111011", "vx", "Multiplies elements into wide ones, signed."],
  ]),
  ...operations("opm", [
    ["vwaddu", "110100", "vx", "Adds elements to wide ones, unsigned."],
    ["vwadd", "110101", "vx", "Adds elements to wide ones, signed."],
    ["vwsubu", "110110", "vx", "Subtracts elements from wide ones, unsigned."],
    ["vwsub", "110111", "vx", "Subtracts elements from wide ones, signed."],
  ], "w"),
  ...accumulations("opm", [
    ["vmadd", "101001", "vx", "Multiplies vd by the source and adds vs2."],
    ["vnmsub", "101011", "vx", "Subtracts the product of vd and the source from vs2."],
    ["vmacc", "101101", "vx", "Adds source × vs2 to vd."],
    ["vnmsac", "101111", "vx", "Subtracts source × vs2 from vd."],
    ["vwmaccu", "111100", "vx", "Adds source × vs2 to wide elements, unsigned."],
    ["vwmacc", "111101", "vx", "Adds source × vs2 to wide elements, signed."],
    ["vwmaccus", "111110", "x", "Adds source × vs2 to wide elements, unsigned by signed."],
    ["vwmaccsu", "111111", "vx", "Adds source × vs2 to wide elements, signed by unsigned."],
  ]),
  ...unary("opm", "010010", [
    ["vzext.vf8", "00010", "Zero-extends eighths of elements."],
    ["vsext.vf8", "00011", "Sign-extends eighths of elements."],
    ["vzext.vf4", "00100", "Zero-extends quarters of elements."],
    ["vsext.vf4", "00101", "Sign-extends quarters of elements."],
    ["vzext.vf2", "00110", "Zero-extends halves of elements."],
    ["vsext.vf2", "00111", "Sign-extends halves of elements."],
  ]),
  ...unary("opm", "010100", [
    ["vmsbf.m", "00001", "Sets the bits before the first one of a mask."],
    ["vmsof.m", "00010", "Sets the first bit of a mask only."],
    ["vmsif.m", "00011", "Sets the bits up to the first one of a mask."],
    ["viota.m", "10000", "Counts for each element the bits of a mask before it."],
  ]),
  integer.encoded("vid.v", "010100 vm 00000 10001 010 vd 1010111", "vd, vm",
    "Writes to each element its index."),
  integer.encoded("vcpop.m", "010000 vm vs2 10000 010 rd 1010111", "rd, vs2, vm",
    "Counts the bits of a mask that are set."),
  integer.encoded("vfirst.m", "010000 vm vs2 10001 010 rd 1010111", "rd, vs2, vm",
    "The index of the first bit of a mask that is set, or −1."),
  integer.encoded("vmv.x.s", "010000 1 vs2 00000 010 rd 1010111", "rd, vs2",
    "Copies the first element to a register."),
  integer.encoded("vmv.s.x", "010000 1 00000 rs1 110 vd 1010111", "vd, rs1",
    "Copies a register to the first element."),
  integer.encoded("vcompress.vm", "010111 1 vs2 vs1 010 vd 1010111", "vd, vs2, vs1",
    "Packs the elements whose bit in the mask vs1 is set."),
  maskOperation("vmandn", "011000", "And of a mask and an inverted one."),
  maskOperation("vmand", "011001", "And of two masks."),
  maskOperation("vmor", "011010", "Or of two masks."),
  maskOperation("vmxor", "011011", "Exclusive or of two masks."),
  maskOperation("vmorn", "011100", "Or of a mask and an inverted one."),
  maskOperation("vmnand", "011101", "Inverted and of two masks."),
  maskOperation("vmnor", "011110", "Inverted or of two masks."),
  maskOperation("vmxnor", "011111", "Inverted exclusive or of two masks."),
];

const conversions = (name: string, letter: "v" | "w", high: string, noun: string) =>
  unary("opf", "010010", [
    [`${name}.xu.f.${letter}`, `${high}000`, `Converts ${noun} numbers to unsigned integers.`],
    [`${name}.x.f.${letter}`, `${high}001`, `Converts ${noun} numbers to signed integers.`],
    [`${name}.f.xu.${letter}`, `${high}010`, `Converts ${noun} unsigned integers to numbers.`],
    [`${name}.f.x.${letter}`, `${high}011`, `Converts ${noun} signed integers to numbers.`],
    [`${name}.rtz.xu.f.${letter}`, `${high}110`,
      `Converts ${noun} numbers to unsigned integers, toward zero.`],
    [`${name}.rtz.x.f.${letter}`, `${high}111`,
      `Converts ${noun} numbers to signed integers, toward zero.`],
  ]);

const floats: readonly Instruction[] = [
  ...operations("opf", [
    ["vfadd", "000000", "vf", "Adds numbers."],
    ["vfsub", "000010", "vf", "Subtracts from the numbers of vs2."],
    ["vfmin", "000100", "vf", "Takes the lesser numbers."],
    ["vfmax", "000110", "vf", "Takes the greater numbers."],
    ["vfsgnj", "001000", "vf", "Takes the numbers of vs2 with the signs of the source."],
    ["vfsgnjn", "001001", "vf", "Takes the numbers of vs2 with the inverted signs of the source."],
    ["vfsgnjx", "001010", "vf", "Takes the numbers of vs2 with the products of both signs."],
    ["vfslide1up", "001110", "f", "Moves numbers up by one place and fills in a scalar."],
    ["vfslide1down", "001111", "f", "Moves numbers down by one place and fills in a scalar."],
    ["vmfeq", "011000", "vf", compared("equal numbers")],
    ["vmfle", "011001", "vf", compared("less or equal numbers")],
    ["vmflt", "011011", "vf", compared("lesser numbers")],
    ["vmfne", "011100", "vf", compared("unequal numbers")],
    ["vmfgt", "011101", "f", compared("greater numbers")],
    ["vmfge", "011111", "f", compared("greater or equal numbers")],
    ["vfdiv", "100000", "vf", "Divides the numbers of vs2."],
    ["vfrdiv", "100001", "f", "Divides a scalar by the numbers of vs2."],
    ["vfmul", "100100", "vf", "Multiplies numbers."],
    ["vfrsub", "100111", "f", "Subtracts the numbers of vs2 from a scalar."],
    ["vfwadd", "110000", "vf", "Adds numbers into wide ones."],
    ["vfwsub", "110010", "vf", "Subtracts numbers into wide ones."],
    ["vfwmul", "111000", "vf", "Multiplies numbers into wide ones."],
  ]),
  ...operations("opf", [
    ["vfwadd", "110100", "vf", "Adds numbers to wide ones."],
    ["vfwsub", "110110", "vf", "Subtracts numbers from wide ones."],
  ], "w"),
  ...accumulations("opf", [
    ["vfmadd", "101000", "vf", "Source × vd + vs2, rounded once."],
    ["vfnmadd", "101001", "vf", "Inverted source × vd, minus vs2, rounded once."],
    ["vfmsub", "101010", "vf", "Source × vd − vs2, rounded once."],
    ["vfnmsub", "101011", "vf", "Inverted source × vd, plus vs2, rounded once."],
    ["vfmacc", "101100", "vf", "Source × vs2 + vd, rounded once."],
    ["vfnmacc", "101101", "vf", "Inverted source × vs2, minus vd, rounded once."],
    ["vfmsac", "101110", "vf", "Source × vs2 − vd, rounded once."],
    ["vfnmsac", "101111", "vf", "Inverted source × vs2, plus vd, rounded once."],
    ["vfwmacc", "111100", "vf", "Adds source × vs2 to wide numbers."],
    ["vfwnmacc", "111101", "vf", "Inverted source × vs2, minus wide numbers."],
    ["vfwmsac", "111110", "vf", "Subtracts wide numbers from source × vs2."],
    ["vfwnmsac", "111111", "vf", "Subtracts source × vs2 from wide numbers."],
  ]),
  ...reductions("opf", [
    ["vfredusum", "000001", "Sums numbers in any order."],
    ["vfredosum", "000011", "Sums numbers in order."],
    ["vfredmin", "000101", "The least number."],
    ["vfredmax", "000111", "The greatest number."],
    ["vfwredusum", "110001", "Sums numbers into a wide one, in any order."],
    ["vfwredosum", "110011", "Sums numbers into a wide one, in order."],
  ]),
  ...conversions("vfcvt", "v", "00", "equally wide"),
  ...conversions("vfwcvt", "v", "01", "narrow"),
  ...conversions("vfncvt", "w", "10", "wide"),
  ...unary("opf", "010010", [
    ["vfwcvt.f.f.v", "01100", "Converts numbers to twice the width."],
    ["vfncvt.f.f.w", "10100", "Converts numbers to half the width."],
    ["vfncvt.rod.f.f.w", "10101", "Converts numbers to half the width, rounding to odd."],
  ]),
  ...unary("opf", "010011", [
    ["vfsqrt.v", "00000", "Takes square roots."],
    ["vfrsqrt7.v", "00100", "Estimates reciprocals of square roots to 7 bits."],
    ["vfrec7.v", "00101", "Estimates reciprocals to 7 bits."],
    ["vfclass.v", "10000", "Sets the bit that tells the class of each number."],
  ]),
  float.encoded("vfmerge.vfm", "010111 0 vs2 fs1 101 vd 1010111", "vd, vs2, fs1, v0",
    "Takes a scalar where v0 is set, else the numbers of vs2."),
  float.encoded("vfmv.v.f", "010111 1 00000 fs1 101 vd 1010111", "vd, fs1",
    "Copies a number to all elements."),
  float.encoded("vfmv.f.s", "010000 1 vs2 00000 001 fd 1010111", "fd, vs2",
    "Copies the first element to a floating-point register."),
  float.encoded("vfmv.s.f", "010000 1 00000 fs1 101 vd 1010111", "vd, fs1",
    "Copies a number to the first element."),
];

/** V, all of it. */
export const v: readonly Instruction[] = [
  ...configuration, ...memory, ...integers, ...products, ...floats,
];