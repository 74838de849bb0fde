// Text functions of the search: phrases of a query, excerpts, highlighting. All but writeMarked are pure.

const RUN = /[\p{L}\p{N}\p{M}]+/gu; // text between white space and punctuation
const WORD = /\p{Script=Han}|[^\p{Script=Han}]+/gu; // words of the index: "A股ETF" is A, 股, ETF
const BEFORE = 24; // characters of an excerpt before the match, and after it
const AFTER = 90;

// An infoCode, alone or in a share link. The index has `infoCode=NW…` of a link as one word, but also its digits alone,
// so the digits are searched for.
const INFO_CODE = /[a-z]{2}(\d{18})(?!\d)/iu;

// The end of a post: share link, footer, tickers. Searchable, but not part of an excerpt.
const ENDING = /\s*https?:\/\/\S+ 返回.*$/su;

// The phrases of a query: `600050 联通` has two, `A股大涨` one. Each has a query for Pagefind, quoted so that its words
// must be adjacent and unchanged, and a pattern to find it in text, where mark-up leaves spaces.
export function readPhrases(typed) {
  const code = INFO_CODE.exec(typed);
  const runs = new Set(code ? [code[1]] : (typed.toLowerCase().match(RUN) ?? []));
  const words = [...runs].map((run) => run.match(WORD));
  return words.map((phrase) => ({ query: `"${phrase.join(" ")}"`, pattern: phrase.join("\\s*") }));
}

function patternOf(phrases) {
  return phrases.length ? new RegExp(`(${phrases.map((phrase) => phrase.pattern).join("|")})`, "giu") : null;
}

// Appends *text* to *element*, each phrase in a <mark>.
export function writeMarked(element, text, phrases) {
  const pattern = patternOf(phrases);
  const pieces = pattern ? text.split(pattern) : [text];
  pieces.forEach((piece, i) => {
    if (i % 2 === 0) {
      element.append(piece);
    } else {
      const mark = document.createElement("mark");
      mark.textContent = piece;
      element.append(mark);
    }
  });
}

// Text of an article around the first match after its title; the beginning of the text if there is none.
export function excerptOf(article, phrases) {
  const title = article.meta.title ?? "";
  const content = article.content ?? "";
  const start = content.startsWith(title) ? title.length : 0;
  const text = content.slice(start).replace(/^[\s.]+/, "").replace(ENDING, "");
  const found = patternOf(phrases)?.exec(text);
  const from = Math.max(0, (found?.index ?? 0) - BEFORE);
  const to = from + BEFORE + AFTER;
  return `${from > 0 ? "…" : ""}${text.slice(from, to)}${to < text.length ? "…" : ""}`;
}
