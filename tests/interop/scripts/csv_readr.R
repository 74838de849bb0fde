# Print the rows of a CSV file as readr reads them; a second argument: only empty cells are missing values.
arguments <- commandArgs(trailingOnly = TRUE)
missing <- if (length(arguments) > 1) "" else c("", "NA")
articles <- as.data.frame(readr::read_csv(arguments[1], na = missing, show_col_types = FALSE, progress = FALSE))
jsonlite::stream_out(articles, stdout(), na = "null", verbose = FALSE, digits = NA, POSIXt = "ISO8601", UTC = TRUE)
