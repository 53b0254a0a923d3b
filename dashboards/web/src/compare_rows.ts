// From scores and overheads to the rows of the comparison.
import { hasInterval, labelText } from "./format";
import type { Overhead, PlatformScore, Score } from "./types";

export interface Absolute {
  value: number;
  lower: number;
  upper: number;
  /** The baseline's own figure. */
  reference: number;
  unit: string;
}

export interface RowMark {
  word: string;
  title?: string;
}

export interface CompareRow {
  key: string;
  name: string;
  isNode: boolean;
  platform: string;
  /** Of a node: what it is compared with. */
  baseline: string;
  /** What tells rows of one node apart. */
  detail: string;
  score: Score;
  absolute?: Absolute;
  /** What it rests on, for people. */
  basis: string;
  blocks: number;
  rank: number;
  /** On the pilot's scale. */
  points?: number;
  /** Made when they are seen: a list has thousands of rows. */
  marks: () => RowMark[];
}

export const OVERALL = "overall";
export const CATEGORY = "category:";
const EQUAL = 0.02;
const SUPER_NATIVE = 1 / 1.05;

export const platformName = (overhead: Overhead, versions: boolean): string =>
  versions && overhead.platform_version !== ""
    ? `${overhead.platform} ${overhead.platform_version}`
    : overhead.platform;

// An address may ask for "constructor".
const own = (scores: Record<string, Score>, name: string): Score | undefined =>
  Object.hasOwn(scores, name) ? scores[name] : undefined;

export function scoreOf(platform: PlatformScore, chosen: string): Score | undefined {
  if (chosen === OVERALL) return platform.overall ?? undefined;
  if (chosen.startsWith(CATEGORY)) return own(platform.categories, chosen.slice(CATEGORY.length));
  return own(platform.benchmarks, chosen);
}

/** What an interval says; of none that it is preliminary. */
export function wordOf(score: Score): string | undefined {
  if (!hasInterval(score)) return "preliminary";
  if (score.upper < SUPER_NATIVE) return "super-native";
  const excludesNone = score.lower > 1 || score.upper < 1;
  const isEqual = score.lower > 1 - EQUAL && score.upper < 1 + EQUAL;
  return excludesNone || isEqual ? undefined : "inconclusive";
}

function median(values: number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

function absoluteOf(overheads: readonly Overhead[]): Absolute | undefined {
  const first = overheads[0];
  if (first === undefined || overheads.some((each) => each.unit !== first.unit)) return undefined;
  const values = overheads.map((each) => each.node_median);
  return {
    value: median(values),
    lower: overheads.length > 1 ? Math.min(...values) : 0,
    upper: overheads.length > 1 ? Math.max(...values) : 0,
    reference: median(overheads.map((each) => each.baseline_median)),
    unit: first.unit,
  };
}

const plural = (value: number, word: string): string => `${value} ${word}${value === 1 ? "" : "s"}`;

export function platformRows(
  platforms: readonly PlatformScore[],
  overheads: readonly Overhead[],
  chosen: string,
  versions: boolean,
): CompareRow[] {
  const rows: CompareRow[] = [];
  for (const platform of platforms) {
    const score = scoreOf(platform, chosen);
    if (score === undefined && platform.points == null) continue;
    const own = overheads.filter((each) => platformName(each, versions) === platform.platform);
    const absolute = absoluteOf(own.filter((each) => each.benchmark === chosen));
    const marks: RowMark[] = [];
    const row: CompareRow = {
      key: platform.platform,
      name: platform.platform,
      isNode: false,
      platform: platform.platform,
      baseline: "",
      detail: "",
      score: score ?? { ratio: Number.NaN, lower: 0, upper: 0 },
      basis: platform.nodes > 0 ? `${plural(platform.nodes, "node")}, ${plural(platform.hosts, "host")}` : "",
      blocks: platform.nodes,
      rank: platform.rank,
      marks: () => marks,
    };
    if (absolute) row.absolute = absolute;
    if (platform.points != null) row.points = platform.points;
    const word = score && wordOf(score);
    if (word !== undefined) marks.push({ word });
    if (platform.tied && chosen === OVERALL) marks.push({ word: "tied" });
    if (own.some((each) => each.substitute)) marks.push({ word: "substitute" });
    if (platform.unranked.includes(chosen)) marks.push({ word: "unranked" });
    rows.push(row);
  }
  return rows;
}

/** The figure of the node, and the ratio's interval as figures: times of its baseline. */
function absoluteOfNode(overhead: Overhead): Absolute {
  const { node_median: value, baseline_median: reference, unit } = overhead;
  // Where more is better, a ratio above 1 is a lower figure than the baseline's.
  const lessIsBetter = unit === "seconds" || value > reference === overhead.ratio > 1;
  const timesBaseline = (ratio: number): number => (lessIsBetter ? reference * ratio : reference / ratio);
  const ends = hasInterval(overhead)
    ? [timesBaseline(overhead.lower), timesBaseline(overhead.upper)]
    : [0, 0];
  return { value, reference, unit, lower: Math.min(...ends), upper: Math.max(...ends) };
}

function marksOf(overhead: Overhead): RowMark[] {
  const marks: RowMark[] = [];
  const missing = overhead.missing_for_2_percent ?? overhead.missing_for_5_percent;
  const more = missing
    ? `${missing} more rounds would find ${overhead.missing_for_2_percent != null ? 2 : 5} %.`
    : "";
  if (!hasInterval(overhead)) {
    marks.push({
      word: "preliminary",
      title: `${plural(overhead.blocks, "round")}: too few for an interval. ${more}`,
    });
  } else if (overhead.answer === "inconclusive") {
    marks.push({ word: "inconclusive", title: `The interval settles nothing yet. ${more}` });
  } else if (overhead.answer === "equivalent") marks.push({ word: "equivalent" });
  if (overhead.super_native) {
    const review = overhead.review.length === 0 ? "" : ` Look at: ${overhead.review.join("; ")}`;
    marks.push({
      word: "super-native",
      title: `More than 5 % faster than its baseline.${review}`.slice(0, 1000),
    });
  }
  if (overhead.substitute) marks.push({ word: "substitute" });
  if (overhead.unranked) marks.push({ word: "unranked" });
  return marks;
}

export function nodeRows(overheads: readonly Overhead[], chosen: string, versions: boolean): CompareRow[] {
  if (chosen === OVERALL || chosen.startsWith(CATEGORY)) return wholeNodeRows(overheads, chosen, versions);
  return overheads
    .filter((each) => each.benchmark === chosen)
    .map((each) => ({
      key: [each.node, each.suite, each.family, labelText(each.labels)].join("\n"),
      name: each.node,
      isNode: true,
      platform: platformName(each, versions),
      baseline: each.baseline,
      detail: each.suite,
      score: { ratio: each.ratio, lower: each.lower, upper: each.upper },
      absolute: absoluteOfNode(each),
      basis: plural(each.blocks, "round"),
      blocks: each.blocks,
      rank: 0,
      marks: () => marksOf(each),
    }));
}

const geometricMean = (values: number[]): number =>
  Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);

/** One figure a node: the geometric mean of its categories, of which each is one of its benchmarks. */
function wholeNodeRows(overheads: readonly Overhead[], chosen: string, versions: boolean): CompareRow[] {
  const nodes = new Map<string, Overhead[]>();
  for (const each of overheads) {
    const other = chosen.startsWith(CATEGORY) && each.category !== chosen.slice(CATEGORY.length);
    if (each.unranked || other || !(each.ratio > 0)) continue;
    const known = nodes.get(each.node);
    if (known) known.push(each);
    else nodes.set(each.node, [each]);
  }
  return [...nodes].map(([node, own]) => {
    const categories = new Map<string, number[]>();
    for (const each of own)
      categories.set(each.category, [...(categories.get(each.category) ?? []), each.ratio]);
    const ratio = geometricMean([...categories.values()].map(geometricMean));
    const first = own[0] as Overhead;
    const blocks = Math.max(...own.map((each) => each.blocks));
    const marks = own.some((each) => each.substitute) ? [{ word: "substitute" }] : [];
    return {
      key: node,
      name: node,
      isNode: true,
      platform: platformName(first, versions),
      baseline: first.baseline,
      detail: "",
      score: { ratio, lower: 0, upper: 0 },
      basis: `${plural(own.length, "figure")}, no interval`,
      blocks,
      rank: 0,
      marks: () => marks,
    };
  });
}

export type CompareSort = "ratio" | "name" | "blocks" | "rank";

export function sortRows(
  rows: CompareRow[],
  by: CompareSort,
  descending: boolean,
  absolute: boolean,
): CompareRow[] {
  const figure = (row: CompareRow): number =>
    (absolute ? row.absolute?.value : (row.points ?? row.score.ratio)) ?? 0;
  const order = (left: CompareRow, right: CompareRow): number => {
    if (by === "name") return left.name < right.name ? -1 : left.name > right.name ? 1 : 0;
    if (by === "blocks") return left.blocks - right.blocks;
    if (by === "rank") return left.rank - right.rank;
    const [first, second] = [figure(left), figure(right)];
    if (Number.isNaN(first) || Number.isNaN(second))
      return Number.isNaN(first) === Number.isNaN(second) ? 0 : Number.isNaN(first) ? -1 : 1;
    return first - second;
  };
  return [...rows].sort((left, right) => (descending ? order(right, left) : order(left, right)));
}

/** All that can be chosen: categories, and benchmarks by category. */
export function choicesOf(
  platforms: readonly PlatformScore[],
  categoryOf: (benchmark: string) => string,
): { categories: string[]; benchmarks: Map<string, string[]> } {
  const categories = new Set<string>();
  const benchmarks = new Map<string, Set<string>>();
  for (const platform of platforms) {
    for (const category of Object.keys(platform.categories)) categories.add(category);
    for (const benchmark of Object.keys(platform.benchmarks)) {
      const category = categoryOf(benchmark);
      benchmarks.set(category, (benchmarks.get(category) ?? new Set()).add(benchmark));
    }
  }
  const sorted = [...benchmarks].sort(([left], [right]) => (left < right ? -1 : 1));
  return {
    categories: [...categories].sort(),
    benchmarks: new Map(sorted.map(([category, names]) => [category, [...names].sort()])),
  };
}
