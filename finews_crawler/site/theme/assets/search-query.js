// One search: what it has found so far, and what is still to be looked at.
//
// The posts of a span of time have an index, a bundle. Bundles are searched newest first, twice as many at a time,
// until the caller has enough results. A chosen month is only looked for in the bundles that have it.

import { candidates, postOf } from "./search-index.js";
import { readPhrases } from "./search-text.js";

const BATCH = 10; // posts whose texts are loaded at a time
const FIRST = 2; // bundles: the last days alone seldom have enough results

export class Query {
  isCancelled = false;
  found = 0;
  pending = []; // posts that may be results, in the bundles searched so far: bundle, number, promise of the post
  failed = []; // bundles that cannot be loaded
  #step = FIRST;
  #lookups = []; // of the bundles that are being searched, in their order: promises
  #last = Promise.resolve(); // of the lookups
  #room = 0; // posts that may still be loaded in this batch

  // *bundles*: newest first; *filters*: media, month and ticker, each '' for all.
  constructor(bundles, typed, filters, report = () => {}) {
    this.phrases = readPhrases(typed);
    this.filters = filters;
    this.left = bundles.filter(({ months }) => !filters.month || months.includes(filters.month));
    this.report = report; // called with the name of the bundle that is searched next
  }

  get isEmpty() {
    return !this.phrases.length && !Object.values(this.filters).some(Boolean);
  }

  // The results, newest first.
  async *results() {
    while (!this.isCancelled && (this.pending.length || (await this.#lookUp()))) {
      if (!this.pending.length) continue;
      if (!this.pending[0].loading) this.#load(BATCH);
      const post = await this.pending[0].loading;
      this.pending.shift();
      if (post) {
        this.found += 1;
        yield post;
      }
    }
  }

  // Waits for all bundles that are being searched.
  async settle() {
    while (this.#lookups.length) await this.#lookUp();
  }

  // Waits for the next bundle. False if there are none.
  async #lookUp() {
    if (!this.#lookups.length) this.#open();
    await this.#lookups[0];
    return Boolean(this.#lookups.shift());
  }

  // Begins to search the next bundles.
  #open() {
    const opened = this.left.splice(0, this.#step);
    if (opened.length && this.#step > FIRST) this.report(opened[0].name);
    const isLikely = this.#step === FIRST;
    this.#step *= 2;
    for (const bundle of opened) {
      const numbers = this.#numbersIn(bundle, isLikely);
      this.#last = this.#last.then(async () => this.#add(bundle, await numbers, bundle === opened.at(-1)));
      this.#lookups.push(this.#last);
    }
  }

  // Fewer candidates than the caller wants results: the next bundles are needed, whatever the texts say.
  #add(bundle, numbers, isLast) {
    this.pending.push(...numbers.map((number) => ({ bundle, number })));
    this.#load(this.#room);
    if (isLast && this.found + this.pending.length < BATCH && !this.isCancelled) this.#open();
  }

  // Begins to load the texts of the next posts, at most *room* of them.
  #load(room) {
    const next = this.pending.filter(({ loading }) => !loading).slice(0, room);
    for (const each of next) {
      each.loading = postOf(each.bundle, each.number, this.phrases);
      each.loading.catch(() => {}); // thrown by results(), if it is one that is needed
    }
    this.#room = room - next.length;
  }

  async #numbersIn(bundle, isLikely) {
    try {
      return await candidates(bundle, this.phrases, this.filters, isLikely);
    } catch (error) {
      console.warn(bundle.name, error);
      this.failed.push(bundle.name);
      return [];
    }
  }
}
