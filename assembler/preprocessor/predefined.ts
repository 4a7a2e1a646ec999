/**
 * The macros that GCC has before the first line of an assembler file, for an architecture and an
 * ABI: what `gcc -march=… -mabi=… -E -dM` prints. RISC-V C API, "Preprocessor Definitions".
 */
import { type Architecture, architectureString, defaultAbi } from "../../isa/architecture.ts";

/** Those that are the same for every architecture. */
const always = `
__ASSEMBLER__ 1
__ATOMIC_ACQUIRE 2
__ATOMIC_ACQ_REL 4
__ATOMIC_CONSUME 1
__ATOMIC_RELAXED 0
__ATOMIC_RELEASE 3
__ATOMIC_SEQ_CST 5
__BIGGEST_ALIGNMENT__ 16
__BYTE_ORDER__ __ORDER_LITTLE_ENDIAN__
__CHAR16_TYPE__ short unsigned int
__CHAR_BIT__ 8
__CHAR_UNSIGNED__ 1
__DEC_EVAL_METHOD__ 2
__DECIMAL_DIG__ 36
__ELF__ 1
__FINITE_MATH_ONLY__ 0
__FLOAT_WORD_ORDER__ __ORDER_LITTLE_ENDIAN__
__FLT_EVAL_METHOD_TS_18661_3__ 0
__FLT_EVAL_METHOD__ 0
__FLT_RADIX__ 2
__GCC_ATOMIC_BOOL_LOCK_FREE 1
__GCC_ATOMIC_CHAR16_T_LOCK_FREE 1
__GCC_ATOMIC_CHAR_LOCK_FREE 1
__GCC_ATOMIC_SHORT_LOCK_FREE 1
__GCC_ATOMIC_TEST_AND_SET_TRUEVAL 1
__GNUC_EXECUTION_CHARSET_NAME "UTF-8"
__GNUC_MINOR__ 2
__GNUC_PATCHLEVEL__ 0
__GNUC_STDC_INLINE__ 1
__GNUC_WIDE_EXECUTION_CHARSET_NAME "UTF-32LE"
__GNUC__ 12
__GXX_ABI_VERSION 1017
__NO_INLINE__ 1
__ORDER_BIG_ENDIAN__ 4321
__ORDER_LITTLE_ENDIAN__ 1234
__ORDER_PDP_ENDIAN__ 3412
__PRAGMA_REDEFINE_EXTNAME 1
__REGISTER_PREFIX__
__SIG_ATOMIC_MIN__ (-__SIG_ATOMIC_MAX__ - 1)
__SIZEOF_DOUBLE__ 8
__SIZEOF_FLOAT__ 4
__SIZEOF_INT__ 4
__SIZEOF_LONG_DOUBLE__ 16
__SIZEOF_LONG_LONG__ 8
__SIZEOF_SHORT__ 2
__SIZEOF_WCHAR_T__ 4
__SIZEOF_WINT_T__ 4
__STDC_HOSTED__ 1
__STDC__ 1
__USER_LABEL_PREFIX__
__VERSION__ "12.2.0"
__WCHAR_MIN__ (-__WCHAR_MAX__ - 1)
__WINT_MIN__ 0U
__riscv 1
__riscv_arch_test 1
__riscv_cmodel_medlow 1
`;

/** Integer types: the name in macros, the type, its bits, and the suffix of its constants. */
type IntegerType = readonly [type: string, bits: number, suffix: string];

function integerTypes(isWide: boolean): Readonly<Record<string, IntegerType>> {
  const int: IntegerType = ["int", 32, ""];
  const long: IntegerType = ["long int", isWide ? 64 : 32, "L"];
  const word64: IntegerType = isWide ? long : ["long long int", 64, "LL"];
  const word32: IntegerType = isWide ? int : long;
  const pointer: IntegerType = isWide ? long : int;
  return {
    INT8: ["signed char", 8, ""],
    INT16: ["short int", 16, ""],
    INT32: word32,
    INT64: word64,
    INT_LEAST8: ["signed char", 8, ""],
    INT_LEAST16: ["short int", 16, ""],
    INT_LEAST32: word32,
    INT_LEAST64: word64,
    INT_FAST8: int,
    INT_FAST16: int,
    INT_FAST32: int,
    INT_FAST64: word64,
    INTMAX: word64,
    INTPTR: pointer,
    PTRDIFF: pointer,
    WCHAR: int,
    SIG_ATOMIC: int,
  };
}

/** The unsigned twin of a type, by GCC's order of words. */
function unsignedOf(type: string): string {
  if (type === "signed char") return "unsigned char";
  return type === "int" ? "unsigned int" : type.replace(/ int$/, " unsigned int");
}

const largest = (bits: number): string => `0x7${"f".repeat(bits / 4 - 1)}`;
const all = (bits: number): string => `0x${"f".repeat(bits / 4)}`;

function* integerMacros(isWide: boolean): Iterable<readonly [string, string]> {
  const types = integerTypes(isWide);
  for (const [name, [type, bits, suffix]] of Object.entries(types)) {
    yield [`__${name}_TYPE__`, type];
    yield [`__${name}_MAX__`, largest(bits) + suffix];
    if (!/^INT\d+$/.test(name)) yield [`__${name}_WIDTH__`, String(bits)];
    const constant = (letters: string) => (letters === "" ? "c" : `c ## ${letters}`);
    const hasConstant = /^INT(\d+|MAX)$/.test(name);
    if (hasConstant) yield [`__${name}_C(c)`, constant(suffix)];
    if (!name.startsWith("INT")) continue;
    const unsigned = bits < 32 ? "" : `U${suffix}`;
    yield [`__U${name}_TYPE__`, unsignedOf(type)];
    yield [`__U${name}_MAX__`, all(bits) + unsigned];
    if (hasConstant) yield [`__U${name}_C(c)`, constant(unsigned)];
  }
  const plain = [
    ["SCHAR", 8, ""],
    ["SHRT", 16, ""],
    ["INT", 32, ""],
    ["LONG", isWide ? 64 : 32, "L"],
    ["LONG_LONG", 64, "LL"],
  ] as const;
  for (const [name, bits, suffix] of plain) {
    yield [`__${name}_MAX__`, largest(bits) + suffix];
    yield [`__${name}_WIDTH__`, String(bits)];
  }
  yield ["__SIZE_TYPE__", isWide ? "long unsigned int" : "unsigned int"];
  yield ["__SIZE_MAX__", isWide ? `${all(64)}UL` : `${all(32)}U`];
  yield ["__SIZE_WIDTH__", isWide ? "64" : "32"];
  yield ["__WINT_TYPE__", "unsigned int"];
  yield ["__WINT_MAX__", `${all(32)}U`];
  yield ["__WINT_WIDTH__", "32"];
  yield ["__CHAR32_TYPE__", isWide ? "unsigned int" : "long unsigned int"];
  const word = isWide ? "8" : "4";
  for (const name of ["LONG", "POINTER", "PTRDIFF_T", "SIZE_T"]) yield [`__SIZEOF_${name}__`, word];
  if (!isWide) return;
  yield ["__SIZEOF_INT128__", "16"];
  yield ["_LP64", "1"];
  yield ["__LP64__", "1"];
}

/** Limits of a floating-point format: digits, exponents and four values. */
interface Format {
  readonly facts: string;
  readonly values: readonly [denormal: string, epsilon: string, largest: string, least: string];
}

const formats = {
  single: {
    facts: "9 6 24 38 128 -37 -125",
    values: [
      "1.40129846432481707092372958328991613e-45",
      "1.19209289550781250000000000000000000e-7",
      "3.40282346638528859811704183484516925e+38",
      "1.17549435082228750796873653722224568e-38",
    ],
  },
  double: {
    facts: "17 15 53 308 1024 -307 -1021",
    values: [
      "4.94065645841246544176568792868221372e-324",
      "2.22044604925031308084726333618164062e-16",
      "1.79769313486231570814527423731704357e+308",
      "2.22507385850720138309023271733240406e-308",
    ],
  },
  quad: {
    facts: "36 33 113 4932 16384 -4931 -16381",
    values: [
      "6.47517511943802511092443895822764655e-4966",
      "1.92592994438723585305597794258492732e-34",
      "1.18973149535723176508575932662800702e+4932",
      "3.36210314311209350626267781732175260e-4932",
    ],
  },
} as const satisfies Record<string, Format>;

const floatTypes: readonly (readonly [string, Format, string])[] = [
  ["FLT", formats.single, "F"],
  ["FLT32", formats.single, "F32"],
  ["DBL", formats.double, "double"],
  ["FLT64", formats.double, "F64"],
  ["FLT32X", formats.double, "F32x"],
  ["LDBL", formats.quad, "L"],
  ["FLT128", formats.quad, "F128"],
  ["FLT64X", formats.quad, "F64x"],
];

function* floatMacros(): Iterable<readonly [string, string]> {
  for (const [name, { facts, values }, suffix] of floatTypes) {
    const [decimal = "", digits = "", mantissa = "", max10 = "", max = "", min10 = "", min = ""] =
      facts.split(" ");
    const value = (text: string) =>
      suffix === "double" ? `((double)${text}L)` : `${text}${suffix}`;
    const [denormal, epsilon, most, least] = values.map(value) as [string, string, string, string];
    yield [`__${name}_DECIMAL_DIG__`, decimal];
    yield [`__${name}_DIG__`, digits];
    yield [`__${name}_MANT_DIG__`, mantissa];
    yield [`__${name}_MAX_10_EXP__`, max10];
    yield [`__${name}_MAX_EXP__`, max];
    yield [`__${name}_MIN_10_EXP__`, `(${min10})`];
    yield [`__${name}_MIN_EXP__`, `(${min})`];
    yield [`__${name}_DENORM_MIN__`, denormal];
    yield [`__${name}_EPSILON__`, epsilon];
    yield [`__${name}_MAX__`, most];
    yield [`__${name}_NORM_MAX__`, most];
    yield [`__${name}_MIN__`, least];
    for (const has of ["DENORM", "INFINITY", "QUIET_NAN"]) yield [`__${name}_HAS_${has}__`, "1"];
    yield [`__${name}_IS_IEC_60559__`, "2"];
  }
}

/** Macros of extensions beside `__riscv_NAME`, which has the version. */
const extensionMacros: Readonly<Record<string, readonly string[]>> = {
  m: ["__riscv_div 1", "__riscv_mul 1", "__riscv_muldiv 1"],
  a: ["__riscv_atomic 1"],
  c: ["__riscv_compressed 1"],
  f: ["__riscv_fdiv 1", "__riscv_fsqrt 1"],
  e: ["__riscv_32e 1", "__riscv_abi_rve 1"],
  v: ["__riscv_vector 1"],
};

function* riscvMacros(
  architecture: Architecture,
  abi: string,
): Iterable<readonly [string, string]> {
  yield ["__riscv_xlen", String(architecture.xlen)];
  const { extensions } = architecture;
  const flen = extensions.has("d") ? "64" : extensions.has("f") ? "32" : undefined;
  if (flen !== undefined) yield ["__riscv_flen", flen];
  const float = abi.endsWith("d") ? "double" : abi.endsWith("f") ? "single" : "soft";
  yield [`__riscv_float_abi_${float}`, "1"];
  const names = architectureString(architecture)
    .replace(/^rv\d+/, "")
    .split("_");
  for (const part of names) {
    const [, name = "", major = "", minor = ""] = /^(.*?)(\d+)p(\d+)$/.exec(part) ?? [];
    yield [`__riscv_${name}`, String(Number(major) * 1_000_000 + Number(minor) * 1000)];
    for (const text of extensionMacros[name] ?? []) {
      const [word = "", value = ""] = text.split(" ");
      yield [word, value];
    }
  }
}

function* atomicMacros({ xlen, extensions }: Architecture): Iterable<readonly [string, string]> {
  const hasAtomics = extensions.has("a") || extensions.has("zalrsc");
  const free = hasAtomics ? "2" : "1";
  for (const name of ["CHAR32_T", "INT", "LONG", "POINTER", "WCHAR_T"]) {
    yield [`__GCC_ATOMIC_${name}_LOCK_FREE`, free];
  }
  yield ["__GCC_ATOMIC_LLONG_LOCK_FREE", hasAtomics && xlen === 64 ? "2" : "1"];
  if (hasAtomics) yield ["__GCC_HAVE_SYNC_COMPARE_AND_SWAP_4", "1"];
  if (hasAtomics && xlen === 64) yield ["__GCC_HAVE_SYNC_COMPARE_AND_SWAP_8", "1"];
  const hasDouble = extensions.has("d");
  yield ["__GCC_IEC_559", hasDouble ? "2" : "0"];
  yield ["__GCC_IEC_559_COMPLEX", hasDouble ? "2" : "0"];
  if (extensions.has("f")) {
    yield ["__FP_FAST_FMAF", "1"];
    yield ["__FP_FAST_FMAF32", "1"];
  }
  if (hasDouble) {
    for (const name of ["FMA", "FMAF32x", "FMAF64"]) yield [`__FP_FAST_${name}`, "1"];
  }
}

/** Those of `-fPIC`. */
const positionIndependent = [
  ["__PIC__", "2"],
  ["__pic__", "2"],
] as const;

/**
 * Definitions as they stand behind `#define`, e.g. "__riscv_xlen 64".
 * @param options `mabi` is such as "lp64d", the architecture's default where it is undefined
 */
export function predefinedMacros(
  architecture: Architecture,
  { mabi, pic }: { readonly mabi?: string; readonly pic?: boolean },
): string[] {
  const isWide = architecture.xlen === 64;
  const rows = [
    ...integerMacros(isWide),
    ...floatMacros(),
    ...riscvMacros(architecture, mabi ?? defaultAbi(architecture)),
    ...atomicMacros(architecture),
    ...(pic === true ? positionIndependent : []),
  ];
  return [...always.trim().split("\n"), ...rows.map(([name, value]) => `${name} ${value}`)];
}
