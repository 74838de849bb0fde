// Text of the search: what is typed as phrases, what is found with the phrases marked. Pure, but for writeMarked.

const RUN = /[\p{L}\p{N}\p{M}]+/gu; // what stands between white space and punctuation
const WORD = /\p{Script=Han}|[^\p{Script=Han}]+/gu; // as the index has them: "A股ETF" is A, 股, ETF
const BEFORE = 24; // characters of an excerpt before what was found, and after it
const AFTER = 90;

// An infoCode, on its own or in a share link. There it follows `infoCode=`, with which it is one word to the index; its
// digits are one too.
const INFO_CODE = /[a-z]{2}(\d{18})(?!\d)/iu;

// What ends a post: the share link, the way back, the tickers. Found, but nothing to show.
const ENDING = /\s*https?:\/\/\S+ 返回.*$/su;

// The phrases of what is typed: `600050 联通` is two, `A股大涨` one. Each with how Pagefind is asked for it (in quotes, so
// that its words must stand together, and stand as they are) and how it looks in a text, where mark-up leaves spaces.
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

// Some text of an article around the first phrase that stands below its title; its beginning where none does.
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
