// Print the posts of a Hexo site, its folder given, as JSON lines.
import { createRequire } from "node:module";

const require = createRequire(`${process.argv[3]}/`);
const Hexo = require("hexo");
const hexo = new Hexo(process.argv[2], { silent: true });
await hexo.init();
await hexo.load();
for (const post of hexo.locals.get("posts").toArray()) {
  console.log(JSON.stringify({
    name: post.source,
    title: post.title,
    published_at: post.date.toISOString(),
    slug: post.categories.toArray().map((category) => category.name),
    tag: post.tags.toArray().map((tag) => tag.name),
    html: post.content,
  }));
}
await hexo.exit();
