/** Call frame directives (`.cfi_…`). GNU as manual, section "CFI directives"; DWARF 5, section 6.4. */
import { csrAddressOf } from "../../isa/csrs.ts";
import { fRegisterIndex, vRegisterIndex, xRegisterIndex } from "../../isa/registers.ts";
import type { Arguments } from "../arguments.ts";
import type { Assembler } from "../assembler.ts";
import type { Directive } from "../directives.ts";
import { checkCsr } from "../instructions.ts";
import { encodeLeb128 } from "../leb128.ts";

/**
 * DWARF's number of a register: x0 to x31 are 0 to 31, f0 to f31 are 32 to 63, v0 to v31 are 96 to
 * 127, CSRs begin at 4096. psABI, "DWARF Register Numbers".
 */
function register(assembler: Assembler, args: Arguments): number | undefined {
  const token = args.peek();
  if (token?.kind === "integer") return args.integer("The register", 0, 0x7fffffff);
  const name = args.symbolName();
  if (name === undefined) return undefined;
  const x = xRegisterIndex(name.text);
  if (x !== undefined) return x;
  const f = fRegisterIndex(name.text);
  if (f !== undefined) return f + 32;
  const v = vRegisterIndex(name.text);
  if (v !== undefined) return v + 96;
  const csr = csrAddressOf(name.text);
  if (csr !== undefined) {
    if (assembler.code.checksCsrs) checkCsr(assembler, name.text, name.start, name.end);
    return csr + 4096;
  }
  assembler.report("bad-frame-register", name.start, name.end, { name: name.text });
  return undefined;
}

type Operand = "register" | "offset" | "registers";

const isSmall = (value: number) => value >= 0 && value < 64;
const uleb = (value: number) => (isSmall(value) ? [value] : encodeLeb128(BigInt(value), false));
const sleb = (value: number) => (isSmall(value) ? [value] : encodeLeb128(BigInt(value), true));

/** A directive that becomes bytes of call frame instructions, which its operands decide. */
export interface FrameDirective {
  readonly name: string;
  readonly operands: readonly Operand[];
  /** The bytes; called where the place of the instruction is known to be in a function. */
  readonly encode: (values: readonly number[], assembler: Assembler) => number[];
  /** Whether a CIE can have the instruction. */
  readonly isShared: boolean;
}

/** DW_CFA_restore_state, as `.cfi_restore_state` has it. */
export const restoringState: readonly number[] = [0x0b];

/** The directives of that kind. */
export const plainFrames: FrameDirective[] = [];

/** A directive that becomes bytes of call frame instructions. */
function frame(
  name: string,
  operands: readonly Operand[],
  summary: string,
  encode: (values: readonly number[], assembler: Assembler) => number[],
  isShared = true,
): Directive {
  plainFrames.push({ name, operands, encode, isShared });
  return {
    name,
    operands: operands.join(", "),
    summary,
    run(assembler, args) {
      const values: number[] = [];
      for (const [index, operand] of operands.entries()) {
        if (index > 0 && !args.separator()) return;
        const value =
          operand !== "offset"
            ? register(assembler, args)
            : args.integer("The offset", -0x80000000, 0x7fffffff);
        if (value === undefined) return;
        values.push(value);
      }
      assembler.frames.add(assembler, args.name, () => encode(values, assembler), isShared);
      while (operands[0] === "registers" && args.take(",")) {
        const value = register(assembler, args);
        if (value === undefined) return;
        assembler.frames.add(assembler, args.name, () => encode([value], assembler), isShared);
      }
    },
  };
}

/** GNU as uses −4 for both widths. */
const dataAlignment = -4;

/** An offset in units of the alignment of data; reports one that is no multiple of it. */
function factoredOffset(assembler: Assembler, offset: number): number {
  if (offset % dataAlignment !== 0) {
    const { source, start, end } = assembler.statement;
    assembler.reportAt("odd-frame-offset", { source, start, end }, { value: String(offset) });
  }
  return Math.trunc(offset / dataAlignment);
}

/** DW_CFA_offset in its three forms. */
function saved(assembler: Assembler, index: number, offset: number): number[] {
  const factored = factoredOffset(assembler, offset);
  if (factored < 0) return [0x11, ...uleb(index), ...sleb(factored)];
  if (index < 64) return [0x80 | index, ...uleb(factored)];
  return [0x05, ...uleb(index), ...uleb(factored)];
}

function putBytes(assembler: Assembler, args: Arguments): void {
  const bytes: number[] = [];
  do {
    const value = args.integer("The byte", -128, 255);
    if (value === undefined) return;
    bytes.push(value & 255);
  } while (args.comma());
  assembler.frames.add(assembler, args.name, () => bytes, false);
}

const encodingDirective = (name: string, field: "personality" | "lsda"): Directive => ({
  name,
  operands: "encoding, symbol",
  summary:
    field === "lsda"
      ? "Names the function's table of exceptions."
      : "Names the personality routine.",
  run(assembler, args) {
    if (!assembler.frames.isOpen(assembler, args.name)) {
      args.rest();
      return;
    }
    const encoding = args.integer("The encoding", 0, 255);
    if (encoding === undefined || encoding === 255) return;
    if (!args.separator()) return;
    const value = args.expression();
    if (value !== undefined)
      assembler.frames.reference(assembler, args.name, field, encoding, value);
  },
});

/** One that GNU as has for other targets. */
const foreign = (name: string, operands: string): Directive => ({
  name,
  operands,
  summary: "Is for other targets.",
  takesAll: true,
  run: (assembler, { name: token }) =>
    assembler.report("not-for-riscv", token.start, token.end, { name }),
});

export const frameDirectives: readonly Directive[] = [
  {
    name: ".cfi_sections",
    operands: ".eh_frame, .debug_frame",
    summary: "Chooses the sections for call frames.",
    run: (assembler, args) => {
      const from = args.at;
      const names = args.rest();
      if (/^(\.(eh|debug)_frame(\s*,\s*|$))*$/.test(names))
        assembler.frames.choose(assembler, args.name, names);
      else assembler.reportAt("trailing-text", args.mention(from), { text: names });
    },
  },
  {
    name: ".cfi_startproc",
    operands: "",
    summary: "Starts a function's call frame.",
    run(assembler, args) {
      const isSimple = args.peek()?.text === "simple";
      if (isSimple) args.at++;
      assembler.frames.start(assembler, isSimple, args.name);
    },
  },
  {
    name: ".cfi_endproc",
    operands: "",
    summary: "Ends a function's call frame.",
    run: (assembler, args) => assembler.frames.end(assembler, args.name),
  },
  frame(
    ".cfi_def_cfa",
    ["register", "offset"],
    "The caller's frame is at register + offset.",
    ([index = 0, offset = 0], { frames }) => {
      frames.offset = offset;
      return offset < 0
        ? [0x12, ...uleb(index), ...sleb(Math.trunc(offset / dataAlignment))]
        : [0x0c, ...uleb(index), ...uleb(offset)];
    },
  ),
  frame(
    ".cfi_def_cfa_register",
    ["register"],
    "The caller's frame is at this register.",
    ([index = 0]) => [0x0d, ...uleb(index)],
  ),
  frame(
    ".cfi_def_cfa_offset",
    ["offset"],
    "The caller's frame is at this offset.",
    ([offset = 0], { frames }) => {
      frames.offset = offset;
      return offset < 0
        ? [0x13, ...sleb(Math.trunc(offset / dataAlignment))]
        : [0x0e, ...uleb(offset)];
    },
  ),
  frame(
    ".cfi_adjust_cfa_offset",
    ["offset"],
    "The offset of the caller's frame grows.",
    ([change = 0], { frames }) => {
      frames.offset += change;
      return [0x0e, ...uleb(frames.offset)];
    },
  ),
  frame(
    ".cfi_offset",
    ["register", "offset"],
    "A register is saved at an offset of the frame.",
    ([index = 0, offset = 0], assembler) => saved(assembler, index, offset),
  ),
  frame(
    ".cfi_rel_offset",
    ["register", "offset"],
    "A register is saved at an offset of the frame's register.",
    ([index = 0, offset = 0], assembler) =>
      saved(assembler, index, offset - assembler.frames.offset),
  ),
  frame(
    ".cfi_val_offset",
    ["register", "offset"],
    "A register's value is the frame plus an offset.",
    ([index = 0, offset = 0], assembler) => {
      const factored = factoredOffset(assembler, offset);
      return factored < 0
        ? [0x15, ...uleb(index), ...sleb(factored)]
        : [0x14, ...uleb(index), ...uleb(factored)];
    },
  ),
  frame(
    ".cfi_register",
    ["register", "register"],
    "A register is saved in another.",
    ([index = 0, other = 0]) => [0x09, ...uleb(index), ...uleb(other)],
  ),
  frame(
    ".cfi_restore",
    ["registers"],
    "A register is as at the function's start.",
    ([index = 0]) => (index < 64 ? [0xc0 | index] : [0x06, ...uleb(index)]),
  ),
  frame(".cfi_undefined", ["registers"], "A register cannot be restored.", ([index = 0]) => [
    0x07,
    ...uleb(index),
  ]),
  frame(".cfi_same_value", ["register"], "A register is not changed.", ([index = 0]) => [
    0x08,
    ...uleb(index),
  ]),
  frame(
    ".cfi_remember_state",
    [],
    "Keeps the rules.",
    (_, { frames }) => {
      frames.remembered.push(frames.offset);
      return [0x0a];
    },
    false,
  ),
  {
    name: ".cfi_restore_state",
    operands: "",
    summary: "Takes up the kept rules.",
    run(assembler, args) {
      const { frames } = assembler;
      if (!frames.isOpen(assembler, args.name)) return;
      const offset = frames.remembered.pop();
      if (offset === undefined) {
        assembler.report("no-remembered-state", args.name.start, args.name.end);
        return;
      }
      frames.offset = offset;
      frames.add(assembler, args.name, () => [...restoringState]);
    },
  },
  {
    name: ".cfi_return_column",
    operands: "register",
    summary: "Names the return address's register.",
    run(assembler, args) {
      const index = register(assembler, args);
      if (index !== undefined) assembler.frames.setReturnColumn(assembler, args.name, index);
    },
  },
  {
    name: ".cfi_signal_frame",
    operands: "",
    summary: "Marks the frame of a signal handler.",
    run: (assembler, args) => assembler.frames.markSignal(assembler, args.name),
  },
  {
    name: ".cfi_escape",
    operands: "byte, …",
    summary: "Puts bytes of call frame instructions.",
    run: putBytes,
  },
  frame(".cfi_window_save", [], "The registers of the window are saved.", () => [0x2d], false),
  frame(
    ".cfi_negate_ra_state",
    [],
    "The signing of the return address changes.",
    () => [0x2d],
    false,
  ),
  foreign(".cfi_fde_data", "byte, …"),
  foreign(".cfi_inline_lsda", "alignment"),
  foreign(".cfi_personality_id", "number"),
  {
    name: ".cfi_label",
    operands: "symbol",
    summary: "Makes a label at this place of the call frame instructions.",
    run(assembler, args) {
      const token = args.symbolName();
      if (token === undefined) return;
      const label = assembler.symbols.get(token.text);
      const mention = { source: assembler.source, start: token.start, end: token.end };
      if (label.isDefined) {
        assembler.reportAt("duplicate-symbol", mention, { name: token.text });
        return;
      }
      label.addDefinition(mention);
      assembler.frames.add(assembler, args.name, () => [], false, { label });
    },
  },
  {
    name: ".cfi_val_encoded_addr",
    operands: "register, encoding, symbol",
    summary: "A register's value is an address.",
    run(assembler, args) {
      const index = register(assembler, args);
      if (index === undefined || !args.separator()) return;
      const encoding = args.integer("The encoding", 0, 255);
      if (encoding === undefined || !args.separator()) return;
      const value = args.expression();
      if (value === undefined) return;
      const kind = encoding & 7;
      const size = kind === 2 ? 2 : kind === 3 ? 4 : kind === 4 ? 8 : assembler.xlen / 8;
      // DW_CFA_val_expression with DW_OP_GNU_encoded_addr.
      const bytes = [0x16, ...uleb(index), ...uleb(size + 2), 0xf1, encoding];
      const reference = { encoding, value };
      assembler.frames.add(assembler, args.name, () => bytes, false, { reference });
    },
  },
  encodingDirective(".cfi_personality", "personality"),
  encodingDirective(".cfi_lsda", "lsda"),
];
