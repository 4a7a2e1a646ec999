/**
 * The arguments of `hartbeat as`, which are those of GNU as: compilers call it with options of one
 * dash or two. What would change the object and is not done here is refused.
 */
import { type IsaEdition, isaEditions } from "../isa/architecture.ts";
import { type PrivilegedEdition, privilegedEditions } from "../isa/csr-editions.ts";
import { oneNamed } from "./build.ts";
import { UsageError } from "./command.ts";

/** What the arguments say. */
export interface AsArguments {
  output: string;
  /** "-" is standard input. */
  source: string;
  march?: string;
  mabi?: string;
  readonly folders: string[];
  readonly define: Record<string, string>;
  /** Version of DWARF where debug information is wanted; 0 for the usual one. */
  debug?: number;
  isaEdition?: IsaEdition;
  privilegedEdition?: PrivilegedEdition;
  checksCsrs: boolean;
  hasAttributes: boolean;
  alternate: boolean;
  pic: boolean;
  relax: boolean;
  showsWarnings: boolean;
  failsOnWarnings: boolean;
}

/** Options that need nothing done here. */
const ignored = new RegExp(
  `^-(?:${[
    "K", "L", "-keep-locals", "f", "J", "Z", "w", "-traditional-format", "-reduce-memory-overheads",
    "-no-pad-sections", "mlittle-endian", "-size-check=\\w+", "-nocompress-debug-sections",
    "-compress-debug-sections=none", "-hash-size=\\d+", "v", "-warn",
  ].join("|")})$`,
); // biome-ignore format: a table

/** The options and what they mean, for the help text. */
export const asOptionRows: [flag: string, help: string][] = [
  ["-o FILE", "where to write the object (default: a.out)"],
  ["-march=ARCH", "base and extensions, as in rv32imac (default: rv64g)"],
  ["-mabi=ABI", "calling convention"],
  ["-I DIR", "look for included files in a folder (repeatable)"],
  ["--defsym NAME=VALUE", "give a symbol a value (repeatable)"],
  ["-g, --gdwarf-2 … --gdwarf-5", "write debug information"],
  ["-misa-spec=EDITION", "edition of the manual whose versions extensions have"],
  ["-mpriv-spec=EDITION", "edition of the privileged manual that CSRs are of"],
  ["-mcsr-check, -mno-csr-check", "whether CSRs must be of the architecture and the edition"],
  ["-march-attr, -mno-arch-attr", "whether the object says what it needs"],
  ["--alternate", "read macros as after .altmacro"],
  ["-fpic, -fno-pic", "whether la goes through the global offset table"],
  ["-mrelax, -mno-relax", "whether the linker may make code smaller"],
  ["-W, --no-warn", "show no warnings"],
  ["--fatal-warnings", "fail where there is a warning"],
];

/** Reads the arguments; throws `UsageError`. */
export function readAsArguments(args: readonly string[]): AsArguments {
  const result: AsArguments = {
    output: "a.out",
    source: "-",
    folders: [],
    define: {},
    checksCsrs: false,
    hasAttributes: true,
    alternate: false,
    pic: false,
    relax: true,
    showsWarnings: true,
    failsOnWarnings: false,
  };
  const sources: string[] = [];
  const queue = [...args];
  for (let text = queue.shift(); text !== undefined; text = queue.shift()) {
    if (text === "-" || !text.startsWith("-")) sources.push(text);
    else if (!ignored.test(text) && !takeValue(result, text, queue)) takeFlag(result, text);
  }
  const [source = "-", another] = sources;
  if (another !== undefined) {
    throw new UsageError(`as makes one object of one source, but there is also ${another}`);
  }
  result.source = source;
  return result;
}

/** Takes an option with a value, which stands behind it or is the next argument. */
function takeValue(result: AsArguments, text: string, queue: string[]): boolean {
  const [, name = "", own] =
    /^(-o|-I|--?defsym(?==|$)|--?march(?==)|--?mabi(?==)|-misa-spec|-mpriv-spec)=?(.*)$/s.exec(
      text,
    ) ?? [];
  if (name === "") return false;
  const value = own === undefined || own === "" ? queue.shift() : own;
  if (value === undefined) throw new UsageError(`${text} needs a value`);
  if (name === "-o") result.output = value;
  else if (name === "-I") result.folders.push(value);
  else if (name.endsWith("march")) result.march = value;
  else if (name.endsWith("mabi")) result.mabi = value;
  else if (name === "-misa-spec") result.isaEdition = oneNamed("edition", isaEditions, value);
  else if (name === "-mpriv-spec") {
    result.privilegedEdition = oneNamed("edition", privilegedEditions, value);
  } else {
    const equals = value.indexOf("=");
    if (equals <= 0) throw new UsageError("--defsym needs NAME=VALUE");
    result.define[value.slice(0, equals)] = value.slice(equals + 1);
  }
  return true;
}

function takeFlag(result: AsArguments, text: string): void {
  const dwarf = /^--?gdwarf-([2-5])$/.exec(text)?.[1];
  if (dwarf !== undefined) result.debug = Number(dwarf);
  else if (text === "-g" || text === "--gen-debug") result.debug ??= 0;
  else if (/^-f(?:pic|PIC)$/.test(text)) result.pic = true;
  else if (text === "-fno-pic") result.pic = false;
  else if (/^-m(?:no-)?csr-check$/.test(text)) result.checksCsrs = text === "-mcsr-check";
  else if (/^-m(?:no-)?arch-attr$/.test(text)) result.hasAttributes = text === "-march-attr";
  else if (text === "--alternate") result.alternate = true;
  else if (text === "-mrelax" || text === "-mno-relax") result.relax = text === "-mrelax";
  else if (text === "-W" || text === "--no-warn") result.showsWarnings = false;
  else if (text === "--fatal-warnings") result.failsOnWarnings = true;
  else throw new UsageError(`there is no option "${text}"; hartbeat as --help lists them`);
}
