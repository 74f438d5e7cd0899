"""Every row of the providers' contract is named by a test of each side that it concerns."""

import pytest

from tests.house import contract
from tests.house.contract import Half, Row, Side, missing, named, report, rows, strangers

PAGE = """
| ID | what it says | side |
| --- | --- | --- |
| MG-C-01 | An address | both |
| NR-J-02a | A state | client |
| NR-J-02b | Another state | client |
| MG-S-32 | An empty field | server |
| AMB-26 | Damaged text | info: nothing to do |
"""


@pytest.fixture
def folder(tmp_path):
    """A folder of tests; what it is given is written there."""

    def write(**files):
        for name, text in files.items():
            path = tmp_path / f"{name.replace('__', '/')}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return tmp_path

    return write


@pytest.mark.parametrize("half", Half)
def test_every_row_is_named_by_a_test_of_whom_it_concerns(half):
    table, names = rows(contract.PAGE.read_text(encoding="utf-8")), named(contract.TESTS)
    assert not missing(table, names, half)


def test_no_test_names_what_is_not_on_the_page():
    table, names = rows(contract.PAGE.read_text(encoding="utf-8")), named(contract.TESTS)
    assert not strangers(table, names)


def test_the_page_is_whole_and_its_words_are_few():
    table = rows(contract.PAGE.read_text(encoding="utf-8"))
    assert len(table) == 279
    assert not [row for row in table if len(row.says.split()) > 12]


def test_rows_are_read_from_the_page():
    table = rows(PAGE)
    assert table[0] == Row("MG-C-01", "An address", Side.BOTH)
    assert table[-1] == Row("AMB-26", "Damaged text", Side.INFO, "nothing to do")
    assert len(table) == 5


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("| MG-C-01 | Again | both |", id="twice"),
        pytest.param("| MG-C-02 | Too few |", id="no side"),
        pytest.param("| MG-C-02 | | both |", id="no words"),
        pytest.param("| MG-C-02 | One | sideways |", id="unknown side"),
        pytest.param("| MG-C-02 | One | info |", id="information without a reason"),
        pytest.param("| MG-C-02 | One | both: why | ", id="a reason where none belongs"),
        pytest.param("| MG-C-2nd | One | both |", id="not an ID"),
    ],
)
def test_a_row_that_is_not_well_made_is_refused(line):
    with pytest.raises(ValueError, match=r"MG-C|sideways"):
        rows(PAGE + line)


def test_ids_are_found_wherever_they_are_spelled_out(folder):
    tests = folder(
        test_a='def test_x():\n    """MG-C-01, AMB-26."""',
        deep__test_b='param("pending", id="NR-J-02a pending")  # MG-C-01',
    )
    assert named(tests) == {
        "AMB-26": ["test_a.py"],
        "MG-C-01": ["deep/test_b.py", "test_a.py"],
        "NR-J-02a": ["deep/test_b.py"],
    }


@pytest.mark.parametrize(
    "words",
    [
        "MG-S-06 to MG-S-28",
        "MG-S-06–MG-S-28",
        "MG-S-06 … MG-S-28",
        "MG-S-06..MG-S-28",
        "MG-S-*, MG-S, NR-J-, AMB",
        "SMG-S-06 and MG-S-06ab",
    ],
)
def test_a_range_or_a_beginning_names_nothing(folder, words):
    assert not named(folder(test_a=words))


def test_the_house_itself_and_stale_copies_do_not_count(folder):
    tests = folder(house__test_a="MG-C-01", deep__house__test_c="MG-C-01", __pycache____b="MG-C-01")
    assert not named(tests)


@pytest.mark.parametrize(
    ("words", "half", "open_rows"),
    [
        pytest.param({"test_a": "NR-J-02b"}, Half.CLIENT, ["MG-C-01", "NR-J-02a"], id="clients"),
        pytest.param({"test_a": "NR-J-02b"}, Half.SERVER, ["MG-C-01", "MG-S-32"], id="API"),
        pytest.param({"test_a": "MG-C-01"}, Half.SERVER, ["MG-C-01", "MG-S-32"], id="elsewhere"),
        pytest.param(
            {"adapters__api__test_a": "MG-C-01 MG-S-32"},
            Half.CLIENT,
            ["MG-C-01", "NR-J-02a", "NR-J-02b"],
            id="only of the API",
        ),
        pytest.param({"adapters__api__test_a": "MG-C-01 MG-S-32"}, Half.SERVER, [], id="all"),
    ],
)
def test_each_half_of_a_row_needs_a_test_of_its_own(folder, words, half, open_rows):
    assert missing(rows(PAGE), named(folder(**words)), half) == open_rows


def test_an_id_that_is_not_on_the_page_is_told_with_its_file(folder):
    names = named(folder(test_a="MG-C-01 NR-J-02 AMB-99"))
    assert strangers(rows(PAGE), names) == ["AMB-99 (test_a.py)", "NR-J-02 (test_a.py)"]


def test_the_report_has_three_lists_and_what_is_wrong(folder):
    assert report(rows(PAGE), named(folder(test_a="MG-C-01 AMB-99"))).splitlines() == [
        "The providers' contract (docs/providers-contract.md): 5 rows.",
        "Without a test, of the 3 that concern our clients: 2",
        "  NR-J-02a NR-J-02b",
        "Without a test, of the 2 that concern our API: 2",
        "  MG-C-01 MG-S-32",
        "Only information: 1",
        "  AMB-26    nothing to do",
        "Named by a test, but not on the page",
        "  AMB-99 (test_a.py)",
    ]


@pytest.mark.parametrize(
    ("clients", "api", "status"),
    [
        pytest.param("MG-C-01 NR-J-02a NR-J-02b", "MG-C-01 MG-S-32", 0, id="all named"),
        pytest.param("MG-C-01 NR-J-02a", "MG-C-01 MG-S-32", 1, id="one of the clients missing"),
        pytest.param("MG-C-01 NR-J-02a NR-J-02b", "MG-S-32", 1, id="one of the API missing"),
        pytest.param("MG-C-01 NR-J-02a NR-J-02b", "MG-C-01 MG-S-32 AMB-99", 1, id="one unknown"),
    ],
)
def test_the_check_fails_where_something_is_open(
    folder, monkeypatch, tmp_path, clients, api, status
):
    page = tmp_path / "house" / "page.md"
    folder(test_a=clients, adapters__api__test_a=api, house__empty="")
    page.write_text(PAGE, encoding="utf-8")
    monkeypatch.setattr(contract, "PAGE", page)
    monkeypatch.setattr(contract, "TESTS", tmp_path)
    assert contract.main() == status
