"""Following: news of a thing by digest, feed, calendar or hook; terms of the law at once."""
