// Which category a benchmark is of, and what it is, as the probes announced it.
import { SELDOM_MS, useGet } from "./live";
import { address } from "./http";
import type { Benchmark } from "./types";

export interface BenchmarkIndex {
  all: Benchmark[];
  /** Takes the names of comparisons too: "disk_rand_read latency stat=p50". */
  categoryOf: (name: string) => string;
}

export function indexOf(all: Benchmark[]): BenchmarkIndex {
  const categories = new Map(all.map((each) => [each.name, each.category]));
  const categoryOf = (name: string): string => {
    const benchmark = name.split(" ", 1)[0] ?? name;
    return categories.get(benchmark) ?? benchmark.split("_", 1)[0] ?? benchmark;
  };
  return { all, categoryOf };
}

const none = indexOf([]);
let made: { of: Benchmark[]; index: BenchmarkIndex } | undefined;

export function useBenchmarks(): BenchmarkIndex {
  const { data } = useGet<{ benchmarks: Benchmark[] }>(address("benchmarks"), SELDOM_MS);
  if (data === undefined) return none;
  if (made?.of !== data.benchmarks) made = { of: data.benchmarks, index: indexOf(data.benchmarks) };
  return made.index;
}
