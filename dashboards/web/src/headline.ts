// Which platform is slow, since when, and why to believe it: from scores and open regressions.
import { hasInterval } from "./format";
import type { PlatformScore, Regression, Score } from "./types";

// Less than that nobody notices.
const LEAST_RATIO = 1.02;

export interface Headline {
  platform: PlatformScore;
  category: string;
  score: Score;
  /** Its interval excludes that it is as fast as its baseline. */
  certain: boolean;
  /** The open regression that it shows, where there is one. */
  regression?: Regression;
}

export interface Fleet {
  platformOf: (node: string) => string | undefined;
  categoryOf: (benchmark: string) => string;
}

function isOpen(regression: Regression): boolean {
  return regression.state === "firing" || regression.state === "acknowledged";
}

/** Whether the regression is seen on this platform, in this category. */
export function concerns(regression: Regression, platform: string, category: string, fleet: Fleet): boolean {
  if (fleet.categoryOf(regression.benchmark) !== category) return false;
  // With and without its version.
  const isIt = (name: string): boolean =>
    name === platform || name.startsWith(`${platform} `) || platform.startsWith(`${name} `);
  if (regression.scope === "platform") return isIt(regression.subject);
  return [regression.subject, ...regression.children.map((child) => child.node)].some((node) => {
    const of = fleet.platformOf(node);
    return of !== undefined && isIt(of);
  });
}

/** What began last, of those that nobody looks after yet. */
export function newest(regressions: readonly Regression[]): Regression | undefined {
  return regressions
    .filter((each) => each.state === "firing")
    .sort((left, right) => Number(right.onset_unix_nanos) - Number(left.onset_unix_nanos))[0];
}

/** The slowest of all categories of all platforms; certain ones first. Nothing where none is slow. */
export function headline(
  platforms: readonly PlatformScore[],
  regressions: readonly Regression[],
  fleet: Fleet,
): Headline | undefined {
  let worst: Headline | undefined;
  for (const platform of platforms) {
    for (const [category, score] of Object.entries(platform.categories)) {
      const certain = hasInterval(score) && score.lower > 1;
      if (!(score.ratio >= LEAST_RATIO) || (hasInterval(score) && !certain)) continue;
      const better =
        !worst ||
        (certain && !worst.certain) ||
        (certain === worst.certain && score.ratio > worst.score.ratio);
      if (better) worst = { platform, category, score, certain };
    }
  }
  if (!worst) return undefined;
  const { platform, category } = worst;
  const seen = regressions
    .filter((each) => isOpen(each) && concerns(each, platform.platform, category, fleet))
    .sort((left, right) => right.effect_ratio - left.effect_ratio)[0];
  return seen ? { ...worst, regression: seen } : worst;
}
