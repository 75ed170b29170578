import type { Dashboard, Panel, RowPanel } from '@grafana/schema';
import type * as Stat from '@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen';
import type * as TimeSeries from '@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen';

/** With the texts of enums for the enums, as they stand in JSON. */
type Plain<T> = T extends string ? `${T}` : T extends object ? { [K in keyof T]: Plain<T[K]> } : T;

interface Target {
  datasource: { type: 'prometheus'; uid: string };
  editorMode: 'code';
  expr: string;
  legendFormat: string;
  range: true;
  refId: string;
}

type Placed<P extends Panel | RowPanel> = P & Required<Pick<P, 'id' | 'title' | 'gridPos'>>;

type Shown<Type extends string, Options, Custom> = Omit<
  Placed<Panel>,
  'type' | 'options' | 'fieldConfig' | 'targets'
> & {
  type: Type;
  description: string;
  options: Options;
  fieldConfig: {
    defaults: Omit<NonNullable<Panel['fieldConfig']>['defaults'], 'custom'> & { custom?: Custom };
    overrides: [];
  };
  targets: Target[];
};

type AnyPanel =
  | (Placed<RowPanel> & { type: 'row' })
  | Shown<'stat', Stat.Options, never>
  | Shown<'timeseries', TimeSeries.Options, TimeSeries.FieldConfig>;

/** A dashboard by the types that Grafana publishes, of the panels that ours is made of. */
export type GrafanaDashboard = Plain<Omit<Dashboard, 'panels'> & { panels: AnyPanel[] }>;
