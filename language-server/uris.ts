/**
 * URIs as names of files. Inside the language server a file has one spelling, its canonical URI:
 * dot segments resolved, percent signs decoded, so that the assembler can put an included file's
 * name behind the folder of the file that includes it.
 */

const scheme = /^[a-z][\w+.-]+:/i;

/** The canonical spelling of a URI, or of a path relative to the file with the URI `base`. */
export function canonicalUri(uri: string, base?: string): string {
  try {
    const isWhole = scheme.test(uri);
    if (!isWhole && base === undefined) return uri;
    const url = isWhole ? new URL(uri) : new URL(encodeUri(uri), encodeUri(base ?? ""));
    return decodeURIComponent(url.href);
  } catch {
    return uri;
  }
}

/** A canonical URI as clients and hosts write it. */
export function encodeUri(canonical: string): string {
  const start = scheme.exec(canonical)?.[0] ?? "";
  const rest = canonical.slice(start.length);
  return start + encodeURI(rest).replaceAll("#", "%23").replaceAll("?", "%3F");
}

/** The last part of a path or URI. */
export function baseName(uri: string): string {
  return uri.slice(uri.lastIndexOf("/") + 1);
}
