<?php
// Print the first column of each row of a statement, with PDO.
[, $file, $statement] = $argv;
$database = new PDO("sqlite:$file", null, null, [PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION]);
foreach ($database->query($statement, PDO::FETCH_COLUMN, 0) as $value) {
    echo $value, "\n";
}
