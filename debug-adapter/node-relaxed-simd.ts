/**
 * Turns on what Node 20 has of WebAssembly but keeps behind a flag: relaxed vector operations, of
 * which the emulator uses the fused multiply-add. Newer hosts have it without a flag.
 */
import { setFlagsFromString } from "node:v8";

/** (func (result v128) …) with one f64x2.relaxed_madd of zeros. */
const sample = Uint8Array.from([
  0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 5, 1, 0x60, 0, 1, 0x7b, 3, 2, 1, 0, 10, 19, 1, 17, 0, 0x41,
  0, 0xfd, 0x11, 0x41, 0, 0xfd, 0x11, 0x41, 0, 0xfd, 0x11, 0xfd, 0x87, 0x02, 0x0b,
]);

/** To be called before the first machine is made. */
export function allowRelaxedSimd(): void {
  if (WebAssembly.validate(sample)) return;
  setFlagsFromString("--experimental-wasm-relaxed-simd");
}
