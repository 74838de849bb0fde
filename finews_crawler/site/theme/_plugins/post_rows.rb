# frozen_string_literal: true

# Rows of a list of posts that `finews site build` has formatted, as _includes/entries.html writes them for other posts.
# Liquid takes half a millisecond for a row, and the pages of a large month have tens of thousands. An entry with `html`
# is rows of the last build. The build takes them from there again: if you change the rows, change this file, and
# _plugins/page_rows.rb for those of days.
module PostRows
  def post_rows(entries, base, media)
    entries.map { |entry| entry["html"] || PageRows.row(entry, base, media) }.join
  end
end

Liquid::Template.register_filter(PostRows)
