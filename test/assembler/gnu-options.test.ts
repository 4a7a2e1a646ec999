/**
 * Options of GNU as and what depends on them: objects, the lines of errors and warnings, and the
 * disassembly of the objects, with aliases and without, are GNU's.
 */
import { equal } from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { requireTools } from "../tools.ts";
import { gnuProducer } from "./gnu-producer.ts";
import { assembled, type Binutils, compare, expected, optionsOf } from "./suite-comparison.ts";

const csrs = "csrr t0, ustatus\ncsrr t0, satp\ncsrr t0, mtinst\ncsrr t0, mcountinhibit\n";
const arch = ".option arch, +d, -c\nfadd.d fa0, fa0, fa1\n.option arch, +c\nadd a0, a0, a1\nret\n";

/** What is assembled, and how: options of GNU as, then the source. */
const cases: readonly (readonly [title: string, options: string, source: string])[] = [
  ["no march", "", "add a0, a0, a1\nfadd.d fa0, fa0, fa1\n"],
  ["F alone has the ABI of integers", "-march=rv32if", "nop\n"],
  ["Q has an ABI of its own", "-march=rv64iq", "nop\n"],
  ["versions of an edition", "-march=rv64gc -misa-spec=2.2", "csrr a0, fcsr\nfence.i\n"],
  ["versions of the one after", "-march=rv32ima -misa-spec=20190608", "nop\n"],
  ["versions that are given", "-march=rv32i2p0_xown3p1 -misa-spec=2.2", arch],
  ["a letter with a version", "-march=rv32g2_p1", "nop\n"],
  ["a letter without one", "-march=rv32gl", "nop\n"],
  ["a name that ends in a version's half", "-march=rv32i_xown2p", "nop\n"],
  ["a name with two versions", "-march=rv32i_xown2p3p0", "nop\n"],
  ["old Q for RV32", "-march=rv32iq2p0", "nop\n"],
  ["Q for RV32", "-march=rv32iq", "nop\n"],
  ["no attributes", "-march=rv64gc -mno-arch-attr", "nop\n"],
  ["no attributes but those of the source", "-mno-arch-attr", ".attribute stack_align, 16\nnop\n"],
  ["no relaxation", "-march=rv64gc -mno-relax", "call x\nnop\n.align 4\nbeqz a0, y\ny: ret\n"],
  ["symbols", "-defsym a=1 --defsym b=0x20", ".word a + b\n.if a\nnop\n.endif\n"],
  ["macros", "--alternate", ".macro m x\nLOCAL l\nl: .word l, \\x\n.endm\nm %1+2\n"],
  [
    "numbers without a sign",
    "-march=rv32imac",
    "li a2, 0xffffffff\nli a2, 0xfffff800\nli a2, 0xfffff001\nli a2, 0x80000000\nli a2, -1\n" +
      "addi a0, a0, 0xffffffff\nandi a0, a0, 0xfffffffe\nlw a0, 0xfffffffc(a0)\naddi a0, a0, -1\n",
  ],
  ["short forms of numbers without a sign", "-march=rv32imc", "c.addi a1, 0xffffffff\n"],
  ["E with D", "-march=rv32ed", "nop\n"],
  [
    "masks that are overwritten",
    "-march=rv64gcv",
    "vmsge.vx v0, v4, a0, v0.t\nvmsge.vx v2, v4, a0, v0.t, v0\nvmsgeu.vx v0, v4, a0, v0.t, v2\n" +
      "vmsge.vx v0, v4, a0\nvmsge.vx v2, v4, a0, v0.t\nvmsge.vx v0, v4, a0, v0.t, v0\n",
  ],
  ["constants of vectors without a sign", "-march=rv32gcv", "vmsltu.vi v8, v4, 0xfffffff1\n"],
  ["a whole architecture beside others", "-march=rv32i", ".option arch, rv32ifd, -d\n"],
  ["no checks", "-march=rv64i_zicsr", csrs],
  ...(["1.9.1", "1.10", "1.11", "1.12"] as const).map(
    (edition) =>
      [
        `CSRs of ${edition}`,
        `-march=rv64i_zicsr -mcsr-check -mpriv-spec=${edition}`,
        `${csrs}csrr t0, sbadaddr\ncsrr t0, pmpcfg4\ncsrr t0, pmpaddr15\n`,
      ] as const,
  ),
  [
    "CSRs of extensions",
    "-march=rv64i_zicsr -mcsr-check",
    "csrr a0, fcsr\ncsrr a0, vl\ncsrr a0, hstatus\ncsrr a0, cycleh\ncsrr a0, pmpcfg1\n" +
      "csrr a0, hstateen0\ncsrr a0, vstimecmp\ncsrr a0, hcontext\ncsrr a0, mhpmevent3h\n",
  ],
  [
    "writes of what can only be read",
    "-march=rv64i_zicsr -mcsr-check",
    "csrw cycle, a0\ncsrwi time, 0\ncsrs instret, a0\ncsrsi cycle, 0\ncsrr a0, cycle\nrdtime a0\n",
  ],
  [
    "checks in a part",
    "-march=rv64i_zicsr",
    "csrw cycle, a0\n.option push\n.option csr-check\ncsrw cycle, a0\n.option pop\ncsrw cycle, a0\n",
  ],
  ["what is no instruction", "-march=rv64gc", "unimp\nc.unimp\ncsrw cycle, zero\nnop\n"],
  ["an address where no symbol is", "-march=rv64i_zfh", "lui a0, 1\nflh fa0, 4(a0)\nj 0x20\n"],
  ["code of several architectures", "-march=rv64i", `${arch}.option norvc\nnop\n`],
];

describe("options, against GNU as", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "options-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  for (const [title, options, source] of cases) {
    it(title, function () {
      const [as = "", objdump = ""] = requireTools(
        this,
        "riscv64-unknown-elf-as",
        "riscv64-unknown-elf-objdump",
      );
      const tools: Binutils = { version: "installed", as: [as], objdump: [objdump] };
      const path = join(folder, `${title.replaceAll(" ", "-")}.s`);
      writeFileSync(path, source);
      const one = { suite: "", path, args: options.split(" ").filter((word) => word !== "") };
      const ours = optionsOf(one.args);
      if (typeof ours === "string") throw new Error(`no option ${ours}`);
      const theirs = expected(tools, one, folder);
      const { kind, found } = compare(one, assembled(one, ours, gnuProducer()), theirs);
      equal(`${/^(equal|rejected)$/.test(kind)} ${found.join("\n")}`, "true ");
    });
  }
});
