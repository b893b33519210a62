"""All tables over one connection: what a piece of work is given."""

import apsw

from dalgu.store.documents import Documents
from dalgu.store.expiries import Expiries
from dalgu.store.history import History
from dalgu.store.inspection import Inspection
from dalgu.store.ledger import Ledgers
from dalgu.store.messages import Messages
from dalgu.store.names import Names
from dalgu.store.outbox import Outbox
from dalgu.store.records import Records
from dalgu.store.tenancy import Tenancy


class Tables:
    """The tables by name. Those of the writer may change them, all others may read."""

    def __init__(self, connection: apsw.Connection) -> None:
        self.names = Names(connection)
        self.documents = Documents(connection, self.names)
        self.expiries = Expiries(connection)
        self.series = History(connection, self.names)
        self.messages = Messages(connection, self.names)
        self.outbox = Outbox(connection)
        self.records = Records(connection)
        self.ledger = Ledgers(connection)
        self.inspection = Inspection(connection, self.names)
        self.tenancy = Tenancy(connection)
