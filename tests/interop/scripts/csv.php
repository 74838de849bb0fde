<?php
// Print the rows of a CSV file as PHP reads them; a second argument: without an escape.
$file = fopen($argv[1], "r");
$escape = count($argv) > 2 ? "" : "\\";
$names = fgetcsv($file, null, ",", '"', $escape);
while (($row = fgetcsv($file, null, ",", '"', $escape)) !== false) {
    if (count($row) !== count($names)) {
        fwrite(STDERR, "a row of " . count($row) . " cells instead of " . count($names) . "\n");
        exit(1);
    }
    echo json_encode(array_combine($names, $row), JSON_THROW_ON_ERROR), "\n";
}
