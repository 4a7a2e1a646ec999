/**
 * The language server's connection: it keeps the documents in step with the editor's, turns
 * requests into calls of the features and publishes diagnostics a short while after the last edit.
 * It holds no knowledge of the language. A request that was cancelled, or whose document changed
 * before its turn came, ends with the protocol's own error; a failure of ours is logged and
 * answered with nothing, so that the editor goes on.
 */
import {
  type CancellationToken,
  type CodeLens,
  type Connection,
  DidChangeWatchedFilesNotification,
  type DocumentSymbol,
  type DocumentSymbolParams,
  ErrorCodes,
  type InitializeParams,
  type InitializeResult,
  LSPErrorCodes,
  ResponseError,
  type SemanticTokens,
  type SemanticTokensDelta,
  type ServerCapabilities,
  type SymbolInformation,
  TextDocumentSyncKind,
} from "vscode-languageserver";
import { incomingCalls, outgoingCalls, prepareCallHierarchy } from "./call-hierarchy.ts";
import { codeActions } from "./code-actions.ts";
import { codeLenses, resolveLens } from "./code-lenses.ts";
import { defaultColumns } from "./columns.ts";
import { complete, resolveCompletion, withoutSnippets } from "./completion.ts";
import { declaration, definition, implementation } from "./definition.ts";
import { diagnose } from "./diagnostics.ts";
import { documentHighlights } from "./document-highlight.ts";
import { documentLinks } from "./document-links.ts";
import { documentSymbols, flatSymbols } from "./document-symbols.ts";
import { foldingRanges } from "./folding.ts";
import { formatDocument, formatOnType } from "./formatting.ts";
import { defaultHints, defaultLenses } from "./hint-settings.ts";
import { type Host, sourceExtensions } from "./host.ts";
import { hover } from "./hover.ts";
import { inlayHints } from "./inlay-hints.ts";
import { linkedEditing } from "./linked-editing.ts";
import { linting } from "./lints/lint.ts";
import { neighbourExtensions } from "./neighbours.ts";
import { organiseKind } from "./organise.ts";
import { inPortions, turn } from "./portions.ts";
import { type BuiltProgram, buildProgram } from "./program.ts";
import { references } from "./references.ts";
import { prepareRename, RenameRefused, rename } from "./rename.ts";
import { selectionRanges } from "./selection-ranges.ts";
import { semanticTokens, semanticTokensDelta, tokenLegend } from "./semantic-tokens.ts";
import { signatureHelp } from "./signature-help.ts";
import { type Analysis, readSettings, Workspace } from "./workspace.ts";
import { workspaceSymbols } from "./workspace-symbols.ts";

/** What this server can do. */
export const capabilities: ServerCapabilities = {
  textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
  completionProvider: { triggerCharacters: [".", "%", "\\", ","], resolveProvider: true },
  hoverProvider: true,
  signatureHelpProvider: { triggerCharacters: [" ", "\t", ","], retriggerCharacters: ["(", ")"] },
  definitionProvider: true,
  referencesProvider: true,
  documentHighlightProvider: true,
  renameProvider: { prepareProvider: true },
  documentSymbolProvider: true,
  workspaceSymbolProvider: true,
  documentLinkProvider: {},
  codeActionProvider: {
    codeActionKinds: ["quickfix", "refactor.rewrite", "refactor.extract", organiseKind],
  },
  foldingRangeProvider: true,
  declarationProvider: true,
  implementationProvider: true,
  selectionRangeProvider: true,
  linkedEditingRangeProvider: true,
  inlayHintProvider: true,
  codeLensProvider: { resolveProvider: true },
  callHierarchyProvider: true,
  documentFormattingProvider: true,
  documentRangeFormattingProvider: true,
  documentOnTypeFormattingProvider: { firstTriggerCharacter: "\n", moreTriggerCharacter: [":"] },
  semanticTokensProvider: { legend: tokenLegend, full: { delta: true }, range: true },
  workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
};

/** Milliseconds from an edit to its diagnostics, and to those of the other open documents. */
const delays = { opened: 0, edited: 15, others: 400, longest: 2000, lints: 250 } as const;

/** An analysis that takes this many milliseconds is done at each letter. */
const quick = 60;

/** The lints of a shorter text come with the diagnostics, those of a longer one by themselves. */
const promptLength = 1 << 16;

/** Why a request is refused before `initialize` and after `shutdown`. */
const refusals = {
  starting: {
    code: ErrorCodes.ServerNotInitialized,
    message: "The server waits for the request initialize.",
  },
  running: undefined,
  ended: { code: ErrorCodes.InvalidRequest, message: "The server has been shut down." },
} as const;

/** Serves one client on a connection; `host` answers for files that the client has not open. */
export function serve(connection: Connection, host: Host): void {
  const workspace = new Workspace(host);
  const timers = new Map<string, ReturnType<typeof setTimeout>>();
  let life: keyof typeof refusals = "starting";
  let pullsConfiguration = false;
  let takesSnippets = false;
  let takesNested = false;
  let tellsFolders = false;
  let watchesFiles = false;

  const fail = (error: unknown) => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    connection.console.error(text);
  };

  /** Publishes a document's diagnostics after `delay`; a later call takes the place of this one. */
  const schedule = (uri: string, delay: number) => {
    clearTimeout(timers.get(uri));
    const timer = setTimeout(() => {
      timers.delete(uri);
      publish(uri).catch(fail);
    }, delay);
    timers.set(uri, timer);
  };

  const scheduleAll = (delay: number, except?: string) => {
    for (const uri of workspace.openUris()) {
      if (uri !== except && !timers.has(uri)) schedule(uri, delay);
    }
  };

  const publish = async (uri: string) => {
    const version = workspace.version(uri);
    const diagnostics = await diagnose(workspace, uri);
    // An edit that came meanwhile has its own timer; a closed document has nothing to show.
    if (version === undefined || workspace.version(uri) !== version) return;
    const analysis = await workspace.analyze(uri);
    if (analysis === undefined || workspace.version(uri) !== version) return;
    const isLong = analysis.text.length > promptLength;
    if (isLong) {
      await connection.sendDiagnostics({ uri, version, diagnostics });
      // What comes in this time takes the place of the lints of this version.
      await new Promise<void>((resolve) => setTimeout(resolve, delays.lints));
      if (workspace.version(uri) !== version) return;
    }
    const isCurrent = () => workspace.version(uri) === version;
    const work = linting(analysis, analysis.settings, workspace.docs);
    const lints = await inPortions(work, isCurrent);
    if (lints === undefined || !isCurrent() || (isLong && lints.length === 0)) return;
    const all = [...diagnostics, ...lints.map(({ fix: _, ...one }) => one)];
    await connection.sendDiagnostics({ uri, version, diagnostics: all });
  };

  /** A handler that waits its turn, gives way to cancellation and never fails. */
  const guarded =
    <P, R>(empty: R, answer: (params: P) => R | Promise<R>) =>
    async (params: P, token: CancellationToken): Promise<R | ResponseError<void>> => {
      await turn();
      if (token.isCancellationRequested) return cancelled();
      const refusal = refusals[life];
      if (refusal !== undefined) return new ResponseError(refusal.code, refusal.message);
      try {
        return await answer(params);
      } catch (error) {
        if (error instanceof RenameRefused) {
          return new ResponseError(LSPErrorCodes.RequestFailed, error.message);
        }
        fail(error);
        return empty;
      }
    };

  /** A handler about one document: it gets the analysis of the text that the client asked about. */
  const onDocument = <P extends { textDocument: { uri: string } }, R>(
    empty: R,
    answer: (analysis: Analysis, params: P) => R | Promise<R>,
  ) => {
    const handle = guarded(empty as R | ResponseError<void>, async (params: P) => {
      const { uri } = params.textDocument;
      const analysis = await workspace.analyze(uri);
      return analysis === undefined ? empty : answer(analysis, params);
    });
    return async (params: P, token: CancellationToken) => {
      // A client may have sent anything.
      const uri: unknown = (params as Partial<P> | null)?.textDocument?.uri;
      if (typeof uri !== "string") {
        return new ResponseError<void>(ErrorCodes.InvalidParams, "textDocument.uri is missing.");
      }
      const version = workspace.version(uri);
      // Others may wait for the same analysis, which goes on for them.
      const result = await Promise.race([handle(params, token), cancellation(token)]);
      if (token.isCancellationRequested) return cancelled();
      const changed = workspace.version(uri) !== version;
      return changed ? new ResponseError<void>(LSPErrorCodes.ContentModified, "edited") : result;
    };
  };

  const configure = async () => {
    if (pullsConfiguration) {
      const { folders } = workspace;
      const items = [undefined, ...folders].map((scopeUri) => ({
        section: "hartbeat",
        ...(scopeUri === undefined ? {} : { scopeUri }),
      }));
      const [whole, ...own]: unknown[] = await connection.workspace.getConfiguration(items);
      const settings = folders.flatMap((uri, at) =>
        own[at] === undefined || own[at] === null ? [] : [[uri, readSettings(own[at])] as const],
      );
      workspace.configure(readSettings(whole), new Map(settings));
    }
    scheduleAll(delays.opened);
  };

  connection.onInitialize((params: InitializeParams): InitializeResult => {
    life = "running";
    const { completion, documentSymbol } = params.capabilities.textDocument ?? {};
    takesNested = documentSymbol?.hierarchicalDocumentSymbolSupport === true;
    tellsFolders = params.capabilities.workspace?.workspaceFolders === true;
    takesSnippets = completion?.completionItem?.snippetSupport === true;
    const { didChangeWatchedFiles } = params.capabilities.workspace ?? {};
    watchesFiles = didChangeWatchedFiles?.dynamicRegistration === true;
    pullsConfiguration = params.capabilities.workspace?.configuration === true;
    workspace.configure(readSettings(params.initializationOptions));
    const docs: unknown = params.initializationOptions?.docs;
    workspace.docs = typeof docs === "string" ? docs : undefined;
    const folders = params.workspaceFolders?.map((folder) => folder.uri);
    workspace.setFolders(folders ?? (params.rootUri ? [params.rootUri] : []));
    return { capabilities, serverInfo: { name: "hartbeat" } };
  });

  connection.onInitialized(() => {
    configure().catch(fail);
    if (watchesFiles) {
      const watched = [...sourceExtensions, ...neighbourExtensions];
      const patterns = [...watched.map((extension) => `*${extension}`), "compile_commands.json"];
      const watchers = patterns.map((pattern) => ({ globPattern: `**/${pattern}` }));
      connection.client.register(DidChangeWatchedFilesNotification.type, { watchers }).catch(fail);
    }
    if (!tellsFolders) return;
    connection.workspace.onDidChangeWorkspaceFolders((event) => {
      workspace.changeFolders(event);
      configure().catch(fail);
    });
  });

  connection.onDidChangeConfiguration((change) => {
    const settings: unknown = change.settings;
    if (settings !== null && typeof settings === "object" && "hartbeat" in settings) {
      workspace.configure(readSettings(settings.hartbeat));
    }
    configure().catch(fail);
  });

  connection.onDidChangeWatchedFiles(({ changes }) => {
    for (const { uri } of changes) workspace.forget(uri);
    scheduleAll(delays.edited);
  });

  connection.onDidOpenTextDocument(({ textDocument }) => {
    workspace.open(textDocument);
    schedule(textDocument.uri, delays.opened);
    scheduleAll(delays.others, textDocument.uri);
  });

  connection.onDidChangeTextDocument(({ textDocument, contentChanges }) => {
    // What takes long is done when the person pauses, not at each letter.
    const cost = workspace.cost(textDocument.uri);
    const pause = cost <= quick ? delays.edited : Math.min(delays.longest, 2 * cost);
    workspace.change(textDocument.uri, textDocument.version, contentChanges);
    schedule(textDocument.uri, pause);
    scheduleAll(delays.others, textDocument.uri);
  });

  connection.onDidCloseTextDocument(({ textDocument }) => {
    clearTimeout(timers.get(textDocument.uri));
    timers.delete(textDocument.uri);
    workspace.close(textDocument.uri);
    colours.delete(textDocument.uri);
    connection.sendDiagnostics({ uri: textDocument.uri, diagnostics: [] }).catch(fail);
    scheduleAll(delays.others);
  });

  connection.onCompletion(
    onDocument([], async (at, { position }) => {
      const items = await complete(workspace, at, position);
      return takesSnippets ? items : withoutSnippets(items);
    }),
  );
  connection.onCompletionResolve(
    guarded(undefined as never, (item) => resolveCompletion(workspace, item)),
  );
  connection.onHover(onDocument(null, (at, { position }) => hover(workspace, at, position)));
  connection.onSignatureHelp(onDocument(null, (at, { position }) => signatureHelp(at, position)));
  connection.onDefinition(
    onDocument(null, (at, { position }) => definition(workspace, at, position)),
  );
  connection.onReferences(
    onDocument([], (at, { position, context }) =>
      references(workspace, at, position, context.includeDeclaration),
    ),
  );
  connection.onDocumentHighlight(
    onDocument([], (at, { position }) => documentHighlights(at, position)),
  );
  connection.onPrepareRename(onDocument(null, (at, { position }) => prepareRename(at, position)));
  connection.onRenameRequest(
    onDocument(null, (at, { position, newName }) => rename(workspace, at, position, newName)),
  );
  connection.onDocumentSymbol(
    onDocument<DocumentSymbolParams, DocumentSymbol[] | SymbolInformation[]>([], (at) => {
      const symbols = documentSymbols(at);
      return takesNested ? symbols : flatSymbols(at.uri, symbols);
    }),
  );
  connection.onWorkspaceSymbol(guarded([], ({ query }) => workspaceSymbols(workspace, query)));
  connection.onDocumentLinks(onDocument([], (at) => documentLinks(at)));
  connection.onCodeAction(onDocument([], (at, params) => codeActions(workspace, at, params)));
  connection.onFoldingRanges(onDocument([], (at) => foldingRanges(at)));
  connection.onDeclaration(
    onDocument([], (at, { position }) => declaration(workspace, at, position)),
  );
  connection.onImplementation(onDocument([], (at, { position }) => implementation(at, position)));
  connection.onSelectionRanges(
    onDocument([], (at, { positions }) => selectionRanges(at, positions)),
  );
  connection.languages.onLinkedEditingRange(
    onDocument(null, (at, { position }) => linkedEditing(workspace, at, position)),
  );
  connection.languages.inlayHint.on(
    onDocument([], (at, { range }) => inlayHints(at, range, at.settings.hints ?? defaultHints)),
  );
  connection.onCodeLens(
    onDocument([], (at) => codeLenses(at, at.settings.lenses ?? defaultLenses)),
  );
  connection.onCodeLensResolve(
    guarded(undefined as never, (lens: CodeLens) => resolveLens(workspace, lens)),
  );
  connection.languages.callHierarchy.onPrepare(
    onDocument(null, (at, { position }) => prepareCallHierarchy(workspace, at, position)),
  );
  connection.languages.callHierarchy.onIncomingCalls(
    guarded([], ({ item }) => incomingCalls(workspace, item)),
  );
  connection.languages.callHierarchy.onOutgoingCalls(
    guarded([], ({ item }) => outgoingCalls(workspace, item)),
  );
  const columns = ({ settings }: Analysis) => settings.columns ?? defaultColumns;
  connection.onDocumentFormatting(
    onDocument([], (at, { options }) => formatDocument(at, columns(at), options)),
  );
  connection.onDocumentRangeFormatting(
    onDocument([], (at, { options, range }) => formatDocument(at, columns(at), options, range)),
  );
  connection.onDocumentOnTypeFormatting(
    onDocument([], (at, { options, position, ch }) =>
      formatOnType(at, columns(at), options, position, ch),
    ),
  );
  connection.onRequest(
    "hartbeat/build",
    guarded<{ uri: string }, BuiltProgram>({ messages: [] }, ({ uri }) =>
      buildProgram(workspace, uri),
    ),
  );
  const tokens = connection.languages.semanticTokens;
  const noTokens: SemanticTokens = { data: [] };
  /** The last answer for each open document, which the next one is told apart from. */
  const colours = new Map<string, SemanticTokens>();
  const remember = ({ uri }: Analysis, answer: SemanticTokens) => {
    if (workspace.version(uri) !== undefined) colours.set(uri, answer);
    return answer;
  };
  tokens.on(onDocument(noTokens, (at) => remember(at, semanticTokens(at))));
  tokens.onRange(onDocument(noTokens, (at, { range }) => semanticTokens(at, range)));
  tokens.onDelta(
    onDocument(noTokens as SemanticTokens | SemanticTokensDelta, (at, { previousResultId }) => {
      const previous = colours.get(at.uri);
      const answer = semanticTokensDelta(at, previousResultId, previous);
      if ("data" in answer) return remember(at, answer);
      const [edit] = answer.edits;
      if (previous !== undefined && edit !== undefined) {
        const data = [...previous.data];
        data.splice(edit.start, edit.deleteCount, ...(edit.data ?? []));
        remember(at, { ...(answer.resultId ? { resultId: answer.resultId } : {}), data });
      }
      return answer;
    }),
  );
  connection.onShutdown(() => {
    for (const timer of timers.values()) clearTimeout(timer);
    timers.clear();
    workspace.clear();
    life = "ended";
  });
  connection.listen();
}

/** Ends when a request is cancelled. */
const cancellation = (token: CancellationToken) =>
  new Promise<undefined>((resolve) => token.onCancellationRequested(() => resolve(undefined)));

function cancelled(): ResponseError<void> {
  return new ResponseError(LSPErrorCodes.RequestCancelled, "cancelled");
}
