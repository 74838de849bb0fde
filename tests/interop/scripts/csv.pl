# Print the rows of a CSV file as Text::CSV reads them.
use v5.32;
use warnings;
use JSON::PP;
use Text::CSV;

my $csv = Text::CSV->new({binary => 1, auto_diag => 2});
open my $file, "<:encoding(UTF-8)", $ARGV[0] or die $!;
$csv->header($file, {munge_column_names => "none"});
while (my $row = $csv->getline_hr($file)) {say encode_json($row)}
