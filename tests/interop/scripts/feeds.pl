# Print the entries of Atom feeds as Perl's XML::Feed reads them, as JSON lines: 1 for texts of characters, and URLs.
use strict;
use warnings;
use HTTP::Tiny;
use JSON::PP;
use XML::Feed;

$XML::Atom::ForceUnicode = shift @ARGV;
my $json = JSON::PP->new->ascii;
for my $address (@ARGV) {
    my $content = HTTP::Tiny->new->get($address)->{content};
    my $feed = XML::Feed->parse(\$content) or die XML::Feed->errstr;
    my $number = 0;
    for my $entry ($feed->entries) {
        my $text = $entry->content->body // $entry->summary->body // "";
        print $json->encode({
            feed => $feed->title, self => $feed->self_link, number => $number++, id => $entry->id,
            title => $entry->title, link => $entry->link, author => $entry->author // "",
            tags => [$entry->category], html => $text,
            map { ($_->[0] => $_->[1]->strftime("%Y-%m-%dT%H:%M:%S%z")) }
                ["published", $entry->issued], ["updated", $entry->modified],
        }), "\n";
    }
}
