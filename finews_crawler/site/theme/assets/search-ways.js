// Ways back from a search that finds nothing: searches that ask for less, of which those are offered that find something.

import { Query } from "./search-query.js";
import { tokenize } from "./search-text.js";

const MOST = 4; // offered
const TRIED = 8;
const BUNDLES = 16; // searched for each, at most: what only older articles have is not offered
const SHORTEST = 4; // tokens of a word that is halved

const WITHOUT_LIMITS = { media: "", ticker: "", from: "", to: "" };
const isSearch = (fields) => Object.values(fields).some(Boolean);

// The words of a query without one of them, or the halves and the beginning of its only one. Numbers stay whole.
function shorter(typed) {
  const words = typed.trim().split(/\s+/u);
  if (words.length > 1) return words.map((_, left) => words.filter((word, i) => i !== left).join(" "));
  const { spans } = tokenize(typed);
  if (spans.length < SHORTEST) return [];
  const [second, middle] = [2, Math.ceil(spans.length / 4) * 2].map((at) => spans[at][0]); // words of two characters
  const parts = [typed.slice(0, middle), typed.slice(middle), typed.slice(0, second)];
  return [...new Set(parts.map((part) => part.trim()))];
}

// The text of each way, and the fields that it changes.
function* easier({ q, media, ticker, from, to }) {
  if (media) yield [`不限媒体（${media}）`, { media: "" }];
  if (ticker) yield [`不限证券（${ticker}）`, { ticker: "" }];
  if (from || to) yield ["不限日期", { from: "", to: "" }];
  for (const part of shorter(q)) yield [`只搜“${part}”`, { q: part }];
  const limits = [media, ticker, from || to].filter(Boolean).length;
  if (q && limits > 1) yield [`不限其他，只搜“${q}”`, WITHOUT_LIMITS];
  if (limits) yield* shorter(q).map((part) => [`不限其他，只搜“${part}”`, { ...WITHOUT_LIMITS, q: part }]);
}

// Yields the ways to searches that find something. *fields*: of the search that finds nothing, without its order.
export async function* waysBack(bundles, fields) {
  const tried = [...easier(fields)].filter(([, changes]) => isSearch({ ...fields, ...changes })).slice(0, TRIED);
  let offered = 0;
  for (const [label, changes] of tried) {
    const { q, ...filters } = { ...fields, ...changes };
    const query = new Query(bundles, q, filters, { wanted: 1 });
    query.left.splice(BUNDLES);
    const { done } = await query.results().next();
    query.isCancelled = true;
    if (done) continue;
    yield { label, changes };
    offered += 1;
    if (offered === MOST) return;
  }
}
