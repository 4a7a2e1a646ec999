/** The part of Node's `path` that bundled packages use, with `/` alone as the separator. */
export const sep = "/";

export function basename(path, suffix = "") {
  const name = path.replace(/\/+$/, "").split("/").pop() ?? "";
  return name !== suffix && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
}

export function dirname(path) {
  const end = path.replace(/\/+$/, "").lastIndexOf("/");
  if (end < 0) return ".";
  return end === 0 ? "/" : path.slice(0, end);
}

export function extname(path) {
  const name = basename(path);
  const dot = name.lastIndexOf(".");
  return dot <= 0 ? "" : name.slice(dot);
}

export const isAbsolute = (path) => path.startsWith("/");

export function normalize(path) {
  const kept = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") kept.push(part);
    else if (kept.length > 0 && kept.at(-1) !== "..") kept.pop();
    else if (!isAbsolute(path)) kept.push("..");
  }
  return (isAbsolute(path) ? "/" : "") + kept.join("/") || ".";
}

export const join = (...parts) => normalize(parts.filter((part) => part !== "").join("/"));

export default { sep, basename, dirname, extname, isAbsolute, normalize, join };
