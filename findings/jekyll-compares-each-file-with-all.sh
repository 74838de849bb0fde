#!/bin/sh
# A good guess: what Jekyll does for a post (read, render, write) costs the same however many posts there are, so that a
# site of 100,000 posts takes a hundred times as long as one of 1,000; only tags such as `where` in a layout, or
# `page.next` look through all posts.
# What happens: before Jekyll 4.3 writes a file, it compares it with each file before: its list of those is an array, and
# `include?` compares two documents by their dates and paths. That is n(n-1)/2 comparisons, eight million for 4,000 posts,
# which take thirteen seconds of the CPU; 100,000 posts would take two hours. A build goes through the files three times:
# to clean the old site, to find URLs that two of them share, and to write. Each `{% link %}` does so up to its file.
# Why it matters here: an archive grows for years. `finews site build` therefore gives Jekyll only the posts that have
# changed, 1,000 at a time at most; plain `jekyll build` in the same folder is for small archives.
set -eu
command -v jekyll >/dev/null || { echo "jekyll 4.3 is needed"; exit 1; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat > "$folder/compare.rb" <<'RB'
require "jekyll"

$comparisons = 0
Jekyll::Document.prepend(Module.new do
  def <=>(other)
    $comparisons += 1
    super
  end
end)

def measured(folder, posts)
  Dir.mkdir(folder)
  Dir.mkdir("#{folder}/_posts")
  posts.times { |number| File.write("#{folder}/_posts/2026-11-19-#{number}.md", "---\ntitle: news\n---\ntext\n") }
  site = Jekyll::Site.new(Jekyll.configuration("source" => folder, "quiet" => true, "disable_disk_cache" => true))
  site.reset
  site.read
  $comparisons = 0
  began = Process.clock_gettime(Process::CLOCK_PROCESS_CPUTIME_ID)
  files = 0
  site.each_site_file { files += 1 } # what the writer and the cleaner go through
  seconds = Process.clock_gettime(Process::CLOCK_PROCESS_CPUTIME_ID) - began
  puts "Jekyll #{Jekyll::VERSION}, #{files} files: #{$comparisons} comparisons, #{seconds.round(2)} s"
  abort "the behaviour has changed" unless $comparisons == posts * (posts - 1) / 2
end

measured("#{ARGV[0]}/small", 500)
measured("#{ARGV[0]}/large", 2000)
RB
ruby "$folder/compare.rb" "$folder"
