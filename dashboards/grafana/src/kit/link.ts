// Links that keep the time range, the data source and what was chosen.
import { DashboardLinkBuilder, DashboardLinkType } from '@grafana/grafana-foundation-sdk/dashboard';

export const tag = 'hypergauge';

/** Every dashboard has all others one click away, with variables and time. */
export function otherDashboards(): DashboardLinkBuilder {
  return new DashboardLinkBuilder('hypergauge').type(DashboardLinkType.Dashboards).tags([tag])
    .asDropdown(true).includeVars(true).keepTime(true).targetBlank(false)
    .icon('external link').tooltip('The other dashboards, with the same choice and time').url('');
}

/** A link of a value to a dashboard that shows more of it. */
export class Link {
  constructor(private readonly title: string, private readonly uid: string,
              private readonly variable: string, private readonly value: string) {}

  private url(): string {
    return `/d/${this.uid}?\${__url_time_range}&\${datasource:queryparam}` +
      `&var-${this.variable}=\${${this.value}:percentencode}`;
  }

  builder(): DashboardLinkBuilder {
    return new DashboardLinkBuilder(this.title).url(this.url()).targetBlank(false);
  }

  /** As an override's property has it. */
  property(): { id: string; value: object[] } {
    return { id: 'links', value: [{ title: this.title, url: this.url(), targetBlank: false }] };
  }
}

/** Of a series that has the label: to the view of that node. */
export const nodeOfSeries = new Link('This node', 'hypergauge-node', 'node', '__field.labels.node');

/** Of a table's cell that holds a node's name. */
export const nodeOfCell = new Link('This node', 'hypergauge-node', 'node', '__value.raw');

export const platformOfSeries =
  new Link('This platform', 'hypergauge-platforms', 'platform', '__field.labels.platform');

export const platformOfCell =
  new Link('This platform', 'hypergauge-platforms', 'platform', '__value.raw');

export const benchmarkOfCell =
  new Link('Its regressions', 'hypergauge-regressions', 'benchmark', '__value.raw');

export const peersOfCell = new Link('Its network', 'hypergauge-network', 'node', '__value.raw');
