"""A folder that looks like the suite, with a robot that plays one case."""

import sys

import pytest

CONTEXTS = ("ngsi-ld-test-suite-compound.jsonld", "ngsi-ld-test-suite.jsonld")

# Asks the hub for its types as a case would, tells our listener, and leaves robot's record.
ROBOT = f"""#!{sys.executable}
import importlib.util, pathlib, sys, types, urllib.request

given = dict(zip(sys.argv[1:], sys.argv[2:]))
variables = dict(one.split(":", 1) for one in sys.argv if "_url:" in one or one.startswith("url:"))
path, _, descriptor = given["--listener"].partition(":")
spec = importlib.util.spec_from_file_location("listener", path)
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
heard = module.listener(descriptor)
urls = [url for name, url in sorted(variables.items()) if name.startswith("b")]
answers = [urllib.request.urlopen(url + "/types").status for url in urls]
cases = {{"1 Asked": answers.count(200) == len(urls), "2 Many": len(urls) == 5}}
heard.start_suite(types.SimpleNamespace(parent=None, test_count=len(cases)), None)
record = ""
for name, is_well in cases.items():
    status = "PASS" if is_well else "FAIL"
    heard.end_test(None, types.SimpleNamespace(name=name, status=status))
    record += f'<test name="{{name}}"><status status="{{status}}"/></test>'
source = f"/s/{{sys.argv[-1]}}/NGSI-LD/Types/1.robot"
pathlib.Path(given["--outputdir"], "output.xml").write_text(
    f'<robot><suite name="All"><suite source="{{source}}">{{record}}</suite></suite></robot>'
)
"""


@pytest.fixture
def folder(tmp_path):
    for part in ("TP/NGSI-LD/Provision", "IOP_TP/NGSI-LD", "resources/jsonld-contexts"):
        (tmp_path / part).mkdir(parents=True)
    for name in CONTEXTS:
        context = tmp_path / "resources/jsonld-contexts" / name
        context.write_text('{"@context": {"Room": "https://r.example/Room"}}')
    return tmp_path


@pytest.fixture
def robot(tmp_path):
    command = tmp_path / "robot"
    command.write_text(ROBOT)
    command.chmod(0o755)
    return command
