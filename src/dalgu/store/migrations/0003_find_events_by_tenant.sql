-- Each tenant's reader asks for its own events; without this it would look at those of all others.
CREATE INDEX event_tenant ON event (tenant, seq);
