"""Puts the filling of registers together for one platform: its hub, its clock, its key."""

from dalgu.access.keys import read_keys
from dalgu.access.vault import Sealer
from dalgu.app.folder import Folder
from dalgu.app.platform import Platform
from dalgu.governance.filing import Filing
from dalgu.governance.importing import Desk
from dalgu.governance.pseudonyms import Pseudonyms


def filing(platform: Platform) -> Filing:
    """Return what fills the registers of a platform; persons are hidden by its key file."""
    keys = read_keys(Folder(platform.settings.data_path).key_file)
    pseudonyms = Pseudonyms(Sealer(keys).index)
    return Filing(Desk(platform.hub, pseudonyms, platform.clock), platform.access)
