"""What the README shows is what the product says."""

from pathlib import Path

from bridge.policies.language.compile import compile_policy
from bridge.settings.load import read_folder
from docs import readme_sample

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def test_the_agreement_of_the_readme_has_ten_lines_and_no_warning():
    text = (readme_sample.FOLDER / "policies" / "agreement.yaml").read_text(encoding="utf-8")
    assert f"```yaml\n{text}```" in README
    assert len(text.splitlines()) == 10
    assert compile_policy(read_folder(readme_sample.FOLDER)).warnings == ()


def test_the_readme_shows_what_explain_says_of_the_ticket():
    shown = readme_sample.explained()
    assert f"```text\n{shown[shown.index('Resolution, cycle 1') :]}```" in README


def test_the_picture_is_drawn_from_that_decision():
    assert readme_sample.PICTURE.read_text(encoding="utf-8") == readme_sample.picture()
    assert f"({readme_sample.PICTURE.relative_to(Path(readme_sample.__file__).parents[1])})" in README
