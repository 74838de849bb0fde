// Print what an extractor of npm reads from the pages of posts, their files given by stdin: EXTRACTOR MODULES.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [, , name, modules] = process.argv;
const require = createRequire(`${modules}/`);
const load = (module) => import(pathToFileURL(require.resolve(module)));

const extractors = {
  "@mozilla/readability": async () => {
    const { JSDOM } = await load("jsdom");
    const { Readability } = await load("@mozilla/readability");
    return (page, url) => {
      const found = new Readability(new JSDOM(page, { url }).window.document).parse();
      return { title: found.title, published: found.publishedTime, text: found.textContent, author: found.byline };
    };
  },
  "@extractus/article-extractor": async () => {
    const { extractFromHtml } = await load("@extractus/article-extractor");
    return async (page, url) => {
      const found = await extractFromHtml(page, url);
      return { title: found.title, published: found.published, html: found.content, author: found.author };
    };
  },
  "open-graph-scraper": async () => {
    const { default: scrape } = await load("open-graph-scraper");
    return async (html) => {
      const { result } = await (scrape.default ?? scrape)({ html });
      return { title: result.ogTitle, published: result.articlePublishedTime, author: result.author };
    };
  },
};

const extract = await extractors[name]();
for (const [file, url] of JSON.parse(readFileSync(0, "utf-8"))) {
  console.log(JSON.stringify({ url, ...(await extract(readFileSync(file, "utf-8"), url)) }));
}
