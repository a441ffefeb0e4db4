"""Reads a finished run with pandas: its segments, who is in them, and what sets them apart.

    pip install pandas pyarrow
    python samples/python/read_run.py .segments/artifacts            # the champion
    python samples/python/read_run.py .segments/artifacts RUN_ID

For a store on S3, sync the run's folder first (or read it with s3fs): the layout is the same.
"""

import hashlib
import json
import sys
from pathlib import Path

import pandas as pd


def open_run(store: Path, run_id: str | None = None) -> tuple[Path, dict]:
    """The folder of a run (the champion's without an ID) and its manifest; a folder without one is an unfinished run."""
    if run_id is None:
        run_id = json.loads((store / "index/champion.json").read_text())["champion"]["runId"]
    folder = store / "runs" / run_id
    return folder, json.loads((folder / "manifest.json").read_text())


def read_table(folder: Path, manifest: dict, name: str) -> pd.DataFrame:
    """A Parquet file of the run, its bytes checked against the manifest. IDs are text: 007 is not 7."""
    path = folder / name
    if hashlib.sha256(path.read_bytes()).hexdigest() != manifest["files"][name]["sha256"]:
        raise ValueError(f"{path} is not the file that the run wrote")
    return pd.read_parquet(path)


def describe_segments(folder: Path, manifest: dict) -> pd.DataFrame:
    """A row a segment: name, retailers, mean strength, and the three features that set it apart most."""
    assignments = read_table(folder, manifest, "assignments.parquet").set_index("shop_id")
    features = read_table(folder, manifest, "features.parquet").set_index("shop_id")
    registry = json.loads((folder / "segments.json").read_text())["registry"]["segments"]
    names = {segment["id"]: segment.get("name", segment["id"]) for segment in registry}

    # Effects in standard deviations of all retailers; missing values are left out, as in the report.
    standardised = (features - features.mean()) / features.std(ddof=0)
    effects = standardised.groupby(assignments["segment_id"]).mean()
    segments = assignments.groupby("segment_id")["strength"].agg(retailers="size", strength="mean")
    segments.insert(0, "name", segments.index.map(names))
    segments["apart"] = [
        ", ".join(
            f"{feature} {effects.loc[segment, feature]:+.1f}"
            for feature in effects.loc[segment].abs().nlargest(3).index
        )
        for segment in segments.index
    ]
    return segments


def main() -> None:
    arguments = [argument for argument in sys.argv[1:] if argument != "--json"]
    folder, manifest = open_run(Path(arguments[0]), *arguments[1:2])
    segments = describe_segments(folder, manifest)
    if "--json" in sys.argv:
        print(segments.reset_index().to_json(orient="records"))
        return
    summary = manifest["summary"]
    print(f"{manifest['asOf']}: {summary['eligible']} retailers, verdict {summary['verdict']}")
    print(segments.to_string(float_format="{:.2f}".format))


if __name__ == "__main__":
    main()
