import { type Command, Option } from 'commander';

/** Where a run's other traces are shown. */
export interface LinkFlags {
  readonly temporalUi?: string;
  readonly temporalNamespace: string;
  readonly mlflow?: string;
}

/** The options of commands that serve the dashboard. */
export function linkOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--temporal-ui <url>', "address of Temporal's UI, for links").env('SEGMENTS_TEMPORAL_UI'),
    )
    .addOption(
      new Option('--temporal-namespace <name>', 'its namespace').default('default').env('TEMPORAL_NAMESPACE'),
    )
    .addOption(new Option('--mlflow <url>', "address of MLflow's UI, for links").env('SEGMENTS_MLFLOW_UI'));
}

/** A run's ID is the ID of its workflow's execution, by which Temporal finds it. */
export function linksOfRun(
  { temporalUi, temporalNamespace, mlflow }: LinkFlags,
  runId: string,
): { label: string; href: string }[] {
  const query = encodeURIComponent(`RunId="${runId}"`);
  const clean = (url: string): string => url.replace(/\/+$/, '');
  return [
    ...(temporalUi === undefined
      ? []
      : [
          {
            label: 'Temporal',
            href: `${clean(temporalUi)}/namespaces/${encodeURIComponent(temporalNamespace)}/workflows?query=${query}`,
          },
        ]),
    ...(mlflow === undefined ? [] : [{ label: 'MLflow', href: clean(mlflow) }]),
  ];
}
