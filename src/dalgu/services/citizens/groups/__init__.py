"""Opinion groups as Polis forms them: matrices in, groups out."""
