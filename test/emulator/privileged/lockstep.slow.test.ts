/** Cases of the executive in every mode, on every engine in lockstep. */
import type { Image } from "./executive.ts";
import { compareEngines } from "./lockstep.ts";
import {
  instructionCases,
  interruptCases,
  pagingCases,
  protectedWalkCases,
  protectionCases,
} from "./suites.ts";

const suites: readonly [name: string, create: () => Promise<Image>][] = [
  ["Sv32 tables", () => pagingCases(32, 1, 11, 120)],
  ["Sv39 tables", () => pagingCases(64, 8, 12, 120)],
  ["Sv48 tables", () => pagingCases(64, 9, 13, 100)],
  ["protection", () => protectionCases(64, 14, 80)],
  ["protected tables", () => protectedWalkCases(15, 80)],
  ["interrupts", () => interruptCases(64, 16, 150)],
  ["instructions", () => instructionCases(32, 17, 120)],
];

describe("engines in lockstep in every mode", function () {
  this.timeout(30_000);
  for (const [name, create] of suites) {
    it(`with ${name}`, async () => {
      const image = await create();
      compareEngines(image.bytes, image.xlen, 400);
    });
  }
});
