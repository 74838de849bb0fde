# frozen_string_literal: true

require "digest"
require "json"
require "securerandom"

# Exchanges data with `finews site build` through the JSON files that the setting `finews` names. Without that setting,
# as in a plain `jekyll build` of the site folder, it does nothing.
module Finews
  def self.read(site, name)
    path = site.config.dig("finews", name)
    path ? JSON.parse(File.read(path, :encoding => "utf-8")) : nil
  end

  # Adds to each post the fields that only the index has: its tickers and the URL of its category. A post that is not in
  # the index keeps the category in its front matter.
  class PostMetadata < Jekyll::Generator
    priority :highest

    def generate(site)
      metadata = Finews.read(site, "metadata") || {}
      moved = Finews.read(site, "moved") || {}
      site.posts.docs.each do |post|
        post.data.merge!(metadata[post.relative_path] || moved[post.data["categories"].first.to_s] || {})
        Finews.free_folder(post)
        post.data["day_url"] = post.date.strftime("/%Y/%m/%d.html")
        post.data["body_sha256"] = Finews.body_sha256(post.content)
      end
    end
  end

  MAX_FOLDER_BYTES = 250

  # A folder cannot have the name of a file at the root of the site, as that of a post in the category `robots.txt` would.
  # Posts written today have no such category.
  def self.free_folder(post)
    first = post.data["categories"].first.to_s.downcase
    root_file = post.site.config.dig("finews", "root_file")
    return unless root_file && (first.match?(/\A(?:#{root_file})\z/m) || first.bytesize > MAX_FOLDER_BYTES)

    folder = first.gsub(%r![^[:alnum:] _()-]!, "-")[0, MAX_FOLDER_BYTES / 4]
    post.data["permalink"] = "/#{folder}/:year/:month/:day/:title:output_ext"
  end

  # Places of the entries of the listings in the file with all listings, by page.
  ENTRIES = {}.compare_by_identity

  # Creates the listing pages, and adds the posts to those that are files of the site folder. The file has two lines for
  # each listing: its front matter, and the entries, of which only those of one page are in memory at a time.
  class Listings < Jekyll::Generator
    priority :high

    def generate(site)
      path = site.config.dig("finews", "listings")
      path && File.open(path, :encoding => "utf-8") do |file|
        pages = site.pages.to_h { |page| [page.relative_path, page] }
        while (head = file.gets)
          listing = JSON.parse(head)
          page = pages[listing["source"]] || add(site, listing["path"])
          page.data.merge!(listing["data"])
          ENTRIES[page] = file.pos
          file.gets # the entries
        end
      end
    end

    private

    def add(site, path)
      page = Jekyll::PageWithoutAFile.new(site, site.source, File.dirname(path), File.basename(path))
      site.pages << page
      page
    end
  end

  def self.read_entries(page, payload)
    place = ENTRIES[page]
    return unless place

    line = File.open(page.site.config.dig("finews", "listings"), :encoding => "utf-8") do |file|
      file.seek(place)
      file.gets
    end
    return if line == "\n"

    payload["page"]["entries"] = JSON.parse(line).each { |entry| read_kept(entry) }
  end

  # Places of rows of the last build, which a list has again, by the mark that stands for them while its page is
  # rendered: Liquid counts the characters of what it writes, in each of the layouts, which takes long for megabytes.
  KEPT = {}
  MARK = "finews-rows-#{SecureRandom.hex}-"
  MARKS = %r!(#{MARK}\d+-)!.freeze

  def self.read_kept(entry)
    kept = entry["kept"]
    return unless kept

    entry["html"] = kept["end"] > kept["begin"] ? "#{MARK}#{KEPT.size}-" : ""
    KEPT[entry["html"]] = kept
  end

  # Puts the rows into a file that was written with their marks. The system copies them: Ruby would read megabytes.
  def self.fill(page)
    return unless page.output&.include?(MARK)

    File.open(page.destination(page.site.dest), "wb") do |file|
      page.output.split(MARKS).each do |part|
        kept = KEPT[part]
        kept ? IO.copy_stream(kept["page"], file, kept["end"] - kept["begin"], kept["begin"]) : file.write(part)
      end
    end
  end

  # Writes a listing as soon as it is rendered: those of a large site would not fit into memory together.
  def self.write_early(page)
    return unless ENTRIES.delete(page)

    page.write(page.site.dest)
    page.output = ""
    page.define_singleton_method(:write) { |_| nil }
  end

  # A post: in the rolling form its digest as a quote, then its body, the link and the footer.
  POST = %r!\A(?:> [^\n]*\n\n)?(.*)\n\n<[^\n]*>\n\n\[返回[^\n]*\z!m.freeze

  # Rendering loses the white space between paragraphs. With this hash a crawler can restore the bytes of the body.
  def self.body_sha256(content)
    body = content[POST, 1]
    body && Digest::SHA256.hexdigest(body)
  end

  # A footer links to its category by the URL of the original site. If the page has been moved, because another
  # category's differs from it only in case, the rendered page links to the new URL.
  FOOTER = %r!(<p><a href="[^"]*?)/category/[^"]*(">返回[^<]*</a>｜)!.freeze

  # The two links of a footer. They begin with the URL that the archive had when it wrote the post.
  FOOTER_LINKS = %r!<p><a href="[^"]*">返回[^<]*</a>｜<a href="[^"]*">返回首页</a></p>!.freeze

  # The footer leads to pages of the site that is being read, whatever host or path it has.
  def self.rebase_footer(post)
    archive = post.site.config.dig("finews", "archive_url").to_s
    return if archive.empty?

    head, footer, tail = post.content.rpartition(FOOTER_LINKS)
    post.content = head + footer.gsub(%(href="#{archive}/), %(href="#{post.site.config["baseurl"]}/)) + tail
  end

  def self.relink_footer(post)
    address = post.data["footer_url"]
    return unless address

    head, footer, tail = post.content.rpartition(FOOTER)
    post.content = head + footer.sub(FOOTER) { "#{Regexp.last_match(1)}#{address}#{Regexp.last_match(2)}" } + tail
  end

  # Pages that are to be in no sitemap: redirects, and those of the user's own with `sitemap: false`.
  def self.list_unlisted(site)
    path = site.config.dig("finews", "unlisted")
    return unless path

    unlisted = site.pages.select { |page| page.data["sitemap"] == false }
    files = unlisted.map { |page| page.destination(site.dest).delete_prefix("#{site.dest}/") }
    File.write(path, JSON.generate(files), :encoding => "utf-8")
  end

  # The time of a post in the sitemap, as jekyll-sitemap has it; "" for a post that is to be in none.
  def self.modified_at(post)
    return "" if post.data["sitemap"] == false

    time = post.data["last_modified_at"] || post.date
    (time.respond_to?(:xmlschema) ? time : Jekyll::Utils.parse_date(time.to_s)).xmlschema
  end

  def self.list_posts(site)
    path = site.config.dig("finews", "manifest")
    return unless path

    posts = site.posts.docs.map do |post|
      {
        "source"     => post.relative_path,
        "file"       => post.destination(site.dest).delete_prefix("#{site.dest}/"),
        "url"        => post.url,
        "title"      => post.data["title"].to_s,
        "date"       => post.date.strftime("%Y-%m-%d %H:%M:%S %z"),
        "categories" => post.data["categories"],
        "tags"       => post.data["tags"],
        "sitemap"    => modified_at(post),
      }
    end
    File.write(path, JSON.generate(posts), :encoding => "utf-8")
  end
end

# Entries of the feed keep their id when the URL of a post changes.
module FeedId
  def id
    data["feed_id"] || super
  end
end

# jekyll-feed passes titles through `smartify`, which takes a quotation mark after a Chinese character for a closing one.
# In the feed a title is as in the post.
module FeedTitles
  def smartify(input)
    @context.registers[:page]["url"] == "/feed.xml" ? input.to_s : super
  end
end

Jekyll::Document.prepend(FeedId)
Liquid::Template.register_filter(FeedTitles)
Jekyll::Hooks.register(:posts, :post_convert) do |post|
  Finews.relink_footer(post)
  Finews.rebase_footer(post)
end
Jekyll::Hooks.register(:pages, :post_render, :priority => :low) { |page| Finews.write_early(page) }
Jekyll::Hooks.register(:pages, :post_write, :priority => :high) { |page| Finews.fill(page) }
Jekyll::Hooks.register(:pages, :pre_render) { |page, payload| Finews.read_entries(page, payload) }
Jekyll::Hooks.register(:site, :post_write) do |site|
  Finews.list_posts(site)
  Finews.list_unlisted(site)
end
