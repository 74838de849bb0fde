# frozen_string_literal: true

# Jekyll 4.3.1, which Debian ships, searches a list of all previous files for each file: quadratic, 40 seconds for 5,000
# posts. This is the fix of later versions (pull request 9187), with a set.
module Jekyll
  class Site
    def each_site_file
      seen = {}.compare_by_identity
      [pages, static_files_to_write, docs_to_write].each do |files|
        files.each do |file|
          next if seen[file]

          seen[file] = true
          yield file
        end
      end
    end
  end
end
