# frozen_string_literal: true

require "cgi"

# Rows of days, of the index of tickers and of calendars, and the row of a post in any list.
module PageRows
  def self.row(entry, base, media)
    url, title, digest, medium, datetime, time =
      entry.values_at("url", "title", "digest", "medium", "datetime", "time").map { |text| CGI.escapeHTML(text.to_s) }
    digest = digest.empty? ? "" : %( <span class="digest">#{digest}</span>)
    by = media ? %( <span class="by">#{medium}</span>) : ""
    %(\n<li><a href="#{base}#{url}">#{title}</a>#{digest}#{by} <time datetime="#{datetime}">#{time}</time></li>)
  end

  # The posts of each hour of a day.
  def self.hours(entries)
    (entries || []).group_by { |entry| CGI.escapeHTML(entry["time"][0, 2]) }
  end

  # Links to the hours of a day with several.
  def hour_links(entries)
    hours = PageRows.hours(entries).keys
    links = hours.map { |hour| %(\n<a href="#h#{hour}">#{hour} 时</a>) }
    hours.size > 1 ? %(\n<nav class="groups" aria-label="按小时">#{links.join}\n</nav>) : ""
  end

  # The posts of a day, newest first, with a heading for each hour.
  def post_hours(entries, base)
    parts = PageRows.hours(entries).map do |hour, posts|
      rows = posts.map { |entry| PageRows.row(entry, base, true) }.join
      %(\n<h2 class="hour" id="h#{hour}">#{hour} 时 <small>#{posts.size} 篇</small></h2>\n<ul class="news short">#{rows}\n</ul>)
    end
    parts.join
  end

  # The rows of an index of tickers, which may have thousands.
  def ticker_rows(tickers, base, name_first)
    rows = tickers.map do |ticker|
      url, symbol, name = ticker.values_at("url", "symbol", "name").map { |text| CGI.escapeHTML(text.to_s) }
      label = (name_first ? [name, symbol] : [symbol, name]).reject(&:empty?).join(" ")
      %(\n<li><a href="#{base}#{url}">#{label}</a> <small>#{ticker["posts"].to_i} 篇</small></li>)
    end
    rows.join
  end

  # A row of squares: a digit for the level of each day.
  def heat_row(levels)
    squares = levels.to_s.each_char.map { |level| "<i class=l#{level.to_i}></i>" }
    %(<span class="days" aria-hidden="true">#{squares.join}</span>)
  end
end

Liquid::Template.register_filter(PageRows)
