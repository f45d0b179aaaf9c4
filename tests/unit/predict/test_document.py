from __future__ import annotations

import json

import jsonschema
import pytest

from predict.told import CUDA, OFF, REQUIRE, SLIM
from tf_docker_check.model.cell import Cell
from tf_docker_check.predict.document import predict_json
from tf_docker_check.predict.predict import predict_on
from tf_docker_check.resources.files import document
from tf_docker_check.resources.hosts import hosts

SCHEMA = document("schema/predict.json")


def made() -> dict[str, object]:
    machines = tuple(hosts().values())
    cells = [
        Cell("cuda", version, "3.11", "") for version in ("2.14.1", "2.17.1", "2.20.0", "2.21.0", "nightly")
    ]
    held = [(host, REQUIRE if host.gpus else OFF) for host in machines]
    forecast = [(cell, predict_on(cell, (CUDA,), held, architecture="x86_64")) for cell in cells]
    slim = Cell("slim", "2.14.0", "3.14", "")
    forecast.append((slim, predict_on(slim, (SLIM,), held, architecture="x86_64")))
    return json.loads(predict_json(forecast, machines, ["a note"]))  # type: ignore[no-any-return]


def test_it_fits_its_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    found = made()
    jsonschema.validate(found, SCHEMA)
    images = {image["id"]: image for image in found["images"]}  # type: ignore[attr-defined]
    [g5] = [one for one in images["cuda/tf2.21.0/py3.11"]["predictions"] if one["host"] == "g5"]
    assert (g5["verdict"], g5["sure"], g5["judgements"][0]["cause"]) == ("fails", True, "cuda-lib-missing")
    assert {one["verdict"] for one in images["slim/tf2.14.0/py3.14"]["predictions"]} == {"fails"}


@pytest.mark.parametrize("broken", [{"schema": 2}, {"hosts": [{"name": "a"}]}, {"images": [{"id": "a"}]}])
def test_the_schema_refuses(broken: dict[str, object]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**made(), **broken}, SCHEMA)
