/**
 * Where QEMU's user emulation differs from the manual or from Linux, with the reason: a difference
 * in a record that one of these explains is none.
 */
import type { LogRecord } from "./recorder.ts";

interface KnownDifference {
  readonly reason: string;
  readonly explains: (ours: LogRecord, theirs: LogRecord) => boolean;
}

const segmentationFault = 11;

const knownDifferences: readonly KnownDifference[] = [
  {
    reason:
      "A guest address that the host's hardware cannot have (bits 63 to 47 differ) makes the " +
      "host's kernel report address 0, which QEMU passes on; Linux on RISC-V reports the address.",
    explains: (ours, theirs) =>
      ours.signal === segmentationFault &&
      theirs.signal === segmentationFault &&
      theirs.address === 0n &&
      BigInt.asIntN(64, ours.address) !== BigInt.asIntN(48, ours.address) &&
      isEqualRecord(ours, { ...theirs, address: ours.address, code: ours.code }),
  },
];

/**
 * What random code does not have, since the machines part there and go on differently; each is
 * within the manual or an error of QEMU.
 */
export const notGenerated: readonly string[] = [
  "SC without a reservation at an address that is misaligned or not mapped: QEMU lets it fail " +
    "without looking at the address, here it raises the exception that the manual allows.",
  "A fault between LR and SC whose handler returns: Linux drops the reservation, QEMU keeps it.",
  "A store of the same hart between LR and SC to the reserved bytes: QEMU compares values, and " +
    "lets the SC fail only if the store has changed them.",
  "Accesses where one machine has its stack or its return page and the other has nothing.",
  "Reads of cycle, time and instret, which QEMU takes from the host.",
];

/** Mnemonics that the installed QEMU is wrong about in so many ways that none is generated. */
export function mnemonicsLeftOut(qemuVersion: number): ReadonlySet<string> {
  // QEMU before 8.0 counts past bit 31 when all 32 are 0.
  return new Set(qemuVersion < 8 ? ["ctzw"] : []);
}

export function isEqualRecord(a: LogRecord, b: LogRecord): boolean {
  return (
    a.signal === b.signal &&
    a.code === b.code &&
    a.address === b.address &&
    a.pc === b.pc &&
    a.fcsr === b.fcsr &&
    a.x.every((value, index) => value === b.x[index]) &&
    a.f.every((value, index) => value === b.f[index])
  );
}

/** Whether two records are the same but for what is explained here. */
export function agrees(ours: LogRecord, theirs: LogRecord): boolean {
  return (
    isEqualRecord(ours, theirs) || knownDifferences.some(({ explains }) => explains(ours, theirs))
  );
}
