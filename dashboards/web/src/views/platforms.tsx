// What platforms can do, where they are managed, and what they cost.
import { useMemo } from "preact/hooks";
import { Filter } from "../components/filter";
import { Frame, stateOf } from "../components/frame";
import { Name } from "../components/name";
import { Empty, Failed, Loading } from "../components/states";
import { useComparison } from "../comparison";
import { interval, ratio } from "../format";
import { address } from "../http";
import { useGet, SELDOM_MS } from "../live";
import { matches, safeLink } from "../names";
import { href, type Route } from "../router";
import type { Catalogue, Comparison, PlatformScore, Status } from "../types";

// A sentence, which wants a wider column.
const LONG = 60;

type Product = Catalogue["products"][number];

function Consoles({ product }: { product: Product }) {
  return (
    <>
      {product.consoles.map((place, index) => {
        const link = safeLink(place.url);
        const title = place.title === "" ? place.url : place.title;
        return (
          <span key={`${place.url} ${index}`}>
            {index > 0 && ", "}
            {link === undefined ? (
              <Name text={title} />
            ) : (
              <a href={link} target="_blank" rel="noopener noreferrer" title={link.slice(0, 300)}>
                <Name text={title} />
              </a>
            )}
          </span>
        );
      })}
    </>
  );
}

function Measured({ score, dataset }: { score: PlatformScore | undefined; dataset: string }) {
  const overall = score?.overall;
  if (!overall) return <span class="faint">–</span>;
  return (
    <a
      href={href("compare", {
        dataset,
        by: dataset === "" ? "nodes" : "platforms",
        platform: dataset === "" ? score.platform : "",
      })}
    >
      <strong>{ratio(overall.ratio)}</strong> <span class="faint">{interval(overall)}</span>
    </a>
  );
}

interface MatrixProps {
  products: Product[];
  features: Catalogue["features"];
  here: Map<string, PlatformScore>;
  pilot: Map<string, PlatformScore>;
}

function Matrix({ products, features, here, pilot }: MatrixProps) {
  return (
    <div class="scroll-x" tabIndex={0} role="region" aria-label="Features of platforms">
      <table class="matrix" data-testid="feature-matrix" aria-label="Features of platforms">
        <thead>
          <tr>
            <th scope="col">Product</th>
            <th scope="col" class="right">
              Its platform here
            </th>
            <th scope="col" class="right">
              In the pilot
            </th>
            <th scope="col">Console</th>
            {features.map((feature) => (
              <th key={feature.id} scope="col">
                {feature.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {products.map((product) => (
            <tr
              key={`${product.platform} ${product.product} ${product.source}`}
              data-platform={product.platform}
            >
              <th scope="row">
                <Name text={product.product} />
                <div class="faint">
                  <Name text={product.platform} /> · <Name text={product.source} />
                </div>
              </th>
              <td class="right">
                <Measured score={here.get(product.platform)} dataset="" />
              </td>
              <td class="right">
                <Measured score={pilot.get(product.platform)} dataset="pilot2011" />
              </td>
              <td>
                <Consoles product={product} />
              </td>
              {features.map((feature) => (
                <td
                  key={feature.id}
                  class={(product.features[feature.id] ?? "").length > LONG ? "feature long" : "feature"}
                >
                  <bdi>{(product.features[feature.id] ?? "").slice(0, 300) || "–"}</bdi>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const byPlatform = (platforms: readonly PlatformScore[] | undefined): Map<string, PlatformScore> =>
  new Map((platforms ?? []).map((each) => [each.platform, each]));

export function PlatformsView({ route, status }: { route: Route; status: Status | undefined }) {
  const live = useGet<Catalogue>(address("catalogue"), SELDOM_MS);
  const measured = useComparison(
    { dataset: "", scale: "ratio", versions: false, range: "auto", byNodes: false, benchmark: "overall" },
    status,
  );
  const published = useGet<Comparison>(
    address("compare", { dataset: "pilot2011", scale: "ratio" }),
    SELDOM_MS,
  );
  const filter = route.params.get("q") ?? "";
  const here = useMemo(() => byPlatform(measured.data?.platforms), [measured.data]);
  const pilot = useMemo(() => byPlatform(published.data?.platforms), [published.data]);
  const products = (live.data?.products ?? []).filter((each) =>
    matches(filter, each.product, each.platform, each.source, ...Object.values(each.features)),
  );
  const isEmpty = live.data?.products.length === 0;
  const unlisted = [...here.values()].filter(
    (score) => !live.data?.products.some((each) => each.platform === score.platform),
  );
  return (
    <Frame
      view="platforms"
      title="Platforms"
      state={stateOf(live, isEmpty)}
      controls={<Filter route={route} />}
    >
      <p class="faint">
        Scores are times of the baseline: 1.10× takes 10 % longer
        {measured.data && `, over ${measured.data.span}`}. Features are what a catalogue says, which the
        operator can extend by a file.
      </p>
      {!live.data && !live.error && <Loading what="the catalogue" />}
      {!live.data && live.error && <Failed what="catalogue" error={live.error} again={live.again} />}
      {isEmpty && <Empty title="The catalogue is empty" />}
      {live.data && !isEmpty && products.length === 0 && <p>No product is so: change the filter.</p>}
      {live.data && products.length > 0 && (
        <Matrix products={products} features={live.data.features} here={here} pilot={pilot} />
      )}
      {live.data && unlisted.length > 0 && (
        <p>
          Measured here, and not in the catalogue:{" "}
          {unlisted.map((score, index) => (
            <span key={score.platform}>
              {index > 0 && ", "}
              <Name text={score.platform} /> <Measured score={score} dataset="" />
            </span>
          ))}
        </p>
      )}
      {live.data && live.data.notes.length > 0 && (
        <details class="card">
          <summary>What to know before it is believed ({live.data.notes.length})</summary>
          <ul>
            {live.data.notes.map((note) => (
              <li key={note}>
                <bdi>{note}</bdi>
              </li>
            ))}
          </ul>
        </details>
      )}
    </Frame>
  );
}
