"""The HTML file without a browser."""

import re
from base64 import b64encode
from hashlib import sha256

from wardian.reports.page.document import document, policy, script, style


def digest(text: str) -> str:
    return b64encode(sha256(text.encode()).digest()).decode()


def inner(page: str, element: str) -> str:
    found = re.search(rf"<{element}>(.*?)</{element.split()[0]}>", page, re.DOTALL)
    assert found is not None
    return found[1]


def test_the_policy_names_the_script_and_the_style_that_are_in_the_page() -> None:
    page = document("a", {}).decode()
    hashes = digest(inner(page, 'script type="module"')), digest(inner(page, "style"))
    assert "script-src 'sha256-{}' 'strict-dynamic'; style-src 'sha256-{}';".format(*hashes) in page
    assert f'content="{policy()}"' in page
    assert not re.search(r"unsafe|eval|https?:", policy())


def test_nothing_runs_or_looks_from_an_attribute() -> None:
    page = document("a", {}).decode()
    outside = page.replace(script(), "").replace(style(), "")
    assert not re.search(r"\s(on\w+|style)=", outside)
    assert not re.search(r'(src|href)="(?!#|data:image/svg)', outside)


def test_data_cannot_end_their_element() -> None:
    page = document("</title><script>", {"a": "</script><!--<script>"}).decode()
    assert page.count("<script") == page.count("</script>") == 3
    assert "<title>&lt;/title>&lt;script></title>" in page


def test_scripts_come_as_one_with_those_first_that_others_need() -> None:
    text = script()
    assert not re.search(r"^(import|export)\b", text, re.MULTILINE)
    assert text.index("function h(") < text.index("function ranking(") < text.index("function overview(")


def test_scripts_know_no_way_from_text_to_markup() -> None:
    forbidden = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|DOMParser|srcdoc"
    assert not re.search(forbidden, script())


def test_what_looks_like_a_key_is_covered() -> None:
    key = "sk-" + "a1b2" * 8
    page = document(f"run {key}", {"said": f"mine:\n{key}"}).decode()
    assert key not in page
    assert "<title>run [key]</title>" in page
    assert '{"said":"mine:\\n[key]"}' in page
