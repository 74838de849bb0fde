# Print the rows of a CSV file as Ruby reads them.
require "csv"
require "json"

CSV.foreach(ARGV[0], headers: true) { |row| puts row.to_h.to_json }
