"""Where those who keep the documents and those who answer in person work."""
