# Print the first column of each row of a statement, with DBD::SQLite.
use v5.32;
use warnings;
use Encode qw(decode_utf8);
use DBI;

my ($file, $statement) = @ARGV;
my %options = (RaiseError => 1, sqlite_unicode => 1, ReadOnly => 1);
my $database = DBI->connect("dbi:SQLite:dbname=$file", "", "", \%options);
binmode STDOUT, ":encoding(UTF-8)";
say for @{$database->selectcol_arrayref(decode_utf8($statement))};
