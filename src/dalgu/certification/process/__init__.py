"""The legal process of a certification: from the call to a certificate's end, as a sealed log.

What is scored, and how, is told by `certification.scoring`; papers and signatures are made by
`certification.certificate`. Here are roles, stages, votes, notices, deadlines and dates.
"""
