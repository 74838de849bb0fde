// The search page, on Pagefind's API. All data from Pagefind comes from articles: it is shown as text, never as HTML.
//
// The index has each Chinese character as a word of its own (finews_crawler/site/pagefind.py), since Pagefind segments
// pages and queries by different dictionaries and misses what they segment differently. A run of characters is searched
// for as a phrase.
//
// Bundles are loaded one after another, newest first, until there are enough results.

import { readPhrases, writeMarked, excerptOf } from "./search-text.js";

const PAGE = 10;
const WAIT = 250; // milliseconds after the last key
const EVERY = '"everyarticle"'; // in every article, see _layouts/post.html: for an empty query Pagefind would load its whole index
const STEP = 2 ** -30;
const MONTH = /^\d{4}-\d{2}$/;

const form = document.querySelector("#search");
const { q, media, month, ticker } = form.elements;
const list = document.querySelector("#results");
const status = document.querySelector("#status");
const failure = document.querySelector("#failure");
const more = document.querySelector("#more");

// Publication months of the articles in each bundle.
const monthsOf = new Map((JSON.parse(form.dataset.bundles) ?? []).map(({ name, months }) => [name, months]));
const bundles = [...monthsOf.keys()];
const loaded = [];
const failed = [];
let known = {}; // filter values of the loaded bundles, with their counts
let pagefind = null;
let current = 0; // number of the current search or step; earlier ones stop
let queue = Promise.resolve();
let phrases = [];
const shown = new Set();

// The site may be below a path of its host.
const root = new URL("..", import.meta.url).pathname;
const addressOf = (name) => `${root}pagefind/${encodeURIComponent(name)}/`;

// The score of a sorted result is its rank in its bundle, an integer that is largest for the newest, times the weight of
// the bundle. The weights differ so little that both rank and bundle can be recovered from the score.
const add = (module, name) => module.mergeIndex(addressOf(name), { baseUrl: root, indexWeight: 1 + bundles.indexOf(name) * STEP });

function newestFirst(one, other) {
  const [a, b] = [one, other].map(({ score }) => {
    const place = Math.floor(score);
    return { place, bundle: place ? Math.round((score / place - 1) / STEP) : bundles.length };
  });
  return a.bundle - b.bundle || b.place - a.place;
}

// The bundles that have not been loaded yet, but may contain results.
function wanted() {
  const pending = bundles.filter((name) => !loaded.includes(name) && !failed.includes(name));
  return pending.filter((name) => !month.value || monthsOf.get(name).includes(month.value));
}

// True if a bundle was loaded before newer ones. Results are in the order in which bundles were loaded.
function hasGap() {
  const usable = bundles.filter((name) => !failed.includes(name));
  return loaded.some((name, i) => name !== usable[i]);
}

// Restarts Pagefind with these bundles.
async function open(names) {
  if (pagefind) await pagefind.destroy();
  loaded.length = 0;
  pagefind = null;
  const module = await import(`${addressOf(names[0])}pagefind.js`);
  await module.options({ baseUrl: root });
  await module.init();
  await Promise.all(names.slice(1).map((name) => add(module, name)));
  known = await module.filters(); // a missing bundle fails here
  pagefind = module;
  loaded.push(...names);
}

// Loads more bundles. A missing one would make every later search fail, so it is identified and excluded.
async function merge(names) {
  const before = [...loaded];
  try {
    await Promise.all(names.map((name) => add(pagefind, name)));
    known = await pagefind.filters();
    loaded.push(...names);
  } catch (error) {
    console.warn(names, error);
    await open(before);
    if (names.length === 1) failed.push(...names);
    else for (const name of names) await merge([name]);
  }
}

// Loads the next older bundles, doubling their number each time. Returns false if there are none.
async function loadOlder() {
  const names = wanted().slice(0, loaded.length);
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
  return value.toLowerCase().startsWith(typed) || symbol.startsWith(typed) || name.join(" ").includes(typed);
}

// The articles that have all phrases, newest first.
async function find() {
  const filters = chosenFilters();
  if (filters.ticker && !filters.ticker.any.length) return [];
  const options = { filters, sort: { date: "desc" } };
  const queries = phrases.length ? phrases.map((phrase) => phrase.query) : [EVERY];
  const [first, ...others] = await Promise.all(queries.map((query) => pagefind.search(query, options)));
  const ids = others.map((answer) => new Set(answer.results.map((result) => result.id)));
  return first.results.filter((result) => ids.every((set) => set.has(result.id))).sort(newestFirst);
}

async function search(mine) {
  phrases = readPhrases(q.value);
  keepInAddress();
  shown.clear();
  list.replaceChildren();
  more.hidden = failure.hidden = true;
  status.textContent = "";
  if (!pagefind || (!month.value && hasGap())) {
    await open(bundles.slice(0, 1));
    offerChoices();
  }
  if (phrases.length || media.value || month.value || ticker.value.trim()) await showMore(mine);
}

// Shows the next page of results; loads older bundles if the loaded ones do not have enough.
async function showMore(mine) {
  const enough = shown.size + PAGE;
  let found;
  do {
    found = await find();
    const next = found.filter((result) => !shown.has(result.id)).slice(0, enough - shown.size);
    const articles = await Promise.all(next.map((result) => result.data()));
    if (mine !== current) return;
    list.append(...articles.map(rowOf));
    for (const result of next) shown.add(result.id);
  } while (found.length < enough && (await loadOlder()) && mine === current);
  if (mine === current) conclude(found);
}

function rowOf(article) {
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
  const rest = MONTH.test(left[0]) ? `${left[0]} 及更早的` : "其余的";
  const some = left.length ? `，${rest}尚未搜索` : "";
  status.textContent = found.length ? `找到 ${found.length} 篇${some}` : `没有找到${some}`;
  more.hidden = found.length <= shown.size && !left.length;
  if (failed.length) fail(`有的索引无法载入，其中的文章没有搜索：${failed.join("、")}`);
}

function fail(text) {
  failure.textContent = text;
  failure.hidden = false;
}

function fillSelect(select, values) {
  const chosen = select.value || select.dataset.initial || "";
  const all = new Set(values);
  if (chosen) all.add(chosen);
  const options = [...all].map((value) => new Option(value, value, false, value === chosen));
  select.replaceChildren(select.options[0], ...options);
  select.value = chosen;
  delete select.dataset.initial;
}

function offerChoices() {
  const byCount = ([, a], [, b]) => b - a;
  fillSelect(media, Object.entries(known.media ?? {}).sort(byCount).map(([name]) => name));
  fillSelect(month, [...new Set([...monthsOf.values()].flat())].sort().reverse());
  const options = Object.keys(known.ticker ?? {}).sort().map((value) => new Option("", value));
  document.querySelector("#tickers").replaceChildren(...options);
}

function keepInAddress() {
  const entered = [...new FormData(form)].filter(([, value]) => value);
  const query = new URLSearchParams(entered).toString();
  history.replaceState(null, "", query ? `?${query}` : location.pathname);
}

function readAddress() {
  const entered = new URLSearchParams(location.search);
  for (const field of [q, ticker]) field.value = entered.get(field.name) ?? "";
  for (const select of [media, month]) {
    select.dataset.initial = entered.get(select.name) ?? "";
    fillSelect(select, []);
  }
}

// Runs searches and their steps one after another. A task that a later one supersedes is skipped, or stops.
function enqueue(task) {
  const mine = ++current;
  queue = queue.then(async () => {
    if (mine !== current) return;
    try {
      await task(mine);
    } catch (error) {
      console.error(error);
      fail("搜索索引无法载入，请稍后再试。");
      status.textContent = "";
    }
  });
}

let timer = 0;
function soon(event) {
  if (event.isComposing) return; // an unfinished word of an input method
  clearTimeout(timer);
  timer = setTimeout(enqueue, WAIT, search);
}

if (bundles.length) {
  readAddress();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    enqueue(search);
  });
  form.addEventListener("input", soon);
  form.addEventListener("compositionend", soon);
  more.addEventListener("click", () => enqueue(showMore));
  enqueue(search);
} else {
  fail("这里没有搜索索引。");
}
