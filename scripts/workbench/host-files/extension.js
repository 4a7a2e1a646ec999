/**
 * The file system `hostfs:` of the workbench that the local server shows. Each operation is one
 * request to the server; `hostfs:/<folder name>/…` is what lies in the folder. File search hands
 * over every path that holds the typed letters in order, and the workbench ranks them; text search
 * reads the files one by one.
 */
const vscode = require("vscode");

const largestSearched = 1024 * 1024;

class HostFiles {
  #server;
  #changes = new vscode.EventEmitter();
  onDidChangeFile = this.#changes.event;

  /** @param {string} server the origin of the local server */
  constructor(server) {
    this.#server = server;
  }

  async #ask(method, operation, query, body) {
    const url = `${this.#server}/files/${operation}?${new URLSearchParams(query)}`;
    const response = await fetch(url, { method, body });
    if (response.ok) return response;
    const { code, message } = await response.json();
    throw (vscode.FileSystemError[code] ?? vscode.FileSystemError.Unavailable)(message);
  }

  async stat(uri) {
    return (await this.#ask("GET", "stat", { path: inFolder(uri) })).json();
  }

  async readDirectory(uri) {
    return (await this.#ask("GET", "list", { path: inFolder(uri) })).json();
  }

  async readFile(uri) {
    const response = await this.#ask("GET", "read", { path: inFolder(uri) });
    return new Uint8Array(await response.arrayBuffer());
  }

  async writeFile(uri, content, { create, overwrite }) {
    const exists = await this.#exists(uri);
    if (!exists && !create) throw vscode.FileSystemError.FileNotFound(uri);
    if (exists && create && !overwrite) throw vscode.FileSystemError.FileExists(uri);
    await this.#ask("PUT", "write", { path: inFolder(uri) }, content);
    this.#report(uri, exists ? vscode.FileChangeType.Changed : vscode.FileChangeType.Created);
  }

  async createDirectory(uri) {
    await this.#ask("POST", "folder", { path: inFolder(uri) });
    this.#report(uri, vscode.FileChangeType.Created);
  }

  async delete(uri, { recursive }) {
    await this.#ask("POST", "delete", { path: inFolder(uri), recursive });
    this.#report(uri, vscode.FileChangeType.Deleted);
  }

  async rename(from, to, { overwrite }) {
    if (!overwrite && (await this.#exists(to))) throw vscode.FileSystemError.FileExists(to);
    await this.#ask("POST", "rename", { path: inFolder(from), to: inFolder(to) });
    this.#report(from, vscode.FileChangeType.Deleted);
    this.#report(to, vscode.FileChangeType.Created);
  }

  /** The server watches the whole folder once; see {@link follow}. */
  watch() {
    return new vscode.Disposable(() => {});
  }

  /** Reports what changes on disk, from whatever program. */
  follow(folder) {
    const events = new EventSource(`${this.#server}/files/watch`);
    events.onmessage = async ({ data }) => {
      const uri = vscode.Uri.joinPath(folder, JSON.parse(data));
      const { Changed, Deleted } = vscode.FileChangeType;
      this.#report(uri, (await this.#exists(uri)) ? Changed : Deleted);
    };
    return new vscode.Disposable(() => events.close());
  }

  /** The URIs of all files of the folder, without those of version control and packages. */
  async all(folder) {
    const paths = await (await this.#ask("GET", "tree", {})).json();
    return paths.map((path) => vscode.Uri.joinPath(folder, path));
  }

  async #exists(uri) {
    return this.stat(uri).then(
      () => true,
      () => false,
    );
  }

  #report(uri, type) {
    this.#changes.fire([{ uri, type }]);
  }
}

/** The path in the folder: the URI's without its first part, which is the folder's name. */
function inFolder(uri) {
  return uri.path.replace(/^\/[^/]*\/?/, "");
}

/** A regular expression for a glob of `**`, `*`, `?` and `{a,b}`, matched with a relative path. */
function globExpression(glob) {
  const plain = { "**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]", "{": "(?:", "}": ")" };
  let depth = 0;
  const text = glob.replace(/\*\*\/|\*\*|[*?{}]|[.+^$()|[\]\\]|,/g, (token) => {
    if (token === "{") depth += 1;
    if (token === "}") depth -= 1;
    if (token === ",") return depth > 0 ? "|" : ",";
    return plain[token] ?? `\\${token}`;
  });
  return new RegExp(`^${text}(?:/.*)?$`);
}

function filter(uris, { folder, includes, excludes }) {
  const included = includes.map(globExpression);
  const excluded = excludes.map(globExpression);
  return uris.filter((uri) => {
    const path = uri.path.slice(folder.path.length + 1);
    const isWanted = included.length === 0 || included.some((glob) => glob.test(path));
    return isWanted && !excluded.some((glob) => glob.test(path));
  });
}

function fileSearch(files) {
  return {
    async provideFileSearchResults({ pattern }, options) {
      const letters = [...pattern.toLowerCase().replace(/[\s*]/g, "")];
      const holds = (path) => {
        let from = 0;
        return letters.every((letter) => {
          from = path.indexOf(letter, from) + 1;
          return from > 0;
        });
      };
      const all = filter(await files.all(options.folder), options);
      return all.filter((uri) => holds(uri.path.toLowerCase())).slice(0, options.maxResults);
    },
  };
}

function textExpression({ pattern, isRegExp, isCaseSensitive, isWordMatch, isMultiline }) {
  const source = isRegExp ? pattern : pattern.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const flags = `g${isCaseSensitive ? "" : "i"}${isMultiline ? "m" : ""}`;
  return new RegExp(isWordMatch ? `\\b(?:${source})\\b` : source, flags);
}

function textSearch(files) {
  return {
    async provideTextSearchResults(query, options, progress, token) {
      const expression = textExpression(query);
      let left = options.maxResults;
      for (const uri of filter(await files.all(options.folder), options)) {
        if (token.isCancellationRequested) break;
        const content = await files.readFile(uri);
        if (content.length > largestSearched || content.subarray(0, 4096).includes(0)) continue;
        const lines = new TextDecoder().decode(content).split(/\r?\n/);
        for (const [row, text] of lines.entries()) {
          const matches = [...text.matchAll(expression)].filter(([match]) => match !== "");
          if (matches.length === 0) continue;
          const range = (line, { index, 0: match }) =>
            new vscode.Range(line, index, line, index + match.length);
          const ranges = matches.map((match) => range(row, match));
          const preview = { text, matches: matches.map((match) => range(0, match)) };
          progress.report({ uri, ranges, preview });
          left -= matches.length;
          if (left <= 0) return { limitHit: true };
        }
      }
      return { limitHit: false };
    },
  };
}

/** Called by the workbench. */
function activate(context) {
  const { scheme, authority } = context.extensionUri;
  const files = new HostFiles(`${scheme}://${authority}`);
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  context.subscriptions.push(
    vscode.workspace.registerFileSystemProvider("hostfs", files, { isCaseSensitive: true }),
    vscode.workspace.registerFileSearchProvider("hostfs", fileSearch(files)),
    vscode.workspace.registerTextSearchProvider("hostfs", textSearch(files)),
  );
  if (folder?.uri.scheme === "hostfs") context.subscriptions.push(files.follow(folder.uri));
}

module.exports = { activate };
