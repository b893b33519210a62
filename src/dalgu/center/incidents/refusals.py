"""Why a deed about an incident is refused, each with what can be done instead."""

from datetime import timedelta

from dalgu.kernel.errors import DalguError, InvalidInput, NotExisting


class IncidentNotExisting(NotExisting):
    """No incident has this number."""

    slug = "incident-not-existing"
    title = "The incident does not exist"

    def __init__(self, number: int) -> None:
        super().__init__(f"Incident {number} does not exist.", incident=number)


class StepNotPossible(DalguError):
    """The incident is not in a state from which this can be done."""

    status = 409
    slug = "step-not-possible"
    title = "The step is not possible"

    def __init__(self, number: int, state: str, step: str) -> None:
        super().__init__(
            f"Incident {number} is {state}; the step '{step}' is not possible from there.",
            incident=number,
            incident_status=state,
            step=step,
        )


class IncidentMerged(DalguError):
    """The incident goes on as another."""

    status = 409
    slug = "incident-merged"
    title = "The incident was merged"

    def __init__(self, number: int, into: int) -> None:
        super().__init__(
            f"Incident {number} was merged; it goes on as incident {into}.",
            incident=number,
            into=into,
        )


class MergeImpossible(DalguError):
    """Two incidents cannot become one."""

    status = 409
    slug = "merge-impossible"
    title = "The incidents cannot be merged"

    def __init__(self, number: int, into: int) -> None:
        super().__init__(
            f"Incident {number} cannot be merged into {into}: both must be open and different, "
            "and either both or none part of one drill.",
            incident=number,
            into=into,
        )


class ChecklistUnfinished(DalguError):
    """Mandatory steps of the checklist are open."""

    status = 409
    slug = "checklist-unfinished"
    title = "Mandatory steps are open"

    def __init__(self, number: int, open_steps: int, first: str) -> None:
        super().__init__(
            f"Incident {number} has {open_steps} mandatory steps open, the first is '{first}'. "
            "Do them, skip them with a reason, or close with an 'override' reason.",
            incident=number,
            open_steps=open_steps,
            first=first,
        )


class WordsRequired(InvalidInput):
    """A deed needs words that were not given."""

    slug = "words-required"
    title = "Words are required"

    def __init__(self, field: str) -> None:
        super().__init__(f"Field '{field}' is required and must not be empty.", field=field)


class ShelvingTooLong(InvalidInput):
    """An incident would stay out of sight for too long, or not at all."""

    slug = "shelving-too-long"
    title = "The time of shelving is invalid"

    def __init__(self, longest: timedelta) -> None:
        hours = int(longest.total_seconds() // 3600)
        super().__init__(
            f"Shelving must end after now and within {hours} hours.", longest_hours=hours
        )


class ArrivalImpossible(InvalidInput):
    """Help cannot have arrived then."""

    slug = "arrival-impossible"
    title = "The time of arrival is invalid"

    def __init__(self) -> None:
        super().__init__("Help must arrive after the incident was raised, and not in the future.")


class ChecklistStepUnknown(NotExisting):
    """The procedure of the incident has no such step."""

    slug = "checklist-step-unknown"
    title = "The step does not exist"

    def __init__(self, number: int, key: str) -> None:
        super().__init__(
            f"Step '{key[:60]}' does not exist in the procedure of incident {number}.",
            incident=number,
            key=key[:60],
        )


class ProcedureUnknown(NotExisting):
    """No procedure has this name, or not in this version."""

    slug = "procedure-unknown"
    title = "The procedure does not exist"

    def __init__(self, name: str, version: int | None = None) -> None:
        what = f"'{name[:60]}'" if version is None else f"'{name[:60]}' version {version}"
        super().__init__(f"Procedure {what} does not exist.", procedure=name[:60])


class TaskUnknown(NotExisting):
    """The incident has no such task."""

    slug = "task-unknown"
    title = "The task does not exist"

    def __init__(self, number: int, task: int) -> None:
        super().__init__(
            f"Task {task} of incident {number} does not exist.", incident=number, task=task
        )


class ResourceUnknown(NotExisting):
    """The board has no such resource."""

    slug = "resource-unknown"
    title = "The resource does not exist"

    def __init__(self, resource: str) -> None:
        super().__init__(
            f"Resource '{resource[:60]}' does not exist on the board.", resource=resource[:60]
        )


class ResourceNotReady(DalguError):
    """A resource is bound elsewhere, or cannot go there from where it is."""

    status = 409
    slug = "resource-not-ready"
    title = "The resource is not ready"

    def __init__(self, resource: str, readiness: str, incident: int | None) -> None:
        where = "" if incident is None else f" for incident {incident}"
        super().__init__(
            f"Resource '{resource}' is {readiness}{where}; it cannot go on to this.",
            resource=resource,
            readiness=readiness,
        )


class AidUnknown(NotExisting):
    """The incident has no such request for aid."""

    slug = "aid-unknown"
    title = "The request for aid does not exist"

    def __init__(self, number: int, aid: int) -> None:
        super().__init__(
            f"Request for aid {aid} of incident {number} does not exist.", incident=number, aid=aid
        )


class AidNotPossible(DalguError):
    """A request for aid has gone past this, or has not come so far."""

    status = 409
    slug = "aid-not-possible"
    title = "The step of the aid is not possible"

    def __init__(self, number: int, aid: int, state: str) -> None:
        super().__init__(
            f"Request for aid {aid} of incident {number} is {state}; this does not follow.",
            incident=number,
            aid=aid,
            aid_status=state,
        )


class PlaceUnknown(InvalidInput):
    """A place lies in no dong of the city."""

    slug = "place-unknown"
    title = "The place is not in the city"

    def __init__(self) -> None:
        super().__init__("The place must be a dong of the city, or lon and lat inside of one.")


class DeedUnknown(NotExisting):
    """Nothing of this name can be done with an incident."""

    slug = "deed-unknown"
    title = "The deed does not exist"

    def __init__(self, name: str, known: str) -> None:
        super().__init__(f"Deed '{name[:40]}' does not exist; there are {known}.", deed=name[:40])


class DeedUnreadable(InvalidInput):
    """What was sent with a deed does not have its form."""

    slug = "deed-unreadable"
    title = "The deed cannot be read"

    def __init__(self, why: str) -> None:
        super().__init__(f"The deed cannot be read: {why}.", why=why)
