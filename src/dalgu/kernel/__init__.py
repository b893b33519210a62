"""Words that everybody uses: errors, clock, units, ids, geometry, schedules, settings, text.

Nothing here knows of a city, a database or the web, and nothing here imports our own code.
"""
