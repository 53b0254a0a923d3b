import { useEffect, useRef, useState } from "preact/hooks";
import { Banner } from "./components/banner";
import { Help } from "./components/help";
import { Search } from "./components/search";
import { Sidebar } from "./components/sidebar";
import { address } from "./http";
import { useGet } from "./live";
import { href, go, useRoute, type Route } from "./router";
import { useShortcuts } from "./shortcuts";
import type { Status } from "./types";
import { CompareView } from "./views/compare";
import { FleetView } from "./views/fleet";
import { MetricsView } from "./views/metrics";
import { NodeView } from "./views/node";
import { NodesView } from "./views/nodes";
import { PlatformsView } from "./views/platforms";
import { RegressionsView } from "./views/regressions";
import { ScheduleView } from "./views/schedule";

function CurrentView({ route, status }: { route: Route; status: Status | undefined }) {
  const node = route.params.get("node");
  switch (route.view) {
    case "node":
      return node === null ? <NodesView route={route} /> : <NodeView key={node} route={route} label={node} />;
    case "regressions":
      return <RegressionsView route={route} />;
    case "schedule":
      return <ScheduleView route={route} status={status} />;
    case "platforms":
      return <PlatformsView route={route} status={status} />;
    case "fleet":
      return <FleetView route={route} />;
    case "metrics":
      return <MetricsView route={route} />;
    default:
      return <CompareView route={route} status={status} />;
  }
}

export function App() {
  const route = useRoute();
  const status = useGet<Status>(address("status"));
  const [helpOpen, setHelpOpen] = useState(false);
  const search = useRef<HTMLInputElement>(null);
  useShortcuts({
    view: (view) => go(href(view)),
    search: () => search.current?.focus(),
    help: () => setHelpOpen(true),
  });
  const view = `${route.view} ${route.params.get("node") ?? ""}`;
  const first = useRef(true);
  useEffect(() => {
    // Whoever goes to another view begins at its top, with the keyboard as well.
    if (!first.current) document.getElementById("content")?.focus({ preventScroll: true });
    first.current = false;
    scrollTo(0, 0);
  }, [view]);
  return (
    <>
      <a
        class="skip"
        href="#content"
        onClick={(event) => {
          event.preventDefault();
          document.getElementById("content")?.focus();
        }}
      >
        Skip to the content
      </a>
      <Sidebar
        view={route.view}
        status={status.data}
        onHelp={() => setHelpOpen(true)}
        search={<Search input={search} />}
      />
      <div class="page">
        <Banner status={status.data} />
        <CurrentView route={route} status={status.data} />
      </div>
      {helpOpen && <Help onClose={() => setHelpOpen(false)} />}
    </>
  );
}
