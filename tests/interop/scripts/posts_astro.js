// A page of Astro: the posts of the collection as JSON lines.
import { getCollection } from "astro:content";

export async function GET() {
  const posts = await getCollection("posts");
  const lines = posts.map(({ id, data, rendered }) => JSON.stringify({
    name: id,
    title: data.title,
    published_at: new Date(data.date).toISOString(),
    slug: data.categories,
    tag: data.tags,
    html: rendered.html,
  }));
  return new Response(lines.join("\n"));
}
