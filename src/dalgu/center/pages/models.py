"""The catalogue of data models: what the city's own types follow, and which others there are."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.center.context import Center
from dalgu.hub.smart_data_models.catalogue import catalogue
from dalgu.hub.smart_data_models.declared import CONTEXT_PATH, registry
from dalgu.hub.smart_data_models.search import Answer, ready

FOUND = 30
MAX_QUESTION = 200


def routes(center: Center) -> list[Route]:
    """Return the routes, without their language."""
    pages = Pages(center)
    return [
        Route("/center/models", pages.models, name=Operation.ENTITY_READ),
        Route("/center/models/{name:path}", pages.model, name=Operation.ENTITY_READ),
    ]


class Pages:
    """The handlers, with what they stand on."""

    def __init__(self, center: Center) -> None:
        self.center = center
        self.declared = registry(center.types)

    async def models(self, request: Request) -> Response:
        """Draw the search, what it finds, and the city's own types."""
        question = request.query_params.get("q", "")[:MAX_QUESTION]
        answer = ready().search(question, limit=FOUND) if question.strip() else Answer(())
        counts = await self.center.hub.types()
        return self.center.frame.render(
            request,
            "center/models.html",
            question=question,
            answer=answer,
            counts=counts,
            declared=list(self.declared.values()),
            total=len(catalogue().models),
            context=CONTEXT_PATH,
        )

    async def model(self, request: Request) -> Response:
        """Draw one declared type or one model with its attributes."""
        name = request.path_params["name"]
        declared = self.declared.get(name)
        model = catalogue().find(name) if declared is None else declared.model
        return self.center.frame.render(
            request,
            "center/model.html",
            name=name if model is None else model.name,
            declared=declared,
            model=model,
            counts=await self.center.hub.types(),
        )
