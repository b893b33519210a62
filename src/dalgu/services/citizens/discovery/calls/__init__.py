"""Test-bed calls: from an application over review, site and permits to a measured run."""
