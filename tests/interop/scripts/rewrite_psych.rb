# Write the posts of the folder IN to OUT with front matter as Ruby's YAML dumps it: IN OUT.
require "yaml"

from, to = ARGV
Dir.glob("#{from}/*.md").each do |path|
  _, head, body = File.read(path, encoding: "utf-8").split("---\n", 3)
  values = YAML.safe_load(head, permitted_classes: [Time])
  File.write("#{to}/#{File.basename(path)}", "#{YAML.dump(values)}---\n#{body}")
end
