// One search: what it has found so far, and what is still to be looked at.
//
// The posts of a span of time have an index, a bundle. Bundles are searched newest first, or oldest first, ever more at a
// time, until the caller has enough results. Chosen days are only looked for in the bundles that may have them.
//
// A request costs more than the bytes that it brings, so few grams are looked up, as the texts decide anyway: in the first
// bundles two, or one of each phrase, in the others the one that was the rarest in those. All of them are looked up where
// that leaves many candidates, or the texts of some turn out not to have the phrases.

import { candidates, gramsOf, mayHave, postOf, rarest } from "./search-index.js";
import { hasPhrases, readPhrases } from "./search-text.js";

const BATCH = 10; // posts whose texts are loaded at a time
const AHEAD = 3; // of the first batch, before there is a result: so it is shown sooner
const LIKELY = 2; // bundles that have enough results for most queries: the last days alone seldom do
const FIRST = 4; // bundles that are searched at once, these among them
const WINDOW = 6; // bundles that are searched at a time after LIKELY ones without enough: the connections of a browser
const GRAMS = 6; // of a query, at least two of each phrase
export const SORTED = 50; // results of which those with all phrases in the title come first: their texts are loaded

export const OLDEST = "oldest"; // orders; any other one is newest first
export const TITLE = "title";

export class Query {
  isCancelled = false;
  found = 0;
  shown = 0; // of those found: the others wait for their turn
  pending = []; // posts that may be results, in the bundles searched so far: bundle, number, promise of the post
  failed = []; // bundles that cannot be loaded
  #opened = 0; // bundles whose search has begun
  #searched = 0; // and ended
  #reported = 8; // of the latter, at the last report: few bundles are searched before it could be read
  #lookups = []; // of the bundles that are being searched, in their order: promises
  #last = Promise.resolve(); // of the lookups
  #room = AHEAD; // posts that may still be loaded in this batch
  #grams; // of each phrase
  #narrowed = new Set(); // bundles in which all of them have been looked up

  // *bundles*: newest first; *filters*: media, from, to and ticker, each '' for all. *wanted*: results that the caller
  // will want at least. *report*: called with the bundle that is searched next.
  constructor(bundles, typed, filters, { order = "", wanted = BATCH, report = () => {} } = {}) {
    this.phrases = readPhrases(typed);
    const count = Math.max(2, Math.floor(GRAMS / this.phrases.length));
    this.#grams = this.phrases.map((phrase) => gramsOf(phrase, count));
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
      const { bundle } = this.pending.shift();
      if (post) {
        this.found += 1;
        yield post;
        if (this.found === 1) this.#load(BATCH - AHEAD);
      } else await this.#narrow(bundle);
    }
  }

  // Waits for all bundles that are being searched.
  async settle() {
    while (this.#lookups.length) await this.#lookUp();
  }

  // Waits for the next bundle. False if there are none.
  async #lookUp() {
    if (!this.#lookups.length) this.#open(this.#searched ? this.#window : FIRST);
    await this.#lookups[0];
    return Boolean(this.#lookups.shift());
  }

  // Bundles that are searched at a time: WINDOW, or more once more have been searched.
  get #window() {
    return Math.max(WINDOW, this.#searched);
  }

  // Begins to search the next bundles, *count* or fewer.
  #open(count) {
    for (const bundle of this.left.splice(0, Math.max(0, count))) {
      const numbers = this.#numbersIn(bundle, this.#opened);
      this.#last = this.#last.then(async () => this.#add(bundle, await numbers));
      this.#lookups.push(this.#last);
      this.#opened += 1;
    }
  }

  // Fewer candidates than the caller wants results: the next bundles are needed, whatever the texts say.
  #add(bundle, numbers) {
    this.pending.push(...numbers.map((number) => ({ bundle, number })));
    this.#load(this.#room);
    this.#searched += 1;
    if (this.#searched < LIKELY || this.found + this.pending.length >= this.wanted || this.isCancelled) return;
    this.#report();
    this.#open(this.#window - (this.#opened - this.#searched));
  }

  // Each time that as many bundles again have been searched.
  #report() {
    if (!this.left.length || this.#searched < 2 * this.#reported) return;
    this.#reported = this.#searched;
    this.report(this.left[0]);
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

  // *place*: of the bundle among those that are searched.
  async #numbersIn(bundle, place) {
    try {
      const most = place < LIKELY && this.phrases.flat().length === 1 ? 2 : 1;
      const few = this.#grams.map((readings) => readings.map((grams) => grams.slice(0, most)));
      let numbers = await candidates(bundle, place < FIRST ? few : rarest(this.#grams), this.filters);
      if (place >= FIRST && numbers.length > BATCH) numbers = await this.#narrowest(bundle, numbers);
      return this.order === OLDEST ? numbers.reverse() : numbers;
    } catch (error) {
      console.warn(bundle.folder, error);
      this.failed.push(bundle);
      return [];
    }
  }

  // Those of *numbers* that have all grams. Where these cannot be loaded, the texts decide.
  async #narrowest(bundle, numbers) {
    this.#narrowed.add(bundle);
    try {
      return await candidates(bundle, this.#grams, this.filters);
    } catch (error) {
      console.warn(bundle.folder, error);
      return numbers;
    }
  }

  // A text has shown that the few grams say too little.
  async #narrow(bundle) {
    const isOf = (each) => each.bundle === bundle;
    const left = this.pending.filter(isOf).map(({ number }) => number);
    const isLess = this.#grams.flat(2).length <= left.length; // to load than their texts
    if (this.#narrowed.has(bundle) || !isLess) return;
    const numbers = new Set(await this.#narrowest(bundle, left));
    this.pending = this.pending.filter((each) => !isOf(each) || numbers.has(each.number));
  }
}
