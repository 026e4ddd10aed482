"""Sums sampled stacks of the server up by step of the pipeline: CPU seconds a million spans. Called by stages.sh."""

import collections
import json
import re
import sys

FREQUENCY = 299

# The first that holds for a stack counts: (step, names of which one is in a frame).
STEPS = [
    ("just-in-time compiler", ["comm:.NET Tiered", "jitNativeCode", "CILJit"]),
    ("garbage collector", ["comm:.NET BGC", "comm:.NET Server GC", "GCHeap::", "gc_heap::"]),
    ("merge segments", ["SegmentMerger", "MergeSource", "StoreMaintenance"]),
    ("index over segments", ["Embedded.Index"]),
    ("prepare journal files", ["JournalFileSet::Prepare"]),
    ("series: write", ["EmbeddedSeriesStore", "SeriesLog", "SeriesMaintenance"]),
    ("store: columns", ["SegmentWriter", "SegmentBuilder", "SegmentAssembler"]),
    ("store: files", ["SegmentFiles", "EmbeddedSpanStore"]),
    ("sample", ["TraceSampler"]),
    ("count: edges", ["Clew.Analysis.Edges"]),
    ("count: requests, errors, durations", ["BatchCount", "Clew.Analysis.Red", "Clew.Analysis.Series"]),
    ("close: critical path, clocks, shape", ["Clew.Analysis.CriticalPath", "Clew.Analysis.ClockSkew", "Clew.Analysis.Shapes"]),
    ("close: tree", ["Clew.Analysis.SpanTrees", "TreeArranger", "TraceCloser::TryArrange"]),
    ("close: take out of the head", ["HandOver", "TraceCloser"]),
    ("head: due, reclaim", ["Assembler", "Reclaim"]),
    ("head: add", ["SpanHead::Add", "SpanHead::TryReserve", "SpanHead::Estimate"]),
    ("read OTLP", ["OtlpProtobufReader", "Otlp.Protobuf", "Otlp.Json"]),
    ("journal", ["Ingest.Journal"]),
    ("own questions and probes", ["Clew.Query", "SelfMonitoring"]),
    ("receive: sockets, HTTP", ["Otlp", "Kestrel", "System.Net.Sockets", "System.IO.Pipelines", "SpanPipeline"]),
    ("thread pool, the rest", [""]),
]


def step_of(comm, frames):
    for step, names in STEPS:
        for name in names:
            if name.startswith("comm:"):
                if comm.startswith(name[5:]):
                    return step
            elif any(name in frame for frame in frames):
                return step
    raise AssertionError("the last step takes all")


def stacks(lines):
    head, frames = None, []
    for line in lines:
        if not line.strip():
            if head:
                yield head[0], head[1], frames
            head, frames = None, []
        elif head is None:
            found = re.match(r"^\s*(.*?)\s+(\d+)/(\d+)\s+[\d.]+:", line)
            head, frames = ((found.group(1), int(found.group(2))) if found else None), []
        else:
            frames.append(line)


def main():
    by_process = collections.defaultdict(list)
    for comm, process, frames in stacks(sys.stdin):
        by_process[process].append(step_of(comm, frames))
    # Of the processes that were sampled the server is the one that stores.
    server = max(by_process.values(), key=lambda steps: sum(step.startswith("store") for step in steps))
    with open(sys.argv[1], encoding="utf-8") as run:
        spans = json.load(run)["figures"]["stored, spans"]
    count = collections.Counter(server)
    print(f"\nCPU s a million spans, of {spans:,.0f} with warm-up, by {len(server):,} samples")
    for step, _ in reversed(STEPS):
        if count[step]:
            print(f"{step:40}{count[step] / FREQUENCY / spans * 1e6:8.3f}")
    print(f"{'all':40}{len(server) / FREQUENCY / spans * 1e6:8.3f}")


main()
