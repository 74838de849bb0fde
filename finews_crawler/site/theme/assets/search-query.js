// One search: what it has found so far, and what is still to be looked at.
//
// Each part of the site, such as a month, has an index, a bundle. Bundles are searched newest first, twice as many at a
// time, until the caller has enough results. A chosen month is only looked for in the bundles that have it.

import { candidates, postOf } from "./search-index.js";
import { readPhrases } from "./search-text.js";

const BATCH = 10; // posts whose texts are loaded at a time
const FIRST = 2; // bundles: the last days alone seldom have enough results

export class Query {
  isCancelled = false;
  found = 0;
  pending = []; // bundle and number of the posts that may be results, in the bundles searched so far
  failed = []; // bundles that cannot be loaded
  #step = FIRST;

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
    while (!this.isCancelled && (this.pending.length || (await this.#open()))) {
      const batch = this.pending.slice(0, BATCH).map(([bundle, number]) => postOf(bundle, number, this.phrases));
      for (const reading of batch) reading.catch(() => {}); // thrown below, if it is one that is needed
      for (const reading of batch) {
        const post = await reading;
        this.pending.shift();
        if (post) {
          this.found += 1;
          yield post;
        }
      }
    }
  }

  // Looks into the next bundles. False if there are none.
  async #open() {
    const opened = this.left.splice(0, this.#step);
    if (!opened.length) return false;
    if (this.#step > FIRST) this.report(opened[0].name);
    const isLikely = this.#step === FIRST;
    this.#step *= 2;
    const numbers = await Promise.all(opened.map((bundle) => this.#numbersIn(bundle, isLikely)));
    this.pending.push(...opened.flatMap((bundle, i) => numbers[i].map((number) => [bundle, number])));
    return true;
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
