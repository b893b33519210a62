"""What was asked and what the documents did not answer: for those who keep them."""
