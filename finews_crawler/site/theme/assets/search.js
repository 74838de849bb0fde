// The search page. What it shows comes from articles: it is shown as text, never as HTML.
//
// The modules: search-text.js divides text into tokens, search-index.js reads the index, search-query.js is a search.

import { excerptOf, writeMarked } from "./search-text.js";
import { tickersOf } from "./search-index.js";
import { Query } from "./search-query.js";

const PAGE = 10;
const WAIT = 25; // milliseconds after a key that soon follows another one
const MONTH = /^\d{4}-\d{2}$/;

const form = document.querySelector("#search");
const { q, media, month, ticker } = form.elements;
const list = document.querySelector("#results");
const status = document.querySelector("#status");
const failure = document.querySelector("#failure");
const more = document.querySelector("#more");

let bundles = readBundles(); // newest first: folder, number of posts, months in which they were published, oldest first
let current = null; // the search whose results are shown

function readBundles() {
  return (JSON.parse(form.dataset.bundles) ?? []).map((bundle) => ({ ...bundle, name: bundle.months.at(-1) }));
}

// Reads the page again: a build since then has replaced bundles. True if it has.
async function refreshBundles() {
  const html = await fetch(location.pathname, { cache: "reload" }).then((response) => response.text(), () => "");
  const { bundles: data } = new DOMParser().parseFromString(html, "text/html").querySelector("#search")?.dataset ?? {};
  if (!data || data === form.dataset.bundles) return false;
  form.dataset.bundles = data;
  bundles = readBundles();
  fillMonths();
  return true;
}

async function begin(count = PAGE) {
  const filters = { media: media.value, month: month.value, ticker: ticker.value.trim() };
  const mine = new Query(bundles, q.value, filters, (name) => (status.textContent = `正在搜索 ${name} …`));
  const results = mine.results();
  current = { query: mine, results };
  more.hidden = failure.hidden = true;
  status.textContent = "";
  const showing = mine.isEmpty ? list.replaceChildren() : showNext(current, count, list.children.length);
  keepInAddress(); // while the first files are on their way
  await showing;
}

// Shows the next results. The first one takes the place of *replaced* rows of an earlier search.
async function showNext({ query, results }, count, replaced = 0) {
  const old = [...list.children].slice(0, replaced);
  for (let shown = 0; shown < count; shown += 1) {
    const { value: post, done } = await results.next();
    if (query.isCancelled) return;
    for (const row of old.splice(0)) row.remove();
    if (done) break;
    list.append(rowOf(post, query.phrases));
  }
  await query.settle();
  if (query.isCancelled) return;
  if (query.failed.length && (await refreshBundles())) await begin(count);
  else conclude(query);
}

function rowOf(post, phrases) {
  const row = document.createElement("li");
  const link = document.createElement("a");
  link.href = post.href;
  writeMarked(link, post.title, phrases);
  const line = document.createElement("p");
  line.className = "by";
  line.textContent = [post.medium, post.time.slice(0, 16)].filter(Boolean).join(" · ");
  const excerpt = document.createElement("p");
  const { text, from, to } = excerptOf(post, phrases);
  excerpt.append(from > 0 ? "…" : "");
  writeMarked(excerpt, text, phrases, from, to);
  excerpt.append(to < text.length ? "…" : "");
  row.append(link, line, excerpt);
  return row;
}

function conclude({ found, pending, left, failed }) {
  const rest = MONTH.test(left[0]?.name) ? `${left[0].name} 及更早的` : "其余的";
  const some = left.length ? `，${rest}尚未搜索` : "";
  // The texts of those that are not shown yet decide whether they are results.
  const about = pending.length ? "约" : "";
  status.textContent = found ? `找到${about} ${found + pending.length} 篇${some}` : `没有找到${some}`;
  more.hidden = !pending.length && !left.length;
  if (failed.length) fail(`有的索引无法载入，其中的文章没有搜索：${failed.join("、")}`);
  remember();
}

function fail(text) {
  failure.textContent = text;
  failure.hidden = false;
}

function fillMonths() {
  const chosen = month.value || month.dataset.initial || "";
  const months = [...new Set([...bundles.flatMap((bundle) => bundle.months), ...(chosen ? [chosen] : [])])].sort().reverse();
  month.replaceChildren(month.options[0], ...months.map((each) => new Option(each, each, false, each === chosen)));
  month.value = chosen;
  delete month.dataset.initial;
}

// The tickers of the newest bundle: one does not have to choose among them.
async function offerTickers() {
  const labels = bundles.length ? await tickersOf(bundles[0]) : [];
  document.querySelector("#tickers").replaceChildren(...labels.sort().map((label) => new Option("", label)));
}

function keepInAddress() {
  const entered = [...new FormData(form)].filter(([, value]) => value);
  const query = new URLSearchParams(entered).toString();
  history.replaceState(history.state, "", query ? `?${query}` : location.pathname);
}

function readAddress() {
  const entered = new URLSearchParams(location.search);
  // Unless the reader has typed something before this script ran.
  for (const field of [q, ticker]) field.value ||= entered.get(field.name) ?? "";
  month.dataset.initial = entered.get("month") ?? "";
  const outlet = entered.get("media") ?? "";
  if (outlet && ![...media.options].some(({ value }) => value === outlet)) media.add(new Option(outlet, outlet));
  media.value = outlet;
}

// For the way back to this page: how many results it shows, and how far it is scrolled.
function remember() {
  history.replaceState({ shown: list.children.length, top: scrollY }, "");
}

async function run(task, ...args) {
  try {
    return await task(...args);
  } catch (error) {
    if (await refreshBundles()) return run(begin);
    console.error(error);
    status.textContent = "";
    return fail("搜索索引无法载入，请稍后再试。");
  }
}

// The search before stops.
let timer = 0;
function restart(wait) {
  clearTimeout(timer);
  timer = setTimeout(() => {
    if (current) current.query.isCancelled = true;
    run(begin);
  }, wait);
}

let lastInput = 0;
function soon(event) {
  if (event.isComposing) return; // an unfinished word of an input method
  restart(event.timeStamp - lastInput < 10 * WAIT ? WAIT : 0);
  lastInput = event.timeStamp;
}

function showMore() {
  more.hidden = true;
  run(showNext, current, PAGE);
}

// As the page was left, where the browser has not kept it.
async function start() {
  const { shown, top } = history.state ?? {};
  history.scrollRestoration = "manual";
  await run(begin, Math.max(PAGE, shown ?? 0));
  if (top) scrollTo(0, top);
  addEventListener("scrollend", remember);
  list.addEventListener("click", remember);
}

if (bundles.length) {
  readAddress();
  fillMonths();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    restart(0);
  });
  form.addEventListener("input", soon);
  form.addEventListener("compositionend", soon);
  ticker.addEventListener("focus", offerTickers, { once: true });
  more.addEventListener("click", showMore);
  start();
} else {
  fail("这里没有搜索索引。");
}
