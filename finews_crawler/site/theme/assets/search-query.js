// One search: what it has found so far, and what is still to be looked at.
//
// The posts of a span of time have an index, a bundle. Bundles are searched newest first, or oldest first, twice as many
// at a time, until the caller has enough results. Chosen days are only looked for in the bundles that may have them.

import { candidates, mayHave, postOf } from "./search-index.js";
import { hasPhrases, readPhrases } from "./search-text.js";

const BATCH = 10; // posts whose texts are loaded at a time
const FIRST = 2; // bundles: the last days alone seldom have enough results
export const SORTED = 50; // results of which those with all phrases in the title come first: their texts are loaded

export const OLDEST = "oldest"; // orders; any other one is newest first
export const TITLE = "title";

export class Query {
  isCancelled = false;
  found = 0;
  shown = 0; // of those found: the others wait for their turn
  pending = []; // posts that may be results, in the bundles searched so far: bundle, number, promise of the post
  failed = []; // bundles that cannot be loaded
  #step = FIRST;
  #lookups = []; // of the bundles that are being searched, in their order: promises
  #last = Promise.resolve(); // of the lookups
  #room = 0; // posts that may still be loaded in this batch

  // *bundles*: newest first; *filters*: media, from, to and ticker, each '' for all. *wanted*: results that the caller
  // will want at least. *report*: called with the bundle that is searched next.
  constructor(bundles, typed, filters, { order = "", wanted = BATCH, report = () => {} } = {}) {
    this.phrases = readPhrases(typed);
    this.filters = filters;
    this.order = order;
    this.wanted = wanted;
    this.left = bundles.filter((bundle) => mayHave(bundle, filters));
    if (order === OLDEST) this.left.reverse();
    this.report = report;
  }

  get isEmpty() {
    return !this.phrases.length && !Object.values(this.filters).some(Boolean);
  }

  get isByTitle() {
    return this.order === TITLE && this.phrases.length > 0;
  }

  get hasMore() {
    return this.shown < this.found || this.pending.length > 0 || this.left.length > 0;
  }

  // The results in their order.
  async *results() {
    for await (const post of this.isByTitle ? this.#byTitle() : this.#byTime()) {
      this.shown += 1;
      yield post;
    }
  }

  // Of the next results in the bundles that had to be searched for a few of them, those with all phrases in the title
  // first. To sort all results, all of their texts would have to be loaded.
  async *#byTitle() {
    const posts = this.#byTime();
    const isInTitle = ({ title }) => hasPhrases([title], this.phrases);
    while (!this.isCancelled) {
      const some = [];
      while (some.length < SORTED && (some.length < BATCH || this.pending.length)) {
        const { value, done } = await posts.next();
        if (done) break;
        some.push(value);
      }
      if (!some.length) return;
      yield* some.filter(isInTitle);
      yield* some.filter((post) => !isInTitle(post));
    }
  }

  async *#byTime() {
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
    if (opened.length && this.#step > FIRST) this.report(opened[0]);
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
    if (isLast && this.found + this.pending.length < this.wanted && !this.isCancelled) this.#open();
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
      const numbers = await candidates(bundle, this.phrases, this.filters, isLikely);
      return this.order === OLDEST ? numbers.reverse() : numbers;
    } catch (error) {
      console.warn(bundle.folder, error);
      this.failed.push(bundle);
      return [];
    }
  }
}
