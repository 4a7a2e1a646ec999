/**
 * The rules that a body must keep so that every interpretation sees the same instruction
 * (`isa/semantics.ts`): it never lets the host look at a value, no step that may trap comes after
 * the first write, and no register is read after a write. Each body runs under an abstract
 * machine that only notes its steps, with both sides of every condition taken.
 */
import assert from "node:assert/strict";
import { family, type Instruction, type Operands } from "../../isa/instruction.ts";
import { instructions } from "../../isa/instructions.ts";
import type { Semantics } from "../../isa/semantics.ts";

const mayTrap = new Set([
  "jump",
  "jumpAndLink",
  "branch",
  "load",
  "store",
  "loadFloat",
  "storeFloat",
  "atomic",
  "loadReserved",
  "storeConditional",
  "checkFloat",
  "checkRounding",
  "checkCsr",
  "environmentCall",
  "breakpoint",
  "illegalInstruction",
  "machineReturn",
  "supervisorReturn",
  "waitForInterrupt",
  "supervisorFence",
]);
const writes = new Set(["writeX", "writeF", "writeCsr"]);
const reads = new Set(["readX", "readF", "readRawF"]);

type Abstract = Semantics<unknown, unknown, unknown, unknown, unknown, unknown>;

/** The steps that a body takes, when every value is what `value` gives. */
function stepsOf(instruction: Instruction, xlen: 32 | 64, value: () => unknown): string[] {
  const steps: string[] = [];
  const machine = new Proxy(
    {},
    {
      get: (_, name) => {
        if (name === "xlen") return xlen;
        return (...operands: unknown[]): unknown => {
          const facts = operands.filter((operand) =>
            ["string", "number", "bigint"].includes(typeof operand),
          );
          steps.push([String(name), ...facts].join(" "));
          for (const operand of operands) if (typeof operand === "function") operand();
          return value();
        };
      },
    },
  ) as Abstract;
  const names = [
    "rd",
    "rs1",
    "rs2",
    "fd",
    "fs1",
    "fs2",
    "fs3",
    "imm",
    "shamt",
    "csr",
    "uimm",
    "rm",
  ];
  const operands = Object.fromEntries(names.map((name) => [name, value()]));
  instruction.execute?.(
    machine,
    operands as unknown as Operands<unknown, unknown, unknown, unknown>,
  );
  return steps;
}

/** What an instruction does wrong, one sentence a fault. */
function faults(instruction: Instruction, xlen: 32 | 64): string[] {
  const fresh = (): unknown => ({});
  const steps = stepsOf(instruction, xlen, fresh);
  const found: string[] = [];
  if (steps.join("\n") !== stepsOf(instruction, xlen, () => undefined).join("\n")) {
    found.push("its steps depend on a value that the host has looked at");
  }
  let written: string | undefined;
  for (const step of steps) {
    const name = step.split(" ")[0] ?? "";
    if (written !== undefined && mayTrap.has(name)) found.push(`${name} may trap after ${written}`);
    if (written !== undefined && reads.has(name)) found.push(`${name} reads after ${written}`);
    if (writes.has(name)) written ??= name;
  }
  return found;
}

describe("semantics rules", () => {
  for (const xlen of [32, 64] as const) {
    it(`are kept by every instruction of RV${xlen}`, () => {
      const bodies = instructions.filter(
        (instruction) => instruction.execute !== undefined && (instruction.xlen ?? xlen) === xlen,
      );
      assert.ok(bodies.length > 200);
      const found = bodies.flatMap((instruction) =>
        faults(instruction, xlen).map((fault) => `${instruction.mnemonic}: ${fault}`),
      );
      assert.deepEqual(found, []);
    });
  }

  const { instruction } = family({ extension: "i" });
  const row = "0000000 rs2 rs1 000 rd 0110011";
  const planted: readonly [name: string, body: Instruction["execute"] & object, fault: RegExp][] = [
    [
      "a host comparison of words",
      (m, { rd, rs1, rs2 }) => {
        m.writeX(rd, m.readX(rs1) === m.readX(rs2) ? m.constant(1) : m.constant(0));
      },
      /host has looked/,
    ],
    [
      "a host test of a condition",
      (m, { rd, rs1, rs2 }) => {
        if (m.less(m.readX(rs1), m.readX(rs2))) m.writeX(rd, m.constant(1));
      },
      /host has looked/,
    ],
    [
      "a load after a write",
      (m, { rd, rs1, rs2 }) => {
        const address = m.readX(rs1);
        m.writeX(rs2, address);
        m.writeX(rd, m.load(32, "signed", address));
      },
      /load may trap after writeX/,
    ],
    [
      "a trapping check after a CSR write",
      (m, { csr, rs1 }) => {
        m.writeCsr(csr, m.readX(rs1));
        m.checkFloat();
      },
      /checkFloat may trap after writeCsr/,
    ],
    [
      "a read after a write",
      (m, { rd, rs1, rs2 }) => {
        m.writeX(rd, m.readX(rs1));
        m.writeX(rd, m.readX(rs2));
      },
      /readX reads after writeX/,
    ],
    [
      "a write in one branch and a read behind it",
      (m, { rd, rs1, rs2 }) => {
        m.when(m.isX0(rs1), () => m.writeX(rd, m.constant(0)));
        m.writeX(rd, m.readX(rs2));
      },
      /readX reads after writeX/,
    ],
  ];
  for (const [name, body, fault] of planted) {
    it(`catch ${name}`, () => {
      const bad = instruction("bad", row, "rd, rs1, rs2", "Is wrong.", body);
      assert.match(faults(bad, 64).join("\n"), fault);
    });
  }
});
