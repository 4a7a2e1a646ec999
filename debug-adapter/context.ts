/** What the handlers of requests share: the session as they see it. */
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { Breakpoints } from "./breakpoints.ts";
import type { Debuggee } from "./debuggee.ts";
import type { AdapterHost } from "./host.ts";
import type { Sources } from "./sources.ts";
import type { Terminal } from "./terminal.ts";
import type { Presentation } from "./variables.ts";

/** What the handlers of requests need of the session. */
export interface Context {
  /** What is debugged; throws a RequestError while there is nothing. */
  readonly debuggee: Debuggee;
  /** Whether there is something: clients may set breakpoints before. */
  readonly isLoaded: boolean;
  readonly breakpoints: Breakpoints;
  readonly host: AdapterHost;
  readonly terminal: Terminal;
  readonly sources: Sources;
  /** How values are shown, for a request's format. */
  presentation(format?: DebugProtocol.ValueFormat): Presentation;
  /**
   * A source as the client knows it, by its path in debug information; undefined where it is known
   * that there is no such file, so that clients show the disassembly.
   */
  source(path: string): DebugProtocol.Source | undefined;
  /** Lines are counted from 1 here, and by the client as it said. */
  lineForClient(line: number): number;
  lineFromClient(line: number): number;
  columnForClient(column: number): number;
  columnFromClient(column: number): number;
  /** Tells the client that memory has changed. */
  memoryChanged(address: bigint, length: number): void;
  /** Notes a memory reference that the client shows, and which bytes from there on. */
  noteReference(reference: string, offset: number, count: number): void;
  /** Tells the client that the program is under way, after a request that it does not know. */
  continued(): void;
  /** Whether no other request is being handled: then one may look at other points of the run. */
  readonly isAlone: boolean;
  /** Shows the output of the course that the run takes, in place of that of another. */
  outputAnew(): void;
  /** Tells the client to ask for values again. */
  invalidate(areas: DebugProtocol.InvalidatedAreas[]): void;
}

/** Does something once the response to the request is sent. */
export type After = (action: () => void) => void;

/**
 * Answers a request: the result is the body of the response, or nothing; a RequestError that is
 * thrown becomes the error response. Arguments come from outside; a handler checks what it uses.
 */
export type Handler = { handle(args: object, after: After): unknown }["handle"];
export type Handlers = Readonly<Record<string, Handler>>;
