#!/usr/bin/env bash
# Submits what one machine is too small for to Slurm, as an array of jobs, one core each:
#
#   cluster/slurm.sh table FOLDER DIR SHARDS   one table of the music in FOLDER, a shard a job
#   cluster/slurm.sh sweep FILE TRIALS         a sweep, a trial a job; then one job that compares them
#
# All machines see FOLDER, DIR, FILE and this folder under the same paths, and have Deno. Options for sbatch go into
# SBATCH_OPTIONS, such as SBATCH_OPTIONS="--partition=long --time=2:00:00". A job that ends before it is done, or whose
# machine is lost, is put back into the queue, five times at most, and goes on from what it has left on disk.
set -euo pipefail
project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

usage() {
  sed -n '2,10s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
  exit 2
}

# Submits an array of jobs, numbered from $1 to $2, that run the command after them; prints its number.
submit() {
  local from=$1 to=$2
  shift 2
  # The number of the job takes the place of JOB in the command.
  sbatch --parsable --requeue --open-mode=append --cpus-per-task=1 --array="$from-$to" ${SBATCH_OPTIONS:-} <<JOB
#!/usr/bin/env bash
cd $(printf %q "$project")
command=($(printf '%q ' "$@"))
"\${command[@]//JOB/\$SLURM_ARRAY_TASK_ID}" && exit 0
code=\$?
if [ "\${SLURM_RESTART_COUNT:-0}" -lt 5 ]; then scontrol requeue "\$SLURM_JOB_ID"; sleep 60; fi
exit \$code
JOB
}

case "${1:-}" in
  table)
    [ $# -eq 4 ] || usage
    folder=$(realpath "$2") out=$(realpath -m "$3")
    submit 0 $(($4 - 1)) deno task table "$folder" --out "$out" --shard "JOB/$4" --workers 1
    ;;
  sweep)
    [ $# -eq 3 ] || usage
    file=$(realpath "$2")
    jobs=$(submit 1 "$3" deno task sweep "$file" --trial JOB)
    # Whatever is missing is trained there.
    sbatch --parsable --dependency="afterany:${jobs%%;*}" ${SBATCH_OPTIONS:-} \
      --wrap "cd $(printf %q "$project") && deno task sweep $(printf %q "$file")"
    ;;
  *) usage ;;
esac
