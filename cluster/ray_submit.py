"""Runs what one machine is too small for as tasks of Ray, one core each.

    python cluster/ray_submit.py table FOLDER DIR SHARDS   one table of the music in FOLDER, a shard a task
    python cluster/ray_submit.py sweep FILE TRIALS         a sweep, a trial a task; then one that compares them

RAY_ADDRESS says which cluster, otherwise this machine is one. All machines see FOLDER, DIR, FILE and this folder under
the same paths, and have Deno. A task that fails, or whose worker or machine is lost, is run again, five times at most,
and goes on from what it has left on disk.
"""

import os
import subprocess
import sys
import time

import ray

PROJECT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TRIES = 5


@ray.remote(num_cpus=1, max_retries=TRIES, retry_exceptions=True)
def run(*args: str) -> str:
    """Runs `deno task ARGS`, and returns what it prints."""
    for left in reversed(range(12)):
        done = subprocess.run(["deno", "task", *args], cwd=PROJECT, capture_output=True, text=True)
        # What a lost worker had started ends a moment after it, and until then nobody else may write there.
        if done.returncode == 0 or left == 0 or "is being written" not in done.stderr + done.stdout:
            break
        time.sleep(1)
    if done.returncode != 0:
        raise RuntimeError(f"deno task {' '.join(args)}: {done.stderr[-2000:]}")
    return done.stdout


def main(args: list[str]) -> int:
    if len(args) == 4 and args[0] == "table":
        folder, out, shards = os.path.abspath(args[1]), os.path.abspath(args[2]), int(args[3])
        jobs = [["table", folder, "--out", out, "--shard", f"{i}/{shards}", "--workers", "1"] for i in range(shards)]
        last = None
    elif len(args) == 3 and args[0] == "sweep":
        file = os.path.abspath(args[1])
        jobs = [["sweep", file, "--trial", str(i + 1)] for i in range(int(args[2]))]
        # Whatever is missing is trained there.
        last = ["sweep", file]
    else:
        print(__doc__, file=sys.stderr)
        return 2
    ray.init(log_to_driver=False)
    waiting, lost = {run.remote(*job): job for job in jobs}, 0
    while waiting:
        [done], _ = ray.wait(list(waiting))
        job = waiting.pop(done)
        try:
            print(f"deno task {' '.join(job)}\n{ray.get(done)}", flush=True)
        except ray.exceptions.RayError as error:
            lost += 1
            print(f"deno task {' '.join(job)} failed: {error}", file=sys.stderr, flush=True)
    if last:
        print(ray.get(run.remote(*last)))
        return 0
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
