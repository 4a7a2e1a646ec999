/** Completions in the debug console: registers, CSRs and symbols that begin with what is typed. */
import type { DebugProtocol } from "@vscode/debugprotocol";
import { csrs } from "../../isa/csrs.ts";
import { fRegisters, xRegisters } from "../../isa/registers.ts";
import type { Program } from "../program.ts";
import type { Environment } from "./environment.ts";
import { isTypeWord } from "./types.ts";

/** Completions that are given at most. */
const limit = 200;
const typeNames = [
  "char",
  "short",
  "int",
  "long",
  "unsigned",
  "float",
  "double",
  "uint8_t",
  "uint16_t",
  "uint32_t",
  "uint64_t",
  "int8_t",
  "int16_t",
  "int32_t",
  "int64_t",
];

/**
 * What may stand at a column (from 0) of a text. Numbers, and words behind which no name can
 * follow, have none.
 */
export function complete(
  text: string,
  column: number,
  program: Program,
  environment: Environment,
): DebugProtocol.CompletionItem[] {
  const typed = /(?:^|[^\w.$])([A-Za-z_$.][\w.$]*)?$/.exec(text.slice(0, column))?.[1] ?? "";
  const hasDollar = typed.startsWith("$");
  const prefix = (hasDollar ? typed.slice(1) : typed).toLowerCase();
  const found: DebugProtocol.CompletionItem[] = [];
  const offer = (name: string, type: DebugProtocol.CompletionItemType, detail: string) => {
    if (found.length >= limit || !name.toLowerCase().startsWith(prefix)) return;
    found.push({
      label: hasDollar ? `$${name}` : name,
      type,
      detail,
      start: column - typed.length,
      length: typed.length,
    });
  };
  for (const { abi, name, summary } of xRegisters) {
    offer(abi, "variable", `${name}: ${summary}`);
  }
  if (environment.flen > 0) {
    for (const { abi, name, summary } of fRegisters) offer(abi, "variable", `${name}: ${summary}`);
  }
  offer("pc", "variable", "The address of the next instruction.");
  if (prefix.length > 0) {
    for (const { name, abi } of xRegisters) offer(name, "variable", abi);
    if (environment.flen > 0) for (const { name, abi } of fRegisters) offer(name, "variable", abi);
  }
  for (const { name, summary } of csrs) {
    if (environment.findRegister(name)?.kind === "csr") offer(name, "variable", summary);
  }
  if (hasDollar) return found;
  for (const name of program.symbols.names()) {
    if (name.startsWith(".L")) continue;
    offer(name, environment.findSymbol(name)?.isCode ? "function" : "field", "symbol");
  }
  if (prefix.length > 0)
    for (const name of typeNames) if (isTypeWord(name)) offer(name, "keyword", "type");
  return found;
}
