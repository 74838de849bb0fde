# frozen_string_literal: true

require "cgi"

# Rows of a list of posts that `finews site build` has formatted, as _includes/entries.html writes them for other posts.
# Liquid takes half a millisecond for a row, and the pages of a large month have tens of thousands. An entry with `html`
# is rows of the last build. The build takes them from there again: if you change the rows, change this file.
module PostRows
  def post_rows(entries, base, media)
    rows = entries.map do |entry|
      next entry["html"] if entry["html"]

      url, title, medium, datetime, time =
        entry.values_at("url", "title", "medium", "datetime", "time").map { |text| CGI.escapeHTML(text.to_s) }
      by = media ? %( <span class="by">#{medium}</span>) : ""
      %(\n<li><a href="#{base}#{url}">#{title}</a>#{by} <time datetime="#{datetime}">#{time}</time></li>)
    end
    rows.join
  end
end

Liquid::Template.register_filter(PostRows)
