# Print the first column of each row of a statement, with RSQLite.
arguments <- commandArgs(trailingOnly = TRUE)
database <- DBI::dbConnect(RSQLite::SQLite(), arguments[1], flags = RSQLite::SQLITE_RO)
cat(DBI::dbGetQuery(database, arguments[2])[[1]], sep = "\n")
