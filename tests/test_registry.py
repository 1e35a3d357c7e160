import subprocess
import sys
from collections import OrderedDict

import pytest

from impasto import registry
from impasto.errors import SettingError
from impasto.registry import NETWORKS, find

TABLES = [registry.NETWORKS, registry.LOSSES, registry.OPTIMIZERS]


def test_find_imports_the_object():
    assert find({"ordered": "collections:OrderedDict"}, "ordered", kind="thing") is OrderedDict


def test_a_row_may_be_the_object_itself():
    assert find({"ordered": OrderedDict}, "ordered", kind="thing") is OrderedDict


@pytest.mark.parametrize(("table", "name"), [(table, name) for table in TABLES for name in table])
def test_every_entry_leads_somewhere(table, name):
    assert callable(find(table, name, kind="thing"))


def test_an_unknown_name_comes_with_the_table_and_the_nearest():
    with pytest.raises(SettingError) as caught:
        find(NETWORKS, "vgg-19", kind="network")
    assert str(caught.value).splitlines() == [
        "there is no network 'vgg-19'",
        "  got       vgg-19",
        "  expected  one of compact, vgg19, vgg16, test-net",
        "  try       did you mean 'vgg19'?",
    ]


def test_importing_the_registry_loads_no_torch():
    code = "import sys, impasto.registry, impasto.features, impasto.weights; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
