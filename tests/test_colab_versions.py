"""The copy of Colab's environment against a list that Colab might publish."""

import re

import colab_versions
import pytest

COPY = colab_versions.COPY.read_text(encoding="utf-8")
# A list as `pip freeze` prints it, with exactly what the copy asks for and something else.
PUBLISHED = "# Do not modify this file\nabsl-py==1.4.0\ngoogle-colab @ file:///colabtools/dist/google-colab-1.0.0.tar.gz\n"
PUBLISHED += "".join(
    f"{name}=={version.replace('*', '3')}\n"
    for name, version in re.findall(r"^([\w-]+)==([\d.*]+)", COPY, re.M)
    if name != "tensorflow-cpu"
)


def test_the_same_versions_are_no_difference():
    assert colab_versions.differences(COPY, PUBLISHED) == []


@pytest.mark.parametrize(
    ("was", "now", "sentences"),
    [
        ("pillow==11.3.0", "Pillow==12.0.0", ["Colab has pillow 12.0.0, the copy has ==11.3.0."]),
        ("jupyter-client==7.4.9", "jupyter_client==7.4.9", []),
        ("numpy==2.1.3", "numpy==2.2.0", ["Colab has numpy 2.2.0, the copy has ==2.1.*."]),
        ("numpy==2.1.3", "numpy==2.1.4", []),
        ("keras==3.13.3", "keras==3.13.3rc1", []),
        ("tensorflow==2.20.3", "tensorflow==2.20.0+cuda", []),
        ("tensorflow==2.20.3", "tensorflow==2.21.0", ["Colab has tensorflow 2.21.0, the copy has ==2.20.*."]),
        ("tornado==6.5.7\n", "", ["Colab has no tornado, the copy has ==6.5.7."]),
        (
            "psygnal==0.15.1",
            "psygnal @ https://example.org/x.whl#sha256=0",
            ["Colab has psygnal from https://example.org/x.whl#sha256=0, the copy has ==0.15.1."],
        ),
    ],
)
def test_each_difference_is_said_in_one_sentence(was, now, sentences):
    assert was in PUBLISHED
    assert colab_versions.differences(COPY, PUBLISHED.replace(was, now)) == sentences


def test_the_list_is_read_from_a_file_and_the_differences_end_in_1(tmp_path, capsys):
    path = tmp_path / "pip-freeze.txt"
    path.write_text(PUBLISHED)
    assert colab_versions.main(str(path)) == 0
    assert capsys.readouterr().out == f"The copy of Colab's environment has what {path} lists.\n"
    path.write_text(PUBLISHED.replace("tornado==", "tornado==9").replace("scipy==", "scipy==9"))
    assert colab_versions.main(str(path)) == 1
    said = capsys.readouterr().out.splitlines()
    assert [sentence.split()[2] for sentence in said] == ["scipy", "tornado"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [("# nothing\n", "it lists no package"), ("<html>not found</html>\n", "it is no list of packages")],
)
def test_what_is_no_list_is_no_agreement(tmp_path, capsys, text, reason):
    path = tmp_path / "pip-freeze.txt"
    path.write_text(text)
    assert colab_versions.main(str(path)) == 1
    assert capsys.readouterr().out == f"{path} cannot be compared: {reason}.\n"
    assert colab_versions.main(str(tmp_path / "missing.txt")) == 1
