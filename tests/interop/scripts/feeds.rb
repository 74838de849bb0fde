# Print the entries of Atom feeds, their URLs given, as Ruby's rss reads them: JSON lines.
require "json"
require "net/http"
require "rss"

ARGV.each do |address|
  feed = RSS::Parser.parse(Net::HTTP.get(URI(address)).force_encoding("UTF-8"), true)
  feed.entries.each_with_index do |entry, number|
    text = entry.content || entry.summary
    puts JSON.generate(
      feed: feed.title.content,
      self: feed.links.find { |link| link.rel == "self" }.href,
      number: number,
      id: entry.id.content,
      title: entry.title.content,
      link: entry.links.find { |link| [nil, "alternate"].include?(link.rel) }&.href,
      author: (entry.authors.empty? ? feed.authors : entry.authors).map { |author| author.name.content }.join(", "),
      tags: entry.categories.map(&:term),
      html: text ? text.content : "",
      published: entry.published.content.iso8601,
      updated: entry.updated.content.iso8601
    )
  end
end
