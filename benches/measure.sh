# shellcheck shell=bash disable=SC2034 # what is set here is read by the benchmarks
# Sourced by benchmarks of whole runs.

# measure EVERY SAID COMMAND...: runs the command with its output in the file SAID. Sets `wall` (ms), `peak` (KiB) and `code`. The peak is read
# every EVERY seconds: the kernel keeps the highest value itself, and a look now and then misses only growth in the last moments. Each look
# starts three processes, so that a long run is looked at less often.
measure() {
    local every=$1 said=$2 began=${EPOCHREALTIME/./} child looks
    shift 2
    "$@" > "$said" 2>&1 &
    child=$!
    while sed -n 's/^VmHWM:[[:space:]]*\([0-9]*\).*/\1/p' "/proc/$child/status" 2>/dev/null | grep .; do
        sleep "$every"
    done > "$said.peak" &
    looks=$!
    code=0
    wait "$child" || code=$?
    wall=$(((${EPOCHREALTIME/./} - began) / 1000))
    wait "$looks" || true
    peak=$(tail -n 1 "$said.peak")
}

# The median of the numbers on standard input, a line each; of an even count, the lower one.
median() { sort -n | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'; }
