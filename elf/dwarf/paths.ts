/**
 * Source paths as debug information has them: a file's name, the directory that it is relative to,
 * and the directory in which the compiler ran; of Unix or of Windows.
 */

/** Whether a path stands by itself: `/x`, `C:\x`, `\\server\x`. */
function isAbsolutePath(path: string): boolean {
  return /^([/\\]|[A-Za-z]:[/\\])/.test(path);
}

/** Joins parts, of which a later absolute one replaces the earlier ones, and removes `.` and `..`. */
export function joinPath(...parts: readonly string[]): string {
  let path = "";
  for (const part of parts) {
    if (part === "") continue;
    const separator = /[/\\]$/.test(path) ? "" : "/";
    path = path === "" || isAbsolutePath(part) ? part : `${path}${separator}${part}`;
  }
  return normalizePath(path);
}

/** Removes empty, `.` and `..` components; keeps the kind of the first separator. */
export function normalizePath(path: string): string {
  const separator = /[/\\]/.exec(path)?.[0] ?? "/";
  const root = /^([A-Za-z]:)?[/\\]*/.exec(path)?.[0] ?? "";
  const kept: string[] = [];
  for (const component of path.slice(root.length).split(/[/\\]/)) {
    if (component === "" || component === ".") continue;
    const isUp = component === "..";
    if (isUp && kept.length > 0 && kept.at(-1) !== "..") kept.pop();
    else if (!isUp || root === "") kept.push(component);
  }
  return root + kept.join(separator);
}

/** A path's components from the last one on, for comparing the tails of paths. */
function tail(path: string): string[] {
  return path
    .split(/[/\\]/)
    .filter((component) => component !== "" && component !== ".")
    .reverse();
}

/** How many components two paths have in common at their ends. */
export function commonTail(a: string, b: string): number {
  const [first, second] = [tail(a), tail(b)];
  let count = 0;
  while (count < first.length && first[count] === second[count]) count++;
  return count;
}
