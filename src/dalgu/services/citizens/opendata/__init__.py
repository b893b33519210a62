"""Open data of the citizens' service: every night, with schema, licence and tombstones."""
