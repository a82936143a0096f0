#!/usr/bin/env python3
"""How well an answer repeats, and whether a longer look overturns it.

Sweeps one cell again and again, each time with a database of its own, so that no answer is the next
one's hint. After each sweep (a host's capacity drifts) it loads the sensor for a minute 5% under
`sustainable`, which should be clean, and 5% over `upper`, which should not. A sweep that didn't end
SUSTAINABLE is no answer, and is counted as none. Before each sweep it measures the host itself, by
a fixed loop over memory that a cache holds (near) and over memory that none does (far), in
nanoseconds a turn: on a shared host these may change by themselves, and the answers with them. Prints
a table and, as its last line, JSON. Takes the better part of an hour; everything else on the host
should be quiet.

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
OVERLOADED = ("BAD", "STRONG_BAD")
VOID = "VOID"
SUSTAINABLE = "SUSTAINABLE"


def benchctl(arguments):
    done = subprocess.run([BENCHCTL, *arguments, "-o", "json"], text=True, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode not in (0, 3):
        sys.exit(f"benchctl {' '.join(arguments)}: {done.stderr.strip() or done.returncode}")
    return json.loads(done.stdout)


class HostSpeed:
    """Nanoseconds a turn of a loop whose each read depends on the one before."""

    TURNS = 200_000

    def __init__(self):
        self.memory = bytearray(b"\1") * (1 << 26)  # written, so no page of zeros stands for all

    def turn_ns(self, span):
        rounds = []
        for _ in range(5):
            memory, i, mask = self.memory, 0, span - 1
            started = time.perf_counter_ns()
            for _ in range(self.TURNS):
                i = (i * 1664525 + 1013904222 + memory[i]) & mask
            rounds.append((time.perf_counter_ns() - started) / self.TURNS)
        return statistics.median(rounds)

    def measure(self):
        return {"near_ns": self.turn_ns(1 << 12), "far_ns": self.turn_ns(1 << 26)}


def sweep(options, number, host):
    with tempfile.TemporaryDirectory() as directory:
        database = f"{directory}/bench.db"
        started = time.monotonic()
        result = benchctl(["sweep", "--cpu", options.cpu, "--memory", options.memory, "--precision",
                           options.precision, "--profile", options.profile, "--db", database,
                           *options.more])
        seconds = time.monotonic() - started
        with sqlite3.connect(database) as stored:
            trials, void, stall = stored.execute(
                "SELECT COUNT(*), COALESCE(SUM(class = 'VOID'), 0), "
                "COALESCE(MAX(host_max_stall_ms), 0) FROM trials").fetchone()
    run = result["runs"][0]["result"]
    answer = {"verdict": run["verdict"], "flags": run["flags"], "seconds": seconds,
              "sustainable": run.get("sustainable", {}).get("syscalls_per_sec", 0),
              "upper": run.get("upper", {}).get("syscalls_per_sec", 0),
              "trials": trials, "void": void, "max_stall_ms": stall}
    answer.update(host)
    print(f"{number:5}  {host['near_ns']:8.0f}  {host['far_ns']:7.0f}  "
          f"{answer['sustainable']:11.0f}  {answer['upper']:9.0f}  {trials:6}  {void:4}  {stall:9.0f}  "
          f"{seconds:7.0f}  {run['verdict']} {' '.join(run['flags'])}",
          flush=True)
    return answer


def look(options, where, rate):
    """The class of a long trial; a void one is repeated once."""
    for _ in range(2):
        report = benchctl(["load", "--profile", options.profile, "--rate", f"{rate:.0f}", "--cpu",
                           options.cpu, "--memory", options.memory, "--round-duration",
                           options.look, "--duration", options.look, *options.more])
        trial = report["rounds"][0]["trial"]
        if trial["classification"] != VOID:
            break
    print(f"  {where:5} {rate:9.0f} syscalls/s: {trial['classification']} "
          f"(loss {trial['loss_ratio']:.3%}, lag {trial['lag_median_ms']:.0f} ms, "
          f"late {trial['lag_late_share']:.1%}, stall {trial['host_max_stall_ms']:.0f} ms)",
          flush=True)
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

    host = HostSpeed()
    print("sweep  near, ns  far, ns  sustainable      upper  trials  void  stall, ms  seconds  verdict")
    answers, under, over = [], [], []
    for number in range(options.sweeps):
        answer = sweep(options, number + 1, host.measure())
        answers.append(answer)
        if number >= options.looks or answer["verdict"] != SUSTAINABLE:
            continue
        if answer["sustainable"] > 0:
            under.append(look(options, "under", 0.95 * answer["sustainable"]))
        if answer["upper"] > 0:
            over.append(look(options, "over", 1.05 * answer["upper"]))
    found = [answer for answer in answers if answer["verdict"] == SUSTAINABLE]
    rates = [answer["sustainable"] for answer in found]
    summary = {"sweeps": len(answers), "answered": len(found)}
    if len(rates) > 1:
        summary["mean_syscalls_per_sec"] = statistics.mean(rates)
        summary["coefficient_of_variation"] = statistics.stdev(rates) / statistics.mean(rates)
        summary["max_over_min"] = max(rates) / min(rates)
        print(f"coefficient of variation: {summary['coefficient_of_variation']:.1%}")
    for yardstick in ("near_ns", "far_ns"):
        measured = [answer[yardstick] for answer in answers]
        summary[f"host_{yardstick}_max_over_min"] = max(measured) / min(measured)
    # What is neither (a void trial twice, a generator that fell short) tells nothing.
    told = [c for c in under if c in CLEAN + OVERLOADED]
    summary["clean_under"], summary["told_under"] = sum(c in CLEAN for c in told), len(told)
    told = [c for c in over if c in CLEAN + OVERLOADED]
    summary["overloaded_over"], summary["told_over"] = sum(c in OVERLOADED for c in told), len(told)
    summary["looks_that_told_nothing"] = (len(under) + len(over) - summary["told_under"] -
                                          summary["told_over"])
    print("clean 5% under: {clean_under} of {told_under}; overloaded 5% over: {overloaded_over} of "
          "{told_over}".format(**summary))
    print(json.dumps(summary))


if __name__ == "__main__":
    main()
