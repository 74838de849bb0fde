// Print the entries of feeds as the npm package named first reads them, as JSON lines: PACKAGE MODULES URL…
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [, , name, modules, ...urls] = process.argv;
const require = createRequire(`${modules}/`);
const load = async () => {
  try {
    return require(name);
  } catch {
    return import(pathToFileURL(require.resolve(name)));
  }
};
const list = (value) => (value === undefined || value === null ? [] : [value].flat());

const readers = {
  feedsmith: async (module, text) => {
    const { feed } = module.parseFeed(text);
    return feed.entries.map((entry) => ({
      feed: feed.title.value ?? feed.title,
      self: feed.links.find((link) => link.rel === "self").href,
      id: entry.id,
      title: entry.title.value ?? entry.title,
      link: list(entry.links).find((link) => (link.rel ?? "alternate") === "alternate")?.href,
      author: list(entry.authors).map((author) => author.name).join(", "),
      tags: list(entry.categories).map((category) => category.term),
      html: (entry.content?.value ?? entry.content) || (entry.summary?.value ?? entry.summary) || "",
      published: entry.published,
      updated: entry.updated,
    }));
  },
  "rss-parser": async (module, text) => {
    const feed = await new module({ customFields: { item: ["updated", "published", ["category", "terms", { keepArray: true }]] } }).parseString(text);
    return feed.items.map((entry) => ({
      feed: feed.title,
      id: entry.id,
      title: entry.title,
      link: entry.link,
      author: entry.author ?? "",
      tags: list(entry.terms).map((category) => category.$.term),
      html: entry.content ?? entry.summary ?? "",
      published: entry.published ?? entry.isoDate,
      updated: entry.updated ?? entry.isoDate,
    }));
  },
  "@rowanmanning/feed-parser": async (module, text) => {
    const feed = module.parseFeed(text);
    return feed.items.map((entry) => ({
      feed: feed.title,
      self: feed.self,
      id: entry.id,
      title: entry.title,
      link: entry.url,
      author: entry.authors.map((author) => author.name).join(", "),
      tags: entry.categories.map((category) => category.term),
      html: entry.content ?? entry.description ?? "",
      published: entry.published.toISOString(),
      updated: entry.updated.toISOString(),
    }));
  },
  feedparser: (module, text, url) =>
    new Promise((resolve, reject) => {
      const parser = new module({ feedurl: url });
      const entries = [];
      parser.on("error", reject);
      parser.on("readable", () => {
        for (let entry = parser.read(); entry; entry = parser.read()) entries.push(entry);
      });
      parser.on("end", () =>
        resolve(entries.map((entry) => ({
          feed: entry.meta.title,
          self: entry.meta.xmlurl ?? entry.meta.xmlUrl,
          id: entry.guid,
          title: entry.title,
          link: entry.link,
          author: entry.author ?? "",
          tags: entry.categories,
          html: entry.description ?? "",
          published: entry.pubdate.toISOString(),
          updated: entry.date.toISOString(),
        }))));
      parser.end(text);
    }),
  "@extractus/feed-extractor": async (module, text, url) => {
    const feed = module.extractFromXml(text, { normalization: false, baseUrl: url });
    return list(feed.entry).map((entry) => ({
      feed: feed.title,
      id: entry.id,
      title: entry.title,
      link: entry.link,
      author: list(entry.author).map((author) => author.name).join(", "),
      tags: list(entry.category).map((category) => category["@_term"]),
      html: entry.content?.["#text"] ?? entry.content ?? entry.summary ?? "",
      published: entry.published,
      updated: entry.updated,
    }));
  },
};

const loaded = await load();
const module = loaded.default ?? loaded;
for (const url of urls) {
  const text = await (await fetch(url)).text();
  const entries = await readers[name](module.parseFeed || module.extractFromXml ? module : loaded.default ?? loaded, text, url);
  entries.forEach((entry, number) => console.log(JSON.stringify({ url, number, ...entry })));
}
