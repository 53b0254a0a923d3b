// One sentence: which platform is slow, since when, and why to believe it.
import { interval, hasInterval, localTime, millis, percent, ratio } from "../format";
import { newest, type Headline as Found } from "../headline";
import { href, hrefWith, type Route } from "../router";
import type { Regression, Status } from "../types";
import { Mark } from "./mark";
import { Name } from "./name";

interface Props {
  route: Route;
  found: Found | undefined;
  /** For people: what time the figures are of. */
  span: string;
  status: Status | undefined;
  regressions: Regression[] | undefined;
  isDataset: boolean;
}

function Why({ found, span, isDataset }: { found: Found; span: string; isDataset: boolean }) {
  const { platform, score, regression } = found;
  const on = `${platform.nodes} ${platform.nodes === 1 ? "guest" : "guests"} on ${platform.hosts} ${platform.hosts === 1 ? "host" : "hosts"}`;
  return (
    <p class="why">
      {hasInterval(score)
        ? `Believe it: 95 % interval ${interval(score)}, of ${on}, each against ${isDataset ? "the bare-metal machine" : "its own host"}, over ${span}. `
        : isDataset
          ? `Of ${span}, ${on}: too few samples for an interval, so that it may be chance. `
          : `Too few rounds for an interval yet, of ${on}, over ${span}: it may still change a lot. `}
      {regression && (
        <a href={href("regressions", { id: regression.id })}>
          The regression behind it: {percent(regression.effect_ratio, true)}, {regression.state}
          {regression.cause !== "" && (
            <>
              ; <bdi>{regression.cause.slice(0, 160)}</bdi>
            </>
          )}
        </a>
      )}
    </p>
  );
}

function Newest({
  regressions,
  besides,
}: {
  regressions: Regression[] | undefined;
  besides: Regression | undefined;
}) {
  const one = newest(regressions ?? []);
  if (!one || one.id === besides?.id) return null;
  return (
    <p class="why">
      Last to get slower:{" "}
      <a href={href("regressions", { id: one.id })}>
        <Name text={one.subject} />, {one.benchmark}
      </a>
      , <strong class="worse">{percent(one.effect_ratio, true)}</strong> since{" "}
      {localTime(millis(one.onset_unix_nanos))}
      {one.cause !== "" && (
        <>
          ; before it, <bdi>{one.cause.slice(0, 160)}</bdi>
        </>
      )}
    </p>
  );
}

export function Headline({ route, found, span, status, regressions, isDataset }: Props) {
  if (!found) {
    return (
      <section class="headline calm" data-testid="headline" aria-label="In short">
        <p class="sentence">No platform is slower than its baseline for certain.</p>
        <p class="why">
          Over {span}, no category's interval lies above 1.00×
          {status ? ` (${status.connected} of ${status.nodes} nodes connected)` : ""}.
        </p>
        {!isDataset && <Newest regressions={regressions} besides={undefined} />}
      </section>
    );
  }
  const { platform, category, score, regression } = found;
  const since = regression && localTime(millis(regression.onset_unix_nanos));
  const isToday = span.includes("24 hours");
  const title = isDataset
    ? "Slowest of all"
    : found.certain
      ? isToday
        ? "Slowest today"
        : "Slowest"
      : "Slowest so far";
  return (
    <section class="headline" data-testid="headline" aria-label="In short">
      <p class="sentence">
        {title}:{" "}
        <a
          href={hrefWith(route, {
            by: "nodes",
            platform: platform.platform,
            benchmark: `category:${category}`,
            scale: null,
          })}
        >
          <Name text={platform.platform} />
        </a>
        , {category}, <strong>{ratio(score.ratio)}</strong>
        {hasInterval(score) && ` (${interval(score)})`}
        {since !== undefined && ` since ${since}`} {!found.certain && <Mark word="preliminary" />}
      </p>
      <Why found={found} span={span} isDataset={isDataset} />
      {!isDataset && !regression && (
        <p class="why">Since when: for as long as it was compared; no open regression shows a beginning.</p>
      )}
      {!isDataset && <Newest regressions={regressions} besides={regression} />}
    </section>
  );
}
