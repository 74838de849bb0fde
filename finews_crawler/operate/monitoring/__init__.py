"""What of a run is to alarm somebody, and how they hear of it: judged when the spider closes, told once a day."""
