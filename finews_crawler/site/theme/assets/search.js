// The search page. What it shows comes from articles: it is shown as text, never as HTML.
//
// The modules: search-text.js divides text into tokens, search-index.js reads the index, search-query.js is a search,
// search-ways.js knows what to do when it finds nothing.

import { excerptOf, readPhrases, writeMarked } from "./search-text.js";
import { postOf, tickersOf } from "./search-index.js";
import { OLDEST, Query, SORTED } from "./search-query.js";
import { waysBack } from "./search-ways.js";

const PAGE = 10;
const WAIT = 25; // milliseconds after a key that soon follows another one

const form = document.querySelector("#search");
const { q, media, ticker, from, to, order } = form.elements;
const list = document.querySelector("#results");
const status = document.querySelector("#status");
const failure = document.querySelector("#failure");
const more = document.querySelector("#more");
const ways = document.querySelector("#ways"); // back from a search that finds nothing
const examples = document.querySelector("#examples");

let bundles = readBundles(); // newest first: folder, number of posts, months in which they were published, oldest first
let current = null; // the search whose results are shown

function readBundles() {
  return JSON.parse(form.dataset.bundles) ?? [];
}

// Reads the page again: a build since then has replaced bundles. True if it has.
async function refreshBundles() {
  const html = await fetch(location.pathname, { cache: "reload" }).then((response) => response.text(), () => "");
  const { bundles: data } = new DOMParser().parseFromString(html, "text/html").querySelector("#search")?.dataset ?? {};
  if (!data || data === form.dataset.bundles) return false;
  form.dataset.bundles = data;
  bundles = readBundles();
  limitDays();
  return true;
}

// What the search looks for: the values of the fields but the order.
const entered = () => ({ q: q.value, media: media.value, ticker: ticker.value.trim(), from: from.value, to: to.value });

// The search before stops.
async function begin(count = PAGE) {
  if (current) current.query.isCancelled = true;
  const { q: typed, ...filters } = entered();
  const report = (bundle) => (status.textContent = `正在搜索 ${nextMonth(bundle)} …`);
  const mine = new Query(bundles, typed, filters, { order: order.value, report });
  const results = mine.results();
  current = { query: mine, results };
  more.hidden = failure.hidden = ways.hidden = true;
  examples.hidden = !mine.isEmpty;
  status.textContent = "";
  if (!mine.isEmpty) return showNext(current, count, list.children.length);
  list.replaceChildren();
  remember();
}

// The month of a bundle in which a search begins.
const nextMonth = ({ months }) => (order.value === OLDEST ? months[0] : months.at(-1));

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
  if (query.failed.length && (await refreshBundles())) return run(begin, count);
  if (query.isCancelled) return;
  conclude(query);
  if (!query.found && !query.failed.length) await offerWays(query);
}

// The time and the outlet are read first.
function rowOf(post, phrases) {
  const row = document.createElement("li");
  const [time, medium, link, excerpt] = ["time", "span", "a", "p"].map((name) => document.createElement(name));
  time.textContent = post.time.slice(0, 16);
  time.dateTime = `${post.time.replace(" ", "T")}+08:00`;
  medium.className = "by";
  medium.textContent = post.medium;
  link.href = post.href;
  writeMarked(link, post.title, phrases);
  excerpt.className = "digest";
  const { text, from: start, to: end, isCut } = excerptOf(post, phrases);
  excerpt.append(isCut ? "…" : "");
  writeMarked(excerpt, text, phrases, start, end);
  excerpt.append(end < text.length ? "…" : "");
  row.append(time, " ", medium, " ", link, excerpt);
  return row;
}

function conclude(query) {
  const { found, pending, left, failed } = query;
  const rest = left.length ? `，${nextMonth(left[0])} 及更${order.value === OLDEST ? "晚" : "早"}的尚未搜索` : "";
  // The texts of those that are not shown yet decide whether they are results.
  const about = pending.length ? "约" : "";
  const sorted = query.isByTitle ? `，每 ${SORTED} 篇里标题有的在前` : "";
  status.textContent = found ? `找到${about} ${found + pending.length} 篇${sorted}${rest}` : nothing();
  more.hidden = !query.hasMore;
  if (failed.length) fail(`有的索引无法载入，其中的文章没有搜索：${failed.map(nextMonth).join("、")}`);
  remember();
}

const nothing = () => (from.value && to.value && from.value > to.value ? "没有找到：开始的日期晚于结束的日期" : "没有找到");

// Searches that ask for less and find something; without any, the examples.
async function offerWays(query) {
  const offered = ways.querySelector("ul");
  offered.replaceChildren();
  for await (const { label, changes } of waysBack(bundles, entered())) {
    if (query.isCancelled) return;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.addEventListener("click", () => change(changes));
    const row = document.createElement("li");
    row.append(button);
    offered.append(row);
  }
  if (query.isCancelled) return;
  ways.hidden = !offered.children.length;
  examples.hidden = !ways.hidden;
  status.textContent = `${nothing()}。${ways.hidden ? "下面是几个例子" : "下面的搜索有结果"}`;
}

function change(fields) {
  for (const [name, value] of Object.entries(fields)) form.elements[name].value = value;
  status.focus(); // the button goes away
  restart(0);
}

function fail(text) {
  failure.textContent = text;
  failure.hidden = false;
}

const lastDay = (month) => new Date(Date.UTC(month.slice(0, 4), month.slice(5), 0)).toISOString().slice(0, 10);

// The calendars of the fields open where there are articles.
function limitDays() {
  const months = bundles.flatMap((bundle) => bundle.months).sort();
  for (const field of [from, to]) {
    field.min = `${months[0]}-01`;
    field.max = lastDay(months.at(-1));
  }
}

// The tickers of the newest bundle: one does not have to choose among them.
async function offerTickers() {
  const labels = bundles.length ? await tickersOf(bundles[0]) : [];
  document.querySelector("#tickers").replaceChildren(...labels.sort().map((label) => new Option("", label)));
}

function readAddress() {
  const given = new URLSearchParams(location.search);
  // Unless the reader has typed something before this script ran.
  for (const field of [q, ticker]) field.value ||= given.get(field.name) ?? "";
  for (const field of [from, to, order]) field.value = given.get(field.name) ?? "";
  if (order.selectedIndex < 0) order.value = "";
  const month = given.get("month") ?? ""; // of links from the time before there was a range of days
  if (/^\d{4}-(0[1-9]|1[0-2])$/.test(month)) {
    from.value ||= `${month}-01`;
    to.value ||= lastDay(month);
  }
  const outlet = given.get("media") ?? "";
  if (outlet && ![...media.options].some(({ value }) => value === outlet)) media.add(new Option(outlet, outlet));
  media.value = outlet;
}

// For the way back to this page: the search in the address, how many results it shows, and how far it is scrolled. Not
// before there are results: the browser loads the page's icon again when the address changes.
function remember() {
  const filled = [...new FormData(form)].filter(([, value]) => value);
  const query = new URLSearchParams(filled).toString();
  history.replaceState({ shown: list.children.length, top: scrollY }, "", query ? `?${query}` : location.pathname);
}

async function run(task, ...args) {
  const running = task(...args);
  const mine = current;
  try {
    return await running;
  } catch (error) {
    if (await refreshBundles()) return run(begin);
    if (mine !== current) return; // another search has begun
    console.error(error);
    status.textContent = "";
    remember();
    return fail("搜索索引无法载入，请稍后再试。");
  }
}

let timer = 0;
function restart(wait) {
  clearTimeout(timer);
  if (wait) timer = setTimeout(run, wait, begin);
  else run(begin); // before the browser draws the key
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

// The browser compiles code when it runs for the first time. To have that done before the reader types, the newest post
// is searched by the infoCode in its URL, and shown nowhere.
async function warmUp() {
  const { href } = await postOf(bundles[0], 0, []);
  const { value: post } = await new Query(bundles.slice(0, 1), href, {}).results().next();
  if (post) rowOf(post, readPhrases(post.title));
}

// As the page was left, where the browser has not kept it.
async function start() {
  const { shown, top } = history.state ?? {};
  history.scrollRestoration = "manual";
  await run(begin, Math.max(PAGE, shown ?? 0));
  if (top) scrollTo(0, top);
  addEventListener("scrollend", remember);
  list.addEventListener("click", remember);
  if (current.query.isEmpty) warmUp().catch(() => {}); // a search would report the error
}

if (bundles.length) {
  readAddress();
  limitDays();
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
