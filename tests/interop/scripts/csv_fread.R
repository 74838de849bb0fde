# Print the rows of a CSV file as data.table reads them; a second argument: without the doubled quotation marks.
arguments <- commandArgs(trailingOnly = TRUE)
is_helped <- length(arguments) > 1
articles <- as.data.frame(data.table::fread(arguments[1], encoding = "UTF-8", na.strings = if (is_helped) "" else "NA"))
is_text <- vapply(articles, is.character, logical(1))
if (is_helped) articles[is_text] <- lapply(articles[is_text], function(text) gsub('""', '"', text, fixed = TRUE))
jsonlite::stream_out(articles, stdout(), na = "null", verbose = FALSE, digits = NA, POSIXt = "ISO8601", UTC = TRUE)
