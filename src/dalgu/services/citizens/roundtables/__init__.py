"""The Citizens Roundtable, from its call to what became of its conclusions."""
