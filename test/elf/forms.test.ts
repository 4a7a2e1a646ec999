/**
 * Forms and range lists that no compiler here makes, from sections written by hand: indexed strings
 * and addresses, 64-bit offsets, indirect forms, every kind of range.
 */
import assert from "node:assert/strict";
import { ByteWriter } from "../../elf/bytes.ts";
import { EM, ET } from "../../elf/constants.ts";
import { DW_AT, DW_FORM, DW_RLE, DW_TAG, DW_UT } from "../../elf/dwarf/constants.ts";
import { readDebugInformation } from "../../elf/dwarf/index.ts";
import { rangesOf } from "../../elf/dwarf/ranges.ts";
import { emptySection } from "./sections.ts";

type Bytes = (out: ByteWriter) => unknown;

const strings = "zero\0first\0second\0";

/** An ELF file with a unit of version 5 whose second entry has one attribute, and a third entry. */
function debugOf(
  form: number,
  value: Bytes,
  more: Record<string, Bytes> = {},
  name: number = DW_AT.name,
) {
  const abbreviations = new ByteWriter()
    .bytes([1, DW_TAG.compile_unit, 1])
    .bytes([DW_AT.low_pc, DW_FORM.addr, DW_AT.str_offsets_base, DW_FORM.sec_offset]);
  abbreviations.uleb(DW_AT.addr_base).uleb(DW_FORM.sec_offset);
  abbreviations.uleb(DW_AT.rnglists_base).uleb(DW_FORM.sec_offset).bytes([0, 0]);
  abbreviations.bytes([2, DW_TAG.variable, 0]).uleb(name).uleb(form);
  if (form === DW_FORM.implicit_const) abbreviations.sleb(-5);
  abbreviations.bytes([0, 0, 3, DW_TAG.variable, 0, DW_AT.name, DW_FORM.string, 0, 0, 0]);
  const body = new ByteWriter().u16(5).u8(DW_UT.compile).u8(8).u32(0);
  body.uleb(1).u64(0x1000n).u32(8).u32(8).u32(12);
  body.uleb(2);
  value(body);
  body.uleb(3).string("behind").u8(0);
  const contents: Record<string, Bytes> = {
    ".debug_info": (out) => out.u32(body.length).bytes(body.finish()),
    ".debug_abbrev": (out) => out.bytes(abbreviations.finish()),
    ".debug_str": (out) => out.bytes(new TextEncoder().encode(strings)),
    ".debug_line_str": (out) => out.string("line"),
    ".debug_str_offsets": (out) => out.u32(16).u16(5).u16(0).u32(0).u32(5).u32(11),
    ".debug_addr": (out) => out.u32(20).u16(5).u8(8).u8(0).u64(0x4000n).u64(0x5000n),
    ...more,
  };
  const sections = Object.entries(contents).map(([section, write]) => {
    const out = new ByteWriter();
    write(out);
    const data = out.finish();
    return emptySection(section, { data, size: BigInt(data.length) });
  });
  return readDebugInformation({
    class: 64,
    type: ET.EXEC,
    machine: EM.RISCV,
    flags: 0,
    entry: 0n,
    segments: [],
    symbols: [],
    sections,
  });
}

describe("forms of attributes", () => {
  const cases: [form: keyof typeof DW_FORM, value: Bytes, kind: string, expected: unknown][] = [
    ["addr", (o) => o.u64(0x8000000012345678n), "address", 0x8000000012345678n],
    ["addrx", (o) => o.uleb(1), "address", 0x5000n],
    ["addrx1", (o) => o.u8(0), "address", 0x4000n],
    ["addrx2", (o) => o.u16(1), "address", 0x5000n],
    ["addrx3", (o) => o.u8(1).u16(0), "address", 0x5000n],
    ["addrx4", (o) => o.u32(1), "address", 0x5000n],
    ["data1", (o) => o.u8(200), "constant", 200n],
    ["data2", (o) => o.u16(60000), "constant", 60000n],
    ["data4", (o) => o.u32(4e9), "constant", 4_000_000_000n],
    ["data8", (o) => o.u64(-1n), "constant", 0xffffffffffffffffn],
    ["sdata", (o) => o.sleb(-300), "constant", -300n],
    ["udata", (o) => o.uleb(300), "constant", 300n],
    [
      "udata",
      (o) => o.bytes([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]),
      "constant",
      0xffffffffffffffffn,
    ],
    ["implicit_const", () => 0, "constant", -5n],
    ["flag", (o) => o.u8(1), "flag", true],
    ["flag", (o) => o.u8(0), "flag", false],
    ["flag_present", () => 0, "flag", true],
    ["string", (o) => o.string("größer"), "string", "größer"],
    ["strp", (o) => o.u32(5), "string", "first"],
    ["line_strp", (o) => o.u32(0), "string", "line"],
    ["strx", (o) => o.uleb(2), "string", "second"],
    ["strx1", (o) => o.u8(1), "string", "first"],
    ["strx2", (o) => o.u16(0), "string", "zero"],
    ["strx3", (o) => o.u8(2).u16(0), "string", "second"],
    ["strx4", (o) => o.u32(1), "string", "first"],
    ["ref1", (o) => o.u8(12), "reference", 12],
    ["ref2", (o) => o.u16(300), "reference", 300],
    ["ref4", (o) => o.u32(70000), "reference", 70000],
    ["ref8", (o) => o.u64(5n), "reference", 5],
    ["ref_udata", (o) => o.uleb(130), "reference", 130],
    ["ref_addr", (o) => o.u32(99), "reference", 99],
    ["ref_sig8", (o) => o.u64(0x1122334455667788n), "signature", 0x1122334455667788n],
    ["sec_offset", (o) => o.u32(7), "offset", 7],
    ["loclistx", (o) => o.uleb(4), "list-index", 4],
    ["block1", (o) => o.bytes([2, 7, 8]), "block", [7, 8]],
    ["block2", (o) => o.u16(1).u8(9), "block", [9]],
    ["block4", (o) => o.u32(1).u8(9), "block", [9]],
    ["block", (o) => o.uleb(3).bytes([1, 2, 3]), "block", [1, 2, 3]],
    ["data16", (o) => o.u64(1n).u64(2n), "block", [1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0]],
    ["exprloc", (o) => o.bytes([1, 0x9c]), "expression", [0x9c]],
    ["indirect", (o) => o.uleb(DW_FORM.data1).u8(77), "constant", 77n],
    ["GNU_strp_alt", (o) => o.u32(3), "elsewhere", 3],
    ["ref_sup8", (o) => o.u64(3n), "elsewhere", 3],
  ];
  for (const [form, value, kind, expected] of cases) {
    it(`DW_FORM_${form}: ${kind} ${String(expected)}`, () => {
      const debug = debugOf(DW_FORM[form], value);
      const [unit] = debug.compileUnits;
      const [entry, next] = [...(unit?.unit.root.children() ?? [])];
      const found = entry?.attribute(DW_AT.name);
      const plain = found?.value instanceof Uint8Array ? [...found.value] : found?.value;
      assert.deepEqual({ kind: found?.kind, value: plain }, { kind, value: expected });
      assert.equal(next?.string(DW_AT.name), "behind");
      assert.deepEqual([...(entry?.attributes() ?? [])], [[DW_AT.name, found]]);
    });
  }

  it("that are not known end the unit with an error", () => {
    const debug = debugOf(0x7f, (out) => out.u8(1));
    const [unit] = debug.compileUnits;
    assert.ok(unit);
    assert.deepEqual(debug.info.functionsOf(unit), []);
    assert.match(debug.errors[0]?.message ?? "", /unknown form 127/);
  });
});

describe("range lists", () => {
  it("of version 5 have all kinds of entries", () => {
    const list: Bytes = (out) => {
      out.u32(0).u16(5).u8(8).u8(0).u32(1).u32(4);
      out.u8(DW_RLE.offset_pair).uleb(1).uleb(3);
      out.u8(DW_RLE.base_address).u64(0x100n).u8(DW_RLE.offset_pair).uleb(0x10).uleb(0x20);
      out.u8(DW_RLE.base_addressx).uleb(0).u8(DW_RLE.offset_pair).uleb(0).uleb(2);
      out.u8(DW_RLE.startx_endx).uleb(0).uleb(1);
      out.u8(DW_RLE.startx_length).uleb(1).uleb(6);
      out.u8(DW_RLE.start_end).u64(7n).u64(9n);
      out.u8(DW_RLE.start_end).u64(9n).u64(9n);
      out.u8(DW_RLE.start_length).u64(0x80n).uleb(2).u8(DW_RLE.end_of_list);
    };
    const more = { ".debug_rnglists": list };
    for (const [form, value] of [
      [DW_FORM.rnglistx, (out: ByteWriter) => out.uleb(0)],
      [DW_FORM.sec_offset, (out: ByteWriter) => out.u32(16)],
    ] as const) {
      const debug = debugOf(form, value, more, DW_AT.ranges);
      const [entry] = [...(debug.compileUnits[0]?.unit.root.children() ?? [])];
      assert.ok(entry);
      const ranges = rangesOf(entry).map(
        ({ low, high }) => `${low.toString(16)}-${high.toString(16)}`,
      );
      assert.deepEqual(ranges, [
        "1001-1003",
        "110-120",
        "4000-4002",
        "4000-5000",
        "5000-5006",
        "7-9",
        "80-82",
      ]);
    }
  });
});
