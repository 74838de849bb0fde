# frozen_string_literal: true

# A date without a zone is Beijing time, as in the first posts of the original archive. YAML reads it as UTC, so that
# Jekyll would show it eight hours late, and publish a post of the evening under the next day.
module BeijingDates
  DATE_WITHOUT_ZONE = %r!^date:[ \t]*(\d{4}-\d{1,2}-\d{1,2}(?:[Tt]|[ \t]+)\d{1,2}:\d{2}:\d{2}(?:\.\d*)?)[ \t\r]*$!.freeze

  private

  def read_content(**opts)
    super
    front_matter = File.read(path, :encoding => "bom|utf-8")[Jekyll::Document::YAML_FRONT_MATTER_REGEXP, 1]
    date = front_matter && front_matter[DATE_WITHOUT_ZONE, 1]
    data["date"] = Jekyll::Utils.parse_date("#{date} +0800") if date
  end
end

Jekyll::Document.prepend(BeijingDates)
