/**
 * Writes the reference pages of docs/ from the definitions: `npm run generate`. A test fails when a
 * page is stale.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";
import { messages } from "../assembler/diagnostics.ts";
import { dialects, dialectTargets } from "../assembler/dialects.ts";
import { type Directive, directives } from "../assembler/directives.ts";
import { headerKeys } from "../assembler/header.ts";
import { helpText } from "../cli/command.ts";
import { commands } from "../cli/commands.ts";
import { capabilities } from "../debug-adapter/capabilities.ts";
import { checks } from "../debug-adapter/checks/checks.ts";
import { expressionForms } from "../debug-adapter/expressions/reference.ts";
import { formatLetters } from "../debug-adapter/formats.ts";
import { launchAttributes } from "../debug-adapter/launch.ts";
import { events, otherCapabilities, requests, type Support } from "../debug-adapter/protocol.ts";
import { linuxCalls } from "../emulator/process/linux/environment.ts";
import { rarsCalls } from "../emulator/process/rars/environment.ts";
import { ripesCalls } from "../emulator/process/ripes.ts";
import { operations as semihostingCalls } from "../emulator/process/semihosting.ts";
import { venusCalls } from "../emulator/process/venus.ts";
import { extensions } from "../isa/architecture.ts";
import { csrs } from "../isa/csrs.ts";
import { instructions } from "../isa/instructions.ts";
import { pseudoInstructions } from "../isa/pseudo.ts";
import { extensionTitle } from "../language-server/documentation.ts";
import { editorMessages, fixesOfCodes } from "../language-server/editor-messages.ts";
import { rules } from "../language-server/lints/rules.ts";

const root = fileURLToPath(new URL("../", import.meta.url));

/** The folder of the pages. */
export const docsFolder = join(root, "docs");

/** A name in the type of code; `|` would end a table's cell. */
const code = (text: string) => (text === "" ? "" : `\`${text.replaceAll("|", "\\|")}\``);

const prose = (text: string) => text.replaceAll("|", "\\|").replaceAll("\n", " ");

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(heads), line(heads.map(() => "---")), ...rows.map(line)].join("\n");
}

function page(title: string, ...parts: readonly string[]): string {
  return `${[`# ${title}`, ...parts].join("\n\n")}\n`;
}

/** The items by a text of each, in the order in which the texts first come. */
function grouped<Item>(
  items: Iterable<Item>,
  keyOf: (item: Item) => string,
): readonly (readonly [string, readonly Item[]])[] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return [...groups];
}

const widthOf = ({ xlen }: { readonly xlen?: 32 | 64 }) => (xlen === undefined ? "" : `RV${xlen}`);

/** What the privileged levels are called, which are no extensions by name. */
const levels: Readonly<Record<string, string>> = { s: "Supervisor level", sm: "Machine level" };

function extensionHeading(extension: string): string {
  const level = levels[extension];
  if (level !== undefined) return level;
  const names = extension.split(/[_|]/).map((name) => extensions[name]?.summary ?? name);
  return `${extensionTitle(extension)}: ${names.join("; ")}`;
}

function instructionsPage(): string {
  const sections = grouped(instructions, ({ extension }) => extension).map(([extension, own]) => {
    const rows = own.map((one) => [
      code(`${one.mnemonic} ${one.syntax}`.trim()),
      widthOf(one),
      one.expansion === undefined ? prose(one.summary) : `${one.summary} ${code(one.expansion)}`,
    ]);
    const heads = ["instruction", "only", "what it does"];
    return `## ${extensionHeading(extension)}\n\n${table(heads, rows)}`;
  });
  return page(
    "Instructions",
    "Every instruction that the assembler, the disassembler and the machine know, by the extension " +
      "that has it. Hover one in the editor to see its bits and its steps.",
    ...sections,
  );
}

function pseudoInstructionsPage(): string {
  const rows = pseudoInstructions.map((one) => [
    code(`${one.mnemonic} ${one.syntax}`.trim()),
    code(one.expansion),
    widthOf(one),
    prose(one.summary),
  ]);
  return page(
    "Pseudo-instructions",
    "Other ways to write instructions. What depends on a value or on the code around it (`li`, " +
      "`la`, `call` …) stands here in its general form.",
    table(["written", "becomes", "only", "what it does"], rows),
  );
}

function registersPage(): string {
  const sections = grouped(csrs, ({ privilege }) => privilege).map(([privilege, own]) => {
    const rows = own.map((one) => [
      code(one.name),
      `0x${one.address.toString(16).padStart(3, "0")}`,
      one.access === "ro" ? "read only" : "",
      widthOf(one),
      prose(one.summary),
    ]);
    const heads = ["register", "address", "access", "only", "what it holds"];
    return `## ${privilege[0]?.toUpperCase()}${privilege.slice(1)}\n\n${table(heads, rows)}`;
  });
  return page(
    "Control and status registers",
    "The names that the assembler knows, by the lowest privilege that may access them. A program " +
      "under an environment runs at user level and has those of its extensions.",
    ...sections,
  );
}

function directivesPage(): string {
  const rows = [...directives.values()]
    .sort((a: Directive, b: Directive) => (a.name < b.name ? -1 : 1))
    .map(({ name, operands, summary }) => [code(`${name} ${operands}`.trim()), prose(summary)]);
  const own = [dialects.rars, dialects.venus, dialects.ripes].map(
    ({ title, name, directives: list, pseudoInstructions: pseudos }) => {
      const described = [...list.values()].map(({ name: word, operands, summary }) => [
        code(`${word} ${operands}`.trim()),
        prose(summary),
      ]);
      const extra = pseudos.map(({ mnemonic, syntax, expansion }) => [
        code(`${mnemonic} ${syntax}`),
        code(expansion),
      ]);
      const { march = "", environment = "" } = dialectTargets[name];
      return [
        `## ${title}`,
        `With \`dialect=${name}\`, which implies \`march=${march}\` and \`environment=${environment}\`; ` +
          "the others are as above.",
        table(["directive", "what it does"], described),
        ...(extra.length === 0 ? [] : [table(["pseudo-instruction", "what it becomes"], extra)]),
      ].join("\n\n");
    },
  );
  return page("Directives", table(["directive", "what it does"], rows), ...own);
}

interface DescribedCall {
  readonly number: number;
  readonly name: string;
  readonly arguments: string;
  readonly summary: string;
}

/** The environments: how a call is made, and the calls. */
const environments: readonly (readonly [string, string, readonly DescribedCall[]])[] = [
  [
    "linux",
    "Number in `a7`, arguments in `a0` to `a5`; the result, or a negated error number, in `a0`.",
    linuxCalls,
  ],
  ["rars", "Number in `a7`, results in `a0`, `a1` or `fa0`.", rarsCalls],
  ["venus", "Number in `a0`, arguments from `a1` on, results in `a0`.", venusCalls],
  ["ripes", "Number in `a7`, results in `a0`.", ripesCalls],
  [
    "Semihosting",
    "For bare-metal programs under `linux`: the three instructions `slli zero, zero, 0x1f`, " +
      "`ebreak`, `srai zero, zero, 7`, with the number in `a0` and the address of the arguments in " +
      "`a1`. Such a program runs at machine level.",
    semihostingCalls,
  ],
];

function callsPage(): string {
  const sections = environments.map(([name, text, calls]) => {
    const rows = calls.map((call) => [
      String(call.number),
      code(call.name),
      prose(call.arguments),
      prose(call.summary),
    ]);
    return `## ${name}\n\n${text}\n\n${table(["number", "call", "arguments", "what it does"], rows)}`;
  });
  return page(
    "Environment calls",
    "What a program can ask of its environment with `ecall`. A call that an environment does not " +
      "have fails with ENOSYS under `linux`, and ends the program elsewhere.",
    ...sections,
  );
}

interface Setting {
  readonly enum?: readonly string[];
  readonly default?: unknown;
  readonly description?: string;
  readonly markdownDescription?: string;
}

/** An object, whose parts the text describes. */
const isPlain = (value: unknown) =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const choices = (values: readonly string[] | undefined) => (values ?? []).map(code).join(", ");

function configurationPage(): string {
  const { contributes } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const settings: Record<string, Setting> = contributes.configuration.properties;
  const { defaults, ...attributes } = launchAttributes;
  const attributeRows = Object.entries(attributes).map(([name, { kind, summary }]) => {
    const values = kind.schema["enum"] as readonly string[] | undefined;
    return [code(name), prose(summary), values === undefined ? kind.expected : choices(values)];
  });
  const settingRows = Object.entries(settings).map(([name, setting]) => [
    code(name),
    prose(setting.markdownDescription ?? setting.description ?? ""),
    choices(setting.enum),
    code(isPlain(setting.default) ? "" : String(setting.default ?? "")),
  ]);
  const headerRows = Object.entries(headerKeys).map(([name, values]) => [
    code(name),
    choices(values),
  ]);
  return page(
    "Settings, launch attributes and the header comment",
    "A launch configuration wins over the header comment of the source, and that over settings.",
    `## Settings\n\n${table(["setting", "what it is", "values", "default"], settingRows)}`,
    `## Launch attributes\n\n${table(["attribute", "what it is", "value"], attributeRows)}`,
    "## Header comment\n\nOptions in a comment of the first five lines of a source, as in\n" +
      "`# hartbeat: march=rv32im environment=rars sources=more.s`.\n\n" +
      table(["key", "values"], headerRows),
  );
}

async function commandLinePage(): Promise<string> {
  const sections = commands.map(async ({ name, usage, summary, load }) => {
    const { options, optionRows } = await load();
    return `## ${name}\n\n\`\`\`text\n${helpText(name, usage, summary, options, optionRows?.())}\`\`\``;
  });
  return page(
    "The command line",
    "`hartbeat` here is `node dist/cli.js` after `npm run build`.",
    ...(await Promise.all(sections)),
  );
}

function lintsPage(): string {
  const rows = rules.map(({ id, level, summary }) => [
    `[\`${id}\`](#${id})`,
    level,
    prose(summary),
  ]);
  const source = (text: string) => `\`\`\`asm\n${text}\n\`\`\``;
  const sections = rules.map(({ id, explanation, example, fixed }) =>
    [`## ${id}`, explanation, source(example), "Put right:", source(fixed)].join("\n\n"),
  );
  return page(
    "Lints",
    "What the editor says about sources that assemble, from the flow of data and control through " +
      "them. The setting `hartbeat.lints` gives a lint another level (`off`, `hint`, `information`, " +
      "`warning`, `error`) by its name. A comment `# hartbeat: allow NAME` silences it on its line, or " +
      "on the next where the comment stands alone.",
    table(["lint", "level", "what it finds"], rows),
    ...sections,
  );
}

function diagnosticsPage(): string {
  const all = Object.entries({ ...messages, ...editorMessages });
  const sections = all.map(([id, { severity, text }]) => {
    const fix = fixesOfCodes[id];
    const remedy = fix === undefined ? [] : [`Quick fix: ${fix}.`];
    // What stands in braces is of the place that is meant.
    const sentence = text.replaceAll(/\{(\w+)\}/g, "‹$1›").replaceAll("<", "&lt;");
    return [`## ${id}`, `*${severity}*: ${sentence}`, ...remedy].join("\n\n");
  });
  return page(
    "Diagnostics",
    "What the assembler, the linker and the editor say, by the code that stands beside it; ‹…› stands " +
      "for what is meant there. What they say of programs that assemble is on the page of " +
      "[lints](lints.md).",
    ...sections,
  );
}

function protocolPage(): string {
  const rows = (all: Readonly<Record<string, Support>>) =>
    Object.entries(all).map(([name, support]) =>
      "does" in support
        ? [code(name), "yes", prose(support.does)]
        : [code(name), "no", prose(support.lacks)],
    );
  const announced = Object.keys(capabilities).map(code).join(", ");
  const others = Object.entries(otherCapabilities).map(([name, why]) => [code(name), prose(why)]);
  return page(
    "Debug Adapter Protocol",
    "What the debugger does of the protocol, for those who connect another editor to `hartbeat dap`. " +
      "Every request, event and capability of the specification is here.",
    `## Requests\n\n${table(["request", "there", "how, or why not"], rows(requests))}`,
    `## Events\n\n${table(["event", "there", "when, or why not"], rows(events))}`,
    `## Capabilities\n\nAnnounced: ${announced}.\n\n${table(["not announced", "why"], others)}`,
  );
}

function expressionsPage(): string {
  const sections = Object.entries(expressionForms).map(([title, forms]) => {
    const rows = forms.map(({ examples, meaning }) => [
      examples.map(code).join(" "),
      prose(meaning),
    ]);
    return `## ${title}\n\n${table(["as in", "what it is"], rows)}`;
  });
  const letters = grouped(Object.entries(formatLetters), ([, format]) => format).map(
    ([format, own]) => [own.map(([letter]) => code(`,${letter}`)).join(" "), formatWords[format]!],
  );
  return page(
    "Expressions of the debugger",
    "What can be written in watches, the debug console, hovers, conditions of breakpoints, and where a " +
      "value is set. Names, members, fields of CSRs and functions are completed in the debug console.",
    ...sections,
    `## Formats\n\nA comma and a letter at the end say how the value is shown, as in \`a0,x\`.\n\n` +
      table(["behind the expression", "shown as"], letters),
    "## Going there\n\nThe functions on the recorded run search for a few seconds at most. The commands " +
      "**Hartbeat: Find Last Write**, **Find First Write**, **Find Last Read**, **Go to Previous Change of " +
      "Expression…** and **Go to Next Change of Expression…**, also in the context menus of the " +
      "variables and the editor, search for as long as it takes, and go there: the program is then " +
      "before the instruction that writes, reads or changes. Other clients have the requests " +
      "`hartbeat/lastWrite`, `firstWrite`, `lastRead`, `previousChange` and `nextChange` with `name` and " +
      "`frameId`, and `hartbeat/when` with `what`, such as `lastWrite` or `prev`, which answers without " +
      "going.",
  );
}

/** What the formats are called. */
const formatWords: Readonly<Record<string, string>> = {
  hex: "hexadecimal",
  decimal: "signed decimal",
  unsigned: "unsigned decimal",
  octal: "octal",
  binary: "binary",
  char: "a character",
  float: "a floating-point number, by its bits",
  string: "the text at the address",
  instruction: "the instruction at the address; of a range, all in it",
};

function checksPage(): string {
  const rows = Object.entries(checks).map(([name, { label, description }]) => [
    code(name),
    label,
    prose(description),
  ]);
  const details = Object.entries(checks).map(
    ([name, { label, details: text }]) => `### ${label} (${code(name)})\n\n${text}`,
  );
  return page(
    "Checks of a run",
    "Some mistakes the hardware lets pass: they show long after, as a wrong value or a crash " +
      "elsewhere. The debugger can look for them while the program runs. Each check is off until it " +
      "is switched on: in the list of exceptions of VS Code's Breakpoints view, where it can have a " +
      'condition, or by the launch attribute `checks` (`true`, or as in `["saved-registers", "heap"]`). ' +
      "It can be switched on in the middle of a run, too: what has run is then gone through once more.",
    table(["name", "in the Breakpoints view", "what it does"], rows),
    "## At a finding\n\nThe program stops at the instruction at fault, before it runs. The story is in " +
      "the editor and in the debug console, with its causes and their instruction counts, the deepest " +
      "first. **Hartbeat: Go to Cause** goes back to one of them; other clients have the request " +
      "`hartbeat/goToCause` with an `index`, and `hartbeat/goTo` with the count. A mistake is told once " +
      "for each instruction and caller.\n\n" +
      "Findings belong to the recorded run: stepping, continuing and reverse continue stop at them " +
      "again, without any checking, for as long as the past is not changed. After a change what is " +
      "kept of the run is gone through anew. Without history (`history: false`) the program stops at " +
      "findings all the same, but there are fewer causes and no way back.",
    "## What is found exactly\n\nThe checks look at what runs and so at compiled code as well as at " +
      "assembly. They hold themselves to what the ABI promises, so that a correct program has no finding: " +
      "programs that GCC has compiled, for Linux and bare metal and at several levels of " +
      "optimisation, are the test.",
    ...details,
    "## What it costs\n\nNothing while no check is on. With checks of calls (the first three) programs run at " +
      "some 15 to 50 million instructions a second, with all of them at some 5 to 12 million; code " +
      "that works with memory never written is followed by single steps, some 300,000 a second, for as " +
      "long as a register holds such a value (`npm run bench -- checks`).",
  );
}

/** The text of every page, by its file's name in docs/. */
export async function pages(): Promise<ReadonlyMap<string, string>> {
  return new Map([
    ["instructions.md", instructionsPage()],
    ["pseudo-instructions.md", pseudoInstructionsPage()],
    ["csrs.md", registersPage()],
    ["directives.md", directivesPage()],
    ["environment-calls.md", callsPage()],
    ["configuration.md", configurationPage()],
    ["lints.md", lintsPage()],
    ["diagnostics.md", diagnosticsPage()],
    ["command-line.md", await commandLinePage()],
    ["debug-protocol.md", protocolPage()],
    ["checks.md", checksPage()],
    ["expressions.md", expressionsPage()],
  ]);
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, text] of await pages()) writeFileSync(join(docsFolder, name), text);
}
