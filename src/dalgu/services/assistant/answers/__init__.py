"""What a question means and what answers it: pure, over sections in and a reply out."""
