"""The routes of the JSON API: what the .proto files do not say. The aggregator's tests compare this
table with the routes that there are, and its answers with the schemas that openapi.py makes."""

from dataclasses import dataclass, field

# How a parameter is written.
TEXT = {"type": "string"}
COUNT = {"type": "integer", "minimum": 0, "maximum": 4294967295}
ID = {"type": "string", "pattern": "^[0-9]+$"}
FLAG = {"type": "boolean"}
MOMENT = {"type": "string", "example": "2026-12-24T18:00:00Z"}
HOW_MOMENTS_ARE = "RFC 3339, or seconds since 1970 with decimals."


@dataclass
class Parameter:
    name: str
    field: str  # of the request's message, whose comment describes it
    schema: dict
    repeated: bool = False
    required: bool = False


@dataclass
class Route:
    path: str
    service: str
    rpc: str
    parameters: list = field(default_factory=list)
    method: str = "get"
    # Statuses of errors beside 400 and 500, each with an Error in JSON.
    errors: tuple = ()


def many(name, source, schema=None, required=False):
    return Parameter(name, source, schema or TEXT, repeated=True, required=required)


def word(enum):
    """An enum's words; openapi.py fills them in."""
    return {"enum_of": enum}


ROUTES = [
    Route("/api/v1/status", "QueryService", "GetStatus"),
    Route("/api/v1/nodes", "QueryService", "ListNodes",
          [many("node", "nodes"), Parameter("brief", "brief", FLAG)], errors=(404,)),
    Route("/api/v1/benchmarks", "QueryService", "ListBenchmarks"),
    Route("/api/v1/runs", "QueryService", "ListLatestRuns",
          [many("node", "nodes", required=True)], errors=(404,)),
    Route("/api/v1/events", "QueryService", "ListEvents",
          [many("node", "nodes"), many("kind", "kinds", word("hypergauge.v1.Event.Kind")),
           Parameter("since", "since_unix_nanos", MOMENT), Parameter("limit", "limit", COUNT)]),
    Route("/api/v1/epochs", "QueryService", "ListEpochs",
          [Parameter("node", "node", TEXT, required=True)], errors=(404,)),
    Route("/api/v1/schedule", "QueryService", "GetSchedule",
          [many("host", "hosts"), Parameter("since", "since_unix_nanos", MOMENT)], errors=(404,)),
    Route("/api/v1/history", "QueryService", "GetHistory",
          [many("node", "nodes", required=True), many("benchmark", "benchmarks"),
           Parameter("suite", "suite", TEXT), Parameter("since", "since_unix_nanos", MOMENT),
           Parameter("until", "until_unix_nanos", MOMENT), Parameter("points", "max_points", COUNT),
           Parameter("all", "all_quantities", FLAG)], errors=(404, 413)),
    Route("/api/v1/catalogue", "QueryService", "GetCatalogue"),
    Route("/api/v1/regressions", "AnalysisService", "ListRegressions",
          [many("node", "nodes"), many("state", "states", word("hypergauge.v1.Regression.State")),
           Parameter("improvements", "improvements", FLAG), Parameter("limit", "limit", COUNT)]),
    Route("/api/v1/regression", "AnalysisService", "GetRegression",
          [Parameter("id", "id", ID, required=True)], errors=(404,)),
    Route("/api/v1/regression/acknowledge", "AnalysisService", "AcknowledgeRegression",
          method="post", errors=(404, 409, 415)),
    Route("/api/v1/regression/accept", "AnalysisService", "AcceptRegression",
          method="post", errors=(404, 409, 415)),
    Route("/api/v1/regression/mute", "AnalysisService", "MuteRegression",
          method="post", errors=(404, 409, 415)),
    Route("/api/v1/overheads", "AnalysisService", "ListOverheads",
          [many("node", "nodes"), many("benchmark", "benchmarks"),
           Parameter("limit", "limit", COUNT)]),
    Route("/api/v1/platforms", "AnalysisService", "ListPlatforms",
          [Parameter("versions", "versions", FLAG)], errors=(503,)),
    Route("/api/v1/compare", "AnalysisService", "Compare",
          [Parameter("dataset", "dataset", TEXT), Parameter("scale", "scale", TEXT),
           Parameter("versions", "versions", FLAG),
           Parameter("since", "since_unix_nanos", MOMENT)], errors=(404, 503)),
    Route("/api/v1/datasets", "AnalysisService", "ListDatasets"),
    Route("/api/v1/datasets", "AnalysisService", "ImportDataset", method="post",
          errors=(409, 415)),
]

# What no message describes.
FAMILIES = {
    "type": "object",
    "description": "Metric families that /metrics shows now, by name.",
    "required": ["families"],
    "additionalProperties": False,
    "properties": {"families": {"type": "array", "items": {
        "type": "object",
        "required": ["name", "type", "help", "unit", "series"],
        "additionalProperties": False,
        "properties": {
            "name": {"type": "string"},
            "type": {"type": "string", "enum": ["gauge", "counter", "info", "histogram", "summary",
                                                "unknown"]},
            "help": {"type": "string", "description": "One sentence for people."},
            "unit": {"type": "string", "description": "Base unit; may be empty."},
            "series": {"type": "integer", "minimum": 1,
                       "description": "How many lines of values the family has."},
        }}}},
}
OTHERS = [
    ("/api/v1/metrics", "ListMetricFamilies", "What /metrics shows now, without values.",
     {"$ref": "#/components/schemas/MetricFamilies"}),
    ("/api/v1/openapi.json", "GetDescription", "This description.", {"type": "object"}),
]

ERROR_CODES = ["invalid_argument", "not_found", "permission_denied", "resource_exhausted",
               "ceiling_reached", "unavailable", "unsupported", "corrupt", "wrong_answer",
               "deadline_exceeded", "cancelled", "internal"]
ERROR = {
    "type": "object",
    "required": ["error"],
    "additionalProperties": False,
    "properties": {"error": {
        "type": "object",
        "required": ["code", "message"],
        "additionalProperties": False,
        "properties": {
            "code": {"type": "string", "enum": ERROR_CODES},
            "message": {"type": "string", "description": "What was wrong and where, for people."},
        }}},
}
STATUSES = {
    400: "A parameter or the body is not what it must be; the message names it.",
    404: "What was asked for by name is not there.",
    409: "Its state does not allow it now.",
    413: "The answer would be too large, or the body is.",
    415: "The body is not said to be application/json.",
    500: "The aggregator failed; its log says why.",
    503: "Too many ask for the same; ask again later.",
}
