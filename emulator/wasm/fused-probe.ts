/**
 * Whether the host has a multiply-add that rounds once. WebAssembly's relaxed one may round once or
 * twice, as the processor has it, but always in the same way; so one product tells whose exact
 * value is lost when it is rounded.
 */
import { Code } from "./code.ts";
import { encodeModule } from "./module.ts";

type MultiplyAdd = (a: number, b: number, c: number) => number;

let answer: boolean | undefined;

/** The four operations with which products are added, in one module. */
function probe(): boolean {
  const functions = (["f32", "f64"] as const).flatMap((type) =>
    (["madd", "nmadd"] as const).map((name) => {
      const lanes = type === "f32" ? "f32x4" : "f64x2";
      const code = new Code(3);
      for (const operand of [0, 1, 2]) code.get(operand).vector(`${lanes}.splat`);
      code.vector(`${lanes}.relaxed_${name}`).vector(`${lanes}.extract_lane 0`);
      return { name: `${type}.${name}`, parameters: [type, type, type], results: [type], code };
    }),
  );
  const bytes = encodeModule(functions, { parameters: [], results: [] }) as BufferSource;
  if (!WebAssembly.validate(bytes)) return false;
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
    env: {
      memory: new WebAssembly.Memory({ initial: 1 }),
      table: new WebAssembly.Table({ initial: 1, element: "anyfunc" }),
    },
  });
  // (1 + e)² − (1 + 2e) is e², which is lost where the product is rounded first.
  return (["f32", "f64"] as const).every((type) => {
    const error = 2 ** (type === "f32" ? -13 : -30);
    const [factor, rest] = [1 + error, 1 + 2 * error];
    const [add, subtract] = [exports[`${type}.madd`], exports[`${type}.nmadd`]] as MultiplyAdd[];
    return (
      add?.(factor, factor, -rest) === error ** 2 &&
      subtract?.(factor, factor, rest) === -(error ** 2)
    );
  });
}

/** Found out once. */
export function hasFusedMultiplyAdd(): boolean {
  answer ??= probe();
  return answer;
}

/** Makes do without it from now on, or probes again: for tests of both. */
export function useFusedMultiplyAdd(wanted: boolean): void {
  answer = wanted ? undefined : false;
}
