/**
 * Random programs that GNU as takes, or nearly all of them: statements of a grammar, with labels
 * that each section defines sooner or later, so that references go both ways over code whose size
 * is not known yet. A program is a list of pieces, each some lines that belong together.
 */
import { defaultAbi, parseArchitecture } from "../../isa/architecture.ts";
import type { Source } from "./assembly-comparison.ts";
import { constant, formsFor, instructionLine, pick, type Random } from "./assembly-instructions.ts";

const marches = [
  "rv64gc",
  "rv32gc",
  "rv32imac",
  "rv64imafd",
  "rv32i_zicsr",
  "rv64gc_zba_zbb_zbs",
  "rv32imafdc_zbb_zfh",
  "rv64gcv_zbkb_zicbom",
  "rv32e",
] as const;

/** A section in which programs put things. */
interface Place {
  readonly name: string;
  readonly enter: string;
  readonly holds: "code" | "data" | "strings" | "zeros";
  readonly prefix: string;
}

const places: readonly Place[] = [
  { name: ".text", enter: ".text", holds: "code", prefix: "c" },
  { name: ".text.hot", enter: '.section .text.hot,"ax",@progbits', holds: "code", prefix: ".Lh" },
  { name: ".text.g", enter: '.section .text.g,"axG",@progbits,grp,comdat', holds: "code", prefix: "g" },
  { name: ".data", enter: ".data", holds: "data", prefix: "d" },
  { name: ".rodata", enter: ".section .rodata", holds: "data", prefix: ".Lr" },
  { name: ".sdata", enter: '.section .sdata,"aw"', holds: "data", prefix: "sv" },
  { name: ".tdata", enter: '.section .tdata,"awT",@progbits', holds: "data", prefix: "tv" },
  { name: ".str", enter: '.section .rodata.str1.1,"aMS",@progbits,1', holds: "strings", prefix: ".LC" },
  { name: ".debug_x", enter: '.section .debug_x,"",@progbits', holds: "data", prefix: ".Lx" },
  { name: ".bss", enter: ".bss", holds: "zeros", prefix: "b" },
]; // biome-ignore format: a table

/** How many labels a section may have. */
const labelCount = 9;

const several = (random: Random, most: number, make: () => string): string[] =>
  Array.from({ length: 1 + random(most) }, make);

class Writer {
  readonly pieces: string[][] = [];
  readonly march: string;
  readonly #random: Random;
  readonly #xlen: 32 | 64;
  readonly #forms: ReturnType<typeof formsFor>;
  readonly #defined = new Map<Place, number>();
  readonly #used = new Set<Place>();
  #place: Place = places[0] as Place;
  #names = 0;
  readonly #macros: ((args: string[]) => string)[] = [];
  readonly #numbers: string[] = ["5"];
  readonly #files = new Map<string, number>();
  readonly #hasLines: boolean;

  constructor(random: Random) {
    this.#random = random;
    this.march = pick(random, marches);
    this.#hasLines = random(3) === 0;
    const parsed = parseArchitecture(this.march);
    if (!parsed.ok) throw new Error(parsed.error);
    this.#xlen = parsed.architecture.xlen;
    this.#forms = formsFor(parsed.architecture);
    this.#used.add(this.#place);
  }

  get mabi(): string {
    const parsed = parseArchitecture(this.march);
    return parsed.ok ? defaultAbi(parsed.architecture) : "";
  }

  write(size: number): void {
    for (let count = 0; count < size; count++) this.pieces.push(this.#piece());
    const ends: string[] = [];
    for (const place of this.#used) {
      ends.push(place.enter);
      for (let at = this.#defined.get(place) ?? 0; at < labelCount; at++) {
        ends.push(`${place.prefix}${at}:`);
        if (this.#random(3) === 0) ends.push(place.holds === "zeros" ? ".zero 4" : ".balign 4");
      }
    }
    this.pieces.push(ends);
  }

  #new(stem: string): string {
    return `${stem}${this.#names++}`;
  }

  #labelOf(place: Place): string {
    this.#used.add(place);
    return `${place.prefix}${this.#random(labelCount)}`;
  }

  #codeLabel = (): string => {
    const own = this.#place.holds === "code" ? this.#place : (places[0] as Place);
    switch (this.#random(12)) {
      case 0:
        return this.#labelOf(places[this.#random(3)] as Place);
      case 1:
        return pick(this.#random, ["ext", "ext+4", "wk", "hid"]);
      case 2:
        return `${this.#labelOf(own)}${pick(this.#random, ["+4", "-2", "+2", " + 8"])}`;
      case 3:
        return `${pick(this.#random, [".", ". + 8", ".-4", ".+4"])}`;
      default:
        return this.#labelOf(own);
    }
  };

  #anyLabel = (): string => {
    switch (this.#random(6)) {
      case 0:
        return pick(this.#random, ["ext", "wk", "hid", "com", "ext_tls"]);
      case 1:
        return `${this.#labelOf(pick(this.#random, places))}${pick(this.#random, ["+4", "-8", "+0x12345", ""])}`;
      default:
        return this.#labelOf(pick(this.#random, places));
    }
  };

  /** A difference of two labels in one section. */
  #distance(): string {
    const place = this.#random(2) === 0 ? this.#place : pick(this.#random, places.slice(0, 7));
    const [to, from] = [this.#labelOf(place), this.#labelOf(place)];
    // GNU as loses the number behind the distance of a symbol to itself in code.
    const more = to !== from && this.#random(4) === 0 ? ` + ${this.#random(9)}` : "";
    return `${to} - ${from}${more}`;
  }

  #number(): string {
    const random = this.#random;
    const inner = () =>
      pick(random, ["1", "2", "3", "0x10", "'a'", "-1", "07", "0b11", ...this.#numbers]);
    switch (random(6)) {
      case 0:
        return `(${inner()} ${pick(random, ["+", "-", "*", "|", "&", "^", "!"])} ${inner()})`;
      case 1:
        return `${inner()} ${pick(random, ["<", ">", "==", "<=", ">=", "<>", "!=", "&&", "||"])} ${inner()}`;
      case 2:
        return `${pick(random, ["-", "~", "!"])}${inner()}`;
      default:
        return inner();
    }
  }

  #small = (): string => pick(this.#random, ["1", "2", "3", "4", "7", "16", "100", "250"]);

  #piece(): string[] {
    const random = this.#random;
    switch (random(14)) {
      case 0:
        return this.#section();
      case 1:
        return this.#macro();
      case 2:
        return this.#repetition();
      case 3:
        return this.#condition();
      case 4:
        return this.#symbols();
      case 5:
        return this.#option();
      case 6:
        return this.#label();
      case 7:
        return this.#aside();
      case 9:
        if (this.#hasLines && this.#place.holds === "code") return this.#lines();
        return this.#contents();
      case 8:
        return this.#place.holds === "code" ? this.#frame() : this.#contents();
      default:
        return this.#contents();
    }
  }

  #section(): string[] {
    this.#place = pick(this.#random, places);
    this.#used.add(this.#place);
    const isSub = this.#random(6) === 0;
    return isSub
      ? [this.#place.enter, `.subsection ${this.#random(3)}`]
      : [this.#random(5) === 0 ? `.subsection 0\n${this.#place.enter}` : this.#place.enter];
  }

  #label(): string[] {
    const at = this.#defined.get(this.#place) ?? 0;
    if (at >= labelCount) return [`${this.#random(3)}:`];
    this.#defined.set(this.#place, at + 1);
    const name = `${this.#place.prefix}${at}`;
    if (this.#place.holds !== "code" || name.startsWith(".") || this.#random(3) > 0)
      return [`${name}:`];
    return [
      `.globl ${name}`,
      `.type ${name}, @function`,
      `${name}: nop`,
      `.size ${name}, .-${name}`,
    ];
  }

  #contents(): string[] {
    const random = this.#random;
    switch (this.#place.holds) {
      case "code":
        return random(4) === 0 ? this.#data() : this.#code();
      case "data":
        return random(12) === 0 && this.#place.name === ".data" ? this.#code() : this.#data();
      case "strings":
        return [
          pick(random, [
            '.string "abc"',
            '.asciz "bc"',
            '.string ""',
            '.ascii "x\\n\\0"',
            '.string "a", "b"',
          ]),
        ];
      default:
        return [
          pick(random, [
            `.zero ${this.#small()}`,
            `.skip ${this.#small()}`,
            ".balign 8",
            ".p2align 3",
            ".space 4",
          ]),
        ];
    }
  }

  #code(): string[] {
    const random = this.#random;
    switch (random(10)) {
      case 0:
        return this.#addresses();
      case 1:
        return several(random, 4, () => `call ${this.#codeLabel()}`);
      case 2:
        return [
          pick(random, [
            `.align ${random(5)}`,
            `.balign ${1 << random(6)}`,
            `.p2align ${random(5)}`,
            ".p2align 4,,7",
            ".balign 8, 0",
            ".p2align 3,0x13",
          ]),
        ];
      case 3:
        return [
          `.skip ${pick(random, ["100", "254", "256", "1000", "2046", "4090", "4096", "5000", "1048570"].slice(0, random(20) === 0 ? 9 : 8))}`,
        ];
      case 4:
        return this.#numeric();
      case 5:
      case 6:
        return several(random, 3, () => this.#branch(this.#codeLabel()));
      case 7:
        return this.#insn();
      case 8:
        return [`li ${pick(random, ["a0", "t3", "s1", "zero"])}, ${constant(random, this.#xlen)}`];
      default:
        return several(random, 5, () =>
          instructionLine(random, this.#forms, this.#xlen, this.#codeLabel),
        );
    }
  }

  /** Labels that are numbers, with jumps to them from both sides. */
  #numeric(): string[] {
    const random = this.#random;
    const n = random(3);
    const ahead = [this.#branch(`${n}f`), ...(random(2) === 0 ? [`.skip ${this.#small()}`] : [])];
    return [
      [...ahead, `${n}: ${this.#branch(`${n}b`)}`, ...this.#code(), this.#branch(`${n}b`)].join(
        "\n",
      ),
    ];
  }

  #branch(to: string): string {
    const random = this.#random;
    const register = () => pick(random, ["a0", "s1", "a5", "t0", "zero"]);
    return pick(random, [
      `beqz ${register()}, ${to}`, `bnez ${register()}, ${to}`, `j ${to}`, `bltu ${register()}, ${register()}, ${to}`,
      `jal ${to}`, `bgt ${register()}, ${register()}, ${to}`, `jal t0, ${to}`, `blez ${register()}, ${to}`, `tail ${to}`,
      `beq ${register()}, zero, ${to}`, `bne zero, ${register()}, ${to}`,
    ]); // biome-ignore format: a list
  }

  #addresses(): string[] {
    const random = this.#random;
    const label = this.#anyLabel();
    const at = this.#new(".Lp");
    const load = this.#xlen === 64 ? "ld" : "lw";
    return pick(random, [
      () => [`la a0, ${label}`],
      () => [`lla a1, ${label}`],
      () => [`la.tls.ie a2, ext_tls`],
      () => [`la.tls.gd a2, ext_tls`],
      () => [`lui a0, %hi(${label})`, `addi a0, a0, %lo(${label})`, `sw a1, %lo(${label})(a0)`],
      () => [`${at}: auipc a0, %pcrel_hi(${label})`, `${pick(random, ["lw a1", "lb a1", "sw a2"])}, %pcrel_lo(${at})(a0)`, `addi a0, a0, %pcrel_lo(${at})`],
      () => [`${at}: auipc a0, %got_pcrel_hi(${label})`, `${load} a0, %pcrel_lo(${at})(a0)`],
      () => ["lui a0, %tprel_hi(ext_tls)", "add a0, a0, tp, %tprel_add(ext_tls)", "lw a0, %tprel_lo(ext_tls)(a0)"],
      () => [`lw a0, ${label}`],
      () => [`sw a0, ${label}, t1`],
      () => [`${at}: auipc a0, %tls_ie_pcrel_hi(ext_tls)`, `${load} a0, %pcrel_lo(${at})(a0)`],
      () => [`jump ${this.#codeLabel()}, t2`],
      () => [`addi a0, a0, %lo(0x12345)`, `lui a1, %hi(0x12fff)`],
    ])(); // biome-ignore format: a list
  }

  #insn(): string[] {
    return [
      pick(this.#random, [
        ".insn r 0x33, 0, 0, a0, a1, a2", ".insn i 0x13, 0, a0, a1, 13", ".insn s 0x23, 2, a0, 4(a1)",
        `.insn b 0x63, 0, a0, a1, ${this.#codeLabel()}`, ".insn u 0x37, a0, 0xfff", `.insn j 0x6f, a0, ${this.#codeLabel()}`,
        ".insn 0x13", ".insn r4 MADD, 0, 0, a0, a1, a2, a3", ".insn i LOAD, 2, a0, 4(a1)", ".insn 4, 0x33",
      ]),
    ]; // biome-ignore format: a list
  }

  #data(): string[] {
    const random = this.#random;
    const value = () =>
      pick(random, [
        () => this.#number(),
        () => this.#number(),
        () => this.#anyLabel(),
        () => this.#distance(),
      ])();
    const narrow = () => pick(random, [() => this.#number(), () => this.#distance()])();
    switch (random(14)) {
      case 0:
        return [`.byte ${several(random, 3, narrow).join(", ")}`];
      case 1:
        return [`.half ${several(random, 3, narrow).join(", ")}`];
      case 2:
        return [
          `.${pick(random, ["word", "long", "4byte", "int"])} ${several(random, 3, value).join(", ")}`,
        ];
      case 3:
        return [
          `.${pick(random, ["dword", "quad", "8byte"])} ${several(random, 2, this.#xlen === 64 ? value : narrow).join(", ")}`,
        ];
      case 4:
        return [
          `.uleb128 ${pick(random, [() => (random(20) === 0 ? this.#distance() : "300"), () => String(random(100000)), () => this.#number()])()}`,
        ];
      case 5:
        return [`.sleb128 ${pick(random, ["-1", "64", "-129", "100000", "0"])}`];
      case 6:
        return [
          pick(random, [
            '.string "text"',
            '.asciz "é\\t\\"q\\""',
            '.ascii "a" "b", "c"',
            '.string16 "wide"',
            '.string8 "x"',
            '.ascii "\\x41\\101\\\\"',
          ]),
        ];
      case 7:
        return [
          pick(random, [
            ".float 1.5, -0.1",
            ".double 3.25e-7",
            ".float 0f1e10",
            ".double nan, inf",
            ".float16 1.5",
            ".single 2",
          ]),
        ];
      case 8:
        return [
          pick(random, [
            `.fill ${random(5)}, ${1 + random(8)}, ${this.#number()}`,
            `.zero ${this.#small()}`,
            `.skip ${this.#small()}, ${random(255)}`,
            ".space 0",
          ]),
        ];
      case 9:
        return [
          pick(random, [
            `.align ${random(4)}`,
            `.balign ${1 << random(5)}, ${random(200)}`,
            `.p2align ${random(4)},,${random(8)}`,
            ".balign 4",
          ]),
        ];
      case 10:
        return [
          pick(random, [
            ".octa 0x123456789abcdef00112233445566778",
            ".dcb.b 3, 7",
            ".dc.w 5, 6",
            ".2byte 1, 2",
            ".hword 0x1234",
            ".ds.b 3",
            ".dcb.w 2, 3",
          ]),
        ];
      case 11:
        return [`.word ${this.#anyLabel()} - .`, `.word . - ${this.#labelOf(this.#place)}`];
      case 12:
        return [`.org . + ${this.#small()}`];
      default:
        return [
          `.reloc ., ${pick(random, ["R_RISCV_NONE", "R_RISCV_32", "R_RISCV_RELAX"])}, ${pick(random, ["ext", this.#labelOf(this.#place)])}`,
          ".word 0",
        ];
    }
  }

  #frame(): string[] {
    const random = this.#random;
    const body = several(random, 6, () =>
      pick(random, [
        () => ".cfi_def_cfa_offset 16", () => ".cfi_offset ra, -8", () => ".cfi_offset 8, -16", () => ".cfi_remember_state\n nop\n.cfi_restore_state",
        () => ".cfi_adjust_cfa_offset 16", () => ".cfi_restore ra", () => ".cfi_def_cfa s0, 0", () => ".cfi_undefined s1",
        () => ".cfi_register ra, t0", () => ".cfi_escape 1, 2", () => `.skip ${this.#small()}`, () => `call ${this.#codeLabel()}`, () => this.#branch(this.#codeLabel()), () => "nop",
        () => ".cfi_same_value a2", () => ".cfi_rel_offset s1, 0", () => ".cfi_val_offset s1, -8", () => ".cfi_window_save",
        () => "call ext", () => ".cfi_signal_frame", () => ".cfi_def_cfa_register s0",
      ])(),
    ); // biome-ignore format: a list
    const start = random(6) === 0 ? ".cfi_startproc simple" : ".cfi_startproc";
    const who = pick(random, [
      [],
      [],
      [".cfi_personality 0x9b, DW.ref.pers", `.cfi_lsda 0x1b, ${this.#labelOf(this.#place)}`],
    ]);
    return [`${start}\n${who.join("\n")}\n${body.join("\n")}\n.cfi_endproc`];
  }

  #macro(): string[] {
    const random = this.#random;
    if (this.#macros.length > 0 && random(2) === 0) {
      return several(random, 3, () =>
        pick(
          random,
          this.#macros,
        )(several(random, 3, () => pick(random, ["1", "2", "(1 + 2)", "3*4", "0x7f"]))),
      );
    }
    const name = this.#new("m");
    const inner = this.#new("k");
    const make = pick(random, [
      () => {
        this.#macros.push(([a = "1", b]) => `${name} ${a}${b === undefined ? "" : `, ${b}`}`);
        return [`.macro ${name} a, b=7\n.byte \\a, \\b\n.if \\b > 5\n.byte 1\n.else\n.half \\a\n.endif\n.endm`];
      },
      () => {
        this.#macros.push((args) => `${name} ${args.join(", ")}`);
        return [`.macro ${name} a:req, rest:vararg\n.byte \\a\n.ifnb \\rest\n${name} \\rest\n.endif\n.endm`];
      },
      () => {
        this.#macros.push(([a = "1"]) => `${name} ${a}`);
        return [`.macro ${name} n\n.L${name}_\\@: .byte \\n\n.byte .L${name}_\\@ - .L${name}_\\@\n.rept 2\n.byte \\@\n.endr\n.endm`];
      },
      () => {
        this.#macros.push(([a = "1"]) => `${name} ${inner}_, ${a}`);
        return [`.macro ${name} stem, n\n.ifndef \\stem\\()x\n.set \\stem\\()x, \\n\n.endif\n.byte \\stem\\()x\n.if \\n == 1\n.exitm\n.endif\n.byte 9\n.endm`];
      },
      () => {
        this.#macros.push(([a = "1"]) => `${name} ${a}`);
        return [`.macro ${name} n\n.macro ${inner}\\@x v=3\n.byte \\v\n.endm\n.irp q, 1, 2\n.byte \\q + \\n\n.endr\n.endm`];
      },
      () => [
        `.altmacro\n.macro ${name} a, b\nLOCAL l1, l2\nl1: .byte a\nl2: .byte b, l2 - l1\n.endm\n${name} 1, <2>\n${name} %1+2, %(3*4)\n.noaltmacro`,
      ],
    ]); // biome-ignore format: a list
    return make();
  }

  /** Contents without labels, which can stand there several times. */
  #unlabelled(): string {
    for (;;) {
      const text = this.#contents().join("\n");
      if (!/^[.\w]+:/m.test(text)) return text;
    }
  }

  #repetition(): string[] {
    const random = this.#random;
    const body = this.#unlabelled();
    if (this.#place.holds === "zeros") return [`.rept ${random(4)}\n${body}\n.endr`];
    return pick(random, [
      () => [`.rept ${random(5)}\n${body}\n.endr`],
      () => [
        `.irp x, 1, 2, ${this.#small()}\n.byte \\x\n.irpc y, 12\n.byte \\x\\y & 0x7f\n.endr\n.endr`,
      ],
      () => [".irpc c, 0189\n.byte \\c + 1\n.endr"],
      () => [
        `.set i${this.#names}, 0\n.rept 4\n.byte i${this.#names}\n.set i${this.#names}, i${this.#names++}+1\n.endr`,
      ],
      () => [`.rept 2\n.rept 2\n${body}\n.endr\n.byte 3\n.endr`],
    ])();
  }

  #condition(): string[] {
    const random = this.#random;
    const [yes, no] = [this.#unlabelled(), this.#unlabelled()];
    const test = pick(random, [
      `.if ${this.#number()}`,
      ".ifdef nowhere",
      ".ifndef nowhere",
      ".ifc a, b",
      ".ifb",
      ".ifnb x",
      '.ifeqs "a","a"',
      `.ifgt ${this.#number()}`,
      `.ifeq ${this.#number()}`,
    ]);
    const middle =
      random(3) === 0
        ? `.elseif ${this.#number()}\nbad @ text is not read\n`.replace(
            "bad @ text is not read\n",
            random(2) ? "" : ".if 0\n!?\n.endif\n",
          )
        : "";
    return [`${test}\n${yes}\n${middle}.else\n${no}\n.endif`];
  }

  #symbols(): string[] {
    const random = this.#random;
    const name = this.#new("v");
    return pick(random, [
      () => { this.#numbers.push(name); return [`.set ${name}, ${random(100)}`]; },
      () => { this.#numbers.push(name); return [`${name} = ${this.#number()}`]; },
      () => [`.equ ${name}, ${this.#labelOf(this.#place)} + 4`, `.globl ${name}`],
      () => [`${name} = .`, `.type ${name}, @object`, `.size ${name}, 8`],
      () => [`.comm ${name}, ${this.#small()}, 8`],
      () => [`.lcomm ${name}, 16`],
      () => [`.local ${name}`, `.comm ${name}, 24, 16`],
      () => [`.weak ${name}`],
      () => [`.hidden hid`, ".protected ext"],
      () => [".weak wk"],
      () => [`.set ${name}, ${this.#labelOf(this.#place)}`],
      () => [`.eqv ${name}, ext`, `.equiv ${name}q, 5`],
      () => [`.set ${name}, ${this.#distance()}`],
      () => [`.globl ${this.#labelOf(this.#place)}`],
      () => [`.weak ${this.#labelOf(this.#place)}`],
      () => [`.type ${this.#labelOf(this.#place)}, ${pick(random, ["@function", "@object", "@tls_object", "%function", "STT_FUNC", "@notype"])}`],
      () => [".comm com, 8, 4"],
      () => [this.#place.prefix.startsWith(".") ? ".weak wk" : `.symver ${this.#labelOf(this.#place)}, ${name}@V${random(3)}`],
      () => [`.weakref ${name}, ext`, `.weakref ${name}r, c${random(9)}`],
      () => [`.hidden ${this.#labelOf(this.#place)}`],
      () => [`.size ${this.#labelOf(this.#place)}, ${this.#small()}`],
      () => [`.variant_cc ${this.#labelOf(places[0] as Place)}`],
    ])(); // biome-ignore format: a list
  }

  #option(): string[] {
    const random = this.#random;
    const option = () =>
      pick(random, [
        ".option norvc",
        ".option rvc",
        ".option norelax",
        ".option relax",
        ".option pic",
        ".option nopic",
      ]);
    switch (random(5)) {
      case 0:
        return [`.option push\n${option()}\n${this.#contents().join("\n")}\n.option pop`];
      case 1:
        if (this.#place.holds === "zeros") return [option()];
        return [
          `.option push\n.option arch, +${pick(random, ["zbb", "c", "zba", "m", "zicsr"])}\nnop\n.option pop`,
        ];
      case 2:
        return random(3) === 0 ? [".attribute stack_align, 16"] : [option()];
      case 3:
        return [
          pick(random, [
            ".cfi_sections .debug_frame",
            ".cfi_sections .eh_frame, .debug_frame",
            ".gnu_attribute 4, 2",
            ".attribute unaligned_access, 1",
            ".attribute 14, 1",
          ]),
        ];
      default:
        return random(3) === 0 ? [option()] : this.#contents();
    }
  }

  /** Line numbers, as a compiler writes them. */
  #lines(): string[] {
    const random = this.#random;
    const file = `f${random(3)}.c`;
    const number = this.#files.get(file) ?? this.#files.size + 1;
    const first = this.#files.has(file) ? [] : [`.file ${number} "${file}"`];
    this.#files.set(file, number);
    const options = pick(random, [
      "",
      "",
      "",
      " is_stmt 0",
      " discriminator 3",
      " prologue_end",
      ` view .LVU${this.#names++}`,
      " isa 1",
      " basic_block",
    ]);
    return [...first, `.loc ${number} ${1 + random(200)} ${random(20)}${options}`, ...this.#code()];
  }

  #aside(): string[] {
    const random = this.#random;
    const other = pick(random, places);
    this.#used.add(other);
    const before = this.#place;
    this.#place = other;
    const inside = this.#contents().join("\n");
    this.#place = before;
    return pick(random, [
      () => [`.pushsection ${other.enter.replace(/^\.section /, "")}\n${inside}\n.popsection`],
      // GNU as does not go back to .bss.
      () => [
        [before, other].some(({ holds }) => holds === "zeros")
          ? ".zero 1"
          : `${other.enter}\n${inside}\n.previous`,
      ],
      () =>
        [`# a comment`, `nop; nop # more`, "/* over\n lines */ nop"].slice(
          0,
          this.#place.holds === "code" ? 3 : 1,
        ),
      () => ['.ident "random"'],
      () => ['.file "random.c"'],
    ])();
  }
}

/** A random program: its pieces, which can be taken away one by one. */
export interface RandomSource extends Omit<Source, "text"> {
  readonly pieces: readonly string[];
}

/** A random program of about so many pieces. */
export function randomSource(random: Random, size: number): RandomSource {
  const writer = new Writer(random);
  writer.write(size);
  const { pieces, march, mabi } = writer;
  return { march, mabi, pieces: pieces.map((lines) => `${lines.join("\n")}\n`) };
}
