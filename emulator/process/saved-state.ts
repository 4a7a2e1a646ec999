/**
 * Taking and putting back the state of a process that lives in JavaScript: files, descriptors,
 * signals, what the calls remember. Whatever can change there is kept as plain data (objects,
 * arrays, maps, sets, numbers, strings), so that one function copies all of it as a graph, with
 * what is shared staying shared.
 */

/** Something with a state that can be taken and put back; the state is plain data. */
export interface Stateful<State extends object = object> {
  state: State;
}

/**
 * A copy of a graph of plain data. Bytes are not copied: whoever changes bytes that a saved state
 * may hold puts a changed copy in their place. A class may be part of it when its fields are public.
 */
export function copyGraph<T>(root: T): T {
  const copies = new Map<object, object>();
  const copy = (value: unknown): unknown => {
    if (typeof value === "function") throw new Error("a function is no state");
    if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
    const known = copies.get(value);
    if (known !== undefined) return known;
    if (value instanceof Map) {
      const result = new Map<unknown, unknown>();
      copies.set(value, result);
      for (const [key, held] of value) result.set(copy(key), copy(held));
      return result;
    }
    if (value instanceof Set) {
      const result = new Set<unknown>();
      copies.set(value, result);
      for (const held of value) result.add(copy(held));
      return result;
    }
    const result: object = Array.isArray(value) ? [] : Object.create(Object.getPrototypeOf(value));
    copies.set(value, result);
    for (const [key, held] of Object.entries(value)) Reflect.set(result, key, copy(held));
    return result;
  };
  return copy(root) as T;
}
