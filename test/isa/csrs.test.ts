/** The table of CSRs: who may access one, and fields that do not overlap. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { csrByAddress, csrByName, csrs } from "../../isa/csrs.ts";

describe("isa/csrs", () => {
  const cases: [name: string, facts: string][] = [
    ["fcsr", "0x3 rw user f"],
    ["cycle", "0xc00 ro user zicntr"],
    ["timeh", "0xc81 ro user zicntr 32"],
    ["hpmcounter31", "0xc1f ro user zihpm"],
    ["satp", "0x180 rw supervisor s"],
    ["hgatp", "0x680 rw hypervisor h"],
    ["mstatus", "0x300 rw machine sm"],
    ["mhartid", "0xf14 ro machine sm"],
    ["pmpaddr63", "0x3ef rw machine sm"],
    ["dcsr", "0x7b0 rw debug sdext"],
  ];
  for (const [name, facts] of cases) {
    it(`${name} is ${facts}`, () => {
      const { address, access, privilege, extension, xlen } = csrByName(name)!;
      const parts = [`0x${address.toString(16)}`, access, privilege, extension, xlen ?? []];
      equal(parts.flat().join(" "), facts);
      equal(csrByAddress(address)?.name, name);
    });
  }

  it("has each name and each address once", () => {
    equal(new Set(csrs.map(({ name }) => name)).size, csrs.length);
    equal(new Set(csrs.map(({ address }) => address)).size, csrs.length);
    deepEqual(
      csrs.filter(({ summary }) => !/^[A-Za-z].*\.$/.test(summary)),
      [],
    );
  });

  it("knows nothing by a wrong name or address", () => {
    equal(csrByName("mystatus"), undefined);
    equal(csrByAddress(0x7ff), undefined);
    equal(csrByAddress(-1), undefined);
  });

  it("has fields that lie in the register and do not overlap", () => {
    let count = 0;
    for (const { name, fields = [], xlen: only } of csrs) {
      for (const xlen of only === undefined ? ([32, 64] as const) : [only]) {
        let used = 0n;
        for (const field of fields.filter((one) => (one.xlen ?? xlen) === xlen)) {
          ok(field.high >= field.low && field.high < xlen, `${name}.${field.name}`);
          const bits = ((1n << BigInt(field.high - field.low + 1)) - 1n) << BigInt(field.low);
          equal(used & bits, 0n, `${name}.${field.name}`);
          used |= bits;
          count++;
        }
      }
    }
    ok(count > 300);
  });
});
