# Print the first column of each row of a statement, with the package sqlite3.
package require sqlite3
fconfigure stdout -encoding utf-8
lassign $argv file statement
sqlite3 database $file -readonly true
foreach value [database eval $statement] {puts $value}
