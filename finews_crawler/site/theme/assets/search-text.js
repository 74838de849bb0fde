// Text functions of the search: tokens, phrases of a query, excerpts, highlighting. All but writeMarked are pure.
//
// Text is divided as in the index: finews_crawler/site/search_text.py explains it, search-rules.json is the same for both.

export const rules = await (await fetch(new URL("search-rules.json", import.meta.url))).json();
const LETTER = /[\p{L}\p{N}]|[\u{20000}-\u{3ffff}]/u;
const TOKEN = new RegExp(`${rules.number}|[${rules.symbols}]|${LETTER.source}`, "gu");
const CODES = rules.codes.map(([pattern, replacement]) => [new RegExp(pattern, "gu"), replacement]);
const UNAMBIGUOUS = rules.unambiguous_codes.map(([pattern, replacement]) => [new RegExp(pattern, "gu"), replacement]);
const simplified = new Map([...rules.traditional].map((character, i) => [character, [...rules.simplified][i]]));
const folded = new Map([["，", " "]]);

const LENGTH = 120; // characters of an excerpt
const BEFORE = 80; // of them before the match, at most
const SENTENCE = /[^。！？；\n]+[。！？；\n]*[”’」』）]*/gu;
const CLAUSE = /[，：、—]/u;
const HEADLINE = /^【([^】]*)】/u;

// An infoCode, alone or in a share link, or its digits in the URL of a page of Eastmoney: the index has the code as a
// line of its own.
const INFO_CODE = /(?:[a-z]{2}|(?<=\/a\/))\d{18}(?!\d)/iu;

function fold(character) {
  let result = folded.get(character);
  if (result === undefined) {
    result = [...character.normalize("NFKD").toLowerCase()].map((each) => simplified.get(each) ?? each).join("");
    if (/[0-9]/.test(result) && !/\p{Nd}/u.test(character)) result = ` ${result} `;
    folded.set(character, result);
  }
  return result;
}

// The tokens of a text, and where each begins and ends in it.
export function tokenize(text) {
  let whole = "";
  const places = []; // by index in *whole*: start and end of the character it comes from
  let at = 0;
  for (const character of text) {
    const result = fold(character);
    for (let i = 0; i < result.length; i += 1) places.push([at, at + character.length]);
    whole += result;
    at += character.length;
  }
  const found = [...whole.matchAll(TOKEN)];
  return {
    tokens: found.map(([token]) => token.replaceAll(",", "")),
    spans: found.map(({ 0: token, index }) => [places[index][0], places[index + token.length - 1][1]]),
  };
}

const joined = (tokens) => ` ${tokens.join(" ")} `;
const replaceAll = (text, pairs) => pairs.reduce((all, [pattern, by]) => all.replace(pattern, by), text);

// The tokens, with a space around each: as they are, with the codes of securities in one form, and without the exchange
// where no other exchange has the code.
export function readings(tokens) {
  const first = joined(tokens);
  const uniform = replaceAll(first, CODES);
  return [...new Set([first, uniform, replaceAll(uniform, UNAMBIGUOUS)])];
}

// A space in a query separates phrases, except between Latin words, between one and a number, as in names, and before
// the unit of a number.
const LATIN_OR_NUMBER = /[a-z] [a-z0-9]|[0-9] [a-z]/;
const UNIT = /^[0-9] (?:[百千万亿]+(?:[美港欧日]?元|[股吨人家辆台套户]?$)|[美港欧日]?元|个?百分点|%|倍)/;

function divide(typed) {
  const runs = [];
  for (const run of typed.split(/\s+/u)) {
    const last = runs.at(-1) ?? "";
    const edge = `${[...last].slice(-1).map(fold).join("")} ${[...run].map(fold).join("")}`;
    if (LATIN_OR_NUMBER.test(edge.slice(0, 3)) || UNIT.test(edge)) runs[runs.length - 1] = `${last} ${run}`;
    else runs.push(run);
  }
  return runs;
}

// The phrases of a query: `600050 联通` has two, `A股大涨` one. Each is a list of readings, of which an article must have
// one.
export function readPhrases(typed) {
  const code = INFO_CODE.exec(typed);
  const phrases = (code ? [code[0]] : divide(typed)).map((run) => tokenize(run).tokens).filter((tokens) => tokens.length);
  return phrases.map(readings);
}

// Whether a line of an article has the phrase.
const lineHas = (line, phrase) => line.some((reading) => phrase.some((wanted) => reading.includes(wanted)));

export function hasPhrases(lines, phrases) {
  const read = lines.map((line) => readings(tokenize(line).tokens));
  return phrases.every((phrase) => read.some((line) => lineHas(line, phrase)));
}

// Start and end of each occurrence of a phrase in the text.
export function spansOf(text, phrases) {
  const { tokens, spans } = tokenize(text);
  const found = [];
  const inPlace = readings(tokens).filter((reading) => reading.split(" ").length === tokens.length + 2);
  for (const reading of inPlace) {
    for (const wanted of phrases.flat()) {
      const length = wanted.split(" ").length - 2;
      for (let at = reading.indexOf(wanted); at >= 0; at = reading.indexOf(wanted, at + 1)) {
        const first = reading.slice(0, at + 1).split(" ").length - 2;
        found.push([spans[first][0], spans[first + length - 1][1]]);
      }
    }
  }
  return found.sort(([a], [b]) => a - b);
}

// Appends the text between *from* and *to* to *element*, each phrase in a <mark>.
export function writeMarked(element, text, phrases, from = 0, to = text.length) {
  let at = from;
  for (const [start, end] of spansOf(text, phrases)) {
    if (start < at || end > to) continue;
    const mark = document.createElement("mark");
    mark.textContent = text.slice(start, end);
    element.append(text.slice(at, start), mark);
    at = end;
  }
  element.append(text.slice(at, to));
}

// The text without the title in front of it, and with each sentence once: the digest is often the first of them.
function withoutRepetition(title, text) {
  const key = (sentence) => joined(tokenize(sentence).tokens);
  const seen = new Set([key(title), key("")]);
  const body = text.replace(HEADLINE, (all, headline) => (seen.has(key(headline)) ? "" : all));
  const kept = (body.match(SENTENCE) ?? []).filter((sentence) => !seen.has(key(sentence)) && seen.add(key(sentence)));
  return kept.map((sentence) => sentence.replace(/(?<=[。！？；”])\n+$/u, "")).join("").trim();
}

// Where the sentence begins that has the character at *place*, or a clause if the sentence begins too far before it.
function beginning(text, place) {
  let from = 0;
  for (const { 0: sentence, index } of text.matchAll(SENTENCE)) {
    if (index > place) break;
    from = index + sentence.search(/\S/u);
  }
  if (place - from <= BEFORE) return { from, isCut: false };
  const clause = text.slice(place - BEFORE, place).search(CLAUSE) + 1;
  return { from: place - BEFORE + clause, isCut: true };
}

// The text from the sentence on that has its first match, or its beginning: the whole text, where the excerpt starts and
// ends in it, and whether the start is within a sentence.
export function excerptOf({ title, text }, phrases) {
  const short = withoutRepetition(title, text);
  const [[place, end]] = [...spansOf(short, phrases), [0, 0]];
  const { from, isCut } = beginning(short, place);
  const to = Math.min(short.length, Math.max(from + LENGTH, end));
  return { text: short.replaceAll("\n", " "), from, to, isCut };
}
