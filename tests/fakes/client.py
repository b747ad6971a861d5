"""A program of somebody else, which uses every public name; no test runs it, checkers of types read it."""

from pathlib import Path

import pandas as pd

import graphlink as gl


def coordinated(sightings: pd.DataFrame) -> list[set[str]]:
    result: gl.Result = gl.link(sightings, config=gl.Config(), seed=gl.SEED)
    rings = result.rings
    wanted = rings.loc[rings["assessment"] == "coordinated", "ring_id"]
    return [result.ring(str(each)).members for each in wanted]


def judged(exports: Path, out: Path, labels: pd.DataFrame) -> dict[str, object]:
    stages: dict[str, float] = {}
    reading = gl.read([exports], config=gl.load_config(exports / "graphlink.toml"))
    result = gl.analyse(reading, progress=stages.__setitem__)
    report: Path = result.write(out, force=True)
    saved: gl.SavedResult = gl.open(report.parent)
    gl.case("R-1", out / "case", run=saved)
    return gl.evaluate(saved, labels, baselines=labels)


def known(result: gl.Result) -> list[str]:
    ring: gl.LinkedRing = result.ring("R-1")
    answer: gl.Answer = gl.explain("ann", "bob", run=result)
    picture = ring.plot("matrix")
    n_nodes = len(ring.to_networkx()) + ring.to_igraph().vcount() + len(ring.evidence)
    notices = [notice.text for notice in result.notices]
    return [answer.text, ring.statement("ann"), picture.svg if picture else "", str(n_nodes), *notices]


def refusals(sightings: pd.DataFrame) -> list[str]:
    try:
        gl.link(sightings)
    except gl.InputError as error:
        return [problem.code for problem in error.problems]
    except (gl.ConfigError, gl.MachineError) as error:
        return [f"{error} {error.exit_code}"]
    except gl.GraphlinkError as error:
        return [error.code]
    return [gl.__version__]
