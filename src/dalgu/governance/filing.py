"""Who filled which register: an import with its entry in the audit chain."""

from collections.abc import Callable

from dalgu.access.access import Access
from dalgu.access.actor import Actor
from dalgu.access.policy import Operation
from dalgu.devices.progress import Progress
from dalgu.governance.importing import Desk, Options, import_register, no_progress
from dalgu.governance.register import Register
from dalgu.governance.report import Report


class Filing:
    """Fills registers for an actor and writes each filling down."""

    def __init__(self, desk: Desk, access: Access) -> None:
        self.desk = desk
        self._access = access

    async def fill(  # noqa: PLR0913 - each part is its caller's to choose
        self,
        actor: Actor,
        register: Register,
        name: str,
        body: bytes,
        options: Options,
        *,
        progress: Callable[[Progress], None] = no_progress,
    ) -> Report:
        """Fill a register from a file; raise what `import_register` does."""
        report = await import_register(self.desk, register, name, body, options, progress=progress)
        if report.is_stored:
            await self._access.audit(
                actor,
                Operation.REGISTER_WRITE,
                f"register/{register.name}",
                sha256=report.sha256,
                rows=report.rows,
                stored=report.stored,
                rejected=report.rejected,
                closed=report.closed,
                deleted=report.deleted,
            )
        return report
