# frozen_string_literal: true

# Reserves the space of images that are still to be loaded, so that the text below them does not move. Upstream's images
# have their size in their names, `…_w800h555.jpg`, and seldom in their mark-up, which is published as it is.
module ImageSizes
  NAMED = %r!<img\b[^>]*\ssrc="[^"]*_w([1-9]\d{0,3})h([1-9]\d{0,3})\.[^"]*"!.freeze

  def self.style(html)
    rules = html.scan(NAMED).uniq.map do |width, height|
      image = %(.post img[src*="_w#{width}h#{height}."])
      "#{image}{aspect-ratio:auto #{width}/#{height}}#{image}:not([width]){width:#{width}px}"
    end
    rules.empty? ? "" : "<style>#{rules.join}</style>\n"
  end
end

Jekyll::Hooks.register(:posts, :post_render) do |post|
  post.output = post.output.sub("</head>") { |head_end| ImageSizes.style(post.content) + head_end }
end
