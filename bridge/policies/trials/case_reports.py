"""A run of policy tests for people, for a build server, and for programs."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from bridge.policies.trials.run import CaseReport, CaseResult


def as_text(report: CaseReport, *, coverage: bool = False) -> str:
    """Return the report for a terminal: what failed with its place, the counts, and the rules that no case reaches.

    With `coverage`, every rule is listed with the number of cases it decided.
    """
    lines: list[str] = []
    for result in report.failed:
        lines.append(f"FAIL {result.file}:{result.line} {result.name}")
        lines.extend(f"  {line}" for line in _reasons(result))
    passed = len(report.results) - len(report.failed)
    return "\n".join([*lines, f"{passed} passed, {len(report.failed)} failed", *_coverage(report, whole=coverage)])


def _coverage(report: CaseReport, *, whole: bool) -> Iterator[str]:
    """Yield how many rules decide a case, and which do not; with `whole` every rule and the number of its cases."""
    if not whole and not (report.complete and report.untested):
        return
    reached = len(report.coverage) - len(report.untested)
    part = "" if report.complete else "; only part of the cases ran"
    yield f"rules: {reached} of {len(report.coverage)} decide a case ({report.share:.0%}{part})"
    if whole:
        yield from (f"{rule.cases:5}  {rule.rule} ({rule.at})" for rule in report.coverage)
    else:
        yield from (f"  no case reaches {rule.rule} ({rule.at})" for rule in report.untested)


def _reasons(result: CaseResult) -> list[str]:
    if result.error:
        return [result.error]
    return [f"{one.at} {one.what}: expected {one.expected}, found {one.found}" for one in result.mismatches]


def as_json(report: CaseReport) -> dict[str, Any]:
    """Return the report as JSON data; fields may be added, none changes its meaning."""
    return {
        "passed": len(report.results) - len(report.failed),
        "failed": len(report.failed),
        "complete": report.complete,
        "cases": [
            {
                "name": result.name,
                "file": result.file,
                "line": result.line,
                "passed": result.passed,
                "error": result.error or None,
                "mismatches": [asdict(one) for one in result.mismatches],
                "rules": sorted({rule for rule, _ in result.rules}),
            }
            for result in report.results
        ],
        "coverage": {
            "share": round(report.share, 4),
            "rules": [asdict(rule) for rule in report.coverage],
        },
    }


def as_junit(report: CaseReport) -> str:
    """Return the report as JUnit XML, one suite per file."""
    suites: dict[str, list[CaseResult]] = {}
    for result in report.results:
        suites.setdefault(result.file, []).append(result)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>"]
    for file, results in suites.items():
        failures = sum(bool(result.mismatches) for result in results)
        errors = sum(bool(result.error) for result in results)
        counts = f'tests="{len(results)}" failures="{failures}" errors="{errors}"'
        lines.append(f"  <testsuite name={quoteattr(file)} {counts}>")
        for result in results:
            head = f"    <testcase name={quoteattr(result.name)} classname={quoteattr(file)}"
            place = f'file={quoteattr(result.file)} line="{result.line}"'
            if result.passed:
                lines.append(f"{head} {place}/>")
                continue
            tag = "error" if result.error else "failure"
            reasons = _reasons(result)
            body = escape("\n".join(reasons))
            lines.append(f"{head} {place}><{tag} message={quoteattr(reasons[0])}>{body}</{tag}></testcase>")
        lines.append("  </testsuite>")
    lines.append("</testsuites>")
    return "\n".join(lines) + "\n"
