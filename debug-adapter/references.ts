/**
 * Numbers that the client holds for things of the adapter: variables and frames that live until
 * the program goes on, goto targets. A number is never given twice in a session, so a stale one is
 * noticed.
 */
export class References<Thing> {
  readonly #things = new Map<number, Thing>();
  #next = 1;

  add(thing: Thing): number {
    this.#things.set(this.#next, thing);
    return this.#next++;
  }

  get(reference: number): Thing | undefined {
    return this.#things.get(reference);
  }

  clear(): void {
    this.#things.clear();
  }
}
