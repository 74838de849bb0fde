# Print the articles of JSON lines on standard input as a data frame of R has them.
articles <- jsonlite::stream_in(file("stdin"), verbose = FALSE)
jsonlite::stream_out(articles, stdout(), na = "null", null = "null", verbose = FALSE, digits = NA)
