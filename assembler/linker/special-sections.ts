/**
 * What the names of sections that hold no input say of them, as in GNU's tools: type and rights of
 * a section that a script makes by moving the location counter alone. System V ABI, chapter "Object
 * Files", section "Special Sections".
 */
import { SHF, SHT } from "../../elf/constants.ts";

/** Type and flags of a section. */
export interface SectionKind {
  readonly type: number;
  readonly flags: number;
}

const loaded = Number(SHF.ALLOC);
const data = loaded | Number(SHF.WRITE);
const code = loaded | Number(SHF.EXECINSTR);
const thread = data | Number(SHF.TLS);

/** By name: `.x` means `.x` and `.x.…`, `.x*` every name that begins so, `=.x` that name alone. */
const kinds: readonly (readonly [name: string, type: number, flags: number])[] = [
  [".bss", SHT.NOBITS, data],
  [".gnu.linkonce.b", SHT.NOBITS, data],
  [".data", SHT.PROGBITS, data],
  ["=.data1", SHT.PROGBITS, data],
  ["=.fini", SHT.PROGBITS, code],
  [".fini_array", SHT.FINI_ARRAY, data],
  ["=.got", SHT.PROGBITS, data],
  ["=.init", SHT.PROGBITS, code],
  [".init_array", SHT.INIT_ARRAY, data],
  [".note*", SHT.NOTE, 0],
  ["=.plt", SHT.PROGBITS, code],
  [".preinit_array", SHT.PREINIT_ARRAY, data],
  [".rela*", SHT.RELA, 0],
  [".rodata", SHT.PROGBITS, loaded],
  ["=.rodata1", SHT.PROGBITS, loaded],
  [".tbss", SHT.NOBITS, thread],
  [".tdata", SHT.PROGBITS, thread],
  [".text", SHT.PROGBITS, code],
];

/** What a name says; undefined where it says nothing. */
export function kindOfName(name: string): SectionKind | undefined {
  const found = kinds.find(([key]) => {
    if (key.startsWith("=")) return name === key.slice(1);
    if (key.endsWith("*")) return name.startsWith(key.slice(0, -1));
    return name === key || name.startsWith(`${key}.`);
  });
  return found && { type: found[1], flags: found[2] };
}
