/**
 * The part of Node's `events` that bundled packages use, for bundles that run in a browser worker.
 * Listeners run in the order in which they were added; an "error" that nobody hears is thrown.
 */
export class EventEmitter {
  #listeners = new Map();

  on(name, listener) {
    this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), listener]);
    return this;
  }

  addListener(name, listener) {
    return this.on(name, listener);
  }

  once(name, listener) {
    const single = (...values) => {
      this.off(name, single);
      listener.apply(this, values);
    };
    single.listener = listener;
    return this.on(name, single);
  }

  off(name, listener) {
    const kept = (this.#listeners.get(name) ?? []).filter(
      (one) => one !== listener && one.listener !== listener,
    );
    this.#listeners.set(name, kept);
    return this;
  }

  removeListener(name, listener) {
    return this.off(name, listener);
  }

  removeAllListeners(name) {
    if (name === undefined) this.#listeners.clear();
    else this.#listeners.delete(name);
    return this;
  }

  listenerCount(name) {
    return this.#listeners.get(name)?.length ?? 0;
  }

  emit(name, ...values) {
    const listeners = this.#listeners.get(name) ?? [];
    if (name === "error" && listeners.length === 0) throw values[0];
    for (const listener of listeners) listener.apply(this, values);
    return listeners.length > 0;
  }
}

export default EventEmitter;
