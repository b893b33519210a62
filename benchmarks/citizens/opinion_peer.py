"""Runs red-dwarf on the votes that come in, in an environment of its own; prints its groups.

Called by `opinion_groups --peer`: a separate process, as its packages are none of ours.
"""

import json
import sys


def main() -> None:
    """Read one conversation, print the group of each participant."""
    from reddwarf.implementations.base import run_pipeline  # type: ignore[import-not-found]

    told = json.load(sys.stdin)
    found = run_pipeline(
        votes=told["votes"],
        mod_out_statement_ids=told["moderated"],
        keep_participant_ids=told["keep"],
        force_group_count=told["groups"],
        random_state=0,
    )
    people = found.participants_df
    print(
        json.dumps({str(who): str(group) for who, group in people["cluster_id"].dropna().items()})
    )


if __name__ == "__main__":
    main()
