// A template of Eleventy: the posts of the site as JSON lines, in posts.jsonl.
module.exports = class {
  data() {
    return { permalink: "posts.jsonl", eleventyExcludeFromCollections: true };
  }

  render({ collections }) {
    return collections.all.map((post) => JSON.stringify({
      name: post.inputPath,
      title: post.data.title,
      published_at: post.date.toISOString(),
      slug: post.data.categories,
      tag: post.data.tags,
      html: post.content ?? post.templateContent,
    })).join("\n");
  }
};
