#!/usr/bin/python3
"""Writes the OpenAPI description of the JSON API: openapi.py DESCRIPTOR_SET > docs/openapi.json

Messages and their comments come from the .proto files (`protoc --descriptor_set_out
--include_imports --include_source_info`), routes from openapi_routes.py. scripts/openapi.sh calls
both. Needs Debian's python3-protobuf, hence Debian's own Python."""

import json
import sys

from google.protobuf import descriptor_pb2 as pb

from openapi_routes import (ERROR, FAMILIES, HOW_MOMENTS_ARE, MOMENT, OTHERS, ROUTES, STATUSES)

Field = pb.FieldDescriptorProto
SCALARS = {
    Field.TYPE_DOUBLE: {"type": "number", "format": "double"},
    Field.TYPE_BOOL: {"type": "boolean"},
    Field.TYPE_STRING: {"type": "string"},
    Field.TYPE_INT32: {"type": "integer", "format": "int32"},
    Field.TYPE_UINT32: {"type": "integer", "minimum": 0, "maximum": 4294967295},
    Field.TYPE_INT64: {"type": "string", "format": "int64", "pattern": "^-?[0-9]+$"},
    Field.TYPE_UINT64: {"type": "string", "format": "uint64", "pattern": "^[0-9]+$"},
}


class Contract:
    """Messages, enums and services by full name, with their comments."""

    def __init__(self, files):
        self.messages, self.enums, self.services, self.comments = {}, {}, {}, {}
        for file in files:
            prefix = "." + file.package
            where = {tuple(each.path): each for each in file.source_code_info.location}
            for i, message in enumerate(file.message_type):
                self._add_message(prefix, message, (4, i), where)
            for i, enum in enumerate(file.enum_type):
                self.enums[f"{prefix}.{enum.name}"] = enum
            for i, service in enumerate(file.service):
                self.services[service.name] = service
                for j, method in enumerate(service.method):
                    self._note(f"{service.name}.{method.name}", (6, i, 2, j), where)

    def _note(self, name, path, where):
        location = where.get(path)
        if location is None:
            return
        text = location.leading_comments or location.trailing_comments
        self.comments[name] = " ".join(text.split())

    def _add_message(self, prefix, message, path, where):
        name = f"{prefix}.{message.name}"
        self.messages[name] = message
        self._note(name, path, where)
        for i, each in enumerate(message.field):
            self._note(f"{name}.{each.name}", path + (2, i), where)
        for i, nested in enumerate(message.nested_type):
            self._add_message(name, nested, path + (3, i), where)
        for enum in message.enum_type:
            self.enums[f"{name}.{enum.name}"] = enum

    def words(self, enum_name):
        values = [value.name for value in self.enums[enum_name].value]
        prefix = values[0][:values[0].rindex("_") + 1]
        return [value.removeprefix(prefix).lower() for value in values]


class Schemas:
    """Schemas of the messages that were asked for, and of those within them."""

    def __init__(self, contract):
        self.contract = contract
        self.made = {}

    @staticmethod
    def name_of(message_name):
        return message_name.removeprefix(".hypergauge.v1.").replace(".", "_")

    def reference(self, message_name):
        name = self.name_of(message_name)
        if name not in self.made:
            self.made[name] = None  # it may hold itself
            self.made[name] = self._message(message_name)
        return {"$ref": f"#/components/schemas/{name}"}

    def _described(self, schema, comment):
        if not comment:
            return schema
        if "$ref" in schema:  # beside which nothing counts
            return {"allOf": [schema], "description": comment}
        return {**schema, "description": comment}

    def value(self, field):
        if field.type == Field.TYPE_MESSAGE:
            return self.reference(field.type_name)
        if field.type == Field.TYPE_ENUM:
            return {"type": "string", "enum": self.contract.words(field.type_name)}
        return dict(SCALARS[field.type])

    def _field(self, field):
        if field.label != Field.LABEL_REPEATED:
            return self.value(field)
        if field.type == Field.TYPE_MESSAGE:
            entry = self.contract.messages[field.type_name]
            if entry.options.map_entry:
                return {"type": "object", "additionalProperties": self.value(entry.field[1])}
        return {"type": "array", "items": self.value(field)}

    def _message(self, message_name):
        message = self.contract.messages[message_name]
        comments = self.contract.comments
        properties, required = {}, []
        for field in message.field:
            properties[field.name] = self._described(
                self._field(field), comments.get(f"{message_name}.{field.name}"))
            single = field.label != Field.LABEL_REPEATED
            may_be_unset = single and (field.type == Field.TYPE_MESSAGE or
                                       field.HasField("oneof_index"))
            if not may_be_unset:
                required.append(field.name)
        schema = {"type": "object", "additionalProperties": False, "properties": properties}
        if required:
            schema["required"] = required
        return self._described(schema, comments.get(message_name))

    def body(self, message_name):
        """What is sent may leave fields out, and write large integers as numbers."""
        message = self.contract.messages[message_name]
        properties = {}
        for field in message.field:
            schema = self._field(field)
            if schema.get("format") in ("int64", "uint64"):
                schema = {"oneOf": [schema, {"type": "integer"}]}
            properties[field.name] = self._described(
                schema, self.contract.comments.get(f"{message_name}.{field.name}"))
        return {"type": "object", "additionalProperties": False, "properties": properties}


def json_of(schema):
    return {"content": {"application/json": {"schema": schema}}}


def errors_of(statuses):
    responses = {}
    for status in sorted(statuses):
        content = json_of({"$ref": "#/components/schemas/Error"})["content"]
        if status in (413, 500):  # from the server itself, before or after the API
            content = {**content, "text/plain": {"schema": {"type": "string"}}}
        responses[str(status)] = {"description": STATUSES[status], "content": content}
    return responses


def parameter_of(contract, request_name, parameter):
    schema = dict(parameter.schema)
    if "enum_of" in schema:
        schema = {"type": "string", "enum": contract.words("." + schema["enum_of"])[1:]}
    if parameter.repeated:
        schema = {"type": "array", "items": schema}
    comment = contract.comments.get(f"{request_name}.{parameter.field}", "")
    if parameter.schema is MOMENT:
        comment = f"{comment} {HOW_MOMENTS_ARE}".strip()
    described = {"name": parameter.name, "in": "query", "required": parameter.required,
                 "schema": schema}
    if comment:
        described["description"] = comment
    if parameter.repeated:
        described |= {"style": "form", "explode": True}
    return described


def operation_of(contract, schemas, route):
    method = next(each for each in contract.services[route.service].method
                  if each.name == route.rpc)
    operation = {"operationId": route.rpc, "tags": [route.service],
                 "summary": contract.comments.get(f"{route.service}.{route.rpc}", route.rpc)}
    known = {field.name for field in contract.messages[method.input_type].field}
    for parameter in route.parameters:
        if parameter.field not in known:
            sys.exit(f"{route.path}: {method.input_type} has no field {parameter.field}")
    statuses = {400, 500, *route.errors}
    if route.method == "post":
        statuses.add(413)
        operation["requestBody"] = {"required": True, **json_of(schemas.body(method.input_type))}
    else:
        operation["parameters"] = [parameter_of(contract, method.input_type, parameter)
                                   for parameter in route.parameters]
    operation["responses"] = {
        "200": {"description": "The answer.", **json_of(schemas.reference(method.output_type))},
        **({"304": {"description": "If-None-Match has the answer's ETag."}}
           if route.method == "get" else {}),
        **errors_of(statuses)}
    return operation


def describe(contract):
    schemas = Schemas(contract)
    paths = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method] = operation_of(contract, schemas, route)
    for path, operation, summary, schema in OTHERS:
        paths[path] = {"get": {
            "operationId": operation, "summary": summary, "parameters": [],
            "responses": {"200": {"description": "The answer.", **json_of(schema)},
                          "304": {"description": "If-None-Match has the answer's ETag."},
                          **errors_of({400, 500} if path != "/api/v1/openapi.json" else {500})}}}
    schemas.made |= {"MetricFamilies": FAMILIES, "Error": ERROR}
    return {
        "openapi": "3.0.3",
        "info": {
            "title": "hypergauge",
            "version": "1",
            "description": "What the Query and Analysis services answer over gRPC, as JSON: fields "
                           "have the names of the .proto files, those that are not set are there "
                           "too, enums are words, 64-bit integers are strings. Unknown parameters "
                           "are refused.",
        },
        "servers": [{"url": "../.."}],
        "paths": dict(sorted(paths.items())),
        "components": {"schemas": dict(sorted(schemas.made.items()))},
    }


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    with open(sys.argv[1], "rb") as file:
        files = pb.FileDescriptorSet.FromString(file.read()).file
    json.dump(describe(Contract(files)), sys.stdout, indent=1, ensure_ascii=False)
    print()


if __name__ == "__main__":
    main()
