/** The three floating-point CSRs, which generated code reads and writes itself. */
import { csrByName } from "../../isa/csrs.ts";

function addressOf(name: string): number {
  const csr = csrByName(name);
  if (csr === undefined) throw new Error(`no CSR is called ${name}`);
  return csr.address;
}

const addresses = {
  fflags: addressOf("fflags"),
  frm: addressOf("frm"),
  fcsr: addressOf("fcsr"),
} as const;

export const floatCsrs = {
  ...addresses,
  /** The name of the CSR at an address, if it is one of the three. */
  nameOf(address: number): keyof typeof addresses | undefined {
    return (Object.keys(addresses) as (keyof typeof addresses)[]).find(
      (name) => addresses[name] === address,
    );
  },
} as const;
