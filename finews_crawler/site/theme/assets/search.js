// The search page, on Pagefind's API. What Pagefind knows comes from the articles: it is shown as text, never as HTML.
//
// The index has each Chinese character as a word of its own (finews_crawler/site/search.py), since Pagefind divides a
// page and a query into words by different dictionaries and misses what it divides differently. A run of characters is
// asked for as a phrase, which finds it wherever it stands.
//
// Bundles are asked one after another, newest first, and only until there is enough to show.

import { readPhrases, writeMarked, excerptOf } from "./search-text.js";

const PAGE = 10;
const WAIT = 250; // milliseconds after the last key
const MONTH = /^\d{4}-\d{2}$/;

const form = document.querySelector("#search");
const { q, media, month, ticker } = form.elements;
const list = document.querySelector("#results");
const status = document.querySelector("#status");
const failure = document.querySelector("#failure");
const more = document.querySelector("#more");

const bundles = form.dataset.bundles.split(" ").filter(Boolean);
const loaded = [];
const failed = [];
let known = { media: {}, month: {}, ticker: {} };
let pagefind = null;
let opening = null;
let current = 0; // the search under way; the answer to an earlier one is thrown away
let shown = 0;

const addressOf = (name) => `/pagefind/${encodeURIComponent(name)}/`;
const pending = () => bundles.filter((name) => !loaded.includes(name) && !failed.includes(name));

// Bundles are named by their month, but for the newest days and for posts without a proper date.
function wanted() {
  return pending().filter((name) => !month.value || !MONTH.test(name) || name === month.value);
}

async function open(names) {
  if (pagefind) await pagefind.destroy();
  pagefind = await import(`${addressOf(names[0])}pagefind.js`);
  await pagefind.init();
  known = await pagefind.filters(); // the first thing that fails when the bundle is not there
  loaded.splice(0, loaded.length, names[0]);
  await merge(names.slice(1));
}

async function merge(names) {
  if (!names.length) return;
  const results = await Promise.allSettled(names.map((name) => pagefind.mergeIndex(addressOf(name))));
  const good = names.filter((_, i) => results[i].status === "fulfilled");
  failed.push(...names.filter((name) => !good.includes(name)));
  if (good.length === names.length) {
    loaded.push(...names);
    known = await pagefind.filters();
  } else {
    await open([...loaded, ...good]); // an index that failed to load fails every search from then on
  }
}

// Loads the next older bundles, one at first and twice as many each time; false where there are none.
async function loadOlder() {
  const names = wanted().slice(0, Math.max(1, loaded.length));
  if (!names.length) return false;
  status.textContent = `正在搜索 ${names[0]} …`;
  await merge(names);
  offerChoices();
  return true;
}

function chosenFilters() {
  const filters = {};
  if (media.value) filters.media = media.value;
  if (month.value) filters.month = month.value;
  const typed = ticker.value.trim().toLowerCase();
  // A ticker's value is its symbol and a name, "600050.SH 中国联通": a part of it is enough.
  if (typed) filters.ticker = { any: Object.keys(known.ticker ?? {}).filter((value) => matches(value, typed)) };
  return filters;
}

function matches(value, typed) {
  const [symbol, ...name] = value.toLowerCase().split(" ");
  return value.toLowerCase() === typed || symbol.startsWith(typed) || name.join(" ").includes(typed);
}

// The articles that have all phrases, newest first.
async function find(phrases) {
  const filters = chosenFilters();
  if (filters.ticker && !filters.ticker.any.length) return [];
  const options = { filters, sort: { date: "desc" } };
  const asked = phrases.length ? phrases.map((phrase) => phrase.query) : [null];
  const [first, ...others] = await Promise.all(asked.map((query) => pagefind.search(query, options)));
  const ids = others.map((answer) => new Set(answer.results.map((result) => result.id)));
  return first.results.filter((result) => ids.every((set) => set.has(result.id)));
}

async function search() {
  const mine = ++current;
  const phrases = readPhrases(q.value);
  keepInAddress();
  shown = 0;
  list.replaceChildren();
  more.hidden = true;
  status.textContent = "";
  if (!phrases.length && !media.value && !month.value && !ticker.value.trim()) return;
  await start();
  if (mine === current) await showMore(mine, phrases);
}

// Shows the next results, from older bundles where those at hand do not have enough.
async function showMore(mine, phrases) {
  const enough = shown + PAGE;
  let found;
  do {
    found = await find(phrases);
    if (mine !== current) return;
    await showUpTo(enough, found, phrases, mine);
    if (mine !== current) return;
  } while (found.length < enough && (await loadOlder()) && mine === current);
  if (mine === current) conclude(found);
}

async function showUpTo(end, found, phrases, mine) {
  const articles = await Promise.all(found.slice(shown, end).map((result) => result.data()));
  if (mine !== current) return;
  list.append(...articles.map((article) => rowOf(article, phrases)));
  shown += articles.length;
}

function rowOf(article, phrases) {
  const row = document.createElement("li");
  const link = document.createElement("a");
  link.href = article.url;
  writeMarked(link, article.meta.title ?? "", phrases);
  const line = document.createElement("p");
  line.className = "by";
  line.textContent = [article.meta.media, article.meta.date?.slice(0, 16)].filter(Boolean).join(" · ");
  const excerpt = document.createElement("p");
  writeMarked(excerpt, excerptOf(article, phrases), phrases);
  row.append(link, line, excerpt);
  return row;
}

function conclude(found) {
  const left = wanted();
  const some = left.length ? `，${left[0]} 及更早的尚未搜索` : "";
  status.textContent = found.length ? `找到 ${found.length} 篇${some}` : `没有找到${some}`;
  more.hidden = found.length <= shown && !left.length;
  if (failed.length) fail(`有的索引无法载入，其中的文章没有搜索：${failed.join("、")}`);
}

function fail(text) {
  failure.textContent = text;
  failure.hidden = false;
}

function fillSelect(select, values) {
  const chosen = select.value || select.dataset.asked || "";
  const all = new Set(values);
  if (chosen) all.add(chosen);
  const options = [...all].map((value) => new Option(value, value, false, value === chosen));
  select.replaceChildren(select.options[0], ...options);
  select.value = chosen;
  delete select.dataset.asked;
}

function offerChoices() {
  const byCount = ([, a], [, b]) => b - a;
  fillSelect(media, Object.entries(known.media ?? {}).sort(byCount).map(([name]) => name));
  const months = new Set([...Object.keys(known.month ?? {}), ...bundles.filter((name) => MONTH.test(name))]);
  fillSelect(month, [...months].sort().reverse());
  const options = Object.keys(known.ticker ?? {}).sort().map((value) => new Option("", value));
  document.querySelector("#tickers").replaceChildren(...options);
}

function keepInAddress() {
  const asked = [...new FormData(form)].filter(([, value]) => value);
  const query = new URLSearchParams(asked).toString();
  history.replaceState(null, "", query ? `?${query}` : location.pathname);
}

function readAddress() {
  const asked = new URLSearchParams(location.search);
  for (const field of [q, ticker]) field.value = asked.get(field.name) ?? "";
  for (const select of [media, month]) {
    select.dataset.asked = asked.get(select.name) ?? "";
    fillSelect(select, []);
  }
}

function start() {
  opening ??= open(bundles.slice(0, 1)).then(offerChoices);
  return opening;
}

// What fails is said on the page, and thrown on for the console.
async function told(promise) {
  try {
    await promise;
  } catch (error) {
    fail("搜索索引无法载入，请稍后再试。");
    status.textContent = "";
    throw error;
  }
}

let timer = 0;
function soon(event) {
  if (event.isComposing) return; // half a word of an input method
  clearTimeout(timer);
  timer = setTimeout(() => told(search()), WAIT);
}

if (bundles.length) {
  readAddress();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    told(search());
  });
  form.addEventListener("input", soon);
  form.addEventListener("compositionend", soon);
  more.addEventListener("click", () => told(showMore(current, readPhrases(q.value))));
  told(start().then(search));
} else {
  fail("这里没有搜索索引。");
}
