"""Where citizens and programs ask: the page of the conversation and the door of JSON."""
