#!/bin/sh
# A good guess: normalising a URL changes its spelling and not the resource. RFC 3986, 6.2.2 lets a library change the
# case of scheme, host and percent-escapes, decode escapes of unreserved characters and remove dot segments, so that
# /%EF%BC%A1/ (a full-width A) stays as it is.
# What happens: Addressable::URI#normalize also applies Unicode's compatibility form NFKC to path, query and fragment.
# /%EF%BC%A1%E8%82%A1/ becomes /A%E8%82%A1/, and the circled digit %E2%91%A0 becomes 1: other resources. Two different
# paths are equal afterwards. The host and the escape of a plain Chinese character stay, so nothing looks wrong.
# Why it matters here: Jekyll's absolute_url filter normalises with it, so every link of a feed or sitemap to an outlet
# whose name has full-width letters or digits, as names in Chinese have, was a dead link. The theme replaces the filter.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -qq ruby-addressable=2.8.1-1 ruby-public-suffix=4.0.6+ds-2 2>/dev/null
for package in *.deb; do dpkg -x "$package" .; done
gems=usr/share/rubygems-integration/all/gems
cat > normalise.rb <<'RB'
require "addressable/uri"

PATHS = {
  "/%EF%BC%A1%E8%82%A1/" => "/A%E8%82%A1/", # full-width A, then a Chinese character
  "/%E2%91%A0?q=%EF%BC%91" => "/1?q=1", # circled digit one; full-width digit one
  "/%E8%82%A1/" => "/%E8%82%A1/", # the Chinese character alone
}.freeze

puts "addressable #{Addressable::VERSION::STRING}"
changed = PATHS.map do |path, expected|
  seen = Addressable::URI.parse("http://a.test#{path}").normalize.to_s.delete_prefix("http://a.test")
  puts "#{path} is normalised to #{seen}"
  seen == expected
end
abort "the behaviour has changed" unless changed.all?
RB
ruby -I "$gems/addressable-2.8.1/lib" -I "$gems/public_suffix-4.0.6/lib" normalise.rb
