// Access to the search index: finews_crawler/site/search_index.py describes its files.

import { hasPhrases, readings, rules, tokenize } from "./search-text.js";

const ROOT = new URL("../search-index/", import.meta.url);
const files = new Map(); // contents by URL, as promises
const counts = new Map(); // by gram that has been looked up: in how many posts of a bundle it was, at most

const CRC = Uint32Array.from({ length: 256 }, (_, n) => {
  let value = n;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function crc32(text) {
  const bytes = new TextEncoder().encode(text);
  return (bytes.reduce((value, byte) => CRC[(value ^ byte) & 255] ^ (value >>> 8), 0xffffffff) ^ 0xffffffff) >>> 0;
}

async function read(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  const content = await response.arrayBuffer();
  const [first, second] = new Uint8Array(content, 0, 2);
  // Some web servers declare a gzipped file as encoded, so that the browser has already decompressed it.
  return JSON.parse(first === 0x1f && second === 0x8b ? await decompress(content) : new TextDecoder().decode(content));
}

// A blob's stream would take the way through another process, and that of a response through a pipe, which costs more
// than the decompression.
async function decompress(content) {
  const { readable, writable } = new DecompressionStream("gzip");
  const writer = writable.getWriter();
  for (const writing of [writer.write(content), writer.close()]) writing.catch(() => {}); // *readable* has the error
  const [reader, decoder] = [readable.getReader(), new TextDecoder()];
  let text = "";
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    text += decoder.decode(part.value, { stream: true });
  }
  return text;
}

function load(bundle, name) {
  const url = new URL(`${encodeURIComponent(bundle.folder)}/${name}`, ROOT).href;
  if (!files.has(url)) {
    files.set(url, read(url));
    files.get(url).catch(() => files.delete(url)); // the next search tries again
  }
  return files.get(url);
}

const valueOf = (object, key) => (Object.hasOwn(object, key) ? object[key] : []);

function numbersOf(differences) {
  let last = 0;
  return differences.map((difference) => (last += difference));
}

const union = (lists) => [...new Set(lists.flat())].sort((a, b) => a - b);

function intersection(lists) {
  const [shortest, ...others] = [...lists].sort((a, b) => a.length - b.length);
  const sets = others.map((list) => new Set(list));
  return shortest.filter((number) => sets.every((set) => set.has(number)));
}

// The grams to look up for a phrase: for each of its readings, or in common for all of them. A code of a security is a
// token in all of its spellings. *count*: of each list, if there are as many.
export function gramsOf(phrase, count) {
  const numbers = phrase.map((reading) => tokensOf(reading).filter((token) => rarity(token) === NUMBER));
  const common = phrase.length > 1 && numbers[0].find((number) => numbers.every((others) => others.includes(number)));
  return common ? [[common]] : phrase.map((reading) => pairsOf(tokensOf(reading), count));
}

const tokensOf = (reading) => reading.trim().split(" ");

// Pairs of adjacent tokens, spread over the phrase, or its only token; the rarest first.
function pairsOf(tokens, count) {
  if (tokens.length === 1) return tokens;
  const pairs = tokens.slice(1).map((token, i) => `${tokens[i]} ${token}`);
  const step = Math.max(1, (pairs.length - 1) / (count - 1));
  const places = Array.from({ length: Math.min(count, pairs.length) }, (_, i) => Math.round(i * step));
  // Most Chinese words have two characters: of 中国联通, the pair 国联 is the rarest.
  const guesses = places.map((place) => [rarity(pairs[place]) + (place % 2) / 2, pairs[place]]);
  return [...new Set(guesses.sort(([a], [b]) => b - a).map(([, pair]) => pair))];
}

const NUMBER = 3;

// A guess: grams with a long number are the rarest, then those of two kinds of characters, then Chinese ones.
function rarity(gram) {
  if (/[0-9.]{3}/.test(gram)) return NUMBER;
  const kinds = [/\p{Script=Han}/u, /[0-9]/, /[a-z]/].filter((kind) => kind.test(gram)).length;
  return kinds > 1 ? 2 : Number(/\p{Script=Han}/u.test(gram));
}

async function withGram(bundle, gram) {
  const shards = Math.ceil(bundle.posts / rules.posts_per_shard);
  const postings = await load(bundle, `grams/${crc32(gram) % shards}`);
  const differences = valueOf(postings, gram);
  counts.set(gram, Math.max(counts.get(gram) ?? 0, differences.length));
  return numbersOf(differences);
}

const countOf = (gram) => counts.get(gram) ?? Infinity;
const least = (list, cost) => list.reduce((best, each) => (cost(each) < cost(best) ? each : best));

// Of the grams of the phrases, those of one phrase, and for each of its readings the one that the fewest posts have, as
// far as the lookups before have shown.
export function rarest(grams) {
  const single = grams.map((readings) => readings.map((some) => [least(some, countOf)]));
  const posts = (readings) => readings.reduce((sum, [gram]) => sum + countOf(gram), 0);
  return grams.length ? [least(single, posts)] : [];
}

const withGrams = async (bundle, grams) => intersection(await Promise.all(grams.map((gram) => withGram(bundle, gram))));

// Those that have all grams of one of the readings.
async function withPhrase(bundle, readings) {
  return union(await Promise.all(readings.map((grams) => withGrams(bundle, grams))));
}

async function withMedium(bundle, medium) {
  return numbersOf(valueOf((await load(bundle, "facets")).media, medium));
}

export async function tickersOf(bundle) {
  return Object.keys(await load(bundle, "tickers"));
}

async function withTicker(bundle, typed) {
  const tickers = Object.entries(await load(bundle, "tickers"));
  const matching = tickers.filter(([label]) => isTicker(label, typed));
  return union(matching.map(([, differences]) => numbersOf(differences)));
}

const squeezed = (text) => readings(tokenize(text).tokens).map((reading) => reading.replaceAll(" ", ""));

// A ticker is its symbol and a name, "600050.SH 中国联通": the beginning of its code, with or without the exchange, in
// any spelling, is enough, or a part of its name. Codes of Hong Kong are often written without the zeros before them.
export function isTicker(label, typed) {
  const [symbol, ...rest] = label.split(" ");
  const [name, whole, code] = [rest.join(" "), symbol, symbol.split(".")[0]].map((text) => squeezed(text)[0]);
  const short = whole.endsWith("hk") ? [whole, code].map((text) => text.replace(/^0+/, "")) : [];
  const begins = (codes, form) => codes.some((one) => (one + name).startsWith(form) || (name + one).startsWith(form));
  return squeezed(typed).some((form) => {
    return form && (name.includes(form) || begins([whole, code], form) || begins(short, form.replace(/^0+/, "")));
  });
}

const monthOf = (day) => day.slice(0, 7);

// Whether a bundle may have posts of a range of days, whose ends may be '' for all.
export function mayHave({ months }, { from, to }) {
  return months.some((month) => (!from || month >= monthOf(from)) && (!to || month <= monthOf(to)));
}

// A range that has all of the bundle's months asks nothing of its posts.
function hasAll({ months }, { from, to }) {
  return (!from || from <= `${months[0]}-01`) && (!to || to >= `${months.at(-1)}-31`);
}

async function ofDays(bundle, { from, to }) {
  const { days } = await load(bundle, "facets");
  const chosen = Object.entries(days).filter(([day]) => (!from || day >= from) && (!to || day <= to));
  return union(chosen.map(([, [first, count]]) => Array.from({ length: count }, (_, i) => first + i)));
}

// The numbers of the posts that have the grams of each phrase and the chosen outlet, days and ticker, newest first.
export async function candidates(bundle, grams, filters) {
  const lists = grams.map((readings) => withPhrase(bundle, readings));
  if (filters.media) lists.push(withMedium(bundle, filters.media));
  if (!hasAll(bundle, filters)) lists.push(ofDays(bundle, filters));
  if (filters.ticker) lists.push(withTicker(bundle, filters.ticker));
  if (!lists.length) return Array.from({ length: bundle.posts }, (_, number) => number);
  return intersection(await Promise.all(lists));
}

// The post, or null if it does not have the phrases.
export async function postOf(bundle, number, phrases) {
  const posts = await load(bundle, `posts/${Math.floor(number / rules.posts_per_file)}`);
  const [url, title, medium, time, tickers, code, text] = posts[number % rules.posts_per_file];
  if (!hasPhrases([title, medium, ...tickers, code, ...text.split("\n")], phrases)) return null;
  return { href: new URL(`..${url}`, ROOT).pathname, title, medium, time, text };
}
