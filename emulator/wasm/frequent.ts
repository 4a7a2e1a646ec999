// biome-ignore-all format: the rows are a table
/**
 * What programs run most, as counted over those of `bench/`: forms of instructions, and pairs of
 * forms that often follow each other. Both are by the names of the forms.
 */
import type { Form } from "./forms.ts";

/**
 * Forms with a handler in the function that dispatches; the others' are in one that it calls. V8
 * allocates registers well only in a function that is not too large. All that jumps must be here.
 */
const frequent = new Set(`
  ecall beq bne blt bge bltu bgeu beqz bnez blez bgez bltz bgtz jal jalr j jr ret
  c.j c.jal c.jr c.jalr c.beqz c.bnez
  lui auipc li mv c.lui c.li c.mv c.nop
  addi slti sltiu xori ori andi addiw slli srli srai slliw srliw sraiw
  add sub sll slt sltu xor srl sra or and addw subw sllw srlw sraw
  c.addi c.addiw c.addi16sp c.addi4spn c.slli c.srli c.srai c.andi
  c.add c.sub c.xor c.or c.and c.addw c.subw
  lb lh lw ld lbu lhu lwu sb sh sw sd
  c.lw c.ld c.sw c.sd c.lwsp c.ldsp c.swsp c.sdsp
  mul mulw mulh mulhu div divu rem remu divw divuw remw remuw
  sh1add sh2add sh3add add.uw zext.h sext.b sext.h andn min max minu maxu
  flw fld fsw fsd c.fld c.fsd c.fldsp c.fsdsp c.flw c.fsw c.flwsp c.fswsp
  fadd.d fsub.d fmul.d fmadd.d fnmsub.d fadd.s fsub.s fmul.s fmadd.s fnmsub.s
  flt.d flt.s fsgnj.d fsgnj.s fmv.d.x fmv.x.d
`.trim().split(/\s+/));

/** Whether the form has its handler in the function that dispatches. */
export const isFrequent = ({ name }: Form): boolean => frequent.has(name);

/** For the first of a pair, the second ones, by the names of their forms. */
const pairs: Readonly<Record<string, string>> = {
  "c.sdsp": "c.sdsp c.mv",
  "c.ldsp": "c.ldsp c.mv c.addi16sp",
  "c.slli": "c.add",
  "c.addi": "c.addi bne lbu c.addiw addi add mul srl mulhu bltu",
  "c.mv": "c.mv c.jalr c.addi jal c.ldsp bge",
  lbu: "c.addi lbu c.beqz sb",
  addi: "c.addi c.add bltu",
  "c.fld": "c.addi c.fld fld",
  fld: "fld addi c.fld",
  "c.addiw": "bne c.ld andi c.jr c.addiw",
  "c.add": "c.lw bne lbu flw c.add lhu sltu c.jr add c.addiw sb c.fld mulw",
  flw: "flw addi addiw lhu c.addi",
  "c.ld": "c.add c.mv c.beqz",
  lwu: "c.addiw",
  addiw: "addiw beqz bgeu",
  sb: "bne sb c.addw",
  srliw: "slliw c.slli or",
  slliw: "srliw c.xor subw",
  "c.xor": "andi",
  "c.sd": "c.sd",
  fsd: "fsd bne",
  lw: "c.addi mulw lh",
  "c.addi16sp": "c.jr c.sdsp",
  "c.lw": "c.j c.addi c.add sllw c.lw",
  xor: "addw",
  andi: "c.bnez c.addw c.slli",
  "c.srli": "c.add",
  slli: "addi c.srli",
  add: "c.add sb bne lh",
  "c.addw": "addiw c.or c.addiw bltu",
  addw: "srliw bne addw",
  or: "c.xor",
  sltu: "c.add sd",
  "c.sw": "c.addi bltu",
  ld: "ld c.addi",
  lh: "lw bne lh",
  lhu: "flw slli",
  mulhu: "c.add",
  srl: "andi",
  mul: "c.addi",
  sd: "sltu sd",
  mulw: "addw addi",
  "c.or": "c.sw",
  sllw: "c.addw",
  sw: "c.lw",
  fsw: "bne",
};

/**
 * Two forms that have a handler of their own together, which saves a dispatch: it is their handlers
 * one after the other, and between them all is as it is between any two instructions.
 */
export type Pair = readonly [first: Form, second: Form];

/** The pairs of some forms. A jump is never the first: what follows it is elsewhere. */
export function pairsOf(forms: readonly Form[]): Pair[] {
  const byName = new Map(forms.map((form) => [form.name, form]));
  const named = (name: string): Form[] => {
    const form = byName.get(name);
    return form === undefined ? [] : [form];
  };
  return Object.entries(pairs).flatMap(([first, seconds]) =>
    named(first).flatMap((one) =>
      seconds.split(" ").flatMap(named).map((two): Pair => [one, two])));
}