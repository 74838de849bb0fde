# Print the first column of each row of a statement, with the gem sqlite3.
require "sqlite3"

SQLite3::Database.new(ARGV[0], readonly: true).execute(ARGV[1]) { |row| puts row[0] }
