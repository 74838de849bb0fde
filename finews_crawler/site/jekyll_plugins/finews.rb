# frozen_string_literal: true

require "digest"
require "json"

# What `scrapy site build` tells Jekyll, and learns from it. The site's own folder needs none of it: its configuration
# has no `finews`.
module Finews
  def self.read(site, name)
    path = site.config.dig("finews", name)
    path ? JSON.parse(File.read(path, :encoding => "utf-8")) : nil
  end

  # Gives each post what only the index knows: its tickers, and where its category lies. Of a post that is not in it
  # the category is what Jekyll reads.
  class Facts < Jekyll::Generator
    priority :highest

    def generate(site)
      facts = Finews.read(site, "facts") || {}
      moved = Finews.read(site, "moved") || {}
      site.posts.docs.each do |post|
        post.data.merge!(facts[post.relative_path] || moved[post.data["categories"].first.to_s] || {})
        post.data["day_url"] = post.date.strftime("/%Y/%m/%d.html")
        post.data["month"] = post.date.strftime("%Y-%m")
        post.data["body_sha256"] = Finews.body_sha256(post.content)
      end
    end
  end

  # Makes the listing pages, or gives those that lie in the site's folder what they list.
  class Listings < Jekyll::Generator
    priority :high

    def generate(site)
      listings = Finews.read(site, "listings") || []
      pages = site.pages.to_h { |page| [page.relative_path, page] }
      listings.each do |listing|
        page = pages[listing["source"]] || add(site, listing["path"])
        page.data.merge!(listing["data"])
      end
    end

    private

    def add(site, path)
      page = Jekyll::PageWithoutAFile.new(site, site.source, File.dirname(path), File.basename(path))
      site.pages << page
      page
    end
  end

  # A post is its body, with the digest quoted above it in the rolling form, the link and the footer.
  POST = %r!\A(?:> [^\n]*\n\n)?(.*)\n\n<[^\n]*>\n\n\[返回[^\n]*\z!m.freeze

  # Rendering erases what stood between two paragraphs. Whoever reads the page can tell the body's bytes by this.
  def self.body_sha256(content)
    body = content[POST, 1]
    body && Digest::SHA256.hexdigest(body)
  end

  # A footer names its category by the address that the archive gives it. Where a site cannot have that one, since
  # another differs from it in case only, the rendered page leads to the one it has.
  FOOTER = %r!(<p><a href="[^"]*?)/category/[^"]*(">返回[^<]*</a>｜)!.freeze

  def self.mend_footer(post)
    address = post.data["footer_url"]
    return unless address

    head, footer, tail = post.content.rpartition(FOOTER)
    post.content = head + footer.sub(FOOTER) { "#{Regexp.last_match(1)}#{address}#{Regexp.last_match(2)}" } + tail
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
      }
    end
    File.write(path, JSON.generate(posts), :encoding => "utf-8")
  end
end

Jekyll::Hooks.register(:posts, :post_convert) { |post| Finews.mend_footer(post) }
Jekyll::Hooks.register(:site, :post_write) { |site| Finews.list_posts(site) }
