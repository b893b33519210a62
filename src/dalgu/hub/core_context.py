"""The core @context of NGSI-LD as a table of our own: which terms it fixes, and to what.

Written from the clauses of CIM 009 V1.9.1 (annex B lists the terms). Every term here belongs to
the vocabulary `https://uri.etsi.org/ngsi-ld/` unless the second table names another.
"""

NGSI_LD = "https://uri.etsi.org/ngsi-ld/"
DEFAULT_VOCABULARY = NGSI_LD + "default-context/"
CORE_CONTEXT = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.9.jsonld"

# One table answers all published versions: the newest is a superset of the others (annex B).
CORE_CONTEXT_URLS = frozenset(
    (
        "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context.jsonld",
        "http://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context.jsonld",
        *(
            f"https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.{minor}.jsonld"
            for minor in range(1, 10)
        ),
    )
)

_TERMS = """
Alias Attribute AttributeList BatchEntityError BatchOperationResult ContextSourceIdentity
ContextSourceNotification ContextSourceRegistration CsourceFilter Date DateTime EntityInfo
EntityMap EntityMapEntry EntityType EntityTypeInfo EntityTypeList ExecutionResultDetails
GeoProperty JsonProperty LanguageProperty ListProperty ListRelationship Notification
NotUpdatedDetails OrderingParams Property QueryNGSI Relationship Snapshot Subscription
TemporalQuery Time TimeInterval UpdateResult VocabProperty accept aggrMethods aggrParams
aggrPeriodDuration attributeCount attributeDetails attributeList attributeName attributeNames
attributes attributeTypes attrs avg cacheDuration containedBy contextSourceAlias
contextSourceExtras contextSourceInfo cooldown coordinates count createdAt csf data datasetId
deletedAt description detail distinctCount endAt endpoint endTimeAt entities entity entityCount
entityId entityList entityMap entityMapNextPage entityMaps entityNames entityTypes errors
expiresAt format geometry geometryProperty geoproperty geoQ georel id idPattern information
instanceId isActive jsonldContext lang languageMap lastFailure lastN lastNotification lastSuccess
location management max min mode modifiedAt ngsildConformance notification notificationTrigger
notifiedAt notifierInfo notUpdated object objectList objects objectType observationInterval
observationSpace observedAt omit operations operationSpace orderBy ordering pick previousJson
previousLanguageMap previousObject previousObjectList previousValue previousValueList
previousVocab q reason receiverInfo refreshRate registrationId registrationName relationships
scope scopeQ startAt status stddev subscriptionId subscriptionName success sum sumsq tenant
throttling timeAt timeInterval timeout timeproperty timerel timesFailed timesSent title totalCount
triggerReason typeList typeName typeNames unchanged unitCode updated uri url value valueList
values valueType vocab watchedAttributes
"""

_ELSEWHERE = {
    "Feature": "https://purl.org/geojson/vocab#Feature",
    "FeatureCollection": "https://purl.org/geojson/vocab#FeatureCollection",
    "GeometryCollection": "https://purl.org/geojson/vocab#GeometryCollection",
    "LineString": "https://purl.org/geojson/vocab#LineString",
    "MultiLineString": "https://purl.org/geojson/vocab#MultiLineString",
    "MultiPoint": "https://purl.org/geojson/vocab#MultiPoint",
    "MultiPolygon": "https://purl.org/geojson/vocab#MultiPolygon",
    "Point": "https://purl.org/geojson/vocab#Point",
    "Polygon": "https://purl.org/geojson/vocab#Polygon",
    "bbox": "https://purl.org/geojson/vocab#bbox",
    "features": "https://purl.org/geojson/vocab#features",
    "properties": "https://purl.org/geojson/vocab#properties",
    "title": "http://purl.org/dc/terms/title",
    "description": "http://purl.org/dc/terms/description",
    "unitCode": NGSI_LD + "unitCode",
    "value": NGSI_LD + "hasValue",
    "values": NGSI_LD + "hasValues",
    "object": NGSI_LD + "hasObject",
    "objects": NGSI_LD + "hasObjects",
    "languageMap": NGSI_LD + "hasLanguageMap",
    "vocab": NGSI_LD + "hasVocab",
    "vocabs": NGSI_LD + "hasVocabs",
    "json": NGSI_LD + "hasJSON",
    "jsons": NGSI_LD + "hasJSONs",
    "valueList": NGSI_LD + "hasValueList",
    "valueLists": NGSI_LD + "hasValueLists",
    "objectList": NGSI_LD + "hasObjectList",
    "objectLists": NGSI_LD + "hasObjectsLists",
    "languageMaps": NGSI_LD + "hasLanguageMaps",
    "objectType": NGSI_LD + "hasObjectType",
    "valueType": NGSI_LD + "hasValueType",
    "previousValue": NGSI_LD + "hasPreviousValue",
    "previousObject": NGSI_LD + "hasPreviousObject",
    "previousLanguageMap": NGSI_LD + "hasPreviousLanguageMap",
    "previousVocab": NGSI_LD + "hasPreviousVocab",
    "previousJson": NGSI_LD + "hasPreviousJson",
    "previousValueList": NGSI_LD + "hasPreviousValueList",
    "previousObjectList": NGSI_LD + "hasPreviousObjectList",
}

CORE_TERMS: dict[str, str] = {term: NGSI_LD + term for term in _TERMS.split()} | _ELSEWHERE
CORE_NAMES: dict[str, str] = {iri: term for term, iri in CORE_TERMS.items()}
