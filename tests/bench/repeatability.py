#!/usr/bin/env python3
"""How well an answer repeats, and whether a longer look overturns it.

Sweeps one cell again and again, each time with a database of its own, so that no answer is the next
one's hint. Then loads the sensor for a minute 5% under each `sustainable`, which should be clean, and
5% over each `upper`, which should not. Prints a table and, as its last line, JSON. Takes the better
part of an hour; everything else on the host should be quiet.

  sudo tests/bench/repeatability.py --cpu 200m
  sudo tests/bench/repeatability.py --sweeps 3 -- --sensor falco --falco-bin /opt/falco/bin/falco
"""
import argparse
import json
import pathlib
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

BENCHCTL = pathlib.Path(__file__).resolve().parents[2] / "build/bin/benchctl"
CLEAN = ("GOOD", "NOISE")
VOID = "VOID"


def benchctl(arguments):
    done = subprocess.run([BENCHCTL, *arguments, "-o", "json"], text=True, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode not in (0, 3):
        sys.exit(f"benchctl {' '.join(arguments)}: {done.stderr.strip().splitlines()[-1]}")
    return json.loads(done.stdout)


def sweep(options, number):
    with tempfile.TemporaryDirectory() as directory:
        database = f"{directory}/bench.db"
        started = time.monotonic()
        result = benchctl(["sweep", "--cpu", options.cpu, "--memory", options.memory, "--precision",
                           options.precision, "--profile", options.profile, "--db", database,
                           *options.more])
        seconds = time.monotonic() - started
        with sqlite3.connect(database) as stored:
            trials, void, stall = stored.execute(
                "SELECT COUNT(*), SUM(classification = 'VOID'), MAX(host_max_stall_ms) "
                "FROM trials").fetchone()
    run = result["runs"][0]["result"]
    answer = {"verdict": run["verdict"], "flags": run["flags"], "seconds": seconds,
              "sustainable": run["sustainable"]["syscalls_per_sec"],
              "upper": run["upper"]["syscalls_per_sec"],
              "trials": trials, "void": void, "max_stall_ms": stall}
    print(f"{number:5}  {answer['sustainable']:11.0f}  {answer['upper']:9.0f}  {trials:6}  "
          f"{void:4}  {stall:9.0f}  {seconds:7.0f}  {run['verdict']} {' '.join(run['flags'])}",
          flush=True)
    return answer


def look(options, rate):
    """The class of a long trial; a void one is repeated once."""
    for _ in range(2):
        report = benchctl(["load", "--profile", options.profile, "--rate", f"{rate:.0f}", "--cpu",
                           options.cpu, "--memory", options.memory, "--round-duration",
                           options.look, "--duration", options.look, *options.more])
        trial = report["rounds"][0]["trial"]
        if trial["classification"] != VOID:
            break
    print(f"  {rate:9.0f} syscalls/s: {trial['classification']} (loss {trial['loss_ratio']:.3%}, "
          f"lag {trial['lag_median_ms']:.0f} ms, late {trial['lag_late_share']:.1%}, "
          f"stall {trial['host_max_stall_ms']:.0f} ms)", flush=True)
    return trial["classification"]


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cpu", default="200m")
    parser.add_argument("--memory", default="512Mi")
    parser.add_argument("--precision", default="5%")
    parser.add_argument("--profile", default="recipe")
    parser.add_argument("--sweeps", type=int, default=10)
    parser.add_argument("--looks", type=int, default=10, help="at each end")
    parser.add_argument("--look", default="60s", help="how long")
    parser.add_argument("more", nargs="*", default=["--sensor", "reference"],
                        help="further flags of benchctl, after --")
    options = parser.parse_args()

    print("sweep  sustainable      upper  trials  void  stall, ms  seconds  verdict")
    answers = [sweep(options, number + 1) for number in range(options.sweeps)]
    found = [answer for answer in answers if answer["sustainable"] > 0]
    rates = [answer["sustainable"] for answer in found]
    summary = {"sweeps": len(answers), "answered": len(found)}
    if len(rates) > 1:
        summary["mean_syscalls_per_sec"] = statistics.mean(rates)
        summary["coefficient_of_variation"] = statistics.stdev(rates) / statistics.mean(rates)
        summary["upper_coefficient_of_variation"] = (
            statistics.stdev(a["upper"] for a in found) / statistics.mean(a["upper"] for a in found))
        summary["max_over_min"] = max(rates) / min(rates)
        print(f"coefficient of variation: sustainable {summary['coefficient_of_variation']:.1%}, "
              f"upper {summary['upper_coefficient_of_variation']:.1%}", flush=True)
    tried = found[:options.looks]
    print("5% under sustainable, should be clean:")
    under = [look(options, 0.95 * answer["sustainable"]) for answer in tried]
    print("5% over upper, should not be:")
    over = [look(options, 1.05 * answer["upper"]) for answer in tried if answer["upper"] > 0]
    summary["clean_under"] = sum(c in CLEAN for c in under)
    summary["looks_under"] = len(under)
    summary["not_clean_over"] = sum(c not in CLEAN for c in over)
    summary["looks_over"] = len(over)
    print(f"clean under: {summary['clean_under']} of {len(under)}; "
          f"not clean over: {summary['not_clean_over']} of {len(over)}")
    print(json.dumps(summary))


if __name__ == "__main__":
    main()
