# frozen_string_literal: true

# Corrections of what Jekyll and its plugins write for the names and texts of an archive.
module ValidOutput
  # The links of a post's footer, as in the original archive: a slug may have blanks, which a URL cannot have.
  FOOTER_LINK = %r!(?<=<p><a href=")[^"]*(?=">返回[^<]*</a>｜)!.freeze

  # Of Unicode, XML 1.0 allows this (section 2.2). A feed with anything else is unreadable as a whole.
  NOT_XML = %r![^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]!.freeze
  END_OF_CDATA = "]]>"

  # Jekyll's URL filters normalise (NFKC): for "Ａ" in a path they write "A", and the link leads nowhere.
  module ExactPaths
    def normalized_path
      path.to_s.match?(%r!\A/[\x21-\x7e]*\z!) ? path : super
    end
  end

  # Sets the outlet as the author of a post, for the feed; the site, if the post has none.
  class Authors < Jekyll::Generator
    def generate(site)
      site.posts.docs.each do |post|
        outlet = post.data["tags"].first.to_s.sub(%r!(?<=.)新闻\z!, "")
        post.data["author"] ||= outlet.empty? ? site.config["title"] : outlet # An author has a name (RFC 4287, 3.2.1).
      end
    end
  end

  def self.convert(post)
    head, link, tail = post.content.rpartition(FOOTER_LINK)
    post.content = head + link.gsub(" ", "%20") + tail
    post.content = post.content.gsub(END_OF_CDATA, "]]&gt;") # The feed has it in a CDATA section.
  end
end

Addressable::URI.prepend(ValidOutput::ExactPaths)
Jekyll::Hooks.register(:posts, :post_convert) { |post| ValidOutput.convert(post) }
Jekyll::Hooks.register(:pages, :post_render) do |page|
  page.output = page.output.gsub(ValidOutput::NOT_XML, "\uFFFD") if page.url.end_with?(".xml")
end
