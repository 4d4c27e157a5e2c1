"""Compares passeur with frictionless-py on the cases of tests/fixtures/frictionless.

usage: frictionless-agreement.py PASSEUR CASES

A case is NAME.csv with its schema NAME.json. What each program finds is brought to (type, row, column); a row and a
column are left out where the kind of finding has none in either program. Prints one line a case, and the difference where
there is one. The differences that docs/frictionless.md gives a reason for are named there as `case`; any other fails.
"""

import json
import pathlib
import re
import subprocess
import sys

from frictionless import Resource, system


def of_frictionless(csv, schema):
    with system.use_context(trusted=True):
        report = Resource(path=str(csv), schema=str(schema)).validate()
    found = set()
    for task in report.tasks:
        for error in task.errors:
            found.add(key(error.to_descriptor()))
    for error in report.errors:
        found.add(key(error.to_descriptor()))
    return found


def of_passeur(program, csv, schema):
    run = subprocess.run(
        [program, "check", "--format", "json", "--schema", str(schema), str(csv)],
        capture_output=True,
        text=True,
    )
    if not run.stdout:
        return {("schema-error", run.stderr.strip().splitlines()[-1])}
    report = json.loads(run.stdout)
    return {key(error) for task in report["tasks"] for error in task["errors"]}


def key(error):
    kind = error["type"]
    if kind.endswith("-label") or kind == "blank-header":
        return (kind, error.get("fieldNumber") if kind != "missing-label" else None)
    if kind in ("missing-cell", "extra-cell", "blank-row", "primary-key"):
        return (kind, error.get("rowNumber"))
    if "rowNumber" in error:
        return (kind, error["rowNumber"], error.get("fieldNumber"))
    return (kind, error.get("note", "").splitlines()[0] if error.get("note") else "")


def shown(found):
    return ", ".join("/".join(str(part) for part in one if part is not None) for one in sorted(found, key=str)) or "-"


def main():
    program, cases = sys.argv[1], pathlib.Path(sys.argv[2])
    docs = cases.parents[2] / "docs" / "frictionless.md"
    explained = set(re.findall(r"^\| `([a-z-]+)` \|", docs.read_text(encoding="utf-8"), re.MULTILINE))
    agreed, differ, failed = 0, set(), False
    for csv in sorted(cases.glob("*.csv")):
        schema = csv.with_suffix(".json")
        theirs, ours = of_frictionless(csv, schema), of_passeur(program, csv, schema)
        if theirs == ours:
            agreed += 1
            print(f"{csv.stem:22} agree   {shown(ours)}")
            continue
        differ.add(csv.stem)
        known = csv.stem in explained
        failed |= not known
        print(f"{csv.stem:22} {'differ ' if known else 'DIFFER '}")
        print(f"{'':24}frictionless alone: {shown(theirs - ours)}")
        print(f"{'':24}passeur alone:      {shown(ours - theirs)}")
    stale = sorted(explained - differ)
    if stale:
        print(f"explained in {docs.name}, but there is no difference: {', '.join(stale)}")
    print(f"\n{agreed} of {agreed + len(differ)} cases agree; {len(differ & explained)} differ for a reason in {docs.name}")
    sys.exit(1 if failed else 0)


main()
