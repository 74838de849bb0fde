# Print the rows of a CSV file as R reads them; a second argument: only empty cells are missing values.
arguments <- commandArgs(trailingOnly = TRUE)
articles <- read.csv(arguments[1], na.strings = if (length(arguments) > 1) "" else "NA")
jsonlite::stream_out(articles, stdout(), na = "null", verbose = FALSE, digits = NA)
